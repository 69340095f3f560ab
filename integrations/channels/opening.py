"""开通渠道: the channels to persons that the settings name, each behind its own address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pydantic import AnyHttpUrl, SecretStr

from config.clock import WallClock
from config.notice_settings import NoticeSettings
from domain.outside import DeliveryResult, Letter
from integrations.channels.dingtalk import dingtalk
from integrations.channels.feishu import feishu
from integrations.channels.letters import once
from integrations.channels.mail import MailChannel, MailServer
from integrations.channels.sms import SmsChannel
from integrations.channels.wecom import wecom
from integrations.http_client import OutsideSystem


class LetterChannel(Protocol):
    """What each of them is (``services.ports.LetterPort``, which lies above)."""

    def send(self, letter: Letter) -> DeliveryResult:
        """Send once."""
        ...


def open_channels(
    settings: NoticeSettings, clock: WallClock, closers: list[Callable[[], None]]
) -> dict[str, LetterChannel]:
    """Open every channel that has an address; what has to be closed later goes to ``closers``."""
    found: dict[str, LetterChannel] = {}

    def system(name: str, url: AnyHttpUrl, token: SecretStr | None = None) -> OutsideSystem:
        opened = OutsideSystem(
            name, str(url), limits=once(settings.notice_timeout_s), token=_plain(token) or None
        )
        closers.append(opened.close)
        return opened

    if settings.dingtalk_url is not None:
        found["dingtalk"] = dingtalk(
            system("钉钉", settings.dingtalk_url),
            app_key=settings.dingtalk_app_key,
            app_secret=_plain(settings.dingtalk_app_secret),
            agent_id=settings.dingtalk_agent_id,
        )
    if settings.wecom_url is not None:
        found["wecom"] = wecom(
            system("企业微信", settings.wecom_url),
            corp_id=settings.wecom_corp_id,
            corp_secret=_plain(settings.wecom_secret),
            agent_id=settings.wecom_agent_id,
        )
    if settings.feishu_url is not None:
        found["feishu"] = feishu(
            system("飞书", settings.feishu_url),
            app_id=settings.feishu_app_id,
            app_secret=_plain(settings.feishu_app_secret),
        )
    if settings.smtp_host:
        found["email"] = MailChannel(_mail_server(settings), clock)
    if settings.sms_url is not None:
        sms = system("短信网关", settings.sms_url, settings.sms_token)
        found["sms"] = SmsChannel(sms, settings.sms_sign)
    return found


def _mail_server(settings: NoticeSettings) -> MailServer:
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=_plain(settings.smtp_password),
        sender=settings.smtp_from,
        timeout_s=settings.notice_timeout_s,
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
