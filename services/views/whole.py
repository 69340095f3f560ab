"""全部核验: the whole ledger walked in the background, for it takes seconds; a page shows how far it is.

One walk a database at a time in this process. Its receipt is a file beside the seals, without a name in it,
so that the last one is there after a restart too; the rows and the seal, not the receipt, are the proof.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import func, select

from domain.permissions import Action
from domain.refusal import Refused
from models.database import Database
from models.statements import EVENT
from models.tables import SealRow
from services.ledger import verify
from services.office.counter import Counter
from services.seals import SealFault, read_seal
from services.verification import Finding
from services.views.chain import person_names_of
from services.views.proving import SEALS

_RECEIPT: Final = "last-verification.json"
_AT_ONCE_S: Final = 1.0
"""A small ledger is walked before the page answers."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """核验回执 of the whole ledger."""

    by: str
    begun_at: datetime
    ended_at: datetime
    rows: int
    streams: int
    true: bool
    findings: tuple[Finding, ...]
    more: int
    seal: int | None
    """The seal that was compared."""
    seal_made_at: datetime | None
    seal_away: str
    """The last seal's file, where it is not at hand and nothing was compared."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.begun_at).total_seconds()


class WholePage(msgspec.Struct, frozen=True, kw_only=True):
    """全部核验."""

    running: bool
    done: int
    total: int
    broke: str
    """Why the last walk ended without a result."""
    receipt: Receipt | None
    by_name: str


class _Walk:
    """A walk that goes on, or that has ended."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.future: Future[Receipt]

    def tell(self, count: int) -> None:
        self.done = count


_walks: Final[WeakKeyDictionary[Database, _Walk]] = WeakKeyDictionary()
_guard: Final = Lock()


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="verify")


def begin_whole(counter: Counter) -> Refused | None:
    """开始全部核验; where one goes on already, nothing more happens."""
    refused = counter.refuses(Action.LEDGER_VERIFY)
    if refused is not None:
        return refused
    with _guard:
        walk = _walks.get(counter.db)
        if walk is None or walk.future.done():
            walk = _walks[counter.db] = _Walk(_count(counter.db))
            walk.future = _workers().submit(_verify, counter, walk)
    with suppress(TimeoutError):
        walk.future.exception(_AT_ONCE_S)
    return None


def show_whole(counter: Counter) -> WholePage | Refused:
    """全部核验: how far it is, and the last receipt."""
    refused = counter.refuses(Action.LEDGER_VERIFY)
    if refused is not None:
        return refused
    walk = _walks.get(counter.db)
    running = walk is not None and not walk.future.done()
    fault = walk.future.exception() if walk is not None and not running else None
    receipt = _read(_folder(counter) / _RECEIPT)
    return WholePage(
        running=running,
        done=walk.done if walk is not None else 0,
        total=walk.total if walk is not None else 0,
        broke=f"{type(fault).__name__}" if fault is not None else "",
        receipt=receipt,
        by_name=_name(counter, receipt.by) if receipt is not None else "",
    )


def _verify(counter: Counter, walk: _Walk) -> Receipt:
    begun = counter.wall.now()
    with counter.db.read() as session:
        last = session.execute(select(SealRow).order_by(SealRow.number.desc()).limit(1)).scalars().first()  # type: ignore[attr-defined]
    path = _folder(counter) / last.file if last is not None else None
    at_hand = path is not None and _usable(path)
    result = verify(counter.db, seal=path if at_hand else None, told=walk.tell)
    receipt = Receipt(
        by=counter.person,
        begun_at=begun,
        ended_at=counter.wall.now(),
        rows=result.rows,
        streams=result.streams,
        true=result.true,
        findings=tuple(result.findings),
        more=result.more,
        seal=result.seal,
        seal_made_at=last.made_at if last is not None and at_hand else None,
        seal_away=last.file if last is not None and not at_hand else "",
    )
    _write(_folder(counter), receipt)
    return receipt


def _count(db: Database) -> int:
    with db.read() as session:
        return int(session.connection().execute(select(func.count()).select_from(EVENT)).scalar_one())


def _usable(path: Path) -> bool:
    try:
        read_seal(path)
    except SealFault:
        return False
    return True


def _folder(counter: Counter) -> Path:
    return counter.runtime.settings.data_dir / SEALS


def _write(folder: Path, receipt: Receipt) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{_RECEIPT}.{os.getpid()}"
    beside.write_bytes(msgspec.json.encode(receipt))
    beside.replace(folder / _RECEIPT)


def _read(path: Path) -> Receipt | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Receipt)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _name(counter: Counter, person: str) -> str:
    with counter.db.read() as session:
        return person_names_of(session, {person}).get(person, person)
