"""离岗移交研判: every position of a leaver goes to somebody, or is left vacant on purpose, in one act.

A successor may be given a seat in which something waits that they themselves submitted: per matter they are
kept from deciding it (separation of duties), so the position is not refused but each such matter is listed,
for the auditor and for whoever has to find another decider. Basis: 一人多岗允许、同一事项承办与审批分开.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from domain.organisation.events import OrganisationEvent
from domain.organisation.judged import judged, require_standing
from domain.organisation.values import POSITION_TITLES, BodyFacts, HoldingFacts, ProxyFacts
from domain.refusal import refuse


class Takes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """接替: who takes a position over; empty leaves it vacant (无人承办) on purpose."""

    body: str
    position: str
    person: str = ""


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """离岗移交."""

    leaver: str
    takes: tuple[Takes, ...]
    last: date
    basis: str = ""


class Post(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """移交的岗位: what ends and what begins the day after."""

    body: str
    position: str
    first: date
    """When the leaver began."""
    to: str = ""
    begins: bool = True
    """Not where the successor holds the position already."""


class Matter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """事项: a step of a case that wants attention at a hand-over, and why."""

    case: str
    step: str
    why: str
    person: str = ""


class HandedOver(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True, tag="handed_over"):
    """离岗移交: positions ended and begun, proxies ended, what was left in hand."""

    leaver: str
    last: date
    posts: tuple[Post, ...]
    proxies: tuple[str, ...] = ()
    overlaps: tuple[Matter, ...] = ()
    """What a successor submitted and would decide in the new position: they may not, somebody else must."""
    left: tuple[Matter, ...] = ()
    """What the leaver had begun: drafts, submissions under review, recordings not checked, proposals."""
    basis: str = ""


WHY_TITLES = {
    "own_submission": "接替人本人提交的事项,不能由其审批",
    "draft": "离岗人已登记材料、尚未提交",
    "submitted": "离岗人提交、正在审批",
    "unchecked": "离岗人代录、尚待核对原件",
    "proposal": "离岗人提出、尚待确认的特办事项",
}


@judged
def judge_hand_over(
    asked: HandOver,
    held: Mapping[str, Iterable[HoldingFacts]],
    bodies: Mapping[str, BodyFacts],
    proxies: Iterable[ProxyFacts],
    administrators: frozenset[str],
) -> HandedOver:
    """离岗移交. `held` are the holdings of the leaver and of every successor, by person."""
    wanted = {(takes.body, takes.position): takes.person for takes in asked.takes}
    if len(wanted) != len(asked.takes):
        refuse("leave.twice", "同一岗位写了两个接替人", "每个岗位只写一个接替人")
    ending = [each for each in held[asked.leaver] if each.last is None or each.last > asked.last]
    if not ending:
        refuse(
            "leave.nothing",
            f"{asked.last} 以后此人没有任职,无可移交",
            "请核对人员和离岗日期",
            person=asked.leaver,
        )
    _require_all(ending, wanted, bodies)
    posts = tuple(_post(each, wanted[each.body, each.position], asked, held, bodies) for each in ending)
    for person in set(wanted.values()) & administrators:
        refuse(
            "holding.administrator",
            "系统的管理员不能接替业务职务",
            "请另选接替人",
            basis="三员分立",
            person=person,
        )
    return HandedOver(
        leaver=asked.leaver,
        last=asked.last,
        posts=posts,
        proxies=tuple(
            proxy.id
            for proxy in proxies
            if asked.leaver in (proxy.person, proxy.deputy) and proxy.last > asked.last
        ),
        basis=asked.basis.strip(),
    )


def _require_all(
    ending: list[HoldingFacts], wanted: Mapping[tuple[str, str], str], bodies: Mapping[str, BodyFacts]
) -> None:
    places = {(each.body, each.position) for each in ending}
    missing = [
        f"{bodies[body].name}{POSITION_TITLES.get(position, position)}"
        for body, position in sorted(places - wanted.keys())
    ]
    if missing:
        refuse(
            "leave.incomplete",
            f"还有岗位没有写明接替人:{'、'.join(missing)}",
            "每个岗位写明接替人;确实暂缺的,写明“空缺”",
            lacking=len(missing),
        )
    strange = sorted(wanted.keys() - places)
    if strange:
        body, position = strange[0]
        refuse(
            "leave.not_held",
            f"离岗人没有担任“{body}”的{POSITION_TITLES.get(position, position)}",
            "请核对岗位",
            body=body,
        )


def _post(
    holding: HoldingFacts,
    to: str,
    asked: HandOver,
    held: Mapping[str, Iterable[HoldingFacts]],
    bodies: Mapping[str, BodyFacts],
) -> Post:
    start = asked.last + timedelta(days=1)
    if to == asked.leaver:
        refuse("leave.self", "接替人不能是离岗人本人", "请另选接替人", person=to)
    begins = bool(to)
    if to:
        require_standing(bodies.get(holding.body), holding.body, start)
        same = [e for e in held[to] if (e.body, e.position) == (holding.body, holding.position)]
        begins = not any(each.meets(start, None) for each in same)
    return Post(body=holding.body, position=holding.position, first=holding.first, to=to, begins=begins)
