"""文件消息: appends messages to a file, one JSON object a line, for another system to pick up.

A batch goes in with one write under a lock on the file, so that two processes never mix their lines, and is
on the disk before it counts as sent. A write that fails in the middle (disk full, a crash) leaves no half
line behind: the tail is cut back. A message is known by ``dedup_key`` and recipient; one already in the
file is not written again.
"""

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from loguru import logger

from config.clock import WallClock
from domain.outside import DeliveryOutcome, DeliveryResult, Message

RETRY_S = 60.0
"""A full disk is looked at again after a minute."""


class MessageLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file; ``delivered_at`` is an instant in UTC."""

    delivered_at: str
    message: Message


class FileChannel:
    """文件消息 channel; a ``ChannelPort``. ``path`` lies in a folder that exists or can be made."""

    def __init__(self, path: Path, clock: WallClock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._known: set[tuple[str, str]] = set()
        self._read_to = 0
        self._file_id: tuple[int, int] | None = None

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        """Append what is not in the file yet; one result a message, in order."""
        try:
            with self._lock, self._opened() as fd:
                self._learn(fd)
                self._append(fd, batch)
        except OSError as error:
            logger.warning("消息文件写入失败: {}", error)
            detail = f"消息文件写入失败({error.strerror}),请检查磁盘空间和目录权限,系统稍后自动再试。"
            return [
                DeliveryResult(
                    message_id=m.id, outcome=DeliveryOutcome.FAILED, retry_after=RETRY_S, detail=detail
                )
                for m in batch
            ]
        return [DeliveryResult(message_id=m.id, outcome=DeliveryOutcome.SENT) for m in batch]

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Open the file for appending, locked against other processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield fd
        finally:
            os.close(fd)

    def _learn(self, fd: int) -> None:
        """Read the lines written since last time, by whomever, and cut off a half line at the end."""
        stat = os.fstat(fd)
        file_id = (stat.st_dev, stat.st_ino)
        if file_id != self._file_id or stat.st_size < self._read_to:
            self._file_id, self._read_to, self._known = file_id, 0, set()
        new = _read(fd, self._read_to, stat.st_size)
        whole = new[: new.rfind(b"\n") + 1]
        if len(whole) < len(new):
            os.ftruncate(fd, self._read_to + len(whole))
        self._remember(whole)

    def _append(self, fd: int, batch: Sequence[Message]) -> None:
        now = self._clock.now().isoformat()
        fresh = {(m.recipient, m.dedup_key): m for m in batch}
        lines = b"".join(
            msgspec.json.encode(MessageLine(delivered_at=now, message=message)) + b"\n"
            for key, message in fresh.items()
            if key not in self._known
        )
        if not lines:
            return
        try:
            _write_all(fd, lines)
        except OSError:
            os.ftruncate(fd, self._read_to)
            raise
        self._remember(lines)

    def _remember(self, lines: bytes) -> None:
        for line in lines.splitlines():
            try:
                message = msgspec.json.decode(line, type=MessageLine).message
            except msgspec.MsgspecError:
                logger.warning("消息文件里有一行不是本系统写的, 已跳过: {}", self._path)
                continue
            self._known.add((message.recipient, message.dedup_key))
        self._read_to += len(lines)


def _read(fd: int, start: int, end: int) -> bytes:
    parts = []
    while start < end:
        part = os.pread(fd, end - start, start)
        if not part:
            break
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def _write_all(fd: int, data: bytes) -> None:
    """Write all of ``data`` and put it on the disk; a short write goes on until it is whole or raises."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
    os.fsync(fd)
