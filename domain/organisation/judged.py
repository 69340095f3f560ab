"""组织研判的公用部分: where a refusal raised inside becomes a value, and what every judgement asks first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from domain.organisation.values import BodyFacts
from domain.refusal import RefusalError, Refused, refuse

P = ParamSpec("P")
R = TypeVar("R")


def judged(rule: Callable[P, R]) -> Callable[P, R | Refused]:
    """Return the rule with its refusal as a value."""

    @wraps(rule)
    def answer(*args: P.args, **more: P.kwargs) -> R | Refused:
        try:
            return rule(*args, **more)
        except RefusalError as refusal:
            return refusal.refused

    return answer


def require_basis(basis: str, what: str) -> str:
    """Every change of who answers for what rests on a paper; one without a number says 无文号."""
    text = basis.strip()
    if not text:
        refuse("organisation.basis", f"{what}须写明依据", "请填写文件名称或文号;确无文号的写“无文号”并说明")
    return text


def unknown_body(code: str) -> Refused:
    """No such body."""
    return Refused(
        code="body.unknown",
        message=f"机构名册中没有“{code}”",
        remedy="请核对机构编号,或先登记机构",
        facts={"body": code},
    )


def require_standing(body: BodyFacts | None, code: str, on: date) -> BodyFacts:
    """The body, which must exist on the day; an expired one is 无人承办."""
    if body is None:
        raise RefusalError(unknown_body(code))
    if not body.stands(on):
        why = f"“{body.name}”已于 {body.last} 到期或撤销" if body.last and body.last < on else "尚未成立"
        refuse(
            "body.ended",
            f"{why},该日无人承办",
            "请改用现行机构;需要延续的,凭文件延长机构期限",
            body=code,
        )
    return body
