"""找人找机构: from what a clerk types (a name, a code) to a person or a body of the register."""

from __future__ import annotations

from sqlalchemy import or_, select

from domain.refusal import Refused
from models.database import Database
from models.tables import BodyRow, PersonRow, PrivateTextRow


def find_decider(db: Database, words: str) -> str | Refused:
    """决定人: a person's id or name, or a body's code or name; needs no account."""
    with db.read() as session:
        person = select(PersonRow.id).where(PersonRow.id == words)  # type: ignore[call-overload]
        named = (
            select(PersonRow.id)  # type: ignore[call-overload]
            .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id)
            .where(PrivateTextRow.text == words)
        )
        body = select(BodyRow.code).where(or_(BodyRow.code == words, BodyRow.name == words))  # type: ignore[call-overload, arg-type]
        found = [
            *session.execute(person).scalars(),
            *session.execute(body).scalars(),
            *session.execute(named).scalars(),
        ]
    unique = list(dict.fromkeys(str(each) for each in found))
    if len(unique) == 1:
        return unique[0]
    if not unique:
        return Refused(
            code="record.decider_unknown",
            message=f"没有登记过“{words}”",
            remedy="请核对姓名或机构全称;未登记的人请先登记(无须账号)",
            facts={"decided_by": words},
        )
    return Refused(
        code="record.decider_ambiguous",
        message=f"“{words}”有 {len(unique)} 个",
        remedy=f"请写明编号:{'、'.join(unique[:5])}",
        facts={"decided_by": words},
    )
