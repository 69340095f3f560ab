"""材料: slots that exist, are asked for once, and carry what is read from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from domain.plan import REGISTER
from domain.programme import (
    EVIDENCE_FIELD_TYPES,
    Evidence,
    EvidenceField,
    EvidenceMode,
    FieldType,
    Moment,
    NodeKind,
)
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_check.names import known, mend_for
from domain.programme_fault import Path

_CHOSEN = {field for field, (kind, _) in EVIDENCE_FIELD_TYPES.items() if kind is FieldType.CHOICE}
_MARKS = re.compile(r"[\W_]+")


def check_papers(index: Index, findings: Findings) -> None:
    """材料检查."""
    papers = _Papers(index, findings)
    for at in index.all_steps:
        for evidence, path in at.evidence:
            papers.slot(at, evidence, path)
        papers.read_by(at)
    papers.asked_twice()


class _Papers:
    def __init__(self, index: Index, findings: Findings) -> None:
        self.index = index
        self.findings = findings

    def slot(self, at: StepAt, evidence: Evidence, path: Path) -> None:
        chosen = _CHOSEN & set(evidence.fields)
        if chosen and not evidence.options:
            message = f"材料“{evidence.title}”要登记{_titles(chosen)},却没有可选值"
            self.findings.fault(path, "evidence.no_options", message, "写 options: {代号: 中文, …}")
        if evidence.options and not chosen:
            message = f"材料“{evidence.title}”写了可选值,却没有要素 result 或 level"
            self.findings.fault(
                (*path, "options"), "evidence.options_unused", message, "在 fields 中加上 result"
            )
        if evidence.mode is EvidenceMode.REFERENCE and not evidence.fields:
            message = f"材料“{evidence.title}”只登记不上传,却没有要登记的要素"
            self.findings.warn(
                path, "evidence.nothing_registered", message, "写 fields: [number, issued_on, …]"
            )
        self._moment(at, evidence, path)
        if evidence.revises is not None:
            self._earlier(at, evidence.revises, (*path, "revises"))

    def _moment(self, at: StepAt, evidence: Evidence, path: Path) -> None:
        here: Path = (*path, "moment")
        consults = any(node.kind is NodeKind.CONSULT for node in at.step.nodes)
        around = evidence.moment in {Moment.BEFORE_PERIOD, Moment.AFTER_PERIOD}
        if around and at.step.publicity is None and not consults:
            message = f"材料“{evidence.title}”按期间前后提交,但任务 {at.step.id} 没有公示期或征求意见"
            self.findings.fault(here, "evidence.no_period", message, "写 publicity,或删去 moment")
        if evidence.moment is Moment.FILING and at.step.machine.file is None:
            message = f"材料“{evidence.title}”在报送时登记,但任务 {at.step.id} 没有报送"
            self.findings.fault(here, "evidence.no_filing", message, "写 machine.file,或删去 moment")

    def _exists(self, at: StepAt, reference: str, path: Path) -> bool:
        if self.index.slot(reference, at) is not None:
            return True
        own = [evidence.id for evidence in at.step.evidence]
        mend = mend_for(reference, [*own, *self.index.slot_names()])
        self.findings.fault(path, "unknown.slot", f"没有材料 {reference}", mend)
        return False

    def _earlier(self, at: StepAt, reference: str, path: Path) -> None:
        if not self._exists(at, reference, path):
            return
        step = reference.partition("/")[0]
        if step not in self.index.before[at.step.id] - {at.step.id}:
            message = f"任务 {at.step.id} 用到任务 {step} 的材料,而 {step} 不在它之前"
            self.findings.fault(
                path, "slot.not_before", message, f"给任务 {at.step.id} 加前置条件 step: {step}"
            )

    def read_by(self, at: StepAt) -> None:
        for reference, path in self._references(at):
            owner, _, name = reference.rpartition("/")
            if owner == REGISTER:
                self._filled(at, name, path)
            elif owner and owner != at.step.id:
                self._earlier(at, reference, path)
            else:
                self._exists(at, reference, path)
        for number, reference in enumerate(at.step.reads):
            self._read(at, reference, (*at.path, "reads", number))
        self._publicity(at)
        self._outcomes(at)
        self._machine(at)

    def _read(self, at: StepAt, reference: str, path: Path) -> None:
        """What a step is handed in on comes from a step before it, or is a register."""
        owner, _, name = reference.rpartition("/")
        if owner == REGISTER:
            self._filled(at, name, path)
        elif owner in ("", at.step.id):
            message = f"依据的材料 {reference} 是任务 {at.step.id} 自己的材料"
            self.findings.fault(path, "reads.own", message, "只写其他任务的材料:任务号/代号")
        else:
            self._earlier(at, reference, path)

    def _filled(self, at: StepAt, name: str, path: Path) -> None:
        """A register that is looked at or read is filled here or before."""
        registers = self.index.registers
        if not known(self.findings, path, name, registers, "unknown.register", "台账"):
            return
        before = self.index.before[at.step.id] | {at.step.id}
        fillers = [one.step.id for one in self.index.all_steps if name in one.step.fills]
        if fillers and not before.intersection(fillers):
            message = f"任务 {at.step.id} 用到台账“{registers[name].title}”,而填写它的任务不在它之前"
            mend = f"给任务 {at.step.id} 加前置条件 step: {fillers[0]}"
            self.findings.fault(path, "register.not_before", message, mend)

    def _references(self, at: StepAt) -> Iterator[tuple[str, Path]]:
        for node, path in at.nodes:
            for number, reference in enumerate(node.looks_at or []):
                yield reference, (*path, "looks_at", number)
        if at.step.machine.file is not None:
            for number, reference in enumerate(at.step.machine.file.documents):
                yield reference, (*at.path, "machine", "file", "documents", number)

    def _field(self, at: StepAt, name: str, field: EvidenceField, path: Path) -> None:
        evidence = at.slot(name)
        if evidence is not None and field not in evidence.fields:
            message = f"材料“{evidence.title}”没有要素 {field.value}({_titles({field})})"
            mend = f"在该材料的 fields 中加上 {field.value}"
            self.findings.fault(path, "unknown.field", message, mend)

    def _publicity(self, at: StepAt) -> None:
        if at.step.publicity is None:
            return
        path: Path = (*at.path, "publicity", "notice")
        if not self._exists(at, at.step.publicity.notice, path):
            return
        self._field(at, at.step.publicity.notice, EvidenceField.STARTS_ON, path)
        notice = at.slot(at.step.publicity.notice)
        if notice is not None and notice.moment is not Moment.BEFORE_PERIOD:
            message = f"公示文稿“{notice.title}”须在公示开始前提交"
            self.findings.fault(path, "publicity.notice_moment", message, "给该材料写 moment: before_period")
        self._proof(at, at.step.publicity.proof)

    def _proof(self, at: StepAt, proof: str | None) -> None:
        """A proof of posting is another paper than the notice, and can be there before the period ends."""
        path: Path = (*at.path, "publicity", "proof")
        if proof is None or not self._exists(at, proof, path):
            return
        slot = at.slot(proof)
        notice = at.step.publicity.notice if at.step.publicity else ""
        if slot is not None and (proof == notice or slot.moment in (Moment.AFTER_PERIOD, Moment.FILING)):
            message = f"“{slot.title}”不能作张贴证明:须在公示期满前登记,且不是公示文稿本身"
            self.findings.fault(path, "publicity.proof", message, "换一份材料,或改它的 moment")

    def _outcomes(self, at: StepAt) -> None:
        for number, outcome in enumerate(at.step.outcomes):
            path: Path = (*at.path, "outcomes", number)
            if not self._exists(at, outcome.evidence, (*path, "evidence")):
                continue
            self._field(at, outcome.evidence, outcome.field, (*path, "field"))
            evidence = at.slot(outcome.evidence)
            if (
                evidence
                and evidence.options
                and outcome.field in _CHOSEN
                and outcome.value not in evidence.options
            ):
                message = f"材料“{evidence.title}”没有取值 {outcome.value}"
                self.findings.fault((*path, "value"), "unknown.value", message,
                                    mend_for(outcome.value, evidence.options))  # fmt: skip

    def _machine(self, at: StepAt) -> None:
        machine = at.step.machine
        if machine.file is not None:
            path: Path = (*at.path, "machine", "file", "receipt")
            self._exists(at, machine.file.receipt, path)
            receipt = at.slot(machine.file.receipt)
            if receipt is not None and receipt.moment is not Moment.FILING:
                message = f"报送登记“{receipt.title}”在末次审批之后才有"
                self.findings.fault(path, "filing.receipt_moment", message, "给该材料写 moment: filing")
        if machine.verify is not None:
            for key, reference in machine.verify.reads.items():
                self._reads(at, reference, (*at.path, "machine", "verify", "reads", key))

    def _reads(self, at: StepAt, reference: str, path: Path) -> None:
        """`licence.credit_code`, `4.1/plan.name`, or `row.name` of the register row of a per-item step."""
        slot, dot, name = reference.rpartition(".")
        if not dot or "/" in name:
            message = f"比对来源 {reference} 没有写明要素"
            self.findings.fault(path, "verify.form", message, "写成 材料代号.要素,如 licence.credit_code")
            return
        if slot == "row":
            self._row(at, name, path)
        elif self._exists(at, slot, path):
            found = self.index.slot(slot, at)
            if found is not None and name not in {field.value for field in found[1].fields}:
                message = f"材料“{found[1].title}”没有要素 {name}"
                self.findings.fault(path, "unknown.field", message, f"在该材料的 fields 中加上 {name}")

    def _row(self, at: StepAt, name: str, path: Path) -> None:
        each = at.step.for_each
        register = self.index.registers.get(each.register_id) if each else None
        columns = [column.id for column in register.columns] if register else []
        if name not in columns:
            self.findings.fault(path, "unknown.column", f"分项台账没有列 {name}", mend_for(name, columns))

    def asked_twice(self) -> None:
        """减负: a document is asked for once."""
        first: dict[str, tuple[StepAt, Evidence, Path]] = {}
        for at in self.index.all_steps:
            for evidence, path in at.evidence:
                title = _plain(evidence.title)
                if title in first:
                    self._twice(first[title], (at, evidence, path))
                first.setdefault(title, (at, evidence, path))

    def _twice(self, one: tuple[StepAt, Evidence, Path], two: tuple[StepAt, Evidence, Path]) -> None:
        at, evidence, path = two
        apart = one[1].when and evidence.when and one[1].when != evidence.when
        if evidence.revises is not None or apart:
            return
        where = "同一任务" if one[0].step.id == at.step.id else f"任务 {one[0].step.id}"
        line = self.findings.lines[one[2]]
        message = f"材料“{evidence.title}”在{where}已要求过(第 {line} 行)"
        mend = f"删去一处;若是修改稿,写 revises: {one[0].step.id}/{one[1].id}"
        self.findings.warn(path, "evidence.twice", message, mend)


def _titles(fields: set[EvidenceField]) -> str:
    return "、".join(EVIDENCE_FIELD_TYPES[field][1] for field in sorted(fields))


def _plain(title: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", title)).casefold()
