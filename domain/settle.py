"""结算: after each act, whatever is ready goes on, until nothing changes.

Looks at all steps and never only at the closed step's successors, so that no step is ever left waiting
for somebody to think of it.
"""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.case import Seat, StepState, split_key
from domain.decisions import Decision
from domain.gates import copies_of, gates_open, no_items
from domain.judging import Judgement
from domain.nodes import NodeStanding, evidence_hashes, first_lacking, role_seats, seats_of
from domain.objections import holds_back
from domain.plan import NodePlan, StepPlan
from domain.returning import send_back
from domain.signed_before import signed_before
from domain.states import DONE, CaseStatus, StepStatus
from domain.terms import term

_NOT_STARTED = StepStatus.NOT_STARTED
_GRANTED = frozenset({StepStatus.CLOSED, StepStatus.ACCEPTED})
_UNDER_REVIEW = frozenset({StepStatus.IN_REVIEW, StepStatus.FILING})
_WAITS_FOR_PEOPLE = (e.NodeOpened, e.StepOpened)
"""What has only just been asked of people lets nothing else go on."""


def settle(j: Judgement, on: date) -> None:
    """Let everything that is ready go on. `on` is the legal date that what opens is dated with."""
    while j.case.status is CaseStatus.OPEN:
        before = len(j.events)
        _go_on(j, on)
        _open_ready(j, on)
        if all(isinstance(event, _WAITS_FOR_PEOPLE) for event in j.events[before:]):
            break
    _complete(j, on)


def _go_on(j: Judgement, on: date) -> None:
    """Each state is read when its turn comes: a return of one step may have reset another just now."""
    for key in tuple(j.case.steps):
        if j.case.steps[key].status in _UNDER_REVIEW and j.case.status is CaseStatus.OPEN:
            step = j.view.by_id.get(split_key(key)[0])
            if step is not None:
                review(j, key, step, on)


def review(j: Judgement, key: str, step: StepPlan, on: date) -> None:
    """One way forward: open the first node that lacks enough counting decisions, or finish the step.

    Also while it is being filed: what no longer counts by then does not carry the filing. A node whose
    seats have changed is asked anew.
    """
    lacking = _lacking(j, key, step, on)
    if lacking is None:
        finish(j, key, step, on)
        return
    node, found = lacking
    state = j.state(key)
    if found.refusers:
        send_back(j, key, step, node, found.refusers)
    elif state.node != node.id or state.seats != found.seats:
        open_node(j, key, node, last_date(state, on))


def _lacking(j: Judgement, key: str, step: StepPlan, on: date) -> tuple[NodePlan, NodeStanding] | None:
    """The first node that lacks decisions once everyone is passed who has signed before (免签)."""
    while True:
        lacking = first_lacking(j.plan, j.case, key, step, j.state(key))
        signed = next(signed_before(j, key, step, *lacking), None) if lacking is not None else None
        if lacking is None or signed is None:
            return lacking
        _skip_signed(j, key, lacking[0], *signed, on=last_date(j.state(key), on))


def _skip_signed(j: Judgement, key: str, node: NodePlan, seat: Seat, given: Decision, on: date) -> None:
    """免签: noted as an answer of its own, so that it counts and falls as any other does."""
    decision = Decision(
        id=str(j.case.counter + 1),
        node=node.id,
        seat=seat.key,
        outcome=given.outcome,
        decided_by=given.decided_by,
        occurred_on=on,
        medium=given.medium,
        recorded_by=given.decided_by,
        fingerprint=node.fingerprint,
        hashes=evidence_hashes(j.case, key, node),
        rests_on=given.id,
    )
    j.emit(e.SignedBefore(step=key, decision=decision))


def open_node(j: Judgement, key: str, node: NodePlan, on: date) -> None:
    """Ask the seats of a node."""
    due = j.due(key, node.node.due, on, j.state(key).submitted_on) if node.node.due else None
    seats = seats_of(j.plan, j.case, key, node, j.state(key))
    j.emit(e.NodeOpened(step=key, node=node.id, seats=seats, opened_on=on, due=due))


def seen_by_node(j: Judgement, key: str, step: StepPlan) -> dict[str, str] | None:
    """What the open node of a step looks at, as it lies there now; None where no node is open."""
    state = j.state(key)
    node = step.node(state.node)
    return None if node is None else evidence_hashes(j.case, key, node)


def ask_again(j: Judgement, key: str, step: StepPlan, seen: dict[str, str] | None, on: date) -> None:
    """A node whose papers were changed under its hands is asked anew, with its whole term."""
    now = seen_by_node(j, key, step)
    lacking = first_lacking(j.plan, j.case, key, step, j.state(key))
    if seen is not None and now != seen and lacking is not None and lacking[0].id == j.state(key).node:
        open_node(j, key, lacking[0], max(on, last_date(j.state(key), on)))


def last_date(state: StepState, otherwise: date) -> date:
    """The date the step stands at: its latest decision that counts, submission, or sending back."""
    dates = [d.settled_on for d in state.decisions if not d.unchecked]
    dates += [on for on in (state.submitted_on, state.back_on) if on is not None]
    return max(dates, default=otherwise)


