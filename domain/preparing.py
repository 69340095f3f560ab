"""代办在外: whose answer somebody prepares now: what waits beside it is asked of them, too."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import DOER_HAND, Hand, Seat, StepState
from domain.states import WITH_DOER
from domain.work_kinds import ANY_POSITION


def current_hand(state: StepState, key: str) -> bool:
    """Whether the place of a hand is the one whose turn it is."""
    return state.status in WITH_DOER if key == DOER_HAND else key.partition("|")[0] == state.node


def preparers(state: StepState, body: str, position: str) -> Iterator[Hand]:
    """Who prepares the answer of this very place, as long as it is out."""
    for key, hand in state.hands.items():
        if hand.prepares and not hand.answered and current_hand(state, key):
            held = _seat_of(state, key)
            if held is not None and held.body == body and position in (held.position, ANY_POSITION):
                yield hand


def _seat_of(state: StepState, place: str) -> Seat | None:
    """The place of a hand that is out."""
    key = place.partition("|")[2]
    return state.doer if place == DOER_HAND else next((s for s in state.seats if s.key == key), None)
