"""拟办建议: what the system would draft an order about today, with the facts; nothing is sent by itself.

Computed when it is asked for: from red lamps that have come to the rung 督办单 of their programme's policy,
from findings past their date, and from orders that nobody signed for or answered in time, which take the
next colour. What an order was drafted from already, or was decided not to be sent about, comes no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, partial

import msgspec
from sqlalchemy import select

from domain.lamp_policy import Draft
from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.finding_table import FINDING_STATES, FindingState
from domain.supervising.matters import Finding, Order
from domain.supervising.order_table import FIRST_COLOUR, NEXT_COLOUR, ORDER_STATES, OrderColour, Trigger
from domain.supervising.values import Hand
from domain.workdays import WorkCalendar
from models.database import Database
from models.statements import MATTER
from models.tables import ReformUnitRow
from services.lamps.showing import RedLamp, red_lamps
from services.supervising.addressees import addressee_refused
from services.supervising.desk import Right, SupervisionDesk
from services.supervising.places import matter_target
from services.supervising.rows import decode_matter
from services.world import world_of


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """一条拟办建议; ``key`` names it when the order is drafted."""

    key: str
    trigger: Trigger
    colour: OrderColour
    unit: str
    unit_name: str
    case: str
    step: str
    addressee: str
    """Empty where the office may not write to the responsible body, as to a committee: one is named then."""
    facts: str
    since: date
    red: int
    """How many red lamps the unit has: the reddest come first."""


def suggestions(desk: SupervisionDesk) -> tuple[Suggestion, ...]:
    """拟办建议 within the person's area, the reddest unit first."""
    db, on = desk.runtime.db, desk.today
    world = world_of(db)
    calendar = world.calendar(world.heads())
    found = [*((each, "") for each in _from_lamps(db, on)), *_from_matters(db, on, calendar)]
    drafted = _drafted(db)
    reds = Counter(each.unit for each, _ in found if each.trigger is Trigger.LAMP)
    places = {(each.unit, division) for each, division in found}
    hands = {place: _hand(desk, *place) for place in places}
    writable = cache(partial(_addressee, desk))
    kept = (
        msgspec.structs.replace(each, red=reds[each.unit], addressee=writable(hand, each.addressee))
        for each, division in found
        if each.key not in drafted and isinstance(hand := hands[each.unit, division], Hand)
    )
    return tuple(sorted(kept, key=lambda each: (-each.red, each.since, each.key)))


def _hand(desk: SupervisionDesk, unit: str, division: str) -> Hand | Refused:
    """By what right the person drafts about it: about the unit, or about a matter that is about none."""
    return desk.may([Right(Action.ORDER_HANDLE, matter_target(desk, "", division, unit))])


def _addressee(desk: SupervisionDesk, hand: Hand, body: str) -> str:
    """The addressee, where the office may write to it as it stands; else the drafter names one."""
    return "" if addressee_refused(desk, hand, body, "") else body


def _drafted(db: Database) -> frozenset[str]:
    wanted = select(MATTER.c.subject).where(MATTER.c.kind == "order", MATTER.c.subject != "")
    with db.read() as session:
        return frozenset(session.connection().execute(wanted).scalars())


def lamp_key(lamp: RedLamp) -> str:
    """What names a red lamp: one that goes out and comes again is another one."""
    return f"lamp:{lamp.case}:{lamp.step}:{lamp.began_on}"


def lamp_facts(lamp: RedLamp) -> str:
    """The fact of a red lamp, as a sentence."""
    return f"{lamp.unit_name}任务“{lamp.title}”自 {lamp.began_on} 起亮红灯:{lamp.line}"


def _from_lamps(db: Database, on: date) -> Iterator[Suggestion]:
    for lamp in red_lamps(db, on):
        rungs = [rung for rung in lamp.reached if rung.draft == Draft.ORDER]
        if not rungs:
            continue
        yield Suggestion(
            key=lamp_key(lamp),
            trigger=Trigger.LAMP,
            colour=FIRST_COLOUR[Trigger.LAMP],
            unit=lamp.unit,
            unit_name=lamp.unit_name,
            case=lamp.case,
            step=lamp.step,
            addressee=lamp.body,
            facts=lamp_facts(lamp),
            since=rungs[-1].on,
            red=0,
        )


def _from_matters(db: Database, on: date, calendar: WorkCalendar) -> Iterator[tuple[Suggestion, str]]:
    """Each with the division of the office whose matter it is."""
    wanted = (
        select(MATTER.c.snapshot)
        .where(MATTER.c.kind.in_(["finding", "order"]), MATTER.c.due_on < on)
        .order_by(MATTER.c.id)
    )
    with db.read() as session:
        matters = [decode_matter(row) for row in session.connection().execute(wanted).scalars()]
    names = _unit_names(db, {getattr(each, "unit", "") for each in matters})
    for matter in matters:
        if isinstance(matter, Finding):
            yield from ((each, matter.division) for each in _from_finding(matter, names, on, calendar))
        elif isinstance(matter, Order):
            yield from ((each, matter.division) for each in _from_order(matter, names, on, calendar))


def _from_finding(
    matter: Finding, names: Mapping[str, str], on: date, calendar: WorkCalendar
) -> Iterator[Suggestion]:
    lead = matter.lead
    if lead is None or matter.state not in (FindingState.ASSIGNED, FindingState.RECTIFYING):
        return
    days = calendar.workdays_between(lead.due.on, on) - 1
    yield Suggestion(
        key=f"finding:{matter.id}:{lead.due.on}",
        trigger=Trigger.FINDING,
        colour=FIRST_COLOUR[Trigger.FINDING],
        unit=matter.unit,
        unit_name=names.get(matter.unit, ""),
        case=matter.case,
        step="",
        addressee=lead.body,
        facts=f"问题 {matter.id}({FINDING_STATES[matter.state]})应于 {lead.due.on} 前办结,"
        f"已逾期 {max(days, 0)} 个工作日",
        since=lead.due.on,
        red=0,
    )


def _from_order(
    matter: Order, names: Mapping[str, str], on: date, calendar: WorkCalendar
) -> Iterator[Suggestion]:
    due = matter.sign_by if matter.issued_on and matter.state == "issued" else matter.answer_by
    if due is None or due.on >= on:
        return
    days = calendar.workdays_between(due.on, on) - 1
    yield Suggestion(
        key=f"order:{matter.id}:{due.on}",
        trigger=Trigger.ORDER,
        colour=NEXT_COLOUR[matter.colour],
        unit=matter.unit,
        unit_name=names.get(matter.unit, ""),
        case=matter.case,
        step=matter.step,
        addressee=matter.addressee,
        facts=f"督办单 {matter.number}({ORDER_STATES[matter.state]})应于 {due.on} 前办理,"
        f"已逾期 {max(days, 0)} 个工作日",
        since=due.on,
        red=0,
    )


def _unit_names(db: Database, units: set[str]) -> dict[str, str]:
    wanted = select(ReformUnitRow.id, ReformUnitRow.name).where(ReformUnitRow.id.in_(units))  # type: ignore[call-overload,attr-defined]
    with db.read() as session:
        return {id_: name for id_, name in session.connection().execute(wanted)}