def finish(j: Judgement, key: str, step: StepPlan, on: date) -> None:
    """All have spoken: file where the programme says so and it is not filed yet, else close.

    Not while an objection raised in time waits for its answer; what is being filed is out of our hands.
    """
    work, state = step.step.machine.file, j.state(key)
    filing = state.status is StepStatus.FILING
    if not filing and holds_back(step.step.publicity, state.objections.values()):
        return
    decided_on = last_date(state, on)
    if work is None:
        close(j, key, step, decided_on)
    elif state.machine is not None and state.machine.filed:
        receipt = state.evidence.get(work.receipt)
        close(j, key, step, max(decided_on, (receipt.added_on if receipt else None) or on))
    elif not filing:
        manual = j.case.adapters.get(work.system, "manual") == "manual"
        manual_on = None if manual else j.due(key, work.manual_after, decided_on, decided_on).date
        j.emit(e.FilingAsked(step=key, on=decided_on, manual=manual, manual_on=manual_on))


def close(j: Judgement, key: str, step: StepPlan, on: date) -> None:
    """办结, and what closing it does: registers are frozen, stages accepted."""
    j.emit(e.StepClosed(step=key, on=on))
    freeze_registers(j, key, step)
    accepted = _accepted_with(j, step) if step.step.accepts else ()
    if not accepted and _stands_accepted(j, step):
        accepted = (key,)
    if accepted:
        j.emit(e.StepsAccepted(steps=accepted, on=on))


def _accepted_with(j: Judgement, step: StepPlan) -> tuple[str, ...]:
    return tuple(
        other
        for other, state in j.case.steps.items()
        if state.status is StepStatus.CLOSED and _stage_of(j, other) in step.step.accepts
    )


def _stands_accepted(j: Judgement, step: StepPlan) -> bool:
    """验收 is of the stage: what is made up in it later is accepted with it, as who accepted was told."""
    return any(
        step.stage in other.step.accepts and j.state(other.id).status in _GRANTED for other in j.view.steps
    )


def unfinished(j: Judgement, step: StepPlan) -> list[str]:
    """What is not done in the stages that a step accepts: its closing accepts them all the same."""
    if not step.step.accepts:
        return []
    return [
        other.id
        for other in j.view.steps
        if other.stage in step.step.accepts
        and other.id != step.id
        and any(j.state(key).status not in DONE for key in copies_of(j.case, other))
    ]


def warn_unfinished(j: Judgement, step: StepPlan) -> None:
    """Who asks for acceptance, and who grants it, knows what is still open."""
    left = unfinished(j, step)
    if left:
        j.warn(f"所验收的环节还有任务未办结:{'、'.join(left)};办结时随本次验收记为已验收")


def freeze_registers(j: Judgement, key: str, step: StepPlan) -> None:
    """台账冻结: those of this step; one never filled is frozen empty, for later steps wait for it."""
    for register in step.step.freezes:
        if register not in j.case.registers or not j.case.registers[register].frozen:
            j.emit(e.RegisterFrozen(step=key, register=register))


def _stage_of(j: Judgement, key: str) -> str:
    step = j.view.by_id.get(split_key(key)[0])
    return step.stage if step else ""


def _open_ready(j: Judgement, on: date) -> None:
    view = j.view
    for step in view.steps:
        for key in copies_of(j.case, step):
            state = j.state(key)
            if state.status is _NOT_STARTED and gates_open(view, j.case, step, key):
                open_step(j, key, step, state, on)


def open_step(j: Judgement, key: str, step: StepPlan, state: StepState, on: date) -> None:
    """任务启动, dated with the latest closing before it."""
    doers = role_seats(j.plan, j.case, key, step.step.doer)
    start = max(_closings(j, step), default=on)
    if state.back_on is not None:
        start = max(start, state.back_on)
    j.emit(
        e.StepOpened(
            step=key,
            round=state.round + 1,
            doer=doers[0] if doers else nobody(j, step.step.doer),
            opened_on=start,
            due=term(j, key, start),
        )
    )


def nobody(j: Judgement, role: str) -> Seat:
    """无人承办: a state that is shown and mended, never an error."""
    return Seat(role, "", str(j.plan.roles[role].position))


def _closings(j: Judgement, step: StepPlan) -> list[date]:
    return [
        state.closed_on
        for key, state in j.case.steps.items()
        if split_key(key)[0] in step.after and state.closed_on is not None
    ]


def _complete(j: Judgement, on: date) -> None:
    """The case is complete when every step that applies is done and none is still unknown."""
    if j.case.status is not CaseStatus.OPEN or j.view.pending or not j.case.steps:
        return
    for step in reversed(j.view.steps):  # what is left to do is found soonest from the end
        copies = copies_of(j.case, step)
        if not copies and not no_items(j.case, step):
            return
        if any(j.state(key).status not in DONE for key in copies):
            return
    ends = [state.closed_on for state in j.case.steps.values() if state.closed_on is not None]
    j.emit(e.CaseCompleted(on=max(ends, default=on)))
