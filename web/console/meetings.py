"""会议: sessions, what stands on their agenda, and the minutes of a whole session at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from domain import commands as c
from domain.decisions import OUTCOME_TITLES, Outcome
from domain.meeting_sessions import SessionAct
from domain.refusal import Refused
from services.acts import Enclosures
from services.meetings.desk import NewSession, SessionChange
from services.meetings.listing import AgendaLine, SessionPage
from services.meetings.recording import Minutes, MinutesRow
from services.office import acting
from services.office import meetings as office
from services.pages.record import MEETING_CHOICES, list_recordable
from services.private_texts import new_text
from web.console.forms import TOKEN, Typed
from web.console.links import step_path
from web.console.printing import as_page, as_word
from web.console.visit import Visit, VisitOf
from web.problems import got, problem_of

router = APIRouter()
PATH: Final = "/meetings"
ONE: Final = PATH + "/{meeting}"
MeetingId = Annotated[str, Path(pattern=r"^M[0-9]{4}-[0-9]{4,6}$")]
State = Annotated[str, Query(pattern="^(|planned|held|cancelled)$")]
STATES: Final = (("", "全部"), ("planned", "拟召开"), ("held", "已召开"), ("cancelled", "已取消"))


class Row(NamedTuple):
    """纪要一行: an item, and what was typed for it."""

    item: AgendaLine
    outcome: str
    opinion: str


@router.get(PATH)
def sessions(visit: VisitOf, state: State = "") -> Response:
    """会议清单."""
    return _list(visit, state)


@router.post(PATH)
def plan(visit: VisitOf) -> Response:
    """安排会议."""
    typed = _typed(visit)
    planned_on = visit.form.day("planned_on")
    if planned_on is None:
        refused = Refused(
            code="field.planned_on", message="没有写会议日期", remedy="请写明,已开过的写召开的日期"
        )
        return _list(visit, "", refused, typed)
    asked = NewSession(
        body=typed["body"],
        name=typed["name"],
        planned_on=planned_on,
        material_due=visit.form.day("material_due"),
        on=visit.counter.today(),
    )
    done = office.plan_session(visit.counter, asked, visit.command_id())
    if isinstance(done, Refused):
        return _list(visit, "", done, typed)
    return visit.redirect(f"{PATH}/{done.session.id}", "会议已安排,请列入议题")


@router.get(ONE)
def show(visit: VisitOf, meeting: MeetingId) -> Response:
    """一次会议: its agenda, and what may still be listed."""
    return _show(visit, meeting)


@router.post(ONE + "/list")
def put_on(visit: VisitOf, meeting: MeetingId) -> Response:
    """列入议题."""
    command = c.ListAgenda(session=meeting, seat=visit.form.text("seat"), **_head(visit))
    return _act(visit, meeting, command, "已列入议题")


@router.post(ONE + "/take-off")
def take_off(visit: VisitOf, meeting: MeetingId) -> Response:
    """移出议程, with its reason."""
    reason = visit.form.text("reason", 1000)
    text = new_text("opinion", reason, f"{visit.form.text('case')}:reason") if reason else None
    command = c.TakeOffAgenda(seat=visit.form.text("seat"), reason=text.ref if text else None, **_head(visit))
    return _act(visit, meeting, command, "已移出议程", Enclosures(texts=(text,) if text else ()))


@router.post(ONE + "/change")
def change(visit: VisitOf, meeting: MeetingId) -> Response:
    """改期、改名, or 取消 with its reason."""
    typed = _typed(visit)
    cancel = typed["act"] == "cancel"
    asked = SessionChange(
        session=meeting,
        act=SessionAct.CANCEL if cancel else SessionAct.CHANGE,
        name="" if cancel else typed["name"],
        planned_on=None if cancel else visit.form.day("planned_on"),
        reason=typed["reason"],
        on=visit.counter.today(),
    )
    done = office.change_session(visit.counter, asked, visit.command_id())
    if isinstance(done, Refused):
        return _show(visit, meeting, done, typed)
    return visit.redirect(f"{PATH}/{meeting}", "会议已取消" if cancel else "会议已调整")


@router.post(ONE + "/print")
def print_agenda(visit: VisitOf, meeting: MeetingId) -> Response:
    """议题汇总表: to print, or as a Word file."""
    printed = got(office.print_agenda(visit.counter, meeting))
    if visit.form.text("as", 10) == "word":
        return as_word(printed.word(), f"议题汇总表{meeting}")
    return as_page(printed.page())


@router.get(ONE + "/minutes")
def minutes(visit: VisitOf, meeting: MeetingId) -> Response:
    """按纪要登记整次会议."""
    return _minutes(visit, meeting, Typed())


@router.post(ONE + "/minutes")
def record(visit: VisitOf, meeting: MeetingId) -> Response:
    """登记: shown once more first; all rows or none."""
    typed = _typed(visit)
    if typed["again"]:
        return _minutes(visit, meeting, typed)
    page = got(office.show_session(visit.counter, meeting))
    rows = [each for each in _rows(visit, page, typed) if each.outcome]
    held_on = visit.form.day("held_on")
    if not rows or held_on is None or not typed["number"]:
        refused = Refused(
            code="field.minutes",
            message="没有写齐开会日期、纪要期号,或者没有选一个议题的结果",
            remedy="请照纪要填写;没有期号的填“无文号”,没有议到的议题不选结果",
        )
        return _minutes(visit, meeting, typed, refused)
    if not typed["confirmed"]:
        return _minutes(visit, meeting, typed, check=True)
    asked = Minutes(
        session=meeting,
        held_on=held_on,
        number=typed["number"],
        rows=tuple(
            MinutesRow(
                case=each.item.case,
                step=each.item.step,
                seat=each.item.seat,
                outcome=Outcome(each.outcome),
                opinion=each.opinion,
            )
            for each in rows
        ),
    )
    done = office.record_minutes(visit.counter, asked, visit.command_id())
    if isinstance(done, Refused):
        return _minutes(visit, meeting, typed, done)
    return visit.redirect(f"{PATH}/{meeting}", f"已登记 {len(done.decisions)} 个议题的结果,等另一人逐项核对")


# --- parts ---


def _typed(visit: Visit) -> Typed:
    return Typed({name: visit.form.text(name) for name in visit.form.fields if name != TOKEN})


def _head(visit: Visit) -> dict[str, Any]:
    return {
        "command_id": visit.command_id(),
        "case": visit.form.text("case", 200),
        "step": visit.form.text("step", 200),
        "round": visit.form.number("round"),
        "occurred_on": visit.counter.today(),
    }


def _act(
    visit: Visit, meeting: str, command: c.Command, toast: str, enclosed: Enclosures | None = None
) -> Response:
    done = acting.act_on(visit.counter, command, enclosed or Enclosures())
    if isinstance(done, Refused):
        return _show(visit, meeting, done, _typed(visit))
    return visit.redirect(f"{PATH}/{meeting}", toast)


def _list(
    visit: Visit, state: str, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    waiting = [each for each in list_recordable(visit.counter).lines if each.meeting]
    lines = got(office.list_sessions(visit.counter, "", state))
    bodies = {each.seat.partition("@")[2]: each.body_name for each in waiting}
    bodies |= {each.body: each.body_name for each in lines}
    problem = problem_of(refused) if refused else None
    return visit.page(
        "meetings/list.html",
        lines,
        status=problem.status if problem else 200,
        refused=refused,
        typed=Typed(typed or {}),
        state=state,
        states=STATES,
        bodies=sorted(bodies.items(), key=lambda each: each[1]),
        number=secrets.token_hex(12),
    )


def _show(
    visit: Visit, meeting: str, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    page = got(office.show_session(visit.counter, meeting))
    problem = problem_of(refused) if refused else None
    return visit.page(
        "meetings/session.html",
        page,
        status=problem.status if problem else 200,
        refused=refused,
        typed=Typed(typed or {}),
        waiting=_waiting(visit, page),
        number=secrets.token_hex(12),
        step_path=step_path,
    )


def _waiting(visit: Visit, page: SessionPage) -> list[AgendaLine]:
    """What the body has still to decide and stands on no agenda, declared or not."""
    if page.line.state != "planned":
        return []
    agenda = office.body_agenda(visit.counter, page.line.body)
    listed = {(each.case, each.step, each.seat) for each in page.items}
    return [
        each
        for each in (() if isinstance(agenda, Refused) else agenda)
        if (each.case, each.step, each.seat) not in listed and not each.outcome
    ]


def _rows(visit: Visit, page: SessionPage, typed: Mapping[str, str]) -> list[Row]:
    """The items that have no result yet: those listed first, then what was discussed beside the agenda."""
    open_items = [each for each in page.items if not each.outcome]
    known = [each for each, _ in MEETING_CHOICES]
    found = []
    for item in (*open_items, *_waiting(visit, page)):
        key = f"{item.case}|{item.step}|{item.seat}"
        outcome = typed[f"outcome|{key}"]
        found.append(Row(item, outcome if outcome in known else "", typed[f"opinion|{key}"]))
    return found


def _minutes(
    visit: Visit, meeting: str, typed: Typed, refused: Refused | None = None, *, check: bool = False
) -> Response:
    page = got(office.show_session(visit.counter, meeting))
    if not typed["held_on"]:
        held = page.line.held_on or min(page.line.planned_on, visit.counter.today())
        typed["held_on"] = held.isoformat()
    typed["number"] = typed["number"] or page.line.number
    problem = problem_of(refused) if refused else None
    return visit.page(
        "meetings/check.html" if check else "meetings/minutes.html",
        page,
        status=problem.status if problem else 200,
        refused=refused,
        typed=typed,
        rows=_rows(visit, page, typed),
        choices=MEETING_CHOICES,
        outcomes=OUTCOME_TITLES,
        number=typed["command_id"] or secrets.token_hex(12),
    )
