"""材料: adding evidence, and replacing it, which re-opens what was decided on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

import msgspec

from domain import commands as c
from domain import events as e
from domain.acts.changes import carried
from domain.acts.publicity import start_period
from domain.case import EvidenceItem, StepState, split_key
from domain.date_reach import require_in_reach
from domain.evidence_files import MARKING_TITLES, secrecy_refusal
from domain.identifiers.credit_code import parse_credit_code
from domain.identifiers.document_number import normalise_document_number
from domain.identifiers.values import Fault
from domain.judging import Judgement
from domain.plan import StepPlan
from domain.programme import EVIDENCE_FIELD_TYPES, Evidence, EvidenceField, FieldType, FromEvidence, Marking
from domain.refusal import RefusalError, refuse
from domain.settle import ask_again, seen_by_node
from domain.states import OPEN, WITH_DOER, StepStatus
from domain.terms import set_term
from domain.work_kinds import WorkKind


def add_evidence(j: Judgement, command: c.AddEvidence) -> None:
    """登记或更换材料: by the doer while it is with them, or in review, which re-opens decisions."""
    step, state = j.open_step(command)
    if state.status not in WITH_DOER and state.status is not StepStatus.IN_REVIEW:
        refuse(
            "evidence.not_now",
            f"任务 {command.step} 正在核验或报送,材料不能更换",
            "请等待结果;确需更换的,请先撤回提交",
            step=command.step,
        )
    slot = _slot(step, command)
    _require_doer(j, command.step, step)
    _require_running(step, slot, state)
    marking = _marking(j, slot, command)
    fields = checked_fields(j, slot, command.fields)
    item = EvidenceItem(
        version=(state.evidence[slot.id].version + 1) if slot.id in state.evidence else 1,
        mode=command.mode,
        title=command.title or slot.title,
        digest=command.digest or reference_digest(command.title, fields),
        fields=fields,
        added_by=j.facts.actor.person,
        added_on=command.occurred_on,
        marking=marking,
    )
    carries = carried(j, command.step, step, slot.id) if command.as_decided else ()
    seen = seen_by_node(j, command.step, step)
    j.emit(
        e.EvidenceAdded(
            step=command.step,
            slot=slot.id,
            item=item,
            as_decided=command.as_decided,
            carries=carries,
            reason=command.reason,
        )
    )
    start_period(j, command.step, step, slot)
    move_dues(j, command.step, slot.id)
    if not command.as_decided:
        ask_again(j, command.step, step, seen, command.occurred_on)


def _require_running(step: StepPlan, slot: Evidence, state: StepState) -> None:
    """公示件 that were posted cannot be exchanged once the step is submitted: the period ran on them."""
    asked = step.step.publicity
    if asked is not None and asked.notice == slot.id and state.status not in WITH_DOER:
        refuse(
            "period.submitted",
            f"“{slot.title}”已公示期满并提交,不能在审批中更换",
            "请先撤回提交或退回承办人,更换后重新公示",
            slot=slot.id,
        )


def _marking(j: Judgement, slot: Evidence, command: c.AddEvidence) -> str:
    """标注, the slot's where none is given; a paper marked as a state secret is refused, uploaded or not."""
    marking = command.marking or str(slot.marking)
    refused = secrecy_refusal(marking, (command.title, *command.fields.values()))
    if refused is not None:
        raise RefusalError(refused)
    order = list(MARKING_TITLES)
    if order.index(Marking(marking)) < order.index(slot.marking):
        j.warn(
            f"“{slot.title}”一般标为{MARKING_TITLES[slot.marking]},"
            f"这次标为{MARKING_TITLES[Marking(marking)]},请确认"
        )
    return marking


def _slot(step: StepPlan, command: c.AddEvidence) -> Evidence:
    slot = step.slot(command.slot)
    if slot is None or slot.moment == "filing":
        asked = "、".join(f"{s.id}({s.title})" for s in step.slots if s.moment != "filing") or "无"
        refuse(
            "evidence.unknown",
            f"任务 {command.step} 不需要材料“{command.slot}”",
            f"本任务的材料:{asked}",
            slot=command.slot,
        )
    if slot.mode != command.mode:
        how = "只登记不上传" if slot.mode == "reference" else "须上传文件"
        refuse(
            "evidence.mode", f"“{slot.title}”{how}", "请改用相应方式登记", slot=slot.id, mode=str(slot.mode)
        )
    if slot.mode == "upload" and not command.digest:
        refuse("evidence.no_file", f"“{slot.title}”须上传文件", "请选择文件后再登记", slot=slot.id)
    return slot


