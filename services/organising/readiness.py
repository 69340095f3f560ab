"""启动前核对: which roles of a programme nobody would hold in a unit, and who could mend it.

Nobody to act is a state that is shown (无人承办); only publication and launch refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from domain.organisation.values import POSITION_TITLES
from domain.permissions import Action, Target
from domain.plan import Plan
from domain.programme import BodyKind, Level, Role
from domain.refusal import Refused
from models.database import Database
from services.organisation import Organisation, UnitPlace
from services.organising.menders import NOBODY_MAY, Mender, Menders, missing_at
from services.organising.reading import person_names
from services.world import unpublished, world_of

MOST_NAMED: Final = 4
LEVEL_WORDS: Final[Mapping[Level, str]] = {
    Level.UNIT: "本单位",
    Level.SUPERVISING: "主管级",
    Level.ABOVE: "主管级的上一级",
    Level.PROVINCE: "省",
    Level.PARTICIPATING: "参与地区",
}


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """无人承办: a role that nobody holds, for which body, why, and who could mend it."""

    role: str
    title: str
    body: str = ""
    """The body's code; empty where no body is registered."""
    body_words: str
    position: str
    why: str
    division: str = ""
    menders: tuple[Mender, ...] = ()

    def words(self) -> str:
        """One phrase for a refusal or a list."""
        return f"{self.title}({self.body_words},{self.why})"


def placed(level: Level, title: str) -> str:
    """A declared body with its level, said once where its title already begins with it: 上一级党委改革办."""
    words = LEVEL_WORDS.get(level, "")
    begun = next((at for at in range(len(words)) if title.startswith(words[at:])), len(words))
    return f"{words[:begun]}{title}"


@dataclass(frozen=True, slots=True)
class Readiness:
    """启动前核对 of one programme: the organisation on the day, read once for many units."""

    plan: Plan
    organisation: Organisation
    menders: Menders
    on: date
    today: date

    def lacks(self, unit: UnitPlace) -> tuple[Lack, ...]:
        """Every role that nobody would hold; roles that rows or areas name are not asked."""
        optional = self.plan.item_roles | self.plan.participating
        resolved = self.organisation.resolve(self.plan.programme, unit, self.on)
        return tuple(
            lack
            for role in self.plan.roles.values()
            if role.id not in optional
            for lack in self._of_role(role, resolved.get(role.id, ()), unit)
        )

    def _of_role(self, role: Role, bodies: Sequence[str], unit: UnitPlace) -> Iterator[Lack]:
        declared = next(body for body in self.plan.programme.bodies if body.id == role.body)
        if not bodies:
            division = unit.division_of(declared.level)
            why = (
                "没有登记这个机构,或机构已到期" if division or declared.level is Level.UNIT else "主管级待补"
            )
            target = missing_at(declared.level, unit)
            yield Lack(
                role=role.id,
                title=role.title,
                body_words=placed(declared.level, declared.title),
                position=str(role.position),
                why=why,
                division=target.division,
                menders=self.menders.of(Action.BODY_CHANGE, target),
            )
        for code in bodies:
            place_ = self.organisation.places[code]
            if place_.kind != BodyKind.ACCOUNT:
                continue
            if not self.organisation.holders(code, str(role.position), self.today):
                yield Lack(
                    role=role.id,
                    title=role.title,
                    body=code,
                    body_words=place_.name,
                    position=str(role.position),
                    why=f"没有{POSITION_TITLES[str(role.position)]}",
                    division=place_.division,
                    menders=self.menders.of(
                        Action.HOLDING_CHANGE,
                        Target(division=place_.division, unit=place_.unit, bodies=frozenset({code})),
                    ),
                )


def readiness_of(db: Database, programme: str, version: int, *, on: date, today: date) -> Readiness | Refused:
    """启动前核对 of a published version."""
    world = world_of(db)
    loaded = world.plan(programme, version)
    if loaded is None:
        return unpublished(programme, version)
    organisation = world.organisation(world.heads())
    return Readiness(loaded.plan, organisation, Menders(db, organisation, today), on, today)


def nobody(db: Database, lacks: Sequence[Lack]) -> Refused:
    """The refusal of a launch in which somebody is missing: which role, which body, who could mend it."""
    names = person_names(db)
    able = list(dict.fromkeys(mender.words(names) for lack in lacks for mender in lack.menders))
    whom = f"请{'、'.join(able[:MOST_NAMED])}登记" if able else f"{NOBODY_MAY},再登记"
    return Refused(
        code="launch.nobody",
        message=f"以下角色无人承办:{'、'.join(lack.words() for lack in lacks)}",
        remedy=f"{whom}机构或任职后再启动;可先用 zonectl zone ready 核对",
        facts={"roles": "、".join(lack.role for lack in lacks), "lacking": len(lacks)},
    )
