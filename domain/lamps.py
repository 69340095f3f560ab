"""亮灯: colour, word and shape of a step, with the rule that made it and the numbers behind it.

Pure: a lamp is worked out when it is shown. An open step has its colour by its deadline alone, yellow from
the smaller of so many working days and a share of the term (`LampPolicy`), so that lamps do not cry wolf.
Once handed in, failing checks make it yellow, never red while it is in time; so does a planned date that has
passed, in cases that have any (滞后). Typed percentages colour nothing.

`red_from` says the same beforehand: the first day on which a step as it stands is red; the history of red
lamps rests on it, and a test holds both against each other day by day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from domain.case import Case, CheckFinding, StepState, split_key
from domain.lamp_borders import soon_from
from domain.lamp_policy import LampPolicy
from domain.milestones import STAGE, planned
from domain.plan import Plan
from domain.programme import Severity
from domain.states import DONE, OPEN, CaseStatus, StepStatus
from domain.workdays import WorkCalendar


class Colour(StrEnum):
    """灯色."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"
    """No deadline is known yet (待定), or the step stands still (暂停)."""
    DONE = "done"
    DONE_LATE = "done_late"
    """Done after its deadline: stays apart from what was done in time."""


WORDS: dict[Colour, tuple[str, str]] = {
    Colour.GREEN: ("正常", "●"),
    Colour.YELLOW: ("临期", "▲"),
    Colour.RED: ("逾期", "■"),
    Colour.NONE: ("待定", "○"),
    Colour.DONE: ("办结", "✓"),
    Colour.DONE_LATE: ("逾期办结", "◆"),
}
"""Word and shape: colour alone is never the message."""

WORST: tuple[Colour, ...] = (
    Colour.RED,
    Colour.YELLOW,
    Colour.GREEN,
    Colour.NONE,
    Colour.DONE_LATE,
    Colour.DONE,
)
"""Worst first: what a case shows is the first of these that one of its steps has."""


class LampRule(StrEnum):
    """亮灯所依的规则."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    IN_TIME = "in_time"
    NO_DEADLINE = "no_deadline"
    SUSPENDED = "suspended"
    CHECK_FAILING = "check_failing"
    RETURNED = "returned"
    LAGGING = "lagging"
    HELD = "held"
    CLOSED = "closed"
    CLOSED_LATE = "closed_late"


RULE_TITLES: dict[LampRule, str] = {
    LampRule.OVERDUE: "超过时限",
    LampRule.DUE_SOON: "临近时限",
    LampRule.IN_TIME: "在时限内",
    LampRule.NO_DEADLINE: "时限待定",
    LampRule.SUSPENDED: "暂停办理",
    LampRule.CHECK_FAILING: "提交后检查未通过",
    LampRule.RETURNED: "多次退回",
    LampRule.LAGGING: "落后于计划节点",
    LampRule.HELD: "办结后被检查拦截",
    LampRule.CLOSED: "按期办结",
    LampRule.CLOSED_LATE: "逾期办结",
}
_RULE_WORDS: dict[LampRule, str] = {
    LampRule.CHECK_FAILING: "待整改",
    LampRule.RETURNED: "多次退回",
    LampRule.LAGGING: "滞后",
    LampRule.HELD: "被拦截",
    LampRule.SUSPENDED: "暂停",
}
"""Where the rule says more than the colour's own word."""


class Lamp(msgspec.Struct, frozen=True, kw_only=True):
    """一盏灯: the colour, and why: the rule, its numbers, its date. Dates are legal dates."""

    colour: Colour
    rule: LampRule
    line: str
    """The rule with its numbers, as a sentence."""
    due_on: date | None = None
    left: int | None = None
    """Working days until the deadline; negative once it is overdue."""
    soon: int | None = None
    """Yellow from so many working days on."""
    since: date | None = None
    """For a red lamp: the first day on which it was red."""
    checks: tuple[str, ...] = ()
    """The checks that made it so."""
    planned_on: date | None = None
    """For a lagging one: the planned date that holds."""
    lag: int | None = None
    """Working days since then."""

    @property
    def word(self) -> str:
        """正常, 临期, 逾期, 待定, or what the rule says more exactly."""
        return _RULE_WORDS.get(self.rule, WORDS[self.colour][0])

    @property
    def shape(self) -> str:
        """Told apart without colour."""
        return WORDS[self.colour][1]


