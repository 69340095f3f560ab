"""改革单位研判: 主管级, areas and parks filled in by hand with their basis; chains of responsibility."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

import msgspec

from domain.cells import Problem, read_area
from domain.organisation import events as e
from domain.organisation.judged import judged, require_basis
from domain.organisation.values import (
    BODY_PARTS,
    MANY,
    PART_TITLES,
    BodyFacts,
    ParkFacts,
    Part,
)
from domain.refusal import refuse
from domain.units import SupervisingLevel


class PlaceUnit(msgspec.Struct, frozen=True, kw_only=True):
    """填定改革单位: what is left `None` stays."""

    unit: str
    basis: str
    supervising_level: str | None = None
    lead_area: str | None = None
    participating: tuple[str, ...] | None = None
    parks: tuple[ParkFacts, ...] | None = None


class UnitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """改革单位: what placing it needs to know."""

    id: str
    name: str
    supervising_level: str = ""
    lead_area: str = ""
    participating: tuple[str, ...] = ()
    parks: tuple[ParkFacts, ...] = ()
    ended_on: date | None = None


@judged
def judge_placing(asked: PlaceUnit, unit: UnitFacts) -> e.UnitPlaced:
    """填定主管级、牵头地区、参与地区、园区: never guessed, always with the paper."""
    basis = require_basis(asked.basis, "填定主管级和地区")
    require_living(unit)
    level = unit.supervising_level if asked.supervising_level is None else asked.supervising_level
    lead = unit.lead_area if asked.lead_area is None else asked.lead_area
    areas = unit.participating if asked.participating is None else asked.participating
    parks = unit.parks if asked.parks is None else asked.parks
    require_level(level)
    for area in (lead, *areas):
        _require_division(area)
    if lead in areas or len(set(areas)) != len(areas):
        refuse("unit.areas", "参与地区重复,或把牵头地区也列为参与地区", "请核对后重新填写", unit=unit.id)
    _require_parks(parks)
    before = {
        "supervising_level": unit.supervising_level,
        "lead_area": unit.lead_area,
        "participating": "、".join(unit.participating),
        "parks": "、".join(park.name for park in unit.parks),
    }
    if (level, lead, areas, parks) == (
        unit.supervising_level,
        unit.lead_area,
        unit.participating,
        unit.parks,
    ):
        refuse("unit.same", f"“{unit.name}”的登记内容没有变化", "请核对要改的内容", unit=unit.id)
    return e.UnitPlaced(
        unit=unit.id,
        supervising_level=level,
        lead_area=lead,
        participating=areas,
        parks=parks,
        basis=basis,
        before=before,
    )


def require_living(unit: UnitFacts) -> None:
    """A unit that was merged or abolished takes no more changes."""
    if unit.ended_on is not None:
        refuse(
            "unit.ended",
            f"“{unit.name}”已于 {unit.ended_on} 撤销或并入",
            "请在承继的改革单位上办理",
            unit=unit.id,
        )


def require_level(level: str) -> None:
    """主管级 is one of three words."""
    if level not in {each.value for each in SupervisingLevel}:
        words = "、".join(f"{each.value}({each.label})" for each in SupervisingLevel)
        refuse("unit.level", f"主管级“{level}”有误", f"可选:{words}", level=level)


def _require_division(area: str) -> None:
    if not (area.isascii() and area.isdigit() and len(area) == 6):
        refuse("unit.area", f"“{area}”不是六位区划代码", "请填写县级以上的六位区划代码", area=area)


def _require_parks(parks: tuple[ParkFacts, ...]) -> None:
    twice = [name for name, count in Counter(park.name for park in parks).items() if count > 1]
    if twice or any(not park.name.strip() for park in parks):
        refuse("unit.parks", f"园区名称重复或为空:{'、'.join(twice)}", "一区多园:每个园区单列一个名称")
    for park in parks:
        read = read_area(park.area_ha, "公顷") if park.area_ha else None
        if isinstance(read, Problem):
            refuse("unit.park_area", f"园区“{park.name}”的面积有误:{read.message}", read.mend)
        if park.division:
            _require_division(park.division)


class SetChain(msgspec.Struct, frozen=True, kw_only=True):
    """设置责任链条: of a unit, of one programme, or of one step of it."""

    unit: str
    links: tuple[e.Link, ...]
    first: date
    programme: str = ""
    step: str = ""
    basis: str = ""


@judged
def judge_chain(
    asked: SetChain,
    unit: UnitFacts,
    bodies: Mapping[str, BodyFacts],
    persons: frozenset[str],
) -> e.ChainSet:
    """责任领导 – 分管领导 – 牵头单位 / 配合单位 – 联络员: known people and bodies."""
    require_living(unit)
    if asked.step and not asked.programme:
        refuse("chain.scope", "写了任务号,须同时写明流程模板", "请补充 --programme")
    known = {part.value for part in Part}
    for link in asked.links:
        if link.part not in known:
            refuse("chain.part", f"没有“{link.part}”这一项", f"可选:{'、'.join(PART_TITLES.values())}")
        _require_link(link, bodies, persons, asked.first)
    counted = Counter(Part(link.part) for link in asked.links)
    lacking = [PART_TITLES[p] for p in (Part.LEADER, Part.LEAD) if not counted[p]]
    doubled = [PART_TITLES[p] for p, count in counted.items() if count > 1 and p not in MANY]
    if lacking:
        refuse("chain.lacking", f"责任链条缺少{'、'.join(lacking)}", "请补齐;暂未明确的先不设置")
    if doubled:
        refuse("chain.doubled", f"{'、'.join(doubled)}只能有一个", "其余请列为配合单位或联络员")
    if len(set(asked.links)) != len(asked.links):
        refuse("chain.twice", "责任链条里有重复的人员或单位", "请删去重复的")
    return e.ChainSet(
        unit=unit.id,
        programme=asked.programme,
        step=asked.step,
        links=asked.links,
        first=asked.first,
        basis=asked.basis.strip(),
    )


def _require_link(link: e.Link, bodies: Mapping[str, BodyFacts], persons: frozenset[str], on: date) -> None:
    title = PART_TITLES[Part(link.part)]
    if Part(link.part) in BODY_PARTS:
        body = bodies.get(link.body)
        if body is None or not body.stands(on):
            refuse(
                "chain.body", f"{title}“{link.body}”不在机构名册,或当日已不存在", "请核对机构", body=link.body
            )
    elif link.person not in persons:
        refuse("chain.person", f"{title}没有登记为人员", "请先登记人员(无须账号)", person=link.person)
