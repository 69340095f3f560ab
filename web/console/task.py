"""任务页: one step, and what is done on it: hand in, answer, withdraw, adopt; each act on its round.

What is not trivially undone passes a page that shows what was chosen; afterwards there is a receipt.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from domain import commands as c
from domain.decisions import ADOPTION_TITLES, OUTCOME_TITLES, Adoption, Outcome, TextRef
from domain.refusal import Refused
from services.acts import Done, Enclosures
from services.office import acting
from services.pages.task import Seat, TaskView, show_task
from services.pages.task_history import receipt_of
from services.private_texts import new_text
from services.reading import plan_of
from web.api.desk import At, StepOf
from web.console.forms import Typed
from web.console.links import case_path, step_path
from web.console.visit import Visit, VisitOf
from web.problems import ProblemError, got, problem_of

router = APIRouter()
AT: Final = "/cases/{programme}/{unit}/steps/{step}"
PHRASES: Final = ("同意,请按程序报批", "请补齐材料后再报")
_CONFLICT: Final = "step.round"


def page_of(
    visit: Visit,
    at: At,
    *,
    refused: Refused | None = None,
    head: str = "没有办成",
    typed: Mapping[str, str] | None = None,
) -> Response:
    """任务页; with ``refused`` what did not happen, and what was typed for it."""
    view = got(show_task(visit.counter, at.case, at.step))
    problem = problem_of(refused) if refused else None
    return visit.page(
        "task/page.html",
        view,
        fragment="main",
        status=problem.status if problem else 200,
        headers=problem.headers if problem else {},
        refused=refused,
        clash=bool(refused and refused.code == _CONFLICT),
        head=head,
        typed=Typed(typed or {}),
        number=secrets.token_hex(12),
        phrases=PHRASES,
        adoptions=ADOPTION_TITLES,
        outcomes=OUTCOME_TITLES,
        to=lambda act="": step_path(at.case, at.step, act),
        step_of=lambda step: step_path(at.case, step),
        case_href=case_path(at.case),
    )


@router.get(AT)
def show(visit: VisitOf, at: StepOf) -> Response:
    """任务页."""
    return page_of(visit, at)


# --- handing in ---


@router.get(AT + "/submit")
def check_submission(visit: VisitOf, at: StepOf) -> Response:
    """核对再提交: what will be handed in."""
    return _check(visit, at, "task/submit.html", got(show_task(visit.counter, at.case, at.step)))


@router.post(AT + "/submit")
def submit(visit: VisitOf, at: StepOf) -> Response:
    """提交."""
    return _act(visit, at, c.Submit(**_head(visit, at)), "没有提交成功")


@router.post(AT + "/withdraw")
def withdraw(visit: VisitOf, at: StepOf) -> Response:
    """撤回提交."""
    return _act(visit, at, c.WithdrawSubmission(**_head(visit, at)), "没有撤回", "已撤回,可修改后再提交")


# --- answering ---


@router.post(AT + "/decide")
def decide(visit: VisitOf, at: StepOf) -> Response:
    """提交意见: shown once more first, then done."""
    view = got(show_task(visit.counter, at.case, at.step))
    seat, outcome = _chosen(visit, view)
    typed = {name: visit.form.text(name) for name in ("outcome", "opinion", "seat", "node")}
    if seat is None or outcome is None:
        refused = Refused(
            code="field.outcome", message="没有选定意见,或现在不由您签署", remedy="请选定一项意见后再提交"
        )
        return page_of(visit, at, refused=refused, head="意见没有提交", typed=typed)
    if not visit.form.text("confirmed", 5):
        return _check(visit, at, "task/decide.html", view, seat=seat, outcome=outcome, typed=typed)
    opinion, enclosed = _text(typed["opinion"], at, "opinion")
    command = c.Decide(node=seat.node, seat=seat.seat, outcome=outcome, opinion=opinion, **_head(visit, at))
    return _act(visit, at, command, "意见没有提交", enclosed=enclosed, typed=typed)


@router.post(AT + "/adopt")
def adopt(visit: VisitOf, at: StepOf) -> Response:
    """意见采纳: one opinion at a time, each with its reason."""
    typed = {name: visit.form.text(name) for name in ("decision", "adoption", "reason")}
    got(visit.counter.case_to_act_on(at.case))
    if typed["adoption"] not in {str(each) for each in Adoption}:
        refused = Refused(
            code="field.adoption", message="没有选定是否采纳", remedy="请选采纳、部分采纳或不采纳"
        )
        return page_of(visit, at, refused=refused, head="采纳情况没有记下", typed=typed)
    reason, enclosed = _text(typed["reason"], at, "reason")
    command = c.AdoptOpinion(
        decision=typed["decision"],
        adoption=Adoption(typed["adoption"]),
        reason=reason,
        **_head(visit, at),
    )
    return _act(visit, at, command, "采纳情况没有记下", "已记下采纳情况", enclosed=enclosed, typed=typed)


# --- afterwards ---


@router.get(AT + "/receipts/{seq}")
def receipt(visit: VisitOf, at: StepOf, seq: int) -> Response:
    """回执 of one's own act."""
    case = got(visit.counter.case(at.case))
    found = receipt_of(visit.counter, plan_of(visit.counter.db, case), case, min(seq, 2**53))
    if found is None:
        raise ProblemError(
            Refused(code="access.not_found", message="没有这张回执", remedy="请从任务页的办理记录查看")
        )
    return visit.page(
        "task/receipt.html", found, unit_name=case.unit_name, number=at.step, to=step_path(at.case, at.step)
    )


