"""主菜单: one row a page: where it is, what it is called, who sees it, what is counted beside it.

A page that one may not open is not shown; each page asks the permission table again all the same.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from domain.permissions import Action
from services.pages.frame import Frame


class Entry(NamedTuple):
    """菜单行."""

    path: str
    title: str
    icon: str
    group: str
    action: Action | None = None
    """Who may do this somewhere sees the row; ``None``: everybody."""
    counted: str = ""
    """The number of ``Frame`` that stands beside it."""
    bar: bool = False
    """Whether it stands in the bar at the bottom of a narrow screen."""


WORK, REFORM, LOOK_UP, SELF = "工作", "改革", "查询", "本人"
NAVIGATION: Final = (
    Entry("/inbox", "我的待办", "inbox", WORK, Action.INBOX_READ, counted="work", bar=True),
    Entry("/notices", "我的通知", "bell", WORK, counted="unread", bar=True),
    Entry("/record", "代录与核对", "stamp", WORK, Action.INBOX_READ),
    Entry("/meetings", "会议", "meet", WORK, Action.MEETING_HANDLE),
    Entry("/supervision", "问题与督办", "flag", REFORM, Action.SUPERVISION_READ),
    Entry("/overview", "总览", "grid", REFORM, Action.CASE_READ, bar=True),
    Entry("/cases", "开发区", "zone", REFORM, Action.CASE_READ),
    Entry("/steps", "台账", "table", REFORM, Action.CASE_READ),
    Entry("/wall", "挂图", "print", REFORM, Action.CASE_READ),
    Entry("/ledger", "留痕核验", "chain", LOOK_UP, Action.HISTORY_READ),
    Entry("/runs", "运行", "flow", LOOK_UP, Action.STATUS_READ),
    Entry("/me", "我的设置", "user", SELF, bar=True),
)
"""The main menu, in order. A new page adds its row here."""


def menu(frame: Frame) -> dict[str, list[Entry]]:
    """Return the rows that a person sees, by group."""
    groups: dict[str, list[Entry]] = {}
    for entry in NAVIGATION:
        if entry.action is None or entry.action in frame.may:
            groups.setdefault(entry.group, []).append(entry)
    return groups


def home(frame: Frame) -> str:
    """The first page of the menu: where one comes to after signing in."""
    return next(entry.path for entries in menu(frame).values() for entry in entries)
