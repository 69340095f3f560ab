"""A process that receives one large file and says how much its peak memory grew.

``python -m tests.services.evidence.large URL FOLDER KIND SIZE``; KIND is ``pdf`` or ``docx``.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from config.clock import FixedClock
from services.evidence.downloading import Download
from tests.services.evidence import made
from tests.services.evidence.office import filing

PIECE = b"0123456789abcdef" * 4096


def peak_kib() -> int:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def large_pdf(size: int) -> Iterator[bytes]:
    """A PDF of about ``size`` bytes."""
    yield b"%PDF-1.7\n"
    for _ in range(size // len(PIECE)):
        yield PIECE
    yield b"\n%%EOF\n"


def large_docx(size: int) -> Iterator[bytes]:
    """A Word document with one large picture, stored as it is."""
    pieces = size // len(PIECE)
    total, crc = pieces * len(PIECE), 0
    for _ in range(pieces):
        crc = zlib.crc32(PIECE, crc)
    name = b"word/media/image1.bin"
    base = made.docx("大图")
    first = base.find(b"PK\x01\x02")
    end = base.rfind(b"PK\x05\x06")
    sums = struct.pack("<HHLLL", 0, 33, crc, total, total)
    local = b"PK\x03\x04" + struct.pack("<HHH", 20, 0, 0) + sums + struct.pack("<HH", len(name), 0) + name
    central = b"PK\x01\x02" + struct.pack("<HHHH", 20, 20, 0, 0) + sums
    central += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, first) + name
    yield base[:first] + local
    for _ in range(pieces):
        yield PIECE
    directory = base[first:end] + central
    count = struct.unpack("<H", base[end + 10 : end + 12])[0] + 1
    at = first + len(local) + total
    yield directory + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)


class Stream:
    """A stream that makes its bytes as they are asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        if not self._left:
            self._left = next(self._pieces, b"")
        given, self._left = self._left[:size], self._left[size:]
        return given


def main() -> None:
    """Receive a small file, then the large one, then hand it out; print the growth of the peak in KiB."""
    url, folder, kind, size = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    make = {"pdf": large_pdf, "docx": large_docx}[kind]
    with filing(url, folder, FixedClock(datetime(2022, 3, 2, 1, 0, tzinfo=UTC))) as office:
        for small in (made.pdf(), made.docx()):
            office.filed(small, reason="示例")
        with office.download("clerk-0", office.filed(made.pdf("2"), slot="note").file.id) as warm:  # type: ignore[union-attr]
            assert b"".join(warm.chunks())
        before = peak_kib()
        answer = office.upload(Stream(make(size)), name=f"大文件.{kind}", reason="示例")
        assert not hasattr(answer, "code"), answer
        received = office.item()
        assert office.runtime.evidence.path(received.digest).stat().st_size > size * 0.99
        got = office.download("clerk-0", answer.file.id)  # type: ignore[union-attr]
        assert isinstance(got, Download)
        with got:
            assert sum(len(chunk) for chunk in got.chunks()) == got.stored.size
        print(json.dumps({"grew_kib": peak_kib() - before, "peak_kib": peak_kib()}))  # noqa: T201


if __name__ == "__main__":
    main()
