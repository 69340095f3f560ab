"""无人承办清单: open work that nobody can do now, for those who can mend it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec
from sqlalchemy import select

from domain.case import Seat
from domain.open_work import WorkKind
from domain.permissions import Action, Target, granted
from models.tables import CaseRow, WorkItemRow
from services.organising.menders import Mender, Menders
from services.organising.office import Registry
from services.permits import standing_of, unit_target
from services.world import world_of


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


def vacancies(registry: Registry) -> tuple[Vacancy, ...]:
    """无人承办清单: what the person may mend; the auditor and the security administrator see all of it."""
    on = registry.today
    world = world_of(registry.db)
    organisation = world.organisation(world.heads())
    menders = Menders(registry.db, organisation, on)
    standing = standing_of(registry.db, registry.person, on)
    with registry.db.read() as session:
        rows = session.execute(
            select(WorkItemRow, CaseRow.unit_id, CaseRow.programme)  # type: ignore[call-overload]
            .join(CaseRow, CaseRow.id == WorkItemRow.case_id)
            .order_by(WorkItemRow.opened_on, WorkItemRow.case_id, WorkItemRow.key)
        ).all()
    found: dict[tuple[str, str, str, str], list[WorkItemRow]] = defaultdict(list)
    for item, unit, programme in rows:
        place = organisation.places.get(item.body)
        if item.kind == WorkKind.DECIDE and place is not None and place.kind != "account":
            continue
        able = organisation.able(Seat(item.role, item.body, item.position), on, programme, item.kind)
        free = [who for who, acted_for in able if not _barred(item, who, acted_for)]
        if not free:
            why = "现有人员均须回避" if able else _why(place is not None, place is None or place.stands(on))
            found[item.body, item.position, why, "" if item.body else unit].append(item)
    listed = []
    for (body, position, why, unit), items in found.items():
        place = organisation.places.get(body)
        target = (
            unit_target(registry.db, unit)
            if place is None
            else Target(division=place.division, unit=place.unit, bodies=frozenset({body}))
        )
        mends = any(
            granted(standing, action, target) for action in (Action.HOLDING_CHANGE, Action.BODY_CHANGE)
        )
        if not mends and granted(standing, Action.SECURITY_READ) is None:
            continue
        listed.append(
            Vacancy(
                body=body,
                body_name=place.name if place else "(没有登记机构)",
                position=position,
                why=why,
                works=tuple((item.case_id, item.key) for item in items),
                oldest=items[0].opened_on,
                menders=menders.of(Action.HOLDING_CHANGE, target),
            )
        )
    return tuple(sorted(listed, key=lambda each: (each.oldest, each.body, each.position)))


def _barred(item: WorkItemRow, who: str, acted_for: str) -> bool:
    barred = f" {item.not_person} "
    return f" {who} " in barred or bool(acted_for and f" {acted_for} " in barred)


def _why(known: bool, stands: bool) -> str:
    if not known:
        return "没有登记对应的机构"
    return "没有人任职" if stands else "机构已到期或撤销"
