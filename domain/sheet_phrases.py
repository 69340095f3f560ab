"""表格用语: what an office writes in the cells 责任单位, 材料, 时限 and 审批 of a programme sheet.

Each reader gives values or raises `Phrase` with the reason and how to write it; nothing is guessed where two
readings are possible.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NoReturn

import msgspec

from domain.duedates import PeriodUnit
from domain.programme import ActName, Mode, NodeKind


class Phrase(Exception):
    """A wording that is not understood: reason and how to write it."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.mend = mend


class Material(msgspec.Struct, frozen=True):
    """一份材料."""

    title: str
    reference: bool = False
    required: bool = True


class Period(msgspec.Struct, frozen=True):
    """一个期间: 最迟, 至少 or 公示."""

    amount: int
    unit: PeriodUnit
    publicity: bool = False
    minimum: bool = False


class Approval(msgspec.Struct, frozen=True):
    """一个审批节点, its signers as written."""

    names: tuple[str, ...]
    kind: NodeKind = NodeKind.APPROVE
    mode: Mode = Mode.SEQUENTIAL
    act: ActName = ActName.REVIEW
    quorum: int | None = None


_HALF: Final = str.maketrans("\uff1a\uff1b\uff0c\uff08\uff09\uff0f\uff0e", ":;,()/.")
_OPEN: Final = "([【〔《“"
_CLOSE: Final = ")]】〕》”"
_ARROWS: Final = re.compile(r"\s*(?:→|➔|➡|⇒|-+>|—+>|=+>|[;\n])\s*")
_NUMERALS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}


def tidy(text: str) -> str:
    """Punctuation that separates, in its half-width form; the readers below expect it."""
    return text.translate(_HALF)


