"""Where reminders, red lamps and rungs belong, worked out a second time and by other means.

Working days come from ``chinese_calendar``; they are counted one by one. Thresholds and the ladder are
written down here again, as the documents of the engine state them, not taken from its code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from typing import Any, Final, NamedTuple

_other: Any = import_module("chinese_calendar")

SOON_DAYS: Final = 5
SOON_PERCENT: Final = 20
EVERY: Final = 5
"""After the first day overdue a reminder comes again every so many working days."""
LADDER: Final = ((1, "order"), (5, "circular"), (10, "talk"))
DAY: Final = timedelta(days=1)


class Reminder(NamedTuple):
    """One reminder: the day it was left, the work, its due date, the occasion, working days left or late."""

    on: date
    case: str
    work: str
    due_on: date
    occasion: str
    left: int


class Rung(NamedTuple):
    """One rung of the ladder, on the day it was reached."""

    on: date
    case: str
    step: str
    draft: str


class Facts(NamedTuple):
    """What is open: work with the days it was opened and is due, steps with the day they are due."""

    work: dict[tuple[str, str], tuple[date, date]]
    steps: dict[tuple[str, str], date]


def works(day: date) -> bool:
    """Whether a day is worked, make-up days included."""
    return bool(_other.is_workday(day))


def count(after: date, until: date) -> int:
    """Working days after one day, up to and with another."""
    total, day = 0, after + DAY
    while day <= until:
        total += works(day)
        day += DAY
    return total


def occasion(opened: date, due: date, day: date) -> tuple[str, int, int] | None:
    """Which reminder holds on a working day: occasion, number of the repetition, days left or late."""
    if day > due:
        late = max(count(due, day), 1)
        number = (late - 1) // EVERY
        return ("still_overdue" if number else "overdue", number, late)
    left = count(day, due)
    if left <= 1:
        return ("today" if day == due else "tomorrow", 0, left)
    return ("soon", 0, left) if left <= min(SOON_DAYS, count(opened, due) * SOON_PERCENT // 100) else None


@dataclass
class Oracle:
    """Goes along with the days."""

    reminders: set[Reminder] = field(default_factory=set)
    red: set[tuple[date, str, str]] = field(default_factory=set)
    rungs: set[Rung] = field(default_factory=set)
    spells: set[tuple[str, str, date, date | None]] = field(default_factory=set)
    _said: set[tuple[str, str, date, str, int]] = field(default_factory=set)
    _open: dict[tuple[str, str], date] = field(default_factory=dict)
    """Red steps → the first day they were."""

    def morning(self, day: date, facts: Facts) -> None:
        """What belongs on the morning of a day, by what is open then."""
        late = {key: due for key, due in facts.steps.items() if day > due}
        self.red |= {(day, *key) for key in late}
        for key, due in late.items():
            self._open.setdefault(key, due + DAY)
        if works(day):
            self._remind(day, facts)
            self.rungs |= {
                Rung(day, *key, draft)
                for key, due in late.items()
                for after, draft in LADDER
                if count(due, day) == after
            }

    def _remind(self, day: date, facts: Facts) -> None:
        for (case, work), (opened, due) in facts.work.items():
            said = occasion(opened, due, day)
            if said is not None and (case, work, due, *said[:2]) not in self._said:
                self._said.add((case, work, due, said[0], said[1]))
                self.reminders.add(Reminder(day, case, work, due, said[0], said[2]))

    def evening(self, day: date, facts: Facts) -> None:
        """Which red lamps the day has put out."""
        for (case, step), began in list(self._open.items()):
            due = facts.steps.get((case, step))
            if due is None or due >= day:
                self.spells.add((case, step, began, day))
                del self._open[case, step]

    def differences(
        self,
        reminders: set[Reminder],
        red: set[tuple[date, str, str]],
        rungs: set[Rung],
        spells: set[tuple[str, str, date, date | None]],
    ) -> list[str]:
        """Where the engine and the oracle do not agree, a line each; none where they do."""
        standing = {(case, step, began, None) for (case, step), began in self._open.items()}
        found: list[str] = []
        for name, theirs, ours in (
            ("提醒", set(reminders), set(self.reminders)),
            ("红灯", set(red), set(self.red)),
            ("到级", set(rungs), set(self.rungs)),
            ("红灯记录", set(spells), self.spells | standing),
        ):
            found += [f"{name} 多出 {each}" for each in sorted(map(str, theirs - ours))]
            found += [f"{name} 缺少 {each}" for each in sorted(map(str, ours - theirs))]
        return found
