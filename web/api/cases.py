"""改革任务接口: what a case looks like: its steps, its history, its registers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from domain.states import CaseStatus
from services.history import Happening
from services.listings import CaseLine
from services.office import cases, steps
from services.office.visible import CaseFilter
from services.reading import CaseView
from web.api.desk import IDENTIFIER, UNIT, CaseOf, CounterOf, StepOf
from web.api.shapes import Page, Stored, shown
from web.paging import Cursor, Limit, page, position
from web.problems import got

router = APIRouter(tags=["改革任务"])
Register = Annotated[str, Path(pattern=IDENTIFIER, description="台账代号")]
Named = Annotated[Stored, Query(max_length=100, description="名称里的字")]
OfUnit = Annotated[str, Query(pattern=rf"^$|{UNIT}", description="改革单位编号")]
OfProgramme = Annotated[str, Query(pattern=rf"^$|{IDENTIFIER}", description="流程模板代号")]
InState = Annotated[CaseStatus | None, Query(description="状态")]


@router.get("/cases", response_model=Page[shown(CaseLine)], summary="改革任务名单")  # type: ignore[misc]
def list_cases(
    counter: CounterOf,
    words: Named = "",
    unit: OfUnit = "",
    programme: OfProgramme = "",
    status: InState = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """您看得见的改革任务,按编号排列。"""
    after = position(cursor, str) or ("",)
    wanted = CaseFilter(words=words, unit=unit, programme=programme, state=str(status or ""))
    found = got(cases.list_cases(counter, wanted, after=after[0], limit=limit + 1))
    return page(found, limit, lambda line: (line.id,))


@router.get("/cases/{programme}/{unit}", response_model=shown(CaseView), summary="改革任务")
def show_case(counter: CounterOf, case: CaseOf) -> Any:
    """每项任务的状态、等谁办、何时到期。"""
    return got(cases.show_case(counter, case))


@router.get("/cases/{programme}/{unit}/steps/{step}", response_model=shown(steps.StepPage), summary="任务")
def show_step(counter: CounterOf, at: StepOf, response: Response) -> Any:
    """一项任务;应答的 ETag 是轮次,办理时放进 If-Match。"""
    found = got(steps.show_step(counter, at.case, at.step))
    response.headers["ETag"] = f'"{found.line.round}"'
    return found


@router.get(
    "/cases/{programme}/{unit}/history",
    response_model=Page[shown(Happening)],  # type: ignore[misc]
    summary="办理过程",
)
def show_history(counter: CounterOf, case: CaseOf, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """从留痕读出,按先后排列。"""
    after = position(cursor, int) or (0,)
    found = got(cases.show_history(counter, case, after=after[0], limit=limit + 1))
    return page(found, limit, lambda each: (each.seq,))


@router.get(
    "/cases/{programme}/{unit}/registers",
    response_model=list[shown(cases.RegisterLine)],  # type: ignore[misc]
    summary="台账清单",
)
def list_registers(counter: CounterOf, case: CaseOf) -> Any:
    """流程模板规定的各本台账,填没填都在内。"""
    return list(got(cases.list_registers(counter, case)))


@router.get(
    "/cases/{programme}/{unit}/registers/{register}",
    response_model=Page[shown(cases.RegisterEntry)],  # type: ignore[misc]
    summary="台账内容",
)
def show_register(
    counter: CounterOf,
    case: CaseOf,
    register: Register,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """现行版本的各行。个人信息的列,无权的看不到内容。"""
    after = position(cursor, int) or (0,)
    found = got(cases.show_register(counter, case, register, after=after[0], limit=limit + 1))
    return page(found.rows, limit, lambda row: (row.ordinal,))
