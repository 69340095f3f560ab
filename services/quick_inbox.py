"""待办直读: a person's inbox with names, deadlines and remaining working days, without the engine.

The rule is that of ``services.inbox.person_inbox``, and a test holds the two equal; here it is asked on the
bare driver, because opening the engine takes longer than the whole command may.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from config.clock import BUSINESS_TIMEZONE, WallClock
from domain.acting import Acting
from domain.agenda_words import AgendaState, state_words
from domain.lamp_borders import SOON_DAYS, SOON_SHARE, soon_from
from domain.permissions import TABLE, Action
from domain.refusal import Refused
from domain.supervising.words import MATTER_WORKS
from domain.work_kinds import ANY_POSITION, WORK_TITLES, WorkKind, one_person
from domain.workdays import DayKind, DayOverride, WorkCalendar, work_calendar
from models.bare import Reader, Row, reading

_PLACES: Final = (
    "SELECT h.body, h.position FROM holding h JOIN body b ON b.code = h.body "
    "WHERE h.person = ? AND h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to >= ?) "
    "AND (b.valid_from IS NULL OR b.valid_from <= ?) AND (b.valid_to IS NULL OR b.valid_to >= ?) "
    "AND NOT EXISTS (SELECT 1 FROM administrator a WHERE a.person = h.person)"
)
_WORK: Final = (
    "SELECT w.case_id, w.key, w.kind, w.step, w.round, w.node, w.seat, w.role, w.body, w.position, "
    "w.opened_on, w.due_on, w.sort_on, c.unit_id, c.unit_name, c.programme, c.version "
    "FROM work_item w JOIN reform_case c ON c.id = w.case_id "
    "WHERE w.body = ? AND w.position = ? "
    "AND replace(' ' || w.not_person || ' ', ' ' || ? || ' ', '') = ' ' || w.not_person || ' ' "
    "ORDER BY w.sort_on, w.case_id, w.key LIMIT ?"
)
_MATTERS: Final = (
    "SELECT w.matter_id, w.key, w.kind, w.label, 1, '', '', '', w.body, w.position, "
    "w.opened_on, w.due_on, w.sort_on, w.unit_id, coalesce(u.name, ''), '', 0 "
    "FROM supervision_work w LEFT JOIN reform_unit u ON u.id = w.unit_id "
    "WHERE w.body = ? AND w.position = ? "
    "AND replace(' ' || w.not_person || ' ', ' ' || ? || ' ', '') = ' ' || w.not_person || ' ' "
    "AND replace(' ' || w.not_person || ' ', ' ' || ? || ' ', '') = ' ' || w.not_person || ' ' "
    "ORDER BY w.sort_on, w.matter_id, w.key LIMIT ?"
)
"""督办待办, shaped as the work of a case; it belongs to no programme."""
_COUNT: Final = (
    "SELECT COUNT(*), SUM(CASE WHEN due_on < ? THEN 1 ELSE 0 END) FROM work_item "
    "WHERE body = ? AND position = ? "
    "AND replace(' ' || not_person || ' ', ' ' || ? || ' ', '') = ' ' || not_person || ' '"
)
_PROXIES: Final = (
    "SELECT DISTINCT x.person, x.body, x.position, x.programmes, x.works FROM proxy x "
    "JOIN holding h ON h.person = x.person AND h.body = x.body AND h.position = x.position "
    "JOIN body b ON b.code = x.body WHERE x.deputy = ? AND x.first <= ? AND x.last >= ? "
    "AND (x.ended_on IS NULL OR x.ended_on >= ?) "
    "AND h.valid_from <= ? AND (h.valid_to IS NULL OR h.valid_to >= ?) "
    "AND (b.valid_from IS NULL OR b.valid_from <= ?) AND (b.valid_to IS NULL OR b.valid_to >= ?)"
)
_PROXY_WORK: Final = _WORK.replace(
    "ORDER BY",
    "AND replace(' ' || w.not_person || ' ', ' ' || ? || ' ', '') = ' ' || w.not_person || ' ' "
    "AND replace(?, ' ' || w.kind || ' ', '') <> ? "
    "AND (? = ' * ' OR replace(?, ' ' || c.programme || ' ', '') <> ?) ORDER BY",
)
_MEETING: Final = "meeting"
_AGENDA: Final = "SELECT state, planned_on FROM agenda_item WHERE case_id = ? AND key = ?"
_NAME: Final = "SELECT p.id, t.text FROM person p LEFT JOIN private_text t ON t.id = p.name_id WHERE p.id = ?"
_MENDS: Final = "SELECT role FROM administrator WHERE person = ?"
_ALL: Final = 1_000_000
_SORT, _CASE, _KEY, _DUE = 12, 0, 1, 11


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """待办行."""

    case: str
    unit: str
    unit_name: str
    programme: str
    programme_title: str
    step: str
    step_title: str
    round: int
    kind: str
    act: str
    """What is to be done, in a word."""
    node: str
    node_title: str
    seat: str
    body: str
    body_name: str
    position: str
    role: str
    role_title: str
    opened_on: date
    due_on: date | None
    remaining: int | None
    """Working days left, today not counted; negative where overdue."""
    soon: int | None
    """临期: from so many working days left on it is yellow, by the programme's own lamp policy."""
    acting_for: str
    """代理: whose work it is, where it reaches the person only as a proxy."""
    acting_for_name: str
    provisional: bool
    """暂定: the date lies beyond the last holiday notice that is loaded."""
    phase: str
    """议题进展, where what a meeting decides waits to be recorded."""
    key: str


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """待办箱."""

    person: str
    name: str
    today: date
    rehearsal: bool
    positions: int
    total: int
    overdue: int
    rows: tuple[InboxRow, ...]
    appoints: bool = False
    """Whether the person is an administrator who may appoint: empty places (无人承办) are their work."""


