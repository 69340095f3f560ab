"""材料文件: uploaded evidence, kept by its digest: immutable, and stored once however often it is used."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from domain.refusal import Refused

MAX_BYTES: Final = 200 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """已存: the digest with its algorithm, and the size in bytes."""

    digest: str
    size: int


def keep_file(data_dir: Path, path: Path) -> Kept | Refused:
    """Store a file under its SHA-256; the same content again is the same file.

    Written aside and renamed, so that an interrupted upload leaves no half file under a digest.
    """
    if not path.is_file():
        return Refused(
            code="file.missing",
            message=f"找不到文件“{path.name}”",
            remedy="请核对路径和文件名",
            facts={"file": path.name},
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        return Refused(
            code="file.too_large",
            message=f"文件“{path.name}”有 {size // 1024 // 1024} MB,超过上限 {MAX_BYTES // 1024 // 1024} MB",
            remedy="请压缩或拆分后再上传",
            facts={"file": path.name, "size": size},
        )
    if size == 0:
        return Refused(
            code="file.empty", message=f"文件“{path.name}”是空的", remedy="请重新选择文件", facts={"size": 0}
        )
    folder = data_dir / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, aside = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        final = file_path(data_dir, f"sha256:{digest.hexdigest()}")
        final.parent.mkdir(parents=True, exist_ok=True)
        Path(aside).replace(final)
    except OSError as error:
        Path(aside).unlink(missing_ok=True)
        return Refused(
            code="file.not_kept",
            message=f"文件“{path.name}”没有保存:{error.strerror}",
            remedy="请检查数据目录的磁盘空间和权限后重试",
            facts={"file": path.name},
        )
    return Kept(digest=f"sha256:{digest.hexdigest()}", size=size)


def file_path(data_dir: Path, digest: str) -> Path:
    """Where the file of a digest lies."""
    algorithm, _, value = digest.partition(":")
    return data_dir / "evidence" / algorithm / value[:2] / value
