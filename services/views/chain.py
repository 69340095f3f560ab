"""责任链条 of a unit as pages print it: 责任领导 – 分管领导 – 牵头单位 / 配合单位 – 联络员, with names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.organisation.values import PART_TITLES, Part
from models.tables import AccountRow, PersonRow, PrivateTextRow
from services.organising.units import chain_on
from services.views.board import Board


class ChainLink(msgspec.Struct, frozen=True, kw_only=True):
    """链条中的一位. A person needs no account; ``account`` says whether there is one."""

    part: str
    part_title: str
    person: str
    person_name: str
    body: str
    body_name: str
    account: bool


def chain_of(board: Board, unit: str, programme: str, on: date) -> tuple[ChainLink, ...]:
    """Who is responsible on a day, in the order in which it is printed."""
    links = chain_on(board.db, unit, on, programme=programme)
    people = {each.person for each in links if each.person}
    with board.db.read() as session:
        names = person_names_of(session, people)
        asked = select(AccountRow.person).where(AccountRow.person.in_(people))  # type: ignore[attr-defined, call-overload]
        accounts = frozenset(session.execute(asked).scalars())
    order = list(Part)
    return tuple(
        ChainLink(
            part=each.part,
            part_title=PART_TITLES[Part(each.part)],
            person=each.person,
            person_name=names.get(each.person, each.person),
            body=each.body,
            body_name=board.body_name(each.body) if each.body else "",
            account=each.person in accounts,
        )
        for each in sorted(links, key=lambda link: order.index(Part(link.part)))
    )


def person_names_of(session: Session, persons: Collection[str]) -> dict[str, str]:
    """Names of these persons, as far as they were not erased."""
    rows = session.execute(
        select(PersonRow.id, PrivateTextRow.text)  # type: ignore[call-overload]
        .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id)
        .where(PersonRow.id.in_(list(persons)))  # type: ignore[attr-defined]
        .order_by(PrivateTextRow.version)
    )
    return {id_: name for id_, name in rows}
