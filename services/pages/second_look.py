"""核对页: what one person recorded, for another to compare with the original; what waits to be compared."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import Case, split_key
from domain.checking import not_checkers
from domain.decisions import MEDIUM_TITLES, OUTCOME_TITLES, Decision, Medium
from domain.refusal import Refused
from domain.work_kinds import WorkKind
from services.inbox import WorkEntry, person_inbox
from services.office.counter import Counter
from services.pages.inbox import MOST
from services.pages.task_history import history_of
from services.pages.task_parts import ERASED, PaperView, papers_of
from services.private_texts import read_text
from services.reading import plan_of
from services.views.board import Board, board_of
from services.views.chain import person_names_of


class ToCheck(msgspec.Struct, frozen=True, kw_only=True):
    """待核对的代录, one row."""

    case: str
    step: str
    number: str
    title: str
    unit_name: str
    decision: str
    decided_by: str
    outcome: str
    medium: str
    occurred_on: date
    recorded_by: str


class CheckPage(msgspec.Struct, frozen=True, kw_only=True):
    """核对页."""

    of: ToCheck
    round: int
    node_title: str
    paper_number: str
    meeting: str
    by_meeting: bool
    opinion: str
    out_of_order: str
    late_days: int
    papers: tuple[PaperView, ...]


def list_to_check(counter: Counter) -> tuple[ToCheck, ...]:
    """What waits for this person's comparison with the original, the oldest first."""
    board = board_of(counter.db)
    found: list[ToCheck] = []
    for case_id, key in dict.fromkeys((each.case_id, each.step) for each in _mine(counter)):
        case = counter.case(case_id)
        if isinstance(case, Case) and key in case.steps:
            unchecked = [each for each in case.steps[key].decisions if each.unchecked]
            found += [_line(counter, board, case, key, each) for each in unchecked if _may(counter, each)]
    return tuple(sorted(found, key=lambda each: (each.occurred_on, each.unit_name, each.step)))


def show_to_check(counter: Counter, case_id: str, key: str, decision: str = "") -> CheckPage | Refused:
    """One recording of a step in sight."""
    case = counter.case_to_act_on(case_id)
    if isinstance(case, Refused):
        return case
    state = case.steps.get(key)
    unchecked = [each for each in state.decisions if each.unchecked] if state else []
    found = next((each for each in unchecked if not decision or each.id == decision), None)
    plan, board = plan_of(counter.db, case), board_of(counter.db)
    step = plan.view(case.choices).by_id.get(split_key(key)[0])
    if state is None or step is None or found is None:
        return Refused(
            code="check.nothing",
            message=f"任务 {split_key(key)[0]} 没有待核对的意见",
            remedy="无须处理",
            facts={"step": key},
        )
    node = step.node(found.node)
    history = history_of(counter, board, plan, case, key)
    late = (each.late_days for each in history if each.occurred_on == found.occurred_on)
    with counter.db.read() as session:
        opinion = read_text(session, found.opinion.id) or ERASED if found.opinion else ""
    return CheckPage(
        of=_line(counter, board, case, key, found),
        round=state.round,
        node_title=node.node.title if node else "",
        paper_number=found.number,
        meeting=found.meeting,
        by_meeting=found.medium is Medium.MINUTES,
        opinion=opinion,
        out_of_order=found.out_of_order,
        late_days=next(late, 0),
        papers=papers_of(counter, case, key, step, state),
    )


def _mine(counter: Counter) -> list[WorkEntry]:
    found = person_inbox(counter.db, counter.person, wall=counter.wall, limit=MOST)
    return [] if isinstance(found, Refused) else [each for each in found if each.kind == WorkKind.CHECK]


def _may(counter: Counter, decision: Decision) -> bool:
    return counter.person not in not_checkers(decision)


def _line(counter: Counter, board: Board, case: Case, key: str, decision: Decision) -> ToCheck:
    digest = board.digest(case.id)
    step = next((each for each in digest.steps if each.key == key), None) if digest else None
    with counter.db.read() as session:
        names = person_names_of(session, {decision.decided_by, decision.recorded_by})
    return ToCheck(
        case=case.id,
        step=key,
        number=split_key(key)[0],
        title=step.title if step else key,
        unit_name=case.unit_name,
        decision=decision.id,
        decided_by=names.get(decision.decided_by) or board.body_name(decision.decided_by),
        outcome=OUTCOME_TITLES[decision.outcome],
        medium=MEDIUM_TITLES[decision.medium],
        occurred_on=decision.occurred_on,
        recorded_by=names.get(decision.recorded_by, decision.recorded_by),
    )
