"""对外办理的内容: what an outside system is asked for a step, and what its answer says, as a command.

Apart from the asking (``services.outside``): here no row is claimed and nothing is written.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

import msgspec

from domain.case import Case, EvidenceItem, StepState, split_key, step_key
from domain.commands import RecordFiling, RecordVerification
from domain.outside import (
    CompanyQuery,
    FiledDocument,
    FilingOutcome,
    FilingReceipt,
    FilingRequest,
    VerificationOutcome,
    compare_company,
)
from domain.plan import StepPlan
from domain.programme import EvidenceField
from models.database import Database
from models.tables import ReformUnitRow
from services.bootstrap import Runtime
from services.clock import today as business_date
from services.reading import plan_of

ONLINE: Final = "系统报送"


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """没有结果: the other side answered, and it is no result yet, or none that a machine can bring."""

    words: str
    by_hand: bool = False
    """A person has to go on."""
    stopped: bool = False
    """Something to put right: the operator can have it sent again."""


NOT_ASKED: Final = Unanswered(words="该接口已停用,请人工办理后登记", by_hand=True)
"""The port is the manual one: the settings were changed after the case was opened."""
_UNFINISHED: Final = {
    FilingOutcome.PENDING: Unanswered(words="对方已收到,尚未受理,稍后再问"),
    FilingOutcome.UNKNOWN: Unanswered(
        words="对方答复不清楚是否收到过,请向对方核实后登记", by_hand=True, stopped=True
    ),
    FilingOutcome.MANUAL: NOT_ASKED,
}


def command_id(kind: str, case: Case, step: str, state: StepState) -> str:
    """Whichever process records the answer to one asking, it is recorded once."""
    return f"{kind}:{case.id}:{step}:{state.round}:{state.generation}"


def _plan_step(runtime: Runtime, case: Case, key: str) -> StepPlan:
    return plan_of(runtime.db, case).view(case.choices).by_id[split_key(key)[0]]


def look_up_company(
    runtime: Runtime, case: Case, step: str, state: StepState
) -> RecordVerification | Unanswered:
    """核验: look the company up and compare it. Raises an ``OutsideError``."""
    work = _plan_step(runtime, case, step).step.machine.verify
    if work is None:
        raise LookupError(f"{case.id} {step}: 核验中,但流程模板没有核验")
    given = {name: _field(case, step, str(where)) for name, where in work.reads.items()}
    query = CompanyQuery(
        credit_code=given.get("credit_code") or "",
        name=given.get("name") or "",
        registered_on=_as_date(given.get("registered_on")),
        legal_type=given.get("legal_type"),
        division_code=_division(runtime.db, case.unit),
    )
    key = command_id("verify", case, step, state)
    today = business_date(runtime.db, runtime.wall)
    result = compare_company(query, runtime.registry.look_up(query, key), today)
    if result.outcome not in (VerificationOutcome.MATCHED, VerificationOutcome.MISMATCHED):
        return NOT_ASKED
    return RecordVerification(
        command_id=key,
        case=case.id,
        occurred_on=today,
        step=step,
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


def file_documents(runtime: Runtime, case: Case, step: str, state: StepState) -> RecordFiling | Unanswered:
    """报送: file, or learn what became of it. Raises an ``OutsideError``."""
    plan_step = _plan_step(runtime, case, step)
    work = plan_step.step.machine.file
    if work is None:
        raise LookupError(f"{case.id} {step}: 报送中,但流程模板没有报送")
    request = _request(case, state, step, plan_step, work.documents)
    receipt = runtime.filing.file(request, filing_key(request))
    if not receipt.is_final:
        return _UNFINISHED[receipt.outcome]
    today = business_date(runtime.db, runtime.wall)
    accepted = receipt.outcome is FilingOutcome.ACCEPTED
    return RecordFiling(
        command_id=command_id("file", case, step, state),
        case=case.id,
        occurred_on=min(receipt.received_on or today, today),
        step=step,
        round=state.round,
        outcome=str(receipt.outcome),
        fields=_receipt_fields(plan_step, work.receipt, receipt) if accepted else {},
        message=receipt.message,
    )


def filing_key(request: FilingRequest) -> str:
    """幂等键 of a filing: case, step, item, round and the papers.

    Asked again, after hours or after it was sent again, the same papers are the same filing; papers that were
    exchanged within the round are another one.
    """
    papers = "\x1f".join([request.document_number, *(each.digest for each in request.documents)])
    digest = hashlib.sha256(papers.encode()).hexdigest()[:16]
    return f"file:{request.case_id}:{step_key(request.step_id, request.item)}:{request.round}:{digest}"


def _request(
    case: Case, state: StepState, key: str, plan_step: StepPlan, documents: list[str]
) -> FilingRequest:
    """The same filing at every try: its date is that of the turn to 报送中, not of the try."""
    step, item = split_key(key)
    found = [_in_slot(case, key, where) for where in documents]
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
