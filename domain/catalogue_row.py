"""目录行: one line of a zone list, read cell by cell and checked against itself.

A zone's code says its part of the catalogue, province and type, so a line can contradict itself; such a line
is a fault and is never repaired by guessing. What the official list prints oddly is kept and reported. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeVar

from domain.catalogue_columns import (
    COLUMNS,
    LEVELS,
    MISPRINTS,
    NOT_INDUSTRIES,
    PROVINCE_NAMES,
    SUPERVISING,
    TITLES,
)
from domain.cells import (
    CellValue,
    Problem,
    Trouble,
    decimal_text,
    fold,
    is_blank,
    plain,
    read_area,
    read_text,
    read_whole,
    read_year_months,
    trouble_problem,
)
from domain.identifiers import ZONE_TYPES, ZoneCode, ZoneLevel, parse_zone_code
from domain.identifiers import Fault as CodeFault
from domain.tabular import BodyRow, Fault, Grid, Heading, Oddity, Skipped, fault_at
from domain.units import CatalogueLevel, SupervisingLevel

Read = TypeVar("Read")
_SPREADING: Final = frozenset(column.key for column in COLUMNS if column.spreads)
_NAME_LENGTH: Final = 100
_INDUSTRIES_LENGTH: Final = 300
_LEVELS_BY_LETTER: Final = {
    ZoneLevel.NATIONAL: CatalogueLevel.NATIONAL,
    ZoneLevel.PROVINCIAL: CatalogueLevel.PROVINCIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """目录行: one zone as printed in one edition; `cell` is where its code stood in the sheet."""

    edition: str
    level: CatalogueLevel
    catalogue_no: int | None
    """None where the sheet only counts its own rows; the number then comes from the register, by code."""
    code: str
    name: str
    zone_type: str
    province: str
    approved: tuple[str, ...]
    area_ha: Decimal
    industries: str = ""
    supervising_level: SupervisingLevel | None = None
    """主管级; None is 待补: the catalogue does not say who runs a zone."""
    lead_area: str | None = None
    """牵头县区 as a division code; None is 待补."""
    row: int = 0
    cell: str = ""

    def printed(self) -> dict[str, str]:
        """The printed facts as text, in the form that is stored and hashed."""
        return {
            "edition": self.edition,
            "level": self.level.value,
            "catalogue_no": str(self.catalogue_no or ""),
            "code": self.code,
            "name": self.name,
            "zone_type": self.zone_type,
            "province": self.province,
            "approved_ym": "/".join(self.approved),
            "area_ha": decimal_text(self.area_ha),
            "industries": self.industries,
        }


@dataclass(slots=True)
class SheetState:
    """One sheet being read: what was found so far, and what section lines say of the rows below them."""

    grid: Grid
    heading: Heading
    edition: str
    divisions: Mapping[str, str]
    area_unit: str
    faults: list[Fault] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    section: dict[str, str] = field(default_factory=dict)
    stated_total_ha: Decimal | None = None

    def fault(self, row: int, key: str, problem: Problem) -> None:
        """Note a fault at a field of a row."""
        self.faults.append(fault_at(self.grid, row, self.heading, key, TITLES.get(key, ""), problem))

    def odd(self, row: int, key: str, code: str, message: str) -> None:
        """Note a warning at a field of a row."""
        cell = self.heading.cells.get(key)
        spot = self.grid.cell_name(row, cell.column) if cell else self.grid.place(f"第{row}行")
        self.oddities.append(Oddity(row, TITLES.get(key, ""), spot, message, code))

    def leave_out(self, row: int, reason: str, text: str) -> None:
        """Note a row that is no data."""
        self.skipped.append(Skipped(self.grid.place(f"第{row}行"), reason, text[:100]))


class _Line:
    """One data row being read: each field either gives its value or leaves a fault and None."""

    def __init__(self, sheet: SheetState, body: BodyRow) -> None:
        self.sheet = sheet
        self.body = body
        self.clean = True

    def fail(self, key: str, problem: Problem) -> None:
        self.sheet.fault(self.body.number, key, problem)
        self.clean = False

    def odd(self, key: str, code: str, message: str) -> None:
        self.sheet.odd(self.body.number, key, code, message)

    def keep(self, key: str, read: Read | Problem) -> Read | None:
        if isinstance(read, Problem):
            self.fail(key, read)
            return None
        return read

    def given(self, key: str) -> CellValue:
        """The cell's value, None where nothing (usable) is written; troubles and merges leave a fault."""
        merged = self._merged(key)
        value = self.body.values.get(key)
        if merged is not None:
            self.fail(key, merged)
            return None
        if isinstance(value, Trouble):
            self.fail(key, trouble_problem(value))
            return None
        return None if is_blank(value) else value

    def needed(self, key: str) -> CellValue:
        """As `given`, and an empty cell is a fault."""
        before = self.clean
        self.clean = True
        value = self.given(key)
        if value is None and self.clean:
            self.fail(key, Problem("cell.empty", "没有填写", f"请填写{TITLES[key]}"))
        self.clean = self.clean and before
        return value

    def _merged(self, key: str) -> Problem | None:
        cell = self.sheet.heading.cells.get(key)
        if cell is None or key in _SPREADING:
            return None
        anchor = self.sheet.grid.merged.get((self.body.number, cell.column))
        if anchor is None:
            return None
        first = self.sheet.grid.cell_name(*anchor)
        return Problem("cell.merged", f"与{first}合并成一格,不能判断属于哪一行", "请取消合并,逐行填写")


