"""任务页的各部分: papers, checks and the trail of decisions of one step, as values for the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from sqlalchemy import select

from domain.case import Case, EvidenceItem, Seat, StepState
from domain.checks.catalogue import rule_of
from domain.decisions import AGAINST, MEDIUM_TITLES, OUTCOME_TITLES, Decision, Medium, Outcome
from domain.nodes import seats_of, standing
from domain.plan import NodePlan, Plan, StepPlan
from domain.programme import NodeKind, Severity
from domain.programme_terms import EVIDENCE_FIELD_TYPES, EvidenceMode, FieldType, Marking
from domain.states import DONE, OPEN
from models.tables import EvidenceFileRow, PrivateTextRow
from services.office.counter import Counter
from services.views.board import Board
from services.views.chain import person_names_of

MARKINGS: Final = {Marking.PUBLIC: "公开", Marking.INTERNAL: "内部资料", Marking.WORK_SECRET: "工作秘密"}
KINDS: Final = {
    NodeKind.APPROVE: "审批",
    NodeKind.COUNTERSIGN: "会签",
    NodeKind.CONSULT: "征求意见",
    NodeKind.MEETING: "会议议定",
}
ERASED: Final = "(已依法删除)"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """材料要素: one thing to be written down of a paper."""

    id: str
    title: str
    is_date: bool
    options: dict[str, str]
    value: str


class PaperView(msgspec.Struct, frozen=True, kw_only=True):
    """一项材料: what is asked for, and what lies there."""

    slot: str
    title: str
    required: bool
    reference: bool
    marking: str
    marking_title: str
    there: bool
    version: int
    name: str
    words: str
    asked: tuple[Asked, ...]
    file: str
    size: int


class CheckView(msgspec.Struct, frozen=True, kw_only=True):
    """一项检查的结果."""

    id: str
    title: str
    passed: bool
    blocks: bool
    words: str
    basis: str
    on: date
    findings: tuple[str, ...]


class Mark(msgspec.Struct, frozen=True):
    """标签."""

    text: str
    kind: str = ""


class SeatView(msgspec.Struct, frozen=True, kw_only=True):
    """席位: who sits there and what was said."""

    who: str
    lamp: str
    word: str
    words: str
    opinion: str
    against: bool


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    """审批节点."""

    state: str
    """past, cur, todo-n."""
    title: str
    tags: tuple[Mark, ...]
    words: str
    seats: tuple[SeatView, ...] = ()


def papers_of(
    counter: Counter, case: Case, key: str, step: StepPlan, state: StepState
) -> tuple[PaperView, ...]:
    """材料清单 of a step, in the programme's order."""
    with counter.db.read() as session:
        rows = session.execute(
            select(  # type: ignore[call-overload]
                EvidenceFileRow.slot, EvidenceFileRow.version, EvidenceFileRow.id, EvidenceFileRow.size
            ).where(EvidenceFileRow.case_id == case.id, EvidenceFileRow.step == key)
        ).all()
    files: dict[tuple[str, int], tuple[str, int]] = {(row[0], row[1]): (row[2], row[3]) for row in rows}
    return tuple(_paper(slot, state.evidence.get(slot.id), files) for slot in step.slots)


def _paper(slot: Any, item: EvidenceItem | None, files: dict[tuple[str, int], tuple[str, int]]) -> PaperView:
    file, size = files.get((slot.id, item.version), ("", 0)) if item else ("", 0)
    marking = Marking(item.marking) if item and item.marking else slot.marking
    asked = tuple(
        Asked(
            id=str(field),
            title=EVIDENCE_FIELD_TYPES[field][1],
            is_date=EVIDENCE_FIELD_TYPES[field][0] is FieldType.DATE,
            options=slot.options if EVIDENCE_FIELD_TYPES[field][0] is FieldType.CHOICE else {},
            value=item.fields.get(str(field), "") if item else "",
        )
        for field in slot.fields
    )
    told = [f"{each.title} {each.options.get(each.value, each.value)}" for each in asked if each.value]
    if item is not None and item.added_on is not None:
        told.append(f"{item.added_on.month}月{item.added_on.day}日登记")
    return PaperView(
        slot=slot.id,
        title=slot.title,
        required=slot.required,
        reference=slot.mode is EvidenceMode.REFERENCE,
        marking=str(marking),
        marking_title=MARKINGS[marking],
        there=item is not None,
        version=item.version if item else 0,
        name=item.title if item else "",
        words=" · ".join(told),
        asked=asked,
        file=file,
        size=size,
    )


def checks_of(plan: Plan, case: Case, step: StepPlan) -> tuple[CheckView, ...]:
    """检查结果 of a step: what does not pass first."""
    uses = {use.id: use for use in plan.programme.checks}
    ids = [*step.checks, *(use.id for use in plan.programme.checks if step.id in use.steps)]
    found = []
    for id_ in dict.fromkeys(ids):
        result, rule, use = case.checks.get(id_), rule_of(id_), uses.get(id_)
        if result is not None:
            found.append(
                CheckView(
                    id=id_,
                    title=rule.title if rule else id_,
                    passed=result.passed,
                    blocks=bool(use and use.severity is Severity.BLOCK),
                    words=result.summary,
                    basis=use.basis.text if use else "",
                    on=result.evaluated_on,
                    findings=tuple(each.text for each in result.findings),
                )
            )
    return tuple(sorted(found, key=lambda each: each.passed))


