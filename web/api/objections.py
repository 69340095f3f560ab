"""公示异议接口: what was raised against a notice, and what was answered."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from services.desk_objections import ObjectionLine
from services.office import objections
from web.api.desk import CounterOf, StepOf
from web.api.shapes import shown
from web.problems import got

router = APIRouter(tags=["办理"])


@router.get(
    "/cases/{programme}/{unit}/steps/{step}/objections",
    response_model=list[shown(ObjectionLine)],  # type: ignore[misc]
    summary="公示收到的异议",
)
def list_objections(counter: CounterOf, at: StepOf) -> Any:
    """逐件列出提出日期、内容和答复;提出人的姓名只给可以查看个人信息的人。"""
    return list(got(objections.list_objections(counter, at.case, at.step)))
