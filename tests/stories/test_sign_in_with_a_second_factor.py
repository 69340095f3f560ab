"""Signing in with a second factor: enrolling, codes, recovery codes, UKey, and losing the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from config.clock import FixedClock
from domain.access import Stage
from domain.refusal import Refused
from models.tables import RecoveryCodeRow, TotpRow
from services.access.accounts import remove_factor_of, reset_account
from services.access.environment import Access, By
from services.access.factors import (
    confirm_enrolment,
    remove_factor,
    show_code,
    show_ukey,
    start_enrolment,
)
from services.access.sessions import Opened, challenge_of, load_session
from services.access.sign_in import sign_in
from services.access.vault import Vault, VaultFault
from tests.services.signing_in import CLERK, AccessOffice, access_office, code, ok


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path) -> Iterator[AccessOffice]:
    with access_office(migrated_db_url, wall_clock, tmp_path) as opened:
        yield opened


def show(office: AccessOffice, opened: Opened, word: str) -> Opened | Refused:
    return show_code(office.access, opened.secret, opened.live, word)


def test_an_administrator_has_to_enrol_before_anything_opens(office: AccessOffice) -> None:
    opened = office.settle("secadmin")
    assert opened.live.stage is Stage.ENROL
    opened, codes = office.enrol(opened)
    assert opened.live.stage is Stage.OPEN
    assert len(set(codes)) == 10
    again = ok(office.sign_in("secadmin"))
    assert again.live.stage is Stage.SECOND_FACTOR
    office.wall.advance(timedelta(seconds=30))
    shown = ok(show(office, again, office.code("secadmin")))
    assert shown.live.stage is Stage.OPEN
    assert load_session(office.access, again.secret) is None, "a session gets a new secret as it rises"


def test_a_used_code_is_refused(office: AccessOffice) -> None:
    office.enrol(office.ready(CLERK))
    office.wall.advance(timedelta(seconds=30))
    word = office.code(CLERK)
    ok(show(office, ok(office.sign_in(CLERK)), word))
    assert code(show(office, ok(office.sign_in(CLERK)), word)) == "factor.wrong"
    office.wall.advance(timedelta(seconds=30))
    ok(show(office, ok(office.sign_in(CLERK)), office.code(CLERK)))


def test_two_at_once_with_one_code_let_one_in(office: AccessOffice) -> None:
    office.enrol(office.ready(CLERK))
    office.wall.advance(timedelta(seconds=30))
    word = office.code(CLERK)
    sessions = [ok(office.sign_in(CLERK)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda opened: show(office, opened, word), sessions))
    assert sum(isinstance(answer, Opened) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"factor.wrong"}


def test_a_clock_that_is_half_a_minute_off_is_forgiven_and_two_minutes_are_not(office: AccessOffice) -> None:
    office.enrol(office.ready(CLERK))
    office.wall.advance(timedelta(minutes=5))
    early = office.code(CLERK)
    office.wall.advance(timedelta(seconds=30))
    ok(show(office, ok(office.sign_in(CLERK)), early))
    office.wall.advance(timedelta(minutes=5))
    late = office.code(CLERK)
    office.wall.advance(timedelta(minutes=2))
    assert code(show(office, ok(office.sign_in(CLERK)), late)) == "factor.wrong"


def test_a_recovery_code_works_once(office: AccessOffice) -> None:
    _, codes = office.enrol(office.ready(CLERK))
    ok(show(office, ok(office.sign_in(CLERK)), codes[0].lower()))
    assert code(show(office, ok(office.sign_in(CLERK)), codes[0])) == "factor.wrong"
    ok(show(office, ok(office.sign_in(CLERK)), codes[1]))
    assert office.event_types().count("recovery_code_used") == 2


def test_guessing_codes_locks_the_factor_and_time_opens_it(office: AccessOffice) -> None:
    office.enrol(office.ready(CLERK))
    office.wall.advance(timedelta(minutes=1))
    opened = ok(office.sign_in(CLERK))
    answers = [code(show(office, opened, "000000")) for _ in range(6)]
    assert answers == ["factor.wrong"] * 5 + ["sign_in.locked"]
    assert code(show(office, opened, office.code(CLERK))) == "sign_in.locked"
    office.wall.advance(timedelta(minutes=20))
    ok(show(office, ok(office.sign_in(CLERK)), office.code(CLERK)))
    assert "factor_locked" in office.event_types()


def test_many_guesses_at_once_are_no_more_than_the_limit(office: AccessOffice) -> None:
    office.enrol(office.ready(CLERK))
    opened = ok(office.sign_in(CLERK))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: code(show(office, opened, f"{number:06}")), range(16)))
    assert answers.count("factor.wrong") == 5
    assert answers.count("sign_in.locked") == 11


def test_enrolling_needs_a_code_of_that_seed(office: AccessOffice) -> None:
    opened = office.ready(CLERK)
    assert code(confirm_enrolment(office.access, opened.secret, opened.live, "123456")) == "factor.not_begun"
    ok(start_enrolment(office.access, opened.live))
    assert code(confirm_enrolment(office.access, opened.secret, opened.live, "000000")) == "factor.wrong"
    assert ok(office.sign_in(CLERK)).live.stage is Stage.OPEN, "an unconfirmed seed asks for nothing"
    opened, _ = office.enrol(opened)
    assert code(start_enrolment(office.access, opened.live)) == "factor.standing"


def test_one_removes_ones_own_factor_with_a_code(office: AccessOffice) -> None:
    opened, codes = office.enrol(office.ready(CLERK))
    refused = remove_factor(office.access, opened.live, "000000")
    assert code(refused) == "factor.wrong"
    assert remove_factor(office.access, opened.live, codes[3]) is None
    assert ok(office.sign_in(CLERK)).live.stage is Stage.OPEN


def test_who_lost_the_telephone_is_helped_by_one_who_cannot_reset_the_password(office: AccessOffice) -> None:
    office.enrol(office.settle("auditor"))
    access = office.access
    assert code(remove_factor_of(access, "auditor", by=By(person="secadmin"))) == "access.denied"
    assert code(reset_account(access, "auditor", by=By(person="sysadmin"))) == "access.denied"
    assert remove_factor_of(access, "auditor", by=By(person="sysadmin")) is None
    assert ok(office.sign_in("auditor")).live.stage is Stage.ENROL


def test_only_digests_and_ciphertext_are_stored(office: AccessOffice) -> None:
    opened, codes = office.enrol(office.ready(CLERK))
    with office.access.db.read() as session:
        stored = [row.digest for row in session.exec(select(RecoveryCodeRow)).all()]
        seed = session.exec(select(TotpRow)).one().secret
    assert not set(stored) & set(codes)
    assert office.seeds[CLERK] not in seed
    assert office.access.vault.open(seed, CLERK) == office.seeds[CLERK]
    with pytest.raises(VaultFault):
        office.access.vault.open(seed, "another")
    del opened


def test_another_machine_with_another_key_says_so(office: AccessOffice, tmp_path: Path) -> None:
    sealed = office.access.vault.seal("seed", CLERK)
    with pytest.raises(VaultFault, match="ZR_ACCESS_KEY"):
        Vault("", tmp_path / "elsewhere" / "access.key").open(sealed, CLERK)
    shared = [Vault("x" * 32, tmp_path / "unused" / str(number)) for number in range(2)]
    assert shared[1].open(shared[0].seal("seed", CLERK), CLERK) == "seed"
    assert (tmp_path / "elsewhere" / "access.key").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "unused").exists()


class Keys:
    """UKeys of this test: one a person, as the middleware would know them."""

    def __init__(self) -> None:
        self.keys = {CLERK: Ed25519PrivateKey.generate()}

    def has_key(self, account: str) -> bool:
        return account in self.keys

    def verify(self, account: str, challenge: bytes, signature: bytes) -> bool:
        try:
            self.keys[account].public_key().verify(signature, challenge)
        except (KeyError, InvalidSignature):
            return False
        return True


def test_a_ukey_signs_this_session_and_no_other(office: AccessOffice) -> None:
    office.ready(CLERK)
    keys = Keys()
    access: Access = replace(office.access, ukey=keys)
    first, second = (ok(sign_in(access, CLERK, office.passwords[CLERK])) for _ in range(2))
    assert first.live.stage is Stage.SECOND_FACTOR
    signature = keys.keys[CLERK].sign(challenge_of(first.secret))
    assert code(show_ukey(access, second.secret, second.live, signature)) == "factor.wrong"
    assert ok(show_ukey(access, first.secret, first.live, signature)).live.stage is Stage.OPEN
    assert code(show_ukey(office.access, second.secret, second.live, signature)) == "factor.no_ukey"
