"""来源和问题的办理: register a source, split it into findings, and every act on a finding."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlmodel import Session

from domain.decisions import TextRef
from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.supervising.finding import FindingAsked, Share, judge_finding, places
from domain.supervising.finding_table import FINDING_DONE, FINDING_MOVES, FindingAct
from domain.supervising.matters import Finding, FindingMoved, FindingRegistered, Source
from domain.supervising.values import Hand, Paper, Who
from services.checking.standing import standing_findings
from services.supervising.desk import (
    Enacted,
    Judged,
    Right,
    SupervisionDesk,
    next_id,
    read_matter,
    standing_for,
)
from services.supervising.places import closing_position, matter_target, organisation_of, unit_unknown


class NewFinding(msgspec.Struct, frozen=True, kw_only=True):
    """立项: one item of a source."""

    source: str
    unit: str = ""
    check_key: str = ""
    on: date


class FindingMove(msgspec.Struct, frozen=True, kw_only=True):
    """问题办理请求, as an entry gives it."""

    finding: str
    act: FindingAct
    on: date
    papers: tuple[Paper, ...] = ()
    lead: str = ""
    lead_due: date | None = None
    supports: tuple[tuple[str, date], ...] = ()
    due_on: date | None = None
    body: str = ""


def register_finding(
    desk: SupervisionDesk, asked: NewFinding, *, title: str, command_id: str
) -> Enacted | Refused:
    """立项: a finding from a source; one that a check found keeps the check's key and is not made twice."""
    done = desk.again(asked, {"title": title}, command_id)
    source = done or desk.look_up(Source, asked.source)
    if isinstance(source, Enacted):
        return source
    if isinstance(source, Refused):
        return source
    hand = _registrar(desk, source, title)
    if isinstance(hand, Refused):
        return hand
    found = _from_check(desk, asked)
    if isinstance(found, Refused):
        return found
    elsewhere = _out_of_area(desk, source, found.unit)
    if elsewhere is not None:
        return elsewhere

    def decide(session: Session) -> Judged | Refused:
        now = read_matter(session, source.id, Source)
        standing = _registered(session, asked.check_key) or _answered(now)
        if standing is not None:
            return standing
        id_ = next_id(session, "finding", asked.on)
        words = desk.text(title, id_)
        assert words is not None  # noqa: S101 refused above
        event = FindingRegistered(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            number=id_,
            office=source.office,
            office_position=closing_position(desk, source.office),
            division=source.division,
            source=source.id,
            title=words.ref,
            unit=found.unit,
            case=found.case,
            check=found.check,
            check_key=asked.check_key,
        )
        return Judged(event, (words,))

    return desk.enact(asked, {"title": title}, decide, command_id=command_id)


def _registrar(desk: SupervisionDesk, source: Source, title: str) -> Hand | Refused:
    if not title.strip():
        return Refused(code="finding.no_title", message="没有写明问题", remedy="请写明是什么问题")
    target = matter_target(desk, source.office, source.division)
    hand = desk.may([Right(Action.FINDING_HANDLE, target)], [source.office])
    return _other_office(source.office) if isinstance(hand, Hand) and hand.body != source.office else hand


def _out_of_area(desk: SupervisionDesk, source: Source, unit: str) -> Refused | None:
    """Why an office registers nothing about this unit: it lies outside the area of the office."""
    target = matter_target(desk, source.office, source.division, unit)
    hand = desk.may([Right(Action.FINDING_HANDLE, target)], [source.office])
    if isinstance(hand, Refused):
        return hand
    return None if hand.body == source.office else _other_office(source.office)


def _answered(source: Source) -> Refused | None:
    if source.answered_on is None:
        return None
    return Refused(
        code="source.answered",
        message=f"这件来源已于 {source.answered_on} 反馈",
        remedy="请另行登记来源",
    )


class _Place(msgspec.Struct, frozen=True):
    unit: str = ""
    case: str = ""
    check: str = ""


