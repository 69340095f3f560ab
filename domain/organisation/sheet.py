"""名册表格: a workbook of bodies and people as offices send it, read into rows, each fault by its cell.

A sheet is known by its headings: one with 机构名称 lists bodies, one with 姓名 lists people with their
positions. Others are left out, and said so. Pure; what the rows mean for the register is judged in services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar

from domain.cells import (
    CellValue,
    Problem,
    Trouble,
    fold,
    is_blank,
    plain,
    read_day,
    read_text,
    trouble_problem,
)
from domain.organisation.values import KIND_TITLES, LEVEL_TITLES, POSITION_TITLES
from domain.tabular import (
    Column,
    Fault,
    Grid,
    Heading,
    RowKind,
    Skipped,
    body_rows,
    fault_at,
    find_heading,
)

BODY_COLUMNS: Final = (
    Column("name", "机构名称", ("机构名称", "单位名称", "机构全称", "单位全称"), required=True),
    Column("code", "机构编号", ("机构编号", "单位编号", "机构代码", "编号"), required=True),
    Column("type", "机构类型", ("机构类型", "类型", "机构代号"), required=True, spreads=True),
    Column("division", "区划代码", ("区划代码", "行政区划", "行政区划代码", "所在区划"), spreads=True),
    Column("level", "层级", ("层级", "级别", "机构层级"), spreads=True),
    Column("kind", "接入方式", ("接入方式", "办理方式", "是否在系统内办理"), spreads=True),
    Column("unit", "改革单位编号", ("改革单位编号", "改革单位", "所属改革单位")),
    Column("first", "成立日期", ("成立日期", "成立时间")),
    Column("last", "截止日期", ("截止日期", "撤销日期", "期限至")),
    Column("founding", "成立文件", ("成立文件", "成立文号", "设立文件")),
)
PEOPLE_COLUMNS: Final = (
    Column("name", "姓名", ("姓名", "人员姓名"), required=True),
    Column("person", "人员编号", ("人员编号", "工号", "人员代码")),
    Column("body", "单位", ("单位", "所在单位", "工作单位", "任职单位", "机构", "部门"), True, True),
    Column("position", "岗位", ("岗位", "职务", "系统岗位", "承担角色")),
    Column("first", "任职日期", ("任职日期", "任职时间", "到岗日期")),
    Column("last", "任期至", ("任期至", "截止日期", "任职截止日期")),
    Column("basis", "任职文件", ("任职文件", "任职文号", "任命文件")),
    Column("contact", "联系电话", ("联系电话", "电话", "手机", "联系方式")),
    Column("account", "开立账号", ("开立账号", "是否开立账号", "账号")),
)
LONGEST: Final = 120
_YES: Final = {
    "是": True,
    "需要": True,
    "开": True,
    "1": True,
    "否": False,
    "不需要": False,
    "不开": False,
    "0": False,
}
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Place:
    """出处: where a row stands, so that what is found later can still name the cell."""

    grid: Grid
    heading: Heading
    row: int

    def fault(self, key: str, title: str, problem: Problem) -> Fault:
        """A problem at one cell of the row."""
        return fault_at(self.grid, self.row, self.heading, key, title, problem)


@dataclass(frozen=True, slots=True)
class BodyLine:
    """机构行."""

    place: Place
    code: str
    name: str
    type: str
    kind: str
    division: str
    level: str
    unit: str
    first: date | None
    last: date | None
    founding: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """人员行: a person, with the position held where one is written."""

    place: Place
    person: str
    name: str
    body: str
    position: str
    first: date | None
    last: date | None
    basis: str
    contact: str
    account: bool


@dataclass(slots=True)
class RosterReading:
    """名册读取结果."""

    bodies: list[BodyLine] = field(default_factory=list)
    people: list[PersonLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def read_roster(grids: Iterable[Grid], types: Mapping[str, str]) -> RosterReading:
    """Read every sheet that lists bodies or people. `types`: Chinese name of a kind of body → its id."""
    reading = RosterReading()
    sheets = [replace(grid, qualified=True) for grid in grids]
    for grid in sheets:
        _read_sheet(grid, types, reading)
    if not reading.bodies and not reading.people and not reading.faults:
        wanted = "“机构名称、机构编号、机构类型”或“姓名、单位、岗位”"
        cell = sheets[0].cell_name(1, 1) if sheets else "A1"
        reading.faults.append(
            Fault(1, "", cell, "没有找到机构表或人员表的表头", f"表头至少要有{wanted}", "roster.heading")
        )
    return reading


def _read_sheet(grid: Grid, types: Mapping[str, str], reading: RosterReading) -> None:
    people = find_heading(grid, PEOPLE_COLUMNS, least=2)
    bodies = find_heading(grid, BODY_COLUMNS, least=2)
    if people is not None and {"name", "body"} <= people.cells.keys():
        _rows(grid, people, PEOPLE_COLUMNS, reading, _person_line, reading.people)
    elif bodies is not None and "name" in bodies.cells:
        missing = [c.title for c in BODY_COLUMNS if c.required and c.key not in bodies.cells]
        if missing:
            spot = grid.place(f"第{bodies.row}行")
            text = f"机构表缺少列:{'、'.join(missing)}"
            reading.faults.append(Fault(bodies.row, "", spot, text, "请补上这些列", "roster.column"))
            return
        line = lambda cells: _body_line(cells, types)  # noqa: E731
        _rows(grid, bodies, BODY_COLUMNS, reading, line, reading.bodies)
    elif grid.rows:
        reading.skipped.append(Skipped(grid.cell_name(1, 1), "不是机构表或人员表", grid.name))


def _rows(
    grid: Grid,
    heading: Heading,
    columns: tuple[Column, ...],
    reading: RosterReading,
    line: Callable[[_Cells], V],
    into: list[V],
) -> None:
    for key, cell in heading.doubled:
        title = next(c.title for c in columns if c.key == key)
        spot = grid.cell_name(heading.row, cell.column)
        reading.faults.append(
            Fault(heading.row, title, spot, f"“{title}”有两列", "请只留一列", "roster.doubled")
        )
    for row in body_rows(grid, heading, columns):
        if row.kind is not RowKind.DATA:
            if row.kind is not RowKind.HEADING:
                reading.skipped.append(Skipped(grid.place(f"第{row.number}行"), str(row.kind), row.text))
            continue
        cells = _Cells(Place(grid, heading, row.number), row.values, {c.key: c for c in columns})
        made = line(cells)
        reading.faults += cells.faults
        if not cells.faults:
            into.append(made)


@dataclass(slots=True)
class _Cells:
    """One row being read: every faulty cell is noted, so that one round of mending is enough."""

    place: Place
    values: Mapping[str, CellValue]
    columns: Mapping[str, Column]
    faults: list[Fault] = field(default_factory=list)

    def _take(self, key: str, read: Callable[[CellValue], V | Problem], empty: V) -> V:
        value = self.values.get(key)
        title = self.columns[key].title
        if is_blank(value):
            if self.columns[key].required:
                missing = Problem("cell.empty", f"“{title}”没有填", "请补填")
                self.faults.append(self.place.fault(key, title, missing))
            return empty
        found = read(value)
        if isinstance(found, Problem):
            self.faults.append(self.place.fault(key, title, found))
            return empty
        return found

    def text(self, key: str) -> str:
        """Text; a code typed as a number is text as well."""
        return self._take(key, lambda value: read_text(value, LONGEST), "")

    def word(self, key: str, titles: Mapping[str, str], default: str) -> str:
        """One of a table's words, as its code or in Chinese."""
        return self._take(key, lambda value: _word(value, titles), default) or default

    def day(self, key: str) -> date | None:
        """A date."""
        zero = self.place.grid.day_zero
        return self._take(key, lambda value: read_day(value, zero), None)

    def yes(self, key: str) -> bool:
        """是 or 否."""
        return self._take(key, _yes, False)


