"""逐行增改: rows added, changed or removed by hand, each version with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from domain.cells import fold
from domain.refusal import Refused
from domain.register_rows import Row, RowFault, check_rows, row_name
from domain.register_values import ERASED
from services.acts import Done
from services.desk import Desk
from services.registers.filling import RegisterBook, RowsFaulty, keep_rows


class EditKind(StrEnum):
    """增改方式."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class RowEdit(msgspec.Struct, frozen=True, kw_only=True):
    """一行的增改: `key` names the row, empty for a new one; `values` only what is new."""

    kind: EditKind
    key: str = ""
    values: Mapping[str, str] = {}


class RowsEdited(msgspec.Struct, frozen=True, kw_only=True):
    """增改完成."""

    done: Done
    rows: tuple[Row, ...]


def edit_rows(
    desk: Desk,
    book: RegisterBook,
    edits: Sequence[RowEdit],
    reason: str,
    step: str,
    *,
    on: date | None = None,
) -> RowsEdited | RowsFaulty | Refused:
    """Make the next version from the present one and these edits: all of them, or none.

    Only the rows that are touched are checked anew, and that no two rows have one key.
    """
    if not reason.strip():
        return Refused(
            code="register.reason_missing",
            message="逐行增改须写明原因",
            remedy="请写明为什么增加、改正或删去",
            facts={"register": book.register.id},
        )
    strange = _unknown_columns(book, edits)
    if strange:
        return RowsFaulty(faults=strange)
    made = _made(book, edits)
    if isinstance(made, Refused):
        return made
    typed, touched = made
    checked, faults = check_rows(book.register, typed, book.known)
    told = [fault for fault in faults if fault.row - 1 in touched or fault.code == "key.doubled"]
    if told:
        return RowsFaulty(faults=tuple(_by_key(book, typed, fault) for fault in told))
    held = {row.key: row.values() for row in book.held}
    rows = [
        row if at in touched else held.get(row_name(book.register, typed[at]), row)
        for at, row in enumerate(checked)
    ]
    done = keep_rows(desk, book, rows, step, on=on, reason=reason)
    return done if isinstance(done, Refused) else RowsEdited(done=done, rows=tuple(rows))


def _made(book: RegisterBook, edits: Sequence[RowEdit]) -> tuple[list[Row], set[int]] | Refused:
    """The rows as they would be, and the places of those that are touched."""
    lines: list[tuple[Row, bool]] = []
    for row in book.held:
        erased = dict.fromkeys((c.id for c in book.register.columns if c.personal and row.erased), ERASED)
        lines.append((row.values() | erased, False))
    keys = {fold(row.key): at for at, row in enumerate(book.held)}
    gone: set[int] = set()
    for edit in edits:
        if edit.kind is EditKind.ADD:
            lines.append((dict(edit.values), True))
            continue
        at = keys.get(fold(edit.key))
        if at is None or at in gone:
            return _unknown_row(book, edit.key)
        if edit.kind is EditKind.REMOVE:
            gone.add(at)
        else:
            lines[at] = (lines[at][0] | dict(edit.values), True)
    left = [line for at, line in enumerate(lines) if at not in gone]
    return [row for row, _ in left], {at for at, (_, touched) in enumerate(left) if touched}


def _unknown_columns(book: RegisterBook, edits: Sequence[RowEdit]) -> tuple[RowFault, ...]:
    """Values for columns that the register lacks: passed over, they would be lost without a word."""
    known = {column.id: column.title for column in book.register.columns}
    can = "、".join(f"{id_}({title})" for id_, title in known.items())
    return tuple(
        RowFault(
            row=number,
            column=name,
            message=f"第 {number} 项写了“{name}”,台账没有这一列",
            mend=f"可填:{can}",
            code="column.unknown",
        )
        for number, edit in enumerate(edits, start=1)
        for name in edit.values
        if name not in known
    )


def _unknown_row(book: RegisterBook, key: str) -> Refused:
    titles = "/".join(column.title for column in book.register.columns if column.id in book.register.key)
    return Refused(
        code="register.row_unknown",
        message=f"“{book.register.title}”里没有“{key}”这一行",
        remedy=f"请按“{titles}”写明是哪一行",
        facts={"register": book.register.id, "key": key},
    )


def _by_key(book: RegisterBook, rows: Sequence[Row], fault: RowFault) -> RowFault:
    """The fault with the row's key in the sentence: a hand entry has no sheet to count rows in."""
    key = row_name(book.register, rows[fault.row - 1])
    said = f"{key}:{fault.message}" if key.strip("/") and fault.code != "key.doubled" else fault.message
    return msgspec.structs.replace(fault, message=said)
