"""YAML 树: the text of a programme as nested strings, with the line of each, and nothing executed.

PyYAML's event stream is used and not its loader: every scalar stays a string, so that no word turns into a
date, a float or a yes behind the writer's back; tags, anchors, aliases, merge keys, second documents,
duplicate keys, deep nesting and large files are refused by name instead of being obeyed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, TypeAlias

import yaml

from domain.programme_fault import Fault, Lines, Path, shown

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"

_Start: TypeAlias = yaml.MappingStartEvent | yaml.SequenceStartEvent
_Value: TypeAlias = yaml.ScalarEvent | _Start

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_NODES: Final = 60_000
MAX_FAULTS: Final = 200
"""More faults than this are not listed: the file is something else."""

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ODD: Final = re.compile(
    "[^\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_EMPTY: Final = frozenset({"", "~", "null", "Null", "NULL"})
_SYNTAX: Final = (
    ("mapping values are not allowed", "一行里有两个冒号,或缩进不对", "含冒号的文字请加引号,并检查缩进"),
    ("could not find expected ':'", "缺少冒号,或冒号后没有空格", "写成“键: 值”,冒号用半角并在后面空一格"),
    ("end of stream", "引号或括号没有闭合", "补上另一半引号或括号"),
    ("cannot start any token", "文字以特殊字符开头", "把这段文字用引号括起来"),
    ("block end", "缩进没有对齐", "同一层的各行左边对齐,用空格缩进"),
    ("did not find expected", "缩进没有对齐,或标点写错", "同一层的各行左边对齐;列表每项以“- ”开头"),
)


def decode(data: bytes) -> str | Fault:
    """解码: the text of a file, which must be UTF-8 and below `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        return _fault(1, "file.too_large", "文件超过 1 MB", "流程模板通常不到 200 KB,请检查是不是放错了文件")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _fault(line, "file.encoding", "文件不是 UTF-8 编码", "请用编辑器“另存为 UTF-8”后再试")


def _fault(line: int, code: str, message: str, mend: str, path: Path = ()) -> Fault:
    return Fault(line=line, path=shown(path), code=code, message=message, mend=mend)


def parse(text: str) -> tuple[Tree, Lines, tuple[Fault, ...]]:
    """读成树: the tree, the line of each path, and what was refused; with faults the tree is of no use."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return "", Lines(), (_too_large(),)
    odd = _odd_characters(text)
    if odd:
        return "", Lines(), odd
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
            if builder.stopped:
                break
    except yaml.MarkedYAMLError as error:
        builder.faults.append(_syntax(error))
    if not builder.faults and builder.root is None:
        builder.faults.append(_fault(1, "file.empty", "文件里没有内容", "请从 docs/how-to 的样例开始写"))
    return builder.root or "", Lines(builder.lines), tuple(builder.faults[:MAX_FAULTS])


def _too_large() -> Fault:
    return _fault(1, "file.too_large", "文件超过 1 MB", "流程模板通常不到 200 KB,请检查是不是放错了文件")


def _odd_characters(text: str) -> tuple[Fault, ...]:
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            faults.append(_fault(number, "text.tab", "用了制表符(Tab)", "改用空格缩进,每层两个空格"))
        elif found := _ODD.search(line):
            sign = f"U+{ord(found.group()):04X}"
            faults.append(
                _fault(number, "text.control", f"含有看不见的控制字符 {sign}", "删去这个字符后重新输入")
            )
    return tuple(faults[:MAX_FAULTS])


def _syntax(error: yaml.MarkedYAMLError) -> Fault:
    said = f"{error.context or ''} {error.problem or ''}"
    # What is left open is best shown where it was opened; all else where it was noticed.
    opened = error.context_mark if re.search("quoted scalar|flow", said) else None
    mark = opened or error.problem_mark or error.context_mark
    reason, mend = next(
        ((reason, mend) for words, reason, mend in _SYNTAX if words in said),
        ("YAML 写法有误", "检查这一行及上一行的缩进、冒号和引号"),
    )
    return _fault(mark.line + 1 if mark else 1, "yaml.syntax", reason, mend)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


class _Frame:
    """One open mapping or list."""

    __slots__ = ("container", "key", "path")

    def __init__(self, container: dict[str, Tree] | list[Tree], path: Path) -> None:
        self.container = container
        self.path = path
        self.key: str | None = None


class _Builder:
    """Builds the tree from events; refuses what could surprise the reader of the file."""

    def __init__(self) -> None:
        self.root: Tree | None = None
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self.stopped = False
        self._frames: list[_Frame] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event)
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(
                event, "yaml.alias", f"用了引用 *{event.anchor}", "把要重复的内容写出来;引用不被接受"
            )
        elif isinstance(event, yaml.ScalarEvent):
            self._node(event)
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._node(event)
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._frames.pop()

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._refuse(event, "yaml.documents", "一个文件里有两份内容(---)", "一个文件只写一个流程模板")
        elif event.version or event.tags:
            self._refuse(event, "yaml.directive", "用了 % 开头的指令", "删去以 % 开头的行")

    def _node(self, event: _Value) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._refuse(event, "file.too_many", "内容项目过多", "检查是不是放错了文件")
        if event.anchor is not None:
            self._refuse(
                event, "yaml.anchor", f"用了锚点 &{event.anchor}", "把要重复的内容写出来;锚点不被接受"
            )
        if event.tag is not None:
            self._refuse(event, "yaml.tag", f"用了标签 {event.tag}", "删去以 ! 开头的标签;文字直接写即可")

    def _refuse(self, event: yaml.Event, code: str, message: str, mend: str) -> None:
        self.faults.append(_fault(_line(event), code, message, mend, self._path()))
        self.stopped = True

    def _path(self) -> Path:
        if not self._frames:
            return ()
        frame = self._frames[-1]
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._key(frame, event)
            return
        value = str(event.value)
        if not event.style and value in _EMPTY:
            line = self.lines.get(self._path(), _line(event))
            self.faults.append(
                _fault(line, "value.empty", "写了键却没有内容", "写上内容,或删去这一行", self._path())
            )
        self._put(value, event)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent) -> None:
        key, line = str(event.value), _line(event)
        path = (*frame.path, key)
        if key in frame.container:
            message = f"“{key}”写了两遍(第一遍在第 {self.lines[path]} 行)"
            self.faults.append(_fault(line, "key.duplicate", message, "合并成一处,删去另一处", path))
        else:
            self.lines[path] = line
        frame.key = key

    def _put(self, value: Tree, event: _Value) -> None:
        if not self._frames:
            self.root = value
            return
        frame = self._frames[-1]
        if isinstance(frame.container, list):
            self.lines[(*frame.path, len(frame.container))] = _line(event)
            frame.container.append(value)
        elif frame.key is not None:
            frame.container.setdefault(frame.key, value)
            frame.key = None

    def _open(self, event: _Start) -> None:
        frame = self._frames[-1] if self._frames else None
        if frame is not None and isinstance(frame.container, dict) and frame.key is None:
            self._refuse(event, "key.complex", "键不是一个词", "键只能是文字,如 title")
            return
        if len(self._frames) >= MAX_DEPTH:
            self._refuse(event, "file.too_deep", "嵌套过深", "检查缩进;流程模板不需要这么多层")
            return
        container: dict[str, Tree] | list[Tree] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._path()
        self._put(container, event)
        self._frames.append(_Frame(container, path))
