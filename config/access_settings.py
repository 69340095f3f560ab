"""登录设置: the parameters of passwords, sessions, second factors, single sign-on and tokens.

A part of ``config.settings.Settings``. GB/T 22239-2019 8.1.4.1 asks for each of these measures and names no
figure: what stands here are defaults that an assessed system usually has, to be set by the operator.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, model_validator

PlainWord = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]+$")]
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]", "::1")


class AccessSettings(BaseModel):
    """登录设置."""

    web_public_url: AnyHttpUrl | None = Field(
        None,
        description="用户在浏览器里打开的网址,如 `https://gaige.example.gov.cn`。"
        "不填则为本机地址;除本机地址外必须是 https。",
    )

    password_min_length: int = Field(
        10, ge=8, le=64, description="口令最短长度。标准没有定数字,这里取 8 到 64。"
    )
    password_min_classes: int = Field(
        3, ge=1, le=4, description="口令至少含几类字符(大写字母、小写字母、数字、其他)。"
    )
    password_min_strength: int = Field(
        3, ge=0, le=4, description="口令强度估计(0 到 4)的下限,用来挡住常见口令。"
    )
    password_words: str = Field(
        "改革,开发区,管委会",
        description="不许出现在口令里的本地常用词,用逗号分开,汉字连同拼音一起挡;可加本地地名、单位简称。",
    )
    password_history: int = Field(5, ge=0, le=24, description="新口令不得与最近几次的口令相同。")
    password_max_age_days: int = Field(
        90, ge=0, le=3650, description="口令最长使用天数,到期后登录须先改口令;0 为不要求定期更换。"
    )
    initial_password_hours: int = Field(
        72, ge=1, le=720, description="一次性初始口令的有效小时数,过期须由管理员重置。"
    )

    sign_in_max_failures: int = Field(
        5,
        ge=1,
        le=20,
        description="同一网络地址连续登录失败几次后,不许它再用该登录名登录(别处不受影响);"
        "各处合计到 10 倍时,该登录名一律锁定。第二因子另计,次数相同。",
    )
    sign_in_lock_minutes: int = Field(20, ge=1, le=1440, description="登录失败锁定的分钟数,到时自动解锁。")
    session_idle_minutes: int = Field(15, ge=1, le=240, description="多少分钟没有操作就退出登录。")
    session_max_hours: int = Field(8, ge=1, le=24, description="一次登录最长的小时数,到时须重新登录。")

    second_factor: Literal["administrators", "everyone", "nobody"] = Field(
        "administrators",
        description="谁必须用第二因子(动态口令或 UKey)登录:`administrators` 系统管理员等各类管理员;"
        "`everyone` 所有人;`nobody` 不强制。已登记第二因子的人,登录时总要验证。",
    )
    access_key: SecretStr | None = Field(
        None,
        description="加密动态口令种子的密钥,至少 32 个字符,多机部署时各机相同;"
        "宜放在密钥目录的 `zr_access_key` 文件里。不填则在数据目录的 `keys` 下生成一个,只供单机。",
    )

    token_max_days: int = Field(180, ge=1, le=3650, description="接口令牌最长的有效天数。")

    oidc_issuer: AnyHttpUrl | None = Field(
        None, description="统一身份认证(OpenID Connect)的签发者网址。不填则不启用。"
    )
    oidc_client_id: str = Field("", description="本系统在统一身份认证中的客户端编号。")
    oidc_client_secret: SecretStr | None = Field(None, description="本系统在统一身份认证中的客户端密钥。")
    oidc_title: str = Field("统一身份认证", description="登录页上统一身份认证的名称。")
    oidc_claim: PlainWord = Field(
        "preferred_username", description="首次登录时,用身份令牌中的哪一项与本系统的登录名对应。"
    )
    oidc_provision: bool = Field(
        False, description="统一身份认证中有而本系统没有的人,是否自动开账号。自动开的账号没有任何职务。"
    )

    demo_sign_in: bool = Field(
        False,
        description="演示免口令登录:只由 `zonectl demo` 为自己的演练库打开,要求演示模式;"
        "数据库不是演练库时拒绝启动。其他场合不要设置。",
    )

    @model_validator(mode="after")
    def _need_safe_addresses(self) -> Self:
        for name in ("web_public_url", "oidc_issuer"):
            url: AnyHttpUrl | None = getattr(self, name)
            if url is not None and url.scheme != "https" and url.host not in _LOOPBACK:
                raise ValueError(f"ZR_{name.upper()} 须以 https:// 开头(本机地址除外)")
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError("填了 ZR_OIDC_ISSUER,就必须有 ZR_OIDC_CLIENT_ID")
        return self
