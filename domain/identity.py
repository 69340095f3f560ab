"""统一身份: what crosses the port to an identity provider."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """统一身份: whom a provider vouches for. ``subject`` never changes its owner; other claims may."""

    issuer: str
    subject: str
    claims: Mapping[str, str]


class SignInRequest(msgspec.Struct, frozen=True, kw_only=True):
    """登录请求: what binds an answer of the provider to the question: state, nonce, verifier (PKCE)."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
