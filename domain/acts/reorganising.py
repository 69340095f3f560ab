"""调整: a case continues, takes over registers, or ends, because its unit or a body was reorganised.

Whether the reorganisation itself is right, and who may do it, was judged before (`domain.organisation`); here
only what it makes of one case. An approval given by a body that was abolished stands for its successor; one
given at another 主管级 does not stand for the new one, and the new seats are asked anew.
"""

from __future__ import annotations

from msgspec.structs import replace

from domain import events as e
from domain.case import Seat
from domain.commands_reorganising import AbsorbRegisters, CarryOver, EndReorganised
from domain.evolve import evolve
from domain.judging import Judgement
from domain.nodes import role_seats
from domain.settle import nobody
from domain.states import DONE, StepStatus

_STILL: frozenset[StepStatus] = DONE | {StepStatus.TERMINATED}


def carry_over(j: Judgement, command: CarryOver) -> None:
    """延续."""
    j.require_open_case()
    case = j.case
    bodies = {
        role: tuple(dict.fromkeys(command.replaced.get(body, body) for body in held))
        for role, held in case.bodies.items()
    }
    if command.fills:
        bodies = {role: held or j.facts.bodies.get(role, ()) for role, held in bodies.items()}
    elif not command.replaced:
        bodies = {**case.bodies, **j.facts.bodies}
    event = e.CarriedOver(
        on=command.occurred_on,
        by=j.facts.actor.person,
        basis=command.basis,
        unit_name=command.unit_name,
        supervising_level=command.supervising_level or case.supervising_level,
        bodies=bodies,
        replaced=command.replaced,
        former_name=case.unit_name if command.unit_name != case.unit_name else "",
    )
    j.emit(replace(event, doers=_doers(j, event)))


def _doers(j: Judgement, event: e.CarriedOver) -> dict[str, Seat]:
    """Who does each step that is not done yet, where it is somebody else now."""
    after = evolve(j.case, event)
    found = {}
    for key, state in after.steps.items():
        if state.doer is None or state.status in _STILL:
            continue
        seats = role_seats(j.plan, after, key, state.doer.role)
        doer = seats[0] if seats else nobody(j, state.doer.role)
        if state.doer not in seats and doer != state.doer:
            found[key] = doer
    return found


def absorb_registers(j: Judgement, command: AbsorbRegisters) -> None:
    """并入台账: a frozen register stays frozen and gets the items that came with the rows."""
    j.require_open_case()
    j.emit(
        e.RegistersAbsorbed(
            on=command.occurred_on,
            by=j.facts.actor.person,
            basis=command.basis,
            origin=command.origin,
            registers=command.registers,
        )
    )


def end_reorganised(j: Judgement, command: EndReorganised) -> None:
    """并入或终止."""
    j.require_open_case()
    j.emit(
        e.CaseTerminated(
            on=command.occurred_on,
            by=j.facts.actor.person,
            reason=command.basis,
            merged_into=command.merged_into,
        )
    )
