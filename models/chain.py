"""哈希链: the exact bytes of a ledger row, and the hash that chains it to the row before.

An outsider can do the same with a few lines: the header is a JSON array of the row's columns in the order
of `HEADER`, without spaces, with ``prev_hash`` in hexadecimal; the hash is SHA-256 over header, one line
feed, and the body as it is stored. JSON escapes line feeds, so no two rows have the same bytes.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

FORMAT: Final = "zone-reform-1"
SCHEMA_VERSION: Final = 1
GENESIS: Final = bytes(32)
"""What the first row of a stream has for ``prev_hash``."""

HEADER: Final = (
    "format",
    "stream",
    "seq",
    "command_id",
    "command_digest",
    "schema_version",
    "actor",
    "position",
    "channel",
    "rehearsal",
    "run_id",
    "recorded_at",
    "occurred_on",
    "programme_version",
    "prev_hash",
)

_sorted = msgspec.json.Encoder(order="sorted")
_header = msgspec.json.Encoder()


class LedgerRow(NamedTuple):
    """留痕行 as a tuple, in the order of the table's columns."""

    stream: str
    seq: int
    command_id: str
    command_digest: str
    schema_version: int
    actor: str
    position: str
    channel: str
    rehearsal: int
    run_id: str | None
    recorded_at: int
    occurred_on: str
    programme_version: str
    body: str
    prev_hash: bytes
    hash: bytes


class NotCanonicalError(ValueError):
    """A value that has no canonical form: a float, or a text that is not Unicode."""


def header_bytes(row: tuple[Any, ...]) -> bytes:
    """Return the hashed header of a row given as a tuple in the table's order."""
    return _header.encode((FORMAT, *row[:13], row[14].hex()))


def row_hash(row: tuple[Any, ...]) -> bytes:
    """Return the hash that a row given as a tuple in the table's order must have."""
    return sha256(b"%b\n%b" % (_header.encode((FORMAT, *row[:13], row[14].hex())), row[13].encode())).digest()


def is_nfc(encoded: bytes) -> bool:
    """Whether UTF-8 text is in the composed normal form; most of it is ASCII, which is quick to see."""
    return encoded.isascii() or unicodedata.is_normalized("NFC", encoded.decode())


def canonical(value: object) -> bytes:
    """规范形式: sorted keys, no spaces, NFC, no floats.

    Takes what msgspec encodes. Typed events hold no floats by their types (a test says so); untyped values
    are looked through.

    Raises:
        NotCanonicalError: a float, a value JSON does not have, or a lone surrogate.
    """
    try:
        encoded = _sorted.encode(value)
    except (TypeError, UnicodeEncodeError) as error:
        raise NotCanonicalError(str(error)) from error
    if is_nfc(encoded):
        return encoded
    # Composing may change the order of keys, so sort once more.
    return _sorted.encode(msgspec.json.decode(unicodedata.normalize("NFC", encoded.decode())))


def canonical_untyped(value: object) -> bytes:
    """规范形式 of values whose types promise nothing: a float anywhere in them is refused.

    Raises:
        NotCanonicalError: as for `canonical`.
    """
    encoded = canonical(value)
    _refuse_floats(msgspec.json.decode(encoded))
    return encoded


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise NotCanonicalError(f"the ledger holds no floats: {value!r}")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            _refuse_floats(part)
