"""第二因子: one-time codes (TOTP, RFC 6238), recovery codes, and UKey through its port.

A code that was used is refused, also when two requests bring it at once: the time step is written by one
statement that only a later step passes. Wrong codes are counted like wrong passwords, by account.
"""

from __future__ import annotations

from typing import Final

import msgspec
import pyotp
from sqlalchemy import delete, update
from sqlmodel import Session

from domain.access import BASIS, Stage, stage_of
from domain.refusal import Refused
from models.tables import IdentityRow, RecoveryCodeRow, TotpRow
from services.access import attempts
from services.access.environment import Access
from services.access.holders import Holder, find_holder, progress_of
from services.access.journal import note
from services.access.secret import digest, recovery_code, same
from services.access.sessions import (
    CHANNEL,
    Live,
    Opened,
    challenge_of,
    hold_session,
    renew_session,
    session_gone,
    wrong_stage,
)
from services.access.sign_in import PASSWORD

ISSUER: Final = "开发区改革"
RECOVERY_CODES: Final = 10
STEP_S: Final = 30
_WINDOW: Final = (0, -1, 1)
"""Steps around now that are taken: telephones' clocks differ a little."""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """登记中: the seed, as text and as the address that becomes a QR code; shown once."""

    seed: str
    uri: str


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """已登记: recovery codes, shown once, and the session that goes on."""

    recovery_codes: tuple[str, ...]
    opened: Opened


def start_enrolment(access: Access, live: Live) -> Enrolment | Refused:
    """登记动态口令: make a seed; it counts once a code made from it was shown."""
    if live.stage not in (Stage.ENROL, Stage.OPEN):
        return wrong_stage(live)
    seed = pyotp.random_base32()
    with access.db.write() as session:
        holder = find_holder(session, account=live.account, lock=True)
        if holder is None:
            return session_gone()
        if holder.totp:
            return Refused(
                code="factor.standing",
                message="已经登记了动态口令",
                remedy="要换手机的,请先用现在的动态口令或备用码解除",
            )
        session.merge(
            TotpRow(account=holder.account, secret=access.vault.seal(seed, holder.account), last_step=0)
        )
    uri = pyotp.TOTP(seed, interval=STEP_S).provisioning_uri(name=holder.name, issuer_name=ISSUER)
    return Enrolment(seed=seed, uri=uri)


def confirm_enrolment(access: Access, secret: str, live: Live, code: str) -> Enrolled | Refused:
    """确认登记: a code shows that the seed arrived; recovery codes are given out."""
    if live.stage not in (Stage.ENROL, Stage.OPEN):
        return wrong_stage(live)
    locked = attempts.reserve(access, attempts.factor_key(live.account))
    if locked is not None:
        return locked
    with access.db.write() as session:
        holder = find_holder(session, account=live.account, lock=True)
        if holder is None or not hold_session(session, secret):
            return session_gone()
        if holder.totp or session.get(TotpRow, holder.account) is None:
            return Refused(code="factor.not_begun", message="没有正在登记的动态口令", remedy="请重新开始登记")
        if not _use_totp(session, access, holder.account, code):
            return _wrong_code(session, access, holder)
        attempts.clear(session, attempts.factor_key(holder.account))
        session.execute(
            update(TotpRow)
            .where(TotpRow.account == holder.account)  # type: ignore[arg-type]
            .values(confirmed_at=access.wall.now())
        )
        codes = _give_recovery_codes(session, holder.account)
        note(session, access, "factor_enrolled", actor=holder.person, channel=CHANNEL, account=holder.account)
        return Enrolled(recovery_codes=codes, opened=_go_on(session, access, secret, live, holder.account))


def show_code(access: Access, secret: str, live: Live, code: str) -> Opened | Refused:
    """验证第二因子: a one-time code or a recovery code; the session goes on."""
    if live.stage is not Stage.SECOND_FACTOR:
        return wrong_stage(live)
    key = attempts.factor_key(live.account)
    locked = attempts.reserve(access, key)
    if locked is not None:
        return locked
    with access.db.write() as session:
        holder = find_holder(session, account=live.account, lock=True)
        if holder is None or not hold_session(session, secret):
            return session_gone()
        refused = _use(session, access, holder, code)
        if refused is not None:
            return refused
        return _shown(session, access, secret, live, holder, "code")


def show_ukey(access: Access, secret: str, live: Live, signature: bytes) -> Opened | Refused:
    """验证 UKey: the key signed this session's challenge. Raises an ``OutsideError``."""
    if live.stage is not Stage.SECOND_FACTOR:
        return wrong_stage(live)
    if access.ukey is None:
        return Refused(code="factor.no_ukey", message="本系统没有接入 UKey", remedy="请用动态口令或备用码")
    locked = attempts.reserve(access, attempts.factor_key(live.account))
    if locked is not None:
        return locked
    good = access.ukey.verify(live.account, challenge_of(secret), signature)
    with access.db.write() as session:
        holder = find_holder(session, account=live.account, lock=True)
        if holder is None or not hold_session(session, secret):
            return session_gone()
        if not good:
            return _wrong_code(session, access, holder)
        return _shown(session, access, secret, live, holder, "ukey")