def read_row(sheet: SheetState, body: BodyRow) -> CatalogueRow | None:
    """A data row as a `CatalogueRow`; None where a fault was noted. All faults of a row are found at once."""
    line = _Line(sheet, body)
    code = _code(line)
    level = _level(line, code)
    number, name, zone_type = _number(line), _name(line), _type(line, code)
    province, approved, area = _province(line, code), _approved(line), _area(line)
    industries, lead_area = _industries(line), _lead_area(line)
    supervising = _from_table(line, "supervising_level", SUPERVISING, "市管、县管或省管")
    if not line.clean or code is None or level is None or name is None or approved is None or area is None:
        return None
    return CatalogueRow(
        edition=sheet.edition,
        level=level,
        catalogue_no=number,
        code=code.text,
        name=name,
        zone_type=zone_type or "",
        province=province or "",
        approved=approved,
        area_ha=area,
        industries=industries or "",
        supervising_level=supervising,
        lead_area=lead_area,
        row=body.number,
        cell=sheet.grid.cell_name(body.number, sheet.heading.cells["code"].column),
    )


def _code(line: _Line) -> ZoneCode | None:
    value = line.needed("code")
    if value is None:
        return None
    code = parse_zone_code(plain(value))
    if isinstance(code, CodeFault):
        message, _, mend = code.message.partition(",请")
        line.fail("code", Problem(code.code, message, f"请{mend or '对照公告目录更正'}"))
        return None
    for warning in code.warnings:
        line.odd("code", "code.type", warning)
    return code


def _number(line: _Line) -> int | None:
    if "catalogue_no" not in line.sheet.heading.cells:
        return None
    value = line.needed("catalogue_no")
    return None if value is None else line.keep("catalogue_no", read_whole(value))


def _level(line: _Line, code: ZoneCode | None) -> CatalogueLevel | None:
    given = line.given("level")
    value = given if given is not None else line.sheet.section.get("level")
    derived = _LEVELS_BY_LETTER[code.level] if code else None
    if value is None:
        return derived
    level = LEVELS.get(fold(value).lower())
    if level is None:
        line.fail("level", Problem("level.unknown", f"“{plain(value)}”不是目录级别", "请填写国家级或省级"))
    elif code is not None and derived is not None and level is not derived:
        message = f"写的是{level.label},而代码{code.text}是{derived.label}"
        line.fail("level", Problem("level.contradicts", message, "请核对级别和代码"))
    return level


