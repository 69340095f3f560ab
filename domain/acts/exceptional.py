"""特办事项: 不适用, 暂停, 恢复, 重新办理, 更正, 终止, and what moves a term.

One person proposes, another confirms. Which acts there are, in which states, and who does them, is the
table `EXCEPTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain import commands as c
from domain import events as e
from domain.acts.clocks import (
    extend,
    require_extendable,
    require_startable,
    require_stoppable,
    start_clock,
    stop_clock,
)
from domain.acts.evidence import checked_value, move_dues, read_date
from domain.acts.opening import check_choices, require_choices
from domain.acts.publicity import start_period
from domain.acts.timing import require_not_before, require_past
from domain.case import Proposal, StepState
from domain.gates import rests_on_done
from domain.judging import Judgement
from domain.open_work import confirming_role
from domain.plan import StepPlan
from domain.refusal import refuse
from domain.returning import check_stands, resets_after, suspended, thawed
from domain.settle import freeze_registers
from domain.states import DONE, OPEN, STATUS_TITLES, WITH_DOER, CaseStatus, StepStatus
from domain.terms import set_term


class ExceptionKind(StrEnum):
    """特办事项类型."""

    NOT_APPLICABLE = "not_applicable"
    SUSPEND = "suspend"
    RESUME = "resume"
    REOPEN = "reopen"
    CORRECT = "correct"
    TERMINATE = "terminate"
    STOP_CLOCK = "stop_clock"
    START_CLOCK = "start_clock"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """One row: its name, where it may be proposed, whether a paper with a number must stand behind it."""

    title: str
    allowed: frozenset[StepStatus]
    needs_number: bool
    confirmed_by_overseer: bool


_S = StepStatus
EXCEPTIONS: dict[ExceptionKind, ExceptionRule] = {
    ExceptionKind.NOT_APPLICABLE: ExceptionRule("不适用", WITH_DOER, True, True),
    ExceptionKind.SUSPEND: ExceptionRule("暂停", OPEN, True, True),
    ExceptionKind.RESUME: ExceptionRule("恢复办理", frozenset({_S.SUSPENDED}), False, True),
    ExceptionKind.REOPEN: ExceptionRule("重新办理", DONE, False, True),
    ExceptionKind.CORRECT: ExceptionRule("更正", OPEN | DONE, False, False),
    ExceptionKind.TERMINATE: ExceptionRule("终止", OPEN | {_S.SUSPENDED}, True, True),
    ExceptionKind.STOP_CLOCK: ExceptionRule("停止计时", OPEN, True, True),
    ExceptionKind.START_CLOCK: ExceptionRule("恢复计时", OPEN, False, True),
    ExceptionKind.EXTEND: ExceptionRule("延期", OPEN, False, True),
}
_CORRECTABLE = frozenset({"occurred_on", "number", "meeting"})
"""What of a decision may be corrected; a wrong decider or outcome takes re-opening."""


def propose(j: Judgement, command: c.Propose) -> None:
    """提出特办事项: by the step's doer or the overseer."""
    step = j.step(command.step)
    state = j.state(command.step)
    kind = _kind(command.kind)
    rule = EXCEPTIONS[kind]
    if j.case.status is CaseStatus.TERMINATED:
        j.require_open_case()
    if state.status not in rule.allowed:
        words = "、".join(STATUS_TITLES[s] for s in StepStatus if s in rule.allowed)
        refuse(
            "exception.state",
            f"任务 {command.step} 现为“{STATUS_TITLES[state.status]}”,不能{rule.title}",
            f"只有在以下状态可以{rule.title}:{words}",
            step=command.step,
            status=str(state.status),
        )
    if command.round != state.round:
        refuse("step.round", f"任务 {command.step} 现为第{state.round}轮", "请刷新后办理", round=state.round)
    if rule.needs_number and not (command.number and command.approver):
        refuse(
            "exception.approval_missing",
            f"{rule.title}须写明批准文号和批准人",
            "请补充后再提出;确无文号的填“无文号”",
        )
    seats = [s for role in (step.step.doer, j.plan.programme.overseer) for s in j.seats(command.step, role)]
    j.require_any(tuple(seats), rule.title)
    _require_sound(j, command, kind, step, state)
    require_not_before(command.occurred_on, state.opened_on, rule.title, f"任务 {command.step} 启动")
    if any(_same_matter(p, command, kind) for p in j.case.proposals.values()):
        refuse("exception.pending", f"任务 {command.step} 已有待确认的{rule.title}", "请先确认或不同意前一项")
    proposal = Proposal(
        id=str(j.case.counter + 1),
        kind=command.kind,
        step=command.step,
        round=command.round,
        proposed_by=j.facts.actor.person,
        proposed_on=command.occurred_on,
        reason=command.reason,
        number=command.number,
        approver=command.approver,
        path=command.path,
        new=command.new,
        stands=command.stands,
    )
    j.emit(e.Proposed(proposal=proposal))


