"""组织办理表: which act on units, bodies, people and positions is which route, one row each.

The routes, their descriptions and examples are made from this table. A row's request is the service's own;
what stands in braces in the address is left out of the body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, get_type_hints

import msgspec

from domain.organisation.bodies import ChangeBody, RegisterBody
from domain.organisation.events import (
    BodyChanged,
    BodyRegistered,
    ChainSet,
    HoldingBegun,
    HoldingEnded,
    PersonRegistered,
    PersonRenamed,
    ProxyEnded,
    ProxySet,
    UnitPlaced,
)
from domain.organisation.holdings import Appoint, EndHolding
from domain.organisation.leaving import HandedOver, HandOver
from domain.organisation.proxies import SetProxy
from domain.organisation.reorganising import BodiesEnded, EndBodies, ReorganiseUnits, UnitsReorganised
from domain.organisation.units import PlaceUnit, SetChain
from domain.organisation.values import KIND_TITLES, LEVEL_TITLES, POSITION_TITLES
from domain.permissions import Action
from services.office import organising as o
from services.organising import bodies, ending, persons, proxies, reorganising, units
from services.organising.leaving import HandOverDone
from services.organising.persons import RegisterPerson
from services.organising.previewing import Preview
from services.organising.proxies import EndProxy
from web.api.shapes import Asked, asked

_DAY: Final = "2022-03-02"
_BASIS: Final = "示例办〔2022〕1号"
_KIND: Final[Any] = Literal[tuple(KIND_TITLES)]
_LEVEL: Final[Any] = Literal[tuple(LEVEL_TITLES)]
_POSITION: Final[Any] = Literal[tuple(POSITION_TITLES)]
_TOP: Final[Any] = Literal["", "county", "city", "province"]


@dataclass(frozen=True)
class Act:
    """组织办理: one row of the table. ``do`` takes the counter, the request and, unless it only looks, the
    act's number."""

    path: str
    request: type[msgspec.Struct]
    does: type[msgspec.Struct]
    """What it answers: the event that was written, or the preview."""
    do: Callable[..., Any]
    title: str
    told: str
    example: Mapping[str, Any]
    looks: bool = False
    """Only looks: it needs no number and writes nothing."""
    narrowed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The operation's name: ``/bodies/{body}/change`` → ``bodies_change``."""
        return "_".join(part.replace("-", "_") for part in self.path.split("/") if part and part[0] != "{")

    @property
    def addressed(self) -> tuple[str, str] | None:
        """What of the request stands in the address: its name there, and the field."""
        found = re.search(r"\{(\w+)\}", self.path)
        if found is None:
            return None
        name = found[1]
        return name, _FIELD.get((self.request, name), name)

    @cached_property
    def body(self) -> type[Asked]:
        """The model of its request."""
        left = self.addressed[1] if self.addressed else ""
        keep = tuple(name for name in self.request.__struct_fields__ if name != left)
        name = "".join(part.capitalize() for part in self.name.split("_"))
        return asked(f"{name}Asked", self.title, self.request, keep, frozenset(), self.narrowed)

    def make(self, fields: Mapping[str, Any], address: str) -> msgspec.Struct:
        """The request that a body and an address mean."""
        more = {self.addressed[1]: address} if self.addressed else {}
        known = get_type_hints(self.request)
        said = {name: value for name, value in fields.items() if name in known}
        return msgspec.convert({**said, **more}, self.request)


_FIELD: Final[Mapping[tuple[type, str], str]] = {
    (ChangeBody, "body"): "code",
    (HandOver, "person"): "leaver",
    (EndProxy, "proxy"): "id",
}
"""Where the address calls it otherwise."""


def _by(action: Action, service: Callable[..., Any], *, tells: bool = False) -> Callable[..., Any]:
    def do(counter: Any, request: msgspec.Struct, command_id: str) -> Any:
        return o.enacted(counter, action, service, request, command_id, tells=tells)

    return do


_TAKES: Final = {"body": "zone-411024", "position": "handler", "person": "p-new"}
_HAND_OVER: Final = {"takes": [_TAKES], "last": "2022-03-31", "basis": _BASIS}
_ENDS: Final = {"bodies": ["county-old"], "into": "county-new", "basis": _BASIS, "effective": _DAY}
_UNITS: Final = {
    "kind": "rename",
    "units": ["unit-here"],
    "name": "示例经济开发区",
    "basis": _BASIS,
    "effective": _DAY,
}
_LINKS: Final = [
    {"part": "leader", "person": "p-leader"},
    {"part": "deputy", "person": "p-deputy"},
    {"part": "lead", "body": "county-411024"},
    {"part": "contact", "person": "p-clerk"},
]
_MOVED: Final = {"supervising_level": _TOP}

