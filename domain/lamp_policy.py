"""亮灯规则: when a lamp is yellow or red, and from which working day overdue something is drafted for whom.

Part of a programme, so that a reviewer reads it there. Thresholds and ladder are proposals of the product
until a deployment names its own document.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from domain.lamp_borders import SOON_DAYS, SOON_SHARE
from domain.programme_terms import Basis, Schema, Whole


class Draft(StrEnum):
    """拟办: what is drafted for a person to sign; the system sends none of them by itself."""

    ORDER = "order"
    """督办单."""
    CIRCULAR = "circular"
    """通报."""
    TALK = "talk"
    """约谈清单."""


DRAFT_TITLES: dict[Draft, str] = {
    Draft.ORDER: "督办单",
    Draft.CIRCULAR: "通报",
    Draft.TALK: "约谈清单",
}


class Drafter(StrEnum):
    """由谁决定是否发出."""

    SUPERVISOR = "supervisor"
    REFORM_OFFICE = "reform_office"


DRAFTER_TITLES: dict[Drafter, str] = {Drafter.SUPERVISOR: "督查室", Drafter.REFORM_OFFICE: "改革办"}


class Rung(Schema):
    """升级的一级: from so many working days of red on, this is drafted for that office to decide on."""

    after: Whole = Field(ge=1, description="红灯满几个工作日")
    draft: Draft = Field(description="拟办:order 督办单、circular 通报、talk 约谈清单")
    by: Drafter = Field(description="由谁决定是否发出:supervisor 督查室、reform_office 改革办")


class LampPolicy(Schema):
    """亮灯规则: yellow from `soon_days` working days, or `soon_share` percent of the term where smaller."""

    soon_days: Whole = Field(default=SOON_DAYS, ge=0)
    soon_share: Whole = Field(default=SOON_SHARE, ge=0, le=100)
    returned: Whole = Field(default=0, ge=0, description="被退回满几次亮黄灯;0 为不看退回次数")
    lag: Whole = Field(
        default=1, ge=0, description="计划日期过后满几个工作日未办结亮黄灯(滞后);0 为不看计划节点"
    )
    held: Literal["red", "yellow"] = Field(default="red", description="办结后被合规检查拦截的,亮什么灯")
    escalation: list[Rung] = Field(
        default=[
            Rung(after=1, draft=Draft.ORDER, by=Drafter.SUPERVISOR),
            Rung(after=5, draft=Draft.CIRCULAR, by=Drafter.REFORM_OFFICE),
            Rung(after=10, draft=Draft.TALK, by=Drafter.REFORM_OFFICE),
        ],
        description="升级:系统只拟稿,由人决定是否发出;提醒经办人不在其内",
    )
    basis: Basis = Field(default=Basis(text="本产品建议的亮灯规则"), description="规则的出处和可信度")

    @model_validator(mode="after")
    def _ladder_rises(self) -> LampPolicy:
        if any(lower.after >= upper.after for lower, upper in pairwise(self.escalation)):
            raise ValueError("escalation 各级的 after 须逐级增大")
        return self
