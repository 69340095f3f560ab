"""事件用语: one line for each event, as the reform office reads it in a list of tasks.

`2.10 公示 · 审批 · 县纪委监委 · 同意`: step, act, body, outcome. Names of steps, roles and bodies only: never
a person, never an opinion, nothing of a document but the name of its slot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain import events as e
from domain.agenda import AGENDA_ACTS
from domain.case import Proposal, Seat, split_key
from domain.decisions import ADOPTION_TITLES, OUTCOME_TITLES
from domain.objections import OBJECTION_TITLES
from domain.plan import Plan
from domain.states import STATUS_TITLES
from domain.term_changes import NODE_PATH

_OUTCOMES: Final = {
    "matched": "一致",
    "mismatched": "不一致",
    "accepted": "已受理",
    "rejected": "退回",
}
_PROPOSALS: Final = {
    "not_applicable": "不适用",
    "suspend": "暂停",
    "resume": "恢复办理",
    "reopen": "重新办理",
    "correct": "更正",
    "terminate": "终止",
    "stop_clock": "停止计时",
    "start_clock": "恢复计时",
    "extend": "延期",
}
Words = Callable[["EventWords", Any], tuple[str, ...]]


class EventWords:
    """事件用语 of one programme version, with the names of bodies."""

    def __init__(self, plan: Plan, bodies: Mapping[str, str]) -> None:
        self._plan = plan
        self._bodies = bodies
        self._stages = {step.id: stage for stage in plan.programme.stages for step in stage.steps}
        self._choices = {choice.id: choice for choice in plan.programme.choices}

    def line(self, event: e.Event) -> str:
        """Return the event as one line."""
        words = _WORDS[type(event)](self, event)
        if isinstance(event, e.OfStep):
            words = (self.step(event.step), *words)
        return " · ".join(word for word in words if word)

    def step(self, key: str) -> str:
        """`4.6 营业执照核验(示例公司)`."""
        id_, item = split_key(key)
        step = self._plan.step(id_)
        title = f"{id_} {step.title}" if step else id_
        return f"{title}({self.body(item)})" if item else title

    def stage_of(self, event: e.Event) -> str:
        """The title of the stage an event belongs to; empty for one of the whole case."""
        step = event.step if isinstance(event, e.OfStep) else ""
        stage = self._stages.get(split_key(step)[0])
        return stage.title if stage else ""

    def role(self, seat: Seat) -> str:
        """`经办 · 县委改革办`: the role's title and the body that fills it."""
        role = self._plan.roles.get(seat.role)
        body = self.body(seat.body)
        return " · ".join(word for word in (role.title if role else seat.role, body) if word)

    def body(self, code: str) -> str:
        """The name of a body."""
        return self._bodies.get(code, code)

    def seat(self, key: str) -> str:
        """The body of a seat `role@body`; the role's title where no body is known."""
        role_id, _, body = key.partition("@")
        role = self._plan.roles.get(role_id)
        return self.body(body) if body else (role.title if role else role_id)

    def node(self, step_key: str, node_id: str) -> tuple[str, str]:
        """The title and the act (审核, 审批 …) of a node, whether it applies now or not."""
        step = self._plan.step(split_key(step_key)[0])
        node = next((node for node in step.nodes if node.id == node_id), None) if step else None
        return (node.title, str(node.act)) if node else (node_id, "审批")

    def place(self, place: str) -> str:
        """The stage or the step of a planned date."""
        kind, _, id_ = place.partition("/")
        if kind == "step":
            return self.step(id_)
        return next((each.title for each in self._plan.programme.stages if each.id == id_), id_)

    def term(self, act: str, event: e.ClockStopped | e.ClockStarted | e.Extended) -> str:
        """停止计时, or of a node's own term 停止计时(审批“…”)."""
        return f"{act}(审批“{self.node(event.step, event.node)[0]}”)" if event.node else act

    def proposed(self, proposal: Proposal) -> str:
        """What is proposed; where it is of a node's own term, of which."""
        act = _PROPOSALS.get(proposal.kind, proposal.kind)
        if not proposal.path.startswith(NODE_PATH):
            return act
        return f"{act}(审批“{self.node(proposal.step, proposal.path.removeprefix(NODE_PATH))[0]}”)"

    def slot(self, step_key: str, slot_id: str) -> str:
        """The title of an evidence slot."""
        step = self._plan.step(split_key(step_key)[0])
        slots = step.evidence if step else []
        return next((slot.title for slot in slots if slot.id == slot_id), slot_id)

    def register(self, register_id: str) -> str:
        """The title of a register."""
        register = self._plan.registers.get(register_id)
        return register.title if register else register_id

    def choice(self, choice_id: str, value: str) -> tuple[str, str]:
        """The title of a choice and of its value."""
        choice = self._choices.get(choice_id)
        return (choice.title, choice.values.get(value, value)) if choice else (choice_id, value)


