"""请假代理研判: who may act for whom, in which position, window and scope; never handed on.

A deputy acts “for” somebody and the act says so. It gives no right of its own: whoever is only a deputy in a
position cannot give that position to a third person, and separation of duties sees through it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from domain.organisation import events as e
from domain.organisation.judged import judged, require_standing
from domain.organisation.values import POSITION_TITLES, BodyFacts, HoldingFacts, ProxyFacts
from domain.refusal import refuse
from domain.work_kinds import WORK_TITLES


class SetProxy(msgspec.Struct, frozen=True, kw_only=True):
    """设置请假代理."""

    person: str
    body: str
    position: str
    deputy: str
    first: date
    last: date
    programmes: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    basis: str = ""


@judged
def judge_proxy(
    asked: SetProxy,
    body: BodyFacts | None,
    held: Iterable[HoldingFacts],
    proxies: Iterable[ProxyFacts],
    *,
    id: str,
    on: date,
    administrator: bool,
) -> e.ProxySet:
    """设置请假代理. `held` are the positions of the person away, `proxies` all that stand."""
    _require_window(asked, on)
    found = require_standing(body, asked.body, asked.first)
    _require_pair(asked, administrator=administrator)
    own = [each for each in held if (each.body, each.position) == (asked.body, asked.position)]
    if not any(each.first <= asked.first and (each.last is None or asked.last <= each.last) for each in own):
        refuse(
            "proxy.not_held",
            f"委托人在此期间不担任“{found.name}”{POSITION_TITLES.get(asked.position, asked.position)}",
            "只能委托本人担任的岗位;代理来的岗位不能再转托",
            basis="代理不得转托",
            person=asked.person,
        )
    for other in proxies:
        same = (other.person, other.body, other.position) == (asked.person, asked.body, asked.position)
        if same and other.first <= asked.last and asked.first <= other.last and _scopes_meet(asked, other):
            refuse(
                "proxy.twice",
                f"该岗位 {other.first} 至 {other.last} 已委托他人代理",
                "请先结束前一项代理,或错开日期、范围",
                proxy=other.id,
            )
    _require_works(asked.works)
    return e.ProxySet(id=id, **msgspec.structs.asdict(asked))


def _require_window(asked: SetProxy, on: date) -> None:
    if asked.last < asked.first:
        refuse("proxy.days", f"结束日期 {asked.last} 早于开始日期 {asked.first}", "请核对起止日期")
    if asked.first < on:
        refuse("proxy.past", "代理不能倒签", f"最早从今天({on})开始;之前的请由本人或负责人补办")


def _require_pair(asked: SetProxy, *, administrator: bool) -> None:
    if asked.deputy == asked.person:
        refuse("proxy.self", "不能委托本人代理本人", "请另选代理人", person=asked.person)
    if administrator:
        refuse(
            "holding.administrator",
            "系统的管理员不能代理业务职务",
            "请另选代理人",
            basis="三员分立",
            person=asked.deputy,
        )


def _require_works(works: tuple[str, ...]) -> None:
    known = {str(kind): title for kind, title in WORK_TITLES.items()}
    wrong = [work for work in works if work not in known]
    if wrong:
        words = "、".join(f"{kind}({title})" for kind, title in known.items())
        refuse("proxy.works", f"没有“{wrong[0]}”这一类工作", f"可选:{words}")


def _scopes_meet(asked: SetProxy, other: ProxyFacts) -> bool:
    def meet(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
        return not one or not two or bool(set(one) & set(two))

    return meet(asked.programmes, other.programmes) and meet(asked.works, other.works)


@judged
def judge_proxy_end(proxy: ProxyFacts, last: date, on: date, reason: str) -> e.ProxyEnded:
    """提前结束代理: from the next day at the latest; what was done until then stands."""
    if not proxy.first <= last < proxy.last:
        refuse(
            "proxy.over",
            f"该代理自 {proxy.first} 至 {proxy.last},不能结束于 {last}",
            "请写代理期内、原结束日期以前的日期",
            proxy=proxy.id,
        )
    if last < on:
        refuse("proxy.past", "代理不能倒签结束", f"最早结束于今天({on})")
    return e.ProxyEnded(id=proxy.id, last=last, reason=reason.strip())
