"""文件核查: what a received file is, by its content, and whether it may be filed."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import msgspec

from domain.evidence_files import (
    HEAD,
    LOCKED_STREAM,
    MACRO_STREAMS,
    OLE,
    TAIL,
    ZIP,
    ContainerLimits,
    FileKind,
    kind_by_head,
    kind_by_members,
    kind_by_streams,
    wrong_kind,
)
from domain.refusal import RefusalError, Refused
from services.evidence.containers import damaged_container, locked, unfold

if TYPE_CHECKING:
    from olefile import OleFileIO


class Inspected(msgspec.Struct, frozen=True, kw_only=True):
    """核查结果: the kind, whether macros are in it, and what is odd."""

    kind: FileKind
    macros: bool = False
    warnings: tuple[str, ...] = ()


def inspect(
    file: BinaryIO, size: int, name: str, *, allow_macros: bool, limits: ContainerLimits | None = None
) -> Inspected | Refused:
    """Tell the kind of ``file`` by its content; refuse what is no kind of the table or is unsafe to open.

    The name only warns where it claims another kind: the content decides.
    """
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(ZIP):
        found = _zip(file, size, limits or ContainerLimits())
    elif head.startswith(OLE):
        found = _ole(file)
    else:
        found = _plain(file, size, head)
    if isinstance(found, Refused):
        return found
    if found.macros and not allow_macros:
        return Refused(
            code="file.macros",
            message="文件里有宏或控件,不能上传",
            remedy="请另存为不带宏的 docx、xlsx,或打印成 PDF 后上传",
        )
    claimed = name.rpartition(".")[2].lower()
    if claimed in found.kind.suffixes:
        return found
    odd = f"文件内容是{found.kind.title},与扩展名不符,下载时按 .{found.kind.suffixes[0]} 给出"
    return msgspec.structs.replace(found, warnings=(odd,))


def _plain(file: BinaryIO, size: int, head: bytes) -> Inspected | Refused:
    kind = kind_by_head(head)
    if kind is None:
        return wrong_kind()
    file.seek(max(0, size - TAIL))
    if kind.ends and kind.ends not in file.read(TAIL):
        return Refused(
            code="file.cut_off",
            message=f"这个{kind.title}文件不完整,缺少结尾",
            remedy="请在本机确认文件能打开,再重新上传",
            facts={"kind": kind.code},
        )
    return Inspected(kind=kind)


def _zip(file: BinaryIO, size: int, limits: ContainerLimits) -> Inspected | Refused:
    try:
        contents = unfold(file, size, limits)
    except RefusalError as error:
        return error.refused
    kind = kind_by_members(contents.names)
    return wrong_kind() if kind is None else Inspected(kind=kind, macros=contents.macros)


def _ole(file: BinaryIO) -> Inspected | Refused:
    from olefile import OleFileIO

    file.seek(0)
    try:
        container = OleFileIO(file)
        try:
            return _by_streams(container)
        finally:
            container.close()
    except (OSError, ValueError, IndexError, OverflowError, RecursionError):
        return damaged_container()


def _by_streams(container: OleFileIO[str]) -> Inspected | Refused:
    paths = container.listdir(streams=True, storages=True)
    roots = {path[0] for path in paths}
    if LOCKED_STREAM in roots:
        return locked()
    kind = kind_by_streams(roots)
    if kind is None:
        return wrong_kind()
    return Inspected(kind=kind, macros=any(part.lower() in MACRO_STREAMS for path in paths for part in path))
