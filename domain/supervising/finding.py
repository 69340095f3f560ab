"""问题办理判断: one act on a finding, by the table, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import msgspec

from domain.date_reach import require_dates_in_reach
from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.finding_table import (
    FINDING_ACTS,
    FINDING_MOVES,
    FINDING_STATES,
    FindingAct,
    FindingMove,
    FindingState,
)
from domain.supervising.judging import Asked, Facts, check_day, check_hands, check_place, check_text
from domain.supervising.matters import Finding, FindingMoved
from domain.supervising.rules import months_from, workdays_from
from domain.supervising.values import Deadline, Hand, Need, Part, Who


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """分办要求: one unit of an assignment."""

    body: str
    lead: bool
    due_on: date
    account: bool = True


class FindingAsked(Asked, frozen=True, kw_only=True):
    """问题办理请求."""

    act: FindingAct
    shares: tuple[Share, ...] = ()
    """交办: the lead unit and those that support it."""
    due_on: date | None = None
    """延期: the new date."""
    body: str = ""
    """延期: whose date; the lead unit's where empty. 登记: for which unit the office records."""


def judge_finding(finding: Finding, asked: FindingAsked, hand: Hand, facts: Facts) -> FindingMoved | Refused:
    """问题办理判断: the event, or why not."""
    try:
        require_dates_in_reach(asked)
        return _judge(finding, asked, hand, facts)
    except RefusalError as refusal:
        return refusal.refused


def next_finding_state(state: FindingState, act: FindingAct) -> FindingState | None:
    """The state after an act; `None` where the table does not have it."""
    move = FINDING_MOVES[act]
    return (move.to or state) if state in move.states else None


def _judge(finding: Finding, asked: FindingAsked, hand: Hand, facts: Facts) -> FindingMoved:
    to = next_finding_state(finding.state, asked.act)
    if to is None:
        may = "、".join(
            FINDING_ACTS[act] for act, move in FINDING_MOVES.items() if finding.state in move.states
        )
        refuse(
            "finding.state",
            f"问题{finding.number}现在是“{FINDING_STATES[finding.state]}”,不能{FINDING_ACTS[asked.act]}",
            f"现在可以办理的是:{may}" if may else "这个问题已经办完",
            state=str(finding.state),
            act=str(asked.act),
        )
    move = FINDING_MOVES[asked.act]
    check_place(hand, places(finding, move.who), move.who)
    check_day(asked.on, (deed.on for deed in finding.deeds), facts.today)
    outcome = FindingMoved(
        id=finding.id,
        on=asked.on,
        hand=hand,
        late=asked.on < facts.today,
        act=asked.act,
        to=to,
        text=asked.text,
        papers=asked.papers,
    )
    _check_needs(finding, asked, hand, move)
    work = _WORKS.get(asked.act)
    return outcome if work is None else work(finding, asked, outcome, facts)


def places(finding: Finding, who: Who) -> set[str]:
    """Which bodies a move belongs to; the office records for units that do not sign in."""
    if who is Who.OFFICE:
        return {finding.office}
    parts = [part for part in finding.parts if part.lead is (who is Who.LEAD)]
    return {part.body if part.account else finding.office for part in parts}


def _check_needs(finding: Finding, asked: FindingAsked, hand: Hand, move: FindingMove) -> None:
    if Need.TEXT in move.needs:
        check_text(asked.text, "内容或理由")
    if Need.DATED_PAPER in move.needs:
        _check_papers(finding, asked)
    if Need.OTHER_HANDS in move.needs:
        check_hands(hand, finding.hands)
    if Need.LOOKED_BACK in move.needs:
        _check_look_back(finding, asked.on)


def _check_papers(finding: Finding, asked: FindingAsked) -> None:
    since = finding.assigned_on or finding.opened_on
    if not any(since <= paper.dated_on <= asked.on for paper in asked.papers):
        refuse(
            "finding.no_paper",
            f"没有 {since}(交办)以后形成的佐证材料",
            "请登记至少一份佐证材料:名称、日期、文号或存放处",
            since=str(since),
        )


def _check_look_back(finding: Finding, on: date) -> None:
    if finding.look_back is not None and on < finding.look_back.on:
        refuse(
            "finding.look_back_early",
            f"回头看要到 {finding.look_back.on} 以后({finding.look_back.line})",
            "请到期后再登记;已经反弹的,随时可以重新立项",
            look_back_on=str(finding.look_back.on),
        )


