"""单位、机构和人员: at the counter: what a token was made for is asked here, the rest by the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import msgspec

from domain.organisation.events import Link, PersonRegistered, PersonRenamed
from domain.organisation.leaving import HandedOver, HandOver
from domain.organisation.reorganising import EndBodies, ReorganiseUnits
from domain.permissions import Action
from domain.refusal import Refused
from models.tables import BodyRow, PersonRow
from services.evidence.files import out_of_sight
from services.office.acting import reused
from services.office.counter import Counter
from services.office.directory import show_unit
from services.organising import ending, leaving, listing, persons, reorganising
from services.organising.leaving import HandOverDone
from services.organising.listing import BodyView, PersonView
from services.organising.office import E, Enacted, Registry
from services.organising.persons import RegisterPerson
from services.organising.previewing import Preview
from services.organising.reading import person_names
from services.organising.units import chain_on
from services.organising.vacancies import Vacancy, vacancies
from services.private_texts import read_text

Asked = TypeVar("Asked", bound=msgspec.Struct)


class RenamePerson(msgspec.Struct, frozen=True, kw_only=True):
    """更正姓名."""

    person: str
    name: str


class VacancyLine(msgspec.Struct, frozen=True, kw_only=True):
    """无人承办: a place whose open work nobody can do, with who could mend it by name."""

    body: str
    body_name: str
    position: str
    why: str
    works: tuple[tuple[str, str], ...]
    oldest: date
    menders: tuple[str, ...]


def registry_of(counter: Counter) -> Registry:
    """组织登记处, with who is at it."""
    return Registry(db=counter.db, wall=counter.wall, person=counter.person, channel=counter.entry.channel)


def enacted(
    counter: Counter,
    action: Action,
    service: Callable[..., Enacted[E] | Refused],
    asked: msgspec.Struct,
    command_id: str,
    *,
    tells: bool = False,
) -> Enacted[E] | Refused:
    """One act of the organisation; ``tells`` where it moves cases and so tells people of it."""
    more = {"notices": counter.runtime.notices} if tells else {}
    return counter.out_of_scope(str(action)) or service(
        registry_of(counter), asked, command_id=command_id, **more
    )


def register_person(
    counter: Counter, asked: RegisterPerson, command_id: str
) -> Enacted[PersonRegistered] | Refused:
    """登记人员. A name is in no digest, so a number used again for another name is found out here."""
    found = enacted(counter, Action.PERSON_CHANGE, persons.register_person, asked, command_id)
    if isinstance(found, Enacted) and found.repeated and not _says(counter, found.event.name_id, asked.name):
        return reused(command_id)
    return found


def rename_person(counter: Counter, asked: RenamePerson, command_id: str) -> Enacted[PersonRenamed] | Refused:
    """更正姓名."""

    def rename(
        registry: Registry, what: RenamePerson, *, command_id: str
    ) -> Enacted[PersonRenamed] | Refused:
        return persons.rename_person(registry, what.person, what.name, command_id=command_id)

    found = enacted(counter, Action.PERSON_CHANGE, rename, asked, command_id)
    if isinstance(found, Enacted) and found.repeated and not _says(counter, found.event.text, asked.name):
        return reused(command_id)
    return found


def preview_hand_over(counter: Counter, asked: HandOver) -> HandedOver | Refused:
    """离岗移交预览."""
    refused = counter.out_of_scope(str(Action.WORK_HAND_OVER))
    return refused or leaving.preview_hand_over(registry_of(counter), asked)


def hand_over(counter: Counter, asked: HandOver, command_id: str) -> HandOverDone | Refused:
    """离岗移交: positions, open work and the account in one act."""
    return counter.out_of_scope(str(Action.WORK_HAND_OVER)) or leaving.hand_over(
        registry_of(counter), asked, command_id=command_id, access=counter.runtime.access
    )


def preview_bodies(counter: Counter, asked: EndBodies) -> Preview | Refused:
    """机构整合、撤销预览."""
    refused = counter.out_of_scope(str(Action.BODY_CHANGE))
    return refused or ending.preview_bodies(registry_of(counter), asked)


def preview_units(counter: Counter, asked: ReorganiseUnits) -> Preview | Refused:
    """改革单位调整预览."""
    refused = counter.out_of_scope(str(Action.UNIT_REORGANISE))
    return refused or reorganising.preview_units(registry_of(counter), asked)


def show_positions(counter: Counter, body: str, on: date | None) -> BodyView | Refused:
    """机构任职: who holds and held its positions, under the name of a day; for who may see its people."""
    refused = counter.refuses(Action.BODY_READ)
    if refused is not None:
        return refused
    with counter.db.read() as session:
        if session.get(BodyRow, body) is None:
            return out_of_sight()
    found = listing.show_body(registry_of(counter), body, on or counter.today())
    seen = {each.person for each in found.holdings if _may_see(counter, each.person)}
    held = tuple(each for each in found.holdings if each.person in seen)
    names = {person: name for person, name in found.names.items() if person in seen}
    return msgspec.structs.replace(found, holdings=held, names=names)


def show_person(counter: Counter, person: str) -> PersonView | Refused:
    """人员; one that there is not looks like one out of sight."""
    refused = counter.out_of_scope(str(Action.PERSON_READ))
    if refused is not None:
        return refused
    with counter.db.read() as session:
        known = session.get(PersonRow, person) is not None
    found = listing.show_person(registry_of(counter), person) if known else out_of_sight()
    return out_of_sight() if isinstance(found, Refused) else found


def _may_see(counter: Counter, person: str) -> bool:
    return isinstance(listing.show_person(registry_of(counter), person), PersonView)


def show_chain(
    counter: Counter, unit: str, on: date | None, programme: str, step: str
) -> tuple[Link, ...] | Refused:
    """责任链条 of a day."""
    found = show_unit(counter, unit)
    if isinstance(found, Refused):
        return found
    return chain_on(counter.db, unit, on or counter.today(), programme=programme, step=step)


def list_vacancies(counter: Counter) -> tuple[VacancyLine, ...] | Refused:
    """无人承办清单: what oneself may mend."""
    refused = counter.out_of_scope(str(Action.BODY_READ))
    if refused is not None:
        return refused
    names = person_names(counter.db)
    return tuple(_line(each, names) for each in vacancies(registry_of(counter)))


def _line(found: Vacancy, names: dict[str, str]) -> VacancyLine:
    return VacancyLine(
        body=found.body,
        body_name=found.body_name,
        position=found.position,
        why=found.why,
        works=found.works,
        oldest=found.oldest,
        menders=tuple(names.get(each.person, each.person) for each in found.menders),
    )


def _says(counter: Counter, text: str, name: str) -> bool:
    """Whether a text that was written says this; one that was erased says nothing any more."""
    with counter.db.read() as session:
        stands = read_text(session, text)
    return stands is None or stands == name.strip()
