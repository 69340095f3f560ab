"""名册查询: bodies and persons as lists show them, names as of a day."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import or_, select

from domain.organisation.values import BodyFacts, HoldingFacts, name_on
from domain.permissions import Action, judge
from domain.refusal import Refused
from models.tables import BodyRow, PersonRow
from services.organising.office import Registry
from services.organising.reading import body_facts, holdings_in, holdings_of, person_names
from services.permits import person_target, standing_of


class BodyView(msgspec.Struct, frozen=True, kw_only=True):
    """机构 with those who hold its positions, now and before."""

    facts: BodyFacts
    name: str
    """Its name on the day asked for."""
    holdings: tuple[HoldingFacts, ...]
    names: dict[str, str]
    """Person → name, of the holders."""


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """人员 with all positions."""

    id: str
    name: str
    holdings: tuple[HoldingFacts, ...]
    bodies: dict[str, str]


def list_bodies(registry: Registry, words: str = "", division: str = "", limit: int = 50) -> list[BodyFacts]:
    """机构名单, by code."""
    wanted = select(BodyRow).order_by(BodyRow.code).limit(limit)
    if words:
        wanted = wanted.where(
            or_(BodyRow.name.contains(words, autoescape=True), BodyRow.type == words)  # type: ignore[attr-defined, arg-type]
        )
    if division:
        wanted = wanted.where(BodyRow.division == division)  # type: ignore[arg-type]
    with registry.db.read() as session:
        return [body_facts(row) for row in session.execute(wanted).scalars()]


def show_body(registry: Registry, code: str, on: date) -> BodyView:
    """机构, as it is known on a day."""
    with registry.db.read() as session:
        facts = body_facts(session.get_one(BodyRow, code))
        holdings = tuple(holdings_in(session, code))
    names = person_names(registry.db)
    return BodyView(
        facts=facts,
        name=name_on(facts.name, facts.data.names, on),
        holdings=holdings,
        names={held.person: names.get(held.person, held.person) for held in holdings},
    )


def show_person(registry: Registry, person: str) -> PersonView | Refused:
    """人员, to those who may see them."""
    on = registry.today
    standing = standing_of(registry.db, registry.person, on)
    target = person_target(registry.db, person, on)
    refused = None if person == registry.person else judge(standing, Action.PERSON_READ, target)
    if refused is not None:
        return refused
    with registry.db.read() as session:
        session.get_one(PersonRow, person)
        holdings = tuple(holdings_of(session, person))
        bodies = {held.body: session.get_one(BodyRow, held.body).name for held in holdings}
    names = person_names(registry.db)
    return PersonView(id=person, name=names.get(person, person), holdings=holdings, bodies=bodies)
