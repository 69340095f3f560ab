"""名称: every name that is used is declared, and every name is declared once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from domain.programme import Condition, FieldType, Node, Register
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_fault import Path

_RESERVED = frozenset({"launch", "opening", "submission", "doer", "stop", "refuse", "register"})


def check_names(index: Index, findings: Findings) -> None:
    """名称检查: unknown and duplicate names of everything but evidence (see `papers`)."""
    _Names(index, findings).check()


def mend_for(name: str, known: Iterable[str]) -> str:
    """是不是 …: the nearest known name, else what there is."""
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"是不是 {near[0]}?"
    return f"可用的有:{'、'.join(names[:20])}" if names else "请先声明"


def known(
    findings: Findings, path: Path, name: str | None, names: Iterable[str], code: str, what: str
) -> bool:
    """Whether a name is declared; says so where it is not."""
    known_names = list(names)
    if name is None or name in known_names:
        return True
    findings.fault(path, code, f"没有声明过的{what} {name}", mend_for(name, known_names))
    return False


def duplicates(findings: Findings, entries: Iterable[tuple[str, Path]], what: str) -> None:
    """One fault for each name given again."""
    first: dict[str, Path] = {}
    for name, path in entries:
        if name in first:
            line = findings.lines[first[name]]
            findings.fault(
                path,
                "name.duplicate",
                f"{what} {name} 重复(第一处在第 {line} 行)",
                "改用另一个代号,或删去一处",
            )
        first.setdefault(name, path)


class _Names:
    def __init__(self, index: Index, findings: Findings) -> None:
        self.index = index
        self.programme = index.programme
        self.findings = findings

    def check(self) -> None:
        self._duplicates()
        self._people()
        self._choices()
        for number, register in enumerate(self.programme.registers):
            self._register(register, ("registers", number))
        for number, stage in enumerate(self.programme.stages):
            self._conditions(stage.when, ("stages", number, "when"))
        for at in self.index.all_steps:
            self._step(at)
        self._gates()
        self._checks()

    # ---- declared once

    def _duplicates(self) -> None:
        for key, what in (
            ("bodies", "机构"),
            ("roles", "角色"),
            ("choices", "选择项"),
            ("registers", "台账"),
        ):
            entries = getattr(self.programme, key)
            duplicates(self.findings, ((entry.id, (key, n, "id")) for n, entry in enumerate(entries)), what)
        duplicates(
            self.findings,
            ((stage.id, ("stages", n, "id")) for n, stage in enumerate(self.programme.stages)),
            "环节",
        )
        duplicates(self.findings, ((at.step.id, (*at.path, "id")) for at in self.index.all_steps), "任务")
        duplicates(
            self.findings,
            ((use.id, ("checks", n, "id")) for n, use in enumerate(self.programme.checks)),
            "合规检查",
        )
        for at in self.index.all_steps:
            duplicates(self.findings, ((node.id, (*path, "id")) for node, path in at.nodes), "审批节点")
            duplicates(self.findings, ((slot.id, (*path, "id")) for slot, path in at.evidence), "材料")
            if at.step.id in _RESERVED:
                self.findings.fault(
                    (*at.path, "id"), "name.reserved", f"任务号不能用 {at.step.id}", "换一个任务号,如 1.1"
                )

    # ---- used and declared

    def role(self, path: Path, name: str | None) -> bool:
        return known(self.findings, path, name, self.index.roles, "unknown.role", "角色")

    def roles(self, path: Path, names: Iterable[str]) -> None:
        for number, name in enumerate(names):
            self.role((*path, number), name)

    def _people(self) -> None:
        for number, role in enumerate(self.programme.roles):
            path: Path = ("roles", number)
            known(self.findings, (*path, "body"), role.body, self.index.bodies, "unknown.body", "机构")
            self.roles((*path, "recorders"), role.recorders)
        self.role(("overseer",), self.programme.overseer)

    def _choices(self) -> None:
        for number, choice in enumerate(self.programme.choices):
            path: Path = ("choices", number)
            self.role((*path, "set_by"), choice.set_by)
            if choice.at != "launch":
                known(self.findings, (*path, "at"), choice.at, self.index.steps, "unknown.step", "任务")
            known(self.findings, (*path, "default"), choice.default, choice.values, "unknown.value", "取值")

    def _conditions(self, when: list[Condition], path: Path) -> None:
        for number, condition in enumerate(when):
            if not condition:
                message = "空条件永远成立,其余条件不起作用"
                self.findings.warn((*path, number), "condition.always", message, "删去空条件")
            for name, values in condition.items():
                here: Path = (*path, number, name)
                if not known(self.findings, here, name, self.index.choices, "unknown.choice", "选择项"):
                    continue
                allowed = self.index.choices[name].values
                for place, value in enumerate(values):
                    known(self.findings, (*here, place), value, allowed, "unknown.value", f"取值({name})")
                if not values:
                    self.findings.fault(
                        here, "condition.empty", f"条件 {name} 没有列出取值,永远不成立", "列出至少一个取值"
                    )

    def _register(self, register: Register, path: Path) -> None:
        columns = {column.id for column in register.columns}
        duplicates(
            self.findings,
            ((column.id, (*path, "columns", n, "id")) for n, column in enumerate(register.columns)),
            f"台账 {register.id} 的列",
        )
        self.roles((*path, "filled_by"), register.filled_by)
        for number, name in enumerate(register.key):
            known(self.findings, (*path, "key", number), name, columns, "unknown.column", "列")
        known(self.findings, (*path, "item_body"), register.item_body, columns, "unknown.column", "列")

    def _step(self, at: StepAt) -> None:
        step, path = at.step, at.path
        self.role((*path, "doer"), step.doer)
        self.roles((*path, "assist"), step.assist)
        self.role((*path, "check_by"), step.check_by)
        for key in ("leader", "in_charge", "lead", "liaison"):
            self.role((*path, "chain", key), getattr(step.chain, key))
        self.roles((*path, "chain", "support"), step.chain.support)
        self._conditions(step.when, (*path, "when"))
        for evidence, here in at.evidence:
            self._conditions(evidence.when, (*here, "when"))
        for number, due in enumerate(step.due):
            self._conditions(due.when, (*path, "due", number, "when"))
            self.role((*path, "due", number, "extend_by"), due.extend_by)
        for node, here in at.nodes:
            self._node(node, here)
        for kind in ("verify", "file"):
            work = getattr(step.machine, kind)
            if work is not None:
                self.role((*path, "machine", kind, "manual_role"), work.manual_role)
        self._step_registers(at)
        self._rows(at)

    def _node(self, node: Node, path: Path) -> None:
        self.role((*path, "due", "extend_by"), node.due.extend_by if node.due else None)
        self.roles((*path, "roles"), node.roles)
        self.role((*path, "adopt_by"), node.adopt_by)
        self.role((*path, "confirm_by"), node.confirm_by)
        self._conditions(node.when, (*path, "when"))
        if node.due is not None:
            self._conditions(node.due.when, (*path, "due", "when"))
        if node.on_refuse.to not in {"doer", "stop"}:
            target: Path = (*path, "on_refuse", "to")
            known(self.findings, target, node.on_refuse.to, self.index.steps, "unknown.step", "任务")

    def _rows(self, at: StepAt) -> None:
        """Which rows a step is for is told by columns of declared choices, never by personal ones."""
        each = at.step.for_each
        register = self.index.registers.get(each.register_id) if each else None
        if each is None or register is None:
            return
        columns = {column.id: column for column in register.columns}
        for number, condition in enumerate(each.when):
            for name, values in condition.items():
                path: Path = (*at.path, "for_each", "when", number, name)
                if not known(self.findings, path, name, columns, "unknown.column", "列"):
                    continue
                if columns[name].type is not FieldType.CHOICE or columns[name].personal:
                    message = f"列“{columns[name].title}”不是公开的选择列,不能用作分项条件"
                    mend = "把该列改为 type: choice,或改用另一列"
                    self.findings.fault(path, "item.condition", message, mend)
                for place, value in enumerate(values):
                    options = columns[name].options
                    known(self.findings, (*path, place), value, options, "unknown.value", f"取值({name})")

    def _step_registers(self, at: StepAt) -> None:
        registers = self.index.registers
        for path, name in self._registers_used(at):
            known(self.findings, path, name, registers, "unknown.register", "台账")
        each = at.step.for_each
        if each is not None and each.group_by is not None and each.register_id in registers:
            columns = [column.id for column in registers[each.register_id].columns]
            known(self.findings, (*at.path, "for_each", "group_by"), each.group_by, columns,
                  "unknown.column", "列")  # fmt: skip
        for number, outcome in enumerate(at.step.outcomes):
            if outcome.then not in {"refuse", "stop"}:
                known(self.findings, (*at.path, "outcomes", number, "then"), outcome.then, self.index.steps,
                      "unknown.step", "任务")  # fmt: skip
        for number, stage in enumerate(at.step.accepts):
            known(
                self.findings,
                (*at.path, "accepts", number),
                stage,
                self.index.stages,
                "unknown.stage",
                "环节",
            )

    @staticmethod
    def _registers_used(at: StepAt) -> Iterator[tuple[Path, str]]:
        for key in ("fills", "freezes"):
            for number, name in enumerate(getattr(at.step, key)):
                yield (*at.path, key, number), name
        if at.step.for_each is not None:
            yield (*at.path, "for_each", "register"), at.step.for_each.register_id

    def _gates(self) -> None:
        index, seen = self.index, set[Path]()
        for at in index.all_steps:
            for gate, path in at.gates:
                if path in seen:
                    continue
                seen.add(path)
                known(self.findings, path, gate.step, index.steps, "unknown.step", "任务")
                known(self.findings, path, gate.stage, index.stages, "unknown.stage", "环节")
                known(self.findings, path, gate.frozen, index.registers, "unknown.register", "台账")
                known(self.findings, path, gate.check, index.checks, "unknown.check", "合规检查")

    def _checks(self) -> None:
        for number, use in enumerate(self.programme.checks):
            self._conditions(use.when, ("checks", number, "when"))
            for place, step in enumerate(use.steps):
                known(self.findings, ("checks", number, "steps", place), step, self.index.steps,
                      "unknown.step", "任务")  # fmt: skip