def remove_factor(access: Access, live: Live, code: str) -> Refused | None:
    """解除动态口令: of one's own, with a code of it or a recovery code."""
    if live.stage is not Stage.OPEN:
        return wrong_stage(live)
    locked = attempts.reserve(access, attempts.factor_key(live.account))
    if locked is not None:
        return locked
    with access.db.write() as session:
        holder = find_holder(session, account=live.account, lock=True)
        if holder is None:
            return session_gone()
        refused = _use(session, access, holder, code)
        if refused is not None:
            return refused
        attempts.clear(session, attempts.factor_key(holder.account))
        drop_factor(session, holder.account)
        note(session, access, "factor_removed", actor=holder.person, channel=CHANNEL, account=holder.account)
    return None


def drop_factor(session: Session, account: str) -> bool:
    """Forget seed and recovery codes of an account; whether there was anything.

    The bond with the identity provider falls too: it was made while the factor stood for the account, and
    without it an administrator's account would be open to whoever the provider calls by that name. It is
    bound anew at the next sign-in through the provider, an administrator's once there is a factor again.
    """
    session.execute(delete(IdentityRow).where(IdentityRow.account == account))  # type: ignore[arg-type]
    gone = session.execute(delete(TotpRow).where(TotpRow.account == account))  # type: ignore[arg-type]
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account == account))  # type: ignore[arg-type]
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _use(session: Session, access: Access, holder: Holder, code: str) -> Refused | None:
    """Take a one-time code or a recovery code, once."""
    plain = code.strip().upper().replace(" ", "")
    if holder.totp and _use_totp(session, access, holder.account, plain):
        return None
    if _use_recovery_code(session, access, holder, plain):
        return None
    return _wrong_code(session, access, holder)


def _use_totp(session: Session, access: Access, account: str, code: str) -> bool:
    row = session.get(TotpRow, account)
    if row is None:
        return False
    totp = pyotp.TOTP(access.vault.open(row.secret, account), interval=STEP_S)
    now = totp.timecode(access.wall.now())
    for step in (now + offset for offset in _WINDOW):
        if same(totp.generate_otp(step), code):
            used = session.execute(
                update(TotpRow)
                .where(TotpRow.account == account, TotpRow.last_step < step)  # type: ignore[arg-type]
                .values(last_step=step)
            )
            return bool(used.rowcount)  # type: ignore[attr-defined]
    return False


def _use_recovery_code(session: Session, access: Access, holder: Holder, code: str) -> bool:
    used = session.execute(
        update(RecoveryCodeRow)
        .where(
            RecoveryCodeRow.account == holder.account,  # type: ignore[arg-type]
            RecoveryCodeRow.digest == digest(code),  # type: ignore[arg-type]
            RecoveryCodeRow.used_at.is_(None),  # type: ignore[union-attr]
        )
        .values(used_at=access.wall.now())
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    note(session, access, "recovery_code_used", actor=holder.person, channel=CHANNEL, account=holder.account)
    return True


def _give_recovery_codes(session: Session, account: str) -> tuple[str, ...]:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.account == account))  # type: ignore[arg-type]
    codes = tuple(recovery_code() for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCodeRow(account=account, digest=digest(code)) for code in codes)
    return codes


def _wrong_code(session: Session, access: Access, holder: Holder) -> Refused:
    facts = {"account": holder.account}
    note(session, access, "factor_failed", actor=holder.person, channel=CHANNEL, **facts)
    if attempts.fail(session, access, attempts.factor_key(holder.account)):
        note(session, access, "factor_locked", actor=holder.person, channel=CHANNEL, **facts)
    return Refused(
        code="factor.wrong",
        message="验证码不对,或者已经用过",
        remedy="请等下一个动态口令再试;没有手机的,用一个备用码",
        basis=BASIS,
    )


def _shown(session: Session, access: Access, secret: str, live: Live, holder: Holder, how: str) -> Opened:
    attempts.clear(session, attempts.factor_key(holder.account))
    opened = _go_on(session, access, secret, live, holder.account)
    note(
        session,
        access,
        "factor_shown",
        actor=holder.person,
        channel=CHANNEL,
        account=holder.account,
        session=live.id,
        how=how,
        stage=str(opened.live.stage),
    )
    return opened


def _go_on(session: Session, access: Access, secret: str, live: Live, account: str) -> Opened:
    """The session after a factor was shown."""
    session.flush()
    holder = find_holder(session, account=account)
    if holder is None:
        raise LookupError(account)
    by_password = live.method == PASSWORD
    stage = stage_of(progress_of(access, holder, by_password=by_password, factor_shown=True))
    return renew_session(session, access, secret, holder, stage, factor=True)
