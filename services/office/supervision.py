"""督查督办: at the counter: what a token was made for is asked here, the rest by the services."""

from __future__ import annotations

from datetime import date

from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.finding_table import FINDING_MOVES, FindingAct
from domain.supervising.matters import RequestState
from domain.supervising.order_table import ORDER_MOVES, OrderAct
from domain.supervising.requests import Answered, Quota
from domain.supervising.values import Who
from services.office.counter import Counter
from services.supervising import admonishing, findings, orders, reading, requests, sources
from services.supervising.admonishing import AdmonitionMoveAsked, NewAdmonition
from services.supervising.desk import Enacted, SupervisionDesk
from services.supervising.findings import FindingMove, NewFinding
from services.supervising.orders import NewOrder, OrderMoveAsked
from services.supervising.paper import PrintedMatter
from services.supervising.paper import print_matter as print_form
from services.supervising.reading import MatterFilter, MatterLine, MatterView, WeeklyList
from services.supervising.requests import NewInspection, NewRequest
from services.supervising.sources import NewSource
from services.supervising.suggesting import Suggestion, suggestions


def desk_at(counter: Counter) -> SupervisionDesk:
    """督办办理台 of whoever stands at the counter."""
    return SupervisionDesk(counter.runtime, counter.person, counter.entry.channel)


def list_matters(
    counter: Counter, wanted: MatterFilter, *, after: str, limit: int
) -> list[MatterLine] | Refused:
    """督办事项清单."""
    refused = counter.out_of_scope(str(Action.SUPERVISION_READ))
    return refused or reading.list_matters(desk_at(counter), wanted, after=after, limit=limit)


def show_matter(counter: Counter, id_: str) -> MatterView | Refused:
    """一件督办事项."""
    return counter.out_of_scope(str(Action.SUPERVISION_READ)) or reading.show_matter(desk_at(counter), id_)


def weekly_list(counter: Counter) -> WeeklyList | Refused:
    """每周清单."""
    return counter.out_of_scope(str(Action.SUPERVISION_READ)) or reading.weekly_list(desk_at(counter))


def list_suggestions(counter: Counter) -> tuple[Suggestion, ...] | Refused:
    """拟办建议."""
    return counter.out_of_scope(str(Action.ORDER_HANDLE)) or suggestions(desk_at(counter))


def show_quota(counter: Counter, unit: str, year: int) -> Quota | Refused:
    """检查次数."""
    refused = counter.out_of_scope(str(Action.SUPERVISION_READ))
    return refused or requests.quota_of(desk_at(counter), unit, year or counter.today().year)


def register_source(
    counter: Counter, asked: NewSource, issuer: str, title: str, command_id: str
) -> Enacted | Refused:
    """登记来源."""
    return counter.out_of_scope(str(Action.FINDING_HANDLE)) or sources.register_source(
        desk_at(counter), asked, issuer=issuer, title=title, command_id=command_id
    )


def answer_source(
    counter: Counter, source: str, asked: Answered, text: str, command_id: str
) -> Enacted | Refused:
    """反馈来源."""
    return counter.out_of_scope(str(Action.FINDING_HANDLE)) or sources.answer_source(
        desk_at(counter), source, asked, text=text, command_id=command_id
    )


def register_finding(counter: Counter, asked: NewFinding, title: str, command_id: str) -> Enacted | Refused:
    """立项."""
    return counter.out_of_scope(str(Action.FINDING_HANDLE)) or findings.register_finding(
        desk_at(counter), asked, title=title, command_id=command_id
    )


def act_on_finding(counter: Counter, asked: FindingMove, text: str, command_id: str) -> Enacted | Refused:
    """问题办理."""
    office = Action.FINDING_CLOSE if asked.act is FindingAct.CLOSE else Action.FINDING_HANDLE
    action = office if FINDING_MOVES[asked.act].who is Who.OFFICE else Action.FINDING_RECTIFY
    return counter.out_of_scope(str(action)) or findings.act_on_finding(
        desk_at(counter), asked, text=text, command_id=command_id
    )


def draft_order(counter: Counter, asked: NewOrder, text: str, command_id: str) -> Enacted | Refused:
    """拟办督办单."""
    return counter.out_of_scope(str(Action.ORDER_HANDLE)) or orders.draft_order(
        desk_at(counter), asked, text=text, command_id=command_id
    )


def act_on_order(counter: Counter, asked: OrderMoveAsked, text: str, command_id: str) -> Enacted | Refused:
    """督办单办理."""
    issuing = asked.act in (OrderAct.ISSUE, OrderAct.WITHDRAW)
    office = Action.ORDER_ISSUE if issuing else Action.ORDER_HANDLE
    action = office if ORDER_MOVES[asked.act].who is Who.OFFICE else Action.ORDER_ANSWER
    return counter.out_of_scope(str(action)) or orders.act_on_order(
        desk_at(counter), asked, text=text, command_id=command_id
    )


def raise_request(
    counter: Counter, asked: NewRequest, leader: str, title: str, command_id: str
) -> Enacted | Refused:
    """提请领导协调."""
    return counter.out_of_scope(str(Action.REQUEST_RAISE)) or requests.raise_request(
        desk_at(counter), asked, leader=leader, title=title, command_id=command_id
    )


def end_request(
    counter: Counter, request: str, to: RequestState, asked: Answered, text: str, command_id: str
) -> Enacted | Refused:
    """登记答复, or 撤回."""
    action = Action.REQUEST_ANSWER if to is RequestState.ANSWERED else Action.REQUEST_RAISE
    return counter.out_of_scope(str(action)) or requests.end_request(
        desk_at(counter), request, to, asked, text=text, command_id=command_id
    )


def record_inspection(
    counter: Counter, asked: NewInspection, subject: str, command_id: str
) -> Enacted | Refused:
    """登记督导检查."""
    return counter.out_of_scope(str(Action.INSPECTION_RECORD)) or requests.record_inspection(
        desk_at(counter), asked, subject=subject, command_id=command_id
    )


def cancel_inspection(
    counter: Counter, inspection: str, on: date, text: str, command_id: str
) -> Enacted | Refused:
    """取消督导检查."""
    return counter.out_of_scope(str(Action.INSPECTION_RECORD)) or requests.cancel_inspection(
        desk_at(counter), inspection, on, text=text, command_id=command_id
    )


def print_matter(counter: Counter, id_: str) -> PrintedMatter | Refused:
    """打印督办单、通报、约谈."""
    return counter.out_of_scope(str(Action.SUPERVISION_READ)) or print_form(desk_at(counter), id_)


def draft_admonition(counter: Counter, asked: NewAdmonition, text: str, command_id: str) -> Enacted | Refused:
    """拟通报、约谈."""
    return counter.out_of_scope(str(Action.ORDER_HANDLE)) or admonishing.draft_admonition(
        desk_at(counter), asked, text=text, command_id=command_id
    )


def act_on_admonition(
    counter: Counter, asked: AdmonitionMoveAsked, text: str, command_id: str
) -> Enacted | Refused:
    """通报、约谈办理."""
    return counter.out_of_scope(str(admonishing.action_of(asked.act))) or admonishing.act_on_admonition(
        desk_at(counter), asked, text=text, command_id=command_id
    )
