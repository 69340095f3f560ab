"""索引: the names of a programme, where each stands in the file, and which step comes before which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from domain.programme import (
    Body,
    Choice,
    Evidence,
    Gate,
    Node,
    Programme,
    Register,
    Role,
    Stage,
    Step,
)
from domain.programme_fault import Fault, Lines, Path, shown


@dataclass(slots=True)
class Findings:
    """问题清单: collects faults; the line of each is that of its path."""

    lines: Lines
    found: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, code: str, message: str, mend: str) -> None:
        """A fault forbids publishing."""
        self.found.append(
            Fault(line=self.lines[path], path=shown(path), code=code, message=message, mend=mend)
        )

    def warn(self, path: Path, code: str, message: str, mend: str) -> None:
        """A warning is shown and lets publishing pass."""
        self.found.append(
            Fault(
                line=self.lines[path],
                path=shown(path),
                code=code,
                message=message,
                mend=mend,
                severity="warning",
            )
        )


@dataclass(frozen=True, slots=True)
class StepAt:
    """A step with its stage and its place in the file."""

    step: Step
    stage: Stage
    path: Path
    stage_path: Path

    @property
    def gates(self) -> Iterator[tuple[Gate, Path]]:
        """Its stage's gates, then its own."""
        for number, gate in enumerate(self.stage.gates):
            yield gate, (*self.stage_path, "gates", number)
        for number, gate in enumerate(self.step.gates):
            yield gate, (*self.path, "gates", number)

    @property
    def evidence(self) -> Iterator[tuple[Evidence, Path]]:
        """Its slots, each with its place."""
        for number, evidence in enumerate(self.step.evidence):
            yield evidence, (*self.path, "evidence", number)

    @property
    def nodes(self) -> Iterator[tuple[Node, Path]]:
        """Its nodes, each with its place."""
        for number, node in enumerate(self.step.nodes):
            yield node, (*self.path, "nodes", number)

    def slot(self, name: str) -> Evidence | None:
        """The evidence item of this step with that id."""
        return next((evidence for evidence in self.step.evidence if evidence.id == name), None)


T = TypeVar("T")


def _first(entries: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, entry in entries:
        found.setdefault(name, entry)
    return found


class Index:
    """索引 of one programme. Of a name given twice the first counts; that it is there twice is a fault."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.bodies: dict[str, Body] = _first((body.id, body) for body in programme.bodies)
        self.roles: dict[str, Role] = _first((role.id, role) for role in programme.roles)
        self.choices: dict[str, Choice] = _first((choice.id, choice) for choice in programme.choices)
        self.registers: dict[str, Register] = _first((entry.id, entry) for entry in programme.registers)
        self.checks = frozenset(use.id for use in programme.checks)
        self.stages: dict[str, tuple[Stage, Path]] = {}
        self.all_steps: list[StepAt] = []
        for number, stage in enumerate(programme.stages):
            self.stages.setdefault(stage.id, (stage, ("stages", number)))
            self.all_steps.extend(
                StepAt(step, stage, ("stages", number, "steps", place), ("stages", number))
                for place, step in enumerate(stage.steps)
            )
        self.steps: dict[str, StepAt] = _first((at.step.id, at) for at in self.all_steps)

    def steps_of(self, stage: str) -> list[str]:
        """The steps of a stage, in file order."""
        return [at.step.id for at in self.all_steps if at.stage.id == stage]

    @cached_property
    def freezers(self) -> dict[str, list[str]]:
        """Register → steps that freeze it when they close."""
        found: dict[str, list[str]] = {}
        for at in self.all_steps:
            for register in at.step.freezes:
                found.setdefault(register, []).append(at.step.id)
        return found

    def targets(self, gate: Gate, step: str) -> list[str]:
        """The steps that `step` waits for by a gate; none for a check gate or an unknown name.

        A step with a gate on its own stage waits for the others of that stage.
        """
        if gate.step is not None:
            return [gate.step] if gate.step in self.steps else []
        if gate.stage is not None:
            return [other for other in self.steps_of(gate.stage) if other != step]
        return self.freezers.get(gate.frozen, []) if gate.frozen is not None else []

    @cached_property
    def waits(self) -> dict[str, dict[str, Path]]:
        """Step → the steps it waits for directly, each with the gate that says so."""
        found: dict[str, dict[str, Path]] = {at.step.id: {} for at in self.all_steps}
        for at in self.all_steps:
            for gate, path in at.gates:
                for target in self.targets(gate, at.step.id):
                    found[at.step.id].setdefault(target, path)
            if at.step.for_each is not None:
                for target in self.freezers.get(at.step.for_each.register_id, []):
                    if target != at.step.id:
                        found[at.step.id].setdefault(target, (*at.path, "for_each"))
        return found

    @cached_property
    def before(self) -> dict[str, frozenset[str]]:
        """Step → all steps that come before it, directly or through others (itself too, on a ring)."""
        return {step: self._reach(step) for step in self.waits}

    def _reach(self, step: str) -> frozenset[str]:
        reached: set[str] = set()
        front = list(self.waits[step])
        while front:
            name = front.pop()
            if name not in reached:
                reached.add(name)
                front.extend(self.waits[name])
        return frozenset(reached)

    def body_of(self, role: str) -> Body | None:
        """The body of a role, where both are known."""
        found = self.roles.get(role)
        return self.bodies.get(found.body) if found else None

    def slot(self, reference: str, here: StepAt) -> tuple[StepAt, Evidence] | None:
        """A slot named `代号` (of this step) or `任务号/代号`."""
        step, slash, name = reference.rpartition("/")
        at = self.steps.get(step) if slash else here
        evidence = at.slot(name) if at else None
        return (at, evidence) if at and evidence else None

    def slot_names(self) -> list[str]:
        """Every slot as `任务号/代号`."""
        return [f"{at.step.id}/{evidence.id}" for at in self.all_steps for evidence in at.step.evidence]
