"""办理方式的演进: signers and hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case, StepState
from domain.evolving import change, step_of


def _signer_added(case: Case, event: e.SignerAdded) -> Case:
    state = step_of(case, event.step)
    node, key = event.signer.node, event.signer.seat.key
    out = tuple(seat for seat in state.left_out.get(node, ()) if seat != key)
    left_out = {**state.left_out, node: out}
    signers = (*state.signers, event.signer)
    return change(case, event.step, signers=signers, left_out=left_out, seats=event.seats)


def _signer_removed(case: Case, event: e.SignerRemoved) -> Case:
    state = step_of(case, event.step)
    signers = tuple(s for s in state.signers if (s.node, s.seat.key) != (event.node, event.seat))
    left_out = state.left_out
    if len(signers) == len(state.signers):
        left_out = {**left_out, event.node: (*left_out.get(event.node, ()), event.seat)}
    hands = without_hand(state, f"{event.node}|{event.seat}")
    return change(case, event.step, signers=signers, left_out=left_out, hands=hands, seats=event.seats)


def _hand(case: Case, event: e.HandedOver | e.Delegated) -> Case:
    return change(case, event.step, hands={**step_of(case, event.step).hands, event.key: event.hand})


def _delegation_answered(case: Case, event: e.DelegationAnswered) -> Case:
    hands = step_of(case, event.step).hands
    answered = replace(hands[event.key], answered=True, outcome=event.outcome, opinion=event.opinion)
    return change(case, event.step, hands={**hands, event.key: answered})


def _delegation_ended(case: Case, event: e.DelegationEnded) -> Case:
    return change(case, event.step, hands=without_hand(step_of(case, event.step), event.key))


def without_hand(state: StepState, key: str) -> dict[str, Any]:
    """The hands without one."""
    return {other: hand for other, hand in state.hands.items() if other != key}


def without_nodes(state: StepState, nodes: tuple[str, ...]) -> dict[str, Any]:
    """退回到前面的节点: what was added, taken out, handed over or listed at nodes asked anew falls."""
    return {
        "signers": tuple(signer for signer in state.signers if signer.node not in nodes),
        "left_out": {node: out for node, out in state.left_out.items() if node not in nodes},
        "hands": {key: hand for key, hand in state.hands.items() if key.partition("|")[0] not in nodes},
        "agenda": {key: item for key, item in state.agenda.items() if item.node not in nodes},
    }


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.SignerAdded: _signer_added,
    e.SignerRemoved: _signer_removed,
    e.HandedOver: _hand,
    e.Delegated: _hand,
    e.DelegationAnswered: _delegation_answered,
    e.DelegationEnded: _delegation_ended,
}
