"""打印文书: 呈批件, 公文处理笺, 议题单, 交接单 of a step; each print is one of its own, with its own code."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from domain.case import split_key
from domain.paper import FORM_TITLES, form_refusal, usual_form
from domain.refusal import Refused
from services.office import printing as office
from services.pages.task import unknown_step
from services.paper.printing import Asked
from services.reading import plan_of
from web.api.desk import At, StepOf
from web.console.links import step_path
from web.console.task import AT
from web.console.visit import Visit, VisitOf
from web.problems import ProblemError, got, problem_of

router = APIRouter()
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get(AT + "/print")
def choose(visit: VisitOf, at: StepOf) -> Response:
    """选一种文书: those that fit the step, the usual one first."""
    return _page(visit, at)


@router.post(AT + "/print")
def print_form(visit: VisitOf, at: StepOf) -> Response:
    """打印: the page for the printer, or the Word file."""
    asked = Asked(case=at.case, step=at.step, form=visit.form.text("form", 20))
    printed = office.print_form(visit.counter, asked)
    if isinstance(printed, Refused):
        got(visit.counter.case(at.case))
        return _page(visit, at, printed)
    if visit.form.text("as", 10) == "word":
        return as_word(printed.word(), f"{FORM_TITLES[printed.form]}{split_key(at.step)[0]}")
    return as_page(printed.page())


def as_page(text: str) -> Response:
    """A printable page: it runs no script and fetches nothing; its own style sheet alone is let through."""
    style = text.partition("<style>")[2].partition("</style>")[0]
    known = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src-elem 'sha256-{known}'; "
        "style-src-attr 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    )
    return HTMLResponse(text, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


def as_word(content: bytes, name: str) -> Response:
    """A Word file to work on further."""
    named = f"attachment; filename*=UTF-8''{quote(name)}.docx"
    return Response(
        content, media_type=DOCX, headers={"Content-Disposition": named, "Cache-Control": "no-store"}
    )


def _page(visit: Visit, at: At, refused: Refused | None = None) -> Response:
    case = got(visit.counter.case(at.case))
    step = plan_of(visit.counter.db, case).view(case.choices).by_id.get(split_key(at.step)[0])
    if step is None:
        raise ProblemError(unknown_step(at.step))
    state = case.steps.get(at.step)
    node = step.node(state.node) if state and state.node else next(iter(step.nodes), None)
    kind = node.node if node else None
    usual = usual_form(kind)
    fitting = [each for each in FORM_TITLES if form_refusal(each, step, kind) is None]
    fitting.sort(key=lambda each: each is not usual)
    problem = problem_of(refused) if refused else None
    return visit.page(
        "record/print.html",
        step,
        status=problem.status if problem else 200,
        refused=refused,
        unit_name=case.unit_name,
        node_title=node.node.title if node else "",
        begun=bool(state and state.round),
        forms=[(str(each), FORM_TITLES[each], each is usual) for each in fitting],
        to=lambda act="": step_path(at.case, at.step, act),
    )
