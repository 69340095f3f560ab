"""台账: filling a register until a step freezes it."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.changes import carried
from domain.judging import Judgement
from domain.refusal import refuse
from domain.settle import ask_again, seen_by_node
from domain.states import WITH_DOER, StepStatus
from domain.work_kinds import WorkKind


def fill_register(j: Judgement, command: c.FillRegister) -> None:
    """填报台账: by the doer or the assisting units, until a step freezes it."""
    step, state = j.open_step(command)
    if state.status not in WITH_DOER and state.status is not StepStatus.IN_REVIEW:
        refuse(
            "register.not_now",
            f"任务 {command.step} 正在核验或报送,台账不能改动",
            "请等待结果;确需改动的,请先撤回提交",
            step=command.step,
        )
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
    j.require_acted(seats, f"“{register.title}”填报", WorkKind.SUBMIT)
    before = j.case.registers.get(command.register)
    if before is not None and before.frozen:
        refuse(
            "register.frozen",
            f"“{register.title}”已冻结",
            "增减须经批准:请申请重新办理冻结它的任务",
            register=command.register,
        )
    _require_seen(command, register.title, before.version if before else 0)
    carries = carried(j, command.step, step, f"#{command.register}") if command.as_decided else ()
    seen = seen_by_node(j, command.step, step)
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
            as_decided=command.as_decided,
            carries=carries,
            added=command.added,
            changed=command.changed,
            removed=command.removed,
            reason=command.reason,
        )
    )
    if not command.as_decided:
        ask_again(j, command.step, step, seen, command.occurred_on)


def _require_seen(command: c.FillRegister, title: str, version: int) -> None:
    """What somebody else filled in meanwhile is not overwritten unseen."""
    if command.seen is not None and command.seen != version:
        refuse(
            "register.changed",
            f"“{title}”已被他人更新(您依据的是第 {command.seen} 版,现为第 {version} 版)",
            "请重新导出或预览,在现行版本上修改后再办",
            register=command.register,
            version=version,
        )
