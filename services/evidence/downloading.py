"""下载材料: permission, then the file read through, then a line in the security ledger, then the bytes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Self
from urllib.parse import quote

from config.clock import WallClock
from domain.evidence_files import kind_of
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY
from services.clock import today
from services.evidence.files import StoredFile, find_file, may_read, out_of_sight
from services.evidence.store import CHUNK, DamagedFileError, EvidenceStore
from services.noting import in_turn, note

_RANGE: Final = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


@dataclass(frozen=True, slots=True)
class Download:
    """下载: an open file with what the web layer has to say of it. Close it, or use it in ``with``."""

    stored: StoredFile
    start: int
    length: int
    _file: BinaryIO

    @property
    def partial(self) -> bool:
        """Whether it is a part of the file (HTTP 206)."""
        return self.length != self.stored.size

    def headers(self) -> dict[str, str]:
        """Headers of the answer: always a download, never shown as a page of ours, never kept by a proxy."""
        headers = {
            "Content-Type": kind_of(self.stored.kind).media_type,
            "Content-Length": str(self.length),
            "Content-Disposition": content_disposition(self.stored.safe_name),
            "Accept-Ranges": "bytes",
            "ETag": f'"{self.stored.digest}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        }
        if self.partial:
            end = self.start + self.length - 1
            headers["Content-Range"] = f"bytes {self.start}-{end}/{self.stored.size}"
        return headers

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes asked for."""
        self._file.seek(self.start)
        left = self.length
        while left > 0 and (chunk := self._file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def download(
    db: Database,
    store: EvidenceStore,
    person: str,
    file_id: str,
    *,
    wall: WallClock,
    range_header: str = "",
    channel: str = "cli",
) -> Download | Refused:
    """下载材料: open a file for ``person``, if they may read the case's evidence, and log who, which, when.

    A file that is not there and one out of sight are refused in the same words. Every request is logged, each
    part of a file too: whoever asked for the second half only would else be in no log.
    """
    stored = find_file(db, file_id)
    if stored is None:
        return out_of_sight()
    refused = may_read(db, person, stored.case, on=today(db, wall))
    if refused is not None:
        return refused
    wanted = byte_range(range_header, stored.size)
    if isinstance(wanted, Refused):
        return wanted
    try:
        file = store.open(stored.digest)
    except DamagedFileError as error:
        return damaged(stored, error)
    start, length = wanted
    try:
        _log(db, person, stored, wanted, wall, channel)
    except BaseException:
        file.close()
        raise
    return Download(stored, start, length, file)


def _log(
    db: Database, person: str, stored: StoredFile, part: tuple[int, int], wall: WallClock, channel: str
) -> None:
    event = {
        "type": "evidence_downloaded",
        "file": stored.id,
        "digest": stored.digest,
        "case": stored.case,
        "step": stored.step,
        "slot": stored.slot,
        "version": stored.version,
        "start": part[0],
        "length": part[1],
    }
    with in_turn(db, SECURITY) as session:
        note(
            session,
            SECURITY,
            event,
            actor=person,
            wall=wall,
            command_id=f"download-{secrets.token_hex(16)}",
            channel=channel,
        )


def damaged(stored: StoredFile, error: DamagedFileError) -> Refused:
    """The refusal of a file that is no longer what was decided on; names it."""
    return Refused(
        code="file.damaged",
        message=f"任务 {stored.step} 的材料“{stored.safe_name}”第 {stored.version} 版{error.why},不能下载",
        remedy="请系统管理员从备份恢复该文件;原件由承办单位重新上传同一文件也可恢复",
        facts={"file": stored.id, "digest": stored.digest},
    )


def byte_range(header: str, size: int) -> tuple[int, int] | Refused:
    """Start and length of what a ``Range`` header asks for; what is no single byte range asks for all.

    RFC 9110 section 14.2: an unreadable header is ignored, an unsatisfiable one is refused (HTTP 416).
    """
    found = _RANGE.match(header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return 0, size
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        length = (min(int(last), size - 1) if last else size - 1) - start + 1
        if last and int(last) < start:
            return 0, size
    if start >= size or length <= 0:
        return Refused(
            code="file.range",
            message="请求的范围超出文件大小",
            remedy="请重新下载整个文件",
            facts={"size": size},
        )
    return start, length


def content_disposition(name: str) -> str:
    """A download under ``name``: plain letters for old browsers, the full name as RFC 6266 and 8187 say."""
    suffix = name.rpartition(".")[2]
    plain = f"evidence.{suffix}" if suffix.isascii() and suffix.isalnum() else "evidence"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