def _check(visit: Visit, at: At, template: str, view: TaskView, **more: Any) -> Response:
    return visit.page(
        template,
        view,
        number=visit.form.text("command_id", 80) or secrets.token_hex(12),
        outcomes=OUTCOME_TITLES,
        to=lambda act="": step_path(at.case, at.step, act),
        **more,
    )


def _head(visit: Visit, at: At) -> dict[str, Any]:
    """What every act says: its number, case, step, the round that was seen, and the day."""
    on: date = visit.counter.today()
    return {
        "command_id": visit.command_id(),
        "case": at.case,
        "step": at.step,
        "round": visit.form.number("round"),
        "occurred_on": on,
    }


def _chosen(visit: Visit, view: TaskView) -> tuple[Seat | None, Outcome | None]:
    """The seat that is answered in, and the answer; ``None`` for what is not the person's to give."""
    node, wanted = visit.form.text("node", 100), visit.form.text("outcome", 100)
    of_node = [each for each in view.decides if each.node == node]
    seat = next((each for each in of_node if each.seat == visit.form.text("seat", 200)), None)
    outcomes = {str(outcome): outcome for outcome, _ in seat.choices} if seat else {}
    return seat, outcomes.get(wanted)


def _text(text: str, at: At, name: str) -> tuple[TextRef | None, Enclosures]:
    if not text:
        return None, Enclosures()
    text_row = new_text("opinion", text, f"{at.case}:{name}")
    return text_row.ref, Enclosures(texts=(text_row,))


def _act(
    visit: Visit,
    at: At,
    command: c.Command,
    head: str,
    toast: str = "",
    *,
    enclosed: Enclosures | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Do it: to the receipt, or with a word back to the step; refused, the same page with what was typed."""
    done = acting.act_on(visit.counter, command, enclosed or Enclosures())
    if isinstance(done, Refused):
        return page_of(visit, at, refused=done, head=head, typed=typed)
    return after(visit, at, done, toast)


def after(visit: Visit, at: At, done: Done, toast: str) -> Response:
    """Where one comes to after an act."""
    if toast:
        return visit.redirect(step_path(at.case, at.step), toast)
    return visit.redirect(step_path(at.case, at.step, f"receipts/{done.seq}"))
