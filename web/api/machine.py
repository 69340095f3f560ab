"""系统接口: how the system runs, whether the ledger is whole, and the description of this API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.office import machine
from services.status import Status
from services.verification import Verification
from web.api.desk import CounterOf
from web.api.shapes import shown
from web.problems import got

router = APIRouter(tags=["系统"])


@router.get("/status", response_model=shown(Status), summary="运行状况")
def show_status(counter: CounterOf) -> Any:
    """什么在等、什么没办成、怎么办。"""
    return got(machine.show_status(counter))


@router.get("/ledger", response_model=shown(Verification), summary="核验留痕")
def verify_ledger(counter: CounterOf) -> Any:
    """从头到尾核验一遍;几十万条要几秒钟。"""
    return got(machine.verify_ledger(counter))


@router.get(
    "/ledger/seal",
    response_model=shown(machine.SealLine) | None,
    summary="最近一次封存",
)
def show_seal(counter: CounterOf) -> Any:
    """没有封存过的为空。"""
    return got(machine.show_last_seal(counter))


@router.get("/openapi.json", summary="接口说明", response_model=dict[str, Any])
def describe(request: Request, _: CounterOf) -> JSONResponse:
    """本接口的 OpenAPI 3.1 说明,登录后可取。"""
    return JSONResponse(request.app.openapi())
