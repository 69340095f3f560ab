"""台账填报: rows by hand, from a program or from a file, checked whole, kept whole or not at all.

Rows with personal columns keep these in the erasable table; the ledger holds one root over all rows. What has
not changed keeps its text and salt from version to version: an unchanged register keeps its root, the
decisions that looked at it go on counting, and what was erased stays erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from domain import commands as c
from domain.case import Case
from domain.cells import CellValue
from domain.events import RegisterFilled
from domain.plan import Plan
from domain.programme import Register
from domain.refusal import Refused
from domain.register_changes import RegisterChanges, compare_rows
from domain.register_rows import Known, Row, RowFault, check_rows, fill, row_name, rows_digest
from models.database import Database
from services.acts import Done, Enclosures, would_refuse
from services.desk import Desk
from services.enclosures import RegisterLine
from services.private_texts import new_text
from services.reading import plan_of
from services.registers.held import ORIGIN, HeldRow, held_rows, personal_columns
from services.registers.known import body_names, known_for
from services.resending import case_seen


class RowsFaulty(msgspec.Struct, frozen=True, kw_only=True):
    """台账有误: every fault, and nothing was written."""

    faults: tuple[RowFault, ...]


class RegisterBook(msgspec.Struct, frozen=True, kw_only=True):
    """一本台账 of a case as it stands: what new rows are held against and compared with."""

    case: Case
    plan: Plan
    register: Register
    held: tuple[HeldRow, ...]
    known: Known
    names: Mapping[str, str]
    """Bodies: code → name."""

    @property
    def version(self) -> int:
        """The present version; 0 where nobody has filled it in."""
        state = self.case.registers.get(self.register.id)
        return state.version if state else 0

    def changes(self, rows: Sequence[Row]) -> RegisterChanges:
        """What these rows would change."""
        before = {row.key: row.values() for row in self.held}
        return compare_rows(self.register, before, rows, self.names)

    def gaps(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """The balances that these rows leave open."""
        return fill(self.plan, self.register, rows, self.sums).gaps

    @property
    def sums(self) -> dict[str, dict[str, int]]:
        """The sums of the case's registers."""
        return {name: state.sums for name, state in self.case.registers.items()}


def open_book(desk: Desk, register_id: str) -> RegisterBook | Refused:
    """打开台账: a register of the desk's case, by code."""
    db = desk.runtime.db
    case = case_seen(db, desk.case_id, desk.command_id, desk.entry.actor)
    if case is None:
        return Refused(code="case.unknown", message=f"没有改革任务“{desk.case_id}”", remedy="请核对编号")
    plan = plan_of(db, case)
    register = plan.registers.get(register_id)
    if register is None:
        return unknown_register(plan, register_id)
    state = case.registers.get(register_id)
    with db.read() as session:
        held = tuple(held_rows(session, case.id, register_id, state.version if state else 0))
    return RegisterBook(
        case=case,
        plan=plan,
        register=register,
        held=held,
        known=known_for(db, case, plan, register, held),
        names=body_names(db, register),
    )


def unknown_register(plan: Plan, register_id: str) -> Refused:
    """没有这本台账."""
    names = "、".join(f"{r.id}({r.title})" for r in plan.registers.values()) or "无"
    return Refused(
        code="register.unknown",
        message=f"没有台账“{register_id}”",
        remedy=f"可填:{names}",
        facts={"register": register_id},
    )


def fill_register(
    desk: Desk,
    step: str,
    register_id: str,
    rows: Sequence[Mapping[str, CellValue]],
    *,
    on: date | None = None,
    as_decided: bool = False,
) -> Done | Refused | RowsFaulty:
    """填报台账: replaces the register's rows by a new version; the old versions stay."""
    book = open_book(desk, register_id)
    if isinstance(book, Refused):
        return book
    checked, faults = check_rows(book.register, rows, book.known)
    if faults:
        return RowsFaulty(faults=tuple(faults))
    return keep_rows(desk, book, checked, step, on=on, as_decided=as_decided)


