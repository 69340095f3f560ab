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
        known[command.follow_up].reporter = actor
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
        held = {f"{body}/{place}" for body, place in person(actor).positions}
        held |= {f"{body}/any" for body, _ in person(actor).positions}
        for id_, (step, _, places) in model.reading.items():
            mine = [place for place in places if place in held]
            if step == command.step and command.circulation in ("", id_) and mine:
                places.remove(mine[0])
                return


def asked_beside(model: Rules, case: Case) -> Iterator[tuple[str, ...]]:
    """What they ask: of readers; of who is responsible, then of the overseer."""
    for step, round_, places in model.reading.values():
        for body, _, position in (place.rpartition("/") for place in places):
            yield ("read", step, str(round_), "", "", body, position, "")
    for each in model.followed.values():
        at = (each.step, str(each.round), "")
        if not each.live or each.done:
            continue
        if not each.reporter:
            yield ("follow_up", *at, "", each.body, each.position, "")
            continue
        for seat in model.seats(case, "", model.programme.overseer):
            yield ("confirm_follow_up", *at, *seat, each.reporter)
