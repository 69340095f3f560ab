"""小计: how many tasks of a stage, a case, an area are in which state on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from domain.lamps import WORST, Colour
from domain.states import StepStatus
from services.views.digest import Bucket, CaseDigest, StepDigest

BUCKETS: Final = tuple(Bucket)
_PLACE: Final = {bucket: place for place, bucket in enumerate(BUCKETS)}
_RANK: Final = {colour: rank for rank, colour in enumerate(WORST)}
_NO_LAMP: Final = len(WORST)
_DONE: Final = _PLACE[Bucket.DONE]


class Tally(msgspec.Struct, frozen=True, gc=False):
    """小计 of some tasks. ``counts`` is by `BUCKETS`; ``late``, ``held``, ``set_aside`` are of 已办结."""

    counts: tuple[int, ...]
    late: int = 0
    held: int = 0
    set_aside: int = 0
    """不适用: counts as done."""
    unchecked: int = 0

    @property
    def total(self) -> int:
        """All tasks."""
        return sum(self.counts)

    @property
    def done(self) -> int:
        """已办结."""
        return self.counts[_DONE]

    def of(self, bucket: Bucket) -> int:
        """How many are in one."""
        return self.counts[_PLACE[bucket]]


NOTHING: Final = Tally((0,) * len(BUCKETS))


class StageTally(msgspec.Struct, frozen=True):
    """一格: one stage of one case on a day."""

    tally: Tally
    worst: Colour | None
    step: StepDigest | None
    """The task that the cell names: whose lamp is the worst and oldest, or that ends last."""


class CaseTally(msgspec.Struct, frozen=True):
    """一行: one case on a day."""

    tally: Tally
    stages: dict[str, StageTally]
    worst: Colour | None
    step: StepDigest | None
    hot: tuple[StepDigest, ...]
    """逾期 and 临期, the most urgent first."""


def added(tallies: Iterable[Tally]) -> Tally:
    """The sum."""
    counts, rest = [0] * len(BUCKETS), [0, 0, 0, 0]
    for each in tallies:
        for place, number in enumerate(each.counts):
            counts[place] += number
        rest[0] += each.late
        rest[1] += each.held
        rest[2] += each.set_aside
        rest[3] += each.unchecked
    return Tally(tuple(counts), *rest)


def tally_of(steps: Iterable[StepDigest], on: date) -> Tally:
    """小计 of some tasks on a day."""
    counts, late, held, set_aside, unchecked = [0] * len(BUCKETS), 0, 0, 0, 0
    for each in steps:
        counts[_PLACE[each.bucket(on)]] += 1
        unchecked += each.unchecked
        if each.done:
            late += each.fixed is Colour.DONE_LATE
            held += each.fixed in _HELD
            set_aside += each.status is StepStatus.NOT_APPLICABLE
    return Tally(tuple(counts), late, held, set_aside, unchecked)


_HELD: Final = frozenset({Colour.RED, Colour.YELLOW})


def case_tally(case: CaseDigest, on: date) -> CaseTally:
    """一行 of the matrix."""
    stages = {stage: _stage(steps, on) for stage, steps in case.stages.items()}
    named = min(
        (each for each in stages.values() if each.step is not None),
        key=lambda each: (rank(each.worst), _urgency(each.step)),
        default=None,
    )
    hot = [each for each in case.steps if each.open and each.colour(on) in _HELD]
    return CaseTally(
        added(each.tally for each in stages.values()),
        stages,
        named.worst if named else None,
        named.step if named else None,
        tuple(sorted(hot, key=_urgency)),
    )


def _stage(steps: tuple[StepDigest, ...], on: date) -> StageTally:
    tally = tally_of(steps, on)
    if tally.done == tally.total and not tally.held:
        last = max(steps, key=lambda each: (each.closed_on or date.min, each.key))
        late = any(each.fixed is Colour.DONE_LATE for each in steps)
        return StageTally(tally, Colour.DONE_LATE if late else Colour.DONE, last)
    shown = [each for each in steps if not each.done or each.fixed in _HELD]
    found = min(shown, key=lambda each: (rank(each.colour(on)), _urgency(each)))
    colour = found.colour(on)
    return StageTally(tally, colour, None if colour is None else found)


def rank(colour: Colour | None) -> int:
    """Worst first; what has no lamp last."""
    return _NO_LAMP if colour is None else _RANK[colour]


def _urgency(step: StepDigest | None) -> tuple[date, str]:
    if step is None:
        return date.max, ""
    return step.due_on or date.max, step.key


class Counting:
    """小计 of one day, each kept until its case has moved on."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._kept: dict[str, tuple[CaseDigest, CaseTally]] = {}

    def of(self, case: CaseDigest) -> CaseTally:
        """一行."""
        kept = self._kept.get(case.id)
        if kept is None or kept[0] is not case:
            kept = self._kept[case.id] = (case, case_tally(case, self.on))
        return kept[1]
