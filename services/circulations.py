"""传阅情况: what of a step was sent round or copied, to whom, and who has read it."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import Case
from domain.circulation import Circulation, Reader
from domain.work_kinds import POSITIONS_ASKED
from models.database import Database
from services.private_texts import read_text
from services.reading import Names

ERASED = "(已依法删除)"


class ReaderLine(msgspec.Struct, frozen=True, kw_only=True):
    """阅办人."""

    body: str
    position: str
    words: str
    read_by: str
    read_for: str
    """代理、代办: in whose place."""
    read_on: date | None

    @property
    def mark(self) -> str:
        """`(2022-03-02 已阅)`; by a deputy `(2022-03-02 某某代阅)`."""
        if self.read_on is None:
            return ""
        return f"({self.read_on} {f'{self.read_by}代阅' if self.read_for else '已阅'})"


class CirculationLine(msgspec.Struct, frozen=True, kw_only=True):
    """一件传阅或抄送."""

    id: str
    marks: bool
    by: str
    on: date
    until: date | None
    ended_on: date | None
    note: str
    readers: tuple[ReaderLine, ...]

    @property
    def words(self) -> str:
        """One phrase for a list."""
        if not self.marks:
            return f"抄送 · {self.on} · {'、'.join(r.words for r in self.readers)}"
        read = sum(bool(r.read_by) for r in self.readers)
        until = f",{self.until} 前阅毕" if self.until else ""
        ended = f",{self.ended_on} 结束" if self.ended_on else ""
        who = "、".join(f"{r.words}{r.mark}" for r in self.readers)
        return f"{self.id} 号 · {self.on} · 已阅 {read}/{len(self.readers)}{until}{ended} · {who}"


def circulation_lines(db: Database, case: Case, key: str, names: Names) -> tuple[CirculationLine, ...]:
    """传阅情况 of a step, the oldest first."""
    return tuple(_line(db, each, names) for each in case.circulations.values() if each.step == key)


def _line(db: Database, found: Circulation, names: Names) -> CirculationLine:
    note = ""
    if found.note is not None:
        with db.read() as session:
            note = read_text(session, found.note.id) or ERASED
    return CirculationLine(
        id=found.id,
        marks=found.marks,
        by=names.person(found.by),
        on=found.on,
        until=found.until,
        ended_on=found.ended_on,
        note=note,
        readers=tuple(_reader(each, names) for each in found.readers),
    )


def _reader(reader: Reader, names: Names) -> ReaderLine:
    return ReaderLine(
        body=reader.body,
        position=reader.position,
        words=f"{names.body(reader.body)}{POSITIONS_ASKED[reader.position]}",
        read_by=names.person(reader.read_by) if reader.read_by else "",
        read_for=names.person(reader.read_for) if reader.read_for else "",
        read_on=reader.read_on,
    )