class Red(msgspec.Struct, frozen=True, kw_only=True):
    """将亮红灯: from which day a step as it stands is red, and by which rule."""

    on: date
    rule: LampRule
    due_on: date | None = None
    checks: tuple[str, ...] = ()


def lamp(
    policy: LampPolicy, opened_on: date | None, due_on: date | None, today: date, calendar: WorkCalendar
) -> Lamp:
    """The lamp of an open step on ``today``, by its deadline alone."""
    if due_on is None:
        return Lamp(colour=Colour.NONE, rule=LampRule.NO_DEADLINE, line="时限待定")
    left = calendar.remaining_workdays(today, due_on)
    term = calendar.workdays_between(opened_on, due_on) if opened_on else 0
    soon = soon_from(policy.soon_days, policy.soon_share, term)
    if left < 0:
        colour, rule, line = Colour.RED, LampRule.OVERDUE, f"{due_on}到期,已逾期{-left}个工作日"
    elif left <= soon:
        colour, rule = Colour.YELLOW, LampRule.DUE_SOON
        line = f"{due_on}到期,还剩{left}个工作日(不多于{soon}个)"
    else:
        colour, rule, line = Colour.GREEN, LampRule.IN_TIME, f"{due_on}到期,还剩{left}个工作日"
    since = due_on + timedelta(days=1) if colour is Colour.RED else None
    return Lamp(colour=colour, rule=rule, line=line, due_on=due_on, left=left, soon=soon, since=since)


def step_lamp(plan: Plan, case: Case, key: str, today: date, calendar: WorkCalendar) -> Lamp | None:
    """The lamp of a step of a case; None where it has none (未启动, 不适用, 终止, or the case is ended)."""
    state = case.steps.get(key)
    if state is None or case.status is CaseStatus.TERMINATED:
        return None
    policy = plan.programme.lamps
    if state.status in OPEN:
        due_on = state.due.date if state.due else None
        shown = lamp(policy, state.opened_on, due_on, today, calendar)
        if shown.colour is Colour.RED:
            return shown
        return _worsened(plan, case, key, state, shown) or _lagging(plan, case, key, shown, today, calendar)
    if state.status is StepStatus.SUSPENDED:
        return Lamp(colour=Colour.NONE, rule=LampRule.SUSPENDED, line="暂停办理,恢复后重算时限")
    if state.status in DONE and state.status is not StepStatus.NOT_APPLICABLE:
        return _held(plan, case, key) or _done(state, calendar)
    return None


def red_from(plan: Plan, case: Case, key: str) -> Red | None:
    """The first day on which a step as it stands is red by its own facts; None where it never will be."""
    state = case.steps.get(key)
    if state is None or case.status is CaseStatus.TERMINATED:
        return None
    if state.status in OPEN:
        if state.due is None or state.due.date is None:
            return None
        due_on = state.due.date
        return Red(on=due_on + timedelta(days=1), rule=LampRule.OVERDUE, due_on=due_on)
    if state.status in DONE and key in case.held and plan.programme.lamps.held == Colour.RED.value:
        holding = dict(_holding(case, key))
        since = min((found.since for each in holding.values() for found in each), default=None)
        closed = state.closed_on or case.opened_on
        return Red(on=max(since or closed, closed), rule=LampRule.HELD, checks=tuple(holding))
    return None


def planned_for(plan: Plan, case: Case, key: str) -> tuple[str, date] | None:
    """The planned date of a step, and whether it is its own or its stage's; where lag counts at all."""
    if not case.milestones or not plan.programme.lamps.lag:
        return None
    step = plan.view(case.choices).by_id.get(split_key(key)[0])
    return planned(case.milestones, step.id, step.stage) if step is not None else None


