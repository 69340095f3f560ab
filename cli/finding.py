"""找对象: from what is typed to the case, the step, the desk; every list of choices in words."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.stops import USAGE, StopError, refusal
from cli.words import how_to_type

if TYPE_CHECKING:
    from domain.case import Case
    from domain.refusal import Refused
    from services.bootstrap import Runtime

Found = TypeVar("Found")

UnitWords = Annotated[
    str, typer.Argument(metavar="改革单位", help="开发区、乡镇的名称、名称的一部分、代码或编号")
]
ProgrammeOption = Annotated[
    str, typer.Option("--programme", metavar="模板", help="一个单位有几个改革任务时,写明流程模板代号")
]


def got(found: Found | Refused, what: str, options: Collection[str] = ()) -> Found:
    """Return what was found; stop where it was refused, with the one of ``options`` that mends it."""
    from domain.refusal import Refused

    if not isinstance(found, Refused):
        return found
    stop = refusal(found, what)
    typed = how_to_type(found.code, options)
    stop.remedy = ";".join(part for part in (stop.remedy, typed) if part)
    raise stop


def case_of(runtime: Runtime, words: str, programme: str = "", what: str = "") -> Case:
    """The case that ``words`` mean."""
    from services.reading import find_case

    return got(find_case(runtime.db, words, programme), what or f"查找“{words}”")


def assignments(words: Sequence[str], option: str) -> dict[str, str]:
    """`a=b` each, as a mapping."""
    found = {}
    for each in words:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise StopError(USAGE, f"{option} 要写成 名称=值,现为“{each}”", code="usage.pair")
        found[name.strip()] = value.strip()
    return found


def new_id() -> str:
    """A command id of its own."""
    return secrets.token_hex(16)
