"""调整事件: what 更名, 整合, 撤销, 升级 and 调整隶属 leave behind in a case.

Split from `domain.events`, which is the way in: import from there.
"""
# msgspec copies a default for each instance, which the rule cannot see through an imported base class.
# ruff: noqa: RUF012

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import Item, Seat
from domain.event_base import Event


class AbsorbedRegister(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A register after the rows of another case were appended."""

    register: str
    rows: int
    root: str
    appended: int
    sums: dict[str, int] = {}
    gaps: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


class CarriedOver(Event, frozen=True, kw_only=True, omit_defaults=True, tag="carried_over"):
    """延续: names, levels and seats as they are from now on; papers of before keep theirs."""

    on: date
    by: str
    basis: str
    unit_name: str
    supervising_level: str = ""
    bodies: dict[str, tuple[str, ...]] = {}
    replaced: dict[str, str] = {}
    doers: dict[str, Seat] = {}
    """Step → who does it from now on, where that changed."""
    former_name: str = ""


class RegistersAbsorbed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="registers_absorbed"):
    """并入台账."""

    on: date
    by: str
    basis: str
    origin: str
    registers: tuple[AbsorbedRegister, ...]
