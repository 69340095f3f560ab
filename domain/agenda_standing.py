"""议题进展: how an item of a meeting node stands, read from the item and from the decision of its seat."""

from __future__ import annotations

from domain.agenda import AgendaItem, AgendaState
from domain.case import Case, StepState
from domain.decisions import Decision
from domain.nodes import first_lacking
from domain.plan import Plan, StepPlan
from domain.states import StepStatus


def item_at(state: StepState, node: str, seat: str) -> AgendaItem:
    """The item of a seat (`role@body`); one that nobody declared yet where there is none."""
    nothing = AgendaItem(node=node, seat=seat, body=seat.partition("@")[2], state=AgendaState.UNDECLARED)
    return state.agenda.get(f"{node}|{seat}", nothing)


def answer_at(state: StepState, node: str, seat: str) -> Decision | None:
    """What was decided there in this round."""
    return next((d for d in state.decisions if (d.node, d.seat) == (node, seat)), None)


def agenda_standing(plan: Plan, case: Case, key: str, step: StepPlan, node: str, seat: str) -> AgendaState:
    """议题状态: the item's own as long as its seat is asked; else that of the decision."""
    state = case.steps[key]
    lacking = first_lacking(plan, case, key, step, state) if state.status is StepStatus.IN_REVIEW else None
    asked = lacking is not None and lacking[0].id == node and any(s.key == seat for s in lacking[1].open)
    if asked:
        return item_at(state, node, seat).state
    given = answer_at(state, node, seat)
    if given is not None:
        return AgendaState.RECORDED if given.unchecked else AgendaState.DECIDED
    return item_at(state, node, seat).state
