"""通知: at the counter: what a person gets outside the system, and what could not be sent."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.permissions import Action
from domain.refusal import Refused
from models.tables import PersonRow
from services.evidence.files import out_of_sight
from services.notifying.queue import LetterQueue, letter_queue
from services.notifying.wishes import SetWish, ShownWish, may_set, set_wish, wishes
from services.office.counter import Counter
from services.operating import Requeued, requeue, send_letters_again


class SentLetters(msgspec.Struct, frozen=True, kw_only=True):
    """再发结果."""

    count: int


def list_wishes(counter: Counter, person: str) -> tuple[ShownWish, ...] | Refused:
    """通知偏好: without addresses; of somebody out of reach as of nobody."""
    refused = counter.out_of_scope(str(Action.INBOX_READ))
    if refused is not None:
        return refused
    post = counter.runtime.notifying
    if isinstance(may_set(post, counter.person, person), Refused) or not _known(counter, person):
        return out_of_sight()
    return wishes(post, person)


def wish(counter: Counter, asked: SetWish, command_id: str) -> tuple[ShownWish, ...] | Refused:
    """设定通知偏好."""
    refused = counter.out_of_scope(str(Action.PERSON_CHANGE))
    if refused is not None:
        return refused
    post = counter.runtime.notifying
    if isinstance(may_set(post, counter.person, asked.person), Refused):
        return out_of_sight()
    refused = set_wish(post, counter.person, asked, command_id=command_id)
    return refused or wishes(post, asked.person)


def show_queue(counter: Counter) -> LetterQueue | Refused:
    """通知积压: counts, and those that stopped, which name no address."""
    return counter.refuses(Action.STATUS_READ) or letter_queue(counter.db)


def send_again(counter: Counter, ids: Sequence[str]) -> SentLetters | Refused:
    """再发可能已发的."""
    found = counter.out_of_scope(str(Action.RELAY_OPERATE)) or send_letters_again(
        counter.runtime, counter.person, ids
    )
    return found if isinstance(found, Refused) else SentLetters(count=found)


def give_back(counter: Counter, case: str) -> Requeued | Refused:
    """重新放回: what stopped is tried again, of one case or of all."""
    return counter.out_of_scope(str(Action.RELAY_OPERATE)) or requeue(counter.runtime, counter.person, case)


def _known(counter: Counter, person: str) -> bool:
    with counter.db.read() as session:
        return session.get(PersonRow, person) is not None