def _same_matter(pending: Proposal, command: c.Propose, kind: ExceptionKind) -> bool:
    """The term of a step and that of its node are two matters."""
    same = pending.step == command.step and pending.kind == command.kind
    return same and (kind not in _CLOCKS or pending.path == command.path)


def _require_sound(
    j: Judgement, command: c.Propose, kind: ExceptionKind, step: StepPlan, state: StepState
) -> None:
    """What would make the proposal impossible to confirm is said at once."""
    if kind is ExceptionKind.CORRECT:
        _old_value(command.path, state)
        _new_value(j, command.path, command.new, step, state)
    if kind is ExceptionKind.REOPEN:
        _require_gates(j, command.step, step)
        check_stands(j, command.step, command.stands)
    if kind is ExceptionKind.NOT_APPLICABLE:
        check_choices(j, step)
    if kind in _CLOCKS:
        _CLOCKS[kind](j, command)


def _kind(text: str) -> ExceptionKind:
    try:
        return ExceptionKind(text)
    except ValueError:
        words = "、".join(f"{kind}({rule.title})" for kind, rule in EXCEPTIONS.items())
        refuse("exception.unknown", f"没有特办事项“{text}”", f"可选:{words}", kind=text)


def confirm(j: Judgement, command: c.ConfirmProposal) -> None:
    """确认或不同意: never by who proposed it."""
    if j.case.status is CaseStatus.TERMINATED:
        j.require_open_case()
    proposal = j.case.proposals.get(command.proposal)
    if proposal is None or proposal.step != command.step:
        refuse("proposal.unknown", "该特办事项已办理或不存在", "请刷新后核对", proposal=command.proposal)
    kind = ExceptionKind(proposal.kind)
    rule = EXCEPTIONS[kind]
    actor = j.facts.actor
    if actor.person == proposal.proposed_by:
        refuse(
            "duty.own_proposal",
            f"不能确认本人提出的{rule.title}",
            "请由另一名有权人员确认",
            basis="一人提出、另一人确认",
            person=actor.person,
        )
    _require_confirmer(j, proposal, rule)
    require_not_before(command.occurred_on, proposal.proposed_on, "确认", "提出")
    if not command.agrees:
        j.emit(e.Declined(proposal=proposal.id, by=actor.person))
        return
    state = j.state(proposal.step)
    if state.status not in rule.allowed or state.round != proposal.round:
        refuse(
            "proposal.stale",
            f"任务 {proposal.step} 的情况已变化,该{rule.title}不能再确认",
            "请选“不同意”结束该事项,必要时重新提出",
            status=str(state.status),
            round=state.round,
        )
    _EFFECTS[kind](j, proposal, command.occurred_on)


def _require_confirmer(j: Judgement, proposal: Proposal, rule: ExceptionRule) -> None:
    overseers = j.seats(proposal.step, confirming_role(j.plan, j.case, proposal))
    if rule.confirmed_by_overseer or not any(j.facts.actor.works_in(body) for body in j.participants()):
        j.require_any(overseers, f"确认{rule.title}")


def _not_applicable(j: Judgement, proposal: Proposal, on: date) -> None:
    """不适用: registers the step would have frozen are frozen as they are, so that nothing waits on it."""
    by = j.facts.actor.person
    step = j.step(proposal.step)
    require_choices(j, step)
    j.emit(e.MarkedNotApplicable(step=proposal.step, proposal=proposal.id, by=by, on=on))
    freeze_registers(j, proposal.step, step)


def _suspend(j: Judgement, proposal: Proposal, on: date) -> None:
    j.emit(e.Suspended(step=proposal.step, proposal=proposal.id, by=j.facts.actor.person, on=on))


def _resume(j: Judgement, proposal: Proposal, on: date) -> None:
    status = j.state(proposal.step).suspended_from or StepStatus.IN_PROGRESS
    by = j.facts.actor.person
    j.emit(e.Resumed(step=proposal.step, proposal=proposal.id, by=by, on=on, status=status))


