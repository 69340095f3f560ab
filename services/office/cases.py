"""查看改革任务: lists, a case with its steps, what happened in it, its registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from sqlalchemy import select

from domain.case import Case
from domain.permissions import Action
from domain.programme import Register
from domain.refusal import Refused
from models.tables import PrivateTextRow, RegisterRow
from services.history import Happening, case_history
from services.listings import CaseLine, cases_by_id
from services.office.counter import Counter
from services.office.visible import CaseFilter, visible_cases
from services.reading import CaseView, plan_of, view_case

MASKED: Final = "(个人信息,您无权查看)"
ERASED: Final = "(已依法删除)"
_columns = msgspec.json.Decoder(dict[str, str]).decode


class RegisterLine(msgspec.Struct, frozen=True, kw_only=True):
    """台账: how far it is filled."""

    id: str
    title: str
    version: int
    rows: int
    frozen: bool
    gaps: tuple[str, ...]
    columns: tuple[RegisterColumn, ...]


class RegisterColumn(msgspec.Struct, frozen=True, kw_only=True):
    """台账列."""

    id: str
    title: str
    type: str
    required: bool
    personal: bool


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """台账行."""

    ordinal: int
    key: str
    values: dict[str, str]


class RegisterRows(msgspec.Struct, frozen=True, kw_only=True):
    """台账内容: one version's rows, a page of them."""

    register: str
    version: int
    masked: tuple[str, ...]
    """Columns whose content the person may not see."""
    rows: tuple[RegisterEntry, ...]


def list_cases(
    counter: Counter, wanted: CaseFilter, *, after: str = "", limit: int = 50
) -> tuple[CaseLine, ...] | Refused:
    """改革任务名单: those in sight, by id."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    if refused is not None:
        return refused
    on = counter.today()
    ids = visible_cases(counter.db, counter.standing(), Action.CASE_READ, wanted, after=after, limit=limit)
    return cases_by_id(counter.db, ids, on)


def show_case(counter: Counter, case_id: str) -> CaseView | Refused:
    """改革任务一览: every step, its state, whom it waits for and until when."""
    case = counter.case(case_id)
    return case if isinstance(case, Refused) else view_case(counter.db, case, counter.today())


def show_history(
    counter: Counter, case_id: str, *, after: int = 0, limit: int = 50
) -> tuple[Happening, ...] | Refused:
    """办理过程: what happened, act by act, from the ledger."""
    case = counter.case(case_id, Action.HISTORY_READ)
    if isinstance(case, Refused):
        return case
    return case_history(counter.db, case, counter.today(), after=after, limit=limit)


def list_registers(counter: Counter, case_id: str) -> tuple[RegisterLine, ...] | Refused:
    """台账清单: every register that the programme has, filled or not."""
    case = counter.case(case_id, Action.REGISTER_READ)
    if isinstance(case, Refused):
        return case
    return tuple(_register(case, each) for each in plan_of(counter.db, case).registers.values())


def show_register(
    counter: Counter, case_id: str, register_id: str, *, after: int = 0, limit: int = 50
) -> RegisterRows | Refused:
    """台账内容: rows of the present version; personal columns for those only whom the table gives them."""
    case = counter.case(case_id, Action.REGISTER_READ)
    if isinstance(case, Refused):
        return case
    register = plan_of(counter.db, case).registers.get(register_id)
    if register is None:
        return Refused(
            code="register.unknown",
            message=f"没有台账“{register_id}”",
            remedy="请先看台账清单",
            facts={"register": register_id},
        )
    personal = tuple(column.id for column in register.columns if column.personal)
    hidden = bool(personal) and isinstance(counter.case(case_id, Action.REGISTER_READ_PERSONAL), Refused)
    state = case.registers.get(register_id)
    version = state.version if state else 0
    found = _stored(counter, (case_id, register_id, version), after, limit)
    return RegisterRows(
        register=register_id,
        version=version,
        masked=personal if hidden else (),
        rows=tuple(
            RegisterEntry(
                ordinal=ordinal,
                key="" if hidden else key,
                values=_columns(data) | _personal(personal, text, hidden=hidden, kept=id_ is not None),
            )
            for ordinal, key, data, id_, text in found
        ),
    )


def _register(case: Case, register: Register) -> RegisterLine:
    state = case.registers.get(register.id)
    return RegisterLine(
        id=register.id,
        title=register.title,
        version=state.version if state else 0,
        rows=state.rows if state else 0,
        frozen=bool(state and state.frozen),
        gaps=state.gaps if state else (),
        columns=tuple(
            RegisterColumn(
                id=column.id,
                title=column.title,
                type=str(column.type),
                required=bool(column.required),
                personal=bool(column.personal),
            )
            for column in register.columns
        ),
    )


def _stored(
    counter: Counter, which: tuple[str, str, int], after: int, limit: int
) -> Sequence[tuple[int, str, str, str | None, str | None]]:
    case, register, version = which
    statement = (
        select(  # type: ignore[call-overload]
            RegisterRow.ordinal,
            RegisterRow.key,
            RegisterRow.data,
            RegisterRow.private_id,
            PrivateTextRow.text,
        )
        .outerjoin(PrivateTextRow, PrivateTextRow.id == RegisterRow.private_id)
        .where(
            RegisterRow.case_id == case,
            RegisterRow.register_id == register,
            RegisterRow.version == version,
            RegisterRow.ordinal > after,
        )
        .order_by(RegisterRow.ordinal)
        .limit(limit)
    )
    with counter.db.read() as session:
        return [tuple(row) for row in session.execute(statement)]


def _personal(columns: tuple[str, ...], text: str | None, *, hidden: bool, kept: bool) -> dict[str, str]:
    """The personal columns of a row: their content, or why it is not shown."""
    if hidden:
        return dict.fromkeys(columns, MASKED)
    if not kept:
        return {}
    return dict.fromkeys(columns, ERASED) if text is None else _columns(text)
