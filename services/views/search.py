"""留痕查询: rows of the ledger in sight, the newest first, by person, case, kind of event, number or day.

What an index knows (person, case, days) is asked of it. What stands inside a row (kind of event, a document's
number) is looked for row by row, so many at a time; a page says how far it has come and goes on from there.
A number is first looked for in the cases as they stand, which says in a moment whose papers have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Select, and_, or_, select, tuple_

from config.clock import BUSINESS_TIMEZONE
from domain.permissions import SYSTEM, Action, granted
from domain.refusal import Refused
from models.base import instant, microseconds
from models.event_codec import decode_events
from models.ledger import case_stream
from models.statements import EVENT
from services.event_words import EventWords
from services.history import CHANNEL_TITLES
from services.mirroring import body_names
from services.office.counter import Counter
from services.views.board import Board, board_of
from services.views.chain import person_names_of

BUDGET: Final = 5_000
"""Rows looked through for one page."""
_BATCH: Final = 1000
_FEW: Final = 40
"""Cases whose streams are read as they are, instead of looking for theirs among all rows."""
_CASE: Final = "case:"
_LATE: Final = re.compile(r'"late_days":([1-9]\d*)')
"""补录, as the events of a row say it."""


class SearchFilter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """查询条件: all that is set must hold. Days are of the act (``occurred``) or of its recording."""

    people: tuple[str, ...] = ()
    """Whoever of these recorded it: persons of one name are one question."""
    case: str = ""
    stream: str = ""
    event: str = ""
    """Kind of event, as the ledger has it: ``decided``, ``step_closed`` …"""
    number: str = ""
    """发文字号 or a part of it."""
    channel: str = ""
    occurred_from: date | None = None
    occurred_to: date | None = None
    recorded_from: date | None = None
    recorded_to: date | None = None
    late: bool = False
    """补录 only: recorded on a later day than it happened."""

    @property
    def of_days_of_acts(self) -> bool:
        """Whether it asks for days on which something happened."""
        return self.occurred_from is not None or self.occurred_to is not None


class FoundRow(msgspec.Struct, frozen=True, kw_only=True):
    """一条留痕."""

    stream: str
    seq: int
    case: str
    unit_name: str
    occurred_on: date
    recorded_at: datetime
    """In Beijing time."""
    late_days: int
    actor: str
    actor_name: str
    position: str
    channel: str
    channel_title: str
    rehearsal: bool
    kinds: tuple[str, ...]
    lines: tuple[str, ...]
    """What happened, as lists of tasks say it; no person and no opinion."""
    hash: str


class FoundPage(msgspec.Struct, frozen=True, kw_only=True):
    """查询结果一页."""

    filter: SearchFilter
    rows: tuple[FoundRow, ...]
    after: str
    """Cursor of what follows; empty where everything was looked through."""
    looked_through: int
    unfinished: bool
    """Fewer rows than asked for, and more to look through."""
    back_to: date | None
    """How far back it has come, in days of recording."""


def search_ledger(
    counter: Counter, wanted: SearchFilter, *, after: str = "", limit: int = 50
) -> FoundPage | Refused:
    """留痕查询: cases whose history is in sight; what belongs to no case only where audits reach."""
    refused = counter.out_of_scope(str(Action.HISTORY_READ))
    if refused is not None:
        return refused
    start = _cursor(after)
    if isinstance(start, Refused):
        return start
    return _Search(counter, wanted).page(start, limit)


_Start = tuple[str, int, str, int]
"""Day of the act, instant of recording, stream, seq."""


class _Search:
    def __init__(self, counter: Counter, wanted: SearchFilter) -> None:
        self._counter, self._wanted = counter, wanted
        self._board: Board = board_of(counter.db)
        standing = counter.standing()
        self._cases = self._board.seen(standing, Action.HISTORY_READ)
        self._seen = {case_stream(each.id) for each in self._cases}
        self._all = granted(standing, Action.SECURITY_READ, SYSTEM) is not None and (
            counter.out_of_scope(str(Action.SECURITY_READ)) is None
        )
        self._looked = 0
        self._last: _Start | None = None
        self._ended = False

    def page(self, start: _Start | None, limit: int) -> FoundPage:
        found: list[Any] = []
        streams = self._streams()
        if streams is None or streams:
            for row in self._rows(start, streams):
                if self._fits(row):
                    found.append(row)
                    if len(found) == limit:
                        break
        last = self._last
        full = len(found) == limit
        going_on = last is not None and (full or not self._ended)
        return FoundPage(
            filter=self._wanted,
            rows=tuple(self._shown(found)),
            after="~".join(map(str, last)) if going_on and last is not None else "",
            looked_through=self._looked,
            unfinished=going_on and not full,
            back_to=_day(last[1]) if last is not None else None,
        )

    def _streams(self) -> list[str] | None:
        """The streams that can hold it, where they are few; None where all rows have to be looked at."""
        if self._wanted.stream or self._wanted.case:
            named = self._wanted.stream or case_stream(self._wanted.case)
            return [named] if self._in_sight(named) else []
        if self._wanted.number:
            held = [case_stream(each.id) for each in self._cases if self._wanted.number in each.numbers]
            if held and len(held) <= _FEW:
                return held
        return sorted(self._seen) if not self._all and len(self._seen) <= _FEW else None

    def _in_sight(self, stream: str) -> bool:
        return stream in self._seen or (self._all and not stream.startswith(_CASE))

    def _rows(self, start: _Start | None, streams: Sequence[str] | None) -> Iterator[Any]:
        """Rows that an index can find, the newest first, up to the budget; notes how far it has come."""
        while self._looked < BUDGET:
            statement = self._statement(start, streams)
            with self._counter.db.read() as session:
                rows = session.connection().execute(statement).all()
            for row in rows:
                self._looked += 1
                self._last = start = (row.occurred_on, row.recorded_at, row.stream, row.seq)
                yield row
            if len(rows) < _BATCH:
                self._ended = True
                return

    def _statement(self, start: _Start | None, streams: Sequence[str] | None) -> Select[Any]:
        e, w = EVENT.c, self._wanted
        order = [e.recorded_at, e.stream, e.seq]
        if w.of_days_of_acts and streams is None and not w.people:
            order.insert(0, e.occurred_on)
        statement = select(
            e.stream, e.seq, e.actor, e.position, e.channel, e.rehearsal, e.recorded_at, e.occurred_on,
            e.schema_version, e.body, e.hash,
        ).order_by(*(each.desc() for each in order)).limit(_BATCH)  # fmt: skip
        if streams is not None:
            statement = statement.where(e.stream.in_(streams))
        statement = statement.where(*self._named())
        statement = statement.where(*self._days())
        if start is not None:
            statement = statement.where(_before(order, start[-len(order) :]))
        return statement

    def _named(self) -> Iterator[Any]:
        if self._wanted.people:
            yield EVENT.c.actor.in_(self._wanted.people)
        if self._wanted.channel:
            yield EVENT.c.channel == self._wanted.channel

    def _days(self) -> Iterator[Any]:
        e, w = EVENT.c, self._wanted
        if w.occurred_from:
            yield e.occurred_on >= w.occurred_from.isoformat()
        if w.occurred_to:
            yield e.occurred_on <= w.occurred_to.isoformat()
        if w.recorded_from:
            yield e.recorded_at >= _instant(w.recorded_from)
        if w.recorded_to:
            yield e.recorded_at < _instant(w.recorded_to + timedelta(days=1))

    def _fits(self, row: Any) -> bool:
        w = self._wanted
        if not self._in_sight(row.stream):
            return False
        if w.event and f'"type":"{w.event}"' not in row.body:
            return False
        if w.number and w.number not in row.body:
            return False
        return not w.late or _LATE.search(row.body) is not None

    def _shown(self, rows: Sequence[Any]) -> Iterator[FoundRow]:
        people = {row.actor for row in rows}
        with self._counter.db.read() as session:
            names = person_names_of(session, people)
        words: dict[str, EventWords | None] = {}
        for row in rows:
            case_id = row.stream.removeprefix(_CASE) if row.stream.startswith(_CASE) else ""
            case = self._board.digest(case_id) if case_id else None
            if case_id and case_id not in words:
                words[case_id] = self._words(case_id)
            kinds, lines = _told(row, words.get(case_id))
            recorded = instant(row.recorded_at)
            yield FoundRow(
                stream=row.stream,
                seq=row.seq,
                case=case_id,
                unit_name=case.unit_name if case is not None else "",
                occurred_on=date.fromisoformat(row.occurred_on),
                recorded_at=recorded.astimezone(BUSINESS_TIMEZONE),
                late_days=max((int(each) for each in _LATE.findall(row.body)), default=0),
                actor=row.actor,
                actor_name=names.get(row.actor, row.actor),
                position=row.position,
                channel=row.channel,
                channel_title=CHANNEL_TITLES.get(row.channel, row.channel),
                rehearsal=bool(row.rehearsal),
                kinds=kinds,
                lines=lines,
                hash=bytes(row.hash).hex(),
            )

    def _words(self, case_id: str) -> EventWords | None:
        case = self._board.digest(case_id)
        loaded = self._board.world.plan(case.programme, case.version) if case is not None else None
        return EventWords(loaded.plan, body_names(self._counter.db)) if loaded is not None else None


def _told(row: Any, words: EventWords | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds of a row's events, and its lines; of other streams than cases the kinds are all that is said."""
    if words is None:
        events = msgspec.json.decode(row.body, type=list[dict[str, Any]])
        return tuple(str(each.get("type", "")) for each in events), ()
    told = decode_events(row.body, row.schema_version)
    return tuple(str(each.__struct_config__.tag) for each in told), tuple(words.line(each) for each in told)


def _before(order: Sequence[Any], start: Sequence[Any]) -> Any:
    """Rows that come after the cursor; the first column alone as well, so that its index is used."""
    return and_(order[0] <= start[0], or_(order[0] < start[0], tuple_(*order[1:]) < tuple_(*start[1:])))


def _instant(day: date) -> int:
    return microseconds(datetime.combine(day, time.min, tzinfo=BUSINESS_TIMEZONE))


def _day(recorded_at: int) -> date:
    return instant(recorded_at).astimezone(BUSINESS_TIMEZONE).date()


def _cursor(after: str) -> _Start | Refused | None:
    if not after:
        return None
    on, _, rest = after.partition("~")
    recorded, _, rest = rest.partition("~")
    stream, _, seq = rest.rpartition("~")
    if not (recorded.isdigit() and seq.isdigit() and stream):
        return Refused(
            code="view.cursor_unknown",
            message="翻页标记不对",
            remedy="请回到第一页再翻",
            facts={"after": after},
        )
    return on, int(recorded), stream, int(seq)
