"""台账行: checking rows against a programme's columns, adding them up, and grouping them into items.

Pure: reading a file is `domain.register_sheet`, keeping rows `services.registers`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain.case import Item
from domain.cells import EXCEL_ZERO, CellValue, Problem, clean, fold, plain
from domain.plan import Plan, applies
from domain.programme import Column, ForEach, Register, When
from domain.register_balances import Row as Row
from domain.register_balances import Sums, count_values, find_gaps, named_elsewhere
from domain.register_values import ERASED, read_value


class RowFault(msgspec.Struct, frozen=True, kw_only=True):
    """台账问题: row number (as the officer counts), column, what is wrong, how to mend it."""

    row: int
    column: str
    message: str
    mend: str
    code: str = ""
    id: str = ""
    """The column's code."""


class FilledRegister(msgspec.Struct, frozen=True, kw_only=True):
    """填好的台账: rows in normal form with what the rules need of them."""

    rows: tuple[Row, ...]
    sums: dict[str, int]
    gaps: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """已知: what a row is held against beside its own columns. What was not looked up is not asked."""

    bodies: Mapping[str, tuple[str, ...]] | None = None
    """Folded code or name of a registered body → its codes."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """`register/column` → folded value → the value as it stands there; only registers that are filled."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """`register/column` → the register's title."""
    keys: frozenset[str] = frozenset()
    """Folded keys of the rows that are there now."""
    erased: frozenset[str] = frozenset()
    """Keys of rows whose personal columns were erased."""


@dataclass(frozen=True, slots=True)
class Layout:
    """版面: how the rows lie in their sheet; by default row after row."""

    numbers: Sequence[int] = ()
    """The number of each row as Excel shows it."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Column → the unit its heading names."""
    zero: date = EXCEL_ZERO

    def number(self, at: int) -> int:
        """The number of the row at this place."""
        return self.numbers[at] if self.numbers else at + 1


NOTHING_KNOWN = Known()
ROW_AFTER_ROW = Layout()


def check_rows(
    register: Register,
    rows: Sequence[Mapping[str, CellValue]],
    known: Known = NOTHING_KNOWN,
    layout: Layout = ROW_AFTER_ROW,
) -> tuple[list[Row], list[RowFault]]:
    """Every row in normal form, and every fault: all of them, so that one round of mending is enough."""
    faults: list[RowFault] = []
    checked: list[Row] = []
    unique = [(register.key, "请删去一行,或更正编号")]
    unique += [([column.id], "请核对是否同一对象填了两次") for column in register.columns if column.unique]
    seen: list[dict[tuple[str, ...], int]] = [{} for _ in unique]
    for at, row in enumerate(rows):
        number = layout.number(at)
        normal = _row(register, row, known, layout, faults, number)
        for (names, mend), places in zip(unique, seen, strict=True):
            values = tuple(normal.get(name, "") for name in names)
            first = places.setdefault(tuple(fold(value) for value in values), number)
            if first != number and any(values):
                faults.append(_doubled(register, names, values, number, first, mend))
        checked.append(normal)
    return checked, faults


def _row(
    register: Register,
    row: Mapping[str, CellValue],
    known: Known,
    layout: Layout,
    faults: list[RowFault],
    number: int,
) -> Row:
    normal: Row = {}
    erased = bool(known.erased) and row_name(register, _typed(register, row)) in known.erased
    for column in register.columns:
        value = row.get(column.id)
        if erased and column.personal and (not value or clean(plain(value)) == ERASED):
            normal[column.id] = ""
            continue
        read = read_value(column, value, zero=layout.zero, unit=layout.units.get(column.id, ""))
        if isinstance(read, str) and read:
            read = _looked_up(column, read, known)
        if isinstance(read, Problem):
            faults.append(_fault(column, number, read))
        normal[column.id] = read if isinstance(read, str) else ""
    return normal


