"""催办、传阅、抄送: what tells people of a step and decides nothing in it."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.consulting import require_known
from domain.acts.handing import acted_beside
from domain.acts.recording import works_in_system
from domain.case import Case, Seat, StepState
from domain.circulation import Circulation, Reader
from domain.judging import Judgement
from domain.open_work import open_work
from domain.refusal import refuse
from domain.states import CaseStatus
from domain.work_items import WorkItem
from domain.work_kinds import OF_CASE, POSITIONS_ASKED, WorkKind

MOST_READERS = 100


def urge(j: Judgement, command: c.Urge) -> None:
    """催办: by whoever the permission table lets; once in so many working days, and nobody's own work."""
    _, state = j.open_step(command)
    items = [
        item
        for item in open_work(j.plan, j.case).values()
        if item.step == command.step and item.kind not in OF_CASE
    ]
    if not items:
        refuse("urge.nothing", "该任务现在没有等人办理的工作", "请先查看任务进展", step=command.step)
    others = [item for item in items if not _own(j, item)]
    if not others:
        refuse(
            "urge.own",
            "该任务正等您本人办理,无须催办",
            "请直接办理;不能办理的,请转办或设置请假代理",
            step=command.step,
        )
    _require_interval(j, command, state)
    places = dict.fromkeys(
        f"{item.body}/{item.position}" for item in others if item.body and _in_system(j, item)
    )
    j.emit(
        e.Urged(
            step=command.step,
            by=j.facts.actor.person,
            on=command.occurred_on,
            places=tuple(places),
            note=command.reason,
        )
    )


def _own(j: Judgement, item: WorkItem) -> bool:
    return j.facts.actor.holds(Seat(item.role, item.body, item.position))


def _in_system(j: Judgement, item: WorkItem) -> bool:
    """A committee or a leader who does not sign in is not pressed; who records for them is."""
    return (
        item.kind is not WorkKind.DECIDE
        or item.role not in j.plan.roles
        or works_in_system(j, Seat(item.role, item.body, item.position))
    )


def _require_interval(j: Judgement, command: c.Urge, state: StepState) -> None:
    every = j.plan.programme.urge_every
    if state.urged is None or not every:
        return
    again = j.facts.calendar.add_workdays(state.urged.on, every)
    if command.occurred_on < again:
        refuse(
            "urge.too_soon",
            f"{state.urged.on} 已催办过,每 {every} 个工作日至多催办一次",
            f"{again} 起可再催办;紧急的请当面或电话联系",
            step=command.step,
            again=again.isoformat(),
        )


def circulate(j: Judgement, command: c.Circulate) -> None:
    """传阅、抄送: by who works on the step now, who does it, or the overseer."""
    state = begun(j, command)
    overseers = j.seats(command.step, j.plan.programme.overseer)
    doers = j.seats(command.step, j.step(command.step).step.doer)
    j.require_any((*state.seats, *doers, *overseers), "传阅、抄送")
    if not command.readers:
        refuse("circulation.nobody", "还没有选定传阅、抄送的对象", "请写明机构和岗位", step=command.step)
    if len(command.readers) > MOST_READERS:
        refuse(
            "circulation.many",
            f"一次至多 {MOST_READERS} 个对象",
            "请只选需要知道的岗位(为基层减负)",
            most=MOST_READERS,
        )
    if command.until is not None and command.until < command.occurred_on:
        refuse(
            "circulation.until", f"阅毕日期 {command.until} 早于今天", "请核对日期", until=str(command.until)
        )
    readers = [_reader(place) for place in dict.fromkeys(command.readers)]
    require_known(j, tuple(reader.body for reader in readers))
    j.emit(
        e.Circulated(
            step=command.step,
            circulation=Circulation(
                id=str(j.case.counter + 1),
                step=command.step,
                round=state.round,
                by=j.facts.actor.person,
                on=command.occurred_on,
                readers=tuple(readers),
                marks=command.marks,
                until=command.until if command.marks else None,
                note=command.reason,
            ),
        )
    )


def _reader(place: str) -> Reader:
    body, _, position = place.rpartition("/")
    if not body or position not in POSITIONS_ASKED:
        words = "、".join(f"{code}({title})" for code, title in POSITIONS_ASKED.items())
        refuse("circulation.place", f"“{place}”不是“机构/岗位”", f"岗位可选:{words}", place=place)
    return Reader(body=body, position=position)


def begun(j: Judgement, command: c.StepCommand) -> StepState:
    """A step that has begun, in a case that has not ended for good."""
    if j.case.status is CaseStatus.TERMINATED:
        j.require_open_case()
    j.step(command.step)
    state = j.state(command.step)
    if not state.round:
        refuse("step.not_begun", f"任务 {command.step} 还没有启动", "请在启动以后办理", step=command.step)
    return state


def mark_read(j: Judgement, command: c.MarkRead) -> None:
    """已阅: in the reader's position or for who holds it, the own first; also after the step is done."""
    begun(j, command)
    waiting = {
        (found.id, reader.place): Seat("", reader.body, reader.position)
        for found in _of_step(j.case, command.step)
        if command.circulation in ("", found.id)
        for reader in found.waits_for
    }
    mine = acted_beside(j, command.step, tuple(waiting.values()), WorkKind.READ)
    if mine is not None:
        circulation, place = next(at for at, seat in waiting.items() if seat == mine.seat)
        j.emit(
            e.CirculationRead(
                step=command.step,
                circulation=circulation,
                place=place,
                by=j.facts.actor.person,
                acting_for=mine.acting_for,
                on=command.occurred_on,
            )
        )
        return
    refuse(
        "circulation.not_yours",
        "没有等您阅知的传阅件",
        "可能同岗位的人已阅,或传阅已结束",
        step=command.step,
        circulation=command.circulation,
    )


def end_circulation(j: Judgement, command: c.EndCirculation) -> None:
    """结束传阅: by who sent it round, or the overseer."""
    begun(j, command)
    found = next((f for f in _of_step(j.case, command.step) if f.id == command.circulation), None)
    if found is None or not found.waits_for:
        refuse(
            "circulation.over",
            "该传阅件已阅毕、已结束,或不存在",
            "请刷新后核对",
            circulation=command.circulation,
        )
    if j.facts.actor.person != found.by:
        j.require_any(j.seats(command.step, j.plan.programme.overseer), "结束传阅")
    j.emit(
        e.CirculationEnded(
            step=command.step, circulation=found.id, by=j.facts.actor.person, on=command.occurred_on
        )
    )


def _of_step(case: Case, key: str) -> list[Circulation]:
    return [found for found in case.circulations.values() if found.step == key]
