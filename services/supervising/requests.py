"""提请领导协调事项和督导检查的办理."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session

from domain.decisions import TextRef
from domain.identifiers import normalise_document_number
from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.supervising.judging import Asked
from domain.supervising.matters import (
    Inspection,
    InspectionCancelled,
    InspectionRecorded,
    Request,
    RequestMoved,
    RequestRaised,
    RequestState,
)
from domain.supervising.requests import Answered, Quota, judge_cancelling, judge_quota, judge_request
from models.tables import SupervisionMatterRow
from services.supervising.desk import (
    Enacted,
    Judged,
    Right,
    SupervisionDesk,
    next_id,
    rules_of,
)
from services.supervising.places import (
    OFFICE_TYPES,
    division_of,
    matter_target,
    organisation_of,
    unit_unknown,
)


class NewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """提请事项: by a body, through an office that takes it to the leader."""

    body: str
    office: str
    unit: str = ""
    on: date
    wanted_by: date | None = None


class EndRequest(msgspec.Struct, frozen=True, kw_only=True):
    """答复或撤回, as an entry gives it."""

    request: str
    to: RequestState
    on: date
    medium: str = ""
    number: str = ""


class NewInspection(msgspec.Struct, frozen=True, kw_only=True):
    """督导检查登记."""

    unit: str
    office: str
    inspector: str = ""
    """Who inspects, a body; the office where empty."""
    on: date
    approval: str = ""


class CancelInspection(msgspec.Struct, frozen=True, kw_only=True):
    """督导检查取消."""

    inspection: str
    on: date


def raise_request(
    desk: SupervisionDesk, asked: NewRequest, *, leader: str, title: str, command_id: str
) -> Enacted | Refused:
    """提请领导协调: what is to be settled, and by whom; the office takes it there."""
    hand = desk.may([Right(Action.REQUEST_RAISE, Target(bodies=frozenset({asked.body})))], [asked.body])
    if isinstance(hand, Refused):
        return hand
    place = organisation_of(desk).places.get(asked.office)
    refused = _request_refused(asked, leader, title, place.type if place else "", desk.today)
    if refused is not None:
        return refused
    unknown = unit_unknown(desk, asked.unit)
    if unknown is not None:
        return unknown

    def decide(session: Session) -> Judged:
        id_ = next_id(session, "request", asked.on)
        who, words = desk.text(leader, id_), desk.text(title, id_)
        assert who is not None  # noqa: S101 refused above
        assert words is not None  # noqa: S101 refused above
        event = RequestRaised(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            body=hand.body,
            office=asked.office,
            division=division_of(desk, asked.office),
            unit=asked.unit,
            leader=who.ref,
            title=words.ref,
            wanted_by=asked.wanted_by,
        )
        return Judged(event, (who, words))

    return desk.enact(asked, {"leader": leader, "title": title}, decide, command_id=command_id)


def _request_refused(asked: NewRequest, leader: str, title: str, type_: str, today: date) -> Refused | None:
    if not leader.strip() or not title.strip():
        return Refused(
            code="request.incomplete",
            message="没有写明提请哪位领导协调、协调什么",
            remedy="请写明领导(或会议)和需要协调的事项",
        )
    if type_ not in OFFICE_TYPES:
        return Refused(
            code="request.office",
            message=f"“{asked.office}”不是改革办或督查机构",
            remedy="请写明由哪个改革办(督查机构)呈报",
            facts={"office": asked.office},
        )
    if asked.on > today:
        return Refused(code="date.future", message=f"{asked.on} 还没有到", remedy="请写今天或以前的日期")
    return None


def end_request(
    desk: SupervisionDesk, request_id: str, to: RequestState, asked: Answered, *, text: str, command_id: str
) -> Enacted | Refused:
    """登记领导答复, or 撤回 by the body that raised it."""
    request = desk.look_up(Request, request_id)
    if isinstance(request, Refused):
        return request
    if to is RequestState.ANSWERED:
        target = matter_target(desk, request.office, request.division)
        hand = desk.may([Right(Action.REQUEST_ANSWER, target)], [request.office])
    else:
        target = Target(bodies=frozenset({request.body}))
        hand = desk.may([Right(Action.REQUEST_RAISE, target)], [request.body])
    if isinstance(hand, Refused):
        return hand

    def judged(session: Session, now: Request, words: TextRef | None) -> RequestMoved | Refused:
        wanted = msgspec.structs.replace(asked, text=words)
        return judge_request(now, wanted, to, hand, desk.facts())

    said = EndRequest(request=request.id, to=to, on=asked.on, medium=str(asked.medium), number=asked.number)
    return desk.move(Request, request.id, said, judged, text=text, command_id=command_id)


def record_inspection(
    desk: SupervisionDesk, asked: NewInspection, *, subject: str, command_id: str
) -> Enacted | Refused:
    """登记督导检查: counted in its zone's year; beyond the ceiling only by a paper that approves it."""
    area = matter_target(desk, asked.office, division_of(desk, asked.office), asked.unit)
    hand = desk.in_name_of(asked.office, [Right(Action.INSPECTION_RECORD, area)])
    if isinstance(hand, Refused):
        return hand
    inspector = asked.inspector or hand.body
    refused = _inspection_refused(desk, asked, inspector, subject)
    if refused is not None:
        return refused

    def decide(session: Session) -> Judged | Refused:
        quota = _quota(desk, session, asked.unit, asked.on.year)
        over = judge_quota(quota, asked.approval)
        if over is not None:
            return over
        id_ = next_id(session, "inspection", asked.on)
        words = desk.text(subject, id_)
        assert words is not None  # noqa: S101 refused above
        event = InspectionRecorded(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            office=hand.body,
            division=area.division,
            unit=asked.unit,
            year=asked.on.year,
            inspector=inspector,
            subject=words.ref,
            count=quota.count + 1,
            quota=quota.quota,
            approval=normalise_document_number(asked.approval).text if asked.approval.strip() else "",
        )
        return Judged(event, (words,))

    return desk.enact(asked, {"subject": subject}, decide, command_id=command_id)


