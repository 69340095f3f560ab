"""语句: the statements of the act path, built once from the tables and compiled once per dialect.

They run on the bare driver with positional parameters: building a statement anew at every act, or letting
the ORM do it, cost most of an act's time when measured. The order of the parameters is written beside each
one and checked when this module is imported.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, String, Table, bindparam, func, literal_column, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.sql import ClauseElement
from sqlmodel import SQLModel

from models.tables import (
    AgendaItemRow,
    CaseRow,
    ChannelRow,
    EventRow,
    EvidenceFileRow,
    LampCountRow,
    LetterRow,
    MeetingSessionRow,
    MessageRow,
    PrivateTextRow,
    RedLampRow,
    RegisterRow,
    StepRow,
    SupervisionMatterRow,
    SupervisionWorkRow,
    TimerRow,
    WorkItemRow,
)

_SQLITE: Final = sqlite.dialect(paramstyle="qmark")
_POSTGRESQL: Final = psycopg_dialect(paramstyle="format")  # type: ignore[no-untyped-call]


class Statement(NamedTuple):
    """语句: one statement in both dialects, with positional parameters in the same order."""

    sqlite: str
    postgresql: str


def _table(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


EVENT: Final = _table(EventRow)
CASE: Final = _table(CaseRow)
STEP: Final = _table(StepRow)
WORK_ITEM: Final = _table(WorkItemRow)
TIMER: Final = _table(TimerRow)
MESSAGE: Final = _table(MessageRow)
LETTER: Final = _table(LetterRow)
NOTICE_CHANNEL: Final = _table(ChannelRow)
PRIVATE_TEXT: Final = _table(PrivateTextRow)
REGISTER_ROW: Final = _table(RegisterRow)
EVIDENCE_FILE: Final = _table(EvidenceFileRow)
RED_LAMP: Final = _table(RedLampRow)
LAMP_COUNT: Final = _table(LampCountRow)
MATTER: Final = _table(SupervisionMatterRow)
AGENDA: Final = _table(AgendaItemRow)
MEETING: Final = _table(MeetingSessionRow)
MATTER_WORK: Final = _table(SupervisionWorkRow)


def _statement(element: ClauseElement, *parameters: str) -> Statement:
    texts = []
    for dialect in (_SQLITE, _POSTGRESQL):
        compiled: Any = element.compile(dialect=dialect)
        if tuple(compiled.positiontup) != parameters:
            raise AssertionError(f"parameters are {compiled.positiontup}, not {parameters}: {compiled}")
        texts.append(str(compiled))
    return Statement(*texts)


def _insert(table: Table, *columns: str) -> Statement:
    return _statement(table.insert().values({name: bindparam(name) for name in columns}), *columns)


def _update(table: Table, changed: tuple[str, ...], *key: str) -> Statement:
    element = table.update().values({name: bindparam(name) for name in changed})
    for name in key:
        element = element.where(table.c[name] == bindparam(f"key_{name}"))
    return _statement(element, *changed, *(f"key_{name}" for name in key))


def _delete(table: Table, *key: str) -> Statement:
    element = table.delete()
    for name in key:
        element = element.where(table.c[name] == bindparam(f"key_{name}"))
    return _statement(element, *(f"key_{name}" for name in key))


def _of_case(table: Table, *columns: str) -> Statement:
    found = [table.c[name] for name in columns] or list(table.columns)
    return _statement(select(*found).where(table.c.case_id == bindparam("case_id")), "case_id")


def _head_of(stream: str) -> Any:
    """The seq of a stream's last row: tells whether what was cached of it is still true."""
    row = EVENT.alias()
    return (
        select(func.coalesce(func.max(row.c.seq), literal_column("0")))
        .where(row.c.stream == literal_column(f"'{stream}'"))
        .scalar_subquery()
    )


EVENT_COLUMNS: Final = tuple(column.name for column in EVENT.columns)
INSERT_EVENT: Final = _insert(EVENT, *EVENT_COLUMNS)

_head = EVENT.alias("head")
_last = EVENT.alias("last")
_same = EVENT.alias("same")
WATCHED: Final = ("organisation", "calendar", "settings")
"""The streams whose heads an act reads to know whether its caches are still true."""

