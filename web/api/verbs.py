"""办理动作表: which command is which route, one row each: what its sender says, and an example.

The routes, their descriptions and the reference page are made from this table; a test holds that every
command of ``domain.commands`` stands in it or in ``NOT_BY_HTTP``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cached_property
from typing import Any, Final, Literal, get_type_hints

from domain import commands as c
from domain.decisions import Medium, Outcome
from domain.programme import Marking
from web.api.shapes import Asked, asked
from web.api.verbs_beside import BESIDE

_DAY: Final = "2022-03-02"
_HEAD: Final = frozenset({"command_id", "case", "step", "round"})
"""What comes from the address and the headers."""


class OnPaper(StrEnum):
    """代录的形式."""

    SIGNED_PAPER = str(Medium.SIGNED_PAPER)
    MINUTES = str(Medium.MINUTES)
    REPLY = str(Medium.REPLY)
    TELEPHONE = str(Medium.TELEPHONE)


class ByHand(StrEnum):
    """人工核验结果."""

    MATCHED = "matched"
    MISMATCHED = "mismatched"


class FiledAs(StrEnum):
    """报送结果."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Answered(StrEnum):
    """人可以给的结论."""

    AGREE = str(Outcome.AGREE)
    AGREE_WITH_CHANGES = str(Outcome.AGREE_WITH_CHANGES)
    DISAGREE = str(Outcome.DISAGREE)
    RETURN = str(Outcome.RETURN)
    RESERVE = str(Outcome.RESERVE)
    REVISE = str(Outcome.REVISE)
    NO_OPINION = str(Outcome.NO_OPINION)
    OPINION = str(Outcome.OPINION)
    PASSED = str(Outcome.PASSED)
    PASSED_WITH_CHANGES = str(Outcome.PASSED_WITH_CHANGES)
    DEFERRED = str(Outcome.DEFERRED)
    REJECTED = str(Outcome.REJECTED)


class Exceptional(StrEnum):
    """特办事项."""

    NOT_APPLICABLE = "not_applicable"
    SUSPEND = "suspend"
    RESUME = "resume"
    REOPEN = "reopen"
    CORRECT = "correct"
    TERMINATE = "terminate"
    STOP_CLOCK = "stop_clock"
    START_CLOCK = "start_clock"
    EXTEND = "extend"


@dataclass(frozen=True)
class Verb:
    """办理动作: one row of the table."""

    path: str
    command: type[c.Command]
    title: str
    told: str
    example: Mapping[str, Any]
    without: frozenset[str] = frozenset()
    """Fields that its sender cannot say."""
    needed: frozenset[str] = frozenset()
    narrowed: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """What the route says in their place."""

    @property
    def of_step(self) -> bool:
        """Whether it is an act on a step, in a round."""
        return issubclass(self.command, c.StepCommand)

    @property
    def name(self) -> str:
        """The model's name: ``report-changes`` → ``ReportChanges``."""
        return "".join(part.capitalize() for part in self.path.split("-"))

    @cached_property
    def body(self) -> type[Asked]:
        """The model of its request."""
        keep = tuple(n for n in self.command.__struct_fields__ if n not in _HEAD | self.without)
        return asked(self.name, self.title, self.command, keep, self.needed, self.narrowed)

    def make(self, fields: Mapping[str, Any]) -> c.Command:
        """The command that a request means."""
        types = get_type_hints(self.command)
        return self.command(
            **{
                name: types[name](value) if _is_enum(types[name]) else _plain(value)
                for name, value in fields.items()
            }
        )


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Enum)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


_PAPER: Final = frozenset({"decided_by", "medium", "number", "meeting", "out_of_order"})


