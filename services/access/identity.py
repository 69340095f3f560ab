"""统一身份登录: OpenID Connect's answer becomes a session; who is not known here does not get in.

The first time, a claim of the provider names the account; from then on its subject does, which the provider
never gives to another person. A subject that comes with the claim of an account that is another subject's is
refused: names are reused, people are not. An administrator's account that has no second factor yet is not
named by a claim: whoever may choose a name at the provider would enrol their own.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session

from domain.access import fold_name, judge_name
from domain.identity import Identity, SignInRequest
from domain.refusal import Refused
from models.tables import CredentialRow, IdentityRequestRow, IdentityRow
from services.access.environment import Access, Origin
from services.access.holders import Holder, find_holder, progress_of
from services.access.journal import note
from services.access.persons import register_person
from services.access.secret import digest, new_secret
from services.access.sessions import CHANNEL, Opened
from services.access.sign_in import IDENTITY, judge_standing, open_for

PATIENCE: Final = timedelta(minutes=10)
"""How long somebody may be away at the provider."""


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """去往统一身份认证: where to send the browser, and the secret that it has to bring back as a cookie."""

    url: str
    browser: str


def begin_identity(access: Access) -> Departure | Refused:
    """去统一身份认证登录. Raises an ``OutsideError``."""
    if access.identity is None:
        return _not_connected()
    request = SignInRequest(
        state=new_secret(), nonce=new_secret(), verifier=new_secret(), redirect_uri=access.redirect_uri
    )
    url = access.identity.authorization_url(request)
    browser = new_secret()
    now = access.wall.now()
    with access.db.write() as session:
        session.execute(delete(IdentityRequestRow).where(IdentityRequestRow.created_at < now - PATIENCE))  # type: ignore[arg-type]
        session.add(
            IdentityRequestRow(
                digest=digest(request.state),
                browser=digest(browser),
                nonce=request.nonce,
                verifier=request.verifier,
                created_at=now,
            )
        )
    return Departure(url=url, browser=browser)


def finish_identity(
    access: Access, answer_url: str, browser: str, origin: Origin | None = None
) -> Opened | Refused:
    """从统一身份认证回来: check the answer and open a session. Raises an ``OutsideError``.

    Args:
        answer_url: the address the browser came back to, with its query.
        browser: the secret given to the browser that left.
    """
    if access.identity is None:
        return _not_connected()
    state = "".join(parse_qs(urlsplit(answer_url).query).get("state", []))
    request = _take(access, state, browser)
    if request is None:
        return Refused(
            code="identity.stale",
            message="这次统一身份登录已失效,或不是从本浏览器发起的",
            remedy="请回到登录页重新登录",
        )
    found = access.identity.redeem(request, answer_url)
    with access.db.write() as session:
        holder = _holder_of(session, access, found)
        refused = holder if isinstance(holder, Refused) else judge_standing(holder)
        if refused is None and isinstance(holder, Holder):
            return open_for(session, access, holder, IDENTITY, origin or Origin())
        known = holder if isinstance(holder, Holder) else None
        note(
            session,
            access,
            "sign_in_failed",
            actor=known.person if known else "",
            channel=CHANNEL,
            account=known.account if known else "",
            reason=refused.code if refused else "",
        )
    return refused or _not_known()


def _take(access: Access, state: str, browser: str) -> SignInRequest | None:
    """Take the request out, once."""
    with access.db.write() as session:
        row = session.execute(
            select(IdentityRequestRow).where(IdentityRequestRow.digest == digest(state)).with_for_update()  # type: ignore[arg-type]
        ).scalar_one_or_none()
        if row is None or row.browser != digest(browser):
            return None
        fresh = row.created_at > access.wall.now() - PATIENCE
        request = SignInRequest(
            state=state, nonce=row.nonce, verifier=row.verifier, redirect_uri=access.redirect_uri
        )
        session.delete(row)
    return request if fresh else None


def _holder_of(session: Session, access: Access, found: Identity) -> Holder | Refused:
    linked = session.get(IdentityRow, (found.issuer, found.subject))
    if linked is not None:
        return find_holder(session, account=linked.account, lock=True) or _not_known()
    name = fold_name(found.claims.get(access.rules.identity_claim, ""))
    holder = find_holder(session, name=name, lock=True) if name else None
    if holder is None:
        if not access.rules.provision or judge_name(name) is not None:
            return _not_known()
        holder = _provision(session, access, name, found.claims.get("name", name))
    elif _unguarded_office(access, holder):
        return Refused(
            code="identity.administrator",
            message="管理员账号登记第二因子之前,不能与统一身份认证绑定",
            remedy="请先用登录名和口令登录,登记第二因子",
        )
    elif _linked_to_another(session, found.issuer, holder.account):
        return Refused(
            code="identity.other",
            message="登录名对应的账号已与统一身份认证中的另一个人绑定",
            remedy="请联系管理员核对",
        )
    session.add(
        IdentityRow(
            issuer=found.issuer,
            subject=found.subject,
            account=holder.account,
            linked_at=access.wall.now(),
        )
    )
    note(session, access, "identity_linked", actor=holder.person, channel=CHANNEL, account=holder.account)
    return holder


def _unguarded_office(access: Access, holder: Holder) -> bool:
    progress = progress_of(access, holder, by_password=False, factor_shown=False)
    return holder.office is not None and not progress.has_factor


def _linked_to_another(session: Session, issuer: str, account: str) -> bool:
    found = select(IdentityRow.subject).where(  # type: ignore[call-overload]
        IdentityRow.issuer == issuer, IdentityRow.account == account
    )
    return session.execute(found).first() is not None


def _provision(session: Session, access: Access, name: str, title: str) -> Holder:
    """自动开账号: a person without any position, who therefore may do nothing until given one."""
    id_ = secrets.token_hex(8)
    register_person(session, access, id_, title, actor=id_, channel=CHANNEL)
    session.add(CredentialRow(account=id_, name=name, changed_at=access.wall.now()))
    session.flush()
    note(session, access, "account_provisioned", actor=id_, channel=CHANNEL, account=id_)
    holder = find_holder(session, account=id_)
    if holder is None:
        raise LookupError(id_)
    return holder


def _not_connected() -> Refused:
    return Refused(
        code="identity.not_connected", message="本系统没有接入统一身份认证", remedy="请用登录名和口令登录"
    )


def _not_known() -> Refused:
    return Refused(
        code="identity.not_known",
        message="统一身份认证通过了,但本系统没有与之对应的账号",
        remedy="请联系本单位管理员开立账号",
    )