def _type(line: _Line, code: ZoneCode | None) -> str | None:
    given = line.given("type")
    derived = code.type_name if code else None
    if code is None or given is None or not derived or fold(given) == fold(derived):
        return derived
    names = {fold(name) for _, name in ZONE_TYPES.values()}
    if fold(given) in names:
        message = f"写的是{plain(given)},而代码{code.text}是{derived}"
        line.fail("type", Problem("type.contradicts", message, "请核对类型和代码"))
    else:
        line.odd("type", "type.own_word", f"“{plain(given)}”不是目录的类型,按代码记为{derived}")
    return derived


def _province(line: _Line, code: ZoneCode | None) -> str | None:
    given = line.given("province")
    value = given if given is not None else line.sheet.section.get("province")
    derived = code.province if code else None
    if value is None:
        return derived
    name = PROVINCE_NAMES.get(fold(value))
    if name is None:
        problem = Problem("province.unknown", f"“{plain(value)}”不是省级行政区名称", "请填写全称,例如河南省")
        line.fail("province", problem)
    elif code is not None and derived is not None and name != derived:
        message = f"写的是{name},而代码{code.text}属于{derived}"
        line.fail("province", Problem("province.contradicts", message, "请核对省份和代码"))
    return name


def _name(line: _Line) -> str | None:
    value = line.needed("name")
    if value is None:
        return None
    name = line.keep("name", read_text(value, _NAME_LENGTH))
    if name is None:
        return None
    if not isinstance(value, str) or fold(name).isascii():
        line.fail("name", Problem("name.form", f"“{plain(value)}”不像开发区名称", "请填写中文全称"))
        return None
    for wrong, right in MISPRINTS.items():
        if wrong in name:
            line.odd("name", "name.misprint", f"“{wrong}”疑为“{right}”之误,按原样导入")
    return name


def _approved(line: _Line) -> tuple[str, ...] | None:
    value = line.needed("approved")
    if value is None:
        return None
    months = line.keep("approved", read_year_months(value, line.sheet.grid.day_zero))
    if months is not None and len(months) > 1:
        line.odd("approved", "approved.several", f"有{len(months)}个批准时间({'、'.join(months)}),一并保留")
    edition = line.sheet.edition
    if months is not None and edition.isdigit() and months[-1] > f"{edition}-12":
        line.odd("approved", "approved.late", f"{months[-1]}晚于{edition}年版目录")
    return months


def _area(line: _Line) -> Decimal | None:
    value = line.needed("area")
    return None if value is None else line.keep("area", read_area(value, line.sheet.area_unit))


def _industries(line: _Line) -> str | None:
    value = line.given("industries")
    if value is None:
        return ""
    text = line.keep("industries", read_text(value, _INDUSTRIES_LENGTH))
    if text in NOT_INDUSTRIES:
        line.odd("industries", "industries.none", f"写的是“{text}”,不是产业,按原样导入")
    return text


def _from_table(line: _Line, key: str, table: Mapping[str, Read], choices: str) -> Read | None:
    value = line.given(key)
    if value is None:
        return None
    found = table.get(fold(value).lower())
    if found is None:
        line.fail(
            key, Problem(f"{key}.unknown", f"“{plain(value)}”不在可选范围", f"请填写{choices},不清楚就空着")
        )
    return found


def _lead_area(line: _Line) -> str | None:
    value = line.given("lead_area")
    if value is None:
        return None
    text = fold(value)
    code = text if re.fullmatch(r"\d{6}", text) else line.sheet.divisions.get(text)
    if code is None:
        mend = "请填写六位行政区划代码,不清楚就空着"
        line.fail("lead_area", Problem("lead_area.unknown", f"不认识县区“{plain(value)}”", mend))
    return code
