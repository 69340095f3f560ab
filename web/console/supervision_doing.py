"""督办办理: what was typed becomes the request of a service: a new matter by kind, an act by matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from domain.decisions import Medium
from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import RequestState
from domain.supervising.order_table import OrderAct, OrderColour
from domain.supervising.requests import Answered
from domain.supervising.values import SourceKind
from services.office import supervision
from services.supervising.admonishing import AdmonitionMoveAsked, NewAdmonition
from services.supervising.desk import Enacted
from services.supervising.findings import FindingMove, NewFinding
from services.supervising.orders import NewOrder, OrderMoveAsked
from services.supervising.requests import NewInspection, NewRequest
from services.supervising.sources import NewSource
from web.console.supervision_fields import Answers
from web.console.visit import Visit

T = TypeVar("T")
Outcome = Enacted | Refused


def create(visit: Visit, kind: str, typed: Mapping[str, str]) -> Outcome:
    """登记、拟稿."""
    try:
        return _NEW[kind](visit, Answers(visit.counter.db, typed))
    except RefusalError as refusal:
        return refusal.refused


def act(visit: Visit, matter: str, code: str, typed: Mapping[str, str]) -> Outcome:
    """办理一项."""
    try:
        return _ACTS[matter[0]](visit, matter, code, Answers(visit.counter.db, typed))
    except RefusalError as refusal:
        return refusal.refused


def unreadable(visit: Visit, typed: Mapping[str, str]) -> Refused | None:
    """Why what was typed cannot be meant, before it is shown to be checked."""
    answers = Answers(visit.counter.db, typed)
    try:
        for name in ("lead", "support1", "support2", "addressee", "through", "body", "office", "inspector"):
            answers.body(name)
        answers.bodies("addressees")
        answers.unit("unit")
        for name in (each for each in typed if each == "on" or each.endswith(("_on", "_due", "_by"))):
            answers.day(name)
    except RefusalError as refusal:
        return refusal.refused
    return None


def _one_of(kind: Callable[[str], T], value: str, label: str) -> T:
    try:
        return kind(value)
    except ValueError:
        refuse("field.choice", f"没有选定{label}", f"请选定{label}")


# --- new ones ---


def _source(visit: Visit, a: Answers) -> Outcome:
    asked = NewSource(
        kind=_one_of(SourceKind, a.text("kind"), "种类"),
        number=a.text("number"),
        issued_on=a.needed_day("issued_on", "成文日期"),
        due_on=a.day("due_on"),
        on=a.needed_day("on", "发生日期"),
    )
    return supervision.register_source(
        visit.counter, asked, a.text("issuer"), a.text("title"), visit.command_id()
    )


def _finding(visit: Visit, a: Answers) -> Outcome:
    asked = NewFinding(
        source=a.text("source"),
        unit=a.unit("unit"),
        check_key=a.text("check_key"),
        on=a.needed_day("on", "发生日期"),
    )
    return supervision.register_finding(visit.counter, asked, a.text("title"), visit.command_id())


def _order(visit: Visit, a: Answers) -> Outcome:
    asked = NewOrder(
        on=a.needed_day("on", "发生日期"),
        key=a.text("key"),
        colour=_one_of(OrderColour, a.text("colour"), "颜色") if a.text("colour") else None,
        addressee=a.body("addressee"),
        through=a.body("through"),
        unit=a.unit("unit"),
    )
    return supervision.draft_order(visit.counter, asked, a.text("text"), visit.command_id())


def _request(visit: Visit, a: Answers) -> Outcome:
    asked = NewRequest(
        body=a.body("body"),
        office=a.body("office"),
        unit=a.unit("unit"),
        on=a.needed_day("on", "发生日期"),
        wanted_by=a.day("wanted_by"),
    )
    return supervision.raise_request(
        visit.counter, asked, a.text("leader"), a.text("title"), visit.command_id()
    )


def _inspection(visit: Visit, a: Answers) -> Outcome:
    asked = NewInspection(
        unit=a.unit("unit"),
        office="",
        inspector=a.body("inspector"),
        on=a.needed_day("on", "发生日期"),
        approval=a.text("approval"),
    )
    return supervision.record_inspection(visit.counter, asked, a.text("subject"), visit.command_id())


def _admonition(visit: Visit, a: Answers) -> Outcome:
    asked = NewAdmonition(
        kind=_one_of(AdmonitionKind, a.text("kind"), "种类"),
        about=a.lines("about"),
        addressees=a.bodies("addressees"),
        through=a.body("through"),
        on=a.needed_day("on", "发生日期"),
    )
    return supervision.draft_admonition(visit.counter, asked, a.text("text"), visit.command_id())


_NEW: Final[Mapping[str, Callable[[Visit, Answers], Outcome]]] = {
    "source": _source,
    "finding": _finding,
    "order": _order,
    "request": _request,
    "inspection": _inspection,
    "admonition": _admonition,
}


# --- acts ---


def _on_finding(visit: Visit, matter: str, code: str, a: Answers) -> Outcome:
    asked = FindingMove(
        finding=matter,
        act=_one_of(FindingAct, code, "办理"),
        on=a.needed_day("on", "发生日期"),
        papers=a.papers(),
        lead=a.body("lead"),
        lead_due=a.day("lead_due"),
        supports=a.supports(),
        due_on=a.day("due_on"),
    )
    return supervision.act_on_finding(visit.counter, asked, a.text("text"), visit.command_id())


def _on_order(visit: Visit, matter: str, code: str, a: Answers) -> Outcome:
    asked = OrderMoveAsked(
        order=matter,
        act=_one_of(OrderAct, code, "办理"),
        on=a.needed_day("on", "发生日期"),
        papers=a.papers(),
    )
    return supervision.act_on_order(visit.counter, asked, a.text("text"), visit.command_id())


def _on_admonition(visit: Visit, matter: str, code: str, a: Answers) -> Outcome:
    asked = AdmonitionMoveAsked(
        admonition=matter,
        act=_one_of(AdmonitionAct, code, "办理"),
        on=a.needed_day("on", "发生日期"),
        number=a.text("number"),
        papers=a.papers(),
    )
    return supervision.act_on_admonition(visit.counter, asked, a.text("text"), visit.command_id())


def _said(a: Answers) -> Answered:
    medium = _one_of(Medium, a.text("medium"), "形式") if a.text("medium") else Medium.TELEPHONE
    return Answered(on=a.needed_day("on", "发生日期"), medium=medium, number=a.text("number"))


def _on_request(visit: Visit, matter: str, code: str, a: Answers) -> Outcome:
    to = _one_of(RequestState, code, "办理")
    return supervision.end_request(visit.counter, matter, to, _said(a), a.text("text"), visit.command_id())


def _on_source(visit: Visit, matter: str, _code: str, a: Answers) -> Outcome:
    return supervision.answer_source(visit.counter, matter, _said(a), a.text("text"), visit.command_id())


def _on_inspection(visit: Visit, matter: str, _code: str, a: Answers) -> Outcome:
    on = a.needed_day("on", "发生日期")
    return supervision.cancel_inspection(visit.counter, matter, on, a.text("text"), visit.command_id())


_ACTS: Final[Mapping[str, Callable[[Visit, str, str, Answers], Outcome]]] = {
    "W": _on_finding,
    "D": _on_order,
    "B": _on_admonition,
    "T": _on_request,
    "S": _on_source,
    "J": _on_inspection,
}
