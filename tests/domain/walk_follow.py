"""议定事项 and 传阅 on a walk: what people are told and asked beside the steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain import commands as c
from domain.case import Case
from tests.domain.play import person
from tests.domain.walk_rules import Rules


@dataclass
class Followed:
    """One of them, as it was told."""

    step: str
    round: int
    decision: str
    body: str
    position: str
    blocks: bool
    live: bool
    reporter: str = ""
    """Who reported it, and between spaces in whose place."""
    done: bool = False


def told(model: Rules, command: c.Command, actor: str, after: Case) -> None:
    """Take note of an accepted command."""
    known: dict[str, Followed] = model.followed
    if isinstance(command, c.AddFollowUp):
        added = list(after.follow_ups.values())[-1]
        decision = next(d for d in after.steps[command.step].decisions if d.id == added.decision)
        checked = decision.recorded_by == decision.decided_by or bool(decision.verified_by)
        known[added.id] = Followed(
            command.step, command.round, decision.id, command.body, command.position, command.blocks, checked
        )
    elif isinstance(command, c.ReportFollowUp):
        known[command.follow_up].reporter = " ".join([actor, *_in_place_of(model, command, actor, after)])
    elif isinstance(command, c.ConfirmFollowUp):
        found = known[command.follow_up]
        found.done, found.reporter = command.agrees, found.reporter if command.agrees else ""
    elif isinstance(command, c.DropFollowUp):
        known.pop(command.follow_up)
    elif isinstance(command, c.CheckDecision | c.WithdrawDecision):
        _decided(known, command.decision, isinstance(command, c.CheckDecision) and command.agrees)


def _decided(known: dict[str, Followed], decision: str, stands: bool) -> None:
    for id_ in [id_ for id_, each in known.items() if each.decision == decision]:
        if stands:
            known[id_].live = True
        else:
            known.pop(id_)


def read(model: Rules, command: c.Command, actor: str, after: Case) -> None:
    """传阅: who has still to read what."""
    if isinstance(command, c.Circulate) and command.marks:
        places = list(dict.fromkeys(command.readers))
        model.reading[list(after.circulations)[-1]] = (command.step, command.round, places)
    elif isinstance(command, c.EndCirculation):
        model.reading.pop(command.circulation)
    elif isinstance(command, c.MarkRead):
        _read(model, command, actor, after)


def _read(model: Rules, command: c.MarkRead, actor: str, after: Case) -> None:
    """One of the own places, else of who is away, else of who has given the work of the place away."""
    away = {(each.body, each.position) for each in person(actor).acting_for}
    for places_held in (person(actor).positions, away, _prepares(after, command.step, actor)):
        held = {f"{body}/{place}" for body, place in places_held} | {f"{body}/any" for body, _ in places_held}
        for id_, (step, _, places) in model.reading.items():
            mine = [place for place in places if place in held]
            if step == command.step and command.circulation in ("", id_) and mine:
                places.remove(mine[0])
                return
    raise AssertionError(f"{actor} marked what is nobody's of theirs")


def _prepares(case: Case, key: str, actor: str) -> dict[tuple[str, str], str]:
    """代办: the places of a step whose answer somebody prepares, and who gave it away."""
    state, found = case.steps[key], {}
    for place, hand in state.hands.items():
        node, _, seat = place.partition("|")
        if not hand.prepares or hand.answered or hand.person != actor:
            continue
        if place == "doer" and state.doer and state.status in ("in_progress", "returned", "reopened"):
            found[(state.doer.body, state.doer.position)] = hand.by
        found |= {(s.body, s.position): hand.by for s in state.seats if s.key == seat and node == state.node}
    return found


def _in_place_of(model: Rules, command: c.ReportFollowUp, actor: str, case: Case) -> list[str]:
    """For whom a follow-up was reported."""
    told = model.followed[command.follow_up]
    asked = (told.body, told.position)
    held = {each for body, at in person(actor).positions for each in ((body, at), (body, "any"))}
    if asked in held:
        return []
    away = [a.person for a in person(actor).acting_for if asked in ((a.body, a.position), (a.body, "any"))]
    given = _prepares(case, command.step, actor)
    return away[:1] or [by for place, by in given.items() if asked in (place, (place[0], "any"))][:1]


def _given(case: Case, key: str, body: str, position: str) -> Iterator[tuple[str, str]]:
    """代办: who prepares the answer of a place that is asked something beside, each in a body of theirs."""
    state = case.steps[key]
    for place, hand in state.hands.items():
        seats = [s for s in state.seats if place == f"{state.node}|{s.key}"] if state.node else []
        if place == "doer" and state.status in ("in_progress", "returned", "reopened") and state.doer:
            seats = [state.doer]
        if (
            hand.prepares
            and not hand.answered
            and any(s.body == body and position in (s.position, "any") for s in seats)
        ):
            yield hand.body, f"@{hand.person}"


def asked_beside(model: Rules, case: Case) -> Iterator[tuple[str, ...]]:
    """What they ask: of readers; of who is responsible, then of the overseer."""
    for step, round_, places in model.reading.values():
        for body, _, position in (place.rpartition("/") for place in places):
            yield ("read", step, str(round_), "", "", body, position, "")
            yield from (
                ("read", step, str(round_), "", "", *who, "") for who in _given(case, step, body, position)
            )
    for each in model.followed.values():
        at = (each.step, str(each.round), "")
        if not each.live or each.done:
            continue
        if not each.reporter:
            yield ("follow_up", *at, "", each.body, each.position, "")
            given = _given(case, each.step, each.body, each.position)
            yield from (("follow_up", *at, "", *who, "") for who in given)
            continue
        for seat in model.seats(case, "", model.programme.overseer):
            yield ("confirm_follow_up", *at, *seat, each.reporter)
