"""An office that files papers: one step with two approvals, an upload, a second one, a reference (示例)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from config.clock import FixedClock
from config.settings import Settings
from domain.case import EvidenceItem, StepState
from domain.commands import Decide
from domain.decisions import Outcome
from domain.doers import FOUNDING
from domain.refusal import Refused
from services.acts import Done, Entry
from services.bootstrap import Runtime, open_runtime
from services.evidence.downloading import Download, download
from services.evidence.receiving import Received, Upload, receive
from services.evidence.store import ByteStream
from services.reading import load_case
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from tests.services import acting

FILES = "evidence"
NEIGHBOUR = "411025"
"""Another county's code."""


def programme_text() -> str:
    """The programme of ``acting`` with papers in step 1.1, two heads over it, and a second step."""
    given: dict[str, Any] = json.loads(acting.programme_text())
    given["roles"].append(
        {"id": "deputy", "title": "县局经办", "body": "reform_office", "position": "handler"}
    )
    first = given["stages"][0]["steps"][0]
    first["evidence"] = [
        {"id": "text", "title": "方案", "fields": ["number", "issued_on"], "marking": "internal"},
        {"id": "note", "title": "说明", "required": "no", "marking": "work_secret"},
        {"id": "file", "title": "考察材料", "mode": "reference", "required": "no"},
    ]
    first["nodes"].insert(0, {"id": "deputy", "title": "县局初审", "act": "审核", "roles": ["deputy"]})
    return json.dumps(given, ensure_ascii=False)


class Filing:
    """Clerks, approvers and their files, over one database and one data folder."""

    def __init__(self, runtime: Runtime, wall: FixedClock) -> None:
        self.runtime = runtime
        self.wall = wall
        self.office = acting.Office(runtime.db, wall)
        self._ids = 0

    @property
    def folder(self) -> Path:
        """Where evidence lies."""
        return self.runtime.evidence.root

    def lying(self) -> list[str]:
        """Every file on disk, below the store."""
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*") if p.is_file())

    def upload(
        self,
        data: bytes | ByteStream,
        *,
        unit: int = 0,
        slot: str = "text",
        actor: str = "",
        fields: dict[str, str] | None = None,
        **more: Any,
    ) -> Received | Refused:
        """Send one file."""
        self._ids += 1
        usual = {"number": "示例〔2022〕1号", "issued_on": "2022-03-01"} if slot == "text" else {}
        said: dict[str, Any] = {
            "command_id": f"upload-{self._ids}",
            "case": acting.case_of(unit),
            "step": "1.1",
            "round": 1,
            "name": "方案.docx",
            "occurred_on": acting.TODAY,
            "fields": usual if fields is None else fields,
            **more,
        }
        stream = io.BytesIO(data) if isinstance(data, bytes) else data
        entry = Entry(actor=actor or f"clerk-{unit}")
        return receive(self.runtime, entry, Upload(slot=slot, **said), stream)

    def filed(self, data: bytes, **more: Any) -> Received:
        """Send one file that has to be taken."""
        answer = self.upload(data, **more)
        assert isinstance(answer, Received), answer
        return answer

    def refused(self, data: bytes | ByteStream, **more: Any) -> Refused:
        """Send one file that has to be refused, with a word on what to do."""
        answer = self.upload(data, **more)
        assert isinstance(answer, Refused), answer
        assert answer.message
        assert answer.remedy
        return answer

    def decide(self, node: str, actor: str) -> Done:
        """Agree at a node."""
        self._ids += 1
        command = Decide(
            command_id=f"agree-{self._ids}", case=acting.case_of(0), occurred_on=acting.TODAY, step="1.1",
            round=1, node=node, outcome=Outcome.AGREE,
        )  # fmt: skip
        return acting.done(self.office.send(command, actor))

    def state(self, unit: int = 0) -> StepState:
        """Step 1.1 as it stands."""
        case = load_case(self.runtime.db, acting.case_of(unit))
        assert case is not None
        return case.steps["1.1"]

    def item(self, slot: str = "text", unit: int = 0) -> EvidenceItem:
        """What lies in a slot."""
        return self.state(unit).evidence[slot]

    def download(self, person: str, file: str, *, part: str = "") -> Download | Refused:
        """Ask for a file."""
        return download(
            self.runtime.db, self.runtime.evidence, person, file, wall=self.wall, range_header=part
        )


@contextmanager
def filing(url: str, data_dir: Path, wall: FixedClock, **settings: Any) -> Iterator[Filing]:
    """Open the office: two zones of one county, each with an open case; a stranger of another county."""
    acting.prepare(url, wall, units=2, text=programme_text()).close()
    with open_runtime(Settings(data_dir=data_dir, database_url=url, **settings), wall) as runtime:
        _more_people(runtime, wall)
        office = Filing(runtime, wall)
        office.office.open(0)
        office.office.open(1)
        yield office


def _more_people(runtime: Runtime, wall: FixedClock) -> None:
    body = NewBody(
        code="elsewhere", name="示例邻县局", type="county", kind="account", division=NEIGHBOUR, level="county"
    )
    people = [("deputy", "county", "handler"), ("stranger", "elsewhere", "head")]
    roster = Roster(
        bodies=(body,),
        persons=tuple(
            NewPerson(id=who, name=f"示例人员 {who}") for who in (*(who for who, _, _ in people), "auditor")
        ),
        holdings=tuple(
            NewHolding(person=who, body=where, position=what, valid_from=date(2020, 1, 1))
            for who, where, what in people
        ),
    )
    write_roster(runtime.db, roster, actor=FOUNDING, wall=wall, command_id="seed-more")
