"""查询: oneself, one's inbox, reform units, bodies and programmes, each a page at a time by its own key."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, func, literal_column, or_, select

from domain.permissions import ROLE_TITLES, Action, Target
from domain.refusal import Refused
from domain.supervising.words import act_title
from models.statements import CASE, MATTER
from models.tables import BodyRow, ReformUnitRow
from services.clock import is_rehearsal_database
from services.inbox import person_inbox
from services.listings import UnitLine, UnitView, find_unit, units_after
from services.office.counter import Counter
from services.permits import person_target, unit_target
from services.programmes import Published, list_published, published_text
from services.reading import Names
from services.world import world_of

MOST_WORK: Final = 10_000
"""More waiting work than this is shown to nobody at once, not even page by page."""


class PositionLine(msgspec.Struct, frozen=True, kw_only=True):
    """任职: a position held today."""

    body: str
    body_name: str
    position: str


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """本人: who one is here and what one may do."""

    person: str
    name: str
    channel: str
    today: date
    rehearsal: bool
    positions: tuple[PositionLine, ...]
    roles: tuple[str, ...]


class WorkLine(msgspec.Struct, frozen=True, kw_only=True):
    """待办: one piece of waiting work."""

    case: str
    unit: str
    unit_name: str
    programme: str
    step: str
    round: int
    kind: str
    act: str
    node: str
    seat: str
    body: str
    position: str
    opened_on: date
    due_on: date | None
    key: str
    sort_on: str


class BodyLine(msgspec.Struct, frozen=True, kw_only=True):
    """机构."""

    code: str
    name: str
    type: str
    kind: str
    division: str
    unit: str


def me(counter: Counter) -> Me:
    """本人."""
    on, db = counter.today(), counter.db
    world = world_of(db)
    names = Names(db, on)
    held = world.organisation(world.heads()).held(counter.person, on)
    roles = dict.fromkeys(ROLE_TITLES[grant.role] for grant in counter.standing().grants)
    return Me(
        person=counter.person,
        name=names.person(counter.person),
        channel=counter.entry.channel,
        today=on,
        rehearsal=is_rehearsal_database(db, counter.wall),
        positions=tuple(
            PositionLine(body=each.body, body_name=names.body(each.body), position=each.position)
            for each in held
        ),
        roles=tuple(roles),
    )


def inbox(
    counter: Counter, *, after: tuple[str, str, str] | None = None, limit: int = 50
) -> tuple[WorkLine, ...] | Refused:
    """待办箱: one's own work over all positions, the most urgent first."""
    target = person_target(counter.db, counter.person, counter.today())
    found = counter.refuses(Action.INBOX_READ, target) or person_inbox(
        counter.db, counter.person, wall=counter.wall, limit=MOST_WORK
    )
    if isinstance(found, Refused):
        return found
    page = [each for each in found if after is None or (each.sort_on, each.case_id, each.key) > after][:limit]
    about = _about(counter, {each.case_id for each in page})
    return tuple(
        WorkLine(
            case=each.case_id,
            unit=about[each.case_id][0],
            unit_name=about[each.case_id][1],
            programme=about[each.case_id][2],
            step=each.step,
            round=each.round,
            kind=each.kind,
            act=act_title(each.kind),
            node=each.node,
            seat=each.seat,
            body=each.body,
            position=each.position,
            opened_on=each.opened_on,
            due_on=each.due_on,
            key=each.key,
            sort_on=each.sort_on,
        )
        for each in page
    )


def _about(counter: Counter, ids: set[str]) -> dict[str, tuple[str, str, str]]:
    """Unit, its name and the programme of each case; a matter of supervision belongs to no programme."""
    cases = select(CASE.c.id, CASE.c.unit_id, CASE.c.unit_name, CASE.c.programme).where(CASE.c.id.in_(ids))
    unit_name = func.coalesce(ReformUnitRow.name, literal_column("''"))
    matters = (
        select(MATTER.c.id, MATTER.c.unit_id, unit_name, literal_column("''"))
        .select_from(MATTER.outerjoin(ReformUnitRow, ReformUnitRow.id == MATTER.c.unit_id))  # type: ignore[arg-type]
        .where(MATTER.c.id.in_(ids))
    )
    with counter.db.read() as session:
        connection = session.connection()
        rows = [*connection.execute(cases), *connection.execute(matters)]
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def list_units(
    counter: Counter, *, words: str = "", kind: str = "", after: str = "", limit: int = 50
) -> tuple[UnitLine, ...] | Refused:
    """改革单位名单, by id."""
    refused = counter.refuses(Action.UNIT_READ)
    return refused or units_after(counter.db, words=words, kind=kind, after=after, limit=limit)


def show_unit(counter: Counter, unit: str) -> UnitView | Refused:
    """改革单位."""
    refused = counter.refuses(Action.UNIT_READ, unit_target(counter.db, unit))
    return refused or find_unit(counter.db, unit)


def list_bodies(
    counter: Counter, *, words: str = "", division: str = "", after: str = "", limit: int = 50
) -> tuple[BodyLine, ...] | Refused:
    """机构名单, by code."""
    refused = counter.refuses(Action.BODY_READ)
    if refused is not None:
        return refused
    wanted: list[ColumnElement[bool]] = [BodyRow.code > after]  # type: ignore[list-item]
    if words:
        like = BodyRow.name.contains(words, autoescape=True)  # type: ignore[attr-defined]
        wanted.append(or_(BodyRow.code == words, like))  # type: ignore[arg-type]
    if division:
        wanted.append(BodyRow.division == division)  # type: ignore[arg-type]
    statement = select(BodyRow).where(*wanted).order_by(BodyRow.code).limit(limit)
    with counter.db.read() as session:
        return tuple(_body(row) for row in session.execute(statement).scalars())


def show_body(counter: Counter, code: str) -> BodyLine | Refused:
    """机构."""
    refused = counter.refuses(Action.BODY_READ, Target(bodies=frozenset({code})))
    if refused is not None:
        return refused
    with counter.db.read() as session:
        row = session.get(BodyRow, code)
        if row is not None:
            return _body(row)
    return Refused(
        code="body.unknown", message=f"没有机构“{code}”", remedy="请核对机构代码", facts={"body": code}
    )


def _body(row: BodyRow) -> BodyLine:
    return BodyLine(
        code=row.code, name=row.name, type=row.type, kind=row.kind, division=row.division, unit=row.unit_id
    )


def list_programmes(counter: Counter) -> tuple[Published, ...] | Refused:
    """已发布的流程模板."""
    return counter.refuses(Action.PROGRAMME_READ) or list_published(counter.db)


def show_programme(counter: Counter, code: str, version: int) -> str | Refused:
    """流程模板的文本, as it was published."""
    refused = counter.refuses(Action.PROGRAMME_READ)
    if refused is not None:
        return refused
    text = published_text(counter.db, code, version)
    return text or Refused(
        code="programme.not_published",
        message=f"流程模板 {code} 第 {version} 版没有发布",
        remedy="请核对代号和版本",
        facts={"programme": code, "version": version},
    )
