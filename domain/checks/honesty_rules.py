"""各环节通用的检查 (X-01 to X-04): dates, duties kept apart, one file twice, inspections.

They look at the whole case; so their results do not name what they saw, and no step should wait for one.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from domain.case import EvidenceItem, split_key
from domain.checks.looking import Look
from domain.checks.rule import Param, Rule
from domain.decisions import Decision, Medium
from domain.plan import REGISTER, StepPlan
from domain.programme import Confidence, EvidenceMode, Moment, Severity

_DATES: Final = ("issued_on", "held_on")


def dates_in_window(look: Look) -> None:
    """X-01."""
    for step in look.facts.view.steps:
        for key in look.facts.copies.get(step.id, ()):
            if look.handed_in(key):
                _window(look, step, key)


def _window(look: Look, step: StepPlan, key: str) -> None:
    state = look.state(key)
    begins = _begins(look, step, key)
    for slot, item in state.evidence.items():
        ref = f"{key}/{slot}"
        for day in _days(item):
            if begins and day < begins:
                look.fault(ref, f"“{item.title}”成文于 {day},早于前置任务启动的 {begins}")
            elif (
                state.submitted_on
                and day > state.submitted_on
                and not _later(step, slot, item, state.submitted_on)
            ):
                look.fault(ref, f"“{item.title}”成文于 {day},晚于提交的 {state.submitted_on}")


def _begins(look: Look, step: StepPlan, key: str) -> date | None:
    """The day before which no paper of a step can have been made: when the steps before it began.

    A step that waits for nothing has none: what it rests on may be older than the reform.
    """
    item = split_key(key)[1]
    days = []
    for earlier in step.after:
        copies = look.facts.copies.get(earlier, ())
        same = [each for each in copies if split_key(each)[1] in ("", item)]
        days += [opened for each in same if (opened := look.state(each).opened_on)]
    return min(days, default=None)


def _days(item: EvidenceItem) -> list[date]:
    return [date.fromisoformat(item.fields[name]) for name in _DATES if item.fields.get(name)]


def _later(step: StepPlan, slot: str, item: EvidenceItem, submitted: date) -> bool:
    """Whether it may be made after the step was handed in: a receipt, or a paper changed in review."""
    declared = step.slot(slot)
    filed = declared is not None and declared.moment is Moment.FILING
    return filed or (item.added_on is not None and item.added_on > submitted)


def duties_apart(look: Look) -> None:
    """X-02."""
    submitted: dict[str, str] = {}
    for key, state in look.case.steps.items():
        if state.submitted_by:
            submitted[key] = state.submitted_by
        for each in state.decisions:
            _one_decision(look, key, state.submitted_by, each)
    _acceptance(look, submitted)
    for number, change in enumerate(look.case.corrections, start=1):
        if change.proposed_by == change.confirmed_by:
            look.fault(change.step or f"{number}", f"第 {number} 处更正由同一人提出和确认")


def _one_decision(look: Look, key: str, submitter: str, decision: Decision) -> None:
    if submitter and decision.decided_by == submitter:
        look.fault(key, f"{look.title(key)}由同一人提交和审批")
    if decision.medium is not Medium.CLOCK and decision.verified_by:
        if decision.verified_by == decision.recorded_by:
            look.fault(key, f"{look.title(key)}的代录意见由同一人登记和核对")
        if decision.verified_by == decision.decided_by:
            look.fault(key, f"{look.title(key)}的代录意见由审批人自己核对")


def _acceptance(look: Look, submitted: dict[str, str]) -> None:
    """Who closes a stage has handed in nothing of it."""
    for step in look.facts.view.steps:
        keys = look.facts.copies.get(step.id, ()) if step.step.accepts else ()
        if not keys:
            continue
        covered = {s for stage in step.step.accepts for s in look.facts.plan.stage_steps.get(stage, ())}
        doers = {person for key, person in submitted.items() if split_key(key)[0] in covered - {step.id}}
        for key in keys:
            if any(each.decided_by in doers for each in look.state(key).decisions):
                look.fault(key, f"{look.title(key)}的验收人自己承办过所验收的任务")


def same_file(look: Look) -> None:
    """X-03."""
    for key, state in look.case.steps.items():
        for slot, item in state.evidence.items():
            others = look.facts.same_files.get(item.digest, ())
            if others and item.mode == EvidenceMode.UPLOAD:
                named = "、".join(others[:3]) + (f"等 {len(others)} 个单位" if len(others) > 3 else "")
                look.fault(f"{key}/{slot}", f"“{item.title}”与{named}的是同一个文件")


def inspections(look: Look) -> None:
    """X-04."""
    register, most = look.word("register"), look.amount("per_year")
    years = Counter(
        row[look.word("column")][:4] for row in look.rows(register) if row.get(look.word("column"))
    )
    for year, number in sorted(years.items()):
        if number > most:
            look.fault(f"{REGISTER}/{register}", f"{year} 年检查 {number} 次,超过 {most} 次")


RULES: Final = (
    Rule(
        id="X-01",
        title="佐证材料的日期在任务期间之内",
        reads="每份已提交材料的成文日期、前置任务的启动日期、本任务的提交日期",
        why="防倒签:材料不会早于它的前置任务,也不会晚于提交",
        satisfy="核对原件;日期登记有误的按更正办理",
        basis="防倒签(建议值)",
        confidence=Confidence.PROPOSED,
        look=dates_in_window,
    ),
    Rule(
        id="X-02",
        title="承办、审批、验收分设",
        reads="每项任务的提交人、审批人、代录和核对人、验收人,每处更正的提出人和确认人",
        why="自己办自己批,等于没有审批",
        satisfy="由另一人重新办理",
        basis="内控规则:不相容岗位分离",
        confidence=Confidence.PROPOSED,
        look=duties_apart,
        severity=Severity.BLOCK,
    ),
    Rule(
        id="X-03",
        title="同一文件没有用于两个单位",
        reads="上传材料的摘要,与其他改革单位的比对",
        why="防痕迹造假:照抄照搬的材料一个字节都不差",
        satisfy="换成本单位自己的材料;确属共用的文件(如市里统一批复),申请豁免",
        basis="防痕迹造假(建议值)",
        confidence=Confidence.PROPOSED,
        look=same_file,
    ),
    Rule(
        id="X-04",
        title="一年内检查次数不超过限额",
        reads="检查台账的日期(流程模板设了这张台账才检查)",
        why="为基层减负",
        satisfy="合并检查,或者取消多余的检查",
        basis="规范涉开发区督导检查和考核评比活动的通知(河南2022年6月);次数为建议值",
        confidence=Confidence.FOUND,
        look=inspections,
        parameters=(
            Param("per_year", "每年最多次数", 1),
            Param("register", "检查台账", "inspections"),
            Param("column", "检查日期列", "held_on"),
        ),
    ),
)
"""各环节通用的检查."""
