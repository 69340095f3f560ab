"""来源的办理: register where work from above comes from, and answer it once all of it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.decisions import TextRef
from domain.identifiers import normalise_document_number
from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.finding_table import FINDING_DONE
from domain.supervising.matters import Source, SourceAnswered, SourceRegistered
from domain.supervising.requests import Answered, judge_source_answer
from domain.supervising.values import NUMBERLESS, SOURCE_TITLES, Deadline, Hand, SourceKind
from models.tables import SupervisionMatterRow
from services.supervising.desk import (
    Act,
    Enacted,
    Judged,
    Right,
    SupervisionDesk,
    next_id,
)
from services.supervising.places import division_of, matter_target, own_area


class NewSource(msgspec.Struct, frozen=True, kw_only=True):
    """来源登记."""

    kind: SourceKind
    number: str = ""
    issued_on: date
    due_on: date | None = None
    on: date
    office: str = ""


def register_source(
    desk: SupervisionDesk, asked: NewSource, *, issuer: str, title: str, command_id: str
) -> Enacted | Refused:
    """登记来源: a 批示件, minutes, a letter, a spoken instruction, the feedback of an inspection."""
    hand = desk.in_name_of(asked.office, [Right(Action.FINDING_HANDLE, own_area(desk, asked.office))])
    if isinstance(hand, Refused):
        return hand
    refused = source_refused(asked, issuer, title, desk.today)
    if refused is not None:
        return refused
    act = registering(desk, hand, asked, issuer=issuer, title=title)
    return desk.enact(act.request, act.texts, act.decide, command_id=command_id)


def registering(desk: SupervisionDesk, hand: Hand, asked: NewSource, *, issuer: str, title: str) -> Act:
    """The act of registering one source that was looked over."""

    def decide(session: Session) -> Judged:
        id_ = next_id(session, "source", asked.on)
        words, who = desk.text(title, id_), desk.text(issuer, id_)
        assert words is not None  # noqa: S101 refused above
        assert who is not None  # noqa: S101 refused above
        event = SourceRegistered(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            kind=asked.kind,
            number=normalise_document_number(asked.number).text if asked.number.strip() else "",
            issued_on=asked.issued_on,
            issuer=who.ref,
            title=words.ref,
            office=hand.body,
            division=division_of(desk, hand.body),
            due=Deadline(on=asked.due_on, line=f"来源要求 {asked.due_on} 前反馈") if asked.due_on else None,
        )
        return Judged(event, (words, who))

    return Act(asked, {"title": title, "issuer": issuer}, decide)


def source_refused(asked: NewSource, issuer: str, title: str, today: date) -> Refused | None:
    """Why a source cannot be registered so; `None` where it can."""
    if not issuer.strip() or not title.strip():
        return Refused(
            code="source.incomplete",
            message="没有写明来源的制发者或事项",
            remedy="请写明由谁制发(作出)、说的是什么事",
        )
    if asked.kind not in NUMBERLESS and not asked.number.strip():
        return Refused(
            code="source.no_number",
            message=f"{SOURCE_TITLES[asked.kind]}没有写明文号",
            remedy="请写明文号、纪要期号,或写“无文号”;只有口头指示可以不写(书面依据待补)",
        )
    if asked.on > today or asked.issued_on > asked.on:
        return Refused(
            code="source.dates",
            message="来源的日期晚于登记日期,或者登记日期还没有到",
            remedy="请核对两个日期",
            facts={"issued_on": str(asked.issued_on), "on": str(asked.on)},
        )
    return None


def answer_source(
    desk: SupervisionDesk, source_id: str, asked: Answered, *, text: str, command_id: str
) -> Enacted | Refused:
    """反馈来源: once all items that were split off it are done."""
    source = desk.look_up(Source, source_id)
    if isinstance(source, Refused):
        return source
    target = matter_target(desk, source.office, source.division)
    hand = desk.may([Right(Action.FINDING_HANDLE, target)], [source.office])
    if isinstance(hand, Refused):
        return hand

    def judged(session: Session, now: Source, words: TextRef | None) -> SourceAnswered | Refused:
        wanted = msgspec.structs.replace(asked, text=words)
        open_ = tuple(_open_findings(session, source.id))
        return judge_source_answer(now, wanted, open_, hand, desk.facts())

    request = _AnswerSource(source=source.id, on=asked.on, medium=str(asked.medium), number=asked.number)
    return desk.move(Source, source.id, request, judged, text=text, command_id=command_id)


class _AnswerSource(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    on: date
    medium: str
    number: str


def _open_findings(session: Session, source: str) -> Iterable[str]:
    wanted = (
        select(SupervisionMatterRow.id)  # type: ignore[call-overload]
        .where(
            SupervisionMatterRow.kind == "finding",
            SupervisionMatterRow.source_id == source,
            SupervisionMatterRow.state.not_in([str(state) for state in FINDING_DONE]),  # type: ignore[attr-defined]
        )
        .order_by(SupervisionMatterRow.id)
    )
    return list(session.execute(wanted).scalars())
