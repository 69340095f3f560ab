"""格式错误的说明: what is wrong with a field of a request, in Chinese; never what stood in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_MESSAGES: Final[Mapping[str, str]] = {
    "missing": "没有填",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是正确的 JSON",
    "string_type": "须为文字",
    "string_too_short": "太短,至少 {min_length} 个字",
    "string_too_long": "太长,最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "string_unicode": "含有无法保存的字符",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "bool_type": "须为 true 或 false",
    "greater_than_equal": "太小,至少 {ge}",
    "less_than_equal": "太大,最多 {le}",
    "enum": "不在可选范围:{expected}",
    "literal_error": "不在可选范围:{expected}",
    "date_type": "须为日期,如 2022-03-02",
    "date_from_datetime_parsing": "须为日期,如 2022-03-02",
    "date_parsing": "须为日期,如 2022-03-02",
    "list_type": "须为列表",
    "dict_type": "须为对象",
    "model_attributes_type": "须为 JSON 对象",
    "model_type": "须为 JSON 对象",
    "too_long": "太多,最多 {max_length} 项",
    "too_short": "太少,至少 {min_length} 项",
    "value_error": "{error}",
}


def wrong_field(error: Mapping[str, Any]) -> dict[str, str]:
    """Return field and message of one error of pydantic."""
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    message = _MESSAGES.get(error["type"], "格式不对")
    return {
        "field": ".".join(str(part) for part in error["loc"]),
        "message": message.format_map(_Empty(context)),
    }


class _Empty(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
