"""材料: upload while it arrives, register what is only referred to, download."""

from __future__ import annotations

from functools import partial
from typing import Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from domain import commands as c
from domain.refusal import Refused
from services.acts import Enclosures
from services.evidence.receiving import Upload
from services.office import acting, papers
from services.private_texts import new_text
from web.api.desk import At, StepOf
from web.api.papers import FIELD, FileId, handed_out, pulling
from web.console.forms import TOKEN, Form
from web.console.links import step_path
from web.console.task import AT, page_of
from web.console.visit import Visit, VisitOf, arrive
from web.multipart import FormUpload
from web.problems import got
from web.security import check_csrf, session_secret

router = APIRouter()
_HEAD: Final = "材料没有登记"


def arriving(request: Request) -> Visit:
    """来访 with a file: the form is read while it arrives, and its token before the file."""
    return arrive(request, Form())


@router.post(AT + "/files")
async def upload(request: Request, at: StepOf, visit: Visit = Depends(arriving)) -> Response:
    """上传材料."""
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    return await anyio.to_thread.run_sync(partial(_receive, visit, request, at), limiter=limiter)


def _receive(visit: Visit, request: Request, at: At) -> Response:
    kind = request.headers.get("Content-Type", "")
    got(visit.counter.case_to_act_on(at.case))
    if not kind.lower().startswith("multipart/form-data"):
        check_csrf(request, session_secret(request), "")
    form = FormUpload(kind, pulling(request.stream()))
    check_csrf(request, session_secret(request), form.fields.get(TOKEN, ""))
    fields = {name: value.strip() for name, value in form.fields.items()}
    round_ = fields.get("round", "")
    what = Upload(
        command_id=f"{visit.counter.person}:{fields.get('command_id', '')[:80].replace(':', '~')}",
        case=at.case,
        step=at.step,
        round=int(round_) if round_.isdecimal() and len(round_) < 10 else 0,
        slot=fields.get("slot", "")[:64],
        name=form.name,
        occurred_on=visit.counter.today(),
        title=fields.get("title", ""),
        fields=_of_paper(fields),
        reason=fields.get("reason", ""),
    )
    received = papers.upload(visit.counter, what, form)
    if isinstance(received, Refused):
        return page_of(visit, at, refused=received, head=_HEAD, typed=fields)
    return visit.redirect(_back(at, what.slot), "已上传" + "".join(f";{each}" for each in received.warnings))


@router.post(AT + "/papers")
def refer(visit: VisitOf, at: StepOf) -> Response:
    """登记材料: 只登记不上传."""
    form = visit.form
    typed = {name: form.text(name) for name in form.fields if name != TOKEN}
    text = new_text("opinion", typed["reason"], f"{at.case}:reason") if typed.get("reason") else None
    command = c.AddEvidence(
        command_id=visit.command_id(),
        case=at.case,
        step=at.step,
        round=form.number("round"),
        occurred_on=visit.counter.today(),
        slot=form.text("slot", 64),
        mode="reference",
        title=form.text("title", 300),
        fields=_of_paper(typed),
        reason=text.ref if text else None,
    )
    done = acting.act_on(visit.counter, command, Enclosures(texts=(text,) if text else ()))
    if isinstance(done, Refused):
        return page_of(visit, at, refused=done, head=_HEAD, typed=typed)
    return visit.redirect(_back(at, command.slot), "已登记")


@router.get("/files/{file}")
def fetch(visit: VisitOf, file: FileId) -> Response:
    """下载材料: written into the security ledger."""
    found = got(papers.fetch(visit.counter, file))
    shut = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}
    return StreamingResponse(handed_out(found), headers={**found.headers(), **shut})


def _of_paper(fields: dict[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(FIELD): value for name, value in fields.items() if name.startswith(FIELD) and value
    }


def _back(at: At, slot: str) -> str:
    return f"{step_path(at.case, at.step)}#paper-{slot}"
