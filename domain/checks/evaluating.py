"""检查评定: one check on one case: whether it applies, can look, what it found, what that holds.

Only what the design names blocks by itself; a programme may ask for no more than that. A deployment makes a
warning block by a dated decision with its number (`Ruling`); a waiver lets a finding pass until a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from domain.case import Case, CheckFinding, CheckResult, split_key
from domain.checks import seen
from domain.checks.catalogue import CATALOGUE
from domain.checks.facts import CaseFacts, Finding
from domain.checks.looking import Look, NotYet, SetAside
from domain.checks.rule import Rule
from domain.plan import Plan, applies
from domain.programme import CheckUse, Severity
from domain.states import StepStatus

_KEY_LENGTH: Final = 16
MOST_FINDINGS: Final = 50
"""Of one check on one case; the rest are counted."""


class Verdict(StrEnum):
    """检查结论."""

    PASSED = "passed"
    FAILED = "failed"
    WAITING = "waiting"
    ASIDE = "aside"


VERDICT_TITLES: Final[Mapping[Verdict, str]] = {
    Verdict.PASSED: "通过",
    Verdict.FAILED: "未通过",
    Verdict.WAITING: "尚不能检查",
    Verdict.ASIDE: "不适用",
}
SEVERITY_TITLES: Final[Mapping[Severity, str]] = {
    Severity.BLOCK: "拦截",
    Severity.WARN: "提醒",
    Severity.INFORM: "告知",
}


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """改为拦截 (or back) by a dated decision."""

    check: str
    blocks: bool
    valid_from: date
    number: str


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """豁免: approved by a second person, until a day."""

    id: str
    case: str
    check: str
    place: str = ""
    """Empty: the whole check."""
    valid_from: date
    until: date

    def covers(self, check: str, place: str, on: date) -> bool:
        """Whether it lets a finding pass on a day."""
        return self.check == check and self.place in ("", place) and self.valid_from <= on <= self.until


@dataclass(frozen=True, slots=True)
class Policy:
    """检查政策: what this deployment decided: rulings on checks, and the waivers of one case."""

    rulings: tuple[Ruling, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def ruling(self, check: str, on: date) -> Ruling | None:
        """The ruling in force on a day: the latest that has begun."""
        begun = [each for each in self.rulings if each.check == check and each.valid_from <= on]
        return max(begun, key=lambda each: each.valid_from, default=None)

    def waiver(self, check: str, place: str, on: date) -> str:
        """The waiver that lets a finding pass; empty where none does."""
        return next((each.id for each in self.waivers if each.covers(check, place, on)), "")


NO_POLICY: Final = Policy()


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """一项检查的评定."""

    check: str
    title: str
    verdict: Verdict
    severity: Severity
    findings: tuple[CheckFinding, ...] = ()
    summary: str
    rule_version: str = ""
    saw: dict[str, str] = {}
    holds: tuple[str, ...] = ()
    rows: dict[str, tuple[str, ...]] = {}
    """Place → the rows meant, for the screen only."""

    @property
    def open_findings(self) -> tuple[CheckFinding, ...]:
        """What is found and not waived."""
        return tuple(each for each in self.findings if not each.waiver)


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """一个流程模板的检查安排: each use with its rule, parameters and version, worked out once."""

    uses: tuple[PlannedCheck, ...]
    gated: frozenset[str]
    """Checks that steps wait for."""
    registers: frozenset[str]
    """Registers that some check reads."""


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """一项检查的安排."""

    use: CheckUse
    rule: Rule | None
    parameters: dict[str, str | int]
    lacking: tuple[str, ...]
    """Parameters that the programme does not say."""
    version: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Papers whose words it reads, as `1.3/plan_draft`."""
        names = self.rule.texts if self.rule else ()
        return tuple(str(self.parameters[name]) for name in names if name in self.parameters)

    def nothing_new(self, case: Case) -> bool:
        """Whether all it saw last time lies there still."""
        before = case.checks.get(self.use.id)
        return (
            before is not None
            and before.rule_version == self.version
            and bool(before.saw)
            and all(seen(case, ref) == what for ref, what in before.saw.items())
        )


def plan_checks(plan: Plan) -> CheckPlan:
    """检查安排 of a published version."""
    gated = {
        gate.check
        for stage in plan.programme.stages
        for gates in (stage.gates, *(step.gates for step in stage.steps))
        for gate in gates
        if gate.check
    }
    uses = tuple(_planned(use) for use in plan.programme.checks)
    named = {str(value) for each in uses for value in each.parameters.values()}
    return CheckPlan(uses, frozenset(gated), frozenset(named & plan.registers.keys()))


