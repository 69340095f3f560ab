"""The channels to persons, each opened from settings on a sandbox of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from config.settings import Settings
from integrations.sandbox.process import Sandbox, start_sandbox

NAMES: Final = ("dingtalk", "wecom", "feishu", "email", "sms")
SERVERS: Final = {"email": "mail"}
"""Channel → its sandbox, where the names differ."""


@contextmanager
def sandboxes(*names: str) -> Iterator[dict[str, Sandbox]]:
    """Start the sandboxes of some channels."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(start_sandbox(SERVERS.get(name, name))) for name in names}


def channel_settings(boxes: dict[str, Sandbox], **more: Any) -> Settings:
    """Settings under which each channel speaks to its sandbox."""
    found: dict[str, Any] = {"notice_timeout_s": 1.0} | more
    for name, box in boxes.items():
        found |= _OF[name](box)
    return Settings(**found)


def _email(box: Sandbox) -> dict[str, Any]:
    port = box.received()["smtp_port"]
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "smtp_from": "gaige@example.invalid",
    }


_OF: Final[dict[str, Callable[[Sandbox], dict[str, Any]]]] = {
    "dingtalk": lambda box: {
        "dingtalk_url": box.url,
        "dingtalk_app_key": "示例",
        "dingtalk_app_secret": "示例",
        "dingtalk_agent_id": "1",
    },
    "wecom": lambda box: {
        "wecom_url": box.url,
        "wecom_corp_id": "示例",
        "wecom_secret": "示例",
        "wecom_agent_id": 1,
    },
    "feishu": lambda box: {
        "feishu_url": box.url,
        "feishu_app_id": "示例",
        "feishu_app_secret": "示例",
    },
    "email": _email,
    "sms": lambda box: {"sms_url": box.url},
}


def address(channel: str, number: int = 0) -> str:
    """Where the sandbox of a channel reaches an officer (示例)."""
    match channel:
        case "email":
            return f"p{number}@example.invalid"
        case "sms":
            return f"1380000{number:04d}"
        case _:
            return f"p{number}"
