"""审批意见的演进: what becomes of decisions, up to being carried through changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case
from domain.decisions import Decision, Outcome
from domain.evolve_following import come_alive, fall_with
from domain.evolve_patterns import without_hand
from domain.evolving import change, put, step_of


def standing_alone(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """免签 falls with what it rests on."""
    here = {decision.id for decision in decisions}
    return tuple(d for d in decisions if not d.rests_on or d.rests_on in here)


def _decided(case: Case, event: e.Decided | e.SignedBefore) -> Case:
    state = step_of(case, event.step)
    mine = event.decision
    others = tuple(d for d in state.decisions if (d.node, d.seat) != (mine.node, mine.seat))
    others = standing_alone((*others, mine))[:-1]
    hands = without_hand(state, f"{mine.node}|{mine.seat}")
    decided = replace(state, decisions=(*others, mine), hands=hands)
    return put(case, event.step, decided, counter=case.counter + 1)


def _with(case: Case, step: str, wanted: str, **changes: Any) -> Case:
    decisions = tuple(replace(d, **changes) if d.id == wanted else d for d in step_of(case, step).decisions)
    return change(case, step, decisions=decisions)


def _without(case: Case, step: str, wanted: str) -> Case:
    left = tuple(d for d in step_of(case, step).decisions if d.id != wanted)
    return change(case, step, decisions=standing_alone(left))


def _decision_checked(case: Case, event: e.DecisionChecked) -> Case:
    if not event.agrees:
        return fall_with(_without(case, event.step, event.decision), event.decision)
    return come_alive(_with(case, event.step, event.decision, verified_by=event.by), event.decision)


def _opinion_adopted(case: Case, event: e.OpinionAdopted) -> Case:
    return _with(case, event.step, event.decision, adoption=event.adoption, adoption_reason=event.reason)


def _decision_withdrawn(case: Case, event: e.DecisionWithdrawn) -> Case:
    return fall_with(_without(case, event.step, event.decision), event.decision)


_NOT_REPORTED: dict[str, Any] = {"changed_by": "", "changed_for": "", "changed_on": None, "change_note": None}


def _changes_reported(case: Case, event: e.ChangesReported) -> Case:
    told = {
        "changed_by": event.by,
        "changed_for": event.acting_for,
        "changed_on": event.on,
        "change_note": event.note,
    }
    return _with(case, event.step, event.decision, **told)


def _changes_confirmed(case: Case, event: e.ChangesConfirmed) -> Case:
    if not event.agrees:
        return _with(case, event.step, event.decision, **_NOT_REPORTED)
    return _with(case, event.step, event.decision, confirmed_by=event.by, confirmed_on=event.on)


def carry(
    decisions: tuple[Decision, ...], carries: tuple[str, ...], ref: str, digest: str
) -> tuple[Decision, ...]:
    """按会议意见修改: those carried speak for the changed paper; what waits for its changes notes it."""
    return tuple(_carry_one(d, ref, digest) if d.id in carries else d for d in decisions)


def _carry_one(decision: Decision, ref: str, digest: str) -> Decision:
    seen = {**decision.hashes, ref: digest}
    if not decision.pending:
        return replace(decision, hashes=seen)
    changes = tuple(dict.fromkeys((*decision.changes, ref)))
    return replace(decision, hashes=seen, changes=changes, **_NOT_REPORTED)


def carry_passed(
    decisions: tuple[Decision, ...], slot: str, before: str, digest: str
) -> tuple[Decision, ...]:
    """As `carry`, for events of the time when only the meeting's own decision was carried."""
    return tuple(
        replace(d, hashes={**d.hashes, slot: digest})
        if d.outcome is Outcome.PASSED_WITH_CHANGES and d.hashes.get(slot) == before
        else d
        for d in decisions
    )


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.Decided: _decided,
    e.SignedBefore: _decided,
    e.DecisionChecked: _decision_checked,
    e.OpinionAdopted: _opinion_adopted,
    e.DecisionWithdrawn: _decision_withdrawn,
    e.ChangesReported: _changes_reported,
    e.ChangesConfirmed: _changes_confirmed,
}
