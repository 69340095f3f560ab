"""Signing in through the city's identity provider, one that behaves and ones that do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from config.clock import FixedClock
from domain.access import Stage
from domain.outside_errors import OutsideProtocolError, OutsideRefused, OutsideUnavailable
from domain.refusal import Refused
from integrations.oidc import OidcProvider
from services.access.accounts import lock_account, remove_factor_of
from services.access.environment import Access, By
from services.access.identity import begin_identity, finish_identity
from services.access.sessions import Opened
from tests.identity_provider import CLIENT, CLIENT_SECRET, Provider, running_provider
from tests.services.signing_in import CLERK, AccessOffice, access_office, code, ok

HERE = "http://127.0.0.1:8720/answer"


@dataclass
class City:
    """The office, connected to the provider."""

    office: AccessOffice
    provider: Provider
    access: Access
    monotonic: list[float]

    def leave(self) -> tuple[str, str]:
        """Go to the provider; return where it sends the browser back to, and the browser's secret."""
        departure = ok(begin_identity(self.access))
        answer = httpx.get(departure.url, follow_redirects=False, trust_env=False)
        return answer.headers["Location"], departure.browser

    def sign_in(self) -> Opened | Refused:
        """All the way."""
        return finish_identity(self.access, *self.leave())


@pytest.fixture
def city(migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path) -> Iterator[City]:
    now = [0.0]
    with (
        access_office(migrated_db_url, wall_clock, tmp_path) as office,
        running_provider(wall_clock) as provider,
        closing(
            OidcProvider(
                provider.issuer,
                CLIENT,
                CLIENT_SECRET,
                title="示例统一认证",
                wall=wall_clock,
                monotonic=lambda: now[0],
            )
        ) as identity,
    ):
        office.open_account(CLERK)
        access = replace(office.access, identity=identity, redirect_uri=HERE)
        yield City(office, provider, access, now)


def test_who_is_known_here_gets_in_and_stays_the_same_person(city: City) -> None:
    opened = ok(city.sign_in())
    assert (opened.live.account, opened.live.stage, opened.live.method) == (CLERK, Stage.OPEN, "identity")
    city.provider.claims = {"preferred_username": "renamed"}
    assert ok(city.sign_in()).live.account == CLERK
    assert city.office.event_types().count("identity_linked") == 1


@pytest.mark.parametrize("name", ["sysadmin", "secadmin", "auditor"])
def test_whoever_calls_themselves_administrator_there_is_none_here(city: City, name: str) -> None:
    """Names at a provider are often free to choose: whoever came first would enrol their own factor."""
    city.provider.claims = {"preferred_username": name}
    assert code(city.sign_in()) == "identity.administrator"
    assert "identity_linked" not in city.office.event_types()


def test_another_person_with_a_reused_name_does_not_get_in(city: City) -> None:
    ok(city.sign_in())
    city.provider.subject = "subject-2"
    assert code(city.sign_in()) == "identity.other"


def test_who_is_not_known_here_does_not_get_in_unless_it_is_set(city: City) -> None:
    city.provider.subject, city.provider.claims = "new", {"preferred_username": "newcomer", "name": "新人"}
    assert code(city.sign_in()) == "identity.not_known"
    city.access = replace(city.access, rules=replace_rules(city.access, provision=True))
    opened = ok(city.sign_in())
    assert opened.live.stage is Stage.OPEN
    assert ok(city.sign_in()).live.account == opened.live.account
    assert "account_provisioned" in city.office.event_types()


def replace_rules(access: Access, **changes: Any) -> Any:
    return msgspec.structs.replace(access.rules, **changes)


def test_a_locked_account_stays_locked(city: City) -> None:
    ok(city.sign_in())
    assert lock_account(city.access, CLERK, "示例", by=By(person="secadmin")) is None
    assert code(city.sign_in()) == "sign_in.account_locked"


def test_an_administrator_still_shows_a_second_factor(city: City) -> None:
    city.office.enrol(city.office.settle("secadmin"))
    city.provider.claims = {"preferred_username": "secadmin"}
    assert ok(city.sign_in()).live.stage is Stage.SECOND_FACTOR


