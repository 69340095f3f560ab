"""问题与督办: lists by kind, one page a matter with its trail, its next acts as forms, and its paper."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from domain.permissions import Action
from domain.refusal import Refused
from services.evidence.files import out_of_sight
from services.office import supervision
from services.pages.supervision import MattersPage, list_page, matter_page
from services.pages.supervision_choices import choices_of
from services.supervising.reading import KIND_TITLES, MatterFilter
from web.console.forms import TOKEN, Typed
from web.console.links import with_query
from web.console.sheets import sheet
from web.console.supervision_doing import act, unreadable
from web.console.supervision_fields import NEW, act_fields, rows_of
from web.console.visit import Visit, VisitOf
from web.console.words import full_day, remaining
from web.problems import ProblemError, got, problem_of

router = APIRouter()
PATH: Final = "/supervision"
MatterId = Annotated[str, Path(pattern=r"^[SWDTJB][0-9]{4}-[0-9]{4,6}$")]
Kind = Annotated[str, Query(pattern=f"^({'|'.join(KIND_TITLES)})$")]
Word = Annotated[str, Query(max_length=100)]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
AT_ONCE: Final = frozenset({"sign", "sign_part", "rectify", "report_part"})
"""Acts that bind nobody else and are done without being shown once more."""
_MOST_EXPORTED: Final = 5_000
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHUT: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals"
"""The printed page is a paper of its own, with its own style, and nothing in it runs."""


class Link(NamedTuple):
    """筛选项."""

    label: str
    href: str
    on: bool
    count: int | None = None  # type: ignore[assignment]


def may_see(visit: Visit) -> None:
    """Whether one has anything to do with these pages; to others they are not there.

    Raises:
        ProblemError: one has not.
    """
    if Action.SUPERVISION_READ not in visit.frame.may:
        raise ProblemError(out_of_sight())


@router.get(PATH)
def matters(
    visit: VisitOf,
    kind: Kind = "finding",
    state: Word = "",
    unit: Word = "",
    source: Word = "",
    late: Word = "",
    page: PageNumber = 1,
) -> Response:
    """问题与督办."""
    may_see(visit)
    wanted = MatterFilter(kind=kind, state=state, unit=unit, source=source)
    view = got(list_page(visit.counter, wanted, late=late == "1", page=page))
    return visit.page(
        "supervision/list.html",
        view,
        fragment="rows",
        tabs=[
            Link(each.title, _to(view, kind=each.kind, state="", late=""), each.kind == kind, each.running)
            for each in view.kinds
        ],
        states=_states(view),
        export=_to(view, path=PATH + ".xlsx"),
        more=_to(view, page=str(view.page + 1)) if view.page < view.pages else "",
        cleared=with_query(PATH, {"kind": kind}),
        kind_title=KIND_TITLES[kind],
        new=NEW[kind] if NEW[kind].action in visit.frame.may else None,
        suggests=Action.ORDER_HANDLE in visit.frame.may,
    )


@router.get(PATH + ".xlsx")
def export(
    visit: VisitOf,
    kind: Kind = "finding",
    state: Word = "",
    unit: Word = "",
    source: Word = "",
    late: Word = "",
) -> Response:
    """导出所见."""
    may_see(visit)
    wanted = MatterFilter(kind=kind, state=state, unit=unit, source=source)
    view = got(list_page(visit.counter, wanted, late=late == "1", size=_MOST_EXPORTED))
    rows = [
        (
            each.word,
            each.line.number,
            each.line.title,
            each.line.state_title,
            each.line.unit_name,
            each.line.body_name,
            each.line.office_name,
            each.line.due_on,
            remaining(each.remaining),
            each.line.source,
        )
        for each in view.rows
    ]
    head = ("亮灯", "编号", "内容", "状态", "开发区", "承办单位", "督办单位", "期限", "余期", "来源")
    foot = f"共 {len(rows)} 件 · 业务日期 {full_day(view.today)}"
    return sheet(KIND_TITLES[kind], head, rows, foot)


@router.get(PATH + "/suggestions")
def suggestions(visit: VisitOf) -> Response:
    """拟办建议: what the system would draft an order about today; nothing is sent by itself."""
    if Action.ORDER_HANDLE not in visit.frame.may:
        raise ProblemError(out_of_sight())
    found = got(supervision.list_suggestions(visit.counter))
    return visit.page("supervision/suggestions.html", found, to=with_query)


@router.get(PATH + "/week")
def week(visit: VisitOf) -> Response:
    """每周清单 of what is put to leaders."""
    may_see(visit)
    return visit.page("supervision/week.html", got(supervision.weekly_list(visit.counter)))


# --- one matter ---


def matter_answer(
    visit: Visit, matter: str, *, refused: Refused | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    """一件督办事项; with ``refused`` what did not happen, and what was typed for it."""
    may_see(visit)
    view = got(matter_page(visit.counter, matter))
    problem = problem_of(refused) if refused else None
    return visit.page(
        "supervision/matter.html",
        view,
        fragment="main",
        status=problem.status if problem else 200,
        headers=problem.headers if problem else {},
        refused=refused,
        typed=Typed({"on": visit.frame.today.isoformat(), **(typed or {})}),
        fields={each.code: act_fields(each.needs) for each in view.acts},
        number=secrets.token_hex(12),
        choices=choices_of(visit.counter) if view.acts else None,
        printable=matter[0] in "DB",
        list_href=with_query(PATH, {"kind": view.row.line.kind}),
        unit_href=with_query(PATH, {"kind": "finding", "unit": view.row.line.unit}),
    )


@router.get(PATH + "/{matter}")
def show(visit: VisitOf, matter: MatterId) -> Response:
    """一件督办事项."""
    return matter_answer(visit, matter)


@router.post(PATH + "/{matter}/act")
def do(visit: VisitOf, matter: MatterId) -> Response:
    """办理: what binds others is shown once more first."""
    may_see(visit)
    view = got(matter_page(visit.counter, matter))
    typed = {name: visit.form.text(name) for name in visit.form.fields if name != TOKEN}
    code = typed.get("act", "")
    found = next((each for each in view.acts if each.code == code), None)
    if found is None:
        refused = Refused(
            code="field.act",
            message=f"这件事项现在是“{view.row.line.state_title}”,不能这样办,或者不由您办",
            remedy="请看现在的状态和下一步",
        )
        return matter_answer(visit, matter, refused=refused, typed=typed)
    if code not in AT_ONCE and not typed.get("confirmed"):
        wrong = unreadable(visit, typed)
        if wrong is not None:
            return matter_answer(visit, matter, refused=wrong, typed=typed)
        rows = [("办理", found.title), *rows_of(act_fields(found.needs), typed)]
        if found.becomes:
            rows.append(("办理后", found.becomes))
        head = f"{view.row.line.kind_title} {view.row.line.number}"
        return shown_once_more(
            visit, found.title, head, f"{PATH}/{matter}/act", rows, typed, f"{PATH}/{matter}"
        )
    done = act(visit, matter, code, typed)
    if isinstance(done, Refused):
        return matter_answer(visit, matter, refused=done, typed=typed)
    number = str(getattr(done.matter, "number", "") or done.matter.id)
    return visit.redirect(f"{PATH}/{matter}", f"已办理:{found.title},{number}")


def shown_once_more(
    visit: Visit,
    title: str,
    head: str,
    to: str,
    rows: list[tuple[str, str]],
    typed: Mapping[str, str],
    back: str,
) -> Response:
    """核对再提交."""
    return visit.page(
        "supervision/check.html", None, title=title, head=head, to=to, rows=rows, typed=typed, back=back
    )


@router.get(PATH + "/{matter}/paper")
def paper(visit: VisitOf, matter: MatterId) -> Response:
    """打印页."""
    may_see(visit)
    printed = got(supervision.print_matter(visit.counter, matter))
    return HTMLResponse(
        printed.page(), headers={"Content-Security-Policy": _SHUT, "Cache-Control": "no-store"}
    )


@router.get(PATH + "/{matter}/paper.docx")
def word(visit: VisitOf, matter: MatterId) -> Response:
    """Word 文件."""
    may_see(visit)
    printed = got(supervision.print_matter(visit.counter, matter))
    named = {"Content-Disposition": f'attachment; filename="{matter}.docx"', "Cache-Control": "no-store"}
    return Response(printed.word(), media_type=_WORD, headers=named)


def _to(view: MattersPage, path: str = PATH, **changes: str) -> str:
    wanted: dict[str, Any] = {
        "kind": view.wanted.kind,
        "state": view.wanted.state,
        "unit": view.wanted.unit,
        "source": view.wanted.source,
        "late": "1" if view.late else "",
    }
    return with_query(path, {**wanted, **changes})


def _states(view: MattersPage) -> list[Link]:
    over = next(each.over for each in view.kinds if each.kind == view.wanted.kind)
    chosen = view.wanted.state
    return [
        Link("全部", _to(view, state="", late=""), not chosen and not view.late),
        Link("逾期", _to(view, state="", late="1"), view.late, over),
        *(Link(title, _to(view, state=code, late=""), code == chosen, n) for code, title, n in view.states),
    ]
