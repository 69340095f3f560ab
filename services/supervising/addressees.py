"""主送单位: whom an office may write to: bodies of its own area, and a committee only through 两办 of it."""

from __future__ import annotations

from domain.permissions import Action, Target
from domain.refusal import Refused
from domain.supervising.order import COMMITTEES, check_addressee, out_of_area
from domain.supervising.values import Hand
from services.organisation import BodyPlace
from services.permits import unit_target
from services.supervising.desk import Right, SupervisionDesk
from services.supervising.places import organisation_of


def addressee_refused(desk: SupervisionDesk, hand: Hand, addressee: str, through: str) -> Refused | None:
    """Why an office does not write to this body; `None` where it may.

    What is asked of the area is asked of the body that gets the paper from the office: of 两办 where one
    passes it on to a committee or a government.
    """
    places = organisation_of(desk).places
    for body in (addressee, *((through,) if through else ())):
        if body not in places:
            return Refused(
                code="body.unknown",
                message=f"没有机构“{body}”" if body else "没有写明主送单位",
                remedy="请用 body list 核对机构代码",
                facts={"body": body},
            )
    refused = check_addressee(places[addressee].type, places[through].type if through else "")
    if refused is not None:
        return refused
    first = through if places[addressee].type in COMMITTEES else addressee
    return None if _within_reach(desk, hand, places[first]) else out_of_area(first, hand.body)


def _within_reach(desk: SupervisionDesk, hand: Hand, place: BodyPlace) -> bool:
    division = place.division or (unit_target(desk.runtime.db, place.unit).division if place.unit else "")
    found = desk.may([Right(Action.ORDER_HANDLE, Target(division=division, unit=place.unit))], [hand.body])
    return isinstance(found, Hand) and found.body == hand.body
