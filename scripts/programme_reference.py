"""The reference of the programme format, read off the schema itself: a Markdown page and a JSON Schema."""

import ast
import inspect
import json
import textwrap
import types
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.programme import Programme

Part = type[BaseModel] | type[StrEnum]
WORDS = {str: "文字", int: "整数", bool: "是否"}

HEAD = """# 模板格式

{generated}

一份流程模板是一个 YAML 文件:`programmes/代号/版本.yaml`。检查:`zonectl programme check 文件`。\
怎么写见[写一份流程模板](../how-to/write-a-programme.md)。供编辑器和其他程序用的 \
[JSON Schema](programme.schema.json) 与本页同出一源。

所有值先按文字读入,再按这里的格式转换,所以 `1.10`、`no`、`1:30` 都是字面的意思,不会被 YAML 改成别的。\
没有列出的键一律是错误:写错的键如果被忽略,就等于悄悄少要了一样东西。
"""


def schema() -> str:
    """Return ``docs/reference/programme.schema.json``."""
    return json.dumps(Programme.model_json_schema(), ensure_ascii=False, indent=2) + "\n"


def page(generated: str) -> str:
    """Return ``docs/reference/programme.md``: one section for each part of a programme."""
    lines = [HEAD.format(generated=generated)]
    for part in _parts(Programme):
        lines += _section(part)
    return "\n".join(lines)


def _parts(root: type[BaseModel]) -> list[Part]:
    """Return every model and enumeration that a programme may hold, in the order in which one meets them."""
    found: dict[Part, None] = {root: None}
    waiting: list[Part] = [root]
    while waiting:
        part = waiting.pop(0)
        if not issubclass(part, BaseModel):
            continue
        for field in part.model_fields.values():
            for inner in _inside(field.annotation):
                if inner not in found:
                    found[inner] = None
                    waiting.append(inner)
    return list(found)


def _inside(annotation: Any) -> Iterator[Part]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | StrEnum):
        yield annotation
    for argument in get_args(annotation):
        yield from _inside(argument)


def _section(part: Part) -> list[str]:
    title, _, rest = _docstring(part).partition(":")
    heading = f'## <a id="{part.__name__.lower()}"></a>{title.strip(" .") or part.__name__}({part.__name__})'
    lines = [heading, "", " ".join(rest.split()), ""]
    notes = _attribute_notes(part)
    if issubclass(part, BaseModel):
        lines += ["| 键 | 值 | 不写时 | 说明 |", "|---|---|---|---|"]
        lines += [_field_row(name, field, notes.get(name, "")) for name, field in part.model_fields.items()]
    else:
        lines += ["| 值 | 说明 |", "|---|---|"]
        lines += [f"| `{member.value}` | {_cell(notes.get(member.name, ''))} |" for member in part]
    return [*lines, ""]


def _docstring(part: Part) -> str:
    return part.__dict__.get("__doc__") or part.__name__


def _field_row(name: str, field: FieldInfo, note: str) -> str:
    said = [text for text in (field.description, note) if text]
    kind = _cell(_kind(field.annotation))
    return f"| `{field.alias or name}` | {kind} | {_default(field)} | {_cell(' '.join(said))} |"


def _default(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if field.is_required():
        return "必填"
    if default is None or default in ("", [], {}, ()):
        return "空"
    if isinstance(default, BaseModel):
        return "各键的默认值"
    if isinstance(default, bool):
        return "是" if default else "否"
    if isinstance(default, list) and all(isinstance(each, BaseModel) for each in default):
        return "<br>".join(f"`{each.model_dump(mode='json')}`" for each in default)
    return f"`{default}`"


def _kind(annotation: Any) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | StrEnum):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if annotation in WORDS:
        return WORDS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0])
    if origin in {Union, types.UnionType}:
        return " 或 ".join(dict.fromkeys(_kind(a) for a in arguments if a is not type(None)))
    if origin is Literal:
        return "、".join(f"`{value}`" for value in arguments)
    if origin in {list, tuple, set, frozenset}:
        return f"{_kind(arguments[0])} 的列表"
    if origin is dict:
        return f"{_kind(arguments[0])} → {_kind(arguments[1])}"
    return "日期" if getattr(annotation, "__name__", "") == "date" else _unknown(annotation)


def _unknown(annotation: Any) -> str:
    if isinstance(annotation, TypeVar) or annotation is Any:
        return "任意"
    raise TypeError(f"no words for the type {annotation!r}")


def _attribute_notes(part: Part) -> dict[str, str]:
    """Return the string that stands below each attribute, as the source writes it."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(part))).body
    notes: dict[str, str] = {}
    name = ""
    for node in getattr(definition, "body", []):
        match node:
            case ast.AnnAssign(target=ast.Name(id=found)) | ast.Assign(targets=[ast.Name(id=found)]):
                name = found
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                notes[name], name = text, ""
            case _:
                name = ""
    return notes


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
