"""查看材料: how a check looks at a case: papers, dates, rows, decisions; what it saw is kept with its result.

What is not there to be looked at is no fault: a step that this reform does not have sets the check aside, a
paper or register that is still to come makes it wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.case import NOTHING, Case, EvidenceItem, StepState, split_key
from domain.checks import seen
from domain.checks.facts import CaseFacts, Finding
from domain.decisions import POSITIVE, Decision
from domain.plan import REGISTER
from domain.programme import EVIDENCE_FIELD_TYPES, EvidenceField
from domain.register_rows import Row
from domain.states import DONE, StepStatus

_CLOSED = DONE - {StepStatus.NOT_APPLICABLE}
MOST_ROWS = 20
"""Rows that a finding names; it counts all."""


class SetAside(Exception):
    """不适用: the reform does not have what the check looks at; says why."""


class NotYet(Exception):
    """尚不能检查: what the check looks at is still to come; says what."""


@dataclass(frozen=True, slots=True)
class Paper:
    """一份材料 as a check reads it."""

    ref: str
    title: str
    item: EvidenceItem | None

    @property
    def there(self) -> bool:
        """Whether it was handed in."""
        return self.item is not None

    def text(self, name: str) -> str:
        """A field's text; empty where it was not filled in."""
        return self.item.fields.get(name, "") if self.item else ""

    def day(self, name: str = "issued_on") -> date | None:
        """A field's date."""
        text = self.text(name)
        return date.fromisoformat(text) if text else None

    def number(self, name: str) -> int | None:
        """A field's whole number."""
        text = self.text(name)
        return int(text) if text.isdigit() else None


