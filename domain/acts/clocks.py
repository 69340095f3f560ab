"""停止计时、恢复计时、延期: the exceptional acts that move a term; one proposes, another confirms.

The term is the step's, or with the path `node/<id>` that of the open node; each has a clock of its own.
An extension is confirmed by whoever set the date (`Due.extend_by`), the other two by the overseer.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from domain import commands as c
from domain import events as e
from domain.acts.evidence import read_date
from domain.acts.timing import require_not_before, require_past
from domain.case import Proposal
from domain.judging import Judgement
from domain.programme import Due
from domain.refusal import refuse
from domain.term_changes import NODE_PATH, ClockStop, Extension, binding, extension_limit, standing
from domain.terms import renew_node_term, renew_term


class Term(NamedTuple):
    """所指的时限: whose it is, and how it stands."""

    title: str
    began: str
    due: date | None
    opened_on: date | None
    stops: tuple[ClockStop, ...]
    extensions: tuple[Extension, ...]
    declared: list[Due]


def require_stoppable(j: Judgement, command: c.Propose) -> None:
    """停止计时: a clock that runs, from a day on which it still ran."""
    term = _asked(j, command)
    since = _day(j, command, "停止计时之日")
    if standing(term.stops) is not None:
        refuse("clock.stopped", f"{term.title} 已停止计时", "请先恢复计时", step=command.step)
    if term.due is None:
        refuse(
            "clock.no_term",
            f"{term.title} 没有正在计算的时限,无需停止计时",
            "请核对任务编号;时限待定的,起算以后再提出",
            step=command.step,
        )
    if since > term.due:
        refuse(
            "clock.too_late",
            f"停止计时之日 {since} 晚于时限 {term.due},期限已满",
            "请改写停止计时之日;确需宽限的,请提出延期",
            due=term.due.isoformat(),
        )
    last = term.stops[-1].until if term.stops else None
    require_not_before(since, last, "停止计时", "上次恢复计时")
    require_not_before(since, term.opened_on, "停止计时", term.began)


def require_startable(j: Judgement, command: c.Propose) -> None:
    """恢复计时: a clock that stands still, not from a day before it stood still."""
    term = _asked(j, command)
    held = standing(term.stops)
    if held is None:
        refuse("clock.running", f"{term.title} 没有停止计时", "无须恢复", step=command.step)
    require_not_before(_day(j, command, "恢复计时之日"), held.since, "恢复计时", "停止计时")


def require_extendable(j: Judgement, command: c.Propose) -> None:
    """延期: a known date, a later one, and not more often than the programme allows."""
    term = _asked(j, command)
    if standing(term.stops) is not None or term.due is None:
        refuse(
            "extend.no_date",
            f"{term.title} 现在没有确定的时限,不能延期",
            "停止计时的请先恢复计时;时限待定的,确定以后再提出",
            step=command.step,
        )
    limit = extension_limit(term.declared)
    if len(term.extensions) >= limit:
        refuse(
            "extend.limit",
            f"{term.title} 最多延期 {limit} 次,已延期 {len(term.extensions)} 次",
            "请按期办理;确有特殊情况的,请报定时限的单位另行研究",
            step=command.step,
            limit=limit,
        )
    new = read_date("延期后的日期", command.new)
    if new <= term.due:
        refuse(
            "extend.not_later",
            f"延期后的日期 {new} 不晚于现在的时限 {term.due}",
            "请写更晚的日期",
            due=term.due.isoformat(),
            new=new.isoformat(),
        )


def stop_clock(j: Judgement, proposal: Proposal, on: date) -> None:
    """停止计时."""
    term = _meant(j, proposal)
    stop = ClockStop(
        since=_proposed_day(proposal),
        number=proposal.number,
        approver=proposal.approver,
        reason=proposal.reason,
    )
    if standing(term.stops) is not None:
        refuse("proposal.stale", "该任务已停止计时,不能再确认", "请选“不同意”结束该事项")
    if term.opened_on is not None and stop.since < term.opened_on:
        refuse(
            "proposal.stale", f"{term.began}以前的停止计时不能再确认", "请选“不同意”结束该事项,必要时重新提出"
        )
    by, node = j.facts.actor.person, proposal.path.removeprefix(NODE_PATH)
    j.emit(e.ClockStopped(step=proposal.step, proposal=proposal.id, by=by, on=on, stop=stop, node=node))
    _renew(j, proposal)


def start_clock(j: Judgement, proposal: Proposal, on: date) -> None:
    """恢复计时: the day on which it goes on is counted again."""
    held, until = standing(_meant(j, proposal).stops), _proposed_day(proposal)
    if held is None or until < held.since:
        refuse("proposal.stale", "该任务没有停止计时,不能再确认", "请选“不同意”结束该事项")
    by, node = j.facts.actor.person, proposal.path.removeprefix(NODE_PATH)
    j.emit(e.ClockStarted(step=proposal.step, proposal=proposal.id, by=by, on=on, until=until, node=node))
    _renew(j, proposal)


def extend(j: Judgement, proposal: Proposal, on: date) -> None:
    """延期, late ones marked: asked for when the old date had passed."""
    old, new = _meant(j, proposal).due, date.fromisoformat(proposal.new)
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
    node = proposal.path.removeprefix(NODE_PATH)
    j.emit(e.Extended(step=proposal.step, proposal=proposal.id, extension=extension, node=node))
    _renew(j, proposal)


def _asked(j: Judgement, command: c.Propose) -> Term:
    """The term that a proposal names."""
    term = _term(j, command.step, command.path)
    if term is None:
        refuse(
            "clock.node",
            f"任务 {command.step} 没有正在办理的审批节点“{command.path.removeprefix(NODE_PATH)}”",
            "请写正在办理的节点的代号(见任务页);是任务的时限的,不写节点",
            step=command.step,
            path=command.path,
            open=j.state(command.step).node,
        )
    return term


def _meant(j: Judgement, proposal: Proposal) -> Term:
    """The term that a proposal named, if its node is still open."""
    term = _term(j, proposal.step, proposal.path)
    if term is None:
        refuse("proposal.stale", "该审批节点已办完,其时限不能再变动", "请选“不同意”结束该事项")
    return term


def _term(j: Judgement, key: str, path: str) -> Term | None:
    state, step = j.state(key), j.step(key)
    declared = binding(step, path)
    if not path:
        on = state.due.date if state.due else None
        opened, title = state.opened_on, f"任务 {key}"
        return Term(title, f"{title} 启动", on, opened, state.stops, state.extensions, declared)
    node = step.node(state.node)
    if node is None or path != f"{NODE_PATH}{state.node}":
        return None
    on = state.node_due.date if state.node_due else None
    opened, title = state.node_opened_on, f"审批节点“{node.node.title}”"
    return Term(title, f"{title}启动", on, opened, state.node_stops, state.node_extensions, declared)


def _renew(j: Judgement, proposal: Proposal) -> None:
    (renew_node_term if proposal.path else renew_term)(j, proposal.step)


def _day(j: Judgement, command: c.Propose, what: str) -> date:
    """The day that is named, or the day of the proposal; never one that has not come."""
    day = read_date(what, command.new) if command.new else command.occurred_on
    require_past(day, j.facts.today)
    return day


def _proposed_day(proposal: Proposal) -> date:
    return date.fromisoformat(proposal.new) if proposal.new else proposal.proposed_on
