"""系统设置: every setting with its meaning, read from ``ZR_*`` variables and from secret files.

A setting comes from, in this order: the environment (``ZR_DATA_DIR``), a file of the same name in the folder
named by ``ZR_SECRETS_DIR`` (``zr_webhook_secret``), the default. ``docs/reference/settings.md`` is generated
from the descriptions here. Why there is no random default secret: it would differ between two processes.
"""

import os
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from config.access_settings import AccessSettings
from config.api_settings import ApiSettings
from config.check_settings import CheckSettings
from config.evidence_settings import EvidenceSettings
from config.meeting_settings import MeetingSettings
from config.notice_settings import NoticeSettings
from config.setting_faults import explain
from config.supervision_settings import SupervisionSettings

ENV_PREFIX: Final = "ZR_"
SECRETS_DIR_VARIABLE: Final = "ZR_SECRETS_DIR"
SHORTEST_SECRET: Final = 32
KNOWN_WEAK_WORDS: Final = frozenset({"changeme", "change-me", "secret", "password", "zone-reform", "123456"})

Seconds = Annotated[float, Field(gt=0, le=10)]
"""No flow waits longer than 10 s for anything; later tries are timers."""

Port = Annotated[int, Field(ge=1, le=65535)]


class AdapterMode(StrEnum):
    """对接方式: how an outside system is reached."""

    MANUAL = "manual"
    """人工登记: a person registers what was sent and received, a second person checks it. The default."""
    HTTP = "http"
    """接口对接: an HTTP client; the manual way stays open beside it."""


class SettingsFault(ValueError):
    """设置有误: the settings cannot be used; the message says in Chinese which one and what to do."""