def split_list(text: str, separators: str = "、;,\n") -> list[str]:
    """Parts of a list; separators inside brackets and quotation marks do not count."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in _OPEN) - (sign in _CLOSE and depth > 0)
        if sign in separators and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for raw in parts if (part := re.sub(r"^\s*(?:\d+[.、)](?!\d)\s*)?|\s+$", "", raw))]


def split_names(text: str) -> list[str]:
    """单位名称. No splitting at 和 or 及, for 人力资源和社会保障局 is one bureau."""
    return [name for part in split_list(text, "、;,\n/") if (name := part.strip())]


def responsible(text: str) -> tuple[str, list[str]]:
    """责任单位 → who does, who assists: `牵头:甲;配合:乙、丙`, or the first named does."""
    lead = re.search(
        r"(?:牵头|责任|承办|主办)(?:单位)?:\s*(.+?)(?=(?:配合|协办|参与)(?:单位)?:|$)", text, re.S
    )
    help_ = re.search(r"(?:配合|协办|参与)(?:单位)?:\s*(.+)$", text, re.S)
    if lead is None and help_ is None:
        names = split_names(text)
        return names[0], names[1:]
    first = split_names(lead[1] if lead else text[: help_.start()] if help_ else "")
    if not first:
        _stop("sheet.nobody", "没有写明牵头单位", "写成“牵头:甲;配合:乙、丙”")
    return first[0], [*first[1:], *(split_names(help_[1]) if help_ else [])]


def materials(text: str) -> list[Material]:
    """材料: titles; `(登记)` registers without upload, `(可选)` is not required."""
    found: list[Material] = []
    for part in split_list(text):
        marks = re.findall(r"[(](登记|只登记|只登记不上传|可选|选交)[)]", part)
        title = re.sub(r"[(](?:登记|只登记|只登记不上传|可选|选交)[)]", "", part).strip()
        if not title:
            _stop("sheet.material", f"“{part}”没有材料名称", "写上材料名称")
        optional = any(mark in {"可选", "选交"} for mark in marks)
        found.append(Material(title, any("登记" in mark for mark in marks), not optional))
    for title in {one.title for one in found if [other.title for other in found].count(one.title) > 1}:
        _stop("sheet.material_twice", f"材料“{title}”写了两遍", "删去一处")
    return found


def _stop(code: str, message: str, mend: str) -> NoReturn:
    raise Phrase(code, message, mend)


def number(text: str) -> int | None:
    """`15`, `十五`, `三十`: a number up to 999; None where it is none."""
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 3 else None
    match = re.fullmatch(r"([一二两三四五六七八九])?(十)?([一二三四五六七八九])?", text)
    if match is None or not text or (match[1] and match[3] and not match[2]):
        return None
    tens = (_NUMERALS[match[1]] if match[1] else 1) * 10 if match[2] else 0
    ones = _NUMERALS[match[3]] if match[3] else (_NUMERALS[match[1]] if match[1] and not match[2] else 0)
    return tens + ones


_HOW: Final = "写成 15个工作日、30日、3个月,或 公示5个工作日、不少于7个工作日"
_PERIOD: Final = re.compile(
    r"(?P<publicity>公示期?)?(?P<minimum>不少于|不得少于|至少|满)?(?P<amount>\d+|[一二两三四五六七八九十]+)"
    r"(?P<unit>个?工作日|个?自然日|日历日|日|天|个?月)(?:以内|之内|内|完成|办结)*"
)
_UNITS: Final = (("工作日", PeriodUnit.WORKING_DAY), ("月", PeriodUnit.MONTH), ("", PeriodUnit.DAY))


def periods(text: str) -> list[Period]:
    """时限: `15个工作日`, `30日`, `3个月内`, `公示5个工作日`, `不少于7个工作日`; several in a list."""
    return [_period(part) for part in split_list(text)]


def _period(part: str) -> Period:
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", part))
    if re.search(r"\d{4}[年./-]|\d+月(底|初|末|\d+)|前$", folded):
        _stop("sheet.term_date", f"“{part}”是固定日期,不是期间", f"{_HOW};固定的截止日期在启动时另设")
    match = _PERIOD.fullmatch(folded)
    amount = number(match["amount"]) if match else None
    if match is None or not amount:
        hint = "没有单位" if number(folded) is not None else "看不懂"
        _stop("sheet.term", f"时限“{part}”{hint}", _HOW)
    unit = next(unit for word, unit in _UNITS if word in match["unit"])
    publicity = bool(match["publicity"])
    return Period(amount, unit, publicity, bool(match["minimum"]) and not publicity)


MEETING: Final = re.compile(r"(会议|常委会|编委会?|深改委|常务会|办公会|全会|委员会全体会议)$")
_CHAIN_HOW: Final = (
    "逐级用“→”连接;同级写“甲、乙会签”或“任一:甲、乙”;会议写“县委常委会议定”;征求意见写“征求意见:甲、乙”"
)
_ACTS: Final = "|".join(
    act.value for act in ActName if act not in (ActName.COUNTERSIGN, ActName.CONSULT, ActName.DELIBERATE)
)


def approvals(text: str) -> list[Approval]:
    """审批: nodes in order.

    `甲→乙`, `甲、乙会签`, `县委常委会议定`, `任一:甲、乙`, `征求意见:甲、乙`, `2票:甲、乙、丙`.
    """
    return [_approval(part) for part in _ARROWS.split(text.strip()) if part.strip()]


def _approval(part: str) -> Approval:
    text = re.sub(r"^\s*(?:\d+[.、)](?!\d)\s*)", "", part).strip()
    for shape in (_consult, _countersign, _any, _quorum, _meeting):
        found = shape(text)
        if found is not None:
            return found
    act = re.search(rf"({_ACTS})$", text)
    names = split_names(text[: act.start()] if act else text)
    if len(names) != 1:
        reason = "没有写明由谁审批" if not names else f"“{part}”没有说清是会签、任一还是逐级"
        _stop("sheet.approval", reason, _CHAIN_HOW)
    return Approval(tuple(names), act=ActName(act[1]) if act else ActName.REVIEW)


def _named(names: str, kind: NodeKind, mode: Mode, act: ActName, quorum: int | None = None) -> Approval:
    found = split_names(names)
    if not found:
        _stop("sheet.approval", "没有写明由谁审批", _CHAIN_HOW)
    return Approval(tuple(found), kind, mode, act, quorum)


def _consult(text: str) -> Approval | None:
    found = re.fullmatch(r"征求意见:(.+)|(?:征求|听取)(.+?)(?:的)?意见", text, re.S)
    if found is None:
        return None
    return _named(found[1] or found[2], NodeKind.CONSULT, Mode.SEQUENTIAL, ActName.CONSULT)


def _countersign(text: str) -> Approval | None:
    found = re.fullmatch(r"会签:(.+)|(.+?)(?:共同|联合)?会签", text, re.S)
    if found is None:
        return None
    return _named(found[1] or found[2], NodeKind.COUNTERSIGN, Mode.ALL, ActName.COUNTERSIGN)


def _any(text: str) -> Approval | None:
    found = re.fullmatch(r"任一(?:人|单位|人办理)?:(.+)", text, re.S)
    return None if found is None else _named(found[1], NodeKind.APPROVE, Mode.ANY, ActName.REVIEW)


def _quorum(text: str) -> Approval | None:
    found = re.fullmatch(r"(?:票决)?(\d+|[一二两三四五六七八九十]+)票(?:以上|及以上)?:(.+)", text, re.S)
    if found is None:
        return None
    votes = number(found[1])
    if not votes:
        _stop("sheet.approval", f"票数“{found[1]}”看不懂", "写成 2票:甲、乙、丙")
    node = _named(found[2], NodeKind.APPROVE, Mode.QUORUM, ActName.REVIEW, votes)
    if votes > len(node.names):
        _stop("sheet.quorum", f"要 {votes} 票,只写了 {len(node.names)} 个单位", "减少票数,或补上单位")
    return node


def _meeting(text: str) -> Approval | None:
    found = re.fullmatch(r"(?:提交|报)?(.+?)(?:议定|审议|研究|审定|讨论|票决)(?:通过|决定)?", text, re.S)
    name = re.sub(r"(?<=会)会议$", "", found[1] if found else text)
    if found is None and not MEETING.search(text):
        return None
    return _named(name, NodeKind.MEETING, Mode.SEQUENTIAL, ActName.DELIBERATE)


_TITLES: Final = re.compile(
    r"(党组书记|书记|主任|局长|部长|县长|市长|区长|镇长|乡长|主要负责人|负责人|分管领导|主要领导|组长|馆长|院长|经理|董事长)$"
)


def person_of(name: str) -> tuple[str, bool]:
    """The body in a signer's name, and whether a person is meant: `党工委书记` → 党工委."""
    found = _TITLES.search(name)
    return (name[: found.start()], True) if found else (name, False)
