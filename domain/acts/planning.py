"""编制计划节点: by the overseer, at launch or later, resting on a document or decision with its number."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.judging import Judgement
from domain.milestones import STAGE, STEP, PlannedDate
from domain.refusal import refuse


def plan_date(j: Judgement, command: c.PlanDate) -> None:
    """登记、调整或撤销计划日期; those before stay to be seen."""
    j.require_open_case()
    j.require_any(j.seats("", j.plan.programme.overseer), "编制计划节点")
    places = [f"{STAGE}{stage.id}" for stage in j.plan.programme.stages]
    places += [f"{STEP}{step.id}" for stage in j.plan.programme.stages for step in stage.steps]
    if command.place not in places:
        refuse(
            "plan.place",
            f"流程模板里没有“{command.place}”",
            f"环节写 {STAGE}环节代号,任务写 {STEP}任务号",
            place=command.place,
        )
    if not command.number or not command.approver:
        refuse(
            "plan.basis_missing",
            "计划日期须写明依据的文件或决定的文号和决定的人或会议",
            "请补充;确无文号的填“无文号”",
        )
    dates = j.case.milestones.get(command.place, ())
    if (dates[-1].planned_on if dates else None) == command.planned_on:
        refuse("plan.same", "计划日期没有变动", "请核对日期", place=command.place)
    if command.planned_on is not None and command.planned_on < j.case.opened_on:
        refuse(
            "plan.before_launch",
            f"计划日期 {command.planned_on} 早于改革任务启动之日 {j.case.opened_on}",
            "请写启动以后的日期",
            planned_on=command.planned_on.isoformat(),
        )
    found = PlannedDate(
        planned_on=command.planned_on,
        on=command.occurred_on,
        by=j.facts.actor.person,
        number=command.number,
        approver=command.approver,
    )
    j.emit(e.DatePlanned(place=command.place, date=found))
