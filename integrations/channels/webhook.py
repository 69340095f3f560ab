"""消息推送: posts messages to a configured address, signed.

One POST a message, ``Idempotency-Key`` from its recipient and ``dedup_key``, so that the receiver can drop a
repetition. A batch takes ten seconds at most: what is left over then, and everything after a sign that the
receiver is down, comes back as not tried. A message that the receiver refuses holds up no other.
"""

from collections.abc import Sequence

import msgspec

from config.clock import WallClock
from domain.outside import DeliveryOutcome, DeliveryResult, Message
from domain.outside_errors import OutsideError, OutsideTimeout
from integrations.answers import header_key
from integrations.channels.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from integrations.http_client import Call, OutsideSystem

SHORTEST_SECRET = 16
NOT_TRIED_RETRY_S = 5.0


class WebhookChannel:
    """消息推送 channel; a ``ChannelPort``. The system's address is the whole address that is posted to."""

    def __init__(self, system: OutsideSystem, secret: str, clock: WallClock) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"消息推送的签名密钥太短,至少要 {SHORTEST_SECRET} 个字符")
        self._system = system
        self._secret = secret.encode()
        self._clock = clock

    def deliver(self, batch: Sequence[Message]) -> list[DeliveryResult]:
        """Post the batch one by one; one result a message, in order."""
        deadline = self._system.deadline()
        results: list[DeliveryResult] = []
        for message in batch:
            if not self._system.has_time(deadline):
                return results + _not_tried(batch[len(results) :], "本批时间已用完,稍后自动发送。", None)
            result, receiver_is_down = self._one(message, deadline)
            results.append(result)
            if receiver_is_down:
                rest = batch[len(results) :]
                return results + _not_tried(rest, result.detail, result.retry_after)
        return results

    def _one(self, message: Message, deadline: float) -> tuple[DeliveryResult, bool]:
        """Post one message; the second value says whether the others had better wait."""
        body = msgspec.json.encode(message)
        key = header_key(f"{message.recipient}/{message.dedup_key}")

        def attempt(call: Call) -> None:
            timestamp = int(self._clock.now().timestamp())
            signed = {
                TIMESTAMP_HEADER: str(timestamp),
                SIGNATURE_HEADER: sign(self._secret, timestamp, body),
            }
            call.request("POST", "", idempotency_key=key, content=body, headers=signed)

        try:
            self._system.run(attempt, deadline=deadline)
        except OutsideError as error:
            unknown = isinstance(error, OutsideTimeout)
            result = DeliveryResult(
                message_id=message.id,
                outcome=DeliveryOutcome.UNKNOWN if unknown else DeliveryOutcome.FAILED,
                retry_after=error.retry_after,
                detail=error.message,
            )
            return result, error.retryable
        return DeliveryResult(message_id=message.id, outcome=DeliveryOutcome.SENT), False


def _not_tried(rest: Sequence[Message], detail: str, retry_after: float | None) -> list[DeliveryResult]:
    return [
        DeliveryResult(
            message_id=m.id,
            outcome=DeliveryOutcome.FAILED,
            retry_after=NOT_TRIED_RETRY_S if retry_after is None else retry_after,
            detail=detail,
        )
        for m in rest
    ]
