"""通报、约谈办理判断: one act on it, by the table."""

from __future__ import annotations

import msgspec

from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.admonition_table import (
    ADMONITION_ACTS,
    ADMONITION_KINDS,
    ADMONITION_MOVES,
    ADMONITION_STATES,
    AdmonitionAct,
    AdmonitionKind,
    AdmonitionState,
)
from domain.supervising.judging import Asked, Facts, check_day, check_place, check_text
from domain.supervising.matters import Admonition, AdmonitionMoved
from domain.supervising.values import Hand, Need


class AdmonitionAsked(Asked, frozen=True, kw_only=True):
    """通报、约谈办理请求."""

    act: AdmonitionAct
    number: str = ""
    """登记签发: the number that the office's OA gave, or 无文号."""


def judge_admonition(
    matter: Admonition, asked: AdmonitionAsked, hand: Hand, facts: Facts
) -> AdmonitionMoved | Refused:
    """通报、约谈办理判断: the event, or why not."""
    try:
        return _judge(matter, asked, hand, facts)
    except RefusalError as refusal:
        return refusal.refused


def next_admonition_state(
    kind: AdmonitionKind, state: AdmonitionState, act: AdmonitionAct
) -> AdmonitionState | None:
    """The state after an act; `None` where the table does not have it."""
    move = ADMONITION_MOVES[act]
    return move.to if state in move.states and kind in move.kinds else None


def _judge(matter: Admonition, asked: AdmonitionAsked, hand: Hand, facts: Facts) -> AdmonitionMoved:
    to = next_admonition_state(matter.kind, matter.state, asked.act)
    if to is None:
        may = "、".join(
            ADMONITION_ACTS[act]
            for act in ADMONITION_MOVES
            if next_admonition_state(matter.kind, matter.state, act) is not None
        )
        refuse(
            "admonition.state",
            f"{ADMONITION_KINDS[matter.kind]} {matter.id}“{ADMONITION_STATES[matter.state]}”,"
            f"不能{ADMONITION_ACTS[asked.act]}",
            f"现在可以办理的是:{may}" if may else "这一件已经办完",
            state=str(matter.state),
            act=str(asked.act),
        )
    move = ADMONITION_MOVES[asked.act]
    check_place(hand, {matter.office}, move.who)
    check_day(asked.on, (deed.on for deed in matter.deeds), facts.today)
    if Need.TEXT in move.needs:
        check_text(asked.text, "内容或理由")
    if Need.NUMBER in move.needs and not asked.number:
        refuse(
            "admonition.no_number",
            "没有写明文号",
            "请写本机关公文系统给的文号;没有文号的写“无文号”。系统不编号",
        )
    return AdmonitionMoved(
        id=matter.id,
        on=asked.on,
        hand=hand,
        late=asked.on < facts.today,
        act=asked.act,
        to=to,
        text=asked.text,
        papers=asked.papers,
        number=asked.number if Need.NUMBER in move.needs else "",
    )


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """一项事实: what it is about, since when, and the sentence; told by date, never by rank."""

    subject: str
    unit: str
    since: str
    sentence: str


def in_order(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """By the day since when, then by what they are about: an order that says nothing about who is worst."""
    return tuple(sorted(facts, key=lambda each: (each.since, each.subject)))
