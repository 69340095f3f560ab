"""待办的样子: one piece of open work, and how it is made for a doer or for a seat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from domain.case import Hand, Seat, StepState
from domain.work_kinds import WorkKind, one_person


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """待办: what a role has to do now. `not_person` may not do it, whatever positions they hold; of several
    persons each stands between spaces.
    """

    key: str
    kind: WorkKind
    step: str
    round: int
    node: str = ""
    seat: str = ""
    role: str
    body: str
    position: str
    not_person: str = ""
    opened_on: date
    due_on: date | None = None

    def may(self, person: str) -> bool:
        """Whether a person may do it, as far as it is not a question of positions."""
        return f" {person} " not in f" {self.not_person} "


def in_hand(item: WorkItem, hand: Hand | None) -> WorkItem:
    """转办: the item is one person's alone; 代办 leaves it with who decides."""
    if hand is None or hand.prepares:
        return item
    return msgspec.structs.replace(item, position=one_person(hand.person))


def delegated(key: str, state: StepState, place: str, role: str) -> Iterator[WorkItem]:
    """代办: what somebody prepares, until it is given back."""
    hand = state.hands.get(place)
    if hand is not None and hand.prepares and not hand.answered:
        node, _, seat = place.rpartition("|")
        yield WorkItem(
            key=f"{WorkKind.DELEGATED}:{key}:{state.round}:{place}:{hand.person}",
            kind=WorkKind.DELEGATED,
            step=key,
            round=state.round,
            node=node,
            seat=seat if node else "",
            role=role,
            body=hand.body,
            position=one_person(hand.person),
            opened_on=hand.on,
            due_on=hand.until,
        )


def for_doer(kind: WorkKind, key: str, state: StepState, suffix: str = "", **more: str) -> WorkItem:
    """What waits for the place that does the step."""
    doer = state.doer or Seat("", "", "")
    return WorkItem(
        key=f"{kind}:{key}:{state.round}{suffix}",
        kind=kind,
        step=key,
        round=state.round,
        role=doer.role,
        body=doer.body,
        position=more.get("position", doer.position),
        not_person=more.get("not_person", ""),
        node=more.get("node", ""),
        seat=more.get("seat", ""),
        opened_on=state.opened_on or case_date(state),
        due_on=state.due.date if state.due else None,
    )


def case_date(state: StepState) -> date:
    """The latest date a step knows of; an open step has always one."""
    found = state.submitted_on or state.opened_on
    if found is None:
        raise ValueError("an open step without a date")
    return found


def for_seat(
    kind: WorkKind, key: str, state: StepState, seat: Seat, node: str = "", not_person: str = ""
) -> WorkItem:
    """What waits for one place; at a node with the node's own term, where it has one."""
    due = state.node_due if node and state.node_due else state.due
    opened = state.node_opened_on if node else state.submitted_on
    return WorkItem(
        key=f"{kind}:{key}:{state.round}:{node}:{seat.key}",
        kind=kind,
        step=key,
        round=state.round,
        node=node,
        seat=seat.key,
        role=seat.role,
        body=seat.body,
        position=seat.position,
        not_person=not_person,
        opened_on=opened or case_date(state),
        due_on=due.date if due else None,
    )
