"""指令: what a person or a flow asks to be done. Imperative; judged by `domain.decide`."""
# msgspec copies a default for each instance, which the rule cannot see through an imported base class.
# ruff: noqa: RUF012

from __future__ import annotations

from domain.case import CheckResult, Item
from domain.command_base import Command as Command
from domain.command_base import StepCommand as StepCommand
from domain.commands_agenda import AgendaCommand as AgendaCommand
from domain.commands_agenda import DeclareAgenda as DeclareAgenda
from domain.commands_agenda import ListAgenda as ListAgenda
from domain.commands_agenda import TakeOffAgenda as TakeOffAgenda
from domain.commands_agenda import WithdrawAgenda as WithdrawAgenda
from domain.commands_following import AddFollowUp as AddFollowUp
from domain.commands_following import ConfirmFollowUp as ConfirmFollowUp
from domain.commands_following import DropFollowUp as DropFollowUp
from domain.commands_following import ReportFollowUp as ReportFollowUp
from domain.commands_patterns import AddSigner as AddSigner
from domain.commands_patterns import AnswerDelegation as AnswerDelegation
from domain.commands_patterns import Delegate as Delegate
from domain.commands_patterns import EndDelegation as EndDelegation
from domain.commands_patterns import HandOver as HandOver
from domain.commands_patterns import RemoveSigner as RemoveSigner
from domain.commands_telling import Circulate as Circulate
from domain.commands_telling import EndCirculation as EndCirculation
from domain.commands_telling import MarkRead as MarkRead
from domain.commands_telling import Urge as Urge
from domain.commands_time import AnswerObjection as AnswerObjection
from domain.commands_time import PlanDate as PlanDate
from domain.commands_time import RaiseObjection as RaiseObjection
from domain.commands_time import RecountDates as RecountDates
from domain.decisions import Adoption, Medium, Outcome, TextRef


class OpenCase(Command, frozen=True, kw_only=True, omit_defaults=True, tag="open_case"):
    """启动改革任务."""

    unit: str
    unit_name: str
    supervising_level: str = ""
    choices: dict[str, str] = {}
    adapters: dict[str, str] = {}


class SetChoice(Command, frozen=True, kw_only=True, omit_defaults=True, tag="set_choice"):
    """选定一项选择."""

    choice: str
    value: str


class AddEvidence(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="add_evidence"):
    """登记或更换材料. `digest` is of the file; a reference is digested from its fields."""

    slot: str
    mode: str
    title: str
    digest: str = ""
    fields: dict[str, str] = {}
    as_decided: bool = False
    marking: str = ""
    """公开, 内部资料 or 工作秘密, as a code; empty takes the slot's."""
    reason: TextRef | None = None
    """Why what lay there before is replaced."""


class FillRegister(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="fill_register"):
    """填报台账: rows are kept by the services; here their root and the sums the rules need."""

    register: str
    rows: int
    root: str
    sums: dict[str, int] = {}
    gaps: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    as_decided: bool = False
    seen: int | None = None
    """The version that the new rows were made from; None where whoever sends them saw none."""
    added: int = 0
    changed: int = 0
    removed: int = 0
    reason: TextRef | None = None


class Submit(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="submit"):
    """提交任务."""


class Decide(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="decide"):
    """签署或代录审批意见. Without `decided_by` the actor decides online."""

    node: str
    seat: str = ""
    """`role@body`; may be left empty where only one is open to the actor."""
    outcome: Outcome
    decided_by: str = ""
    medium: Medium = Medium.ONLINE
    number: str = ""
    meeting: str = ""
    opinion: TextRef | None = None
    return_to: str = ""
    """`doer`, an earlier node, or a closed step; empty is the doer."""
    stands: tuple[str, ...] = ()
    """Closed steps after the target that stay as they are."""
    resume: bool = False
    """退回后直接送回本节点: those who agreed before it are not asked again, as far as that is safe."""
    out_of_order: str = ""
    confirm_by: str = ""
    """The role that a meeting named to confirm the changes; empty leaves it to the programme."""


class CheckDecision(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="check_decision"):
    """核对原件."""

    decision: str
    agrees: bool = True
    reason: TextRef | None = None


