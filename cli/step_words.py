"""任务用词: slots, fields and choices by their Chinese names or their codes, read off the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cli.dates import parse_date
from cli.stops import NOT_FOUND, StopError
from cli.words import pick
from domain.case import split_key
from domain.programme import EVIDENCE_FIELD_TYPES, EvidenceField
from domain.programme_terms import FieldType
from services.clock import today
from services.mirroring import body_names
from services.reading import plan_of

if TYPE_CHECKING:
    from domain.case import Case
    from domain.programme import Evidence
    from services.bootstrap import Runtime


def slot_of(runtime: Runtime, case: Case, step: str, words: str) -> Evidence:
    """The evidence slot that ``words`` name: its code or its title, or a part of it that is one only."""
    found = plan_of(runtime.db, case).view(case.choices).by_id.get(split_key(step)[0])
    slots = found.slots if found else ()
    exact = [slot for slot in slots if words in (slot.id, slot.title)]
    near = exact or [slot for slot in slots if words in slot.title]
    if len(near) == 1:
        return near[0]
    can = "、".join(f"{slot.title}({slot.id})" for slot in near or slots)
    raise StopError(
        NOT_FOUND,
        f"任务 {step} 有 {len(near)} 项材料叫“{words}”" if near else f"任务 {step} 没有材料“{words}”",
        f"可以写:{can}" if can else "这项任务不收材料",
        code="evidence.unknown",
    )


def typed_fields(runtime: Runtime, slot: Evidence, given: Mapping[str, str]) -> dict[str, str]:
    """Fields by code, dates and choices in their stored form."""
    titles = {str(field): title for field, (_, title) in EVIDENCE_FIELD_TYPES.items()}
    asked = {str(field): titles[field] for field in slot.fields} or titles
    also = {word: code for code, title in titles.items() for word in (code, title)}
    fields = {}
    for name, value in given.items():
        field = pick(name, asked, "--field", also)
        kind = EVIDENCE_FIELD_TYPES[EvidenceField(field)][0]
        if kind is FieldType.DATE:
            value = parse_date(value, today(runtime.db, runtime.wall)).isoformat()
        elif kind is FieldType.CHOICE and slot.options:
            value = pick(value, slot.options, f"--field {name}")
        fields[field] = value
    return fields


def receipt_fields(runtime: Runtime, case: Case, step: str, given: Mapping[str, str]) -> dict[str, str]:
    """Fields of a filing's receipt by code; for a step that files nothing the rules say so."""
    found = plan_of(runtime.db, case).step(split_key(step)[0])
    work = found.machine.file if found else None
    receipt = (
        next((slot for slot in found.evidence if work and slot.id == work.receipt), None) if found else None
    )
    return typed_fields(runtime, receipt, given) if receipt else dict(given)


def bodies_of(runtime: Runtime, words: Sequence[str]) -> tuple[str, ...]:
    """Bodies by code or by full name; what is neither is left as it is, for the rules to say so."""
    codes = {name: code for code, name in body_names(runtime.db).items()}
    return tuple(codes.get(each, each) for each in words)


def choice_of(runtime: Runtime, case: Case, choice: str, value: str) -> tuple[str, str]:
    """A choice and a value of it, by code or by title."""
    choices = {each.id: each for each in plan_of(runtime.db, case).programme.choices}
    id_ = pick(choice, {code: each.title for code, each in choices.items()}, "选择")
    return id_, pick(value, choices[id_].values, choices[id_].title)
