"""督办表单: which fields a new matter and an act ask for, as tables; what was typed, as values.

A name is typed, or picked while one types; it is looked up here, so that the page that shows what will
be done already says whom it is for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from domain.decisions import MEDIUM_TITLES, Medium
from domain.permissions import Action
from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.admonition_table import ADMONITION_KINDS
from domain.supervising.order_table import ORDER_COLOURS
from domain.supervising.values import SOURCE_TITLES, Need, Paper
from models.database import Database
from services.listings import find_unit
from services.organising.finding import find_body


class Field(NamedTuple):
    """一项."""

    name: str
    label: str
    kind: str = "text"
    """``text``, ``area``, ``day``, ``select``, ``body``, ``unit``."""
    required: bool = False
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


class NewForm(NamedTuple):
    """登记一件: what it is called, what is asked, and by which right."""

    title: str
    action: Action
    fields: tuple[Field, ...]
    words: str = ""


def _options(titles: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(code), title) for code, title in titles.items())


_MEDIA: Final = tuple(
    (str(each), MEDIUM_TITLES[each])
    for each in (Medium.REPLY, Medium.SIGNED_PAPER, Medium.MINUTES, Medium.TELEPHONE)
)
_ON: Final = Field("on", "发生日期", "day", required=True, hint="以前办的照实填,系统记为补录")
_THROUGH: Final = Field("through", "转送的办公室", "body", hint="发给党委、政府的,写经哪个办公室转送")
_UNIT: Final = Field("unit", "开发区", "unit", hint="输入名称的一部分可以挑选")

NEW: Final[Mapping[str, NewForm]] = {
    "source": NewForm(
        "登记来源",
        Action.FINDING_HANDLE,
        (
            Field("kind", "种类", "select", required=True, options=_options(SOURCE_TITLES)),
            Field("number", "文号", hint="口头指示可以不填,系统标明书面依据待补"),
            Field("issuer", "制发者", required=True),
            Field("issued_on", "成文日期", "day", required=True),
            Field("title", "事项", "area", required=True),
            Field("due_on", "要求反馈的日期", "day"),
            _ON,
        ),
        "批示件、会议议定、来文等先登记,再分解立项。",
    ),
    "finding": NewForm(
        "立项",
        Action.FINDING_HANDLE,
        (
            Field("source", "来源编号", required=True, hint="如 S2022-0001"),
            _UNIT,
            Field("title", "问题", "area", required=True),
            Field("check_key", "合规检查的问题编号", hint="来自合规检查的才填,开发区由系统带出"),
            _ON,
        ),
        "一件来源可以分出几个问题,各自交办、各自销号。",
    ),
    "order": NewForm(
        "拟办督办单",
        Action.ORDER_HANDLE,
        (
            Field("addressee", "主送单位", "body", required=True),
            _THROUGH,
            _UNIT,
            Field("colour", "颜色", "select", options=_options(ORDER_COLOURS), hint="不选的,由系统按由来定"),
            Field("text", "要求", "area", required=True),
            _ON,
        ),
        "这里只拟稿。编号在签发时给,签发前主送单位看不到。",
    ),
    "request": NewForm(
        "提请领导协调",
        Action.REQUEST_RAISE,
        (
            Field("body", "提请单位", "body", required=True),
            Field("office", "呈报的改革办、督查机构", "body", required=True),
            Field("leader", "提请哪位领导或会议", required=True),
            Field("title", "需要协调什么,建议怎么定", "area", required=True),
            _UNIT,
            Field("wanted_by", "希望答复的日期", "day"),
            _ON,
        ),
        "由承接的机构呈报,并登记领导的答复。",
    ),
    "inspection": NewForm(
        "登记督导检查",
        Action.INSPECTION_RECORD,
        (
            Field("unit", "开发区", "unit", required=True),
            Field("subject", "检查什么", "area", required=True),
            Field("inspector", "检查的机构", "body", hint="不填为本机构"),
            Field("approval", "批准文件的文号", hint="到了一年上限的必须填"),
            _ON,
        ),
        "按年度计数,到了上限的凭批准文件登记。",
    ),
    "admonition": NewForm(
        "拟通报、约谈",
        Action.ORDER_HANDLE,
        (
            Field("kind", "种类", "select", required=True, options=_options(ADMONITION_KINDS)),
            Field("addressees", "主送单位", "area", required=True, hint="一行一个;约谈只写一个单位"),
            _THROUGH,
            Field("about", "依据的问题、督办单", "area", required=True, hint="一行一个编号,如 W2022-0001"),
            Field("text", "要求", "area", required=True),
            _ON,
        ),
        "事实由系统按时间列出,不排名、不打分。这里只拟稿,由人签发。",
    ),
}
"""登记、拟稿: kind → its form."""

_PAPER: Final = (
    Field("paper_title", "佐证材料名称", required=True),
    Field("paper_on", "成文日期", "day", required=True, hint="须是交办之后形成的"),
    Field("paper_number", "文号"),
    Field("paper_at", "原件存放处"),
)
_PARTS: Final = (
    Field("lead", "牵头单位", "body", required=True),
    Field("lead_due", "牵头单位期限", "day", required=True),
    Field("support1", "配合单位", "body"),
    Field("support1_due", "配合单位期限", "day"),
    Field("support2", "另一配合单位", "body"),
    Field("support2_due", "另一配合单位期限", "day"),
)
_OF_NEED: Final[Mapping[str, tuple[Field, ...]]] = {
    Need.PARTS: _PARTS,
    Need.DUE: (Field("due_on", "新的期限", "day", required=True),),
    Need.DATED_PAPER: _PAPER,
    Need.NUMBER: (Field("number", "本机关公文系统给的文号", required=True),),
    "medium": (
        Field("medium", "形式", "select", required=True, options=_MEDIA),
        Field("number", "文号"),
    ),
}


def act_fields(needs: Sequence[str]) -> tuple[Field, ...]:
    """What an act asks for."""
    found = [field for need in needs for field in _OF_NEED.get(need, ())]
    text = Field("text", "情况、意见或理由", "area", required=Need.TEXT in needs)
    return (*found, text, _ON)


def rows_of(fields: Sequence[Field], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """核对: label and what was typed; what was left empty is not shown."""
    return [
        (field.label, dict(field.options).get(typed[field.name], typed[field.name]))
        for field in fields
        if typed.get(field.name)
    ]


class Answers(NamedTuple):
    """已填内容, read as values.

    Raises:
        RefusalError: from each reader, where what was typed is no such thing.
    """

    db: Database
    typed: Mapping[str, str]

    def text(self, name: str) -> str:
        """Words."""
        return self.typed.get(name, "")

    def day(self, name: str, label: str = "日期") -> date | None:
        """A date; ``None`` where none was typed."""
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            refuse("field.day", f"{label}“{text}”不是日期", "请写成 2022-04-21")

    def needed_day(self, name: str, label: str) -> date:
        """A date that must be there."""
        found = self.day(name, label)
        if found is None:
            refuse("field.day", f"没有填{label}", f"请填写{label}")
        return found

    def body(self, name: str) -> str:
        """The code of a body by its full name or code; empty where none was typed."""
        return self.body_named(self.text(name))

    def body_named(self, words: str) -> str:
        """The code of a body."""
        return _found(find_body(self.db, words), f"没有找到机构“{words}”") if words else ""

    def bodies(self, name: str) -> tuple[str, ...]:
        """Several bodies, one a line."""
        return tuple(self.body_named(words) for words in self.lines(name))

    def unit(self, name: str) -> str:
        """The id of a reform unit by its name, a part of it, its code or id."""
        words = self.text(name)
        if not words:
            return ""
        found = find_unit(self.db, words)
        id_ = found if isinstance(found, Refused) else found.line.id
        return _found(id_, f"没有找到开发区“{words}”,或不止一个")

    def lines(self, name: str) -> tuple[str, ...]:
        """One a line, or with 、 between."""
        words = self.text(name).replace("、", "\n").splitlines()
        return tuple(each.strip() for each in words if each.strip())

    def papers(self) -> tuple[Paper, ...]:
        """佐证材料, the one that the form asks for."""
        if not self.text("paper_title"):
            return ()
        return (
            Paper(
                title=self.text("paper_title"),
                dated_on=self.needed_day("paper_on", "材料的成文日期"),
                number=self.text("paper_number"),
                kept_at=self.text("paper_at"),
            ),
        )

    def supports(self) -> tuple[tuple[str, date], ...]:
        """配合单位, each with its date."""
        return tuple(
            (self.body(name), self.needed_day(f"{name}_due", "配合单位的期限"))
            for name in ("support1", "support2")
            if self.text(name)
        )


def _found(answer: str | Refused, message: str) -> str:
    if isinstance(answer, Refused):
        raise RefusalError(
            Refused(
                code=answer.code,
                message=message,
                remedy="请从输入框下的候选中挑选,或写全称",
                facts=answer.facts,
            )
        )
    return answer
