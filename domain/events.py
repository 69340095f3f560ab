"""事件: what happened to a case. Past tense, append-only, and complete: events carry outcomes (resolved
holders, dates with their line, what was reset), so that `evolve` needs nothing else.

A type's tag and fields are stored for ever: change them only by a new type and an upcaster.
"""
# msgspec copies a default for each instance, which the rule cannot see through an imported base class.
# ruff: noqa: RUF012

from __future__ import annotations

from datetime import date

from domain.case import EvidenceItem, Item, Pin, Seat
from domain.decisions import Adoption, Decision, TextRef
from domain.duedates import DueDate, PublicityPeriod
from domain.event_base import Event as Event
from domain.event_base import OfStep as OfStep
from domain.events_agenda import AgendaDropped as AgendaDropped
from domain.events_agenda import AgendaMoved as AgendaMoved
from domain.events_changes import ChangesConfirmed as ChangesConfirmed
from domain.events_changes import ChangesReported as ChangesReported
from domain.events_changes import ChecksRecorded as ChecksRecorded
from domain.events_changes import ReadsAcknowledged as ReadsAcknowledged
from domain.events_exceptional import CaseTerminated as CaseTerminated
from domain.events_exceptional import ClockStarted as ClockStarted
from domain.events_exceptional import ClockStopped as ClockStopped
from domain.events_exceptional import Corrected as Corrected
from domain.events_exceptional import Declined as Declined
from domain.events_exceptional import ExceptionalEvent
from domain.events_exceptional import Extended as Extended
from domain.events_exceptional import MarkedNotApplicable as MarkedNotApplicable
from domain.events_exceptional import Proposed as Proposed
from domain.events_exceptional import Reopened as Reopened
from domain.events_exceptional import Resumed as Resumed
from domain.events_exceptional import Suspended as Suspended
from domain.events_following import FollowingEvent
from domain.events_following import FollowUpAdded as FollowUpAdded
from domain.events_following import FollowUpConfirmed as FollowUpConfirmed
from domain.events_following import FollowUpDropped as FollowUpDropped
from domain.events_following import FollowUpReported as FollowUpReported
from domain.events_patterns import Delegated as Delegated
from domain.events_patterns import DelegationAnswered as DelegationAnswered
from domain.events_patterns import DelegationEnded as DelegationEnded
from domain.events_patterns import HandedOver as HandedOver
from domain.events_patterns import PatternEvent
from domain.events_patterns import SignedBefore as SignedBefore
from domain.events_patterns import SignerAdded as SignerAdded
from domain.events_patterns import SignerRemoved as SignerRemoved
from domain.events_reorganising import AbsorbedRegister as AbsorbedRegister
from domain.events_reorganising import CarriedOver as CarriedOver
from domain.events_reorganising import RegistersAbsorbed as RegistersAbsorbed
from domain.events_telling import Circulated as Circulated
from domain.events_telling import CirculationEnded as CirculationEnded
from domain.events_telling import CirculationRead as CirculationRead
from domain.events_telling import TellingEvent
from domain.events_telling import Urged as Urged
from domain.events_time import DatePlanned as DatePlanned
from domain.events_time import DatesRecounted as DatesRecounted
from domain.events_time import ObjectionAnswered as ObjectionAnswered
from domain.events_time import ObjectionRaised as ObjectionRaised
from domain.events_time import TimeEvent


class CaseOpened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="case_opened"):
    """批量启动或单个启动."""

    case: str
    unit: str
    unit_name: str
    programme: str
    version: int
    opened_on: date
    supervising_level: str = ""
    choices: dict[str, str] = {}
    bodies: dict[str, tuple[str, ...]] = {}
    adapters: dict[str, str] = {}


class ChoiceSet(Event, frozen=True, kw_only=True, omit_defaults=True, tag="choice_set"):
    """选定."""

    choice: str
    value: str
    resets: tuple[str, ...] = ()
    """Begun steps that no longer apply."""
    thaws: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Of those that start anew the suspended ones, which stay so."""


class StepOpened(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="step_opened"):
    """任务启动."""

    round: int
    doer: Seat
    opened_on: date
    due: DueDate | None = None


class DueSet(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="due_set"):
    """时限确定: a deadline that waited for a date, or that moved with it."""

    due: DueDate | None = None
    """None where no term binds any more."""


class NodeDueSet(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="node_due_set"):
    """审批时限重算: the calendar, or the meeting it counts from, has moved it."""

    node: str
    due: DueDate


class PeriodSet(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="period_set"):
    """公示期起算."""

    period: PublicityPeriod


class PeriodEnded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="period_ended"):
    """公示期届满."""

    on: date


class EvidenceAdded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="evidence_added"):
    """材料登记或更换."""

    slot: str
    item: EvidenceItem
    as_decided: bool = False
    """按会议意见修改: carries out 原则通过、修改后印发, so that decision stands."""
    carries: tuple[str, ...] = ()
    """The decisions that stand: the meeting's and those before it; empty in events of older programs."""
    reason: TextRef | None = None
    """Why what lay there before was replaced."""


