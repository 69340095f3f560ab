"""搜索框: from what somebody types to the case, the task or the printed form they mean, all in sight.

A short code leads straight to its step. Everything else is looked for in what this process keeps of the cases
in sight: names and codes of units, numbers and titles of tasks, document numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from domain.paper import read_code
from domain.permissions import Action
from domain.refusal import Refused
from services.office.counter import Counter
from services.paper.matching import match_code
from services.views.board import board_of
from services.views.digest import CaseDigest

MOST: Final = 30
SHORTEST: Final = 2


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """一处结果."""

    kind: str
    """unit, step, number."""
    case: str
    step: str
    title: str
    words: str


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """搜索结果."""

    words: str
    found: tuple[Found, ...]
    more: bool
    only: Found | None
    """Where it means one place only: go there."""


def search(counter: Counter, words: str) -> SearchPage | Refused:
    """搜索."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    if refused is not None:
        return refused
    by_code = _by_code(counter, words)
    if by_code is not None:
        return SearchPage(words=words, found=(by_code,), more=False, only=by_code)
    if len(words) < SHORTEST:
        return SearchPage(words=words, found=(), more=False, only=None)
    board = board_of(counter.db)
    cases = board.seen(counter.standing(), Action.CASE_READ)
    units = [each for each in cases if words in each.unit_name or words == board.unit(each.unit).code]
    found = [_unit(each) for each in units]
    found += [_number(each, words) for each in cases if words in each.numbers]
    found += list(islice(_steps(cases, words), MOST + 1))
    exact = [each for each in found if each.title == words or len(found) == 1]
    return SearchPage(
        words=words,
        found=tuple(found[:MOST]),
        more=len(found) > MOST,
        only=exact[0] if len(exact) == 1 else None,
    )


def _by_code(counter: Counter, words: str) -> Found | None:
    if isinstance(read_code(words), Refused):
        return None
    found = match_code(counter.db, counter.person, words, wall=counter.wall)
    if isinstance(found, Refused):
        return None
    return Found(
        kind="step", case=found.case, step=found.step, title=found.step_title, words=found.form_title
    )


def _unit(case: CaseDigest) -> Found:
    return Found(kind="unit", case=case.id, step="", title=case.unit_name, words="")


def _number(case: CaseDigest, words: str) -> Found:
    number = next(each for each in case.numbers.splitlines() if words in each)
    return Found(kind="number", case=case.id, step="", title=number, words=case.unit_name)


def _steps(cases: list[CaseDigest], words: str) -> Iterator[Found]:
    for case in cases:
        for step in case.steps:
            if words in step.title or words == step.key:
                title = f"{step.key.partition('#')[0]} {step.title}"
                yield Found(kind="step", case=case.id, step=step.key, title=title, words=case.unit_name)
