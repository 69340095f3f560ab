"""待办与计时: what a case asks of people and of the clock, computed from its state alone.

Nothing is ever added to or taken from a list of work: the list is worked out anew, and the table is the
difference between two states, named by natural key. So no item can be lost or doubled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from domain.case import DOER_HAND, Case, Proposal, Seat, StepState, split_key
from domain.circulation import Circulation
from domain.following import FollowUp
from domain.nodes import role_seats
from domain.plan import Plan, StepPlan
from domain.preparing import preparers
from domain.reads import changed_reads
from domain.states import DONE, OPEN, WITH_DOER, CaseStatus, StepStatus
from domain.term_changes import EXTEND, extending_role
from domain.timers import Timer, TimerKind, open_timers, silent_seats
from domain.touched import states_of
from domain.work_items import WorkItem, case_date, delegated, for_doer, for_seat, in_hand
from domain.work_kinds import ANY_POSITION, WORK_TITLES, WorkKind, one_person
from domain.work_review import review_work, speaks

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


def open_work(plan: Plan, case: Case, steps: Collection[str] | None = None) -> dict[str, WorkItem]:
    """Everything that waits for a person, by natural key; of the steps only what `steps` ask, where given."""
    if case.status is CaseStatus.TERMINATED:
        return {}
    view = plan.view(case.choices)
    items: dict[str, WorkItem] = {}
    for key, state in case.steps.items() if steps is None else states_of(case, steps):
        step = view.by_id.get(split_key(key)[0])
        if state.status in OPEN and step is not None:
            for item in _step_work(plan, case, key, step, state):
                items[item.key] = item
        beside = step is not None and (state.reads or state.objections)
        for item in _beside(case, key, state) if beside else ():
            items[item.key] = item
    items.update((item.key, item) for item in _case_work(plan, case))
    return items


def _case_work(plan: Plan, case: Case) -> Iterator[WorkItem]:
    """What stands at the case beside its steps (`OF_CASE`)."""
    for proposal in case.proposals.values():
        yield from _proposal_work(plan, case, proposal)
    for circulation in case.circulations.values():
        yield from _reading_work(case, circulation)
    for follow_up in case.follow_ups.values():
        if follow_up.open:
            yield from _following_work(plan, case, follow_up)


def _step_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    if state.status in WITH_DOER:
        yield in_hand(for_doer(WorkKind.SUBMIT, key, state), state.hands.get(DOER_HAND))
        yield from delegated(key, state, DOER_HAND, step.step.doer)
    elif state.status is StepStatus.IN_REVIEW:
        yield from review_work(plan, case, key, step, state)
    elif state.status is StepStatus.VERIFYING:
        yield from _verify_work(plan, case, key, step, state)
    elif state.status is StepStatus.FILING:
        yield from _file_work(plan, case, key, step, state)


def _reread_item(key: str, state: StepState) -> WorkItem:
    """What a step was handed in on has changed: its doer is told, whether or not it is done."""
    item = for_doer(WorkKind.REREAD, key, state)
    return msgspec.structs.replace(item, opened_on=state.closed_on or case_date(state), due_on=None)


def _beside(case: Case, key: str, state: StepState) -> Iterator[WorkItem]:
    """What waits beside the step's own work, also once it is handed in or done."""
    if state.reads and state.status in HANDED_IN and changed_reads(case, state):
        yield _reread_item(key, state)
    if state.objections and state.status in OPEN | HANDED_IN:
        yield from _objection_work(key, state)


def _objection_work(key: str, state: StepState) -> Iterator[WorkItem]:
    """Whoever objected gets an answer, also where it came too late to stop anything."""
    for objection in state.objections.values():
        if objection.answered_on is None:
            yield for_doer(WorkKind.OBJECTION, key, state, f":{objection.id}")


def _verify_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    work = step.step.machine.verify
    if work is None or state.machine is None or not state.machine.manual:
        return
    for seat in role_seats(plan, case, key, work.manual_role):
        yield for_seat(WorkKind.VERIFY, key, state, seat, not_person=" ".join(state.submitters))


def _file_work(plan: Plan, case: Case, key: str, step: StepPlan, state: StepState) -> Iterator[WorkItem]:
    work, machine = step.step.machine.file, state.machine
    if work is None or machine is None:
        return
    if machine.outcome == "accepted" and not machine.checked_by:
        for body in dict.fromkeys(s.body for s in role_seats(plan, case, key, work.manual_role)):
            seat = Seat(work.manual_role, body, ANY_POSITION)
            yield for_seat(WorkKind.CHECK_FILING, key, state, seat, not_person=machine.recorded_by)
    elif machine.manual:
        for seat in role_seats(plan, case, key, work.manual_role):
            yield for_seat(WorkKind.FILE, key, state, seat)


def confirming_role(plan: Plan, case: Case, proposal: Proposal) -> str:
    """由谁确认特办事项: the overseer; an extension whoever set the date."""
    if proposal.kind != EXTEND:
        return plan.programme.overseer
    step = plan.view(case.choices).by_id.get(split_key(proposal.step)[0])
    return extending_role(plan, step, proposal.path)


def _reading_work(case: Case, circulation: Circulation) -> Iterator[WorkItem]:
    for reader in circulation.waits_for:
        item = WorkItem(
            key=f"{WorkKind.READ}:{circulation.id}:{reader.place}",
            kind=WorkKind.READ,
            step=circulation.step,
            round=circulation.round,
            role="",
            body=reader.body,
            position=reader.position,
            opened_on=circulation.on,
            due_on=circulation.until,
        )
        yield item
        yield from _for_preparers(case, item)


def _for_preparers(case: Case, item: WorkItem) -> Iterator[WorkItem]:
    """代办: what is asked of a place beside its answer is shown to who prepares that answer, too."""
    state = case.steps.get(item.step)
    for hand in preparers(state, item.body, item.position) if state is not None and state.hands else ():
        yield msgspec.structs.replace(
            item, key=f"{item.key}:{hand.person}", body=hand.body, position=one_person(hand.person)
        )


def _following_work(plan: Plan, case: Case, found: FollowUp) -> Iterator[WorkItem]:
    """Who is responsible; once it is reported the overseer, and not who reported it."""
    kind = WorkKind.CONFIRM_FOLLOW_UP if found.reported_by else WorkKind.FOLLOW_UP
    responsible = (Seat("", found.body, found.position),)
    overseers = role_seats(plan, case, "", plan.programme.overseer)
    for seat in overseers if found.reported_by else responsible:
        item = WorkItem(
            key=f"{kind}:{found.id}:{seat.body}/{seat.position}",
            kind=kind,
            step=found.step,
            round=found.round,
            role=seat.role,
            body=seat.body,
            position=seat.position,
            not_person=" ".join(found.reporters),
            opened_on=found.reported_on or found.on,
            due_on=None if found.reported_by else found.due_on,
        )
        yield item
        yield from () if found.reported_by else _for_preparers(case, item)


def _proposal_work(plan: Plan, case: Case, proposal: Proposal) -> Iterator[WorkItem]:
    for seat in role_seats(plan, case, proposal.step, confirming_role(plan, case, proposal)):
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
