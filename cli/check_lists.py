"""检查的清单: rules, standing findings and waivers as ``zonectl check list`` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import output
from cli.check_words import MOST_SHOWN, rule_data
from cli.finding import cases_in_sight, got
from cli.session import current_session

if TYPE_CHECKING:
    from datetime import date

    from domain.case import Case
    from services.bootstrap import Runtime


def list_rules() -> None:
    """全部检查."""
    from domain.checks.catalogue import CATALOGUE
    from domain.checks.evaluating import SEVERITY_TITLES

    if output.wants_json():
        output.data({"checks": [rule_data(rule) for rule in CATALOGUE.values()]})
        return
    output.table(
        ("检查", "名称", "程度", "依据"),
        [(rule.id, rule.title, SEVERITY_TITLES[rule.severity], rule.basis) for rule in CATALOGUE.values()],
    )


def list_findings(runtime: Runtime, case: Case | None, name: str, on: date) -> None:
    """现有问题."""
    import msgspec

    from domain.checks.catalogue import rule_of
    from domain.checks.evaluating import SEVERITY_TITLES
    from services.checking.decisions import unknown_check
    from services.checking.standing import standing_findings

    rule = rule_of(name) if name else None
    if name and rule is None:
        got(unknown_check(name), "查看现有问题")
    seen = [case.id] if case else cases_in_sight(runtime)
    found = list(standing_findings(runtime.db, on, cases=seen, check=rule.id if rule else ""))
    if output.wants_json():
        output.data({"total": len(found), "findings": msgspec.to_builtins(found)})
        return
    rows = [
        (
            each.unit_name,
            each.check,
            SEVERITY_TITLES[each.severity] + ("(已豁免)" if each.waiver else ""),
            each.text,
            each.since.isoformat(),
            each.place,
        )
        for each in found[:MOST_SHOWN]
    ]
    if rows:
        output.table(("改革单位", "检查", "程度", "问题", "自", "位置"), rows)
    output.say(f"共 {len(found)} 处" if found else "没有问题;没有检查过的,请先 zonectl check run")


def list_waivers(runtime: Runtime, case: Case | None, on: date) -> None:
    """豁免申请; reasons only for whoever ``--as`` names."""
    import msgspec

    from services.checking import decisions

    seen = [case.id] if case else cases_in_sight(runtime)
    every = decisions.list_waivers(runtime.db)
    found = [each for each in every if seen is None or each.case in set(seen)]
    if not current_session().reader:
        found = [msgspec.structs.replace(each, reason="(凭职务查看,请加 --as)") for each in found]
    if output.wants_json():
        output.data({"waivers": [msgspec.to_builtins(each) | {"words": each.words(on)} for each in found]})
        return
    rows = [
        (
            each.id,
            each.words(on),
            each.check,
            each.place or "(整条)",
            each.until.isoformat(),
            each.asked_by,
            each.reason,
        )
        for each in found
    ]
    if rows:
        output.table(("编号", "状态", "检查", "位置", "到期", "申请人", "理由"), rows)
    else:
        output.say("没有豁免申请")
