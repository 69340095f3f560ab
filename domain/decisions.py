"""审批意见: who decided what, when, by which medium, who recorded and checked it, on which evidence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from domain.programme import NodeKind


class Outcome(StrEnum):
    """结论."""

    AGREE = "agree"
    AGREE_WITH_CHANGES = "agree_with_changes"
    """原则同意、修改后印发: counts once the changes are confirmed, like `PASSED_WITH_CHANGES`."""
    DISAGREE = "disagree"
    RETURN = "return"
    RESERVE = "reserve"
    """保留意见: a dissent that goes up with its reason and does not stop the matter."""
    REVISE = "revise"
    NO_OPINION = "no_opinion"
    OPINION = "opinion"
    LAPSED = "lapsed"
    """逾期视为无意见: written by the clock, never by a person."""
    PASSED = "passed"
    PASSED_WITH_CHANGES = "passed_with_changes"
    DEFERRED = "deferred"
    REJECTED = "rejected"


OUTCOME_TITLES: dict[Outcome, str] = {
    Outcome.AGREE: "同意",
    Outcome.AGREE_WITH_CHANGES: "原则同意、修改后印发",
    Outcome.DISAGREE: "不同意",
    Outcome.RETURN: "退回",
    Outcome.RESERVE: "保留意见",
    Outcome.REVISE: "退改",
    Outcome.NO_OPINION: "无意见",
    Outcome.OPINION: "有意见",
    Outcome.LAPSED: "逾期视为无意见",
    Outcome.PASSED: "通过",
    Outcome.PASSED_WITH_CHANGES: "原则通过、修改后印发",
    Outcome.DEFERRED: "暂缓",
    Outcome.REJECTED: "不通过",
}

OUTCOMES_BY_KIND: dict[NodeKind, frozenset[Outcome]] = {
    NodeKind.APPROVE: frozenset(
        {Outcome.AGREE, Outcome.AGREE_WITH_CHANGES, Outcome.DISAGREE, Outcome.RETURN}
    ),
    NodeKind.COUNTERSIGN: frozenset({Outcome.AGREE, Outcome.RESERVE, Outcome.REVISE}),
    NodeKind.CONSULT: frozenset({Outcome.NO_OPINION, Outcome.OPINION}),
    NodeKind.MEETING: frozenset(
        {Outcome.PASSED, Outcome.PASSED_WITH_CHANGES, Outcome.DEFERRED, Outcome.REJECTED}
    ),
}
"""What may be answered at a node of each kind."""

POSITIVE = frozenset(
    {
        Outcome.AGREE,
        Outcome.AGREE_WITH_CHANGES,
        Outcome.RESERVE,
        Outcome.NO_OPINION,
        Outcome.OPINION,
        Outcome.LAPSED,
        Outcome.PASSED,
        Outcome.PASSED_WITH_CHANGES,
    }
)
"""Answers that let the matter go on."""
WITH_CHANGES = frozenset({Outcome.AGREE_WITH_CHANGES, Outcome.PASSED_WITH_CHANGES})
"""Agreement to something that does not lie there yet: it counts once somebody has confirmed the changes."""
NEGATIVE = frozenset({Outcome.DISAGREE, Outcome.REVISE, Outcome.REJECTED})
"""Answers that stop it: what follows is the node's `on_refuse`."""
AGAINST = NEGATIVE | {Outcome.RETURN}
RETURNS = frozenset({Outcome.RETURN, Outcome.REVISE})
"""Answers that ask for another draft: `max_returns` bounds these, never 不同意 or 不通过."""
NEEDS_REASON = NEGATIVE | {
    Outcome.RETURN,
    Outcome.RESERVE,
    Outcome.OPINION,
    Outcome.DEFERRED,
    Outcome.AGREE_WITH_CHANGES,
}


class Medium(StrEnum):
    """形式: how the decision was given, apart from how it entered the system."""

    ONLINE = "online"
    SIGNED_PAPER = "signed_paper"
    MINUTES = "minutes"
    REPLY = "reply"
    TELEPHONE = "telephone"
    CLOCK = "clock"


MEDIUM_TITLES: dict[Medium, str] = {
    Medium.ONLINE: "线上",
    Medium.SIGNED_PAPER: "手签呈批件",
    Medium.MINUTES: "会议纪要",
    Medium.REPLY: "批复来文",
    Medium.TELEPHONE: "电话记录",
    Medium.CLOCK: "期限届满",
}


class Adoption(StrEnum):
    """意见采纳."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    REJECTED = "rejected"


ADOPTION_TITLES: dict[Adoption, str] = {
    Adoption.ADOPTED: "采纳",
    Adoption.PARTLY: "部分采纳",
    Adoption.REJECTED: "不采纳",
}


class TextRef(msgspec.Struct, frozen=True, kw_only=True):
    """文字引用: a text that may be erased lives elsewhere; here its id and salted digest."""

    id: str
    digest: str


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """审批意见: one seat's answer at one node in one round.

    Holds the node's fingerprint and the hashes of the evidence it looked at, so that a moved gate or a
    replaced file is never passed by an older approval.
    """

    id: str
    node: str
    seat: str
    outcome: Outcome
    decided_by: str
    """Person or body; no account needed."""
    acting_for: str = ""
    """代理: for whom the decider acted in the seat; empty where it is their own."""
    occurred_on: date
    medium: Medium = Medium.ONLINE
    recorded_by: str
    recorded_in: str = ""
    """The seat (`role@body`) in which it was recorded for another."""
    recorded_for: str = ""
    """代理: for whom the recorder acted."""
    verified_by: str = ""
    fingerprint: str
    hashes: dict[str, str] = {}
    number: str = ""
    """文号、纪要期号 of the paper it rests on."""
    meeting: str = ""
    opinion: TextRef | None = None
    adoption: Adoption | None = None
    adoption_reason: TextRef | None = None
    return_to: str = ""
    stands: tuple[str, ...] = ()
    resume: bool = False
    out_of_order: str = ""
    """Why its date lies before what it follows, where it does."""
    confirm_role: str = ""
    """修改后印发: the role that confirms the changes, or the decision's own seat; else empty."""
    changes: tuple[str, ...] = ()
    """What was changed as decided: slots, and registers as `#name`."""
    changed_by: str = ""
    changed_for: str = ""
    changed_on: date | None = None
    change_note: TextRef | None = None
    confirmed_by: str = ""
    confirmed_on: date | None = None
    also: tuple[str, ...] = ()
    """Seats at later nodes with 免签 that the decider held too (`node|role@body`)."""
    rests_on: str = ""
    """免签: the decision of the same person that stands in for this seat; it falls with that one."""

    @property
    def pending(self) -> bool:
        """待修改、待确认: agreed to with changes that nobody has confirmed yet, so it does not count."""
        return self.outcome in WITH_CHANGES and bool(self.confirm_role) and not self.confirmed_by

    @property
    def settled_on(self) -> date:
        """The date from which it counts."""
        return self.confirmed_on or self.occurred_on

    @property
    def unchecked(self) -> bool:
        """待核对: recorded for another and not yet compared with the original by a second person."""
        by_another = self.medium is not Medium.CLOCK and self.recorded_by != self.decided_by
        return by_another and not self.verified_by