def _require_doer(j: Judgement, key: str, step: StepPlan) -> None:
    roles = (step.step.doer, *step.step.assist)
    seats = tuple(seat for role in roles for seat in j.seats(key, role))
    j.require_acted(seats, "材料登记", WorkKind.SUBMIT)


def reference_digest(title: str, fields: dict[str, str]) -> str:
    """登记项摘要: what stands for a reference where there is no file."""
    body = msgspec.json.encode([title, sorted(fields.items())])
    return "sha256:" + hashlib.sha256(body).hexdigest()


def checked_fields(j: Judgement, slot: Evidence, given: dict[str, str]) -> dict[str, str]:
    """要素核对: each field in its own form; what the slot asks for must be there."""
    checked: dict[str, str] = {}
    for name, text in given.items():
        checked[name] = checked_value(j, slot, name, text)
    missing = [EVIDENCE_FIELD_TYPES[f][1] for f in slot.fields if not checked.get(str(f))]
    if missing:
        refuse("field.missing", f"“{slot.title}”缺少:{'、'.join(missing)}", "请补充后再登记", slot=slot.id)
    return checked


def checked_value(j: Judgement, slot: Evidence, name: str, given: str) -> str:
    """One field in its own form, or a refusal that says what may stand there."""
    try:
        field = EvidenceField(name)
    except ValueError:
        known = "、".join(f"{f}({EVIDENCE_FIELD_TYPES[f][1]})" for f in EvidenceField)
        refuse("field.unknown", f"没有要素“{name}”", f"可填:{known}", field=name)
    kind, title = EVIDENCE_FIELD_TYPES[field]
    text = given.strip()
    if kind is FieldType.CHOICE and slot.options and text not in slot.options:
        allowed = "、".join(f"{key}({word})" for key, word in slot.options.items())
        refuse("field.choice", f"{title}不能填“{text}”", f"可填:{allowed}", field=str(field))
    read = _READERS.get(kind)
    return read(j, title, text) if read else text


def read_date(title: str, text: str) -> date:
    """A date as officers write it in a form field."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse("field.date", f"{title}“{text}”不是日期", "请按 2022-03-02 的格式填写")
    return require_in_reach(day)


def _date(_: Judgement, title: str, text: str) -> str:
    return read_date(title, text).isoformat()


def _integer(_: Judgement, title: str, text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        refuse("field.integer", f"{title}“{text}”不是整数", "请只填数字")
    return text


def document_number(j: Judgement, title: str, text: str) -> str:
    """An odd number warns and never refuses: the offices give it, not we."""
    number = normalise_document_number(text)
    for warning in number.warnings:
        j.warn(f"{title}:{warning}")
    return number.text


def _credit_code(_: Judgement, title: str, text: str) -> str:
    code = parse_credit_code(text)
    if isinstance(code, Fault):
        refuse("field.credit_code", f"{title}:{code.message}", "请对照营业执照核对", basis="GB 32100-2015")
    return code.text


_READERS: dict[FieldType, Callable[[Judgement, str, str], str]] = {
    FieldType.DATE: _date,
    FieldType.INTEGER: _integer,
    FieldType.DOCUMENT_NUMBER: document_number,
    FieldType.CREDIT_CODE: _credit_code,
}


def move_dues(j: Judgement, key: str, slot: str) -> None:
    """Deadlines that count from this item's date are worked out anew, in this step and the others."""
    own = split_key(key)[0]
    for other, state in list(j.case.steps.items()):
        step = j.view.by_id.get(split_key(other)[0])
        if (
            step is not None
            and state.status in OPEN
            and any(
                isinstance(due.start, FromEvidence) and _names(due.start, step.id, own, slot)
                for due in step.step.due
            )
        ):
            set_term(j, other)


def _names(source: FromEvidence, step: str, own: str, slot: str) -> bool:
    owner, slash, name = source.slot.rpartition("/")
    return name == slot and (owner if slash else step) == own