def _from_check(desk: SupervisionDesk, asked: NewFinding) -> _Place | Refused:
    """The unit and case of the finding; those of the check's own finding where it comes from one."""
    if asked.on > desk.today:
        return Refused(code="date.future", message=f"{asked.on} 还没有到", remedy="请写今天或以前的日期")
    if not asked.check_key:
        return unit_unknown(desk, asked.unit) or _Place(unit=asked.unit)
    for found in standing_findings(desk.runtime.db, desk.today):
        if found.key == asked.check_key:
            return _Place(unit=found.unit, case=found.case, check=found.check)
    return Refused(
        code="finding.check_gone",
        message=f"合规检查现有的问题里没有“{asked.check_key}”",
        remedy="请用 check list --json 核对问题的编号(key);已经消除的不必立项",
        facts={"check_key": asked.check_key},
    )


def _registered(session: Session, check_key: str) -> Refused | None:
    subject = f"check:{check_key}" if check_key else ""
    standing = standing_for(session, "finding", subject, FINDING_DONE)
    if not standing:
        return None
    return Refused(
        code="finding.registered",
        message=f"这个问题已经立项:{standing}",
        remedy="请在原来的编号下办理",
        facts={"finding": standing},
    )


def act_on_finding(
    desk: SupervisionDesk, asked: FindingMove, *, text: str = "", command_id: str
) -> Enacted | Refused:
    """问题办理: one act, by the table; the state is read in the stream's turn."""
    finding = desk.look_up(Finding, asked.finding)
    if isinstance(finding, Refused):
        return finding
    request = msgspec.structs.replace(asked, finding=finding.id)
    done = desk.again(request, {"text": text}, command_id)
    if done is not None:
        return done
    hand = finding_hand(desk, finding, asked.act)
    if isinstance(hand, Refused):
        return hand
    shares = _shares(desk, asked)
    if isinstance(shares, Refused):
        return shares

    def judged(session: Session, now: Finding, words: TextRef | None) -> FindingMoved | Refused:
        wanted = FindingAsked(
            act=asked.act,
            on=asked.on,
            text=words,
            papers=asked.papers,
            shares=shares,
            due_on=asked.due_on,
            body=asked.body,
        )
        return judge_finding(now, wanted, hand, desk.facts())

    return desk.move(Finding, finding.id, request, judged, text=text, command_id=command_id)


def finding_hand(desk: SupervisionDesk, finding: Finding, act: FindingAct) -> Hand | Refused:
    """By what right the person does this act: the office's, or the unit's that rectifies."""
    who = FINDING_MOVES[act].who
    bodies = places(finding, who)
    office = Right(
        Action.FINDING_CLOSE if act is FindingAct.CLOSE else Action.FINDING_HANDLE,
        matter_target(desk, finding.office, finding.division),
    )
    rectify = Right(Action.FINDING_RECTIFY, Target(bodies=frozenset(bodies)))
    if who is Who.OFFICE:
        return desk.may([office], bodies)
    return desk.may([rectify, office] if finding.office in bodies else [rectify], bodies)


def _shares(desk: SupervisionDesk, asked: FindingMove) -> tuple[Share, ...] | Refused:
    """分办: the units, each in the register, each with its date."""
    if asked.act is not FindingAct.ASSIGN:
        return ()
    if not asked.lead or asked.lead_due is None:
        return Refused(
            code="finding.one_lead", message="没有写明牵头单位和期限", remedy="请写明一个牵头单位和它的期限"
        )
    named = [(asked.lead, asked.lead_due, True), *((body, due, False) for body, due in asked.supports)]
    places_ = organisation_of(desk).places
    unknown = [body for body, _, _ in named if body not in places_]
    if unknown:
        return Refused(
            code="body.unknown",
            message=f"没有机构“{unknown[0]}”",
            remedy="请用 body list 核对机构代码",
            facts={"body": unknown[0]},
        )
    return tuple(
        Share(body=body, lead=lead, due_on=due, account=places_[body].kind == "account")
        for body, due, lead in named
    )


def _other_office(office: str) -> Refused:
    return Refused(
        code="supervision.not_yours",
        message="这件来源由另一单位登记",
        remedy=f"请由 {office} 立项,或另行登记来源",
        facts={"office": office},
    )
