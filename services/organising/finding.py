"""找机构找人: from a code or a name to the one body or person that is meant."""

from __future__ import annotations

from sqlalchemy import or_, select

from domain.organisation.judged import unknown_body
from domain.refusal import Refused
from models.database import Database
from models.tables import BodyRow, PersonRow, PrivateTextRow
from services.organising.persons import unknown_person

NAMED = 5


def find_body(db: Database, words: str) -> str | Refused:
    """The code of a body, by code or full name."""
    with db.read() as session:
        found = session.execute(
            select(BodyRow.code).where(or_(BodyRow.code == words, BodyRow.name == words))  # type: ignore[call-overload, arg-type]
        ).scalars()
        codes = sorted(set(found))
    if words in codes:
        return words
    return _only(codes, words, unknown_body(words))


def find_person(db: Database, words: str) -> str | Refused:
    """The id of a person, by id or name; needs no account."""
    with db.read() as session:
        found = session.execute(
            select(PersonRow.id)  # type: ignore[call-overload]
            .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id, isouter=True)
            .where(or_(PersonRow.id == words, PrivateTextRow.text == words))  # type: ignore[arg-type]
        ).scalars()
        ids = sorted(set(found))
    if words in ids:
        return words
    return _only(ids, words, unknown_person(words))


def _only(found: list[str], words: str, unknown: Refused) -> str | Refused:
    if len(found) == 1:
        return found[0]
    if not found:
        return unknown
    return Refused(
        code="organisation.ambiguous",
        message=f"“{words}”有 {len(found)} 个",
        remedy=f"请写明编号:{'、'.join(found[:NAMED])}",
        facts={"words": words, "found": len(found)},
    )
