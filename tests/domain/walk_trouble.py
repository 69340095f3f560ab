"""议定事项 recorded, reported, confirmed and dropped by anyone, wherever on a walk."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from domain import commands as c
from tests.domain.play import REASON
from tests.domain.walk import BODIES, PEOPLE, Walk


def follow(walk: Walk, rng: Random) -> None:
    """By anyone, wherever."""
    case = walk.now
    meetings = [
        (key, d.id)
        for key, state in case.steps.items()
        for d in state.decisions
        if d.outcome in ("passed", "passed_with_changes", "deferred", "rejected")
    ]
    by = rng.choice(["county.handler", "reform.handler", rng.choice(PEOPLE)])
    known = list(case.follow_ups.values())
    if known and rng.randint(1, 3) > 1:
        each = rng.choice(known)
        at: dict[str, Any] = {"step": each.step, "follow_up": each.id}
        how = rng.choice([c.ReportFollowUp, c.ConfirmFollowUp, c.DropFollowUp])
        if how is c.ReportFollowUp:
            by = rng.choice([by, f"{each.body.removeprefix('b-')}.{each.position}"])
            walk.act(how, by if by in PEOPLE else "nobody.x", opinion=REASON, **at)
            return
        reason = rng.choice([None, REASON])
        more = {"agrees": rng.choice([True, False])} if how is c.ConfirmFollowUp else {}
        walk.act(how, rng.choice([by, each.by]), reason=reason, **at, **more)
    elif meetings:
        key, decision = rng.choice(meetings)
        walk.act(
            c.AddFollowUp, by, step=key, opinion=REASON, body=f"b-{rng.choice(BODIES)}",
            position=rng.choice(["head", "handler", "any"]), blocks=rng.choice([True, False]),
            decision=rng.choice(["", decision, "0"]), due_on=walk.today + timedelta(days=rng.randint(-1, 9)),
        )  # fmt: skip
