"""办理路线: the form of a published programme that the engine runs on.

`compile_plan` resolves once what a decision would otherwise look up each time: the gates of a stage onto
its steps, the slots a node looks at, a node's fingerprint. `Plan.view` keeps, for a set of choices, the
steps that apply, so that a condition is never evaluated twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from domain.programme import (
    Evidence,
    FromMeeting,
    Level,
    Node,
    Programme,
    Register,
    Role,
    Step,
    When,
)

REGISTER: Final = "register"
"""`register/roster` names a register where `1.3/plan_draft` names a paper."""


def applies(when: When, choices: Mapping[str, str]) -> bool | None:
    """Whether a condition holds; None while a choice it needs is not yet set."""
    if not when:
        return True
    unknown = False
    for alternative in when:
        found = [
            choices[name] in allowed if name in choices else None for name, allowed in alternative.items()
        ]
        if all(found):
            return True
        unknown = unknown or False not in found
    return None if unknown else False


@dataclass(frozen=True, slots=True)
class NodePlan:
    """审批节点, with its fingerprint and the slots it looks at as (step, slot)."""

    id: str
    node: Node
    looks_at: tuple[tuple[str, str], ...]
    fingerprint: str
    registers: tuple[str, ...] = ()
    """台账 it looks at: those it names, or those the step fills or freezes where it names no papers."""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """任务, with the gates of its stage."""

    id: str
    stage: str
    step: Step
    order: int
    after: tuple[str, ...]
    """Steps that must be done before it opens, as far as they apply."""
    frozen: tuple[str, ...]
    checks: tuple[str, ...]
    nodes: tuple[NodePlan, ...]
    slots: tuple[Evidence, ...]
    items_of: str
    """The register whose items it runs for, or empty."""
    reads: tuple[tuple[str, str], ...] = ()
    """What it is handed in on: (step, slot), or (`REGISTER`, register)."""

    @property
    def looks(self) -> bool:
        """Whether it reads, or its nodes look at, another step's papers."""
        return bool(self.reads) or any(owner != self.id for node in self.nodes for owner, _ in node.looks_at)

    def node(self, node_id: str) -> NodePlan | None:
        """The node of this id, where it applies."""
        return next((node for node in self.nodes if node.id == node_id), None)

    def slot(self, slot_id: str) -> Evidence | None:
        """The evidence slot of this id, where it applies."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)


@dataclass(frozen=True, slots=True)
class View:
    """The programme under one set of choices."""

    steps: tuple[StepPlan, ...]
    """Those that apply, in order."""
    by_id: dict[str, StepPlan]
    pending: frozenset[str]
    """Steps of which it is not yet known whether they apply: gates wait for them."""
    successors: dict[str, tuple[str, ...]]
    """Every later step that depends on a step, directly or not."""
    looking: frozenset[str]
    """Steps whose work rests on other steps' papers too."""

    def depends_on(self, step: str, earlier: str) -> bool:
        """Whether `step` comes after `earlier`."""
        return step in self.successors.get(earlier, ())


@dataclass(slots=True)
class Plan:
    """办理路线 of one published version. Immutable but for the cache of its views."""

    programme: Programme
    roles: dict[str, Role]
    registers: dict[str, Register]
    stage_steps: dict[str, tuple[str, ...]]
    participating: frozenset[str]
    """Roles with one seat for each participating area, which may be none."""
    item_roles: frozenset[str]
    """Roles whose body comes from a register row."""
    _all: tuple[StepPlan, ...]
    _whens: dict[str, tuple[When, When]]
    _freezers: dict[str, frozenset[str]]
    """Register → the steps that freeze it."""
    meeting_bound: frozenset[str] = frozenset()
    """Steps of which a term, or the term of a node, counts from a meeting."""
    _views: dict[tuple[tuple[str, str], ...], View] = field(default_factory=dict)

    def view(self, choices: Mapping[str, str]) -> View:
        """The steps that apply under the choices made so far."""
        key = tuple(choices.items())
        found = self._views.get(key)
        if found is None:
            found = self._views[key] = self._make_view(choices)
        return found

    def step(self, step_id: str) -> Step | None:
        """The step of this id, whether it applies or not."""
        return next((plan.step for plan in self._all if plan.id == step_id), None)

    def body_of(self, role: str) -> str:
        """The id of the body a role sits in."""
        return self.roles[role].body

    def _make_view(self, choices: Mapping[str, str]) -> View:
        steps: list[StepPlan] = []
        pending: set[str] = set()
        for plan in self._all:
            holds = [applies(when, choices) for when in self._whens[plan.id]]
            if False in holds:
                continue
            if None in holds:
                pending.add(plan.id)
            else:
                steps.append(_under(plan, choices))
        known = {plan.id for plan in steps} | pending
        trimmed = tuple(_trim(plan, known, self._freezers) for plan in steps)
        return View(
            steps=trimmed,
            by_id={plan.id: plan for plan in trimmed},
            pending=frozenset(pending),
            successors=_successors(trimmed),
            looking=frozenset(plan.id for plan in trimmed if plan.looks),
        )


