"""提交: the doer says the step is done; verification, review or closing follows."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.handing import require_hand
from domain.acts.opening import require_choices
from domain.acts.publicity import require_period_over
from domain.acts.timing import require_not_before
from domain.case import DOER_HAND, StepState
from domain.judging import Acted, Judgement
from domain.plan import StepPlan
from domain.programme import EVIDENCE_FIELD_TYPES, Moment, Outcome
from domain.reads import pins
from domain.refusal import refuse
from domain.register_balances import open_gaps
from domain.returning import STOP, carriable, go_back
from domain.settle import review, warn_unfinished
from domain.states import WITH_DOER, StepStatus
from domain.terms import set_term
from domain.work_kinds import WorkKind


def submit(j: Judgement, command: c.Submit) -> None:
    """提交."""
    step, state = j.open_step(command)
    if state.status not in WITH_DOER:
        refuse(
            "submit.already",
            f"任务 {command.step} 已经提交,正在办理",
            "如需修改,请先撤回提交,或直接更换材料",
            step=command.step,
        )
    mine = j.require_acted(
        j.seats(command.step, step.step.doer), f"任务 {command.step} 提交", WorkKind.SUBMIT
    )
    require_hand(j, state, DOER_HAND, mine)
    require_not_before(command.occurred_on, state.opened_on, "提交", f"任务 {command.step} 启动")
    require_not_before(command.occurred_on, state.back_on, "提交", "退回")
    require_choices(j, step)
    step = j.step(command.step)
    _require_complete(j, step, state)
    _require_registers(j, step)
    require_period_over(j, step, state, command.occurred_on)
    for outcome in step.step.outcomes:
        if _value_of(state, outcome) == outcome.value and _carry_out(j, command, step, outcome, mine):
            return
    j.emit(
        e.Submitted(
            step=command.step,
            by=j.facts.actor.person,
            acting_for=mine.acting_for,
            on=command.occurred_on,
            late_days=j.late_days,
            reads=pins(j.case, command.step, step),
            carries=carriable(j, command.step, step, mine.behind(j.facts.actor.person)),
        )
    )
    set_term(j, command.step, command.occurred_on)
    _warn_early(j, command, step, state)
    warn_unfinished(j, step)
    if not _ask_verification(j, command, step):
        review(j, command.step, step, command.occurred_on)


def _require_complete(j: Judgement, step: StepPlan, state: StepState) -> None:
    missing = [
        slot.title
        for slot in step.slots
        if slot.required and slot.moment is not Moment.FILING and slot.id not in state.evidence
    ]
    if missing:
        refuse(
            "evidence.missing",
            f"还缺材料:{'、'.join(missing)}",
            "请登记或上传后再提交",
            step=step.id,
            missing="、".join(missing),
        )


def _require_registers(j: Judgement, step: StepPlan) -> None:
    for name in dict.fromkeys((*step.step.fills, *step.step.freezes)):
        title = j.plan.registers[name].title
        register = j.case.registers.get(name)
        if register is None and not any(name in each.step.fills for each in j.view.steps):
            continue  # filled by a stage outside the scope of this case
        if register is None:
            refuse("register.empty", f"“{title}”尚未填报", "请填报或导入后再提交", register=name)
        sums = {each: state.sums for each, state in j.case.registers.items()}
        gaps = open_gaps(j.plan.registers[name], register.gaps, sums)
        if gaps and name in step.step.freezes:
            refuse(
                "register.gap",
                f"“{title}”不平衡:{'、'.join(gaps)}",
                "请更正台账,使合计与分项一致",
                register=name,
            )


def _value_of(state: StepState, outcome: Outcome) -> str:
    item = state.evidence.get(outcome.evidence)
    return item.fields.get(str(outcome.field), "") if item else ""


def _carry_out(j: Judgement, command: c.Submit, step: StepPlan, outcome: Outcome, mine: Acted) -> bool:
    """结论的后果: refuse the submission, end the case, or send it back to an earlier step."""
    title = EVIDENCE_FIELD_TYPES[outcome.field][1]
    if outcome.then == "refuse":
        refuse("outcome.refused", f"{title}为“{outcome.value}”:{outcome.message}", "请按要求处理后再提交")
    by = j.facts.actor.person
    j.emit(e.Submitted(step=command.step, by=by, acting_for=mine.acting_for, on=command.occurred_on))
    if outcome.then == STOP:
        j.emit(e.CaseTerminated(on=command.occurred_on, by=j.facts.actor.person, reason=outcome.message))
        return True
    go_back(
        j,
        command.step,
        step,
        outcome.then,
        by=j.facts.actor.person,
        on=command.occurred_on,
        reason=outcome.message,
    )
    return True


def _warn_early(j: Judgement, command: c.Submit, step: StepPlan, state: StepState) -> None:
    """不得早于: warns, for whether such a term blocks is for the compliance checks to say."""
    for due in step.step.due:
        if due.minimum:
            first = j.earliest(command.step, due, state.opened_on)
            if first.date is not None and command.occurred_on < first.date:
                j.warn(f"提交早于最短期间:{first.line}")


def _ask_verification(j: Judgement, command: c.Submit, step: StepPlan) -> bool:
    work = step.step.machine.verify
    if work is None:
        return False
    manual = j.case.adapters.get(work.system, "manual") == "manual"
    on = command.occurred_on
    manual_on = None if manual else j.due(command.step, work.manual_after, on, on).date
    j.emit(e.VerificationAsked(step=command.step, on=on, manual=manual, manual_on=manual_on))
    return True


def withdraw_submission(j: Judgement, command: c.WithdrawSubmission) -> None:
    """撤回提交: as long as nobody has decided on it."""
    step, state = j.open_step(command)
    j.require_acted(j.seats(command.step, step.step.doer), "撤回提交", WorkKind.SUBMIT)
    if state.status not in (StepStatus.VERIFYING, StepStatus.IN_REVIEW):
        refuse("withdraw.not_submitted", f"任务 {command.step} 没有可撤回的提交", "尚未提交的可直接修改")
    decided = [d for d in state.decisions if not d.unchecked]
    if decided:
        refuse(
            "withdraw.decided",
            "已有审批意见,不能撤回提交",
            "请联系审批人退回",
            decided_by=decided[0].decided_by,
        )
    j.emit(e.SubmissionWithdrawn(step=command.step, by=j.facts.actor.person, on=command.occurred_on))
