"""日期: what a clerk types for a date: 2022-03-02, 2022.3.2, 2022年3月2日, 今天, 昨天."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from cli.stops import USAGE, StopError

_RELATIVE: Final = {"今天": 0, "今日": 0, "today": 0, "昨天": -1, "昨日": -1, "yesterday": -1, "前天": -2}
_WRITTEN: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
FORMS: Final = "2022-03-02、2022.3.2、2022年3月2日、今天、昨天"


def parse_date(text: str, today: date) -> date:
    """Return the legal date that ``text`` means; 今天 is the business date ``today``.

    Full-width digits are read as digits.

    Raises:
        StopError: it is no date, with the forms that are read.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    found = _WRITTEN.fullmatch(words) or _COMPACT.fullmatch(words)
    if found is None:
        raise _no_date(text, "认不出这个日期")
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise _no_date(text, "没有这一天") from error
    from domain.date_reach import out_of_reach

    refused = out_of_reach(day)
    if refused is not None:
        raise StopError(USAGE, refused.message, refused.remedy, code="usage.date")
    return day


def _no_date(text: str, why: str) -> StopError:
    return StopError(USAGE, f"“{text}”:{why}", f"日期可以写成:{FORMS}", code="usage.date")
