"""通报、约谈流程: kinds, states and moves, as tables.

The system drafts; 督查室 or 改革办 signs and sends (机器不训领导). The number is given by the office's own
OA and entered by the clerk. What is told are facts by date: no ranking, no score.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from domain.lamp_policy import Draft
from domain.supervising.values import Need, Who


class AdmonitionKind(StrEnum):
    """种类, named as the rungs of a lamp policy name them."""

    CIRCULAR = Draft.CIRCULAR.value
    TALK = Draft.TALK.value


ADMONITION_KINDS: Final[dict[AdmonitionKind, str]] = {
    AdmonitionKind.CIRCULAR: "通报",
    AdmonitionKind.TALK: "约谈",
}


class AdmonitionState(StrEnum):
    """通报、约谈状态."""

    DRAFT = "draft"
    ISSUED = "issued"
    HELD = "held"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


ADMONITION_STATES: Final[dict[AdmonitionState, str]] = {
    AdmonitionState.DRAFT: "待签发",
    AdmonitionState.ISSUED: "已签发",
    AdmonitionState.HELD: "已约谈",
    AdmonitionState.DROPPED: "不发",
    AdmonitionState.WITHDRAWN: "已撤回",
}


class AdmonitionAct(StrEnum):
    """通报、约谈办理."""

    ISSUE = "issue"
    DROP = "drop"
    HOLD = "hold"
    WITHDRAW = "withdraw"


ADMONITION_ACTS: Final[dict[AdmonitionAct, str]] = {
    AdmonitionAct.ISSUE: "登记签发",
    AdmonitionAct.DROP: "决定不发",
    AdmonitionAct.HOLD: "登记约谈情况",
    AdmonitionAct.WITHDRAW: "撤回",
}


class AdmonitionMove(NamedTuple):
    """一种办理: from which states, to which, what has to come with it, and of which kinds."""

    states: tuple[AdmonitionState, ...]
    to: AdmonitionState
    needs: tuple[Need, ...] = ()
    kinds: frozenset[AdmonitionKind] = frozenset(AdmonitionKind)
    who: Who = Who.OFFICE


A = AdmonitionState
ADMONITION_MOVES: Final[dict[AdmonitionAct, AdmonitionMove]] = {
    AdmonitionAct.ISSUE: AdmonitionMove((A.DRAFT,), A.ISSUED, (Need.NUMBER,)),
    AdmonitionAct.DROP: AdmonitionMove((A.DRAFT,), A.DROPPED, (Need.TEXT,)),
    AdmonitionAct.HOLD: AdmonitionMove((A.ISSUED,), A.HELD, (Need.TEXT,), frozenset({AdmonitionKind.TALK})),
    AdmonitionAct.WITHDRAW: AdmonitionMove((A.ISSUED,), A.WITHDRAWN, (Need.TEXT,)),
}
"""通报、约谈办理表: act → move."""

ADMONITION_UNSENT: Final = frozenset({A.DRAFT, A.DROPPED})
"""拟稿 and what was decided not to be sent: the office's own papers, which no addressee sees."""
ADMONITION_GONE: Final = frozenset({A.DROPPED, A.WITHDRAWN})
"""After which the same may be drafted again."""
