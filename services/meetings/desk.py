"""会务: an office plans, moves and cancels the sessions of a body, under the permission table.

Whoever records for a body may keep its sessions: those for whom something of it waits now, the body's own
people, and the reform office of the area.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session

from domain.meeting_sessions import (
    MeetingSession,
    SessionAct,
    SessionEvent,
    judge_move,
    material_due,
)
from domain.permissions import Action, Target
from domain.refusal import Refused
from models.database import Database
from models.ledger import MEETINGS, append
from models.statements import AGENDA, EVENT, WORK_ITEM
from models.tables import MeetingSessionRow
from services.authority import Allowed, allow
from services.bootstrap import Runtime
from services.clock import today as today_of
from services.meetings.rows import REQUEST, decode_event, decode_session, row_of
from services.noting import in_turn
from services.organising.office import request_digest
from services.world import world_of


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """安排会议, as an entry gives it."""

    body: str
    name: str
    planned_on: date
    material_due: date | None = None
    on: date


class SessionChange(msgspec.Struct, frozen=True, kw_only=True):
    """调整或取消会议; what is empty stays."""

    session: str
    act: SessionAct
    name: str = ""
    planned_on: date | None = None
    material_due: date | None = None
    reason: str = ""
    on: date


class SessionDone(msgspec.Struct, frozen=True, kw_only=True):
    """已办: the session as it stands after the act."""

    session: MeetingSession
    repeated: bool = False


Decide = Callable[[Session], SessionEvent | Refused]


@dataclass(frozen=True, slots=True)
class MeetingDesk:
    """会务办理台: one person at one entry."""

    runtime: Runtime
    person: str
    channel: str = "cli"

    @property
    def db(self) -> Database:
        """The business database."""
        return self.runtime.db

    @property
    def today(self) -> date:
        """业务日期."""
        return today_of(self.db, self.runtime.wall)

    def allowed(self, action: Action, body: str, office: str = "") -> Allowed | Refused:
        """By what right the person deals with the sessions of a body."""
        return allow(self.db, self.person, action, self.target(body, office), wall=self.runtime.wall)

    def target(self, body: str, office: str = "") -> Target:
        """A body that decides by meeting, with who keeps its agenda."""
        world = world_of(self.db)
        place = world.organisation(world.heads()).places.get(body)
        bodies = frozenset({body, office, *_keepers(self.db, body)} - {""})
        return Target(division=place.division if place else "", bodies=bodies)

    def material_due(self, planned_on: date) -> date:
        """材料报送截止日 by this deployment's own number of days."""
        world = world_of(self.db)
        days = self.runtime.settings.meeting_material_workdays
        return material_due(planned_on, days, world.calendar(world.heads()))

    def enact(
        self, request: msgspec.Struct, right: Allowed, decide: Decide, *, command_id: str
    ) -> SessionDone | Refused:
        """Judge and write, or answer again what the command did."""
        digest = request_digest(request)
        with in_turn(self.db, MEETINGS) as session:
            standing = self.standing(session, command_id, digest)
            if standing is not None:
                return standing
            event = decide(session)
            if isinstance(event, Refused):
                return event
            self.write(session, event, right, command_id, digest)
            return SessionDone(session=event.session)

    def standing(self, session: Session, command_id: str, digest: str) -> SessionDone | Refused | None:
        """What the command did when it came before."""
        columns = (EVENT.c.stream, EVENT.c.body, EVENT.c.actor)
        row = session.connection().execute(select(*columns).where(EVENT.c.command_id == command_id)).first()
        if row is None:
            return None
        if (row.stream, row.actor) == (MEETINGS, self.person):
            event, request = decode_event(row.body)
            if request == digest:
                return SessionDone(session=event.session, repeated=True)
        return Refused(
            code="command.reused",
            message=f"指令号“{command_id}”已用于另一项办理",
            remedy="请换一个新的指令号;重发同一项办理时内容须完全相同",
            facts={"command": command_id},
        )

    def write(
        self, session: Session, event: SessionEvent, right: Allowed, command_id: str, digest: str
    ) -> None:
        """The ledger row of an act, and the session's own."""
        content = msgspec.to_builtins(event)
        appended = append(
            session,
            MEETINGS,
            [{**content, REQUEST: digest}],
            command_id=command_id,
            actor=self.person,
            position=right.position,
            recorded_at=self.runtime.wall.now(),
            occurred_on=event.on,
            channel=self.channel,
        )
        session.merge(row_of(event.session, appended.seq))
        session.flush()


def plan_session(desk: MeetingDesk, asked: NewSession, *, command_id: str) -> SessionDone | Refused:
    """安排会议: of a registered body, on a day; the material is due some working days before."""
    right = desk.allowed(Action.MEETING_HANDLE, asked.body)
    if isinstance(right, Refused):
        return right
    refused = _plan_refused(desk, asked)
    if refused is not None:
        return refused
    due = asked.material_due or desk.material_due(asked.planned_on)

    def decide(session: Session) -> SessionEvent:
        planned = MeetingSession(
            id=_next_id(session, asked.planned_on.year),
            body=asked.body,
            office=right.position.partition("/")[0],
            name=asked.name.strip(),
            planned_on=asked.planned_on,
            material_due=due,
        )
        return SessionEvent(act=SessionAct.PLAN, session=planned, on=asked.on)

    return desk.enact(asked, right, decide, command_id=command_id)


