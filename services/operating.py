"""运维办理: what an operator does to the relay's queues: give back what stopped, show all again.

Each is one act of a person with the right to it, with a row in the stream ``security``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from domain.doers import Doer
from domain.permissions import Action
from domain.refusal import Refused
from models.ledger import SECURITY
from services.authority import Allowed, allow
from services.bootstrap import Runtime
from services.delivery import revive_messages
from services.notifying.queue import revive_letters, send_again
from services.notifying.reminding import Reminded, remind
from services.noting import in_turn, note
from services.outside_hands import SentAgain
from services.outside_hands import send_again as send_outside_again
from services.relaying import remirror, revive
from services.timers import revive_timers


class Requeued(msgspec.Struct, frozen=True, kw_only=True):
    """重新放回结果: how many of each kind."""

    cases: int
    timers: int
    messages: int
    outside: SentAgain


def requeue(runtime: Runtime, doer: Doer, case_id: str = "") -> Requeued | Refused:
    """重新放回: what stopped and waits for an operator, of one case or of all; outward matters go again.

    Messages belong to no case: they are given back with all.
    """
    allowed = allow(runtime.db, doer, Action.RELAY_OPERATE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    done = Requeued(
        cases=revive(runtime.db, runtime.wall, case_id),
        timers=revive_timers(runtime.db, case_id),
        messages=0 if case_id else revive_messages(runtime.db) + revive_letters(runtime.db),
        outside=send_outside_again(runtime, case_id),
    )
    counts = {
        "cases": done.cases,
        "timers": done.timers,
        "messages": done.messages,
        "sent": done.outside.sent,
    }
    _note(runtime, allowed, {"type": "relay_requeued", "case": case_id, **counts})
    return done


def show_again(runtime: Runtime, doer: Doer, case_id: str = "") -> int | Refused:
    """重新显示: let the relay show one case or all from the start; return how many."""
    allowed = allow(runtime.db, doer, Action.RELAY_OPERATE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    count = remirror(runtime.db, runtime.wall, case_id)
    _note(runtime, allowed, {"type": "relay_remirrored", "case": case_id, "cases": count})
    return count


def send_letters_again(runtime: Runtime, doer: Doer, ids: Sequence[str] = ()) -> int | Refused:
    """再发可能已发的通知: those named, or all, marked as a possible repetition; return how many."""
    allowed = allow(runtime.db, doer, Action.RELAY_OPERATE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    count = send_again(runtime.db, runtime.wall.now(), ids)
    _note(runtime, allowed, {"type": "letters_sent_again", "letters": list(ids), "count": count})
    return count


def remind_by_hand(runtime: Runtime, doer: Doer) -> Reminded | Refused:
    """到期提醒: what the schedule does, now; run twice, nothing is said twice."""
    allowed = allow(runtime.db, doer, Action.RELAY_OPERATE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    done = remind(runtime)
    _note(runtime, allowed, {"type": "reminded", "due": done.due, "messages": done.messages})
    return done


def _note(runtime: Runtime, allowed: Allowed, event: Mapping[str, object]) -> None:
    with in_turn(runtime.db, SECURITY) as session:
        note(
            session,
            SECURITY,
            event,
            actor=allowed.actor,
            position=allowed.position,
            wall=runtime.wall,
            command_id=secrets.token_hex(16),
        )
