"""核对变动: the doer of a done step has seen what changed in the papers it was handed in on."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.timing import require_not_before
from domain.judging import Judgement
from domain.open_work import HANDED_IN
from domain.reads import changed_reads, lying
from domain.refusal import refuse
from domain.states import CaseStatus
from domain.work_kinds import WorkKind


def acknowledge_reads(j: Judgement, command: c.AcknowledgeReads) -> None:
    """核对所依据材料的变动: it stands. Where it does not, the step is proposed to be done again."""
    if j.case.status is CaseStatus.TERMINATED:
        j.require_open_case()
    step, state = j.step(command.step), j.state(command.step)
    j.require_round(command, state)
    changed = changed_reads(j.case, state) if state.status in HANDED_IN else {}
    if not changed:
        refuse("reads.unchanged", "所依据的材料没有变动,或已核对", "无须处理", step=command.step)
    j.require_acted(j.seats(command.step, step.step.doer), "核对所依据材料的变动", WorkKind.REREAD)
    require_not_before(command.occurred_on, state.submitted_on, "核对", "提交")
    j.emit(
        e.ReadsAcknowledged(
            step=command.step,
            reads={ref: lying(j.case, ref) for ref in changed},
            by=j.facts.actor.person,
            on=command.occurred_on,
            note=command.opinion,
        )
    )
