"""检查的说法: how a check, its result on a case, and a run are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli import output

if TYPE_CHECKING:
    from domain.case import Case
    from domain.checks.evaluating import Evaluation, PlannedCheck
    from domain.checks.rule import Rule
    from services.bootstrap import Runtime
    from services.checking.running import CaseChecked, Swept


MOST_SHOWN: Final = 200
"""Lines of a list on the screen; JSON has all."""


def may_see_rows(runtime: Runtime, case: Case) -> bool:
    """Whether whoever ``--as`` names may see rows of the case's registers; 本机运维 may not."""
    from cli.session import current_session
    from domain.permissions import Action
    from services.clock import today
    from services.permits import case_target, permit

    reader = current_session().reader
    on, target = today(runtime.db, runtime.wall), case_target(runtime.db, case)
    return bool(reader) and permit(runtime.db, reader, Action.REGISTER_READ, target, on=on) is None


def said(total: Swept) -> str:
    """A run in one line."""
    told = f",登记 {total.recorded} 项结果" if total.recorded else ""
    return (
        f"检查 {total.cases} 个改革任务:{total.clean} 个没有未通过的;问题 {total.findings} 处,"
        f"新增 {total.opened} 处,消除 {total.cleared} 处,拦住任务 {total.blocking} 项{told}"
    )


def show_case(found: CaseChecked) -> None:
    """One case: what has not passed."""
    from domain.checks.evaluating import SEVERITY_TITLES
    from domain.programme import Severity

    output.show(found.unit_name, "bold")
    for each in sorted(found.failed, key=lambda one: one.severity is not Severity.BLOCK):
        style = "red" if each.holds else "yellow"
        output.show(f"  {SEVERITY_TITLES[each.severity]} {each.check} {each.title}", style)
        for finding in each.open_findings:
            output.show(f"    {finding.text}(自 {finding.since},{finding.place})")


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as programs read it."""
    import msgspec

    names = ("id", "title", "reads", "why", "satisfy", "severity", "basis", "confidence", "version")
    told = {name: str(getattr(rule, name)) for name in names}
    dates = {"valid_from": rule.valid_from, "valid_to": rule.valid_to}
    return told | dates | {"parameters": msgspec.to_builtins(rule.parameters)}


def show_rule(
    rule: Rule, *, planned: PlannedCheck | None = None, found: Evaluation | None = None, unit: str = ""
) -> None:
    """A check: what it reads, why, what would satisfy it; and its result on a case where one is given."""
    import msgspec

    from domain.checks.evaluating import SEVERITY_TITLES

    if output.wants_json():
        used = {"steps": planned.use.steps, "parameters": planned.parameters} if planned else None
        result = msgspec.to_builtins(found) if found else None
        output.data(rule_data(rule) | {"unit": unit, "used": used, "result": result})
        return
    severity = found.severity if found else rule.severity
    output.show(f"{rule.id} {rule.title}", "bold")
    output.pairs(
        (
            ("程度", SEVERITY_TITLES[severity]),
            ("看什么", rule.reads),
            ("为什么", rule.why),
            ("怎样算通过", rule.satisfy),
            ("依据", f"{rule.basis}({confidence_title(rule)}){in_force(rule)}"),
        )
    )
    values = planned.parameters if planned else {}
    for each in rule.parameters:
        value = values.get(each.name, each.default)
        output.show(f"  参数 {each.title}:{'(由流程模板写明)' if value is None else value or '(空)'}")
    if unit and found is None:
        output.show(f"{unit}:所用流程模板没有选用这条检查")
    elif found is not None:
        _show_result(found, unit)


def _show_result(found: Evaluation, unit: str) -> None:
    from domain.checks.evaluating import VERDICT_TITLES

    output.show(f"{unit}:{VERDICT_TITLES[found.verdict]}", "bold")
    if not found.findings:
        output.show(f"  {found.summary}")
    for finding in found.findings:
        waived = "(已豁免)" if finding.waiver else ""
        output.show(f"  {finding.text}{waived}(自 {finding.since},位置 {finding.place})")
        if rows := found.rows.get(finding.place):
            output.show(f"    涉及:{'、'.join(rows)}")
    if found.holds:
        output.show(f"  拦住:{'、'.join(found.holds)}", "red")


def in_force(rule: Rule) -> str:
    """From when to when the basis is in force; empty where that is not bounded."""
    first = f"自 {rule.valid_from} 起" if rule.valid_from else ""
    last = f"至 {rule.valid_to} 止" if rule.valid_to else ""
    return first + last


def confidence_title(rule: Rule) -> str:
    """How sure the basis is."""
    from domain.checks.catalogue import CONFIDENCE_TITLES

    return CONFIDENCE_TITLES[rule.confidence]
