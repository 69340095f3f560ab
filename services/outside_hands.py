"""对外办理的接手与重办: what people see of a matter that an outside system has, and how it changes hands.

Whoever is responsible may take it over at any time; what the machine gave up can be sent again once the cause
is put right. What the machine gave up is read off the cases themselves, so no crash can lose it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import select

from config.clock import BUSINESS_TIMEZONE, WallClock
from domain.case import NOTHING, Case, StepState
from domain.commands import AskAgain, TurnManual
from domain.refusal import Refused
from domain.states import StepStatus
from domain.work_kinds import WorkKind
from models.database import Database
from models.statements import CASE, TIMER, WORK_ITEM
from services.act_loading import decode_case
from services.acts import Done, Entry, act
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.reading import load_case

OPERATOR: Final = "operator"
_BY_HAND: Final = (str(WorkKind.VERIFY), str(WorkKind.FILE))
_ASKED: Final = {StepStatus.VERIFYING: "公司登记核验", StepStatus.FILING: "报送备案"}


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """系统无法继续的对外办理: people have it now; it can be sent again as long as none has registered it."""

    case_id: str
    step: str
    round: int
    generation: int
    why: str


def stopped_outside(db: Database, case_id: str = "") -> tuple[Stopped, ...]:
    """Return what the machine gave up and nobody has registered by hand yet, of one case or of all."""
    wanted = (
        select(CASE.c.id, CASE.c.snapshot)
        .where(CASE.c.id.in_(select(WORK_ITEM.c.case_id).where(WORK_ITEM.c.kind.in_(_BY_HAND))))
        .order_by(CASE.c.id)
    )
    if case_id:
        wanted = wanted.where(CASE.c.id == case_id)
    with db.read() as session:
        rows = session.connection().execute(wanted).all()
    return tuple(each for row in rows for each in _stopped(decode_case(row.snapshot)))


def _stopped(case: Case) -> Iterator[Stopped]:
    for key, state in sorted(case.steps.items()):
        machine = state.machine
        if state.status in _ASKED and machine is not None and machine.stopped and not machine.outcome:
            yield Stopped(
                case_id=case.id, step=key, round=state.round, generation=state.generation, why=machine.why
            )


class SentAgain(msgspec.Struct, frozen=True, kw_only=True):
    """重新交办结果: how many went back to the machine, and why the others did not."""

    sent: int = 0
    refused: tuple[tuple[str, str, str], ...] = ()
    """Case, step and reason."""


def send_again(runtime: Runtime, case_id: str = "") -> SentAgain:
    """重新发送, by the operator: give back to the machine what it gave up, of one case or of all.

    The same idempotency key goes out again, so what was carried out before is not carried out twice. Two
    operators who do it at once do it once.
    """
    sent, refused = 0, []
    for each in stopped_outside(runtime.db, case_id):
        command = AskAgain(
            command_id=f"again:{each.case_id}:{each.step}:{each.round}:{each.generation}",
            case=each.case_id,
            occurred_on=business_date(runtime.db, runtime.wall),
            step=each.step,
            round=each.round,
        )
        entry = Entry(actor=OPERATOR, machine=True)
        answer = act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)
        if isinstance(answer, Refused):
            refused.append((each.case_id, each.step, answer.message))
        else:
            sent += not answer.repeated
    return SentAgain(sent=sent, refused=tuple(refused))


def take_over(runtime: Runtime, entry: Entry, case_id: str, step: str, given_id: str = "") -> Done | Refused:
    """转人工办理, by whoever is responsible: from now on the machine asks no more.

    They are told what the last question brought: where the answer was lost, it may have been carried out.
    """
    command = TurnManual(
        **_by_person(runtime, case_id, step, given_id), reason=what_came(runtime.db, case_id, step)
    )
    return act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)


def what_came(db: Database, case_id: str, step: str) -> str:
    """What the machine's last question brought, for whoever takes over; empty where it asked none."""
    tries = _tries(db, case_id).get(step)
    return tries.last_error if tries else ""


def ask_again(runtime: Runtime, entry: Entry, case_id: str, step: str, given_id: str = "") -> Done | Refused:
    """重新交系统办理, by whoever has the matter by hand now."""
    command = AskAgain(**_by_person(runtime, case_id, step, given_id))
    return act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)


def _by_person(runtime: Runtime, case_id: str, step: str, given_id: str) -> dict[str, Any]:
    case = load_case(runtime.db, case_id)
    state = case.steps.get(step, NOTHING) if case else NOTHING
    return {
        "command_id": given_id or secrets.token_hex(16),
        "case": case_id,
        "occurred_on": business_date(runtime.db, runtime.wall),
        "step": step,
        "round": state.round,
    }


class _Tries(msgspec.Struct, frozen=True):
    attempts: int
    next_attempt_at: datetime | None
    last_error: str


def _tries(db: Database, case_id: str) -> dict[str, _Tries]:
    columns = (TIMER.c.step, TIMER.c.attempts, TIMER.c.next_attempt_at, TIMER.c.last_error)
    wanted = select(*columns).where(TIMER.c.case_id == case_id, TIMER.c.kind == "manual")
    with db.read() as session:
        rows = session.connection().execute(wanted).all()
    return {row.step: _Tries(row.attempts, row.next_attempt_at, row.last_error or "") for row in rows}


def outside_words(db: Database, wall: WallClock, case: Case) -> dict[str, str]:
    """等待原因: step → why it waits in 核验中 or 报送中, as an officer reads it."""
    waiting = {key: state for key, state in case.steps.items() if state.status in _ASKED}
    if not waiting:
        return {}
    tries = _tries(db, case.id)
    return {key: _words(state, tries.get(key), wall.now()) for key, state in waiting.items()}


def _words(state: StepState, tries: _Tries | None, now: datetime) -> str:
    machine = state.machine
    if machine is None or (machine.outcome and not machine.checked_by):
        return "已登记,待第二人核对"
    if machine.manual:
        return f"人工办理:{machine.why}" if machine.why else "人工办理"
    until = f",{machine.manual_on.isoformat()} 仍无结果的次日转人工办理" if machine.manual_on else ""
    if tries is None or not tries.last_error:
        return f"等待系统{_ASKED[state.status]}{until}"
    return f"{tries.last_error}(已试 {tries.attempts} 次{_next(tries, now)}){until}"


def _next(tries: _Tries, now: datetime) -> str:
    if tries.next_attempt_at is None or tries.next_attempt_at <= now:
        return ",即将再试"
    return f",{tries.next_attempt_at.astimezone(BUSINESS_TIMEZONE):%m-%d %H:%M} 再试"
