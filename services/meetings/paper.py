"""议题汇总表: a session's agenda as a Word file or a page, from the same value as the other forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from config.clock import BUSINESS_TIMEZONE
from domain.refusal import Refused
from models.ledger import is_rehearsal
from services.meetings.desk import MeetingDesk
from services.meetings.listing import AgendaLine, SessionPage, show_session
from services.paper.forms import REHEARSAL, SAMPLE
from services.paper.page import page
from services.paper.sheet import Block, Fields, Listing, Sheet, clean
from services.paper.word import word_file

_NOTE: Final = "结果以会议纪要为准,由办理机构按纪要登记,第二人核对。"
_WIDTHS: Final = (12, 40, 52, 20, 32)


@dataclass(frozen=True, slots=True)
class PrintedAgenda:
    """印好的议题汇总表."""

    sheet: Sheet
    code: str
    printed_at: datetime

    def word(self) -> bytes:
        """As a Word file."""
        return word_file(self.sheet, self.code, self.printed_at)

    def page(self) -> str:
        """As one HTML page."""
        return page(self.sheet, self.code)


def print_agenda(desk: MeetingDesk, id_: str) -> PrintedAgenda | Refused:
    """打印议题汇总表: all items of a session over all cases, with room for the result until it is held."""
    found = show_session(desk, id_)
    if isinstance(found, Refused):
        return found
    with desk.db.read() as session:
        rehearsal = is_rehearsal(session.connection())
    now = desk.runtime.wall.now()
    items = (*found.items, *found.again)
    told = " ".join((found.line.name, found.line.body_name, *(each.title for each in items)))
    sheet = Sheet(
        title="议题汇总表",
        subject=f"{found.line.body_name} {found.line.name} 议题汇总表",
        code=found.line.id,
        marks=(*((REHEARSAL,) if rehearsal else ()), *((SAMPLE,) if SAMPLE in told else ())),
        blocks=_blocks(found, items),
        note=_NOTE,
        printed=f"{now.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}",
    )
    return PrintedAgenda(sheet=sheet, code=found.line.id, printed_at=now)


def _blocks(found: SessionPage, items: tuple[AgendaLine, ...]) -> tuple[Block, ...]:
    line = found.line
    when = f"{line.held_on}(已召开)" if line.held_on else f"{line.planned_on}(拟)"
    return (
        Fields(cells=(("会议", clean(line.body_name)), ("次数", clean(line.name)))),
        Fields(cells=(("召开日期", when), ("材料报送截止", _day(line.material_due)))),
        Fields(cells=(("办理机构", clean(line.office_name)), ("纪要期号", clean(line.number)))),
        Listing(
            title=f"议题 {len(items)} 个",
            heads=("序号", "改革单位", "议题", "任务", "结果"),
            widths=_WIDTHS,
            rows=tuple(_row(number, each) for number, each in enumerate(items, start=1)),
            none="还没有列入议题",
        ),
    )


def _row(number: int, each: AgendaLine) -> tuple[str, ...]:
    again = f"(上次暂缓,{each.deferred_on})" if each.deferred_on and not each.outcome else ""
    put_off = f"(曾暂缓{each.times}次)" if each.times and not again else ""
    title = f"{clean(each.title)}{again or put_off}"
    return (str(number), clean(each.unit_name), title, each.step, each.outcome)


def _day(day: date | None) -> str:
    return str(day) if day else ""
