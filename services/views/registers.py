"""台账名册 across zones: how far each is filled, whether it is frozen, whether its sums close."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from domain.permissions import Action
from domain.refusal import Refused
from services.office.counter import Counter
from services.views.asking import Asked, ask
from services.views.board import Unit
from services.views.digest import RegisterDigest
from services.views.filters import TaskFilter


class RegisterFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """筛选: which zones as in `TaskFilter`, which register, and only those that do not close."""

    zones: TaskFilter = TaskFilter()
    register: str = ""
    unclosed: bool = False
    empty: bool = False
    """Not filled yet."""


class RegisterRow(msgspec.Struct, frozen=True, kw_only=True):
    """一本台账 of one zone."""

    case: str
    unit: Unit
    programme: str
    register: RegisterDigest


class RegisterPage(msgspec.Struct, frozen=True, kw_only=True):
    """一页."""

    filter: RegisterFilter
    total: int
    filled: int
    frozen: int
    unclosed: int
    """Registers with a balance that does not close."""
    rows: tuple[RegisterRow, ...]
    after: str


def list_registers(
    counter: Counter, wanted: RegisterFilter, *, after: str = "", limit: int = 50
) -> RegisterPage | Refused:
    """各区台账 whose case's registers are in sight, by zone."""
    asked = ask(counter, wanted.zones, words_of_units=True, action=Action.REGISTER_READ)
    if isinstance(asked, Refused):
        return asked
    every = list(_rows(asked, wanted))
    left = [each for each in every if _cursor(each) > after]
    shown = tuple(left[:limit])
    return RegisterPage(
        filter=wanted,
        total=len(every),
        filled=sum(each.register.version > 0 for each in every),
        frozen=sum(each.register.frozen for each in every),
        unclosed=sum(each.register.gaps > 0 for each in every),
        rows=shown,
        after=_cursor(shown[-1]) if len(left) > limit else "",
    )


def every_register(counter: Counter, wanted: RegisterFilter) -> Iterator[RegisterRow] | Refused:
    """导出所见: all rows of the filter, in the order of the pages."""
    asked = ask(counter, wanted.zones, words_of_units=True, action=Action.REGISTER_READ)
    return asked if isinstance(asked, Refused) else _rows(asked, wanted)


def _cursor(row: RegisterRow) -> str:
    return f"{row.case}~{row.register.id}"


def _rows(asked: Asked, wanted: RegisterFilter) -> Iterator[RegisterRow]:
    for case in asked.cases:
        for register in sorted(case.registers, key=lambda each: each.id):
            if (
                wanted.register in ("", register.id)
                and (not wanted.unclosed or register.gaps > 0)
                and (not wanted.empty or register.version == 0)
            ):
                yield RegisterRow(
                    case=case.id,
                    unit=asked.board.unit(case.unit),
                    programme=case.programme,
                    register=register,
                )
