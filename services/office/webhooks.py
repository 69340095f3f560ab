"""推送地址: at the counter: what a token was made for is asked here, the rest by the service."""

from __future__ import annotations

from domain.access import PUSH_ACCEPT
from domain.permissions import Action
from domain.pushing import Subscription
from domain.refusal import Refused
from services.office.counter import Counter
from services.pushing import registering
from services.pushing.registering import Webhook, WebhookMade, WebhookTried


def list_webhooks(counter: Counter, *, after: str, limit: int) -> list[Webhook] | Refused:
    """推送地址清单, by id."""
    found = _refused(counter) or registering.list_webhooks(counter.runtime, counter.person)
    if isinstance(found, Refused):
        return found
    return sorted((each for each in found if each.id > after), key=lambda each: each.id)[:limit]


def register_webhook(counter: Counter, wanted: Subscription) -> WebhookMade | Refused:
    """登记推送地址."""
    return _refused(counter) or registering.register_webhook(
        counter.runtime, counter.person, wanted, channel=counter.entry.channel
    )


def accept_webhook(counter: Counter, id_: str) -> Webhook | Refused:
    """同意推送: a person's own word, so by no token that was made for something else."""
    return counter.out_of_scope(PUSH_ACCEPT) or registering.accept_webhook(
        counter.runtime, counter.person, id_, channel=counter.entry.channel
    )


def own_webhooks(counter: Counter) -> list[Webhook] | Refused:
    """为本人推送的地址."""
    refused = counter.out_of_scope(str(Action.INBOX_READ))
    return refused or registering.awaiting(counter.runtime, counter.person)


def disable_webhook(counter: Counter, id_: str) -> Webhook | Refused:
    """停用推送地址."""
    return _refused(counter) or registering.disable_webhook(
        counter.runtime, counter.person, id_, channel=counter.entry.channel
    )


def rotate_webhook(counter: Counter, id_: str) -> WebhookMade | Refused:
    """更换推送密钥."""
    return _refused(counter) or registering.rotate_webhook(
        counter.runtime, counter.person, id_, channel=counter.entry.channel
    )


def try_webhook(counter: Counter, id_: str) -> WebhookTried | Refused:
    """推送测试."""
    return _refused(counter) or registering.try_webhook(counter.runtime, counter.person, id_)


def _refused(counter: Counter) -> Refused | None:
    return counter.out_of_scope(str(Action.WEBHOOK_MANAGE))