_loaded = (
    select(
        CASE.c.seq,
        CASE.c.snapshot,
        _head.c.seq,
        _head.c.hash,
        _same.c.stream,
        _same.c.seq,
        _same.c.command_digest,
        *(_head_of(stream) for stream in WATCHED),
    )
    .select_from(
        CASE.outerjoin(
            _head,
            (_head.c.stream == bindparam("stream"))
            & (
                _head.c.seq
                == select(func.max(_last.c.seq))
                .where(_last.c.stream == bindparam("same_stream"))
                .scalar_subquery()
            ),
        ).outerjoin(_same, _same.c.command_id == bindparam("command_id"))
    )
    .where(CASE.c.id == bindparam("case_id"))
)
LOAD_CASE: Final = _statement(
    _loaded.with_for_update(of=CASE), "stream", "same_stream", "command_id", "case_id"
)
"""案卷、链头、同号指令: what an act needs, in one round trip. SQLite has no FOR UPDATE and leaves it out."""

_standing_alone = select(
    select(CASE.c.seq).where(CASE.c.id == bindparam("case_id")).scalar_subquery(),
    select(_same.c.stream).where(_same.c.command_id == bindparam("id_1")).scalar_subquery(),
    select(_same.c.seq).where(_same.c.command_id == bindparam("id_2")).scalar_subquery(),
    select(_same.c.command_digest).where(_same.c.command_id == bindparam("id_3")).scalar_subquery(),
    *(_head_of(stream) for stream in WATCHED),
)
LOAD_NOTHING: Final = _statement(_standing_alone, "case_id", "id_1", "id_2", "id_3")
"""The same where there is no case yet."""

ALL_EVENTS: Final = _statement(select(*EVENT.columns).order_by(EVENT.c.stream, EVENT.c.seq))
CASE_STREAMS: Final = _statement(
    select(EVENT.c.stream).where(EVENT.c.stream.like(literal_column("'case:%'"))).distinct()
)
READ_STREAM: Final = _statement(
    select(EVENT.c.seq, EVENT.c.schema_version, EVENT.c.body)
    .where(EVENT.c.stream == bindparam("key_stream"), EVENT.c.seq <= bindparam("last"))
    .order_by(EVENT.c.seq),
    "key_stream",
    "last",
)
READ_SNAPSHOT: Final = _statement(
    select(CASE.c.seq, CASE.c.snapshot).where(CASE.c.id == bindparam("case_id")), "case_id"
)

UNTRIED: Final = ("fence", "attempts", "dead")
"""The columns of a lease that a new row begins with."""
CASE_CONTENT: Final = (
    "unit_id",
    "unit_name",
    "programme",
    "version",
    "seq",
    "snapshot",
    "state",
    "opened_on",
)
CASE_COLUMNS: Final = (*UNTRIED, "id", *CASE_CONTENT, "bulk", "mirrored_seq", "signalled_at")
INSERT_CASE: Final = _insert(CASE, *CASE_COLUMNS)
UPDATE_CASE: Final = _statement(
    CASE.update()
    .values(
        seq=bindparam("new_seq"),
        snapshot=bindparam("new_snapshot"),
        state=bindparam("new_state"),
        bulk=bindparam("new_bulk"),
        signalled_at=func.coalesce(CASE.c.signalled_at, bindparam("now")),
    )
    .where(CASE.c.id == bindparam("key_id")),
    "new_seq",
    "new_snapshot",
    "new_state",
    "new_bulk",
    "now",
    "key_id",
)

RENAME_CASE: Final = _update(CASE, ("unit_name",), "id")
"""更名: a case is shown under the new name; only a reorganisation does this."""

CASE_IDS: Final = _statement(select(CASE.c.id))
CASE_HEADS: Final = _statement(select(CASE.c.id, CASE.c.seq))
"""How far every case has come: tells which are to be read again."""
_stored_case = select(CASE.c.id, *(CASE.c[name] for name in CASE_CONTENT)).where(
    CASE.c.id == bindparam("case_id")
)
STORED_CASE: Final = _statement(_stored_case, "case_id")
LOCK_STORED_CASE: Final = _statement(_stored_case.with_for_update(), "case_id")
"""The same, and no act on the case until the transaction ends; SQLite has one writer anyway."""
REWRITE_CASE: Final = _update(CASE, CASE_CONTENT, "id")
TIMER_CONTENT: Final = ("case_id", "key", "kind", "step", "node", "due_on", "generation")

