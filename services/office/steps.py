"""查看任务: one step with its round, its open node, its decisions and its papers."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import NOTHING, Case
from domain.decisions import Decision
from domain.refusal import Refused
from services.circulations import CirculationLine, circulation_lines
from services.follow_ups import FollowUpLine, follow_up_lines
from services.office.counter import Counter
from services.private_texts import read_text
from services.reading import Names, StepLine, find_line


class DecisionLine(msgspec.Struct, frozen=True, kw_only=True):
    """审批意见 of the present round."""

    id: str
    node: str
    seat: str
    outcome: str
    decided_by: str
    decided_by_name: str
    occurred_on: date
    medium: str
    recorded_by: str
    verified_by: str
    number: str
    meeting: str
    opinion: str
    return_to: str
    pending: bool
    rests_on: str


class PaperLine(msgspec.Struct, frozen=True, kw_only=True):
    """材料: what lies in a slot now."""

    slot: str
    version: int
    mode: str
    title: str
    digest: str
    marking: str
    fields: dict[str, str]


class StepPage(msgspec.Struct, frozen=True, kw_only=True):
    """任务: ``line.round`` is the round that an act has to name."""

    case: str
    line: StepLine
    node: str
    """The node that is open; empty where none is."""
    decisions: tuple[DecisionLine, ...]
    papers: tuple[PaperLine, ...]
    circulations: tuple[CirculationLine, ...]
    follow_ups: tuple[FollowUpLine, ...]


def show_step(counter: Counter, case_id: str, key: str) -> StepPage | Refused:
    """任务: what whoever acts on it has to have seen."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    names = Names(counter.db, counter.today())
    line = find_line(counter.db, case, key, names)
    if line is None:
        return Refused(
            code="step.unknown",
            message=f"本改革任务中没有任务“{key}”",
            remedy="请核对任务编号和分项",
            facts={"step": key},
        )
    state = case.steps.get(key, NOTHING)
    return StepPage(
        case=case.id,
        line=line,
        node=state.node,
        decisions=_decisions(counter, state.decisions, names),
        papers=_papers(case, key),
        circulations=circulation_lines(counter.db, case, key, names),
        follow_ups=follow_up_lines(counter.db, case, key, names),
    )


def _decisions(counter: Counter, decisions: tuple[Decision, ...], names: Names) -> tuple[DecisionLine, ...]:
    with counter.db.read() as session:
        texts = {
            each.id: read_text(session, each.opinion.id) or "(已依法删除)"
            for each in decisions
            if each.opinion is not None
        }
    return tuple(
        DecisionLine(
            id=each.id,
            node=each.node,
            seat=each.seat,
            outcome=str(each.outcome),
            decided_by=each.decided_by,
            decided_by_name=names.body(names.person(each.decided_by)),
            occurred_on=each.occurred_on,
            medium=str(each.medium),
            recorded_by=each.recorded_by,
            verified_by=each.verified_by,
            number=each.number,
            meeting=each.meeting,
            opinion=texts.get(each.id, ""),
            return_to=each.return_to,
            pending=each.pending,
            rests_on=each.rests_on,
        )
        for each in decisions
    )


def _papers(case: Case, key: str) -> tuple[PaperLine, ...]:
    return tuple(
        PaperLine(
            slot=slot,
            version=item.version,
            mode=item.mode,
            title=item.title,
            digest=item.digest,
            marking=item.marking,
            fields=item.fields,
        )
        for slot, item in case.steps.get(key, NOTHING).evidence.items()
    )
