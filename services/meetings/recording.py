"""登记会议纪要: the results of a whole session in one go, a row an item, all or nothing.

Each row becomes a recorded decision of its own (代录), which a second person checks against the minutes as
any other. What was not on the agenda is listed with it, so that the session tells what was discussed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlmodel import Session

from domain import commands as c
from domain.case import NOTHING, Case, StepState
from domain.decisions import Medium, Outcome
from domain.events import Decided
from domain.meeting_sessions import MeetingSession, SessionAct, SessionEvent, judge_move
from domain.permissions import Action
from domain.refusal import RefusalError, Refused
from models.ledger import MEETINGS
from services.act_loading import Entry, prepare
from services.act_path import ActPath, Done
from services.enclosures import Enclosures
from services.meetings.desk import MeetingDesk, find_session, read_session
from services.noting import in_turn
from services.organising.office import request_digest
from services.permits import case_target, permit
from services.private_texts import new_text
from services.resending import case_seen
from services.transaction import joined
from services.world import world_of


class WantedItem(msgspec.Struct, frozen=True, kw_only=True):
    """议定事项 of a row."""

    text: str
    body: str
    position: str = "handler"
    due_on: date | None = None
    blocks: bool = False


class MinutesRow(msgspec.Struct, frozen=True, kw_only=True):
    """纪要中的一个议题."""

    case: str
    step: str
    outcome: Outcome
    opinion: str = ""
    seat: str = ""
    """`role@body`, where a node is decided by several meetings."""
    confirm_by: str = ""
    items: tuple[WantedItem, ...] = ()


class Minutes(msgspec.Struct, frozen=True, kw_only=True):
    """会议纪要, as an entry gives it."""

    session: str
    held_on: date
    number: str
    rows: tuple[MinutesRow, ...]


class MinutesDone(msgspec.Struct, frozen=True, kw_only=True):
    """已登记: the session, and the number of each row's decision within its case."""

    session: MeetingSession
    decisions: tuple[str, ...]
    repeated: bool = False


class _RowsRefusedError(Exception):
    """Takes all of it back."""

    def __init__(self, faults: dict[int, Refused]) -> None:
        super().__init__()
        self.faults = faults


def record_minutes(desk: MeetingDesk, asked: Minutes, *, command_id: str) -> MinutesDone | Refused:
    """登记会议纪要 of a session; every faulty row is named, and then nothing is recorded."""
    found = find_session(desk, asked.session, Action.MEETING_HANDLE)
    if isinstance(found, Refused):
        return found
    right = desk.allowed(Action.MEETING_HANDLE, found.body, found.office)
    if isinstance(right, Refused):
        return right
    refused = _minutes_refused(desk, asked)
    if refused is not None:
        return refused
    digest = request_digest(asked)
    try:
        with in_turn(desk.db, MEETINGS) as session:
            standing = desk.standing(session, command_id, digest)
            if isinstance(standing, Refused):
                return standing
            now = read_session(session, found.id)
            held = judge_move(now, SessionAct.HOLD, held_on=asked.held_on, number=asked.number.strip())
            if isinstance(held, Refused):
                return held
            decisions = _Recorder(desk, session, now, asked, command_id).record()
            if standing is None:
                event = SessionEvent(act=SessionAct.HOLD, session=held, on=asked.held_on)
                desk.write(session, event, right, command_id, digest)
    except _RowsRefusedError as rows:
        return _faulty(asked, rows.faults)
    return MinutesDone(session=held, decisions=decisions, repeated=standing is not None)


def _minutes_refused(desk: MeetingDesk, asked: Minutes) -> Refused | None:
    if not asked.rows:
        return Refused(code="meeting.no_rows", message="没有写一个议题", remedy="请逐个议题写明结果")
    if not asked.number.strip():
        return Refused(
            code="meeting.no_number", message="会议纪要没有写期号", remedy="请填写;确无文号的填“无文号”"
        )
    if asked.held_on > desk.today:
        return Refused(
            code="date.future", message=f"{asked.held_on} 还没有到", remedy="请写会议实际召开的日期"
        )
    return None


def _faulty(asked: Minutes, faults: dict[int, Refused]) -> Refused:
    """行号从 1 起: each faulty row with its own reason and way out."""
    told = {}
    for number, each in faults.items():
        row = asked.rows[number - 1]
        told[f"第{number}行"] = f"{row.case} {row.step}:{each.message};{each.remedy}"
    return Refused(
        code="meeting.rows",
        message=f"{len(asked.rows)} 行中有 {len(faults)} 行不能登记,全部没有登记:"
        + ";".join(f"{row} {words}" for row, words in told.items()),
        remedy="请改正后一并重新登记",
        facts={**told, **{f"第{number}行.code": each.code for number, each in faults.items()}},
    )