def trail_of(
    counter: Counter, board: Board, plan: Plan, case: Case, key: str, step: StepPlan, state: StepState
) -> tuple[NodeView, ...]:
    """审批链: the submission, each node with its answers, and what comes then."""
    told = _Told(counter, board, state.decisions, state)
    nodes = [_submission(told, state)]
    nodes += [_node(told, plan, case, key, node, state) for node in step.nodes]
    done = state.status in DONE
    nodes.append(
        NodeView(state="past" if done else "todo-n", title="办结", tags=(), words=told.day(state.closed_on))
    )
    return tuple(nodes)


class _Told:
    """Names and texts of the decisions, read together."""

    def __init__(
        self, counter: Counter, board: Board, decisions: Iterable[Decision], state: StepState
    ) -> None:
        decisions = tuple(decisions)
        people = {state.submitted_by, *state.submitters}
        for each in decisions:
            people |= {each.decided_by, each.recorded_by, each.verified_by, each.acting_for}
        refs = {each.opinion.id for each in decisions if each.opinion is not None}
        self.board = board
        with counter.db.read() as session:
            self.names = person_names_of(session, people - {""})
            rows = session.execute(
                select(PrivateTextRow.id, PrivateTextRow.text)  # type: ignore[call-overload]
                .where(PrivateTextRow.id.in_(refs))  # type: ignore[attr-defined]
                .order_by(PrivateTextRow.version)
            )
            self._texts: dict[str, str] = {id_: text for id_, text in rows}

    def person(self, id_: str) -> str:
        """A person's or a body's name."""
        return self.names.get(id_) or self.board.body_name(id_)

    def opinion(self, decision: Decision) -> str:
        """What was written."""
        return self._texts.get(decision.opinion.id, ERASED) if decision.opinion else ""

    def day(self, on: date | None) -> str:
        """4月21日."""
        return f"{on.month}月{on.day}日" if on else ""

    def words(self, decision: Decision) -> str:
        """How and by whom it was given, recorded and checked."""
        parts = [self.person(decision.decided_by), self.day(decision.occurred_on)]
        if decision.medium is not Medium.ONLINE:
            parts += [MEDIUM_TITLES[decision.medium], decision.meeting, decision.number]
        if decision.recorded_by not in (decision.decided_by, "clock"):
            checker = f"核对 {self.person(decision.verified_by)}" if decision.verified_by else "待核对"
            parts.append(f"代录 {self.person(decision.recorded_by)},{checker}")
        return " · ".join(part for part in parts if part)


def _submission(told: _Told, state: StepState) -> NodeView:
    handed = state.submitted_on is not None
    doer = told.board.body_name(state.doer.body) if state.doer else ""
    who = told.person(state.submitted_by) if state.submitted_by else ""
    words = " · ".join(part for part in (doer, who, told.day(state.submitted_on)) if part)
    now = "cur" if state.status in OPEN and not handed else "todo-n"
    return NodeView(state="past" if handed else now, title="提交", tags=(Mark("承办"),), words=words)


def _node(told: _Told, plan: Plan, case: Case, key: str, node: NodePlan, state: StepState) -> NodeView:
    seats, found = seats_of(plan, case, key, node, state), standing(plan, case, key, node, state)
    current = state.node == node.id
    passed = found.satisfied and any(each.node == node.id for each in state.decisions)
    views = tuple(_seat(told, node, seat, state, current=current) for seat in seats)
    single = views[0] if len(views) == 1 else None
    tags = [Mark(KINDS[node.node.kind] + (f" {len(seats)} 家" if len(seats) > 1 else ""))]
    if single is not None and single.lamp != "idle":
        tags.append(Mark(single.word, "back" if single.against else ""))
    unchecked = sum(1 for each in state.decisions if each.node == node.id and each.unchecked)
    if unchecked:
        tags.append(Mark("待核对", "chk"))
    return NodeView(
        state="cur" if current else "past" if passed else "todo-n",
        title=node.node.title,
        tags=tuple(tags),
        words=single.words if single else "",
        seats=() if single is not None and not single.opinion else views,
    )


_LAMPS: Final = {True: "soon", False: "done"}


def _seat(told: _Told, node: NodePlan, seat: Seat, state: StepState, *, current: bool) -> SeatView:
    who = told.board.body_name(seat.body)
    said = [each for each in state.decisions if each.node == node.id and each.seat == seat.key]
    if not said:
        return SeatView(
            who=who,
            lamp="idle",
            word="等待" if current else "未到",
            words=who if current else "",
            opinion="",
            against=False,
        )
    last = said[-1]
    against = last.outcome in AGAINST or last.outcome is Outcome.RESERVE
    return SeatView(
        who=who,
        lamp=_LAMPS[against],
        word=OUTCOME_TITLES[last.outcome],
        words=told.words(last),
        opinion=told.opinion(last),
        against=against,
    )
