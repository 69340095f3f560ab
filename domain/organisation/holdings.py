"""任职研判: beginning and ending a position, with the papers where known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from domain.organisation import events as e
from domain.organisation.judged import judged, require_standing
from domain.organisation.values import POSITION_TITLES, BodyFacts, HoldingFacts
from domain.refusal import RefusalError, Refused, refuse


class Appoint(msgspec.Struct, frozen=True, kw_only=True):
    """登记任职."""

    person: str
    body: str
    position: str
    first: date
    last: date | None = None
    basis: str = ""


class EndHolding(msgspec.Struct, frozen=True, kw_only=True):
    """登记免职或届满: `last` is the last day on which the position is held."""

    person: str
    body: str
    position: str
    last: date
    basis: str = ""


@judged
def judge_appointment(
    asked: Appoint, body: BodyFacts | None, held: Iterable[HoldingFacts], *, administrator: bool
) -> e.HoldingBegun:
    """登记任职. `held` are the person's holdings; the three administrators hold no position."""
    if asked.position not in POSITION_TITLES:
        words = "、".join(f"{code}({title})" for code, title in POSITION_TITLES.items())
        refuse("holding.position", f"没有岗位“{asked.position}”", f"可选:{words}", position=asked.position)
    found = require_standing(body, asked.body, asked.first)
    if asked.last is not None and asked.last < asked.first:
        refuse("holding.days", f"截止日期 {asked.last} 早于任职日期 {asked.first}", "请核对任职文件")
    if administrator:
        raise RefusalError(administrator_in_business(asked.person))
    for other in held:
        if (other.body, other.position) == (asked.body, asked.position) and other.meets(
            asked.first, asked.last
        ):
            refuse(
                "holding.exists",
                f"此人在“{found.name}”的{POSITION_TITLES[asked.position]}任期与已登记的重叠"
                f"({other.first} 起)",
                "请先登记上一任期的截止日期,或核对任职日期",
                person=asked.person,
                body=asked.body,
            )
    return e.HoldingBegun(
        person=asked.person,
        body=asked.body,
        position=asked.position,
        first=asked.first,
        last=asked.last,
        basis=asked.basis.strip(),
    )


def administrator_in_business(person: str) -> Refused:
    """三员分立: an administrator of the system is given no position (GB/T 22239-2019 8.1.5)."""
    return Refused(
        code="holding.administrator",
        message="系统的管理员不能同时担任业务职务",
        remedy="请先免去管理员职务,或另选人员",
        basis="三员分立",
        facts={"person": person},
    )


@judged
def judge_end(asked: EndHolding, held: Iterable[HoldingFacts]) -> e.HoldingEnded:
    """登记免职: the holding that covers the last day, or begins before it, ends there."""
    found = [
        each
        for each in held
        if (each.body, each.position) == (asked.body, asked.position)
        and each.first <= asked.last
        and (each.last is None or each.last >= asked.last)
    ]
    if not found:
        refuse(
            "holding.none",
            f"没有登记过这一任职,或在 {asked.last} 前已结束",
            "请用 zonectl person show 核对任职",
            person=asked.person,
            body=asked.body,
        )
    return e.HoldingEnded(
        person=asked.person,
        body=asked.body,
        position=asked.position,
        first=found[0].first,
        last=asked.last,
        basis=asked.basis.strip(),
    )
