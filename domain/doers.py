"""办理来源: on whose authority something is done: a person's, a machine's, or the founding of a database.

Only a person is asked of the permission table. What acts by itself has the rights that are named here and no
others; what has to be there before anybody can be asked is the founding, which ends by itself. Neither can be
claimed by whoever types a name: they are values of their own, no text is equal to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from domain.permissions import Action


class Machine(Enum):
    """机器: what acts by itself; the value is its name in the ledger."""

    SEALING = "machine:sealing"
    """定时封存."""
    CHECKING = "machine:checking"
    """合规检查."""


MACHINE_TITLES: Final[Mapping[Machine, str]] = MappingProxyType(
    {Machine.SEALING: "定时封存", Machine.CHECKING: "合规检查"}
)
MACHINE_RIGHTS: Final[Mapping[Machine, frozenset[Action]]] = MappingProxyType(
    {
        Machine.SEALING: frozenset({Action.LEDGER_SEAL}),
        Machine.CHECKING: frozenset({Action.CHECK_RUN}),
    }
)
"""机器的权限: machine → what it may do. Acts of a case that a machine does (timers, checks, filings) are
judged by ``domain.decide``, as people's are."""


class Founding(Enum):
    """建库: what comes before anybody is registered; the value is its name in the ledger."""

    FOUNDING = "founding"


FOUNDING: Final = Founding.FOUNDING
FOUNDING_RIGHTS: Final = frozenset(
    {
        Action.UNIT_CHANGE,
        Action.BODY_CHANGE,
        Action.PERSON_CHANGE,
        Action.HOLDING_CHANGE,
        Action.PROGRAMME_PUBLISH,
        Action.CALENDAR_CHANGE,
        Action.SETTING_CHANGE,
    }
)
"""建库的权限: the registers, the programmes, the calendar; no case, no paper, no account, no erasure."""

Doer = str | Machine | Founding
"""办理来源: a person's id, or one of the two above."""


def is_reserved(person: str) -> bool:
    """Whether an id would read in the ledger like something that is no person."""
    return person == FOUNDING.value or person.startswith("machine:")
