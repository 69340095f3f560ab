"""组织读取: rows of the register as the values that rules work with, read in the session of the act."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.organisation.units import UnitFacts
from domain.organisation.values import BodyData, BodyFacts, HoldingFacts, ProxyFacts, UnitData
from models.database import Database
from models.tables import (
    AdministratorRow,
    BodyRow,
    HoldingRow,
    PersonRow,
    PrivateTextRow,
    ProxyRow,
    ReformUnitRow,
)

_body_data = msgspec.json.Decoder(BodyData).decode
_unit_data = msgspec.json.Decoder(UnitData).decode


def body_data(row: BodyRow) -> BodyData:
    """What a body's row keeps beside its columns."""
    return _body_data(row.data)


def unit_data(row: ReformUnitRow) -> UnitData:
    """What a unit's row keeps beside its columns."""
    return _unit_data(row.data) if row.data else UnitData()


def body_facts(row: BodyRow) -> BodyFacts:
    """A body as a value."""
    return BodyFacts(
        code=row.code,
        name=row.name,
        type=row.type,
        kind=row.kind,
        division=row.division,
        level=row.level,
        unit=row.unit_id,
        first=row.valid_from,
        last=row.valid_to,
        data=body_data(row),
    )


def all_bodies(session: Session) -> dict[str, BodyFacts]:
    """Every body, by code."""
    return {row.code: body_facts(row) for row in session.execute(select(BodyRow)).scalars()}


def one_body(session: Session, code: str) -> BodyFacts | None:
    """A body; `None` where there is none."""
    row = session.get(BodyRow, code)
    return None if row is None else body_facts(row)


def unit_facts(row: ReformUnitRow) -> UnitFacts:
    """A unit as a value."""
    return UnitFacts(
        id=row.id,
        name=row.name,
        supervising_level=row.supervising_level or "",
        lead_area=row.lead_area or "",
        participating=tuple(msgspec.json.decode(row.participating, type=list[str])),
        parks=unit_data(row).parks,
        ended_on=row.ended_on,
    )


def unit_ids_of(session: Session) -> frozenset[str]:
    """The ids of all units."""
    return frozenset(session.execute(select(ReformUnitRow.id)).scalars())  # type: ignore[call-overload]


def person_ids(session: Session) -> frozenset[str]:
    """The ids of all persons."""
    return frozenset(session.execute(select(PersonRow.id)).scalars())  # type: ignore[call-overload]


def holdings_of(session: Session, person: str) -> list[HoldingFacts]:
    """All positions a person ever held."""
    return _held(session.execute(select(HoldingRow).where(HoldingRow.person == person)).scalars())  # type: ignore[arg-type]


def holdings_in(session: Session, body: str) -> list[HoldingFacts]:
    """All positions ever held in a body."""
    return _held(session.execute(select(HoldingRow).where(HoldingRow.body == body)).scalars())  # type: ignore[arg-type]


def _held(rows: Iterable[HoldingRow]) -> list[HoldingFacts]:
    found = [
        HoldingFacts(
            person=row.person, body=row.body, position=row.position, first=row.valid_from, last=row.valid_to
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.body, each.position, each.first, each.person))


def proxies_of(session: Session) -> list[ProxyFacts]:
    """All proxies, those ended early with the day they ended."""
    rows = session.execute(select(ProxyRow).order_by(ProxyRow.first, ProxyRow.id)).scalars()  # type: ignore[arg-type]
    return [proxy_facts(row) for row in rows]


def proxy_facts(row: ProxyRow) -> ProxyFacts:
    """A proxy as a value."""
    return ProxyFacts(
        id=row.id,
        person=row.person,
        body=row.body,
        position=row.position,
        deputy=row.deputy,
        first=row.first,
        last=row.last if row.ended_on is None else min(row.last, row.ended_on),
        programmes=tuple(msgspec.json.decode(row.programmes, type=list[str])),
        works=tuple(msgspec.json.decode(row.works, type=list[str])),
    )


def is_administrator(session: Session, person: str) -> bool:
    """Whether a person holds one of the offices of the system itself."""
    return session.get(AdministratorRow, person) is not None


def person_names(db: Database) -> dict[str, str]:
    """Person → name, of those whose name was not erased."""
    with db.read() as session:
        rows = session.execute(
            select(PersonRow.id, PrivateTextRow.text)  # type: ignore[call-overload]
            .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id)
            .order_by(PrivateTextRow.version)
        )
        return {id_: name for id_, name in rows}
