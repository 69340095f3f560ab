"""文书内容: what a form says of a step, read off the case: what is asked, on which papers, said so far.

Nothing is typed for a form: what it says is what the system holds, so that the signer sees what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec
from sqlmodel import Session

from domain.case import NOTHING, Case, EvidenceItem, StepState, split_key, step_key
from domain.decisions import ADOPTION_TITLES, MEDIUM_TITLES, OUTCOME_TITLES, Decision
from domain.evidence_files import MARKING_TITLES
from domain.nodes import evidence_hashes, seats_of
from domain.paper import PrintedPaper
from domain.plan import NodePlan, Plan, StepPlan
from domain.programme import Basis, Confidence, FieldType, Marking, Register
from domain.register_rows import group_rows
from models.database import Database
from services.paper.sheet import clean
from services.private_texts import read_text
from services.reading import Names
from services.registers.held import held_rows

_SHORT: Final = 12
"""Letters of a digest that a form shows: enough to tell versions apart by eye, the row has all."""
SURE: Final = {
    Confidence.FOUND: "",
    Confidence.KNOWN: "(条款待核对)",
    Confidence.UNCERTAIN: "(待核实)",
    Confidence.PROPOSED: "(工作惯例,非法定)",
}
"""How a basis is shown: only what was read at its source stands as law."""


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """已有意见: what somebody has said of this step in this round."""

    node: str
    who: str
    outcome: str
    text: str
    on: date
    medium: str


class HandedRow(msgspec.Struct, frozen=True, kw_only=True):
    """移交明细: one register row, personal columns masked where the printer may not read them."""

    values: tuple[str, ...]


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """文书所需: everything any of the four forms says."""

    unit: str
    step: str
    stage: str
    round: int
    node: str
    act: str
    asks: str
    node_text: str
    doer: str
    assist: tuple[str, ...]
    seats: tuple[str, ...]
    basis: tuple[str, ...]
    deadline: str
    marking: str
    papers: tuple[PrintedPaper, ...]
    paper_lines: tuple[tuple[str, ...], ...]
    opinions: tuple[Opinion, ...]
    item: str
    receiver: str
    register: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[HandedRow, ...] = ()
    masked: bool = False


class Gathering:
    """收集 for one step of one case, in the names of one day."""

    def __init__(self, db: Database, plan: Plan, case: Case, key: str, names: Names) -> None:
        self._db = db
        self._plan = plan
        self._case = case
        self._key = key
        self._names = names
        self._step: StepPlan = plan.view(case.choices).by_id[split_key(key)[0]]
        self._state: StepState = case.steps.get(key, NOTHING)

    def gather(self, node: NodePlan | None, *, opinions: bool, personal: bool) -> Gathered:
        """Everything for a form of this node. ``opinions`` and ``personal`` are rights of whoever prints."""
        step, state = self._step, self._state
        stage = next(each for each in self._plan.programme.stages if each.id == step.stage)
        found = papers(self._plan, self._case, self._key, step, node)
        item = self._item()
        heads, rows = self._rows(personal) if step.items_of else ((), ())
        register = self._plan.registers[step.items_of] if step.items_of else None
        return Gathered(
            unit=clean(self._case.unit_name),
            step=clean(f"{step.id} {step.step.title}"),
            stage=clean(stage.title),
            round=state.round,
            node=clean(node.node.title) if node else "",
            act=str(node.node.act) if node else "",
            asks=clean(step.step.asks or step.step.title),
            node_text=clean(node.node.text) if node else "",
            doer=self._names.body(state.doer.body) if state.doer else "",
            assist=tuple(self._bodies(step.step.assist)),
            seats=tuple(self._seats(node)) if node else (),
            basis=tuple(self._basis()),
            deadline=self._deadline(node),
            marking=self._marking(found),
            papers=found,
            paper_lines=tuple(self._paper_line(paper) for paper in found),
            opinions=tuple(self._opinions()) if opinions else (),
            item=clean(item[0]),
            receiver=clean(item[1]),
            register=register.title if register else "",
            heads=heads,
            rows=rows,
            masked=not personal and register is not None and any(c.personal for c in register.columns),
        )

    def _bodies(self, roles: list[str]) -> Iterator[str]:
        for role in roles:
            bodies = self._case.bodies.get(role, ())
            title = self._plan.roles[role].title
            yield from (self._names.body(body) for body in bodies) if bodies else (title,)

    def _seats(self, node: NodePlan) -> Iterator[str]:
        """Who decides: the body, and the names of those who hold the position."""
        for seat in seats_of(self._plan, self._case, self._key, node, self._state):
            holders = "、".join(self._names.holders(seat))
            role = self._plan.roles.get(seat.role)
            body = self._names.body(seat.body)
            title = role.title if role else ""
            yield clean(f"{body} {title}({holders})" if holders else body)

    def _basis(self) -> Iterator[str]:
        step = self._step.step
        if step.basis is not None:
            yield basis_words(step.basis)
        for check in self._plan.programme.checks:
            if step.id in check.steps:
                yield basis_words(check.basis)

    def _deadline(self, node: NodePlan | None) -> str:
        due = self._state.node_due if node and node.id == self._state.node else None
        due = due or self._state.due
        if due is None:
            return "未设时限"
        day = day_words(due.date) if due.date else "待定"
        return clean(f"{day}({due.line})" if due.line else day)

    def _item(self) -> tuple[str, str]:
        """The item of this step as (title, name of the body that receives it)."""
        wanted = split_key(self._key)[1]
        register = self._case.registers.get(self._step.items_of)
        item = next((each for each in register.items if each.key == wanted), None) if register else None
        if item is None:
            return "", ""
        return self._names.body(item.title), self._names.body(item.body) if item.body else ""

    def _marking(self, found: tuple[PrintedPaper, ...]) -> str:
        """标注: the strictest of the papers it lists; a form speaks of all of them."""
        given = {item.marking for paper in found if (item := self._evidence(paper.slot))}
        strict = [mark for mark in (Marking.WORK_SECRET, Marking.INTERNAL) if str(mark) in given]
        return MARKING_TITLES[strict[0] if strict else Marking.INTERNAL]

    def _evidence(self, slot: str) -> EvidenceItem | None:
        return None if slot.startswith("#") else evidence_at(self._case, self._key, slot)

    def _paper_line(self, paper: PrintedPaper) -> tuple[str, ...]:
        item = self._evidence(paper.slot)
        fields = item.fields if item else {}
        number = " ".join(fields[name] for name in ("number", "issued_on") if fields.get(name))
        how = "台账" if item is None else ("只登记" if item.mode == "reference" else "已上传")
        return (
            clean(paper.title),
            clean(number) or "—",
            f"第{paper.version}版",
            how,
            short_digest(paper.digest),
        )

    def _opinions(self) -> Iterator[Opinion]:
        with self._db.read() as session:
            for decision in self._state.decisions:
                yield self._opinion(session, decision)

    def _opinion(self, session: Session, decision: Decision) -> Opinion:
        node = self._step.node(decision.node)
        text = read_text(session, decision.opinion.id) if decision.opinion else ""
        parts = [
            text if text is not None else "(意见已依法删除)",
            f"采纳情况:{ADOPTION_TITLES[decision.adoption]}" if decision.adoption else "",
        ]
        paper = (MEDIUM_TITLES[decision.medium], decision.meeting, decision.number)
        return Opinion(
            node=clean(node.node.title if node else decision.node),
            who=clean(self._names.body(self._names.person(decision.decided_by))),
            outcome=OUTCOME_TITLES[decision.outcome] + ("(待核对)" if decision.unchecked else ""),
            text=clean(";".join(part for part in parts if part)),
            on=decision.occurred_on,
            medium=clean(" ".join(part for part in paper if part)),
        )

    def _rows(self, personal: bool) -> tuple[tuple[str, ...], tuple[HandedRow, ...]]:
        """The register's rows that belong to this item, in their order."""
        register = self._plan.registers[self._step.items_of]
        column = self._step.step.for_each.group_by or "" if self._step.step.for_each else ""
        wanted = split_key(self._key)[1]
        heads = tuple(clean(each.title) for each in register.columns)
        with self._db.read() as session:
            rows = [
                row
                for row in stored_rows(session, self._case, register)
                if any(item.key == wanted for item in group_rows(register, [row], column))
            ]
        return heads, tuple(HandedRow(values=self._values(register, row, personal)) for row in rows)

    def _values(self, register: Register, row: dict[str, str], personal: bool) -> tuple[str, ...]:
        shown = []
        for column in register.columns:
            value = row.get(column.id, "")
            if column.personal and not personal:
                value = masked(value)
            elif column.type is FieldType.CHOICE:
                value = column.options.get(value, value)
            elif column.body:
                value = self._names.body(value)
            shown.append(clean(value))
        return tuple(shown)


