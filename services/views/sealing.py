"""封存清单: seals as they were made, their files to take away, and a seal made at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select

from domain.permissions import SYSTEM, Action, granted
from domain.refusal import Refused
from models.tables import SealRow
from services.evidence.files import out_of_sight
from services.office.counter import Counter
from services.seals import make_seal
from services.views.proving import SEALS

PAGE: Final = 50


class SealListed(msgspec.Struct, frozen=True, kw_only=True):
    """一次封存."""

    number: int
    made_at: datetime
    streams: int
    rows: int
    rehearsal: bool
    hash: str
    file: str
    at_hand: bool
    """Whether its file is on this machine."""


class SealsPage(msgspec.Struct, frozen=True, kw_only=True):
    """封存清单, the newest first."""

    seals: tuple[SealListed, ...]
    before: int
    """Where the next page begins; 0 at the end."""
    may_seal: bool
    """Whether one may seal, and take the files away."""


def list_seals(counter: Counter, before: int = 0) -> SealsPage | Refused:
    """封存清单."""
    refused = counter.refuses(Action.LEDGER_VERIFY)
    if refused is not None:
        return refused
    wanted = select(SealRow).order_by(SealRow.number.desc()).limit(PAGE + 1)  # type: ignore[attr-defined]
    if before:
        wanted = wanted.where(SealRow.number < before)  # type: ignore[arg-type]
    with counter.db.read() as session:
        rows = session.execute(wanted).scalars().all()
        found = tuple(_listed(counter, row) for row in rows[:PAGE])
    return SealsPage(
        seals=found,
        before=found[-1].number if len(rows) > PAGE else 0,
        may_seal=granted(counter.standing(), Action.LEDGER_SEAL, SYSTEM) is not None,
    )


def seal_file(counter: Counter, number: int) -> Path | Refused:
    """封存文件, for somebody who may seal: it names every stream there is."""
    refused = counter.refuses(Action.LEDGER_SEAL)
    if refused is not None:
        return refused
    with counter.db.read() as session:
        row = session.get(SealRow, number)
    path = _folder(counter) / row.file if row is not None and row.file else None
    return path if path is not None and path.is_file() else out_of_sight()


def seal_now(counter: Counter) -> int | Refused:
    """立即封存; the number of the new seal."""
    refused = counter.refuses(Action.LEDGER_SEAL)
    if refused is not None:
        return refused
    made = make_seal(counter.db, _folder(counter), actor=counter.person, wall=counter.wall)
    return made if isinstance(made, Refused) else made[0].number


def _listed(counter: Counter, row: SealRow) -> SealListed:
    return SealListed(
        number=row.number,
        made_at=row.made_at,
        streams=row.streams,
        rows=row.rows,
        rehearsal=row.rehearsal,
        hash=bytes(row.hash).hex(),
        file=row.file,
        at_hand=(_folder(counter) / row.file).is_file(),
    )


def _folder(counter: Counter) -> Path:
    return counter.runtime.settings.data_dir / SEALS
