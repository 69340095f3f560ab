"""演进: what an event makes of a case. The only place where a state is written.

Reads no programme, no calendar, no organisation. A move that the transition table does not have is an
error of the program, not of the officer, and stops at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case, MachineWork, RegisterState, Resume, StepState
from domain.decisions import Decision
from domain.evolve_agenda import EVOLVERS as AGENDA_EVOLVERS
from domain.evolve_decisions import EVOLVERS as DECISION_EVOLVERS
from domain.evolve_decisions import carry, carry_passed, standing_alone
from domain.evolve_exceptional import EVOLVERS
from domain.evolve_following import EVOLVERS as FOLLOWING_EVOLVERS
from domain.evolve_patterns import EVOLVERS as PATTERN_EVOLVERS
from domain.evolve_patterns import without_nodes
from domain.evolve_reorganising import EVOLVERS as REORGANISING_EVOLVERS
from domain.evolve_telling import EVOLVERS as TELLING_EVOLVERS
from domain.evolve_time import EVOLVERS as TIME_EVOLVERS
from domain.evolving import (
    CLEARED,
    NEW_TERM,
    NODE_TERM,
    ImpossibleMoveError,
    change,
    freeze,
    put,
    reset,
    sent_back,
    step_of,
    write_state,
)
from domain.states import CaseStatus, StepStatus


def evolve(case: Case | None, event: e.Event) -> Case:
    """The case after the event. Only `CaseOpened` starts from nothing."""
    if isinstance(event, e.CaseOpened):
        return _case_opened(event)
    if case is None:
        raise ImpossibleMoveError(f"{type(event).__name__} before CaseOpened")
    return _EVOLVERS[type(event)](case, event)


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
    case = replace(case, choices={**case.choices, event.choice: event.value})
    return freeze(reset(case, event.resets, event.held), event.thaws, frozen=False)


def _step_opened(case: Case, event: e.StepOpened) -> Case:
    state = step_of(case, event.step)
    opened = write_state(
        state,
        StepStatus.IN_PROGRESS,
        round=event.round,
        doer=event.doer,
        opened_on=event.opened_on,
        due=event.due,
        period=None,
        period_ended=False,
        objections={},
        generation=state.generation + 1,
        **NEW_TERM,
    )
    return put(case, event.step, opened)


def _due_set(case: Case, event: e.DueSet) -> Case:
    generation = step_of(case, event.step).generation + 1
    return change(case, event.step, due=event.due, overdue=False, generation=generation)


def _node_due_set(case: Case, event: e.NodeDueSet) -> Case:
    generation = step_of(case, event.step).generation + 1
    return change(case, event.step, node_due=event.due, node_overdue=False, generation=generation)


def _period_set(case: Case, event: e.PeriodSet) -> Case:
    generation = step_of(case, event.step).generation + 1
    return change(case, event.step, period=event.period, period_ended=False, generation=generation)


def _period_ended(case: Case, event: e.PeriodEnded) -> Case:
    return change(case, event.step, period_ended=True)


def _evidence_added(case: Case, event: e.EvidenceAdded) -> Case:
    state = step_of(case, event.step)
    before = state.evidence.get(event.slot)
    replaced = before is not None and before.digest != event.item.digest
    voids = replaced and not event.as_decided and state.status is StepStatus.IN_REVIEW
    decisions = carry(state.decisions, event.carries, event.slot, event.item.digest)
    if event.as_decided and not event.carries and before is not None:
        decisions = carry_passed(decisions, event.slot, before.digest, event.item.digest)
    changed = replace(
        state,
        evidence={**state.evidence, event.slot: event.item},
        decisions=decisions,
        back_on=event.item.added_on if voids else state.back_on,
    )
    return put(case, event.step, changed)


def _register_filled(case: Case, event: e.RegisterFilled) -> Case:
    state = RegisterState(
        version=event.version,
        rows=event.rows,
        root=event.root,
        sums=event.sums,
        gaps=event.gaps,
        items=event.items,
    )
    if event.carries:
        decisions = step_of(case, event.step).decisions
        carried = carry(decisions, event.carries, f"#{event.register}", event.root)
        case = change(case, event.step, decisions=carried)
    return replace(case, registers={**case.registers, event.register: state})


def _register_frozen(case: Case, event: e.RegisterFrozen) -> Case:
    return freeze(case, (event.register,), frozen=True)


def _submitted(case: Case, event: e.Submitted) -> Case:
    return change(
        case,
        event.step,
        hands={},
        decisions=_carried(step_of(case, event.step), event),
        resume=None,
        submitted_by=event.by,
        submitted_for=event.acting_for,
        submitted_on=event.on,
        reads=event.reads,
    )


def _verification_asked(case: Case, event: e.VerificationAsked) -> Case:
    machine = MachineWork(kind="verify", manual=event.manual, since=event.on, manual_on=event.manual_on)
    return _ask_machine(case, event.step, StepStatus.VERIFYING, machine)


def _filing_asked(case: Case, event: e.FilingAsked) -> Case:
    machine = MachineWork(kind="file", manual=event.manual, since=event.on, manual_on=event.manual_on)
    return _ask_machine(case, event.step, StepStatus.FILING, machine)


def _ask_machine(case: Case, key: str, status: StepStatus, machine: MachineWork) -> Case:
    state = step_of(case, key)
    asked = write_state(state, status, machine=machine, node="", seats=(), generation=state.generation + 1)
    return put(case, key, asked)


def _verified(case: Case, event: e.Verified) -> Case:
    machine = _machine(case, event.step)
    result = replace(machine, outcome=event.outcome, differences=event.differences, recorded_by=event.by)
    return change(case, event.step, machine=result)


def _manual_turned(case: Case, event: e.ManualTurned) -> Case:
    machine = _machine(case, event.step)
    turned = replace(machine, manual=True, why=event.reason, stopped=event.stopped or machine.stopped)
    return change(case, event.step, machine=turned)


def _machine_resumed(case: Case, event: e.MachineResumed) -> Case:
    machine = replace(
        _machine(case, event.step), manual=False, manual_on=event.manual_on, why="", stopped=False
    )
    generation = step_of(case, event.step).generation + 1
    return change(case, event.step, machine=machine, generation=generation)


def _filing_recorded(case: Case, event: e.FilingRecorded) -> Case:
    state = step_of(case, event.step)
    machine = replace(
        _machine(case, event.step),
        outcome=event.outcome,
        recorded_by=event.by,
        checked_by=event.checked_by,
        differences=(event.message,) if event.message else (),
    )
    evidence = state.evidence if event.item is None else {**state.evidence, event.slot: event.item}
    return put(case, event.step, replace(state, machine=machine, evidence=evidence))


def _filing_checked(case: Case, event: e.FilingChecked) -> Case:
    machine = _machine(case, event.step)
    checked = (
        replace(machine, checked_by=event.by)
        if event.agrees
        else replace(machine, outcome="", recorded_by="", checked_by="")
    )
    return change(case, event.step, machine=checked)


def _machine(case: Case, key: str) -> MachineWork:
    machine = step_of(case, key).machine
    if machine is None:
        raise ImpossibleMoveError(f"{key}: no outside system was asked")
    return machine


def _node_opened(case: Case, event: e.NodeOpened) -> Case:
    state = step_of(case, event.step)
    opened = write_state(
        state,
        StepStatus.IN_REVIEW,
        node=event.node,
        seats=event.seats,
        node_opened_on=event.opened_on,
        node_due=event.due,
        generation=state.generation + 1,
        **NODE_TERM,
    )
    return put(case, event.step, opened)


def _participants_invited(case: Case, event: e.ParticipantsInvited) -> Case:
    invited = {**step_of(case, event.step).participants, event.node: event.bodies}
    return change(case, event.step, participants=invited)


def _submission_withdrawn(case: Case, event: e.SubmissionWithdrawn) -> Case:
    state = step_of(case, event.step)
    back = write_state(state, StepStatus.IN_PROGRESS, round=state.round + 1, **CLEARED)
    return put(case, event.step, replace(back, submitted_by="", submitted_for="", submitted_on=None))


def _returned(case: Case, event: e.Returned) -> Case:
    state = step_of(case, event.step)
    if event.node and not event.dissent:
        counts = {**state.returns, event.node: state.returns.get(event.node, 0) + 1}
        state = replace(state, returns=counts)
    if event.to_node:
        kept = tuple(
            replace(d, also=tuple(p for p in d.also if p.partition("|")[0] not in event.drops))
            for d in state.decisions
            if d.node not in event.drops
        )
        fallen = without_nodes(state, event.drops)
        reopened = replace(state, decisions=kept, node="", seats=(), back_on=event.on, **fallen)
        return put(case, event.step, reopened)
    if not event.to_step:
        back = sent_back(state, event.on)
        if event.resume:
            kept = tuple(d for d in state.decisions if d.id in event.keeps)
            back = replace(back, resume=Resume(node=event.node, decisions=kept))
        return put(case, event.step, back)
    case = put(case, event.step, replace(state, back_on=event.on))
    anew = replace(sent_back(step_of(case, event.to_step), event.on), opened_on=event.on, **NEW_TERM)
    case = freeze(reset(put(case, event.to_step, anew), event.resets, event.held), event.thaws, frozen=False)
    if not event.resume and not event.waits:
        return case
    kept = tuple(d for d in state.decisions if d.id in event.keeps)
    straight = event.node if event.resume else ""
    resume = Resume(node=straight, decisions=kept, after=event.to_step)
    return change(case, event.step, resume=resume)


def _step_closed(case: Case, event: e.StepClosed) -> Case:
    state = step_of(case, event.step)
    closed = write_state(state, StepStatus.CLOSED, closed_on=event.on, node="", seats=(), node_due=None)
    return put(case, event.step, closed)


def _steps_accepted(case: Case, event: e.StepsAccepted) -> Case:
    accepted = {key: write_state(case.steps[key], StepStatus.ACCEPTED) for key in event.steps}
    return replace(case, steps={**case.steps, **accepted})


def _reads_acknowledged(case: Case, event: e.ReadsAcknowledged) -> Case:
    return change(case, event.step, reads={**step_of(case, event.step).reads, **event.reads})


def _checks_recorded(case: Case, event: e.ChecksRecorded) -> Case:
    checks = {**case.checks, **{result.check: result for result in event.results}}
    held = dict.fromkeys(key for result in checks.values() for key in result.holds)
    return replace(case, checks=checks, held=tuple(held))


def _carried(state: StepState, event: e.Submitted) -> tuple[Decision, ...]:
    """直接送回: who had agreed before and is not asked again; all others start from nothing."""
    if state.resume is None:
        return state.decisions
    found = (d for d in state.resume.decisions if d.id in event.carries)
    return standing_alone(tuple(replace(d, hashes=event.carries[d.id]) for d in found))


def _node_fell_overdue(case: Case, event: e.NodeFellOverdue) -> Case:
    return change(case, event.step, node_overdue=True)


def _fell_overdue(case: Case, event: e.FellOverdue) -> Case:
    return change(case, event.step, overdue=True)


def _case_completed(case: Case, event: e.CaseCompleted) -> Case:
    return replace(case, status=CaseStatus.COMPLETED, closed_on=event.on)


_EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    **EVOLVERS,
    **DECISION_EVOLVERS,
    **PATTERN_EVOLVERS,
    **TELLING_EVOLVERS,
    **FOLLOWING_EVOLVERS,
    **AGENDA_EVOLVERS,
    **REORGANISING_EVOLVERS,
    **TIME_EVOLVERS,
    e.ChoiceSet: _choice_set,
    e.StepOpened: _step_opened,
    e.DueSet: _due_set,
    e.NodeDueSet: _node_due_set,
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
    e.MachineResumed: _machine_resumed,
    e.FilingRecorded: _filing_recorded,
    e.FilingChecked: _filing_checked,
    e.NodeOpened: _node_opened,
    e.ParticipantsInvited: _participants_invited,
    e.SubmissionWithdrawn: _submission_withdrawn,
    e.Returned: _returned,
    e.StepClosed: _step_closed,
    e.StepsAccepted: _steps_accepted,
    e.ReadsAcknowledged: _reads_acknowledged,
    e.ChecksRecorded: _checks_recorded,
    e.FellOverdue: _fell_overdue,
    e.NodeFellOverdue: _node_fell_overdue,
    e.CaseCompleted: _case_completed,
}
