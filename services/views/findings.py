"""未销号的问题 in sight, of the zones that a page shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import msgspec
from sqlalchemy import select

from domain.permissions import Action, Standing, granted
from domain.supervising.finding_table import FINDING_DONE, FINDING_STATES
from domain.supervising.matters import Finding
from models.statements import MATTER
from services.private_texts import read_text
from services.supervising.reading import matter_target
from services.supervising.rows import decode_matter
from services.views.board import Board


class FindingLine(msgspec.Struct, frozen=True, kw_only=True):
    """一个问题."""

    id: str
    case: str
    unit: str
    unit_name: str
    title: str
    """Empty where the text was erased."""
    check: str
    """The compliance check that found it; empty where somebody registered it."""
    state: str
    state_title: str
    body_name: str
    due_on: date | None
    overdue: bool


def open_findings(board: Board, standing: Standing, units: Collection[str], on: date) -> list[Finding]:
    """All that are not closed out, those due first; the permission table says which of them are in sight."""
    wanted = select(MATTER.c.snapshot, MATTER.c.due_on).where(
        MATTER.c.kind == "finding", MATTER.c.state.not_in([str(each) for each in FINDING_DONE])
    )
    found = []
    with board.db.read() as session:
        for snapshot, due_on in session.connection().execute(wanted):
            matter = decode_matter(snapshot)
            if not isinstance(matter, Finding) or matter.unit not in units or matter.since > on:
                continue
            target = matter_target(matter, board.unit(matter.unit).division)
            if granted(standing, Action.SUPERVISION_READ, target) is not None:
                found.append((due_on or date.max, matter.id, matter))
    return [matter for *_, matter in sorted(found, key=lambda each: each[:2])]


def finding_lines(board: Board, findings: Collection[Finding], on: date) -> tuple[FindingLine, ...]:
    """Them as a page names them."""
    with board.db.read() as session:
        texts = {each.id: read_text(session, each.title.id) or "" for each in findings}
    return tuple(
        FindingLine(
            id=each.id,
            case=each.case,
            unit=each.unit,
            unit_name=board.unit(each.unit).name,
            title=texts[each.id],
            check=each.check,
            state=str(each.state),
            state_title=FINDING_STATES[each.state],
            body_name=board.body_name(each.lead.body) if each.lead else "",
            due_on=each.lead.due.on if each.lead else None,
            overdue=past_due(each, on),
        )
        for each in findings
    )


def past_due(finding: Finding, on: date) -> bool:
    """Whether the day by which it was to be rectified is over."""
    return finding.lead is not None and finding.lead.due.on < on
