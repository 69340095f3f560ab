"""谁能补: who could fill a place that nobody holds: 单位管理员 of the division, or the reform office.

Follows the permission table: whoever is named here may register bodies and positions there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select

from domain.permissions import (
    POSITIONS,
    ROLE_TITLES,
    TABLE,
    AccessRole,
    Action,
    Grant,
    Target,
    reaches,
    roles_of,
)
from domain.programme import Level
from models.database import Database
from models.tables import AdministratorRow
from services.organisation import Organisation, UnitPlace

NOBODY_MAY: Final = "本地区尚无单位管理员,请安全保密管理员任命"
MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Mender:
    """能补的人: the person and the office in which they may."""

    person: str
    role: AccessRole

    def words(self, names: dict[str, str]) -> str:
        """Office and name."""
        return f"{ROLE_TITLES[self.role]} {names.get(self.person, self.person)}"


def mender_words(menders: Sequence[Mender], names: dict[str, str]) -> str:
    """能补的人 as a list shows them; where nobody may yet, who can appoint somebody."""
    return "、".join(named_menders(menders, names))


def named_menders(menders: Sequence[Mender], names: dict[str, str]) -> tuple[str, ...]:
    """As `mender_words`, each for itself."""
    return tuple(mender.words(names) for mender in menders[:MOST_NAMED]) or (NOBODY_MAY,)


def missing_at(level: Level, unit: UnitPlace) -> Target:
    """Where a body that a unit lacks would have to be registered; a place unknown where its level is 待补."""
    if level is Level.UNIT:
        return Target(division=unit.lead_area or unit.division_code, unit=unit.id)
    return Target(division=unit.division_of(level))


@dataclass(slots=True)
class Menders:
    """Who may mend what, read once for many questions."""

    db: Database
    organisation: Organisation
    on: date
    _grants: list[tuple[str, Grant]] = field(default_factory=list)
    _known: dict[tuple[Action, Target], tuple[Mender, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.db.read() as session:
            for row in session.execute(select(AdministratorRow)).scalars():
                self._grants.append((row.person, Grant(AccessRole(row.role), division=row.division)))
        self._grants += self._offices()

    def _offices(self) -> Iterator[tuple[str, Grant]]:
        able = {role for action in (Action.HOLDING_CHANGE, Action.BODY_CHANGE) for role in TABLE[action]}
        for code, place in self.organisation.places.items():
            for position in POSITIONS:
                for role in roles_of(place.type, position):
                    if role in able:
                        grant = Grant(role, body=code, division=place.division, unit=place.unit)
                        for person in self.organisation.holders(code, position, self.on):
                            yield person, grant

    def of(self, action: Action, target: Target) -> tuple[Mender, ...]:
        """Those who may, the narrowest first: the county's own administrator before the city's."""
        key = (action, target)
        if key not in self._known:
            row = TABLE[action]
            found = [
                (len(grant.division.rstrip("0")), Mender(person, grant.role))
                for person, grant in self._grants
                if grant.role in row and reaches(grant, row[grant.role], person, target)
            ]
            found.sort(key=lambda each: (each[1].role is not AccessRole.UNIT_ADMIN, -each[0], each[1].person))
            self._known[key] = tuple(dict.fromkeys(mender for _, mender in found))
        return self._known[key]
