"""三本账: what the registers of a case add up to, each balance with its parts, and their items."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from domain.case import Case
from domain.plan import Plan
from domain.programme import Column, Register
from domain.programme_terms import SCALES
from domain.register_balances import open_gaps, split_part


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """一个数; ``scale`` units make one (money is kept in 分)."""

    title: str
    number: int
    scale: int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """一本账: a total, its parts, and by how much they do not close."""

    title: str
    total: Amount
    parts: tuple[Amount, ...]
    gap: int

    @property
    def closes(self) -> bool:
        """账平."""
        return self.gap == 0


class RegisterSummary(msgspec.Struct, frozen=True, kw_only=True):
    """台账 of a zone, with its accounts; ``gaps`` are the sentences the checks go by."""

    id: str
    title: str
    version: int
    rows: int
    frozen: bool
    accounts: tuple[Account, ...]
    gaps: tuple[str, ...]
    items: tuple[tuple[str, int], ...]
    """分项 (公司, 接收单位), each with how many rows it stands for."""


def register_summaries(plan: Plan, case: Case) -> tuple[RegisterSummary, ...]:
    """Every register of the programme, filled or not."""
    return tuple(_summary(case, register) for register in plan.registers.values())


def _summary(case: Case, register: Register) -> RegisterSummary:
    state = case.registers.get(register.id)
    sums = {name: each.sums for name, each in case.registers.items()}
    return RegisterSummary(
        id=register.id,
        title=register.title,
        version=state.version if state else 0,
        rows=state.rows if state else 0,
        frozen=bool(state and state.frozen),
        accounts=tuple(_accounts(register, sums)) if state else (),
        gaps=open_gaps(register, state.gaps, sums) if state else (),
        items=tuple((each.title, each.rows) for each in state.items) if state else (),
    )


def _accounts(register: Register, sums: dict[str, dict[str, int]]) -> Iterator[Account]:
    for balance in register.balances:
        total = _amount(register, balance.total, sums)
        parts = tuple(_amount(register, each, sums) for each in balance.parts)
        gap = total.number - sum(each.number for each in parts)
        yield Account(title=balance.title, total=total, parts=parts, gap=gap)


def _amount(register: Register, part: str, sums: dict[str, dict[str, int]]) -> Amount:
    name, rest = split_part(part)
    columns = {each.id: each for each in register.columns}
    scale = SCALES.get(columns[rest].type, 1) if rest in columns else 1
    number = sums.get(name or register.id, {}).get(rest, 0)
    return Amount(title=_words(columns, rest), number=number, scale=scale)


def _words(columns: dict[str, Column], expression: str) -> str:
    """`category=kept&signed_on` in the words of the register's columns."""
    return "、".join(_word(columns, each) for each in expression.split("&"))


def _word(columns: dict[str, Column], condition: str) -> str:
    name, _, value = condition.partition("=")
    column = columns.get(name)
    if column is None:
        return "行数" if condition == "rows" else condition
    return column.options.get(value, value) if value else column.title
