"""办理接口: one POST route a command, made from the table of ``web.api.verbs``; opening, filling, publishing.

Every act names its round (``If-Match``) and its number (``Idempotency-Key``): it is done on what its sender
saw, and once, however often it is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Response, status
from pydantic import Field

from domain import commands as c
from domain.case import NOTHING
from domain.decisions import TextRef
from domain.open_work import WORK_TITLES, WorkItem
from domain.refusal import Refused
from domain.states import CASE_STATUS_TITLES, STATUS_TITLES
from services.acts import Done, Enclosures
from services.desk import Desk
from services.office import acting
from services.office.counter import Counter
from services.outside_hands import what_came
from services.private_texts import NewText, new_text
from services.registers.filling import RowsFaulty
from web.api.desk import IDENTIFIER, UNIT, At, CaseOf, CommandIdOf, CounterOf, RoundOf, StepOf
from web.api.shapes import Asked, Day, Fields, Shown
from web.api.verbs import VERBS, Verb
from web.api.words import WORDS
from web.problems import ProblemError, got

router = APIRouter(tags=["办理"])
TEXTS: Final = ("opinion", "reason", "objector")
REPLAYED: Final = "Idempotent-Replayed"
MOST_ROWS: Final = 5000


def _said(name: str) -> Any:
    return Field(description=WORDS[name])


class WorkNow(Shown):
    """新的待办."""

    kind: str = _said("kind")
    act: str = _said("act")
    step: str = _said("step")
    round: int = _said("round")
    node: str = _said("node")
    seat: str = _said("seat")
    body: str = _said("body")
    position: str = _said("position")
    due_on: Day | None = _said("due_on")


class ActDone(Shown):
    """已办."""

    case: str = _said("case")
    seq: int = _said("seq")
    step: str = _said("step")
    round: int = _said("round")
    status: str = _said("status")
    status_title: str = _said("status_title")
    new_work: list[WorkNow] = _said("new_work")
    warnings: list[str] = _said("warnings")


class Opening(Asked):
    """启动改革任务."""

    programme: Annotated[str, Field(pattern=IDENTIFIER)] = _said("programme")
    version: Annotated[int, Field(ge=1, le=100_000, strict=True)] = _said("version")
    unit: Annotated[str, Field(pattern=UNIT)] = _said("unit")
    occurred_on: Day = _said("occurred_on")
    choices: Fields = Field(default_factory=dict, description=WORDS["choices"])


class Filling(Asked):
    """填报台账: all rows of the register; the old version stays in the ledger."""

    register_id: Annotated[str, Field(pattern=IDENTIFIER)] = Field(
        alias="register", description=WORDS["register"]
    )
    occurred_on: Day = _said("occurred_on")
    rows: Annotated[list[Fields], Field(max_length=MOST_ROWS)] = _said("rows")


_OPENING: Final = {
    "programme": "development-zone",
    "version": 1,
    "unit": "zone-1",
    "occurred_on": "2022-03-02",
    "choices": {},
}
_FILLING: Final = {
    "register": "companies",
    "occurred_on": "2022-03-02",
    "rows": [{"name": "示例开发公司"}],
}


@router.post("/cases", status_code=status.HTTP_201_CREATED, summary="启动改革任务")
def open_case(
    counter: CounterOf, response: Response, body: Annotated[Opening, Body(examples=[_OPENING])]
) -> ActDone:
    """启动一个改革单位的改革任务。一区一案;同样的内容重发,得到同样的应答。"""
    done = acting.open_case(
        counter, (body.programme, body.version), body.unit, body.occurred_on, body.choices
    )
    return _told(got(done), "", response)


@router.post("/cases/{programme}/{unit}/steps/{step}/fill", summary="填报台账")
def fill(
    counter: CounterOf,
    at: StepOf,
    round: RoundOf,
    command_id: CommandIdOf,
    response: Response,
    body: Annotated[Filling, Body(examples=[_FILLING])],
) -> ActDone:
    """一次报全表;任何一行有误,全部不收,逐行逐列说明。旧版本保留在留痕里。"""
    desk = Desk(counter.runtime, counter.entry, at.case, command_id=command_id, seen_round=round)
    done = acting.fill(counter, desk, at.step, body.register_id, body.rows, body.occurred_on)
    if isinstance(done, RowsFaulty):
        raise ProblemError(
            Refused(
                code="register.faulty",
                message=f"台账有 {len(done.faults)} 处有误,没有写入",
                remedy="请按所列的行和列改正后重发",
                facts={"faults": len(done.faults)},
            ),
            more={
                "faults": [
                    {"row": each.row, "column": each.column, "message": each.message, "mend": each.mend}
                    for each in done.faults
                ]
            },
        )
    return _told(got(done), at.step, response)


def _add(verb: Verb) -> None:
    """Make the route of one row of the table."""
    endpoint = _on_step(verb) if verb.of_step else _on_case(verb)
    endpoint.__annotations__["body"] = Annotated[verb.body, Body(examples=[dict(verb.example)])]
    endpoint.__doc__ = verb.told
    prefix = "/cases/{programme}/{unit}" + ("/steps/{step}" if verb.of_step else "")
    router.add_api_route(
        f"{prefix}/{verb.path}",
        endpoint,
        methods=["POST"],
        response_model=ActDone,
        summary=verb.title,
        name=verb.path,
        operation_id=verb.path.replace("-", "_"),
    )


def _on_step(verb: Verb) -> Callable[..., ActDone]:
    def endpoint(
        counter: CounterOf,
        at: StepOf,
        round: RoundOf,
        command_id: CommandIdOf,
        response: Response,
        body: Any,
    ) -> ActDone:
        head = {"case": at.case, "step": at.step, "round": round, "command_id": command_id}
        if verb.command is c.TurnManual:
            head["reason"] = what_came(counter.db, at.case, at.step)
        return _do(counter, verb, head, body, at, response)

    return endpoint


def _on_case(verb: Verb) -> Callable[..., ActDone]:
    def endpoint(
        counter: CounterOf, case: CaseOf, command_id: CommandIdOf, response: Response, body: Any
    ) -> ActDone:
        return _do(counter, verb, {"case": case, "command_id": command_id}, body, At(case, ""), response)

    return endpoint


def _do(
    counter: Counter, verb: Verb, head: dict[str, Any], body: Asked, at: At, response: Response
) -> ActDone:
    """From the request to the command, with its texts beside it."""
    fields: dict[str, Any] = {**head, **verb.fixed}
    enclosed: list[NewText] = []
    for name in type(body).model_fields:
        value = getattr(body, name)
        if name in TEXTS and name in verb.command.__struct_fields__:
            fields[name] = _text(value, f"{at.case}:{name}", enclosed)
        else:
            fields[name] = tuple(value) if isinstance(value, list) else value
    command = verb.make(fields)
    done = acting.act_on(counter, command, Enclosures(texts=tuple(enclosed)))
    return _told(got(done), at.step, response)


def _text(value: str, subject: str, enclosed: list[NewText]) -> TextRef | None:
    if not value.strip():
        return None
    text = new_text("opinion", value, subject)
    enclosed.append(text)
    return text.ref


def _told(done: Done, step: str, response: Response) -> ActDone:
    state = done.case.steps.get(step, NOTHING)
    if step:
        response.headers["ETag"] = f'"{state.round}"'
    if done.repeated:
        response.headers[REPLAYED] = "true"
    return ActDone(
        case=done.case.id,
        seq=done.seq,
        step=step,
        round=state.round,
        status=str(state.status if step else done.case.status),
        status_title=STATUS_TITLES[state.status] if step else CASE_STATUS_TITLES[done.case.status],
        new_work=[_work(item) for item in done.new_work],
        warnings=list(done.warnings),
    )


def _work(item: WorkItem) -> WorkNow:
    return WorkNow(
        kind=str(item.kind),
        act=WORK_TITLES[item.kind],
        step=item.step,
        round=item.round,
        node=item.node,
        seat=item.seat,
        body=item.body,
        position=item.position,
        due_on=item.due_on,
    )


for _verb in VERBS:
    _add(_verb)
