"""文书接口: forms to sign on paper, and signed ones that come back."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import Annotated, Any, Final, Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Body, Path, Request, status
from pydantic import Field

from domain.paper import FORM_TITLES
from domain.refusal import Refused
from services.evidence.store import too_large
from services.office import printing as office
from services.office.counter import Counter
from services.paper.incoming import scan_aside
from services.paper.matching import Prefill
from services.paper.printing import Asked as Wanted
from web.api.desk import CounterOf, StepOf
from web.api.papers import pulling
from web.api.shapes import Asked, Shown, shown
from web.api.words import meaning
from web.multipart import FormUpload
from web.problems import ProblemError, got

router = APIRouter(tags=["文书"])
Code = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z -]{4,40}$", description="二维码旁的编码,四位一组,横线可不写")
]
_FORM: Final[Any] = Literal[("", *(str(form) for form in FORM_TITLES))]
_PIECE: Final = 64 * 1024


class NewPrint(Asked):
    """打印要求."""

    form: _FORM = Field(default="", description=meaning("NewPrint", "form"))
    node: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{0,63})?$")] = Field(
        default="", description=meaning("NewPrint", "node")
    )


class PrintShown(Shown):
    """已打印."""

    code: str = Field(description=meaning("PrintShown", "code"))
    form: str = Field(description=meaning("PrintShown", "form"))
    form_title: str = Field(description=meaning("", "form_title"))
    page: str = Field(description=meaning("PrintShown", "page"))
    word: str = Field(description=meaning("PrintShown", "word"))


class UnmatchedShown(Shown):
    """不能归位的编码."""

    code: str = Field(description=meaning("", "code"))
    message: str = Field(description=meaning("", "message"))
    remedy: str = Field(description=meaning("", "remedy"))


class MatchedShown(Shown):
    """归位结果."""

    pages: int = Field(description=meaning("MatchedShown", "pages"))
    prefills: list[shown(Prefill)] = Field(description=meaning("MatchedShown", "prefills"))  # type: ignore[valid-type]
    refused: list[UnmatchedShown] = Field(description=meaning("MatchedShown", "refused"))
    without: list[int] = Field(description=meaning("MatchedShown", "without"))


_SCAN: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "扫描件:PDF、JPEG、PNG 或 TIFF,可以有许多页",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary", "description": "扫描件"}},
                },
                "example": {"file": "…"},
            }
        },
    }
}


@router.post(
    "/cases/{programme}/{unit}/steps/{step}/print",
    response_model=PrintShown,
    status_code=status.HTTP_201_CREATED,
    summary="打印文书",
)
def print_form(
    counter: CounterOf, at: StepOf, body: Annotated[NewPrint, Body(examples=[{"form": "", "node": ""}])]
) -> Any:
    """打印页和 Word 文件;编码记着任务、轮次和所附材料的版本。每打印一次是一份新的,有自己的编码。"""
    printed = got(
        office.print_form(counter, Wanted(case=at.case, step=at.step, form=body.form, node=body.node))
    )
    return {
        "code": printed.sheet.code,
        "form": str(printed.form),
        "form_title": FORM_TITLES[printed.form],
        "page": printed.page(),
        "word": b64encode(printed.word()).decode(),
    }


@router.get("/prints/{code}", response_model=shown(Prefill), summary="按编码归位")
def match_code(counter: CounterOf, code: Code) -> Any:
    """是哪个任务、哪个节点,打印之后有没有变化;登记仍由人对照原件办理。"""
    return got(office.match_typed(counter, code))


@router.post("/prints/scan", response_model=MatchedShown, summary="扫描件归位", openapi_extra=_SCAN)
async def match_scan(counter: CounterOf, request: Request) -> Any:
    """逐页读二维码;只查找,不登记,扫描件读完即删。"""
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    return await anyio.to_thread.run_sync(partial(_match, counter, request), limiter=limiter)


def _match(counter: Counter, request: Request) -> dict[str, Any]:
    form = FormUpload(request.headers.get("Content-Type", ""), pulling(request.stream()))
    if form.fields:
        raise ProblemError(_only_the_file())
    largest = counter.runtime.evidence.largest
    with scan_aside(counter.runtime.settings.data_dir) as (path, file):
        size = 0
        while piece := form.read(_PIECE):
            size += len(piece)
            if size > largest:
                raise ProblemError(too_large(largest))
            file.write(piece)
        file.flush()
        found = got(office.match_file(counter, path))
    return {
        "pages": found.pages,
        "prefills": found.prefills,
        "refused": found.refused,
        "without": found.without,
    }


def _only_the_file() -> Refused:
    return Refused(
        code="request.malformed",
        message="扫描件的表单里只放文件",
        remedy="请只发一项,名称为 file",
        facts={"fields": "file"},
    )
