"""检查的决定: rulings that make a check block; waivers, asked for by one and answered by another.

Each is one row and one ledger row in the stream ``settings``; nobody answers what they asked for.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from config.clock import WallClock
from domain.case import Case
from domain.checks.catalogue import CATALOGUE, rule_of
from domain.checks.evaluating import Policy, Ruling, Waiver
from domain.identifiers import normalise_document_number
from domain.permissions import Action, Target
from domain.refusal import Refused
from models.database import Database
from models.ledger import SETTINGS
from models.tables import CheckRulingRow, CheckWaiverRow
from services.authority import Allowed, allow
from services.clock import today
from services.near import did_you_mean
from services.noting import in_turn, note, noted_before, reused
from services.permits import case_target, host_target
from services.private_texts import new_text, read_text

LONGEST_WAIVER: Final = timedelta(days=366)
"""A waiver is no change of the rule: what lasts longer is asked for again."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """办理人: who decides something about checks, and through which entry."""

    db: Database
    wall: WallClock
    person: str
    channel: str = "cli"
    command_id: str = ""
    """The act's number, where its sender gave one: under it nothing is done twice."""

    @property
    def today(self) -> date:
        """业务日期."""
        return today(self.db, self.wall)

    def may(self, action: Action, target: Target) -> Allowed | Refused:
        """By what right the person does it, or why not."""
        return allow(self.db, self.person, action, target, wall=self.wall)


class WaiverLine(msgspec.Struct, frozen=True, kw_only=True):
    """豁免一览."""

    id: str
    case: str
    check: str
    place: str
    reason: str
    """Empty where it was erased."""
    number: str
    asked_by: str
    asked_on: date
    until: date
    answered_by: str
    answered_on: date | None
    granted: bool

    def words(self, on: date) -> str:
        """待批准, 不同意, 有效 or 已到期."""
        if not self.answered_by:
            return "待批准"
        if not self.granted:
            return "不同意"
        return "有效" if on <= self.until else "已到期"


def policies(session: Session, cases: Iterable[str]) -> dict[str, Policy]:
    """检查政策 of each of these cases."""
    ids = list(cases)
    rulings = tuple(
        Ruling(check=row.check_id, blocks=row.blocks, valid_from=row.valid_from, number=row.number)
        for row in session.execute(
            select(CheckRulingRow).order_by(col(CheckRulingRow.valid_from), col(CheckRulingRow.recorded_at))
        ).scalars()
    )
    waivers: dict[str, list[Waiver]] = defaultdict(list)
    granted = select(CheckWaiverRow).where(
        col(CheckWaiverRow.case_id).in_(ids), col(CheckWaiverRow.granted).is_(True)
    )
    for row in session.execute(granted.order_by(col(CheckWaiverRow.id))).scalars():
        waivers[row.case_id].append(
            Waiver(
                id=row.id,
                case=row.case_id,
                check=row.check_id,
                place=row.place,
                valid_from=row.answered_on or row.asked_on,
                until=row.until,
            )
        )
    return {each: Policy(rulings, tuple(waivers[each])) for each in ids}


def unknown_check(check: str) -> Refused:
    """No such check, with those most like it."""
    near = did_you_mean(check, CATALOGUE)
    return Refused(
        code="checks.unknown",
        message=f"没有检查“{check}”",
        remedy=f"{near}全部检查见 zonectl check list",
        facts={"check": check},
    )


def rule_check(clerk: Clerk, check: str, *, blocks: bool, number: str, valid_from: date) -> Ruling | Refused:
    """改为拦截 (or back to what the programme says) from a day on, by a paper with its number."""
    rule = rule_of(check)
    if rule is None:
        return unknown_check(check)
    if not number.strip():
        return Refused(
            code="checks.no_number", message="没有写明文号", remedy="请写明决定的文号,如 许改办〔2022〕5号"
        )
    allowed = clerk.may(Action.CHECK_RULE, host_target(clerk.db))
    if isinstance(allowed, Refused):
        return allowed
    paper = normalise_document_number(number).text
    ruling = Ruling(check=rule.id, blocks=blocks, valid_from=valid_from, number=paper)
    said = {"type": "check_ruled", **msgspec.to_builtins(ruling)}
    with in_turn(clerk.db, SETTINGS) as session:
        stood = noted_before(session, SETTINGS, clerk.command_id, allowed.actor, said)
        if stood is not None:
            return stood if isinstance(stood, Refused) else ruling
        key = secrets.token_hex(8)
        session.add(
            CheckRulingRow(
                id=key,
                check_id=rule.id,
                blocks=blocks,
                valid_from=valid_from,
                number=paper,
                recorded_by=clerk.person,
                recorded_at=clerk.wall.now(),
            )
        )
        _note(session, clerk, allowed, {**said, "id": key})
    return ruling


