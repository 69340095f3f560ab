"""开发区页: one zone in one programme: who is responsible, what comes next, when what is due, all tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.organisation.values import BODY_PARTS, PART_TITLES, Part
from domain.refusal import Refused
from domain.units import CatalogueLevel
from services.views.accounts import Account, Amount, RegisterSummary
from services.views.chain import ChainLink
from services.views.filters import TaskFilter
from services.views.tasklist import list_tasks
from services.views.zone import ZonePage, ZoneTask, show_zone
from web.api.desk import CaseOf
from web.console.asking import AS_OF, FINDINGS, OVERVIEW, STEPS, Asking, AskingOf, may_look
from web.console.axis import LAMPS, draw
from web.console.chips import Link
from web.console.links import case_path, step_path, with_query
from web.console.visit import Visit, VisitOf, redirect
from web.problems import ProblemError, got, problem_of

router = APIRouter()
ALL: Final = "all"
"""全部环节, in an address."""
MOST: Final = 150
"""More tasks than these are shown one stage at a time."""
FIRST: Final = 6
"""Pieces of open work that are told at length."""
_FILLS: Final = ("f-acc", "f-acc2", "f-acc3", "f-idle", "f-plan")


class Holder(NamedTuple):
    """责任链一格."""

    title: str
    names: tuple[str, ...]
    words: str


class Slice(NamedTuple):
    """一本账的一段, of a bar that is a hundred wide."""

    title: str
    number: str
    x: float
    width: float
    fill: str


class AccountCard(NamedTuple):
    """一本账."""

    register: str
    title: str
    total: str
    of: str
    slices: tuple[Slice, ...]
    gap: str
    sum: str


class Group(NamedTuple):
    """一个环节的任务."""

    stage: str
    title: str
    done: int
    tasks: tuple[ZoneTask, ...]


@router.get("/cases")
def only_case(visit: VisitOf) -> Response:
    """开发区: straight to the only one in sight, else to all of them."""
    may_look(visit)
    page = got(list_tasks(visit.counter, TaskFilter(), limit=1))
    return redirect(case_path(page.rows[0].case) if page.zones == 1 else OVERVIEW)


@router.get("/cases/{programme}/{unit}")
def zone(
    visit: VisitOf, case: CaseOf, asking: AskingOf, stage: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """开发区页."""
    typed, refused = asking, None
    found = show_zone(visit.counter, case, on=asking.on, reading=asking.reading)
    if isinstance(found, Refused):
        if found.code not in AS_OF:
            raise ProblemError(found)
        refused, asking = found, asking.today()
        found = got(show_zone(visit.counter, case))
    status = problem_of(refused).status if refused else 200
    return visit.page(
        "zone/page.html",
        found,
        fragment="main",
        status=status,
        refused=refused,
        typed=typed,
        **_values(visit, found, Asking(asking.filter.only(stage=""), asking.on, asking.reading), stage),
    )


def _values(visit: Visit, view: ZonePage, asking: Asking, stage: str) -> dict[str, Any]:
    groups = _groups(view)
    shown = _shown(view, groups, stage)
    here = ALL if shown is groups else shown[0].stage
    tasks = Asking(asking.filter.only(case=view.case, programme=view.programme), asking.on, asking.reading)
    return {
        "asking": asking,
        "to": lambda **more: asking.case(view.case, **more),
        "today_href": case_path(view.case),
        "axis": draw(view.timeline, view.stages),
        "chain": _chain(view.chain),
        "first": FIRST,
        "level": CatalogueLevel(view.unit.level).label if view.unit.level in set(CatalogueLevel) else "",
        "stages": _tabs(view, groups, asking, here),
        "groups": shown,
        "accounts": [card for each in view.registers for card in _cards(each)],
        "lamps": LAMPS,
        "step_path": step_path,
        "list_href": tasks.to(STEPS),
        "done_href": tasks.steps(bucket="done"),
        "over_href": tasks.steps(bucket="over"),
        "findings_href": with_query(FINDINGS, {"unit": view.unit.id}) if view.findings else "",
        "export": with_query(STEPS + ".xlsx", {"case": view.case, "sort": "zone", **asking.day}),
    }


def _groups(view: ZonePage) -> list[Group]:
    found: dict[str, list[ZoneTask]] = {}
    for each in view.tasks:
        found.setdefault(each.row.stage, []).append(each)
    return [
        Group(stage, tasks[0].row.stage_title, view.stages[stage].done, tuple(tasks))
        for stage, tasks in found.items()
    ]


def _shown(view: ZonePage, groups: list[Group], stage: str) -> list[Group]:
    """The stage that was asked for; without one, that of the task that the zone's lamp is about."""
    if stage == ALL and len(view.tasks) <= MOST:
        return groups
    named = next((each.row.stage for each in view.tasks if each.row.step == view.whole.step), "")
    found = [[each for each in groups if each.stage == wanted] for wanted in (stage, named)]
    return found[0] or found[1] or groups[:1]


