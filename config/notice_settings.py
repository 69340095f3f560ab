"""通知设置: when people are told, how fast, and the channels that reach them; a part of ``Settings``.

Every address is a setting and nothing else is called, so that an intranet's own platforms serve. A channel
without its address is closed.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, model_validator

ChannelSeconds = Annotated[float, Field(gt=0, le=10)]
PerMinute = Annotated[int, Field(ge=1, le=100_000)]


class NoticeSettings(BaseModel):
    """通知设置."""

    notice_from: time = Field(
        time(8, 0), description="系统外通知(邮件、短信、办公平台)每天从几点起发,如 `08:00`。"
    )
    notice_to: time = Field(time(21, 0), description="系统外通知每天到几点止;之后到次日几点为免打扰时段。")
    notice_digest_at: time = Field(
        time(8, 0), description="早间汇总的时刻,只在工作日(含调休上班日)发;不急的事项合并成一条。"
    )
    notice_per_minute: dict[str, PerMinute] = Field(
        default_factory=dict,
        description='各渠道每分钟最多发几条,写成 `{"sms": 30, "email": 100}`;不写的按内置的数。',
    )
    notice_timeout_s: ChannelSeconds = Field(5.0, description="系统外通知每次调用的时限(秒),最多 10 秒。")

    smtp_host: str = Field("", description="邮件服务器的地址。不填则不发邮件。")
    smtp_port: int = Field(25, ge=1, le=65535, description="邮件服务器的端口。")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="与邮件服务器之间的加密:`starttls`、`tls` 或 `none`(只用于本机或可信网段)。"
    )
    smtp_user: str = Field("", description="邮件服务器的帐号;不需要登录则不填。")
    smtp_password: SecretStr | None = Field(
        None, description="邮件服务器的口令;宜放在密钥目录的 `zr_smtp_password` 文件里。"
    )
    smtp_from: str = Field("", description="发件人地址,如 `gaige@example.invalid`。填了服务器就必须有。")

    dingtalk_url: AnyHttpUrl | None = Field(
        None, description="钉钉(含专有钉钉)开放平台的地址。不填则不发钉钉。"
    )
    dingtalk_app_key: str = Field("", description="钉钉应用的 AppKey。")
    dingtalk_app_secret: SecretStr | None = Field(None, description="钉钉应用的 AppSecret。")
    dingtalk_agent_id: str = Field("", description="钉钉应用的 AgentId。")

    wecom_url: AnyHttpUrl | None = Field(
        None, description="企业微信(含政务微信、私有部署)接口的地址。不填则不发企业微信。"
    )
    wecom_corp_id: str = Field("", description="企业微信的企业号(CorpID)。")
    wecom_secret: SecretStr | None = Field(None, description="企业微信应用的 Secret。")
    wecom_agent_id: int = Field(0, ge=0, description="企业微信应用的 AgentId。")

    feishu_url: AnyHttpUrl | None = Field(
        None, description="飞书(含私有部署)开放平台的地址。不填则不发飞书。"
    )
    feishu_app_id: str = Field("", description="飞书应用的 App ID。")
    feishu_app_secret: SecretStr | None = Field(None, description="飞书应用的 App Secret。")

    sms_url: AnyHttpUrl | None = Field(None, description="短信网关的地址。不填则不发短信。")
    sms_token: SecretStr | None = Field(None, description="短信网关的访问令牌。")
    sms_sign: str = Field("改革督办", description="短信签名。")

    @model_validator(mode="after")
    def _need_hours(self) -> Self:
        if not self.notice_from <= self.notice_digest_at < self.notice_to:
            raise ValueError("通知时刻须依次为:起 ≤ 早间汇总 < 止(ZR_NOTICE_FROM、_DIGEST_AT、_TO)")
        return self

    @model_validator(mode="after")
    def _need_whole_channels(self) -> Self:
        needed = {
            "smtp_host": ("smtp_from",),
            "dingtalk_url": ("dingtalk_app_key", "dingtalk_app_secret", "dingtalk_agent_id"),
            "wecom_url": ("wecom_corp_id", "wecom_secret", "wecom_agent_id"),
            "feishu_url": ("feishu_app_id", "feishu_app_secret"),
        }
        for address, others in needed.items():
            missing = [f"ZR_{name.upper()}" for name in others if not getattr(self, name)]
            if getattr(self, address) and missing:
                raise ValueError(f"填了 ZR_{address.upper()},就必须有 {'、'.join(missing)}")
        return self