STEP_COLUMNS: Final = tuple(column.name for column in STEP.columns)
INSERT_STEP: Final = _insert(STEP, *STEP_COLUMNS)
UPDATE_STEP: Final = _update(STEP, STEP_COLUMNS[2:], "case_id", "step")
DELETE_STEP: Final = _delete(STEP, "case_id", "step")

AGENDA_COLUMNS: Final = tuple(column.name for column in AGENDA.columns)
INSERT_AGENDA: Final = _insert(AGENDA, *AGENDA_COLUMNS)
DELETE_AGENDA: Final = _delete(AGENDA, "case_id", "key")
CASE_AGENDA: Final = _of_case(AGENDA)
MEETING_COLUMNS: Final = tuple(column.name for column in MEETING.columns)
ALL_MEETINGS: Final = _statement(select(*MEETING.columns).order_by(MEETING.c.id))
INSERT_MEETING: Final = _insert(MEETING, *MEETING_COLUMNS)
DELETE_MEETING: Final = _delete(MEETING, "id")

WORK_ITEM_COLUMNS: Final = tuple(column.name for column in WORK_ITEM.columns)
INSERT_WORK_ITEM: Final = _insert(WORK_ITEM, *WORK_ITEM_COLUMNS)
UPDATE_WORK_ITEM: Final = _update(WORK_ITEM, WORK_ITEM_COLUMNS[2:-1], "case_id", "key")
DELETE_WORK_ITEM: Final = _delete(WORK_ITEM, "case_id", "key")

TIMER_COLUMNS: Final = (*UNTRIED, *TIMER_CONTENT)
INSERT_TIMER: Final = _insert(TIMER, *TIMER_COLUMNS)
DELETE_TIMER: Final = _delete(TIMER, "case_id", "key")

MESSAGE_COLUMNS: Final = (
    *UNTRIED,
    "id",
    "dedup_key",
    "channel",
    "recipient",
    "payload",
    "case_id",
    "seq",
    "created_at",
    "state",
)
INSERT_MESSAGE: Final = _insert(MESSAGE, *MESSAGE_COLUMNS)
PRIVATE_TEXT_COLUMNS: Final = tuple(column.name for column in PRIVATE_TEXT.columns)
INSERT_PRIVATE_TEXT: Final = _insert(PRIVATE_TEXT, *PRIVATE_TEXT_COLUMNS)
REGISTER_COLUMNS: Final = tuple(column.name for column in REGISTER_ROW.columns)
INSERT_REGISTER_ROW: Final = _insert(REGISTER_ROW, *REGISTER_COLUMNS)
EVIDENCE_FILE_COLUMNS: Final = tuple(column.name for column in EVIDENCE_FILE.columns)
INSERT_EVIDENCE_FILE: Final = _insert(EVIDENCE_FILE, *EVIDENCE_FILE_COLUMNS)


def _between_spaces(what: ColumnElement[str]) -> ColumnElement[str]:
    space: ColumnElement[str] = literal_column("' '")
    return space.concat(what).concat(space)


def _may_do(person: str, table: Table = WORK_ITEM) -> ColumnElement[bool]:
    """Whether the person is none of those who may not, each of whom stands between spaces."""
    barred = _between_spaces(table.c.not_person)
    left: ColumnElement[str] = func.replace(
        barred, _between_spaces(bindparam(person, type_=String)), literal_column("''")
    )
    return left == barred


