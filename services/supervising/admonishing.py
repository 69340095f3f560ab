"""通报、约谈的拟稿和办理: drafted from findings, orders and red lamps; a person signs and sends it.

The facts are the system's, the demand is the drafter's, the number is the office's own OA's. Facts are told
by date; nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec
from sqlmodel import Session

from domain.decisions import TextRef
from domain.identifiers import normalise_document_number
from domain.permissions import Action
from domain.refusal import Refused
from domain.supervising.admonition import AdmonitionAsked, Fact, in_order, judge_admonition
from domain.supervising.admonition_table import (
    ADMONITION_GONE,
    ADMONITION_KINDS,
    AdmonitionAct,
    AdmonitionKind,
)
from domain.supervising.finding_table import FINDING_STATES
from domain.supervising.matters import Admonition, AdmonitionDrafted, AdmonitionMoved, Finding, Matter, Order
from domain.supervising.order_table import ORDER_COLOURS, ORDER_STATES, ORDER_UNSENT
from domain.supervising.values import Hand, Paper
from models.tables import ReformUnitRow, SupervisionMatterRow
from services.lamps.showing import red_lamps
from services.supervising.addressees import addressee_refused
from services.supervising.desk import (
    Enacted,
    Judged,
    Right,
    SupervisionDesk,
    next_id,
    standing_for,
    unseen,
)
from services.supervising.places import closing_position, division_of, matter_target, own_area
from services.supervising.rows import decode_matter, shown
from services.supervising.suggesting import lamp_facts, lamp_key

MOST_SUBJECTS: Final = 50


class NewAdmonition(msgspec.Struct, frozen=True, kw_only=True):
    """拟通报或约谈: about which findings, orders and lamps, to whom."""

    kind: AdmonitionKind
    about: tuple[str, ...]
    """Ids of findings and orders, keys of lamps (``lamp:…``)."""
    addressees: tuple[str, ...]
    through: str = ""
    office: str = ""
    on: date


class AdmonitionMoveAsked(msgspec.Struct, frozen=True, kw_only=True):
    """通报、约谈办理请求, as an entry gives it."""

    admonition: str
    act: AdmonitionAct
    on: date
    number: str = ""
    papers: tuple[Paper, ...] = ()


def draft_admonition(
    desk: SupervisionDesk, asked: NewAdmonition, *, text: str, command_id: str
) -> Enacted | Refused:
    """拟通报、约谈: the facts of what it is about are filled in; ``text`` is what is asked for."""
    done = desk.again(asked, {"text": text}, command_id)
    if done is not None:
        return done
    hand = desk.in_name_of(asked.office, [Right(Action.ORDER_HANDLE, own_area(desk, asked.office))])
    if isinstance(hand, Refused):
        return hand
    refused = _refused(desk, asked, hand, text)
    if refused is not None:
        return refused
    facts = _facts(desk, hand, asked.about)
    if isinstance(facts, Refused):
        return facts
    subject = f"{asked.kind}:{','.join(each.subject for each in facts)}"
    units = {each.unit for each in facts}

    def decide(session: Session) -> Judged | Refused:
        standing = standing_for(session, "admonition", subject, ADMONITION_GONE)
        if standing:
            return _drafted(asked.kind, standing)
        id_ = next_id(session, "admonition", asked.on)
        words = desk.text(text, id_)
        assert words is not None  # noqa: S101 refused above
        event = AdmonitionDrafted(
            id=id_,
            on=asked.on,
            hand=hand,
            late=asked.on < desk.today,
            office=hand.body,
            office_position=closing_position(desk, hand.body),
            division=division_of(desk, hand.body),
            kind=asked.kind,
            subjects=tuple(each.subject for each in facts),
            subject=subject,
            addressees=asked.addressees,
            through=asked.through,
            unit=units.pop() if len(units) == 1 else "",
            facts=tuple(each.sentence for each in facts),
            text=words.ref,
        )
        return Judged(event, (words,))

    return desk.enact(asked, {"text": text}, decide, command_id=command_id)


def _refused(desk: SupervisionDesk, asked: NewAdmonition, hand: Hand, text: str) -> Refused | None:
    if asked.on > desk.today:
        return Refused(code="date.future", message=f"{asked.on} 还没有到", remedy="请写今天或以前的日期")
    if not text.strip():
        return Refused(
            code="admonition.no_text", message="没有写明要求", remedy="请写明要求主送单位做什么、何时报告"
        )
    if not 1 <= len(set(asked.about)) <= MOST_SUBJECTS:
        return Refused(
            code="admonition.about",
            message=f"要写明依据哪些问题、督办单或红灯,一件最多 {MOST_SUBJECTS} 项",
            remedy="请写编号,如 W2022-0001;红灯写拟办建议里的编号",
        )
    repeated = len(set(asked.addressees)) != len(asked.addressees)
    alone = asked.kind is AdmonitionKind.TALK and len(asked.addressees) != 1
    if not asked.addressees or repeated or alone:
        return Refused(
            code="admonition.addressees",
            message="主送单位没有写、写了两次,或者约谈写了不止一个单位",
            remedy="通报可以主送几个单位,约谈一件只对一个单位",
        )
    found = (addressee_refused(desk, hand, body, asked.through) for body in asked.addressees)
    return next((each for each in found if each is not None), None)


def _drafted(kind: AdmonitionKind, standing: str) -> Refused:
    return Refused(
        code="admonition.drafted",
        message=f"依据同样的事项已经拟过{ADMONITION_KINDS[kind]}:{standing}",
        remedy="请在原来的一件上办理",
        facts={"admonition": standing},
    )


def _facts(desk: SupervisionDesk, hand: Hand, about: Sequence[str]) -> tuple[Fact, ...] | Refused:
    """What stands about each of these in the office's area; unknown and out of sight sound the same."""
    lamps = dict(_lamps(desk)) if any(each.startswith("lamp:") for each in about) else {}
    found = []
    with desk.runtime.db.read() as session:
        for name in sorted(set(about)):
            fact, division = lamps.get(name) or _matter_fact(desk, session, name) or (None, "")
            if fact is None or not _reaches(desk, hand, fact.unit, division):
                return msgspec.structs.replace(unseen(), facts={"about": name})
            found.append(fact)
    return in_order(tuple(found))


