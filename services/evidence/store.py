"""材料库: files on disk under their digest: written once, read only, and verified whenever they are read.

Under the data folder ``evidence/incoming/`` holds what is being written, ``evidence/sha256/ab/ab…`` what is
kept. A file is written aside in the same file system, hashed on the way, flushed to disk and renamed, so a
crash at any point leaves the whole file or nothing under its digest. What a crash leaves in ``incoming`` is
known by its lock, which dies with its writer, and is swept.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from domain.refusal import Refused
from services.evidence.hashing import hasher, split_digest

CHUNK: Final = 256 * 1024
MEGABYTE: Final = 1024 * 1024
_READ_ONLY: Final = stat.S_IRUSR | stat.S_IRGRP


class ByteStream(Protocol):
    """上传流: whatever hands out bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        ...


class DamagedFileError(Exception):
    """材料文件损坏: a kept file is missing or is not what its digest says; names the digest."""

    def __init__(self, digest: str, why: str) -> None:
        super().__init__(f"材料文件 {digest} {why}")
        self.digest = digest
        self.why = why


class Incoming:
    """正在接收的文件: aside, until it is placed under its digest or thrown away."""

    def __init__(self, store: EvidenceStore, path: Path, file: BinaryIO) -> None:
        self._store = store
        self._path = path
        self.file = file
        self.size = 0
        self.digest = ""

    def fill(self, stream: ByteStream, *, size: int | None = None, digest: str = "") -> Refused | None:
        """Write ``stream`` to the end, hashing on the way.

        Refused are an empty file, one that is too large, one the disk does not take, and one that is not the
        ``size`` and ``digest`` its sender declared.
        """
        own = self._store.algorithm
        hashers = {name: hasher(name) for name in {own, digest.partition(":")[0] or own}}
        while chunk := stream.read(CHUNK):
            self.size += len(chunk)
            if self.size > self._store.largest:
                return too_large(self._store.largest)
            for each in hashers.values():
                each.update(chunk)
            try:
                self.file.write(chunk)
            except OSError as error:
                return not_kept(error)
        found = {name: f"{name}:{each.hexdigest()}" for name, each in hashers.items()}
        if (size is not None and size != self.size) or (digest and digest not in found.values()):
            return _cut_short(size, self.size)
        if self.size == 0:
            return Refused(
                code="file.empty", message="文件是空的", remedy="请重新选择文件", facts={"size": 0}
            )
        self.digest = found[own]
        return self._store.make_room(self.digest)

    def place(self) -> Refused | None:
        """Put the file under its digest, for good. Call it inside ``store.locked``."""
        target = self._store.path(self.digest)
        try:
            self.file.flush()
            os.fchmod(self.file.fileno(), _READ_ONLY)
            os.fsync(self.file.fileno())
            self._path.rename(target)
            _sync_folder(target.parent)
        except OSError as error:
            return not_kept(error)
        return None


class EvidenceStore:
    """材料库 of one data folder."""

    def __init__(self, data_dir: Path, *, largest: int = 200 * MEGABYTE, algorithm: str = "sha256") -> None:
        hasher(algorithm)
        self.root = data_dir / "evidence"
        self.largest = largest
        self.algorithm = algorithm
        self._swept = False

    def path(self, digest: str) -> Path:
        """Where the file of a digest lies."""
        algorithm, value = split_digest(digest)
        return self.root / algorithm / value[:2] / value

    @contextmanager
    def incoming(self) -> Iterator[Incoming | Refused]:
        """Open a place for a file that comes in; whatever is not placed is gone at the end."""
        opened = self._open_aside()
        if isinstance(opened, Refused):
            yield opened
            return
        path, file = opened
        try:
            yield Incoming(self, path, file)
        finally:
            path.unlink(missing_ok=True)
            # What was still to be written goes with the file: a full disk must not speak up here.
            with suppress(OSError):
                file.close()

    def make_room(self, digest: str) -> Refused | None:
        """Make the folder in which the file of a digest will lie."""
        try:
            self._make(self.path(digest).parent)
        except OSError as error:
            return not_kept(error)
        return None

    @contextmanager
    def locked(self, digest: str) -> Iterator[None]:
        """Hold the digest's folder for this writer alone.

        Between placing a file and committing the row that names it, nobody else may throw it away. The lock
        is the folder's, holds between threads and processes and dies with them.
        """
        handle = os.open(self.path(digest).parent, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def discard(self, digest: str) -> None:
        """Throw a kept file away. Call it inside ``locked``, and only where no row names the digest."""
        self.path(digest).unlink(missing_ok=True)

    def verify(self, digest: str) -> int:
        """Read a kept file through and return its size.

        Raises:
            DamagedFileError: it is missing, unreadable, or not what its digest says.
        """
        with self.open(digest) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, digest: str) -> BinaryIO:
        """Open a kept file for reading, having read it through: no byte of a damaged file gets out.

        Raises:
            DamagedFileError: it is missing, unreadable, or not what its digest says.
        """
        algorithm, value = split_digest(digest)
        found = hasher(algorithm)
        try:
            file = self.path(digest).open("rb")
            while chunk := file.read(CHUNK):
                found.update(chunk)
            file.seek(0)
        except FileNotFoundError:
            raise DamagedFileError(digest, "不在材料库里") from None
        except OSError as error:
            raise DamagedFileError(digest, f"读不出来({error.strerror})") from error
        if found.hexdigest() != value:
            file.close()
            raise DamagedFileError(digest, "的内容与摘要不符")
        return file

    def digests(self) -> Iterator[str]:
        """Yield the digest of every file that lies in the store."""
        for path in sorted(self.root.glob("*/??/*")):
            digest = f"{path.parent.parent.name}:{path.name}"
            with suppress(ValueError):
                split_digest(digest)
                yield digest

    def sweep_incoming(self) -> int:
        """Remove what writers left that died; return how many files. Those being written are locked."""
        swept = 0
        for path in sorted((self.root / "incoming").glob("*")):
            with suppress(OSError), path.open("rb") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                swept += 1
        return swept

    def _open_aside(self) -> tuple[Path, BinaryIO] | Refused:
        """Before a process's first file comes in, what dead ones left is swept."""
        folder = self.root / "incoming"
        if not self._swept:
            self.sweep_incoming()
            self._swept = True
        try:
            self._make(folder)
            while True:
                path = folder / secrets.token_hex(16)
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
                fcntl.flock(handle, fcntl.LOCK_EX)
                if path.exists():
                    return path, os.fdopen(handle, "w+b")
                # A sweep came between creating and locking.
                os.close(handle)
        except OSError as error:
            return not_kept(error)

    def _make(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for made in (folder, *folder.parents):
            _sync_folder(made)
            if made == self.root.parent:
                return


def too_large(limit: int) -> Refused:
    """The refusal of what is over the limit."""
    return Refused(
        code="file.too_large",
        message=f"文件超过上限 {limit // MEGABYTE} MB",
        remedy="请压缩(如降低扫描分辨率)或拆分后再上传",
        facts={"limit": limit},
    )


def _cut_short(declared: int | None, received: int) -> Refused:
    return Refused(
        code="file.cut_short",
        message="上传不完整,收到的内容与发出的不一致",
        remedy="多为网络中断,请重新上传",
        facts={"declared": declared, "received": received},
    )


def not_kept(error: OSError) -> Refused:
    """The refusal of what the disk did not take."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return Refused(
        code="file.not_kept",
        message="文件没有保存:" + ("磁盘空间不足" if full else str(error.strerror)),
        remedy="请联系系统管理员检查数据目录的磁盘空间和权限,处理后重新上传",
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