def _require_gates(j: Judgement, key: str, step: StepPlan) -> None:
    """重新办理 waits for what the step rests on: one that stood while an earlier one is in rework."""
    if not rests_on_done(j.view, j.case, step, key):
        refuse(
            "reopen.gates",
            f"任务 {key} 的前置任务正在重新办理,或其台账行已不在,不能重新办理",
            "请待前置任务办结后再提出",
            step=key,
        )


def _reopen(j: Judgement, proposal: Proposal, on: date) -> None:
    _require_gates(j, proposal.step, j.step(proposal.step))
    resets = resets_after(j, proposal.step, proposal.stands)
    j.emit(
        e.Reopened(
            step=proposal.step,
            proposal=proposal.id,
            by=j.facts.actor.person,
            on=on,
            resets=resets,
            thaws=thawed(j, (proposal.step, *resets)),
            held=suspended(j, resets),
        )
    )
    set_term(j, proposal.step)


def _terminate(j: Judgement, proposal: Proposal, on: date) -> None:
    by = j.facts.actor.person
    j.emit(e.CaseTerminated(on=on, by=by, reason=proposal.number, proposal=proposal.id))


def _correct(j: Judgement, proposal: Proposal, on: date) -> None:
    """更正; terms and periods that count from a corrected date move with it."""
    step, state = j.step(proposal.step), j.state(proposal.step)
    j.emit(
        e.Corrected(
            step=proposal.step,
            proposal=proposal.id,
            path=proposal.path,
            old=_old_value(proposal.path, state),
            new=_new_value(j, proposal.path, proposal.new, step, state),
            by=j.facts.actor.person,
            on=on,
            touches=resets_after(j, proposal.step, ()),
            times=_times(proposal.path, state),
        )
    )
    kind, _, rest = proposal.path.partition("/")
    slot = step.slot(rest.partition("/")[0])
    if kind == "evidence" and slot is not None:
        start_period(j, proposal.step, step, slot)
        move_dues(j, proposal.step, slot.id)


def _times(path: str, state: StepState) -> int:
    """The how manieth correction of a paper it is; steps that read it are told."""
    kind, slot = path.split("/")[:2]
    return state.evidence[slot].corrected + 1 if kind == "evidence" else 0


def _old_value(path: str, state: StepState) -> str:
    kind, _, rest = path.partition("/")
    target, _, name = rest.partition("/")
    if kind == "evidence" and target in state.evidence and name in state.evidence[target].fields:
        return state.evidence[target].fields[name]
    decision = next((d for d in state.decisions if d.id == target), None)
    if kind == "decision" and decision is not None and name in _CORRECTABLE:
        return str(getattr(decision, name))
    places = [f"evidence/{slot}/{f}" for slot, item in state.evidence.items() for f in item.fields]
    places += [f"decision/{d.id}/{name}" for d in state.decisions for name in sorted(_CORRECTABLE)]
    refuse("correct.path", f"没有可更正的内容“{path}”", f"可更正:{'、'.join(places) or '无'}", path=path)


def _new_value(j: Judgement, path: str, new: str, step: StepPlan, state: StepState) -> str:
    """The new value, in the form its field has; a date keeps the order of dates."""
    kind, target, name = path.split("/")
    slot = step.slot(target)
    if kind == "evidence" and slot is not None:
        return checked_value(j, slot, name, new)
    if name == "occurred_on":
        on = read_date("日期", new)
        require_past(on, j.facts.today)
        require_not_before(on, state.submitted_on, "审批", "提交")
        return on.isoformat()
    return new


_EFFECTS: dict[ExceptionKind, Callable[[Judgement, Proposal, date], None]] = {
    ExceptionKind.NOT_APPLICABLE: _not_applicable,
    ExceptionKind.SUSPEND: _suspend,
    ExceptionKind.RESUME: _resume,
    ExceptionKind.REOPEN: _reopen,
    ExceptionKind.CORRECT: _correct,
    ExceptionKind.TERMINATE: _terminate,
    ExceptionKind.STOP_CLOCK: stop_clock,
    ExceptionKind.START_CLOCK: start_clock,
    ExceptionKind.EXTEND: extend,
}
_CLOCKS = {
    ExceptionKind.STOP_CLOCK: require_stoppable,
    ExceptionKind.START_CLOCK: require_startable,
    ExceptionKind.EXTEND: require_extendable,
}
