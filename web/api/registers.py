"""台账接口: templates and exports as Excel, a sheet previewed and imported, single rows changed."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import anyio
import anyio.to_thread
from fastapi import APIRouter, Body, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from domain.refusal import Refused
from services.desk import Desk
from services.importing.limits import DEFAULT_LIMITS, too_many_bytes
from services.office import registers
from services.office.counter import Counter
from services.office.registers import RegisterFile, RegisterImport
from services.registers.editing import EditKind, RowEdit
from services.registers.filling import RowsFaulty
from web.api.acting import REPLAYED
from web.api.cases import Register
from web.api.desk import At, CaseOf, CommandIdOf, CounterOf, RoundOf, StepOf
from web.api.papers import pulling
from web.api.shapes import LONGEST_TEXT, NOT_BLANK, Asked, Day, Fields, Shown, Stored, Text, Word
from web.api.words import WORDS
from web.multipart import FormUpload
from web.problems import ProblemError, got
from web.problems import done as allowed

router = APIRouter(tags=["台账"])
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EDITS: Final = 500
_PIECE: Final = 64 * 1024
_FILE: Final[dict[str, Any]] = {
    "type": "string",
    "format": "binary",
    "description": "Excel(.xlsx)或 CSV 文件,放在最后",
}
_HANDED_OUT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Excel 文件", "content": {EXCEL: {}}}
}


class CellFault(Shown):
    """一处差错."""

    cell: str = Field(description="工作表和单元格,如 花名册!C17")
    column: str = Field(description="列的名称")
    message: str = Field(description="有什么不对")
    mend: str = Field(description="怎么改")


class CellNote(Shown):
    """一处提示."""

    cell: str = Field(description="工作表和单元格")
    column: str = Field(description="列的名称")
    message: str = Field(description="请留意什么")


class RowLeftOut(Shown):
    """没有作为数据的一行."""

    cell: str = Field(description="工作表和行")
    reason: str = Field(description="为什么")
    text: str = Field(description="这一行的文字")


class CellChanged(Shown):
    """一格的变动."""

    column: str = Field(description="列的代号")
    title: str = Field(description="列的名称")
    old: str = Field(description="现在的内容")
    new: str = Field(description="导入以后的内容")


class RowChanged(Shown):
    """一行的变动."""

    key: str = Field(description="这一行的编号")
    cells: list[CellChanged] = Field(description="变了的各格")


class Changes(Shown):
    """台账的变动."""

    added: list[str] = Field(description="新增的各行的编号")
    changed: list[RowChanged] = Field(description="变更的各行")
    removed: list[str] = Field(description="删去的各行的编号")
    unchanged: int = Field(description="不变的行数")


class Imported(Shown):
    """台账导入的预览或结果."""

    register_id: str = Field(alias="register", validation_alias="register", description=WORDS["register"])
    summary: str = Field(description="一句话的结果")
    version: int = Field(description="台账的版本:预览时是现行的,导入后是新的")
    rows: int = Field(description="文件里的行数")
    written: bool = Field(description="是否写入;没有变化的不写")
    changes: Changes = Field(description="新增、变更、删去的行")
    gaps: list[str] = Field(description="对不上的平衡关系")
    faults: list[CellFault] = Field(description="全部差错;有一处就一行也不写")
    oddities: list[CellNote] = Field(description="照收但请留意的")
    skipped: list[RowLeftOut] = Field(description="没有作为数据的行:合计、说明、重复的表头等")
    unused: list[str] = Field(description="没有用到的列")


class RowsDone(Shown):
    """逐行增改的结果."""

    register_id: str = Field(alias="register", validation_alias="register", description=WORDS["register"])
    version: int = Field(description="台账的新版本")
    rows: int = Field(description="现有行数")
    seq: int = Field(description=WORDS["seq"])
    gaps: list[str] = Field(description="对不上的平衡关系")


class ImportForm(Asked):
    """导入登记: the form's fields, all before the file."""

    occurred_on: Day = Field(description=WORDS["occurred_on"])
    reason: Annotated[Stored, Field(max_length=LONGEST_TEXT)] = Field("", description="为什么改,可以不写")
    as_decided: Literal["true", "false"] = Field("false", description=WORDS["as_decided"])


class Edit(Asked):
    """一行的增改."""

    kind: EditKind = Field(description="add 增加,change 改正,remove 删去")
    key: Word = Field("", description="哪一行:它的编号;由几列组成的用 / 连接;增加的不写")
    values: Fields = Field(default_factory=dict, description="列的代号和值;改正时只写要改的列")


class Edits(Asked):
    """逐行增改: all of them or none."""

    occurred_on: Day = Field(description=WORDS["occurred_on"])
    reason: Annotated[Text, Field(min_length=1, pattern=NOT_BLANK)] = Field(description="为什么增改")
    edits: Annotated[list[Edit], Field(min_length=1, max_length=MOST_EDITS)] = Field(
        description="要增改的各行"
    )


def _form(fields: type[Asked] | None, example: dict[str, Any]) -> dict[str, Any]:
    said = fields.model_json_schema(ref_template="#/components/schemas/{model}") if fields else {}
    return {
        "requestBody": {
            "required": True,
            "description": "登记内容在前,文件(名称 file)在最后",
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [*said.get("required", ()), "file"],
                        "additionalProperties": False,
                        "properties": {**said.get("properties", {}), "file": _FILE},
                    },
                    "example": {**example, "file": "…"},
                }
            },
        }
    }


_EDITS: Final = {
    "occurred_on": "2022-03-02",
    "reason": "漏报补录",
    "edits": [{"kind": "add", "key": "", "values": {"number": "示例03", "name": "示例丁"}}],
}


