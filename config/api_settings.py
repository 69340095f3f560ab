"""接口设置: how often an account or a token may ask, and how large a request may be.

A part of ``config.settings.Settings``. The figures are ours (proposed): far above what a person does, low
enough that one program that runs wild does not hold up the others.
"""

from pydantic import BaseModel, Field


class ApiSettings(BaseModel):
    """接口设置."""

    api_account_per_minute: int = Field(
        1200, ge=10, le=100_000, description="一个账号每分钟最多的接口请求数,超过的请稍后再发(429)。"
    )
    api_token_per_minute: int = Field(600, ge=10, le=100_000, description="一个接口令牌每分钟最多的请求数。")
    api_address_per_minute: int = Field(
        300, ge=10, le=100_000, description="一个网络地址每分钟最多的未登录请求数。"
    )
    api_largest_kb: int = Field(
        2048, ge=64, le=65_536, description="一次接口请求内容的大小上限(KB);上传材料文件另有上限。"
    )
    webhook_allowed: str = Field(
        "",
        description="允许推送事件的地址,逗号分开,如 `http://10.1.2.3:8080/hooks`;只推送到这些地址之下。"
        "不填则不推送事件,也不能登记推送地址。只应填写本单位内网的地址。",
    )

    @property
    def webhook_addresses(self) -> tuple[str, ...]:
        """The addresses, apart."""
        return tuple(
            part.strip() for part in self.webhook_allowed.replace("，", ",").split(",") if part.strip()
        )
