"""请假代理办理: set and end one. Who may act in a position on a day, and for whom: `Organisation.able`."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import msgspec
from sqlmodel import Session

from domain.organisation.events import ProxyEnded, ProxySet
from domain.organisation.proxies import SetProxy, judge_proxy, judge_proxy_end
from domain.permissions import Action, Target
from domain.refusal import Refused
from models.tables import PersonRow, ProxyRow
from services.organising.office import Enacted, Registry, enact
from services.organising.persons import unknown_person
from services.organising.reading import (
    holdings_of,
    is_administrator,
    one_body,
    proxies_of,
    proxy_facts,
)
from services.permits import body_target


class EndProxy(msgspec.Struct, frozen=True, kw_only=True):
    """提前结束代理."""

    id: str
    last: date
    reason: str = ""


def set_proxy(registry: Registry, asked: SetProxy, *, command_id: str) -> Enacted[ProxySet] | Refused:
    """设置请假代理: by oneself, by the head of the body, or by the unit administrator."""
    refused = registry.may(Action.PROXY_SET, _lent(registry, asked.person, asked.body))
    if refused is not None:
        return refused

    def judge(session: Session, on: date) -> ProxySet | Refused:
        for person in (asked.person, asked.deputy):
            if session.get(PersonRow, person) is None:
                return unknown_person(person)
        return judge_proxy(
            asked,
            one_body(session, asked.body),
            holdings_of(session, asked.person),
            proxies_of(session),
            id=sha256(command_id.encode()).hexdigest()[:16],
            on=on,
            administrator=is_administrator(session, asked.deputy),
        )

    return enact(registry, asked, ProxySet, judge, _write_set, command_id=command_id)


def _write_set(session: Session, event: ProxySet) -> None:
    facts = msgspec.structs.asdict(event)
    for name in ("programmes", "works"):
        facts[name] = msgspec.json.encode(facts[name]).decode()
    session.add(ProxyRow(**facts))
    session.flush()


def _lent(registry: Registry, person: str, body: str) -> Target:
    """The person in the body whose position is lent, and in no other: its head has no say in those."""
    return msgspec.structs.replace(body_target(registry.db, body), person=person)


def end_proxy(registry: Registry, asked: EndProxy, *, command_id: str) -> Enacted[ProxyEnded] | Refused:
    """提前结束代理."""
    with registry.db.read() as session:
        row = session.get(ProxyRow, asked.id)
    if row is None:
        return Refused(
            code="proxy.unknown", message=f"没有代理“{asked.id}”", remedy="请用 person show 核对代理编号"
        )
    refused = registry.may(Action.PROXY_SET, _lent(registry, row.person, row.body))
    if refused is not None:
        return refused

    def judge(session: Session, on: date) -> ProxyEnded | Refused:
        facts = proxy_facts(session.get_one(ProxyRow, asked.id))
        return judge_proxy_end(facts, asked.last, on, asked.reason)

    return enact(registry, asked, ProxyEnded, judge, write_proxy_ended, command_id=command_id)


def write_proxy_ended(session: Session, event: ProxyEnded) -> None:
    """The row of a proxy that ends before its time."""
    row = session.get_one(ProxyRow, event.id)
    row.ended_on = event.last
    session.add(row)
    session.flush()