VERBS: Final = (
    Verb("submit", c.Submit, "提交任务", "承办人把任务提交审批。", {"occurred_on": _DAY}),
    Verb(
        "withdraw-submission",
        c.WithdrawSubmission,
        "撤回提交",
        "还没有人签署时,提交人可以撤回。",
        {"occurred_on": _DAY},
    ),
    Verb(
        "decide",
        c.Decide,
        "签署意见",
        "本人在线签署。代别人登记纸上的意见用 record。",
        {"occurred_on": _DAY, "node": "head", "outcome": "agree"},
        without=_PAPER,
        narrowed={"outcome": Answered},
    ),
    Verb(
        "record",
        c.Decide,
        "代录意见",
        "登记纸上签的、会上定的、来函或电话答复的意见;由另一人对照原件核对后才算数。",
        {
            "occurred_on": _DAY,
            "node": "head",
            "outcome": "agree",
            "decided_by": "p-county-head",
            "medium": "signed_paper",
            "number": "示例办〔2022〕3号",
        },
        needed=frozenset({"decided_by", "medium"}),
        narrowed={"outcome": Answered, "medium": OnPaper},
    ),
    Verb(
        "check",
        c.CheckDecision,
        "核对原件",
        "登记人以外的一人对照原件核对;不一致的须写明哪里不一致。",
        {"occurred_on": _DAY, "decision": "1", "agrees": True},
    ),
    Verb(
        "withdraw-decision",
        c.WithdrawDecision,
        "撤回意见",
        "后面还没有人签署时,签署人可以撤回。",
        {"occurred_on": _DAY, "decision": "1"},
    ),
    Verb(
        "invite",
        c.InviteParticipants,
        "选定征求意见对象",
        "征求意见的节点由承办人选定向谁征求。",
        {"occurred_on": _DAY, "node": "consult", "bodies": ["finance-411024"]},
    ),
    Verb(
        "adopt",
        c.AdoptOpinion,
        "填写意见采纳情况",
        "逐条写明采纳、部分采纳、不采纳;后两种须写原因。",
        {"occurred_on": _DAY, "decision": "1", "adoption": "adopted"},
    ),
    Verb(
        "add-signer",
        c.AddSigner,
        "增加会签单位",
        "正在办理的席位可加在本席之前、之后;承办人在本节点还没有意见时可并列增加。",
        {"occurred_on": _DAY, "body": "estab", "place": "beside"},
    ),
    Verb(
        "remove-signer",
        c.RemoveSigner,
        "减少会签单位",
        "本人增加的在其答复以前可减;其他的由监督角色写明理由办理。",
        {"occurred_on": _DAY, "seat": "signer@estab", "reason": "该单位职能已划出"},
    ),
    Verb(
        "hand-over",
        c.HandOver,
        "转办",
        "交同一岗位的另一人办理,此后只由其办理。",
        {"occurred_on": _DAY, "to": "p-2"},
    ),
    Verb(
        "delegate",
        c.Delegate,
        "交他人代办",
        "由其准备意见并交回,仍由本人决定。",
        {"occurred_on": _DAY, "to": "p-2"},
    ),
    Verb(
        "give-back",
        c.AnswerDelegation,
        "代办交回",
        "只是给决定人的建议,不是决定。",
        {"occurred_on": _DAY, "opinion": "材料齐全,建议同意"},
    ),
    *(Verb(*row) for row in BESIDE),
    Verb("take-back", c.EndDelegation, "收回代办", "由交出代办的人收回。", {"occurred_on": _DAY}),
    Verb(
        "report-changes",
        c.ReportChanges,
        "报告已按意见修改",
        "原则通过、原则同意而须修改后印发的,改完报告。",
        {"occurred_on": _DAY, "decision": "1", "opinion": "已按会议意见修改第三条"},
    ),
    Verb(
        "confirm-changes",
        c.ConfirmChanges,
        "确认修改",
        "确认已按意见修改;不同意的须写原因。",
        {"occurred_on": _DAY, "decision": "1", "agrees": True},
    ),
    Verb(
        "acknowledge",
        c.AcknowledgeReads,
        "核对所依据材料的变动",
        "本任务所依据的材料在提交后变了,核对后认为仍然成立的,由承办人确认。",
        {"occurred_on": _DAY, "opinion": "所依据的条款没有变"},
    ),
    Verb(
        "evidence",
        c.AddEvidence,
        "登记材料",
        "只登记不上传:文号、日期、机关、页数、存放处等。上传文件用 files。",
        {"occurred_on": _DAY, "slot": "plan", "title": "改革方案", "fields": {"number": "示例办〔2022〕3号"}},
        without=frozenset({"mode", "digest"}),
        narrowed={"marking": Marking | Literal[""]},
        fixed={"mode": "reference"},
    ),
    Verb(
        "verify",
        c.RecordVerification,
        "登记核验结果",
        "人工核验:填报人以外的一人对照原件。",
        {"occurred_on": _DAY, "outcome": "matched"},
        narrowed={"outcome": ByHand},
    ),
    Verb(
        "file",
        c.RecordFiling,
        "登记报送结果",
        "人工报送:登记收文机关的结果。",
        {"occurred_on": _DAY, "outcome": "accepted", "fields": {"number": "示例备〔2022〕1号"}},
        narrowed={"outcome": FiledAs},
    ),
    Verb(
        "check-filing",
        c.CheckFiling,
        "核对报送登记",
        "登记人以外的一人核对。",
        {"occurred_on": _DAY, "agrees": True},
    ),
    Verb(
        "take-over",
        c.TurnManual,
        "转人工办理",
        "系统正在向外部系统办理的,由负责的岗位接手;从此系统不再去问。",
        {"occurred_on": _DAY},
        without=frozenset({"reason", "stopped"}),
    ),
    Verb(
        "ask-again",
        c.AskAgain,
        "重新交系统办理",
        "原因排除后,交回系统。",
        {"occurred_on": _DAY},
    ),
    Verb(
        "propose",
        c.Propose,
        "提出特办事项",
        "不适用、暂停、恢复、重新办理、更正、终止、停止计时、恢复计时、延期;由另一人确认。",
        {
            "occurred_on": _DAY,
            "kind": "suspend",
            "reason": "等待上级批复",
            "number": "示例办〔2022〕4号",
            "approver": "示例县改革办",
        },
        narrowed={"kind": Exceptional},
    ),
    Verb(
        "confirm-proposal",
        c.ConfirmProposal,
        "确认特办事项",
        "确认或不同意别人提出的特办事项。",
        {"occurred_on": _DAY, "proposal": "1", "agrees": True},
    ),
    Verb(
        "raise-objection",
        c.RaiseObjection,
        "登记异议",
        "公示期间收到的异议:谁提出(可匿名)、哪天、说了什么。",
        {"occurred_on": _DAY, "opinion": "名单第3号的任职年限有误", "objector": "示例提出人"},
    ),
    Verb(
        "answer-objection",
        c.AnswerObjection,
        "答复异议",
        "写明核实的结果;公示期内收到的逐件答复以后,任务才能提交和办结。",
        {"occurred_on": _DAY, "objection": "1", "result": "rejected", "opinion": "经核实,任职年限无误"},
    ),
    Verb(
        "plan",
        c.PlanDate,
        "编制计划节点",
        "环节或任务计划哪天完成,依据哪份文件或决定;不写日期为撤销。原来的日期留存。",
        {
            "occurred_on": _DAY,
            "place": "step/1.1",
            "planned_on": "2022-04-29",
            "number": "示例办〔2022〕4号",
            "approver": "示例县委改革领导小组",
        },
    ),
    Verb(
        "choices",
        c.SetChoice,
        "选定一项选择",
        "如改革范围;选定后决定哪些任务适用。",
        {"occurred_on": _DAY, "choice": "scope", "value": "full"},
    ),
)
"""办理动作表. ``fill`` (台账) and ``files`` (上传) have routes of their own, opening a case too."""

OTHER_ROUTES: Final = frozenset({c.OpenCase, c.FillRegister})
"""Commands whose routes are written out."""
NOT_BY_HTTP: Final = frozenset({c.FireTimer, c.RecordChecks, c.RecountDates})
"""计时到点 is the clock's alone, 检查结果 whoever evaluates the checks; 重算日期 follows from a notice."""