def _inspection_refused(
    desk: SupervisionDesk, asked: NewInspection, inspector: str, subject: str
) -> Refused | None:
    if not subject.strip():
        return Refused(code="inspection.no_subject", message="没有写明检查什么", remedy="请写明检查的内容")
    if asked.on > desk.today:
        return Refused(code="date.future", message=f"{asked.on} 还没有到", remedy="请写今天或以前的日期")
    if not asked.unit:
        return Refused(code="inspection.no_unit", message="没有写明检查哪里", remedy="请写明改革单位")
    unknown = unit_unknown(desk, asked.unit)
    if unknown is not None:
        return unknown
    if inspector not in organisation_of(desk).places:
        return Refused(
            code="body.unknown", message=f"没有机构“{inspector}”", remedy="请用 body list 核对机构代码"
        )
    return None


def cancel_inspection(
    desk: SupervisionDesk, inspection_id: str, on: date, *, text: str, command_id: str
) -> Enacted | Refused:
    """督导检查取消: it counts no longer."""
    found = desk.look_up(Inspection, inspection_id)
    if isinstance(found, Refused):
        return found
    hand = desk.may([Right(Action.INSPECTION_RECORD, Target(division=found.division))], [found.office])
    if isinstance(hand, Refused):
        return hand

    def judged(session: Session, now: Inspection, words: TextRef | None) -> InspectionCancelled | Refused:
        return judge_cancelling(now, Asked(on=on, text=words), hand, desk.facts())

    said = CancelInspection(inspection=found.id, on=on)
    return desk.move(Inspection, found.id, said, judged, text=text, command_id=command_id)


def _quota(desk: SupervisionDesk, session: Session, unit: str, year: int) -> Quota:
    wanted = select(func.count()).where(
        SupervisionMatterRow.kind == "inspection",  # type: ignore[arg-type]
        SupervisionMatterRow.unit_id == unit,  # type: ignore[arg-type]
        SupervisionMatterRow.year == year,  # type: ignore[arg-type]
        SupervisionMatterRow.state == "counted",  # type: ignore[arg-type]
    )
    count = int(session.execute(wanted).scalar_one())
    return Quota(unit=unit, year=year, count=count, quota=rules_of(desk.runtime).inspections_a_year)


def quota_of(desk: SupervisionDesk, unit: str, year: int) -> Quota | Refused:
    """检查次数 of a zone in a year, for whoever may see what is done about it."""
    hand = desk.may([Right(Action.SUPERVISION_READ, matter_target(desk, "", "", unit))])
    if isinstance(hand, Refused):
        return hand
    with desk.runtime.db.read() as session:
        return _quota(desk, session, unit, year)
