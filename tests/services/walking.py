"""The random walks of the rules, taken through the services on a real database.

The same hands and the same second opinion as ``tests/domain/walk*.py``. Here every act is a transaction of
``services.acts``: persons and bodies come from the register, and what is held against the model are the rows
of the tables, as every list reads them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import Random
from typing import Final

import msgspec

from config.clock import FixedClock
from domain import commands as c
from domain.decide import Accepted
from domain.doers import FOUNDING
from domain.judging import Actor
from domain.open_work import Timer, WorkItem
from domain.programme import Programme
from domain.refusal import Refused
from models import statements as s
from models.database import Database
from models.tables import ProgrammeRow, ProxyRow, ReformUnitRow
from services.act_loading import decode_case
from services.acts import Done, Entry, act
from services.programmes import parsed_form, text_digest
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from services.transaction import reading
from tests.domain.play import person
from tests.domain.walk import PEOPLE
from tests.domain.walk_acts import Acts
from tests.domain.walk_family import build

UNIT: Final = "u"
COUNTY, CITY, AREAS = "411024", "411000", ("411025", "411026")
LONG_AGO, FAR_AWAY = date(2020, 1, 1), date(2099, 12, 31)
BODIES: Final = (
    ("b-zone", "zone", "account", "", UNIT),
    ("b-county", "county", "account", COUNTY, ""),
    ("b-reform", "reform", "account", COUNTY, ""),
    ("b-committee", "committee", "no-account", COUNTY, ""),
    ("b-letterbox", "letterbox", "external", COUNTY, ""),
    ("b-city", "city", "account", CITY, ""),
    ("b-area1", "area", "account", AREAS[0], ""),
    ("b-area2", "area", "account", AREAS[1], ""),
    ("b-a", "company", "account", COUNTY, ""),
    ("b-b", "company", "account", COUNTY, ""),
)
"""Code, type, kind, division, unit: what ``tests.domain.play.ROLE_BODIES`` says, as the register has it."""


def furnish(url: str, wall: FixedClock) -> Database:
    """Register the cast of the walks in a migrated database."""
    db = Database(url)
    with db.write() as session:
        session.add(
            ReformUnitRow(
                id=UNIT,
                name="示例开发区",
                division_code=COUNTY,
                supervising_level="county",
                lead_area=COUNTY,
                participating=msgspec.json.encode(AREAS).decode(),
            )
        )
    bodies = tuple(
        NewBody(
            code=code, name=f"示例{code}", type=type_, kind=kind, division=division,
            level="unit" if unit else "county", unit_id=unit,
        )
        for code, type_, kind, division, unit in BODIES
    )  # fmt: skip
    actors = [person(name) for name in PEOPLE]
    holdings = tuple(
        NewHolding(person=actor.person, body=body, position=position, valid_from=LONG_AGO)
        for actor in actors
        for body, position in sorted(actor.positions)
    )
    persons = tuple(NewPerson(id=actor.person, name=f"示例人员{actor.person}") for actor in actors)
    roster = Roster(bodies=bodies, persons=persons, holdings=holdings)
    write_roster(db, roster, actor=FOUNDING, wall=wall, command_id="seed-roster")
    with db.write() as session:
        session.add_all(
            ProxyRow(
                id=f"{actor.person}-{n}", person=away.person, body=away.body, position=away.position,
                deputy=actor.person, first=LONG_AGO, last=FAR_AWAY,
            )
            for actor in actors
            for n, away in enumerate(actor.acting_for)
        )  # fmt: skip
    return db


def put(db: Database, seed: int, wall: FixedClock) -> Programme:
    """One programme of the family, stored as a publication stores it."""
    made = build(Random(seed)).model_copy(update={"programme": f"walk-{seed}"})  # noqa: S311
    text = made.model_dump_json(by_alias=True, exclude_none=True)  # YAML too, and quickly written
    row = ProgrammeRow(
        code=made.programme, version=made.version, title=made.title, yaml=text, sha256=text_digest(text),
        parsed=parsed_form(made), published_at=wall.now(), published_by="founding",
    )  # fmt: skip
    with db.write() as session:
        session.add(row)
    return made


class Served(Acts):
    """A walk of which every act is one transaction, and what waits is what the tables say."""

    def __init__(self, db: Database, programme: Programme, rng: Random) -> None:
        self.db = db
        self.id = f"{programme.programme}/{UNIT}"
        self.sent = 0
        self.seq = 0
        self.stored: tuple[dict[str, WorkItem], dict[str, Timer]] = ({}, {})
        super().__init__(programme, rng)

    def bring(self, command: c.Command, by: str | Actor) -> Accepted | Refused:
        """Send it through the services, hold what they wrote against the model."""
        self.sent += 1
        number = f"{self.id}:{self.sent}"
        sent = msgspec.structs.replace(command, case=self.id, command_id=number)
        before = self.case
        answer = self.send(sent, by)
        self.last = (sent, by)
        if isinstance(answer, Refused):
            self._check_refusal(answer)
            return answer
        assert not answer.repeated
        assert answer.seq == self.seq + 1, "the stream has a gap"
        result = Accepted(case=answer.case, events=answer.events)
        self._look(answer)
        actor = person(by) if isinstance(by, str) else by
        self._take(sent, actor, before, result)
        return result

    def send(self, command: c.Command, by: str | Actor) -> Done | Refused:
        """One transaction."""
        entry = Entry(actor=by) if isinstance(by, str) else Entry(actor=by.person, machine=by.machine)
        wall = FixedClock(datetime.combine(self.today, time(2), UTC))
        return act(self.db, command, entry, wall=wall, programme=(self.programme.programme, 1))

    def _look(self, done: Done) -> None:
        """Read what was written, as the lists do."""
        self.seq = done.seq
        with reading(self.db) as tx:
            ((_, *_, snapshot, _, _),) = tx.all(s.STORED_CASE, (self.id,))
            work, timers = tx.all(s.CASE_WORK, (self.id,)), tx.all(s.CASE_TIMERS, (self.id,))
        assert decode_case(snapshot) == done.case, "the stored case is not the one that was answered"
        items = [msgspec.convert(dict(zip(_WORK, row, strict=True)), WorkItem) for row in work]
        clocks = [msgspec.convert(dict(zip(_TIMER, row, strict=True)), Timer) for row in timers]
        self.stored = ({item.key: item for item in items}, {each.key: each for each in clocks})

    @property
    def work(self) -> dict[str, WorkItem]:
        return self.stored[0]

    @property
    def timers(self) -> dict[str, Timer]:
        return self.stored[1]

    def again(self, rng: Random) -> None:
        """The last command under its own number, which does nothing twice; then under another one."""
        if self.last is None:
            return
        command, by = self.last
        answer, before = self.send(command, by), (self.case, self.stored)
        if isinstance(answer, Done) and answer.repeated:
            self._look(msgspec.structs.replace(answer, seq=self.seq, case=self.now))
            assert (self.case, self.stored) == before, "done twice"
        elif isinstance(answer, Done):
            raise AssertionError(f"a refused command was done when it was sent again: {command}")
        super().again(rng)


_WORK = ("case_id", *s.WORK_ITEM_COLUMNS[1:12], "due_on", "sort_on", "opened_seq")
_TIMER = ("case_id", "key", "kind", "step", "node", "on", "generation")


def walk(db: Database, seed: int, wall: FixedClock, steps: int = 50) -> Served:
    """One walk of at most ``steps``, trouble in a measure that differs from seed to seed."""
    rng = Random(seed)  # noqa: S311
    walked = Served(db, put(db, seed, wall), rng)
    for _ in range(rng.randint(steps // 2, steps)):
        if walked.now.status == "terminated":
            break
        (walked.trouble if rng.randint(1, 10) <= seed % 9 + 1 else walked.fair)(rng)
    walked.replay()
    return walked