class _Named(msgspec.Struct):
    id: str
    title: str = ""


class _Node(_Named):
    kind: str = ""


class _Step(msgspec.Struct):
    id: str
    title: str
    nodes: list[_Node] = []


class _Stage(msgspec.Struct):
    steps: list[_Step]


class _Lamps(msgspec.Struct):
    soon_days: int = SOON_DAYS
    soon_share: int = SOON_SHARE


class _Titles(msgspec.Struct):
    title: str
    roles: list[_Named]
    stages: list[_Stage]
    lamps: _Lamps = msgspec.field(default_factory=_Lamps)


_NO_PROGRAMME: Final = _Titles("督查督办", [], [])


def quick_inbox(url: str, person: str, *, wall: WallClock, limit: int) -> Inbox | Refused:
    """待办箱 of ``person`` over all positions held today, the most urgent first.

    Raises:
        DatabaseFault: the database cannot be read.
    """
    with reading(url) as reader:
        named = reader.all(_NAME, (person,))
        if not named:
            return Refused(
                code="actor.unknown",
                message=f"人员名册中没有“{person}”",
                remedy="请核对人员编号,或由管理员登记",
                facts={"person": person},
            )
        today, rehearsal = _today(reader, wall)
        held = {tuple(row) for row in reader.all(_PLACES, (person, *[today.isoformat()] * 4))}
        everywhere = {(body, place) for body, _ in held for place in (ANY_POSITION, one_person(person))}
        places = sorted(held | everywhere)
        found = [
            row for body, position in places for row in reader.all(_WORK, (body, position, person, limit))
        ]
        matters = [row for place in places for row in reader.all(_MATTERS, (*place, person, person, _ALL))]
        lent = _lent(reader, person, today, places, {(row[_CASE], row[_KEY]) for row in matters})
        found = [(*row, "") for row in (*found, *matters)] + lent
        found.sort(key=lambda row: (row[_SORT], row[_CASE], row[_KEY]))
        total, overdue = _counts(reader, places, person, today)
        beside = [*lent, *matters]
        late = sum(row[_DUE] is not None and row[_DUE] < today.isoformat() for row in beside)
        return Inbox(
            person=person,
            name=str(named[0][1] or person),
            today=today,
            rehearsal=rehearsal,
            positions=len(held),
            total=total + len(beside),
            overdue=overdue + late,
            rows=_rows(reader, found[:limit], today),
            appoints=any(row[0] in TABLE[Action.HOLDING_CHANGE] for row in reader.all(_MENDS, (person,))),
        )


def _today(reader: Reader, wall: WallClock) -> tuple[date, bool]:
    rows = reader.all("SELECT key, value FROM setting WHERE key IN ('rehearsal', 'business_date')")
    settings: dict[str, str] = {row[0]: row[1] for row in rows}
    if settings.get("rehearsal") == "1":
        return date.fromisoformat(settings["business_date"]), True
    return wall.now().astimezone(BUSINESS_TIMEZONE).date(), False


def _counts(reader: Reader, places: list[tuple[str, str]], person: str, today: date) -> tuple[int, int]:
    found = [reader.all(_COUNT, (today.isoformat(), *place, person))[0] for place in places]
    return sum(row[0] for row in found), sum(row[1] or 0 for row in found)


def _lent(
    reader: Reader, person: str, today: date, own: list[tuple[str, str]], seen: set[tuple[str, str]]
) -> list[Row]:
    """代理: all that reaches the person only for somebody on leave, each once, with whose it is."""
    found: dict[tuple[str, str], Row] = {}
    for row in reader.all(_PROXIES, (person, *[today.isoformat()] * 7)):
        acting = Acting(
            person=row[0],
            body=row[1],
            position=row[2],
            programmes=frozenset(msgspec.json.decode(row[3], type=list[str])),
            works=frozenset(msgspec.json.decode(row[4], type=list[str])),
        )
        kinds, programmes = acting.words
        for place in acting.reached(own):
            asked = (*place, person, row[0], kinds, kinds, programmes, programmes, programmes, _ALL)
            for work in reader.all(_PROXY_WORK, asked):
                found.setdefault((work[_CASE], work[_KEY]), (*work, row[0]))
            if acting.programmes or acting.works:
                continue
            for work in reader.all(_MATTERS, (*place, person, row[0], _ALL)):
                found.setdefault((work[_CASE], work[_KEY]), (*work, row[0]))
    return [row for key, row in found.items() if key not in seen]