def test_the_bond_falls_with_the_second_factor(city: City) -> None:
    """Else the provider's word alone would enrol a new factor for an administrator's account."""
    city.office.enrol(city.office.settle("secadmin"))
    city.provider.claims = {"preferred_username": "secadmin"}
    ok(city.sign_in())
    assert remove_factor_of(city.access, "secadmin", by=By(person="sysadmin")) is None
    assert code(city.sign_in()) == "identity.administrator"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"sub": None},
        {"sub": ""},
        {"exp": 1},
        {"exp": None},
    ],
)
def test_a_token_that_says_something_else_is_not_believed(city: City, changes: dict[str, Any]) -> None:
    city.provider.changes = changes
    with pytest.raises(OutsideProtocolError):
        city.sign_in()
    assert "signed_in" not in city.office.event_types()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_anybody_could_write_is_not_believed(city: City, algorithm: str) -> None:
    city.provider.algorithm = algorithm
    with pytest.raises(OutsideProtocolError):
        city.sign_in()


def test_a_token_that_ran_out_on_the_way_is_not_believed(city: City) -> None:
    city.provider.changes = {"exp": int((city.office.wall.now() - timedelta(minutes=2)).timestamp())}
    with pytest.raises(OutsideProtocolError):
        city.sign_in()


def test_new_keys_are_found_and_old_ones_are_over(city: City) -> None:
    ok(city.sign_in())
    old = city.provider.key
    city.provider.rotate()
    city.monotonic[0] += 11
    ok(city.sign_in())
    city.provider.key = old
    city.monotonic[0] += 11
    with pytest.raises(OutsideProtocolError):
        city.sign_in()


def test_unknown_keys_are_not_looked_for_without_end(city: City) -> None:
    ok(city.sign_in())
    city.provider.key = type(city.provider.key).generate_key("P-256", {"kid": "made-up"})
    city.monotonic[0] += 11
    before = city.provider.asked.count("/keys")
    for _ in range(5):
        with pytest.raises(OutsideProtocolError):
            city.sign_in()
    assert city.provider.asked.count("/keys") == before + 1


def test_an_answer_is_taken_once_and_only_from_the_browser_that_left(city: City) -> None:
    url, browser = city.leave()
    assert code(finish_identity(city.access, url, "another-browser")) == "identity.stale"
    assert isinstance(finish_identity(city.access, url, browser), Opened)
    assert code(finish_identity(city.access, url, browser)) == "identity.stale"
    made_up = url.replace("state=", "state=x")
    assert code(finish_identity(city.access, made_up, browser)) == "identity.stale"


def test_who_was_away_too_long_begins_again(city: City) -> None:
    url, browser = city.leave()
    city.office.wall.advance(timedelta(minutes=10))
    assert code(finish_identity(city.access, url, browser)) == "identity.stale"


def test_an_answer_of_another_issuer_is_not_believed(city: City) -> None:
    url, browser = city.leave()
    with pytest.raises(OutsideProtocolError):
        finish_identity(city.access, url.replace("iss=http", "iss=https"), browser)


def test_the_provider_says_no(city: City) -> None:
    city.provider.denies = True
    with pytest.raises(OutsideRefused):
        city.sign_in()


def test_a_code_without_its_verifier_is_worth_nothing(city: City) -> None:
    """Somebody slips the code of one sign-in into another: PKCE and state keep them apart."""
    first, _ = city.leave()
    second, browser = city.leave()
    stolen = httpx.URL(second).copy_set_param("code", httpx.URL(first).params["code"])
    with pytest.raises(OutsideRefused) as caught:
        finish_identity(city.access, str(stolen), browser)
    assert caught.value.reason == "invalid_grant"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_in_trouble_is_told_as_such(city: City, path: str) -> None:
    city.provider.broken = {path: 503}
    with pytest.raises(OutsideUnavailable):
        city.sign_in()
    city.provider.broken = {}
    ok(city.sign_in())


def test_without_a_provider_it_says_so(city: City) -> None:
    assert code(begin_identity(city.office.access)) == "identity.not_connected"