ACTS: Final = (
    Act(
        "/bodies",
        RegisterBody,
        BodyRegistered,
        _by(Action.BODY_CHANGE, bodies.register_body, tells=True),
        "登记机构",
        "专班、领导小组写明成立文件和起止日期。等着它的事项随即有人承办。",
        {
            "code": "b-new",
            "name": "示例专班",
            "body_type": "task_force",
            "division": "411024",
            "level": "county",
        },
        narrowed={"kind": _KIND, "level": _LEVEL},
    ),
    Act(
        "/bodies/{body}/change",
        ChangeBody,
        BodyChanged,
        _by(Action.BODY_CHANGE, bodies.change_body, tells=True),
        "调整机构",
        "没有写的不变;更名的,旧名留给旧文件。",
        {"basis": _BASIS, "name": "示例新名", "effective": _DAY},
        narrowed={"kind": _KIND | None, "level": _LEVEL | None},
    ),
    Act(
        "/bodies/end/preview",
        EndBodies,
        Preview,
        o.preview_bodies,
        "机构整合、撤销预览",
        "会触及哪些改革任务、台账和岗位;什么也不写入。",
        _ENDS,
        looks=True,
    ),
    Act(
        "/bodies/end",
        EndBodies,
        BodiesEnded,
        _by(Action.BODY_CHANGE, ending.end_bodies, tells=True),
        "机构整合、撤销",
        "职能和在办工作由承继机构接续;没有承继机构的,工作列为无人承办。",
        _ENDS,
    ),
    Act(
        "/people",
        RegisterPerson,
        PersonRegistered,
        o.register_person,
        "登记人员",
        "任职和账号另行办理。应答里没有姓名,姓名另存,可以依法删除。",
        {"person": "p-new", "name": "示例人员", "body": "zone-411024", "account": True},
    ),
    Act(
        "/people/{person}/rename",
        o.RenamePerson,
        PersonRenamed,
        o.rename_person,
        "更正姓名",
        "旧的姓名保留到依法删除为止。",
        {"name": "示例人员"},
    ),
    Act(
        "/people/{person}/appoint",
        Appoint,
        HoldingBegun,
        _by(Action.HOLDING_CHANGE, persons.appoint),
        "登记任职",
        "自哪日起任什么岗位。",
        {"body": "zone-411024", "position": "handler", "first": _DAY, "basis": _BASIS},
        narrowed={"position": _POSITION},
    ),
    Act(
        "/people/{person}/relieve",
        EndHolding,
        HoldingEnded,
        _by(Action.HOLDING_CHANGE, persons.end_holding),
        "登记免职",
        "在办工作留在岗位上,有人接任前列为无人承办。",
        {"body": "zone-411024", "position": "handler", "last": "2022-03-31", "basis": _BASIS},
        narrowed={"position": _POSITION},
    ),
    Act(
        "/people/{person}/hand-over/preview",
        HandOver,
        HandedOver,
        o.preview_hand_over,
        "离岗移交预览",
        "哪些岗位结束、由谁接、还有什么在手上;什么也不写入。",
        _HAND_OVER,
        looks=True,
    ),
    Act(
        "/people/{person}/hand-over",
        HandOver,
        HandOverDone,
        o.hand_over,
        "离岗移交",
        "岗位、在办工作和账号一次移交;全部办成,或什么也不办。",
        _HAND_OVER,
    ),
    Act(
        "/proxies",
        SetProxy,
        ProxySet,
        _by(Action.PROXY_SET, proxies.set_proxy),
        "设置请假代理",
        "本人、单位负责人或单位管理员设置;不能转托。",
        {
            "person": "p-head",
            "body": "county-411024",
            "position": "head",
            "deputy": "p-deputy",
            "first": _DAY,
            "last": "2022-03-31",
            "basis": _BASIS,
        },
        narrowed={"position": _POSITION},
    ),
    Act(
        "/proxies/{proxy}/end",
        EndProxy,
        ProxyEnded,
        _by(Action.PROXY_SET, proxies.end_proxy),
        "提前结束请假代理",
        "写明最后一天。",
        {"last": "2022-03-10", "reason": "已返岗"},
    ),
    Act(
        "/units/{unit}/place",
        PlaceUnit,
        UnitPlaced,
        _by(Action.UNIT_CHANGE, units.place_unit),
        "填定主管级和地区",
        "主管级、牵头地区、参与地区和园区;没有写的不变。",
        {"basis": _BASIS, "supervising_level": "county", "lead_area": "411024"},
        narrowed={"supervising_level": _TOP | None},
    ),
    Act(
        "/units/{unit}/chain",
        SetChain,
        ChainSet,
        _by(Action.UNIT_CHANGE, units.set_chain),
        "设置责任链条",
        "责任领导、分管领导、牵头单位、配合单位、联络员;可以只管一个流程模板或其中一项任务。",
        {"links": _LINKS, "first": _DAY, "basis": _BASIS},
    ),
    Act(
        "/units/reorganise/preview",
        ReorganiseUnits,
        Preview,
        o.preview_units,
        "改革单位调整预览",
        "会触及哪些改革任务、台账、机构和岗位;生效前也可以看。什么也不写入。",
        _UNITS,
        looks=True,
        narrowed=_MOVED,
    ),
    Act(
        "/units/reorganise",
        ReorganiseUnits,
        UnitsReorganised,
        _by(Action.UNIT_REORGANISE, reorganising.reorganise_units, tells=True),
        "改革单位调整",
        "更名、整合、拆分、撤销、升级、调整隶属:单位、机构、改革任务和台账一次办成。",
        _UNITS,
        narrowed=_MOVED,
    ),
)
"""组织办理表."""
