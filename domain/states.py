"""状态: the states of a step and of a case, and every move between them, as tables.

Diagrams and tests are drawn from these tables. `domain.evolve` is the only writer; it asks `may_move`.
"""

from __future__ import annotations

from enum import StrEnum


class StepStatus(StrEnum):
    """任务状态."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    """核验中: compared with an outside register before anyone approves."""
    IN_REVIEW = "in_review"
    FILING = "filing"
    """报送中: all have approved; the outward act follows."""
    CLOSED = "closed"
    """已办结: claimed by the doer and decided."""
    ACCEPTED = "accepted"
    """已验收: granted by the supervisor, never by the doer."""
    RETURNED = "returned"
    SUSPENDED = "suspended"
    NOT_APPLICABLE = "not_applicable"
    TERMINATED = "terminated"
    REOPENED = "reopened"
    """重新办理: closed once, in work again."""


STATUS_TITLES: dict[StepStatus, str] = {
    StepStatus.NOT_STARTED: "未启动",
    StepStatus.IN_PROGRESS: "进行中",
    StepStatus.VERIFYING: "核验中",
    StepStatus.IN_REVIEW: "待审核",
    StepStatus.FILING: "报送中",
    StepStatus.CLOSED: "已办结",
    StepStatus.ACCEPTED: "已验收",
    StepStatus.RETURNED: "退回",
    StepStatus.SUSPENDED: "暂停",
    StepStatus.NOT_APPLICABLE: "不适用",
    StepStatus.TERMINATED: "终止",
    StepStatus.REOPENED: "重新办理",
}

S = StepStatus
_TAKEN = frozenset({S.SUSPENDED, S.TERMINATED, S.NOT_STARTED})
"""Where any open step may be moved by an exceptional act, or by a return to a step before it."""
_SET_ASIDE = _TAKEN | {S.NOT_APPLICABLE}
"""不适用 is decided while the doer has it."""

TRANSITIONS: dict[StepStatus, frozenset[StepStatus]] = {
    S.NOT_STARTED: frozenset({S.IN_PROGRESS, S.TERMINATED}),
    S.IN_PROGRESS: frozenset({S.VERIFYING, S.IN_REVIEW, S.FILING, S.CLOSED, S.RETURNED}) | _SET_ASIDE,
    S.RETURNED: frozenset({S.VERIFYING, S.IN_REVIEW, S.FILING, S.CLOSED, S.RETURNED}) | _SET_ASIDE,
    S.REOPENED: frozenset({S.VERIFYING, S.IN_REVIEW, S.FILING, S.CLOSED, S.RETURNED}) | _SET_ASIDE,
    S.VERIFYING: frozenset({S.IN_REVIEW, S.FILING, S.CLOSED, S.RETURNED, S.IN_PROGRESS}) | _TAKEN,
    S.IN_REVIEW: frozenset({S.IN_REVIEW, S.FILING, S.CLOSED, S.RETURNED, S.IN_PROGRESS}) | _TAKEN,
    S.FILING: frozenset({S.CLOSED, S.RETURNED, S.IN_REVIEW}) | _TAKEN,
    S.CLOSED: frozenset({S.ACCEPTED, S.REOPENED, S.RETURNED, S.NOT_STARTED}),
    S.ACCEPTED: frozenset({S.REOPENED, S.RETURNED, S.NOT_STARTED}),
    S.NOT_APPLICABLE: frozenset({S.REOPENED, S.TERMINATED}),
    S.SUSPENDED: frozenset({S.IN_PROGRESS, S.RETURNED, S.REOPENED, S.VERIFYING, S.IN_REVIEW, S.FILING})
    | frozenset({S.TERMINATED, S.NOT_STARTED}),
    S.TERMINATED: frozenset(),
}

WITH_DOER = frozenset({S.IN_PROGRESS, S.RETURNED, S.REOPENED})
"""The doer has it: evidence may be added, the step submitted."""
OPEN = WITH_DOER | {S.VERIFYING, S.IN_REVIEW, S.FILING}
DONE = frozenset({S.CLOSED, S.ACCEPTED, S.NOT_APPLICABLE})
"""Satisfies a gate."""


def may_move(old: StepStatus, new: StepStatus) -> bool:
    """Whether the table has this move."""
    return new in TRANSITIONS[old]


class CaseStatus(StrEnum):
    """改革任务状态."""

    OPEN = "open"
    COMPLETED = "completed"
    TERMINATED = "terminated"


CASE_STATUS_TITLES: dict[CaseStatus, str] = {
    CaseStatus.OPEN: "办理中",
    CaseStatus.COMPLETED: "已完成",
    CaseStatus.TERMINATED: "已终止",
}
