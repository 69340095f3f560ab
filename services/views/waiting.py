"""等待谁: what lists say of whose turn it is, off the rows of open work, without names of persons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select, tuple_

from domain.work_kinds import ANY_POSITION, POSITIONS_ASKED, WORK_TITLES, WorkKind
from models.statements import WORK_ITEM
from services.views.board import Board

_CHUNK: Final = 300
NOBODY: Final = "无人承办"


def waits_for(board: Board, tasks: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(case, task) → `县财政局 · 审批`, each once, the oldest work first."""
    wanted = list(dict.fromkeys(tasks))
    found: dict[tuple[str, str], list[str]] = {}
    columns = (
        WORK_ITEM.c.case_id,
        WORK_ITEM.c.step,
        WORK_ITEM.c.kind,
        WORK_ITEM.c.body,
        WORK_ITEM.c.position,
    )
    with board.db.read() as session:
        for first in range(0, len(wanted), _CHUNK):
            part = wanted[first : first + _CHUNK]
            rows = session.connection().execute(
                select(*columns)
                .where(tuple_(WORK_ITEM.c.case_id, WORK_ITEM.c.step).in_(part))
                .where(WORK_ITEM.c.case_id.in_({case for case, _ in part}))
                .order_by(WORK_ITEM.c.opened_seq, WORK_ITEM.c.key)
            )
            for case, step, kind, body, position in rows:
                found.setdefault((case, step), []).append(waiting_words(board, kind, body, position))
    return {task: tuple(dict.fromkeys(words)) for task, words in found.items()}


def waiting_words(board: Board, kind: str, body: str, position: str) -> str:
    """Body and act; the position where it is one of several in the body."""
    who = board.body_name(body) if body else NOBODY
    asked = POSITIONS_ASKED.get(position, "") if position != ANY_POSITION else ""
    return " · ".join(part for part in (who, asked, WORK_TITLES[WorkKind(kind)]) if part)
