"""The reference page of the API, made from its own description."""

from collections.abc import Iterator
from typing import Any

from web.app import bare_app
from web.openapi import PREFIX, describe
from web.statuses import STATUS


def page(generated: str) -> str:
    """Return ``docs/reference/api.md``: every route by subject, then the statuses of refusals."""
    document = describe(bare_app())
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            (tag,) = operation["tags"]
            row = _row(method, path.removeprefix(PREFIX), operation, document)
            by_tag.setdefault(tag, []).append(row)
    return "\n".join(
        [
            "# 接口",
            "",
            generated,
            "",
            f"所有网址都在 `{PREFIX}` 之下。登录后可从 `{PREFIX}/openapi.json` 取得完整的 OpenAPI 3.1 说明"
            "(字段含义、例子、应答)。怎样用见[用程序办理](../how-to/use-the-api.md)。",
            "",
            "内容一栏写请求要带的各项,**粗体**必填。"
            "办理(`POST …/steps/…`)另须带 `If-Match`(所见轮次)和 `Idempotency-Key`(指令号)。",
            "",
            *_sections(by_tag),
            "## 应答状态",
            "",
            "拒绝一律是 `application/problem+json`。下表没有列的代码是 409(规则不允许)。"
            "各代码的含义见[拒绝与错误代码](errors.md)。",
            "",
            "| 状态 | 代码 |",
            "|---|---|",
            *_statuses(),
            "",
        ]
    )


def _sections(by_tag: dict[str, list[str]]) -> Iterator[str]:
    for tag, rows in by_tag.items():
        yield from (f"## {tag}", "", "| 请求 | 做什么 | 内容 |", "|---|---|---|", *rows, "")


def _row(method: str, path: str, operation: dict[str, Any], document: dict[str, Any]) -> str:
    told = operation["summary"]
    more = operation.get("description", "").replace("\n", " ")
    asked = "、".join(_asked(operation, document)).replace("|", "\\|")
    return f"| `{method.upper()} {path}` | {told}。{more} | {asked} |"


def _asked(operation: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", ()):
        if each["in"] == "query":
            yield f"`?{each['name']}`"
    for kind in operation.get("requestBody", {}).get("content", {}).values():
        schema = kind["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for name in schema.get("properties", {}):
            yield f"**`{name}`**" if name in schema.get("required", ()) else f"`{name}`"


def _statuses() -> Iterator[str]:
    by_status: dict[int, list[str]] = {}
    for code, answered in STATUS.items():
        by_status.setdefault(int(answered), []).append(f"`{code}`")
    for status, codes in sorted(by_status.items()):
        yield f"| {status} | {'、'.join(codes)} |"