def _named(parameter: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a list given as words between spaces has the column's value."""
    words: ColumnElement[str] = bindparam(parameter, type_=String)
    left: ColumnElement[str] = func.replace(words, _between_spaces(column), literal_column("''"))
    return left != bindparam(f"{parameter}_again", type_=String)


CASE_WORK: Final = _statement(
    select(*WORK_ITEM.columns)
    .where(WORK_ITEM.c.case_id == bindparam("case_id"))
    .order_by(WORK_ITEM.c.opened_seq, WORK_ITEM.c.key),
    "case_id",
)
"""待办 of one case, oldest first."""
CASE_STEPS: Final = _of_case(STEP)
CASE_TIMERS: Final = _of_case(TIMER, *TIMER_CONTENT)
ROLE_WORK: Final = _statement(
    select(*WORK_ITEM.columns)
    .where(WORK_ITEM.c.body == bindparam("body"), WORK_ITEM.c.position == bindparam("position"))
    .order_by(WORK_ITEM.c.sort_on, WORK_ITEM.c.case_id, WORK_ITEM.c.key)
    .suffix_with(text("LIMIT :rows")),
    "body",
    "position",
    "rows",
)
"""待办 of one position in one body, the most urgent first."""
PERSON_WORK: Final = _statement(
    select(*WORK_ITEM.columns)
    .where(
        WORK_ITEM.c.body == bindparam("body"),
        WORK_ITEM.c.position == bindparam("position"),
        _may_do("person"),
    )
    .order_by(WORK_ITEM.c.sort_on, WORK_ITEM.c.case_id, WORK_ITEM.c.key)
    .suffix_with(text("LIMIT :rows")),
    "body",
    "position",
    "person",
    "rows",
)
"""The same without what ``person`` may not do."""
PROXY_WORK: Final = _statement(
    select(*WORK_ITEM.columns)
    .select_from(WORK_ITEM.join(CASE, CASE.c.id == WORK_ITEM.c.case_id))
    .where(
        WORK_ITEM.c.body == bindparam("body"),
        WORK_ITEM.c.position == bindparam("position"),
        _may_do("person"),
        _may_do("principal"),
        _named("kinds", WORK_ITEM.c.kind),
        _named("programmes", CASE.c.programme)
        | (bindparam("scope", type_=String) == literal_column("' * '")),
    )
    .order_by(WORK_ITEM.c.sort_on, WORK_ITEM.c.case_id, WORK_ITEM.c.key)
    .suffix_with(text("LIMIT :rows")),
    "body",
    "position",
    "person",
    "principal",
    "kinds",
    "kinds_again",
    "programmes",
    "programmes_again",
    "scope",
    "rows",
)
"""代理: what waits for who is on leave, of the kinds and programmes (``*`` is all) that a proxy reaches,
without what either of the two may not do. Lists stand between spaces."""

_matter_work = select(
    MATTER_WORK.c.matter_id,
    MATTER_WORK.c.key,
    MATTER_WORK.c.kind,
    MATTER_WORK.c.label,
    literal_column("1"),
    literal_column("''"),
    literal_column("''"),
    literal_column("''"),
    MATTER_WORK.c.body,
    MATTER_WORK.c.position,
    MATTER_WORK.c.not_person,
    MATTER_WORK.c.opened_on,
    MATTER_WORK.c.due_on,
    MATTER_WORK.c.sort_on,
    literal_column("0"),
)
PERSON_MATTERS: Final = _statement(
    _matter_work.where(
        MATTER_WORK.c.body == bindparam("body"),
        MATTER_WORK.c.position == bindparam("position"),
        _may_do("person", MATTER_WORK),
        _may_do("principal", MATTER_WORK),
    )
    .order_by(MATTER_WORK.c.sort_on, MATTER_WORK.c.matter_id, MATTER_WORK.c.key)
    .suffix_with(text("LIMIT :rows")),
    "body",
    "position",
    "person",
    "principal",
    "rows",
)
"""督办待办 of one position, shaped as a work item, without what either of the two may not do."""
MATTER_COLUMNS: Final = tuple(column.name for column in MATTER.columns)
ALL_MATTERS: Final = _statement(select(*MATTER.columns).order_by(MATTER.c.id))
INSERT_MATTER: Final = _insert(MATTER, *MATTER_COLUMNS)
UPDATE_MATTER: Final = _update(MATTER, MATTER_COLUMNS[1:], "id")
DELETE_MATTER: Final = _delete(MATTER, "id")
MATTER_WORK_COLUMNS: Final = tuple(column.name for column in MATTER_WORK.columns)
ALL_MATTER_WORK: Final = _statement(select(*MATTER_WORK.columns))
INSERT_MATTER_WORK: Final = _insert(MATTER_WORK, *MATTER_WORK_COLUMNS)
DELETE_MATTER_WORK: Final = _delete(MATTER_WORK, "matter_id", "key")
