"""督查督办接口的请求: what is asked when a matter is registered or acted on."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from domain.decisions import Medium
from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind
from domain.supervising.finding_table import FindingAct
from domain.supervising.order_table import OrderAct, OrderColour
from domain.supervising.values import SourceKind
from web.api.desk import UNIT
from web.api.shapes import NOT_BLANK, Asked, Day, Shown, Text, Word
from web.api.words import meaning

MOST_PAPERS: Final = 50
Named = Annotated[Text, Field(min_length=1, pattern=NOT_BLANK)]
Code = Annotated[str, Field(pattern=r"^$|" + UNIT)]


def _said(owner: str, name: str, **more: Any) -> Any:
    return Field(description=meaning(owner, name), **more)


class PaperAsked(Asked):
    """佐证材料."""

    title: Annotated[Word, Field(min_length=1, pattern=NOT_BLANK)] = _said("PaperAsked", "title")
    dated_on: Day = _said("PaperAsked", "dated_on")
    number: Word = _said("PaperAsked", "number", default="")
    kept_at: Word = _said("PaperAsked", "kept_at", default="")


Papers = Annotated[list[PaperAsked], Field(max_length=MOST_PAPERS)]


class ShareAsked(Asked):
    """分办."""

    body: Annotated[str, Field(pattern=UNIT)] = _said("ShareAsked", "body")
    due_on: Day = _said("ShareAsked", "due_on")


class SourceAsked(Asked):
    """登记来源."""

    kind: SourceKind = _said("SourceAsked", "kind")
    number: Word = _said("SourceAsked", "number", default="")
    issued_on: Day = _said("SourceAsked", "issued_on")
    issuer: Named = _said("SourceAsked", "issuer")
    title: Named = _said("SourceAsked", "title")
    due_on: Day | None = _said("SourceAsked", "due_on", default=None)
    office: Code = _said("SourceAsked", "office", default="")
    occurred_on: Day = _said("SourceAsked", "occurred_on")


class AnswerAsked(Asked):
    """反馈来源."""

    text: Named = _said("AnswerAsked", "text")
    medium: Medium = _said("AnswerAsked", "medium")
    number: Word = _said("AnswerAsked", "number", default="")
    occurred_on: Day = _said("AnswerAsked", "occurred_on")


class EndAsked(AnswerAsked):
    """答复或撤回提请事项."""

    to: Literal["answered", "withdrawn"] = _said("EndAsked", "to", default="answered")


class FindingNew(Asked):
    """立项."""

    source: Annotated[str, Field(pattern=r"^S[0-9]{4}-[0-9]{4,6}$")] = _said("FindingNew", "source")
    title: Named = _said("FindingNew", "title")
    unit: Code = _said("FindingNew", "unit", default="")
    check_key: Word = _said("FindingNew", "check_key", default="")
    occurred_on: Day = _said("FindingNew", "occurred_on")


class FindingActAsked(Asked):
    """问题办理."""

    act: FindingAct = _said("FindingActAsked", "act")
    text: Text = _said("FindingActAsked", "text", default="")
    papers: Papers = _said("FindingActAsked", "papers", default_factory=list)
    lead: ShareAsked | None = _said("FindingActAsked", "lead", default=None)
    supports: Annotated[list[ShareAsked], Field(max_length=MOST_PAPERS)] = _said(
        "FindingActAsked", "supports", default_factory=list
    )
    due_on: Day | None = _said("FindingActAsked", "due_on", default=None)
    body: Code = _said("FindingActAsked", "body", default="")
    occurred_on: Day = _said("FindingActAsked", "occurred_on")


class OrderNew(Asked):
    """拟办督办单."""

    key: Word = _said("OrderNew", "key", default="")
    addressee: Code = _said("OrderNew", "addressee", default="")
    through: Code = _said("OrderNew", "through", default="")
    unit: Code = _said("OrderNew", "unit", default="")
    colour: OrderColour | None = _said("OrderNew", "colour", default=None)
    text: Text = _said("OrderNew", "text", default="")
    office: Code = _said("OrderNew", "office", default="")
    occurred_on: Day = _said("OrderNew", "occurred_on")


class OrderActAsked(Asked):
    """督办单办理."""

    act: OrderAct = _said("OrderActAsked", "act")
    text: Text = _said("OrderActAsked", "text", default="")
    papers: Papers = _said("OrderActAsked", "papers", default_factory=list)
    occurred_on: Day = _said("OrderActAsked", "occurred_on")


class RequestNew(Asked):
    """提请领导协调."""

    body: Annotated[str, Field(pattern=UNIT)] = _said("RequestNew", "body")
    office: Annotated[str, Field(pattern=UNIT)] = _said("RequestNew", "office")
    leader: Named = _said("RequestNew", "leader")
    title: Named = _said("RequestNew", "title")
    unit: Code = _said("RequestNew", "unit", default="")
    wanted_by: Day | None = _said("RequestNew", "wanted_by", default=None)
    occurred_on: Day = _said("RequestNew", "occurred_on")


class InspectionNew(Asked):
    """登记督导检查."""

    unit: Annotated[str, Field(pattern=UNIT)] = _said("InspectionNew", "unit")
    subject: Named = _said("InspectionNew", "subject")
    inspector: Code = _said("InspectionNew", "inspector", default="")
    approval: Word = _said("InspectionNew", "approval", default="")
    office: Code = _said("InspectionNew", "office", default="")
    occurred_on: Day = _said("InspectionNew", "occurred_on")


class CancelAsked(Asked):
    """取消督导检查."""

    text: Named = _said("CancelAsked", "text")
    occurred_on: Day = _said("CancelAsked", "occurred_on")


class AdmonitionNew(Asked):
    """拟通报、约谈."""

    kind: AdmonitionKind = _said("AdmonitionNew", "kind")
    about: Annotated[list[Word], Field(min_length=1, max_length=MOST_PAPERS)] = _said(
        "AdmonitionNew", "about"
    )
    addressees: Annotated[
        list[Annotated[str, Field(pattern=UNIT)]], Field(min_length=1, max_length=MOST_PAPERS)
    ] = _said("AdmonitionNew", "addressees")
    through: Code = _said("AdmonitionNew", "through", default="")
    text: Named = _said("AdmonitionNew", "text")
    office: Code = _said("AdmonitionNew", "office", default="")
    occurred_on: Day = _said("AdmonitionNew", "occurred_on")


class AdmonitionActAsked(Asked):
    """通报、约谈办理."""

    act: AdmonitionAct = _said("AdmonitionActAsked", "act")
    number: Word = _said("AdmonitionActAsked", "number", default="")
    text: Text = _said("AdmonitionActAsked", "text", default="")
    papers: Papers = _said("AdmonitionActAsked", "papers", default_factory=list)
    occurred_on: Day = _said("AdmonitionActAsked", "occurred_on")


class MatterPrinted(Shown):
    """印好的文书."""

    code: str = _said("MatterPrinted", "code")
    title: str = _said("MatterPrinted", "title")
    page: str = _said("MatterPrinted", "page")
    word: str = _said("MatterPrinted", "word")


class MatterDone(Shown):
    """已办."""

    id: str = _said("MatterDone", "id")
    state: str = _said("MatterDone", "state")
    number: str = _said("MatterDone", "number")
    repeated: bool = _said("MatterDone", "repeated")