def _assign(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    leads = [share for share in asked.shares if share.lead]
    bodies = [share.body for share in asked.shares]
    if len(leads) != 1:
        refuse(
            "finding.one_lead", "牵头单位必须是一个", "请写明一个牵头单位,其余作为配合单位", leads=len(leads)
        )
    if len(set(bodies)) != len(bodies):
        refuse("finding.twice", "同一单位写了两次", "每个单位只写一次")
    early = [share.body for share in asked.shares if share.due_on < asked.on]
    if early:
        refuse(
            "finding.due_past", f"{early[0]} 的期限早于交办日期", "请写交办日期或以后的日期", body=early[0]
        )
    sign_by = workdays_from(asked.on, facts.rules.sign_days, facts.calendar)
    parts = tuple(
        Part(
            body=share.body,
            lead=share.lead,
            account=share.account,
            due=Deadline(on=share.due_on, line=f"交办时定为 {share.due_on}"),
            sign_by=sign_by,
        )
        for share in asked.shares
    )
    return msgspec.structs.replace(event, parts=parts)


def _one_part(
    finding: Finding, body: str, change: Callable[[Part], Part], *, lead: bool | None
) -> tuple[Part, ...]:
    """All parts, one of them changed; refused where the body has none of that kind."""

    def meant(part: Part) -> bool:
        return lead in (None, part.lead) and part.body == body

    if not any(meant(part) for part in finding.parts):
        refuse("finding.no_part", f"{body or '本单位'}不是这个问题的承办单位", "请核对单位代码", body=body)
    return tuple(change(part) if meant(part) else part for part in finding.parts)


def _acting_body(finding: Finding, asked: FindingAsked, hand: Hand) -> str:
    """Whose part a support's act is: one's own, or the named unit for which the office records."""
    own = finding.part_of(hand.body)
    if own is not None and not asked.body:
        return hand.body
    named = finding.part_of(asked.body)
    if named is None or hand.body != (named.body if named.account else finding.office):
        refuse(
            "finding.no_part",
            "没有写明为哪个配合单位登记,或该单位自己登录办理",
            "请写明单位代码",
            body=asked.body,
        )
    return named.body


def _sign(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    lead = finding.lead
    body = lead.body if lead else ""
    parts = _one_part(finding, body, lambda part: _signed(part, asked.on), lead=True)
    return msgspec.structs.replace(event, parts=parts)


def _signed(part: Part, on: date) -> Part:
    return part if part.signed_on else msgspec.structs.replace(part, signed_on=on)


def _sign_part(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    body = _acting_body(finding, asked, event.hand)
    parts = _one_part(finding, body, lambda part: _signed(part, asked.on), lead=False)
    if parts == finding.parts:
        refuse("finding.signed", "本单位已经签收", "不用再签收")
    return msgspec.structs.replace(event, parts=parts)


def _report_part(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    body = _acting_body(finding, asked, event.hand)

    def reported(part: Part) -> Part:
        return msgspec.structs.replace(_signed(part, asked.on), reported_on=asked.on)

    return msgspec.structs.replace(event, parts=_one_part(finding, body, reported, lead=False))


def _extend(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    lead = finding.lead
    body = asked.body or (lead.body if lead else "")
    new = asked.due_on
    old = next((part.due.on for part in finding.parts if part.body == body), None)
    if new is None or (old is not None and new <= old):
        refuse("finding.extend_when", "延期要写明比原期限晚的日期", f"请写 {old} 以后的日期", due_on=str(old))
    line = f"原定 {old},{asked.on} 决定延至 {new}" + (",申请时已过期" if old and asked.on > old else "")

    def extended(part: Part) -> Part:
        return msgspec.structs.replace(part, due=Deadline(on=new, line=line))

    return msgspec.structs.replace(event, parts=_one_part(finding, body, extended, lead=None))


def _apply(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    silent = tuple(part.body for part in finding.parts if not part.lead and part.reported_on is None)
    return msgspec.structs.replace(event, silent=silent)


def _close(finding: Finding, asked: FindingAsked, event: FindingMoved, facts: Facts) -> FindingMoved:
    look_back = months_from(asked.on, facts.rules.look_back_months, facts.calendar)
    return msgspec.structs.replace(event, look_back=look_back)


_Work = Callable[[Finding, FindingAsked, FindingMoved, Facts], FindingMoved]
_WORKS: Final[dict[FindingAct, _Work]] = {
    FindingAct.ASSIGN: _assign,
    FindingAct.SIGN: _sign,
    FindingAct.SIGN_PART: _sign_part,
    FindingAct.REPORT_PART: _report_part,
    FindingAct.EXTEND: _extend,
    FindingAct.APPLY: _apply,
    FindingAct.CLOSE: _close,
}
