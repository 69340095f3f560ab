"""更名, 整合, 撤销, 升级 in the middle of a reform: cases go on, merge or end; what stands can be rebuilt."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from config.clock import FixedClock
from domain.case import Case
from domain.organisation.reorganising import EndBodies, Kind, NewUnit, ReorganiseUnits
from domain.refusal import Refused
from domain.states import CaseStatus
from models.database import Database
from models.tables import BodyRow, CaseRow, ReformUnitRow
from services.act_loading import decode_case
from services.acts import Done
from services.inbox import case_work
from services.ledger import verify
from services.organising.ending import end_bodies, preview_bodies
from services.organising.office import Enacted
from services.organising.reorganising import preview_units, reorganise_units
from services.reading import view_case
from services.rebuilding import check_projections
from tests.services.acting import Office, agreeing, case_of, opening, submitting
from tests.services.organising import COUNTY, TODAY, by, code, good, organise, told

RENAME = ReorganiseUnits(
    kind=Kind.RENAME,
    units=("unit-0",),
    basis="示例政〔2022〕1号",
    effective=TODAY,
    name="示例先进制造业开发区",
)
MERGE = ReorganiseUnits(
    kind=Kind.MERGE, units=("unit-1",), into="unit-0", basis="示例政〔2022〕2号", effective=TODAY
)
LIFT = ReorganiseUnits(
    kind=Kind.UPGRADE, units=("unit-0",), basis="示例政〔2022〕3号", effective=TODAY, supervising_level="city"
)
END = EndBodies(bodies=("county",), into="bureau", basis="示例编〔2022〕4号", effective=TODAY)


@pytest.fixture
def db(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Database]:
    with closing(organise(migrated_db_url, wall_clock)) as database:
        yield database


@pytest.fixture
def office(db: Database, wall_clock: FixedClock) -> Office:
    office = Office(db, wall_clock)
    for unit in (0, 1):
        office.open(unit)
        office.submit("1.1", unit)
    return office


def case(db: Database, unit: int = 0) -> Case:
    with db.read() as session:
        return decode_case(session.get_one(CaseRow, case_of(unit)).snapshot)


def sound(db: Database) -> None:
    assert verify(db).true
    rebuilt = check_projections(db)
    assert rebuilt.equal, rebuilt.differences


def deciders(db: Database, unit: int = 0) -> set[tuple[str, str]]:
    return {(each.body, each.step) for each in case_work(db, case_of(unit)) if each.kind == "decide"}


def test_a_zone_is_renamed_in_mid_reform(office: Office, db: Database, wall_clock: FixedClock) -> None:
    head, work = by(db, wall_clock, "reform-head"), case_work(db, case_of(0))
    preview = good(preview_units(head, RENAME))
    assert [(t.kind, t.what) for t in preview.touched if t.kind == "case"] == [("case", "continue")]
    good(reorganise_units(head, RENAME, command_id="r"))
    with db.read() as session:
        row = session.get_one(ReformUnitRow, "unit-0")
        shown = session.get_one(CaseRow, case_of(0)).unit_name
    assert (row.name, shown, case(db).unit_name) == (RENAME.name,) * 3
    assert "示例开发区0" in row.name_history
    assert case_work(db, case_of(0)) == work, "nothing else changes"
    assert isinstance(office.send(agreeing(), "head"), Done)
    sound(db)


def test_two_zones_are_merged(office: Office, db: Database, wall_clock: FixedClock) -> None:
    head = by(db, wall_clock, "reform-head")
    done = good(reorganise_units(head, MERGE, command_id="m"))
    assert [(o.case, o.what, o.into) for o in done.event.cases] == [(case_of(1), "merge", case_of(0))]
    ended = case(db, 1)
    assert (ended.status, ended.merged_into) == (CaseStatus.TERMINATED, case_of(0))
    assert view_case(db, ended, TODAY).status == "已并入示例开发区0"
    assert case_work(db, case_of(1)) == []
    with db.read() as session:
        unit, body = session.get_one(ReformUnitRow, "unit-1"), session.get_one(BodyRow, "zone-1")
    assert (unit.ended_on, body.valid_to) == (TODAY - timedelta(days=1),) * 2
    refused = office.send(submitting("1.2", 1), "clerk-1")
    assert code(refused) == "case.ended"
    assert isinstance(office.send(agreeing(), "head"), Done)
    again = good(reorganise_units(head, MERGE, command_id="m"))
    assert again.repeated
    assert code(reorganise_units(head, replace(MERGE, name="示例"), command_id="m2")) == "unit.ended"
    sound(db)


def test_work_of_an_abolished_bureau_follows_its_functions(
    office: Office, db: Database, wall_clock: FixedClock
) -> None:
    office.agree("1.1", 1)
    admin = by(db, wall_clock, "admin")
    preview = good(preview_bodies(admin, END))
    assert {(t.id, t.what) for t in preview.touched if t.kind == "case"} == {
        (case_of(0), "continue"),
        (case_of(1), "continue"),
    }
    assert deciders(db) == {("county", "1.1")}
    good(end_bodies(admin, END, command_id="e"))
    assert deciders(db) == {("bureau", "1.1")}
    assert isinstance(office.send(agreeing(), "head"), Refused)
    assert isinstance(office.send(agreeing(), "bureau-head"), Done)
    assert deciders(db, 1) == {("reform", "1.1")}, "what the abolished bureau approved stands"
    late = office.send(opening(2), "bureau-head")
    assert isinstance(late, Done), "a case opened later finds the successor"
    assert late.case.bodies["county"] == ("bureau", "reform")
    sound(db)


def test_a_county_s_zone_is_lifted_to_the_city(office: Office, db: Database, wall_clock: FixedClock) -> None:
    county = reorganise_units(by(db, wall_clock, "reform-head"), LIFT, command_id="l0")
    assert code(county) == "access.denied", "the county gives itself no city"
    good(reorganise_units(by(db, wall_clock, "city-head"), LIFT, command_id="l"))
    assert (case(db).supervising_level, deciders(db)) == ("city", {("city", "1.1")})
    assert deciders(db, 1) == {("county", "1.1")}
    assert isinstance(office.send(agreeing(), "head"), Refused)
    assert isinstance(office.send(agreeing(), "city-head"), Done)
    sound(db)


def test_a_zone_is_abolished_and_another_split(office: Office, db: Database, wall_clock: FixedClock) -> None:
    head = by(db, wall_clock, "reform-head")
    gone = ReorganiseUnits(kind=Kind.ABOLISH, units=("unit-1",), basis="示例政〔2022〕5号", effective=TODAY)
    good(reorganise_units(head, gone, command_id="a"))
    assert (case(db, 1).status, case(db, 1).merged_into) == (CaseStatus.TERMINATED, "")
    split = ReorganiseUnits(
        kind=Kind.SPLIT, units=("unit-0",), basis="示例政〔2022〕6号", effective=TODAY,
        parts=(NewUnit(id="unit-0-east", name="示例东区", lead_area=COUNTY),),
    )  # fmt: skip
    good(reorganise_units(head, split, command_id="s"))
    with db.read() as session:
        part = session.get_one(ReformUnitRow, "unit-0-east")
    assert (part.supervising_level, "unit-0" in (part.data or "")) == ("county", True)
    assert case(db).status is CaseStatus.OPEN
    sound(db)


@pytest.mark.parametrize(
    ("asked", "who", "refusal"),
    [
        (replace(RENAME, basis=""), "reform-head", "organisation.basis"),
        (replace(RENAME, name=""), "reform-head", "reorganise.same"),
        (replace(RENAME, effective=TODAY + timedelta(days=1)), "reform-head", "reorganise.future"),
        (replace(MERGE, into=""), "reform-head", "reorganise.into"),
        (replace(MERGE, into="unit-1"), "reform-head", "reorganise.units"),
        (RENAME, "reform-clerk", "access.denied"),
        (RENAME, "other-head", "access.denied"),
        (RENAME, "admin", "access.denied"),
    ],
)
def test_what_is_refused_changes_nothing(
    office: Office, db: Database, wall_clock: FixedClock, asked: ReorganiseUnits, who: str, refusal: str
) -> None:
    before = (told(db), office.seqs(0), office.seqs(1))
    assert code(reorganise_units(by(db, wall_clock, who), asked, command_id="x")) == refusal
    assert (told(db), office.seqs(0), office.seqs(1)) == before


def test_a_decision_and_a_merger_at_once_leave_one_order(
    office: Office, db: Database, wall_clock: FixedClock
) -> None:
    head = by(db, wall_clock, "reform-head")
    with ThreadPoolExecutor(2) as pool:
        merged = pool.submit(reorganise_units, head, MERGE, command_id="m")
        decided = pool.submit(office.send, agreeing("1.1", 1), "head")
    assert isinstance(merged.result(), Enacted)
    answer = decided.result()
    assert isinstance(answer, Done) or answer.code == "case.ended"
    sound(db)


def test_undoing_is_a_new_act(office: Office, db: Database, wall_clock: FixedClock) -> None:
    head = by(db, wall_clock, "reform-head")
    good(reorganise_units(head, RENAME, command_id="r1"))
    back = replace(RENAME, name="示例开发区0", basis="示例政〔2022〕7号")
    wall_clock.advance(timedelta(days=1))
    good(reorganise_units(head, replace(back, effective=date(2022, 3, 3)), command_id="r2"))
    assert case(db).unit_name == "示例开发区0"
    assert [event["type"] for event in told(db)[-2:]] == ["units_reorganised", "units_reorganised"]
    sound(db)
