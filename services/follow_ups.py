"""议定事项一览: what meetings wanted done in a step, for whom, by when, and how far it is."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import Case
from domain.following import FollowUp
from domain.work_kinds import POSITIONS_ASKED
from models.database import Database
from services.circulations import ERASED
from services.private_texts import read_text
from services.reading import Names


class FollowUpLine(msgspec.Struct, frozen=True, kw_only=True):
    """一项议定事项."""

    id: str
    decision: str
    text: str
    body: str
    position: str
    who: str
    due_on: date | None
    blocks: bool
    state: str
    """待核对, 办理中, 待确认 or 已办结."""
    report: str
    reported_by: str
    reported_for: str
    """代理、代办: in whose place."""
    reported_on: date | None
    confirmed_on: date | None

    @property
    def mark(self) -> str:
        """`(某某代某某报告)` where it was reported in somebody's place."""
        return f"({self.reported_by}代{self.reported_for}报告)" if self.reported_for else ""

    @property
    def words(self) -> str:
        """One phrase for a list."""
        due = f",{self.due_on} 前" if self.due_on else ""
        waits = ",后续任务须待其办结" if self.blocks and self.state != "已办结" else ""
        return f"{self.id} 号 · {self.state} · {self.text}({self.who}{due}{waits})"


def follow_up_lines(db: Database, case: Case, key: str, names: Names) -> tuple[FollowUpLine, ...]:
    """议定事项 of a step, the oldest first; those of a recording that fell before its check are not there."""
    standing = {d.id for state in case.steps.values() for d in state.decisions}
    return tuple(
        _line(db, each, names)
        for each in case.follow_ups.values()
        if each.step == key and (each.live or each.decision in standing)
    )


def _line(db: Database, found: FollowUp, names: Names) -> FollowUpLine:
    with db.read() as session:
        text = read_text(session, found.text.id) or ERASED
        report = (read_text(session, found.report.id) or ERASED) if found.report else ""
    return FollowUpLine(
        id=found.id,
        decision=found.decision,
        text=text,
        body=found.body,
        position=found.position,
        who=f"{names.body(found.body)}{POSITIONS_ASKED[found.position]}",
        due_on=found.due_on,
        blocks=found.blocks,
        state=_state(found),
        report=report,
        reported_by=names.person(found.reported_by) if found.reported_by else "",
        reported_for=names.person(found.reported_for) if found.reported_for else "",
        reported_on=found.reported_on,
        confirmed_on=found.confirmed_on,
    )


def _state(found: FollowUp) -> str:
    if not found.live:
        return "待核对"
    if found.confirmed_by:
        return "已办结"
    return "待确认" if found.reported_by else "办理中"
