"""流程模板问题: what is wrong in a programme file, on which line, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import msgspec

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top of the file: `("stages", 0, "steps", 2, "doer")`."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """问题: one thing wrong in a programme file.

    `line` counts from 1; `path` says where in the structure (`stages[0].steps[2].doer`); `code` is stable
    and listed in `docs/reference/programme-checks.md`; `message` is the reason and `mend` what to do, both
    for the person who writes the file. A `fault` forbids publishing, a `warning` does not. For a sheet,
    `cell` names the cell (`C7`) and `line` is its row.
    """

    line: int
    path: str
    code: str
    message: str
    mend: str
    severity: Literal["fault", "warning"] = "fault"
    cell: str = ""

    def __str__(self) -> str:
        where = f"第 {self.line} 行"
        if self.cell:
            # A fault of the heading has a row for its place (`第3行`), all others a cell (`C7`).
            where = self.cell if self.cell.startswith("第") else f"单元格 {self.cell}"
        word = "问题" if self.severity == "fault" else "提醒"
        return f"{where} {word}:{self.message}。{self.mend}({self.code})"


def shown(path: Path) -> str:
    """路径: `stages[0].steps[2].doer`, the form in which a fault names a place."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text


class Lines(Mapping[Path, int]):
    """行号: the line of each key and list entry; an unwritten path answers with its parent's."""

    def __init__(self, lines: dict[Path, int] | None = None) -> None:
        self._lines = lines or {}

    def __getitem__(self, path: Path) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def __contains__(self, path: object) -> bool:
        return path in self._lines

    def __iter__(self) -> Iterator[Path]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)
