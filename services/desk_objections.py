"""办公桌: objections to what is posted: taken in, answered, and read with their texts."""

from __future__ import annotations

from datetime import date

import msgspec

from domain import commands as c
from domain.case import NOTHING, Case
from domain.decisions import TextRef
from domain.objections import OBJECTION_TITLES, ObjectionResult
from domain.refusal import Refused
from models.database import Database
from services.acts import Enclosures
from services.desk import Answer, Desk
from services.private_texts import new_text, read_text

ERASED = "(已依法删除)"


class ObjectionLine(msgspec.Struct, frozen=True, kw_only=True):
    """一件异议, with its texts."""

    id: str
    raised_on: date
    objector: str
    """Empty where it is anonymous, and where whoever reads may not know."""
    anonymous: bool
    late: bool
    text: str
    answered_on: date | None
    result: str
    """In words; empty while it waits."""
    answer: str


def raise_objection(
    desk: Desk, step: str, text: str, *, objector: str = "", anonymous: bool = False, on: date | None = None
) -> Answer:
    """登记异议."""
    if not text.strip():
        return _no_text("异议内容")
    said = new_text("opinion", text, f"{desk.case_id}:objection")
    who = new_text("name", objector.strip(), f"{desk.case_id}:objector") if objector.strip() else None
    command = c.RaiseObjection(
        opinion=said.ref,
        objector=who.ref if who else None,
        anonymous=anonymous,
        **desk.step_fields(step, on),
    )
    return desk.send(command, Enclosures(texts=(said, who) if who else (said,)))


def answer_objection(
    desk: Desk, step: str, objection: str, result: ObjectionResult, text: str, on: date | None = None
) -> Answer:
    """答复异议."""
    if not text.strip():
        return _no_text("答复内容")
    said = new_text("opinion", text, f"{desk.case_id}:objection")
    command = c.AnswerObjection(
        objection=objection, result=result, opinion=said.ref, **desk.step_fields(step, on)
    )
    return desk.send(command, Enclosures(texts=(said,)))


def objections_of(db: Database, case: Case, key: str, *, names: bool) -> tuple[ObjectionLine, ...]:
    """异议一览; ``names`` says whether whoever reads may know who raised them."""
    found = case.steps.get(key, NOTHING).objections.values()
    with db.read() as session:

        def text(ref: TextRef | None) -> str:
            return "" if ref is None else read_text(session, ref.id) or ERASED

        return tuple(
            ObjectionLine(
                id=each.id,
                raised_on=each.raised_on,
                objector=text(each.objector) if names else "",
                anonymous=each.objector is None,
                late=each.late,
                text=text(each.opinion),
                answered_on=each.answered_on,
                result="" if each.result is None else OBJECTION_TITLES[each.result],
                answer=text(each.answer),
            )
            for each in found
        )


def _no_text(what: str) -> Refused:
    return Refused(code="objection.no_text", message=f"没有写{what}", remedy=f"请写明{what}")
