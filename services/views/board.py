"""看板: the digests of all cases in this process, and which of them a person may see.

Each is kept under its case's seq and read again only where that has moved on; units are kept under the seq
of the stream ``organisation``. There is no second mark that could be forgotten, and nothing to be warmed up
again after another process has written.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from threading import Lock
from typing import Any, Final, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select

from domain.permissions import Action, Standing, Target, granted
from models.database import Database
from models.statements import CASE, CASE_HEADS
from models.tables import ReformUnitRow
from services.act_loading import decode_case
from services.organisation import Organisation
from services.transaction import reading
from services.views.digest import Borders, CaseDigest, StepDigest, case_digest
from services.views.tallies import Counting
from services.world import World, world_of

_CHUNK: Final = 400
_MOST_SIGHTS: Final = 128


class Unit(NamedTuple):
    """改革单位, as pages name it and permissions place it."""

    id: str
    name: str
    code: str
    kind: str
    level: str
    supervising: str
    division: str
    """Of its lead area; where that is 待补, its own."""
    province: str


_T = TypeVar("_T")
Ordered = tuple[tuple[str, str, int], StepDigest]


class Board:
    """看板 of one database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.world: World = world_of(db)
        self._lock = Lock()
        self._digests: dict[str, CaseDigest] = {}
        self._units: dict[str, Unit] = {}
        self._units_of = -1
        self._borders: Borders | None = None
        self._generation = 0
        self.version = 0
        """Rises with whatever is read anew: what was added up of an older one is added up again."""
        self._sums: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._sights: OrderedDict[tuple[Standing, Action], tuple[int, tuple[str, ...]]] = OrderedDict()
        self._counting: Counting | None = None
        self._orders: dict[tuple[str, str], tuple[CaseDigest, list[Ordered]]] = {}
        self.organisation: Organisation

    def refresh(self) -> None:
        """Read what has moved on since the last look."""
        heads = self.world.heads()
        with reading(self.db) as tx:
            rows = tx.all(CASE_HEADS, ())
        self.organisation = self.world.organisation(heads)
        calendar = self.world.calendar(heads)
        with self._lock:
            if self._borders is None or self._borders.calendar is not calendar:
                self._borders = Borders(calendar)
            if heads.organisation != self._units_of or len(self._units) == 0:
                self._units, self._units_of = self._read_units(), heads.organisation
                self._generation += 1
                self.version += 1
            stale = [id_ for id_, seq in rows if not self._fresh(id_, seq, calendar.id)]
            self.version += bool(stale)
            for first in range(0, len(stale), _CHUNK):
                self._read(stale[first : first + _CHUNK], self._borders)

    def _fresh(self, id_: str, seq: int, calendar: str) -> bool:
        held = self._digests.get(id_)
        return held is not None and held.seq == seq and held.calendar == calendar

    def _read(self, ids: list[str], borders: Borders) -> None:
        wanted = select(CASE.c.id, CASE.c.seq, CASE.c.snapshot).where(CASE.c.id.in_(ids))
        with self.db.read() as session:
            found = session.connection().execute(wanted).all()
        for id_, seq, snapshot in found:
            case = decode_case(snapshot)
            loaded = self.world.plan(case.programme, case.version)
            if loaded is None:
                raise LookupError(f"{case.programme}/{case.version} 没有发布")
            before = self._digests.get(id_)
            digest = case_digest(loaded.plan, case, seq, borders)
            self._digests[id_] = digest
            if before is None or (before.bodies, before.unit) != (digest.bodies, digest.unit):
                self._generation += 1

    def _read_units(self) -> dict[str, Unit]:
        r = ReformUnitRow
        wanted = select(  # type: ignore[call-overload]
            r.id,
            r.name,
            r.code,
            r.kind,
            r.level,
            r.supervising_level,
            r.lead_area,
            r.division_code,
            r.province,
        )
        with self.db.read() as session:
            rows = session.connection().execute(wanted).all()
        return {
            row[0]: Unit(
                row[0], row[1], row[2] or "", row[3], row[4], row[5] or "", row[6] or row[7] or "", row[8]
            )
            for row in rows
        }

    @property
    def borders(self) -> Borders:
        """Dates of lamps by the calendar as it stands; after `refresh`."""
        if self._borders is None:
            raise LookupError("the board has not been read yet")
        return self._borders

    def unit(self, id_: str) -> Unit:
        """A unit by its id."""
        return self._units.get(id_) or Unit(id_, id_, "", "", "", "", "", "")

    def all(self) -> tuple[CaseDigest, ...]:
        """Every case, by id; permissions are the caller's to ask."""
        return tuple(each for _, each in sorted(self._digests.items()))

    def digest(self, case_id: str) -> CaseDigest | None:
        """One case; permissions are the caller's to ask."""
        return self._digests.get(case_id)

    def seen(self, standing: Standing, action: Action = Action.CASE_READ) -> list[CaseDigest]:
        """The cases on which somebody may do ``action``, by id; asked of the permission table, none else."""
        with self._lock:
            kept = self._sights.get((standing, action))
            if kept is None or kept[0] != self._generation:
                ids = tuple(
                    id_
                    for id_, each in sorted(self._digests.items())
                    if granted(standing, action, self.target(each)) is not None
                )
                kept = self._sights[standing, action] = (self._generation, ids)
                while len(self._sights) > _MOST_SIGHTS:
                    self._sights.popitem(last=False)
            return [self._digests[id_] for id_ in kept[1]]

    def target(self, case: CaseDigest) -> Target:
        """What a case is to the permission table."""
        return Target(division=self.unit(case.unit).division, unit=case.unit, bodies=case.bodies)

    def body_name(self, code: str) -> str:
        """The name of a body."""
        place = self.organisation.places.get(code)
        return place.name if place is not None and place.name else code

    def ordered(self, case: CaseDigest, by: str, value: Callable[[StepDigest], str]) -> list[Ordered]:
        """The tasks of a case by ``value``, each with a key of its own; kept until the case moves on."""
        kept = self._orders.get((case.id, by))
        if kept is None or kept[0] is not case:
            found = sorted(
                (((value(step), case.id, place), step) for place, step in enumerate(case.steps)),
                key=lambda each: each[0],
            )
            kept = self._orders[case.id, by] = (case, found)
        return kept[1]

    def sums(self, key: Hashable, count: Callable[[], _T]) -> _T:
        """What was added up for the same question, as long as nothing has moved on since."""
        version = self.version
        kept = self._sums.get(key)
        if kept is None or kept[0] != version:
            kept = self._sums[key] = (version, count())
            while len(self._sums) > _MOST_SIGHTS:
                self._sums.popitem(last=False)
        found: _T = kept[1]
        return found

    def counting(self, on: date) -> Counting:
        """小计 of a day; those of the day that was asked for last are kept."""
        found = self._counting
        if found is None or found.on != on:
            found = self._counting = Counting(on)
        return found


_boards: WeakKeyDictionary[Database, Board] = WeakKeyDictionary()
_boards_guard = Lock()


def board_of(db: Database) -> Board:
    """看板 of ``db``, brought up to what is committed."""
    with _boards_guard:
        found = _boards.get(db)
        if found is None:
            found = _boards[db] = Board(db)
    found.refresh()
    return found
