"""留痕核验 of one stream or one row for a page: the result, what it proves, and the seal that covers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE
from domain.permissions import SYSTEM, Action, granted
from domain.refusal import Refused
from models.base import instant
from models.ledger import case_stream
from models.statements import EVENT, EVENT_COLUMNS
from models.tables import SealRow
from services.evidence.files import out_of_sight
from services.office.counter import Counter
from services.seals import Seal, SealFault, read_seal
from services.verification import Finding, Verification, verify_rows

_CASE: Final = "case:"
_RECORDED, _BODY, _PREV, _HASH = (
    EVENT_COLUMNS.index(name) for name in ("recorded_at", "body", "prev_hash", "hash")
)
SEALS: Final = "seals"
"""Under the data folder, where the schedule writes them."""
PROVES_CHAIN: Final = (
    "从第 1 条到第 {last} 条,每条的内容与它的哈希值相符,并与前一条相接:写入以后没有被改动、插入、调换或抽去"
)
PROVES_SEAL: Final = (
    "封存第 {number} 号({at})见证了第 {seq} 条及以前各条;封存文件另存于系统之外的,事后整条重写也会被发现"
)
PROVES_NO_SEAL: Final = "还没有封存覆盖到这一条:末尾被截去的情况要等下一次封存以后才能证明"
SEAL_AWAY: Final = "封存第 {number} 号应已覆盖这一条,但本机没有它的文件({file}),没有比对;请用另存的副本核验"
PROVES_NOT: Final = "核验只证明写入以后未被改动,不证明当时填写的内容属实;内容以原件为准"


class SealCover(msgspec.Struct, frozen=True, kw_only=True):
    """覆盖它的封存: the first one made after it was written."""

    number: int
    made_at: datetime
    seq: int
    """Up to which row of the stream."""
    file: str
    agrees: bool | None
    """Whether the ledger still has what the seal saw; None where the seal's file is not at hand."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """核验结果, as a page shows it."""

    stream: str
    seq: int
    """The row that was asked about; 0 for the whole stream."""
    rows: int
    true: bool
    findings: tuple[Finding, ...]
    hash: str
    """Of the row, or of the stream's last one."""
    prev_hash: str
    body: str
    """The stored bytes of the row, as they were hashed; empty for a whole stream."""
    seal: SealCover | None
    proves: tuple[str, ...]


def prove(counter: Counter, stream: str, seq: int = 0) -> Proof | Refused:
    """核验 of a stream in sight, or of one of its rows with all before it."""
    refused = counter.out_of_scope(str(Action.HISTORY_READ))
    if refused is not None:
        return refused
    if not _in_sight(counter, stream):
        return out_of_sight()
    kept = _Kept(seq)
    result = verify_rows(_rows(counter, stream, kept))
    row = kept.row if seq else kept.end
    if row is None:
        return out_of_sight()
    seal = _seal(counter, stream, row)
    if seal is not None and seal.agrees is False:
        result.add(stream, seal.seq, "hash", f"与封存第 {seal.number} 号不符:本条或其前各条被改写")
    return Proof(
        stream=stream,
        seq=seq,
        rows=result.rows,
        true=result.true,
        findings=tuple(result.findings),
        hash=row[_HASH].hex(),
        prev_hash=row[_PREV].hex(),
        body=row[_BODY] if seq else "",
        seal=seal,
        proves=tuple(_proves(kept.last, result, seal)),
    )


def prove_case(counter: Counter, case_id: str, seq: int = 0) -> Proof | Refused:
    """核验 of a case's stream."""
    return prove(counter, case_stream(case_id), seq)


def _in_sight(counter: Counter, stream: str) -> bool:
    if stream.startswith(_CASE):
        return not isinstance(counter.case(stream.removeprefix(_CASE), Action.HISTORY_READ), Refused)
    inside = counter.out_of_scope(str(Action.SECURITY_READ)) is None
    return inside and granted(counter.standing(), Action.SECURITY_READ, SYSTEM) is not None


class _Kept:
    """The row that was asked about, and the last one."""

    def __init__(self, seq: int) -> None:
        self._seq = seq
        self.row: tuple[Any, ...] | None = None
        self.end: tuple[Any, ...] | None = None
        self.last = 0

    def see(self, row: tuple[Any, ...]) -> None:
        self.end, self.last = row, row[1]
        if row[1] == self._seq:
            self.row = row


def _rows(counter: Counter, stream: str, kept: _Kept) -> Iterator[tuple[Any, ...]]:
    wanted = select(*EVENT.columns).where(EVENT.c.stream == stream).order_by(EVENT.c.seq)
    with counter.db.read() as session:
        for row in session.connection().execute(wanted):
            values = (*row[:_PREV], bytes(row[_PREV]), bytes(row[_HASH]))
            kept.see(values)
            yield values


def _seal(counter: Counter, stream: str, row: tuple[Any, ...]) -> SealCover | None:
    """The first seal made after a row was written: earlier ones did not see it, later ones say the same."""
    made = select(SealRow).where(SealRow.made_at >= instant(row[_RECORDED]))  # type: ignore[arg-type]
    with counter.db.read() as session:
        found = session.execute(made.order_by(SealRow.number).limit(1)).scalars().first()  # type: ignore[arg-type]
    if found is None:
        return None
    try:
        seal: Seal | None = read_seal(counter.runtime.settings.data_dir / SEALS / found.file)
    except SealFault:
        seal = None
    seen = next((each for each in seal.streams if each.stream == stream), None) if seal else None
    return SealCover(
        number=found.number,
        made_at=found.made_at.astimezone(BUSINESS_TIMEZONE),
        seq=seen.seq if seen else 0,
        file=found.file,
        agrees=None if seen is None else _hash_at(counter, stream, seen.seq) == seen.hash,
    )


def _hash_at(counter: Counter, stream: str, seq: int) -> str:
    wanted = select(EVENT.c.hash).where(EVENT.c.stream == stream, EVENT.c.seq == seq)
    with counter.db.read() as session:
        found = session.connection().execute(wanted).scalar()
    return "" if found is None else bytes(found).hex()


def _proves(last: int, result: Verification, seal: SealCover | None) -> Iterator[str]:
    if result.true:
        yield PROVES_CHAIN.format(last=last)
        if seal is None:
            yield PROVES_NO_SEAL
        elif seal.agrees:
            yield PROVES_SEAL.format(number=seal.number, at=f"{seal.made_at:%Y-%m-%d %H:%M}", seq=seal.seq)
        else:
            yield SEAL_AWAY.format(number=seal.number, file=seal.file)
    yield PROVES_NOT
