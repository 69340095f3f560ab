"""亮灯接口: the lamps of a case with their reasons and their red past, and the cases of an area by lamp."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from domain.lamps import Colour
from services.lamps.showing import CaseLampLine, CaseLamps
from services.office import lamps
from services.planning import PlanLine
from web.api.desk import CaseOf, CounterOf
from web.api.shapes import Page, shown
from web.paging import Cursor, Limit, page, position
from web.problems import got

router = APIRouter(tags=["亮灯"])
Area = Annotated[str, Query(pattern=r"^$|^[0-9]{6}$", description="行政区划代码(六位),只看这里及以下的")]
InColour = Annotated[Colour | None, Query(description="灯色:改革任务最差的一盏")]


@router.get("/lamps", response_model=Page[shown(CaseLampLine)], summary="亮灯名单")  # type: ignore[misc]
def list_lamps(
    counter: CounterOf, area: Area = "", colour: InColour = None, cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """您看得见的改革任务,按编号排列;每个写最差的一盏灯。"""
    after = position(cursor, str) or ("",)
    wanted = lamps.LampFilter(area=area, colour=str(colour or ""))
    found = got(lamps.list_lamps(counter, wanted, after=after[0], limit=limit + 1))
    return page(found, limit, lambda line: (line.case,))


@router.get("/cases/{programme}/{unit}/lamps", response_model=shown(CaseLamps), summary="一个改革任务的灯")
def show_lamps(counter: CounterOf, case: CaseOf) -> Any:
    """每盏灯凭哪条规则、哪些数字、从哪天起;全部红灯记录。"""
    return got(lamps.show_lamps(counter, case))


@router.get(
    "/cases/{programme}/{unit}/plan",
    response_model=list[shown(PlanLine)],  # type: ignore[misc]
    summary="一个改革任务的计划节点",
)
def show_plan(counter: CounterOf, case: CaseOf) -> Any:
    """环节和任务的计划日期、滞后几个工作日,以及以前的计划日期和依据。"""
    return got(lamps.show_plan(counter, case))
