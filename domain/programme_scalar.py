"""标量: how a word of a programme file becomes a yes, a number or a day.

Every scalar of the file is read as a string (`1.10`, `no` and `1:30` are traps of YAML), so that the schema
alone decides what a word means, and says it in the officer's language when it means nothing.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_FLAGS: Final = {
    "yes": True, "true": True, "是": True,
    "no": False, "false": False, "否": False,
}  # fmt: skip
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,8})", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def flag(value: object) -> bool:
    """是否: `yes/no/true/false/是/否`.

    Raises:
        ValueError: for anything else; the schema turns it into a fault with its line.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _FLAGS:
        return _FLAGS[value]
    raise ValueError("这里只能写 是 或 否(也可写 yes、no)")


def whole_number(value: object) -> int:
    """整数: plain ASCII digits, no leading zero.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise ValueError("这里应为整数,用半角数字书写,如 15")


def parameter(value: object) -> object:
    """参数: `15` is the number 15; `015`, `1.10` and `1:30` stay what they are, text."""
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value


def iso_day(value: object) -> date:
    """日期: `2022-03-02`.

    Raises:
        ValueError: for another form or a day that does not exist.
    """
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("这一天不存在") from error
    raise ValueError("日期请写成 2022-03-02 的样子")
