"""演示登录: at the demonstration one signs in as any of its 示例 persons by one button, without a password.

It exists only where the database is a rehearsal (演练) and the setting says so; both are asked at every look
and at every sign-in. No account gets a password by it: whoever knows a name alone gets in nowhere else.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.access import AccountState, Stage
from domain.organisation.values import POSITION_TITLES
from domain.permissions import ROLE_TITLES, AccessRole
from domain.refusal import Refused
from models.tables import AccountRow, AdministratorRow, CredentialRow, PersonRow
from services.access.accounts import account_for
from services.access.environment import Access, Origin
from services.access.holders import Holder, find_holder
from services.access.journal import note
from services.access.sessions import CHANNEL, Opened, open_session
from services.access.sign_in import judge_standing
from services.clock import is_rehearsal_database, today
from services.organisation import Organisation
from services.world import world_of

DEMO: Final = "demo"
"""A way of signing in."""
SYSTEM_OFFICES: Final = "系统管理"
_WITH_ACCOUNTS: Final = "account"


class DemoSeat(msgspec.Struct, frozen=True):
    """可登录的一人, with what the button says."""

    person: str
    title: str


class DemoBody(msgspec.Struct, frozen=True):
    """一个机构 and who works there."""

    name: str
    code: str
    """What tells two of one name apart; empty for the system's own offices."""
    seats: tuple[DemoSeat, ...]


def demo_is_open(access: Access) -> bool:
    """Whether the demonstration's sign-in exists here."""
    return access.rules.demo_sign_in and is_rehearsal_database(access.db, access.wall)


def judge_demo(access: Access) -> Refused | None:
    """Whether a process may start: the setting beside a real database is a mistake, said at once."""
    if not access.rules.demo_sign_in or demo_is_open(access):
        return None
    return Refused(
        code="demo.real_database",
        message="设置了 ZR_DEMO_SIGN_IN(演示免口令登录),而这个数据库不是演练库,不能启动",
        remedy="请去掉这项设置;它只由 zonectl demo 为自己的演练库打开",
    )


def demo_bodies(access: Access, wanted: str = "") -> tuple[DemoBody, ...] | Refused:
    """演示人员: by body, from the province down; ``wanted`` is a part of a body's name."""
    if not demo_is_open(access):
        return _not_here()
    world = world_of(access.db)
    organisation, on = world.organisation(world.heads()), today(access.db, access.wall)
    places = sorted(organisation.places.items(), key=lambda each: (each[1].division, each[1].name, each[0]))
    seated = [
        DemoBody(place.name, code, _seats(organisation, code, on))
        for code, place in places
        if place.kind == _WITH_ACCOUNTS
    ]
    every = (*seated, DemoBody(SYSTEM_OFFICES, "", _administrators(access)))
    return tuple(each for each in every if each.seats and wanted in each.name)


def _seats(organisation: Organisation, body: str, on: date) -> tuple[DemoSeat, ...]:
    return tuple(
        DemoSeat(person, title)
        for position, title in POSITION_TITLES.items()
        for person in organisation.holders(body, position, on)
    )


def enter_demo(access: Access, person: str, origin: Origin | None = None) -> Opened | Refused:
    """演示登录: open a session as ``person``; told in the security stream as a kind of its own."""
    bodies = demo_bodies(access)
    if isinstance(bodies, Refused):
        return bodies
    if not any(seat.person == person for body in bodies for seat in body.seats):
        return Refused(
            code="demo.person",
            message="演示人员里没有这个人",
            remedy="请从演示登录页的名单中选一人",
            facts={"person": person},
        )
    with access.db.write() as session:
        holder = _holder_of(session, access, person)
        refused = judge_standing(holder)
        if refused is not None:
            return refused
        opened = open_session(session, access, holder, Stage.OPEN, DEMO, origin or Origin())
        note(
            session,
            access,
            "demo_signed_in",
            actor=person,
            channel=CHANNEL,
            account=holder.account,
            session=opened.live.id,
        )
    return opened


def _holder_of(session: Session, access: Access, person: str) -> Holder:
    """The person's account; one without a password where there is none."""
    session.get(PersonRow, person, with_for_update=True)
    account = session.execute(
        select(AccountRow.id)  # type: ignore[call-overload]
        .join(CredentialRow, CredentialRow.account == AccountRow.id)
        .where(AccountRow.person == person, AccountRow.state != AccountState.CLOSED)
    ).scalar()
    if account is None:
        account = account_for(session, person)
        session.add(CredentialRow(account=account, name=account, changed_at=access.wall.now()))
        session.flush()
    holder = find_holder(session, account=account, lock=True)
    if holder is None:
        raise LookupError(account)
    return holder


def _administrators(access: Access) -> tuple[DemoSeat, ...]:
    with access.db.read() as session:
        found = session.execute(
            select(AdministratorRow.person, AdministratorRow.role).order_by(AdministratorRow.person)  # type: ignore[call-overload]
        ).all()
    return tuple(DemoSeat(person, ROLE_TITLES[AccessRole(role)]) for person, role in found)


def _not_here() -> Refused:
    return Refused(code="demo.closed", message="没有找到", remedy="请用登录名和口令登录")
