"""找对象: from what is typed to the case, the step, the desk; every list of choices in words."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.session import current_session
from cli.stops import USAGE, StopError, refusal
from cli.words import how_to_type

if TYPE_CHECKING:
    from domain.case import Case
    from domain.permissions import Action
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
    """The case that ``words`` mean, where whoever ``--as`` names may see it; else it is as if none were."""
    from domain.permissions import Action
    from services.clock import today
    from services.permits import case_target, permit
    from services.reading import find_case, unknown_case

    title = what or f"查找“{words}”"
    case = got(find_case(runtime.db, words, programme), title)
    reader = current_session().reader
    if reader:
        on, target = today(runtime.db, runtime.wall), case_target(runtime.db, case)
        if permit(runtime.db, reader, Action.CASE_READ, target, on=on) is not None:
            raise refusal(unknown_case(words), title)
    return case


def cases_in_sight(runtime: Runtime) -> list[str] | None:
    """The cases that whoever ``--as`` names may see; ``None`` for all, to 本机运维."""
    from domain.permissions import Action
    from services.clock import today
    from services.office.visible import CaseFilter, visible_cases
    from services.permits import standing_of

    reader = current_session().reader
    if not reader:
        return None
    standing = standing_of(runtime.db, reader, today(runtime.db, runtime.wall))
    return visible_cases(runtime.db, standing, Action.CASE_READ, CaseFilter(), after="", limit=sys.maxsize)


def require(runtime: Runtime, action: Action, what: str) -> None:
    """Stop where whoever ``--as`` names may not see this; 本机运维 reads what the machine shows anyway."""
    from services.clock import today
    from services.permits import permit

    reader = current_session().reader
    if reader:
        refused = permit(runtime.db, reader, action, on=today(runtime.db, runtime.wall))
        if refused is not None:
            raise refusal(refused, what)


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
