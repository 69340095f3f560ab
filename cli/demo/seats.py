"""席位上的人: who answers at a node, by which medium, when, and who records it for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from cli.demo.stage import Stage, StoryError
from domain.case import Case, StepState, split_key
from domain.decisions import Medium, Outcome
from domain.open_work import WorkItem
from domain.plan import NodePlan, Plan
from domain.programme import BodyKind, NodeKind
from samples.story import Answer as Told
from services.desk import Answer, Desk

USUAL: Final = {
    NodeKind.APPROVE: Outcome.AGREE,
    NodeKind.COUNTERSIGN: Outcome.AGREE,
    NodeKind.CONSULT: Outcome.NO_OPINION,
    NodeKind.MEETING: Outcome.PASSED,
}
ONLINE_AFTER: Final = 1
RECORDED_AFTER: Final = 2
"""The paper is signed on one working day and recorded on the next."""


class Seats:
    """席位上的人 of one case."""

    def __init__(self, stage: Stage, told: Sequence[Told]) -> None:
        self._stage = stage
        self._told = told

    def answer(self, item: WorkItem) -> Told | None:
        """What the story tells of this seat, the most special first (a case's before the usual)."""
        body = item.seat.rpartition(":")[2] or item.body.rpartition(":")[2]
        for told in self._told:
            same = told.step == split_key(item.step)[0] and told.node in ("", item.node)
            if same and told.body in ("", body) and told.round in (0, item.round):
                return told
        return None

    def delay(self, plan: Plan, item: WorkItem) -> int | None:
        """Working days until the answer is entered; None for who stays silent."""
        told = self.answer(item)
        if told is not None and told.silent:
            return None
        if told is not None and told.after is not None:
            return told.after
        return ONLINE_AFTER if self.online(plan, item) else RECORDED_AFTER

    def usual_delay(self, plan: Plan, step: str, node: NodePlan) -> int:
        """Working days that a node usually takes; a consultation is waited for to its end."""
        if node.node.kind is NodeKind.CONSULT and node.node.due is not None:
            return node.node.due.amount + 1
        declared = {body.id: body.kind for body in plan.programme.bodies}
        by_person = all(declared[plan.roles[role].body] == BodyKind.ACCOUNT for role in node.node.roles)
        told = any(each.step == split_key(step)[0] and each.node == node.id for each in self._told)
        return ONLINE_AFTER if by_person and not told else RECORDED_AFTER

    def online(self, plan: Plan, item: WorkItem) -> bool:
        """Whether the seat answers in the system itself."""
        told = self.answer(item)
        if told is not None and told.medium not in (None, Medium.ONLINE):
            return False
        return self._by_person(plan, item)

    def _by_person(self, plan: Plan, item: WorkItem) -> bool:
        body = plan.roles[item.role].body
        declared = next(each.kind for each in plan.programme.bodies if each.id == body)
        return declared == BodyKind.ACCOUNT and self._stage.signs_in(item.body, declared)

    def recorder(self, case: Case, item: WorkItem, on: date) -> str:
        """代录人: the step's doer, who may record for any seat of it."""
        doer = case.steps[item.step].doer
        if doer is None:
            raise StoryError(f"任务 {item.step} 无人承办")
        return self._stage.holder(doer.body, doer.position, on)

    def decide(self, desk: Desk, plan: Plan, case: Case, item: WorkItem, today: date) -> Answer:
        """Answer at a node: in the system, or recorded from paper, minutes or a letter."""
        told, state = self.answer(item), case.steps[item.step]
        node = plan.view(case.choices).by_id[split_key(item.step)[0]].node(item.node)
        if node is None:
            raise StoryError(f"任务 {item.step} 没有节点 {item.node}")
        outcome = told.outcome if told and told.outcome else USUAL[node.node.kind]
        opinion = told.opinion if told else ""
        if self.online(plan, item):
            return desk.decide(item.step, outcome, opinion=opinion, seat=item.seat, on=today)
        medium = told.medium if told and told.medium else self._medium(node)
        on = self._occurred(state, today)
        return desk.record(
            item.step,
            outcome,
            medium,
            decided_by=self._decider(plan, item, on),
            on=on,
            number=self._number(told, medium, item, on),
            meeting=self._meeting(told, medium, item),
            opinion=opinion,
            seat=item.seat,
        )

    def _medium(self, node: NodePlan) -> Medium:
        return Medium.MINUTES if node.node.kind is NodeKind.MEETING else Medium.REPLY

    def _decider(self, plan: Plan, item: WorkItem, on: date) -> str:
        """The person who signed, or the body itself where it decides as one."""
        if self._by_person(plan, item):
            return self._stage.holder(item.body, item.position, on, other_than=item.not_person)
        return item.body

    def _occurred(self, state: StepState, today: date) -> date:
        """Signed on the working day before it is recorded, unless that was too early."""
        before = self._stage.calendar.add_workdays(today, -1)
        known = [day for day in (state.submitted_on, state.node_opened_on) if day is not None]
        known += [decision.occurred_on for decision in state.decisions]
        return max([before, *known])

    def _number(self, told: Told | None, medium: Medium, item: WorkItem, on: date) -> str:
        if told is not None and told.number:
            return told.number
        name = self._stage.names.get(item.body, item.body)
        if medium is not Medium.MINUTES:
            return self._stage.number(name, on)
        self._stage.numbers[name, on.year] += 1
        return f"示例纪要〔{on.year}〕第{self._stage.numbers[name, on.year]}号"

    def _meeting(self, told: Told | None, medium: Medium, item: WorkItem) -> str:
        if medium is not Medium.MINUTES:
            return ""
        name = self._stage.names.get(item.body, item.body)
        return (told.meeting if told else "") or f"{name}会议(示例)"
