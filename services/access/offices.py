"""管理员职务: who holds one of the offices of the system itself, read where permissions are judged."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlmodel import Session

from domain.access import THREE, AccountState
from domain.permissions import AccessRole, Grant
from models.tables import AccountRow, AdministratorRow


def office_of(session: Session, person: str) -> Grant | None:
    """Return the office that a person holds, with the division it reaches."""
    row = session.get(AdministratorRow, person)
    return None if row is None else Grant(AccessRole(row.role), division=row.division)


def others_in_office(session: Session, role: AccessRole, person: str) -> int:
    """How many others hold ``role`` with an account that is in use.

    The office is held in this transaction, so that two cannot leave it at the same moment, each counting the
    other.
    """
    held = select(AdministratorRow.person).where(AdministratorRow.role == role)  # type: ignore[call-overload]
    session.execute(held.order_by(AdministratorRow.person).with_for_update()).all()
    found = session.execute(
        select(AdministratorRow.person)  # type: ignore[call-overload]
        .join(AccountRow, AccountRow.person == AdministratorRow.person)
        .where(
            AdministratorRow.role == role,
            AdministratorRow.person != person,
            AccountRow.state == AccountState.ACTIVE,
        )
    )
    return len(set(found.scalars()))


def missing_offices(session: Session) -> Iterable[AccessRole]:
    """Which of the three offices nobody holds."""
    held = set(session.execute(select(AdministratorRow.role)).scalars())  # type: ignore[call-overload]
    return [role for role in THREE if role not in held]


def end_office(session: Session, person: str) -> None:
    """End the office of a person, if there is one."""
    session.execute(delete(AdministratorRow).where(AdministratorRow.person == person))  # type: ignore[arg-type]