def compile_plan(programme: Programme) -> Plan:
    """The plan of a programme that has passed `programme_check`."""
    stage_steps = {stage.id: tuple(step.id for step in stage.steps) for stage in programme.stages}
    plans: list[StepPlan] = []
    whens: dict[str, tuple[When, When]] = {}
    freezers: dict[str, list[str]] = {}
    for stage in programme.stages:
        for step in stage.steps:
            for register in step.freezes:
                freezers.setdefault(register, []).append(step.id)
    for stage in programme.stages:
        for step in stage.steps:
            whens[step.id] = (stage.when, step.when)
            gates = [*stage.gates, *step.gates]
            after = [g.step for g in gates if g.step]
            for gate in gates:
                after += [s for s in stage_steps.get(gate.stage or "", ()) if s != step.id]
            frozen = [g.frozen for g in gates if g.frozen]
            rests_on = [*frozen, step.for_each.register_id] if step.for_each else frozen
            for register in rests_on:
                after += [s for s in freezers.get(register, []) if s != step.id]
            plans.append(
                StepPlan(
                    id=step.id,
                    stage=stage.id,
                    step=step,
                    order=len(plans),
                    after=tuple(dict.fromkeys(after)),
                    frozen=tuple(frozen),
                    checks=tuple(g.check for g in gates if g.check),
                    nodes=_nodes(step),
                    slots=tuple(step.evidence),
                    items_of=step.for_each.register_id if step.for_each else "",
                    reads=tuple(_slot(step.id, ref) for ref in step.reads),
                )
            )
    return Plan(
        programme=programme,
        roles={role.id: role for role in programme.roles},
        registers={register.id: register for register in programme.registers},
        stage_steps=stage_steps,
        meeting_bound=frozenset(plan.id for plan in plans if _counts_from_meeting(plan.step)),
        _all=tuple(plans),
        _whens=whens,
        _freezers={name: frozenset(steps) for name, steps in freezers.items()},
        participating=frozenset(
            role.id
            for role in programme.roles
            if any(b.id == role.body and b.level is Level.PARTICIPATING for b in programme.bodies)
        ),
        item_roles=frozenset(
            role.id
            for role in programme.roles
            if any(b.id == role.body and b.level is Level.ITEM for b in programme.bodies)
        ),
    )


def _counts_from_meeting(step: Step) -> bool:
    dues = [*step.due, *(node.due for node in step.nodes if node.due is not None)]
    return any(isinstance(due.start, FromMeeting) for due in dues)


def _nodes(step: Step) -> tuple[NodePlan, ...]:
    own = tuple((step.id, slot.id) for slot in step.evidence if slot.moment != "filing")
    asked: list[list[object]] = [
        [slot.id, slot.title, str(slot.mode), [str(f) for f in slot.fields]] for slot in step.evidence
    ]
    registers = tuple(dict.fromkeys((*step.fills, *step.freezes)))
    made: list[NodePlan] = []
    before: list[str] = []
    for node in step.nodes:
        fingerprint = _fingerprint(node, asked, before)
        if node.looks_at is None:
            made.append(NodePlan(node.id, node, own, fingerprint, registers))
        else:
            refs = [_slot(step.id, ref) for ref in node.looks_at]
            slots = tuple(ref for ref in refs if ref[0] != REGISTER)
            named = tuple(name for owner, name in refs if owner == REGISTER)
            made.append(NodePlan(node.id, node, slots, fingerprint, named))
        before.append(node.id)
    return tuple(made)


def _slot(step: str, ref: str) -> tuple[str, str]:
    owner, slash, slot = ref.rpartition("/")
    return (owner if slash else step, slot)


def _fingerprint(node: Node, evidence_asked: list[list[object]], before: list[str]) -> str:
    """节点指纹: role, mode, evidence asked, text, nodes that must precede it."""
    parts = [
        node.id,
        str(node.kind),
        str(node.mode),
        node.roles,
        node.quorum,
        str(node.act),
        node.text,
        evidence_asked,
        before,
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def _under(plan: StepPlan, choices: Mapping[str, str]) -> StepPlan:
    """The step with the terms, nodes and slots that apply; one whose choice is open is asked for."""
    slots = tuple(s for s in plan.slots if applies(s.when, choices) is not False)
    here = {slot.id for slot in slots}
    nodes = tuple(
        replace(
            n,
            node=_term(n.node, choices),
            looks_at=tuple(ref for ref in n.looks_at if ref[0] != plan.id or ref[1] in here),
        )
        for n in plan.nodes
        if applies(n.node.when, choices) is not False
    )
    dues = [due for due in plan.step.due if applies(due.when, choices) is not False]
    return replace(plan, step=plan.step.model_copy(update={"due": dues}), slots=slots, nodes=nodes)


def _term(node: Node, choices: Mapping[str, str]) -> Node:
    """The node without a term whose condition does not hold."""
    if node.due is None or applies(node.due.when, choices) is not False:
        return node
    return node.model_copy(update={"due": None})


def _trim(plan: StepPlan, known: set[str], freezers: dict[str, frozenset[str]]) -> StepPlan:
    """Gates on steps that do not apply are no gates, nor on registers that no step here freezes."""
    frozen = tuple(name for name in plan.frozen if known & freezers.get(name, frozenset()))
    return replace(plan, after=tuple(step for step in plan.after if step in known), frozen=frozen)


def _successors(steps: tuple[StepPlan, ...]) -> dict[str, tuple[str, ...]]:
    direct: dict[str, list[str]] = {plan.id: [] for plan in steps}
    for plan in steps:
        for earlier in plan.after:
            if earlier in direct:
                direct[earlier].append(plan.id)
    return {plan.id: _closure(plan.id, direct) for plan in steps}


def _closure(start: str, direct: dict[str, list[str]]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    queue = list(direct[start])
    while queue:
        step = queue.pop()
        if step not in seen:
            seen[step] = None
            queue += direct[step]
    return tuple(seen)
