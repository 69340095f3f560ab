"""演进: what an event makes of a case. The only place where a state is written.

Reads no programme, no calendar, no organisation. A move that the transition table does not have is an
error of the program, not of the officer, and stops at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import (
    NOTHING,
    Case,
    Correction,
    EvidenceItem,
    MachineWork,
    RegisterState,
    StepState,
)
from domain.decisions import Decision, Outcome
from domain.states import CaseStatus, StepStatus, may_move


class ImpossibleMoveError(RuntimeError):
    """A stored or produced event asks for a move outside the transition table."""


def evolve(case: Case | None, event: e.Event) -> Case:
    """The case after the event. Only `CaseOpened` starts from nothing."""
    if isinstance(event, e.CaseOpened):
        return _case_opened(event)
    if case is None:
        raise ImpossibleMoveError(f"{type(event).__name__} before CaseOpened")
    return _EVOLVERS[type(event)](case, event)


def _write_state(state: StepState, status: StepStatus, **changes: Any) -> StepState:
    """The one writer of a step's state."""
    if not may_move(state.status, status):
        raise ImpossibleMoveError(f"{state.status} → {status}")
    return replace(state, status=status, **changes)


def _step(case: Case, key: str) -> StepState:
    return case.steps.get(key, NOTHING)


def _put(case: Case, key: str, state: StepState, **changes: Any) -> Case:
    return replace(case, steps={**case.steps, key: state}, **changes)


def _change(case: Case, key: str, **changes: Any) -> Case:
    return _put(case, key, replace(_step(case, key), **changes))


_CLEARED: dict[str, Any] = {
    "node": "",
    "seats": (),
    "node_opened_on": None,
    "node_due": None,
    "decisions": (),
    "machine": None,
    "closed_on": None,
    "suspended_from": None,
}
"""What a new round starts without. Evidence stays: nobody uploads twice."""


def _case_opened(event: e.CaseOpened) -> Case:
    return Case(
        id=event.case,
        unit=event.unit,
        unit_name=event.unit_name,
        programme=event.programme,
        version=event.version,
        opened_on=event.opened_on,
        supervising_level=event.supervising_level,
        choices=event.choices,
        bodies=event.bodies,
        adapters=event.adapters,
    )


def _choice_set(case: Case, event: e.ChoiceSet) -> Case:
    return replace(case, choices={**case.choices, event.choice: event.value})


def _step_opened(case: Case, event: e.StepOpened) -> Case:
    state = _step(case, event.step)
    opened = _write_state(
        state,
        StepStatus.IN_PROGRESS,
        round=event.round,
        doer=event.doer,
        opened_on=event.opened_on,
        due=event.due,
        overdue=False,
        period=None,
        period_ended=False,
        generation=state.generation + 1,
    )
    return _put(case, event.step, opened)


def _due_set(case: Case, event: e.DueSet) -> Case:
    generation = _step(case, event.step).generation + 1
    return _change(case, event.step, due=event.due, overdue=False, generation=generation)


def _period_set(case: Case, event: e.PeriodSet) -> Case:
    generation = _step(case, event.step).generation + 1
    return _change(case, event.step, period=event.period, period_ended=False, generation=generation)


def _period_ended(case: Case, event: e.PeriodEnded) -> Case:
    return _change(case, event.step, period_ended=True)


def _evidence_added(case: Case, event: e.EvidenceAdded) -> Case:
    state = _step(case, event.step)
    decisions = state.decisions
    if event.as_decided:
        decisions = tuple(_carry_out(decision, event) for decision in decisions)
    evidence = {**state.evidence, event.slot: event.item}
    return _put(case, event.step, replace(state, evidence=evidence, decisions=decisions))


def _carry_out(decision: Decision, event: e.EvidenceAdded) -> Decision:
    """原则通过、修改后印发: the changed document is the one that was passed."""
    if decision.outcome is not Outcome.PASSED_WITH_CHANGES or event.slot not in decision.hashes:
        return decision
    return replace(decision, hashes={**decision.hashes, event.slot: event.item.digest})


