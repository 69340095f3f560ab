"""应答状态: which refusal is which HTTP status, in one table; the rest is a rule's refusal, 409."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

_BAD, _WHO, _NO, _NONE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
)
_WRONG = HTTPStatus.UNPROCESSABLE_ENTITY

STATUS: Final[Mapping[str, HTTPStatus]] = MappingProxyType(
    {
        "access.unauthenticated": _WHO,
        "token.invalid": _WHO,
        "session.over": _WHO,
        "sign_in.wrong": _WHO,
        "sign_in.initial_expired": _WHO,
        "sign_in.account_locked": _WHO,
        "sign_in.closed": _WHO,
        "identity.not_known": _WHO,
        "identity.other": _WHO,
        "identity.administrator": _WHO,
        "sign_in.locked": HTTPStatus.TOO_MANY_REQUESTS,
        "session.stage": _NO,
        "session.csrf": _NO,
        "token.scope": _NO,
        "access.denied": _NO,
        "actor.not_entitled": _NO,
        "actor.unknown": _NO,
        "duty.*": _NO,
        "access.not_found": _NONE,
        "session.unknown": _NONE,
        "token.unknown": _NONE,
        "identity.not_connected": _NONE,
        "account.unknown": _NONE,
        "body.unknown": _NONE,
        "case.unknown": _NONE,
        "decision.unknown": _NONE,
        "evidence.unknown": _NONE,
        "exception.unknown": _NONE,
        "programme.not_published": _NONE,
        "programme.unknown": _NONE,
        "proposal.unknown": _NONE,
        "register.row_unknown": _NONE,
        "register.unknown": _NONE,
        "step.unknown": _NONE,
        "record.nothing": _NONE,
        "record.incomplete": _WRONG,
        "unit.unknown": _NONE,
        "objection.unknown": _NONE,
        "webhook.unknown": _NONE,
        "person.unknown": _NONE,
        "proxy.unknown": _NONE,
        "checks.unknown": _NONE,
        "waiver.unknown": _NONE,
        "paper.not_found": _NONE,
        "paper.other_database": _NONE,
        "account.by_token": _NO,
        "token.by_token": _NO,
        "request.path": _NONE,
        "step.round": HTTPStatus.PRECONDITION_FAILED,
        "request.if_match_missing": HTTPStatus.PRECONDITION_REQUIRED,
        "request.key_missing": _BAD,
        "request.unreadable": _BAD,
        "request.method": HTTPStatus.METHOD_NOT_ALLOWED,
        "request.accept": HTTPStatus.NOT_ACCEPTABLE,
        "request.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "request.media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "request.malformed": _WRONG,
        "request.cursor": _WRONG,
        "rate.limited": HTTPStatus.TOO_MANY_REQUESTS,
        "command.no_id": _WRONG,
        "command.text": _WRONG,
        "correct.path": _WRONG,
        "date.future": _WRONG,
        "field.*": _WRONG,
        "programme.faulty": _WRONG,
        "body.code": _WRONG,
        "body.name": _WRONG,
        "paper.code_length": _WRONG,
        "paper.code_letters": _WRONG,
        "paper.code_wrong": _WRONG,
        "paper.form_unknown": _WRONG,
        "waiver.until": _WRONG,
        "register.faulty": _WRONG,
        "calendar.*": _WRONG,
        "notice.faulty": _WRONG,
        "objection.who": _WRONG,
        "webhook.events": _WRONG,
        "webhook.url": _WRONG,
        "file.too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "file.kind": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "file.range": HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "file.not_kept": HTTPStatus.SERVICE_UNAVAILABLE,
        "file.scanner_down": HTTPStatus.SERVICE_UNAVAILABLE,
        "prefect.away": HTTPStatus.SERVICE_UNAVAILABLE,
        "internal.error": HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
"""Code, or ``family.*``, → status."""


def status_of(code: str) -> HTTPStatus:
    """Return the status that a refusal of this code is answered with."""
    family = f"{code.partition('.')[0]}.*"
    return STATUS.get(code) or STATUS.get(family) or HTTPStatus.CONFLICT