def _planned(use: CheckUse) -> PlannedCheck:
    rule = CATALOGUE.get(use.id)
    if rule is None:
        return PlannedCheck(use, None, dict(use.parameters), (), "")
    defaults = {each.name: each.default for each in rule.parameters if each.default is not None}
    parameters = {**defaults, **use.parameters}
    lacking = tuple(each.title for each in rule.parameters if each.name not in parameters)
    said = msgspec.json.encode([use.id, sorted(parameters.items())])
    return PlannedCheck(
        use, rule, parameters, lacking, f"{rule.version}:{hashlib.sha256(said).hexdigest()[:8]}"
    )


def severity_of(use: CheckUse, rule: Rule | None, policy: Policy, on: date) -> Severity:
    """程度 on a day: as the programme says, blocking only where the design or a ruling lets it."""
    ruling = policy.ruling(use.id, on)
    by_design = use.severity is Severity.BLOCK and rule is not None and rule.severity is Severity.BLOCK
    if by_design or (ruling is not None and ruling.blocks):
        return Severity.BLOCK
    return Severity.WARN if use.severity is Severity.BLOCK else use.severity


def said_severity(severity: Severity, doubtful: Iterable[bool]) -> Severity:
    """程度 as shown with what was found: where every finding is only a matter of counting, it warns."""
    found = list(doubtful)
    return Severity.WARN if severity is Severity.BLOCK and found and all(found) else severity


def evaluate_all(checks: CheckPlan, facts: CaseFacts, policy: Policy = NO_POLICY) -> tuple[Evaluation, ...]:
    """Every check of a programme on one case."""
    return tuple(_evaluate(planned, facts, policy) for planned in checks.uses)


def _evaluate(planned: PlannedCheck, facts: CaseFacts, policy: Policy) -> Evaluation:
    use, rule = planned.use, planned.rule
    severity = severity_of(use, rule, policy, facts.on)
    title = rule.title if rule else use.id
    steps = tuple(step for step in use.steps if step in facts.view.by_id)
    look = Look(facts, planned.parameters, steps)
    verdict, summary = Verdict.PASSED, "通过"
    try:
        _ready(planned, look)
        _look(planned, look)
    except SetAside as aside:
        verdict, summary = Verdict.ASIDE, f"不适用:{aside}"
    except NotYet as waits:
        # What it found before it had to wait stands all the same.
        verdict, summary = Verdict.WAITING, f"尚不能检查:{waits}"
    if verdict is Verdict.ASIDE or not look.found:
        return Evaluation(
            check=use.id,
            title=title,
            verdict=verdict,
            severity=severity,
            summary=summary,
            rule_version=planned.version,
            saw=look.saw if verdict is Verdict.PASSED else {},
        )
    return _failed(planned, title, severity, look, policy)


def _look(planned: PlannedCheck, look: Look) -> None:
    """Look, or say again what was found on the very same papers."""
    before = look.case.checks.get(planned.use.id)
    if planned.use.id in look.facts.unchanged and before is not None:
        look.saw = dict(before.saw)
        look.found = [
            Finding(place=each.place, text=each.text, doubtful=each.doubtful) for each in before.findings
        ]
        return
    _known(planned).look(look)


def _known(planned: PlannedCheck) -> Rule:
    if planned.rule is None:
        raise SetAside(f"本系统没有检查“{planned.use.id}”")
    return planned.rule


def _ready(planned: PlannedCheck, look: Look) -> None:
    """Whether the check has anything to say yet."""
    facts, use = look.facts, planned.use
    if not _known(planned).in_force(facts.on) or not _basis_in_force(use, facts.on):
        raise SetAside("依据在该日没有施行")
    holds = applies(use.when, facts.case.choices)
    if holds is False:
        raise SetAside("本改革任务不属于须检查的情形")
    if holds is None:
        raise NotYet("是否须检查尚未选定")
    if planned.lacking:
        raise NotYet(f"流程模板没有写明参数:{'、'.join(planned.lacking)}")
    if use.steps:
        _reached(use, look)