def change_session(desk: MeetingDesk, asked: SessionChange, *, command_id: str) -> SessionDone | Refused:
    """调整会议, or 取消; what is listed for a session keeps it from being cancelled."""
    found = find_session(desk, asked.session, Action.MEETING_HANDLE)
    if isinstance(found, Refused):
        return found
    right = desk.allowed(Action.MEETING_HANDLE, found.body, found.office)
    if isinstance(right, Refused):
        return right

    def decide(session: Session) -> SessionEvent | Refused:
        now = read_session(session, asked.session)
        moved = (
            _changed(desk, now, asked) if asked.act is SessionAct.CHANGE else _cancelled(session, now, asked)
        )
        if isinstance(moved, Refused):
            return moved
        return SessionEvent(act=asked.act, session=moved, on=asked.on, reason=asked.reason.strip())

    return desk.enact(asked, right, decide, command_id=command_id)


def _cancelled(session: Session, now: MeetingSession, asked: SessionChange) -> MeetingSession | Refused:
    if not asked.reason.strip():
        return Refused(code="meeting.reason_missing", message="没有写明取消的理由", remedy="请写明理由")
    listed = select(func.count()).where(AGENDA.c.session_id == now.id)
    count = int(session.connection().execute(listed).scalar_one())
    if count:
        return Refused(
            code="meeting.listed",
            message=f"这次会议还列着 {count} 个议题",
            remedy="请先改列另一次会议,或移出议程;已经议过的,请登记会议纪要",
            facts={"session": now.id, "items": count},
        )
    return judge_move(now, SessionAct.CANCEL)


def _changed(desk: MeetingDesk, now: MeetingSession, asked: SessionChange) -> MeetingSession | Refused:
    planned = asked.planned_on or now.planned_on
    due = asked.material_due or (desk.material_due(planned) if asked.planned_on else now.material_due)
    name = asked.name.strip() or now.name
    return judge_move(now, SessionAct.CHANGE, name=name, planned_on=planned, material_due=due)


def _plan_refused(desk: MeetingDesk, asked: NewSession) -> Refused | None:
    world = world_of(desk.db)
    if asked.body not in world.organisation(world.heads()).places:
        return Refused(
            code="body.unknown",
            message=f"没有机构“{asked.body}”",
            remedy="请用 body list 核对机构代码",
            facts={"body": asked.body},
        )
    if not asked.name.strip():
        return Refused(code="meeting.no_name", message="没有写会议名称", remedy="请写明,如 第5次会议")
    if asked.material_due is not None and asked.material_due > asked.planned_on:
        return Refused(
            code="meeting.material_late",
            message=f"材料报送截止日 {asked.material_due} 晚于会议日期 {asked.planned_on}",
            remedy="请核对日期",
        )
    return None


def find_session(
    desk: MeetingDesk, id_: str, action: Action = Action.MEETING_READ
) -> MeetingSession | Refused:
    """A session by its id; unknown and out of sight sound the same."""
    with desk.db.read() as session:
        row = session.get(MeetingSessionRow, id_)
    if row is None:
        return unseen()
    found = decode_session(row.snapshot)
    right = desk.allowed(action, found.body, found.office)
    if isinstance(right, Refused):
        seen = desk.allowed(Action.MEETING_READ, found.body, found.office)
        return unseen() if isinstance(seen, Refused) else right
    return found


def read_session(session: Session, id_: str) -> MeetingSession:
    """A session that stands."""
    return decode_session(session.get_one(MeetingSessionRow, id_).snapshot)


def unseen() -> Refused:
    """What is not there, and what one may not see."""
    return Refused(
        code="access.not_found",
        message="没有找到,或者不在您的查看范围内",
        remedy="请核对编号;确需查看的,请联系本单位管理员",
    )


def _next_id(session: Session, year: int) -> str:
    """编号: M, year, and the next number of that year; in the stream's turn."""
    stem = f"M{year:04}-"
    last = session.execute(
        select(MeetingSessionRow.id)  # type: ignore[call-overload]
        .where(MeetingSessionRow.year == year)
        .order_by(func.length(MeetingSessionRow.id).desc(), MeetingSessionRow.id.desc())  # type: ignore[attr-defined]
        .limit(1)
    ).scalar()
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:04}"


def _keepers(db: Database, body: str) -> set[str]:
    """Who records for a body now: the bodies for whom something that it is to decide waits."""
    asked, kept = WORK_ITEM.alias(), WORK_ITEM.alias()
    same = (kept.c.case_id == asked.c.case_id) & (kept.c.step == asked.c.step) & (kept.c.seat == asked.c.seat)
    statement = (
        select(kept.c.body)
        .select_from(asked.join(kept, same))
        .where(asked.c.body == body, asked.c.kind == "decide", kept.c.kind == "record")
        .distinct()
    )
    with db.read() as session:
        return {str(found) for (found,) in session.connection().execute(statement)}
