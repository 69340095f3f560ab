"""代录与核对: a decision made on paper or in a meeting is written down by one person, and checked by another.

The code on a paper, typed or read from a scan, leads to its step with all of it filled in. Nothing is done
before its answers were in view: beside the form where scripts run, on a page of their own where they do not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from domain import commands as c
from domain.decisions import MEDIUM_TITLES, OUTCOME_TITLES, Medium, Outcome
from domain.refusal import Refused
from services.acts import Done, Enclosures
from services.deciders import Deciders
from services.evidence.store import too_large
from services.office import acting
from services.office import printing as office
from services.pages.record import RecordView, list_recordable, show_record
from services.pages.second_look import list_to_check, show_to_check
from services.paper.incoming import scan_aside
from services.paper.matching import Matched
from services.private_texts import new_text
from web.api.desk import At, StepOf
from web.api.papers import pulling
from web.console.forms import TOKEN, Typed
from web.console.links import step_path, with_query
from web.console.task import AT, page_of
from web.console.task_papers import arriving
from web.console.visit import Visit, VisitOf
from web.multipart import FormUpload
from web.problems import ProblemError, got, problem_of
from web.security import check_csrf, session_secret

router = APIRouter()
PATH: Final = "/record"
CHECKS: Final = "/record/checks"
OUT_OF_ORDER: Final = "date.before_predecessor"
"""The one refusal that warns only: with a reason it goes on."""
MEDIA: Final = (
    (Medium.MINUTES, "会议纪要", "常委会、编委会等"),
    (Medium.SIGNED_PAPER, "手签呈批件", "领导在纸上签字"),
    (Medium.REPLY, "批复来文", "上级批复、复函"),
    (Medium.TELEPHONE, "电话记录", "书面依据后补"),
)
_PIECE: Final = 64 * 1024
Word = Annotated[str, Query(max_length=200)]


@router.get(PATH)
def recordable(visit: VisitOf, code: Word = "") -> Response:
    """代录: by the code on the paper, or from the list of what waits."""
    if not code.strip():
        return _list(visit)
    found = office.match_typed(visit.counter, code)
    if isinstance(found, Refused):
        return _list(visit, refused=found, code=code)
    return visit.redirect(with_query(step_path(found.case, found.step, "record"), {"code": found.code}))


@router.post(PATH + "/scan")
async def scan(request: Request, visit: Visit = Depends(arriving)) -> Response:
    """扫描件归位: every page is read for its code; the file is not kept."""
    limiter: anyio.CapacityLimiter = request.app.state.uploads
    return await anyio.to_thread.run_sync(partial(_scan, visit, request), limiter=limiter)


@router.get(AT + "/record")
def form(visit: VisitOf, at: StepOf, seat: Word = "", code: Word = "") -> Response:
    """代录一件."""
    view = show_record(visit.counter, at.case, at.step, seat, code)
    if isinstance(view, Refused):
        return _not_now(visit, at, view)
    typed = Typed(
        medium=str(view.medium),
        meeting=view.meeting_name,
        on=view.held_on.isoformat() if view.held_on else "",
    )
    if len(view.deciders) == 1:
        typed["decided_by"] = view.deciders[0].id
    return _form(visit, at, view, typed)


@router.post(AT + "/record")
def record(visit: VisitOf, at: StepOf) -> Response:
    """登记, once the answers were seen."""
    typed = Typed({name: visit.form.text(name) for name in visit.form.fields if name != TOKEN})
    view = show_record(visit.counter, at.case, at.step, typed["seat"], typed["code"])
    if isinstance(view, Refused):
        return _not_now(visit, at, view)
    on = visit.form.day("on")
    missing = _missing(view, typed, on)
    if missing is not None or on is None:
        return _form(visit, at, view, typed, refused=missing)
    if not typed["seen"]:
        return _form(visit, at, view, typed, answers=True)
    done = _record(visit, at, view, typed, on)
    if isinstance(done, Refused):
        return _form(visit, at, view, typed, refused=done, answers=done.code == OUT_OF_ORDER)
    return visit.redirect(step_path(at.case, at.step, f"receipts/{done.seq}"))


# --- the second person ---


@router.get(CHECKS)
def checks(visit: VisitOf) -> Response:
    """待我核对."""
    return visit.page("record/checks.html", list_to_check(visit.counter), step_path=step_path)


@router.get(AT + "/check")
def to_check(visit: VisitOf, at: StepOf, decision: Word = "") -> Response:
    """核对原件: the recording beside what to look at on the original."""
    return _check_page(visit, at, decision)


@router.post(AT + "/check")
def check(visit: VisitOf, at: StepOf) -> Response:
    """核对无误, or not: only now the decision counts."""
    typed = Typed({name: visit.form.text(name) for name in ("decision", "agrees", "reason")})
    if typed["agrees"] not in {"yes", "no"}:
        got(visit.counter.case_to_act_on(at.case))
        refused = Refused(
            code="field.agrees", message="没有选定核对的结果", remedy="请选“核对无误”或“不符”后再提交"
        )
        return _check_page(visit, at, typed["decision"], refused, typed)
    agrees = typed["agrees"] == "yes"
    text = (
        None if agrees or not typed["reason"] else new_text("opinion", typed["reason"], f"{at.case}:reason")
    )
    command = c.CheckDecision(
        command_id=visit.command_id(),
        case=at.case,
        step=at.step,
        round=visit.form.number("round"),
        occurred_on=visit.counter.today(),
        decision=typed["decision"],
        agrees=agrees,
        reason=text.ref if text else None,
    )
    done = acting.act_on(visit.counter, command, Enclosures(texts=(text,) if text else ()))
    if isinstance(done, Refused):
        return _check_page(visit, at, typed["decision"], done, typed)
    return visit.redirect(CHECKS, _after_check(visit, at, done, agrees=agrees))


def _after_check(visit: Visit, at: At, done: Done, *, agrees: bool) -> str:
    """What follows from it, in a line."""
    if not agrees:
        return "已登记不符,这条代录作废,请登记人按原件重新登记"
    opened = dict.fromkeys(item.step for item in done.new_work if item.step != at.step)
    return "核对无误,决定生效" + (f";任务 {'、'.join(opened)} 已开启" if opened else "")


# --- parts ---


def _list(
    visit: Visit, *, refused: Refused | None = None, code: str = "", found: Matched | None = None
) -> Response:
    problem = problem_of(refused) if refused else None
    return visit.page(
        "record/list.html",
        list_recordable(visit.counter),
        status=problem.status if problem else 200,
        refused=refused,
        code=code,
        found=found,
        waiting=len(list_to_check(visit.counter)),
        step_path=step_path,
        with_query=with_query,
    )


def _scan(visit: Visit, request: Request) -> Response:
    kind = request.headers.get("Content-Type", "")
    if not kind.lower().startswith("multipart/form-data"):
        check_csrf(request, session_secret(request), "")
    upload = FormUpload(kind, pulling(request.stream()))
    check_csrf(request, session_secret(request), upload.fields.get(TOKEN, ""))
    largest = visit.counter.runtime.evidence.largest
    with scan_aside(visit.counter.runtime.settings.data_dir) as (path, file):
        size = 0
        while piece := upload.read(_PIECE):
            size += len(piece)
            if size > largest:
                raise ProblemError(too_large(largest))
            file.write(piece)
        file.flush()
        found = office.match_file(visit.counter, path)
    if isinstance(found, Refused):
        return _list(visit, refused=found)
    if len(found.prefills) == 1 and not found.refused:
        one = found.prefills[0]
        return visit.redirect(with_query(step_path(one.case, one.step, "record"), {"code": one.code}))
    return _list(visit, found=found)


def _form(
    visit: Visit,
    at: At,
    view: RecordView,
    typed: Typed,
    *,
    refused: Refused | None = None,
    answers: bool = False,
) -> Response:
    warned = refused is not None and refused.code == OUT_OF_ORDER
    problem = problem_of(refused) if refused else None
    names = {each.id: each.name for each in view.deciders}
    return visit.page(
        "record/form.html",
        view,
        status=problem.status if problem else 200,
        refused=None if warned else refused,
        warned=refused if warned else None,
        answers=answers,
        typed=typed,
        number=typed["command_id"] or secrets.token_hex(12),
        media=MEDIA,
        outcomes=OUTCOME_TITLES,
        medium_titles=MEDIUM_TITLES,
        decider=typed["by_name"] or names.get(typed["decided_by"], ""),
        to=lambda act="": step_path(at.case, at.step, act),
        seat_path=with_query(step_path(at.case, at.step, "record"), {"seat": view.of.seat}),
    )


def _not_now(visit: Visit, at: At, refused: Refused) -> Response:
    """Nothing can be recorded there: the step says how it stands."""
    if refused.code != "record.nothing":
        raise ProblemError(refused)
    return page_of(visit, at, refused=refused, head="现在没有可代录的")


def _missing(view: RecordView, typed: Mapping[str, str], on: date | None) -> Refused | None:
    """What has to be told before anything can be judged."""
    lacks = [
        words
        for words, told in (
            ("谁决定的", typed["decided_by"] or typed["by_name"]),
            ("日期", on),
            ("结果", typed["outcome"] in {str(each) for each, _ in view.choices}),
            ("决定的形式", typed["medium"] in {str(each) for each, _, _ in MEDIA}),
        )
        if not told
    ]
    if not lacks:
        return None
    return Refused(
        code="record.incomplete", message=f"还没有填{'、'.join(lacks)}", remedy="请对照原件填写后再提交"
    )


def _record(visit: Visit, at: At, view: RecordView, typed: Mapping[str, str], on: date) -> Done | Refused:
    medium = Medium(typed["medium"])
    case = got(visit.counter.case_to_act_on(at.case))
    deciders = Deciders(visit.counter.db, case, at.step, on)
    found = deciders.find(typed["by_name"] or typed["decided_by"], view.of.seat)
    if isinstance(found, Refused):
        return found
    text = new_text("opinion", typed["opinion"], f"{at.case}:opinion") if typed["opinion"] else None
    command = c.Decide(
        command_id=visit.command_id(),
        case=at.case,
        step=at.step,
        round=visit.form.number("round"),
        occurred_on=on,
        node=typed["node"],
        seat=found[1],
        outcome=Outcome(typed["outcome"]),
        decided_by=found[0],
        medium=medium,
        number=typed[f"number_{medium}"],
        meeting=typed["meeting"] if medium is Medium.MINUTES else "",
        opinion=text.ref if text else None,
        out_of_order=typed["out_of_order"],
    )
    done = acting.act_on(visit.counter, command, Enclosures(texts=(text,) if text else ()))
    return deciders.in_words(done) if isinstance(done, Refused) else done


def _check_page(
    visit: Visit,
    at: At,
    decision: str,
    refused: Refused | None = None,
    typed: Typed | None = None,
) -> Response:
    view = show_to_check(visit.counter, at.case, at.step, decision)
    if isinstance(view, Refused):
        if view.code != "check.nothing":
            raise ProblemError(view)
        if refused is None:
            return visit.redirect(step_path(at.case, at.step), f"{view.message};{view.remedy}")
        return page_of(visit, at, refused=refused, head="核对没有登记")
    problem = problem_of(refused) if refused else None
    return visit.page(
        "record/check.html",
        view,
        status=problem.status if problem else 200,
        refused=refused,
        typed=typed or Typed(),
        number=secrets.token_hex(12),
        to=lambda act="": step_path(at.case, at.step, act),
    )
