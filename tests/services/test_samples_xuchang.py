"""样例: Xuchang's bodies, zones, pilots and 示例 accounts carry both programmes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlmodel import select

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.identifiers.credit_code import parse_credit_code
from domain.identifiers.values import Fault
from domain.programme import BodyKind, Level, Position, Programme
from domain.programme_source import load
from domain.refusal import Refused
from models.database import Database
from models.tables import PersonRow, ReformUnitRow
from samples.entering import CatalogueMissingError, SampleWritten, bring_in_sample
from samples.loader import CATALOGUE_2018, XUCHANG, Sample, load_sample
from samples.story import load_story
from services.importing.zones import import_zones, load_zones, read_zone_file
from services.organisation import load_organisation, place_of

PROGRAMMES = Path(__file__).parents[2] / "programmes"
SINCE = date(2021, 1, 1)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return load_sample()


@pytest.fixture
def db(migrated_sqlite_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    """A database with the catalogue in it."""
    with closing(Database(migrated_sqlite_url)) as database:
        file = read_zone_file(CATALOGUE_2018)
        assert not isinstance(file, Refused)
        import_zones(database, file, actor=FOUNDING, wall=wall_clock, command_id="catalogue")
        yield database


def bring_in(db: Database, sample: Sample, clock: FixedClock, command_id: str = "sample") -> SampleWritten:
    return bring_in_sample(db, sample, since=SINCE, actor=FOUNDING, wall=clock, command_id=command_id)


def programme(code: str) -> Programme:
    read = load((PROGRAMMES / code / "1.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, Programme), read
    return read


def test_the_sample_is_what_the_source_page_gives(sample: Sample) -> None:
    assert [zone.slug for zone in sample.zones if zone.pilot] == ["yanling", "weidu"]
    assert len(sample.zones) == 7
    counties = {sample.divisions[pilot.county] for pilot in sample.pilots}
    assert (len(sample.pilots), counties) == (16, {"禹州市", "长葛市", "鄢陵县", "襄城县", "建安区"})
    named = [(p.name, p.county) for p in sample.pilots if p.confidence == "found"]
    assert named == [("神垕镇", "411081")]
    assert [p.name for p in sample.pilots[1:]] == [f"试点{n:02d}" for n in range(2, 17)]
    assert sample.divisions[sample.pilots[0].division] == "神垕镇"
    assert (
        len([c for c in sample.divisions if len(c) == 6]),
        len([c for c in sample.divisions if len(c) == 9]),
    ) == (
        8,
        105,
    )


def test_nobody_in_the_sample_is_real(sample: Sample) -> None:
    assert all(person.name.startswith("示例用户") for person in sample.persons)
    assert all(person.id.startswith("demo-") for person in sample.persons)


def test_every_body_that_works_in_the_system_has_three_different_people(sample: Sample) -> None:
    for body in sample.bodies:
        held = {h.position: h.person for h in sample.holdings if h.body == body.code}
        if body.kind is BodyKind.ACCOUNT:
            assert set(held) == set(Position), body.code
            assert len(set(held.values())) == 3, body.code
        else:
            assert held == {}, body.code


def test_a_body_seen_from_below_is_the_same_people(sample: Sample) -> None:
    for body in sample.bodies:
        if body.same_as:
            mine = {(h.person, h.position) for h in sample.holdings if h.body == body.code}
            theirs = {(h.person, h.position) for h in sample.holdings if h.body == body.same_as}
            assert mine == theirs


def test_the_sample_says_nothing_else_than_the_catalogue(db: Database, sample: Sample) -> None:
    with db.read() as session:
        zones = load_zones(session)
    for line in sample.zones:
        if line.catalogue_no is not None:
            assert (zones[line.id].code, zones[line.id].name) == (line.code, line.name)


def test_it_comes_in_once(db: Database, sample: Sample, wall_clock: FixedClock) -> None:
    first = bring_in(db, sample, wall_clock)
    assert (len(first.zones.added), len(first.zones.changed), first.pilots.added) == (1, 6, 16)
    assert (first.roster.bodies, first.roster.persons) == (len(sample.bodies), len(sample.persons))
    second = bring_in(db, sample, wall_clock, "again")
    assert (second.zones.any, second.pilots.unchanged, second.roster.changed) == (False, 16, False)
    with db.read() as session:
        zones = load_zones(session)
    assert all(zones[line.id].pending() == () for line in sample.zones)
    assert len(zones) == 2544


def test_without_the_catalogue_nothing_is_written(
    migrated_sqlite_url: str, sample: Sample, wall_clock: FixedClock
) -> None:
    with closing(Database(migrated_sqlite_url)) as empty:
        with pytest.raises(CatalogueMissingError):
            bring_in(empty, sample, wall_clock)
        with empty.read() as session:
            assert session.exec(select(PersonRow)).all() == []
            assert session.exec(select(ReformUnitRow)).all() == []


@pytest.mark.parametrize("code", ["development-zone", "township-enforcement"])
def test_every_role_has_somebody(db: Database, sample: Sample, wall_clock: FixedClock, code: str) -> None:
    """Each role of each unit ends at a body, and each position of a body with accounts at a person."""
    bring_in(db, sample, wall_clock)
    plan = programme(code)
    kinds = {body.id: body for body in plan.bodies}
    outside = {body.id for body in plan.bodies if body.level in (Level.ITEM, Level.PARTICIPATING)}
    units = (
        [zone.id for zone in sample.zones] if code == "development-zone" else [p.id for p in sample.pilots]
    )
    with db.read() as session:
        organisation = load_organisation(session, 0)
        for unit in units:
            row = session.get(ReformUnitRow, unit)
            assert row is not None
            resolved = organisation.resolve(plan, place_of(row), date(2021, 3, 1))
            for role in plan.roles:
                if role.body in outside:
                    continue
                (body,) = resolved[role.id]
                if kinds[role.body].kind is BodyKind.ACCOUNT:
                    assert organisation.holders(body, role.position.value, date(2021, 3, 1)), (unit, role.id)


def test_an_item_of_a_register_finds_its_bodies(sample: Sample) -> None:
    receivers = [body for body in sample.bodies if body.type == "receiver"]
    run_by_county = {zone.lead_area for zone in sample.zones if zone.supervising_level == "county"}
    assert {body.division[:6] for body in receivers} == run_by_county
    assert sample.body("body:411024101:receiver").name == "鄢陵县马栏镇"
    assert sample.body("body:411024:company").unit_id == sample.zone("yanling").id


def test_a_misspelt_key_is_an_error(tmp_path: Path) -> None:
    for file in (each for each in XUCHANG.iterdir() if each.is_file()):
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace("pilot:", "pliot:"), encoding="utf-8")
    with pytest.raises(msgspec.ValidationError, match="pliot"):
        load_sample(tmp_path)


def test_a_storys_zone_can_hand_its_functions_over_and_found_its_company(sample: Sample) -> None:
    """Every body that a zone's registers name is there, with people: its story can go on to the end."""
    story = load_story()
    held = {holding.body for holding in sample.holdings}
    usual = story.usual_of("development-zone")
    told = {case.unit: case.words for case in story.cases if case.programme == "development-zone"}
    run_by_county = {zone.slug for zone in sample.zones if zone.supervising_level == "county"}
    assert run_by_county <= set(told)
    for unit in run_by_county:
        words = {**told[unit], "zone": unit, "day": "2022-03-01"}
        rows = [
            row
            for name in ("functions", "companies")
            for sheet in usual.registers[name]
            for row in sheet.rows
        ]
        named = {cell.format_map(words) for row in rows for cell in row if cell.startswith("body:")}
        assert named
        assert named <= held, (unit, named - held)
        for code in (words["code"], words["company_code"]):
            assert not isinstance(parse_credit_code(code), Fault), (unit, code)
