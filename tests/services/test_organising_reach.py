"""Nobody reaches further by way of the register than the table gives: every place a change touches counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest

from config.clock import FixedClock
from domain.case import Seat
from domain.organisation.bodies import ChangeBody, RegisterBody
from domain.organisation.holdings import Appoint
from domain.organisation.proxies import SetProxy
from domain.permissions import Action
from models.database import Database
from models.tables import AdministratorRow, ReformUnitRow
from services.organising.bodies import change_body, register_body
from services.organising.persons import appoint
from services.organising.proxies import EndProxy, end_proxy, set_proxy
from services.permits import permit, unit_target
from services.world import world_of
from tests.services.organising import TODAY, by, code, good, organise, told

OTHER, PROVINCE = "411002", "410000"


@dataclass
class Counties:
    """Two counties: the second one's zone is nothing to the first one's administrator."""

    db: Database
    wall: FixedClock


@pytest.fixture
def counties(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Counties]:
    with closing(organise(migrated_db_url, wall_clock)) as db:
        with db.write() as session:
            session.add(
                ReformUnitRow(id="unit-far", name="示例邻县开发区", division_code=OTHER, lead_area=OTHER)
            )
        yield Counties(db, wall_clock)


def test_a_body_is_not_tied_to_another_county_s_zone(counties: Counties) -> None:
    """Whoever works in a body of a zone sees that zone's cases."""
    admin, before = by(counties.db, counties.wall, "admin"), told(counties.db)
    tied = ChangeBody(code="bureau", basis="示例文件", unit="unit-far")
    assert code(change_body(admin, tied, command_id="c1")) == "access.denied"
    assert told(counties.db) == before
    far = unit_target(counties.db, "unit-far")
    assert permit(counties.db, "bureau-head", Action.CASE_READ, far, on=TODAY) is not None
    good(change_body(admin, ChangeBody(code="bureau", basis="示例文件", unit="unit-0"), command_id="c2"))


@pytest.mark.parametrize("division", [OTHER, "411000", PROVINCE, "000000"])
def test_a_body_of_one_s_own_zone_is_not_placed_elsewhere(counties: Counties, division: str) -> None:
    """Where a body lies says how far its reform officers reach, and who may publish for all."""
    admin, before = by(counties.db, counties.wall, "admin"), told(counties.db)
    placed = RegisterBody(
        code="wide", name="示例办", body_type="reform_office", division=division, level="", unit="unit-0"
    )
    assert code(register_body(admin, placed, command_id="c1")) == "access.denied"
    assert told(counties.db) == before


def _two_places(counties: Counties) -> None:
    """One officer works in the bureau and heads the other county's reform office."""
    security = by(counties.db, counties.wall, "security")
    for number, (body, position) in enumerate((("bureau", "handler"), ("other", "head"))):
        held = Appoint(person="spare", body=body, position=position, first=TODAY, basis="示例任〔2022〕1号")
        good(appoint(security, held, command_id=f"a{number}"))


def test_a_head_lends_out_no_position_of_another_body(counties: Counties) -> None:
    _two_places(counties)
    head = by(counties.db, counties.wall, "bureau-head")
    lent = SetProxy(
        person="spare", body="other", position="head", deputy="bureau-head", first=TODAY, last=TODAY
    )
    assert code(set_proxy(head, lent, command_id="p1")) == "access.denied"
    own = SetProxy(
        person="spare", body="bureau", position="handler", deputy="reform-clerk", first=TODAY, last=TODAY
    )
    good(set_proxy(head, own, command_id="p2"))


def test_a_head_ends_no_proxy_of_another_body(counties: Counties) -> None:
    _two_places(counties)
    lent = SetProxy(
        person="spare",
        body="other",
        position="head",
        deputy="other-head",
        first=TODAY,
        last=TODAY + timedelta(days=5),
    )
    set_ = good(set_proxy(by(counties.db, counties.wall, "spare"), lent, command_id="p1"))
    ended = EndProxy(id=set_.event.id, last=TODAY)
    for person in ("bureau-head", "reform-head"):
        assert code(end_proxy(by(counties.db, counties.wall, person), ended, command_id="p2")) == (
            "access.denied"
        )
    good(end_proxy(by(counties.db, counties.wall, "spare"), ended, command_id="p3"))


def test_an_administrator_acts_for_nobody(counties: Counties) -> None:
    """三员分立: a proxy that was given before the office brings no seat with it."""
    lent = SetProxy(
        person="bureau-head", body="bureau", position="head", deputy="spare", first=TODAY, last=TODAY
    )
    good(set_proxy(by(counties.db, counties.wall, "bureau-head"), lent, command_id="p1"))
    with counties.db.write() as session:
        session.add(AdministratorRow(person="spare", role="auditor", division="", since=counties.wall.now()))
    world = world_of(counties.db)
    organisation = world.organisation(world.heads())
    assert organisation.acting("spare", TODAY) == ()
    assert ("spare", "bureau-head") not in organisation.able(Seat("bureau", "bureau", "head"), TODAY)
