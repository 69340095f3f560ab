"""流程模板: check a file, publish a version, load what is published; the engine reads nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import select
from sqlmodel import Session

from domain.programme import Programme
from domain.programme_check import Exploration, examine
from domain.programme_fault import Fault
from domain.programme_source import MAX_BYTES, Source, canonical, read
from domain.refusal import Refused
from models.database import Database
from models.ledger import programme_stream
from models.statements import EVENT
from models.tables import ProgrammeRow

PUBLISHED: Final = "programme_published"


@dataclass(frozen=True, slots=True)
class Checked:
    """检查结果: all that is wrong with a programme, and how far its cases were played through."""

    name: str
    programme: Programme | None
    """None where the text could not be read."""
    faults: tuple[Fault, ...]
    """Faults and warnings, by line."""
    exploration: Exploration | None = None
    text: str = ""
    """The canonical text; empty where there is none."""
    sha256: str = ""
    """Of the canonical text; empty where there is none."""

    @property
    def sound(self) -> bool:
        """Whether it may be published: warnings do not forbid it."""
        return self.programme is not None and not any(f.severity == "fault" for f in self.faults)

    def summary(self) -> str:
        """One Chinese sentence for the person who checks."""
        wrong = sum(fault.severity == "fault" for fault in self.faults)
        hints = len(self.faults) - wrong
        hinted = f";另有 {hints} 处提醒" if hints else ""
        if wrong:
            return f"发现 {wrong} 处问题,不能发布{hinted}"
        played = self.exploration.explored if self.exploration else 0
        return f"检查通过:推演了 {played} 种选择组合,改革任务都能办完{hinted}"

    def as_json(self) -> dict[str, object]:
        """The same for machines."""
        return {
            "name": self.name,
            "sound": self.sound,
            "sha256": self.sha256,
            "faults": [msgspec.to_builtins(fault) for fault in self.faults],
            "exploration": msgspec.to_builtins(self.exploration),
        }


@dataclass(frozen=True, slots=True)
class Published:
    """已发布: one version, which never changes."""

    code: str
    version: int
    title: str
    sha256: str
    published_at: datetime
    published_by: str
    already: bool = False
    """Whether exactly this text had been published before, so that nothing was done."""


class PublishedTextDamagedError(Exception):
    """已发布文本受损: the stored text no longer is the one that was published."""


def check_text(text: str | bytes, name: str = "") -> Checked:
    """检查流程模板: everything that is wrong with a text."""
    source = read(text, name)
    if not isinstance(source, Source):
        return Checked(name, None, source)
    programme = source.programme
    faults, exploration = examine(programme, source.lines)
    written = canonical(programme)
    return Checked(
        name=name,
        programme=programme,
        faults=faults,
        exploration=exploration,
        text=written,
        sha256=text_digest(written),
    )


def read_file(path: Path) -> bytes | Refused:
    """The bytes of a programme file, of one that is too large as many as show it."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        return Refused(
            code="programme.file_unreadable",
            message=f"打不开文件 {path.name}({error.strerror or type(error).__name__})",
            remedy="请核对文件位置、名称和读取权限",
        )


def check_file(path: Path) -> Checked | Refused:
    """检查流程模板文件; refused where there is no such file or it cannot be read."""
    data = read_file(path)
    return data if isinstance(data, Refused) else check_text(data, path.name)


def published_line(row: ProgrammeRow, *, already: bool) -> Published:
    """A published version as lists show it."""
    return Published(
        row.code, row.version, row.title, row.sha256, row.published_at, row.published_by, already
    )


def text_digest(text: str) -> str:
    """SHA-256 of a programme's canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def parsed_form(programme: Programme) -> str:
    """What the engine reads: in the written order, for people see options in the order somebody gave them."""
    return msgspec.json.encode(
        programme.model_dump(mode="json", by_alias=True, exclude_none=True), order=None
    ).decode()


_loaded: Final[WeakKeyDictionary[Database, dict[tuple[str, int], Programme]]] = WeakKeyDictionary()


def load_published(db: Database, code: str, version: int) -> Programme | Refused:
    """读取已发布的流程模板, kept per process: a published version never changes.

    Raises:
        PublishedTextDamagedError: as `programme_of`.
    """
    kept = _loaded.setdefault(db, {})
    found = kept.get((code, version))
    if found is not None:
        return found
    with db.read() as session:
        row = session.get(ProgrammeRow, (code, version))
        if row is None:
            return Refused(
                code="programme.not_published",
                message=f"流程模板 {code} 第 {version} 版没有发布",
                remedy="先用 zonectl programme publish 发布",
                facts={"programme": code, "version": version},
            )
        found = kept[code, version] = programme_of(row)
    return found


def programme_of(row: ProgrammeRow) -> Programme:
    """The programme of a published row, its text compared with its hash.

    Raises:
        PublishedTextDamagedError: the stored text does not have the hash it was published with.
    """
    if text_digest(row.yaml) != row.sha256:
        raise PublishedTextDamagedError(f"{row.code}/{row.version}")
    return Programme.model_validate_json(row.parsed)


def list_published(db: Database) -> tuple[Published, ...]:
    """已发布的流程模板, by code and version."""
    with db.read() as session:
        rows = session.scalars(
            select(ProgrammeRow).order_by(ProgrammeRow.code, ProgrammeRow.version)  # type: ignore[arg-type]
        )
        return tuple(published_line(row, already=True) for row in rows)


def published_text(db: Database, code: str, version: int) -> str | None:
    """The canonical text of a published version; None where there is none."""
    with db.read() as session:
        row = session.get(ProgrammeRow, (code, version))
        return None if row is None else row.yaml


def verify_published(db: Database) -> tuple[str, ...]:
    """核验已发布的流程模板: one sentence for each that no longer is what was published.

    Compares text and hash, the parsed form with the text, and the hash with the event in the ledger.
    """
    with db.read() as session:
        rows = session.scalars(select(ProgrammeRow)).all()
        told = _hashes_told(session, {programme_stream(row.code) for row in rows})
        return tuple(sentence for row in rows if (sentence := _wrong_with(row, told)))


def _hashes_told(session: Session, streams: set[str]) -> dict[tuple[str, int], str]:
    """What the ledger says was published."""
    bodies = session.execute(select(EVENT.c.body).where(EVENT.c.stream.in_(streams))).scalars()
    events = [event for body in bodies for event in msgspec.json.decode(body)]
    return {
        (event["programme"], event["version"]): event["sha256"]
        for event in events
        if event["type"] == PUBLISHED
    }


def _wrong_with(row: ProgrammeRow, told: dict[tuple[str, int], str]) -> str:
    what = f"流程模板 {row.code} 第 {row.version} 版"
    if text_digest(row.yaml) != row.sha256:
        return f"{what}的文本与其摘要不符"
    if told.get((row.code, row.version)) != row.sha256:
        return f"{what}的摘要与留痕中的发布记录不符"
    source = read(row.yaml)
    if not isinstance(source, Source):
        return f"{what}的文本读不出来:{source[0]}"
    # The order of keys is no content: rows of older releases have them sorted.
    same = msgspec.json.decode(parsed_form(source.programme)) == msgspec.json.decode(row.parsed)
    return "" if same else f"{what}的解析结果与文本不符"