def ask_waiver(
    clerk: Clerk, case: Case, check: str, *, reason: str, until: date, place: str = "", number: str = ""
) -> str | Refused:
    """申请豁免: one finding, or a whole check of a case; return the waiver's id."""
    rule = rule_of(check)
    if rule is None:
        return unknown_check(check)
    allowed = clerk.may(Action.CHECK_WAIVE, case_target(clerk.db, case))
    if isinstance(allowed, Refused):
        return allowed
    words = new_text("opinion", reason.strip(), case.id)
    row = CheckWaiverRow(
        id=secrets.token_hex(4),
        case_id=case.id,
        check_id=rule.id,
        place=place,
        reason_id=words.id,
        number=normalise_document_number(number).text if number.strip() else "",
        until=until,
        asked_by=clerk.person,
        asked_on=clerk.today,
        asked_at=clerk.wall.now(),
    )
    about = {"case": case.id, "check": rule.id, "place": place, "number": row.number}
    said = {"type": "waiver_asked", **about, "until": until.isoformat()}
    with in_turn(clerk.db, SETTINGS) as session:
        stood = noted_before(session, SETTINGS, clerk.command_id, allowed.actor, said)
        if stood is not None:
            return stood if isinstance(stood, Refused) else _asked_before(session, clerk, stood, words.text)
        refused = _asked_wrongly(clerk, case, rule.id, reason, until, place)
        if refused is not None:
            return refused
        session.add(words.row(clerk.wall))
        session.add(row)
        event = {**said, "id": row.id, "reason": msgspec.to_builtins(words.ref)}
        _note(session, clerk, allowed, event)
    return row.id


def _asked_before(session: Session, clerk: Clerk, stood: dict[str, Any], reason: str) -> str | Refused:
    """The waiver that this command asked for, where its reason was the same; one erased tells nothing."""
    written = read_text(session, stood["reason"]["id"])
    return stood["id"] if written in (None, reason) else reused(clerk.command_id)


def _asked_wrongly(
    clerk: Clerk, case: Case, check: str, reason: str, until: date, place: str
) -> Refused | None:
    if not reason.strip():
        return Refused(code="waiver.no_reason", message="没有写理由", remedy="请写明为什么可以豁免")
    on = clerk.today
    if not on <= until <= on + LONGEST_WAIVER:
        return Refused(
            code="waiver.until",
            message=f"豁免到 {until},不在今天至一年之内",
            remedy="请写一年之内的日期;到期还需要的,届时再申请",
            facts={"until": until.isoformat()},
        )
    result = case.checks.get(check)
    places = [each.place for each in result.findings] if result else []
    if not places or (place and place not in places):
        return Refused(
            code="waiver.nothing",
            message=f"检查 {check} 在此处没有发现问题,不用豁免",
            remedy="请先运行检查,再按所列位置申请;" + (f"现有:{'、'.join(places)}" if places else "现在没有"),
            facts={"check": check, "place": place},
        )
    return None


def answer_waiver(clerk: Clerk, waiver: str, *, grants: bool) -> WaiverLine | Refused:
    """批准豁免 (or not): by a second person."""
    said = {"type": "waiver_answered", "id": waiver, "granted": grants}
    with in_turn(clerk.db, SETTINGS) as session:
        row = session.get(CheckWaiverRow, waiver)
        stood = noted_before(session, SETTINGS, clerk.command_id, clerk.person, said)
        if row is not None and stood is not None:
            return stood if isinstance(stood, Refused) else _line(session, row)
        refused = _unanswerable(row, waiver, clerk)
        if row is None or refused is not None:
            return refused or _no_waiver(waiver)
        allowed = clerk.may(Action.CHECK_WAIVER_ANSWER, _case_target(clerk.db, row.case_id))
        if isinstance(allowed, Refused):
            return allowed
        row.answered_by, row.answered_on, row.granted = clerk.person, clerk.today, grants
        session.add(row)
        _note(session, clerk, allowed, said)
        return _line(session, row)


def _unanswerable(row: CheckWaiverRow | None, waiver: str, clerk: Clerk) -> Refused | None:
    if row is None:
        return _no_waiver(waiver)
    if row.answered_by:
        return Refused(
            code="waiver.answered",
            message="这项豁免已经答复",
            remedy="需要改变的,到期后重新申请",
            facts={"waiver": waiver},
        )
    if row.asked_by == clerk.person:
        return Refused(
            code="waiver.own",
            message="豁免由您本人申请,不能由您批准",
            remedy="请转请另一位有权批准的人办理",
            basis="申请、批准分设",
            facts={"waiver": waiver},
        )
    return None


def _no_waiver(waiver: str) -> Refused:
    return Refused(
        code="waiver.unknown",
        message=f"没有豁免申请“{waiver}”",
        remedy="请用 zonectl check list --waivers 核对编号",
        facts={"waiver": waiver},
    )


def _case_target(db: Database, case_id: str) -> Target:
    from services.reading import load_case

    case = load_case(db, case_id)
    return Target() if case is None else case_target(db, case)


def list_waivers(db: Database) -> tuple[WaiverLine, ...]:
    """豁免一览, the newest first."""
    statement = select(CheckWaiverRow).order_by(col(CheckWaiverRow.asked_at).desc(), col(CheckWaiverRow.id))
    with db.read() as session:
        return tuple(_line(session, row) for row in session.execute(statement).scalars().all())


def _line(session: Session, row: CheckWaiverRow) -> WaiverLine:
    return WaiverLine(
        id=row.id,
        case=row.case_id,
        check=row.check_id,
        place=row.place,
        reason=read_text(session, row.reason_id) or "",
        number=row.number,
        asked_by=row.asked_by,
        asked_on=row.asked_on,
        until=row.until,
        answered_by=row.answered_by,
        answered_on=row.answered_on,
        granted=row.granted,
    )


def _note(session: Session, clerk: Clerk, allowed: Allowed, event: dict[str, object]) -> None:
    note(
        session,
        SETTINGS,
        event,
        actor=allowed.actor,
        wall=clerk.wall,
        command_id=clerk.command_id or secrets.token_hex(16),
        channel=clerk.channel,
        position=allowed.position,
    )