def _body_line(cells: _Cells, types: Mapping[str, str]) -> BodyLine:
    kind = cells.text("type")
    return BodyLine(
        place=cells.place,
        code=fold(cells.text("code")),
        name=cells.text("name"),
        type=types.get(kind, kind),
        kind=cells.word("kind", KIND_TITLES, "account"),
        division=fold(cells.text("division")),
        level=cells.word("level", LEVEL_TITLES, "county"),
        unit=cells.text("unit"),
        first=cells.day("first"),
        last=cells.day("last"),
        founding=cells.text("founding"),
    )


def _person_line(cells: _Cells) -> PersonLine:
    position = cells.word("position", POSITION_TITLES, "")
    first = cells.day("first")
    if position and first is None and not cells.faults:
        problem = Problem("roster.no_day", "写了岗位,没有写任职日期", "请补填任职日期")
        cells.faults.append(cells.place.fault("first", "任职日期", problem))
    return PersonLine(
        place=cells.place,
        person=fold(cells.text("person")),
        name=cells.text("name"),
        body=cells.text("body"),
        position=position,
        first=first,
        last=cells.day("last"),
        basis=cells.text("basis"),
        contact=cells.text("contact"),
        account=cells.yes("account"),
    )


def _word(value: CellValue, titles: Mapping[str, str]) -> str | Problem:
    if isinstance(value, Trouble):
        return trouble_problem(value)
    text = fold(value)
    for code, title in titles.items():
        if text in (code, fold(title), fold(title).partition("(")[0]):
            return code
    return Problem("roster.word", f"“{plain(value)}”不在可选范围", f"可填:{'、'.join(titles.values())}")


def _yes(value: CellValue) -> bool | Problem:
    if isinstance(value, bool):
        return value
    found = _YES.get(fold(value))
    return (
        Problem("roster.yes", f"“{plain(value)}”应填“是”或“否”", "请填“是”或“否”") if found is None else found
    )
