"""摘要: what lists and figures need of a case, worked out once for each state of it.

Whatever of a lamp does not change from day to day is settled here by `domain.lamps` itself; what is left are
two dates for an open step: from when it is yellow, and until when it is not red. So the lamps of a hundred
thousand steps on any day are comparisons of dates, and a test holds them against the rule step by step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from domain.case import Case, StepState
from domain.lamp_borders import soon_from
from domain.lamps import WORDS, Colour, LampRule, planned_for, step_lamp
from domain.plan import Plan, StepPlan
from domain.programme import Register
from domain.register_balances import open_gaps
from domain.states import DONE, OPEN, CaseStatus, StepStatus
from domain.workdays import WorkCalendar
from services.permits import bodies_in
from services.reading import keys_of


class Bucket(StrEnum):
    """分类: every task is in exactly one, so that the figures of a page add up to all tasks."""

    DONE = "done"
    OVER = "over"
    SOON = "soon"
    OK = "ok"
    VERIFY = "verify"
    UNDATED = "undated"
    HALTED = "halted"
    IDLE = "idle"
    ENDED = "ended"


BUCKET_TITLES: Final[dict[Bucket, str]] = {
    Bucket.DONE: "已办结",
    Bucket.OVER: "逾期",
    Bucket.SOON: "临期",
    Bucket.OK: "正常",
    Bucket.VERIFY: "核验中",
    Bucket.UNDATED: "时限待定",
    Bucket.HALTED: "暂停",
    Bucket.IDLE: "未启动",
    Bucket.ENDED: "终止",
}


class StepDigest(msgspec.Struct, frozen=True, gc=False):
    """任务摘要. ``fixed`` is the colour where it is the same on every day, ``rule`` what the lamp says then.

    An open step turns yellow on ``yellow_on``, at the latest when it lags on ``lag_on``, and is red after
    ``due_on``.
    """

    key: str
    title: str
    stage: str
    status: StepStatus
    round: int
    opened_on: date | None
    due_on: date | None
    submitted_on: date | None
    closed_on: date | None
    fixed: Colour | None
    rule: LampRule | None
    yellow_on: date | None
    lag_on: date | None
    """滞后: from which day on it is behind its planned date; None where something else says more."""
    unchecked: int
    """决定待核对: recorded decisions that nobody has compared with the original yet."""
    provisional: bool

    @property
    def open(self) -> bool:
        """Whether it is in somebody's hands."""
        return self.status in OPEN

    @property
    def done(self) -> bool:
        """Whether it counts as done, held or not."""
        return self.status in DONE

    def colour(self, on: date) -> Colour | None:
        """灯色 on a day; None where it has no lamp."""
        if self.fixed is not None or self.yellow_on is None:
            return self.fixed
        if self.due_on is not None and on > self.due_on:
            return Colour.RED
        return Colour.YELLOW if on >= self.yellow_on else _CALM[self.due_on is None]

    def bucket(self, on: date) -> Bucket:
        """分类 on a day: by its state, and while it is open by its lamp."""
        settled = _BY_STATUS.get(self.status)
        if settled is not None:
            return settled
        colour = self.colour(on)
        if colour is Colour.RED:
            return Bucket.OVER
        if colour is Colour.YELLOW:
            return Bucket.SOON
        if self.status is StepStatus.VERIFYING:
            return Bucket.VERIFY
        return Bucket.OK if colour is Colour.GREEN else Bucket.UNDATED

    def word(self, on: date) -> str:
        """正常, 临期, 逾期, 待整改 …: what stands beside the lamp."""
        colour = self.colour(on)
        if colour is None or (self.status is StepStatus.VERIFYING and colour in _QUIET):
            return BUCKET_TITLES[self.bucket(on)]
        if self.lag_on is not None and colour is Colour.YELLOW and on >= self.lag_on:
            return "滞后"
        if self.rule is not None and colour is not Colour.RED:
            return _RULE_WORDS.get(self.rule, WORDS[colour][0])
        return "被拦截" if self.rule is LampRule.HELD else WORDS[colour][0]


