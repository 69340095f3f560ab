"""人员: who does, who decides, and that they are not the same."""

from __future__ import annotations

from collections.abc import Iterator

from domain.programme import ActName, BodyKind, Level, Mode, Node, NodeKind
from domain.programme_check.index import Findings, Index, StepAt
from domain.programme_fault import Path

_ACTS = {
    NodeKind.COUNTERSIGN: ActName.COUNTERSIGN,
    NodeKind.CONSULT: ActName.CONSULT,
    NodeKind.MEETING: ActName.DELIBERATE,
}
_NO_SIGN_IN = {BodyKind.NO_ACCOUNT: "不登录系统", BodyKind.EXTERNAL: "是系统外单位"}


def check_people(index: Index, findings: Findings) -> None:
    """人员检查: signers, seats, doing and deciding apart, and who can sign in at all."""
    people = _People(index, findings)
    for at in index.all_steps:
        people.step(at)
    people.elsewhere()
    people.unused()


class _People:
    def __init__(self, index: Index, findings: Findings) -> None:
        self.index = index
        self.findings = findings

    def step(self, at: StepAt) -> None:
        self._must_sign_in((*at.path, "doer"), at.step.doer, "doer.cannot_act", "承办")
        for number, role in enumerate(at.step.assist):
            self._must_sign_in((*at.path, "assist", number), role, "doer.cannot_act", "协办")
        self._must_sign_in((*at.path, "check_by"), at.step.check_by, "doer.cannot_act", "核对原件")
        for number, due in enumerate(at.step.due):
            path = (*at.path, "due", number, "extend_by")
            self._must_sign_in(path, due.extend_by, "doer.cannot_act", "决定延期")
        for kind in ("verify", "file"):
            work = getattr(at.step.machine, kind)
            if work is not None:
                path = (*at.path, "machine", kind, "manual_role")
                self._must_sign_in(path, work.manual_role, "doer.cannot_act", "人工办理")
        for node, path in at.nodes:
            extender = node.due.extend_by if node.due else None
            self._must_sign_in((*path, "due", "extend_by"), extender, "doer.cannot_act", "决定延期")
            self._signers(at, node, path)
            self._kind(node, path)
            self._signed_before(at, node, path)
            self._apart(at, node, path)
        self._item_bodies(at)
        self._acceptance(at)

    def _must_sign_in(self, path: Path, role: str | None, code: str, act: str) -> None:
        body = self.index.body_of(role) if role else None
        if body is not None and body.kind in _NO_SIGN_IN:
            message = f"{body.title}{_NO_SIGN_IN[body.kind]},不能由角色 {role} {act}"
            self.findings.fault(
                path, code, message, "换一个有账号单位(kind: account)的角色,或改其机构的 kind"
            )

    def _signers(self, at: StepAt, node: Node, path: Path) -> None:
        if not node.roles:
            self._no_signer(node, path)
            return
        again = sorted({role for role in node.roles if node.roles.count(role) > 1})
        if again:
            message = f"节点“{node.title}”中角色 {'、'.join(again)} 写了两次"
            self.findings.fault((*path, "roles"), "node.role_twice", message, "每个角色只写一次")
        levels = {body.level for role in node.roles if (body := self.index.body_of(role))}
        if node.quorum is not None and node.quorum > len(node.roles) and Level.PARTICIPATING not in levels:
            message = f"节点“{node.title}”要 {node.quorum} 票,席位只有 {len(node.roles)} 个"
            self.findings.fault((*path, "quorum"), "node.quorum", message, "减少票数,或增加签署角色")

    def _no_signer(self, node: Node, path: Path) -> None:
        if node.kind is NodeKind.CONSULT:
            if node.participants == "declared":
                message = f"征求意见“{node.title}”没有征求对象"
                mend = "写 roles: [...],或写 participants: run_time 由经办人当时选定"
                self.findings.fault(path, "consult.nobody", message, mend)
            return
        self.findings.fault(
            path,
            "node.no_signer",
            f"节点“{node.title}”没有签署角色",
            "写 roles: [...];不需要审批则删去该节点",
        )

    def _kind(self, node: Node, path: Path) -> None:
        act = _ACTS.get(node.kind)
        if act is not None and node.act is not act:
            message = f"节点“{node.title}”的类型是 {node.kind.value},行为却写作“{node.act.value}”"
            self.findings.warn(path, "node.act", message, f"写 act: {act.value}")
        if node.kind is NodeKind.CONSULT:
            self._must_sign_in((*path, "adopt_by"), node.adopt_by, "doer.cannot_act", "填写采纳情况")
            if node.silence == "no_opinion" and node.due is None:
                message = f"征求意见“{node.title}”写明逾期视为无意见,却没有期限"
                self.findings.fault(path, "consult.no_due", message, "给该节点写 due,或写 silence: wait")
        elif node.participants == "run_time":
            message = f"节点“{node.title}”不是征求意见,参与单位不能临时选定"
            self.findings.fault((*path, "participants"), "node.participants", message, "写明 roles")
        if node.kind is NodeKind.MEETING:
            self._meeting(node, path)
        elif node.kind is NodeKind.APPROVE:
            self._must_sign_in((*path, "confirm_by"), node.confirm_by, "doer.cannot_act", "确认修改")
        elif node.confirm_by is not None:
            message = f"节点“{node.title}”不是审批或会议议定,没有要确认的修改"
            self.findings.fault((*path, "confirm_by"), "node.confirm_by", message, "删去 confirm_by")

    def _signed_before(self, at: StepAt, node: Node, path: Path) -> None:
        """免签 needs an agreement before it, and an answer that is one."""
        if not node.skip_signed:
            return
        agrees = node.kind in (NodeKind.APPROVE, NodeKind.COUNTERSIGN) and node.mode is not Mode.QUORUM
        if not agrees or at.step.nodes[0].id == node.id:
            why = "前面没有审批节点" if agrees else "不是逐人签“同意”的节点"
            message = f"节点“{node.title}”写了免签,但{why}"
            self.findings.fault((*path, "skip_signed"), "node.skip_signed", message, "删去 skip_signed")

    def _meeting(self, node: Node, path: Path) -> None:
        self._must_sign_in((*path, "confirm_by"), node.confirm_by, "doer.cannot_act", "确认修改")
        for number, role in enumerate(node.roles):
            body = self.index.body_of(role)
            if body is not None and body.kind is BodyKind.ACCOUNT:
                message = f"会议议定“{node.title}”的机构 {body.title} 有账号,会议通常由不登录的集体议定"
                mend = "给会议单设机构(kind: no-account),或改用 kind: approve"
                self.findings.warn((*path, "roles", number), "meeting.account", message, mend)
        if node.mode is not Mode.SEQUENTIAL:
            message = f"会议议定“{node.title}”不用逐人表决,mode 不起作用"
            self.findings.warn((*path, "mode"), "meeting.mode", message, "删去 mode")

    def _apart(self, at: StepAt, node: Node, path: Path) -> None:
        """办审分离 (check X-02): no one decides what they did."""
        does = {self._seat(at.step.doer): "承办", **{self._seat(role): "协办" for role in at.step.assist}}
        does[self._seat(at.step.doer)] = "承办"
        if node.confirm_by is not None and does.get(self._seat(node.confirm_by)) == "承办":
            message = f"任务 {at.step.id} 由角色 {node.confirm_by} 承办,又由其确认“{node.title}”要求的修改"
            self.findings.fault(
                (*path, "confirm_by"), "duty.same_person", message, "修改和确认须分开:换成负责人或另一单位"
            )
        for number, role in enumerate(node.roles):
            act = does.get(self._seat(role))
            if act is None:
                continue
            here = (*path, "roles", number)
            message = f"任务 {at.step.id} 由角色 {role} {act},又由其在“{node.title}”签署"
            if act == "承办" and node.kind is not NodeKind.CONSULT:
                self.findings.fault(
                    here, "duty.same_person", message, "承办和审批须分开:换成负责人(position: head)或另一单位"
                )
            else:
                self.findings.warn(here, "duty.self_consult", message, "确认是否需要;一般不向自己征求意见")

    def _seat(self, role: str) -> tuple[str, str]:
        found = self.index.roles.get(role)
        return (found.body, found.position.value) if found else (role, "")

    def _item_bodies(self, at: StepAt) -> None:
        each = at.step.for_each
        register = self.index.registers.get(each.register_id) if each else None
        named = register is not None and each is not None and self._names_body(at)
        for role, path in self._acting(at):
            body = self.index.body_of(role)
            if body is None or body.level is not Level.ITEM or named:
                continue
            message = f"角色 {role} 的机构由台账逐行确定,但任务 {at.step.id} 没有能确定机构的分项"
            mend = "写 for_each,并在台账写 item_body(该列 body: 是)"
            self.findings.fault(path, "item.no_body", message, mend)

    def _names_body(self, at: StepAt) -> bool:
        each = at.step.for_each
        if each is None or each.register_id not in self.index.registers:
            return False
        register = self.index.registers[each.register_id]
        bodies = {column.id for column in register.columns if column.body}
        return register.item_body in bodies or each.group_by in bodies

    @staticmethod
    def _acting(at: StepAt) -> Iterator[tuple[str, Path]]:
        yield at.step.doer, (*at.path, "doer")
        for number, role in enumerate(at.step.assist):
            yield role, (*at.path, "assist", number)
        for node, path in at.nodes:
            for number, role in enumerate(node.roles):
                yield role, (*path, "roles", number)

    def _acceptance(self, at: StepAt) -> None:
        """办结与验收分开: claimed by the doer, granted by another."""
        doers = {
            other.step.doer
            for other in self.index.all_steps
            if other.stage.id in at.step.accepts and other.step.id != at.step.id
        }
        if at.step.doer in doers:
            message = f"任务 {at.step.id} 的验收由承办被验收任务的角色 {at.step.doer} 办理"
            self.findings.warn((*at.path, "doer"), "duty.accepts_own", message, "验收换由监管单位的角色办理")

    def elsewhere(self) -> None:
        programme = self.index.programme
        self._must_sign_in(("overseer",), programme.overseer, "overseer.cannot_act", "监督")
        for number, role in enumerate(programme.roles):
            for place, recorder in enumerate(role.recorders):
                path: Path = ("roles", number, "recorders", place)
                self._must_sign_in(path, recorder, "recorder.cannot_act", "代录")
        for number, register in enumerate(programme.registers):
            for place, name in enumerate(register.filled_by):
                path = ("registers", number, "filled_by", place)
                self._must_sign_in(path, name, "doer.cannot_act", "填台账")
        for number, choice in enumerate(programme.choices):
            self._must_sign_in(("choices", number, "set_by"), choice.set_by, "doer.cannot_act", "选定")

    def unused(self) -> None:
        used = set(self._used_roles())
        for number, role in enumerate(self.index.programme.roles):
            if role.id not in used:
                message = f"角色 {role.id}({role.title})没有用到"
                self.findings.warn(("roles", number), "unused.role", message, "删去,或在任务中用上")
        bodies = {role.body for role in self.index.programme.roles}
        for number, body in enumerate(self.index.programme.bodies):
            if body.id not in bodies:
                message = f"机构 {body.id}({body.title})没有任何角色"
                self.findings.warn(("bodies", number), "unused.body", message, "删去,或为它设一个角色")

    def _used_roles(self) -> Iterator[str | None]:
        programme = self.index.programme
        yield programme.overseer
        yield from (choice.set_by for choice in programme.choices)
        for register in programme.registers:
            yield from register.filled_by
        for role in programme.roles:
            yield from role.recorders
        for at in self.index.all_steps:
            yield from (role for role, _ in self._acting(at))
            chain = at.step.chain
            yield from (chain.leader, chain.in_charge, chain.lead, chain.liaison, *chain.support)
            yield from (role for node in at.step.nodes for role in (node.adopt_by, node.confirm_by))
            yield at.step.check_by
            yield from (due.extend_by for due in at.step.due)
            yield from (node.due.extend_by for node in at.step.nodes if node.due)
            for work in (at.step.machine.verify, at.step.machine.file):
                yield work.manual_role if work else None
