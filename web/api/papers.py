"""材料接口: upload while it arrives, the versions of a slot, download."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final, Literal

import anyio
import anyio.to_thread
from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field, ValidationError

from domain.programme import Marking
from services.evidence.downloading import Download
from services.evidence.files import StoredFile, Version
from services.evidence.receiving import Upload
from services.office import papers
from services.office.counter import Counter
from web.api.acting import REPLAYED
from web.api.desk import At, CommandIdOf, CounterOf, RoundOf, StepOf
from web.api.shapes import LONGEST_TEXT, Asked, Day, Shown, Stored, Word, shown
from web.api.words import WORDS
from web.multipart import FormUpload
from web.problems import got

router = APIRouter(tags=["材料"])
Slot = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
FileId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$", description="文件编号")]
OfSlot = Annotated[str, Query(pattern=r"^[a-z][a-z0-9_-]{0,63}$", description="材料代号")]
Part = Annotated[
    str, Header(alias="Range", max_length=100, description="只取一段,如 bytes=0-1023", examples=["bytes=0-9"])
]
UPLOADS_AT_ONCE: Final = 16
"""Each holds a thread as long as its sender takes: threads of their own, so that slow ones hold up nobody."""
PATIENCE_S: Final = 30.0
"""How long a sender may be silent within a file."""
GRACE_S: Final = 60.0
SLOWEST: Final = 16 * 1024
"""Bytes a second that a sender must keep up with on the whole, once the first minute is over."""
LONGEST_S: Final = 3600.0
"""However fast: no upload takes longer."""
FIELD: Final = "field."
"""Fields of the paper itself are sent as ``field.number``, ``field.date`` …"""


class UploadForm(Asked):
    """上传登记: the form's fields, all before the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    occurred_on: Day = Field(description=WORDS["occurred_on"])
    slot: Slot = Field(description=WORDS["slot"])
    marking: Marking | Literal[""] = Field("", description=WORDS["marking"])
    title: Word = Field("", description="材料名称;不填用模板里的名称")
    reason: Annotated[Stored, Field(max_length=LONGEST_TEXT)] = Field(
        "", description="已有材料的,写明为什么更换"
    )
    as_decided: Literal["true", "false"] = Field("false", description=WORDS["as_decided"])
    size: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")] = Field("", description="文件的字节数,用来核对")
    digest: Annotated[str, Field(pattern=r"^((sha256|sm3):[0-9a-f]{64})?$")] = Field(
        "", description="文件的摘要,用来核对"
    )


class FileShown(shown(StoredFile)):  # type: ignore[misc]
    """已存文件."""


class Uploaded(Shown):
    """已接收."""

    case: str = Field(description=WORDS["case"])
    seq: int = Field(description=WORDS["seq"])
    step: str = Field(description=WORDS["step"])
    round: int = Field(description=WORDS["round"])
    file: FileShown = Field(description="已存的文件")
    warnings: list[str] = Field(description=WORDS["warnings"])


_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "登记内容在前,文件(名称 file)在最后;材料自己的各项写成 field.number 等",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["occurred_on", "slot", "file"],
                    "additionalProperties": False,
                    "properties": {
                        **UploadForm.model_json_schema(ref_template="#/components/schemas/{model}")[
                            "properties"
                        ],
                        "file": {"type": "string", "format": "binary", "description": "文件,放在最后"},
                    },
                },
                "example": {"occurred_on": "2022-03-02", "slot": "plan", "marking": "internal", "file": "…"},
            }
        },
    }
}


@router.post(
    "/cases/{programme}/{unit}/steps/{step}/files",
    response_model=Uploaded,
    status_code=status.HTTP_201_CREATED,
    summary="上传材料",
    openapi_extra=_FORM,
)
async def upload(
    counter: CounterOf,
    request: Request,
    at: StepOf,
    round: RoundOf,
    command_id: CommandIdOf,
    response: Response,
) -> Any:
    """边收边查:登记内容不合规的,不等文件传完就拒绝;拒绝的不留下任何东西。"""
    receiving = partial(_receive, counter, request, at, round, command_id, response)
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    return await anyio.to_thread.run_sync(receiving, limiter=limiter)


def _receive(
    counter: Counter, request: Request, at: At, round: int, command_id: str, response: Response
) -> dict[str, Any]:
    form = FormUpload(request.headers.get("Content-Type", ""), pulling(request.stream()))
    said = _read(form)
    what = Upload(
        command_id=command_id,
        case=at.case,
        step=at.step,
        round=round,
        slot=said.slot,
        name=form.name,
        occurred_on=said.occurred_on,
        title=said.title,
        fields=_of_paper(form),
        marking=str(said.marking),
        reason=said.reason,
        as_decided=said.as_decided == "true",
        size=int(said.size) if said.size else None,
        digest=said.digest,
    )
    received = got(papers.upload(counter, what, form))
    if received.done.repeated:
        response.headers[REPLAYED] = "true"
    response.headers["ETag"] = f'"{received.done.case.steps[at.step].round}"'
    return {
        "case": received.done.case.id,
        "seq": received.done.seq,
        "step": at.step,
        "round": received.done.case.steps[at.step].round,
        "file": received.file,
        "warnings": [*received.warnings],
    }


@router.get(
    "/cases/{programme}/{unit}/steps/{step}/evidence",
    response_model=list[shown(Version)],  # type: ignore[misc]
    summary="材料的各个版本",
)
def list_versions(counter: CounterOf, at: StepOf, slot: OfSlot) -> Any:
    """从留痕读出,旧的在前;有文件的,用其编号下载。"""
    return list(got(papers.list_versions(counter, at.case, at.step, slot)))


@router.get(
    "/files/{file}",
    response_class=StreamingResponse,
    summary="下载材料",
    responses={
        200: {"description": "文件", "content": {"application/octet-stream": {}}},
        206: {"description": "文件的一段", "content": {"application/octet-stream": {}}},
    },
)
def fetch(counter: CounterOf, file: FileId, part: Part = "") -> StreamingResponse:
    """每次下载都记入安全日志。"""
    found = got(papers.fetch(counter, file, part))
    code = status.HTTP_206_PARTIAL_CONTENT if found.partial else status.HTTP_200_OK
    return StreamingResponse(handed_out(found), code, found.headers())


def handed_out(found: Download) -> Iterator[bytes]:
    """The file, piece by piece; closed at its end."""
    with found:
        yield from found.chunks()


def pulling(stream: AsyncIterator[bytes]) -> Callable[[], bytes]:
    """Pull the body piece by piece from a worker thread, as fast as the file is written and no faster.

    A sender that falls silent is taken for gone, and so is one that creeps: it would hold a thread for ever.
    """
    began = -1.0
    came = 0

    async def following() -> bytes:
        nonlocal began, came
        now = anyio.current_time()
        began = now if began < 0 else began
        allowed = min(GRACE_S + came / SLOWEST, LONGEST_S)
        with anyio.move_on_after(min(PATIENCE_S, began + allowed - now)):
            async for chunk in stream:
                if chunk:
                    came += len(chunk)
                    return chunk
        return b""

    return lambda: anyio.from_thread.run(following)


def _read(form: FormUpload) -> UploadForm:
    fields = {name: value for name, value in form.fields.items() if not name.startswith(FIELD)}
    try:
        return UploadForm.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        ) from None


def _of_paper(form: FormUpload) -> dict[str, str]:
    return {name.removeprefix(FIELD): value for name, value in form.fields.items() if name.startswith(FIELD)}
