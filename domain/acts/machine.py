"""核验与报送: results of outside systems, by the flow or by hand.

By hand is the default: there is no open filing interface and no open company register on a government
intranet. A second person checks what one person has entered.
"""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.evidence import checked_fields, reference_digest
from domain.acts.timing import require_not_before
from domain.case import EvidenceItem, MachineWork, StepState
from domain.judging import Judgement
from domain.plan import StepPlan
from domain.programme import File, Verify
from domain.refusal import refuse
from domain.returning import DOER, go_back
from domain.settle import review
from domain.states import StepStatus

MACHINE = "machine"
ACCEPTED = "accepted"
REJECTED = "rejected"
MATCHED = "matched"
MISMATCHED = "mismatched"
UNAVAILABLE = "unavailable"


def record_verification(j: Judgement, command: c.RecordVerification) -> None:
    """登记核验结果."""
    step, state = j.open_step(command)
    work = step.step.machine.verify
    if state.status is not StepStatus.VERIFYING or work is None:
        refuse("verify.not_now", f"任务 {command.step} 现不在核验中", "无须处理", status=str(state.status))
    if command.outcome not in (MATCHED, MISMATCHED):
        refuse("verify.outcome", f"核验结果“{command.outcome}”无效", "可选:matched、mismatched")
    by = _by_machine_or(j, command, state, work.manual_role, "人工核验")
    _require_order(command, state, "核验", "提交")
    if by in state.submitters:
        refuse(
            "duty.own_verification",
            "人工核验不能由提交人本人办理",
            "请由另一名同事对照原件办理",
            basis="第二人核对",
        )
    j.emit(
        e.Verified(
            step=command.step,
            outcome=command.outcome,
            differences=command.differences,
            by=by,
            on=command.occurred_on,
        )
    )
    if command.outcome == MISMATCHED and work.on_mismatch == "return":
        text = "核验不一致:" + ";".join(command.differences)
        go_back(j, command.step, step, DOER, by=by, on=command.occurred_on, reason=text)
        return
    review(j, command.step, step, command.occurred_on)


def _by_machine_or(
    j: Judgement, command: c.RecordVerification | c.RecordFiling, state: StepState, role: str, doing: str
) -> str:
    """The machine, as long as it has the matter; by hand, the manual role."""
    if j.facts.actor.machine:
        if state.machine is None or state.machine.manual:
            refuse("machine.manual", "该项已转人工办理", "系统结果不再采用", step=command.step)
        return MACHINE
    j.require_any(j.seats(command.step, role), doing)
    return j.facts.actor.person


def _require_order(
    command: c.RecordVerification | c.RecordFiling, state: StepState, what: str, before: str
) -> None:
    require_not_before(command.occurred_on, state.machine.since if state.machine else None, what, before)


def record_filing(j: Judgement, command: c.RecordFiling) -> None:
    """登记报送结果."""
    step, state = j.open_step(command)
    work = step.step.machine.file
    if state.status is not StepStatus.FILING or work is None:
        refuse("file.not_now", f"任务 {command.step} 现不在报送中", "无须处理", status=str(state.status))
    if state.machine is not None and state.machine.outcome == ACCEPTED:
        refuse("file.already", "报送已登记,待核对", "登记有误的,请核对人选“不一致”后重新登记")
    if command.outcome not in (ACCEPTED, REJECTED):
        refuse("file.outcome", f"报送结果“{command.outcome}”无效", "可选:accepted、rejected")
    by = _by_machine_or(j, command, state, work.manual_role, "报送登记")
    _require_order(command, state, "报送", "审批")
    if by != MACHINE and state.machine is not None and not state.machine.manual:
        # From here on the machine asks no more: what went by paper does not go by wire as well.
        j.emit(e.ManualTurned(step=command.step, on=command.occurred_on, by=by))
    _record(j, command, step, work, by)
    if command.outcome == REJECTED:
        go_back(j, command.step, step, DOER, by=by, on=command.occurred_on, reason=command.message)


