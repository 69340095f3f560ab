"""改革单位: who is reformed: zones of the catalogue, townships, medical groups, enterprises, departments.

A unit outlives its name, its code and its catalogue edition: after 2022 Xuchang's zones carry new names,
and one pilot zone never stood in the 2018 catalogue. So a unit has a key of its own, and names, codes and
editions are facts about it. What an import does not know (主管级, lead area) is 待补: None, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class UnitKind(StrEnum):
    """改革单位类别."""

    ZONE = "zone"
    TOWNSHIP = "township"
    MEDICAL_GROUP = "medical_group"
    ENTERPRISE = "enterprise"
    DEPARTMENT = "department"

    @property
    def label(self) -> str:
        """The word on the screen."""
        return _KIND_LABELS[self]


_KIND_LABELS: Final = {
    UnitKind.ZONE: "开发区",
    UnitKind.TOWNSHIP: "乡镇(街道)",
    UnitKind.MEDICAL_GROUP: "医共体",
    UnitKind.ENTERPRISE: "企业",
    UnitKind.DEPARTMENT: "部门",
}


class SupervisingLevel(StrEnum):
    """主管级: the level that runs a zone; chains name “编办 of the 主管级”, not “county 编办”."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """省管 / 市管 / 县管."""
        return {"province": "省管", "city": "市管", "county": "县管"}[self.value]


class CatalogueLevel(StrEnum):
    """目录级别: the part of the catalogue a zone stands in."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    OUTSIDE = "outside"
    """目录外: in no part of the edition named; the unit's key says so."""

    @property
    def label(self) -> str:
        """国家级 / 省级 / 目录外."""
        return {"national": "国家级", "provincial": "省级", "outside": "目录外"}[self.value]


@dataclass(frozen=True, slots=True)
class FormerName:
    """曾用名: an earlier name, until when (as far as known), and the paper that changed it."""

    name: str
    until: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Park:
    """园区 (一区多园): one of a zone's parks, with its area and contact."""

    name: str
    area_ha: Decimal | None = None
    division_code: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReformUnit:
    """改革单位: the value that services load and rules read.

    `predecessors` and `successors` are unit ids (整合, 拆分, 更名): a merged zone's papers keep its old name.
    """

    id: str
    kind: UnitKind
    name: str
    division_code: str | None = None
    supervising_level: SupervisingLevel | None = None
    lead_area: str | None = None
    """牵头县区, as a division code."""
    participating_areas: tuple[str, ...] = ()
    parks: tuple[Park, ...] = ()
    name_history: tuple[FormerName, ...] = ()
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()

    def pending(self) -> tuple[str, ...]:
        """待补: what an officer must still add before a case of this unit can be opened."""
        wanted = (("主管级", self.supervising_level), ("牵头县区", self.lead_area))
        return tuple(title for title, value in wanted if value is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(ReformUnit):
    """开发区: a unit of the catalogue (or marked as outside it), with the printed facts of one edition."""

    edition: str
    level: CatalogueLevel
    catalogue_no: int | None = None
    code: str = ""
    zone_type: str = ""
    province: str = ""
    approved_ym: str = ""
    """批准时间, “yyyy-mm”; two months as printed are joined by “/”."""
    area_ha: Decimal | None = None
    industries: str = ""


def zone_id(edition: str, level: CatalogueLevel, catalogue_no: int) -> str:
    """The key of a catalogue zone: (edition, level, number), because one code is printed twice."""
    return f"zone:{edition}:{level.value}:{catalogue_no}"


def outside_zone_id(division_code: str, serial: int) -> str:
    """The key of a zone outside the catalogue: its division and a number of ours."""
    return f"zone:outside:{division_code}:{serial:02d}"
