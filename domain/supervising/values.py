"""督办用值: the words and values that findings, orders and requests share.

A text that may speak of persons is a `TextRef`; numbers, dates and codes of bodies stand as they are.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from domain.decisions import TextRef


class SourceKind(StrEnum):
    """来源种类."""

    INSTRUCTION = "instruction"
    MEETING = "meeting"
    LETTER = "letter"
    ORAL = "oral"
    INSPECTION = "inspection"
    CHECK = "check"


SOURCE_TITLES: Final[dict[SourceKind, str]] = {
    SourceKind.INSTRUCTION: "批示件",
    SourceKind.MEETING: "会议议定",
    SourceKind.LETTER: "来文",
    SourceKind.ORAL: "口头指示",
    SourceKind.INSPECTION: "督察反馈",
    SourceKind.CHECK: "合规检查",
}
NUMBERLESS: Final = frozenset({SourceKind.ORAL, SourceKind.CHECK})
"""Sources that have no document number: a spoken one (written basis 待补) and the checks themselves."""


class Who(StrEnum):
    """由谁办理 a move: one of the places around a matter."""

    OFFICE = "office"
    """The office that registered, drafted or received it."""
    LEAD = "lead"
    SUPPORT = "support"
    ADDRESSEE = "addressee"


WHO_TITLES: Final[dict[Who, str]] = {
    Who.OFFICE: "立项或发出的督查机构、改革办",
    Who.LEAD: "牵头单位",
    Who.SUPPORT: "配合单位",
    Who.ADDRESSEE: "承办单位",
}


class Need(StrEnum):
    """办理条件: what has to come with a move."""

    TEXT = "text"
    PARTS = "parts"
    PAPERS = "papers"
    DATED_PAPER = "dated_paper"
    DUE = "due"
    NUMBER = "number"
    OTHER_HANDS = "other_hands"
    LOOKED_BACK = "looked_back"


NEED_TITLES: Final[dict[Need, str]] = {
    Need.TEXT: "写明内容或理由",
    Need.PARTS: "牵头单位和各自时限",
    Need.PAPERS: "佐证材料",
    Need.DATED_PAPER: "至少一份交办之后形成的佐证材料",
    Need.DUE: "新的期限",
    Need.NUMBER: "本机关公文系统给的文号",
    Need.OTHER_HANDS: "不是参与整改(答复)的人,也不是其代理人",
    Need.LOOKED_BACK: "回头看的时间已到",
}


class Paper(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """佐证材料 by reference: where it is kept, not the file."""

    title: str
    dated_on: date
    number: str = ""
    kept_at: str = ""


class Hand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """办理人: who acts, in which body, and for whom where by proxy.

    ``circle`` is everyone they act for today; ``body`` and ``position`` are those by which the permission
    table allows it.
    """

    person: str
    body: str
    position: str = ""
    acting_for: str = ""
    circle: tuple[str, ...] = ()

    @property
    def persons(self) -> frozenset[str]:
        """Whose deed it is."""
        return frozenset({self.person, self.acting_for} - {""})

    @property
    def near(self) -> frozenset[str]:
        """Whose deeds may not be judged by this hand: one's own, and those of everyone one acts for."""
        return self.persons | frozenset(self.circle)


class Deed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """办理记录: one move of a matter, as its page tells it."""

    act: str
    on: date
    person: str
    body: str
    acting_for: str = ""
    text: TextRef | None = None
    papers: tuple[Paper, ...] = ()
    late: bool = False


class Deadline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """期限: a legal date with the line that explains it."""

    on: date
    line: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """分办: one unit's share of a finding, with a date of its own.

    ``account`` is false where the unit does not sign in: then the office records for it.
    """

    body: str
    lead: bool
    due: Deadline
    sign_by: Deadline | None = None
    account: bool = True
    signed_on: date | None = None
    reported_on: date | None = None


class MatterWork(msgspec.Struct, frozen=True, kw_only=True):
    """督办待办: one thing to do about a matter; who has had a hand in what is judged may not do it."""

    key: str
    kind: str
    body: str
    position: str = "any"
    not_persons: tuple[str, ...] = ()
    opened_on: date
    due_on: date | None = None
