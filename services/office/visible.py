"""看得见的改革任务: which cases a person's scopes reach, in a stable order, a page at a time.

Which bodies take part in a case is known to its snapshot only, and a list asks it of all cases; so it is kept
per process under the case's seq and read again only where that has moved on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import or_, select
from sqlmodel import Session

from domain.permissions import Action, Standing, Target, granted
from models.database import Database
from models.statements import CASE
from models.tables import ReformUnitRow
from services.act_loading import decode_case
from services.permits import bodies_in

_CHUNK: Final = 400


class CaseFilter(NamedTuple):
    """筛选: empty takes all."""

    words: str = ""
    unit: str = ""
    programme: str = ""
    state: str = ""


class _Taking(NamedTuple):
    seq: int
    bodies: frozenset[str]


_taking: Final[WeakKeyDictionary[Database, dict[str, _Taking]]] = WeakKeyDictionary()


def visible_cases(
    db: Database, standing: Standing, action: Action, wanted: CaseFilter, *, after: str, limit: int
) -> list[str]:
    """Return up to ``limit`` ids after ``after``, of cases on which ``standing`` may do ``action``."""
    found: list[str] = []
    with db.read() as session:
        while len(found) < limit:
            rows = _candidates(session, wanted, after)
            taking = _taking_part(db, session, rows)
            for id_, _, unit, division, lead in rows:
                target = Target(division=lead or division or "", unit=unit, bodies=taking[id_])
                if granted(standing, action, target) is not None:
                    found.append(id_)
            if len(rows) < _CHUNK:
                break
            after = rows[-1][0]
    return found[:limit]


_Row = tuple[str, int, str, str | None, str | None]


def _candidates(session: Session, wanted: CaseFilter, after: str) -> Sequence[_Row]:
    statement = (
        select(  # type: ignore[call-overload]
            CASE.c.id,
            CASE.c.seq,
            CASE.c.unit_id,
            ReformUnitRow.division_code,
            ReformUnitRow.lead_area,
        )
        .select_from(CASE.outerjoin(ReformUnitRow, ReformUnitRow.id == CASE.c.unit_id))  # type: ignore[arg-type]
        .where(CASE.c.id > after)
        .order_by(CASE.c.id)
        .limit(_CHUNK)
    )
    if wanted.words:
        like = CASE.c.unit_name.contains(wanted.words, autoescape=True)
        statement = statement.where(or_(CASE.c.id == wanted.words, like))
    for column, value in (
        (CASE.c.unit_id, wanted.unit),
        (CASE.c.programme, wanted.programme),
        (CASE.c.state, wanted.state),
    ):
        if value:
            statement = statement.where(column == value)
    return [tuple(row) for row in session.connection().execute(statement)]


def _taking_part(db: Database, session: Session, rows: Sequence[_Row]) -> dict[str, frozenset[str]]:
    kept = _taking.setdefault(db, {})
    stale = [id_ for id_, seq, *_ in rows if id_ not in kept or kept[id_].seq != seq]
    for first in range(0, len(stale), _CHUNK):
        part = stale[first : first + _CHUNK]
        snapshots = select(CASE.c.id, CASE.c.seq, CASE.c.snapshot).where(CASE.c.id.in_(part))
        for id_, seq, snapshot in session.connection().execute(snapshots):
            kept[id_] = _Taking(seq, bodies_in(decode_case(snapshot)))
    return {id_: kept[id_].bodies for id_, *_ in rows}
