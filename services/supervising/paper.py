"""督办单文书: an order as a Word file or a page, from the same value as the other forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from config.clock import BUSINESS_TIMEZONE
from domain.refusal import Refused
from domain.supervising.order_table import ORDER_COLOURS, ORDER_UNSENT
from models.ledger import is_rehearsal
from models.tables import SupervisionMatterRow
from services.paper.forms import REHEARSAL, SAMPLE
from services.paper.page import page
from services.paper.sheet import Block, Box, Fields, Sheet, clean
from services.paper.word import word_file
from services.supervising.desk import SupervisionDesk
from services.supervising.reading import MatterView, show_matter
from services.supervising.rows import decode_matter

_DRAFT: Final = "稿"
_NOTE: Final = "签收和反馈请在系统中办理;不登录系统的单位,由签发机构按纸件代为登记。"


@dataclass(frozen=True, slots=True)
class PrintedOrder:
    """印好的督办单."""

    sheet: Sheet
    code: str
    printed_at: datetime

    def word(self) -> bytes:
        """As a Word file."""
        return word_file(self.sheet, self.code, self.printed_at)

    def page(self) -> str:
        """As one HTML page."""
        return page(self.sheet, self.code)


def print_order(desk: SupervisionDesk, id_: str) -> PrintedOrder | Refused:
    """打印督办单: what is issued, or the draft for the signer, marked 稿."""
    found = show_matter(desk, id_, "order")
    if isinstance(found, Refused):
        return found
    with desk.runtime.db.read() as session:
        rehearsal = is_rehearsal(session.connection())
        row = session.get_one(SupervisionMatterRow, found.line.id)
        order = decode_matter(row.snapshot)
    now = desk.runtime.wall.now()
    draft = row.state in ORDER_UNSENT
    blocks = _blocks(found)
    told = " ".join(value for block in blocks if isinstance(block, Fields) for _, value in block.cells)
    marks = (
        *((REHEARSAL,) if rehearsal else ()),
        *((SAMPLE,) if SAMPLE in told else ()),
        *((_DRAFT,) if draft else ()),
    )
    colour = ORDER_COLOURS[order.colour] if hasattr(order, "colour") else ""
    sheet = Sheet(
        title="督办单",
        subject=f"{colour} {found.line.number}",
        code=found.line.id,
        marks=marks,
        blocks=blocks,
        note=_NOTE,
        printed=f"{now.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}",
    )
    return PrintedOrder(sheet=sheet, code=found.line.id, printed_at=now)


def _blocks(found: MatterView) -> tuple[Block, ...]:
    line, details = found.line, found.details
    issued = next((deed.on for deed in found.deeds if deed.act == "issue"), None)
    return (
        Fields(
            cells=(("编号", line.number if issued else "(签发时编号)"), ("颜色", details.get("颜色", "")))
        ),
        Fields(cells=(("签发机构", line.office_name), ("签发日期", str(issued or "")))),
        Fields(cells=(("主送单位", line.body_name), ("经转送", details.get("转送", "")))),
        Fields(cells=(("改革单位", line.unit_name),)),
        Fields(cells=(("事实", clean(details.get("事实", ""))),)),
        Fields(cells=(("督办事项", clean(line.title)),)),
        Fields(cells=(("签收期限", details.get("签收期限", "")), ("反馈期限", details.get("反馈期限", "")))),
        Box(label="签发", height=24),
        Box(label="办理情况反馈", height=40),
    )
