"""Who may fetch a paper, what the ledger says of it, and what the auditor finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from config.clock import FixedClock
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.ledger import SECURITY, LedgerRow, rows
from models.tables import AdministratorRow
from services.evidence.downloading import Download, byte_range, content_disposition
from services.evidence.files import same_files
from services.evidence.keeping import check_files
from tests.services import acting
from tests.services.evidence import made
from tests.services.evidence.office import Filing, filing


@pytest.fixture
def office(migrated_db_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[Filing]:
    with filing(migrated_db_url, data_dir, wall_clock) as opened:
        yield opened


def security(office: Filing) -> list[LedgerRow]:
    with office.runtime.db.read() as session:
        return list(rows(session.connection(), SECURITY))


def fetched(office: Filing, person: str, file: str, part: str = "") -> tuple[Download, bytes]:
    answer = office.download(person, file, part=part)
    assert isinstance(answer, Download), answer
    with answer:
        return answer, b"".join(answer.chunks())


@pytest.mark.parametrize("person", ["clerk-0", "head", "deputy"])
def test_who_takes_part_fetches_it_and_is_logged(office: Filing, person: str) -> None:
    data = made.docx()
    file = office.filed(data).file
    answer, got = fetched(office, person, file.id)
    assert got == data
    assert not answer.partial
    (row,) = security(office)
    (event,) = msgspec.json.decode(row.body)
    assert (row.actor, event["type"], event["file"]) == (person, "evidence_downloaded", file.id)
    assert (event["digest"], event["case"]) == (file.digest, acting.case_of(0))
    assert row.occurred_on == acting.TODAY.isoformat()


@pytest.mark.parametrize("person", ["clerk-1", "stranger", "nobody", ""])
def test_out_of_sight_looks_like_not_there(office: Filing, person: str) -> None:
    file = office.filed(made.docx()).file
    hidden = office.download(person, file.id)
    assert isinstance(hidden, Refused)
    assert hidden.code == "access.not_found"
    assert hidden == office.download(person, "no-such-file") == office.download("clerk-0", "no-such-file")
    assert security(office) == []


def test_a_part_of_a_file_is_logged_too(office: Filing) -> None:
    data = made.docx()
    file = office.filed(data).file
    answer, got = fetched(office, "head", file.id, "bytes=10-19")
    assert got == data[10:20]
    assert answer.partial
    assert answer.headers()["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert answer.headers()["Content-Length"] == "10"
    (event,) = msgspec.json.decode(security(office)[0].body)
    assert (event["start"], event["length"]) == (10, 10)


def test_a_damaged_file_is_named_and_not_handed_out(office: Filing) -> None:
    good, bad = office.filed(made.docx()).file, office.filed(made.pdf(), slot="note", name="说明.pdf").file
    path = office.runtime.evidence.path(bad.digest)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    answer = office.download("clerk-0", bad.id)
    assert isinstance(answer, Refused)
    assert answer.code == "file.damaged"
    assert "说明.pdf" in answer.message
    assert security(office) == []
    checked = check_files(office.runtime.db, office.runtime.evidence)
    assert checked.checked == 2
    assert [(found.digest, [f.id for f in found.files]) for found in checked.damaged] == [
        (bad.digest, [bad.id])
    ]
    office.runtime.evidence.path(good.digest).unlink()
    assert len(check_files(office.runtime.db, office.runtime.evidence).damaged) == 2


def test_the_same_file_again_mends_a_damaged_one(office: Filing) -> None:
    data = made.docx()
    file = office.filed(data).file
    path = office.runtime.evidence.path(file.digest)
    path.chmod(0o600)
    path.write_bytes(b"rotten")
    office.filed(data, reason="重新上传,恢复损坏的文件")
    assert fetched(office, "clerk-0", file.id)[1] == data


def test_the_name_goes_along_safely_and_true_to_the_content(office: Filing) -> None:
    file = office.filed(made.pdf(), name='方案"; filename=x.docx').file
    answer, _ = fetched(office, "clerk-0", file.id)
    header = answer.headers()["Content-Disposition"]
    assert header.startswith("attachment; filename=\"evidence.pdf\"; filename*=UTF-8''")
    assert header.isascii()
    assert header.count('"') == 2
    assert unquote(header.rpartition("''")[2]) == '方案"; filename=x.docx.pdf'
    assert answer.headers()["Content-Type"] == "application/pdf"
    assert answer.headers()["X-Content-Type-Options"] == "nosniff"


def test_a_name_cannot_end_the_header() -> None:
    header = content_disposition("a\r\nSet-Cookie: x=1.pdf")
    assert "\r" not in header
    assert "\n" not in header


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=90-200", (90, 10)),
        ("bytes=-10", (90, 10)),
        ("bytes=-1000", (0, 100)),
        ("bytes=5-4", (0, 100)),
        ("bytes=-", (0, 100)),
        ("bytes=0-1,5-6", (0, 100)),
        ("lines=1-2", (0, 100)),
        ("bytes=" + "9" * 40 + "-", (0, 100)),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, found: tuple[int, int]) -> None:
    assert byte_range(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=500-600"])
def test_a_range_beyond_the_end_is_refused(header: str) -> None:
    answer = byte_range(header, 100)
    assert isinstance(answer, Refused)
    assert answer.code == "file.range"


def test_the_auditor_sees_one_file_in_two_zones(office: Filing) -> None:
    same, own = made.docx("照抄"), made.docx("自己写的")
    office.filed(same, unit=0)
    office.filed(own, unit=0, slot="note")
    office.filed(same, unit=1)
    for person in ("head", "clerk-0"):
        assert isinstance(same_files(office.runtime.db, person, on=acting.TODAY), Refused)
    with office.runtime.db.write() as session:
        session.add(AdministratorRow(person="auditor", role=str(AccessRole.AUDITOR), since=office.wall.now()))
    found = same_files(office.runtime.db, "auditor", on=acting.TODAY)
    assert not isinstance(found, Refused)
    (one,) = found
    assert [(p.unit_name, p.step, p.slot, p.uploaded_by) for p in one.places] == [
        ("示例开发区0", "1.1", "text", "clerk-0"),
        ("示例开发区1", "1.1", "text", "clerk-1"),
    ]
