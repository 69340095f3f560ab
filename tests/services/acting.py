"""A small office for tests of acts: eight steps side by side (示例), their doers and approvers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from config.clock import FixedClock, WallClock
from domain.commands import Decide, OpenCase, Submit
from domain.decisions import Outcome
from domain.doers import FOUNDING
from domain.refusal import Refused
from models.database import Database
from models.ledger import case_stream
from models.statements import READ_STREAM
from models.tables import ReformUnitRow
from models.upgrading import upgrade
from services.acts import Done, Enclosures, Entry, act
from services.notices import Notices, no_notices
from services.programmes import Published
from services.publishing import publish
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from services.transaction import reading

CODE: Final = "acts-sample"
STEPS: Final = tuple(f"1.{number}" for number in range(1, 9))
COUNTY: Final = "411024"
TODAY: Final = date(2022, 3, 2)


def programme_text() -> str:
    """Eight steps that wait for nothing but themselves: the zone submits, the county's head decides."""
    steps = [
        {
            "id": step,
            "title": f"示例任务 {step}",
            "doer": "zone",
            "due": [{"amount": 10, "basis": {"text": "示例时限", "confidence": "proposed"}}],
            "nodes": [{"id": "head", "title": "县局审批", "act": "审批", "roles": ["county"]}],
        }
        for step in STEPS
    ]
    return json.dumps(
        {
            "programme": CODE,
            "version": "1",
            "title": "示例改革",
            "unit": "zone",
            "bodies": [
                {"id": "zone", "title": "示例开发区", "level": "unit"},
                {"id": "reform_office", "title": "示例县局", "level": "supervising"},
            ],
            "roles": [
                {"id": "zone", "title": "开发区经办", "body": "zone", "position": "handler"},
                {"id": "county", "title": "县局负责人", "body": "reform_office", "position": "head"},
            ],
            "overseer": "county",
            "stages": [{"id": "stage1", "title": "示例环节", "steps": steps}],
        },
        ensure_ascii=False,
    )


def prepare(url: str, wall: WallClock, units: int = 8, text: str = "") -> Database:
    """Make the database with programme (`text`, or the eight steps), units, bodies and persons."""
    upgrade(url)
    db = Database(url)
    published = publish(db, FOUNDING, text or programme_text(), wall=wall, command_id="seed-programme")
    assert isinstance(published, Published), published
    with db.write() as session:
        session.add_all(
            ReformUnitRow(
                id=f"unit-{number}",
                name=f"示例开发区{number}",
                division_code=COUNTY,
                supervising_level="county",
            )
            for number in range(units)
        )
    county = NewBody(
        code="county", name="示例县局", type="reform_office", kind="account", division=COUNTY, level="county"
    )
    zones = [
        NewBody(
            code=f"zone-{number}", name=f"示例管委会{number}", type="zone", kind="account", division="",
            level="unit", unit_id=f"unit-{number}",
        )
        for number in range(units)
    ]  # fmt: skip
    people = [("head", "county", "head"), *((f"clerk-{n}", f"zone-{n}", "handler") for n in range(units))]
    roster = Roster(
        bodies=(county, *zones),
        persons=tuple(NewPerson(id=person, name=f"示例人员 {person}") for person, _, _ in people),
        holdings=tuple(
            NewHolding(person=person, body=body, position=position, valid_from=date(2020, 1, 1))
            for person, body, position in people
        ),
    )
    write_roster(db, roster, actor=FOUNDING, wall=wall, command_id="seed-roster")
    return db


class Office:
    """Acts on the cases of one database; every answer is handed back as it is."""

    def __init__(self, db: Database, wall: FixedClock) -> None:
        self.db = db
        self.wall = wall

    def send(
        self, command: Any, actor: str, *, enclosed: Enclosures | None = None, notices: Notices = no_notices
    ) -> Done | Refused:
        """Send one command."""
        return act(
            self.db,
            command,
            Entry(actor=actor),
            wall=self.wall,
            programme=(CODE, 1),
            enclosed=enclosed or Enclosures(),
            notices=notices,
        )

    def open(self, unit: int = 0) -> Done:
        """Open the case of a unit."""
        return done(self.send(opening(unit), "head"))

    def submit(self, step: str = "1.1", unit: int = 0) -> Done:
        """Submit a step."""
        return done(self.send(submitting(step, unit), f"clerk-{unit}"))

    def agree(self, step: str = "1.1", unit: int = 0) -> Done:
        """Agree to a step."""
        return done(self.send(agreeing(step, unit), "head"))

    def stream(self, unit: int = 0) -> list[tuple[Any, ...]]:
        """Seq, schema version and body of the case's ledger rows."""
        with reading(self.db) as tx:
            return tx.all(READ_STREAM, (case_stream(case_of(unit)), 1 << 60))

    def seqs(self, unit: int = 0) -> list[int]:
        """The numbers of the case's ledger rows."""
        return [row[0] for row in self.stream(unit)]


def case_of(unit: int) -> str:
    """The case of a unit."""
    return f"case-{unit}"


def opening(unit: int = 0) -> OpenCase:
    """The command that opens a unit's case."""
    return OpenCase(
        command_id=f"open-{unit}", case=case_of(unit), occurred_on=TODAY, unit=f"unit-{unit}",
        unit_name=f"示例开发区{unit}", supervising_level="county",
    )  # fmt: skip


def submitting(step: str = "1.1", unit: int = 0) -> Submit:
    """The zone's clerk hands a step in."""
    return Submit(
        command_id=f"submit-{unit}-{step}", case=case_of(unit), occurred_on=TODAY, step=step, round=1
    )


def agreeing(step: str = "1.1", unit: int = 0, **more: Any) -> Decide:
    """The county's head agrees."""
    return Decide(
        command_id=f"agree-{unit}-{step}", case=case_of(unit), occurred_on=TODAY, step=step, round=1,
        node="head", outcome=Outcome.AGREE, **more,
    )  # fmt: skip


def done(answer: Done | Refused) -> Done:
    """The answer, which must be no refusal."""
    assert isinstance(answer, Done), answer
    return answer
