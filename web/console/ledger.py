"""留痕核验: search, proof of a row or a stream, the whole, seals, and two readings of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response

from domain.event_titles import EVENT_TITLES
from domain.permissions import Action
from domain.refusal import Refused
from services.event_titles import OF_THE_SYSTEM, event_title, stream_title
from services.history import CHANNEL_TITLES
from services.pages.ledger import Asked, LedgerPage, both_readings, named_cases, search
from services.views.asking import READING_TITLES, Reading
from services.views.proving import prove
from services.views.sealing import list_seals, seal_file, seal_now
from services.views.search import FoundRow
from services.views.whole import begin_whole, show_whole
from web.console.chips import Link
from web.console.links import case_path, with_query
from web.console.sheets import sheet
from web.console.visit import Visit, VisitOf
from web.console.words import full_day, instant
from web.problems import done, got, problem_of

router = APIRouter()
PATH: Final = "/ledger"
Word = Annotated[str, Query(max_length=200)]
Stream = Annotated[str, Query(max_length=300)]
Cursor = Annotated[str, Query(max_length=400)]
Seq = Annotated[int, Query(ge=0, le=2**53)]
DAYS: Final = {"recorded": "记录日期", "occurred": "办理日期"}
_FIELDS: Final = ("zone", "case", "person", "event", "number", "channel", "days", "since", "until", "late")


@router.get(PATH)
def show(visit: VisitOf) -> Response:
    """留痕查询."""
    asked, wrong = _asked(visit)
    view = search(visit.counter, asked, after=_query(visit, "after"))
    if isinstance(view, Refused):
        problem = problem_of(view)
        return visit.page(
            "ledger/refused.html", None, refused=view, status=problem.status, tabs=_tabs(visit, PATH)
        )
    return visit.page(
        "ledger/search.html",
        view,
        fragment="rows",
        tabs=_tabs(visit, PATH),
        wrong=wrong,
        next_href=_to(visit, after=view.found.after) if view.found.after else "",
        first_href=_to(visit, after="") if _query(visit, "after") else "",
        export=_to(visit, path=PATH + ".xlsx"),
        events=_events(view),
        channels=CHANNEL_TITLES,
        days=DAYS,
        proof_path=proof_path,
        past_path=past_path,
        case_path=case_path,
        to_case=lambda case: with_query(PATH, {"case": case}),
        event_title=event_title,
        stream_title=stream_title,
    )


@router.get(PATH + ".xlsx")
def export(visit: VisitOf) -> Response:
    """导出所见."""
    asked, _ = _asked(visit)
    view = got(search(visit.counter, asked, after=_query(visit, "after")))
    head = (
        "记录时间",
        "办理日期",
        "补录天数",
        "开发区或链",
        "第几条",
        "办的什么",
        "登记人",
        "岗位",
        "途径",
        "校验值",
    )
    rows = [_exported(each) for each in view.found.rows]
    foot = f"共 {len(rows)} 条,与页面所见一致 · 业务日期 {full_day(visit.counter.today())}"
    return sheet("留痕查询", head, rows, foot)


def _exported(row: FoundRow) -> tuple[str | int | date | None, ...]:
    what = row.lines or tuple(event_title(each) for each in row.kinds)
    return (
        instant(row.recorded_at),
        row.occurred_on,
        row.late_days,
        row.unit_name or stream_title(row.stream),
        row.seq,
        ";".join(what),
        row.actor_name,
        row.position,
        row.channel_title,
        row.hash,
    )


@router.get(PATH + "/proof")
def proof(visit: VisitOf, stream: Stream = "", seq: Seq = 0) -> Response:
    """核验 of one row, or of one stream."""
    view = got(prove(visit.counter, stream, seq))
    case = stream.removeprefix("case:") if stream.startswith("case:") else ""
    named = named_cases(visit.counter, case) if case else ()
    return visit.page(
        "ledger/proof.html",
        view,
        tabs=_tabs(visit, PATH),
        named=named[0] if named else None,
        case=case,
        proof_path=proof_path,
        past_path=past_path,
        case_path=case_path,
        stream_title=stream_title,
    )


@router.get(PATH + "/whole")
def whole(visit: VisitOf) -> Response:
    """全部核验."""
    view = got(show_whole(visit.counter))
    return visit.page(
        "ledger/whole.html",
        view,
        tabs=_tabs(visit, PATH + "/whole"),
        stream_title=stream_title,
        proof_path=proof_path,
    )


@router.post(PATH + "/whole")
def verify(visit: VisitOf) -> Response:
    """开始全部核验."""
    done(begin_whole(visit.counter))
    return visit.redirect(PATH + "/whole")


@router.get(PATH + "/seals")
def seals(visit: VisitOf, before: Seq = 0) -> Response:
    """封存清单."""
    view = got(list_seals(visit.counter, before))
    return visit.page("ledger/seals.html", view, tabs=_tabs(visit, PATH + "/seals"))


@router.post(PATH + "/seals")
def seal(visit: VisitOf) -> Response:
    """立即封存."""
    number = got(seal_now(visit.counter))
    return visit.redirect(PATH + "/seals", f"已封存第 {number} 号,请下载后另存到别的机器")


@router.get(PATH + "/seals/{number}")
def download(visit: VisitOf, number: int) -> Response:
    """下载封存文件."""
    path = got(seal_file(visit.counter, number))
    return FileResponse(
        path, filename=path.name, media_type="application/json", headers={"Cache-Control": "no-store"}
    )


@router.get(PATH + "/past")
def past(visit: VisitOf, case: Stream = "", on: Word = "", zone: Word = "") -> Response:
    """看某一天: two readings side by side."""
    day, wrong = _day(on)
    offered = named_cases(visit.counter, case or zone) if case or zone else ()
    one = offered[0] if len(offered) == 1 else None
    found = both_readings(visit.counter, one.case, day) if one and day else None
    refused = found if isinstance(found, Refused) else None
    return visit.page(
        "ledger/past.html",
        None if refused is not None else found,
        status=problem_of(refused).status if refused is not None else 200,
        refused=refused,
        tabs=_tabs(visit, PATH + "/past"),
        wrong=wrong,
        typed={"case": case, "zone": (one.unit_name if one else zone), "on": on},
        one=one,
        offered=offered if one is None else (),
        to_case=lambda each: past_path(each, on),
        reading_path=_reading_path,
        titles={str(key): title for key, title in READING_TITLES.items()},
        today=visit.counter.today(),
    )


def proof_path(stream: str, seq: int = 0) -> str:
    """Where a row, or a whole stream, is proved."""
    return with_query(PATH + "/proof", {"stream": stream, "seq": str(seq) if seq else ""})


def past_path(case: str, on: str = "") -> str:
    """Where a case is read as it was on a day."""
    return with_query(PATH + "/past", {"case": case, "on": on})


def _reading_path(case: str, on: date, reading: str) -> str:
    return with_query(case_path(case), {"on": on.isoformat(), "reading": str(Reading(reading))})


_TABS: Final = (
    ("查询", PATH, Action.HISTORY_READ),
    ("全部核验", PATH + "/whole", Action.LEDGER_VERIFY),
    ("封存", PATH + "/seals", Action.LEDGER_VERIFY),
    ("看某一天", PATH + "/past", Action.HISTORY_READ),
)


def _tabs(visit: Visit, here: str) -> list[Link]:
    return [Link(title, path, path == here) for title, path, action in _TABS if action in visit.frame.may]


def _events(view: LedgerPage) -> list[tuple[str, Mapping[str, str]]]:
    groups: list[tuple[str, Mapping[str, str]]] = [("改革任务", EVENT_TITLES)]
    return [*groups, ("系统", OF_THE_SYSTEM)] if view.audits else groups


def _query(visit: Visit, name: str, longest: int = 400) -> str:
    return visit.request.query_params.get(name, "").strip()[:longest]


def _asked(visit: Visit) -> tuple[Asked, str]:
    """What was typed, and what of it is no date."""
    typed = {name: _query(visit, name, 200) for name in _FIELDS}
    since, wrong_since = _day(typed["since"])
    until, wrong_until = _day(typed["until"])
    asked = Asked(
        zone=typed["zone"],
        case=typed["case"],
        person=typed["person"],
        event=typed["event"] if typed["event"] in {*EVENT_TITLES, *OF_THE_SYSTEM} else "",
        number=typed["number"],
        channel=typed["channel"] if typed["channel"] in CHANNEL_TITLES else "",
        days=typed["days"] if typed["days"] in DAYS else "recorded",
        since=since,
        until=until,
        late=typed["late"] == "1",
    )
    return asked, wrong_since or wrong_until


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return None, f"“{text}”不是日期,请写成 2022-04-21"


def _to(visit: Visit, path: str = PATH, **changes: str) -> str:
    kept = {name: _query(visit, name) for name in (*_FIELDS, "after")}
    return with_query(path, {**kept, **changes})
