"""审批节点: what a node still lacks. The one way forward: the first node without enough counting decisions.

The same rule serves a first pass, a return, a replaced file and a moved gate, so nothing has to remember
to re-open a node.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from domain.case import Case, Seat, StepState, split_key, step_key
from domain.decisions import AGAINST, POSITIVE, Decision, Outcome
from domain.plan import NodePlan, Plan, StepPlan
from domain.programme import Mode, NodeKind, Position


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """节点进展."""

    satisfied: bool
    open: tuple[Seat, ...]
    """Who may answer now."""
    seats: tuple[Seat, ...] = ()
    """All places of the node."""
    refusers: tuple[Decision, ...] = ()
    """Not empty: the node has spoken against it."""


def evidence_hashes(case: Case, key: str, node: NodePlan) -> dict[str, str]:
    """审阅材料的摘要 as they stand now: slot, or `step/slot` for another step's, or `#register` → digest."""
    own, item = split_key(key)
    hashes: dict[str, str] = {}
    for owner, slot in node.looks_at:
        state = case.steps.get(key if owner == own else step_key(owner, item)) or case.steps.get(owner)
        found = state.evidence.get(slot) if state else None
        if found is not None:
            hashes[slot if owner == own else f"{owner}/{slot}"] = found.digest
    for name in node.registers:
        if name in case.registers:
            hashes[f"#{name}"] = case.registers[name].root
    return hashes


def looks_at(node: NodePlan, step: str, ref: str) -> bool:
    """Whether a node of a step looks at its slot, or at a register (`#name`)."""
    return ref[1:] in node.registers if ref.startswith("#") else (step, ref) in node.looks_at


def seats_of(plan: Plan, case: Case, key: str, node: NodePlan, state: StepState) -> tuple[Seat, ...]:
    """席位: the node's roles, each as the bodies that hold it for this case or this item."""
    if node.node.participants == "run_time":
        role = node.node.roles[0] if node.node.roles else "participant"
        told = tuple(Seat(role, body, "any") for body in state.participants.get(node.id, ()))
    else:
        told = tuple(seat for role in node.node.roles for seat in role_seats(plan, case, key, role))
    if not state.signers and not state.left_out:
        return told
    return _with_signers(told, node.id, state)


def _with_signers(told: tuple[Seat, ...], node: str, state: StepState) -> tuple[Seat, ...]:
    """增加、减少会签单位: in their place; one whose anchor is gone comes last."""
    seats = list(told)
    for signer in state.signers:
        keys = [seat.key for seat in seats]
        if signer.node != node or signer.seat.key in keys:
            continue
        at = len(seats)
        if signer.place != "beside" and signer.anchor in keys:
            at = keys.index(signer.anchor) + (signer.place == "after")
        seats.insert(at, signer.seat)
    out = state.left_out.get(node, ())
    return tuple(seat for seat in seats if seat.key not in out)


def role_seats(plan: Plan, case: Case, key: str, role: str) -> tuple[Seat, ...]:
    """The places a role has in a case; a role named by a register row has the row's body.

    无人承办: where no body is registered for it, the place is there without one, and waits. So nothing is
    passed because somebody is missing. Only where the participating areas are asked there may be none.
    """
    position = plan.roles[role].position
    if role not in plan.item_roles:
        bodies = case.bodies.get(role, ())
        return _seats(role, bodies if bodies or role in plan.participating else ("",), position)
    step, wanted = split_key(key)
    view = plan.view(case.choices)
    register = case.registers.get(view.by_id[step].items_of)
    items = register.items if register else ()
    return tuple(Seat(role, item.body, position.value) for item in items if item.key == wanted)


def filled_seats(plan: Plan, case: Case, key: str, role: str) -> tuple[Seat, ...]:
    """As `role_seats`, of bodies only: for roles that another one stands in for."""
    return tuple(seat for seat in role_seats(plan, case, key, role) if seat.body)


@lru_cache(maxsize=4096)
def _seats(role: str, bodies: tuple[str, ...], position: Position) -> tuple[Seat, ...]:
    """Asked several times at every act, for the same few answers."""
    return tuple(Seat(role, body, position.value) for body in bodies)


def counts(decision: Decision, node: NodePlan, hashes: dict[str, str]) -> bool:
    """Whether a decision still speaks for what lies here now: same node, same evidence, checked."""
    return current(decision, node, hashes) and not decision.unchecked


def current(decision: Decision, node: NodePlan, hashes: dict[str, str]) -> bool:
    """As `counts`, before the check against the original."""
    return decision.fingerprint == node.fingerprint and decision.hashes == hashes


