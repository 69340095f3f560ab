"""演练渠道: the settings under which each channel to persons speaks to its sandbox, and some addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from integrations.sandbox.process import Sandbox, start_sandbox

SERVERS: Final[Mapping[str, str]] = {
    "dingtalk": "dingtalk",
    "wecom": "wecom",
    "feishu": "feishu",
    "email": "mail",
    "sms": "sms",
}
"""Channel → its sandbox."""


@contextmanager
def start_channels(*names: str) -> Iterator[dict[str, Sandbox]]:
    """Start the sandboxes of some channels, stop them at the end."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(start_sandbox(SERVERS[name])) for name in names}


def settings_of(boxes: Mapping[str, Sandbox]) -> dict[str, str]:
    """The settings, by their names without ``ZR_``; keys and secrets are labelled 示例."""
    found: dict[str, str] = {}
    for name, box in boxes.items():
        found |= _OF[name](box)
    return found


def address(channel: str, number: int = 0) -> str:
    """Where the sandbox of a channel reaches an officer (示例)."""
    match channel:
        case "email":
            return f"p{number}@example.invalid"
        case "sms":
            return f"138{number:08d}"
        case _:
            return f"p{number}"


def _mail(box: Sandbox) -> dict[str, str]:
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(box.received()["smtp_port"]),
        "smtp_security": "none",
        "smtp_from": "gaige@example.invalid",
    }


def _dingtalk(box: Sandbox) -> dict[str, str]:
    app = {"dingtalk_app_key": "示例", "dingtalk_app_secret": "示例", "dingtalk_agent_id": "1"}
    return {"dingtalk_url": box.url, **app}


def _wecom(box: Sandbox) -> dict[str, str]:
    app = {"wecom_corp_id": "示例", "wecom_secret": "示例", "wecom_agent_id": "1"}
    return {"wecom_url": box.url, **app}


def _feishu(box: Sandbox) -> dict[str, str]:
    return {"feishu_url": box.url, "feishu_app_id": "示例", "feishu_app_secret": "示例"}


def _sms(box: Sandbox) -> dict[str, str]:
    return {"sms_url": box.url}


_OF: Final[Mapping[str, Callable[[Sandbox], dict[str, str]]]] = {
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "feishu": _feishu,
    "email": _mail,
    "sms": _sms,
}
