"""督办待办用语: kinds of work about matters and their names, apart so that a list needs no rules."""

from __future__ import annotations

from typing import Final

from domain.supervising.admonition_table import ADMONITION_ACTS
from domain.supervising.finding_table import FINDING_ACTS
from domain.supervising.order_table import ORDER_ACTS
from domain.work_kinds import WORK_TITLES, WorkKind

ANSWER_SOURCE: Final = "source_answer"
ANSWER_REQUEST: Final = "request_answer"
LOOK_BACK: Final = "finding_look_back"
MATTER_WORKS: Final[dict[str, str]] = {
    ANSWER_SOURCE: "反馈来源",
    ANSWER_REQUEST: "呈报并登记领导答复",
    LOOK_BACK: "回头看",
    **{f"finding_{act}": title for act, title in FINDING_ACTS.items()},
    **{f"order_{act}": title for act, title in ORDER_ACTS.items()},
    **{f"admonition_{act}": title for act, title in ADMONITION_ACTS.items()},
}
"""Kind → what is to be done, in a word."""


def act_title(kind: str) -> str:
    """What is to be done, in a word, of any kind of work."""
    return MATTER_WORKS[kind] if kind in MATTER_WORKS else WORK_TITLES[WorkKind(kind)]
