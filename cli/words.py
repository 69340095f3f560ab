"""用词: the Chinese words and English codes that an option takes, read off the domain's own tables."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from cli.stops import USAGE, StopError

Code = TypeVar("Code", bound=str)


def pick(text: str, titles: Mapping[Code, str], option: str, also: Mapping[str, Code] | None = None) -> Code:
    """Return the code that a word means: the code itself, its Chinese title, or another word for it.

    Raises:
        StopError: no such word, with those there are.
    """
    words = unicodedata.normalize("NFKC", text).strip().replace(",", "、")
    for code, title in titles.items():
        if words in (str(code), _plain(title)) or words == f"{_plain(title)}({code})":
            return code
    found = (also or {}).get(words)
    if found is not None:
        return found
    can = "、".join(f"{title}({code})" for code, title in titles.items())
    raise StopError(USAGE, f"{option} 不能是“{text}”", f"可以写:{can}", code="usage.word")


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", title).replace(",", "、")


def title_of(code: str, titles: Mapping[Code, str]) -> str:
    """The Chinese title of a code; the code where it has none."""
    return next((title for each, title in titles.items() if str(each) == code), code)


def outcomes() -> tuple[dict[str, str], dict[str, str]]:
    """Outcome codes with titles, and other words for them; what only the clock writes is left out."""
    from domain.decisions import OUTCOME_TITLES, Outcome

    titles = {str(code): title for code, title in OUTCOME_TITLES.items() if code is not Outcome.LAPSED}
    also = {
        "原则通过": "passed_with_changes",
        "原则同意": "agree_with_changes",
        "意见": "opinion",
        "议定": "passed",
    }
    return titles, also


def media() -> tuple[dict[str, str], dict[str, str]]:
    """Media in which a decision can be recorded."""
    from domain.decisions import MEDIUM_TITLES, Medium

    left_out = (Medium.ONLINE, Medium.CLOCK)
    titles = {str(code): title for code, title in MEDIUM_TITLES.items() if code not in left_out}
    also = {"呈批件": "signed_paper", "手签": "signed_paper", "纪要": "minutes", "批复": "reply"}
    return titles, also | {"来文": "reply", "电话": "telephone"}


def adoptions() -> dict[str, str]:
    """How an opinion is taken."""
    from domain.decisions import ADOPTION_TITLES

    return _as_text(ADOPTION_TITLES)


MENDED_BY: Final = {
    "record.person_needed": ("--by", "姓名"),
    "record.decider_unknown": ("--by", "姓名或机构全称"),
    "record.decider_wrong": ("--by", "姓名或机构全称"),
    "record.decider_ambiguous": ("--by", "编号"),
    "record.which_seat": ("--by", "姓名或机构全称"),
    "decide.which_seat": ("--seat", "席位"),
    "decide.number_missing": ("--number", "文号"),
    "decide.reason_missing": ("--opinion", "理由"),
    "check.which": ("--decision", "编号"),
    "check.reason_missing": ("--reason", "理由"),
    "evidence.no_reason": ("--reason", "原因"),
    "adopt.reason_missing": ("--reason", "理由"),
    "changes.none": ("--opinion", "说明"),
    "changes.reason_missing": ("--reason", "理由"),
    "decide.confirmer": ("--confirm-by", "角色"),
    "date.before_predecessor": ("--out-of-order", "说明"),
    "field.missing": ("--field", "要素=值"),
    "exception.approval_missing": ("--number", "文号 --approver 批准人"),
    "case.ambiguous": ("--programme", "模板"),
}
"""Where a refusal is mended by an option: which, and what to write behind it."""


def how_to_type(code: str, taken: Collection[str]) -> str:
    """命令里怎么写: the option that mends a refusal, where the command takes it."""
    option, value = MENDED_BY.get(code, ("", ""))
    return f"命令里加 {option} {value}" if option in taken else ""


VERIFICATIONS = {"matched": "一致", "mismatched": "不一致"}
FILINGS = {"accepted": "已收", "rejected": "退回"}


def proposals() -> dict[str, str]:
    """Exceptional acts."""
    from domain.acts.exceptional import EXCEPTIONS

    return {str(kind): rule.title for kind, rule in EXCEPTIONS.items()}


def _as_text(titles: Mapping[Code, str]) -> dict[str, str]:
    return {str(code): title for code, title in titles.items()}
