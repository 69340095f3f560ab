"""免签 on a walk: nobody is passed who did not agree to the same, and nobody asked who did."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case import Case
from domain.decisions import Decision
from domain.programme import Node
from tests.domain.play import person
from tests.domain.walk_reading import waits_for_check
from tests.domain.walk_rules import Rules, Seat, Verdict


def signed_faults(model: Rules, case: Case, key: str, turn: tuple[Node, Verdict] | None) -> Iterator[str]:
    """What is wrong with the answers of a step that rest on others, and with who is asked now."""
    decisions = case.steps[key].decisions
    for decision in decisions:
        if not decision.rests_on:
            continue
        base = next((d for d in decisions if d.id == decision.rests_on), None)
        if base is None:
            yield f"{key}: {decision.id} rests on what is not there"
        elif decision.id not in model.skipped:
            model.skipped.add(decision.id)
            seat = next(s for s in _seats(model, case, key, decision) if f"{s[0]}@{s[1]}" == decision.seat)
            if not _passes(model, key, base, model.node(key, decision.node), seat):
                yield f"{key}: {decision.decided_by} was passed at {decision.node} and had not agreed to it"
    for node, seat in [(turn[0], seat) for seat in turn[1].asked] if turn else []:
        if seat[0] in node.roles and any(_passes(model, key, base, node, seat) for base in decisions):
            yield f"{key}: {seat} is asked at {node.id} and had agreed"


def _seats(model: Rules, case: Case, key: str, decision: Decision) -> list[Seat]:
    return [s for role in model.node(key, decision.node).roles for s in model.seats(case, key, role)]


def _passes(model: Rules, key: str, base: Decision, node: Node, seat: Seat) -> bool:
    """Whether an answer stands in for a later seat."""
    order = [each.id for each in model.steps[key.partition("#")[0]].nodes]
    who = base.decided_by
    own = "." in who and not who.endswith(".proxy") and (seat[1], seat[2]) in person(who).positions
    given = model.node(key, base.node)
    before = order.index(base.node) < order.index(node.id) and model.speaks(key, given, base)
    seen, now = model.seen[base.id], model.lies(key, node)
    return (
        node.skip_signed
        and base.outcome == "agree"
        and own
        and before
        and not waits_for_check(base)
        and who not in model.submitter[key].split()
        and (base.id, node.id) not in model.barred
        and now.items() <= seen.items()
    )
