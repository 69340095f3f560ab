"""议题汇总: what waits for a body or stands on a session's agenda, over all cases that one may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import msgspec
from sqlalchemy import select

from domain.agenda import AgendaState, state_words
from domain.agenda_standing import agenda_standing, answer_at, item_at
from domain.case import Case, split_key
from domain.decisions import OUTCOME_TITLES, TextRef
from domain.meeting_sessions import SESSION_STATES, MeetingSession, SessionState
from domain.permissions import Action, Standing, granted
from domain.programme import NodeKind
from domain.refusal import Refused
from models.statements import AGENDA, WORK_ITEM
from models.tables import MeetingSessionRow
from services.meetings.desk import MeetingDesk, find_session
from services.meetings.rows import decode_session
from services.permits import case_target, standing_of
from services.private_texts import read_text
from services.reading import Names, load_case, plan_of

MOST_SESSIONS = 200


class AgendaLine(msgspec.Struct, frozen=True, kw_only=True):
    """一个议题."""

    case: str
    unit: str
    unit_name: str
    step: str
    step_title: str
    node: str
    node_title: str
    seat: str
    round: int
    body: str
    title: str
    state: str
    state_title: str
    session: str
    planned_on: date | None
    declared_on: date | None
    deferred_on: date | None
    times: int
    """How often it was put off."""
    outcome: str
    decision: str
    due_on: date | None

    @property
    def words(self) -> str:
        """How it stands, in a phrase."""
        again = f"(已暂缓{self.times}次)" if self.times else ""
        return f"{self.outcome or self.state_title}{again}"


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """一次会议."""

    id: str
    body: str
    body_name: str
    office: str
    office_name: str
    name: str
    state: str
    state_title: str
    planned_on: date
    material_due: date | None
    held_on: date | None
    number: str


class SessionPage(msgspec.Struct, frozen=True, kw_only=True):
    """会议和它的议题: what is listed, what was put off and comes up again, what is still to be listed."""

    line: SessionLine
    items: tuple[AgendaLine, ...]
    again: tuple[AgendaLine, ...]
    """上次暂缓: on the list of the body's next session by themselves."""
    waiting: tuple[AgendaLine, ...]


class _Place(NamedTuple):
    case: str
    step: str
    node: str
    seat: str


def list_sessions(desk: MeetingDesk, *, body: str = "", state: str = "") -> tuple[SessionLine, ...]:
    """会议清单: those of bodies whose sessions one may see, the next first."""
    statement = select(MeetingSessionRow).order_by(
        MeetingSessionRow.planned_on.desc(),  # type: ignore[attr-defined]
        MeetingSessionRow.id.desc(),  # type: ignore[attr-defined]
    )
    if body:
        statement = statement.where(MeetingSessionRow.body == body)  # type: ignore[arg-type]
    if state:
        statement = statement.where(MeetingSessionRow.state == state)  # type: ignore[arg-type]
    with desk.db.read() as session:
        rows = session.execute(statement.limit(MOST_SESSIONS)).scalars().all()
        found = [decode_session(row.snapshot) for row in rows]
    seen = {
        place: not isinstance(desk.allowed(Action.MEETING_READ, *place), Refused)
        for place in {(each.body, each.office) for each in found}
    }
    names = Names(desk.db, desk.today)
    return tuple(_session_line(each, names) for each in found if seen[each.body, each.office])


def show_session(desk: MeetingDesk, id_: str) -> SessionPage | Refused:
    """一次会议的议题单."""
    found = find_session(desk, id_)
    if isinstance(found, Refused):
        return found
    items = agenda_of(desk, found.body, found.id)
    planned = found.state is SessionState.PLANNED
    waiting = [each for each in items if each.session != found.id and planned]
    again = [each for each in waiting if each.state == AgendaState.DEFERRED]
    return SessionPage(
        line=_session_line(found, Names(desk.db, desk.today)),
        items=tuple(each for each in items if each.session == found.id),
        again=tuple(again) if _is_next(desk, found) else (),
        waiting=tuple(each for each in waiting if each.state == AgendaState.DECLARED),
    )


def body_agenda(desk: MeetingDesk, body: str) -> tuple[AgendaLine, ...] | Refused:
    """一个会议的全部待议议题: 待申报, 待列入, 待上会, 待录结果, 待核对."""
    right = desk.allowed(Action.MEETING_READ, body)
    if isinstance(right, Refused):
        return right
    return tuple(each for each in agenda_of(desk, body) if each.state != AgendaState.DECIDED)


