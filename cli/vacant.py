"""无人承办清单 on a terminal: which place is empty, why, what waits for it, who can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.organising.vacancies import Vacancy

COLUMNS = ("机构", "岗位", "情况", "工作", "最早", "可以补的人")


def rows(found: Iterable[Vacancy], names: dict[str, str]) -> list[tuple[str, ...]]:
    """One row a place."""
    from domain.organisation.values import POSITION_TITLES
    from services.organising.menders import mender_words

    return [
        (
            each.body_name,
            POSITION_TITLES.get(each.position, each.position),
            each.why,
            str(len(each.works)),
            str(each.oldest),
            mender_words(each.menders, names),
        )
        for each in found
    ]
