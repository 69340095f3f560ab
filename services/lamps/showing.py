"""亮灯的展示: the lamps of a case with their reasons and their red past, and the red ones of many cases.

A lamp is worked out when it is shown, from the case as it stands. What it was before comes from the history
of red lamps: for one case off the ledger itself, for many from the table that the daily run keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection, select

from domain.case import Case, split_key
from domain.lamp_history import Reached, Record, Spell, record, rungs
from domain.lamp_policy import DRAFT_TITLES, DRAFTER_TITLES, LampPolicy
from domain.lamps import RULE_TITLES, WORDS, WORST, Colour, Lamp, LampRule, red_from, step_lamp
from domain.open_work import WORK_TITLES, open_work
from domain.plan import Plan
from domain.states import CaseStatus
from domain.workdays import WorkCalendar
from models.database import Database
from models.statements import CASE, LAMP_COUNT, RED_LAMP
from services.act_loading import decode_case
from services.lamps.counting import history_of
from services.mirroring import body_names
from services.reading import keys_of, plan_of
from services.world import world_of

CHUNK: Final = 100
Names = dict[str, str]


class RungLine(msgspec.Struct, frozen=True, kw_only=True):
    """到级: what is drafted since a day, and who decides whether it is sent."""

    on: date
    draft: str
    draft_title: str
    by: str
    by_title: str


class SpellLine(msgspec.Struct, frozen=True, kw_only=True):
    """一段红灯, as it is shown."""

    step: str
    title: str
    rule: str
    rule_title: str
    began_on: date
    due_on: date | None
    ended_on: date | None
    ended_by: str
    workdays: int
    mistaken: bool
    """误亮: done in time and recorded afterwards; counts in no figure."""
    reached: tuple[RungLine, ...] = ()


class LampLine(msgspec.Struct, frozen=True, kw_only=True):
    """一盏灯, as it is shown: colour, word, shape, and why: rule, numbers, date."""

    step: str
    title: str
    colour: Colour
    word: str
    shape: str
    rule: LampRule
    rule_title: str
    line: str
    due_on: date | None
    left: int | None
    soon: int | None
    since: date | None
    checks: tuple[str, ...]
    planned_on: date | None
    lag: int | None
    """滞后: the planned date, and working days since then; None where it does not lag."""
    waits: tuple[str, ...]
    """What is to be done and by which position: whom the lamp is about; never a person."""
    record: Record
    """The red past of the step."""


class CaseLamps(msgspec.Struct, frozen=True, kw_only=True):
    """一个改革任务的灯."""

    case: str
    unit: str
    unit_name: str
    programme: str
    on: date
    colour: Colour
    word: str
    shape: str
    counts: dict[str, int]
    """Colour → how many steps."""
    lamps: tuple[LampLine, ...]
    history: tuple[SpellLine, ...]
    record: Record


class CaseLampLine(msgspec.Struct, frozen=True, kw_only=True):
    """一个改革任务在名单里的灯: the worst of its lamps, and its red past."""

    case: str
    unit: str
    unit_name: str
    colour: Colour
    word: str
    shape: str
    counts: dict[str, int]
    step: str
    title: str
    line: str
    record: Record


class RedLamp(msgspec.Struct, frozen=True, kw_only=True):
    """一盏红灯: what supervision begins with. ``reached`` says what is drafted for whom, and since when."""

    case: str
    unit: str
    unit_name: str
    step: str
    title: str
    body: str
    """The body that has the step to do; empty where nobody has."""
    waits: tuple[str, ...]
    rule: LampRule
    line: str
    began_on: date
    due_on: date | None
    reached: tuple[RungLine, ...]


def case_lamps(db: Database, case: Case, on: date) -> CaseLamps:
    """一个改革任务的灯 on a day, in the programme's order, with the whole red past off the ledger."""
    world = world_of(db)
    plan, calendar = plan_of(db, case), world.calendar(world.heads())
    with db.read() as session:
        history, _ = history_of(world, session.connection(), case.id)
    found = history.spells(on)
    lines = tuple(_lines(plan, case, on, calendar, body_names(db), found))
    shown = list(_shown(plan, case, on, calendar))
    worst = _worst(shown)[1] if shown else None
    return CaseLamps(
        case=case.id,
        unit=case.unit,
        unit_name=case.unit_name,
        programme=case.programme,
        on=on,
        colour=worst.colour if worst else Colour.NONE,
        word=worst.word if worst else WORDS[Colour.NONE][0],
        shape=worst.shape if worst else WORDS[Colour.NONE][1],
        counts=_counts(each for _, each in shown),
        lamps=lines,
        history=tuple(_spell_line(plan, each, on, calendar) for each in found),
        record=record(found, on, calendar),
    )


