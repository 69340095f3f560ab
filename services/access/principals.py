"""办理身份: who a request comes from, whether by a browser's session or a program's token."""

from __future__ import annotations

import msgspec

from domain.access import TOKEN_SCOPES, Stage
from domain.refusal import Refused
from services.access.environment import Access
from services.access.sessions import load_session, wrong_stage
from services.access.tokens import use_token
from services.acts import Entry

CONSOLE = "console"
"""网页: somebody at a browser."""
API = "api"
"""接口: a program with a token."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """办理身份. ``scopes`` is ``None`` for a person at a browser: whatever they may, they may."""

    person: str
    account: str
    channel: str
    scopes: frozenset[str] | None = None

    def refuses(self, action: str) -> Refused | None:
        """Whether the token leaves out ``action``; what the person may, the permission table says besides."""
        if self.scopes is None or action in self.scopes:
            return None
        return Refused(
            code="token.scope",
            message=f"这个接口令牌不含“{TOKEN_SCOPES.get(action, action)}”权限",
            remedy="请用含有该权限的令牌",
            facts={"action": action},
        )

    @property
    def entry(self) -> Entry:
        """入口: how acts of this request are recorded."""
        return Entry(actor=self.person, channel=self.channel)


def by_session(access: Access, secret: str) -> Principal | Refused:
    """Return who a cookie stands for; a session that still has something to do first opens nothing."""
    live = load_session(access, secret) if secret else None
    if live is None:
        return unknown()
    if live.stage is not Stage.OPEN:
        return wrong_stage(live)
    return Principal(person=live.person, account=live.account, channel=CONSOLE)


def by_token(access: Access, secret: str) -> Principal | Refused:
    """Return who a token stands for."""
    used = use_token(access, secret)
    if used is None:
        return Refused(
            code="token.invalid",
            message="接口令牌无效:不存在、已过期、已吊销,或账号已停用",
            remedy="请向令牌的主人要新的令牌",
        )
    return Principal(person=used.person, account=used.account, channel=API, scopes=used.scopes)


def unknown() -> Refused:
    """Nobody is signed in."""
    return Refused(
        code="access.unauthenticated", message="请先登录", remedy="登录后再试;长时间不操作会自动退出"
    )
