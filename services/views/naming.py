"""筛选的说法: what each part of a filter that is set says, for the chips of a list and its export."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.lamps import WORDS, Colour
from domain.programme import Programme
from domain.refusal import Refused
from domain.states import STATUS_TITLES, StepStatus
from domain.units import SupervisingLevel
from services.office.counter import Counter
from services.views.areas import area_names
from services.views.board import Board, board_of
from services.views.digest import BUCKET_TITLES, Bucket
from services.views.filters import UNPLACED, TaskFilter, unknown_values


class Part(msgspec.Struct, frozen=True):
    """筛选的一项: which field, and what it says."""

    field: str
    words: str


def parts_of(counter: Counter, wanted: TaskFilter) -> tuple[Part, ...]:
    """What is set, in the order of the filter; names only of what may be seen."""
    if unknown_values(wanted):
        return ()
    board = board_of(counter.db)
    values = msgspec.structs.asdict(wanted)
    said = ((name, _words(counter, board, wanted, name, value)) for name, value in values.items() if value)
    return tuple(Part(name, words) for name, words in said)


def stages_of(counter: Counter, wanted: TaskFilter) -> tuple[tuple[str, str], ...]:
    """环节 of the programme that the filter names, by the newest version in use; none where it names none."""
    found = _programme(counter, board_of(counter.db), wanted.programme)
    return tuple((each.id, each.title) for each in found.stages) if found else ()


def _programme(counter: Counter, board: Board, code: str) -> Programme | None:
    """The newest version that a case in sight runs on."""
    versions = [each.version for each in board.seen(counter.standing()) if each.programme == code]
    loaded = board.world.plan(code, max(versions)) if versions else None
    return loaded.plan.programme if loaded else None


def _words(counter: Counter, board: Board, wanted: TaskFilter, name: str, value: str) -> str:
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "case":
        case = counter.case(value)
        return value if isinstance(case, Refused) else case.unit_name
    if name == "unit":
        return board.unit(value).name
    if name == "area":
        return area_names(board, [value], ())[value]
    if name == "stage":
        return dict(stages_of(counter, wanted)).get(value, value)
    if name == "programme":
        found = _programme(counter, board, value)
        return found.title if found else value
    return _CODES.get(name, {}).get(value) or f"{_TITLES.get(name, '')}{value}"


_PLAIN: Final = {"late": "迟办", "unchecked": "决定待核对"}
_TITLES: Final = {"month": "办结于 ", "zone": "开发区 ", "words": "文字 "}
_CODES: Final[dict[str, dict[str, str]]] = {
    "bucket": {str(each): BUCKET_TITLES[each] for each in Bucket},
    "lamp": {str(each): WORDS[each][0] for each in Colour},
    "worst": {str(each): f"最差的灯 {WORDS[each][0]}" for each in Colour},
    "state": {str(each): STATUS_TITLES[each] for each in StepStatus},
    "supervising": {**{each.value: each.label for each in SupervisingLevel}, UNPLACED: "主管级待补"},
}
