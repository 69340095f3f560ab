"""筛选与截至: the filter, the day and the reading of a page, as they stand in its address, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import msgspec
from fastapi import Depends, Request

from domain.permissions import Action
from domain.refusal import Refused
from services.evidence.files import out_of_sight
from services.views.asking import Reading
from services.views.filters import TaskFilter
from web.console.links import case_path, with_query
from web.console.visit import Visit
from web.problems import ProblemError

OVERVIEW: Final = "/overview"
WALL: Final = "/wall"
STEPS: Final = "/steps"
FINDINGS: Final = "/supervision"
LONGEST: Final = 200
AS_OF: Final = frozenset({"view.ahead", "view.past_too_many", "view.not_opened", "view.not_recorded"})
"""Refusals of a day: the page is shown as it is today, with what was typed."""
_FLAGS: Final = frozenset({"late", "unchecked"})


@dataclass(frozen=True)
class Asking:
    """一次查询, as the address says it."""

    filter: TaskFilter
    on: date | None = None
    reading: Reading = Reading.SITUATION

    def only(self, **changes: str | bool) -> Asking:
        """The same with these of the filter set."""
        return Asking(self.filter.only(**changes), self.on, self.reading)

    def today(self) -> Asking:
        """The same as it is now."""
        return Asking(self.filter)

    def to(self, path: str, **more: str) -> str:
        """The address of ``path`` with this question."""
        return with_query(path, {**words_of(self.filter), **self.day, **more})

    @property
    def day(self) -> dict[str, str]:
        """Day and reading alone."""
        known = {"reading": str(self.reading)} if self.reading is Reading.KNOWN else {}
        return known if self.on is None else {"on": self.on.isoformat(), **known}

    def steps(self, **changes: str | bool) -> str:
        """The list of the tasks that a number counts."""
        return self.only(**changes).to(STEPS)

    def case(self, case: str, **more: str) -> str:
        """开发区页 as on the same day."""
        return with_query(case_path(case), {**self.day, **more})


def words_of(wanted: TaskFilter) -> dict[str, str]:
    """A filter as it stands in an address: what is set."""
    return {
        name: "1" if value is True else str(value)
        for name, value in msgspec.structs.asdict(wanted).items()
        if value
    }


def filter_of(request: Request) -> TaskFilter:
    """The filter of an address; what no filter knows is passed over.

    Raises:
        ProblemError: a value is longer than any that a page writes.
    """
    found: dict[str, str | bool] = {}
    for name in TaskFilter.__struct_fields__:
        value = request.query_params.get(name, "").strip()
        if len(value) > LONGEST or "\x00" in value:
            raise _malformed(name, f"最多 {LONGEST} 字")
        found[name] = value == "1" if name in _FLAGS else value
    return TaskFilter(**found)  # type: ignore[arg-type]


def day_of(request: Request) -> date | None:
    """The day of an address; today where there is none.

    Raises:
        ProblemError: it is no day.
    """
    text = request.query_params.get("on", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _malformed("截至", "不是日期,请写成 2022-04-21") from None


def asking_of(request: Request) -> Asking:
    """一次查询 of an address."""
    reading = request.query_params.get("reading", "")
    known = Reading.KNOWN if reading == Reading.KNOWN else Reading.SITUATION
    return Asking(filter_of(request), day_of(request), known)


AskingOf = Annotated[Asking, Depends(asking_of)]


def may_look(visit: Visit) -> None:
    """Whether one has anything to do with reform tasks; to others these pages are not there.

    Raises:
        ProblemError: one has not.
    """
    if Action.CASE_READ not in visit.frame.may:
        raise ProblemError(out_of_sight())


def _malformed(name: str, what: str) -> ProblemError:
    return ProblemError(
        Refused(
            code="request.malformed",
            message=f"网址里的“{name}”不合要求:{what}",
            remedy="请从页面上的筛选项中选择",
            facts={"fields": name},
        )
    )
