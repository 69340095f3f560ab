"""显示: what a flow shows of a case: its new events as lines, and one table of all its steps.

Everything here reads; what is shown is settled by `services.relaying`. Ids, step names, roles and bodies
only: no person and no opinion leaves through here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import select

from domain.case import Case, StepState, split_key
from domain.open_work import WORK_TITLES, WorkItem, open_work
from domain.plan import Plan
from domain.states import CASE_STATUS_TITLES, DONE, OPEN, STATUS_TITLES
from models.base import instant
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import CASE, EVENT
from models.tables import BodyRow
from services.act_loading import decode_case
from services.event_words import EventWords
from services.reading import keys_of
from services.world import world_of

_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
LONGEST_KEY: Final = 60
CHECKED_AFTER: Final = frozenset({"submitted", "step_closed"})
"""Kinds of events after which the checks of a case are asked at once, so that approvers see what they say."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """显示的一行: one event of one ledger row."""

    seq: int
    kind: str
    """The event's tag: `step_opened`, `decided` …"""
    line: str
    stage: str
    recorded_at: datetime


class CaseStory(msgspec.Struct, frozen=True, kw_only=True):
    """一个改革任务的显示内容: from after the last mirrored seq up to ``seq``."""

    case_id: str
    unit_id: str
    unit_name: str
    programme: str
    seq: int
    lines: tuple[Shown, ...]
    now: str
    """Where the case stands: the stage in work, or 已完成."""
    table: tuple[dict[str, str], ...]
    summary: str
    asks_checks: bool = False
    """Whether something was handed in or closed that compliance checks look at."""


def case_story(db: Database, case_id: str, after_seq: int, console: str = "") -> CaseStory | None:
    """Read what is to be shown of ``case_id`` after ``after_seq``; ``None`` where there is no such case.

    ``console`` is the console's address; the table links each step to its page there.
    """
    stream = case_stream(case_id)
    with db.read() as session:
        connection = session.connection()
        found = connection.execute(select(CASE.c.snapshot, CASE.c.seq).where(CASE.c.id == case_id)).first()
        if found is None:
            return None
        rows = connection.execute(
            select(EVENT.c.seq, EVENT.c.schema_version, EVENT.c.recorded_at, EVENT.c.body)
            .where(EVENT.c.stream == stream, EVENT.c.seq > after_seq, EVENT.c.seq <= found.seq)
            .order_by(EVENT.c.seq)
        ).all()
    case = decode_case(found.snapshot)
    loaded = world_of(db).plan(case.programme, case.version)
    if loaded is None:
        raise LookupError(f"{case.programme}/{case.version} 没有发布")
    bodies = body_names(db)
    words = EventWords(loaded.plan, bodies)
    lines = tuple(
        Shown(
            seq=row.seq,
            kind=str(type(event).__struct_config__.tag),
            line=words.line(event),
            stage=words.stage_of(event),
            recorded_at=instant(row.recorded_at),
        )
        for row in rows
        for event in decode_events(row.body, row.schema_version)
    )
    table = tuple(_table(loaded.plan, case, bodies, console))
    return _story(case, loaded.plan, found.seq, lines, table)


def _story(
    case: Case,
    plan: Plan,
    seq: int,
    lines: tuple[Shown, ...],
    table: tuple[dict[str, str], ...],
) -> CaseStory:
    done = sum(state.status in DONE for state in case.steps.values())
    now = _stage_in_work(plan, case)
    return CaseStory(
        case_id=case.id,
        unit_id=case.unit,
        unit_name=case.unit_name,
        programme=case.programme,
        seq=seq,
        lines=lines,
        now=now,
        table=table,
        summary=f"{case.unit_name} · {plan.programme.title} · {now}:已办结 {done} 项,共 {len(table)} 项。",
        asks_checks=bool(plan.programme.checks) and any(line.kind in CHECKED_AFTER for line in lines),
    )