def keep_rows(
    desk: Desk,
    book: RegisterBook,
    rows: Sequence[Row],
    step: str,
    *,
    on: date | None = None,
    as_decided: bool = False,
    reason: str = "",
) -> Done | Refused:
    """Keep checked rows as the next version, unless somebody else was quicker."""
    filled = fill(book.plan, book.register, rows, book.sums)
    changes = book.changes(rows)
    held = {row.key: row for row in book.held}
    lines = tuple(_line(book, row, number, held, desk.case_id) for number, row in enumerate(rows, start=1))
    text, enclosed = desk.text("reason", reason)
    said: dict[str, Any] = desk.step_fields(step, on)
    command = c.FillRegister(
        register=book.register.id,
        rows=len(rows),
        root=rows_digest([_sealed(line, held) for line in lines]),
        sums=filled.sums,
        gaps=filled.gaps,
        items=filled.items,
        as_decided=as_decided,
        seen=book.version,
        added=len(changes.added),
        changed=len(changes.changed),
        removed=len(changes.removed),
        reason=text,
        **said,
    )
    return desk.send(command, Enclosures(texts=enclosed.texts, lines=lines))


def would_refuse_filling(desk: Desk, book: RegisterBook, step: str, on: date | None = None) -> Refused | None:
    """试判: whether the person may fill the register in now: told before any fault of the rows is."""
    command = c.FillRegister(register=book.register.id, rows=0, root="", **desk.step_fields(step, on))
    return would_refuse(desk.runtime.db, command, desk.entry, wall=desk.runtime.wall)


def _sealed(line: RegisterLine, held: Mapping[str, HeldRow]) -> dict[str, str]:
    """What the root is taken over."""
    digest = line.private.ref.digest if line.private else ""
    if line.kept_private is not None:
        digest = held[line.key].digest
    return {"key": line.key, "data": line.data, "private": digest}


def _line(
    book: RegisterBook, row: Row, number: int, held: Mapping[str, HeldRow], case_id: str
) -> RegisterLine:
    """One row, its personal columns apart; those that did not change keep their text, or stay erased."""
    personal = personal_columns(book.register)
    key = row_name(book.register, row)
    before = held.get(key)
    public = {name: value for name, value in row.items() if name not in personal}
    private = {name: value for name, value in row.items() if name in personal and value}
    if before is not None and before.origin:
        public[ORIGIN] = before.origin
    kept, text = None, None
    if before is not None and before.private_id is not None and private == _private(before, personal):
        kept = before.private_id
    elif private:
        text = new_text("register", msgspec.json.encode(private, order="sorted").decode(), case_id)
    return RegisterLine(
        register=book.register.id,
        key=key,
        ordinal=number,
        data=msgspec.json.encode(public, order="sorted").decode(),
        private=text,
        kept_private=kept,
    )


def _private(held: HeldRow, personal: Sequence[str]) -> Row:
    return {name: value for name, value in held.values().items() if name in personal and value}


def same_rows(db: Database, done: Done, rows: Sequence[Mapping[str, CellValue]]) -> bool:
    """Whether the rows sent now are those that an act kept; what was erased since cannot be compared."""
    filled = next((event for event in done.events if isinstance(event, RegisterFilled)), None)
    if filled is None:
        return False
    plan = plan_of(db, done.case)
    register = plan.registers[filled.register]
    with db.read() as session:
        stand = held_rows(session, done.case.id, register.id, filled.version)
    sent, _ = check_rows(register, rows, known_for(db, done.case, plan, register, stand))
    return len(stand) == len(sent) and all(
        held.erased or _said(held.values()) == _said(row) for held, row in zip(stand, sent, strict=True)
    )


def _said(row: Row) -> Row:
    return {name: value for name, value in row.items() if value}
