"""办结性: proves, by playing every combination of choices through, that every case can complete.

The rules of opening are those of `domain.plan`: a step applies if its stage's condition and its own hold;
a gate on what does not apply is no gate; a choice not yet made keeps what depends on it waiting. Values of
a choice that no condition tells apart behave alike, so one of them is played for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from typing import Final

import msgspec

from domain.plan import applies
from domain.programme import When
from domain.programme_check.index import Findings, Index, StepAt

MOST: Final = 50_000
"""Combinations beyond which a programme is refused: nobody could say what such a programme does."""
_NAMED: Final = 8

Assignment = dict[str, str]


class Stall(msgspec.Struct, frozen=True, kw_only=True):
    """走不通: a smallest set of choices under which a case cannot complete."""

    choices: tuple[tuple[str, str], ...]
    waiting: tuple[tuple[str, str], ...]
    """Step and what it waits for, in words."""
    first: str
    """The first step that waits."""


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """探查结果."""

    choices: tuple[str, ...]
    """Those on which it depends which steps there are."""
    combinations: int
    """Of all their values."""
    explored: int
    """Played through: combinations that conditions tell apart."""
    stalls: tuple[Stall, ...] = ()
    never: tuple[str, ...] = ()
    """Steps that no combination opens."""
    empty: tuple[tuple[str, str], ...] | None = None
    """A combination under which there is nothing to do."""

    @property
    def too_many(self) -> bool:
        """Whether there were more than `MOST` combinations, so that none was played."""
        return self.explored == 0


def explore(index: Index) -> Exploration:
    """探查: plays all combinations; with more than `MOST` it plays none (`too_many`)."""
    whens = {at.step.id: (at.stage.when, at.step.when) for at in index.all_steps}
    names = _that_matter(index, whens)
    values = {name: _told_apart(index, name, whens) for name in names}
    combinations = prod(len(index.choices[name].values) for name in names)
    count = prod(len(found) for found in values.values())
    if count > MOST:
        return Exploration(choices=tuple(names), combinations=combinations, explored=0)
    tried: list[Assignment] = [
        dict(zip(names, picked, strict=True)) for picked in product(*(values[name] for name in names))
    ]
    play = _Play(index, whens)
    results = [play.through(assignment) for assignment in tried]
    stalled = {_key(made): result for made, result in zip(tried, results, strict=True) if result.waiting}
    opened = set[str]().union(*(result.done for result in results))
    empty = next((made for made, result in zip(tried, results, strict=True) if result.idle), None)
    return Exploration(
        choices=tuple(names),
        combinations=combinations,
        explored=count,
        stalls=tuple(_smallest(stalled, tried)),
        never=tuple(
            step for step in whens if step not in opened and all(step in result.out for result in results)
        ),
        empty=None if empty is None else _key(empty),
    )


def _key(assignment: Assignment) -> tuple[tuple[str, str], ...]:
    return tuple(assignment.items())


def _conditions(whens: Mapping[str, tuple[When, When]]) -> Iterator[tuple[str, list[str]]]:
    for pair in whens.values():
        for when in pair:
            for alternative in when:
                yield from alternative.items()


def _that_matter(index: Index, whens: Mapping[str, tuple[When, When]]) -> list[str]:
    used = {name for name, _ in _conditions(whens)}
    return [name for name in index.choices if name in used]


def _told_apart(index: Index, name: str, whens: Mapping[str, tuple[When, When]]) -> list[str]:
    """One value for each class of values that all conditions treat alike; the default first."""
    mentions = [frozenset(allowed) for used, allowed in _conditions(whens) if used == name]
    choice = index.choices[name]
    ordered = sorted(choice.values, key=lambda value: value != choice.default)
    classes: dict[tuple[bool, ...], str] = {}
    for value in ordered:
        classes.setdefault(tuple(value in allowed for allowed in mentions), value)
    return list(classes.values())


@dataclass(slots=True)
class _Result:
    done: set[str] = field(default_factory=set)
    out: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    waiting: dict[str, str] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        return not self.done and not self.waiting


class _Play:
    """Plays one case from launch to its end, everyone doing and agreeing to all that opens."""

    def __init__(self, index: Index, whens: Mapping[str, tuple[When, When]]) -> None:
        self.index = index
        self.whens = whens
        self.later = {
            choice.id: choice.at
            for choice in index.choices.values()
            if choice.at != "launch" and choice.at in index.steps
        }
        self.gates = {step: list(at.gates) for step, at in index.steps.items()}

    def through(self, assignment: Assignment) -> _Result:
        known = {name: value for name, value in assignment.items() if name not in self.later}
        result = _Result()
        going = True
        while going:
            going = False
            for step, at in self.index.steps.items():
                if step in result.done or step in result.out:
                    continue
                state = self._applies(step, known)
                if state is False:
                    result.out.add(step)
                elif state is None or self._blockers(at, known, result):
                    continue
                else:
                    result.done.add(step)
                    result.frozen.update(at.step.freezes)
                    known |= {name: assignment[name] for name in assignment if self.later.get(name) == step}
                going = True
        for step, at in self.index.steps.items():
            if step not in result.done and step not in result.out:
                result.waiting[step] = self._why(step, at, known, result)
        return result

    def _applies(self, step: str, known: Mapping[str, str]) -> bool | None:
        holds = [applies(when, known) for when in self.whens[step]]
        if False in holds:
            return False
        return None if None in holds else True

    def _blockers(self, at: StepAt, known: Mapping[str, str], result: _Result) -> list[str]:
        found: list[str] = []
        for gate, _ in self.gates[at.step.id]:
            if gate.frozen is None:
                found.extend(_live(self.index.targets(gate, at.step.id), result))
            elif gate.frozen in self.index.registers:
                found.extend(self._unfrozen(gate.frozen, at, result))
        each = at.step.for_each
        if each is not None and each.register_id in self.index.registers:
            found.extend(self._unfrozen(each.register_id, at, result, needed=True))
        found.extend(self._unfilled(at, known, result))
        return found

    def _unfilled(self, at: StepAt, known: Mapping[str, str], result: _Result) -> list[str]:
        """A step cannot be handed in while a register it freezes is empty and a step here fills it."""
        found: list[str] = []
        for register in at.step.freezes:
            fillers = [
                step
                for step, other in self.index.steps.items()
                if register in other.step.fills and self._applies(step, known)
            ]
            if at.step.id not in fillers and not result.done.intersection(fillers):
                found.extend(fillers)
        return found

    def _unfrozen(self, register: str, at: StepAt, result: _Result, *, needed: bool = False) -> list[str]:
        """What a register's freezing waits for: one step here that freezes it, empty where nobody fills it.

        Without such a step a gate on it is no gate, and only rows need it.
        """
        freezers = [step for step in self.index.freezers.get(register, []) if step != at.step.id]
        waiting = _live(freezers, result)
        if register in result.frozen or not (needed or waiting):
            return []
        title = self.index.registers[register].title
        return waiting or [f"台账“{title}”冻结(冻结它的任务不适用)"]

    def _why(self, step: str, at: StepAt, known: Mapping[str, str], result: _Result) -> str:
        if self._applies(step, known) is not None:
            return "、".join(dict.fromkeys(self._blockers(at, known, result)))
        names = {
            name
            for when in self.whens[step]
            for alternative in when
            for name in alternative
            if name not in known and name in self.later
        }
        return "、".join(
            f"选择项“{self.index.choices[name].title}”(在任务 {self.later[name]} 选定"
            f"{',而该任务不适用' if self.later[name] in result.out else ''})"
            for name in sorted(names)
        )


def _live(steps: list[str], result: _Result) -> list[str]:
    """Of some steps those that a gate still waits for."""
    return [step for step in steps if step not in result.done and step not in result.out]


def _smallest(
    stalled: dict[tuple[tuple[str, str], ...], _Result], tried: list[Assignment]
) -> Iterator[Stall]:
    """For each set of waiting steps one smallest set of choices that already forces the stall."""
    seen: set[tuple[str, ...]] = set()
    for key, result in stalled.items():
        waiting = tuple(result.waiting)
        if waiting in seen or len(seen) >= _NAMED:
            continue
        seen.add(waiting)
        kept = dict(key)
        for name, _ in key:
            fewer = {other: value for other, value in kept.items() if other != name}
            if all(_key(made) in stalled for made in tried if fewer.items() <= made.items()):
                kept = fewer
        yield Stall(
            choices=_key(kept),
            waiting=tuple(islice(result.waiting.items(), _NAMED)),
            first=waiting[0],
        )


def check_soundness(index: Index, findings: Findings, result: Exploration) -> None:
    """办结性检查: what an exploration found, as faults."""
    if result.too_many:
        message = f"选择项的组合超过 {MOST} 种,无法逐一推演"
        findings.fault(("choices",), "sound.too_many", message, "减少影响任务去留的选择项或其取值")
        return
    for stall in result.stalls:
        at = index.steps[stall.first]
        steps = ";".join(f"{step} 等 {wait}" for step, wait in stall.waiting)
        message = f"{_spoken(index, stall.choices)}时,改革任务办不完:{steps}"
        findings.fault(at.path, "sound.stall", message, "修改前置条件或条件,使这些任务能够启动")
    for step in result.never:
        at = index.steps[step]
        message = f"任务 {step}“{at.step.title}”在任何选择下都不会启动"
        findings.fault(at.path, "step.never_reached", message, "核对本任务和所在环节的 when,或删去该任务")
    if result.empty is not None:
        message = f"{_spoken(index, result.empty)}时,没有任何任务要办"
        findings.warn(("choices",), "sound.nothing_to_do", message, "确认是否允许;启动时应至少选一个环节")


def _spoken(index: Index, choices: tuple[tuple[str, str], ...]) -> str:
    if not choices:
        return "无论如何选择"
    return "选择 " + "、".join(
        f"{index.choices[name].title}={index.choices[name].values[value]}({name}: {value})"
        for name, value in choices
    )