def _rows(reader: Reader, found: list[Row], today: date) -> tuple[InboxRow, ...]:
    programmes = {
        (row[15], row[16]): _titles(reader, row[15], row[16]) if row[15] else _NO_PROGRAMME for row in found
    }
    named = {code for row in found for code in (row[8], row[3].partition("#")[2]) if code}
    bodies = {code: _body_name(reader, code) for code in named}
    calendar = _calendar(reader) if any(row[_DUE] for row in found) else None
    lenders = {row[17] for row in found if row[17]}
    names = {who: str(reader.all(_NAME, (who,))[0][1] or who) for who in lenders}
    rows = (_row(row, programmes[row[15], row[16]], bodies, names, calendar, today) for row in found)
    return tuple(
        msgspec.structs.replace(each, phase=_phase(reader, each, today)) if each.phase else each
        for each in rows
    )


def _phase(reader: Reader, row: InboxRow, today: date) -> str:
    """议题进展 of a meeting's matter: 待申报, 待列入, 待上会, 待录结果."""
    found = reader.all(_AGENDA, (row.case, f"{row.step}|{row.node}|{row.seat}"))
    state, planned_on = found[0] if found else (AgendaState.UNDECLARED, None)
    return state_words(AgendaState(state), date.fromisoformat(planned_on) if planned_on else None, today)


def _row(
    row: Row,
    titles: _Titles,
    bodies: Mapping[str, str],
    names: Mapping[str, str],
    calendar: WorkCalendar | None,
    today: date,
) -> InboxRow:
    step_id, _, item = row[3].partition("#")
    step = next((s for stage in titles.stages for s in stage.steps if s.id == step_id), None)
    node = next((n for n in step.nodes if n.id == row[5]), None) if step else None
    role = next((r for r in titles.roles if r.id == row[7]), None)
    due = date.fromisoformat(row[_DUE]) if row[_DUE] else None
    opened_on = date.fromisoformat(row[10])
    counted = calendar is not None and due is not None
    return InboxRow(
        case=row[0],
        key=row[1],
        kind=row[2],
        act=WORK_TITLES[WorkKind(row[2])] if row[15] else MATTER_WORKS[row[2]],
        step=row[3],
        step_title=(step.title if step else "") + (f"({bodies[item]})" if item else ""),
        round=row[4],
        node=row[5],
        node_title=node.title if node else "",
        seat=row[6],
        role=row[7],
        role_title=role.title if role else row[7],
        body=row[8],
        body_name=bodies[row[8]],
        position=row[9],
        opened_on=opened_on,
        due_on=due,
        remaining=calendar.remaining_workdays(today, due) if counted and calendar and due else None,
        soon=_soon(titles.lamps, calendar, opened_on, due),
        provisional=bool(counted and calendar and due and calendar.is_provisional(due.year)),
        unit=row[13],
        unit_name=row[14],
        programme=row[15],
        programme_title=titles.title,
        acting_for=row[17],
        acting_for_name=names.get(row[17], row[17]),
        phase=str(node.kind) if node is not None and _records_meeting(row, node) else "",
    )


def _records_meeting(row: Row, node: _Node) -> bool:
    return row[2] == WorkKind.RECORD and node.kind == _MEETING


def _soon(lamps: _Lamps, calendar: WorkCalendar | None, opened_on: date, due: date | None) -> int | None:
    """The border that reminders of the same work keep too (`domain.notices.occasions`)."""
    if calendar is None or due is None:
        return None
    return soon_from(lamps.soon_days, lamps.soon_share, calendar.workdays_between(opened_on, due))


def _titles(reader: Reader, code: str, version: int) -> _Titles:
    found = reader.all("SELECT parsed FROM programme WHERE code = ? AND version = ?", (code, version))
    if not found:
        raise LookupError(f"{code}/{version} 没有发布")
    return msgspec.json.decode(found[0][0], type=_Titles)


def _body_name(reader: Reader, code: str) -> str:
    found = reader.all("SELECT name FROM body WHERE code = ?", (code,))
    return str(found[0][0]) if found else code


def _calendar(reader: Reader) -> WorkCalendar:
    rows = reader.all("SELECT day, kind, source, name, notice_year FROM calendar_override ORDER BY day")
    base = work_calendar()
    if not rows:
        return base
    notices = {notice.year: notice.source for notice in base.notices}
    notices.update({row[4]: row[2] for row in rows if row[4] is not None})
    return work_calendar(
        "CN+quick",
        notices=notices,
        overrides=[DayOverride(date.fromisoformat(row[0]), DayKind(row[1]), row[2], row[3]) for row in rows],
        loaded={row[4] for row in rows if row[4] is not None},
    )
