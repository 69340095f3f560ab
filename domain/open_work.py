"""待办与计时: what a case asks of people and of the clock, computed from its state alone.

Nothing is ever added to or taken from a list of work: the list is worked out anew, and the table is the
difference between two states, named by natural key. So no item can be lost or doubled.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from domain.case import Case, Proposal, Seat, StepState, split_key
from domain.decisions import Outcome
from domain.nodes import first_lacking, role_seats
from domain.plan import Plan, StepPlan, View
from domain.programme import NodeKind
from domain.states import OPEN, WITH_DOER, CaseStatus, StepStatus

ANY_POSITION = "any"
"""Whoever works in the body, whatever the position."""


class WorkKind(StrEnum):
    """待办类型."""

    SUBMIT = "submit"
    INVITE = "invite"
    DECIDE = "decide"
    CHECK = "check"
    """核对原件."""
    ADOPT = "adopt"
    VERIFY = "verify"
    FILE = "file"
    CHECK_FILING = "check_filing"
    CONFIRM = "confirm"


WORK_TITLES: dict[WorkKind, str] = {
    WorkKind.SUBMIT: "办理",
    WorkKind.INVITE: "选定征求意见对象",
    WorkKind.DECIDE: "审批",
    WorkKind.CHECK: "核对原件",
    WorkKind.ADOPT: "填写意见采纳情况",
    WorkKind.VERIFY: "人工核验",
    WorkKind.FILE: "登记报送",
    WorkKind.CHECK_FILING: "核对报送登记",
    WorkKind.CONFIRM: "确认特办事项",
}


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """待办: what a role has to do now. `not_person` may not do it, whatever positions they hold."""

    key: str
    kind: WorkKind
    step: str
    round: int
    node: str = ""
    seat: str = ""
    role: str
    body: str
    position: str
    not_person: str = ""
    opened_on: date
    due_on: date | None = None


class TimerKind(StrEnum):
    """计时类型."""

    DUE = "due"
    LAPSE = "lapse"
    """A consultation's silence."""
    MANUAL = "manual"
    PERIOD = "period"


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """计时: fires at the beginning of `on`, a legal date; stale once the generation has moved."""

    key: str
    kind: TimerKind
    step: str
    node: str = ""
    on: date
    generation: int


def open_work(plan: Plan, case: Case) -> dict[str, WorkItem]:
    """Everything that waits for a person, by natural key."""
    if case.status is not CaseStatus.OPEN:
        return {}
    view = plan.view(case.choices)
    items: dict[str, WorkItem] = {}
    for key, state in case.steps.items():
        if state.status not in OPEN:
            continue
        step = view.by_id.get(split_key(key)[0])
        if step is not None:
            for item in _step_work(plan, case, key, step, state):
                items[item.key] = item
    for proposal in case.proposals.values():
        for item in _proposal_work(plan, case, proposal):
            items[item.key] = item
    return items


def _step_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    if state.status in WITH_DOER:
        yield _for_doer(WorkKind.SUBMIT, key, state)
    elif state.status is StepStatus.IN_REVIEW:
        yield from _review_work(plan, case, key, step, state)
    elif state.status is StepStatus.VERIFYING:
        yield from _verify_work(plan, case, key, step, state)
    elif state.status is StepStatus.FILING:
        yield from _file_work(plan, case, key, step, state)


def _for_doer(kind: WorkKind, key: str, state: StepState, suffix: str = "", **more: str) -> WorkItem:
    doer = state.doer or Seat("", "", "")
    return WorkItem(
        key=f"{kind}:{key}:{state.round}{suffix}",
        kind=kind,
        step=key,
        round=state.round,
        role=doer.role,
        body=doer.body,
        position=more.get("position", doer.position),
        not_person=more.get("not_person", ""),
        node=more.get("node", ""),
        seat=more.get("seat", ""),
        opened_on=state.opened_on or case_date(state),
        due_on=state.due.date if state.due else None,
    )


def case_date(state: StepState) -> date:
    """The latest date a step knows of; an open step has always one."""
    found = state.submitted_on or state.opened_on
    if found is None:
        raise ValueError("an open step without a date")
    return found


def _for_seat(
    kind: WorkKind, key: str, state: StepState, seat: Seat, node: str = "", not_person: str = ""
) -> WorkItem:
    due = state.node_due if node and state.node_due else state.due
    opened = state.node_opened_on if node else state.submitted_on
    return WorkItem(
        key=f"{kind}:{key}:{state.round}:{node}:{seat.key}",
        kind=kind,
        step=key,
        round=state.round,
        node=node,
        seat=seat.key,
        role=seat.role,
        body=seat.body,
        position=seat.position,
        not_person=not_person,
        opened_on=opened or case_date(state),
        due_on=due.date if due else None,
    )


