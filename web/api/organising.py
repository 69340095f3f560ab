"""组织接口: one POST route an act on units, bodies, people and positions; who holds what, and what nobody.

Acts are numbered like those on cases (``Idempotency-Key``); a preview needs no number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Response, status

from domain.organisation.events import Link
from services.office import organising as office
from services.organising.leaving import HandOverDone
from services.organising.listing import BodyView, PersonView
from services.organising.office import Enacted
from web.api.acting import REPLAYED
from web.api.desk import IDENTIFIER, UNIT, CommandIdOf, CounterOf, UnitId
from web.api.directory import BodyCode
from web.api.organising_acts import ACTS, Act
from web.api.shapes import Day, Stored, shown
from web.problems import got

router = APIRouter(tags=["单位和机构"])
PersonId = Annotated[str, Path(pattern=UNIT, description="人员编号")]
ProxyId = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,64}$", description="请假代理的编号")]
OnDay = Annotated[Day | None, Query(alias="on", description="按哪一天;不填为今天")]
OfProgramme = Annotated[str, Query(pattern=rf"^$|{IDENTIFIER}", description="流程模板代号;不填为单位的")]
OfStep = Annotated[Stored, Query(max_length=100, description="任务编号;不填为流程模板的")]
_ADDRESS: dict[str, Any] = {"body": BodyCode, "person": PersonId, "proxy": ProxyId, "unit": UnitId}


@router.get("/bodies/{body}/positions", response_model=shown(BodyView), summary="机构任职")
def show_positions(counter: CounterOf, body: BodyCode, on: OnDay = None) -> Any:
    """登记内容、当日的名称,现任和曾任;看不到的人不列出。"""
    return got(office.show_positions(counter, body, on))


@router.get("/people/{person}", response_model=shown(PersonView), summary="人员")
def show_person(counter: CounterOf, person: PersonId) -> Any:
    """姓名和全部任职。"""
    return got(office.show_person(counter, person))


@router.get("/units/{unit}/chain", response_model=list[shown(Link)], summary="责任链条")  # type: ignore[misc]
def show_chain(
    counter: CounterOf, unit: UnitId, on: OnDay = None, programme: OfProgramme = "", step: OfStep = ""
) -> Any:
    """某一天的:任务有自己的用任务的,否则用流程模板的,再否则用单位的。"""
    return list(got(office.show_chain(counter, unit, on, programme, step)))


@router.get(
    "/vacancies",
    response_model=list[shown(office.VacancyLine)],  # type: ignore[misc]
    summary="无人承办清单",
)
def list_vacancies(counter: CounterOf) -> Any:
    """本人能补的地方,等得最久的在前。"""
    return list(got(office.list_vacancies(counter)))


def _add(act: Act) -> None:
    """Make the route of one row of the table."""
    endpoint = _looking(act) if act.looks else _doing(act)
    endpoint.__annotations__["sent"] = Annotated[act.body, Body(examples=[dict(act.example)])]
    if act.addressed:
        endpoint.__annotations__["address"] = _named(act.addressed[0])
    endpoint.__doc__ = act.told
    router.add_api_route(
        act.path,
        endpoint,
        methods=["POST"],
        response_model=shown(act.does),
        status_code=status.HTTP_200_OK,
        summary=act.title,
        name=act.name,
        operation_id=act.name,
    )


def _named(name: str) -> Any:
    """The parameter of an address, under the name that stands there."""
    kind, found = _ADDRESS[name].__metadata__[0], _ADDRESS[name].__origin__
    return Annotated[found, Path(alias=name, pattern=kind.metadata[0].pattern, description=kind.description)]


def _looking(act: Act) -> Callable[..., Any]:
    def look(counter: CounterOf, sent: Any) -> Any:
        return got(act.do(counter, act.make(sent.model_dump(mode="json"), "")))

    def look_at(counter: CounterOf, address: str, sent: Any) -> Any:
        return got(act.do(counter, act.make(sent.model_dump(mode="json"), address)))

    return look_at if act.addressed else look


def _doing(act: Act) -> Callable[..., Any]:
    def do(counter: CounterOf, command_id: CommandIdOf, response: Response, sent: Any) -> Any:
        return _told(act.do(counter, act.make(sent.model_dump(mode="json"), ""), command_id), response)

    def do_to(
        counter: CounterOf, command_id: CommandIdOf, response: Response, address: str, sent: Any
    ) -> Any:
        return _told(act.do(counter, act.make(sent.model_dump(mode="json"), address), command_id), response)

    return do_to if act.addressed else do


def _told(answer: Any, response: Response) -> Any:
    done: Enacted[Any] | HandOverDone = got(answer)
    if done.repeated:
        response.headers[REPLAYED] = "true"
    return done.event if isinstance(done, Enacted) else done


for _act in ACTS:
    _add(_act)
