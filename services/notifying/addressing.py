"""通知地址: what persons wish, and where a channel reaches them; looked up when it is needed, never kept.

An address is private and can be erased; then the channel is silent for that person and in-app goes on. A
mobile number in the register of persons serves for text messages where none was given for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import select
from sqlmodel import Session

from domain.notices.channels import CHANNELS, Mode, Wish
from models.tables import NoticePreferenceRow, PersonRow, PrivateTextRow
from services.private_texts import read_text

MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_SMS: Final = "sms"
_CHUNK: Final = 400


def wishes_of(session: Session, persons: Iterable[str]) -> dict[str, dict[str, Wish]]:
    """通知偏好: person → channel → the wish, and whether it reaches them; a channel unknown is left out."""
    wanted = sorted(set(persons))
    found: dict[str, dict[str, Wish]] = {person: {} for person in wanted}
    for start in range(0, len(wanted), _CHUNK):
        _read(session, wanted[start : start + _CHUNK], found)
    return found


def _read(session: Session, persons: list[str], found: dict[str, dict[str, Wish]]) -> None:
    rows = session.execute(
        select(NoticePreferenceRow).where(NoticePreferenceRow.person.in_(persons))  # type: ignore[attr-defined]
    ).scalars()
    said = {(row.person, row.channel): row for row in rows}
    contacts: dict[str, str | None] = {
        person: contact
        for person, contact in session.execute(
            select(PersonRow.id, PersonRow.contact_id).where(PersonRow.id.in_(persons))  # type: ignore[call-overload,attr-defined]
        )
    }
    ids = {row.address_id for row in said.values()} | {contacts.get(person) for person in persons}
    texts = _texts(session, [id_ for id_ in ids if id_])
    for person in persons:
        for channel in CHANNELS:
            row = said.get((person, channel))
            address = texts.get(row.address_id or "", "") if row else ""
            if not address and channel == _SMS:
                address = mobile(texts.get(contacts.get(person) or "", ""))
            if row or address:
                mode = Mode(row.mode) if row and row.mode else None
                found[person][channel] = Wish(channel=channel, mode=mode, reachable=bool(address))


def _texts(session: Session, ids: list[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(PrivateTextRow.id, PrivateTextRow.text)  # type: ignore[call-overload]
        .where(PrivateTextRow.id.in_(ids))  # type: ignore[attr-defined]
        .order_by(PrivateTextRow.version)
    )
    return {id_: text for id_, text in rows}


def address_of(session: Session, person: str, channel: str) -> str:
    """通知地址: where ``channel`` reaches ``person`` now; empty where it does not."""
    row = session.get(NoticePreferenceRow, (person, channel))
    if row is not None and row.address_id:
        given = read_text(session, row.address_id)
        if given:
            return given
    if channel != _SMS:
        return ""
    registered = session.get(PersonRow, person)
    if registered is None or not registered.contact_id:
        return ""
    return mobile(read_text(session, registered.contact_id) or "")


def mobile(text: str) -> str:
    """The mobile number that a contact is; empty where it is something else (an office's telephone)."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if MOBILE.fullmatch(digits) else ""
