"""接力队列: which cases wait to be shown by a flow, who has them, and what came of it.

The queue is the case row itself: every act marks it (``signalled_at``), and the relay shows the stream from
``mirrored_seq`` on. A claim is one short transaction: lease and a rising ``fence``; no transaction is open
while a flow runs. A result that comes with an older fence is refused, so a relay that was thought dead can do
no harm. What fails too often is a visible dead letter that waits for an operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, update

from config.clock import WallClock
from domain.outside import Rng, next_delay
from models.base import Instant, instant
from models.database import Database
from models.statements import CASE, EVENT, LETTER, MESSAGE, TIMER

MAX_ATTEMPTS: Final = 8
"""After so many failed tries (about an hour and a half) a row waits for an operator."""
BATCH: Final = 100
"""At most so many cases in one run of ``advance_cases``."""
LONGEST_ERROR: Final = 500


class StaleFenceError(Exception):
    """认领已失效: another relay has taken the row meanwhile; the result is not taken."""


class CaseClaim(msgspec.Struct, frozen=True, kw_only=True):
    """认领的改革任务: who may settle it (``fence``) and from where it is to be shown."""

    case_id: str
    fence: int
    mirrored_seq: int
    seq: int
    """The stream's last seq when it was claimed."""
    attempts: int
    signalled_at: datetime
    abandoned_by: str = ""
    """The relay whose lease on it ran out, where there was one."""


def _free(now: datetime) -> ColumnElement[bool]:
    """Waiting, not dead, due, and in nobody's hands."""
    return and_(
        CASE.c.signalled_at.is_not(None),
        CASE.c.dead.is_(False),
        or_(CASE.c.next_attempt_at.is_(None), CASE.c.next_attempt_at <= now),
        or_(CASE.c.lease_until.is_(None), CASE.c.lease_until < now),
    )


def count_waiting(db: Database, wall: WallClock, *, bulk: bool, limit: int) -> int:
    """Return how many cases could be claimed now, up to ``limit``. Reads only; asked many times a second."""
    now = wall.now()
    found = select(CASE.c.id).where(CASE.c.bulk.is_(bulk), _free(now)).limit(limit).subquery()
    with db.read() as session:
        return int(session.connection().execute(select(func.count()).select_from(found)).scalar_one())


def claim_cases(
    db: Database, wall: WallClock, by: str, lease_s: float, *, bulk: bool, limit: int = 1
) -> list[CaseClaim]:
    """认领: take up to ``limit`` waiting cases, the longest waiting first, for ``lease_s`` seconds."""
    now = wall.now()
    wanted = (
        select(CASE.c.id).where(CASE.c.bulk.is_(bulk), _free(now)).order_by(CASE.c.signalled_at).limit(limit)
    )
    return _claim(db, now, by, lease_s, wanted)


def claim_named(
    db: Database, wall: WallClock, by: str, lease_s: float, case_ids: Sequence[str]
) -> list[CaseClaim]:
    """认领指定的改革任务: those of ``case_ids`` that wait and are in nobody's hands, due or not."""
    now = wall.now()
    wanted = select(CASE.c.id).where(
        CASE.c.id.in_(case_ids),
        CASE.c.signalled_at.is_not(None),
        or_(CASE.c.lease_until.is_(None), CASE.c.lease_until < now),
    )
    return _claim(db, now, by, lease_s, wanted)