def _stage_in_work(plan: Plan, case: Case) -> str:
    """The stage of the first open step in the programme's order; the case's state where none is open."""
    for step in plan.view(case.choices).steps:
        for key, state in case.steps.items():
            if state.status in OPEN and split_key(key)[0] == step.id:
                return next(stage.title for stage in plan.programme.stages if stage.id == step.stage)
    return CASE_STATUS_TITLES[case.status]


def _table(plan: Plan, case: Case, bodies: Mapping[str, str], console: str) -> list[dict[str, str]]:
    waits: dict[str, list[WorkItem]] = {}
    for item in open_work(plan, case).values():
        waits.setdefault(item.step, []).append(item)
    titles = {stage.id: stage.title for stage in plan.programme.stages}
    rows = []
    for step, key in keys_of(plan, case):
        state = case.steps.get(key) or StepState()
        row = split_key(key)[1]
        due = state.due.date.isoformat() if state.due and state.due.date else ""
        rows.append(
            {
                "环节": titles[step.stage],
                "任务": f"{step.id} {step.step.title}" + (f"({row})" if row else ""),
                "状态": STATUS_TITLES[state.status],
                "待办": ";".join(dict.fromkeys(_waits(plan, each, bodies) for each in waits.get(key, ()))),
                "时限": due,
                "链接": f"{console}/cases/{case.id}/steps/{key}",
            }
        )
    return rows


def _waits(plan: Plan, item: WorkItem, bodies: Mapping[str, str]) -> str:
    role = plan.roles.get(item.role)
    title = role.title if role else item.role
    return f"{WORK_TITLES[item.kind]} · {title}({bodies.get(item.body, item.body)})"


def artifact_key(case_id: str) -> str:
    """Return the key under which a case's table is found: small letters, digits and dashes only."""
    plain = _NO_KEY.sub("-", case_id.lower()).strip("-")
    if plain == case_id.lower().replace("/", "-") and len(plain) <= LONGEST_KEY:
        return f"case-{plain}"
    return f"case-{plain[:40].strip('-')}-{hashlib.sha256(case_id.encode()).hexdigest()[:12]}"


class RunLabel(msgspec.Struct, frozen=True, kw_only=True):
    """运行标识: how a run for one case is named, and by which tags it is found."""

    name: str
    tags: tuple[str, ...]


def batch_tags(db: Database, case_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the tags of a run for many cases: every zone's, so that it is found among the zone's runs."""
    with db.read() as session:
        statement = select(CASE.c.id, CASE.c.unit_id, CASE.c.programme).where(CASE.c.id.in_(case_ids))
        rows = session.connection().execute(statement.order_by(CASE.c.id)).all()
    programmes = dict.fromkeys(f"programme:{row.programme}" for row in rows)
    return (*programmes, *(f"zone:{row.unit_id}" for row in rows))


def run_label(db: Database, case_id: str) -> RunLabel:
    """Return the label of a run for one case: `鄢陵县产业集聚区 · 全员竞聘 · 推进`."""
    with db.read() as session:
        statement = select(CASE.c.snapshot).where(CASE.c.id == case_id)
        snapshot = session.connection().execute(statement).scalar()
    if snapshot is None:
        return RunLabel(name=f"{case_id} · 推进", tags=(f"case:{case_id}",))
    case = decode_case(snapshot)
    loaded = world_of(db).plan(case.programme, case.version)
    stage = _stage_in_work(loaded.plan, case) if loaded else case.programme
    tags = (f"zone:{case.unit}", f"programme:{case.programme}", f"case:{case_id}", f"stage:{stage}")
    return RunLabel(name=f"{case.unit_name} · {stage} · 推进", tags=tags)


_names: WeakKeyDictionary[Database, tuple[int, dict[str, str]]] = WeakKeyDictionary()


def body_names(db: Database) -> dict[str, str]:
    """Return the names of all bodies by code, read once for each state of the organisation."""
    seq = world_of(db).heads().organisation
    known = _names.get(db)
    if known is not None and known[0] == seq:
        return known[1]
    with db.read() as session:
        rows = session.connection().execute(select(BodyRow.code, BodyRow.name))  # type: ignore[call-overload]
        names = {str(row.code): str(row.name) for row in rows}
    _names[db] = (seq, names)
    return names
