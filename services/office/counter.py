"""柜台: one person at one entry; nothing is shown or done here that the permission table does not give.

The services below know cases, registers and programmes; who may see them is asked here, once, for the web,
programs and the command line alike. A token narrows that further to what it was made for. What lies outside
one's scope is refused as if it were not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.clock import WallClock
from domain.access import STEP_ACT
from domain.case import Case
from domain.permissions import SYSTEM, Action, Standing, Target
from domain.refusal import Refused
from models.database import Database
from services.access.principals import Principal
from services.acts import Entry
from services.bootstrap import Runtime
from services.evidence.files import out_of_sight
from services.permits import case_target, permit, standing_of
from services.reading import load_case
from services.world import world_of


@dataclass(frozen=True, slots=True)
class Counter:
    """一位办理人: the person of ``entry``, and the principal where they came in with a session or token."""

    runtime: Runtime
    entry: Entry
    principal: Principal | None = None

    @property
    def db(self) -> Database:
        """The business database."""
        return self.runtime.db

    @property
    def wall(self) -> WallClock:
        """The wall clock."""
        return self.runtime.wall

    @property
    def person(self) -> str:
        """Who asks."""
        return self.entry.actor

    def today(self) -> date:
        """业务日期."""
        world = world_of(self.db)
        return world.settings(world.heads()).today(self.wall)

    def standing(self) -> Standing:
        """身份 today."""
        return standing_of(self.db, self.person, self.today())

    def out_of_scope(self, action: str) -> Refused | None:
        """Whether the token that was shown leaves ``action`` out."""
        return None if self.principal is None else self.principal.refuses(action)

    def refuses(self, action: Action, target: Target = SYSTEM) -> Refused | None:
        """Why the person may not do ``action`` on ``target``; ``None`` where they may."""
        return self.out_of_scope(str(action)) or permit(self.db, self.person, action, target, on=self.today())

    def case(self, case_id: str, action: Action = Action.CASE_READ) -> Case | Refused:
        """The case, where the person may do ``action`` on it; unknown and out of sight sound the same."""
        return self.out_of_scope(str(action)) or self._seen(case_id, action)

    def case_to_act_on(self, case_id: str) -> Case | Refused:
        """The case of an act: in sight; whether the act is the person's to do is judged with the seat."""
        return self.out_of_scope(STEP_ACT) or self._seen(case_id, Action.CASE_READ)

    def _seen(self, case_id: str, action: Action) -> Case | Refused:
        case = load_case(self.db, case_id)
        if case is None:
            return out_of_sight()
        return permit(self.db, self.person, action, case_target(self.db, case), on=self.today()) or case
