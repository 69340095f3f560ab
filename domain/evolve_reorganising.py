"""调整的演进: what the reorganisation of a unit or a body makes of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from domain import events as e
from domain.case import Case, RegisterState, Seat, StepState


def _carried_over(case: Case, event: e.CarriedOver) -> Case:
    steps = (
        {key: _step(state, event.replaced) for key, state in case.steps.items()}
        if event.replaced
        else case.steps
    )
    steps = {**steps, **{key: replace(steps[key], doer=seat) for key, seat in event.doers.items()}}
    registers = case.registers
    if event.replaced:
        registers = {name: _register(state, event.replaced) for name, state in registers.items()}
    return replace(
        case,
        unit_name=event.unit_name,
        supervising_level=event.supervising_level,
        bodies=event.bodies,
        steps=steps,
        registers=registers,
        circulations={
            id_: replace(
                found,
                readers=tuple(
                    replace(reader, body=event.replaced.get(reader.body, reader.body))
                    for reader in found.readers
                ),
            )
            for id_, found in case.circulations.items()
        },
        follow_ups={
            id_: replace(each, body=event.replaced.get(each.body, each.body))
            for id_, each in case.follow_ups.items()
        },
    )


def _step(state: StepState, replaced: Mapping[str, str]) -> StepState:
    """What the body decided and was asked is now its successor's: an act of the predecessor stands."""
    return replace(
        state,
        seats=tuple(_seat(seat, replaced) for seat in state.seats),
        decisions=tuple(
            replace(
                each,
                seat=_key(each.seat, replaced),
                recorded_in=_key(each.recorded_in, replaced) if each.recorded_in else "",
                also=tuple(_place(place, replaced) for place in each.also),
            )
            for each in state.decisions
        ),
        participants={
            node: tuple(dict.fromkeys(replaced.get(body, body) for body in bodies))
            for node, bodies in state.participants.items()
        },
    )


def _seat(seat: Seat, replaced: Mapping[str, str]) -> Seat:
    return Seat(seat.role, replaced.get(seat.body, seat.body), seat.position)


def _key(seat: str, replaced: Mapping[str, str]) -> str:
    role, _, body = seat.partition("@")
    return f"{role}@{replaced.get(body, body)}"


def _place(place: str, replaced: Mapping[str, str]) -> str:
    node, _, seat = place.partition("|")
    return f"{node}|{_key(seat, replaced)}"


def _register(state: RegisterState, replaced: Mapping[str, str]) -> RegisterState:
    items = tuple(replace(item, body=replaced.get(item.body, item.body)) for item in state.items)
    return replace(state, items=items)


def _registers_absorbed(case: Case, event: e.RegistersAbsorbed) -> Case:
    registers = dict(case.registers)
    for each in event.registers:
        state = registers.get(each.register, RegisterState())
        registers[each.register] = replace(
            state,
            version=state.version + 1,
            rows=each.rows,
            root=each.root,
            sums=each.sums,
            gaps=each.gaps,
            items=each.items,
        )
    return replace(case, registers=registers)


EVOLVERS: dict[type[e.Event], Callable[[Case, Any], Case]] = {
    e.CarriedOver: _carried_over,
    e.RegistersAbsorbed: _registers_absorbed,
}