class Settings(
    AccessSettings,
    EvidenceSettings,
    ApiSettings,
    CheckSettings,
    MeetingSettings,
    NoticeSettings,
    SupervisionSettings,
    BaseSettings,
):
    """系统设置: read once at the start of a process."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(
        Path("var"),
        description="数据目录:SQLite 数据库、证据文件、封存文件、Prefect 的数据都放在这里。"
        "备份就是备份这个目录。",
    )
    database_url: str = Field(
        "",
        description="业务数据库地址。不填则用数据目录下的 `zone-reform.sqlite3`;"
        "多机部署填 PostgreSQL,如 `postgresql://用户@主机:5432/库名`。",
    )
    migration_database_url: str = Field(
        "",
        description="升级数据库结构时用的地址,用户应是表的所有者,与日常运行的用户分开,"
        "这样日常用户删不掉留痕表上的触发器。不填则与业务数据库地址相同。",
    )

    demo: bool = Field(
        False,
        description="演示模式:允许短密钥。只供 `make demo` 和试用,正式库不要打开。",
    )
    business_timezone: Literal["Asia/Shanghai"] = Field(
        "Asia/Shanghai",
        description="法定日期所用时区,固定为北京时间,不能改成别的。",
    )

    web_host: str = Field(
        "127.0.0.1",
        description="网页服务监听的地址。监听别的地址时,会话只在 https 下有效。",
    )
    web_port: Port = Field(8720, description="网页服务监听的端口。")

    prefect_host: str = Field("127.0.0.1", description="单机运行时 Prefect 服务监听的地址。")
    prefect_port: Port = Field(4260, description="单机运行时 Prefect 服务监听的端口。")
    prefect_api_url: str = Field(
        "",
        description="Prefect 服务的接口地址,以 `/api` 结尾。不填则按上面的地址和端口拼出。",
    )
    prefect_home: Path = Field(
        Path(),
        description="Prefect 自己的数据目录。不填则为数据目录下的 `prefect`。删掉它不丢任何业务数据。",
    )
    prefect_auth_string: SecretStr | None = Field(
        None,
        description="Prefect 服务的共用口令,形如 `用户:口令`。它的界面只给运维人员看。",
    )

    relay_max_runs_per_s: float = Field(
        8.0,
        gt=0,
        le=1000,
        description="接力程序每秒最多发起的流程运行数,用来限制 Prefect 的负荷。",
    )
    relay_threads: int = Field(
        2,
        ge=1,
        le=64,
        description="接力程序同时运行的流程数。Prefect 用 SQLite 时不要超过 2,用 PostgreSQL 时可加大。",
    )
    relay_lease_s: float = Field(
        30.0,
        gt=0,
        le=600,
        description="接力程序认领一件工作的时限(秒)。过时未交回,别的接力程序可以接手。",
    )

    filing_mode: AdapterMode = Field(
        AdapterMode.MANUAL,
        description="报送备案的方式:`manual` 收发文登记、第二人核对;`http` 调用接口。",
    )
    filing_url: AnyHttpUrl | None = Field(None, description="报送备案接口的地址,方式为 `http` 时必填。")
    filing_token: SecretStr | None = Field(None, description="报送备案接口的访问令牌,由对方发给。")
    filing_timeout_s: Seconds = Field(5.0, description="报送备案接口每次调用的时限(秒),最多 10 秒。")
    company_registry_mode: AdapterMode = Field(
        AdapterMode.MANUAL,
        description="公司登记核验的方式:`manual` 第二人核对营业执照;`http` 调用接口。",
    )
    company_registry_url: AnyHttpUrl | None = Field(
        None, description="公司登记核验接口的地址,方式为 `http` 时必填。"
    )
    company_registry_token: SecretStr | None = Field(
        None, description="公司登记核验接口的访问令牌,由对方发给。"
    )
    company_registry_timeout_s: Seconds = Field(
        5.0, description="公司登记核验接口每次调用的时限(秒),最多 10 秒。"
    )

    webhook_url: AnyHttpUrl | None = Field(None, description="消息推送(网络回调)的地址。不填则不推送。")
    webhook_secret: SecretStr | None = Field(
        None,
        description="消息推送的签名密钥,至少 32 个字符。填了推送地址就必须有;"
        "宜放在密钥目录的 `zr_webhook_secret` 文件里。",
    )
    webhook_timeout_s: Seconds = Field(5.0, description="消息推送每次调用的时限(秒),最多 10 秒。")
    notification_file: Path | None = Field(
        None,
        description="把消息逐行追加写入的文件(每行一条 JSON)。不填则不写文件,消息只在系统内显示。",
    )

    log_level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="写到标准错误的日志从哪一级起。"
    )
    log_json: bool = Field(False, description="日志每行写一条 JSON,供日志系统收集。")

    @field_validator("database_url", "migration_database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        """Name psycopg 3, for SQLAlchemy reads a bare ``postgresql://`` as psycopg 2."""
        for bare in ("postgresql://", "postgres://"):
            if url.startswith(bare):
                return "postgresql+psycopg://" + url.removeprefix(bare)
        if url and not url.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("数据库地址要以 sqlite:/// 或 postgresql:// 开头")
        return url

    @model_validator(mode="after")
    def _derive(self) -> Self:
        """Work out what was left empty from what was given, so that readers never meet an empty value."""
        data_dir = self.data_dir.expanduser().absolute()
        home = self.prefect_home
        own = self.database_url or f"sqlite:///{data_dir / 'zone-reform.sqlite3'}"
        derived = {
            "data_dir": data_dir,
            "database_url": own,
            "migration_database_url": self.migration_database_url or own,
            "prefect_home": data_dir / "prefect" if home == Path() else home.expanduser().absolute(),
            "prefect_api_url": self.prefect_api_url or own_prefect_url(self),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)
        return self

    @model_validator(mode="after")
    def _need_addresses(self) -> Self:
        for system in ("filing", "company_registry"):
            if getattr(self, f"{system}_mode") is AdapterMode.HTTP and getattr(self, f"{system}_url") is None:
                name = f"{ENV_PREFIX}{system.upper()}"
                raise ValueError(f"{name}_MODE 为 http 时,必须填写 {name}_URL;或改回 manual(人工登记)")
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ValueError("填了 ZR_WEBHOOK_URL,就必须有签名密钥 ZR_WEBHOOK_SECRET")
        return self

    @model_validator(mode="after")
    def _need_demo(self) -> Self:
        if self.demo_sign_in and not self.demo:
            raise ValueError("ZR_DEMO_SIGN_IN 是演示免口令登录,只由 zonectl demo 打开,请去掉")
        return self

    @model_validator(mode="after")
    def _need_strong_secrets(self) -> Self:
        if self.demo:
            return self
        for name in ("webhook_secret", "prefect_auth_string", "access_key"):
            secret = getattr(self, name)
            if secret is None:
                continue
            word = secret.get_secret_value().rpartition(":")[2].strip()
            variable = f"{ENV_PREFIX}{name.upper()}"
            if word.lower() in KNOWN_WEAK_WORDS:
                raise ValueError(f"{variable} 是人人都知道的口令,请换一个")
            if len(word) < SHORTEST_SECRET:
                raise ValueError(f"{variable} 太短:只有 {len(word)} 个字符,至少要 {SHORTEST_SECRET} 个")
        return self


def own_prefect_url(settings: Settings) -> str:
    """Return where Prefect's API is on one machine, as long as nobody names another."""
    return f"http://{settings.prefect_host}:{settings.prefect_port}/api"


def load_settings() -> Settings:
    """Read the settings anew.

    Raises:
        SettingsFault: a value cannot be used, or the folder of secrets does not exist.
    """
    secrets = os.environ.get(SECRETS_DIR_VARIABLE)
    if secrets and not Path(secrets).is_dir():
        raise SettingsFault(f"密钥目录不存在:{secrets}。请检查环境变量 {SECRETS_DIR_VARIABLE}。")
    try:
        return Settings(_secrets_dir=secrets or None)
    except (ValidationError, SettingsError) as fault:
        raise SettingsFault(explain(fault, Settings.model_fields, ENV_PREFIX)) from None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read once; tests call ``get_settings.cache_clear()``."""
    return load_settings()
