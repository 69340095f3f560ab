"""组织事件: what is written to the stream `organisation`; codes, papers and dates, no person's name."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.organisation.values import NameUntil, ParkFacts


class OrganisationEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """The base of all."""


class BodyRegistered(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="body_registered"):
    """登记机构; a temporary one with its founding document and its days."""

    code: str
    name: str
    body_type: str
    kind: str
    division: str = ""
    level: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None
    temporary: bool = False
    founding: str = ""


class BodyChanged(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="body_changed"):
    """调整机构: the fields that changed, with the values before; a new name with its history."""

    code: str
    before: dict[str, str]
    after: dict[str, str]
    basis: str
    former: NameUntil | None = None


class PersonRegistered(
    OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="person_registered"
):
    """登记人员: the name lies in the erasable table; here its salted digest."""

    person: str
    name_id: str
    name_digest: str
    contact_digest: str = ""


class PersonRenamed(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="person_renamed"):
    """更正人员姓名或联系方式: a new version of the text."""

    person: str
    text: str
    version: int
    digest: str


class HoldingBegun(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="holding_begun"):
    """任职."""

    person: str
    body: str
    position: str
    first: date
    last: date | None = None
    basis: str = ""


class HoldingEnded(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="holding_ended"):
    """免职或任期届满: the last day."""

    person: str
    body: str
    position: str
    first: date
    last: date
    basis: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place in a chain of responsibility."""

    part: str
    person: str = ""
    body: str = ""


class ChainSet(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="chain_set"):
    """责任链条: 责任领导 – 分管领导 – 牵头单位 / 配合单位 – 联络员, from a day on."""

    unit: str
    programme: str = ""
    step: str = ""
    links: tuple[Link, ...]
    first: date
    basis: str = ""


class UnitPlaced(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="unit_placed"):
    """填定改革单位的主管级、牵头地区、参与地区和园区, with the paper it rests on."""

    unit: str
    supervising_level: str
    lead_area: str
    participating: tuple[str, ...] = ()
    parks: tuple[ParkFacts, ...] = ()
    basis: str
    before: dict[str, str] = {}


class ProxySet(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="proxy_set"):
    """设置请假代理."""

    id: str
    person: str
    body: str
    position: str
    deputy: str
    first: date
    last: date
    programmes: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    basis: str = ""


class ProxyEnded(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="proxy_ended"):
    """提前结束请假代理."""

    id: str
    last: date
    reason: str = ""
