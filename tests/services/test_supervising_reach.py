"""督查督办的范围: whom an office writes to, in whose name, and what 通报 and 约谈 ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.clock import FixedClock
from domain.permissions import AccessRole, roles_of
from domain.refusal import Refused
from domain.supervising.admonition_table import AdmonitionAct, AdmonitionKind
from domain.supervising.matters import Admonition
from domain.supervising.values import SourceKind
from services.supervising.admonishing import (
    AdmonitionMoveAsked,
    NewAdmonition,
    act_on_admonition,
    draft_admonition,
)
from services.supervising.desk import Enacted
from services.supervising.orders import NewOrder, draft_order
from services.supervising.places import OFFICE_TYPES
from services.supervising.requests import NewInspection, record_inspection
from services.supervising.sources import NewSource, register_source
from tests.services.acting import TODAY
from tests.services.supervising import Office, command, office


@pytest.fixture
def small(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Office]:
    with office(migrated_db_url, tmp_path, wall_clock) as opened:
        yield opened


def test_an_order_stays_in_the_area_of_its_office(small: Office) -> None:
    """A county's reform office writes to units of its county; upwards only through 两办 of its own area."""

    def draft(addressee: str, through: str = "") -> Enacted | Refused:
        asked = NewOrder(on=TODAY, addressee=addressee, through=through, unit="unit-0", office="county")
        return draft_order(small.desk("reformer"), asked, text="示例", command_id=command())

    above = draft("watch")
    assert isinstance(above, Refused)
    assert (above.code, above.facts["body"]) == ("order.out_of_area", "watch")
    assert above.basis
    assert isinstance(draft("elsewhere"), Refused)
    assert isinstance(draft("finance"), Enacted)
    assert isinstance(draft("gov", "gov-office"), Enacted)
    direct = draft("gov")
    assert isinstance(direct, Refused)
    assert direct.code == "order.through_offices"


def test_nobody_acts_in_the_name_of_an_office_below(small: Office) -> None:
    """The city's office may do much in a county, but not as the county's reform office."""
    asked = NewSource(kind=SourceKind.ORAL, issued_on=TODAY, on=TODAY, office="county")
    done = register_source(
        small.desk("watcher"), asked, issuer="示例领导", title="示例", command_id=command()
    )
    assert isinstance(done, Refused)
    assert (done.code, done.facts) == ("supervision.office", {"office": "county", "own": "watch"})
    order = NewOrder(on=TODAY, addressee="zone-0", unit="unit-0", office="county")
    refused = draft_order(small.desk("watcher"), order, text="示例", command_id=command())
    assert isinstance(refused, Refused)
    assert refused.code == "supervision.office"
    inspection = NewInspection(unit="unit-0", office="county", on=TODAY)
    counted = record_inspection(small.desk("watcher"), inspection, subject="示例", command_id=command())
    assert isinstance(counted, Refused)
    assert counted.code == "supervision.office"


def test_a_talk_is_with_one_unit_of_the_area_and_is_recorded_when_it_was_held(small: Office) -> None:
    finding = small.assign(small.finding(small.source().id).id)

    def draft(who: str, *to: str, **more: Any) -> Enacted | Refused:
        asked = NewAdmonition(kind=AdmonitionKind.TALK, about=(finding.id,), addressees=to, on=TODAY, **more)
        return draft_admonition(small.desk(who), asked, text="示例要求", command_id=command())

    def act(who: str, act: AdmonitionAct, **more: Any) -> Enacted | Refused:
        asked = AdmonitionMoveAsked(admonition=talk.id, act=act, on=TODAY, **more)
        return act_on_admonition(small.desk(who), asked, text="示例", command_id=command())

    for who, to, code in (
        ("watcher", ("zone-0", "finance"), "admonition.addressees"),
        ("watcher", ("elsewhere",), "order.out_of_area"),
        ("watcher", ("gov",), "order.through_offices"),
        ("zoner", ("zone-0",), "access.denied"),
        ("stranger", ("elsewhere",), "access.not_found"),
    ):
        refused = draft(who, *to)
        assert isinstance(refused, Refused)
        assert refused.code == code
    talk = small.done(draft("watcher", "gov", through="gov-office"))
    assert isinstance(talk, Admonition)
    assert talk.facts == ("示例区0问题 W2022-0001(已交办)",) or finding.id in talk.facts[0]
    small.done(act("watcher", AdmonitionAct.ISSUE, number="无文号"))
    held = small.done(act("watcher", AdmonitionAct.HOLD))
    assert isinstance(held, Admonition)
    assert (held.state, held.number) == ("held", "无文号")
    assert isinstance(act("watcher", AdmonitionAct.WITHDRAW), Refused)


@pytest.mark.parametrize("type_", ["supervision_office", "supervisor", "province_supervision"])
def test_a_supervision_office_of_any_level_supervises(type_: str) -> None:
    """督查室 issues as the name by which the level below knows it does (practice.md section 5)."""
    assert AccessRole.SUPERVISOR in roles_of(type_, "handler")
    assert type_ in OFFICE_TYPES
