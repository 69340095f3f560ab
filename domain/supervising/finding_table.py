"""问题销号流程: every state of a finding and every move between them, as one table.

立项 → 交办 → 签收 → 整改 → 申请销号 → 复核 → 销号 → 回头看; a finding that comes back is opened again under
its own number. Who rectified never closes (usual practice; ``docs/explanation/supervision.md``).
The reference page, the judge and the walk of the tests all read this table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from domain.supervising.values import Need, Who


class FindingState(StrEnum):
    """问题状态."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    RECTIFYING = "rectifying"
    APPLIED = "applied"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    SETTLED = "settled"
    CANCELLED = "cancelled"


FINDING_STATES: Final[dict[FindingState, str]] = {
    FindingState.REGISTERED: "已立项",
    FindingState.ASSIGNED: "已交办",
    FindingState.RECTIFYING: "整改中",
    FindingState.APPLIED: "申请销号",
    FindingState.REVIEWED: "已复核",
    FindingState.CLOSED: "已销号",
    FindingState.SETTLED: "回头看合格",
    FindingState.CANCELLED: "撤销立项",
}


class FindingAct(StrEnum):
    """问题办理."""

    ASSIGN = "assign"
    DECLINE = "decline"
    SIGN = "sign"
    SIGN_PART = "sign_part"
    REPORT_PART = "report_part"
    RECTIFY = "rectify"
    EXTEND = "extend"
    APPLY = "apply"
    REVIEW = "review"
    SEND_BACK = "send_back"
    CLOSE = "close"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CANCEL = "cancel"


FINDING_ACTS: Final[dict[FindingAct, str]] = {
    FindingAct.ASSIGN: "交办",
    FindingAct.DECLINE: "退回交办",
    FindingAct.SIGN: "签收",
    FindingAct.SIGN_PART: "配合单位签收",
    FindingAct.REPORT_PART: "配合单位反馈",
    FindingAct.RECTIFY: "报告整改",
    FindingAct.EXTEND: "延期",
    FindingAct.APPLY: "申请销号",
    FindingAct.REVIEW: "复核通过",
    FindingAct.SEND_BACK: "退回整改",
    FindingAct.CLOSE: "销号",
    FindingAct.CONFIRM: "回头看合格",
    FindingAct.REOPEN: "重新立项",
    FindingAct.CANCEL: "撤销立项",
}


class FindingMove(NamedTuple):
    """一种办理: from which states, to which (``None`` stays), by whom, and what has to come with it."""

    states: tuple[FindingState, ...]
    to: FindingState | None
    who: Who
    needs: tuple[Need, ...] = ()


F = FindingState
FINDING_MOVES: Final[dict[FindingAct, FindingMove]] = {
    FindingAct.ASSIGN: FindingMove((F.REGISTERED,), F.ASSIGNED, Who.OFFICE, (Need.PARTS,)),
    FindingAct.DECLINE: FindingMove((F.ASSIGNED,), F.REGISTERED, Who.LEAD, (Need.TEXT,)),
    FindingAct.SIGN: FindingMove((F.ASSIGNED,), F.RECTIFYING, Who.LEAD),
    FindingAct.SIGN_PART: FindingMove((F.ASSIGNED, F.RECTIFYING), None, Who.SUPPORT),
    FindingAct.REPORT_PART: FindingMove((F.RECTIFYING,), None, Who.SUPPORT, (Need.TEXT,)),
    FindingAct.RECTIFY: FindingMove((F.RECTIFYING,), None, Who.LEAD, (Need.TEXT,)),
    FindingAct.EXTEND: FindingMove((F.ASSIGNED, F.RECTIFYING), None, Who.OFFICE, (Need.TEXT, Need.DUE)),
    FindingAct.APPLY: FindingMove((F.RECTIFYING,), F.APPLIED, Who.LEAD, (Need.DATED_PAPER,)),
    FindingAct.REVIEW: FindingMove((F.APPLIED,), F.REVIEWED, Who.OFFICE, (Need.OTHER_HANDS,)),
    FindingAct.SEND_BACK: FindingMove((F.APPLIED, F.REVIEWED), F.RECTIFYING, Who.OFFICE, (Need.TEXT,)),
    FindingAct.CLOSE: FindingMove((F.REVIEWED,), F.CLOSED, Who.OFFICE, (Need.OTHER_HANDS,)),
    FindingAct.CONFIRM: FindingMove(
        (F.CLOSED,), F.SETTLED, Who.OFFICE, (Need.TEXT, Need.OTHER_HANDS, Need.LOOKED_BACK)
    ),
    FindingAct.REOPEN: FindingMove((F.CLOSED, F.SETTLED), F.REGISTERED, Who.OFFICE, (Need.TEXT,)),
    FindingAct.CANCEL: FindingMove((F.REGISTERED, F.ASSIGNED), F.CANCELLED, Who.OFFICE, (Need.TEXT,)),
}
"""问题办理表: act → move. An act in a state that its row does not name is refused."""

FINDING_HANDS: Final = frozenset({FindingAct.RECTIFY, FindingAct.APPLY, FindingAct.REPORT_PART})
"""参与整改: who does one of these has rectified, and neither reviews nor closes."""
FINDING_DONE: Final = frozenset({F.CLOSED, F.SETTLED, F.CANCELLED})
