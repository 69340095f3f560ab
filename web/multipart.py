"""表单上传: fields first, then one file, read while it arrives.

The fields decide whether the file may come at all, so they have to stand before it; nothing is put on disk
here, and no more than a piece of the file is in memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header

from domain.refusal import Refused
from web.problems import ProblemError

MOST_FIELDS: Final = 60
LONGEST_FIELD: Final = 16_384
_FILE: Final = "file"


class FormUpload:
    """一次上传: ``fields`` and ``name`` are there once made; ``read`` hands out the file."""

    def __init__(self, content_type: str, pull: Callable[[], bytes]) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
            raise _malformed("表单没有分界标记")
        self.fields: dict[str, str] = {}
        self.name = ""
        self._pull = pull
        self._pieces: deque[bytes] = deque()
        self._part = ""
        self._value = bytearray()
        self._header = bytearray()
        self._headers: dict[str, bytes] = {}
        self._last_header = ""
        self._in_file = self._file_over = self._over = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )
        while not (self._in_file or self._file_over or self._over):
            self._feed()
        if not self._in_file and not self._file_over:
            raise _malformed("表单里没有文件")

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes of the file, none at its end.

        Raises:
            ProblemError: the connection ended before the file did, or fields follow it.
        """
        while not self._pieces and not self._file_over:
            self._feed()
        if not self._pieces:
            while not self._over:
                self._feed()
            return b""
        piece = self._pieces.popleft()
        if len(piece) > size:
            self._pieces.appendleft(piece[size:])
        return piece[:size]

    def _feed(self) -> None:
        chunk = self._pull()
        if not chunk:
            raise ProblemError(
                Refused(
                    code="file.cut_short", message="文件没有传完整", remedy="请检查网络后重新上传", facts={}
                )
            )
        try:
            self._parser.write(chunk)
        except MultipartParseError:
            raise _malformed("表单的格式不对") from None

    def _begin(self) -> None:
        if self._file_over:
            raise _malformed("文件必须是表单的最后一项")
        if len(self.fields) >= MOST_FIELDS:
            raise _malformed(f"表单的项太多,最多 {MOST_FIELDS} 项")
        self._headers = {}
        self._value = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._last_header = bytes(self._header).decode("latin-1").lower()
        self._headers[self._last_header] = self._headers.get(self._last_header, b"") + data[start:end]

    def _header_end(self) -> None:
        self._header = bytearray()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._part = _text(options.get(b"name", b""))
        if b"filename" in options:
            if self._part != _FILE:
                raise _malformed(f"文件一项的名称须为 {_FILE}")
            self.name = _text(options[b"filename"])
            self._in_file = True
        elif not self._part or self._part in self.fields:
            raise _malformed(f"表单的项“{self._part}”没有名称或重复")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > LONGEST_FIELD:
            raise _malformed(f"表单的项“{self._part}”太长")

    def _end(self) -> None:
        if self._in_file:
            self._in_file, self._file_over = False, True
        else:
            self.fields[self._part] = _text(bytes(self._value))

    def _finish(self) -> None:
        self._over = True


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise _malformed("表单的文字不是 UTF-8") from None


def _malformed(what: str) -> ProblemError:
    return ProblemError(
        Refused(
            code="request.malformed",
            message=what,
            remedy="请用 multipart/form-data,先写各项登记内容,最后放文件(名称为 file)",
            facts={"fields": "file"},
        )
    )