def standing(plan: Plan, case: Case, key: str, node: NodePlan, state: StepState) -> NodeStanding:
    """How far a node has come."""
    seats = seats_of(plan, case, key, node, state)
    if not seats:
        none_asked = node.node.participants == "declared" and set(node.node.roles) <= plan.participating
        return NodeStanding(satisfied=none_asked, open=())
    if not any(decision.node == node.id for decision in state.decisions):
        return _in_order(_unanswered(node, seats), node, state, frozenset())
    hashes = evidence_hashes(case, key, node)
    answers: list[Decision | None] = []
    waiting: list[bool] = []
    for seat in seats:
        decision = _latest(state, node.id, seat.key)
        if decision is not None and not current(decision, node, hashes):
            decision = None
        waiting.append(decision is not None and decision.unchecked)
        answers.append(None if decision is None or decision.unchecked else decision)
    heard = frozenset(d.seat for d in answers if d is not None and d.outcome is not Outcome.DEFERRED)
    return _in_order(_judge(node, seats, answers, waiting), node, state, heard)


def _in_order(found: NodeStanding, node: NodePlan, state: StepState, heard: frozenset[str]) -> NodeStanding:
    """加签的先后: who was added before a seat answers before it, who was added after it after it."""
    if not state.signers:
        return found
    here = {seat.key for seat in found.seats}
    waits: dict[str, str] = {}
    for signer in state.signers:
        pair = (signer.anchor, signer.seat.key)
        if signer.node == node.id and signer.place != "beside":
            first, then = pair if signer.place == "after" else (pair[1], pair[0])
            if first in here and first not in heard:
                waits[then] = first
    return replace(found, open=tuple(seat for seat in found.open if seat.key not in waits))


def _unanswered(node: NodePlan, seats: tuple[Seat, ...]) -> NodeStanding:
    """What `_judge` says where nobody has answered: most nodes, most of the time."""
    in_turn = node.node.mode is Mode.SEQUENTIAL and not collects(node)
    return NodeStanding(satisfied=False, open=seats[:1] if in_turn else seats, seats=seats)


def _latest(state: StepState, node: str, seat: str) -> Decision | None:
    for decision in state.decisions:
        if decision.node == node and decision.seat == seat:
            return decision
    return None


def _judge(
    node: NodePlan, seats: tuple[Seat, ...], answers: list[Decision | None], waiting: list[bool]
) -> NodeStanding:
    positive = [d for d in answers if d is not None and goes_on(d)]
    against = tuple(d for d in answers if d is not None and d.outcome in AGAINST)
    free = tuple(
        seat
        for seat, answer, held in zip(seats, answers, waiting, strict=True)
        if not held and (answer is None or answer.outcome is Outcome.DEFERRED)
    )
    if collects(node) and (free or any(waiting)):
        return NodeStanding(satisfied=False, open=free, seats=seats)
    if len(positive) >= _needed(node, len(seats)):
        return NodeStanding(satisfied=True, open=(), seats=seats)
    if against and _spoken(node, len(seats), len(against)):
        return NodeStanding(satisfied=False, open=(), refusers=against, seats=seats)
    if node.node.mode is Mode.SEQUENTIAL and not collects(node):
        free = free[:1] if _is_next(seats, answers, free) else ()
    if node.node.mode is Mode.ANY and any(d is not None and d.pending for d in answers):
        free = ()
    return NodeStanding(satisfied=False, open=free, seats=seats)


def goes_on(decision: Decision) -> bool:
    """Whether an answer lets the matter go on; an opinion once it has its own answer."""
    if decision.outcome is Outcome.OPINION:
        return decision.adoption is not None
    return decision.outcome in POSITIVE and not decision.pending


def collects(node: NodePlan) -> bool:
    """Whether the node hears everyone before anything follows."""
    return node.node.collect or node.node.kind in (NodeKind.COUNTERSIGN, NodeKind.CONSULT)


def _needed(node: NodePlan, seats: int) -> int:
    """How many must go on with it; at a consultation each opinion needs its answer."""
    if node.node.kind is NodeKind.CONSULT:
        return seats
    if node.node.mode is Mode.ANY:
        return 1
    if node.node.mode is Mode.QUORUM:
        return min(node.node.quorum or seats, seats)
    return seats


def _spoken(node: NodePlan, seats: int, against: int) -> bool:
    """Whether those against it decide the node: one is enough, unless votes are counted."""
    if node.node.mode is Mode.QUORUM:
        return seats - against < _needed(node, seats)
    return True


def _is_next(seats: tuple[Seat, ...], answers: list[Decision | None], free: tuple[Seat, ...]) -> bool:
    """In sequence nobody is asked while one before has not answered."""
    for seat, answer in zip(seats, answers, strict=True):
        if answer is None or answer.outcome is Outcome.DEFERRED:
            return bool(free) and free[0] == seat
        if answer.pending:
            return False
    return False


def first_lacking(
    plan: Plan, case: Case, key: str, step: StepPlan, state: StepState
) -> tuple[NodePlan, NodeStanding] | None:
    """下一节点: the first that applies and lacks enough counting decisions; None when all have spoken."""
    for node in step.nodes:
        found = standing(plan, case, key, node, state)
        if not found.satisfied:
            return node, found
    return None
