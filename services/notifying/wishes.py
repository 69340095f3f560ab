"""通知偏好办理: a person, or who keeps the register of persons, says what comes through a channel and where.

The address is private: it lies in the erasable table, and the ledger holds a digest of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from domain.doers import Doer
from domain.notices.channels import CHANNELS, Mode
from domain.permissions import Action
from domain.refusal import Refused
from models.ledger import SECURITY
from models.tables import NoticePreferenceRow, PersonRow, PrivateTextRow
from services.authority import Allowed, allow
from services.clock import today
from services.notifying.addressing import MOBILE, wishes_of
from services.notifying.environment import Notifying
from services.noting import in_turn, note, noted_before, reused
from services.permits import person_target
from services.private_texts import NewText, new_text, salted_digest

_PLATFORM_ID: Final = re.compile(r"[A-Za-z0-9._@\-]{1,64}")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "email": re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,190}"),
        "sms": MOBILE,
        "dingtalk": _PLATFORM_ID,
        "wecom": _PLATFORM_ID,
        "feishu": _PLATFORM_ID,
    }
)


class SetWish(msgspec.Struct, frozen=True, kw_only=True):
    """设定通知偏好; an empty ``address`` leaves the one that stands."""

    person: str
    channel: str
    mode: Mode
    address: str = ""


class ShownWish(msgspec.Struct, frozen=True, kw_only=True):
    """通知偏好 as shown: no address, only whether there is one."""

    channel: str
    title: str
    mode: Mode | None
    reachable: bool
    open: bool


def set_wish(post: Notifying, doer: Doer, asked: SetWish, *, command_id: str) -> Refused | None:
    """设定通知偏好: for oneself, or by right for others; in-app is always on and cannot be set."""
    allowed = may_set(post, doer, asked.person)
    if isinstance(allowed, Refused):
        return allowed
    refused = _unsound(asked)
    if refused is not None:
        return refused
    address = new_text("contact", asked.address.strip(), asked.person) if asked.address.strip() else None
    said = {
        "type": "notice_wish_set",
        "person": asked.person,
        "channel": asked.channel,
        "mode": asked.mode.value,
    }
    with in_turn(post.db, SECURITY) as session:
        stood = noted_before(session, SECURITY, command_id, allowed.actor, said)
        if stood is not None:
            return stood if isinstance(stood, Refused) else _other_address(session, asked, stood, command_id)
        if session.get(PersonRow, asked.person) is None:
            return Refused(
                code="person.unknown",
                message=f"人员名册中没有“{asked.person}”",
                remedy="请核对人员编号",
                facts={"person": asked.person},
            )
        event = {**said, "address_digest": address.ref.digest if address else ""}
        note(
            session,
            SECURITY,
            event,
            actor=allowed.actor,
            position=allowed.position,
            wall=post.wall,
            command_id=command_id,
        )
        row = session.get(NoticePreferenceRow, (asked.person, asked.channel))
        session.merge(_row(asked, address, row))
        if address is not None:
            session.add(address.row(post.wall))
    return None


def _other_address(
    session: Session, asked: SetWish, stood: dict[str, Any], command_id: str
) -> Refused | None:
    """Sent again it must mean the same address; one erased since tells nothing."""
    digest, given = stood["address_digest"], unicodedata.normalize("NFC", asked.address.strip())
    kept = select(PrivateTextRow).where(
        col(PrivateTextRow.subject) == asked.person, col(PrivateTextRow.kind) == "contact"
    )
    texts = [row.text for row in session.scalars(kept) if salted_digest(row.salt, row.text) == digest]
    same = given in texts or (bool(digest) and bool(given) and not texts)
    return None if same or (not digest and not given) else reused(command_id)


def _row(asked: SetWish, address: NewText | None, row: NoticePreferenceRow | None) -> NoticePreferenceRow:
    kept = row.address_id if row is not None else None
    return NoticePreferenceRow(
        person=asked.person,
        channel=asked.channel,
        mode=asked.mode.value,
        address_id=address.id if address else kept,
    )


def may_set(post: Notifying, doer: Doer, person: str) -> Allowed | Refused:
    """By what right ``doer`` sees and sets what ``person`` wishes."""
    if doer == person:
        return Allowed(person, "")
    target = person_target(post.db, person, today(post.db, post.wall))
    return allow(post.db, doer, Action.PERSON_CHANGE, target, wall=post.wall)


def _unsound(asked: SetWish) -> Refused | None:
    rule = CHANNELS.get(asked.channel)
    if rule is None:
        known = "、".join(f"{each.title}({name})" for name, each in CHANNELS.items())
        return Refused(
            code="notice.channel",
            message=f"没有通知渠道“{asked.channel}”",
            remedy=f"可选:{known};系统内消息总是有的,不用设",
            facts={"channel": asked.channel},
        )
    if asked.address.strip() and not _FORMS[asked.channel].fullmatch(asked.address.strip()):
        return Refused(
            code="notice.address",
            message=f"{rule.address_title}的格式不对",
            remedy=f"请核对{rule.address_title}",
            facts={"channel": asked.channel},
        )
    return None


def wishes(post: Notifying, person: str) -> tuple[ShownWish, ...]:
    """通知偏好 of a person, every channel of the table."""
    with post.db.read() as session:
        found = wishes_of(session, [person])[person]
    return tuple(
        ShownWish(
            channel=name,
            title=rule.title,
            mode=found[name].mode if name in found else None,
            reachable=name in found and found[name].reachable,
            open=name in post.open_channels,
        )
        for name, rule in CHANNELS.items()
    )
