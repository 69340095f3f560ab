"""An office that prints: a step with papers and a register, one before a committee, one an item (示例)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from config.clock import FixedClock
from config.settings import Settings
from domain.decisions import Medium, Outcome
from domain.refusal import Refused
from models.setting import BUSINESS_DATE, REHEARSAL
from models.tables import BodyRow, HoldingRow, PersonRow, SettingRow
from services.acts import Done, Entry
from services.bootstrap import Runtime, open_runtime
from services.desk import Desk
from services.paper.matching import Matched, Prefill, match_code, match_scan
from services.paper.printing import Asked, Printed, print_step
from services.private_texts import new_text
from services.registers.filling import fill_register
from tests.services import acting
from tests.services.evidence import made
from tests.services.evidence.office import Filing, _more_people
from tests.services.evidence.office import programme_text as with_papers

CONTACT = "示例联系人"
"""Stands in a personal column."""
ITEM = "1.3#示例幼儿园"


def programme_text() -> str:
    """As in the office of evidence; 1.1 freezes a register, 1.2 goes to a committee, 1.3 runs a row each."""
    given: dict[str, Any] = json.loads(with_papers())
    given["bodies"] += [{"id": "committee", "title": "示例县委常委会", "kind": "no-account"}]
    given["roles"] += [
        {
            "id": "committee",
            "title": "常委会",
            "body": "committee",
            "position": "head",
            "recorders": ["deputy"],
        }
    ]
    columns = [
        {"id": "name", "title": "名称"},
        {"id": "amount", "title": "数量", "type": "integer"},
        {"id": "contact", "title": "联系人", "personal": "yes"},
    ]
    given["registers"] = [
        {
            "id": "functions",
            "title": "示例职能清册",
            "columns": columns,
            "key": ["name"],
            "filled_by": ["zone"],
        }
    ]
    first, second, third = given["stages"][0]["steps"][:3]
    first |= {"fills": ["functions"], "freezes": ["functions"], "asks": "摸清底数,写出<方案>"}
    first["basis"] = {"text": "示例依据", "confidence": "known"}
    second["nodes"] = [
        {"id": "meeting", "title": "常委会研究", "kind": "meeting", "act": "会议议定", "roles": ["committee"]}
    ]
    third |= {"gates": [{"step": "1.1"}], "for_each": {"register": "functions"}, "title": "示例移交"}
    return json.dumps(given, ensure_ascii=False)


class Printing(Filing):
    """The same office, with a printer."""

    def desk(self, person: str = "clerk-0") -> Desk:
        """A person's desk on the first case."""
        return Desk(self.runtime, Entry(actor=person), acting.case_of(0))

    def fill(self) -> None:
        """Hand in the papers and the register of 1.1."""
        self.filed(made.docx())
        self.fill_register("3")

    def fill_register(self, amount: str) -> None:
        """Fill the register with two rows, or fill it anew."""
        rows = [{"name": name, "amount": amount, "contact": CONTACT} for name in ("示例幼儿园", "示例卫生院")]
        done(fill_register(self.desk(), "1.1", "functions", rows))

    def submitted(self) -> None:
        """1.1 waits for the county's clerk."""
        self.fill()
        done(self.desk().submit("1.1"))

    def closed(self) -> None:
        """1.1 is closed, and 1.3 runs for each row."""
        self.submitted()
        self.decide("deputy", "deputy")
        self.decide("head", "head")

    def print(self, step: str = "1.1", person: str = "clerk-0", **more: str) -> Printed | Refused:
        """Ask for a form."""
        asked = Asked(case=more.pop("case", acting.case_of(0)), step=step, **more)
        return print_step(self.runtime.db, person, asked, wall=self.wall)

    def printed(self, step: str = "1.1", person: str = "clerk-0", **more: str) -> Printed:
        """A form that has to be printed."""
        answer = self.print(step, person, **more)
        assert isinstance(answer, Printed), answer
        return answer

    def match(self, code: str, person: str = "clerk-0") -> Prefill | Refused:
        """Type a code."""
        return match_code(self.runtime.db, person, code, wall=self.wall)

    def prefill(self, printed: Printed) -> Prefill:
        """What the code on a form leads to."""
        answer = self.match(printed.sheet.code)
        assert isinstance(answer, Prefill), answer
        return answer

    def scan(self, path: Path, person: str = "clerk-0") -> Matched | Refused:
        """Hand in a scan."""
        return match_scan(self.runtime.db, person, path, wall=self.wall)

    def record(self, found: Prefill, by: str, outcome: Outcome = Outcome.AGREE) -> Done:
        """Record what the form says, as the prefill has it."""
        desk = Desk(self.runtime, Entry(actor="clerk-0"), found.case, seen_round=found.round)
        return done(desk.record(found.step, outcome, Medium(found.medium), decided_by=by, on=acting.TODAY))


def done(answer: object) -> Done:
    """An act that has to be done."""
    assert isinstance(answer, Done), answer
    return answer


@contextmanager
def printing(url: str, data_dir: Path, wall: FixedClock) -> Iterator[Printing]:
    """Open the office: two zones with a case each; a member of the first; a stranger; an auditor."""
    acting.prepare(url, wall, units=2, text=programme_text()).close()
    with open_runtime(Settings(data_dir=data_dir, database_url=url), wall) as runtime:
        _committee_and_member(runtime, wall)
        _more_people(runtime, wall)
        office = Printing(runtime, wall)
        office.office.open(0)
        office.office.open(1)
        yield office


def _committee_and_member(runtime: Runtime, wall: FixedClock) -> None:
    """A body that decides and never signs in; somebody who may print and may not read personal columns."""
    name = new_text("name", "示例人员 member-0", "member-0")
    with runtime.db.write() as session:
        session.add(
            BodyRow(
                code="committee", name="示例县委常委会", type="committee", kind="no-account",
                division=acting.COUNTY, level="county",
            )
        )  # fmt: skip
        session.add_all([name.row(wall), PersonRow(id="member-0", name_id=name.id)])
        session.flush()
        since = date(2020, 1, 1)
        session.add(HoldingRow(person="member-0", body="zone-0", position="member", valid_from=since))


def rehearse(office: Printing) -> None:
    """Mark the database as a rehearsal."""
    with office.runtime.db.write() as session:
        session.add(SettingRow(key=REHEARSAL, value="1"))
        session.add(SettingRow(key=BUSINESS_DATE, value=acting.TODAY.isoformat()))
