"""对外办理: what a case asks of outside systems now, asking it, and recording what they answered.

A step that waits for a machine (核验中, 报送中, not 转人工) always has a timer that turns it into manual work
after some days. That timer's row is the queue of the machine work too: its lease says who is asking, its
attempts and ``next_attempt_at`` when to ask again. So a slow system delays neither the showing of the case
nor any other system, and no flow waits for a later try.

The answer is recorded through ``act`` as the machine, under a command id made of kind, case, step, round and
asking: however often it is asked, it is recorded once. An answer to an older round, or after the matter was
turned to people, is refused there; in the second case those who have the matter are told it.

What cannot be answered by asking again (refused, malformed, about something else) is people's work at once,
with the reason; the operator sees it too and can have it sent again (``services.outside_hands``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec
from loguru import logger
from sqlalchemy import ColumnElement, and_, or_, select, update

from config.clock import WallClock
from domain.acts.machine import MACHINE
from domain.case import Case, StepState
from domain.commands import Command, RecordFiling, RecordVerification, TurnManual
from domain.open_work import TimerKind
from domain.outside import Rng, delay_before_next_try, next_delay
from domain.outside_errors import OutsideError
from domain.programme import EvidenceField
from domain.refusal import Refused
from domain.states import StepStatus
from models.database import Database
from models.statements import STEP, TIMER
from services.acts import Done, Entry, act
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.outside_requests import Unanswered, command_id, file_documents, look_up_company
from services.reading import load_case
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS

LONGEST_CALL_S: Final = 10.0
_WAITING: Final = {"verify": StepStatus.VERIFYING, "file": StepStatus.FILING}
SYSTEMS: Final = {"verify": "company_registry", "file": "filing"}
SYSTEM_TITLES: Final = {"verify": "公司登记核验", "file": "报送备案"}


class OutsideClaim(msgspec.Struct, frozen=True, kw_only=True):
    """认领的对外办理事项: one step of one case in one round; settled only under ``fence``."""

    case_id: str
    step: str
    kind: str
    """verify or file."""
    timer: str
    generation: int
    fence: int
    attempts: int


class Answered(StrEnum):
    """对外办理结果."""

    RECORDED = "recorded"
    """已登记."""
    OUT_OF_DATE = "out_of_date"
    """已过时: the step went on meanwhile; nothing to record."""
    LATER = "later"
    """稍后再办: not answered yet; the row says when."""
    PERSON = "person"
    """转人工办理: asking again the same way would bring the same answer; people have the work now."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one question, in words for the run's log (no document, no person)."""

    answered: Answered
    words: str


def _due(kind: str, wall: WallClock) -> ColumnElement[bool]:
    now = wall.now()
    return and_(
        TIMER.c.kind == str(TimerKind.MANUAL),
        TIMER.c.dead.is_(False),
        or_(TIMER.c.next_attempt_at.is_(None), TIMER.c.next_attempt_at <= now),
        or_(TIMER.c.lease_until.is_(None), TIMER.c.lease_until < now),
        STEP.c.state == str(_WAITING[kind]),
    )


_JOINED = TIMER.join(STEP, and_(STEP.c.case_id == TIMER.c.case_id, STEP.c.step == TIMER.c.step))


def waiting_outside(db: Database, wall: WallClock, kind: str) -> str:
    """Return the case whose work of ``kind`` has waited longest, empty where none waits. Reads only."""
    wanted = select(TIMER.c.case_id).select_from(_JOINED).where(_due(kind, wall))
    with db.read() as session:
        found = session.connection().execute(wanted.order_by(TIMER.c.due_on, TIMER.c.case_id).limit(1))
        return found.scalar() or ""


