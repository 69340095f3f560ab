"""容器核查: what a zip container (OFD, docx, xlsx) really unfolds to, found by unfolding it once.

Sizes in a zip are claims. A bomb lies in them, lets members overlap, or puts a bomb inside a bomb. So every
member is inflated here, in small pieces and into nothing, and counted against one budget for all levels;
what goes over it is refused before any reader's computer meets it.
"""

from __future__ import annotations

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from domain.evidence_files import MACRO_MEMBERS, ZIP, ContainerLimits
from domain.refusal import RefusalError, Refused, refuse

_PIECE: Final = 256 * 1024
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_END64_LOCATOR: Final = b"PK\x06\x07"
_LOCAL_SIZE: Final = 30
_ENCRYPTED: Final = 0x1
_SAVE_ANEW: Final = "请用办公软件重新另存后上传;仍不行的,请打印成 PDF 上传"


class Contents:
    """容器内容: the names of the outermost members, and whether macros lie anywhere."""

    def __init__(self, limits: ContainerLimits, size: int) -> None:
        self.names: set[str] = set()
        self.macros = False
        self._limits = limits
        self._left = limits.budget(size)

    def spend(self, amount: int) -> None:
        """Count unfolded bytes against the budget of all levels."""
        self._left -= amount
        if self._left < 0:
            refuse("file.bomb", "文件解开后的大小远超过文件本身(压缩炸弹),没有保存", _SAVE_ANEW)


def damaged_container() -> Refused:
    """A container that is cut off or that contradicts itself."""
    return Refused(
        code="file.damaged_container",
        message="文件内部结构不完整或已损坏,可能没有传完",
        remedy="请在本机确认文件能打开,重新保存后再上传",
    )


def locked() -> Refused:
    """A container with a password: nobody could review it, and no scanner reads it."""
    return Refused(code="file.locked", message="文件设有密码", remedy="请去掉打开密码后重新上传")


def unfold(file: BinaryIO, size: int, limits: ContainerLimits) -> Contents:
    """Unfold the container once and say what is in it.

    Raises:
        RefusalError: it is damaged, cut off, encrypted, a bomb, or has members that lead outside.
    """
    contents = Contents(limits, size)
    try:
        contents.names = _unfold(file, contents, limits, 0)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise RefusalError(damaged_container()) from error
    return contents


def _unfold(file: BinaryIO, contents: Contents, limits: ContainerLimits, depth: int) -> set[str]:
    if depth > limits.depth:
        refuse("file.nested", "文件里层层嵌套着压缩包", "请取出里面的文件,逐个上传")
    if _directory_size(file) > limits.directory:
        refuse("file.bomb", "文件内部的部件过多,没有保存", _SAVE_ANEW)
    names: set[str] = set()
    with zipfile.ZipFile(file) as container:
        members = container.infolist()
        if len(members) > limits.members:
            refuse("file.bomb", "文件内部的部件过多,没有保存", _SAVE_ANEW, members=len(members))
        for member in members:
            _check_member(member)
            names.add(member.filename)
            lowered = f"/{member.filename.lower()}"
            contents.macros = contents.macros or any(sign in lowered for sign in MACRO_MEMBERS)
            _count(file, member, contents, limits, depth)
    return names


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name:
        refuse("file.escaping", "文件内部有指向外面的路径", _SAVE_ANEW)
    if member.flag_bits & _ENCRYPTED:
        raise RefusalError(locked())
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise RefusalError(damaged_container())


def _count(
    file: BinaryIO, member: zipfile.ZipInfo, contents: Contents, limits: ContainerLimits, depth: int
) -> None:
    """Inflate one member; one that is itself a zip container is unfolded too."""
    pieces = _pieces(file, member)
    first = next(pieces, b"")
    contents.spend(len(first))
    inner = tempfile.TemporaryFile() if first.startswith(ZIP) else None  # noqa: SIM115
    try:
        total, crc = len(first), zlib.crc32(first)
        if inner is not None:
            inner.write(first)
        for piece in pieces:
            contents.spend(len(piece))
            total, crc = total + len(piece), zlib.crc32(piece, crc)
            if inner is not None:
                inner.write(piece)
        if (total, crc) != (member.file_size, member.CRC):
            raise RefusalError(damaged_container())
        if inner is not None:
            _unfold(inner, contents, limits, depth + 1)
    finally:
        if inner is not None:
            inner.close()


def _pieces(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes as the stream itself gives them, however long it claims to be.

    ``zipfile`` stops at the claimed size; a reader that trusts the stream would not.
    """
    file.seek(member.header_offset)
    header = file.read(_LOCAL_SIZE)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    if not header.startswith(ZIP):
        raise RefusalError(damaged_container())
    file.seek(member.header_offset + _LOCAL_SIZE + name_length + extra_length)
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    left = member.compress_size
    while left > 0:
        raw = file.read(min(_PIECE, left))
        if not raw:
            raise RefusalError(damaged_container())
        left -= len(raw)
        if inflater is None:
            yield raw
            continue
        while raw:
            piece = inflater.decompress(raw, _PIECE)
            raw = inflater.unconsumed_tail
            if piece:
                yield piece


def _directory_size(file: BinaryIO) -> int:
    """How large the central directory is, before ``zipfile`` reads all of it into memory."""
    size = file.seek(0, 2)
    tail_at = max(0, size - _END_SIZE - 0xFFFF)
    file.seek(tail_at)
    tail = file.read()
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_SIZE:
        raise RefusalError(damaged_container())
    claimed: int = struct.unpack("<L", tail[found + 12 : found + 16])[0]
    locator = found - 20
    if locator >= 56 and tail[locator : locator + 4] == _END64_LOCATOR:
        claimed = struct.unpack("<Q", tail[locator - 16 : locator - 8])[0]
    return claimed
