"""合规检查: at the counter: the findings of cases in sight, runs, waivers by two persons, rulings.

Rows that a check means are shown to whoever may see the registers, and to nobody else.
"""

from __future__ import annotations

from datetime import date

import msgspec

from domain.case import Case
from domain.checks.catalogue import CATALOGUE, rule_of
from domain.checks.evaluating import Evaluation, Ruling
from domain.checks.rule import Rule
from domain.permissions import Action
from domain.programme import Severity
from domain.programme_terms import Confidence
from domain.refusal import Refused
from services.checking import decisions, running
from services.checking.decisions import Clerk, WaiverLine
from services.checking.loading import load_many
from services.checking.running import CaseChecked
from services.checking.standing import StandingFinding, standing_findings
from services.evidence.files import out_of_sight
from services.office.counter import Counter
from services.permits import case_target


class ParameterLine(msgspec.Struct, frozen=True, kw_only=True):
    """检查参数."""

    name: str
    title: str
    default: str


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """检查: what it looks at, why, and what would satisfy it."""

    id: str
    title: str
    reads: str
    why: str
    satisfy: str
    severity: Severity
    basis: str
    confidence: Confidence
    parameters: tuple[ParameterLine, ...]


class Waived(msgspec.Struct, frozen=True, kw_only=True):
    """豁免申请, as it is asked for."""

    check: str
    reason: str
    until: date
    place: str = ""
    number: str = ""


def list_rules(counter: Counter) -> tuple[RuleLine, ...] | Refused:
    """全部检查: for whoever reads cases or programmes."""
    return counter.out_of_scope(str(Action.CASE_READ)) or tuple(_line(rule) for rule in CATALOGUE.values())


def show_rule(counter: Counter, check: str) -> RuleLine | Refused:
    """一条检查."""
    refused = counter.out_of_scope(str(Action.CASE_READ))
    if refused is not None:
        return refused
    rule = rule_of(check)
    return decisions.unknown_check(check) if rule is None else _line(rule)


def list_findings(counter: Counter, case_id: str) -> tuple[StandingFinding, ...] | Refused:
    """现有问题 of a case: what the last run found and is not cleared."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    return tuple(standing_findings(counter.db, counter.today(), cases=[case.id]))


def explain(counter: Counter, case_id: str, check: str) -> Evaluation | Refused:
    """一条检查在这个改革任务的结果, as of now; nothing is written."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    rule = rule_of(check)
    if rule is None:
        return decisions.unknown_check(check)
    reader = running.reader_of(counter.runtime)
    (loaded,) = load_many(counter.db, [case.id], counter.today(), reader)
    looked = _shown(counter, case, running.look_at_one(loaded))
    found = next((each for each in looked.evaluations if each.check == rule.id), None)
    return found or _not_asked(rule)


def run(counter: Counter, case_id: str, *, dry_run: bool) -> CaseChecked | Refused:
    """运行合规检查 on one case: its results are told to the case, once for what is new."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    refused = counter.refuses(Action.CHECK_RUN, case_target(counter.db, case))
    if refused is not None:
        return refused
    entry = msgspec.structs.replace(running.machine_entry(), channel=counter.entry.channel)
    found: list[CaseChecked] = []
    on = counter.today()
    running.check_cases(counter.runtime, [case.id], on, None if dry_run else entry, each=found.append)
    return _shown(counter, case, found[0]) if found else _broken(case)


def list_waivers(counter: Counter, case_id: str) -> tuple[WaiverLine, ...] | Refused:
    """豁免申请 of a case, with their reasons."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    return tuple(each for each in decisions.list_waivers(counter.db) if each.case == case.id)


def waive(counter: Counter, case_id: str, asked: Waived, command_id: str) -> WaiverLine | Refused:
    """申请豁免."""
    case = counter.case(case_id)
    if isinstance(case, Refused):
        return case
    refused = counter.out_of_scope(str(Action.CHECK_WAIVE))
    if refused is not None:
        return refused
    key = decisions.ask_waiver(
        _clerk(counter, command_id),
        case,
        asked.check,
        reason=asked.reason,
        until=asked.until,
        place=asked.place,
        number=asked.number,
    )
    if isinstance(key, Refused):
        return key
    return next(each for each in decisions.list_waivers(counter.db) if each.id == key)


def answer_waiver(counter: Counter, waiver: str, command_id: str, *, grants: bool) -> WaiverLine | Refused:
    """批准豁免, or not; once granted the case is looked at again, so that what it held up goes on."""
    refused = counter.out_of_scope(str(Action.CHECK_WAIVER_ANSWER)) or _hidden(counter, waiver)
    if refused is not None:
        return refused
    line = decisions.answer_waiver(_clerk(counter, command_id), waiver, grants=grants)
    if isinstance(line, WaiverLine) and grants:
        running.check_cases(counter.runtime, [line.case], counter.today(), running.machine_entry())
    return line


def rule_check(
    counter: Counter, check: str, command_id: str, *, blocks: bool, number: str, valid_from: date | None
) -> Ruling | Refused:
    """凭文件改为拦截, or back to what the programme says."""
    return counter.out_of_scope(str(Action.CHECK_RULE)) or decisions.rule_check(
        _clerk(counter, command_id),
        check,
        blocks=blocks,
        number=number,
        valid_from=valid_from or counter.today(),
    )


def _hidden(counter: Counter, waiver: str) -> Refused | None:
    """A waiver of a case out of sight looks like none."""
    line = next((each for each in decisions.list_waivers(counter.db) if each.id == waiver), None)
    if line is None:
        return out_of_sight()
    case = counter.case(line.case)
    return case if isinstance(case, Refused) else None


def _clerk(counter: Counter, command_id: str) -> Clerk:
    return Clerk(counter.db, counter.wall, counter.person, counter.entry.channel, command_id)


def _shown(counter: Counter, case: Case, found: CaseChecked) -> CaseChecked:
    sees = counter.refuses(Action.REGISTER_READ, case_target(counter.db, case)) is None
    return found if sees else found.without_rows()


def _line(rule: Rule) -> RuleLine:
    return RuleLine(
        id=rule.id,
        title=rule.title,
        reads=rule.reads,
        why=rule.why,
        satisfy=rule.satisfy,
        severity=rule.severity,
        basis=rule.basis,
        confidence=rule.confidence,
        parameters=tuple(
            ParameterLine(
                name=each.name, title=each.title, default="" if each.default is None else str(each.default)
            )
            for each in rule.parameters
        ),
    )


def _not_asked(rule: Rule) -> Refused:
    return Refused(
        code="checks.not_asked",
        message=f"这个改革任务的流程模板没有列入检查 {rule.id}",
        remedy="列入了哪些检查,见流程模板的 checks",
        facts={"check": rule.id},
    )


def _broken(case: Case) -> Refused:
    return Refused(
        code="checks.broken",
        message="这个改革任务没有检查成",
        remedy="请稍后再试;仍不成的,请告诉系统管理员",
        facts={"case": case.id},
    )