def claim_outside(
    db: Database, wall: WallClock, by: str, lease_s: float, case_id: str, kind: str
) -> list[OutsideClaim]:
    """认领: take what ``case_id`` asks of the system of ``kind`` now, no more than the lease has time for."""
    wanted = (
        select(TIMER.c.key, TIMER.c.step, TIMER.c.generation, TIMER.c.fence, TIMER.c.attempts)
        .select_from(_JOINED)
        .where(TIMER.c.case_id == case_id, _due(kind, wall))
        .order_by(TIMER.c.step)
        .limit(max(1, int(lease_s / LONGEST_CALL_S)))
    )
    with db.write() as session:
        connection = session.connection()
        rows = connection.execute(wanted.with_for_update(of=TIMER, skip_locked=True)).all()
        for row in rows:
            connection.execute(
                update(TIMER)
                .where(TIMER.c.case_id == case_id, TIMER.c.key == row.key)
                .values(
                    lease_by=by,
                    lease_until=wall.now() + timedelta(seconds=lease_s),
                    fence=TIMER.c.fence + 1,
                )
            )
    return [
        OutsideClaim(
            case_id=case_id,
            step=row.step,
            kind=kind,
            timer=row.key,
            generation=row.generation,
            fence=row.fence + 1,
            attempts=row.attempts,
        )
        for row in rows
    ]


def ask(runtime: Runtime, claim: OutsideClaim, *, run_id: str | None, rng: Rng) -> Asked:
    """对外办理: ask the outside system once, record a final answer, or note when to ask again.

    Takes ten seconds at most. Trouble outside is a result, not an exception; only a fault of our own
    database raises.
    """
    case = load_case(runtime.db, claim.case_id)
    state = case.steps.get(claim.step) if case else None
    if case is None or state is None or not _still_waits(state, claim.kind):
        _free(runtime, claim, attempts=0, delay=None, error=None)
        return Asked(answered=Answered.OUT_OF_DATE, words="任务已有新进展,不再需要")
    asking = _Asking(runtime, claim, case, state, run_id, rng)
    contact = look_up_company if claim.kind == "verify" else file_documents
    try:
        answer = contact(runtime, case, claim.step, state)
    except OutsideError as error:
        return asking.in_trouble(error)
    if isinstance(answer, Unanswered):
        return asking.unanswered(answer)
    return asking.record(answer)