def lamp_lines(db: Database, cases: Sequence[str], on: date) -> Iterator[CaseLampLine]:
    """名单: one line a case, those that are ended left out."""
    calendar = _calendar(db)
    for case, plan, past in _read(db, cases, on):
        shown = [] if case.status is CaseStatus.TERMINATED else list(_shown(plan, case, on, calendar))
        if not shown:
            continue
        step, worst = _worst(shown)
        yield CaseLampLine(
            case=case.id,
            unit=case.unit,
            unit_name=case.unit_name,
            colour=worst.colour,
            word=worst.word,
            shape=worst.shape,
            counts=_counts(each for _, each in shown),
            step=step,
            title=_title(plan, step),
            line=worst.line,
            record=record(past, on, calendar),
        )


def red_lamps(db: Database, on: date, *, cases: Sequence[str] | None = None) -> Iterator[RedLamp]:
    """现有红灯 of these cases or of all that are open, by case and step."""
    names, calendar = body_names(db), _calendar(db)
    for case, plan, past in _read(db, _open_cases(db) if cases is None else cases, on):
        if not any(red.on <= on for key in case.steps if (red := red_from(plan, case, key)) is not None):
            continue
        standing = {each.step: each for each in past if each.ended_on is None}
        for line in _lines(plan, case, on, calendar, names, past):
            if line.colour is Colour.RED:
                doer = case.steps[line.step].doer
                spell = standing[line.step]
                yield RedLamp(
                    case=case.id,
                    unit=case.unit,
                    unit_name=case.unit_name,
                    step=line.step,
                    title=line.title,
                    body=doer.body if doer else "",
                    waits=line.waits,
                    rule=line.rule,
                    line=line.line,
                    began_on=spell.began_on,
                    due_on=line.due_on,
                    reached=_reached(plan.programme.lamps, spell, on, calendar),
                )


def _open_cases(db: Database) -> list[str]:
    wanted = select(CASE.c.id).where(CASE.c.state == str(CaseStatus.OPEN)).order_by(CASE.c.id)
    with db.read() as session:
        return list(session.connection().execute(wanted).scalars())


def _read(db: Database, ids: Sequence[str], on: date) -> Iterator[tuple[Case, Plan, tuple[Spell, ...]]]:
    """Cases with their plans and their red past up to ``on``, in the order of ``ids``.

    The past is read as it is written; of a case that has moved on since, or whose day has come, it is worked
    out here, so that nobody has to wait for the daily run.
    """
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        with db.read() as session:
            connection = session.connection()
            rows = connection.execute(
                select(CASE.c.id, CASE.c.snapshot, CASE.c.seq, LAMP_COUNT.c.seq, LAMP_COUNT.c.next_on)
                .select_from(CASE.outerjoin(LAMP_COUNT, LAMP_COUNT.c.case_id == CASE.c.id))
                .where(CASE.c.id.in_(part))
            ).all()
            cases = {id_: decode_case(snapshot) for id_, snapshot, *_ in rows}
            past = _written(connection, part)
            for id_, _, seq, counted, next_on in rows:
                if counted != seq or (next_on is not None and next_on <= on):
                    history, _ = history_of(world_of(db), connection, id_)
                    past[id_] = list(history.spells(on))
        for id_ in part:
            if id_ in cases:
                yield cases[id_], plan_of(db, cases[id_]), tuple(past.get(id_, ()))


