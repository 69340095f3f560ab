"""文件: the files a command is given, and those it is asked to write; what is wrong with them in Chinese."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cli.stops import NOT_FOUND, OUTSIDE, USAGE, StopError

_REASONS: Final = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在的盘只读",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "上级不是目录",
    errno.EEXIST: "同名的文件已在",
    errno.ENOENT: "所在的目录不存在",
    errno.ENAMETOOLONG: "名称太长",
}


def existing(file: Path) -> Path:
    """The file to read.

    Raises:
        StopError: there is none, or it is a folder or a device.
    """
    if not file.exists():
        raise StopError(NOT_FOUND, f"没有文件 {file}", "请核对文件的位置和名称", code="file.missing")
    if not file.is_file():
        kind = "是目录" if file.is_dir() else "不是普通文件"
        raise StopError(USAGE, f"{file} {kind}", "请写明要读的那个文件", code="usage.not_a_file")
    return file


def fresh(file: Path, *, force: bool) -> Path:
    """The file to write; one that is there is kept, unless ``force``.

    Raises:
        StopError: it is there, or its folder is not.
    """
    if file.is_dir():
        raise StopError(USAGE, f"{file} 是目录", "请写明文件名,例如 目录/文件名", code="usage.not_a_file")
    if file.exists() and not force:
        raise StopError(
            USAGE, f"文件 {file} 已有", "请换一个名称,或加 --force 覆盖", code="usage.file_exists"
        )
    if not file.absolute().parent.is_dir():
        raise StopError(NOT_FOUND, f"没有目录 {file.absolute().parent}", "请先建目录", code="file.missing")
    return file


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in Chinese why ``path`` cannot be written; a full disk is told by ``failing``."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0)
        if reason is None:
            raise
        raise StopError(
            OUTSIDE, f"不能写到 {path}({reason})", "请换一个位置,或请管理员核对权限", code="file.unwritable"
        ) from error
