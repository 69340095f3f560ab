"""台账变动: which rows a new version adds, changes, removes, told by their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from domain.programme import Column, FieldType, Register
from domain.register_rows import Row, row_name


class CellChange(msgspec.Struct, frozen=True, kw_only=True):
    """一格的变动, in words; `column` is its code."""

    column: str
    title: str
    old: str
    new: str


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """一行的变动."""

    key: str
    cells: tuple[CellChange, ...]


class RegisterChanges(msgspec.Struct, frozen=True, kw_only=True):
    """台账的变动."""

    added: tuple[str, ...] = ()
    changed: tuple[RowChange, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.changed or self.removed)


def compare_rows(
    register: Register, before: Mapping[str, Row], after: Sequence[Row], bodies: Mapping[str, str]
) -> RegisterChanges:
    """What a new version changes. `before`: key → row as held; `bodies`: code → name, for the words."""
    added: list[str] = []
    changed: list[RowChange] = []
    seen = set()
    for row in after:
        key = row_name(register, row)
        seen.add(key)
        held = before.get(key)
        if held is None:
            added.append(key)
            continue
        cells = tuple(
            CellChange(
                column=column.id,
                title=column.title,
                old=in_words(column, held.get(column.id, ""), bodies),
                new=in_words(column, row.get(column.id, ""), bodies),
            )
            for column in register.columns
            if held.get(column.id, "") != row.get(column.id, "")
        )
        if cells:
            changed.append(RowChange(key=key, cells=cells))
    return RegisterChanges(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(key for key in before if key not in seen),
        unchanged=len(after) - len(added) - len(changed),
    )


def in_words(column: Column, value: str, bodies: Mapping[str, str]) -> str:
    """A value as an officer reads it: the choice's title, the body's name."""
    if column.type is FieldType.CHOICE:
        return column.options.get(value, value)
    return bodies.get(value, value) if column.body else value
