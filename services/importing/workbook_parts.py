"""Excel文件检查: the parts of a workbook looked over before a library opens them.

The checks rest on what the archive declares and on one streaming pass over each XML part, so that nothing
hostile is ever built in memory: size and number of parts, encryption, macros, a DOCTYPE (the door to entity
bombs), nesting, cells beyond the sheet. The pass also brings what the reading library does not give: merged
ranges, and formulas stored without a result.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from openpyxl.utils import coordinate_to_tuple, range_boundaries

from domain.refusal import RefusalError
from services.importing.limits import Limits, too_large, too_many_bytes, unreadable

_LAST_ROW: Final = 1_048_576
_LAST_COLUMN: Final = 16_384
_DEEPEST: Final = 64
_CHUNK: Final = 64 * 1024
SAVE_AS: Final = "请用Excel或WPS打开,另存为“Excel工作簿(.xlsx)”后再导入"


@dataclass(slots=True)
class SheetFacts:
    """工作表概况: what the streaming pass found in one sheet."""

    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged ranges as (left, top, right, bottom)."""
    not_computed: set[tuple[int, int]] = field(default_factory=set)
    """Cells (row, column) with a formula and no stored result."""
    walked: int = 0
    """Cells a reader has to walk over, the empty ones before a row's last cell included."""


def inspect_archive(archive: zipfile.ZipFile, limits: Limits) -> dict[str, SheetFacts]:
    """Refuse a hostile or foreign archive; else say what stands in each sheet part, by part name.

    Raises `RefusalError`.
    """
    _check_size(archive, limits)
    _check_kind(archive)
    facts: dict[str, SheetFacts] = {}
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels")):
            found = _Pass(limits).run(archive, info)
            if "/worksheets/" in info.filename:
                facts[info.filename] = found
    return facts


def inspect_word(archive: zipfile.ZipFile, limits: Limits) -> None:
    """The same for a Word file: refuse a hostile one.

    Raises `RefusalError`.
    """
    _check_size(archive, limits)
    _check_secrets(archive)
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels")):
            _Pass(limits).run(archive, info)


def _check_size(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise RefusalError(too_large("内部部件数", len(parts), limits.parts))
    # zipfile never yields more of a part than it declares, so the declared sum is the sum.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise RefusalError(too_many_bytes("解压后", unpacked, limits.unpacked_bytes))


def _check_secrets(archive: zipfile.ZipFile) -> None:
    if any(part.flag_bits & 0x1 for part in archive.infolist()):
        raise RefusalError(unreadable("文件设有密码", "请取消密码后再导入"))
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        remedy = "请另存为不含宏的文件(.xlsx、.docx)后再导入"
        raise RefusalError(unreadable("文件含有宏,为安全起见不予读取", remedy))


def _check_kind(archive: zipfile.ZipFile) -> None:
    _check_secrets(archive)
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        raise RefusalError(unreadable("文件是二进制工作簿(.xlsb)", SAVE_AS))
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise RefusalError(unreadable("文件不是Excel工作簿", SAVE_AS))


class _Pass:
    """One streaming pass over an XML part."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.facts = SheetFacts()
        self.depth = 0
        self.row = 0
        self.column = 0
        self.formula = False
        self.value = False
        self.in_value = False

    def run(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> SheetFacts:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            with archive.open(info) as part:
                while chunk := part.read(_CHUNK):
                    parser.Parse(chunk, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise RefusalError(
                unreadable(
                    "文件已损坏:内部内容不完整", "请用Excel打开,按提示修复并另存后再导入", part=info.filename
                )
            ) from error
        return self.facts

    def _doctype(self, *_declared: object) -> None:
        raise RefusalError(unreadable("文件含有不允许的内部声明(DOCTYPE),为安全起见不予读取", SAVE_AS))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RefusalError(unreadable("文件内部嵌套过深,为安全起见不予读取", SAVE_AS))
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self._cell(attributes.get("r"))
            # A formula whose result is the empty text says so by its type.
            self.value = attributes.get("t") == "str"
        elif tag == "row":
            self.row = self._within(int(attributes.get("r") or self.row + 1), _LAST_ROW)
            self.column = 0
        elif tag == "f":
            self.formula = True
        elif tag in {"v", "t"}:
            self.in_value = True
        elif tag == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
            if None not in (left, top, right, bottom):
                self.facts.merged.append((int(left or 0), int(top or 0), int(right or 0), int(bottom or 0)))

    def _cell(self, reference: str | None) -> None:
        row, column = coordinate_to_tuple(reference) if reference else (self.row, self.column + 1)
        self.row, before = self._within(row, _LAST_ROW), self.column
        self.column = self._within(column, _LAST_COLUMN)
        self.formula = self.value = False
        self.facts.walked += max(1, self.column - before)
        if self.facts.walked > self.limits.cells:
            raise RefusalError(too_large("单元格数", self.facts.walked, self.limits.cells))

    def _within(self, number: int, last: int) -> int:
        if not 1 <= number <= last:
            raise RefusalError(unreadable("文件已损坏:行号或列号超出Excel范围", SAVE_AS))
        return number

    def _text(self, text: str) -> None:
        # Some programs write an empty <v/> beside a formula they did not compute.
        self.value = self.value or (self.in_value and bool(text))

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.in_value = False
        if name.rpartition(" ")[2] == "c" and self.formula and not self.value:
            self.facts.not_computed.add((self.row, self.column))