def _decided(words: EventWords, event: e.Decided) -> tuple[str, ...]:
    decision = event.decision
    outcome = OUTCOME_TITLES[decision.outcome] + ("(待核对)" if decision.unchecked else "")
    return (words.node(event.step, decision.node)[1], words.seat(decision.seat), outcome)


def _returned(words: EventWords, event: e.Returned) -> tuple[str, ...]:
    if event.to_step and event.to_step != event.step:
        to = words.step(event.to_step)
    else:
        to = words.node(event.step, event.to_node)[0] if event.to_node else "承办单位"
    return ("退回", to)


def _rows(filled: e.RegisterFilled) -> str:
    """What a filling changed, where it was not the first."""
    told = (("新增", filled.added), ("变更", filled.changed), ("删去", filled.removed))
    return "、".join(f"{word}{number}行" for word, number in told if number) if filled.version > 1 else ""


def _by_hand(manual: bool) -> str:
    return "人工" if manual else "系统"


def _agrees(agrees: bool) -> str:
    return "一致" if agrees else "不一致"


def _set_aside(word: str) -> Words:
    return lambda words, event: (word,)


_WORDS: Final[dict[type[e.Event], Words]] = {
    e.CaseOpened: lambda w, x: ("改革任务启动", x.unit_name),
    e.ChoiceSet: lambda w, x: ("选定", *w.choice(x.choice, x.value)),
    e.StepOpened: lambda w, x: ("启动" if x.round == 1 else f"启动(第{x.round}轮)", w.role(x.doer)),
    e.DueSet: lambda w, x: ("时限确定", x.due.date.isoformat() if x.due and x.due.date else "待定"),
    e.NodeDueSet: lambda w, x: (
        "审批时限确定",
        w.node(x.step, x.node)[0],
        x.due.date.isoformat() if x.due.date else "待定",
    ),
    e.PeriodSet: lambda w, x: ("公示期起算", f"至 {x.period.ends_on.isoformat()}"),
    e.PeriodEnded: lambda w, x: ("公示期届满", x.on.isoformat()),
    e.EvidenceAdded: lambda w, x: (
        "材料登记" if x.item.version == 1 else f"材料更换(第{x.item.version}版)",
        w.slot(x.step, x.slot),
    ),
    e.RegisterFilled: lambda w, x: ("台账填报", w.register(x.register), f"{x.rows} 行", _rows(x)),
    e.RegisterFrozen: lambda w, x: ("台账冻结", w.register(x.register)),
    e.Submitted: lambda w, x: ("提交", f"补录(迟{x.late_days}日)" if x.late_days else ""),
    e.VerificationAsked: lambda w, x: ("转入核验", _by_hand(x.manual)),
    e.Verified: lambda w, x: ("核验", _OUTCOMES.get(x.outcome, x.outcome)),
    e.FilingAsked: lambda w, x: ("转入报送", _by_hand(x.manual)),
    e.ManualTurned: lambda w, x: ("转人工办理", "系统无法继续" if x.stopped else ""),
    e.MachineResumed: lambda w, x: ("重新交系统办理",),
    e.FilingRecorded: lambda w, x: ("报送", _OUTCOMES.get(x.outcome, x.outcome)),
    e.FilingChecked: lambda w, x: ("核对报送登记", _agrees(x.agrees)),
    e.NodeOpened: lambda w, x: ("审批启动", w.node(x.step, x.node)[0]),
    e.ParticipantsInvited: lambda w, x: ("选定征求意见对象", f"{len(x.bodies)} 家"),
    e.Decided: _decided,
    e.SignedBefore: lambda w, x: (
        w.node(x.step, x.decision.node)[1],
        w.seat(x.decision.seat),
        "已签免签",
    ),
    e.DecisionChecked: lambda w, x: ("核对原件", _agrees(x.agrees)),
    e.OpinionAdopted: lambda w, x: ("意见采纳情况", ADOPTION_TITLES[x.adoption]),
    e.ChangesReported: _set_aside("报告已按审批意见修改"),
    e.ChangesConfirmed: lambda w, x: ("确认修改", "已按审批意见修改" if x.agrees else "还须修改"),
    e.ReadsAcknowledged: lambda w, x: ("核对所依据材料的变动", f"{len(x.reads)} 项"),
    e.ChecksRecorded: lambda w, x: (
        "检查结果",
        "、".join(f"{r.check} {'通过' if r.passed else '未通过'}" for r in x.results),
    ),
    e.DecisionWithdrawn: _set_aside("撤回审批意见"),
    e.SubmissionWithdrawn: _set_aside("撤回提交"),
    e.Returned: _returned,
    e.StepClosed: _set_aside("办结"),
    e.StepsAccepted: lambda w, x: ("验收", f"{len(x.steps)} 项任务"),
    e.Proposed: lambda w, x: (
        w.step(x.proposal.step) if x.proposal.step else "",
        "提出特办事项",
        w.proposed(x.proposal),
    ),
    e.Declined: lambda w, x: ("特办事项", "不同意"),
    e.MarkedNotApplicable: _set_aside("不适用"),
    e.Suspended: _set_aside("暂停"),
    e.Resumed: lambda w, x: ("恢复办理", STATUS_TITLES[x.status]),
    e.Reopened: _set_aside("重新办理"),
    e.Corrected: _set_aside("更正"),
    e.ClockStopped: lambda w, x: (w.term("停止计时", x), f"自 {x.stop.since.isoformat()} 起"),
    e.ClockStarted: lambda w, x: (w.term("恢复计时", x), f"{x.until.isoformat()} 起接着计算"),
    e.Extended: lambda w, x: (
        w.term("延期", x),
        f"{x.extension.old.isoformat()} → {x.extension.new.isoformat()}",
        "逾期后申请" if x.extension.late else "",
    ),
    e.ObjectionRaised: lambda w, x: (
        "收到异议",
        f"{x.objection.id} 号",
        "匿名" if x.objection.objector is None else "实名",
        "期满以后提出" if x.objection.late else "",
    ),
    e.ObjectionAnswered: lambda w, x: ("答复异议", f"{x.objection} 号", OBJECTION_TITLES[x.result]),
    e.DatePlanned: lambda w, x: (
        "计划节点",
        w.place(x.place),
        f"计划 {x.date.planned_on.isoformat()} 完成" if x.date.planned_on else "撤销",
        x.date.number,
    ),
    e.DatesRecounted: lambda w, x: ("按新的放假安排重算日期", x.source),
    e.SignerAdded: lambda w, x: ("增加会签单位", w.body(x.signer.seat.body)),
    e.SignerRemoved: lambda w, x: ("减少会签单位", w.seat(x.seat)),
    e.HandedOver: _set_aside("转办"),
    e.Delegated: lambda w, x: ("交他人代办", f"至 {x.hand.until.isoformat()}" if x.hand.until else ""),
    e.DelegationAnswered: _set_aside("代办交回"),
    e.FollowUpAdded: lambda w, x: ("登记议定事项", w.body(x.follow_up.body)),
    e.FollowUpReported: lambda w, x: ("报告议定事项办结", "代办" if x.acting_for else ""),
    e.FollowUpConfirmed: lambda w, x: ("确认议定事项办结", "" if x.agrees else "还须办理"),
    e.FollowUpDropped: _set_aside("撤销议定事项"),
    e.AgendaMoved: lambda w, x: (
        AGENDA_ACTS[x.act],
        w.node(x.step, x.item.node)[0],
        f"{x.item.session}({x.item.planned_on})" if x.item.session else "",
    ),
    e.AgendaDropped: lambda w, x: (AGENDA_ACTS[x.act], w.node(x.step, x.node)[0]),
    e.Urged: lambda w, x: ("催办", f"{len(x.places)} 处岗位"),
    e.Circulated: lambda w, x: (
        "传阅" if x.circulation.marks else "抄送",
        "、".join(dict.fromkeys(w.body(reader.body) for reader in x.circulation.readers)),
    ),
    e.CirculationRead: lambda w, x: (
        "代阅" if x.acting_for else "已阅",
        w.body(x.place.rpartition("/")[0]),
    ),
    e.CirculationEnded: _set_aside("结束传阅"),
    e.DelegationEnded: lambda w, x: ("收回代办" if x.by else "代办到期",),
    e.FellOverdue: lambda w, x: ("逾期", f"时限 {x.due_on.isoformat()}"),
    e.NodeFellOverdue: lambda w, x: ("审批逾期", w.node(x.step, x.node)[0], f"时限 {x.due_on.isoformat()}"),
    e.CaseCompleted: _set_aside("改革任务完成"),
    e.CaseTerminated: lambda w, x: ("改革任务并入", x.merged_into) if x.merged_into else ("改革任务终止",),
    e.CarriedOver: lambda w, x: ("机构调整后继续办理", f"{x.unit_name}({x.basis})"),
    e.RegistersAbsorbed: lambda w, x: ("并入台账", f"{x.origin}({x.basis})"),
}
