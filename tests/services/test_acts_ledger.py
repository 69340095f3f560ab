"""The ledger's other uses: an export that an outsider verifies, rebuilding, erasing, rehearsal marks."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from config.clock import FixedClock
from domain.doers import FOUNDING, Machine
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.database import Database
from models.ledger import SECURITY, rows
from services.acts import Enclosures
from services.erasing import erase
from services.ledger import Exported, ExportFault, export, make_seal, verify, verify_export
from services.private_texts import matches, new_text, read_text
from services.rebuilding import Rebuilding, check_projections, rebuild_projections
from services.rehearsing import start_rehearsal
from tests.services.acting import TODAY, Office, agreeing, done, prepare
from tests.services.offices import AUDITOR, NAMES, SECADMIN, SYSADMIN, give_offices


@pytest.fixture
def office(migrated_db_url: str, wall_clock: FixedClock) -> Iterator[Office]:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        give_offices(db, wall_clock, *NAMES)
        office = Office(db, wall_clock)
        for unit in range(2):
            office.open(unit)
            office.submit("1.1", unit)
        office.agree("1.1")
        yield office


@pytest.fixture
def exported(office: Office, tmp_path: Path) -> Path:
    file = tmp_path / "ledger.jsonl"
    told = export(office.db, file, actor=AUDITOR, wall=office.wall)
    assert isinstance(told, Exported)
    assert (told.rows, told.streams) == (8, 4)
    return file


# --- export ---


def _by_the_recipe(file: Path) -> list[str]:
    """Verify an export with nothing but json and hashlib, as the explanation page tells an outsider."""
    wrong: list[str] = []
    prev: dict[str, str] = {}
    _, *lines, _ = file.read_text(encoding="utf-8").splitlines()
    for line in lines:
        row = json.loads(line)
        stream, seq, body, prev_hash, hash_ = row[0], row[1], row[13], row[14], row[15]
        header = json.dumps(
            ["zone-reform-1", *row[:13], prev_hash], ensure_ascii=False, separators=(",", ":")
        )
        if hashlib.sha256(f"{header}\n{body}".encode()).hexdigest() != hash_:
            wrong.append(f"{stream} {seq}")
        if prev.get(stream, "0" * 64) != prev_hash:
            wrong.append(f"{stream} {seq}")
        prev[stream] = hash_
    return wrong


def test_an_outsider_verifies_an_export_without_the_system(exported: Path) -> None:
    assert _by_the_recipe(exported) == []
    exported.write_text(exported.read_text(encoding="utf-8").replace("clerk-1", "clerk-2"), encoding="utf-8")
    assert _by_the_recipe(exported) == ["case:case-1 2"]


def test_an_export_is_verified_as_the_database_is(exported: Path, office: Office, tmp_path: Path) -> None:
    _, seal = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    result = verify_export(exported, seal=seal)
    assert (result.true, result.rows, result.streams) == (True, 8, 4)
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith('["case:case-0",2,'))
    _write(exported, [*lines[:at], lines[at].replace('"clerk-0"', '"clerk-1"', 1), *lines[at + 1 :]])
    (found,) = verify_export(exported).findings
    assert (found.stream, found.seq, found.field) == ("case:case-0", 2, "actor")


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(lines), encoding="utf-8")


def test_a_cut_export_is_named(exported: Path, office: Office, tmp_path: Path) -> None:
    _, seal = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    _write(exported, lines[:-1])
    assert [each.field for each in verify_export(exported).findings] == ["tail"]
    _write(exported, [*lines[:-2], lines[-1]])
    assert [each.field for each in verify_export(exported).findings] == ["rows"]
    assert {each.field for each in verify_export(exported, seal=seal).findings} == {"rows", "tail"}


@pytest.mark.parametrize("content", ["", "no export\n", '{"format":"another"}\n', "\xff\xfe"])
def test_what_is_no_export_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.jsonl"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(ExportFault, match="导出文件"):
        verify_export(file)


# --- rebuilding ---


def test_rebuilding_equals_what_the_acts_wrote(office: Office) -> None:
    result = check_projections(office.db)
    assert result.equal
    assert (result.cases, result.rows) == (2, 5)


PLANTED = {
    "work_item": ("UPDATE work_item SET body = 'zone-9' WHERE case_id = 'case-0' AND step = '1.2'", "case-0"),
    "step": ("UPDATE step SET state = 'closed' WHERE case_id = 'case-1' AND step = '1.3'", "case-1"),
    "timer": ("DELETE FROM timer WHERE case_id = 'case-0' AND step = '1.4'", "case-0"),
    "reform_case": ("UPDATE reform_case SET state = 'completed' WHERE id = 'case-1'", "case-1"),
}


@pytest.mark.parametrize("table", PLANTED)
def test_a_planted_difference_is_named_and_put_right(office: Office, table: str) -> None:
    statement, case = PLANTED[table]
    with office.db.write() as session:
        assert session.execute(text(statement)).rowcount == 1  # type: ignore[attr-defined]
    found = check_projections(office.db).differences
    assert [(each.case, each.table) for each in found] == [(case, table)]
    assert not check_projections(office.db).equal, "checking changes nothing"
    found_again = rebuild_projections(office.db, actor=SYSADMIN, wall=office.wall)
    assert isinstance(found_again, Rebuilding)
    assert not found_again.equal
    assert check_projections(office.db).equal


def test_a_broken_snapshot_is_named_and_rebuilt(office: Office) -> None:
    with office.db.write() as session:
        session.execute(text("UPDATE reform_case SET snapshot = :bytes"), {"bytes": b"\x00\x01"})
    assert {each.case for each in check_projections(office.db).differences} == {"case-0", "case-1"}
    rebuild_projections(office.db, actor=SYSADMIN, wall=office.wall)
    assert check_projections(office.db).equal
    assert office.submit("1.2").seq == 4


def test_everything_lost_comes_back_from_the_ledger(office: Office) -> None:
    before = _projections(office.db)
    with office.db.write() as session:
        for table in ("work_item", "timer", "step", "reform_case"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    rebuild_projections(office.db, actor=SYSADMIN, wall=office.wall)
    assert _projections(office.db) == before
    assert check_projections(office.db).equal


def _projections(db: Database) -> dict[str, list[str]]:
    with db.read() as session:
        return {
            table: sorted(repr(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table}")))  # noqa: S608
            for table in ("work_item", "timer", "step")
        }


# --- erasing ---


def test_an_erased_text_leaves_verification_true(office: Office) -> None:
    opinion = new_text("opinion", "示例意见:请补充说明。", "case-1")
    done(office.send(agreeing("1.1", 1, opinion=opinion.ref), "head", enclosed=Enclosures(texts=(opinion,))))
    with office.db.read() as session:
        assert read_text(session, opinion.id) == "示例意见:请补充说明。"
        assert matches(session, opinion.ref) is True
        assert all("请补充说明" not in row.body for row in rows(session.connection()))
    assert erase(
        office.db, opinion.id, "示例依据", actor=SECADMIN, wall=office.wall, command_id="erase-1"
    ) == TODAY  # fmt: skip
    with office.db.read() as session:
        assert read_text(session, opinion.id) is None
        assert matches(session, opinion.ref) is None
        (row,) = rows(session.connection(), SECURITY)
    assert json.loads(row.body)[0]["basis"] == "示例依据"
    assert verify(office.db).true
    assert check_projections(office.db).equal


def test_erasing_asks_for_a_basis_and_for_something_to_erase(office: Office) -> None:
    answers = [
        erase(office.db, "unknown", basis, actor=SECADMIN, wall=office.wall, command_id="erase-2")
        for basis in (" ", "示例依据")
    ]
    assert [answer.code for answer in answers if isinstance(answer, Refused)] == [
        "erase.basis", "erase.unknown",
    ]  # fmt: skip


# --- rehearsal ---


def test_a_rehearsal_is_marked_in_events_seals_and_exports(
    migrated_db_url: str, wall_clock: FixedClock, tmp_path: Path
) -> None:
    with closing(prepare(migrated_db_url, wall_clock)) as db:
        start_rehearsal(db, TODAY, actor=FOUNDING, wall=wall_clock, command_id="rehearsal")
        Office(db, wall_clock).open()
        with db.read() as session:
            assert {row.rehearsal for row in rows(session.connection(), "case:case-0")} == {1}
        seal, _ = make_seal(db, tmp_path, actor=Machine.SEALING, wall=wall_clock)
        give_offices(db, wall_clock, AccessRole.AUDITOR)
        export(db, tmp_path / "ledger.jsonl", actor=AUDITOR, wall=wall_clock)
    assert seal.rehearsal
    assert json.loads((tmp_path / "ledger.jsonl").read_text(encoding="utf-8").splitlines()[0])["rehearsal"]


def test_a_real_database_is_not_marked(office: Office, tmp_path: Path) -> None:
    seal, _ = make_seal(office.db, tmp_path, actor=Machine.SEALING, wall=office.wall)
    assert not seal.rehearsal
