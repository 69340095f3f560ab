"""随附: what a command only names by digest or root, stored beside it in the same commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from domain.events import Event, EvidenceAdded, RegisterFilled
from models import statements as s
from services.private_texts import NewText


class RegisterLine(msgspec.Struct, frozen=True, kw_only=True):
    """台账行: one row of a register that a ``FillRegister`` gives the root of.

    ``data`` is JSON of the columns that are not personal; ``private`` holds the personal ones, or
    ``kept_private`` points to those that an earlier version has already.
    """

    register: str
    key: str
    ordinal: int
    data: str = "{}"
    private: NewText | None = None
    kept_private: str | None = None


class NewFile(msgspec.Struct, frozen=True, kw_only=True):
    """上传文件: what is kept of the file that an ``AddEvidence`` names by digest.

    ``name_id`` and ``reason_id`` point to texts enclosed beside it; the rest is as in ``EvidenceFileRow``.
    """

    id: str
    digest: str
    size: int
    kind: str
    marking: str
    macros: bool
    scan: str
    name_id: str
    reason_id: str | None
    uploaded_by: str


class Enclosures(msgspec.Struct, frozen=True, kw_only=True):
    """随附: texts of opinions and reasons, register rows, and an uploaded file."""

    texts: tuple[NewText, ...] = ()
    lines: tuple[RegisterLine, ...] = ()
    file: NewFile | None = None


NOTHING_ENCLOSED: Final = Enclosures()


def enclosure_writes(
    enclosed: Enclosures, case_id: str, events: tuple[Event, ...], now: int
) -> Iterable[tuple[s.Statement, tuple[Any, ...]]]:
    """Yield the rows of ``enclosed``; register rows and a file get the version their event has."""
    for text in enclosed.texts:
        yield s.INSERT_PRIVATE_TEXT, _text_row(text, now)
    versions = {event.register: event.version for event in events if isinstance(event, RegisterFilled)}
    for line in enclosed.lines:
        if line.private is not None:
            yield s.INSERT_PRIVATE_TEXT, _text_row(line.private, now)
        private_id = line.kept_private if line.private is None else line.private.id
        version = versions[line.register]
        yield (
            s.INSERT_REGISTER_ROW,
            (case_id, line.register, version, line.key, line.ordinal, line.data, private_id),
        )
    if enclosed.file is not None:
        added = next(event for event in events if isinstance(event, EvidenceAdded))
        yield s.INSERT_EVIDENCE_FILE, _file_row(enclosed.file, case_id, added, now)


def _text_row(text: NewText, now: int) -> tuple[Any, ...]:
    return (text.id, text.version, text.kind, text.subject, text.salt, text.text, now)


def _file_row(file: NewFile, case_id: str, added: EvidenceAdded, now: int) -> tuple[Any, ...]:
    return (
        file.id,
        case_id,
        added.step,
        added.slot,
        added.item.version,
        file.digest,
        file.size,
        file.kind,
        file.marking,
        file.macros,
        file.scan,
        file.name_id,
        file.reason_id,
        file.uploaded_by,
        now,
    )
