"""事实准备: what acts need beside the case, read once and kept while it is true.

Plans never change once published. Organisation, calendar and settings are kept under the seq of their
stream's last row: an act reads the three seqs together with the case, so a change made by another process is
seen at the next act. There is no second mark that could be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlmodel import Session

from config.clock import WallClock
from domain.meeting_sessions import MeetingSession
from domain.plan import Plan, compile_plan
from domain.refusal import Refused
from domain.workdays import DayKind, DayOverride, WorkCalendar, work_calendar
from models import statements as s
from models.database import Database
from models.setting import BUSINESS_DATE, REHEARSAL
from models.tables import (
    BodyRow,
    CalendarOverrideRow,
    MeetingSessionRow,
    ProgrammeRow,
    ReformUnitRow,
    SettingRow,
)
from services.clock import legal_date
from services.meetings.rows import decode_session
from services.organisation import Organisation, UnitPlace, load_organisation, place_of
from services.programmes import programme_of
from services.transaction import reading


class Heads(NamedTuple):
    """链头: the seqs of the watched streams, in the order of ``models.statements.WATCHED``."""

    organisation: int
    calendar: int
    settings: int


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """办理路线 of one published version, with what of it every act needs."""

    plan: Plan
    code: str
    version: int
    label: str
    body_kinds: dict[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """本库设置: whether it is a rehearsal, and its business date where it is."""

    rehearsal: bool
    business_date: date | None

    def today(self, wall: WallClock) -> date:
        """业务日期."""
        return self.business_date or legal_date(wall)


class World:
    """Caches of one database in this process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._plans: dict[tuple[str, int], LoadedPlan] = {}
        self._organisation: Organisation | None = None
        self._calendar: tuple[int, WorkCalendar] | None = None
        self._settings: tuple[int, Settings] | None = None
        self._lock = Lock()

    def plan(self, code: str, version: int) -> LoadedPlan | None:
        """Return the plan of a published version, ``None`` where it was never published."""
        found = self._plans.get((code, version))
        if found is None:
            found = self._load_plan(code, version)
            if found is not None:
                self._plans[code, version] = found
        return found

    def organisation(self, heads: Heads) -> Organisation:
        """Return the organisation as of ``heads``."""
        found = self._organisation
        if found is None or found.seq != heads.organisation:
            with self._lock, self._db.read() as session:
                found = self._organisation = load_organisation(session, heads.organisation)
        return found

    def calendar(self, heads: Heads) -> WorkCalendar:
        """Return the work calendar as of ``heads``."""
        found = self._calendar
        if found is None or found[0] != heads.calendar:
            with self._lock, self._db.read() as session:
                found = self._calendar = (heads.calendar, load_calendar(session, heads.calendar))
        return found[1]

    def settings(self, heads: Heads) -> Settings:
        """Return the settings as of ``heads``."""
        found = self._settings
        if found is None or found[0] != heads.settings:
            with self._lock, self._db.read() as session:
                found = self._settings = (heads.settings, _load_settings(session))
        return found[1]

    def heads(self) -> Heads:
        """Return the heads as they stand, for readers that are not in an act."""
        with reading(self._db) as tx:
            row = tx.one(s.LOAD_NOTHING, ("", "", "", ""))
        return Heads(*(row or ())[-len(Heads._fields) :])

    def unit(self, unit_id: str) -> UnitPlace | None:
        """Return where a reform unit stands; read anew each time, for units change without an act."""
        with self._db.read() as session:
            row = session.get(ReformUnitRow, unit_id)
            return None if row is None else place_of(row)

    def meeting(self, session_id: str) -> MeetingSession | None:
        """Return a session of a meeting; read anew each time, only where an item is listed for it."""
        with self._db.read() as session:
            row = session.get(MeetingSessionRow, session_id)
            return None if row is None else decode_session(row.snapshot)

    def body_names(self) -> dict[str, str]:
        """Return code → name of every registered body; few acts ask, so it is read anew each time."""
        with self._db.read() as session:
            rows = session.execute(select(BodyRow.code, BodyRow.name))  # type: ignore[call-overload]
            return {code: name for code, name in rows}

    def _load_plan(self, code: str, version: int) -> LoadedPlan | None:
        with self._lock, self._db.read() as session:
            row = session.get(ProgrammeRow, (code, version))
            if row is None:
                return None
            programme = programme_of(row)
        return LoadedPlan(
            plan=compile_plan(programme),
            code=code,
            version=version,
            label=f"{code}/{version}",
            body_kinds={body.id: str(body.kind) for body in programme.bodies},
        )


_worlds: WeakKeyDictionary[Database, World] = WeakKeyDictionary()
_worlds_guard = Lock()


def world_of(db: Database) -> World:
    """Return the caches of ``db``."""
    found = _worlds.get(db)
    if found is None:
        with _worlds_guard:
            found = _worlds.setdefault(db, World(db))
    return found


def unpublished(programme: str, version: int) -> Refused:
    """The version was never published."""
    return Refused(
        code="programme.unknown",
        message=f"流程模板“{programme}”第 {version} 版没有发布",
        remedy="请先发布,或核对代号和版本",
        facts={"programme": programme, "version": version},
    )


def load_calendar(session: Session, seq: int) -> WorkCalendar:
    """工作日历: the library's arrangements, and over them what this deployment loaded."""
    rows = session.execute(select(CalendarOverrideRow).order_by(CalendarOverrideRow.day)).scalars().all()  # type: ignore[arg-type]
    if not rows:
        return work_calendar()
    base = work_calendar()
    notices = {notice.year: notice.source for notice in base.notices}
    notices.update({row.notice_year: row.source for row in rows if row.notice_year is not None})
    return work_calendar(
        f"CN+{seq}",
        notices=notices,
        overrides=[DayOverride(row.day, DayKind(row.kind), row.source, row.name) for row in rows],
        loaded={row.notice_year for row in rows if row.notice_year is not None},
    )


def _load_settings(session: Session) -> Settings:
    found = {row.key: row.value for row in session.execute(select(SettingRow)).scalars()}
    if found.get(REHEARSAL) != "1":
        return Settings(rehearsal=False, business_date=None)
    return Settings(rehearsal=True, business_date=date.fromisoformat(found[BUSINESS_DATE]))