class InviteParticipants(
    StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="invite_participants"
):
    """选定征求意见对象."""

    node: str
    bodies: tuple[str, ...]


class AdoptOpinion(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="adopt_opinion"):
    """填写意见采纳情况."""

    decision: str
    adoption: Adoption
    reason: TextRef | None = None


class ReportChanges(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="report_changes"):
    """报告已按会议意见修改."""

    decision: str
    opinion: TextRef | None = None
    """What was changed, or where it will be."""


class ConfirmChanges(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="confirm_changes"):
    """确认修改, or not."""

    decision: str
    agrees: bool = True
    reason: TextRef | None = None


class AcknowledgeReads(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="acknowledge_reads"):
    """核对所依据材料的变动: it stands."""

    opinion: TextRef | None = None


class RecordChecks(Command, frozen=True, kw_only=True, omit_defaults=True, tag="record_checks"):
    """登记检查结果, by whoever evaluates compliance checks."""

    results: tuple[CheckResult, ...]


class WithdrawDecision(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="withdraw_decision"):
    """撤回审批意见."""

    decision: str


class WithdrawSubmission(
    StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="withdraw_submission"
):
    """撤回提交."""


class RecordVerification(
    StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="record_verification"
):
    """登记核验结果: by the flow, or by a second person by hand."""

    outcome: str
    """matched, mismatched or unavailable."""
    differences: tuple[str, ...] = ()


class RecordFiling(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="record_filing"):
    """登记报送结果."""

    outcome: str
    """accepted, rejected or unavailable."""
    fields: dict[str, str] = {}
    message: str = ""


class TurnManual(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="turn_manual"):
    """转人工办理, before the day set for it: a person takes the matter over, or the machine gives it up."""

    reason: str = ""
    """Why, as an officer reads it."""
    stopped: bool = False
    """The machine cannot go on by itself: shown to the operator until it is sent again or done by hand."""


class AskAgain(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="ask_again"):
    """重新交系统办理: after what stopped it has been put right."""


class CheckFiling(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="check_filing"):
    """核对报送登记."""

    agrees: bool = True


class Propose(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="propose"):
    """提出特办事项: one of `domain.acts.exceptional.ExceptionKind`."""

    kind: str
    reason: TextRef
    number: str = ""
    approver: str = ""
    path: str = ""
    """For a correction: `evidence/<slot>/<field>`, `decision/<id>/occurred_on`, `decision/<id>/number`.
    Where a clock or an extension is of the open node's own term: `node/<id>`.
    """
    new: str = ""
    stands: tuple[str, ...] = ()


class ConfirmProposal(StepCommand, frozen=True, kw_only=True, omit_defaults=True, tag="confirm_proposal"):
    """确认或不同意特办事项."""

    proposal: str
    agrees: bool = True


class FireTimer(Command, frozen=True, kw_only=True, omit_defaults=True, tag="fire_timer"):
    """计时到点."""

    key: str
    generation: int
    reason: str = ""
    """For the turn to manual work: what the last question brought."""


AnyCommand = (
    OpenCase
    | SetChoice
    | AddEvidence
    | FillRegister
    | Submit
    | Decide
    | CheckDecision
    | InviteParticipants
    | AdoptOpinion
    | ReportChanges
    | ConfirmChanges
    | AcknowledgeReads
    | RecordChecks
    | WithdrawDecision
    | WithdrawSubmission
    | RecordVerification
    | RecordFiling
    | TurnManual
    | AskAgain
    | CheckFiling
    | Propose
    | ConfirmProposal
    | FireTimer
    | AddSigner
    | RemoveSigner
    | HandOver
    | Delegate
    | AnswerDelegation
    | EndDelegation
    | AddFollowUp
    | ReportFollowUp
    | ConfirmFollowUp
    | DropFollowUp
    | DeclareAgenda
    | ListAgenda
    | TakeOffAgenda
    | WithdrawAgenda
    | Urge
    | Circulate
    | MarkRead
    | EndCirculation
    | RaiseObjection
    | AnswerObjection
    | RecountDates
    | PlanDate
)
"""The union that decodes a stored command."""
