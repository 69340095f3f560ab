"""督办事项: what stands about a source, a finding, an order, a request, an inspection; and their events.

Each is a value that `domain.supervising.evolve` makes from its events; the events carry outcomes (dates with
their lines, numbers, the next state), so that replaying reads no calendar and no organisation.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from domain.decisions import Medium, TextRef
from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind, AdmonitionState
from domain.supervising.finding_table import FindingAct, FindingState
from domain.supervising.order_table import OrderAct, OrderColour, OrderState, Trigger
from domain.supervising.values import Deadline, Deed, Hand, Paper, Part, SourceKind


class RequestState(StrEnum):
    """提请事项状态."""

    RAISED = "raised"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


REQUEST_STATES: Final[dict[RequestState, str]] = {
    RequestState.RAISED: "待答复",
    RequestState.ANSWERED: "已答复",
    RequestState.WITHDRAWN: "已撤回",
}


class _Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """The base of events: which matter, when it happened, by whom."""

    id: str
    on: date
    hand: Hand
    late: bool = False
    """补录: recorded on a later day than it happened."""


class SourceRegistered(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="source_registered"):
    """来源登记: where work from above comes from."""

    kind: SourceKind
    number: str = ""
    issued_on: date
    issuer: TextRef
    title: TextRef
    office: str
    division: str = ""
    due: Deadline | None = None
    """By when it is to be answered."""


class SourceAnswered(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="source_answered"):
    """反馈来源."""

    number: str = ""
    medium: Medium
    text: TextRef


class FindingRegistered(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="finding_registered"):
    """立项."""

    number: str
    office: str
    office_position: str = "any"
    """Which position of the office closes and issues."""
    division: str = ""
    source: str
    title: TextRef
    unit: str = ""
    case: str = ""
    check: str = ""
    check_key: str = ""


class FindingMoved(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="finding_moved"):
    """问题办理 with its outcome."""

    act: FindingAct
    to: FindingState
    text: TextRef | None = None
    papers: tuple[Paper, ...] = ()
    parts: tuple[Part, ...] = ()
    """All parts as they stand after it, where they changed."""
    look_back: Deadline | None = None
    silent: tuple[str, ...] = ()
    """配合单位 that have not reported when the lead unit applies."""


class OrderDrafted(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="order_drafted"):
    """拟办督办单, with the facts filled in."""

    office: str
    office_position: str = "any"
    division: str = ""
    colour: OrderColour
    trigger: Trigger
    subject: str = ""
    """What it was drafted from, so that the same is not drafted twice."""
    addressee: str
    account: bool = True
    through: str = ""
    unit: str = ""
    case: str = ""
    step: str = ""
    facts: str = ""
    """Figures and step names; no person."""
    text: TextRef


class OrderMoved(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="order_moved"):
    """督办单办理 with its outcome."""

    act: OrderAct
    to: OrderState
    text: TextRef | None = None
    papers: tuple[Paper, ...] = ()
    number: str = ""
    sign_by: Deadline | None = None
    answer_by: Deadline | None = None


class RequestRaised(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="request_raised"):
    """提请领导协调事项."""

    body: str
    office: str
    division: str = ""
    unit: str = ""
    leader: TextRef
    title: TextRef
    wanted_by: date | None = None


class RequestMoved(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="request_moved"):
    """答复或撤回."""

    to: RequestState
    text: TextRef
    medium: Medium | None = None
    number: str = ""


class InspectionRecorded(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="inspection_recorded"):
    """登记督导检查 of one zone."""

    office: str
    division: str = ""
    unit: str
    year: int
    inspector: str
    subject: TextRef
    count: int
    quota: int
    approval: str = ""
    """The number of the paper that allows one beyond the quota."""


class InspectionCancelled(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="inspection_cancelled"):
    """督导检查取消: it counts no longer."""

    text: TextRef


class AdmonitionDrafted(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="admonition_drafted"):
    """拟稿: 通报 or 约谈, with the facts filled in."""

    office: str
    office_position: str = "any"
    division: str = ""
    kind: AdmonitionKind
    subjects: tuple[str, ...]
    """Findings, orders and lamps that it tells of."""
    subject: str
    """All of them in a word, so that the same is not drafted twice."""
    addressees: tuple[str, ...]
    through: str = ""
    unit: str = ""
    facts: tuple[str, ...]
    """Figures, dates and names of steps and units; no person."""
    text: TextRef


class AdmonitionMoved(_Told, frozen=True, kw_only=True, omit_defaults=True, tag="admonition_moved"):
    """通报、约谈办理 with its outcome."""

    act: AdmonitionAct
    to: AdmonitionState
    text: TextRef | None = None
    papers: tuple[Paper, ...] = ()
    number: str = ""


SupervisionEvent = (
    SourceRegistered
    | SourceAnswered
    | FindingRegistered
    | FindingMoved
    | OrderDrafted
    | OrderMoved
    | RequestRaised
    | RequestMoved
    | InspectionRecorded
    | InspectionCancelled
    | AdmonitionDrafted
    | AdmonitionMoved
)


class _Matter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """The base of what stands."""

    id: str
    office: str
    division: str = ""
    opened_on: date
    deeds: tuple[Deed, ...] = ()
    """办理记录, oldest first."""


class Source(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="source"):
    """来源."""

    kind: SourceKind
    number: str = ""
    issued_on: date
    issuer: TextRef
    title: TextRef
    due: Deadline | None = None
    answered_on: date | None = None


class Finding(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="finding"):
    """问题."""

    number: str
    office_position: str = "any"
    source: str
    title: TextRef
    unit: str = ""
    case: str = ""
    check: str = ""
    check_key: str = ""
    state: FindingState = FindingState.REGISTERED
    since: date
    parts: tuple[Part, ...] = ()
    assigned_on: date | None = None
    hands: tuple[str, ...] = ()
    """参与整改的人, of every round: none of them reviews or closes."""
    look_back: Deadline | None = None
    reopened: int = 0

    @property
    def lead(self) -> Part | None:
        """The part of the lead unit; `None` before 交办."""
        return next((part for part in self.parts if part.lead), None)

    def part_of(self, body: str) -> Part | None:
        """The supporting part of a body."""
        return next((part for part in self.parts if part.body == body and not part.lead), None)


class Order(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="order"):
    """督办单."""

    office_position: str = "any"
    colour: OrderColour
    trigger: Trigger
    subject: str = ""
    addressee: str
    account: bool = True
    through: str = ""
    unit: str = ""
    case: str = ""
    step: str = ""
    facts: str = ""
    text: TextRef
    state: OrderState = OrderState.DRAFT
    since: date
    number: str = ""
    issued_on: date | None = None
    sign_by: Deadline | None = None
    answer_by: Deadline | None = None
    hands: tuple[str, ...] = ()


class Request(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="request"):
    """提请领导协调事项."""

    body: str
    unit: str = ""
    leader: TextRef
    title: TextRef
    wanted_by: date | None = None
    state: RequestState = RequestState.RAISED


class Inspection(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="inspection"):
    """督导检查."""

    unit: str
    year: int
    inspector: str
    subject: TextRef
    count: int
    quota: int
    approval: str = ""
    cancelled: bool = False

    @property
    def beyond(self) -> bool:
        """超出上限, by a paper that allows it."""
        return self.count > self.quota


class Admonition(_Matter, frozen=True, kw_only=True, omit_defaults=True, tag="admonition"):
    """通报、约谈."""

    office_position: str = "any"
    kind: AdmonitionKind
    subjects: tuple[str, ...]
    subject: str
    addressees: tuple[str, ...]
    through: str = ""
    unit: str = ""
    facts: tuple[str, ...]
    text: TextRef
    state: AdmonitionState = AdmonitionState.DRAFT
    since: date
    number: str = ""
    issued_on: date | None = None


Matter = Source | Finding | Order | Request | Inspection | Admonition
