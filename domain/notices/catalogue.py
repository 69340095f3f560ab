"""通知用语: every sentence that tells somebody something, in one place.

Plain and polite; the unit, the step, what is to be done, until when (暂定 where the calendar of that year is
not published yet) and the lamp's word. No person is named and no opinion quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from domain.notices.occasions import RUN_FAILED, URGED, Occasion


class Words(NamedTuple):
    """一条通知的话: in the catalogue with places to fill."""

    title: str
    text: str


WORK: Final = "work"
COPY: Final = "copy"
"""抄送."""
COMPLETED: Final = "completed"
TERMINATED: Final = "terminated"
DATES_MOVED: Final = "dates_moved"
DIGEST: Final = "digest"
MATTER: Final = "matter"
"""督办事项: new work about one."""
MATTER_DUE: Final = "matter_due"
MATTER_DONE: Final = "matter_done"

CATALOGUE: Final[Mapping[str, Words]] = MappingProxyType(
    {
        RUN_FAILED: Words(
            "定时任务“{unit}”{act}",
            "“{unit}”于 {on} 运行{act},没有做完。{why}请运行 zonectl status 查看原因和办法;"
            "已做的不会重复,重新运行即可。",
        ),
        Occasion.OVERDUE: Words(
            "{unit}:{step} 已逾期", "{unit}的任务 {step} 待您{act},应于 {due} 前办结,现已逾期({lamp})。{why}"
        ),
        Occasion.TODAY: Words(
            "{unit}:{step} 今日到期", "{unit}的任务 {step} 待您{act},今日({due})到期({lamp})。{why}"
        ),
        Occasion.STILL_OVERDUE: Words(
            "{unit}:{step} 仍逾期",
            "{unit}的任务 {step} 待您{act},应于 {due} 前办结,已逾期 {left} 个工作日({lamp})。{why}",
        ),
        Occasion.TOMORROW: Words(
            "{unit}:{step} 即将到期",
            "{unit}的任务 {step} 待您{act},下一个工作日({due})到期({lamp})。{why}",
        ),
        Occasion.SOON: Words(
            "{unit}:{step} 临期",
            "{unit}的任务 {step} 待您{act},{due} 到期,还剩 {left} 个工作日({lamp})。{why}",
        ),
        URGED: Words("{unit}:{step} 催办", "{unit}的任务 {step} 有工作待您办理,请抓紧{until}。"),
        WORK: Words("{unit}:{step} 待{act}", "{unit}的任务 {step} 待您{act}{until}。{why}"),
        MATTER_DUE: Words("{unit}:{act}({lamp})", "{unit}待您{act},应于 {due} 前办结({lamp})。"),
        MATTER: Words("{unit}:待{act}", "{unit}待您{act}{until}。"),
        MATTER_DONE: Words("{unit}{act}", "{unit}{act}。"),
        DATES_MOVED: Words(
            "放假安排:{count} 项待办的期限有变动",
            "已按{source}重新计算,您有 {count} 项待办的期限有变动,请登录系统查看。",
        ),
        COPY: Words("{unit}:{step} 抄送", "{unit}的任务 {step} 抄送您知悉,无须办理。"),
        COMPLETED: Words("{unit}:改革任务已完成", "{unit}改革任务已完成({on})。"),
        TERMINATED: Words("{unit}:改革任务已终止", "{unit}改革任务已终止({on})。"),
        DIGEST: Words("今日待办提醒:{count} 项", "您有以下 {count} 项:\n{lines}\n请登录系统办理。"),
    }
)
"""In the order in which a digest lists them."""

ENDS: Final[Mapping[str, str]] = MappingProxyType({COMPLETED: "改革任务已完成", TERMINATED: "改革任务已终止"})
PROVISIONAL: Final = "(暂定)"
REPEATED: Final = "【可能重复】"
"""Put before what is sent again where nobody knows whether it arrived."""
DIGEST_LINES: Final = 20
_MORE: Final = "\n另有 {more} 项,请在系统中查看。"
_CUT: Final = "…"


def words(payload: Mapping[str, str], *, provisional: bool = False) -> Words:
    """The words of one notice, from what it left in the outbox.

    ``provisional`` says that the calendar of the due date's year is not published yet.
    """
    kind = payload.get("occasion") or payload.get("kind", "")
    template = CATALOGUE.get(kind, CATALOGUE[WORK])
    due = payload.get("due_on", "")
    due = f"{due}{PROVISIONAL}" if due and provisional else due
    filled = {
        "unit": payload.get("unit", ""),
        "step": payload.get("step", ""),
        "act": payload.get("act", "办理"),
        "due": due,
        "until": f",请于 {due} 前办结" if due else "",
        "why": f"原因:{payload['why']}" if payload.get("why") else "",
        "left": payload.get("left", ""),
        "lamp": payload.get("lamp", ""),
        "on": payload.get("on", ""),
        "count": payload.get("count", ""),
        "source": payload.get("source", ""),
    }
    return Words(template.title.format_map(filled), template.text.format_map(filled))


def digest(lines: Sequence[tuple[str, str]]) -> Words:
    """早间摘要 of some notices, each its kind and its sentence: pressing ones first, the first ones named."""
    order = {kind: number for number, kind in enumerate(CATALOGUE)}
    ranked = sorted(lines, key=lambda line: order.get(line[0], len(order)))
    named = "\n".join(f"{number}. {text}" for number, (_, text) in enumerate(ranked[:DIGEST_LINES], 1))
    more = len(ranked) - DIGEST_LINES
    shown = named + (_MORE.format(more=more) if more > 0 else "")
    template = CATALOGUE[DIGEST]
    return Words(
        template.title.format(count=len(ranked)), template.text.format(count=len(ranked), lines=shown)
    )


def shortened(text: str, longest: int) -> str:
    """A text that a channel can carry."""
    return text if len(text) <= longest else text[: longest - 1] + _CUT


def due_of(payload: Mapping[str, str]) -> date | None:
    """The due date a notice speaks of."""
    return date.fromisoformat(payload["due_on"]) if payload.get("due_on") else None
