"""人员和任职办理: persons with or without an account, positions with their history and papers."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.organisation.events import HoldingBegun, HoldingEnded, PersonRegistered, PersonRenamed
from domain.organisation.holdings import Appoint, EndHolding, judge_appointment, judge_end
from domain.organisation.judged import unknown_body
from domain.permissions import Action
from domain.refusal import Refused
from models.tables import AccountRow, HoldingRow, PersonRow, PrivateTextRow
from services.organising.office import Enacted, Registry, enact
from services.organising.reading import holdings_of, is_administrator, one_body
from services.permits import body_target, person_target
from services.private_texts import NewText, new_text

LONGEST_NAME = 40


class RegisterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """登记人员: name and contact are private and go into the erasable table."""

    person: str
    name: str
    body: str
    """Where they work: who may register them depends on it."""
    contact: str = ""
    account: bool = False
    """Whether they will sign in; opening the account itself is the administrators' act."""


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What of a registration may be digested."""

    person: str
    body: str
    account: bool


def register_person(
    registry: Registry, asked: RegisterPerson, *, command_id: str
) -> Enacted[PersonRegistered] | Refused:
    """登记人员, without a position yet."""
    refused = registry.may(Action.PERSON_CHANGE, body_target(registry.db, asked.body)) or _sound(asked)
    if refused is not None:
        return refused
    name, contact = _texts(asked)

    def judge(session: Session, _on: date) -> PersonRegistered | Refused:
        if one_body(session, asked.body) is None:
            return unknown_body(asked.body)
        if session.get(PersonRow, asked.person) is not None:
            return Refused(
                code="person.exists",
                message=f"人员编号“{asked.person}”已登记",
                remedy="请换一个编号,或直接登记任职",
                facts={"person": asked.person},
            )
        return PersonRegistered(
            person=asked.person,
            name_id=name.id,
            name_digest=name.ref.digest,
            contact_digest=contact.ref.digest if contact else "",
        )

    def write(session: Session, _event: PersonRegistered) -> None:
        write_person(session, registry, asked.person, name, contact, account=asked.account)

    request = _Asked(person=asked.person, body=asked.body, account=asked.account)
    return enact(registry, request, PersonRegistered, judge, write, command_id=command_id)


def write_person(
    session: Session,
    registry: Registry,
    person: str,
    name: NewText,
    contact: NewText | None,
    *,
    account: bool,
) -> None:
    """The rows of a new person."""
    session.add(name.row(registry.wall))
    if contact is not None:
        session.add(contact.row(registry.wall))
    session.add(PersonRow(id=person, name_id=name.id, contact_id=contact.id if contact else None))
    session.flush()
    if account:
        session.add(AccountRow(id=person, person=person))
        session.flush()


def rename_person(
    registry: Registry, person: str, name: str, *, command_id: str
) -> Enacted[PersonRenamed] | Refused:
    """更正姓名: a new version of the name; the earlier one stays until it is erased."""
    refused = registry.may(Action.PERSON_CHANGE, person_target(registry.db, person, registry.today))
    if refused is not None:
        return refused
    if not name.strip() or len(name) > LONGEST_NAME:
        return _bad_name()
    made: list[NewText] = []

    def judge(session: Session, _on: date) -> PersonRenamed | Refused:
        row = session.get(PersonRow, person)
        if row is None:
            return unknown_person(person)
        latest = (
            session.execute(select(PrivateTextRow.version).where(PrivateTextRow.id == row.name_id))  # type: ignore[call-overload]
            .scalars()
            .all()
        )
        text = new_text("name", name.strip(), person, id=row.name_id, version=max(latest, default=0) + 1)
        made.append(text)
        return PersonRenamed(person=person, text=text.id, version=text.version, digest=text.ref.digest)

    def write(session: Session, _event: PersonRenamed) -> None:
        session.add(made[-1].row(registry.wall))

    request = _Asked(person=person, body="", account=False)
    return enact(registry, request, PersonRenamed, judge, write, command_id=command_id)


def appoint(registry: Registry, asked: Appoint, *, command_id: str) -> Enacted[HoldingBegun] | Refused:
    """登记任职."""
    refused = registry.may(Action.HOLDING_CHANGE, body_target(registry.db, asked.body))
    if refused is not None:
        return refused

    def judge(session: Session, _on: date) -> HoldingBegun | Refused:
        if session.get(PersonRow, asked.person) is None:
            return unknown_person(asked.person)
        return judge_appointment(
            asked,
            one_body(session, asked.body),
            holdings_of(session, asked.person),
            administrator=is_administrator(session, asked.person),
        )

    return enact(registry, asked, HoldingBegun, judge, write_begun, command_id=command_id)


def write_begun(session: Session, event: HoldingBegun) -> None:
    """The row of a position that is held from now on."""
    session.merge(
        HoldingRow(
            person=event.person,
            body=event.body,
            position=event.position,
            valid_from=event.first,
            valid_to=event.last,
            basis=event.basis or None,
        )
    )
    session.flush()


def end_holding(registry: Registry, asked: EndHolding, *, command_id: str) -> Enacted[HoldingEnded] | Refused:
    """登记免职: the last day. Open work stays with the position, and is 无人承办 until somebody holds it."""
    refused = registry.may(Action.HOLDING_CHANGE, body_target(registry.db, asked.body))
    if refused is not None:
        return refused
    return enact(
        registry,
        asked,
        HoldingEnded,
        lambda session, _on: judge_end(asked, holdings_of(session, asked.person)),
        write_ended,
        command_id=command_id,
    )


def write_ended(session: Session, event: HoldingEnded) -> None:
    """The row of a position that ends."""
    key = (event.person, event.body, event.position, event.first)
    row = session.get_one(HoldingRow, key)
    row.valid_to, row.end_basis = event.last, event.basis or None
    session.add(row)
    session.flush()


def unknown_person(person: str) -> Refused:
    """Nobody of this id is registered."""
    return Refused(
        code="person.unknown",
        message=f"没有登记过人员“{person}”",
        remedy="请核对人员编号,或先登记人员(无须账号)",
        facts={"person": person},
    )


def _texts(asked: RegisterPerson) -> tuple[NewText, NewText | None]:
    contact = new_text("contact", asked.contact.strip(), asked.person) if asked.contact.strip() else None
    return new_text("name", asked.name.strip(), asked.person), contact


def _sound(asked: RegisterPerson) -> Refused | None:
    if not asked.name.strip() or len(asked.name) > LONGEST_NAME:
        return _bad_name()
    if not asked.person.strip() or any(sign.isspace() for sign in asked.person):
        return Refused(
            code="person.id",
            message=f"人员编号“{asked.person}”不能用",
            remedy="编号不能为空,不含空格;可用工号或姓名拼音",
        )
    return None


def _bad_name() -> Refused:
    return Refused(code="person.name", message="须写明姓名", remedy=f"请填写姓名,不超过 {LONGEST_NAME} 个字")