_CALM: Final = {False: Colour.GREEN, True: Colour.NONE}
_QUIET: Final = frozenset({Colour.GREEN, Colour.NONE})
_RULE_WORDS: Final = {
    LampRule.CHECK_FAILING: "待整改",
    LampRule.RETURNED: "多次退回",
    LampRule.HELD: "被拦截",
    LampRule.SUSPENDED: "暂停",
}
_BY_STATUS: Final = {
    **dict.fromkeys(DONE, Bucket.DONE),
    StepStatus.NOT_STARTED: Bucket.IDLE,
    StepStatus.TERMINATED: Bucket.ENDED,
    StepStatus.SUSPENDED: Bucket.HALTED,
}
_FORCED: Final = frozenset({LampRule.CHECK_FAILING, LampRule.RETURNED})


class Blocker(msgspec.Struct, frozen=True, gc=False):
    """前置: what a stage that has not begun waits for: a stage, a step, a register or a check."""

    kind: str
    id: str
    title: str


class RegisterDigest(msgspec.Struct, frozen=True, gc=False):
    """台账摘要: how far it is filled, and how many of its balances do not close."""

    id: str
    title: str
    version: int
    rows: int
    frozen: bool
    gaps: int


class CaseDigest(msgspec.Struct, frozen=True, kw_only=True):
    """改革任务摘要, its steps in the programme's order."""

    id: str
    seq: int
    calendar: str
    unit: str
    unit_name: str
    programme: str
    version: int
    status: CaseStatus
    opened_on: date
    closed_on: date | None
    bodies: frozenset[str]
    steps: tuple[StepDigest, ...]
    stages: dict[str, tuple[StepDigest, ...]]
    blockers: dict[str, tuple[Blocker, ...]]
    """Of each stage in which nothing has begun."""
    registers: tuple[RegisterDigest, ...]
    numbers: str
    """Every document number that stands in it, a line each."""
    closed_by_month: tuple[tuple[int, int], ...]
    """(year × 12 + month − 1, how many steps were closed in it)."""

    @property
    def counted(self) -> bool:
        """Whether it stands in figures: one that was ended or merged does not."""
        return self.status is not CaseStatus.TERMINATED


