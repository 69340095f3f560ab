"""检查目录: every compliance check the system has, by its id."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from domain.checks import (
    company_rules,
    contract_rules,
    handover_rules,
    honesty_rules,
    office_rules,
    plan_rules,
    staff_rules,
)
from domain.checks.rule import Rule
from domain.programme import Confidence

CATALOGUE: Final = MappingProxyType(
    {
        rule.id: rule
        for rules in (
            plan_rules.RULES,
            office_rules.RULES,
            staff_rules.RULES,
            contract_rules.RULES,
            company_rules.RULES,
            handover_rules.RULES,
            honesty_rules.RULES,
        )
        for rule in rules
    }
)
"""Id → rule."""
CONFIDENCE_TITLES: Final = MappingProxyType(
    {
        Confidence.FOUND: "查到原文",
        Confidence.KNOWN: "一般知识",
        Confidence.UNCERTAIN: "存疑",
        Confidence.PROPOSED: "建议值",
    }
)
"""可信度, in words."""


def rule_of(check: str) -> Rule | None:
    """The rule of an id, in whatever case it was typed."""
    return CATALOGUE.get(check.strip().upper())