def _reaches(desk: SupervisionDesk, hand: Hand, unit: str, division: str) -> bool:
    target = matter_target(desk, hand.body, division, unit)
    found = desk.may([Right(Action.ORDER_HANDLE, target)], [hand.body])
    return isinstance(found, Hand) and found.body == hand.body


def _lamps(desk: SupervisionDesk) -> Iterator[tuple[str, tuple[Fact, str]]]:
    for lamp in red_lamps(desk.runtime.db, desk.today):
        key = lamp_key(lamp)
        fact = Fact(subject=key, unit=lamp.unit, since=str(lamp.began_on), sentence=lamp_facts(lamp))
        yield key, (fact, "")


def _matter_fact(desk: SupervisionDesk, session: Session, id_: str) -> tuple[Fact, str] | None:
    row = session.get(SupervisionMatterRow, id_)
    matter = decode_matter(row.snapshot) if row is not None else None
    told = _sentence(matter) if matter is not None else ""
    if matter is None or not told:
        return None
    unit = session.get(ReformUnitRow, shown(matter).unit) if shown(matter).unit else None
    due = shown(matter).due_on
    late = f",应于 {due} 前办理,已逾期" if due is not None and due < desk.today else ""
    sentence = f"{unit.name if unit else ''}{told}{late}"
    fact = Fact(subject=id_, unit=shown(matter).unit, since=str(due or matter.opened_on), sentence=sentence)
    return fact, matter.division


def _sentence(matter: Matter) -> str:
    """What stands about a finding or a sent order; empty where nothing is told of it."""
    match matter:
        case Finding():
            return f"问题 {matter.id}({FINDING_STATES[matter.state]})"
        case Order() if matter.state not in ORDER_UNSENT:
            colour = ORDER_COLOURS[matter.colour]
            return f"{colour} {matter.number}({ORDER_STATES[matter.state]})"
    return ""


_ISSUING: Final[Mapping[AdmonitionAct, Action]] = {
    AdmonitionAct.ISSUE: Action.ORDER_ISSUE,
    AdmonitionAct.WITHDRAW: Action.ORDER_ISSUE,
}


def action_of(act: AdmonitionAct) -> Action:
    """What an act asks of the permission table: issuing and withdrawing are the signer's."""
    return _ISSUING.get(act, Action.ORDER_HANDLE)


def act_on_admonition(
    desk: SupervisionDesk, asked: AdmonitionMoveAsked, *, text: str = "", command_id: str
) -> Enacted | Refused:
    """通报、约谈办理: one act, by the table; sending it is recorded with the number that the OA gave."""
    found = desk.look_up(Admonition, asked.admonition)
    if isinstance(found, Refused):
        return found
    target = matter_target(desk, found.office, found.division)
    hand = desk.may([Right(action_of(asked.act), target)], [found.office])
    if isinstance(hand, Refused):
        return hand
    number = normalise_document_number(asked.number).text if asked.number.strip() else ""

    def judged(session: Session, now: Admonition, words: TextRef | None) -> AdmonitionMoved | Refused:
        wanted = AdmonitionAsked(act=asked.act, on=asked.on, text=words, papers=asked.papers, number=number)
        return judge_admonition(now, wanted, hand, desk.facts())

    request = msgspec.structs.replace(asked, admonition=found.id)
    return desk.move(Admonition, found.id, request, judged, text=text, command_id=command_id)
