"""停止计时、恢复计时、延期: the exceptional acts that move a term; one proposes, another confirms.

An extension is confirmed by whoever set the date (`Due.extend_by`); the other two by the overseer.
"""

from __future__ import annotations

from datetime import date

from domain import commands as c
from domain import events as e
from domain.acts.evidence import read_date
from domain.acts.timing import require_not_before, require_past
from domain.case import Proposal, StepState
from domain.judging import Judgement
from domain.plan import StepPlan
from domain.refusal import refuse
from domain.term_changes import ClockStop, Extension, extension_limit, standing
from domain.terms import renew_term


def require_stoppable(j: Judgement, command: c.Propose, _: StepPlan, state: StepState) -> None:
    """停止计时: a clock that runs, from a day on which it still ran."""
    since = _day(j, command, "停止计时之日")
    if standing(state.stops) is not None:
        refuse("clock.stopped", f"任务 {command.step} 已停止计时", "请先恢复计时", step=command.step)
    due = state.due.date if state.due else None
    if due is None:
        refuse(
            "clock.no_term",
            f"任务 {command.step} 没有正在计算的时限,无需停止计时",
            "请核对任务编号;时限待定的,起算以后再提出",
            step=command.step,
        )
    if since > due:
        refuse(
            "clock.too_late",
            f"停止计时之日 {since} 晚于时限 {due},期限已满",
            "请改写停止计时之日;确需宽限的,请提出延期",
            due=due.isoformat(),
        )
    last = state.stops[-1].until if state.stops else None
    require_not_before(since, last, "停止计时", "上次恢复计时")
    require_not_before(since, state.opened_on, "停止计时", "任务启动")


def require_startable(j: Judgement, command: c.Propose, _: StepPlan, state: StepState) -> None:
    """恢复计时: a clock that stands still, not from a day before it stood still."""
    held = standing(state.stops)
    if held is None:
        refuse("clock.running", f"任务 {command.step} 没有停止计时", "无须恢复", step=command.step)
    require_not_before(_day(j, command, "恢复计时之日"), held.since, "恢复计时", "停止计时")


def require_extendable(j: Judgement, command: c.Propose, step: StepPlan, state: StepState) -> None:
    """延期: a known date, a later one, and not more often than the programme allows."""
    due = state.due.date if state.due else None
    if standing(state.stops) is not None or due is None:
        refuse(
            "extend.no_date",
            f"任务 {command.step} 现在没有确定的时限,不能延期",
            "停止计时的请先恢复计时;时限待定的,确定以后再提出",
            step=command.step,
        )
    limit = extension_limit(step)
    if len(state.extensions) >= limit:
        refuse(
            "extend.limit",
            f"任务 {command.step} 最多延期 {limit} 次,已延期 {len(state.extensions)} 次",
            "请按期办理;确有特殊情况的,请报定时限的单位另行研究",
            step=command.step,
            limit=limit,
        )
    new = read_date("延期后的日期", command.new)
    if new <= due:
        refuse(
            "extend.not_later",
            f"延期后的日期 {new} 不晚于现在的时限 {due}",
            "请写更晚的日期",
            due=due.isoformat(),
            new=new.isoformat(),
        )


def stop_clock(j: Judgement, proposal: Proposal, on: date) -> None:
    """停止计时."""
    stop = ClockStop(
        since=_proposed_day(proposal),
        number=proposal.number,
        approver=proposal.approver,
        reason=proposal.reason,
    )
    if standing(j.state(proposal.step).stops) is not None:
        refuse("proposal.stale", "该任务已停止计时,不能再确认", "请选“不同意”结束该事项")
    by = j.facts.actor.person
    j.emit(e.ClockStopped(step=proposal.step, proposal=proposal.id, by=by, on=on, stop=stop))
    renew_term(j, proposal.step)


def start_clock(j: Judgement, proposal: Proposal, on: date) -> None:
    """恢复计时: the day on which it goes on is counted again."""
    if standing(j.state(proposal.step).stops) is None:
        refuse("proposal.stale", "该任务没有停止计时,不能再确认", "请选“不同意”结束该事项")
    until = _proposed_day(proposal)
    by = j.facts.actor.person
    j.emit(e.ClockStarted(step=proposal.step, proposal=proposal.id, by=by, on=on, until=until))
    renew_term(j, proposal.step)


def extend(j: Judgement, proposal: Proposal, on: date) -> None:
    """延期, late ones marked: asked for when the old date had passed."""
    state = j.state(proposal.step)
    old, new = (state.due.date if state.due else None), date.fromisoformat(proposal.new)
    if old is None or new <= old:
        refuse("proposal.stale", "时限已有变动,该延期不能再确认", "请选“不同意”结束该事项,必要时重新提出")
    extension = Extension(
        old=old,
        new=new,
        on=on,
        by=j.facts.actor.person,
        number=proposal.number,
        approver=proposal.approver,
        reason=proposal.reason,
        late=proposal.proposed_on > old,
    )
    j.emit(e.Extended(step=proposal.step, proposal=proposal.id, extension=extension))
    renew_term(j, proposal.step)


def _day(j: Judgement, command: c.Propose, what: str) -> date:
    """The day that is named, or the day of the proposal; never one that has not come."""
    day = read_date(what, command.new) if command.new else command.occurred_on
    require_past(day, j.facts.today)
    return day


def _proposed_day(proposal: Proposal) -> date:
    return date.fromisoformat(proposal.new) if proposal.new else proposal.proposed_on
