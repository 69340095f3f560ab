"""Files for tests, made here: good ones of every kind, and bad ones of every kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from openpyxl import Workbook

from samples.papers import sample_document


def pdf(text: str = "示例") -> bytes:
    """The smallest PDF that says what it is at both ends."""
    return b"%PDF-1.7\n%" + text.encode() + b"\nstartxref\n0\n%%EOF\n"


def docx(*lines: str, parts: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document, with more parts where given."""
    return with_parts(sample_document(lines or ("示例",)), parts or {})


def with_parts(container: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A zip container with more members."""
    target = io.BytesIO(container)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return target.getvalue()


def xlsx() -> bytes:
    """A workbook as openpyxl writes it."""
    book, target = Workbook(), io.BytesIO()
    book.active.append(["示例", 1])
    book.save(target)
    return target.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A mere zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return target.getvalue()


def ofd() -> bytes:
    """An OFD container, by its root file."""
    return archive({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>"})


def png() -> bytes:
    """A picture of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole(*streams: str, storages: tuple[str, ...] = ()) -> bytes:
    """A compound file (MS-CFB, version 3) whose root holds empty streams and storages of these names."""
    names = [("Root Entry", 5), *((name, 2) for name in streams), *((name, 1) for name in storages)]
    entries = [_entry(name, kind, n, len(names)) for n, (name, kind) in enumerate(names)]
    while len(entries) % 4:
        entries.append(_entry("", 0, 0, 0))
    sectors = len(entries) // 4
    fat = [_FAT, *range(2, sectors + 1), _END]
    fat += [_FREE] * (128 - len(fat))
    header = struct.pack(
        "<8s16sHHHHH6sLLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, 1, 1, 0, 4096, _END, 0, _END, 0, 0,
    )  # fmt: skip
    header += b"\xff" * (512 - len(header))
    return header + struct.pack("<128L", *fat) + b"".join(entries)


def _entry(name: str, kind: int, number: int, count: int) -> bytes:
    """A directory entry; siblings hang to the right of each other, in one line."""
    raw = (name + "\0").encode("utf-16-le") if name else b""
    right = number + 1 if 0 < number < count - 1 else _FREE
    child = 1 if kind == 5 and count > 1 else _FREE
    return struct.pack(
        "<64sHBBLLL16sLQQLQ", raw, len(raw), kind, 1, _FREE, right, child, b"", 0, 0, 0, _END, 0
    )


def bomb(size: int = 64 * 1024 * 1024) -> bytes:
    """A Word document that unfolds to ``size`` bytes of nothing."""
    return docx(parts={"word/media/image1.bin": bytes(size)})


def nested_bomb() -> bytes:
    """A bomb of bombs: each level is small, all together are not."""
    inner = archive({"a": bytes(12 * 1024 * 1024)})
    return docx(parts={f"word/embeddings/{n}.xlsx": inner for n in range(4)})


def lying_bomb() -> bytes:
    """A bomb whose directory claims ten bytes."""
    whole = bytearray(bomb())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = whole.rfind(signature)
        struct.pack_into("<L", whole, at + offset, 10)
    return bytes(whole)


def overlapping_bomb(times: int = 3000) -> bytes:
    """Many directory entries over one member."""
    data = bytes(1024 * 1024)
    base = docx(parts={"word/media/x.bin": data})
    directory = base.rfind(b"PK\x01\x02")
    end = base.rfind(b"PK\x05\x06")
    entry = base[directory:end]
    names = [entry.replace(b"word/media/x.bin", f"word/media/{n:05}".encode()) for n in range(times)]
    first = base.find(b"PK\x01\x02")
    central = base[first:end] + b"".join(names)
    count = struct.unpack("<H", base[end + 10 : end + 12])[0] + times
    tail = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(central), first, 0)
    return base[:first] + central + tail


def executable() -> bytes:
    """What a Windows programme begins with."""
    return b"MZ\x90\x00" + bytes(60) + b"This program cannot be run in DOS mode." + bytes(200)
