"""查看改革任务: lists, a case with its steps, what happened in it, its registers."""

from __future__ import annotations

import msgspec

from domain.case import Case
from domain.permissions import Action
from domain.programme import Register
from domain.refusal import Refused
from domain.register_balances import Row, open_gaps
from domain.register_values import ERASED, MASKED
from services.history import Happening, case_history
from services.listings import CaseLine, cases_by_id
from services.office.counter import Counter
from services.office.visible import CaseFilter, visible_cases
from services.reading import CaseView, plan_of, view_case
from services.registers.held import HeldRow, held_rows, personal_columns


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
    options: dict[str, str]
    references: str
    """`register/column` that has to have the value."""
    personal: bool


class RegisterEntry(msgspec.Struct, frozen=True, kw_only=True):
    """台账行."""

    ordinal: int
    key: str
    origin: str
    """The case it came from, where units were merged."""
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
    personal = personal_columns(register)
    hidden = bool(personal) and isinstance(counter.case(case_id, Action.REGISTER_READ_PERSONAL), Refused)
    state = case.registers.get(register_id)
    version = state.version if state else 0
    with counter.db.read() as session:
        found = held_rows(session, case_id, register_id, version, after=after, limit=limit)
    return RegisterRows(
        register=register_id,
        version=version,
        masked=personal if hidden else (),
        rows=tuple(
            RegisterEntry(
                ordinal=row.ordinal,
                key="" if hidden else row.key,
                origin=row.origin,
                values=shown_values(row, personal, hidden=hidden),
            )
            for row in found
        ),
    )


def _register(case: Case, register: Register) -> RegisterLine:
    state = case.registers.get(register.id)
    sums = {name: each.sums for name, each in case.registers.items()}
    return RegisterLine(
        id=register.id,
        title=register.title,
        version=state.version if state else 0,
        rows=state.rows if state else 0,
        frozen=bool(state and state.frozen),
        gaps=open_gaps(register, state.gaps, sums) if state else (),
        columns=tuple(
            RegisterColumn(
                id=column.id,
                title=column.title,
                type=str(column.type),
                required=bool(column.required),
                options=column.options,
                references=column.references or "",
                personal=bool(column.personal),
            )
            for column in register.columns
        ),
    )


def shown_values(row: HeldRow, personal: tuple[str, ...], *, hidden: bool) -> Row:
    """A row as the person may see it: personal columns, or why they are not shown."""
    if hidden:
        return row.public() | dict.fromkeys(personal, MASKED)
    return row.public() | dict.fromkeys(personal, ERASED) if row.erased else row.values()