@router.get(
    "/cases/{programme}/{unit}/registers/{register}/template",
    response_class=Response,
    responses=_HANDED_OUT,
    summary="台账模板",
)
def template(counter: CounterOf, case: CaseOf, register: Register) -> Response:
    """Excel 模板:表头、下拉选项、填写说明和示例行。"""
    return _handed_out(got(registers.template(counter, case, register)))


@router.get(
    "/cases/{programme}/{unit}/registers/{register}/sheet",
    response_class=Response,
    responses=_HANDED_OUT,
    summary="导出台账",
)
def export(counter: CounterOf, case: CaseOf, register: Register) -> Response:
    """现行版本的 Excel;看得见什么就导出什么,改好以后可以再导入。"""
    return _handed_out(got(registers.export(counter, case, register)))


def _handed_out(file: RegisterFile) -> Response:
    disposition = f"attachment; filename=\"register.xlsx\"; filename*=UTF-8''{quote(file.name)}"
    return Response(file.content, media_type=EXCEL, headers={"Content-Disposition": disposition})


@router.post(
    "/cases/{programme}/{unit}/registers/{register}/preview",
    response_model=Imported,
    summary="预览导入台账",
    openapi_extra=_form(None, {}),
)
async def preview(counter: CounterOf, request: Request, case: CaseOf, register: Register) -> Any:
    """每处差错在哪一格、怎么改,会新增、变更、删去哪些行;什么也不写。"""
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    return await anyio.to_thread.run_sync(
        partial(_preview, counter, request, case, register), limiter=limiter
    )


def _preview(counter: Counter, request: Request, case: str, register: str) -> RegisterImport:
    allowed(registers.in_sight(counter, case))
    form = FormUpload(request.headers.get("Content-Type", ""), pulling(request.stream()))
    _read(form, None)
    return got(registers.preview(counter, case, register, _content(form), form.name))


@router.post(
    "/cases/{programme}/{unit}/steps/{step}/registers/{register}/sheet",
    response_model=Imported,
    summary="导入台账",
    openapi_extra=_form(ImportForm, {"occurred_on": "2022-03-02"}),
)
async def import_(
    counter: CounterOf,
    request: Request,
    at: StepOf,
    register: Register,
    round: RoundOf,
    command_id: CommandIdOf,
    response: Response,
) -> Any:
    """全部写入,或逐格说明差错、一行也不写;没有变化的不写。旧版本保留。"""
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    desk = Desk(counter.runtime, counter.entry, at.case, command_id=command_id, seen_round=round)
    return await anyio.to_thread.run_sync(
        partial(_import, counter, request, desk, at, register, response), limiter=limiter
    )


def _import(
    counter: Counter, request: Request, desk: Desk, at: At, register: str, response: Response
) -> RegisterImport:
    allowed(registers.in_sight(counter, at.case))
    form = FormUpload(request.headers.get("Content-Type", ""), pulling(request.stream()))
    said = _read(form, ImportForm)
    done = got(
        registers.import_file(
            counter,
            desk,
            register,
            _content(form),
            form.name,
            step=at.step,
            on=said.occurred_on,
            as_decided=said.as_decided == "true",
            reason=said.reason,
        )
    )
    if done.faults:
        raise ProblemError(
            _faulty(done.summary, len(done.faults)), more={"faults": registers.fault_lines(done.faults)}
        )
    if done.repeated:
        response.headers[REPLAYED] = "true"
    return done


@router.post(
    "/cases/{programme}/{unit}/steps/{step}/registers/{register}/rows",
    response_model=RowsDone,
    summary="逐行增改台账",
)
def change_rows(
    counter: CounterOf,
    at: StepOf,
    register: Register,
    round: RoundOf,
    command_id: CommandIdOf,
    response: Response,
    body: Annotated[Edits, Body(examples=[_EDITS])],
) -> Any:
    """增加、改正、删去若干行,写明原因;全部办成,或一行也不改。生成新版本,旧版本保留。"""
    desk = Desk(counter.runtime, counter.entry, at.case, command_id=command_id, seen_round=round)
    edits = [RowEdit(kind=each.kind, key=each.key, values=each.values) for each in body.edits]
    answer = registers.change_rows(
        counter, desk, register, edits, body.reason, step=at.step, on=body.occurred_on
    )
    if isinstance(answer, RowsFaulty):
        lines = [
            {"row": f.row, "column": f.column, "message": f.message, "mend": f.mend} for f in answer.faults
        ]
        message = f"台账有 {len(lines)} 处有误,没有写入"
        raise ProblemError(_faulty(message, len(lines)), more={"faults": lines})
    done = got(answer)
    if done.done.repeated:
        response.headers[REPLAYED] = "true"
    state = done.done.case.registers[register]
    return {
        "register": register,
        "version": state.version,
        "rows": state.rows,
        "seq": done.done.seq,
        "gaps": list(state.gaps),
    }


def _faulty(message: str, faults: int) -> Refused:
    return Refused(
        code="register.faulty", message=message, remedy="请按所列各处改正后重发", facts={"faults": faults}
    )


def _content(form: FormUpload) -> bytes:
    """The file, as far as a table may be large."""
    found = bytearray()
    while piece := form.read(_PIECE):
        found += piece
        if len(found) > DEFAULT_LIMITS.file_bytes:
            raise ProblemError(too_many_bytes("超过", len(found), DEFAULT_LIMITS.file_bytes))
    return bytes(found)


def _read(form: FormUpload, model: type[ImportForm] | None) -> Any:
    try:
        return (model or Asked).model_validate(form.fields)
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        ) from None
