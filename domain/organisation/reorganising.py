"""改革研判: 更名, 整合, 拆分, 撤销, 升级, 调整隶属 of reform units; 整合 and 撤销 of bodies.

Each rests on an approval document and an effective day that has come. Undoing one is a new act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from domain.organisation.events import OrganisationEvent
from domain.organisation.judged import judged, require_basis, require_standing
from domain.organisation.units import UnitFacts, require_level, require_living
from domain.organisation.values import BodyFacts
from domain.refusal import refuse


class Kind(StrEnum):
    """调整类别."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    ABOLISH = "abolish"
    UPGRADE = "upgrade"
    TRANSFER = "transfer"


KIND_WORDS: Final = {
    Kind.RENAME: "更名",
    Kind.MERGE: "整合",
    Kind.SPLIT: "拆分",
    Kind.ABOLISH: "撤销",
    Kind.UPGRADE: "升级",
    Kind.TRANSFER: "调整隶属",
}
_CHANGES: Final[Mapping[Kind, str]] = {
    Kind.RENAME: "name",
    Kind.UPGRADE: "supervising_level",
    Kind.TRANSFER: "supervising_level lead_area",
}
"""What an act must change at least one of."""


class NewUnit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """拆分出的改革单位."""

    id: str
    name: str
    lead_area: str = ""


class ReorganiseUnits(msgspec.Struct, frozen=True, kw_only=True):
    """改革单位调整. `into` is the unit that absorbs `units` at a 整合."""

    kind: Kind
    units: tuple[str, ...]
    basis: str
    effective: date
    into: str = ""
    name: str = ""
    supervising_level: str = ""
    lead_area: str = ""
    parts: tuple[NewUnit, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """结果: what becomes of one case."""

    case: str
    what: str
    """continue, merge, or end."""
    into: str = ""


class UnitsReorganised(
    OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="units_reorganised"
):
    """改革单位调整."""

    kind: str
    units: tuple[str, ...]
    basis: str
    effective: date
    into: str = ""
    name: str = ""
    former: dict[str, str] = {}  # noqa: RUF012 (msgspec copies it)
    """Unit → its name before."""
    supervising_level: str = ""
    lead_area: str = ""
    parts: tuple[NewUnit, ...] = ()
    cases: tuple[Outcome, ...] = ()


@judged
def judge_units(
    asked: ReorganiseUnits, units: Mapping[str, UnitFacts], cases: tuple[Outcome, ...], on: date
) -> UnitsReorganised:
    """改革单位调整. `units` are all that it names; `cases` what becomes of the open ones."""
    basis = require_basis(asked.basis, KIND_WORDS[asked.kind])
    _require_day(asked.effective, on)
    named = [each for each in (*asked.units, asked.into) if each]
    if not asked.units or len(set(named)) != len(named):
        refuse("reorganise.units", "没有写明改革单位,或同一单位写了两次", "请核对")
    for each in named:
        if each not in units:
            refuse("unit.unknown", f"没有改革单位“{each}”", "请用 zone list 核对编号", unit=each)
        require_living(units[each])
    _require_shape(asked)
    if asked.supervising_level:
        require_level(asked.supervising_level)
    _require_change(asked, units)
    renamed = asked.into or asked.units[0]
    return UnitsReorganised(
        kind=str(asked.kind),
        units=asked.units,
        basis=basis,
        effective=asked.effective,
        into=asked.into,
        name=asked.name.strip(),
        former={each: units[each].name for each in named if each == renamed or asked.into},
        supervising_level=asked.supervising_level,
        lead_area=asked.lead_area,
        parts=asked.parts,
        cases=cases,
    )


def _require_day(effective: date, on: date) -> None:
    if effective > on:
        refuse(
            "reorganise.future",
            f"生效日期 {effective} 还没有到",
            "可以先预览;到生效日再办理",
            effective=effective.isoformat(),
        )


def _require_shape(asked: ReorganiseUnits) -> None:
    if (asked.kind is Kind.MERGE) != bool(asked.into):
        refuse("reorganise.into", "整合须写明并入哪个改革单位,其他调整不写", "请核对")
    if (asked.kind is Kind.SPLIT) != bool(asked.parts):
        refuse("reorganise.parts", "拆分须写明分出的改革单位,其他调整不写", "请核对")
    if asked.kind not in (Kind.MERGE, Kind.ABOLISH) and len(asked.units) > 1:
        refuse("reorganise.one", f"{KIND_WORDS[asked.kind]}一次办理一个改革单位", "请分开办理")


def _require_change(asked: ReorganiseUnits, units: Mapping[str, UnitFacts]) -> None:
    facts = units[asked.units[0]]
    wanted = _CHANGES.get(asked.kind, "").split()
    if wanted and not any(
        getattr(asked, name) and getattr(asked, name) != getattr(facts, name) for name in wanted
    ):
        what = "名称" if asked.kind is Kind.RENAME else "主管级或牵头地区"
        refuse(
            "reorganise.same",
            f"{KIND_WORDS[asked.kind]}没有写明新的{what}",
            "请写明调整后的内容;须与现在的不同",
        )


class EndBodies(msgspec.Struct, frozen=True, kw_only=True):
    """机构整合或撤销: `into` has their functions and open work; empty leaves the work 无人承办."""

    bodies: tuple[str, ...]
    basis: str
    effective: date
    into: str = ""


class BodiesEnded(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="bodies_ended"):
    """机构整合或撤销: the last day is the one before `effective`; old papers keep the old names."""

    bodies: tuple[str, ...]
    basis: str
    effective: date
    into: str = ""
    cases: tuple[Outcome, ...] = ()

    @property
    def last(self) -> date:
        """The last day on which the bodies stand."""
        return self.effective - timedelta(days=1)


@judged
def judge_ending(
    asked: EndBodies, bodies: Mapping[str, BodyFacts], cases: tuple[Outcome, ...], on: date
) -> BodiesEnded:
    """机构整合、撤销."""
    basis = require_basis(asked.basis, "机构撤销")
    _require_day(asked.effective, on)
    if not asked.bodies or asked.into in asked.bodies or len(set(asked.bodies)) != len(asked.bodies):
        refuse("reorganise.bodies", "没有写明机构,或承继机构就是被撤销的机构", "请核对")
    for code in asked.bodies:
        require_standing(bodies.get(code), code, asked.effective)
    if asked.into:
        require_standing(bodies.get(asked.into), asked.into, asked.effective)
    return BodiesEnded(
        bodies=asked.bodies, basis=basis, effective=asked.effective, into=asked.into, cases=cases
    )
