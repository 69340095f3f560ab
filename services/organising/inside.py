"""同一事务内的办理: acts on cases inside the transaction that changes the organisation.

The caches of other readers must not see what is not committed, so this world reads the organisation and the
units through the session of the transaction, and keeps it for itself.
"""

from __future__ import annotations

from sqlmodel import Session

from domain.commands import Command
from domain.refusal import RefusalError, Refused
from models.tables import ReformUnitRow
from services.act_loading import Entry, prepare
from services.act_path import ActPath, Done
from services.enclosures import NOTHING_ENCLOSED
from services.notices import Notices
from services.organisation import Organisation, UnitPlace, load_organisation, place_of
from services.organising.office import Registry
from services.transaction import joined
from services.world import Heads, World, world_of


class _Inside(World):
    """The world as one transaction sees it; plans, calendar and settings are those of everybody."""

    def __init__(self, session: Session, outer: World) -> None:
        self._session = session
        self._outer = outer
        self._seen = load_organisation(session, -1)
        self.plan = outer.plan  # type: ignore[method-assign]
        self.calendar = outer.calendar  # type: ignore[method-assign]
        self.settings = outer.settings  # type: ignore[method-assign]
        self.body_names = outer.body_names  # type: ignore[method-assign]

    def organisation(self, heads: Heads) -> Organisation:
        """The organisation after what this transaction has written."""
        return self._seen

    def unit(self, unit_id: str) -> UnitPlace | None:
        """Where a unit stands after what this transaction has written."""
        row = self._session.get(ReformUnitRow, unit_id)
        return None if row is None else place_of(row)


class InsideActs:
    """Acts on cases inside a transaction; a refused one takes all of it back."""

    def __init__(self, registry: Registry, session: Session, notices: Notices) -> None:
        session.flush()
        world = _Inside(session, world_of(registry.db))
        self._path = ActPath(world, registry.wall, notices, bulk=True)
        self._tx = joined(session.connection())
        self._entry = Entry(actor=registry.person, channel=registry.channel)

    def do(self, command: Command) -> Done:
        """Judge and write one command.

        Raises:
            RefusalError: it was refused.
        """
        prepared = prepare(command, self._entry)
        if isinstance(prepared, Refused):
            raise RefusalError(prepared)
        answer = self._path.do(self._tx, prepared, None, NOTHING_ENCLOSED)
        if isinstance(answer, Refused):
            raise RefusalError(answer)
        return answer
