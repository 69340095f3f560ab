"""台账表格: rows of a register from a sheet whose heading has the register's column titles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.finding import got
from cli.stops import NOT_FOUND, REFUSED, StopError
from cli.words import pick
from domain.cells import Trouble, plain
from domain.tabular import Column, RowKind, body_rows, find_heading
from services.importing.tables import read_tables
from services.reading import plan_of

if TYPE_CHECKING:
    from domain.case import Case
    from domain.programme import Register
    from services.bootstrap import Runtime


def register_of(runtime: Runtime, case: Case, words: str) -> Register:
    """The register that ``words`` name, by code or title."""
    registers = plan_of(runtime.db, case).registers
    if not registers:
        raise StopError(NOT_FOUND, "这个流程模板没有台账", code="register.unknown")
    return registers[pick(words, {code: each.title for code, each in registers.items()}, "台账")]


def rows_of(file: Path, register: Register, what: str) -> list[dict[str, str]]:
    """The data rows of the first sheet with the register's heading, by column code.

    Raises:
        StopError: no table, no heading, or a cell that cannot be read.
    """
    columns = tuple(
        Column(key=each.id, title=each.title, names=(each.title, each.id)) for each in register.columns
    )
    grids = got(read_tables(file), what)
    least = min(2, len(columns))
    for grid in grids:
        heading = find_heading(grid, columns, least=least)
        if heading is None:
            continue
        rows = []
        for row in body_rows(grid, heading, columns):
            if row.kind is not RowKind.DATA:
                continue
            for key, value in row.values.items():
                if isinstance(value, Trouble):
                    title = next(each.title for each in register.columns if each.id == key)
                    raise StopError(
                        REFUSED,
                        f"第 {row.number} 行“{title}”读不出来",
                        "请改成普通的文字或数字后重填",
                        code="register.cell",
                        what=what,
                    )
            rows.append({key: plain(value) for key, value in row.values.items()})
        return rows
    titles = "、".join(each.title for each in register.columns)
    raise StopError(
        REFUSED,
        f"{file.name} 里没有找到台账“{register.title}”的表头",
        f"表头要有这些列:{titles}",
        code="register.no_heading",
        what=what,
    )
