"""台账: filling a register until a step freezes it."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.judging import Judgement
from domain.refusal import refuse


def fill_register(j: Judgement, command: c.FillRegister) -> None:
    """填报台账: by the doer or the assisting units, until a step freezes it."""
    step, _ = j.open_step(command)
    register = j.plan.registers.get(command.register)
    if register is None or command.register not in step.step.fills:
        names = "、".join(step.step.fills) or "无"
        refuse(
            "register.unknown",
            f"任务 {command.step} 不填台账“{command.register}”",
            f"本任务填报:{names}",
            register=command.register,
        )
    seats = tuple(
        seat
        for role in dict.fromkeys((step.step.doer, *register.filled_by))
        for seat in j.seats(command.step, role)
    )
    j.require_any(seats, f"“{register.title}”填报")
    before = j.case.registers.get(command.register)
    if before is not None and before.frozen:
        refuse(
            "register.frozen",
            f"“{register.title}”已冻结",
            "增减须经批准:请申请重新办理冻结它的任务",
            register=command.register,
        )
    j.emit(
        e.RegisterFilled(
            step=command.step,
            register=command.register,
            version=before.version + 1 if before else 1,
            rows=command.rows,
            root=command.root,
            sums=command.sums,
            gaps=command.gaps,
            items=command.items,
        )
    )
