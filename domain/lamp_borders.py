"""临期的界线: from how many working days left a lamp is yellow.

Apart from the policy's schema, so that the inbox, which opens no engine, counts by the very same rule.
"""

from __future__ import annotations

from typing import Final

SOON_DAYS: Final = 5
SOON_SHARE: Final = 20
"""Proposed, no rule of law: five working days or a fifth of the term (`practice.md` 5)."""


def soon_from(days: int, share: int, term: int) -> int:
    """The smaller of so many working days and a share, in percent, of a term in working days."""
    return min(days, term * share // 100)