def agenda_of(desk: MeetingDesk, body: str, session_id: str = "") -> list[AgendaLine]:
    """Every item of a body that waits, and all of a session; of the cases that one may see."""
    standing = standing_of(desk.db, desk.person, desk.today)
    names = Names(desk.db, desk.today)
    found = []
    for case, places in _by_case(desk, standing, _places(desk, body, session_id)):
        found += [line for place in places for line in _line(desk, case, place, names)]
    return sorted(found, key=lambda each: (each.unit_name, each.case, each.step, each.node, each.seat))


def _is_next(desk: MeetingDesk, session: MeetingSession) -> bool:
    """Whether no other session of the body is planned before it: what was put off comes up there."""
    planned = [each for each in list_sessions(desk, body=session.body, state=SessionState.PLANNED.value)]
    return all((session.planned_on, session.id) <= (each.planned_on, each.id) for each in planned)


def _places(desk: MeetingDesk, body: str, session_id: str) -> set[_Place]:
    """Where something of the body may stand: asked now, waiting for its check, or on an agenda."""
    asked = select(WORK_ITEM.c.case_id, WORK_ITEM.c.step, WORK_ITEM.c.node, WORK_ITEM.c.seat).where(
        WORK_ITEM.c.body == body, WORK_ITEM.c.kind == "decide"
    )
    columns = (AGENDA.c.case_id, AGENDA.c.step, AGENDA.c.node, AGENDA.c.seat)
    listed = select(*columns).where(AGENDA.c.body == body)
    of_session = select(*columns).where(AGENDA.c.session_id == session_id)
    with desk.db.read() as session:
        connection = session.connection()
        wanted = (asked, listed, *((of_session,) if session_id else ()))
        return {_Place(*row) for statement in wanted for row in connection.execute(statement)}


def _by_case(
    desk: MeetingDesk, standing: Standing, places: Iterable[_Place]
) -> Iterator[tuple[Case, list[_Place]]]:
    by_case: dict[str, list[_Place]] = {}
    for place in sorted(places):
        by_case.setdefault(place.case, []).append(place)
    for case_id, mine in by_case.items():
        case = load_case(desk.db, case_id)
        if case is not None and granted(standing, Action.CASE_READ, case_target(desk.db, case)):
            yield case, mine


def _line(desk: MeetingDesk, case: Case, place: _Place, names: Names) -> Iterator[AgendaLine]:
    plan = plan_of(desk.db, case)
    step = plan.view(case.choices).by_id.get(split_key(place.step)[0])
    state = case.steps.get(place.step)
    node = step.node(place.node) if step else None
    if step is None or state is None or node is None or node.node.kind is not NodeKind.MEETING:
        return
    item, given = item_at(state, place.node, place.seat), answer_at(state, place.node, place.seat)
    standing = agenda_standing(plan, case, place.step, step, place.node, place.seat)
    due = state.node_due or state.due
    title = _text(desk, item.title)
    yield AgendaLine(
        case=case.id,
        unit=case.unit,
        unit_name=case.unit_name,
        step=place.step,
        step_title=step.step.title,
        node=place.node,
        node_title=node.node.title,
        seat=place.seat,
        round=state.round,
        body=item.body,
        title=title or f"{case.unit_name}:{step.step.title}",
        state=str(standing),
        state_title=state_words(standing, item.planned_on, desk.today),
        session=item.session,
        planned_on=item.planned_on,
        declared_on=item.declared_on,
        deferred_on=item.deferred_on,
        times=item.times,
        outcome=OUTCOME_TITLES[given.outcome] if given is not None else "",
        decision=given.id if given is not None else "",
        due_on=due.date if due else None,
    )


def _text(desk: MeetingDesk, ref: TextRef | None) -> str:
    if ref is None:
        return ""
    with desk.db.read() as session:
        return read_text(session, ref.id) or "(已依法删除)"


def _session_line(found: MeetingSession, names: Names) -> SessionLine:
    return SessionLine(
        id=found.id,
        body=found.body,
        body_name=names.body(found.body),
        office=found.office,
        office_name=names.body(found.office),
        name=found.name,
        state=str(found.state),
        state_title=SESSION_STATES[found.state],
        planned_on=found.planned_on,
        material_due=found.material_due,
        held_on=found.held_on,
        number=found.number,
    )
