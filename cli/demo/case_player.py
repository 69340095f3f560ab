"""演员: plays one case: looks at what waits, and on the day that fits does it as the person it waits for.

Knows no step of any programme: papers come from the fields asked for, answers from the kind of node, dates
from the terms. The story says only where somebody answers otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cli.demo.seats import Seats
from cli.demo.sheets import Forms, file_name
from cli.demo.stage import Stage, StoryError
from domain.case import Case, StepState, split_key
from domain.decisions import Adoption
from domain.open_work import WorkItem, WorkKind, open_timers, open_work
from domain.plan import Plan, StepPlan
from domain.programme import EvidenceMode, Moment
from domain.refusal import Refused
from domain.states import CaseStatus, StepStatus
from samples.story import CaseStory
from services.desk import Answer, Desk
from services.event_words import EventWords
from services.launching import case_id_of, launch_one
from services.reading import load_case, plan_of
from services.registers.filling import RowsFaulty, fill_register

SOON: Final = {
    WorkKind.INVITE: 0,
    WorkKind.CHECK: 0,
    WorkKind.ADOPT: 1,
    WorkKind.CHANGE: 2,
    WorkKind.CONFIRM_CHANGES: 1,
    WorkKind.REREAD: 1,
    WorkKind.VERIFY: 1,
    WorkKind.FILE: 1,
    WorkKind.CHECK_FILING: 1,
    WorkKind.CONFIRM: 1,
}
"""Working days until people get round to a thing; handing in and deciding depend on more."""
TOLD: Final = frozenset(
    {
        "step_closed",
        "returned",
        "filing_recorded",
        "verified",
        "period_set",
        "case_completed",
        "manual_turned",
    }
)
"""Events that are worth a line while the rehearsal runs."""


@dataclass(frozen=True)
class Unit:
    """改革单位 of a story, with the person who opens its case."""

    id: str
    name: str
    launcher: str


class CasePlayer:
    """演一个改革任务."""

    def __init__(self, stage: Stage, story: CaseStory, unit: Unit) -> None:
        self._stage = stage
        self._story = story
        self.unit = unit
        self.completes = story.completes
        self.case_id = case_id_of(story.programme, unit.id)
        self._usual = stage.story.usual_of(story.programme)
        self._forms = Forms(stage, story, self._usual, unit.name)
        self._seats = Seats(stage, (*story.answers, *self._usual.answers))
        self._seen: dict[str, date] = {}
        self.acts = 0
        self.case: Case | None = load_case(stage.runtime.db, self.case_id)
        self._last_day = min(story.ends_on or stage.story.ends_on, stage.story.ends_on)
        self._next: date | None = None if self.case else story.opened_on
        self._do: dict[WorkKind, Callable[[Desk, WorkItem, StepState, date], Answer]] = {
            WorkKind.INVITE: self._invite,
            WorkKind.DECIDE: self._decide,
            WorkKind.CHECK: self._check,
            WorkKind.ADOPT: self._adopt,
            WorkKind.CHANGE: self._change,
            WorkKind.CONFIRM_CHANGES: self._confirm_changes,
            WorkKind.REREAD: self._reread,
            WorkKind.VERIFY: self._verify,
            WorkKind.FILE: self._file,
            WorkKind.CHECK_FILING: self._check_filing,
            WorkKind.CONFIRM: self._confirm,
        }

    # --- when ---

    @property
    def now(self) -> Case:
        """The case as it stands."""
        if self.case is None:
            raise StoryError(f"“{self.unit.name}”尚未启动")
        return self.case

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.case is not None and self.case.status is not CaseStatus.OPEN

    @property
    def programme(self) -> str:
        """The programme's code."""
        return self._story.programme

    def _plan(self) -> Plan:
        return plan_of(self._stage.runtime.db, self.now)

    def next_day(self, today: date) -> date | None:
        """The next day on which this case needs somebody or the clock; None where none does."""
        if self.case is None:
            return self._story.opened_on
        if self.done:
            return None
        plan = self._plan()
        planned = [self._planned(plan, item, today) for item in open_work(plan, self.now).values()]
        days = [day for day in planned if day is not None and day <= self._last_day]
        days += [timer.on for timer in open_timers(plan, self.now).values()]
        return max(min(days), today) if days else None

    def _planned(self, plan: Plan, item: WorkItem, today: date) -> date | None:
        seen = self._seen.setdefault(item.key, today)
        add = self._stage.calendar.add_workdays
        if item.kind is WorkKind.RECORD:
            return None
        if item.kind is WorkKind.SUBMIT:
            return self._submission_day(plan, item, seen)
        if item.kind is WorkKind.DECIDE:
            delay = self._seats.delay(plan, item)
            return None if delay is None else add(seen, delay)
        return add(seen, SOON[item.kind])

    def _submission_day(self, plan: Plan, item: WorkItem, seen: date) -> date:
        state = self.now.steps[item.step]
        calendar = self._stage.calendar
        if state.period is not None:
            return calendar.add_workdays(state.period.ends_on, 1)
        step = plan.view(self.now.choices).by_id[split_key(item.step)[0]]
        term = calendar.workdays_between(seen, item.due_on) if item.due_on else 3
        latest = term - sum(self._seats.usual_delay(plan, item.step, node) for node in step.nodes)
        wanted = 1 if step.step.publicity else max(1, min(term * self._story.pace // 100, latest))
        return calendar.add_workdays(seen, wanted)

    def machine_waits(self) -> bool:
        """Whether an outside system has the next word."""
        waiting = (StepStatus.VERIFYING, StepStatus.FILING)
        return self.case is not None and any(
            state.status in waiting and state.machine is not None and not state.machine.manual
            and not state.machine.outcome
            for state in self.case.steps.values()
        )  # fmt: skip

    def reload(self, today: date) -> None:
        """Look again: the clock or an outside system may have moved the case."""
        before = self.case
        self.case = load_case(self._stage.runtime.db, self.case_id)
        if before is None or self.case is None:
            return
        words = EventWords(self._plan(), self._stage.names)
        for key, state in self.case.steps.items():
            old = before.steps.get(key)
            if old is None or state == old:
                continue
            if state.period_ended and not old.period_ended:
                self._stage.say(today, self.unit.name, f"{words.step(key)} · 公示期满")
            if state.machine is not None and state.machine.outcome and state.machine != old.machine:
                self._stage.say(today, self.unit.name, f"{words.step(key)} · 外部系统已答复")
            if state.closed_on is not None and old.closed_on is None:
                self._stage.say(today, self.unit.name, f"{words.step(key)} · 已办结")

    # --- what ---

    def play_day(self, today: date) -> int:
        """Do all that is due today; return how many acts that were."""
        before = self.acts
        if self.case is None:
            self._open(today)
        while not self.done:
            plan = self._plan()
            due = [
                (item.kind is WorkKind.SUBMIT, item.key, item)
                for item in open_work(plan, self.now).values()
                if (day := self._planned(plan, item, today)) is not None and day <= today
            ]
            if not due or today > self._last_day:
                break
            self._one(plan, min(due)[2], today)
        return self.acts - before

    def _open(self, today: date) -> None:
        launched = launch_one(
            self._stage.runtime,
            self._stage.desk(self.unit.launcher, self.case_id).entry,
            (self._story.programme, 1),
            self.unit.id,
            on=today,
            choices=self._launch_choices(),
            adapters=self._story.adapters or None,
        )
        self._took(launched, today, "启动")

    def _launch_choices(self) -> dict[str, str]:
        settled = {**self._usual.choices, **self._story.choices}
        return {
            name: value for name, value in settled.items() if name in ("scope", "multi_area", "follow_up")
        }

    def _one(self, plan: Plan, item: WorkItem, today: date) -> None:
        state = self.now.steps.get(item.step) or StepState()
        person = self._person(plan, item, today)
        desk = self._stage.desk(person, self.case_id)
        if item.kind is WorkKind.SUBMIT:
            self._hand_in(plan, desk, item, state, today)
            return
        self._took(self._do[item.kind](desk, item, state, today), today, item.key)

    def _person(self, plan: Plan, item: WorkItem, today: date) -> str:
        if item.kind is WorkKind.DECIDE and not self._seats.online(plan, item):
            return self._seats.recorder(self.now, item, today)
        return self._stage.holder(item.body, item.position, today, other_than=item.not_person)

    def _hand_in(self, plan: Plan, desk: Desk, item: WorkItem, state: StepState, today: date) -> None:
        """Papers and registers, then the submission; a publicity period runs in between."""
        step_id = split_key(item.step)[0]
        self._choose(plan, step_id, today)
        step = plan.view(self.now.choices).by_id[step_id]
        waits_for_period = step.step.publicity is not None and state.period is None
        self._fill(desk, step, item.step, today)
        for slot in step.slots:
            early = slot.moment is Moment.BEFORE_PERIOD
            if not slot.required or slot.moment is Moment.FILING or early != waits_for_period:
                continue
            if slot.id not in state.evidence or (state.round > 1 and slot.mode is EvidenceMode.UPLOAD):
                self._paper(desk, step, item, slot.id, today)
        if not waits_for_period:
            self._took(desk.submit(item.step, today), today, f"提交 {item.step}")

    def _choose(self, plan: Plan, step: str, today: date) -> None:
        """The doer settles what the step fixes."""
        wanted = {**self._usual.choices, **self._story.choices}
        for choice in plan.programme.choices:
            if choice.at == step and choice.set_by and choice.id not in self.now.choices:
                role = plan.roles[choice.set_by]
                person = self._stage.holder(self.now.bodies[role.id][0], str(role.position), today)
                value = wanted.get(choice.id, choice.default or next(iter(choice.values)))
                desk = self._stage.desk(person, self.case_id)
                self._took(desk.choose(choice.id, value, today), today, f"选定 {choice.id}")

    def _fill(self, desk: Desk, step: StepPlan, key: str, today: date) -> None:
        for register in step.step.fills:
            held = self.now.registers.get(register)
            if held is not None and held.frozen:
                continue
            rows = self._forms.rows(step.id, register, today)
            filled = fill_register(desk, key, register, rows, on=today)
            if isinstance(filled, RowsFaulty):
                first = filled.faults[0]
                raise StoryError(f"{self.unit.name} {key} {register} 第{first.row}行:{first.message}")
            self._took(filled, today, f"填报 {register}")

    def _paper(self, desk: Desk, step: StepPlan, item: WorkItem, slot_id: str, today: date) -> None:
        slot = step.slot(slot_id)
        if slot is None:
            raise StoryError(f"任务 {step.id} 没有材料 {slot_id}")
        issuer = self._stage.names.get(item.body, item.body)
        fields = self._forms.fields(step, slot, today, issuer)
        title = f"{slot.title}(示例)"
        if slot.mode is EvidenceMode.REFERENCE:
            answer = desk.add_reference(item.step, slot.id, title=title, fields=fields, on=today)
        else:
            content = self._forms.paper(item.step, slot, item.round, today)
            path = self._stage.papers / file_name(content, slot)
            path.write_bytes(content)
            again = "示例:按退回意见修改" if slot.id in self.now.steps[item.step].evidence else ""
            answer = desk.add_file(
                item.step, slot.id, path, title=title, fields=fields, on=today, reason=again
            )
            path.unlink()
        self._took(answer, today, f"材料 {item.step}/{slot.id}")

    def _invite(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        step = self._plan().view(self.now.choices).by_id[split_key(item.step)[0]]
        node = step.node(item.node)
        roles = node.node.roles if node else []
        bodies = [body for role in roles for body in self.now.bodies[role]]
        return desk.invite(item.step, item.node, bodies, today)

    def _decide(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return self._seats.decide(desk, self._plan(), self.now, item, today)

    def _check(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.check(item.step, item.key.rpartition(":")[2], on=today)

    def _adopt(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        told = self._seats.answer(item)
        adoption = told.adoption if told and told.adoption else Adoption.ADOPTED
        reason = "" if adoption is Adoption.ADOPTED else "示例理由:已在方案中说明。"
        return desk.adopt(item.step, item.key.rpartition(":")[2], adoption, reason=reason, on=today)

    def _change(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        text = "示例说明:已按会议意见修改,修改稿在下一任务登记。"
        return desk.report_changes(item.step, item.key.rpartition(":")[2], opinion=text, on=today)

    def _confirm_changes(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.confirm_changes(item.step, item.key.rpartition(":")[2], on=today)

    def _reread(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.acknowledge(item.step, opinion="示例说明:不受影响。", on=today)

    def _verify(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.verify(item.step, "matched", on=today)

    def _file(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        step = self._plan().view(self.now.choices).by_id[split_key(item.step)[0]]
        work = step.step.machine.file
        slot = step.slot(work.receipt) if work else None
        if slot is None:
            raise StoryError(f"任务 {item.step} 没有报送凭证")
        fields = self._forms.fields(step, slot, today, self._stage.names.get(item.body, item.body))
        return desk.file(item.step, "accepted", fields, on=today)

    def _check_filing(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.check_filing(item.step, on=today)

    def _confirm(self, desk: Desk, item: WorkItem, state: StepState, today: date) -> Answer:
        return desk.confirm(item.key.split(":")[1], on=today)

    def _took(self, answer: Answer, today: date, what: str) -> None:
        """Take over what an act did; a refusal ends the rehearsal, for then the script is wrong."""
        if isinstance(answer, Refused):
            text = f"{today} {self.unit.name} · {what}:{answer.message}。{answer.remedy}({answer.code})"
            raise StoryError(text, answer)
        self.acts += 1
        self.case = answer.case
        words = EventWords(self._plan(), self._stage.names)
        for event in answer.events:
            if type(event).__struct_config__.tag in TOLD:
                self._stage.say(today, self.unit.name, words.line(event))
