"""督办总览: matters in sight counted and put in order before their texts are read; texts of a page only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.refusal import Refused
from domain.supervising.matters import Matter
from services.supervising.desk import SupervisionDesk, unseen
from services.supervising.reading import (
    MatterFilter,
    MatterLine,
    MatterWords,
    matters_named,
    matters_seen,
)


def matters_in_sight(desk: SupervisionDesk, wanted: MatterFilter) -> list[Matter]:
    """督办事项 in sight as they are kept, without their texts."""
    with desk.runtime.db.read() as session:
        return list(matters_seen(session, MatterWords(desk), wanted))


def matter_in_sight(desk: SupervisionDesk, id_: str) -> Matter | Refused:
    """One matter as it is kept; out of sight as if it were not there."""
    words = MatterWords(desk)
    with desk.runtime.db.read() as session:
        seen: Iterator[Matter] = (each for each in matters_named(session, id_) if words.sees(each))
        return next(seen, None) or unseen()


def lines_of(desk: SupervisionDesk, matters: Iterable[Matter]) -> list[MatterLine]:
    """Matters that were found in sight, as lists show them."""
    words = MatterWords(desk)
    with desk.runtime.db.read() as session:
        return [words.line(session, matter) for matter in matters]
