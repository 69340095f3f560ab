"""填表: the rows a case fills into its registers, version by version, and the fields of its papers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from cli.demo.stage import Stage
from domain.case import split_key
from domain.duedates import publicity_period
from domain.plan import StepPlan
from domain.programme import EVIDENCE_FIELD_TYPES, Evidence, EvidenceField, FieldType
from samples.papers import sample_document
from samples.story import CaseStory, Sheet, Usual

Rows = list[dict[str, str]]


class Forms:
    """表格: one case's registers and papers."""

    def __init__(self, stage: Stage, story: CaseStory, usual: Usual, unit_name: str) -> None:
        self._stage = stage
        self._usual = usual
        self._papers = (*story.papers, *usual.papers)
        self._words = {**story.words, "zone": unit_name}
        self._unit = unit_name
        self._filled: dict[str, Rows] = {}

    def rows(self, step: str, register: str, day: date) -> Rows:
        """The register's rows as this step leaves them."""
        sheets = self._usual.registers.get(register, ())
        held = self._filled.get(register)
        own = [sheet for sheet in sheets if sheet.step == step]
        if held is None:
            upto = max((n for n, sheet in enumerate(sheets) if sheet.step == step), default=len(sheets) - 1)
            held, own = [], list(sheets[: upto + 1])
        merged = {next(iter(row.values())): dict(row) for row in held}
        for sheet in own:
            self._merge(merged, sheet, day)
        self._filled[register] = list(merged.values())
        return self._filled[register]

    def _merge(self, rows: dict[str, dict[str, str]], sheet: Sheet, day: date) -> None:
        words = {**self._words, "day": day.isoformat()}
        for line in sheet.rows:
            given = {name: cell.format_map(words) for name, cell in zip(sheet.columns, line, strict=True)}
            rows.setdefault(line[0], {}).update(given)

    def fields(self, step: StepPlan, slot: Evidence, day: date, issuer: str) -> dict[str, str]:
        """The fields a slot asks for: the story's, else what is usual on this day."""
        special: dict[str, str] = {}
        for paper in reversed(self._papers):
            if (paper.step, paper.slot) == (step.id, slot.id):
                special |= paper.fields
        words = {**self._words, "day": day.isoformat()}
        found = {}
        for name in slot.fields:
            told = special.get(str(name))
            found[str(name)] = (
                told.format_map(words) if told else self._usual_value(step, slot, name, day, issuer)
            )
        return found

    def _usual_value(
        self, step: StepPlan, slot: Evidence, name: EvidenceField, day: date, issuer: str
    ) -> str:
        kind = EVIDENCE_FIELD_TYPES[name][0]
        if name is EvidenceField.ENDS_ON and step.step.publicity is not None:
            return self._period_end(step, day).isoformat()
        if kind is FieldType.DATE:
            return day.isoformat()
        if kind is FieldType.DOCUMENT_NUMBER:
            return self._stage.number(issuer, day)
        if kind is FieldType.CHOICE:
            return next(iter(slot.options), "")
        if kind is FieldType.INTEGER:
            return "1"
        return _TEXTS.get(name, f"示例({issuer})")

    def _period_end(self, step: StepPlan, day: date) -> date:
        asked = step.step.publicity
        if asked is None:
            return day
        first = asked.first_day_counts
        return publicity_period(day, asked.amount, asked.unit, first, self._stage.calendar).ends_on

    def paper(self, key: str, slot: Evidence, round_: int, day: date) -> bytes:
        """The content of a 示例 file; two are never the same."""
        step, item = split_key(key)
        of = f"({item})" if item else ""
        lines = ("示例文件,仅供演练,不是真实公文", self._unit, f"任务 {step}{of}", slot.title)
        return sample_document((*lines, f"第{round_}轮,{day.isoformat()}"))


_TEXTS: Mapping[EvidenceField, str] = {
    EvidenceField.KEPT_AT: "示例档案柜",
    EvidenceField.CHECKED_BY: "示例用户丙",
    EvidenceField.WAY: "示例:公文交换",
}


def file_name(content: bytes, slot: Evidence) -> str:
    """A name for a 示例 file that no other file has."""
    return f"示例-{slot.id}-{hashlib.sha256(content).hexdigest()[:16]}.docx"


def missing(slots: Sequence[Evidence], have: Mapping[str, object]) -> list[Evidence]:
    """Required slots that nothing lies in yet."""
    return [slot for slot in slots if slot.required and slot.id not in have]