class _Recorder:
    """The rows of one session's minutes, inside its transaction."""

    def __init__(
        self, desk: MeetingDesk, session: Session, held: MeetingSession, asked: Minutes, command_id: str
    ) -> None:
        session.flush()
        self._desk, self._held, self._asked, self._id = desk, held, asked, command_id
        self._tx = joined(session.connection())
        self._path = ActPath(world_of(desk.db), desk.runtime.wall, desk.runtime.notices)
        self._entry = Entry(actor=desk.person, channel=desk.channel)
        self._after: dict[str, Case] = {}

    def record(self) -> tuple[str, ...]:
        """Record every row, in the order of cases so that two who record at once do not block each other.

        Raises:
            _RowsRefusedError: some row was refused; all that can be are looked at.
        """
        decisions: dict[int, str] = {}
        faults: dict[int, Refused] = {}
        rows = enumerate(self._asked.rows, start=1)
        for number, row in sorted(rows, key=lambda each: (each[1].case, each[0])):
            try:
                decisions[number] = self._row(number, row)
            except RefusalError as refusal:
                faults[number] = refusal.refused
        if faults:
            raise _RowsRefusedError(dict(sorted(faults.items())))
        return tuple(decisions[number] for number in sorted(decisions))

    def _row(self, number: int, row: MinutesRow) -> str:
        named = f"{self._id}:{number}"
        case = self._case(row.case, named)
        state = case.steps.get(row.step, NOTHING) if case else NOTHING
        seat = row.seat or self._seat(state)
        item = state.agenda.get(f"{state.node}|{seat}")
        at: dict[str, Any] = {
            "case": row.case,
            "step": row.step,
            "round": state.round,
            "occurred_on": self._asked.held_on,
        }
        if item is None or item.session != self._held.id:
            listed = c.ListAgenda(command_id=f"{named}:list", session=self._held.id, seat=seat, **at)
            self._do(listed, Enclosures())
        opinion = new_text("opinion", row.opinion, f"{row.case}:opinion") if row.opinion.strip() else None
        decided = self._do(
            c.Decide(
                command_id=named,
                node=state.node,
                seat=seat,
                outcome=row.outcome,
                decided_by=self._held.body,
                medium=Medium.MINUTES,
                number=self._asked.number.strip(),
                meeting=self._held.name,
                opinion=opinion.ref if opinion else None,
                confirm_by=row.confirm_by,
                **at,
            ),
            Enclosures(texts=(opinion,) if opinion else ()),
        )
        decision = next(each.decision.id for each in decided.events if isinstance(each, Decided))
        for place, wanted in enumerate(row.items, start=1):
            self._follow_up(f"{named}:{place}", wanted, decision, at)
        return decision

    def _case(self, case_id: str, named: str) -> Case | None:
        """The case as the row finds it; one out of sight is as if there were none."""
        desk = self._desk
        case = self._after.get(case_id) or case_seen(desk.db, case_id, named, desk.person)
        if case is not None:
            refused = permit(
                desk.db, desk.person, Action.CASE_READ, case_target(desk.db, case), on=desk.today
            )
            if refused is not None:
                raise RefusalError(refused)
        return case

    def _seat(self, state: StepState) -> str:
        """The seat of the body whose minutes these are."""
        mine = [seat.key for seat in state.seats if seat.body == self._held.body]
        return mine[0] if len(mine) == 1 else ""

    def _follow_up(self, named: str, wanted: WantedItem, decision: str, at: dict[str, Any]) -> None:
        text = new_text("opinion", wanted.text, f"{at['case']}:opinion")
        command = c.AddFollowUp(
            command_id=named,
            opinion=text.ref,
            body=wanted.body,
            position=wanted.position,
            due_on=wanted.due_on,
            blocks=wanted.blocks,
            decision=decision,
            **at,
        )
        self._do(command, Enclosures(texts=(text,)))

    def _do(self, command: c.Command, enclosed: Enclosures) -> Done:
        prepared = prepare(command, self._entry)
        if isinstance(prepared, Refused):
            raise RefusalError(prepared)
        answer = self._path.do(self._tx, prepared, None, enclosed)
        if isinstance(answer, Refused):
            raise RefusalError(answer)
        self._after[command.case] = answer.case
        return answer
