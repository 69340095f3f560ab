"""研判: every command is judged here, and nothing but here.

`decide(plan, case, command, facts) -> Accepted | Refused`. Pure: what it needs beside the case comes in
`facts`. A refusal raised anywhere inside is caught once, here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from domain import commands as c
from domain.acts import agenda
from domain.acts.changes import confirm_changes, report_changes
from domain.acts.checking_results import record_checks
from domain.acts.consulting import adopt_opinion, invite_participants
from domain.acts.deciding import decide_node, withdraw_decision
from domain.acts.evidence import add_evidence
from domain.acts.exceptional import confirm, propose
from domain.acts.following import add_follow_up, confirm_follow_up, drop_follow_up, report_follow_up
from domain.acts.handing import answer_delegation, delegate, end_delegation, hand_over
from domain.acts.machine import ask_again, check_filing, record_filing, record_verification, turn_manual
from domain.acts.opening import launch_choices, opened, require_bodies, require_overseer, set_choice
from domain.acts.planning import plan_date
from domain.acts.publicity import answer_objection, raise_objection
from domain.acts.recording import check_decision
from domain.acts.recounting import recount_dates
from domain.acts.registers import fill_register
from domain.acts.reorganising import absorb_registers, carry_over, end_reorganised
from domain.acts.rereading import acknowledge_reads
from domain.acts.signing import add_signer, remove_signer
from domain.acts.submitting import submit, withdraw_submission
from domain.acts.telling import circulate, end_circulation, mark_read, urge
from domain.acts.timing import fire_timer, require_past
from domain.case import Case
from domain.commands_reorganising import AbsorbRegisters, CarryOver, EndReorganised
from domain.date_reach import require_dates_in_reach
from domain.events import Event
from domain.evolve import evolve
from domain.judging import Facts, Judgement
from domain.plan import Plan
from domain.refusal import RefusalError, Refused, refuse
from domain.settle import settle
from domain.terms import follow_meetings


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """已受理: what happened, the case after it, and what is odd but did not stop the act."""

    events: tuple[Event, ...]
    case: Case
    warnings: tuple[str, ...] = ()


_RULES: dict[type[c.Command], Callable[[Judgement, Any], None]] = {
    c.SetChoice: set_choice,
    c.AddEvidence: add_evidence,
    c.FillRegister: fill_register,
    c.Submit: submit,
    c.WithdrawSubmission: withdraw_submission,
    c.Decide: decide_node,
    c.CheckDecision: check_decision,
    c.InviteParticipants: invite_participants,
    c.AdoptOpinion: adopt_opinion,
    c.ReportChanges: report_changes,
    c.ConfirmChanges: confirm_changes,
    c.AcknowledgeReads: acknowledge_reads,
    c.RecordChecks: record_checks,
    c.WithdrawDecision: withdraw_decision,
    c.RecordVerification: record_verification,
    c.RecordFiling: record_filing,
    c.TurnManual: turn_manual,
    c.AskAgain: ask_again,
    c.CheckFiling: check_filing,
    c.Propose: propose,
    c.ConfirmProposal: confirm,
    c.FireTimer: fire_timer,
    c.AddSigner: add_signer,
    c.RemoveSigner: remove_signer,
    c.HandOver: hand_over,
    c.Delegate: delegate,
    c.AnswerDelegation: answer_delegation,
    c.EndDelegation: end_delegation,
    c.AddFollowUp: add_follow_up,
    c.ReportFollowUp: report_follow_up,
    c.ConfirmFollowUp: confirm_follow_up,
    c.DropFollowUp: drop_follow_up,
    c.DeclareAgenda: agenda.declare,
    c.ListAgenda: agenda.list_for_session,
    c.TakeOffAgenda: agenda.take_off,
    c.WithdrawAgenda: agenda.withdraw,
    c.Urge: urge,
    c.Circulate: circulate,
    c.MarkRead: mark_read,
    c.EndCirculation: end_circulation,
    c.RaiseObjection: raise_objection,
    c.AnswerObjection: answer_objection,
    c.RecountDates: recount_dates,
    c.PlanDate: plan_date,
    CarryOver: carry_over,
    AbsorbRegisters: absorb_registers,
    EndReorganised: end_reorganised,
}


def decide(plan: Plan, case: Case | None, command: c.Command, facts: Facts) -> Accepted | Refused:
    """Judge one command."""
    try:
        require_past(command.occurred_on, facts.today)
        require_dates_in_reach(command)
        j = _begin(plan, case, command, facts)
        if not isinstance(command, c.OpenCase):
            _RULES[type(command)](j, command)
        settle(j, command.occurred_on)
        follow_meetings(j)
    except RefusalError as refusal:
        return refusal.refused
    return Accepted(events=tuple(j.events), case=j.case, warnings=tuple(j.warnings))


def _begin(plan: Plan, case: Case | None, command: c.Command, facts: Facts) -> Judgement:
    if isinstance(command, c.OpenCase):
        return _open(plan, case, command, facts)
    if case is None:
        refuse("case.unknown", f"没有改革任务“{command.case}”", "请核对编号,或先启动", case=command.case)
    return Judgement(plan, case, facts, command)


def _open(plan: Plan, case: Case | None, command: c.OpenCase, facts: Facts) -> Judgement:
    if case is not None:
        refuse(
            "case.exists",
            f"“{command.unit_name}”已启动该改革任务",
            "一区一案,不能重复启动",
            case=command.case,
        )
    programme = plan.programme
    require_bodies(plan, facts)
    require_overseer(plan, facts)
    choices = launch_choices(programme.choices, command.choices)
    event = opened(command, choices, dict(facts.bodies), programme.programme, programme.version)
    return Judgement(plan, evolve(None, event), facts, command, [event])
