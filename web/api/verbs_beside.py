"""办理动作表(续): what is told, sent round and asked beside a step: 议定事项, 催办, 传阅, 抄送.

Rows of ``web.api.verbs``: path, command, title, what it does, an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domain import commands as c

_DAY: Final = "2022-03-02"

BESIDE: Final[tuple[tuple[str, type[c.Command], str, str, Mapping[str, Any]], ...]] = (
    (
        "follow-up",
        c.AddFollowUp,
        "登记议定事项",
        "会议决定里另外要办的事;第二人核对纪要以后转为责任单位的待办。blocks 为真的,办结以前后续任务不启动。",
        {
            "occurred_on": _DAY,
            "opinion": "落实专班办公用房",
            "body": "finance-411024",
            "position": "head",
            "due_on": _DAY,
        },
    ),
    (
        "follow-done",
        c.ReportFollowUp,
        "报告议定事项办结",
        "由责任单位报告办了什么,由监督角色确认。",
        {"occurred_on": _DAY, "follow_up": "3", "opinion": "已安排办公用房"},
    ),
    (
        "follow-confirm",
        c.ConfirmFollowUp,
        "确认议定事项办结",
        "报告人以外的监督角色确认;不确认的写明理由。",
        {"occurred_on": _DAY, "follow_up": "3", "agrees": True},
    ),
    (
        "follow-drop",
        c.DropFollowUp,
        "撤销议定事项",
        "登记有误的;登记人在报告以前,以后由监督角色写明理由。",
        {"occurred_on": _DAY, "follow_up": "3", "reason": "登记有误"},
    ),
    (
        "declare-agenda",
        c.DeclareAgenda,
        "申报议题",
        "等会议议定的,由承办单位向会议办理机构申报;不申报也可以凭纪要直接登记。",
        {"occurred_on": _DAY, "opinion": "审议改革实施方案"},
    ),
    (
        "list-agenda",
        c.ListAgenda,
        "列入议题",
        "由会议办理机构列入一次会议;已列的可改列另一次。会议用 meetings 安排。",
        {"occurred_on": _DAY, "session": "M2022-0001"},
    ),
    (
        "take-off-agenda",
        c.TakeOffAgenda,
        "移出议程、退回申报",
        "移出议程的仍待列入;declined 为真的退回申报单位。都须写明理由。",
        {"occurred_on": _DAY, "reason": "材料不齐"},
    ),
    (
        "withdraw-agenda",
        c.WithdrawAgenda,
        "撤回申报",
        "还没有列入会议的,由承办单位撤回。",
        {"occurred_on": _DAY},
    ),
    (
        "urge",
        c.Urge,
        "催办",
        "提醒正在等他办理的岗位;不改变时限,几个工作日内至多一次。",
        {"occurred_on": _DAY, "reason": "专班明日开会"},
    ),
    (
        "circulate",
        c.Circulate,
        "传阅、抄送",
        "marks 为真是传阅,各岗位阅后标记;为假是抄送,供知悉。不影响审批。",
        {"occurred_on": _DAY, "readers": ["finance-411024/head"], "marks": True, "until": _DAY},
    ),
    (
        "read",
        c.MarkRead,
        "标记已阅",
        "传阅的对象阅后标记;任务办结以后也可以。",
        {"occurred_on": _DAY},
    ),
    (
        "end-circulation",
        c.EndCirculation,
        "结束传阅",
        "还没有阅的,不再等。",
        {"occurred_on": _DAY, "circulation": "1"},
    ),
)
