"""公示: what starts a period, objections that are taken in and answered, and when it has run out."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from domain import commands as c
from domain import events as e
from domain.acts.timing import require_not_before
from domain.case import StepState
from domain.date_words import day_words
from domain.duedates import PublicityPeriod, publicity_period
from domain.judging import Judgement
from domain.objections import Objection, ObjectionResult, holds_back, last_answer, rule_of, unanswered
from domain.plan import StepPlan
from domain.programme import Evidence, EvidenceField, ObjectionRule, Publicity
from domain.refusal import refuse
from domain.states import DONE, WITH_DOER, CaseStatus, StepStatus
from domain.work_kinds import WorkKind


def start_period(j: Judgement, key: str, step: StepPlan, slot: Evidence) -> None:
    """The notice of a publicity period starts its count; where a proof of posting is asked, with it."""
    asked = step.step.publicity
    if asked is None or slot.id not in (asked.notice, asked.proof):
        return
    state = j.state(key)
    if state.status not in WITH_DOER or asked.notice not in state.evidence:
        return
    if not posted_on(asked, state):
        notice = step.slot(asked.notice)
        refuse(
            "period.no_start",
            f"“{notice.title if notice else asked.notice}”须填起始日期,公示期由此起算",
            "请补填起始日期",
            slot=asked.notice,
        )
    period = period_of(j, step, state)
    proof = proof_lacking(step, state)
    if period is None:
        j.warn(f"还没有登记“{proof.title if proof else ''}”,登记以后公示期才计算")
    elif period != state.period:
        j.emit(e.PeriodSet(step=key, period=period))


def posted_on(asked: Publicity, state: StepState) -> date | None:
    """张贴日期, as the notice says."""
    notice = state.evidence.get(asked.notice)
    text = notice.fields.get(str(EvidenceField.STARTS_ON), "") if notice else ""
    return date.fromisoformat(text) if text else None


def proof_lacking(step: StepPlan, state: StepState) -> Evidence | None:
    """张贴证明 that is asked for here and is not there yet."""
    asked = step.step.publicity
    proof = step.slot(asked.proof) if asked is not None and asked.proof else None
    return None if proof is None or proof.id in state.evidence else proof


def period_of(j: Judgement, step: StepPlan, state: StepState) -> PublicityPeriod | None:
    """公示期 as it stands now; None while the notice or the proof asked for is not there."""
    asked = step.step.publicity
    posted = posted_on(asked, state) if asked is not None else None
    if asked is None or posted is None or proof_lacking(step, state) is not None:
        return None
    period = publicity_period(posted, asked.amount, asked.unit, asked.first_day_counts, j.facts.calendar)
    answered = last_answer(state.objections.values())
    if rule_of(asked) is not ObjectionRule.PROLONG or answered is None or answered <= period.ends_on:
        return period
    line = f"{period.line};办理异议,顺延至{day_words(answered, posted.year)}"
    return replace(period, ends_on=answered, line=line)


def require_period_over(j: Judgement, step: StepPlan, state: StepState, on: date) -> None:
    """A step is not submitted before its period has run out and what was raised against it is answered."""
    asked = step.step.publicity
    if asked is None:
        return
    if state.period is None:
        proof = "、张贴证明" if proof_lacking(step, state) else ""
        refuse("period.not_started", "公示尚未开始", f"请先登记公示件和起始日期{proof}", step=step.id)
    left = unanswered(state.objections.values())
    if left and holds_back(asked, left):
        refuse(
            "objection.open",
            f"公示期内收到的 {len(left)} 件异议还没有答复",
            "请先逐件答复;答复以后再提交",
            basis=asked.basis.text,
            objections="、".join(each.id for each in left),
        )
    if on <= state.period.ends_on:
        refuse(
            "period.running",
            f"公示期未满:{state.period.line}",
            f"请在 {state.period.ends_on} 之后提交",
            basis=asked.basis.text,
            ends_on=state.period.ends_on.isoformat(),
        )
    if left:
        j.warn(f"还有 {len(left)} 件异议没有答复:{'、'.join(each.id for each in left)} 号")


def raise_objection(j: Judgement, command: c.RaiseObjection) -> None:
    """登记异议: by the doer's side or the overseer, who may be told of it."""
    step, state = j.open_step(command)
    if step.step.publicity is None or state.period is None:
        refuse(
            "objection.no_period",
            f"任务 {command.step} 没有正在进行的公示",
            "请核对任务编号;公示以外的意见请在审批意见中反映",
            step=command.step,
        )
    roles = (step.step.doer, *step.step.assist, j.plan.programme.overseer)
    j.require_any(tuple(seat for role in roles for seat in j.seats(command.step, role)), "登记异议")
    require_not_before(command.occurred_on, state.period.starts_on, "提出异议", "公示开始")
    if (command.objector is None) != command.anonymous:
        refuse(
            "objection.who",
            "请写明谁提出的异议,或标明匿名",
            "实名的填提出人;匿名的不填,只标匿名",
            step=command.step,
        )
    waits = rule_of(step.step.publicity) is ObjectionRule.PROLONG and unanswered(state.objections.values())
    late = command.occurred_on > state.period.ends_on and not waits
    if late:
        j.warn(f"异议在公示期满({state.period.ends_on})以后提出,只登记,不影响办结")
    elif state.status is StepStatus.FILING:
        j.warn("任务已转入报送,异议只登记,不再停止办结;需要停办的,请提出暂停")
    objection = Objection(
        id=str(j.case.counter + 1),
        raised_on=command.occurred_on,
        by=j.facts.actor.person,
        opinion=command.opinion,
        objector=command.objector,
        late=late,
    )
    j.emit(e.ObjectionRaised(step=command.step, objection=objection, late_days=j.late_days))


def _answerable(j: Judgement, command: c.AnswerObjection) -> tuple[StepPlan, StepState]:
    """The step, also one that is done: whoever objected gets an answer all the same."""
    state = j.state(command.step)
    if j.case.status is CaseStatus.TERMINATED or state.status not in DONE:
        return j.open_step(command)
    j.require_round(command, state)
    return j.step(command.step), state


def answer_objection(j: Judgement, command: c.AnswerObjection) -> None:
    """答复异议: by the doer, once, with what was found."""
    step, state = _answerable(j, command)
    mine = j.require_acted(j.seats(command.step, step.step.doer), "答复异议", WorkKind.OBJECTION)
    found = state.objections.get(command.objection)
    if found is None or found.answered_on is not None:
        waiting = "、".join(each.id for each in state.objections.values() if each.answered_on is None)
        refuse(
            "objection.unknown",
            f"任务 {command.step} 没有待答复的异议“{command.objection}”",
            f"待答复的:{waiting or '无'}",
            objection=command.objection,
        )
    require_not_before(command.occurred_on, found.raised_on, "答复", "提出异议")
    j.emit(
        e.ObjectionAnswered(
            step=command.step,
            objection=found.id,
            result=ObjectionResult(command.result),
            opinion=command.opinion,
            by=j.facts.actor.person,
            acting_for=mine.acting_for,
            on=command.occurred_on,
        )
    )
    now = j.state(command.step)
    if now.status in WITH_DOER:
        period = period_of(j, step, now)
        if period is not None and period.ends_on != (now.period.ends_on if now.period else None):
            j.emit(e.PeriodSet(step=command.step, period=period))
