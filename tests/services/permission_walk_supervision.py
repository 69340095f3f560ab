"""权限表的走查,督查督办部分: a finding, an order and a request in each of two places, one call an action."""

from __future__ import annotations

from typing import Any, Final

from domain.permissions import Action
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import RequestState
from domain.supervising.order_table import OrderAct
from domain.supervising.requests import Answered
from domain.supervising.values import SourceKind
from services.bootstrap import Runtime
from services.supervising.desk import Enacted, SupervisionDesk
from services.supervising.findings import FindingMove, NewFinding, act_on_finding, register_finding
from services.supervising.orders import NewOrder, OrderMoveAsked, act_on_order, draft_order
from services.supervising.reading import show_matter
from services.supervising.requests import (
    NewInspection,
    NewRequest,
    end_request,
    raise_request,
    record_inspection,
)
from services.supervising.sources import NewSource, register_source
from tests.services.acting import TODAY

OFFICES: Final = ("county", "far-county")
FINDINGS: Final = ("W2022-0001", "W2022-0002")
ORDERS: Final = ("D2022-0001", "D2022-0002")
REQUESTS: Final = ("T2022-0001", "T2022-0002")
COMMAND: Final = "walk-supervision"


def prepare_matters(runtime: Runtime) -> None:
    """A finding that is assigned, an order that is drafted and a request, in each of the two places."""
    for number, head in enumerate(("head", "far-head")):
        desk, office, zone = SupervisionDesk(runtime, head), OFFICES[number], f"zone-{number}"
        asked = NewSource(kind=SourceKind.ORAL, issued_on=TODAY, on=TODAY, office=office)
        who, what = "示例领导", "示例事项"
        source = _done(register_source(desk, asked, issuer=who, title=what, command_id=f"walk-s{number}"))
        wanted = NewFinding(source=source.matter.id, unit=f"unit-{number}", on=TODAY)
        _done(register_finding(desk, wanted, title=what, command_id=f"walk-f{number}"))
        assign = FindingMove(
            finding=FINDINGS[number], act=FindingAct.ASSIGN, on=TODAY, lead=zone, lead_due=TODAY
        )
        _done(act_on_finding(desk, assign, command_id=f"walk-a{number}"))
        order = NewOrder(on=TODAY, addressee=zone, unit=f"unit-{number}", office=office)
        _done(draft_order(desk, order, text=what, command_id=f"walk-o{number}"))
        request = NewRequest(body=zone, office=office, unit=f"unit-{number}", on=TODAY)
        clerk = SupervisionDesk(runtime, f"clerk-{number}")
        _done(raise_request(clerk, request, leader=who, title=what, command_id=f"walk-r{number}"))


def _done(answer: Any) -> Enacted:
    assert isinstance(answer, Enacted), answer
    return answer


def _desk(a: Any) -> SupervisionDesk:
    return SupervisionDesk(a.runtime, a.who)


def _source(a: Any) -> Any:
    asked = NewSource(kind=SourceKind.ORAL, issued_on=TODAY, on=TODAY, office=OFFICES[a.place.number])
    return register_source(_desk(a), asked, issuer="", title="", command_id=COMMAND)


def _finding(a: Any, act: FindingAct) -> Any:
    asked = FindingMove(finding=FINDINGS[a.place.number], act=act, on=TODAY)
    return act_on_finding(_desk(a), asked, command_id=COMMAND)


def _order(a: Any, act: OrderAct) -> Any:
    asked = OrderMoveAsked(order=ORDERS[a.place.number], act=act, on=TODAY)
    return act_on_order(_desk(a), asked, command_id=COMMAND)


def _draft(a: Any) -> Any:
    asked = NewOrder(on=TODAY, addressee="nobody", unit=a.place.unit, office=OFFICES[a.place.number])
    return draft_order(_desk(a), asked, text="", command_id=COMMAND)


def _raise(a: Any) -> Any:
    asked = NewRequest(body=a.place.body, office=OFFICES[a.place.number], on=TODAY)
    return raise_request(_desk(a), asked, leader="", title="", command_id=COMMAND)


def _answer(a: Any) -> Any:
    request, wanted = REQUESTS[a.place.number], Answered(on=TODAY)
    return end_request(_desk(a), request, RequestState.ANSWERED, wanted, text="", command_id=COMMAND)


def _inspect(a: Any) -> Any:
    asked = NewInspection(unit=a.place.unit, office=OFFICES[a.place.number], on=TODAY)
    return record_inspection(_desk(a), asked, subject="", command_id=COMMAND)


SUPERVISION_CALLS: Final[dict[Action, tuple[str, Any]]] = {
    Action.SUPERVISION_READ: ("case", lambda a: show_matter(_desk(a), FINDINGS[a.place.number])),
    Action.FINDING_HANDLE: ("body", _source),
    Action.FINDING_RECTIFY: ("body", lambda a: _finding(a, FindingAct.DECLINE)),
    Action.FINDING_CLOSE: ("body", lambda a: _finding(a, FindingAct.CLOSE)),
    Action.ORDER_HANDLE: ("case", _draft),
    Action.ORDER_ISSUE: ("body", lambda a: _order(a, OrderAct.WITHDRAW)),
    Action.ORDER_ANSWER: ("body", lambda a: _order(a, OrderAct.ANSWER)),
    Action.REQUEST_RAISE: ("body", _raise),
    Action.REQUEST_ANSWER: ("body", _answer),
    Action.INSPECTION_RECORD: ("case", _inspect),
}
"""Action → what its call is about, and one call of a service that asks for it; none changes anything."""
