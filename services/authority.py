"""办理权: every service that changes something outside a step asks here who does it and by what right.

The answer holds what the ledger keeps: the actor, and the position or office by which it was allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from config.clock import WallClock
from domain.doers import FOUNDING, FOUNDING_RIGHTS, MACHINE_RIGHTS, Doer, Founding, Machine
from domain.permissions import (
    ACTION_TITLES,
    SYSTEM,
    Action,
    Standing,
    Target,
    common_division,
    granted,
    judge,
)
from domain.refusal import Refused
from models.database import Database
from models.tables import BodyRow
from services.access.offices import missing_offices
from services.clock import today
from services.near import did_you_mean
from services.permits import host_target, standing_of
from services.world import world_of


class Allowed(NamedTuple):
    """准许: who does it, and in which position or office."""

    actor: str
    position: str


def allow(
    db: Database, doer: Doer, action: Action, target: Target = SYSTEM, *, wall: WallClock
) -> Allowed | Refused:
    """办理权判断: by what right ``doer`` does ``action`` on ``target`` today, or why not."""
    return allow_all(db, doer, (action,), target, on=today(db, wall))


def allow_all(
    db: Database, doer: Doer, actions: Iterable[Action], target: Target, *, on: date
) -> Allowed | Refused:
    """The same for what needs several rights at once; the first grant is told."""
    wanted = tuple(actions)
    if isinstance(doer, Machine):
        return _by_machine(doer, wanted)
    if isinstance(doer, Founding):
        return _by_founding(db, doer, wanted)
    return unknown_person(db, doer) or _by_person(standing_of(db, doer, on), wanted, target)


def allow_each(
    db: Database, doer: Doer, action: Action, targets: Mapping[str, Target], *, wall: WallClock
) -> dict[str, Allowed | Refused]:
    """The same for each of many targets, by their names; who asks is read once."""
    on = today(db, wall)
    if not isinstance(doer, str):
        return {name: allow_all(db, doer, (action,), target, on=on) for name, target in targets.items()}
    unknown, standing = unknown_person(db, doer), standing_of(db, doer, on)
    return {name: unknown or _by_person(standing, (action,), target) for name, target in targets.items()}


def unknown_person(db: Database, person: str) -> Refused | None:
    """查无此人: whether nobody of this id is in the register, with the ids most like it."""
    world = world_of(db)
    persons = world.organisation(world.heads()).persons
    if person in persons:
        return None
    near = (
        did_you_mean(person, sorted(persons)) if persons else f"名册是空的:建库请用 --as {FOUNDING.value}。"
    )
    return Refused(
        code="actor.unknown",
        message=f"人员名册中没有“{person}”",
        remedy=f"{near}请核对人员编号,或由管理员登记",
        facts={"person": person},
    )


def founding_over(db: Database) -> Refused | None:
    """建库已完成: whether the three administrators and bodies stand, so that all is done by people."""
    with db.read() as session:
        bodies = session.execute(select(BodyRow.code).limit(1)).first()  # type: ignore[call-overload]
        if bodies is None or list(missing_offices(session)):
            return None
    return Refused(
        code="founding.over",
        message="建库已完成:三员和机构都已登记,不能再以建库的名义办理",
        remedy="请由有权的人员办理,用 --as 写明人员编号;谁有权见权限表",
        basis="权限表",
    )


def units_target(db: Database, divisions: Iterable[str]) -> Target:
    """对象 of a list of reform units: the area that holds all; the host's, where one lies nowhere yet."""
    found = list(divisions)
    return Target(division=common_division(found)) if found and all(found) else host_target(db)


def _by_machine(machine: Machine, actions: tuple[Action, ...]) -> Allowed | Refused:
    missing = [action for action in actions if action not in MACHINE_RIGHTS[machine]]
    return _denied(machine.value, missing[0]) if missing else Allowed(machine.value, "")


def _by_founding(db: Database, founding: Founding, actions: tuple[Action, ...]) -> Allowed | Refused:
    missing = [action for action in actions if action not in FOUNDING_RIGHTS]
    if missing:
        return _denied(founding.value, missing[0])
    return founding_over(db) or Allowed(founding.value, "")


def _denied(name: str, action: Action) -> Refused:
    return Refused(
        code="access.denied",
        message=f"“{name}”不能办理“{ACTION_TITLES[action]}”",
        remedy="请由有权的人员办理;谁有权见权限表",
        facts={"action": str(action)},
        basis="权限表",
    )


def _by_person(standing: Standing, actions: tuple[Action, ...], target: Target) -> Allowed | Refused:
    position = ""
    for action in actions:
        grant = granted(standing, action, target)
        if grant is None:
            refused = judge(standing, action, target)
            assert refused is not None  # noqa: S101 no grant, so a refusal
            return refused
        position = position or grant.held
    return Allowed(standing.person, position)
