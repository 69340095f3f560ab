"""表格写流程: read an Excel or CSV file and turn it into the YAML of a programme."""

from __future__ import annotations

from pathlib import Path

from domain.programme_fault import Fault
from domain.programme_sheet import COLUMNS, Sheet, programme_of_sheet
from domain.refusal import Refused
from domain.tabular import find_heading
from services.importing.limits import DEFAULT_LIMITS, Limits
from services.importing.tables import read_tables


def programme_from_sheet(
    path: Path,
    *,
    code: str,
    title: str = "",
    unit: str = "zone",
    version: int = 1,
    limits: Limits = DEFAULT_LIMITS,
) -> Sheet | tuple[Fault, ...] | Refused:
    """表格成稿: the YAML text, or its faults by cell, or a refusal where the file is no table.

    Of several worksheets the first with the heading 环节, 任务, 责任单位 … counts.
    """
    grids = read_tables(path, limits)
    if isinstance(grids, Refused):
        return grids
    headed = [grid for grid in grids if find_heading(grid, COLUMNS, least=3) is not None]
    grid = (headed or list(grids))[0]
    return programme_of_sheet(grid, code=code, title=title, unit=unit, version=version)
