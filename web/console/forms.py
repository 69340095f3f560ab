"""表单: what a browser sent, as text; read once, its token looked at before anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile

from domain.refusal import Refused
from web.problems import ProblemError

TOKEN: Final = "csrf"  # noqa: S105 the name of a field
MOST_FIELDS: Final = 400
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


@dataclass(frozen=True)
class Form:
    """已填内容: field → what was typed, in order."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str, longest: int = 4000) -> str:
        """Return one field's text without white space around it; empty where it was not sent.

        Raises:
            ProblemError: it is longer than anybody types there, or holds what no database stores.
        """
        value = (self.fields.get(name) or [""])[0].replace("\r\n", "\n").strip()
        if len(value) > longest or "\x00" in value:
            raise _unreadable(name, f"最多 {longest} 字")
        return value

    def secret(self, name: str) -> str:
        """Return a password as it was typed."""
        value = (self.fields.get(name) or [""])[0]
        if len(value) > 1024 or "\x00" in value:
            raise _unreadable(name, "太长")
        return value

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, as of check boxes."""
        return tuple(value.strip() for value in self.fields.get(name, ()) if value.strip())

    def day(self, name: str) -> date | None:
        """Return a date; ``None`` where none was typed.

        Raises:
            ProblemError: what was typed is no date.
        """
        text = self.text(name, 20)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _unreadable(name, "不是日期,请写成 2022-04-21") from None

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number.

        Raises:
            ProblemError: what was typed is none.
        """
        text = self.text(name, 12)
        if not text:
            return default
        if not text.isdecimal() or not text.isascii():
            raise _unreadable(name, "不是整数")
        return int(text)


class Typed(dict[str, str]):
    """已填内容 for a template that shows it again: what was not typed is empty."""

    def __missing__(self, key: str) -> str:
        return ""


async def read_form(request: Request) -> Form:
    """Read a form without files; nothing where the body is none.

    Raises:
        HTTPException: it is malformed, or has more fields than any page of ours.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if request.method in {"GET", "HEAD"} or kind not in _FORMS:
        return Form()
    found: dict[str, list[str]] = {}
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                found.setdefault(name, []).append(value)
    return Form(found)


def _unreadable(name: str, what: str) -> ProblemError:
    return ProblemError(
        Refused(
            code="request.malformed",
            message=f"填写的“{name}”不合要求:{what}",
            remedy="请返回改正后再提交",
            facts={"fields": name},
        )
    )
