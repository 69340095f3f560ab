"""对外办理: what a case asks of outside systems now, asking it, and recording what they answered.

A step that waits for a machine (核验中, 报送中, not 转人工) always has a timer that turns it into manual work
after some days. That timer's row is the queue of the machine work too: its lease says who is asking, its
attempts and ``next_attempt_at`` when to ask again. So a slow system delays neither the showing of the case
nor any other system, and no flow waits for a later try.

The answer is recorded through ``act`` as the machine, under a command id made of case, step, round and kind:
however often it is asked, it is recorded once. An answer to an older round, or after the matter was turned to
people, is refused there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select, update

from config.clock import WallClock
from domain.case import Case, EvidenceItem, StepState, split_key, step_key
from domain.commands import Command, RecordFiling, RecordVerification
from domain.open_work import TimerKind
from domain.outside import (
    CompanyQuery,
    FiledDocument,
    FilingOutcome,
    FilingReceipt,
    FilingRequest,
    Rng,
    VerificationOutcome,
    compare_company,
    delay_before_next_try,
    next_delay,
)
from domain.outside_errors import OutsideError
from domain.plan import StepPlan
from domain.programme import EvidenceField
from domain.refusal import Refused
from domain.states import StepStatus
from models.database import Database
from models.statements import STEP, TIMER
from models.tables import ReformUnitRow
from services.acts import Entry, act
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.reading import load_case, plan_of
from services.relaying import LONGEST_ERROR, MAX_ATTEMPTS

ONLINE: Final = "系统报送"
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
    """待人工处理: asking again the same way would bring the same answer."""


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
    """认领: take what ``case_id`` asks of the system of ``kind`` now."""
    wanted = (
        select(TIMER.c.key, TIMER.c.step, TIMER.c.fence, TIMER.c.attempts)
        .select_from(_JOINED)
        .where(TIMER.c.case_id == case_id, _due(kind, wall))
        .order_by(TIMER.c.step)
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
    try:
        contact = _verification if claim.kind == "verify" else _filing
        command = contact(runtime, case, state, claim)
    except OutsideError as error:
        return _in_trouble(runtime, claim, error, rng)
    if isinstance(command, Asked):
        return command
    if command is None:
        delay = delay_before_next_try(None, claim.attempts + 1, rng)
        _free(runtime, claim, attempts=claim.attempts + 1, delay=delay, error="对方尚无结论")
        return Asked(answered=Answered.LATER, words="对方尚无结论,稍后再问")
    return _record(runtime, claim, command, run_id)


def _still_waits(state: StepState, kind: str) -> bool:
    machine = state.machine
    return state.status is _WAITING[kind] and machine is not None and not machine.manual


def _record(runtime: Runtime, claim: OutsideClaim, command: Command, run_id: str | None) -> Asked:
    entry = Entry(actor="machine", channel="flow", machine=True, run_id=run_id)
    answer = act(runtime.db, command, entry, wall=runtime.wall, notices=runtime.notices)
    if isinstance(answer, Refused):
        _free(runtime, claim, attempts=claim.attempts, delay=None, error=answer.message, dead=True)
        return Asked(answered=Answered.PERSON, words=f"结果未被采用:{answer.message}")
    outcome = command.outcome if isinstance(command, RecordVerification | RecordFiling) else ""
    return Asked(answered=Answered.RECORDED, words=OUTCOME_WORDS.get(outcome, outcome))


OUTCOME_WORDS: Final = {
    "matched": "核验一致",
    "mismatched": "核验不一致",
    "accepted": "报送已受理",
    "rejected": "报送被退回",
}


def _in_trouble(runtime: Runtime, claim: OutsideClaim, error: OutsideError, rng: Rng) -> Asked:
    """Retryable trouble is asked again later; the rest waits, visible, for a person."""
    tries = claim.attempts + (1 if error.attempted else 0)
    if error.retryable:
        delay = delay_before_next_try(error.retry_after, max(tries, 1), rng)
        _free(runtime, claim, attempts=tries, delay=delay, error=error.message, dead=tries >= MAX_ATTEMPTS)
        return Asked(answered=Answered.LATER, words=f"{error.message}稍后再办({error.code})")
    _free(runtime, claim, attempts=tries, delay=None, error=error.message, dead=True)
    return Asked(answered=Answered.PERSON, words=f"{error.message}({error.code})")


def _free(
    runtime: Runtime,
    claim: OutsideClaim,
    *,
    attempts: int,
    delay: float | None,
    error: str | None,
    dead: bool = False,
) -> None:
    """Give the row back, if it is still ours. The timer itself stays: it turns the matter to people."""
    later = None if delay is None else runtime.wall.now() + timedelta(seconds=delay)
    with runtime.db.write() as session:
        session.connection().execute(
            update(TIMER)
            .where(TIMER.c.case_id == claim.case_id, TIMER.c.key == claim.timer, TIMER.c.fence == claim.fence)
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


def _plan_step(runtime: Runtime, case: Case, key: str) -> StepPlan:
    return plan_of(runtime.db, case).view(case.choices).by_id[split_key(key)[0]]


def _command_id(claim: OutsideClaim, state: StepState) -> str:
    return f"{claim.kind}:{claim.case_id}:{claim.step}:{state.round}"


def _verification(
    runtime: Runtime, case: Case, state: StepState, claim: OutsideClaim
) -> RecordVerification | Asked | None:
    """Look the company up and compare it; ``None`` where the port answers that a person has to."""
    work = _plan_step(runtime, case, claim.step).step.machine.verify
    if work is None:
        return Asked(answered=Answered.OUT_OF_DATE, words="该任务没有核验")
    given = {name: _field(case, claim.step, str(where)) for name, where in work.reads.items()}
    query = CompanyQuery(
        credit_code=given.get("credit_code") or "",
        name=given.get("name") or "",
        registered_on=_as_date(given.get("registered_on")),
        legal_type=given.get("legal_type"),
        division_code=_division(runtime.db, case.unit),
    )
    key = _command_id(claim, state)
    today = business_date(runtime.db, runtime.wall)
    result = compare_company(query, runtime.registry.look_up(query, key), today)
    if result.outcome not in (VerificationOutcome.MATCHED, VerificationOutcome.MISMATCHED):
        return None
    return RecordVerification(
        command_id=key,
        case=case.id,
        occurred_on=today,
        step=claim.step,
        round=state.round,
        outcome=str(result.outcome),
        differences=tuple(difference.text for difference in result.differences),
    )


def _field(case: Case, key: str, where: str) -> str | None:
    """``licence.credit_code``: what was registered in a slot of this step; ``step/slot.field`` of another."""
    slot, _, name = where.rpartition(".")
    item = _in_slot(case, key, slot)
    return None if item is None else item.fields.get(name)


def _in_slot(case: Case, key: str, where: str) -> EvidenceItem | None:
    """What lies in ``slot`` of the step ``key``, or in ``step/slot`` of another one (of the same item)."""
    step, _, slot = where.rpartition("/")
    item = split_key(key)[1]
    found = case.steps.get(step_key(step, item)) or case.steps.get(step) if step else case.steps.get(key)
    return found.evidence.get(slot) if found else None


def _as_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _division(db: Database, unit: str) -> str | None:
    with db.read() as session:
        row = session.get(ReformUnitRow, unit)
        return (row.division_code or None) if row else None


def _filing(
    runtime: Runtime, case: Case, state: StepState, claim: OutsideClaim
) -> RecordFiling | Asked | None:
    """File, or learn what became of it; ``None`` while the other side has not decided."""
    plan_step = _plan_step(runtime, case, claim.step)
    work = plan_step.step.machine.file
    if work is None or state.machine is None:
        return Asked(answered=Answered.OUT_OF_DATE, words="该任务没有报送")
    key = _command_id(claim, state)
    receipt = runtime.filing.file(_request(case, state, claim, plan_step, work.documents), key)
    if not receipt.is_final:
        return None
    today = business_date(runtime.db, runtime.wall)
    accepted = receipt.outcome is FilingOutcome.ACCEPTED
    return RecordFiling(
        command_id=key,
        case=case.id,
        occurred_on=min(receipt.received_on or today, today),
        step=claim.step,
        round=state.round,
        outcome=str(receipt.outcome),
        fields=_receipt_fields(plan_step, work.receipt, receipt) if accepted else {},
        message=receipt.message,
    )


def _request(
    case: Case, state: StepState, claim: OutsideClaim, plan_step: StepPlan, documents: list[str]
) -> FilingRequest:
    """The same filing at every try: its date is that of the turn to 报送中, not of the try."""
    step, item = split_key(claim.step)
    found = [_in_slot(case, claim.step, where) for where in documents]
    kept = [each for each in found if each is not None]
    numbers = [each.fields[EvidenceField.NUMBER] for each in kept if each.fields.get(EvidenceField.NUMBER)]
    since = state.machine.since if state.machine else case.opened_on
    return FilingRequest(
        case_id=case.id,
        step_id=step,
        item=item,
        round=state.round,
        unit_name=case.unit_name,
        title=plan_step.step.title,
        document_number=numbers[0] if numbers else "",
        documents=tuple(FiledDocument(each.title, each.digest.removeprefix("sha256:")) for each in kept),
        filed_on=since,
    )


def _receipt_fields(plan_step: StepPlan, slot_id: str, receipt: FilingReceipt) -> dict[str, str]:
    """What the receipt's slot asks for, as far as the answer has it."""
    slot = plan_step.slot(slot_id)
    if slot is None:
        return {}
    day = receipt.received_on.isoformat() if receipt.received_on else ""
    known = {
        EvidenceField.NUMBER: receipt.receipt_number,
        EvidenceField.ISSUED_ON: day,
        EvidenceField.WAY: ONLINE,
        EvidenceField.RESULT: "receipt" if "receipt" in slot.options else next(iter(slot.options), ""),
    }
    return {str(name): known[name] for name in slot.fields if known.get(name)}
