"""查询接口: oneself, the inbox, reform units, bodies and programmes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, status
from pydantic import Field

from domain.programme_fault import Fault
from domain.programme_source import MAX_BYTES
from services.listings import UnitLine, UnitView
from services.office import acting, directory
from services.programmes import Published
from web.api.desk import CommandIdOf, CounterOf, ProgrammeCode, UnitId
from web.api.shapes import Asked, Page, Shown, Stored, shown
from web.api.words import WORDS
from web.paging import Cursor, Limit, page, position
from web.problems import got

router = APIRouter()
Named = Annotated[Stored, Query(max_length=100, description="名称里的字,或编号")]
KindOfUnit = Annotated[str, Query(pattern=r"^[a-z_]{0,30}$", description="类别,如 zone、township")]
Division = Annotated[str, Query(pattern=r"^([0-9]{6})?$", description="行政区划代码(六位)")]
BodyCode = Annotated[str, Path(pattern=r"^[0-9A-Za-z_:.-]{1,100}$", description="机构代码")]
VersionNo = Annotated[int, Path(ge=1, le=100_000, description="版本")]
_EXAMPLE = {"text": "programme: example\nversion: 1\n"}


class ProgrammeText(Asked):
    """流程模板 (YAML)."""

    text: Annotated[Stored, Field(min_length=1, max_length=MAX_BYTES)] = Field(
        description="流程模板全文(YAML)"
    )


class CheckedShown(Shown):
    """检查结果."""

    sound: bool = Field(description=WORDS["sound"])
    sha256: str = Field(description=WORDS["sha256"])
    summary: str = Field(description="一句话结论")
    faults: list[shown(Fault)] = Field(description=WORDS["faults"])  # type: ignore[valid-type]


@router.get("/me", response_model=shown(directory.Me), summary="本人", tags=["本人"])
def show_me(counter: CounterOf) -> Any:
    """登录的是谁、现任职务、业务日期。"""
    return directory.me(counter)


@router.get(
    "/inbox",
    response_model=Page[shown(directory.WorkLine)],  # type: ignore[misc]
    summary="待办",
    tags=["本人"],
)
def show_inbox(counter: CounterOf, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """各个职务的待办合在一起,急的在前。"""
    after = position(cursor, str, str, str)
    found = got(directory.inbox(counter, after=after, limit=limit + 1))
    return page(found, limit, lambda work: (work.sort_on, work.case, work.key))


@router.get(
    "/units",
    response_model=Page[shown(UnitLine)],  # type: ignore[misc]
    summary="改革单位名单",
    tags=["单位和机构"],
)
def list_units(
    counter: CounterOf, words: Named = "", kind: KindOfUnit = "", cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """开发区、乡镇等,按编号排列。"""
    after = position(cursor, str) or ("",)
    found = got(directory.list_units(counter, words=words, kind=kind, after=after[0], limit=limit + 1))
    return page(found, limit, lambda line: (line.id,))


@router.get("/units/{unit}", response_model=shown(UnitView), summary="改革单位", tags=["单位和机构"])
def show_unit(counter: CounterOf, unit: UnitId) -> Any:
    """一个改革单位。"""
    return got(directory.show_unit(counter, unit))


@router.get(
    "/bodies",
    response_model=Page[shown(directory.BodyLine)],  # type: ignore[misc]
    summary="机构名单",
    tags=["单位和机构"],
)
def list_bodies(
    counter: CounterOf, words: Named = "", division: Division = "", cursor: Cursor = "", limit: Limit = 50
) -> Any:
    """各级机构,按代码排列。"""
    after = position(cursor, str) or ("",)
    found = got(
        directory.list_bodies(counter, words=words, division=division, after=after[0], limit=limit + 1)
    )
    return page(found, limit, lambda line: (line.code,))


@router.get("/bodies/{body}", response_model=shown(directory.BodyLine), summary="机构", tags=["单位和机构"])
def show_body(counter: CounterOf, body: BodyCode) -> Any:
    """一个机构。"""
    return got(directory.show_body(counter, body))


@router.get(
    "/programmes",
    response_model=list[shown(Published)],  # type: ignore[misc]
    summary="已发布的流程模板",
    tags=["流程模板"],
)
def list_programmes(counter: CounterOf) -> Any:
    """按代号和版本排列。"""
    return list(got(directory.list_programmes(counter)))


@router.get(
    "/programmes/{programme}/{version}",
    response_model=ProgrammeText,
    summary="流程模板全文",
    tags=["流程模板"],
)
def show_programme(counter: CounterOf, programme: ProgrammeCode, version: VersionNo) -> Any:
    """与发布时一字不差。"""
    return {"text": got(directory.show_programme(counter, programme, version))}


@router.post("/programmes/check", response_model=CheckedShown, summary="检查流程模板", tags=["流程模板"])
def check_programme(counter: CounterOf, body: Annotated[ProgrammeText, Body(examples=[_EXAMPLE])]) -> Any:
    """逐条列出问题,什么也不写入。"""
    checked = got(acting.check_programme(counter, body.text))
    return {
        "sound": checked.sound,
        "sha256": checked.sha256,
        "summary": checked.summary(),
        "faults": checked.faults,
    }


@router.post(
    "/programmes",
    response_model=shown(Published),
    status_code=status.HTTP_201_CREATED,
    summary="发布流程模板",
    tags=["流程模板"],
)
def publish_programme(
    counter: CounterOf,
    command_id: CommandIdOf,
    body: Annotated[ProgrammeText, Body(examples=[_EXAMPLE])],
) -> Any:
    """发布后不能改动;同样的内容再发布一次,什么也不做。"""
    return got(acting.publish_programme(counter, body.text, command_id))