def _typed(register: Register, row: Mapping[str, CellValue]) -> Row:
    """The key columns of a row as they will be kept, as far as they can be read."""
    columns = {column.id: column for column in register.columns}
    found = {name: read_value(columns[name], row.get(name)) for name in register.key}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def _looked_up(column: Column, value: str, known: Known) -> str | Problem:
    """A body's code, or the value as the other register has it."""
    if column.body and known.bodies is not None:
        codes = known.bodies.get(fold(value), ())
        if len(codes) == 1:
            return codes[0]
        if codes:
            return Problem(
                "body.several", f"有{len(codes)}个机构叫“{value}”", f"请改填机构编号:{'、'.join(codes)}"
            )
        return Problem("body.unknown", f"没有登记过机构“{value}”", "请填机构全称或编号;新机构请先登记")
    ref = column.references or ""
    held = known.values.get(ref)
    if held is None:
        return value
    where = f"“{known.titles[ref]}”" if ref in known.titles else "所引用的台账"
    return held.get(fold(value)) or Problem(
        "reference.unknown", f"“{value}”在{where}里没有", "请与那本台账核对;缺的先补到那本台账"
    )


def _fault(column: Column, number: int, problem: Problem) -> RowFault:
    return RowFault(
        row=number,
        column=column.title,
        message=problem.message,
        mend=problem.mend,
        code=problem.code,
        id=column.id,
    )


def _doubled(
    register: Register, names: Sequence[str], values: Sequence[str], number: int, first: int, mend: str
) -> RowFault:
    columns = [column for column in register.columns if column.id in names]
    shown = "" if any(column.personal for column in columns) else f"“{'/'.join(values)}”"
    return RowFault(
        row=number,
        column="、".join(column.title for column in columns),
        message=f"{shown}与第 {first} 行重复",
        mend=mend,
        code="key.doubled",
        id=names[0],
    )


def row_key(register: Register, row: Mapping[str, str]) -> tuple[str, ...]:
    """The values that name a row."""
    return tuple(row.get(name, "").strip() for name in register.key)


def row_name(register: Register, row: Mapping[str, str]) -> str:
    """The row's name: the values of its key with strokes between."""
    return "/".join(row_key(register, row))


def fill(plan: Plan, register: Register, rows: Sequence[Row], others: Sums | None = None) -> FilledRegister:
    """Add up checked rows: sums, balances that do not close, items for the steps that run per row.

    `others`: the sums of the case's other registers, for balances that name them.
    """
    sums = count_values(register, rows, named_elsewhere(plan, register.id))
    gaps = find_gaps(register, {**(others or {}), register.id: sums}, rows)
    return FilledRegister(
        rows=tuple(rows),
        sums=sums,
        gaps=tuple(gap.words for gap in gaps),
        items=_items(plan, register, rows),
    )


def rows_digest(rows: Sequence[Mapping[str, str]]) -> str:
    """The root over the rows, in their order; personal columns go in as salted digests only."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(msgspec.json.encode(sorted(row.items())))
    return f"sha256:{digest.hexdigest()}"


def _items(plan: Plan, register: Register, rows: Sequence[Row]) -> tuple[Item, ...]:
    """The items of a register that steps run through; none of one that is only kept, however long it is."""
    runs = _runs(plan, register)
    if not runs:
        return ()
    column = next(iter(runs.values())).group_by or ""
    conditions = {step: each.when for step, each in runs.items() if each.when}
    return group_rows(register, rows, column, conditions)


def _runs(plan: Plan, register: Register) -> dict[str, ForEach]:
    """Step → how it runs through the register: by which column it groups the rows, which rows it is for."""
    return {
        step.id: step.for_each
        for stage in plan.programme.stages
        for step in stage.steps
        if step.for_each is not None and step.for_each.register_id == register.id
    }


def group_rows(
    register: Register, rows: Sequence[Row], column: str, conditions: Mapping[str, When] | None = None
) -> tuple[Item, ...]:
    """分项: one for each row, or one for each value of a column, in order of appearance.

    An item is for a step where one of its rows meets the step's condition.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        name = row.get(column, "") if column else "-".join(row_key(register, row))
        if name:
            groups.setdefault(name, []).append(row)
    body = register.item_body
    return tuple(
        Item(
            key=name.replace("#", "-").replace("/", "-"),
            title=_title(register, group[0], column) or name,
            rows=len(group),
            body=group[0].get(body, "") if body else "",
            not_for=tuple(
                step
                for step, when in (conditions or {}).items()
                if not any(applies(when, row) for row in group)
            ),
        )
        for name, group in groups.items()
    )


def _title(register: Register, row: Row, column: str) -> str:
    named = next((c.id for c in register.columns if c.id in ("name", "title") and not c.personal), "")
    return "" if column else row.get(named, "")
