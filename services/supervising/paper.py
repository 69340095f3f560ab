"""督办单、通报和约谈文书: as a Word file or a page, from the same value as the other forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from config.clock import BUSINESS_TIMEZONE
from domain.refusal import Refused
from domain.supervising.admonition_table import ADMONITION_KINDS, ADMONITION_UNSENT
from domain.supervising.matters import Admonition, Matter, Order
from domain.supervising.order_table import ORDER_COLOURS, ORDER_UNSENT
from models.ledger import is_rehearsal
from models.tables import SupervisionMatterRow
from services.paper.forms import REHEARSAL, SAMPLE
from services.paper.page import page
from services.paper.sheet import WIDTH_MM, Block, Box, Fields, Listing, Sheet, clean
from services.paper.word import word_file
from services.supervising.desk import SupervisionDesk
from services.supervising.reading import MatterView, show_matter
from services.supervising.rows import decode_matter

_DRAFT: Final = "稿"
_ADMONITION_NOTE: Final = (
    "文号由本机关公文系统编排,签发后由经办人登记;发给党委、政府的,经两办转送。"
    "所列事实按时间排列,不排名、不打分。"
)
_NOTE: Final = "签收和反馈请在系统中办理;不登录系统的单位,由签发机构按纸件代为登记。"


@dataclass(frozen=True, slots=True)
class PrintedMatter:
    """印好的督办单、通报或约谈."""

    sheet: Sheet
    code: str
    printed_at: datetime

    def word(self) -> bytes:
        """As a Word file."""
        return word_file(self.sheet, self.code, self.printed_at)

    def page(self) -> str:
        """As one HTML page."""
        return page(self.sheet, self.code)


def print_matter(desk: SupervisionDesk, id_: str, kind: str = "") -> PrintedMatter | Refused:
    """打印督办单、通报、约谈: what is issued, or the draft for the signer, marked 稿."""
    found = show_matter(desk, id_, kind)
    if isinstance(found, Refused):
        return found
    if found.line.kind not in _FORMS:
        return Refused(
            code="matter.no_form",
            message=f"{found.line.kind_title}没有可以打印的文书",
            remedy="可以打印的是督办单、通报和约谈",
            facts={"matter": found.line.id},
        )
    with desk.runtime.db.read() as session:
        rehearsal = is_rehearsal(session.connection())
        row = session.get_one(SupervisionMatterRow, found.line.id)
        matter = decode_matter(row.snapshot)
    now = desk.runtime.wall.now()
    draft = row.state in (ORDER_UNSENT | ADMONITION_UNSENT)
    form = _FORMS[found.line.kind]
    blocks = form.blocks(found)
    told = " ".join(value for block in blocks if isinstance(block, Fields) for _, value in block.cells)
    marks = (
        *((REHEARSAL,) if rehearsal else ()),
        *((SAMPLE,) if SAMPLE in told else ()),
        *((_DRAFT,) if draft else ()),
    )
    title, subject = form.named(matter)
    sheet = Sheet(
        title=title,
        subject=f"{subject} {found.line.number}",
        code=found.line.id,
        marks=marks,
        blocks=blocks,
        note=form.note,
        printed=f"{now.astimezone(BUSINESS_TIMEZONE):%Y-%m-%d %H:%M}",
    )
    return PrintedMatter(sheet=sheet, code=found.line.id, printed_at=now)


def _order_named(matter: Matter) -> tuple[str, str]:
    return "督办单", ORDER_COLOURS[matter.colour] if isinstance(matter, Order) else ""


def _admonition_named(matter: Matter) -> tuple[str, str]:
    title = ADMONITION_KINDS[matter.kind] if isinstance(matter, Admonition) else ""
    return title, title


def _order_blocks(found: MatterView) -> tuple[Block, ...]:
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


def _admonition_blocks(found: MatterView) -> tuple[Block, ...]:
    line, details = found.line, found.details
    issued = next((deed.on for deed in found.deeds if deed.act == "issue"), None)
    facts = [clean(each) for each in details.get("事实", "").splitlines()]
    return (
        Fields(cells=(("文号", line.number if issued else ""), ("签发日期", str(issued or "")))),
        Fields(cells=(("发文机构", line.office_name),)),
        Fields(cells=(("主送单位", details.get("主送", "")), ("经转送", details.get("转送", "")))),
        Listing(
            title="事实(按时间排列)",
            heads=("序号", "情况"),
            widths=(16, WIDTH_MM - 16),
            rows=tuple((str(number), each) for number, each in enumerate(facts, 1)),
        ),
        Fields(cells=(("要求", clean(line.title)),)),
        Box(label="签发", height=24),
    )


class _Form(NamedTuple):
    named: Callable[[Matter], tuple[str, str]]
    blocks: Callable[[MatterView], tuple[Block, ...]]
    note: str


_FORMS: Final = {
    "order": _Form(_order_named, _order_blocks, _NOTE),
    "admonition": _Form(_admonition_named, _admonition_blocks, _ADMONITION_NOTE),
}
"""Kind of matter → its form."""
