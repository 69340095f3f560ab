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
from domain.checking import check_seats, not_checkers
from domain.decisions import Decision, Outcome
from domain.nodes import counts, current, evidence_hashes, first_lacking, role_seats
from domain.plan import NodePlan, Plan, StepPlan, View
from domain.programme import NodeKind
from domain.reads import changed_reads
from domain.states import DONE, OPEN, WITH_DOER, CaseStatus, StepStatus
from domain.work_kinds import ANY_POSITION, WORK_TITLES, WorkKind

__all__ = [
    "ANY_POSITION",
    "WORK_TITLES",
    "Timer",
    "TimerKind",
    "WorkItem",
    "WorkKind",
    "case_date",
    "open_timers",
    "open_work",
    "silent_seats",
    "speaks",
]


HANDED_IN = (OPEN - WITH_DOER) | (DONE - {StepStatus.NOT_APPLICABLE})
"""Where a step stands on what it was handed in on."""


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """待办: what a role has to do now. `not_person` may not do it, whatever positions they hold; of several
    persons each stands between spaces.
    """

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

    def may(self, person: str) -> bool:
        """Whether a person may do it, as far as it is not a question of positions."""
        return f" {person} " not in f" {self.not_person} "


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


def open_work(
    plan: Plan, case: Case, known: tuple[Case, dict[str, WorkItem]] | None = None
) -> dict[str, WorkItem]:
    """Everything that waits for a person, by natural key.

    `known` is an earlier state of the same case with its work: what a step asks is taken over from there
    where nothing it depends on has changed since.
    """
    if case.status is CaseStatus.TERMINATED:
        return {}
    view = plan.view(case.choices)
    items: dict[str, WorkItem] = {}
    kept = _kept(case, *known) if known is not None else {}
    for key, state in case.steps.items():
        step = view.by_id.get(split_key(key)[0])
        if state.status in OPEN and step is not None:
            same = kept.get(key) if key in kept and step.alone else None
            for item in _step_work(plan, case, key, step, state) if same is None else same:
                items[item.key] = item
        if state.reads and step is not None and state.status in HANDED_IN and changed_reads(case, state):
            item = _reread_item(key, state)
            items[item.key] = item
    for proposal in case.proposals.values():
        for item in _proposal_work(plan, case, proposal):
            items[item.key] = item
    return items


def _kept(case: Case, earlier: Case, work: dict[str, WorkItem]) -> dict[str, list[WorkItem]]:
    """Step → its work, for steps whose state, bodies, registers and choices are the very same objects."""
    if (
        case.bodies is not earlier.bodies
        or case.registers is not earlier.registers
        or case.choices is not earlier.choices
        or earlier.status is CaseStatus.TERMINATED
    ):
        return {}
    kept: dict[str, list[WorkItem]] = {
        key: [] for key, state in earlier.steps.items() if case.steps.get(key) is state
    }
    for item in work.values():
        if item.kind is not WorkKind.CONFIRM and item.step in kept:
            kept[item.step].append(item)
    return kept


def _step_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    if state.status in WITH_DOER:
        yield _for_doer(WorkKind.SUBMIT, key, state)
    elif state.status is StepStatus.IN_REVIEW:
        yield from _review_work(plan, case, key, step, state)
    elif state.status is StepStatus.VERIFYING:
        yield from _verify_work(plan, case, key, step, state)
    elif state.status is StepStatus.FILING:
        yield from _file_work(plan, case, key, step, state)


def _reread_item(key: str, state: StepState) -> WorkItem:
    """What a step was handed in on has changed: its doer is told, whether or not it is done."""
    item = _for_doer(WorkKind.REREAD, key, state)
    return msgspec.structs.replace(item, opened_on=state.closed_on or case_date(state), due_on=None)


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
        if decision.unchecked and speaks(case, key, step, decision):
            for seat in check_seats(plan, case, key, step, state, decision):
                yield _check_item(key, state, seat, decision)
    yield from _changes_work(plan, case, key, state, node)
    if node.node.kind is NodeKind.CONSULT:
        yield from _consult_work(plan, case, key, state, node, node.node.adopt_by or step.step.doer)
        if node.node.participants == "run_time" and not state.participants.get(node.id):
            yield _for_doer(WorkKind.INVITE, key, state, f":{node.id}", node=node.id)


def _check_item(key: str, state: StepState, seat: Seat, decision: Decision) -> WorkItem:
    return WorkItem(
        key=f"{WorkKind.CHECK}:{key}:{state.round}:{seat.key}:{decision.id}",
        kind=WorkKind.CHECK,
        step=key,
        round=state.round,
        node=decision.node,
        seat=decision.seat,
        role=seat.role,
        body=seat.body,
        position=seat.position,
        not_person=" ".join(not_checkers(decision)),
        opened_on=decision.occurred_on,
        due_on=state.due.date if state.due else None,
    )


def _changes_work(plan: Plan, case: Case, key: str, state: StepState, node: NodePlan) -> Iterator[WorkItem]:
    """修改后印发: the doer changes, then who was named confirms."""
    waiting = [d for d in state.decisions if d.node == node.id and d.pending]
    if not waiting:
        return
    hashes = evidence_hashes(case, key, node)
    for decision in waiting:
        if not counts(decision, node, hashes):
            continue
        if not decision.changed_by:
            suffix = f":{node.id}:{decision.id}"
            yield _for_doer(WorkKind.CHANGE, key, state, suffix, node=node.id, seat=decision.seat)
            continue
        nobody = " ".join(dict.fromkeys((decision.changed_by, state.submitted_by)))
        for seat in role_seats(plan, case, key, decision.confirm_role):
            item = _for_seat(WorkKind.CONFIRM_CHANGES, key, state, seat, node.id, nobody)
            yield msgspec.structs.replace(item, key=f"{item.key}:{decision.id}", seat=decision.seat)


def _consult_work(
    plan: Plan, case: Case, key: str, state: StepState, node: NodePlan, role: str
) -> Iterator[WorkItem]:
    hashes = evidence_hashes(case, key, node)
    for decision in state.decisions:
        waits = decision.outcome is Outcome.OPINION and decision.adoption is None
        if decision.node == node.id and waits and counts(decision, node, hashes):
            for seat in role_seats(plan, case, key, role):
                item = _for_seat(WorkKind.ADOPT, key, state, seat, node.id)
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
        for body in dict.fromkeys(s.body for s in role_seats(plan, case, key, work.manual_role)):
            seat = Seat(work.manual_role, body, ANY_POSITION)
            yield _for_seat(WorkKind.CHECK_FILING, key, state, seat, not_person=machine.recorded_by)
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
        if state.status in OPEN and split_key(key)[0] in view.by_id:
            for timer in _step_timers(view, case, key, state):
                timers[timer.key] = timer
    return timers


def speaks(case: Case, key: str, step: StepPlan, decision: Decision) -> bool:
    """Whether a decision is of a node that is still asked, and on what lies there now."""
    node = step.node(decision.node)
    return node is not None and current(decision, node, evidence_hashes(case, key, node))


def silent_seats(case: Case, key: str, node: NodePlan, state: StepState) -> tuple[Seat, ...]:
    """Who has not answered at the open node on what lies there now."""
    hashes = evidence_hashes(case, key, node)
    answered = {d.seat for d in state.decisions if d.node == node.id and current(d, node, hashes)}
    return tuple(seat for seat in state.seats if seat.key not in answered)


def _step_timers(view: View, case: Case, key: str, state: StepState) -> Iterator[Timer]:
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
        lapses = node is not None and node.node.silence == "no_opinion"
        if node is not None and lapses and silent_seats(case, key, node, state):
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