def _record(j: Judgement, command: c.RecordFiling, step: StepPlan, work: File, by: str) -> None:
    slot = step.slot(work.receipt)
    item = None
    if command.outcome == ACCEPTED and slot is not None:
        before = j.state(command.step).evidence.get(slot.id)
        fields = checked_fields(j, slot, command.fields)
        item = EvidenceItem(
            version=before.version + 1 if before else 1,
            mode=str(slot.mode),
            title=slot.title,
            digest=reference_digest(slot.title, fields),
            fields=fields,
            added_by=by,
            added_on=command.occurred_on,
        )
    j.emit(
        e.FilingRecorded(
            step=command.step,
            outcome=command.outcome,
            slot=work.receipt,
            item=item,
            by=by,
            on=command.occurred_on,
            checked_by=MACHINE if by == MACHINE else "",
            message=command.message,
        )
    )


def turn_manual(j: Judgement, command: c.TurnManual) -> None:
    """转人工办理: at once, instead of on the day set for it.

    By the machine also where people have it already, if it has something new to say: an answer that came
    too late to count is shown to them.
    """
    step, state = j.open_step(command)
    work, machine = _asked(command, step, state)
    if j.facts.actor.machine:
        if machine.manual and command.reason in ("", machine.why):
            refuse("machine.turned", f"任务 {command.step} 已转人工办理", "无须处理", step=command.step)
        j.emit(
            e.ManualTurned(
                step=command.step,
                on=command.occurred_on,
                by=MACHINE,
                reason=command.reason,
                stopped=command.stopped,
            )
        )
        return
    j.require_any(j.seats(command.step, work.manual_role), "转人工办理")
    if machine.manual:
        refuse("machine.turned", f"任务 {command.step} 已转人工办理", "请直接登记结果", step=command.step)
    person = j.facts.actor.person
    j.emit(e.ManualTurned(step=command.step, on=command.occurred_on, by=person, reason=command.reason))


def ask_again(j: Judgement, command: c.AskAgain) -> None:
    """重新交系统办理: by whoever has the matter, or by the operator who put right what stopped it."""
    step, state = j.open_step(command)
    work, machine = _asked(command, step, state)
    if not j.facts.actor.machine:
        j.require_any(j.seats(command.step, work.manual_role), "重新交系统办理")
    if j.case.adapters.get(work.system, "manual") == "manual":
        refuse("machine.no_system", f"任务 {command.step} 没有可用的对外接口", "请人工办理并登记结果")
    if not machine.manual:
        refuse("machine.asking", f"任务 {command.step} 正由系统办理", "无须处理", step=command.step)
    if machine.outcome:
        refuse("file.already", "报送已登记,待核对", "登记有误的,请核对人选“不一致”后重新登记")
    on = command.occurred_on
    manual_on = j.due(command.step, work.manual_after, on, on).date
    j.emit(
        e.MachineResumed(step=command.step, on=on, by=j.facts.actor.person or MACHINE, manual_on=manual_on)
    )


def _asked(
    command: c.TurnManual | c.AskAgain, step: StepPlan, state: StepState
) -> tuple[Verify | File, MachineWork]:
    """What an outside system is asked for this step now, or a refusal."""
    work = {StepStatus.VERIFYING: step.step.machine.verify, StepStatus.FILING: step.step.machine.file}.get(
        state.status
    )
    if work is None or state.machine is None:
        refuse(
            "machine.not_now", f"任务 {command.step} 现不在核验或报送中", "无须处理", status=str(state.status)
        )
    return work, state.machine


def check_filing(j: Judgement, command: c.CheckFiling) -> None:
    """核对报送登记: someone other than who entered it."""
    step, state = j.open_step(command)
    machine = state.machine
    if state.status is not StepStatus.FILING or machine is None or machine.outcome != ACCEPTED:
        refuse("check.nothing", "没有待核对的报送登记", "无须处理", step=command.step)
    if j.facts.actor.person == machine.recorded_by:
        refuse(
            "duty.own_recording",
            "不能核对本人登记的报送",
            "请由另一名同事对照回执核对",
            basis="登记须经第二人核对",
        )
    if not any(j.facts.actor.works_in(body) for body in j.participants()):
        j.require_any(j.seats(command.step, step.step.doer), "核对报送登记")
    j.emit(
        e.FilingChecked(
            step=command.step, by=j.facts.actor.person, agrees=command.agrees, on=command.occurred_on
        )
    )
