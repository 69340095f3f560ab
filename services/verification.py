"""留痕核验: walk ledger rows and name what is not as it was written. Needs rows only, no running system.

Finds a changed byte (and for a single one says in which field), a row put in another's place, a gap, a broken
link, and, with a seal, a cut tail or a missing stream. Without a seal nobody can see that the end of a stream
was cut off; that is why seals leave the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import msgspec

from models.chain import FORMAT, GENESIS, HEADER, LedgerRow, header_bytes, row_hash

MOST_NAMED: Final = 50
"""Findings named one by one; beyond them only counted, for then the file as a whole is not the ledger."""
_MOST_SEARCHED: Final = 8
_LONGEST_SEARCHED: Final = 4096
_NEAR: Final = 64
_NUMBERS: Final = frozenset({"seq", "schema_version", "rehearsal", "recorded_at"})
_encode = msgspec.json.Encoder().encode

_STREAM, _SEQ, _BODY, _PREV, _HASH = 0, 1, 13, 14, 15
Row = tuple[Any, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """核验问题: which row, which field, and what is wrong, in Chinese."""

    stream: str
    seq: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.stream} 第 {self.seq} 条({self.field}):{self.message}"


class Head(msgspec.Struct, frozen=True):
    """链头: the last row of a stream."""

    stream: str
    seq: int
    hash: bytes


@dataclass(slots=True)
class Verification:
    """核验结果."""

    rows: int = 0
    streams: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    """Findings beyond the named ones."""
    seal: int | None = None
    """Number of the seal that was compared, where one was given."""
    searched: int = 0

    @property
    def true(self) -> bool:
        """Whether nothing was found."""
        return not self.findings and not self.more

    def add(self, stream: str, seq: int, field_: str, message: str) -> None:
        """Note a finding."""
        if len(self.findings) < MOST_NAMED:
            self.findings.append(Finding(stream=stream, seq=seq, field=field_, message=message))
        else:
            self.more += 1


class Witness:
    """见证: told of every row that it asked for, and of every stream's end."""

    def wants(self, stream: str) -> int:
        """Return the seq of ``stream`` whose hash is wanted; 0 for none."""
        return 0

    def saw(self, stream: str, seq: int, hash_: bytes) -> None:
        """Take the hash of a wanted row."""


