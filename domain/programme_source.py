"""流程模板文本: YAML text into a `Programme`, every fault with its line, its reason and how to mend it.

The text is read as strings only (`domain.programme_tree`); the schema alone converts. `load` is for who wants
the programme, `read` for who also wants the lines, `canonical` for who publishes.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.programme import Programme
from domain.programme_fault import Fault, Lines, Path, shown
from domain.programme_tree import MAX_BYTES, Tree, decode, parse

__all__ = ["MAX_BYTES", "Fault", "Lines", "Source", "canonical", "load", "read"]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """读入结果: the programme and where each of its parts is written."""

    programme: Programme
    lines: Lines
    name: str


def load(text: str | bytes, name: str = "") -> Programme | tuple[Fault, ...]:
    """读入流程模板: the programme, or everything that is wrong with its text.

    Only what the schema sees; `domain.programme_check` finds the rest. `name` says which file it is.
    """
    result = read(text, name)
    return result.programme if isinstance(result, Source) else result


def read(text: str | bytes, name: str = "") -> Source | tuple[Fault, ...]:
    """读入流程模板, with the line of each part kept for later faults."""
    if isinstance(text, bytes):
        decoded = decode(text)
        if isinstance(decoded, Fault):
            return (decoded,)
        text = decoded
    tree, lines, faults = parse(text)
    if faults:
        return faults
    if not isinstance(tree, dict):
        return (_not_a_programme(),)
    try:
        programme = Programme.model_validate(tree)
    except ValidationError as error:
        return _translate(error, tree, lines)
    return Source(programme=programme, lines=lines, name=name)


def canonical(programme: Programme) -> str:
    """规范文本: the one text of a programme, which is published and hashed.

    Every value is written out, defaults too, so that a default changed by a later release changes no
    published programme; comments and layout of the file do not count.
    """
    data = programme.model_dump(mode="json", by_alias=True, exclude_none=True)
    text: str = yaml.dump(
        data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=1_000_000
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Writes no anchors: our own reader refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _not_a_programme() -> Fault:
    return Fault(
        line=1,
        path="",
        code="file.shape",
        message="文件最外层应是“键: 值”",
        mend="第一行写 programme: 代号,参照 programmes/ 下的样例",
    )


def _translate(error: ValidationError, tree: Tree, lines: Lines) -> tuple[Fault, ...]:
    faults: dict[tuple[str, str], Fault] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = _written(detail["loc"], tree, missing=detail["type"] == "missing")
        if _beside_the_point(detail, path, tree):
            continue
        code, message, mend = _words(detail, path, tree)
        fault = Fault(line=lines[path], path=shown(path), code=code, message=message, mend=mend)
        faults.setdefault((fault.path, "union" if _branch(detail["loc"], path) else fault.code), fault)
    return tuple(sorted(faults.values(), key=lambda fault: (fault.line, fault.path)))


def _written(loc: tuple[int | str, ...], tree: Tree, missing: bool) -> Path:
    """The part of pydantic's location that stands in the file (names of union branches do not)."""
    path: list[str | int] = []
    here: Any = tree
    for position, part in enumerate(loc):
        if _has(here, part):
            here = here[part]
        elif not (missing and position == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _has(here: Any, part: int | str) -> bool:
    if isinstance(here, dict):
        return part in here
    return isinstance(here, list) and isinstance(part, int) and part < len(here)


def _branch(loc: tuple[int | str, ...], path: Path) -> bool:
    return len(loc) > len(path)


def _at(tree: Tree, path: Path) -> Tree | None:
    here: Any = tree
    for part in path:
        if not _has(here, part):
            return None
        here = here[part]
    found: Tree = here
    return found


def _beside_the_point(detail: ErrorDetails, path: Path, tree: Tree) -> bool:
    """A union reports each branch: of a mapping only the mapping branch counts, of a word only words."""
    if not any(isinstance(part, str) and part.startswith("literal[") for part in detail["loc"]):
        return _branch(detail["loc"], path) and detail["type"] == "model_type"
    return isinstance(_at(tree, path), dict)


_KINDS = {
    "string_type": ("value.text", "这里应是一段文字", "写成“键: 文字”,不要写成列表或下一层"),
    "list_type": ("value.list", "这里应是列表", "每项另起一行,以“- ”开头,或写成 [甲, 乙]"),
    "dict_type": ("value.mapping", "这里应是下一层“键: 值”", "每个键另起一行并多缩进两个空格"),
    "model_type": ("value.mapping", "这里应是下一层“键: 值”", "每个键另起一行并多缩进两个空格"),
    "model_attributes_type": ("value.mapping", "这里应是下一层“键: 值”", "每个键另起一行并多缩进两个空格"),
}
_PATTERNS = {
    "^[a-z][a-z0-9_-]{0,63}$": ("代号", "以小写字母开头,只用小写字母、数字、_ 和 -,如 reform-office"),
    "^[0-9A-Za-z][0-9A-Za-z._-]{0,23}$": ("任务号", "只用数字、字母和 . _ -,不超过 24 个,如 1.10"),
    "^[0-9A-Za-z._-]+/[a-z][a-z0-9_-]*$": ("材料引用", "写成 任务号/材料代号,如 1.3/plan"),
}


def _words(detail: ErrorDetails, path: Path, tree: Tree) -> tuple[str, str, str]:
    """Code, reason and mend of one schema error."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        return "key.missing", f"缺少 {path[-1]}", f"补写 {path[-1]}: …"
    if kind in {"enum", "literal_error"}:
        return _not_among(str(context["expected"]), _at(tree, path), _ALSO.get(str(path[-1]), ""))
    if kind == "string_pattern_mismatch":
        return _pattern(str(context["pattern"]), _at(tree, path))
    if kind == "value_error":
        return "value.wrong", str(context["error"]), "按提示改正后再检查一遍"
    return _out_of_range(kind, context)


def _out_of_range(kind: str, context: dict[str, Any]) -> tuple[str, str, str]:
    if kind == "too_short":
        return "value.too_few", f"至少要有 {context['min_length']} 项", "补上缺少的内容"
    limits = {"greater_than_equal": ("小于", "ge"), "less_than_equal": ("大于", "le")}
    if kind in limits:
        word, key = limits[kind]
        return "value.range", f"数字{word} {context[key]}", f"改为不{word} {context[key]} 的整数"
    return "value.wrong", "内容不符合要求", "参照 docs/reference/programme.md 改写"


def _pattern(pattern: str, written: Tree | None) -> tuple[str, str, str]:
    name, mend = _PATTERNS.get(pattern, ("内容", "参照 docs/reference/programme.md 改写"))
    return "value.pattern", f"“{written}”不是合格的{name}", mend


_ALSO = {
    "then": ",或任务号",
    "to": ",或任务号",
    "at": ",或任务号",
    "start": ",或 {slot: 任务号/材料代号, field: 要素}",
}


def _not_among(expected: str, written: Tree | None, also: str) -> tuple[str, str, str]:
    allowed = [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(",")]
    near = get_close_matches(str(written), allowed, n=1, cutoff=0.6)
    mend = f"是不是 {near[0]}?" if near else ""
    return "value.unknown", f"“{written}”不在可选值之内", f"{mend}可选:{'、'.join(allowed)}{also}"


def _unknown_key(path: Path) -> tuple[str, str, str]:
    model = _model_at(path[:-1])
    known = [field.alias or name for name, field in model.model_fields.items()] if model else []
    near = get_close_matches(str(path[-1]), known, n=1, cutoff=0.6)
    mend = f"是不是 {near[0]}?" if near else "删去这一行;"
    return "key.unknown", f"未知的键 {path[-1]}", f"{mend}这里可写:{'、'.join(known)}"


def _model_at(path: Path) -> type[BaseModel] | None:
    """The schema that stands at a path."""
    here: Any = Programme
    for part in path:
        if isinstance(part, int):
            here = _find(get_args(_find(here, list))[0], BaseModel) if _find(here, list) else None
        else:
            model = _find(here, BaseModel)
            fields = (
                {field.alias or name: field for name, field in model.model_fields.items()} if model else {}
            )
            here = fields[part].annotation if part in fields else None
        if here is None:
            return None
    found: type[BaseModel] | None = _find(here, BaseModel)
    return found


def _find(annotation: Any, kind: type) -> Any:
    """The list or schema inside an annotation such as `X | None`."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return next((found for arg in get_args(annotation) if (found := _find(arg, kind))), None)
    if kind is list:
        return annotation if origin is list else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, kind) else None
