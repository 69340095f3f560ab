"""设置错误的说法: what a setting may be, in Chinese, for whoever wrote it wrongly.

The library that reads settings speaks English and of its own types. An operator needs three things: which
setting, what it may be, and an example to copy. What may be written is read off the setting itself, so a new
setting needs no words here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import AnyHttpUrl, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import SettingsError

FORMS: Final[dict[type, tuple[str, str]]] = {
    bool: ("1(是)或 0(否)", "1"),
    int: ("整数", "10"),
    float: ("数字,可以有小数", "2.5"),
    time: ("几点几分", "08:00"),
    AnyHttpUrl: ("以 http:// 或 https:// 开头的网址", "https://gaige.example.invalid"),
    Path: ("文件或文件夹的路径", "/srv/zone-reform"),
    SecretStr: ("一行文字", ""),
    dict: ("一个 JSON 对象", '{"sms": 30}'),
    str: ("一行文字", ""),
}
"""How a value of each type is written, and an example where the setting has no default to show."""
OWN_WORDS: Final = "value_error"
"""The kind of a fault whose words are ours already."""


def explain(fault: ValidationError | SettingsError, fields: dict[str, FieldInfo], prefix: str) -> str:
    """All that is wrong, one setting after another; a setting's variable is `prefix` and its name."""
    lines = ["设置有误,程序没有启动:"]
    for name, own_words in _faults(fault, fields):
        field = fields.get(name)
        lines += [f"  {own_words}"] if field is None else _one(f"{prefix}{name.upper()}", own_words, field)
    lines.append("请改正后重试;各项设置的含义见 docs/reference/settings.md。")
    return "\n".join(lines)


def _faults(
    fault: ValidationError | SettingsError, fields: dict[str, FieldInfo]
) -> Iterator[tuple[str, str]]:
    """The setting (empty: about several), and what we say of it ourselves (empty: only the library does)."""
    if isinstance(fault, SettingsError):
        # A value that is no JSON. Which setting it is stands only in the sentence.
        yield from ((name, "") for name in fields if f'"{name}"' in str(fault))
        return
    for error in fault.errors(include_url=False, include_input=False, include_context=False):
        own = error["msg"].removeprefix("Value error, ") if error["type"] == OWN_WORDS else ""
        yield str(error["loc"][0]) if error["loc"] else "", own


def _one(variable: str, own_words: str, field: FieldInfo) -> Iterator[str]:
    yield f"  {variable}:{own_words or f'写的值不能用。可以写:{allowed(field)}'}"
    example = _example(field)
    if example:
        yield f"    例如 {variable}={example}"
    yield f"    含义:{(field.description or '').partition('。')[0]}"


def allowed(field: FieldInfo) -> str:
    """What a setting may be: 整数,1 到 65535."""
    form = _form(field.annotation)
    if isinstance(form, tuple):
        return "、".join(form)
    words, _example = FORMS.get(form, FORMS[str])
    limits = _limits(field)
    return f"{words},{limits}" if limits else words


def _form(annotation: Any) -> type | tuple[str, ...]:
    """The plain type behind an annotation, or the words to choose from."""
    origin = get_origin(annotation)
    if origin is Literal:
        return tuple(str(each) for each in get_args(annotation))
    if origin in (Union, UnionType):
        return _form(next(each for each in get_args(annotation) if each is not NoneType))
    if isinstance(origin, type):
        return origin
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(each.value) for each in annotation)
    return annotation if isinstance(annotation, type) else str


def _limits(field: FieldInfo) -> str:
    """The bounds, as the library keeps them: each in an object of its own, by the name of the bound."""
    bounds = {
        name: value
        for name in ("ge", "gt", "le", "min_length", "max_length")
        for each in field.metadata
        if (value := getattr(each, name, None)) is not None
    }
    words = {
        "ge": "不小于 {}", "gt": "大于 {}", "le": "不超过 {}",
        "min_length": "至少 {} 个字", "max_length": "最多 {} 个字",
    }  # fmt: skip
    if "ge" in bounds and "le" in bounds:
        return f"{bounds['ge']} 到 {bounds['le']}"
    return ",".join(words[name].format(value) for name, value in bounds.items())


def _example(field: FieldInfo) -> str:
    """The default, which always serves; else one of the right form. A secret has none."""
    default = field.get_default(call_default_factory=True)
    form = _form(field.annotation)
    if form is SecretStr:
        return ""
    if isinstance(default, Enum):
        return str(default.value)
    if isinstance(default, time):
        return default.isoformat("minutes")
    if isinstance(default, dict) and default:
        return json.dumps(default, ensure_ascii=False)
    if isinstance(default, bool):
        return str(int(default))
    if default not in (None, "", {}, Path()):
        return str(default)
    return "" if isinstance(form, tuple) else FORMS.get(form, FORMS[str])[1]
