"""审批中的待办: what a step under review asks of people."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from domain.case import Case, Seat, StepState
from domain.checking import check_seats, not_checkers
from domain.confirming import awaiting, confirm_seats
from domain.decisions import Decision, Outcome
from domain.nodes import counts, current, evidence_hashes, first_lacking, role_seats
from domain.plan import NodePlan, Plan, StepPlan
from domain.programme import NodeKind
from domain.recorders import record_seats
from domain.work_items import WorkItem, delegated, for_doer, for_seat, in_hand
from domain.work_kinds import WorkKind


def speaks(case: Case, key: str, step: StepPlan, decision: Decision) -> bool:
    """Whether a decision is of a node that is still asked, and on what lies there now."""
    node = step.node(decision.node)
    return node is not None and current(decision, node, evidence_hashes(case, key, node))


def review_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    """What the open node asks, and what waits for a second person."""
    lacking = first_lacking(plan, case, key, step, state)
    if lacking is None:
        return
    node, found = lacking
    for seat in found.open:
        place = f"{node.id}|{seat.key}"
        item = for_seat(WorkKind.DECIDE, key, state, seat, node.id, " ".join(state.submitters))
        yield in_hand(item, state.hands.get(place))
        yield from delegated(key, state, place, seat.role)
        for recorder in record_seats(plan, case, key, step, seat):
            yield _record_item(key, state, seat, recorder, node.id)
    yield from _checks(plan, case, key, step, state)
    yield from _changes_work(plan, case, key, state, node, found.seats)
    if node.node.kind is NodeKind.CONSULT:
        yield from _consult_work(plan, case, key, state, node, node.node.adopt_by or step.step.doer)
        if node.node.participants == "run_time" and not state.participants.get(node.id):
            yield for_doer(WorkKind.INVITE, key, state, f":{node.id}", node=node.id)


def _checks(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    for decision in state.decisions:
        if decision.unchecked and speaks(case, key, step, decision):
            for seat in check_seats(plan, case, key, step, state, decision):
                yield _check_item(key, state, seat, decision)


def _record_item(key: str, state: StepState, seat: Seat, place: Seat, node: str) -> WorkItem:
    """待登记: beside the decision itself, for whoever enters what a meeting or a body outside has said."""
    item = for_seat(WorkKind.RECORD, key, state, place, node)
    return msgspec.structs.replace(
        item, key=f"{WorkKind.RECORD}:{key}:{state.round}:{node}:{seat.key}:{place.key}", seat=seat.key
    )


def _check_item(key: str, state: StepState, seat: Seat, decision: Decision) -> WorkItem:
    return WorkItem(
        key=f"{WorkKind.CHECK}:{key}:{state.round}:{seat.key}:{decision.id}",
        kind=WorkKind.CHECK,
        step=key,
        round=state.round,
        node=decision.node,
        seat=decision.seat,
        role=seat.role,
        body=seat.body,
        position=seat.position,
        not_person=" ".join(not_checkers(decision)),
        opened_on=decision.occurred_on,
        due_on=state.due.date if state.due else None,
    )


def _changes_work(
    plan: Plan, case: Case, key: str, state: StepState, node: NodePlan, seats: tuple[Seat, ...]
) -> Iterator[WorkItem]:
    """修改后印发: the doer changes, then who was named confirms, or the seat itself."""
    waiting = list(awaiting(state, node, seats))
    if not waiting:
        return
    hashes = evidence_hashes(case, key, node)
    for decision in waiting:
        if not counts(decision, node, hashes):
            continue
        if not decision.changed_by:
            suffix = f":{node.id}:{decision.id}"
            yield for_doer(WorkKind.CHANGE, key, state, suffix, node=node.id, seat=decision.seat)
            continue
        nobody = " ".join(
            who
            for who in dict.fromkeys((decision.changed_by, decision.changed_for, *state.submitters))
            if who
        )
        for seat in confirm_seats(plan, case, key, decision, seats):
            item = for_seat(WorkKind.CONFIRM_CHANGES, key, state, seat, node.id, nobody)
            yield msgspec.structs.replace(item, key=f"{item.key}:{decision.id}", seat=decision.seat)


def _consult_work(
    plan: Plan, case: Case, key: str, state: StepState, node: NodePlan, role: str
) -> Iterator[WorkItem]:
    hashes = evidence_hashes(case, key, node)
    for decision in state.decisions:
        waits = decision.outcome is Outcome.OPINION and decision.adoption is None
        if decision.node == node.id and waits and counts(decision, node, hashes):
            for seat in role_seats(plan, case, key, role):
                item = for_seat(WorkKind.ADOPT, key, state, seat, node.id)
                yield msgspec.structs.replace(item, key=f"{item.key}:{decision.id}", seat=decision.seat)
