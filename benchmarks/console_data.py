"""A country of cases (示例) for the console's pages: played once, then written for every zone listed.

One case of the main programme is played to its end; every zone gets it up to some act, its dates moved by
whole weeks so that it stands about today. Nothing here is a fact. What is written is what the engine would
have written, row for row and chained; reminders (催办) fill the ledger up to the number asked for.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.main_programme import CHOICES, FILE
from config.clock import BUSINESS_TIMEZONE, FixedClock
from domain import commands as c
from domain.case import Case
from domain.catalogue_row import CatalogueRow
from domain.decide import Accepted, decide
from domain.doers import FOUNDING
from domain.events import Event
from domain.events_telling import Urged
from domain.judging import Actor, Facts
from domain.lamps import LampRule
from domain.open_work import open_work
from domain.permissions import AccessRole
from domain.plan import Plan
from domain.programme import Level, Programme
from domain.programme_source import load
from domain.refusal import Refused
from domain.states import OPEN
from domain.units import UnitKind, Zone
from domain.workdays import work_calendar
from models.base import microseconds
from models.chain import GENESIS, SCHEMA_VERSION, LedgerRow, row_hash
from models.database import Database
from models.event_codec import encode_events
from models.ledger import case_stream
from models.statements import INSERT_CASE, INSERT_EVENT, INSERT_STEP, INSERT_WORK_ITEM
from models.tables import AdministratorRow, ReformUnitRow
from models.upgrading import upgrade
from samples.generated import SINCE, placed, roster_for
from samples.loader import CATALOGUE_2018
from samples.player import LAST_DAY, Player
from services.act_loading import encode_case
from services.importing.zones import read_zone_file
from services.programmes import Published
from services.projection import step_row, work_row
from services.publishing import publish
from services.roster import NewPerson, Roster, RosterWritten, write_roster

TODAY: Final = date(2022, 9, 21)
CODE: Final = "development-zone"
AUDITOR: Final = "p-auditor"
_CASE, _UNIT, _NAME, _BODY = "CASE~", "UNIT~", "NAME~", "BODY~"
_DATE: Final = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_PERSON: Final = re.compile(rf"{_BODY}(\w+)-(handler|head|member)\b")
_PLAIN: Final = re.compile(rf"{_BODY}(\w+)")
_PART: Final = 200
"""Cases in one commit."""
_decode_case = msgspec.json.Decoder(Case).decode


@dataclass(frozen=True, slots=True)
class Act:
    """一次办理 of the case that was played, as text in which its names and dates are changed."""

    body: str
    day: date
    actor: str
    urged: str
    """A reminder of what is open after it; empty where nothing is."""


class Recorder(Player):
    """The player, under names that can be replaced, with every act kept."""

    def __init__(self, programme: Programme) -> None:
        self.kept: list[Act] = []
        self.states: list[str] = []
        super().__init__(programme, CHOICES)

    def try_(self, person: str, body: str, position: str, command: c.Command) -> Accepted | Refused:
        """One act, judged and kept."""
        mine, place = {role: tuple(map(_marked, held)) for role, held in self.bodies.items()}, _marked(body)
        changed: dict[str, Any] = {"case": _CASE}
        if isinstance(command, c.OpenCase):
            changed |= {"unit": _UNIT, "unit_name": _NAME}
        facts = Facts(
            today=LAST_DAY,
            actor=Actor(person=_marked(person), positions=frozenset({(place, position)})),
            calendar=work_calendar(),
            bodies=mine,
            known_bodies={each: each for held in mine.values() for each in held},
        )
        result = decide(self.plan, self.case, msgspec.structs.replace(command, **changed), facts)
        if isinstance(result, Accepted):
            self.case = result.case
            self.acts += 1
            self._keep(result.events, _marked(person))
        return result

    def _keep(self, events: tuple[Event, ...], actor: str) -> None:
        case = self.now
        step = next((key for key, state in case.steps.items() if state.status in OPEN), "")
        urged = encode_events([Urged(step=step, by=actor, on=self.day, places=())]).decode() if step else ""
        self.kept.append(Act(encode_events(events).decode(), self.day, actor, urged))
        self.states.append(msgspec.json.encode(case).decode())


def _marked(name: str) -> str:
    """Bodies that registers name (``body-…``) are the same everywhere."""
    return name if name.startswith((_BODY, "body-")) else f"{_BODY}{name}"


@dataclass(frozen=True, slots=True)
class Country:
    """What was written."""

    zones: int
    steps: int
    rows: int


def build(path: Path, zones: int, rows: int, tell: Callable[[str], None]) -> Country:
    """Write ``zones`` cases and about ``rows`` ledger rows into a new database."""
    url = f"sqlite:///{path}"
    upgrade(url)
    programme = load(FILE.read_text(encoding="utf-8"))
    if not isinstance(programme, Programme):
        raise SystemExit(str(programme))
    found = list(islice(_zones(zones), zones))
    db = Database(url)
    try:
        _register(db, programme, found)
        tell(f"{len(found)} 个开发区及其机构、人员(示例)已登记")
        recorder = Recorder(programme)
        recorder.play()
        written = _Writer(path, recorder, programme, found, rows).write(tell)
    finally:
        db.close()
    return written


def _zones(number: int) -> Iterator[Zone]:
    """The catalogue's, over and over under other ids where more are asked for."""
    file = read_zone_file(CATALOGUE_2018)
    if isinstance(file, Refused):
        raise SystemExit(str(file))
    listed = placed(_zone(row) for row in file.reading.rows)
    for turn in range(-(-number // len(listed))):
        for zone in listed:
            yield replace(zone, id=f"{zone.id}:{turn}") if turn else zone


def _zone(row: CatalogueRow) -> Zone:
    return Zone(
        id=f"zone:{row.edition}:{row.level}:{row.catalogue_no}",
        kind=UnitKind.ZONE,
        name=row.name,
        edition=row.edition,
        level=row.level,
        code=row.code,
        province=row.province,
    )


def _register(db: Database, programme: Programme, zones: list[Zone]) -> None:
    wall = FixedClock(datetime.combine(SINCE, time(9), tzinfo=BUSINESS_TIMEZONE))
    published = publish(db, FOUNDING, FILE.read_text(encoding="utf-8"), wall=wall, command_id="seed")
    if not isinstance(published, Published):
        raise SystemExit(str(published))
    with db.write() as session:
        session.add_all(
            ReformUnitRow(
                id=zone.id,
                name=zone.name,
                code=zone.code,
                level=str(zone.level),
                province=zone.province,
                division_code=zone.lead_area or "",
                lead_area=zone.lead_area,
                supervising_level=str(zone.supervising_level),
            )
            for zone in zones
        )
    roster = roster_for(zones, programme)
    auditor = Roster(
        bodies=roster.bodies,
        persons=(*roster.persons, NewPerson(id=AUDITOR, name="示例审计员")),
        holdings=roster.holdings,
    )
    written = write_roster(db, auditor, actor=FOUNDING, wall=wall, command_id="roster")
    if not isinstance(written, RosterWritten):
        raise SystemExit(str(written))
    with db.write() as session:
        session.add(AdministratorRow(person=AUDITOR, role=AccessRole.AUDITOR, since=wall.now()))


class _Writer:
    """Writes on one connection in large transactions; nobody else uses the file yet."""

    def __init__(
        self, path: Path, recorder: Recorder, programme: Programme, zones: list[Zone], rows: int
    ) -> None:
        self._path, self._recorder, self._zones = path, recorder, zones
        self._plan: Plan = recorder.plan
        self._levels = {body.id: body.level for body in programme.bodies}
        self._rng = random.Random(20220921)  # noqa: S311 (spreads cases)
        acts = len(recorder.kept)
        self._pad = max(0, round(rows / len(zones) / (acts / 2)) - 1)

    def write(self, tell: Callable[[str], None]) -> Country:
        """All cases."""
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        steps = rows = 0
        connection.execute("BEGIN")
        for number, zone in enumerate(self._zones):
            more_steps, more_rows = self._case(connection, zone)
            steps, rows = steps + more_steps, rows + more_rows
            if (number + 1) % _PART == 0:
                connection.execute("COMMIT")
                connection.execute("BEGIN")
                tell(f"{number + 1} 个改革任务,{rows} 条留痕")
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Country(len(self._zones), steps, rows)

    def _case(self, connection: sqlite3.Connection, zone: Zone) -> tuple[int, int]:
        kept = self._recorder.kept
        cut = self._rng.randint(1, len(kept))
        weeks = (TODAY - kept[cut - 1].day).days // 7 + self._rng.choice((-3, -2, -1, -1, 0, 0, 0))
        change = self._changer(zone, timedelta(days=7 * weeks))
        case_id = f"{CODE}/{zone.id}"
        case = _decode_case(change(self._recorder.states[cut - 1]))
        rows = list(self._ledger(case_id, kept[:cut], change, timedelta(days=7 * weeks)))
        case_row = (
            0, 0, False, case_id, zone.id, zone.name, CODE, 1, len(rows), encode_case(case),
            str(case.status), case.opened_on.isoformat(), False, len(rows), None,
        )  # fmt: skip
        connection.execute(INSERT_CASE.sqlite, case_row)
        connection.executemany(INSERT_EVENT.sqlite, rows)
        steps = [step_row(case_id, key, state) for key, state in case.steps.items()]
        connection.executemany(INSERT_STEP.sqlite, steps)
        work = [work_row(case_id, item, len(rows)) for item in open_work(self._plan, case).values()]
        connection.executemany(INSERT_WORK_ITEM.sqlite, work)
        self._lamps(connection, case_id, case, len(rows))
        return len(steps), len(rows)

    def _lamps(self, connection: sqlite3.Connection, case_id: str, case: Case, seq: int) -> None:
        """The history of red lamps as the daily run would have it."""
        red = [
            (case_id, key, (state.due.date + timedelta(days=1)).isoformat(), str(LampRule.OVERDUE),
             state.due.date.isoformat(), "", state.closed_on and state.closed_on.isoformat(), "", False)
            for key, state in case.steps.items()
            if state.due and state.due.date and state.due.date < (state.closed_on or TODAY)
        ]  # fmt: skip
        connection.executemany("INSERT INTO red_lamp VALUES (?,?,?,?,?,?,?,?,?)", red)
        connection.execute("INSERT INTO lamp_count VALUES (?,?,NULL)", (case_id, seq))

    def _changer(self, zone: Zone, shift: timedelta) -> Callable[[str], str]:
        province = zone.code[1:3]
        known: dict[str, str] = {}

        def body(found: re.Match[str]) -> str:
            level = self._levels.get(found[1])
            if level is Level.UNIT:
                return f"body:{zone.id}:{found[1]}"
            if level is Level.SUPERVISING:
                return f"body:{province}9000:{found[1]}"
            return f"body:{province}0000:{found[1]}"

        def person(found: re.Match[str]) -> str:
            return f"demo-{body(found).removeprefix('body:')}-{found[2]}"

        def day(found: re.Match[str]) -> str:
            if found[0] not in known:
                known[found[0]] = (date.fromisoformat(found[0]) + shift).isoformat()
            return known[found[0]]

        def change(text: str) -> str:
            text = text.replace(_CASE, f"{CODE}/{zone.id}").replace(_UNIT, zone.id).replace(_NAME, zone.name)
            return _DATE.sub(day, _PLAIN.sub(body, _PERSON.sub(person, text)))

        return change

    def _ledger(
        self, case_id: str, acts: list[Act], change: Callable[[str], str], shift: timedelta
    ) -> Iterator[tuple[Any, ...]]:
        stream, seq, prev = case_stream(case_id), 0, GENESIS
        for act in acts:
            day, actor = act.day + shift, change(act.actor)
            at = microseconds(datetime.combine(day, time(2), tzinfo=UTC))
            bodies = [act.body, *([act.urged] * self._pad if act.urged else ())]
            for place, body in enumerate(bodies):
                seq += 1
                row = LedgerRow(
                    stream=stream, seq=seq, command_id=f"{case_id}:{seq}", command_digest="",
                    schema_version=SCHEMA_VERSION, actor=actor, position="", channel="console", rehearsal=0,
                    run_id=None, recorded_at=at + place * 60_000_000 + self._rng.randrange(60_000_000),
                    occurred_on=day.isoformat(), programme_version=f"{CODE}/1", body=change(body),
                    prev_hash=prev, hash=b"",
                )  # fmt: skip
                prev = row_hash(row)
                yield tuple(row._replace(hash=prev))