class Borders:
    """亮黄灯的日期: from which day on so few working days are left; kept, for dates recur."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[date, int], date] = {}
        self._terms: dict[tuple[date, date], int] = {}

    def yellow_on(self, due_on: date, soon: int) -> date:
        """The first day on which no more than ``soon`` working days are left until ``due_on``."""
        found = self._known.get((due_on, soon))
        if found is None:
            found = self._known[due_on, soon] = self._count_back(due_on, soon)
        return found

    def _count_back(self, due_on: date, soon: int) -> date:
        day, left = due_on, soon
        while True:
            left -= self.calendar.is_workday(day)
            if left < 0:
                return day
            day -= timedelta(days=1)

    def term(self, opened_on: date | None, due_on: date) -> int:
        """Working days of a term."""
        if opened_on is None:
            return 0
        found = self._terms.get((opened_on, due_on))
        if found is None:
            found = self.calendar.workdays_between(opened_on, due_on)
            self._terms[opened_on, due_on] = found
        return found


def case_digest(plan: Plan, case: Case, seq: int, borders: Borders) -> CaseDigest:
    """摘要 of a case as it stands."""
    steps = tuple(
        _step(plan, case, step, key, case.steps.get(key) or _NOTHING, borders)
        for step, key in keys_of(plan, case)
    )
    stages: dict[str, list[StepDigest]] = {}
    for each in steps:
        stages.setdefault(each.stage, []).append(each)
    months = Counter(
        each.closed_on.year * 12 + each.closed_on.month - 1
        for each in steps
        if each.done and each.closed_on is not None
    )
    return CaseDigest(
        id=case.id,
        seq=seq,
        calendar=borders.calendar.id,
        unit=case.unit,
        unit_name=case.unit_name,
        programme=case.programme,
        version=case.version,
        status=case.status,
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        bodies=bodies_in(case),
        steps=steps,
        stages={stage: tuple(found) for stage, found in stages.items()},
        blockers={
            stage: tuple(_blockers(plan, case, stage, steps))
            for stage, found in stages.items()
            if all(each.status is StepStatus.NOT_STARTED for each in found)
        },
        registers=tuple(_register(case, each) for each in plan.registers.values()),
        numbers="\n".join(sorted(set(_numbers(case)))),
        closed_by_month=tuple(sorted(months.items())),
    )


_NOTHING: Final = StepState()


def _step(plan: Plan, case: Case, step: StepPlan, key: str, state: StepState, borders: Borders) -> StepDigest:
    fixed, rule, yellow_on = _lamp(plan, case, key, state, borders)
    lag_on = _lag_on(plan, case, key, borders) if yellow_on is not None and yellow_on > date.min else None
    return StepDigest(
        key=key,
        title=step.step.title,
        stage=step.stage,
        status=state.status,
        round=state.round,
        opened_on=state.opened_on,
        due_on=state.due.date if state.due else None,
        submitted_on=state.submitted_on,
        closed_on=state.closed_on,
        fixed=fixed,
        rule=rule,
        yellow_on=min(yellow_on, lag_on) if yellow_on is not None and lag_on is not None else yellow_on,
        lag_on=lag_on,
        unchecked=sum(each.pending for each in state.decisions) if state.status in OPEN else 0,
        provisional=bool(state.due and state.due.provisional),
    )


def _lamp(
    plan: Plan, case: Case, key: str, state: StepState, borders: Borders
) -> tuple[Colour | None, LampRule | None, date | None]:
    """Colour and rule where they are settled, and for an open step the day from which it is yellow."""
    if state.status is StepStatus.NOT_STARTED or case.status is CaseStatus.TERMINATED:
        return None, None, None
    due_on = state.due.date if state.due else None
    # On a day before the deadline the rule tells what else than the deadline is the matter.
    early = min(each for each in (state.opened_on, due_on, case.opened_on) if each is not None)
    shown = step_lamp(plan, case, key, early, borders.calendar)
    if shown is None or state.status not in OPEN:
        return (None, None, None) if shown is None else (shown.colour, shown.rule, None)
    if shown.rule in _FORCED:
        return None, shown.rule, date.min
    if due_on is None:
        return None, shown.rule, date.max
    policy = plan.programme.lamps
    soon = soon_from(policy.soon_days, policy.soon_share, borders.term(state.opened_on, due_on))
    return None, None, borders.yellow_on(due_on, soon)


def _lag_on(plan: Plan, case: Case, key: str, borders: Borders) -> date | None:
    """The first day on which it is as many working days behind its planned date as the policy says."""
    found = planned_for(plan, case, key)
    return borders.calendar.add_workdays(found[1], plan.programme.lamps.lag) if found else None


def _blockers(plan: Plan, case: Case, stage: str, steps: tuple[StepDigest, ...]) -> Iterator[Blocker]:
    """What the gates of a stage, and of its first step, still wait for."""
    declared = next(each for each in plan.programme.stages if each.id == stage)
    titles = {each.id: each.title for each in plan.programme.stages}
    waiting = {each.stage: True for each in steps if not each.done}
    undone = {each.key.partition("#")[0]: each for each in steps if not each.done}
    gates = [*declared.gates, *declared.steps[0].gates]
    for gate in gates:
        if gate.stage and gate.stage in waiting:
            yield Blocker("stage", gate.stage, titles[gate.stage])
        elif gate.step and gate.step in undone:
            yield Blocker("step", gate.step, undone[gate.step].title)
        elif gate.frozen and not _frozen(case, gate.frozen):
            yield Blocker("register", gate.frozen, plan.registers[gate.frozen].title)
        elif gate.check and not (gate.check in case.checks and case.checks[gate.check].passed):
            yield Blocker("check", gate.check, gate.check)


def _register(case: Case, register: Register) -> RegisterDigest:
    state = case.registers.get(register.id)
    if state is None:
        return RegisterDigest(register.id, register.title, 0, 0, False, 0)
    sums = {name: each.sums for name, each in case.registers.items()}
    gaps = len(open_gaps(register, state.gaps, sums))
    return RegisterDigest(register.id, register.title, state.version, state.rows, state.frozen, gaps)


def _numbers(case: Case) -> Iterator[str]:
    for state in case.steps.values():
        for item in state.evidence.values():
            yield item.fields.get("number", "")
        for decision in state.decisions:
            yield decision.number


def _frozen(case: Case, register: str) -> bool:
    state = case.registers.get(register)
    return state is not None and state.frozen