def _still_waits(state: StepState, kind: str) -> bool:
    machine = state.machine
    return state.status is _WAITING[kind] and machine is not None and not machine.manual


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question and what becomes of it. ``state`` is the step's before the question."""

    runtime: Runtime
    claim: OutsideClaim
    case: Case
    state: StepState
    run_id: str | None
    rng: Rng

    def in_trouble(self, error: OutsideError) -> Asked:
        """Retryable: asked again, ever more rarely, until the day set for people. The rest is theirs now."""
        words = f"{error.message}({error.code})"
        if not error.retryable:
            return self._to_people(error.message, words, stopped=True)
        tries = self.claim.attempts + error.attempted
        return self._later(tries, error.retry_after, error.message, words)

    def unanswered(self, answer: Unanswered) -> Asked:
        """No result yet, or none that a machine can bring."""
        if answer.by_hand:
            return self._to_people(answer.words, answer.words, stopped=answer.stopped)
        return self._later(self.claim.attempts + 1, None, answer.words, answer.words)

    def record(self, command: RecordVerification | RecordFiling) -> Asked:
        """Record the answer as the machine; one that is not taken is told to those who have the matter."""
        said = OUTCOME_WORDS.get(command.outcome, command.outcome)
        answer = self._act(command)
        if not isinstance(answer, Refused):
            return Asked(answered=Answered.RECORDED, words=said)
        case = load_case(self.runtime.db, self.claim.case_id)
        now = case.steps.get(self.claim.step) if case else None
        if now is None or (now.status, now.round) != (self.state.status, self.state.round):
            logger.warning("{} {}:过时的结果未采用:{}", self.claim.case_id, self.claim.step, said)
            return Asked(answered=Answered.OUT_OF_DATE, words=f"{said},但任务已有新进展,未采用")
        said = f"{said}({detail})" if (detail := _detail(command)) else said
        if _still_waits(now, self.claim.kind):
            return self._to_people(f"{said},但不能登记:{answer.message}", said, stopped=True)
        return self._to_people(
            f"转人工之后系统答复:{said}。请核实后登记,勿重复办理", f"{said},已转人工,未计入", stopped=False
        )

    def _later(self, tries: int, asked_for: float | None, error: str, words: str) -> Asked:
        delay = delay_before_next_try(asked_for, max(tries, 1), self.rng)
        _free(self.runtime, self.claim, attempts=tries, delay=delay, error=error)
        return Asked(answered=Answered.LATER, words=f"{words},稍后再办" if error != words else words)

    def _to_people(self, reason: str, words: str, *, stopped: bool) -> Asked:
        """转人工办理 at once: whoever is responsible gets the work with the reason. Ends the row's timer."""
        told = hashlib.sha256(reason.encode()).hexdigest()[:8]
        key = command_id("manual", self.case, self.claim.step, self.state)
        turn = TurnManual(
            command_id=f"{key}:{told}",
            case=self.case.id,
            occurred_on=business_date(self.runtime.db, self.runtime.wall),
            step=self.claim.step,
            round=self.state.round,
            reason=reason,
            stopped=stopped,
        )
        answer = self._act(turn)
        if isinstance(answer, Refused):
            _free(self.runtime, self.claim, attempts=0, delay=None, error=None)
            return Asked(answered=Answered.OUT_OF_DATE, words=f"{words};{answer.message}")
        return Asked(answered=Answered.PERSON, words=f"{words},转人工办理")

    def _act(self, command: Command) -> Done | Refused:
        entry = Entry(actor=MACHINE, channel="flow", machine=True, run_id=self.run_id)
        return act(self.runtime.db, command, entry, wall=self.runtime.wall, notices=self.runtime.notices)


def _detail(command: RecordVerification | RecordFiling) -> str:
    """What a person needs of an answer that was not taken: receipt number and date, reason, differences."""
    if isinstance(command, RecordVerification):
        return ";".join(command.differences)
    receipt = [command.fields[name] for name in _RECEIPT if name in command.fields]
    return ",".join(receipt) or command.message


_RECEIPT: Final = (str(EvidenceField.NUMBER), str(EvidenceField.ISSUED_ON))
OUTCOME_WORDS: Final = {
    "matched": "核验一致",
    "mismatched": "核验不一致",
    "accepted": "报送已受理",
    "rejected": "报送被退回",
}


def _free(
    runtime: Runtime,
    claim: OutsideClaim,
    *,
    attempts: int,
    delay: float | None,
    error: str | None,
    dead: bool = False,
) -> None:
    """Give the row back, if it is still in our hands. The timer stays: it turns the matter to people."""
    later = None if delay is None else runtime.wall.now() + timedelta(seconds=delay)
    with runtime.db.write() as session:
        session.connection().execute(
            update(TIMER)
            .where(
                TIMER.c.case_id == claim.case_id,
                TIMER.c.key == claim.timer,
                TIMER.c.generation == claim.generation,
                TIMER.c.fence == claim.fence,
                TIMER.c.lease_by.is_not(None),
            )
            .values(
                lease_by=None,
                lease_until=None,
                attempts=attempts,
                next_attempt_at=later,
                last_error=error and error[:LONGEST_ERROR],
                dead=dead,
            )
        )


def give_back(runtime: Runtime, claims: Sequence[OutsideClaim], error: str, rng: Rng | None) -> None:
    """放回: after a fault of our own. Counts as a try only with ``rng`` (which spreads the next one)."""
    for claim in claims:
        tries = claim.attempts + (rng is not None)
        delay = None if rng is None else next_delay(tries, rng)
        _free(runtime, claim, attempts=tries, delay=delay, error=error or None, dead=tries >= MAX_ATTEMPTS)