def _register_filled(case: Case, event: e.RegisterFilled) -> Case:
    state = RegisterState(
        version=event.version,
        rows=event.rows,
        root=event.root,
        sums=event.sums,
        gaps=event.gaps,
        items=event.items,
    )
    return replace(case, registers={**case.registers, event.register: state})


def _register_frozen(case: Case, event: e.RegisterFrozen) -> Case:
    return _freeze(case, (event.register,), frozen=True)


def _freeze(case: Case, registers: tuple[str, ...], *, frozen: bool) -> Case:
    if not registers:
        return case
    changed = {name: replace(case.registers[name], frozen=frozen) for name in registers}
    return replace(case, registers={**case.registers, **changed})


def _submitted(case: Case, event: e.Submitted) -> Case:
    return _change(case, event.step, submitted_by=event.by, submitted_on=event.on)


def _verification_asked(case: Case, event: e.VerificationAsked) -> Case:
    machine = MachineWork(kind="verify", manual=event.manual, since=event.on, manual_on=event.manual_on)
    return _ask_machine(case, event.step, StepStatus.VERIFYING, machine)


def _filing_asked(case: Case, event: e.FilingAsked) -> Case:
    machine = MachineWork(kind="file", manual=event.manual, since=event.on, manual_on=event.manual_on)
    return _ask_machine(case, event.step, StepStatus.FILING, machine)


def _ask_machine(case: Case, key: str, status: StepStatus, machine: MachineWork) -> Case:
    state = _step(case, key)
    asked = _write_state(state, status, machine=machine, node="", seats=(), generation=state.generation + 1)
    return _put(case, key, asked)


def _verified(case: Case, event: e.Verified) -> Case:
    machine = _machine(case, event.step)
    result = replace(machine, outcome=event.outcome, differences=event.differences, recorded_by=event.by)
    return _change(case, event.step, machine=result)


def _manual_turned(case: Case, event: e.ManualTurned) -> Case:
    return _change(case, event.step, machine=replace(_machine(case, event.step), manual=True))


def _filing_recorded(case: Case, event: e.FilingRecorded) -> Case:
    state = _step(case, event.step)
    machine = replace(
        _machine(case, event.step),
        outcome=event.outcome,
        recorded_by=event.by,
        checked_by=event.checked_by,
        differences=(event.message,) if event.message else (),
    )
    evidence = state.evidence if event.item is None else {**state.evidence, event.slot: event.item}
    return _put(case, event.step, replace(state, machine=machine, evidence=evidence))


def _filing_checked(case: Case, event: e.FilingChecked) -> Case:
    machine = _machine(case, event.step)
    checked = (
        replace(machine, checked_by=event.by)
        if event.agrees
        else replace(machine, outcome="", recorded_by="", checked_by="")
    )
    return _change(case, event.step, machine=checked)


def _machine(case: Case, key: str) -> MachineWork:
    machine = _step(case, key).machine
    if machine is None:
        raise ImpossibleMoveError(f"{key}: no outside system was asked")
    return machine


def _node_opened(case: Case, event: e.NodeOpened) -> Case:
    state = _step(case, event.step)
    opened = _write_state(
        state,
        StepStatus.IN_REVIEW,
        node=event.node,
        seats=event.seats,
        node_opened_on=event.opened_on,
        node_due=event.due,
        generation=state.generation + 1,
    )
    return _put(case, event.step, opened)


def _participants_invited(case: Case, event: e.ParticipantsInvited) -> Case:
    invited = {**_step(case, event.step).participants, event.node: event.bodies}
    return _change(case, event.step, participants=invited, node="", seats=())


