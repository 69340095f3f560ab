"""督办判断的公用部分: dates, places and hands, asked the same way of every matter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from domain.decisions import TextRef
from domain.refusal import refuse
from domain.supervising.rules import SupervisionRules
from domain.supervising.values import WHO_TITLES, Hand, Paper, Who
from domain.workdays import WorkCalendar

SEPARATION = "办理和销号相分离:参与整改(答复)的人不得复核、销号(认可)"


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """事实: what a judgement reads besides the matter."""

    today: date
    calendar: WorkCalendar
    rules: SupervisionRules


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """办理请求: what comes with a move; ``text`` is where the written words lie."""

    on: date
    text: TextRef | None = None
    papers: tuple[Paper, ...] = ()


def check_day(on: date, before: Iterable[date], today: date) -> None:
    """办理日期: not to come, and not before what was done already."""
    if on > today:
        refuse("date.future", f"{on} 还没有到", "请写今天或以前的日期", on=str(on))
    last = max(before, default=on)
    if on < last:
        refuse(
            "supervision.date_order",
            f"{on} 早于上一次办理({last})",
            "请核对日期;上一次办理的日期有误的,请先说明情况",
            on=str(on),
            last=str(last),
        )


def check_place(hand: Hand, bodies: Iterable[str], who: Who) -> None:
    """办理单位: the move belongs to one of these bodies."""
    if hand.body not in set(bodies):
        refuse(
            "supervision.not_yours",
            f"这一步由{WHO_TITLES[who]}办理,您所在的单位不是",
            "请由该单位的人员办理",
            body=hand.body,
        )


def check_hands(hand: Hand, hands: Iterable[str]) -> None:
    """经办人回避: whoever rectified, and whoever acts for them today, does not judge it."""
    own = sorted(hand.near & set(hands))
    if own:
        refuse(
            "supervision.own_work",
            "您参与了这项整改(答复),或者正代理参与的人,不能由您复核、销号或认可",
            "请由没有参与的另一人办理",
            basis=SEPARATION,
            person=own[0],
        )


def check_text(text: TextRef | None, what: str) -> TextRef:
    """书面内容 that a move needs."""
    if text is None:
        refuse("supervision.no_text", f"没有写明{what}", f"请写明{what}")
    return text
