"""台账行: checking rows against a programme's columns, adding them up, and grouping them into items.

Pure: reading a file is `services.importing`, keeping rows `services.register_filling`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from domain.case import Item
from domain.identifiers.credit_code import parse_credit_code
from domain.identifiers.document_number import normalise_document_number
from domain.identifiers.values import Fault as CodeFault
from domain.plan import Plan, applies
from domain.programme import Balance, Column, FieldType, Register, When

ROWS = "rows"
Row = dict[str, str]


class RowFault(msgspec.Struct, frozen=True, kw_only=True):
    """台账问题: row number (as the officer counts), column, what is wrong, how to mend it."""

    row: int
    column: str
    message: str
    mend: str


class FilledRegister(msgspec.Struct, frozen=True, kw_only=True):
    """填好的台账: rows in normal form with what the rules need of them."""

    rows: tuple[Row, ...]
    sums: dict[str, int]
    gaps: tuple[str, ...]
    items: tuple[Item, ...]


def check_rows(register: Register, rows: Sequence[Mapping[str, str]]) -> tuple[list[Row], list[RowFault]]:
    """Every row in normal form, and every fault: all of them, so that one round of mending is enough."""
    faults: list[RowFault] = []
    checked: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=1):
        normal = {}
        for column in register.columns:
            text = row.get(column.id, "").strip()
            value = _value(column, text)
            if isinstance(value, str):
                normal[column.id] = value
            else:
                faults.append(RowFault(row=number, column=column.title, message=value[0], mend=value[1]))
        key = row_key(register, row)
        if key in seen:
            title = "、".join(c.title for c in register.columns if c.id in register.key)
            faults.append(
                RowFault(
                    row=number,
                    column=title,
                    message=f"“{'/'.join(key)}”与第 {seen[key]} 行重复",
                    mend="请删去一行,或更正编号",
                )
            )
        seen.setdefault(key, number)
        checked.append(normal)
    return checked, faults


def row_key(register: Register, row: Mapping[str, str]) -> tuple[str, ...]:
    """The values that name a row."""
    return tuple(row.get(name, "").strip() for name in register.key)


def _value(column: Column, text: str) -> str | tuple[str, str]:
    if not text:
        needed = column.required
        return (f"“{column.title}”没有填", "请补填") if needed else ""
    if column.type is FieldType.CHOICE:
        return _choice(column, text)
    if column.type is FieldType.INTEGER:
        return text if text.isascii() and text.isdigit() else (f"“{text}”不是整数", "请只填数字")
    if column.type is FieldType.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return (f"“{text}”不是日期", "请按 2022-03-02 的格式填写")
    if column.type is FieldType.CREDIT_CODE:
        code = parse_credit_code(text)
        return (code.message, "请对照执照核对") if isinstance(code, CodeFault) else code.text
    if column.type is FieldType.DOCUMENT_NUMBER:
        return normalise_document_number(text).text
    return text


def _choice(column: Column, text: str) -> str | tuple[str, str]:
    if text in column.options:
        return text
    for code, title in column.options.items():
        if text == title:
            return code
    return (f"“{text}”不在可选范围", f"可填:{'、'.join(column.options.values())}")


def fill(plan: Plan, register: Register, rows: Sequence[Row]) -> FilledRegister:
    """Add up checked rows: sums, balances that do not close, items for the steps that run per row."""
    sums = count_values(register, rows)
    return FilledRegister(
        rows=tuple(rows),
        sums=sums,
        gaps=tuple(gap for b in register.balances if (gap := _gap(b, sums))),
        items=group_rows(register, rows, _group_column(plan, register), _conditions(plan, register)),
    )


def rows_digest(rows: Sequence[Mapping[str, str]]) -> str:
    """The root over the rows, in their order; personal columns go in as salted digests only."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(msgspec.json.encode(sorted(row.items())))
    return f"sha256:{digest.hexdigest()}"


def count_values(register: Register, rows: Sequence[Row]) -> dict[str, int]:
    """行数与分项: `rows`, each `column=value`, and each whole-number column's sum."""
    counted: Counter[str] = Counter({ROWS: len(rows)})
    for column in register.columns:
        if column.type is FieldType.CHOICE:
            counted.update({f"{column.id}={code}": 0 for code in column.options})
            counted.update(f"{column.id}={row[column.id]}" for row in rows if row.get(column.id))
        elif column.type is FieldType.INTEGER:
            counted[column.id] = sum(int(row[column.id]) for row in rows if row.get(column.id))
    return dict(counted)


def _gap(balance: Balance, sums: Mapping[str, int]) -> str:
    total = sums.get(balance.total, 0)
    parts = sum(sums.get(part, 0) for part in balance.parts)
    if total == parts:
        return ""
    return f"{balance.title}:合计 {total},分项之和 {parts},相差 {abs(total - parts)}"


def _group_column(plan: Plan, register: Register) -> str:
    """The column by which steps group the rows; empty where each row is an item of its own."""
    for stage in plan.programme.stages:
        for step in stage.steps:
            if step.for_each is not None and step.for_each.register_id == register.id:
                return step.for_each.group_by or ""
    return ""


def _conditions(plan: Plan, register: Register) -> dict[str, When]:
    """Step → which rows it is for, where that is not all."""
    return {
        step.id: step.for_each.when
        for stage in plan.programme.stages
        for step in stage.steps
        if step.for_each is not None and step.for_each.register_id == register.id and step.for_each.when
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