def _tabs(view: ZonePage, groups: Sequence[Group], asking: Asking, here: str) -> list[Link]:
    def at(stage: str) -> str:
        return asking.case(view.case, stage=stage) + "#tasks"

    whole = [Link("全部", at(ALL), here == ALL, len(view.tasks))] if len(view.tasks) <= MOST else []
    return whole + [Link(each.title, at(each.stage), each.stage == here, len(each.tasks)) for each in groups]


def _chain(links: Sequence[ChainLink]) -> list[Holder]:
    """责任链 in four places; those who assist stand under who leads."""
    by_part: dict[str, list[ChainLink]] = {}
    for each in links:
        by_part.setdefault(each.part, []).append(each)
    assisting = [each.body_name for each in by_part.get(Part.SUPPORT, ())]
    return [
        _holder(part, by_part.get(part, []), assisting)
        for part in (Part.LEADER, Part.DEPUTY, Part.LEAD, Part.CONTACT)
    ]


def _holder(part: Part, links: Sequence[ChainLink], assisting: Sequence[str]) -> Holder:
    if part in BODY_PARTS:
        names = tuple(each.body_name for each in links)
        more = f" 等 {len(assisting)} 个单位" if len(assisting) > 2 else ""
        words = f"配合：{'、'.join(assisting[:2])}{more}" if assisting else "没有登记配合单位"
        return Holder(PART_TITLES[part], names, words)
    bodies = list(dict.fromkeys(each.body_name for each in links if each.body_name))
    silent = "" if all(each.account for each in links) else "无账号，决定由他人代录"
    names = tuple(each.person_name for each in links)
    return Holder(PART_TITLES[part], names, "、".join([*bodies, *([silent] if silent else [])]))


# --- accounts ---


def _cards(register: RegisterSummary) -> list[AccountCard]:
    return [_card(register, each) for each in register.accounts if each.total.number or each.gap]


def _card(register: RegisterSummary, account: Account) -> AccountCard:
    whole = max(account.total.number, sum(each.number for each in account.parts), 1)
    slices, x = [], 0.0
    for place, each in enumerate(account.parts):
        width = round(100 * each.number / whole, 2)
        slices.append(Slice(each.title, amount(each), x, width, _FILLS[place % len(_FILLS)]))
        x = round(x + width, 2)
    gap = Amount(title="", number=abs(account.gap), scale=account.total.scale)
    words = ("差 " if account.gap > 0 else "多 ") + amount(gap) if account.gap else ""
    said = "＋".join(each.number for each in slices)
    sign = "＝" if account.closes else "≠"
    total = amount(account.total)
    return AccountCard(
        register.title,
        account.title,
        total,
        account.total.title,
        tuple(slices),
        words,
        f"{said}{sign}{total}",
    )


def amount(value: Amount) -> str:
    """1,234 or 12.50, by how many make one."""
    if value.scale == 1:
        return f"{value.number:,}"
    return f"{value.number / value.scale:,.2f}"
