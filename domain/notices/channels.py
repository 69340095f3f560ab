"""通知渠道表: what each channel to a person is, whether its receiver drops repetitions, how fast it may go.

A channel whose receiver knows our key (``key_s``) can be tried again without harm for as long as it remembers
it. For the others an unknown outcome is 可能已发, and ``resend`` says what then: once more, marked as a
possible repetition, or only by hand. The figures of ``per_minute`` are ours (proposed), well below what the
makers allow; a deployment changes them by settings.

Sources, as far as known: WeCom's ``enable_duplicate_check`` drops the same content within an interval of at
most four hours; Feishu's ``uuid`` holds for one hour. DingTalk's work notice takes no key. Mail and text
messages have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

PEOPLE: Final = "people"
"""The outbox channel of notices that still have to be shared out to persons."""


class Resend(StrEnum):
    """可能已发时: what is done where nobody knows whether it arrived."""

    MARKED = "marked"
    """Once more by itself, with the words that it may be a repetition."""
    BY_HAND = "by_hand"
    """Only when an operator says so."""


class ChannelRule(msgspec.Struct, frozen=True, kw_only=True):
    """一种渠道."""

    title: str
    address_title: str
    """What its address is called on the page of wishes."""
    key_s: int
    """For how many seconds the receiver drops a repetition; 0 where it never does."""
    resend: Resend
    per_minute: int
    longest: int
    """Characters of text that one message may have."""


CHANNELS: Final[Mapping[str, ChannelRule]] = MappingProxyType(
    {
        "dingtalk": ChannelRule(
            title="钉钉",
            address_title="钉钉用户号",
            key_s=0,
            resend=Resend.MARKED,
            per_minute=600,
            longest=500,
        ),
        "wecom": ChannelRule(
            title="企业微信",
            address_title="企业微信帐号",
            key_s=4 * 3600,
            resend=Resend.MARKED,
            per_minute=600,
            longest=600,
        ),
        "feishu": ChannelRule(
            title="飞书",
            address_title="飞书用户号",
            key_s=3600,
            resend=Resend.MARKED,
            per_minute=600,
            longest=2000,
        ),
        "email": ChannelRule(
            title="电子邮件",
            address_title="邮箱地址",
            key_s=0,
            resend=Resend.MARKED,
            per_minute=300,
            longest=20_000,
        ),
        "sms": ChannelRule(
            title="短信",
            address_title="手机号码",
            key_s=0,
            resend=Resend.BY_HAND,
            per_minute=100,
            longest=200,
        ),
    }
)
"""In the order in which one is chosen for a person who has said nothing: the first that reaches them."""


class Mode(StrEnum):
    """接收方式: what a person wants through a channel. In-app is always on and no channel of this table."""

    ALL = "all"
    """急的即时,其余合并到早间摘要."""
    URGENT = "urgent"
    """只收急的."""
    OFF = "off"
    """不收."""

    def wants(self, *, urgent: bool) -> bool:
        """Whether a notice of this urgency is wanted."""
        return self is Mode.ALL or (self is Mode.URGENT and urgent)


MODE_TITLES: Final[Mapping[Mode, str]] = MappingProxyType(
    {Mode.ALL: "急的即时,其余早间汇总", Mode.URGENT: "只收急的", Mode.OFF: "不收"}
)
UNSAID: Final[Mapping[str, Mode]] = MappingProxyType(
    {"dingtalk": Mode.ALL, "wecom": Mode.ALL, "feishu": Mode.ALL, "email": Mode.ALL, "sms": Mode.URGENT}
)
"""默认: what a channel brings to somebody who has an address there and has said nothing else."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """通知偏好 of one person for one channel; ``mode`` is empty where they have said nothing."""

    channel: str
    mode: Mode | None = None
    reachable: bool


def chosen(wishes: Mapping[str, Wish], open_channels: frozenset[str], *, urgent: bool) -> tuple[str, ...]:
    """选渠道: through which channels a notice goes to a person, beside in-app.

    What a person has said holds for that channel. Of those they have said nothing about, the first one of the
    table that reaches them is taken, and only where no channel of their own choice brings it: one thing
    should not arrive five times.
    """
    reach = [name for name in CHANNELS if name in open_channels and name in wishes and wishes[name].reachable]
    said = [(name, mode) for name in reach if (mode := wishes[name].mode) is not None]
    own = tuple(name for name, mode in said if mode.wants(urgent=urgent))
    if own:
        return own
    unsaid = [name for name in reach if wishes[name].mode is None and UNSAID[name].wants(urgent=urgent)]
    return tuple(unsaid[:1])


def knows_key(rule: ChannelRule, since_s: float) -> bool:
    """Whether the receiver still drops a repetition of what it was first given ``since_s`` seconds ago."""
    return since_s < rule.key_s
