"""机构研判: registering and changing one body; temporary ones need their founding document and days.

Basis of the kinds and of 专班 as temporary bodies: practice of the offices (design notes, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from domain.organisation import events as e
from domain.organisation.judged import judged, require_basis, unknown_body
from domain.organisation.values import KIND_TITLES, LEVEL_TITLES, BodyFacts, NameUntil
from domain.refusal import RefusalError, refuse

LONGEST_NAME: Final = 80
_CHANGEABLE: Final = ("body_type", "kind", "division", "level", "unit", "last")


class RegisterBody(msgspec.Struct, frozen=True, kw_only=True):
    """登记机构."""

    code: str
    name: str
    body_type: str
    kind: str = "account"
    division: str = ""
    level: str = ""
    unit: str = ""
    first: date | None = None
    last: date | None = None
    temporary: bool = False
    founding: str = ""


class ChangeBody(msgspec.Struct, frozen=True, kw_only=True):
    """调整机构: what is left `None` stays. A new name holds from `effective` on."""

    code: str
    basis: str
    name: str | None = None
    effective: date | None = None
    body_type: str | None = None
    kind: str | None = None
    division: str | None = None
    level: str | None = None
    unit: str | None = None
    last: date | None = None
    """A temporary body's last day, put off or brought forward."""


@judged
def judge_registration(
    asked: RegisterBody, bodies: Mapping[str, BodyFacts], units: frozenset[str]
) -> e.BodyRegistered:
    """登记机构: whether the body may enter the register as stated."""
    code, name = asked.code.strip(), asked.name.strip()
    if not code or any(sign.isspace() or sign == "@" for sign in code):
        refuse("body.code", f"机构编号“{asked.code}”不能用", "编号不能为空,不含空格和 @", body=code)
    if code in bodies:
        refuse(
            "body.exists", f"编号“{code}”已登记为“{bodies[code].name}”", "请换一个编号,或改为调整", body=code
        )
    _require_name(name)
    _require_words(asked.kind, asked.level)
    _require_unit(asked.unit, units)
    if not asked.body_type.strip():
        refuse("body.type", "须写明机构类型", "请填写流程模板里的机构代号,如 finance_bureau", body=code)
    _require_place(asked.division, asked.unit)
    _require_days(asked.first, asked.last)
    if asked.temporary and not (asked.founding.strip() and asked.first):
        refuse(
            "body.founding",
            "临时机构(专班、领导小组等)须写明成立文件和成立日期",
            "请补充成立文件文号和起止日期",
            body=code,
        )
    _require_single(name, asked.division, asked.first, asked.last, code, bodies)
    return e.BodyRegistered(
        code=code,
        name=name,
        body_type=asked.body_type.strip(),
        kind=asked.kind,
        division=asked.division,
        level=asked.level,
        unit=asked.unit,
        first=asked.first,
        last=asked.last,
        temporary=asked.temporary,
        founding=asked.founding.strip(),
    )


@judged
def judge_change(
    asked: ChangeBody, bodies: Mapping[str, BodyFacts], units: frozenset[str], on: date
) -> e.BodyChanged:
    """调整机构: only what is stated changes; a new name keeps the old one for papers of its time."""
    body = bodies.get(asked.code)
    if body is None:
        raise RefusalError(unknown_body(asked.code))
    basis = require_basis(asked.basis, "调整机构")
    if asked.last is not None and not body.data.temporary:
        refuse(
            "body.not_temporary",
            f"“{body.name}”不是临时机构,不能只改期限",
            "撤销、整合请按机构改革办理(body reorganise)",
            body=body.code,
        )
    before, after = _differences(asked, body)
    former = _renamed(asked, body, basis, on, before, after)
    if not after:
        refuse("body.same", f"“{body.name}”的登记内容没有变化", "请核对要改的内容", body=body.code)
    _require_words(after.get("kind", body.kind), after.get("level", body.level))
    _require_unit(after.get("unit", ""), units)
    _require_place(after.get("division", body.division), after.get("unit", body.unit))
    _require_days(body.first, asked.last)
    return e.BodyChanged(code=body.code, before=before, after=after, basis=basis, former=former)


def _differences(asked: ChangeBody, body: BodyFacts) -> tuple[dict[str, str], dict[str, str]]:
    before, after = {}, {}
    held = {**msgspec.structs.asdict(body), "body_type": body.type}
    for name in _CHANGEABLE:
        wanted = getattr(asked, name)
        if wanted is not None and wanted != held[name]:
            before[name], after[name] = str(held[name] or ""), str(wanted)
    return before, after


def _renamed(
    asked: ChangeBody,
    body: BodyFacts,
    basis: str,
    on: date,
    before: dict[str, str],
    after: dict[str, str],
) -> NameUntil | None:
    if asked.name is None or asked.name.strip() == body.name:
        return None
    name, since = asked.name.strip(), asked.effective or on
    _require_name(name)
    require_after_last(since, body.data.names)
    before["name"], after["name"] = body.name, name
    return NameUntil(name=body.name, until=(since - timedelta(days=1)).isoformat(), source=basis)


def require_after_last(since: date, names: tuple[NameUntil, ...]) -> None:
    """A name begins after the one before it began."""
    last = max((each.until for each in names if each.until), default="")
    if since.isoformat() <= last:
        refuse(
            "name.order",
            f"新名称的生效日期 {since} 不晚于上一次更名({last})",
            "请核对批准文件的生效日期",
            since=since.isoformat(),
        )


def _require_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        refuse("body.name", "须写明机构全称", f"请填写全称,不超过 {LONGEST_NAME} 个字")


def _require_words(kind: str, level: str) -> None:
    if kind not in KIND_TITLES:
        words = "、".join(f"{code}({title})" for code, title in KIND_TITLES.items())
        refuse("body.kind", f"没有接入方式“{kind}”", f"可选:{words}", kind=kind)
    if level not in LEVEL_TITLES:
        words = "、".join(f"{code}({title})" for code, title in LEVEL_TITLES.items())
        refuse("body.level", f"没有层级“{level}”", f"可选:{words}", level=level)


def _require_unit(unit: str, units: frozenset[str]) -> None:
    if unit and unit not in units:
        refuse("unit.unknown", f"没有改革单位“{unit}”", "请先导入名录,或用 zone list 核对编号", unit=unit)


def _require_place(division: str, unit: str) -> None:
    if not division and not unit:
        refuse("body.place", "须写明机构所在行政区划或所属改革单位", "请填写六位区划代码")
    if division and not (division.isascii() and division.isdigit() and len(division) in (6, 9)):
        refuse(
            "body.division", f"“{division}”不是区划代码", "请填写六位(乡镇街道九位)数字", division=division
        )


def _require_days(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        refuse("body.days", f"截止日期 {last} 早于成立日期 {first}", "请核对起止日期")


def _require_single(
    name: str,
    division: str,
    first: date | None,
    last: date | None,
    code: str,
    bodies: Mapping[str, BodyFacts],
) -> None:
    for body in bodies.values():
        apart = (first and body.last and body.last < first) or (last and body.first and last < body.first)
        if body.name == name and body.division == division and not apart:
            refuse(
                "body.twice",
                f"“{name}”已登记,编号 {body.code}",
                "同一机构只登记一次;确是另一机构的,请在名称上区分",
                body=body.code,
            )