def _lagging(plan: Plan, case: Case, key: str, shown: Lamp, today: date, calendar: WorkCalendar) -> Lamp:
    """滞后: yellow so many working days after the planned date; red by the deadline alone."""
    found, most = planned_for(plan, case, key), plan.programme.lamps.lag
    if found is None:
        return shown
    place, on = found
    days = calendar.workdays_between(on, today)
    if days < most:
        return shown
    whose = "所在环节" if place.startswith(STAGE) else ""
    return msgspec.structs.replace(
        shown,
        colour=Colour.YELLOW,
        rule=LampRule.LAGGING,
        line=f"{whose}计划{on}完成,已滞后{days}个工作日(满{most}个);{shown.line}",
        planned_on=on,
        lag=days,
    )


def _worsened(plan: Plan, case: Case, key: str, state: StepState, shown: Lamp) -> Lamp | None:
    """Yellow where, in time, something else than the deadline is the matter; never red."""
    failing = dict(failing_checks(plan, case, key)) if state.submitted_on is not None else {}
    if failing:
        named = "、".join(failing)
        first = next(iter(failing.values()))[0].text
        return msgspec.structs.replace(
            shown,
            colour=Colour.YELLOW,
            rule=LampRule.CHECK_FAILING,
            line=f"已提交,检查 {named} 未通过:{first};{shown.line}",
            checks=tuple(failing),
        )
    times, most = sum(state.returns.values()), plan.programme.lamps.returned
    if most and times >= most:
        line = f"已被退回{times}次(满{most}次);{shown.line}"
        return msgspec.structs.replace(shown, colour=Colour.YELLOW, rule=LampRule.RETURNED, line=line)
    return None


def failing_checks(plan: Plan, case: Case, key: str) -> Iterator[tuple[str, tuple[CheckFinding, ...]]]:
    """未通过的检查 of a step, with what they found there; waived ones and mere information left out."""
    step = split_key(key)[0]
    for use in plan.programme.checks:
        result = case.checks.get(use.id)
        if result is None or result.passed or use.severity is Severity.INFORM:
            continue
        found = tuple(
            each
            for each in result.findings
            if not each.waiver and _lies_in(case, each.place, key, step in use.steps)
        )
        if found:
            yield use.id, found


def _lies_in(case: Case, place: str, key: str, asked: bool) -> bool:
    """Whether a finding is of this step: it lies in it, or in no step and the check is for this one."""
    owner = place if place in case.steps else place.rpartition("/")[0]
    return owner == key if owner in case.steps else asked


def _holding(case: Case, key: str) -> Iterator[tuple[str, tuple[CheckFinding, ...]]]:
    for name, result in case.checks.items():
        if key in result.holds:
            yield name, tuple(each for each in result.findings if not each.waiver)


def _held(plan: Plan, case: Case, key: str) -> Lamp | None:
    if key not in case.held:
        return None
    holding = dict(_holding(case, key))
    text = next((found.text for each in holding.values() for found in each), "")
    red = red_from(plan, case, key)
    return Lamp(
        colour=Colour.YELLOW if red is None else Colour.RED,
        rule=LampRule.HELD,
        line=f"已办结,但检查 {'、'.join(holding)} 未通过,后续任务不能开始" + (f":{text}" if text else ""),
        since=red.on if red else None,
        checks=tuple(holding),
    )


def _done(state: StepState, calendar: WorkCalendar) -> Lamp:
    due_on, closed_on = (state.due.date if state.due else None), state.closed_on
    if due_on is None or closed_on is None:
        return Lamp(colour=Colour.DONE, rule=LampRule.CLOSED, line=f"{closed_on or ''}办结", due_on=due_on)
    left = calendar.remaining_workdays(closed_on, due_on)
    late = left < 0
    return Lamp(
        colour=Colour.DONE_LATE if late else Colour.DONE,
        rule=LampRule.CLOSED_LATE if late else LampRule.CLOSED,
        line=f"{due_on}到期,{closed_on}办结" + (f",逾期{-left}个工作日" if late else ""),
        due_on=due_on,
        left=left,
    )
