"""四种文书: how each form is laid out, from the same facts.

The parts follow what offices print (``practice.md`` section 1). No number is ever made here: 文号 is given by
the office's own OA and entered by hand (``practice.md`` section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.decisions import OUTCOME_TITLES, OUTCOMES_BY_KIND, Outcome
from domain.paper import FORM_TITLES, Form, spaced
from domain.programme import NodeKind
from services.paper.gathering import Gathered
from services.paper.sheet import WIDTH_MM, Block, Box, Fields, Listing, Sheet

SAMPLE: Final = "示例"
"""Samples label their names with it; a form that bears such a name says so at its head."""
REHEARSAL: Final = "演练"
_NUMBER: Final = "文号(由OA编)"
_TICK: Final = "□"
_PAPERS_WIDTHS: Final = (60, 30, 16, 18, 32)
_OPINIONS_WIDTHS: Final = (28, 30, 20, 32, 24, 22)
_NOTE: Final = (
    "签署后由经办人扫描上传,系统按二维码找到本任务;读不出的,输入编码。"
    "登记经第二人核对原件后才算数。请勿在二维码上签字、盖章。"
)


def compose(form: Form, facts: Gathered, *, code: str, rehearsal: bool, printed: str) -> Sheet:
    """The form with its code and marks."""
    blocks = _LAYOUTS[form](facts)
    sample = any(SAMPLE in text for text in _texts(blocks))
    marks = ((REHEARSAL,) if rehearsal else ()) + ((SAMPLE,) if sample else ())
    return Sheet(
        title=FORM_TITLES[form],
        subject=f"{FORM_TITLES[form]} · {facts.unit} · {facts.step}",
        code=spaced(code),
        marks=marks,
        blocks=blocks,
        note=_NOTE,
        printed=printed,
    )


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    found = []
    for block in blocks:
        if isinstance(block, Fields):
            found += [value for _, value in block.cells]
        elif isinstance(block, Listing):
            found += [cell for row in block.rows for cell in row]
    return found


def _approval(facts: Gathered) -> tuple[Block, ...]:
    return (
        Fields(cells=(("呈报单位", facts.doer), (_NUMBER, ""))),
        Fields(cells=(("标注", facts.marking), ("缓急", ""))),
        *_matter(facts),
        Fields(cells=(("呈请", _asked(facts)),)),
        *_grounds(facts),
        Box(label="批示意见", height=42),
    )


def _processing(facts: Gathered) -> tuple[Block, ...]:
    return (
        Fields(cells=(("来文单位", facts.doer), (_NUMBER, ""))),
        Fields(cells=(("收文日期", ""), ("标注", facts.marking))),
        *_matter(facts),
        Fields(cells=(("办理要求", _asked(facts)),)),
        *_grounds(facts),
        Box(label="拟办意见", height=24),
        Box(label="领导批示", height=28),
        Listing(
            title="传阅(阅后签名)",
            heads=("姓名", "日期", "姓名", "日期"),
            widths=(50, 28, 50, 28),
            rows=(("", "", "", ""),) * 3,
        ),
        Box(label="办理结果", height=18),
    )


def _agenda(facts: Gathered) -> tuple[Block, ...]:
    allowed = OUTCOMES_BY_KIND[NodeKind.MEETING]
    choices = [OUTCOME_TITLES[each] for each in Outcome if each in allowed]
    return (
        Fields(cells=(("提请会议", "、".join(facts.seats)),)),
        Fields(cells=(("汇报单位", facts.doer), ("列席单位", "、".join(facts.assist)))),
        *_matter(facts),
        Fields(cells=(("提请", _asked(facts)),)),
        *_grounds(facts),
        Fields(cells=(("会议名称届次", ""), ("会议日期", ""))),
        Box(
            label="会议结论",
            height=34,
            text="  ".join(f"{_TICK}{choice}" for choice in choices),
        ),
        Fields(cells=(("纪要期号(由OA编)", ""), ("记录人签名", ""))),
    )


def _handover(facts: Gathered) -> tuple[Block, ...]:
    rows = tuple(row.values for row in facts.rows)
    title = f"移交清单:{facts.register},共 {len(rows)} 项"
    if facts.masked:
        title += "(打印人无权查看的个人信息已隐去)"
    return (
        Fields(cells=(("移交单位", facts.doer), ("接收单位", facts.receiver or facts.item))),
        Fields(cells=(("监交单位", "、".join(facts.seats)), (_NUMBER, ""))),
        *_matter(facts),
        *_grounds(facts),
        Listing(title=title, heads=facts.heads, widths=_even(len(facts.heads)), rows=rows),
        Box(label="移交人", height=18),
        Box(label="接收人", height=18),
        Box(label="监交人", height=18),
    )


_LAYOUTS: Final[Mapping[Form, Callable[[Gathered], tuple[Block, ...]]]] = MappingProxyType(
    {
        Form.APPROVAL: _approval,
        Form.PROCESSING: _processing,
        Form.AGENDA: _agenda,
        Form.HANDOVER: _handover,
    }
)


def _matter(facts: Gathered) -> tuple[Block, ...]:
    item = f"({facts.item})" if facts.item else ""
    return (
        Fields(cells=(("改革单位", facts.unit), ("环节", facts.stage))),
        Fields(cells=(("事项", f"{facts.step}{item}"), ("轮次", f"第{facts.round}轮"))),
        Fields(cells=(("内容", facts.asks),)),
    )


def _asked(facts: Gathered) -> str:
    """What the signer is asked for: the node with its act, and who signs."""
    if not facts.node:
        return "请承办"
    who = f":{'、'.join(facts.seats)}" if facts.seats else ""
    return f"请{facts.act}({facts.node}){who}{'。' + facts.node_text if facts.node_text else ''}"


def _grounds(facts: Gathered) -> tuple[Block, ...]:
    return (
        Fields(cells=(("依据", ";".join(facts.basis) or "未载明"),)),
        Fields(cells=(("办理时限", facts.deadline),)),
        Listing(
            title="所附材料",
            heads=("名称", "文号和成文日期", "版本", "方式", "摘要前12位"),
            widths=_PAPERS_WIDTHS,
            rows=facts.paper_lines,
        ),
        Listing(
            title="已有意见",
            heads=("节点", "决定人", "结论", "意见", "日期", "形式"),
            widths=_OPINIONS_WIDTHS,
            rows=tuple(
                (each.node, each.who, each.outcome, each.text, each.on.isoformat(), each.medium)
                for each in facts.opinions
            ),
        ),
    )


def _even(columns: int) -> tuple[int, ...]:
    """Widths of equal columns that together are as wide as the form."""
    each, rest = divmod(WIDTH_MM, max(columns, 1))
    return tuple(each + (number < rest) for number in range(columns))
