"""留痕核验: what is searched for in an officer's words, and a case's two readings of one day side by side."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import or_, select

from domain.permissions import SYSTEM, Action, granted
from domain.refusal import Refused
from models.tables import PersonRow, PrivateTextRow
from services.evidence.files import out_of_sight
from services.office.counter import Counter
from services.seals import last_seal
from services.views.asking import Reading
from services.views.board import board_of
from services.views.search import FoundPage, SearchFilter, search_ledger
from services.views.zone import ZonePage, ZoneTask, show_zone

MOST_OFFERED: Final = 20
NOBODY_SUCH: Final = "?"
"""No person has this id: who names nobody finds nothing."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """查询条件 as typed."""

    zone: str = ""
    """Words of a zone's name."""
    case: str = ""
    person: str = ""
    event: str = ""
    number: str = ""
    channel: str = ""
    days: str = "recorded"
    """Of which dates ``since`` and ``until`` speak: recorded, occurred."""
    since: date | None = None
    until: date | None = None
    late: bool = False

    @property
    def any(self) -> bool:
        """Whether anything was asked for."""
        return bool(
            self.zone or self.case or self.person or self.event or self.number or self.channel
            or self.since or self.until or self.late
        )  # fmt: skip


class CaseNamed(msgspec.Struct, frozen=True):
    """一个改革任务, to be chosen."""

    case: str
    unit_name: str
    programme_title: str


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """留痕查询."""

    asked: Asked
    found: FoundPage
    case: CaseNamed | None
    """The one case that was asked for."""
    offered: tuple[CaseNamed, ...]
    """Cases that the words fit, where they fit several."""
    many: int
    unknown_zone: bool
    unknown_person: bool
    seal: tuple[int, object] | None
    may_verify: bool
    audits: bool
    """Whether streams of the system itself are in sight."""


def search(counter: Counter, asked: Asked, *, after: str = "", limit: int = 50) -> LedgerPage | Refused:
    """留痕查询 in the words that were typed."""
    offered = named_cases(counter, asked.case or asked.zone) if asked.case or asked.zone else ()
    people = _people(counter, asked.person) if asked.person else ()
    one = offered[0] if len(offered) == 1 else None
    wanted = _filter(asked, one.case if one else "", people)
    nothing = (bool(asked.case or asked.zone) and one is None) or (bool(asked.person) and not people)
    found = search_ledger(counter, SearchFilter(case="?") if nothing else wanted, after=after, limit=limit)
    if isinstance(found, Refused):
        return found
    standing = counter.standing()
    return LedgerPage(
        asked=asked,
        found=found,
        case=one,
        offered=offered[:MOST_OFFERED] if one is None else (),
        many=len(offered),
        unknown_zone=bool(asked.case or asked.zone) and not offered,
        unknown_person=bool(asked.person) and not people,
        seal=last_seal(counter.db),
        may_verify=granted(standing, Action.LEDGER_VERIFY, SYSTEM) is not None,
        audits=granted(standing, Action.SECURITY_READ, SYSTEM) is not None,
    )


def _filter(asked: Asked, case: str, people: tuple[str, ...]) -> SearchFilter:
    occurred = asked.days == "occurred"
    return SearchFilter(
        people=people,
        case=case,
        event=asked.event,
        number=asked.number,
        channel=asked.channel,
        late=asked.late,
        occurred_from=asked.since if occurred else None,
        occurred_to=asked.until if occurred else None,
        recorded_from=None if occurred else asked.since,
        recorded_to=None if occurred else asked.until,
    )


def named_cases(counter: Counter, words: str) -> tuple[CaseNamed, ...]:
    """Cases whose history is in sight, by id or by words of the zone's name; a whole name before a part."""
    board = board_of(counter.db)
    seen = board.seen(counter.standing(), Action.HISTORY_READ)
    whole = [each for each in seen if words in (each.id, each.unit, each.unit_name)]
    fits = whole or [each for each in seen if words in each.unit_name]
    titles = {
        (each.programme, each.version): loaded.plan.programme.title
        for each in fits
        if (loaded := board.world.plan(each.programme, each.version)) is not None
    }
    return tuple(
        CaseNamed(each.id, each.unit_name, titles.get((each.programme, each.version), each.programme))
        for each in fits
    )


def _people(counter: Counter, words: str) -> tuple[str, ...]:
    named = (
        select(PersonRow.id)  # type: ignore[call-overload]
        .join(PrivateTextRow, PrivateTextRow.id == PersonRow.name_id, isouter=True)
        .where(or_(PersonRow.id == words, PrivateTextRow.text == words))  # type: ignore[arg-type]
    )
    with counter.db.read() as session:
        return tuple(sorted(set(session.execute(named).scalars())))


class TwoSides(msgspec.Struct, frozen=True, kw_only=True):
    """一项任务的两种读法; one is missing where that reading had no such task."""

    key: str
    title: str
    item: str
    situation: ZoneTask | None
    known: ZoneTask | None

    @property
    def differs(self) -> bool:
        """Whether the two say different things of it."""
        a, b = self.situation, self.known
        if a is None or b is None:
            return a is not b
        return _said(a) != _said(b)


class BothPast(msgspec.Struct, frozen=True, kw_only=True):
    """某一天的两种读法."""

    case: str
    unit_name: str
    programme_title: str
    on: date
    today: date
    situation: ZonePage | None
    known: ZonePage | None
    tasks: tuple[TwoSides, ...]
    differ: int
    refused: Refused | None
    """Why one of the readings has nothing: the case was not opened yet, or not known yet."""


def both_readings(counter: Counter, case_id: str, on: date) -> BothPast | Refused:
    """看某一天: 当时情况 beside 当时系统所知, task by task."""
    now = counter.case(case_id, Action.HISTORY_READ)
    if isinstance(now, Refused):
        return now
    situation = show_zone(counter, case_id, on=on, reading=Reading.SITUATION)
    known = show_zone(counter, case_id, on=on, reading=Reading.KNOWN)
    a = None if isinstance(situation, Refused) else situation
    b = None if isinstance(known, Refused) else known
    refused = next((each for each in (situation, known) if isinstance(each, Refused)), None)
    page = a or b
    if page is None:
        return refused or out_of_sight()
    tasks = tuple(_sides(a, b))
    return BothPast(
        case=case_id,
        unit_name=page.unit.name,
        programme_title=page.programme_title,
        on=on,
        today=counter.today(),
        situation=a,
        known=b,
        tasks=tasks,
        differ=sum(each.differs for each in tasks),
        refused=refused,
    )


def _sides(a: ZonePage | None, b: ZonePage | None) -> list[TwoSides]:
    left = {each.row.step: each for each in a.tasks} if a else {}
    right = {each.row.step: each for each in b.tasks} if b else {}
    rows = []
    for key in dict.fromkeys((*left, *right)):
        one = left.get(key) or right[key]
        rows.append(
            TwoSides(
                key=key,
                title=one.row.title,
                item=one.item,
                situation=left.get(key),
                known=right.get(key),
            )
        )
    return rows


def _said(task: ZoneTask) -> tuple[object, ...]:
    row = task.row
    return row.state, row.due_on, row.closed_on, row.round, task.papers