def _claim(db: Database, now: datetime, by: str, lease_s: float, wanted) -> list[CaseClaim]:  # type: ignore[no-untyped-def]
    with db.write() as session:
        connection = session.connection()
        ids = list(connection.execute(wanted.with_for_update(skip_locked=True)).scalars())
        if not ids:
            return []
        columns = (
            CASE.c.id, CASE.c.fence, CASE.c.mirrored_seq, CASE.c.seq, CASE.c.attempts, CASE.c.signalled_at,
            CASE.c.lease_by,
        )  # fmt: skip
        rows = connection.execute(select(*columns).where(CASE.c.id.in_(ids))).all()
        connection.execute(
            update(CASE)
            .where(CASE.c.id.in_(ids))
            .values(lease_by=by, lease_until=now + timedelta(seconds=lease_s), fence=CASE.c.fence + 1)
        )
    claims = [
        CaseClaim(
            case_id=row.id,
            fence=row.fence + 1,
            mirrored_seq=row.mirrored_seq,
            seq=row.seq,
            attempts=row.attempts,
            signalled_at=row.signalled_at,
            abandoned_by=row.lease_by or "",
        )
        for row in rows
    ]
    return sorted(claims, key=lambda claim: claim.signalled_at)


def renew(db: Database, wall: WallClock, by: str, lease_s: float, claims: Iterable[CaseClaim]) -> None:
    """续期: keep what is still being worked on; a row that another has taken meanwhile stays with it."""
    until = wall.now() + timedelta(seconds=lease_s)
    with db.write() as session:
        for claim in claims:
            session.connection().execute(
                update(CASE)
                .where(CASE.c.id == claim.case_id, CASE.c.fence == claim.fence, CASE.c.lease_by == by)
                .values(lease_until=until)
            )


def settle(db: Database, shown: Iterable[tuple[CaseClaim, int]]) -> list[CaseClaim]:
    """交回: each case is shown up to the given seq; what was committed meanwhile waits by its own age.

    Returns the claims that were refused because another relay has taken the case (stale fence).
    """
    settled, refused = list(shown), []
    with db.write() as session:
        connection = session.connection()
        # On PostgreSQL an UPDATE that waits for an act sees the act's case, but not its ledger row: so the
        # rows are taken first, and what each has to say is asked when they are ours.
        ids = [claim.case_id for claim, _ in settled]
        connection.execute(select(CASE.c.id).where(CASE.c.id.in_(ids)).order_by(CASE.c.id).with_for_update())
        for claim, seq in settled:
            if not _settle_one(connection, claim, seq):
                refused.append(claim)
    return refused


def _settle_one(connection: Connection, claim: CaseClaim, seq: int) -> bool:
    next_at = (
        select(EVENT.c.recorded_at)
        .where(EVENT.c.stream == f"case:{claim.case_id}", EVENT.c.seq == seq + 1)
        .scalar_subquery()
    )
    done = connection.execute(
        update(CASE)
        .where(CASE.c.id == claim.case_id, CASE.c.fence == claim.fence)
        .values(
            mirrored_seq=seq,
            signalled_at=case((CASE.c.seq > seq, next_at), else_=None),
            **_FREED,
            attempts=0,
            next_attempt_at=None,
            last_error=None,
        )
    )
    return bool(done.rowcount)


_FREED: Final[dict[str, None]] = {"lease_by": None, "lease_until": None}


def lease_holders(db: Database) -> set[str]:
    """Return who holds a lease on anything now: cases, messages, letters, machine work."""
    with db.read() as session:
        connection = session.connection()
        return {
            str(name)
            for table in (CASE, MESSAGE, LETTER, TIMER)
            for name in connection.execute(
                select(table.c.lease_by).where(table.c.lease_by.is_not(None)).distinct()
            ).scalars()
        }


def free_leases(db: Database, by: str) -> int:
    """收回认领: give back everything that a process known to be dead holds; return how many rows.

    The fence rises, so that a result that still comes from it is refused.
    """
    freed = 0
    with db.write() as session:
        for table in (CASE, MESSAGE, LETTER, TIMER):
            statement = update(table).where(table.c.lease_by == by)
            done = session.connection().execute(statement.values(**_FREED, fence=table.c.fence + 1))
            freed += int(done.rowcount)
    return freed


def release(db: Database, claims: Iterable[CaseClaim]) -> None:
    """放回: nothing was tried (Prefect is away), so nothing counts as a failed try."""
    with db.write() as session:
        for claim in claims:
            session.connection().execute(
                update(CASE).where(CASE.c.id == claim.case_id, CASE.c.fence == claim.fence).values(**_FREED)
            )


