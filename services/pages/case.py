"""开发区的任务清单: the steps of one case by stage, each with its lamp, its date and whom it waits for."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.refusal import Refused
from domain.states import CASE_STATUS_TITLES, STATUS_TITLES
from services.evidence.files import out_of_sight
from services.office.counter import Counter
from services.pages.inbox import lamp_of
from services.reading import plan_of
from services.views.board import board_of
from services.views.waiting import waits_for


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """任务一行."""

    key: str
    number: str
    title: str
    lamp: str
    word: str
    status_title: str
    round: int
    due_on: date | None
    closed_on: date | None
    remaining: int | None
    waits: tuple[str, ...]
    passed: bool


class StageRows(msgspec.Struct, frozen=True, kw_only=True):
    """一个环节."""

    id: str
    title: str
    done: int
    rows: tuple[StepRow, ...]


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """开发区的任务清单."""

    case: str
    unit_name: str
    programme_title: str
    status_title: str
    opened_on: date
    closed_on: date | None
    done: int
    total: int
    stages: tuple[StageRows, ...]


def show_case_page(counter: Counter, case_id: str) -> CasePage | Refused:
    """The steps of a case in sight."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    board, today = board_of(counter.db), counter.today()
    digest = board.digest(case_id)
    if digest is None:
        return out_of_sight()
    plan, calendar = plan_of(counter.db, case), board.borders.calendar
    waits = waits_for(board, [(case_id, each.key) for each in digest.steps if each.open])
    stages = []
    for stage in plan.programme.stages:
        rows = []
        for step in digest.stages.get(stage.id, ()):
            lamp, word = lamp_of(step, None, today)
            left = calendar.remaining_workdays(today, step.due_on) if step.open and step.due_on else None
            rows.append(
                StepRow(
                    key=step.key,
                    number=step.key.partition("#")[0],
                    title=step.title,
                    lamp=lamp,
                    word=word,
                    status_title=STATUS_TITLES[step.status],
                    round=step.round,
                    due_on=step.due_on,
                    closed_on=step.closed_on,
                    remaining=left,
                    waits=waits.get((case_id, step.key), ()),
                    passed=step.done,
                )
            )
        if rows:
            done = sum(row.passed for row in rows)
            title = stage.heading or stage.title
            stages.append(StageRows(id=stage.id, title=title, done=done, rows=tuple(rows)))
    return CasePage(
        case=case.id,
        unit_name=case.unit_name,
        programme_title=plan.programme.title,
        status_title=CASE_STATUS_TITLES[case.status],
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        done=sum(each.done for each in stages),
        total=sum(len(each.rows) for each in stages),
        stages=tuple(stages),
    )
