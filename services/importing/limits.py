"""导入限额: how large a file may be before it is refused, unopened.

A workbook is a ZIP archive from outside: a few kilobytes can unpack to gigabytes, and one cell at
XFD1048576 makes a reader walk the whole sheet. The figures are parameters; the defaults are far above any
real zone list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.refusal import Refused

_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """导入限额. Sizes in bytes."""

    file_bytes: int = 20 * _MEGABYTE
    unpacked_bytes: int = 64 * _MEGABYTE
    """All parts of a workbook together, as unpacked."""
    parts: int = 2_000
    sheets: int = 50
    rows: int = 60_000
    """Rows that hold something, over all sheets."""
    columns: int = 256
    cells: int = 500_000
    """Cells of a sheet counting the empty ones a reader must walk over to reach a row's last cell."""
    cell_characters: int = 32_767
    """What Excel itself allows in one cell."""


DEFAULT_LIMITS = Limits()


def too_large(what: str, found: int, allowed: int) -> Refused:
    """The refusal of a file beyond a limit."""
    return _beyond(f"{what}{found},上限{allowed}", found, allowed)


def too_many_bytes(what: str, found: int, allowed: int) -> Refused:
    """As `too_large`, for sizes in bytes, told in MB as a file manager shows them."""
    return _beyond(f"{what}{-(-found // _MEGABYTE)}MB,上限{allowed // _MEGABYTE}MB", found, allowed)


def _beyond(how: str, found: int, allowed: int) -> Refused:
    return Refused(
        code="import.too_large",
        message=f"文件过大:{how}",
        remedy="请删除与名单无关的工作表、图片和空白格式,或分几次导入",
        facts={"found": found, "allowed": allowed},
    )


def unreadable(why: str, remedy: str, **facts: str | int) -> Refused:
    """The refusal of a file that is not a table we read."""
    return Refused(code="import.unreadable", message=f"文件不能导入:{why}", remedy=remedy, facts=dict(facts))
