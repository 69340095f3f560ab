"""办理: one act of a person or a flow is one transaction, from the command to the next work items.

The same for console, API, command line, flows and tests: load the case with the head of its stream and the
actor's standing, let ``domain.decide`` judge, add one ledger row, write the case and the difference of its
projections, commit. A command id is done exactly once: who never saw the answer sends the command again and
gets the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, TypeVar

import msgspec

from config.clock import WallClock
from domain.commands import Command
from domain.refusal import Refused
from models.database import Database
from services.act_loading import Entry, Known, Prepared, prepare
from services.act_path import ActPath, Done
from services.enclosures import NOTHING_ENCLOSED, Enclosures
from services.notices import Notices, no_notices
from services.transaction import RacedError, reading, writing
from services.world import world_of

__all__ = ["BATCH", "Done", "Enclosures", "Entry", "act", "act_many", "would_refuse"]

BATCH: Final = 100
"""Cases in one transaction of a launch: enough to share the disk's flush, few enough to let people in."""
_TRIES: Final = 3
_T = TypeVar("_T")


def act(
    db: Database,
    command: Command,
    entry: Entry,
    *,
    wall: WallClock,
    programme: tuple[str, int] | None = None,
    enclosed: Enclosures = NOTHING_ENCLOSED,
    notices: Notices = no_notices,
) -> Done | Refused:
    """办理: do ``command`` in one transaction; return what it did, or why it was refused.

    Args:
        programme: code and version, for opening a case; otherwise the case says.
        enclosed: texts and register rows that the command names.
        notices: what to write into the outbox for the events and the new work.

    Raises:
        DatabaseFault: the database could not take it; nothing was written.
    """
    prepared = prepare(command, entry)
    if isinstance(prepared, Refused):
        return prepared
    path = ActPath(world_of(db), wall, notices)
    return _racing(partial(_once, db, path, prepared, programme, enclosed))


def act_many(
    db: Database,
    commands: Iterable[Command],
    entry: Entry,
    *,
    wall: WallClock,
    programme: tuple[str, int] | None = None,
    notices: Notices = no_notices,
    batch: int = BATCH,
    after_batch: Callable[[int], None] | None = None,
    known: Mapping[str, Known] | None = None,
) -> list[Done | Refused]:
    """批量办理: do many commands, ``batch`` to a transaction, each judged by itself.

    A refused one holds up none of the others. Cases touched here are marked ``bulk``: people's acts go before
    them in the relay. ``after_batch`` is told after each commit how many are done. ``known`` are cases that
    the caller has just read: one whose snapshot is still the same is not decoded a second time.

    Raises:
        DatabaseFault: a batch could not be written; those before it stand, and sending all again does only
            what is missing.
    """
    path = ActPath(world_of(db), wall, notices, bulk=True)
    answers: list[Done | Refused] = []
    prepared = [_knowing(prepare(command, entry), known or {}) for command in commands]
    for first in range(0, len(prepared), batch):
        part = prepared[first : first + batch]
        answers += _racing(partial(_batch, db, path, part, programme))
        if after_batch is not None:
            after_batch(len(answers))
    return answers


def _knowing(prepared: Prepared | Refused, known: Mapping[str, Known]) -> Prepared | Refused:
    if isinstance(prepared, Refused):
        return prepared
    return msgspec.structs.replace(prepared, known=known.get(prepared.command.case))


def would_refuse(db: Database, command: Command, entry: Entry, *, wall: WallClock) -> Refused | None:
    """试判: why ``command`` would be refused now; ``None`` where it would be done, or was done already.

    For what has to be known before a costly preparation, such as receiving a file. The act itself is judged
    again: what is found here may have changed by then.
    """
    prepared = prepare(command, entry)
    if isinstance(prepared, Refused):
        return prepared
    with reading(db) as tx:
        return ActPath(world_of(db), wall, no_notices).would_refuse(tx, prepared)


def _once(
    db: Database,
    path: ActPath,
    prepared: Prepared,
    programme: tuple[str, int] | None,
    enclosed: Enclosures,
) -> Done | Refused:
    with writing(db) as tx:
        return path.do(tx, prepared, programme, enclosed)


def _batch(
    db: Database,
    path: ActPath,
    part: list[Prepared | Refused],
    programme: tuple[str, int] | None,
) -> list[Done | Refused]:
    with writing(db) as tx:
        return [
            each if isinstance(each, Refused) else path.do(tx, each, programme, NOTHING_ENCLOSED)
            for each in part
        ]


def _racing(attempt: Callable[[], _T]) -> _T:
    """Try again where another process took the place in the stream or the command id in the meantime.

    Only where no row can be locked beforehand (opening a case, one id sent twice at once); the second try
    sees what the other one did.
    """
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except RacedError:
            continue
    return attempt()
