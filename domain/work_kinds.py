"""待办类型: the kinds of open work and their names, apart from the computing so that a list can be shown
without it."""

from __future__ import annotations

from enum import StrEnum

ANY_POSITION = "any"
"""Whoever works in the body, whatever the position."""

ONE_PERSON = "@"
"""Before a person's id in the place of a position: that person of the body alone."""


POSITIONS_ASKED = {
    "handler": "经办人",
    "head": "负责人",
    "member": "成员",
    ANY_POSITION: "本单位任一人员",
}
"""Positions that something may be sent to."""


def one_person(person: str) -> str:
    """The position of work that one person has alone (转办, 代办)."""
    return f"{ONE_PERSON}{person}"


class WorkKind(StrEnum):
    """待办类型."""

    SUBMIT = "submit"
    INVITE = "invite"
    DECIDE = "decide"
    DELEGATED = "delegated"
    """代办: prepare an answer for who decides."""
    RECORD = "record"
    """登记决定 of a meeting, or of a body that does not sign in: beside DECIDE, for its recorders."""
    CHECK = "check"
    """核对原件."""
    ADOPT = "adopt"
    CHANGE = "change"
    """按审批意见修改, a meeting's or a leader's."""
    CONFIRM_CHANGES = "confirm_changes"
    OBJECTION = "objection"
    """答复异议."""
    REREAD = "reread"
    """所依据的材料已变动."""
    VERIFY = "verify"
    FILE = "file"
    CHECK_FILING = "check_filing"
    CONFIRM = "confirm"
    READ = "read"
    """阅知: what circulates."""
    FOLLOW_UP = "follow_up"
    """办理议定事项."""
    CONFIRM_FOLLOW_UP = "confirm_follow_up"


OF_CASE: frozenset[WorkKind] = frozenset(
    {WorkKind.CONFIRM, WorkKind.READ, WorkKind.FOLLOW_UP, WorkKind.CONFIRM_FOLLOW_UP}
)
"""Work that stands at the case beside its steps."""


BY_PROXY: frozenset[WorkKind] = frozenset(
    {
        WorkKind.SUBMIT,
        WorkKind.INVITE,
        WorkKind.DECIDE,
        WorkKind.RECORD,
        WorkKind.CHECK,
        WorkKind.ADOPT,
        WorkKind.CHANGE,
        WorkKind.CONFIRM_CHANGES,
        WorkKind.OBJECTION,
        WorkKind.REREAD,
        WorkKind.READ,
        WorkKind.FOLLOW_UP,
    }
)
"""请假代理 reaches these and no others: what a second person vouches for by name (核验、报送登记、特办事项)
is done by who holds the position."""

WORK_TITLES: dict[WorkKind, str] = {
    WorkKind.SUBMIT: "办理",
    WorkKind.INVITE: "选定征求意见对象",
    WorkKind.DECIDE: "审批",
    WorkKind.DELEGATED: "代办",
    WorkKind.RECORD: "登记决定",
    WorkKind.CHECK: "核对原件",
    WorkKind.ADOPT: "填写意见采纳情况",
    WorkKind.CHANGE: "按审批意见修改",
    WorkKind.CONFIRM_CHANGES: "确认修改",
    WorkKind.OBJECTION: "答复异议",
    WorkKind.REREAD: "核对所依据材料的变动",
    WorkKind.VERIFY: "人工核验",
    WorkKind.FILE: "登记报送",
    WorkKind.CHECK_FILING: "核对报送登记",
    WorkKind.CONFIRM: "确认特办事项",
    WorkKind.READ: "阅知",
    WorkKind.FOLLOW_UP: "办理议定事项",
    WorkKind.CONFIRM_FOLLOW_UP: "确认议定事项办结",
}
