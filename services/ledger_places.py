"""留痕出处: which case and which act a finding of the verification is about, in words.

The auditor is told "鄢陵县产业集聚区,1.3 征求意见 · 提交", not a stream and a number alone. The words are
read off data that may themselves have been changed: what cannot be read is left out, and none is proof.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, select

from config.clock import BUSINESS_TIMEZONE
from domain.case import Case
from models.base import instant
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.event_words import EventWords
from services.mirroring import body_names
from services.reading import load_case, plan_of

STREAM_TITLES: Final = {
    "organisation": "机构、改革单位、人员",
    "calendar": "日历",
    "settings": "系统设置",
    "security": "安全",
    "supervision": "督查督办",
    "meetings": "会议安排",
    "seal": "封存",
    "event": "全部留痕",
    "export": "导出文件",
}
"""Streams that are no case's and no programme's, and what findings about none of them stand under."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """出处 of one ledger row."""

    title: str
    """`改革任务 鄢陵县产业集聚区`."""
    act: str
    """What the row says was done; empty where it cannot be read."""
    recorded_at: str
    """When it says it was recorded, in Beijing time; empty where there is no such row."""


def place_of(db: Database, stream: str, seq: int) -> Place:
    """出处: never fails on a damaged database, where it is needed most."""
    case = _case(db, stream)
    return Place(
        title=title_of(stream) if case is None else f"改革任务 {case.unit_name}",
        act="" if case is None else _act(db, case, seq),
        recorded_at=_recorded_at(db, stream, seq),
    )


def title_of(stream: str) -> str:
    """What a stream is about, as far as its name tells."""
    kind, _, name = stream.partition(":")
    if kind == "case":
        return f"改革任务 {name}"
    return f"流程模板 {name}" if kind == "programme" else STREAM_TITLES.get(stream, stream)


def _case(db: Database, stream: str) -> Case | None:
    kind, _, case_id = stream.partition(":")
    try:
        return load_case(db, case_id) if kind == "case" else None
    except Exception:
        return None


def _act(db: Database, case: Case, seq: int) -> str:
    try:
        found = _column(db, case_stream(case.id), seq, EVENT.c.body, EVENT.c.schema_version)
        words = EventWords(plan_of(db, case), body_names(db))
        return ";".join(words.line(event) for event in decode_events(*found))
    except Exception:
        return ""


def _recorded_at(db: Database, stream: str, seq: int) -> str:
    try:
        (value,) = _column(db, stream, seq, EVENT.c.recorded_at)
        return f"{instant(value).astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M:%S}"
    except Exception:
        return ""


def _column(db: Database, stream: str, seq: int, *columns: ColumnElement[Any]) -> Any:
    statement = select(*columns).where(EVENT.c.stream == stream, EVENT.c.seq == seq)
    with db.read() as session:
        return session.connection().execute(statement).one()
