"""登录失败处理: count tries under a name, and lock the name for a while (GB/T 22239-2019 8.1.4.1 b).

A try is counted *before* the password is looked at and taken back when it was right: otherwise a hundred
tries at once would all be looked at before the first is counted. Names that no account has are counted alike,
so the answer tells nobody which names exist.

Counted under the name together with where the try comes from: otherwise whoever types a colleague's name five
times keeps them out. Under the name alone so many more count, so that many machines do not guess without end.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.access import BASIS
from domain.refusal import Refused
from models.tables import AttemptRow
from services.access.environment import Access
from services.access.secret import digest

PLACES: Final = 10
"""A name is locked for all once so many times the failures of one place have come together (proposed)."""


def name_key(name: str) -> str:
    """The key under which tries with a login name are counted, wherever they come from."""
    return digest(f"name:{name}")


def place_key(name: str, address: str) -> str:
    """The key under which tries with a login name are counted that come from one address."""
    return f"{name_key(name)}@{digest(address)[:16]}"


def factor_key(account: str) -> str:
    """The key under which tries with a second factor are counted."""
    return digest(f"factor:{account}")


def reserve_name(access: Access, name: str, address: str) -> Refused | None:
    """Count one try with a login name beforehand, or say that it is locked, from there or for all."""
    most = access.rules.max_failures
    here = reserve(access, place_key(name, address))
    return here or reserve(access, name_key(name), most=most * PLACES)


def fail_name(session: Session, access: Access, name: str, address: str) -> bool:
    """The try with a login name was wrong; return whether it is locked by it, from there or for all."""
    most = access.rules.max_failures
    here = fail(session, access, place_key(name, address))
    return fail(session, access, name_key(name), most=most * PLACES) or here


def clear_name(session: Session, name: str, address: str | None = None) -> None:
    """Forget the failures of a name: of one address and of all together, or of every address."""
    every = AttemptRow.key.startswith(f"{name_key(name)}@")
    here = every if address is None else AttemptRow.key == place_key(name, address)
    session.execute(delete(AttemptRow).where(here))  # type: ignore[arg-type]
    clear(session, name_key(name))


def failed_name(session: Session, name: str) -> bool:
    """Whether failures of a name are counted."""
    found = select(AttemptRow.key).where(AttemptRow.key.startswith(name_key(name)))  # type: ignore[call-overload]
    return session.execute(found.limit(1)).first() is not None


def reserve(access: Access, key: str, *, most: int = 0) -> Refused | None:
    """Count one try under ``key`` beforehand, or say that it is locked; ``most`` 0 is the rules' number."""
    now, most = access.wall.now(), most or access.rules.max_failures
    with access.db.write() as session:
        row = _locked_row(session, key, now)
        if row.locked_until is not None and row.locked_until > now:
            return _too_many(row.locked_until, now)
        if row.locked_until is not None or row.last_at + access.rules.lock <= now:
            row.failures, row.locked_until = 0, None
        if row.failures >= most:
            return _too_many(now + access.rules.lock, now)
        row.failures += 1
        row.last_at = now
        session.add(row)
    return None


def fail(session: Session, access: Access, key: str, *, most: int = 0) -> bool:
    """The try was wrong; return whether the key is locked by it."""
    now, most = access.wall.now(), most or access.rules.max_failures
    row = _locked_row(session, key, now)
    if row.failures < most or row.locked_until is not None:
        return False
    row.locked_until = now + access.rules.lock
    session.add(row)
    return True


def clear(session: Session, key: str) -> None:
    """Forget the failures: the try was right, or an administrator says so."""
    session.execute(delete(AttemptRow).where(AttemptRow.key == key))  # type: ignore[arg-type]


def forget_old(session: Session, access: Access) -> None:
    """Remove the counts that no longer matter, so that made-up names do not pile up."""
    before = access.wall.now() - 2 * access.rules.lock
    session.execute(delete(AttemptRow).where(AttemptRow.last_at < before))  # type: ignore[arg-type]


def _locked_row(session: Session, key: str, now: datetime) -> AttemptRow:
    """The row of ``key``, made where there is none, which no other transaction changes meanwhile.

    Where a right answer forgets the row between finding and locking it, it is made anew.
    """
    lite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite.insert if lite else postgresql.insert)(AttemptRow)
    found = select(AttemptRow).where(AttemptRow.key == key).with_for_update()  # type: ignore[arg-type]
    while True:
        session.execute(insert.values(key=key, failures=0, last_at=now).on_conflict_do_nothing())
        row: AttemptRow | None = session.execute(
            found.execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is not None:
            return row


def _too_many(until: datetime, now: datetime) -> Refused:
    minutes = max(1, ceil((until - now).total_seconds() / 60))
    return Refused(
        code="sign_in.locked",
        message=f"失败次数过多,已暂停登录,请 {minutes} 分钟后再试",
        remedy="着急的请联系管理员解锁;不是本人操作的,请一并告知管理员",
        facts={"minutes": minutes},
        basis=BASIS,
    )
