"""三本账平衡: what a register adds up to, and which balance does not close, by how much, and in which rows.

A balance is declared in the programme: a total and its parts. Each is one of

- `rows`: how many rows there are;
- `column`: the sum of a column of numbers or money;
- `column=value`: the rows with this value of a choice;
- `a&b=value&c`: the rows in which all of these hold; a bare column holds where something is filled in;
- `register/…`: any of these of another register of the case.

Sums are whole numbers (money in 分), so nothing is lost in adding. They are kept in the case, so that a
balance across two registers is judged by whichever was changed last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from domain.cells import decimal_text
from domain.plan import Plan
from domain.programme import Balance, Column, FieldType, Register
from domain.programme_terms import SCALES

ROWS: Final = "rows"
Row = dict[str, str]
Sums = Mapping[str, Mapping[str, int]]
"""Register → its sums."""
MOST_NAMED: Final = 5
"""Rows that a gap names; it says how many there are."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """不平衡: a balance that does not close."""

    title: str
    total: int
    parts: int
    scale: int = 1
    """How many units of the sums make one, as in ``SCALES``."""
    key: str = ""
    """What the key of a row is called."""
    rows: tuple[str, ...] = ()
    """Keys of rows that do not close by themselves, the first few."""
    more: int = 0
    """Such rows beyond those named."""

    @property
    def words(self) -> str:
        """One Chinese sentence: which balance, by how much, where."""
        said = (
            f"{self.title}:合计 {_shown(self.total, self.scale)},分项之和 {_shown(self.parts, self.scale)},"
            f"相差 {_shown(abs(self.total - self.parts), self.scale)}"
        )
        if not self.rows:
            return said
        more = f"等 {len(self.rows) + self.more} 行" if self.more else ""
        return f"{said};涉及({self.key}):{'、'.join(self.rows)}{more}"


def _shown(amount: int, scale: int) -> str:
    return decimal_text(Decimal(amount) / scale)


def split_part(part: str) -> tuple[str, str]:
    """The register that a part names, empty for its own, and the rest."""
    register, slash, rest = part.partition("/")
    return (register, rest) if slash else ("", part)


def atoms(part: str) -> list[tuple[str, str]]:
    """`a&b=c` → [(a, ""), (b, c)]: columns and the value each must have."""
    return [(name, value) for name, _, value in (atom.partition("=") for atom in part.split("&"))]


def count_values(register: Register, rows: Sequence[Row], also: Iterable[str] = ()) -> dict[str, int]:
    """行数与分项: `rows`, each `column=value`, each sum, and the joined parts that balances speak of.

    `also`: parts of this register that balances of other registers name.
    """
    counted: Counter[str] = Counter({ROWS: len(rows)})
    for column in register.columns:
        if column.type is FieldType.CHOICE:
            counted.update({f"{column.id}={code}": 0 for code in column.options})
            counted.update(f"{column.id}={row[column.id]}" for row in rows if row.get(column.id))
        elif column.type in SCALES:
            counted[column.id] = sum(_amount(column, row) for row in rows)
    own = (part for b in register.balances for part in (b.total, *b.parts) if "/" not in part)
    for part in (*own, *also):
        if "&" in part:
            counted[part] = sum(_holds(part, row) for row in rows)
    return dict(counted)


def _holds(part: str, row: Row) -> bool:
    return all(row.get(name, "") == value if value else bool(row.get(name)) for name, value in atoms(part))


def _amount(column: Column, row: Row) -> int:
    text = row.get(column.id)
    return int(Decimal(text) * SCALES[column.type]) if text else 0


def named_elsewhere(plan: Plan, register: str) -> tuple[str, ...]:
    """Parts of a register that balances of other registers name."""
    return tuple(
        rest
        for other in plan.registers.values()
        for balance in other.balances
        for name, rest in map(split_part, (balance.total, *balance.parts))
        if name == register
    )


def find_gaps(register: Register, sums: Sums, rows: Sequence[Row] = ()) -> tuple[Gap, ...]:
    """Balances of a register that do not close; with its rows, those in which it shows are named."""
    found = []
    for balance in register.balances:
        total = _sum(register, balance.total, sums)
        parts = sum(_sum(register, part, sums) for part in balance.parts)
        if total == parts:
            continue
        faulty = _faulty_rows(register, balance, rows)
        found.append(
            Gap(
                title=balance.title,
                total=total,
                parts=parts,
                scale=_scale(register, balance),
                key="/".join(c.title for c in register.columns if c.id in register.key),
                rows=tuple(faulty[:MOST_NAMED]),
                more=max(0, len(faulty) - MOST_NAMED),
            )
        )
    return tuple(found)


def open_gaps(register: Register, recorded: Iterable[str], sums: Sums) -> tuple[str, ...]:
    """The sentences of balances that do not close now.

    Those of the register alone are as `recorded` when it was filled, with their rows; those across two
    registers are added up anew, for the other may have changed.
    """
    across = [b for b in register.balances if any("/" in part for part in (b.total, *b.parts))]
    own = [text for text in recorded if not any(text.startswith(f"{b.title}:") for b in across)]
    only = register.model_copy(update={"balances": across})
    return (*own, *(gap.words for gap in find_gaps(only, sums)))


def _sum(register: Register, part: str, sums: Sums) -> int:
    name, rest = split_part(part)
    return sums.get(name or register.id, {}).get(rest, 0)


def _scale(register: Register, balance: Balance) -> int:
    column = next((c for c in register.columns if c.id == balance.parts[0]), None)
    return SCALES.get(column.type, 1) if column else 1


def _faulty_rows(register: Register, balance: Balance, rows: Sequence[Row]) -> list[str]:
    """Rows that do not close by themselves, each with its difference where that is an amount."""
    if any("/" in part for part in balance.parts):
        return []
    columns = {column.id: column for column in register.columns}
    personal = any(columns[name].personal for name in register.key)
    named = []
    for number, row in enumerate(rows, start=1):
        total = 1 if "/" in balance.total else _of_row(balance.total, row, columns)
        off = total - sum(_of_row(part, row, columns) for part in balance.parts)
        if off:
            key = "/".join(row.get(name, "") for name in register.key)
            scale = _scale(register, balance)
            amount = f"(差 {_shown(off, scale)})" if balance.parts[0] in columns else ""
            named.append((f"第{number}行" if personal else key) + amount)
    return named


def _of_row(part: str, row: Row, columns: Mapping[str, Column]) -> int:
    if part == ROWS:
        return 1
    return _amount(columns[part], row) if part in columns else int(_holds(part, row))