def fail(db: Database, wall: WallClock, claims: Iterable[CaseClaim], error: str, rng: Rng) -> None:
    """办理失败: count the try; the next one comes later and later, and after the last the row is dead."""
    now = wall.now()
    with db.write() as session:
        for claim in claims:
            tries = claim.attempts + 1
            session.connection().execute(
                update(CASE)
                .where(CASE.c.id == claim.case_id, CASE.c.fence == claim.fence)
                .values(
                    attempts=tries,
                    next_attempt_at=now + timedelta(seconds=next_delay(tries, rng)),
                    last_error=error[:LONGEST_ERROR],
                    dead=tries >= MAX_ATTEMPTS,
                    **_FREED,
                )
            )


def _since(now: datetime) -> ColumnElement[datetime]:
    """When a case began to wait: as before where it waits already."""
    return func.coalesce(CASE.c.signalled_at, literal(now, Instant()))


def rewind(db: Database, wall: WallClock, shown: Iterable[tuple[str, int]]) -> None:
    """补做: show each case again from after the given seq, because what was shown did not arrive."""
    now = wall.now()
    with db.write() as session:
        for case_id, seq in shown:
            session.connection().execute(
                update(CASE)
                .where(CASE.c.id == case_id, CASE.c.mirrored_seq > seq)
                .values(mirrored_seq=seq, signalled_at=_since(now))
            )


def remirror(db: Database, wall: WallClock, case_id: str = "") -> int:
    """重新显示: queue one case, or all, to be shown from the beginning; return how many.

    For a Prefect whose database was lost and whose old runs are wanted again. As bulk work: people first.
    """
    now = wall.now()
    statement = update(CASE).values(
        mirrored_seq=0,
        signalled_at=_since(now),
        bulk=True,
        dead=False,
        attempts=0,
        next_attempt_at=None,
    )
    if case_id:
        statement = statement.where(CASE.c.id == case_id)
    with db.write() as session:
        return int(session.connection().execute(statement).rowcount)


def revive(db: Database, wall: WallClock, case_id: str = "") -> int:
    """重新放回: give dead letters new tries, one case's or all; return how many."""
    statement = (
        update(CASE)
        .where(CASE.c.dead.is_(True))
        .values(dead=False, attempts=0, next_attempt_at=None, **_FREED)
    )
    if case_id:
        statement = statement.where(CASE.c.id == case_id)
    with db.write() as session:
        return int(session.connection().execute(statement).rowcount)


class CaseQueue(msgspec.Struct, frozen=True, kw_only=True):
    """接力积压: what is committed and not yet shown."""

    people: int
    bulk: int
    oldest: datetime | None
    """When the oldest commit not yet shown was made."""
    dead: tuple[tuple[str, str], ...]
    """Case and last error of each dead letter."""
    units: dict[str, str] = {}
    """Case → its reform unit's name, of each dead letter: whom an administrator asks for it."""


def case_queue(db: Database) -> CaseQueue:
    """Return the backlog of cases."""
    waiting = CASE.c.signalled_at.is_not(None)
    with db.read() as session:
        connection = session.connection()
        people, bulk, oldest = connection.execute(
            select(
                func.coalesce(func.sum(case((CASE.c.bulk.is_(False), 1), else_=0)), 0),
                func.coalesce(func.sum(case((CASE.c.bulk.is_(True), 1), else_=0)), 0),
                func.min(CASE.c.signalled_at),
            ).where(waiting)
        ).one()
        dead = connection.execute(
            select(CASE.c.id, CASE.c.unit_name, CASE.c.last_error)
            .where(CASE.c.dead.is_(True))
            .order_by(CASE.c.id)
        ).all()
    return CaseQueue(
        people=int(people),
        bulk=int(bulk),
        oldest=instant(oldest) if isinstance(oldest, int) else oldest,
        dead=tuple((row.id, row.last_error or "") for row in dead),
        units={row.id: row.unit_name for row in dead},
    )