@dataclass(slots=True)
class Look:
    """One check looking at one case."""

    facts: CaseFacts
    parameters: Mapping[str, str | int]
    steps: tuple[str, ...] = ()
    """The steps the check is for, as far as this reform has them."""
    saw: dict[str, str] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case."""
        return self.facts.case

    # --- parameters ---

    def word(self, name: str) -> str:
        """A parameter's text; empty where it was not set."""
        return str(self.parameters.get(name, ""))

    def words(self, name: str) -> tuple[str, ...]:
        """A parameter of several words."""
        return tuple(self.word(name).split())

    def amount(self, name: str) -> int:
        """A parameter's whole number."""
        return int(self.parameters[name])

    # --- steps ---

    def copies(self, step: str) -> tuple[str, ...]:
        """The keys of a step that has been opened.

        Raises:
            SetAside: this reform does not have the step.
            NotYet: it is not yet chosen whether it has.
        """
        self.require_step(step)
        return self.facts.copies.get(step, ())

    def require_step(self, step: str) -> None:
        """This reform has the step, or the check is set aside or waits."""
        if step in self.facts.view.pending:
            raise NotYet(f"任务 {step} 是否办理尚未选定")
        if step not in self.facts.view.by_id:
            raise SetAside(f"本改革任务不含任务 {step}")

    def has(self, step: str) -> bool:
        """Whether this reform has the step."""
        return step in self.facts.view.by_id

    def state(self, key: str) -> StepState:
        """The state of a step's copy."""
        return self.facts.case.steps.get(key, NOTHING)

    def handed_in(self, key: str) -> bool:
        """Whether it was handed in, in its present round."""
        return key in self.facts.handed_in

    def closed(self, key: str) -> bool:
        """Whether it is done."""
        return self.state(key).status in _CLOSED

    def handed_in_copies(self, step: str) -> tuple[str, ...]:
        """The copies of a step that were handed in."""
        handed_in = self.facts.handed_in
        return tuple(key for key in self.copies(step) if key in handed_in)

    def title(self, key: str) -> str:
        """`任务 2.10“公示拟聘人选”`, with the item where it has one."""
        step, item = split_key(key)
        plan = self.facts.view.by_id.get(step)
        name = plan.step.title if plan else ""
        return f"任务 {step}“{name}”{f'({item})' if item else ''}"

    def decisions(self, step: str, node: str = "") -> Iterator[tuple[str, Decision]]:
        """Counting answers that let a step go on: key and decision; of one node where it is named."""
        for key in self.copies(step):
            for each in self.state(key).decisions:
                if each.outcome in POSITIVE and not each.unchecked and node in ("", each.node):
                    yield key, each

    # --- papers ---

    def papers(self, ref: str) -> tuple[Paper, ...]:
        """A paper in each copy of its step that was handed in; a missing one too.

        Raises:
            NotYet: no copy was handed in.
        """
        step, _, slot = ref.rpartition("/")
        keys = self.handed_in_copies(step)
        if not keys:
            self._require_work(step)
        return tuple(self._paper(key, slot) for key in keys)

    def paper(self, ref: str) -> Paper:
        """The paper of a step that has one copy."""
        return self.papers(ref)[0]

    def beside(self, key: str, ref: str) -> Paper:
        """The paper of another step's copy for the same item, handed in or not."""
        step, _, slot = ref.rpartition("/")
        self.require_step(step)
        item = split_key(key)[1]
        return self._paper(f"{step}#{item}" if item else step, slot)

    def _require_work(self, step: str) -> None:
        states = [self.state(key).status for key in self.copies(step)]
        if states and all(status is StepStatus.NOT_APPLICABLE for status in states):
            raise SetAside(f"任务 {step} 已定为不适用")
        raise NotYet(f"任务 {step} 尚未提交")

    def _paper(self, key: str, slot: str) -> Paper:
        ref = f"{key}/{slot}"
        self.saw[ref] = seen(self.case, ref)
        plan = self.facts.view.by_id.get(split_key(key)[0])
        declared = plan.slot(slot) if plan else None
        return Paper(ref, declared.title if declared else slot, self.state(key).evidence.get(slot))

    def reading(self, paper: Paper) -> str:
        """The words of a paper.

        Raises:
            NotYet: the system cannot read them, so a person has to.
        """
        if paper.ref not in self.facts.texts:
            raise NotYet(f"“{paper.title}”的文字系统读不出,请人工核对")
        return self.facts.texts[paper.ref]

    # --- registers ---

    def rows(self, register: str) -> tuple[Row, ...]:
        """The rows of a register.

        Raises:
            SetAside: the programme has no such register.
            NotYet: nobody has filled it in.
        """
        declared = self.facts.plan.registers.get(register)
        if declared is None:
            raise SetAside(f"流程模板没有台账“{register}”")
        state = self.case.registers.get(register)
        if state is None or (not state.version and not state.frozen):
            raise NotYet(f"“{declared.title}”还没有填")
        ref = f"{REGISTER}/{register}"
        self.saw[ref] = seen(self.case, ref)
        return self.facts.rows.get(register, ())

    def rows_if_any(self, register: str) -> tuple[Row, ...]:
        """The same, none where there is no such register or nobody has filled it in."""
        try:
            return self.rows(register)
        except (SetAside, NotYet):
            return ()

    def register_title(self, register: str) -> str:
        """`“人员名册”`."""
        return f"“{self.facts.plan.registers[register].title}”"

    # --- findings ---

    def fault(self, place: str, text: str, rows: tuple[str, ...] = (), *, doubtful: bool = False) -> None:
        """Something is not as the rule wants it."""
        self.found.append(Finding(place=place, text=text, rows=rows[:MOST_ROWS], doubtful=doubtful))

    def faulty_rows(self, register: str, keys: list[str], text: str) -> None:
        """Rows of a register are not as the rule wants them; `text` has `{n}` for their number."""
        if keys:
            title = self.register_title(register)
            said = f"{title}{text.format(n=len(keys))}"
            self.fault(f"{REGISTER}/{register}", said, tuple(keys))

    def missing(self, paper: Paper, *fields: str) -> bool:
        """Say where a paper, or one of its fields, is missing; whether it is."""
        if not paper.there:
            self.fault(paper.ref, f"没有“{paper.title}”")
            return True
        empty = [name for name in fields if not paper.text(name)]
        if empty:
            names = "、".join(EVIDENCE_FIELD_TYPES[EvidenceField(name)][1] for name in empty)
            self.fault(paper.ref, f"“{paper.title}”没有登记{names}")
        return bool(empty)


def key_of(row: Row, column: str = "number") -> str:
    """What names a row on the screen."""
    return row.get(column, "")
