"""台账: every register is filled, frozen before it is run through, and not changed after."""

from __future__ import annotations

from domain.programme import FieldType, Register
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_fault import Path


def check_registers(index: Index, findings: Findings) -> None:
    """台账检查."""
    for number, register in enumerate(index.programme.registers):
        _register(index, findings, register, ("registers", number))
    for at in index.all_steps:
        _for_each(index, findings, at)
        _fills(index, findings, at)
        _freezes(index, findings, at)
        _frozen_gates(index, findings, at)


def _register(index: Index, findings: Findings, register: Register, path: Path) -> None:
    if not _fillers(index, register.id):
        message = f"台账“{register.title}”没有任何任务填写"
        findings.fault(path, "register.unfilled", message, f"在填写它的任务写 fills: [{register.id}]")
    columns = {column.id: column for column in register.columns}
    if register.item_body in columns and not columns[register.item_body].body:
        message = f"台账“{register.title}”的 item_body 列 {register.item_body} 没有标明是机构"
        findings.fault((*path, "item_body"), "register.not_a_body", message, "给该列写 body: 是")
    for number, column in enumerate(register.columns):
        if column.type is FieldType.CHOICE and not column.options:
            message = f"列“{column.title}”是选择列,却没有可选值"
            findings.fault(
                (*path, "columns", number), "column.no_options", message, "写 options: {代号: 中文, …}"
            )


def _fillers(index: Index, register: str) -> list[StepAt]:
    return [at for at in index.all_steps if register in at.step.fills]


def _for_each(index: Index, findings: Findings, at: StepAt) -> None:
    each = at.step.for_each
    if each is None or each.register_id not in index.registers:
        return
    freezers = index.freezers.get(each.register_id, [])
    before = index.before[at.step.id] - {at.step.id}
    if not before.intersection(freezers):
        title = index.registers[each.register_id].title
        message = f"任务 {at.step.id} 按台账“{title}”逐项办理,但之前没有任务冻结它"
        mend = f"在它之前的任务写 freezes: [{each.register_id}]"
        findings.fault((*at.path, "for_each"), "item.never_fixed", message, mend)


def _fills(index: Index, findings: Findings, at: StepAt) -> None:
    people = {at.step.doer, *at.step.assist}
    for number, name in enumerate(at.step.fills):
        register = index.registers.get(name)
        if register is None:
            continue
        path: Path = (*at.path, "fills", number)
        if not people.intersection(register.filled_by):
            message = f"任务 {at.step.id} 的承办、协办角色都不能填台账“{register.title}”"
            findings.warn(path, "register.not_allowed", message, "在台账 filled_by 中加上承办或协办角色")
        earlier = set(index.freezers.get(name, [])) & (index.before[at.step.id] - {at.step.id})
        if earlier:
            message = f"任务 {at.step.id} 要填的台账“{register.title}”在任务 {min(earlier)} 已冻结"
            findings.fault(path, "register.filled_after_freeze", message, "先填后冻结:移动 fills 或 freezes")


def _freezes(index: Index, findings: Findings, at: StepAt) -> None:
    reachable = index.before[at.step.id] | {at.step.id}
    for number, name in enumerate(at.step.freezes):
        fillers = _fillers(index, name)
        if name in index.registers and fillers and not any(one.step.id in reachable for one in fillers):
            message = f"任务 {at.step.id} 冻结台账“{index.registers[name].title}”时还没有任务填过它"
            mend = "让填写它的任务排在前面,或在本任务填写"
            findings.fault((*at.path, "freezes", number), "register.frozen_empty", message, mend)


def _frozen_gates(index: Index, findings: Findings, at: StepAt) -> None:
    for gate, path in at.gates:
        if gate.frozen in index.registers and not index.freezers.get(gate.frozen or ""):
            message = f"前置条件要台账“{index.registers[gate.frozen or ''].title}”冻结,但没有任务冻结它"
            findings.fault(path, "gate.never_frozen", message, f"在某个任务写 freezes: [{gate.frozen}]")
