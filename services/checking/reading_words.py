"""材料的文字: what a check has to read in a paper itself. Only Word files; the rest is for people.

A paper whose digest is that of the last result is not read again.
"""

from __future__ import annotations

from typing import BinaryIO, Final, Protocol
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError

from domain.case import Case, EvidenceItem, split_key
from domain.checks.evaluating import CheckPlan
from domain.programme import EvidenceMode
from services.evidence.store import DamagedFileError

LARGEST: Final = 20 * 1024 * 1024
"""A plan of hundreds of pages has a megabyte; what is larger holds pictures."""


class Shelf(Protocol):
    """材料库, as far as it is read here."""

    def open(self, digest: str) -> BinaryIO:
        """Open the kept file of a digest."""
        ...


class Reader:
    """Reads papers from the store of this machine."""

    def __init__(self, shelf: Shelf | None) -> None:
        self._shelf = shelf

    def words_for(self, checks: CheckPlan, case: Case) -> tuple[frozenset[str], dict[str, str]]:
        """Which checks have nothing new to read, and paper → words for the others."""
        unchanged: set[str] = set()
        texts: dict[str, str] = {}
        for planned in checks.uses:
            if not planned.texts:
                continue
            if planned.nothing_new(case):
                unchanged.add(planned.use.id)
                continue
            for ref in planned.texts:
                texts.update(self._copies(case, ref))
        return frozenset(unchanged), texts

    def _copies(self, case: Case, ref: str) -> dict[str, str]:
        step, _, slot = ref.rpartition("/")
        found = {}
        for key, state in case.steps.items():
            item = state.evidence.get(slot) if split_key(key)[0] == step else None
            if item is not None:
                words = self._words(item)
                if words:
                    found[f"{key}/{slot}"] = words
        return found

    def _words(self, item: EvidenceItem) -> str:
        if self._shelf is None or item.mode != EvidenceMode.UPLOAD:
            return ""
        try:
            with self._shelf.open(item.digest) as file:
                return _word_text(file)
        except (OSError, ValueError, KeyError, DamagedFileError, BadZipFile, PackageNotFoundError):
            return ""


def _word_text(file: BinaryIO) -> str:
    """The paragraphs and tables of a Word file."""
    if file.seek(0, 2) > LARGEST:
        return ""
    file.seek(0)
    document = Document(file)
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)
