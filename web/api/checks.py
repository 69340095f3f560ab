"""合规检查接口: the rules, what they find in a case, waivers by two persons, rulings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, status
from pydantic import Field
from pydantic import StrictBool as Flag

from domain.checks.evaluating import Evaluation, Ruling
from services.checking.decisions import WaiverLine
from services.checking.running import CaseChecked
from services.checking.standing import StandingFinding
from services.office import checking as office
from web.api.desk import CaseOf, CommandIdOf, CounterOf
from web.api.shapes import LONGEST_TEXT, NOT_BLANK, Asked, Day, Stored, Word, shown
from web.api.words import meaning
from web.problems import got

router = APIRouter(tags=["合规检查"])
_CHECK: Final = r"^[A-Z]{1,3}-[0-9]{2}$"
CheckId = Annotated[str, Path(pattern=_CHECK, description="检查编号,如 H-04")]
WaiverId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}$", description="豁免申请的编号")]
_NUMBER: Final = "示例办〔2022〕5号"


class CheckRun(Asked):
    """运行合规检查."""

    dry_run: Flag = Field(default=False, description=meaning("CheckRun", "dry_run"))


class NewWaiver(Asked):
    """申请豁免."""

    check: Annotated[str, Field(pattern=r"^[A-Z]{1,3}-[0-9]{2}$")] = Field(description=meaning("", "check"))
    reason: Annotated[Stored, Field(min_length=1, max_length=LONGEST_TEXT, pattern=NOT_BLANK)] = Field(
        description=meaning("NewWaiver", "reason")
    )
    until: Day = Field(description=meaning("NewWaiver", "until"))
    place: Word = Field(default="", description=meaning("NewWaiver", "place"))
    number: Word = Field(default="", description=meaning("NewWaiver", "number"))


class WaiverAnswer(Asked):
    """答复豁免申请."""

    grants: Flag = Field(description=meaning("WaiverAnswer", "grants"))


class NewRuling(Asked):
    """改为拦截,或恢复."""

    blocks: Flag = Field(description=meaning("NewRuling", "blocks"))
    number: Annotated[Word, Field(min_length=1, pattern=NOT_BLANK)] = Field(
        description=meaning("NewRuling", "number")
    )
    valid_from: Day | None = Field(default=None, description=meaning("NewRuling", "valid_from"))


_WAIVER: Final = {"check": "H-04", "reason": "防汛紧急", "until": "2022-12-31", "number": _NUMBER}


@router.get("/checks", response_model=list[shown(office.RuleLine)], summary="全部检查")  # type: ignore[misc]
def list_rules(counter: CounterOf) -> Any:
    """每条检查看什么、为什么、怎样算通过,依据和参数。"""
    return list(got(office.list_rules(counter)))


@router.get("/checks/{check}", response_model=shown(office.RuleLine), summary="一条检查")
def show_rule(counter: CounterOf, check: CheckId) -> Any:
    """看什么、为什么、怎样算通过。"""
    return got(office.show_rule(counter, check))


@router.post("/checks/{check}/rule", response_model=shown(Ruling), summary="改变检查的程度")
def rule_check(
    counter: CounterOf,
    check: CheckId,
    command_id: CommandIdOf,
    body: Annotated[NewRuling, Body(examples=[{"blocks": True, "number": _NUMBER}])],
) -> Any:
    """凭决定的文号,把提醒改为拦截,或恢复流程模板规定的程度;全部改革任务都照此办理。"""
    start: date | None = body.valid_from
    return got(
        office.rule_check(
            counter, check, command_id, blocks=body.blocks, number=body.number, valid_from=start
        )
    )


@router.post("/waivers/{waiver}/answer", response_model=shown(WaiverLine), summary="答复豁免申请")
def answer_waiver(
    counter: CounterOf,
    waiver: WaiverId,
    command_id: CommandIdOf,
    body: Annotated[WaiverAnswer, Body(examples=[{"grants": True}])],
) -> Any:
    """申请人自己不能批准;批准后重新检查,所拦的任务即可继续。"""
    return got(office.answer_waiver(counter, waiver, command_id, grants=body.grants))


@router.get(
    "/cases/{programme}/{unit}/checks",
    response_model=list[shown(StandingFinding)],  # type: ignore[misc]
    summary="现有问题",
)
def list_findings(counter: CounterOf, case: CaseOf) -> Any:
    """上次检查发现、还没有消除的。"""
    return list(got(office.list_findings(counter, case)))


@router.post(
    "/cases/{programme}/{unit}/checks/run", response_model=shown(CaseChecked), summary="运行合规检查"
)
def run(
    counter: CounterOf, case: CaseOf, body: Annotated[CheckRun, Body(examples=[{"dry_run": False}])]
) -> Any:
    """结果登记到改革任务;再检查一次,没有变化就什么也不登记,所以不需要指令号。"""
    return got(office.run(counter, case, dry_run=body.dry_run))


@router.get(
    "/cases/{programme}/{unit}/checks/{check}", response_model=shown(Evaluation), summary="检查在此的结果"
)
def explain(counter: CounterOf, case: CaseOf, check: CheckId) -> Any:
    """按现在的情况评定;什么也不写入。"""
    return got(office.explain(counter, case, check))


@router.get(
    "/cases/{programme}/{unit}/waivers",
    response_model=list[shown(WaiverLine)],  # type: ignore[misc]
    summary="豁免申请",
)
def list_waivers(counter: CounterOf, case: CaseOf) -> Any:
    """待批准的、有效的、到期的都在内。"""
    return list(got(office.list_waivers(counter, case)))


@router.post(
    "/cases/{programme}/{unit}/waivers",
    response_model=shown(WaiverLine),
    status_code=status.HTTP_201_CREATED,
    summary="申请豁免",
)
def waive(
    counter: CounterOf,
    case: CaseOf,
    command_id: CommandIdOf,
    body: Annotated[NewWaiver, Body(examples=[_WAIVER])],
) -> Any:
    """写明理由和到期日,由另一人批准后才算;最长一年。"""
    asked = office.Waived(
        check=body.check, reason=body.reason, until=body.until, place=body.place, number=body.number
    )
    return got(office.waive(counter, case, asked, command_id))
