"""特办事项的演进: what 不适用, 暂停, 恢复, 重新办理, 更正 and 终止 make of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case, Correction, EvidenceItem
from domain.decisions import Decision
from domain.evolving import CLEARED, NEW_TERM, change, freeze, put, reset, step_of, write_state
from domain.states import CaseStatus, StepStatus, may_move


def _proposed(case: Case, event: e.Proposed) -> Case:
    proposals = {**case.proposals, event.proposal.id: event.proposal}
    return replace(case, proposals=proposals, counter=case.counter + 1)


def _settled(case: Case, proposal: str) -> Case:
    left = {key: value for key, value in case.proposals.items() if key != proposal}
    return replace(case, proposals=left)


def _declined(case: Case, event: e.Declined) -> Case:
    return _settled(case, event.proposal)


def _marked_not_applicable(case: Case, event: e.MarkedNotApplicable) -> Case:
    state = write_state(step_of(case, event.step), StepStatus.NOT_APPLICABLE, **CLEARED)
    return put(_settled(case, event.proposal), event.step, replace(state, closed_on=event.on))


def _suspended(case: Case, event: e.Suspended) -> Case:
    state = step_of(case, event.step)
    held = write_state(state, StepStatus.SUSPENDED, suspended_from=state.status)
    return put(_settled(case, event.proposal), event.step, held)


def _resumed(case: Case, event: e.Resumed) -> Case:
    state = write_state(step_of(case, event.step), event.status, suspended_from=None)
    return put(_settled(case, event.proposal), event.step, state)


def _reopened(case: Case, event: e.Reopened) -> Case:
    state = step_of(case, event.step)
    again = write_state(
        state,
        StepStatus.REOPENED,
        round=state.round + 1,
        back_on=event.on,
        opened_on=event.on,
        **CLEARED,
        **NEW_TERM,
    )
    case = put(_settled(case, event.proposal), event.step, again, status=CaseStatus.OPEN, closed_on=None)
    return freeze(reset(case, event.resets, event.held), event.thaws, frozen=False)


def _corrected(case: Case, event: e.Corrected) -> Case:
    proposal = case.proposals[event.proposal]
    correction = Correction(
        step=event.step,
        path=event.path,
        old=event.old,
        new=event.new,
        proposed_by=proposal.proposed_by,
        confirmed_by=event.by,
        on=event.on,
        touches=event.touches,
    )
    case = replace(_settled(case, event.proposal), corrections=(*case.corrections, correction))
    kind, target, field = event.path.split("/")
    state = step_of(case, event.step)
    if kind == "evidence":
        item = _corrected_item(state.evidence[target], field, event)
        return put(case, event.step, replace(state, evidence={**state.evidence, target: item}))
    decisions = tuple(
        _corrected_decision(d, field, event.new) if d.id == target else d for d in state.decisions
    )
    return put(case, event.step, replace(state, decisions=decisions))


def _corrected_item(item: EvidenceItem, field: str, event: e.Corrected) -> EvidenceItem:
    return replace(item, fields={**item.fields, field: event.new}, corrected=event.times)


def _corrected_decision(decision: Decision, field: str, new: str) -> Decision:
    value: Any = date.fromisoformat(new) if field == "occurred_on" else new
    return replace(decision, **{field: value})


def _clock_stopped(case: Case, event: e.ClockStopped) -> Case:
    name = "node_stops" if event.node else "stops"
    stops = (*getattr(step_of(case, event.step), name), event.stop)
    return change(_settled(case, event.proposal), event.step, **{name: stops})


def _clock_started(case: Case, event: e.ClockStarted) -> Case:
    name = "node_stops" if event.node else "stops"
    *before, last = getattr(step_of(case, event.step), name)
    stops = (*before, replace(last, until=event.until))
    return change(_settled(case, event.proposal), event.step, **{name: stops})


def _extended(case: Case, event: e.Extended) -> Case:
    name = "node_extensions" if event.node else "extensions"
    extensions = (*getattr(step_of(case, event.step), name), event.extension)
    return change(_settled(case, event.proposal), event.step, **{name: extensions})


def _case_terminated(case: Case, event: e.CaseTerminated) -> Case:
    ended = {
        key: write_state(state, StepStatus.TERMINATED)
        for key, state in case.steps.items()
        if may_move(state.status, StepStatus.TERMINATED)
    }
    case = _settled(case, event.proposal) if event.proposal else case
    return replace(
        case,
        status=CaseStatus.TERMINATED,
        closed_on=event.on,
        steps={**case.steps, **ended},
        merged_into=event.merged_into,
    )


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.Proposed: _proposed,
    e.Declined: _declined,
    e.MarkedNotApplicable: _marked_not_applicable,
    e.Suspended: _suspended,
    e.Resumed: _resumed,
    e.Reopened: _reopened,
    e.Corrected: _corrected,
    e.ClockStopped: _clock_stopped,
    e.ClockStarted: _clock_started,
    e.Extended: _extended,
    e.CaseTerminated: _case_terminated,
}
