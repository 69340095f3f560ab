"""组件页: every part that pages are made of, with sample values; new parts come here before they are used."""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from domain.refusal import Refused
from services.pages.task_parts import Mark, NodeView, SeatView
from web.console.inbox import Figure, Link
from web.console.visit import VisitOf

router = APIRouter()
_REFUSED: Final = Refused(
    code="check.blocking",
    message="改革前在册 463 人,已定去向 451 人,差 12 人",
    remedy="请补 12 人的去向,或由县专班申请挂账;有误的,申请更正名册",
    basis="检查 H-12:在册人员均须有去向",
)
_LAMPS: Final = (
    ("ok", "正常"), ("soon", "临期"), ("over", "逾期"), ("lag", "滞后"), ("done", "已办结"),
    ("idle", "未启动"), ("verify", "核验中"),
)  # fmt: skip
_TAGS: Final = (
    Mark("进行中"), Mark("退回 第1轮", "back"), Mark("待补", "back"), Mark("待核对", "chk"),
    Mark("补录(迟 3 日)", "late"), Mark("阻断", "stop"), Mark("综合办 · 经办人", "pos"),
)  # fmt: skip
_TRAIL: Final = (
    NodeView(state="past", title="提交", tags=(Mark("承办"),), words="示例管委会 · 示例用户甲 · 4月13日"),
    NodeView(
        state="past",
        title="会签",
        tags=(Mark("会签 2 家"), Mark("保留意见 1", "back")),
        words="会签不要求一致,分歧随件上报",
        seats=(
            SeatView(who="示例编办", lamp="done", word="同意", words="4月15日", opinion="", against=False),
            SeatView(
                who="示例人社局",
                lamp="soon",
                word="保留意见",
                words="4月18日",
                opinion="聘期 3 年偏短,建议 5 年",
                against=True,
            ),
        ),
    ),
    NodeView(state="cur", title="示例组织部", tags=(Mark("审批"),), words="等您 · 第 2 个工作日"),
    NodeView(state="todo-n", title="办结", tags=(), words=""),
)
_FIGURES: Final = (
    Figure("逾期", 2, "最长 2 个工作日", "#figs", "over"),
    Figure("今天到期", 2, "今天 24 时前", "#figs", "soon"),
    Figure("以后", 5, "最近 4月26日", "#figs"),
    Figure("待我核对", 2, "核对后才生效", "#figs", "verify"),
)
_LINKS: Final = (Link("全部", "#bar", True), Link("综合办 · 经办人", "#bar", False, 7))


@router.get("/patterns")
def patterns(visit: VisitOf) -> Response:
    """组件页."""
    return visit.page(
        "patterns.html",
        lamps=_LAMPS,
        tags=_TAGS,
        trail=_TRAIL,
        figures=_FIGURES,
        links=_LINKS,
        refused=_REFUSED,
        day=date(2022, 4, 21),
    )
