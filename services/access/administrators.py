"""三员: the system's own offices: appoint, dismiss, and the three that a new database begins with.

System, security and audit administrators are three persons, none of whom holds a position (GB/T 22239-2019
8.1.5). The table's key is the person, so the database itself refuses that one holds two.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain.access import SEPARATION_BASIS, THREE
from domain.permissions import ADMINISTRATORS, ROLE_TITLES, AccessRole, Action
from domain.refusal import Refused
from models.tables import AdministratorRow, HoldingRow, ProxyRow
from services.access.accounts import AccountOpened, account_in_use, give_credential
from services.access.environment import Access, By
from services.access.journal import note
from services.access.offices import end_office, missing_offices, office_of, others_in_office
from services.access.passwords import new_initial
from services.access.persons import register_person
from services.access.sessions import end_all
from services.access.tokens import revoke_all
from services.clock import read_clock, today
from services.permits import permit

FIRST_NAMES: Final = {
    AccessRole.SYSTEM_ADMIN: "sysadmin",
    AccessRole.SECURITY_ADMIN: "secadmin",
    AccessRole.AUDITOR: "auditor",
}
"""Login names of the first three; each may be replaced by an account of a named person."""


class FirstAccount(msgspec.Struct, frozen=True, kw_only=True):
    """首次开立的管理员账号."""

    role: AccessRole
    opened: AccountOpened


def first_start(access: Access, *, by: By) -> list[FirstAccount]:
    """首次启动: make the accounts of those of the three that are missing; nothing where all are there.

    The initial passwords are in the answer and nowhere else.
    """
    with access.db.read() as session:
        if not missing_offices(session):
            return []
    initials = {role: new_initial(access) for role in THREE}
    with access.db.write() as session:
        made = []
        for role in missing_offices(session):
            name = FIRST_NAMES[role]
            register_person(session, access, name, ROLE_TITLES[role], actor=by.person, channel=by.channel)
            session.add(AdministratorRow(person=name, role=str(role), since=access.wall.now()))
            session.flush()
            opened = give_credential(session, access, name, name, initials[role])
            facts = {"account": name, "role": str(role)}
            note(session, access, "administrator_made", actor=by.person, channel=by.channel, **facts)
            made.append(FirstAccount(role=role, opened=opened))
    return made


def appoint(access: Access, person: str, role: AccessRole, division: str = "", *, by: By) -> Refused | None:
    """任命管理员: give an office to somebody who has an account, no other office, and no position."""
    refused = permit(access.db, by.person, Action.ADMINISTRATOR_CHANGE, on=today(access.db, access.wall))
    refused = refused or _judge_office(role, division, person, by)
    if refused is not None:
        return refused
    try:
        with access.db.write() as session:
            refused = _judge_person(session, access, person)
            if refused is not None:
                return refused
            _start_afresh(session, access, person)
            row = AdministratorRow(person=person, role=str(role), division=division, since=access.wall.now())
            session.add(row)
            session.flush()
            facts = {"person": person, "role": str(role), "division": division}
            note(session, access, "administrator_appointed", actor=by.person, channel=by.channel, **facts)
    except IntegrityError:
        return _overlap()
    return None


def dismiss(access: Access, person: str, reason: str, *, by: By) -> Refused | None:
    """免去管理员职务: the account stays; the last one of the three offices cannot be dismissed."""
    refused = permit(access.db, by.person, Action.ADMINISTRATOR_CHANGE, on=today(access.db, access.wall))
    if refused is not None:
        return refused
    with access.db.write() as session:
        office = office_of(session, person)
        if office is None:
            return Refused(code="administrator.none", message="此人不是管理员", remedy="请核对人员编号")
        if office.role in THREE and not others_in_office(session, office.role, person):
            title = ROLE_TITLES[office.role]
            return Refused(
                code="administrator.last",
                message=f"这是唯一在用的{title},不能免去",
                remedy=f"请先任命另一位{title}",
                basis=SEPARATION_BASIS,
            )
        end_office(session, person)
        facts = {"person": person, "role": str(office.role), "reason": reason}
        note(session, access, "administrator_dismissed", actor=by.person, channel=by.channel, **facts)
    return None


def _judge_office(role: AccessRole, division: str, person: str, by: By) -> Refused | None:
    if role not in ADMINISTRATORS:
        titles = "、".join(ROLE_TITLES[each] for each in AccessRole if each in ADMINISTRATORS)
        return Refused(
            code="administrator.role", message="没有这样的管理员职务", remedy=f"可以任命的是:{titles}"
        )
    if (role is AccessRole.UNIT_ADMIN) != bool(division):
        return Refused(
            code="administrator.division",
            message="单位管理员须写明所管的区划,其他管理员不写",
            remedy="请按六位区划代码填写,如 411024",
        )
    if person == by.person:
        return _overlap()
    return None


def _judge_person(session: Session, access: Access, person: str) -> Refused | None:
    if account_in_use(session, person) is None:
        return Refused(
            code="administrator.no_account",
            message="此人没有在用的账号",
            remedy="请先由系统管理员开立账号",
            facts={"person": person},
        )
    if office_of(session, person) is not None:
        return _overlap()
    on = read_clock(session.connection(), access.wall).today
    held = select(HoldingRow.body).where(  # type: ignore[call-overload]
        HoldingRow.person == person,
        HoldingRow.valid_to.is_(None) | (HoldingRow.valid_to >= on),  # type: ignore[operator, union-attr]
    )
    lent = select(ProxyRow.id).where(  # type: ignore[call-overload]
        ProxyRow.deputy == person,
        ProxyRow.last >= on,
        ProxyRow.ended_on.is_(None) | (ProxyRow.ended_on >= on),  # type: ignore[operator, union-attr]
    )
    if session.execute(held).first() is None and session.execute(lent).first() is None:
        return None
    return Refused(
        code="administrator.in_business",
        message="此人担任或代理业务职务,不能兼任管理员",
        remedy="请另选不办理改革业务的人",
        facts={"person": person},
        basis=SEPARATION_BASIS,
    )


def _start_afresh(session: Session, access: Access, person: str) -> None:
    """End what was signed in before the office asked for a second factor."""
    account = account_in_use(session, person)
    if account is not None:
        end_all(session, account)
        revoke_all(session, access, account)


def _overlap() -> Refused:
    return Refused(
        code="administrator.overlap",
        message="一人不能兼任两种管理员",
        remedy="请另选一人,或先免去现任职务",
        basis=SEPARATION_BASIS,
    )