class RegisterFilled(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="register_filled"):
    """台账填报: a root over the rows, and what the rules need of them."""

    register: str
    version: int
    rows: int
    root: str
    sums: dict[str, int] = {}
    gaps: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    as_decided: bool = False
    carries: tuple[str, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0
    reason: TextRef | None = None


class RegisterFrozen(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="register_frozen"):
    """台账冻结."""

    register: str


class Submitted(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="submitted"):
    """提交."""

    by: str
    on: date
    acting_for: str = ""
    late_days: int = 0
    reads: dict[str, Pin] = {}
    """The versions it was handed in on."""
    carries: dict[str, dict[str, str]] = {}
    """直接送回: decision → the papers it speaks for now, which the node it goes back to looks at too."""


class VerificationAsked(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="verification_asked"):
    """转入核验."""

    on: date
    manual: bool
    manual_on: date | None = None


class Verified(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="verified"):
    """核验结果."""

    outcome: str
    differences: tuple[str, ...] = ()
    by: str
    on: date


class FilingAsked(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="filing_asked"):
    """转入报送."""

    on: date
    manual: bool
    manual_on: date | None = None


class ManualTurned(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="manual_turned"):
    """转人工办理: no answer in time, none that can be used, or a person has taken over."""

    on: date
    by: str = ""
    """Empty is the clock."""
    reason: str = ""
    stopped: bool = False


class MachineResumed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="machine_resumed"):
    """重新交系统办理."""

    on: date
    by: str
    manual_on: date | None = None


class FilingRecorded(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="filing_recorded"):
    """报送登记: by hand it counts only once a second person has checked it."""

    outcome: str
    slot: str
    item: EvidenceItem | None = None
    by: str
    on: date
    checked_by: str = ""
    message: str = ""


class FilingChecked(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="filing_checked"):
    """报送登记核对."""

    by: str
    agrees: bool
    on: date


class NodeOpened(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="node_opened"):
    """审批节点启动: who may now answer."""

    node: str
    seats: tuple[Seat, ...]
    opened_on: date
    due: DueDate | None = None


class ParticipantsInvited(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="participants_invited"):
    """征求意见对象."""

    node: str
    bodies: tuple[str, ...]


class Decided(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="decided"):
    """审批意见登记."""

    decision: Decision
    late_days: int = 0


class DecisionChecked(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="decision_checked"):
    """核对原件: the recording counts from now on, or is struck out."""

    decision: str
    by: str
    acting_for: str = ""
    agrees: bool
    on: date
    reason: TextRef | None = None


class OpinionAdopted(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="opinion_adopted"):
    """意见采纳情况."""

    decision: str
    adoption: Adoption
    reason: TextRef | None = None
    by: str
    acting_for: str = ""


class DecisionWithdrawn(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="decision_withdrawn"):
    """撤回审批意见."""

    decision: str
    by: str


class SubmissionWithdrawn(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="submission_withdrawn"):
    """撤回提交."""

    by: str
    on: date


class Returned(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="returned"):
    """退回 to the doer, to an earlier node, or a step before, which it `waits` for; `resets` starts anew."""

    node: str = ""
    to_node: str = ""
    to_step: str = ""
    by: str
    on: date
    resets: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    """Nodes whose decisions are voided."""
    thaws: tuple[str, ...] = ()
    """Registers that may be filled again."""
    reason: str = ""
    dissent: bool = False
    """不同意、不通过: it goes back all the same, and does not count towards the node's limit of returns."""
    held: tuple[str, ...] = ()
    """Of those that start anew the suspended ones, which stay so."""
    resume: bool = False
    """直接送回 to the node that returned it."""
    keeps: tuple[str, ...] = ()
    """The decisions before that node, which may be carried when the doer hands it in again."""
    waits: bool = False


class StepClosed(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="step_closed"):
    """办结."""

    on: date


class StepsAccepted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="steps_accepted"):
    """验收."""

    steps: tuple[str, ...]
    on: date


class FellOverdue(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="fell_overdue"):
    """逾期."""

    due_on: date
    on: date


class NodeFellOverdue(OfStep, frozen=True, kw_only=True, omit_defaults=True, tag="node_fell_overdue"):
    """审批逾期: told and shown; nobody's answer is written for them."""

    node: str
    due_on: date
    on: date


class CaseCompleted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="case_completed"):
    """改革任务完成."""

    on: date


AnyEvent = (
    PatternEvent
    | TellingEvent
    | FollowingEvent
    | CaseOpened
    | ChoiceSet
    | StepOpened
    | DueSet
    | NodeDueSet
    | PeriodSet
    | PeriodEnded
    | EvidenceAdded
    | RegisterFilled
    | RegisterFrozen
    | CarriedOver
    | RegistersAbsorbed
    | Submitted
    | VerificationAsked
    | Verified
    | FilingAsked
    | ManualTurned
    | MachineResumed
    | FilingRecorded
    | FilingChecked
    | NodeOpened
    | ParticipantsInvited
    | Decided
    | DecisionChecked
    | OpinionAdopted
    | ChangesReported
    | ChangesConfirmed
    | DecisionWithdrawn
    | SubmissionWithdrawn
    | Returned
    | StepClosed
    | StepsAccepted
    | ReadsAcknowledged
    | ChecksRecorded
    | TimeEvent
    | FellOverdue
    | NodeFellOverdue
    | CaseCompleted
    | ExceptionalEvent
)
"""The union that decodes a stored event."""
