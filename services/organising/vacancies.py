"""无人承办: open work that nobody can do now: why, and who can mend it.

Worked out from the work and from who holds what today, so that nothing has to be told when somebody comes or
goes: as soon as the position is held again, the work is that person's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import select

from domain.case import Seat
from domain.open_work import WorkItem, WorkKind
from domain.permissions import Action, Target, granted
from domain.plan import Plan
from models.database import Database
from models.tables import CaseRow, WorkItemRow
from services.organisation import Organisation
from services.organising.menders import Mender, Menders, missing_at
from services.organising.office import Registry
from services.permits import standing_of, unit_target
from services.world import world_of

NO_BODY: Final = "没有登记对应的机构"
NO_HOLDER: Final = "没有人任职"
BODY_ENDED: Final = "机构已到期或撤销"
ALL_BARRED: Final = "现有人员均须回避"


Work = WorkItem | WorkItemRow
"""A piece of work, from the state or from its row."""


class Vacancy(msgspec.Struct, frozen=True, kw_only=True):
    """无人承办: a place whose open work nobody can do."""

    body: str
    body_name: str
    position: str
    why: str
    works: tuple[tuple[str, str], ...]
    """Case and key of each piece of work."""
    oldest: date
    menders: tuple[Mender, ...] = ()


class _Place(NamedTuple):
    body: str
    position: str
    why: str
    unit: str = ""
    """Where no body is registered: the unit whose it would be, and for which role."""
    role: str = ""


@dataclass(slots=True)
class Gaps:
    """无人承办 on a day: the organisation read once for many pieces of work."""

    db: Database
    organisation: Organisation
    on: date
    _menders: Menders | None = None
    _able: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def why(self, item: Work, programme: str) -> str:
        """Why nobody can do it now; empty where somebody can, or where it is not done in the system."""
        place = self.organisation.places.get(item.body)
        if place is not None and item.kind == WorkKind.DECIDE and place.kind != "account":
            return ""
        able = self._who(item, programme)
        if any(not _barred(item.not_person, who, acted_for) for who, acted_for in able):
            return ""
        if able:
            return ALL_BARRED
        if place is None:
            return NO_BODY
        return NO_HOLDER if place.stands(self.on) else BODY_ENDED

    def _who(self, item: Work, programme: str) -> tuple[tuple[str, str], ...]:
        key = (item.role, item.body, item.position, programme, item.kind)
        if key not in self._able:
            seat = Seat(item.role, item.body, item.position)
            self._able[key] = self.organisation.able(seat, self.on, programme, item.kind)
        return self._able[key]

    def title(self, body: str, unit_name: str, role: str, plan: Plan | None) -> str:
        """The body's name; where there is none, the role in its unit."""
        place = self.organisation.places.get(body)
        if place is not None:
            return place.name
        known = plan.roles.get(role) if plan else None
        return f"{known.title if known else role}({unit_name},没有登记机构)"

    def target(self, body: str, role: str, unit: str, plan: Plan | None) -> Target:
        """Where it has to be mended: at the body, or where it would have to be registered."""
        place = self.organisation.places.get(body)
        if place is not None:
            return Target(division=place.division, unit=place.unit, bodies=frozenset({body}))
        stands, asked = world_of(self.db).unit(unit), plan.roles.get(role) if plan else None
        if plan is None or asked is None or stands is None:
            return unit_target(self.db, unit)
        return missing_at(next(b.level for b in plan.programme.bodies if b.id == asked.body), stands)

    def menders(self, why: str, target: Target) -> tuple[Mender, ...]:
        """谁能补: who may register the body, or appoint somebody."""
        self._menders = self._menders or Menders(self.db, self.organisation, self.on)
        needs_body = why in (NO_BODY, BODY_ENDED)
        return self._menders.of(Action.BODY_CHANGE if needs_body else Action.HOLDING_CHANGE, target)


def gaps_of(db: Database, on: date) -> Gaps:
    """无人承办 as of now."""
    world = world_of(db)
    return Gaps(db, world.organisation(world.heads()), on)


def all_vacancies(gaps: Gaps) -> tuple[Vacancy, ...]:
    """无人承办清单, the longest waiting first; who asks is the caller's to judge."""
    return tuple(each for each, _target in _listed(gaps))


def vacancies(registry: Registry) -> tuple[Vacancy, ...]:
    """无人承办清单: what the person may mend; the auditor and the security administrator see all of it."""
    standing = standing_of(registry.db, registry.person, registry.today)
    sees_all = granted(standing, Action.SECURITY_READ) is not None
    mending = (Action.HOLDING_CHANGE, Action.BODY_CHANGE)
    return tuple(
        each
        for each, target in _listed(gaps_of(registry.db, registry.today))
        if sees_all or any(granted(standing, action, target) for action in mending)
    )


def _listed(gaps: Gaps) -> list[tuple[Vacancy, Target]]:
    with gaps.db.read() as session:
        rows = session.execute(
            select(WorkItemRow, CaseRow.unit_id, CaseRow.unit_name, CaseRow.programme, CaseRow.version)  # type: ignore[call-overload]
            .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
            .order_by(WorkItemRow.opened_on, WorkItemRow.case_id, WorkItemRow.key)
        ).all()
    found: dict[_Place, list[WorkItemRow]] = defaultdict(list)
    facts: dict[_Place, tuple[str, Target]] = {}
    for item, unit, unit_name, programme, version in rows:
        why = gaps.why(item, programme)
        if not why:
            continue
        place = _Place(item.body, item.position, why, *(() if item.body else (unit, item.role)))
        found[place].append(item)
        if place not in facts:
            loaded = world_of(gaps.db).plan(programme, version)
            plan = loaded.plan if loaded else None
            facts[place] = (
                gaps.title(place.body, unit_name, item.role, plan),
                gaps.target(place.body, item.role, unit, plan),
            )
    listed = [_vacancy(gaps, place, *facts[place], items) for place, items in found.items()]
    return sorted(listed, key=lambda each: (each[0].oldest, each[0].body, each[0].position))


def _vacancy(
    gaps: Gaps, place: _Place, title: str, target: Target, items: list[WorkItemRow]
) -> tuple[Vacancy, Target]:
    listed = Vacancy(
        body=place.body,
        body_name=title,
        position=place.position,
        why=place.why,
        works=tuple((item.case_id, item.key) for item in items),
        oldest=items[0].opened_on,
        menders=gaps.menders(place.why, target),
    )
    return listed, target


def _barred(not_person: str, who: str, acted_for: str) -> bool:
    barred = f" {not_person} "
    return f" {who} " in barred or bool(acted_for and f" {acted_for} " in barred)
