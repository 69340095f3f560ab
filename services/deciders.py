"""决定人: from the name on the paper to the person or body, and the seat it decided in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from domain.case import Case, Seat, split_key
from domain.nodes import first_lacking
from domain.refusal import Refused
from models.database import Database
from services.mirroring import body_names
from services.people import find_decider
from services.reading import Names, plan_of
from services.world import world_of

_ABOUT_THE_DECIDER: Final = frozenset(
    {"record.person_needed", "record.decider_wrong", "record.decider_unknown"}
)


@dataclass(frozen=True, slots=True)
class Deciders:
    """决定人 of one step on the day of the decision."""

    db: Database
    case: Case | None
    step: str
    on: date

    def find(self, named: str, seat: str) -> tuple[str, str] | Refused:
        """Who decided and in which seat; the body of the only open seat where nobody is named.

        Where no seat is open the rules say why: the step is closed, not submitted, or in another round.
        """
        seats = self.open_seats()
        if named:
            found = self._open_body(named, seats) or find_decider(self.db, named)
            if isinstance(found, Refused):
                return self.in_words(found)
            return found, seat or self._seat_of(found, seats)
        if seat:
            return seat.partition("@")[2], seat
        if not seats:
            return "", ""
        if len(seats) == 1:
            return seats[0].body, seats[0].key
        names = body_names(self.db)
        return Refused(
            code="record.which_seat",
            message=f"本节点还有 {len(seats)} 家没有意见,须写明登记的是哪一家",
            remedy=f"请写明决定人:{'、'.join(names.get(s.body, s.body) for s in seats)}",
            facts={"step": self.step},
        )

    def open_seats(self) -> tuple[Seat, ...]:
        """The seats that the step waits for now."""
        if self.case is None:
            return ()
        plan = plan_of(self.db, self.case)
        found = plan.view(self.case.choices).by_id.get(split_key(self.step)[0])
        state = self.case.steps.get(self.step)
        if found is None or state is None:
            return ()
        lacking = first_lacking(plan, self.case, self.step, found, state)
        return lacking[1].open if lacking else ()

    def in_words(self, refused: Refused) -> Refused:
        """A refusal of the decider named, with names for codes and those who could be meant."""
        if refused.code not in _ABOUT_THE_DECIDER:
            return refused
        names = Names(self.db, self.on)
        seats = self.open_seats()
        could = [who for seat in seats for who in names.holders(seat) or (names.body(seat.body),)]
        named = str(refused.facts.get("decided_by") or "")
        if refused.code == "record.decider_unknown" and names.body(named) != named:
            refused = Refused(
                code="record.decider_wrong",
                message=f"现在等的不是“{named}”的决定",
                remedy="请核对原件上是谁决定的",
                facts=refused.facts,
            )
        return msgspec.structs.replace(
            refused,
            message=refused.message.replace(f"“{named}”", f"“{names.body(names.person(named))}”"),
            remedy=f"{refused.remedy};现在等的是{'、'.join(could)}" if could else refused.remedy,
        )

    def _open_body(self, words: str, seats: tuple[Seat, ...]) -> str:
        """The body of that very name; else that of the one open seat whose name ``words`` are a part of.

        县委 is not taken for 县委办公室 where both are registered: the paper says who decided.
        """
        names = body_names(self.db)
        exact = {code for code, name in names.items() if name == words}
        found = exact or {s.body for s in seats if words in names.get(s.body, s.body)}
        return found.pop() if len(found) == 1 else ""

    def _seat_of(self, decider: str, seats: tuple[Seat, ...]) -> str:
        """The open seat that is the decider's; empty leaves it to the rules to say which are open."""
        world = world_of(self.db)
        actor = world.organisation(world.heads()).actor(decider, self.on)
        mine = [s.key for s in seats if s.body == decider or (actor and actor.holds(s))]
        mine = mine or [s.key for s in seats if actor and actor.works_in(s.body)]
        return mine[0] if len(mine) == 1 else ""
