"""故事: the zones come in: the whole catalogue, then the office's own Excel, then an Excel full of faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from config.clock import FixedClock
from domain.catalogue_changes import rows_root
from domain.doers import FOUNDING
from domain.refusal import Refused
from domain.units import CatalogueLevel, SupervisingLevel
from models import ledger
from models.database import Database
from samples.loader import CATALOGUE_2018
from services.importing.zones import (
    ZoneFile,
    ZoneImport,
    import_zones,
    load_zones,
    preview_zones,
    read_zone_file,
    register_zones,
    zones_root,
)
from tests.messy_excel import XUCHANG, forty_faults, saved, xuchang_as_sent


@pytest.fixture
def db(migrated_db_url: str) -> Iterator[Database]:
    with closing(Database(migrated_db_url)) as database:
        yield database


def opened(path: Path) -> ZoneFile:
    file = read_zone_file(path)
    assert not isinstance(file, Refused), file
    return file


def bring_in(db: Database, path: Path, clock: FixedClock, command_id: str) -> ZoneImport:
    return import_zones(db, opened(path), actor=FOUNDING, wall=clock, command_id=command_id)


def organisation_rows(db: Database) -> list[list[dict[str, object]]]:
    with db.read() as session:
        return [json.loads(row.body) for row in ledger.rows(session.connection(), ledger.ORGANISATION)]


def test_the_catalogue_comes_in_whole_and_once(db: Database, wall_clock: FixedClock) -> None:
    before = preview_zones(db, opened(CATALOGUE_2018))
    assert (len(before.changes.added), before.written) == (2543, False)
    assert organisation_rows(db) == []

    first = bring_in(db, CATALOGUE_2018, wall_clock, "import-1")
    assert (first.rows, len(first.changes.added), first.faults, first.written) == (2543, 2543, (), True)

    second = bring_in(db, CATALOGUE_2018, wall_clock, "import-2")
    assert (len(second.changes.unchanged), second.changes.any, second.written) == (2543, False, False)
    assert "没有变化" in second.summary()

    with db.read() as session:
        zones = load_zones(session)
        assert zones_root(session) == first.root
    rows = organisation_rows(db)
    assert [[event["type"] for event in events] for events in rows] == [["zones_imported"]]
    assert rows[0][0]["root"] == first.root
    assert rows[0][0]["rows"] == 2543
    levels = [zone.level for zone in zones.values()]
    assert (levels.count(CatalogueLevel.NATIONAL), levels.count(CatalogueLevel.PROVINCIAL)) == (552, 1991)
    assert all(zone.pending() == ("主管级", "牵头县区") for zone in zones.values())
    yanling = zones["zone:2018:provincial:1115"]
    assert (yanling.code, yanling.name, str(yanling.area_ha)) == ("S419085", "鄢陵县产业集聚区", "575.05")


def test_two_officers_importing_at_once_make_one_import(db: Database, wall_clock: FixedClock) -> None:
    with ThreadPoolExecutor(2) as officers:
        both = [officers.submit(bring_in, db, CATALOGUE_2018, wall_clock, f"import-{n}") for n in (1, 2)]
        results = [each.result() for each in both]
    assert sorted(result.written for result in results) == [False, True]
    assert sorted(len(result.changes.unchanged) for result in results) == [0, 2543]
    assert len(organisation_rows(db)) == 1


def test_what_the_announcement_prints_oddly_is_kept_and_reported(
    db: Database, wall_clock: FixedClock
) -> None:
    result = bring_in(db, CATALOGUE_2018, wall_clock, "import-1")
    reported: dict[str, list[str]] = {}
    for odd in result.oddities:
        reported.setdefault(odd.code, []).append(odd.cell)
    assert reported["code.twice"] == ["C1485"]
    assert reported["approved.several"] == ["G407", "G495"]
    assert reported["name.misprint"] == ["D297"]
    assert len(reported["industries.none"]) == 13
    with db.read() as session:
        zones = load_zones(session)
    assert [zones[f"zone:2018:provincial:{n}"].code for n in (929, 932)] == ["S377018", "S377018"]
    assert zones["zone:2018:national:406"].approved_ym == "2000-04/2002-12"
    assert zones["zone:2018:national:296"].name == "湽博高新技术产业开发区"


def test_the_offices_messy_excel_says_the_same_as_the_catalogue(
    db: Database, wall_clock: FixedClock, tmp_path: Path
) -> None:
    bring_in(db, CATALOGUE_2018, wall_clock, "import-1")
    file = opened(saved(xuchang_as_sent(), tmp_path / "许昌.xlsx"))
    preview = preview_zones(db, file)
    assert preview.faults == ()
    # The sheet adds one thing that the catalogue does not know: the city runs 许昌经开区.
    assert [[f.title for f in change.fields] for change in preview.changes.changed] == [["主管级"]]
    assert len(preview.changes.unchanged) == len(XUCHANG) - 1
    assert [skipped.reason for skipped in preview.skipped] == [
        "合计行",
        *["说明或签署"] * 3,
        "不是开发区名单的工作表",
    ]
    assert preview.unused_columns == ("备注",)

    done = import_zones(db, file, actor=FOUNDING, wall=wall_clock, command_id="import-2")
    assert done.written
    with db.read() as session:
        zones = load_zones(session)
    assert zones["zone:2018:national:150"].supervising_level is SupervisingLevel.CITY
    # The bare catalogue again does not wipe what was filled in.
    again = bring_in(db, CATALOGUE_2018, wall_clock, "import-3")
    assert not again.changes.any


def test_forty_planted_faults_are_named_by_cell_and_nothing_comes_in(
    db: Database, wall_clock: FixedClock, tmp_path: Path
) -> None:
    book, expected = forty_faults()
    assert len(expected) == 40
    result = bring_in(db, saved(book, tmp_path / "满是差错.xlsx"), wall_clock, "import-1")
    found = {fault.cell: fault for fault in result.faults}
    assert sorted(found) == sorted(expected)
    assert len(result.faults) == 40
    for cell, words in expected.items():
        assert words in found[cell].message, found[cell].line()
        assert found[cell].mend
        assert found[cell].column
    assert not result.written
    with db.read() as session:
        assert load_zones(session) == {}
    assert organisation_rows(db) == []
    assert [fault["cell"] for fault in result.as_json()["faults"]] == [f.cell for f in result.faults]  # type: ignore[attr-defined]


def test_one_fault_keeps_out_all_the_good_rows(db: Database, wall_clock: FixedClock, tmp_path: Path) -> None:
    book = xuchang_as_sent()
    book["Sheet1"]["G9"] = "2010-13"
    result = bring_in(db, saved(book, tmp_path / "一处差错.xlsx"), wall_clock, "import-1")
    assert [fault.cell for fault in result.faults] == ["G9"]
    with db.read() as session:
        assert load_zones(session) == {}


def test_an_offices_own_serial_numbers_never_overwrite_the_catalogue(
    db: Database, wall_clock: FixedClock, tmp_path: Path
) -> None:
    book = xuchang_as_sent()
    for row in range(4, 12):
        book["Sheet1"][f"B{row}"] = None
    path = saved(book, tmp_path / "只有流水号.xlsx")
    alone = bring_in(db, path, wall_clock, "import-1")
    assert {fault.code for fault in alone.faults} == {"number.unknown"}
    bring_in(db, CATALOGUE_2018, wall_clock, "import-2")
    after = bring_in(db, path, wall_clock, "import-3")
    assert after.faults == ()
    assert [zone.catalogue_no for zone in after.changes.unchanged] == [1114, 1115, 1116, 1117, 1118]
    with db.read() as session:
        assert load_zones(session)["zone:2018:national:1"].name == "北京经济技术开发区"


def test_a_zone_outside_the_catalogue_and_a_new_name_keep_their_history(
    db: Database, wall_clock: FixedClock
) -> None:
    bring_in(db, CATALOGUE_2018, wall_clock, "import-1")
    with db.read() as session:
        yanling = load_zones(session)["zone:2018:provincial:1115"]
    weidu = replace(
        yanling,
        id="zone:outside:411002:01",
        level=CatalogueLevel.OUTSIDE,
        edition="",
        catalogue_no=None,
        code="",
        zone_type="",
        name="魏都区产业集聚区",
        supervising_level=SupervisingLevel.COUNTY,
        lead_area="411002",
        division_code="411002",
    )
    renamed = replace(yanling, name="鄢陵县先进制造业开发区(示例)", lead_area="411024")

    def register(command_id: str) -> tuple[int, int]:
        changes = register_zones(
            db,
            [weidu, renamed],
            source="示例批复",
            actor=FOUNDING,
            wall=wall_clock,
            command_id=command_id,
        )
        return len(changes.added), len(changes.changed)

    assert register("register-1") == (1, 1)
    with db.read() as session:
        zones = load_zones(session)
    assert zones[weidu.id] == weidu
    assert zones[weidu.id].pending() == ()
    assert [(f.name, f.source) for f in zones[yanling.id].name_history] == [("鄢陵县产业集聚区", "示例批复")]
    assert [events[0]["type"] for events in organisation_rows(db)] == ["zones_imported", "zones_registered"]
    assert organisation_rows(db)[1][0]["root"] == rows_root([zones[weidu.id], zones[yanling.id]])