def _decided(case: Case, event: e.Decided) -> Case:
    state = _step(case, event.step)
    mine = event.decision
    others = tuple(d for d in state.decisions if (d.node, d.seat) != (mine.node, mine.seat))
    return _put(case, event.step, replace(state, decisions=(*others, mine)), counter=case.counter + 1)


def _decision_checked(case: Case, event: e.DecisionChecked) -> Case:
    decisions = _step(case, event.step).decisions
    if event.agrees:
        kept = tuple(replace(d, verified_by=event.by) if d.id == event.decision else d for d in decisions)
    else:
        kept = tuple(d for d in decisions if d.id != event.decision)
    return _change(case, event.step, decisions=kept)


def _opinion_adopted(case: Case, event: e.OpinionAdopted) -> Case:
    decisions = tuple(
        replace(d, adoption=event.adoption, adoption_reason=event.reason) if d.id == event.decision else d
        for d in _step(case, event.step).decisions
    )
    return _change(case, event.step, decisions=decisions)


def _decision_withdrawn(case: Case, event: e.DecisionWithdrawn) -> Case:
    kept = tuple(d for d in _step(case, event.step).decisions if d.id != event.decision)
    return _change(case, event.step, decisions=kept)


def _submission_withdrawn(case: Case, event: e.SubmissionWithdrawn) -> Case:
    state = _step(case, event.step)
    back = _write_state(state, StepStatus.IN_PROGRESS, round=state.round + 1, **_CLEARED)
    return _put(case, event.step, replace(back, submitted_by="", submitted_on=None))


def _returned(case: Case, event: e.Returned) -> Case:
    state = _step(case, event.step)
    if event.node:
        counts = {**state.returns, event.node: state.returns.get(event.node, 0) + 1}
        state = replace(state, returns=counts)
    if event.to_node:
        kept = tuple(d for d in state.decisions if d.node not in event.drops)
        return _put(case, event.step, replace(state, decisions=kept, node="", seats=()))
    if not event.to_step:
        return _put(case, event.step, _sent_back(state))
    case = _put(case, event.step, state)
    case = _put(case, event.to_step, _sent_back(_step(case, event.to_step)))
    return _freeze(_reset(case, event.resets), event.thaws, frozen=False)


def _sent_back(state: StepState) -> StepState:
    return _write_state(state, StepStatus.RETURNED, round=state.round + 1, **_CLEARED)


def _reset(case: Case, keys: tuple[str, ...]) -> Case:
    """Back to 未启动, with the round kept: the next opening is the next round."""
    if not keys:
        return case
    reset = {key: _write_state(case.steps[key], StepStatus.NOT_STARTED, **_CLEARED) for key in keys}
    return replace(case, steps={**case.steps, **reset})


def _step_closed(case: Case, event: e.StepClosed) -> Case:
    state = _step(case, event.step)
    closed = _write_state(state, StepStatus.CLOSED, closed_on=event.on, node="", seats=(), node_due=None)
    return _put(case, event.step, closed)


def _steps_accepted(case: Case, event: e.StepsAccepted) -> Case:
    accepted = {key: _write_state(case.steps[key], StepStatus.ACCEPTED) for key in event.steps}
    return replace(case, steps={**case.steps, **accepted})


def _proposed(case: Case, event: e.Proposed) -> Case:
    proposals = {**case.proposals, event.proposal.id: event.proposal}
    return replace(case, proposals=proposals, counter=case.counter + 1)


def _settled(case: Case, proposal: str) -> Case:
    left = {key: value for key, value in case.proposals.items() if key != proposal}
    return replace(case, proposals=left)


def _declined(case: Case, event: e.Declined) -> Case:
    return _settled(case, event.proposal)


def _marked_not_applicable(case: Case, event: e.MarkedNotApplicable) -> Case:
    state = _write_state(_step(case, event.step), StepStatus.NOT_APPLICABLE, **_CLEARED)
    return _put(_settled(case, event.proposal), event.step, replace(state, closed_on=event.on))


