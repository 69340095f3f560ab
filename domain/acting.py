"""代理身份: for whom somebody acts on a day, in which position and how far.

Kept apart so that an inbox can be read without the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from domain.work_kinds import ANY_POSITION, BY_PROXY, one_person

if TYPE_CHECKING:
    from domain.case import Seat


class Acting(msgspec.Struct, frozen=True, kw_only=True):
    """代理身份: on this day the actor acts for `person` in one position of theirs, within a scope."""

    person: str
    body: str
    position: str
    programmes: frozenset[str] = frozenset()
    """Empty: all."""
    works: frozenset[str] = frozenset()
    """Kinds of work; empty: all."""

    def covers(self, seat: Seat, programme: str, work: str = "") -> bool:
        """Whether the proxy reaches a seat of a programme for a kind of work."""
        return (
            seat.body == self.body
            and seat.position in (self.position, ANY_POSITION, one_person(self.person))
            and (not self.programmes or programme in self.programmes)
            and (not work or work in (self.works or BY_PROXY))
            and (not work or work in BY_PROXY)
        )

    @property
    def words(self) -> tuple[str, str]:
        """Its kinds of work and its programmes, each between two spaces; ``*`` is every programme."""
        kinds = sorted(str(kind) for kind in BY_PROXY if not self.works or kind in self.works)
        return between_spaces(kinds), between_spaces(sorted(self.programmes) or ["*"])

    def reached(self, own: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The places it reaches that are not the deputy's own."""
        for place in (
            (self.body, self.position),
            (self.body, ANY_POSITION),
            (self.body, one_person(self.person)),
        ):
            if place not in own:
                yield place


def between_spaces(names: Sequence[str]) -> str:
    """Names as statements look for them: each between two spaces of its own."""
    return "".join(f" {name} " for name in names)