def _reached(use: CheckUse, look: Look) -> None:
    """Whether one of the steps that the check is for was handed in."""
    facts = look.facts
    if not look.steps:
        if any(step in facts.view.pending for step in use.steps):
            raise NotYet("所检查的任务是否办理尚未选定")
        raise SetAside(f"本改革任务不含任务 {'、'.join(use.steps)}")
    keys = [key for step in look.steps for key in facts.copies.get(step, ())]
    if not any(look.handed_in(key) for key in keys):
        if keys and all(look.state(key).status is StepStatus.NOT_APPLICABLE for key in keys):
            raise SetAside(f"任务 {'、'.join(look.steps)} 已定为不适用")
        raise NotYet(f"任务 {'、'.join(look.steps)} 尚未提交")


def _basis_in_force(use: CheckUse, on: date) -> bool:
    first, last = use.basis.effective_from, use.basis.effective_to
    return (first is None or first <= on) and (last is None or on <= last)


def _failed(planned: PlannedCheck, title: str, severity: Severity, look: Look, policy: Policy) -> Evaluation:
    facts, check = look.facts, planned.use.id
    found = _by_place(look.found)
    before = facts.case.checks.get(check)
    since = {each.key: each.since for each in before.findings} if before else {}
    findings = tuple(
        CheckFinding(
            key=(key := finding_key(facts.case.id, check, each.place)),
            place=each.place,
            text=each.text,
            since=min(since.get(key, facts.on), facts.on),
            waiver=policy.waiver(check, each.place, facts.on),
            doubtful=each.doubtful,
        )
        for each in found[:MOST_FINDINGS]
    )
    # Those beyond the list are told by their number, and block like the others.
    unwaived = [each for each in found if not policy.waiver(check, each.place, facts.on)]
    severity = said_severity(severity, (each.doubtful for each in unwaived))
    stopping = [each for each in unwaived if not each.doubtful] if severity is Severity.BLOCK else []
    return Evaluation(
        check=check,
        title=title,
        verdict=Verdict.FAILED if unwaived else Verdict.PASSED,
        severity=severity,
        findings=findings,
        summary=_summary(found, unwaived),
        rule_version=planned.version,
        saw=look.saw,
        holds=tuple(dict.fromkeys(key for each in stopping for key in _held(look, each.place))),
        rows={each.place: each.rows for each in found if each.rows},
    )


def finding_key(case: str, check: str, place: str) -> str:
    """问题的固定编号."""
    return hashlib.sha256(f"{case}\n{check}\n{place}".encode()).hexdigest()[:_KEY_LENGTH]


def _by_place(found: Iterable[Finding]) -> list[Finding]:
    """One finding a place: what else is wrong there is told in the same one."""
    merged: dict[str, Finding] = {}
    for each in found:
        before = merged.get(each.place)
        merged[each.place] = (
            each
            if before is None
            else replace(
                before,
                text=f"{before.text};{each.text}",
                rows=(*before.rows, *each.rows),
                doubtful=before.doubtful and each.doubtful,
            )
        )
    return list(merged.values())


def _summary(found: list[Finding], unwaived: list[Finding]) -> str:
    if not unwaived:
        return f"已豁免 {len(found)} 处"
    rest = f";共 {len(unwaived)} 处" if len(unwaived) > 1 else ""
    return f"{unwaived[0].text}{rest}"


def _held(look: Look, place: str) -> tuple[str, ...]:
    """The steps that a fault at a place holds: the one it lies in, else those the check is for."""
    owner = place if place in look.case.steps else place.rpartition("/")[0]
    if owner in look.case.steps and (not look.steps or split_key(owner)[0] in look.steps):
        return (owner,)
    keys = (key for step in look.steps for key in look.facts.copies.get(step, ()))
    return tuple(key for key in keys if look.handed_in(key))


def results_to_record(
    checks: CheckPlan, case: Case, evaluations: Iterable[Evaluation], on: date
) -> tuple[CheckResult, ...]:
    """登记的结果: those that say something else than what the case has; none where all is as it was.

    What does not apply is told only to a gate that waits for it, or where something else was told before.
    """
    found = []
    for each in evaluations:
        before = case.checks.get(each.check)
        if before is None and _says_nothing(each, checks.gated):
            continue
        result = CheckResult(
            check=each.check,
            passed=each.verdict in (Verdict.PASSED, Verdict.ASIDE),
            evaluated_on=on,
            rule_version=each.rule_version,
            saw=each.saw,
            summary=each.summary,
            findings=each.findings,
            holds=each.holds,
        )
        if before is None or replace(result, evaluated_on=before.evaluated_on) != before:
            found.append(result)
    return tuple(found)


def _says_nothing(each: Evaluation, gated: frozenset[str]) -> bool:
    return each.verdict is Verdict.WAITING or (each.verdict is Verdict.ASIDE and each.check not in gated)