def _suspended(case: Case, event: e.Suspended) -> Case:
    state = _step(case, event.step)
    held = _write_state(state, StepStatus.SUSPENDED, suspended_from=state.status)
    return _put(_settled(case, event.proposal), event.step, held)


def _resumed(case: Case, event: e.Resumed) -> Case:
    state = _write_state(_step(case, event.step), event.status, suspended_from=None)
    return _put(_settled(case, event.proposal), event.step, state)


def _reopened(case: Case, event: e.Reopened) -> Case:
    state = _step(case, event.step)
    again = _write_state(state, StepStatus.REOPENED, round=state.round + 1, **_CLEARED)
    case = _put(_settled(case, event.proposal), event.step, again, status=CaseStatus.OPEN, closed_on=None)
    return _freeze(_reset(case, event.resets), event.thaws, frozen=False)


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
    state = _step(case, event.step)
    if kind == "evidence":
        item = _corrected_item(state.evidence[target], field, event.new)
        return _put(case, event.step, replace(state, evidence={**state.evidence, target: item}))
    decisions = tuple(
        _corrected_decision(d, field, event.new) if d.id == target else d for d in state.decisions
    )
    return _put(case, event.step, replace(state, decisions=decisions))


def _corrected_item(item: EvidenceItem, field: str, new: str) -> EvidenceItem:
    return replace(item, fields={**item.fields, field: new})


def _corrected_decision(decision: Decision, field: str, new: str) -> Decision:
    value: Any = date.fromisoformat(new) if field == "occurred_on" else new
    return replace(decision, **{field: value})


def _fell_overdue(case: Case, event: e.FellOverdue) -> Case:
    return _change(case, event.step, overdue=True)


def _case_completed(case: Case, event: e.CaseCompleted) -> Case:
    return replace(case, status=CaseStatus.COMPLETED, closed_on=event.on)


def _case_terminated(case: Case, event: e.CaseTerminated) -> Case:
    ended = {
        key: _write_state(state, StepStatus.TERMINATED)
        for key, state in case.steps.items()
        if may_move(state.status, StepStatus.TERMINATED)
    }
    case = _settled(case, event.proposal) if event.proposal else case
    return replace(case, status=CaseStatus.TERMINATED, closed_on=event.on, steps={**case.steps, **ended})


_EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.ChoiceSet: _choice_set,
    e.StepOpened: _step_opened,
    e.DueSet: _due_set,
    e.PeriodSet: _period_set,
    e.PeriodEnded: _period_ended,
    e.EvidenceAdded: _evidence_added,
    e.RegisterFilled: _register_filled,
    e.RegisterFrozen: _register_frozen,
    e.Submitted: _submitted,
    e.VerificationAsked: _verification_asked,
    e.Verified: _verified,
    e.FilingAsked: _filing_asked,
    e.ManualTurned: _manual_turned,
    e.FilingRecorded: _filing_recorded,
    e.FilingChecked: _filing_checked,
    e.NodeOpened: _node_opened,
    e.ParticipantsInvited: _participants_invited,
    e.Decided: _decided,
    e.DecisionChecked: _decision_checked,
    e.OpinionAdopted: _opinion_adopted,
    e.DecisionWithdrawn: _decision_withdrawn,
    e.SubmissionWithdrawn: _submission_withdrawn,
    e.Returned: _returned,
    e.StepClosed: _step_closed,
    e.StepsAccepted: _steps_accepted,
    e.Proposed: _proposed,
    e.Declined: _declined,
    e.MarkedNotApplicable: _marked_not_applicable,
    e.Suspended: _suspended,
    e.Resumed: _resumed,
    e.Reopened: _reopened,
    e.Corrected: _corrected,
    e.FellOverdue: _fell_overdue,
    e.CaseCompleted: _case_completed,
    e.CaseTerminated: _case_terminated,
}