def _review_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    lacking = first_lacking(plan, case, key, step, state)
    if lacking is None:
        return
    node, found = lacking
    for seat in found.open:
        yield _for_seat(WorkKind.DECIDE, key, state, seat, node.id, state.submitted_by)
    for decision in state.decisions:
        if decision.unchecked:
            yield _for_doer(
                WorkKind.CHECK,
                key,
                state,
                f":{decision.id}",
                position=ANY_POSITION,
                not_person=decision.recorded_by,
                node=decision.node,
                seat=decision.seat,
            )
    if node.node.kind is NodeKind.CONSULT:
        yield from _consult_work(plan, case, key, state, node.id, node.node.adopt_by or step.step.doer)
        if node.node.participants == "run_time" and not state.participants.get(node.id):
            yield _for_doer(WorkKind.INVITE, key, state, f":{node.id}", node=node.id)


def _consult_work(
    plan: Plan, case: Case, key: str, state: StepState, node: str, role: str
) -> Iterator[WorkItem]:
    for decision in state.decisions:
        waits = decision.outcome is Outcome.OPINION and decision.adoption is None and not decision.unchecked
        if decision.node == node and waits:
            for seat in role_seats(plan, case, key, role):
                item = _for_seat(WorkKind.ADOPT, key, state, seat, node)
                yield msgspec.structs.replace(item, key=f"{item.key}:{decision.id}", seat=decision.seat)


def _verify_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    work = step.step.machine.verify
    if work is None or state.machine is None or not state.machine.manual:
        return
    for seat in role_seats(plan, case, key, work.manual_role):
        yield _for_seat(WorkKind.VERIFY, key, state, seat, not_person=state.submitted_by)


def _file_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    work, machine = step.step.machine.file, state.machine
    if work is None or machine is None:
        return
    if machine.outcome == "accepted" and not machine.checked_by:
        yield _for_doer(
            WorkKind.CHECK_FILING, key, state, position=ANY_POSITION, not_person=machine.recorded_by
        )
    elif machine.manual:
        for seat in role_seats(plan, case, key, work.manual_role):
            yield _for_seat(WorkKind.FILE, key, state, seat)


def _proposal_work(plan: Plan, case: Case, proposal: Proposal) -> Iterator[WorkItem]:
    for seat in role_seats(plan, case, "", plan.programme.overseer):
        yield WorkItem(
            key=f"{WorkKind.CONFIRM}:{proposal.id}:{seat.key}",
            kind=WorkKind.CONFIRM,
            step=proposal.step,
            round=proposal.round,
            seat=seat.key,
            role=seat.role,
            body=seat.body,
            position=seat.position,
            not_person=proposal.proposed_by,
            opened_on=proposal.proposed_on,
        )


def open_timers(plan: Plan, case: Case) -> dict[str, Timer]:
    """Everything that waits for the clock, by natural key."""
    if case.status is not CaseStatus.OPEN:
        return {}
    view = plan.view(case.choices)
    timers: dict[str, Timer] = {}
    for key, state in case.steps.items():
        if state.status in OPEN:
            for timer in _step_timers(view, key, state):
                timers[timer.key] = timer
    return timers


def _step_timers(view: View, key: str, state: StepState) -> Iterator[Timer]:
    if state.due is not None and state.due.date is not None and not state.overdue:
        yield _timer(TimerKind.DUE, key, state.due.date, state)
    if state.period is not None and not state.period_ended and state.status in WITH_DOER:
        yield _timer(TimerKind.PERIOD, key, state.period.ends_on, state)
    machine = state.machine
    waiting = state.status in (StepStatus.VERIFYING, StepStatus.FILING)
    if waiting and machine is not None and not machine.manual and machine.manual_on is not None:
        yield _timer(TimerKind.MANUAL, key, machine.manual_on, state)
    if state.node and state.node_due is not None and state.node_due.date is not None:
        node = view.by_id[split_key(key)[0]].node(state.node)
        answered = {decision.seat for decision in state.decisions if decision.node == state.node}
        silent = any(seat.key not in answered for seat in state.seats)
        if node is not None and node.node.silence == "no_opinion" and silent:
            yield _timer(TimerKind.LAPSE, key, state.node_due.date, state, state.node)


def _timer(kind: TimerKind, key: str, last_day: date, state: StepState, node: str = "") -> Timer:
    """A period ends at 24:00 of its last day, so the timer is due on the day after."""
    name = f"{kind}:{key}:{node}" if node else f"{kind}:{key}"
    return Timer(
        key=name,
        kind=kind,
        step=key,
        node=node,
        on=last_day + timedelta(days=1),
        generation=state.generation,
    )
