"""改革单位和机构调整的指令: what a reorganisation asks of a case; only `services.organising` sends it.

Not part of `AnyCommand`: no entry decodes them, since who may reorganise is judged with the act itself.
"""
# msgspec copies a default for each instance, which the rule cannot see through an imported base class.
# ruff: noqa: RUF012

from __future__ import annotations

from domain.commands import Command
from domain.events_reorganising import AbsorbedRegister


class CarryOver(Command, frozen=True, kw_only=True, omit_defaults=True, tag="carry_over"):
    """延续: the case goes on under a new name, other bodies, or bodies that took over from others.

    With `replaced` (body → who has its functions) only these change, and what they decided stands. Without,
    the roles are found anew for where the unit stands now, and whoever sits in a seat is asked anew. With
    `fills` only the roles that had no body (无人承办) get the one that has been registered meanwhile.
    """

    unit: str
    unit_name: str
    supervising_level: str = ""
    replaced: dict[str, str] = {}
    fills: bool = False
    basis: str


class AbsorbRegisters(Command, frozen=True, kw_only=True, omit_defaults=True, tag="absorb_registers"):
    """并入台账: the rows of a case that is merged into this one, appended with their origin."""

    origin: str
    registers: tuple[AbsorbedRegister, ...]
    basis: str


class EndReorganised(Command, frozen=True, kw_only=True, omit_defaults=True, tag="end_reorganised"):
    """因调整而结束: merged into another case, or ended with the unit."""

    basis: str
    merged_into: str = ""
