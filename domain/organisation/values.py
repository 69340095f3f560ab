"""组织的值: what is stored of bodies, units, chains and proxies beside their plain columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

KIND_TITLES: Final = {
    "account": "在系统内办理",
    "no-account": "不登录(由他人代录)",
    "external": "系统外(来文去文)",
}
LEVEL_TITLES: Final = {
    "unit": "改革单位自身",
    "county": "县级",
    "city": "市级",
    "province": "省级",
    "nation": "国家级",
    "receiver": "接收单位",
}
POSITION_TITLES: Final = {"handler": "经办人", "head": "负责人", "member": "成员"}


class NameUntil(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """曾用名: an earlier name with its last day and the paper that changed it. Old papers keep it.

    `until` is empty where nobody knows the day.
    """

    name: str
    until: str = ""
    source: str = ""


def name_on(name: str, history: Iterable[NameUntil], day: date) -> str:
    """当时名称: what a body or unit was called on a day; the earliest name for a day before all of them."""
    for former in history:
        if former.until and day.isoformat() <= former.until:
            return former.name
    return name


class BodyData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """机构附加资料: what `body.data` holds."""

    temporary: bool = False
    """专班, 领导小组 and the like."""
    founding: str = ""
    """成立文件: number or title of the founding document."""
    names: tuple[NameUntil, ...] = ()
    successor: str = ""
    """承继机构: who has its functions and its open work since its last day."""
    ended_by: str = ""
    """撤销、整合等的批准文件."""


class BodyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """机构: one body as the register holds it."""

    code: str
    name: str
    type: str = ""
    kind: str = "account"
    division: str = ""
    level: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None
    data: BodyData = BodyData()

    def stands(self, on: date) -> bool:
        """Whether the body exists on a day, both ends included."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


class ParkFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """园区 (一区多园): name, area in hectares as text, division, contact (a person of the register)."""

    name: str
    area_ha: str = ""
    division: str = ""
    contact: str = ""


class UnitData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """改革单位附加资料: what `reform_unit.data` holds."""

    parks: tuple[ParkFacts, ...] = ()
    basis: str = ""
    """The paper on which 主管级, areas and parks rest."""
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    ended_by: str = ""


class Part(StrEnum):
    """责任链条的位置."""

    LEADER = "leader"
    DEPUTY = "deputy"
    LEAD = "lead"
    SUPPORT = "support"
    CONTACT = "contact"


PART_TITLES: Final = {
    Part.LEADER: "责任领导",
    Part.DEPUTY: "分管领导",
    Part.LEAD: "牵头单位",
    Part.SUPPORT: "配合单位",
    Part.CONTACT: "联络员",
}
BODY_PARTS: Final = frozenset({Part.LEAD, Part.SUPPORT})
"""These name a body, the others a person (who needs no account)."""
MANY: Final = frozenset({Part.SUPPORT, Part.CONTACT})
"""Of these there may be several."""


class HoldingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """任职: a position held, both days included; open at the end while it lasts."""

    person: str
    body: str
    position: str
    first: date
    last: date | None = None

    def meets(self, first: date, last: date | None) -> bool:
        """Whether any day lies in both."""
        return (last is None or self.first <= last) and (self.last is None or first <= self.last)


class ProxyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """请假代理: who acts for whom in which position, in which window, for which work."""

    id: str
    person: str
    body: str
    position: str
    deputy: str
    first: date
    last: date
    programmes: tuple[str, ...] = ()
    """Empty: all."""
    works: tuple[str, ...] = ()
    """Kinds of work (`domain.work_kinds.WorkKind`); empty: all."""

    def stands(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= on <= self.last