def papers(
    plan: Plan, case: Case, key: str, step: StepPlan, node: NodePlan | None
) -> tuple[PrintedPaper, ...]:
    """所附材料: what a node looks at as it lies there now; without a node all that the step holds."""
    hashes = evidence_hashes(case, key, node) if node else _held(case, key, step)
    return tuple(_paper(plan, case, key, slot, digest) for slot, digest in hashes.items())


def _held(case: Case, key: str, step: StepPlan) -> dict[str, str]:
    found = {slot: item.digest for slot, item in case.steps.get(key, NOTHING).evidence.items()}
    for name in dict.fromkeys((*step.step.fills, *step.step.freezes)):
        if name in case.registers:
            found[f"#{name}"] = case.registers[name].root
    return found


def _paper(plan: Plan, case: Case, key: str, slot: str, digest: str) -> PrintedPaper:
    if slot.startswith("#"):
        name = slot.removeprefix("#")
        register = plan.registers.get(name)
        title, version = register.title if register else name, case.registers[name].version
    else:
        item = evidence_at(case, key, slot)
        title, version = (item.title, item.version) if item else (slot, 0)
    return PrintedPaper(slot=slot, title=clean(title), version=version, digest=digest)


def evidence_at(case: Case, key: str, slot: str) -> EvidenceItem | None:
    """What lies in a slot as a decision's hashes name it: the step's own, or `step/slot` of another's."""
    own, item = split_key(key)
    owner, _, name = slot.rpartition("/")
    keys = (key,) if owner in ("", own) else (step_key(owner, item), owner)
    state = next((case.steps[each] for each in keys if each in case.steps), NOTHING)
    return state.evidence.get(name)


def stored_rows(session: Session, case: Case, register: Register) -> Iterator[dict[str, str]]:
    """The rows of a register's present version, each with its personal columns as far as not erased."""
    state = case.registers.get(register.id)
    for row in held_rows(session, case.id, register.id, state.version if state else 0):
        yield row.values()


def masked(value: str) -> str:
    """`示**`: the first sign and two stars, however long it is, so that nothing can be counted back."""
    return f"{value[0]}**" if value else ""


def day_words(day: date) -> str:
    """`2022年3月2日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def short_digest(digest: str) -> str:
    """The first letters of a digest, without the algorithm."""
    return digest.rpartition(":")[2][:_SHORT]


def basis_words(basis: Basis) -> str:
    """依据 with how sure it is."""
    return clean(f"{basis.text}{SURE[basis.confidence]}")