def _written(connection: Connection, cases: Sequence[str]) -> dict[str, list[Spell]]:
    past: dict[str, list[Spell]] = {}
    wanted = select(RED_LAMP).where(RED_LAMP.c.case_id.in_(cases))
    for row in connection.execute(wanted.order_by(RED_LAMP.c.began_on, RED_LAMP.c.step)):
        past.setdefault(row.case_id, []).append(
            Spell(
                step=row.step,
                began_on=row.began_on,
                rule=LampRule(row.rule),
                due_on=row.due_on,
                checks=tuple(row.checks.split()),
                ended_on=row.ended_on,
                ended_by=row.ended_by,
                mistaken=row.mistaken,
            )
        )
    return past


def _calendar(db: Database) -> WorkCalendar:
    world = world_of(db)
    return world.calendar(world.heads())


def _lines(
    plan: Plan, case: Case, on: date, calendar: WorkCalendar, names: Names, past: Sequence[Spell]
) -> Iterator[LampLine]:
    waits: dict[str, list[str]] = {}
    for item in open_work(plan, case).values():
        role = plan.roles.get(item.role)
        who = "·".join(part for part in (names.get(item.body, item.body), role.title if role else "") if part)
        waits.setdefault(item.step, []).append(f"{WORK_TITLES[item.kind]}:{who or '无人承办'}")
    for key, shown in _shown(plan, case, on, calendar):
        mine = record((each for each in past if each.step == key), on, calendar)
        yield _line(plan, key, shown, tuple(dict.fromkeys(waits.get(key, ()))), mine)


def _shown(plan: Plan, case: Case, on: date, calendar: WorkCalendar) -> Iterator[tuple[str, Lamp]]:
    """The steps that have a lamp, with it, in the programme's order."""
    for _, key in keys_of(plan, case):
        shown = step_lamp(plan, case, key, on, calendar)
        if shown is not None:
            yield key, shown


def _line(plan: Plan, key: str, shown: Lamp, waits: tuple[str, ...], mine: Record) -> LampLine:
    return LampLine(
        step=key,
        title=_title(plan, key),
        colour=shown.colour,
        word=shown.word,
        shape=shown.shape,
        rule=shown.rule,
        rule_title=RULE_TITLES[shown.rule],
        line=shown.line,
        due_on=shown.due_on,
        left=shown.left,
        soon=shown.soon,
        since=shown.since,
        checks=shown.checks,
        planned_on=shown.planned_on,
        lag=shown.lag,
        waits=waits,
        record=mine,
    )


def _title(plan: Plan, key: str) -> str:
    step = plan.step(split_key(key)[0])
    return step.title if step else key


def _worst(shown: Sequence[tuple[str, Lamp]]) -> tuple[str, Lamp]:
    """The worst lamp; of equals the one that has been so for longest, then the next to be due."""
    return min(
        shown,
        key=lambda each: (
            WORST.index(each[1].colour),
            each[1].since or each[1].due_on or date.max,
            each[0],
        ),
    )


def _counts(shown: Iterable[Lamp]) -> dict[str, int]:
    counted = Counter(each.colour for each in shown)
    return {str(colour): counted[colour] for colour in WORST if counted[colour]}


def _spell_line(plan: Plan, spell: Spell, on: date, calendar: WorkCalendar) -> SpellLine:
    return SpellLine(
        step=spell.step,
        title=_title(plan, spell.step),
        rule=str(spell.rule),
        rule_title=RULE_TITLES[spell.rule],
        began_on=spell.began_on,
        due_on=spell.due_on,
        ended_on=spell.ended_on,
        ended_by=spell.ended_by,
        workdays=spell.workdays(on, calendar),
        mistaken=spell.mistaken,
        reached=_reached(plan.programme.lamps, spell, on, calendar),
    )


def _reached(policy: LampPolicy, spell: Spell, on: date, calendar: WorkCalendar) -> tuple[RungLine, ...]:
    return tuple(_rung(each) for each in rungs(policy, spell, on, calendar))


def _rung(reached: Reached) -> RungLine:
    return RungLine(
        on=reached.on,
        draft=str(reached.rung.draft),
        draft_title=DRAFT_TITLES[reached.rung.draft],
        by=str(reached.rung.by),
        by_title=DRAFTER_TITLES[reached.rung.by],
    )
