"""台账填报: rows by hand or from a file, checked whole, kept whole or not at all.

Rows with personal columns keep these in the erasable table; the ledger holds one root over all rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from domain import commands as c
from domain.plan import Plan
from domain.programme import Register
from domain.refusal import Refused
from domain.register_rows import Row, RowFault, check_rows, fill, row_key, rows_digest
from services.acts import Done, Enclosures
from services.desk import Desk
from services.enclosures import RegisterLine
from services.private_texts import new_text
from services.reading import load_case, plan_of


class RowsFaulty(msgspec.Struct, frozen=True, kw_only=True):
    """台账有误: every fault, and nothing was written."""

    faults: tuple[RowFault, ...]


def fill_register(
    desk: Desk,
    step: str,
    register_id: str,
    rows: Sequence[Mapping[str, str]],
    *,
    on: date | None = None,
    as_decided: bool = False,
) -> Done | Refused | RowsFaulty:
    """填报台账: replaces the register's rows by a new version; the old versions stay."""
    case = load_case(desk.runtime.db, desk.case_id)
    if case is None:
        return Refused(code="case.unknown", message=f"没有改革任务“{desk.case_id}”", remedy="请核对编号")
    plan = plan_of(desk.runtime.db, case)
    register = plan.registers.get(register_id)
    if register is None:
        names = "、".join(f"{r.id}({r.title})" for r in plan.registers.values()) or "无"
        return Refused(
            code="register.unknown",
            message=f"没有台账“{register_id}”",
            remedy=f"可填:{names}",
            facts={"register": register_id},
        )
    checked, faults = check_rows(register, rows)
    if faults:
        return RowsFaulty(faults=tuple(faults))
    return _send(desk, plan, register, checked, {"as_decided": as_decided, **desk.step_fields(step, on)})


def _send(
    desk: Desk, plan: Plan, register: Register, rows: list[Row], said: dict[str, Any]
) -> Done | Refused:
    filled = fill(plan, register, rows)
    personal = {column.id for column in register.columns if column.personal}
    lines = tuple(
        _line(register, row, number, personal, desk.case_id) for number, row in enumerate(rows, start=1)
    )
    command = c.FillRegister(
        register=register.id,
        rows=len(rows),
        root=rows_digest([_sealed(line) for line in lines]),
        sums=filled.sums,
        gaps=filled.gaps,
        items=filled.items,
        **said,
    )
    return desk.send(command, Enclosures(lines=lines))


def _sealed(line: RegisterLine) -> dict[str, str]:
    """What the root is taken over."""
    digest = line.private.ref.digest if line.private else ""
    return {"key": line.key, "data": line.data, "private": digest}


def _line(register: Register, row: Row, number: int, personal: set[str], case_id: str) -> RegisterLine:
    """One row, its personal columns apart."""
    public = {name: value for name, value in row.items() if name not in personal}
    private = {name: value for name, value in row.items() if name in personal and value}
    text = None
    if private:
        text = new_text("register", msgspec.json.encode(private, order="sorted").decode(), case_id)
    return RegisterLine(
        register=register.id,
        key="/".join(row_key(register, row)),
        ordinal=number,
        data=msgspec.json.encode(public, order="sorted").decode(),
        private=text,
    )


def preview_register(register: Register, rows: Sequence[Mapping[str, str]]) -> tuple[RowFault, ...]:
    """预览: every fault that filling would find; nothing is written."""
    return tuple(check_rows(register, rows)[1])