def verify_rows(rows: Iterable[Row], witness: Witness | None = None) -> Verification:
    """Walk rows in the order of stream and seq, each a tuple in the table's order."""
    result, witness = Verification(), witness or Witness()
    stream, expected, prev_hash, wanted = "", 1, GENESIS, 0
    suspect: _Suspect | None = None
    encode, digest = _encode, sha256
    for row in rows:
        result.rows += 1
        if suspect is not None:
            prev_hash = suspect.explain(result, row if row[_STREAM] == stream else None)
            suspect = None
        if row[_STREAM] != stream:
            stream, expected, prev_hash = row[_STREAM], 1, GENESIS
            result.streams += 1
            wanted = witness.wants(stream)
        # Spelt out here because it runs once for each of millions of rows; `row_hash` is the same.
        found: bytes | None
        try:
            head = encode((FORMAT, *row[:_BODY], row[_PREV].hex()))
            found = digest(b"%b\n%b" % (head, row[_BODY].encode())).digest()
        except (AttributeError, TypeError, ValueError):
            found = None
        if found != row[_HASH] or row[_PREV] != prev_hash or row[_SEQ] != expected:
            suspect = _Suspect(row, found, expected, prev_hash)
        if row[_SEQ] == wanted:
            witness.saw(stream, wanted, row[_HASH])
        expected, prev_hash = row[_SEQ] + 1, row[_HASH]
    if suspect is not None:
        suspect.explain(result, None)
    return result


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A row that is not as it should be; explained once the next row is known, which holds its true hash."""

    row: Row
    found: bytes | None
    """The hash the row has by its content; none where it has values no row was ever written with."""
    expected: int
    prev_hash: bytes

    def explain(self, result: Verification, following: Row | None) -> bytes:
        """Name what is wrong; return the hash that the next row has to link to."""
        row = self.row
        stream, seq = row[_STREAM], row[_SEQ]
        if seq != self.expected:
            result.add(
                stream,
                seq,
                "seq",
                f"缺第 {self.expected} 至 {seq - 1} 条" if seq > self.expected else "序号倒退",
            )
        if self.found is None:
            self._explain_types(result)
        elif self.found != row[_HASH]:
            if following is not None and following[_PREV] == self.found:
                result.add(stream, seq, "hash", "哈希值被改动,内容未变")
                return self.found
            self._explain_content(result)
        elif row[_PREV] != self.prev_hash and seq == self.expected:
            result.add(stream, seq, "prev_hash", "与前一条不相接:前一条被整条改写或调换")
        return row[_HASH] if isinstance(row[_HASH], bytes) else GENESIS

    def _explain_types(self, result: Verification) -> None:
        row = self.row
        for name, value in zip(LedgerRow._fields, row, strict=True):
            wanted = bytes if name in ("prev_hash", "hash") else int if name in _NUMBERS else str
            if name == "run_id" and value is None:
                continue
            if not isinstance(value, wanted) or (isinstance(value, str) and not _is_text(value)):
                place = _changed_byte(row) if name == "body" and isinstance(value, str) else None
                where = "" if place is None else f"(第 {place[1] + 1} 个字节)"
                result.add(row[_STREAM], row[_SEQ], name, f"不是写入时的数据类型或编码{where}")

    def _explain_content(self, result: Verification) -> None:
        row = self.row
        stream, seq = row[_STREAM], row[_SEQ]
        if _hashes(row, _PREV, self.prev_hash):
            result.add(stream, seq, "prev_hash", "前一条的哈希值被改动")
            return
        for other in range(max(1, seq - _NEAR), seq + _NEAR):
            if _hashes(row, _SEQ, other):
                result.add(stream, seq, "seq", f"位置被调换:本条写成时是第 {other} 条")
                return
        result.searched += 1
        place = _changed_byte(row) if result.searched <= _MOST_SEARCHED else None
        if place is None:
            result.add(stream, seq, "content", "内容与哈希值不符,改动不止一个字节")
        else:
            result.add(stream, seq, place[0], f"第 {place[1] + 1} 个字节被改动")


def _hashes(row: Row, column: int, value: object) -> bool:
    """Whether the row has its hash once ``column`` is put right."""
    return bool(row_hash((*row[:column], value, *row[column + 1 :])) == row[_HASH])


def _is_text(value: str) -> bool:
    """Whether a text is Unicode; bytes that are none were read in as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _changed_byte(row: Row) -> tuple[str, int] | None:
    """Find the one byte that was changed, by trying all others in its place: field and offset in it."""
    head, body = header_bytes(row), row[_BODY].encode(errors="surrogateescape")
    data = b"%b\n%b" % (head, body)
    if len(data) > _LONGEST_SEARCHED:
        return None
    values = [bytes((value,)) for value in range(256)]
    for place in range(len(data)):
        begun, rest = sha256(data[:place]), data[place + 1 :]
        for value in values:
            tried = begun.copy()
            tried.update(value)
            tried.update(rest)
            if tried.digest() == row[_HASH]:
                return _field_at(row, place, len(head))
    return None


def _field_at(row: Row, place: int, head_length: int) -> tuple[str, int]:
    if place > head_length:
        return "body", place - head_length - 1
    start = 1
    for name, value in zip(HEADER, (FORMAT, *row[:_BODY], row[_PREV].hex()), strict=True):
        encoded = _encode(value)
        if place < start + len(encoded):
            quote = 1 if encoded.startswith(b'"') else 0
            return name, max(0, place - start - quote)
        start += len(encoded) + 1
    return "header", place
