"""检查结果: what a compliance run has found, brought in by the machine that ran it."""

from __future__ import annotations

from domain import commands as c
from domain import events as e
from domain.acts.timing import require_past
from domain.judging import Judgement
from domain.refusal import refuse


def record_checks(j: Judgement, command: c.RecordChecks) -> None:
    """登记检查结果: later ones take the place of older ones; gates are looked at again at once."""
    j.require_open_case()
    if not j.facts.actor.machine:
        refuse(
            "checks.by_machine",
            "检查结果由系统登记,不能由人填写",
            "对结果有异议的,请更正所检查的材料后重新检查",
            person=j.facts.actor.person,
        )
    known = {use.id for use in j.plan.programme.checks}
    for result in command.results:
        if result.check not in known:
            refuse(
                "checks.unknown",
                f"流程模板没有选用检查“{result.check}”",
                f"选用的有:{'、'.join(sorted(known)) or '无'}",
                check=result.check,
            )
        require_past(result.evaluated_on, j.facts.today)
        before = j.case.checks.get(result.check)
        if before is not None and result.evaluated_on < before.evaluated_on:
            refuse(
                "checks.older",
                f"检查“{result.check}”已有 {before.evaluated_on} 的结果,不用 {result.evaluated_on} 的",
                "请按今天的情况重新检查",
                check=result.check,
            )
    if not command.results:
        refuse("checks.none", "没有检查结果", "无须处理")
    j.emit(e.ChecksRecorded(results=command.results))
