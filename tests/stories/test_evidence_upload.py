"""The clerk files papers: uploads, replaces, meets refusals; nothing is left of what was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.clock import FixedClock
from domain.events import EvidenceAdded
from domain.permissions import AccessRole
from domain.refusal import Refused
from domain.states import StepStatus
from models.database import Database
from models.event_codec import decode_events
from models.faults import DatabaseFault
from models.ledger import SECURITY, rows
from models.tables import EvidenceFileRow, PrivateTextRow
from services.erasing import erase
from services.evidence import receiving
from services.evidence.files import ERASED_NAME, find_file, versions
from services.evidence.keeping import Swept, sweep
from services.evidence.receiving import Received
from services.private_texts import matches
from tests.services import acting
from tests.services.evidence import made
from tests.services.evidence.office import Filing, filing
from tests.services.offices import SECADMIN, SYSADMIN, give_offices


@pytest.fixture
def office(migrated_db_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[Filing]:
    with filing(migrated_db_url, data_dir, wall_clock) as opened:
        yield opened


@pytest.fixture
def desk(migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[Filing]:
    """The same on SQLite alone, where the kind of database does not matter."""
    with filing(migrated_sqlite_url, data_dir, wall_clock) as opened:
        yield opened


def test_a_paper_is_uploaded_and_filed_in_one_act(office: Filing) -> None:
    data = made.docx("方案")
    received = office.filed(data, name="张三的方案.docx")
    file, item = received.file, office.item()
    assert file.digest == item.digest == "sha256:" + hashlib.sha256(data).hexdigest()
    assert (file.size, file.kind, file.marking_title) == (len(data), "docx", "内部资料")
    assert (file.version, file.uploaded_by, file.scan) == (1, "clerk-0", "off")
    assert file.uploaded_at == office.wall.now()
    assert (item.title, item.fields["number"], item.marking) == ("方案", "示例〔2022〕1号", "internal")
    assert office.lying() == [f"sha256/{file.digest[7:9]}/{file.digest[7:]}"]
    assert received.warnings == ()


def test_the_name_it_came_under_is_in_no_ledger_row_and_can_be_erased(office: Filing) -> None:
    file = office.filed(made.docx(), name="张三的方案.docx").file
    db = office.runtime.db
    assert all("张三" not in row[2] for row in office.office.stream())
    with db.read() as session:
        row = session.get(EvidenceFileRow, file.id)
        assert row is not None
        name_id = row.name_id
    give_offices(db, office.wall, AccessRole.SECURITY_ADMIN)
    erase(db, name_id, "示例依据第1条", actor=SECADMIN, wall=office.wall, command_id="erase-1")
    found = find_file(db, file.id)
    assert found is not None
    assert found.name == ERASED_NAME
    assert found.safe_name == f"材料-{file.id[:8]}.docx"
    answer = office.download("clerk-0", file.id)
    with answer:  # type: ignore[union-attr]
        assert "张三" not in str(answer.headers())  # type: ignore[union-attr]


def test_a_replacement_says_why_and_re_opens_what_was_decided(office: Filing) -> None:
    office.filed(made.docx("一稿"))
    office.office.submit()
    office.decide("deputy", "deputy")
    assert office.state().node == "head"
    assert office.refused(made.docx("二稿")).code == "evidence.no_reason"
    office.filed(made.docx("二稿"), reason="按县局意见改第三条")
    assert office.state().node == "deputy"
    office.decide("deputy", "deputy")
    office.decide("head", "head")
    assert office.state().status is StepStatus.CLOSED


def test_the_versions_of_a_paper_are_listed_with_reason_number_and_dates(office: Filing) -> None:
    first = office.filed(made.docx("一稿")).file
    second = office.filed(made.docx("二稿"), reason="补充附件", title="方案(送审稿)").file
    listed = versions(office.runtime.db, "head", acting.case_of(0), "1.1", "text", on=acting.TODAY)
    assert not isinstance(listed, Refused)
    one, two = listed
    assert (one.file, two.file) == (first, second)
    assert (one.reason, two.reason) == ("", "补充附件")
    assert (two.item.version, two.item.title) == (2, "方案(送审稿)")
    assert two.item.fields == {"number": "示例〔2022〕1号", "issued_on": "2022-03-01"}
    assert (two.occurred_on, two.recorded_at) == (acting.TODAY, office.wall.now())


def test_versions_are_shown_to_who_may_see_them(office: Filing) -> None:
    office.filed(made.docx())
    db, on = office.runtime.db, acting.TODAY
    hidden = versions(db, "stranger", acting.case_of(0), "1.1", "text", on=on)
    assert isinstance(hidden, Refused)
    assert hidden == versions(db, "stranger", "nowhere", "1.1", "text", on=on)


def test_the_ledger_holds_the_digest_of_the_reason(office: Filing) -> None:
    office.filed(made.docx("一稿"))
    office.filed(made.docx("二稿"), reason="补充附件")
    _, version, body = office.office.stream()[-1]
    (event,) = (e for e in decode_events(body, version) if isinstance(e, EvidenceAdded))
    assert event.reason is not None
    with office.runtime.db.read() as session:
        assert matches(session, event.reason)
        text = session.get(PrivateTextRow, (event.reason.id, 1))
        assert text is not None
        assert text.text == "补充附件"


@pytest.mark.parametrize(
    ("data", "more", "code"),
    [
        (made.executable(), {"name": "批复.pdf", "slot": "note"}, "file.kind"),
        (made.bomb(), {}, "file.bomb"),
        (made.lying_bomb(), {}, "file.bomb"),
        (made.docx(parts={"word/vbaProject.bin": b"x"}), {}, "file.macros"),
        (made.docx(), {"name": "../../方案.docx"}, "file.name_path"),
        (made.docx(), {"name": "方" * 300}, "file.name_long"),
        (made.docx(), {"size": 10_000}, "file.cut_short"),
        (made.docx(), {"digest": "sha256:" + "0" * 64}, "file.cut_short"),
        (made.docx()[:-30], {}, "file.damaged_container"),
        (b"", {}, "file.empty"),
        (made.docx(), {"marking": "机密"}, "file.state_secret"),
        (made.docx(), {"title": "秘密★1年 某方案"}, "file.state_secret"),
        (made.docx(), {"name": "【绝密】方案.docx"}, "file.state_secret"),
        (made.docx(), {"fields": {"number": "机密★"}}, "file.state_secret"),
        (made.docx(), {"marking": "内参"}, "file.marking"),
        (made.docx(), {"slot": "file"}, "evidence.mode"),
        (made.docx(), {"slot": "nothing"}, "evidence.unknown"),
        (made.docx(), {"step": "9.9"}, "step.unknown"),
        (made.docx(), {"fields": {}}, "field.missing"),
        (made.docx(), {"fields": {"number": "1", "issued_on": "昨天"}}, "field.date"),
        (made.docx(), {"actor": "head"}, "actor.not_entitled"),
        (made.docx(), {"actor": "stranger"}, "access.not_found"),
        (made.docx(), {"actor": "clerk-1"}, "access.not_found"),
        (made.docx(), {"case": "nowhere"}, "access.not_found"),
        (made.docx(), {"round": 7}, "step.round"),
    ],
)
def test_what_is_refused_leaves_nothing(desk: Filing, data: bytes, more: dict[str, Any], code: str) -> None:
    before = desk.office.seqs()
    answer = desk.refused(data, **more)
    assert answer.code == code
    assert desk.lying() == []
    assert desk.office.seqs() == before
    with desk.runtime.db.read() as session:
        assert session.exec(select(EvidenceFileRow)).all() == []
        assert session.exec(select(PrivateTextRow).where(PrivateTextRow.kind == "file_name")).all() == []


class Unread:
    """A stream that must not be read."""

    def read(self, size: int, /) -> bytes:
        raise AssertionError("a byte was read of what is refused beforehand")


@pytest.mark.parametrize(
    "more",
    [
        {"marking": "绝密"},
        {"title": "机密★"},
        {"slot": "file"},
        {"name": "a/b"},
        {"actor": "stranger"},
        {"size": 1 << 40},
    ],
)
def test_what_can_be_refused_beforehand_is_not_even_read(desk: Filing, more: dict[str, Any]) -> None:
    desk.refused(Unread(), **more)
    assert not desk.folder.exists()


def test_a_title_with_a_secrecy_mark_is_no_more_registered_than_uploaded(desk: Filing) -> None:
    from domain.commands import AddEvidence

    command = AddEvidence(
        command_id="reference-1", case=acting.case_of(0), occurred_on=acting.TODAY, step="1.1", round=1,
        slot="file", mode="reference", title="机密★3年 考察材料",
    )  # fmt: skip
    answer = desk.office.send(command, "clerk-0")
    assert getattr(answer, "code", "") == "file.state_secret"


def test_a_lower_marking_than_usual_is_asked_about(desk: Filing) -> None:
    received = desk.filed(made.pdf(), name="说明.pdf", slot="note", marking="公开")
    assert received.file.marking == desk.item("note").marking == "public"
    assert any("工作秘密" in warning for warning in received.warnings)
    assert desk.filed(made.docx("甲")).file.marking == "internal"


def test_the_same_command_again_is_the_same_upload(office: Filing) -> None:
    data = made.docx()
    first = office.filed(data, command_id="once")
    again = office.filed(data, command_id="once")
    assert again.done.repeated
    assert again.file == first.file
    assert office.item().version == 1
    assert len(office.lying()) == 1


def test_another_file_under_a_used_command_is_refused_and_leaves_nothing(office: Filing) -> None:
    office.filed(made.docx("一"), command_id="once")
    assert office.refused(made.docx("二"), command_id="once").code == "command.reused"
    assert len(office.lying()) == 1


def test_a_refused_act_does_not_take_a_file_away_that_others_rest_on(
    office: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made.docx()
    office.filed(data)
    monkeypatch.setattr(receiving, "would_refuse", lambda *_, **__: None)
    assert office.refused(data, slot="note", actor="head", name="a.docx").code == "actor.not_entitled"
    assert office.runtime.evidence.verify(office.item().digest) == len(data)
    assert office.refused(made.docx("新"), slot="note", actor="head").code == "actor.not_entitled"
    assert len(office.lying()) == 1


def test_a_file_whose_act_the_database_did_not_take_is_swept(
    office: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = office.filed(made.docx("一")).file

    def down(*_: object, **__: object) -> None:
        raise DatabaseFault

    monkeypatch.setattr(receiving, "act", down)
    with pytest.raises(DatabaseFault):
        office.upload(made.docx("二"), slot="note")
    monkeypatch.undo()
    give_offices(office.runtime.db, office.wall, AccessRole.SYSTEM_ADMIN)
    clean = partial(sweep, office.runtime.db, office.runtime.evidence, actor=SYSADMIN, wall=office.wall)
    swept = clean()
    assert isinstance(swept, Swept)
    assert (swept.unfinished, swept.unnamed) == (0, 1)
    assert list(office.runtime.evidence.digests()) == [kept.digest]
    assert clean() == Swept(unfinished=0, unnamed=0)


def test_a_refusal_beside_an_upload_of_the_same_file_takes_nothing_away(
    office: Filing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refused one has seen that no row names the file and is about to remove it; now the other comes."""
    data = made.docx("两人同时上传的文件")
    monkeypatch.setattr(receiving, "would_refuse", lambda *_, **__: None)
    looked = receiving.is_named
    others: list[Future[Received]] = []

    def look_and_linger(db: Database, digest: str) -> bool:
        named = looked(db, digest)
        monkeypatch.setattr(receiving, "is_named", looked)
        others.append(pool.submit(office.filed, data, unit=1, slot="note"))
        wait(others, timeout=1)
        return named

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(receiving, "is_named", look_and_linger)
        assert office.refused(data, slot="note", actor="head").code == "actor.not_entitled"
        filed = others[0].result(20)
    assert office.runtime.evidence.verify(filed.file.digest) == len(data)


def test_the_same_file_in_two_zones_is_noticed(office: Filing) -> None:
    data = made.docx("照抄的方案")
    assert office.filed(data, unit=0).warnings == ()
    received = office.filed(data, unit=1)
    assert any("另外 1 个改革单位" in warning for warning in received.warnings)
    assert all("示例开发区" not in warning for warning in received.warnings)


def test_sm3_where_the_deployment_says_so(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock
) -> None:
    with filing(migrated_sqlite_url, data_dir, wall_clock, evidence_digest="sm3") as office:
        file = office.filed(made.docx()).file
        assert file.algorithm == "sm3"
        assert office.item().digest == file.digest
        assert office.runtime.evidence.verify(file.digest) == file.size


def test_macros_where_the_deployment_lets_them_in(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock
) -> None:
    with filing(migrated_sqlite_url, data_dir, wall_clock, evidence_allow_macros=True) as office:
        assert office.filed(made.docx(parts={"word/vbaProject.bin": b"x"})).file.macros


def test_nothing_of_an_upload_is_in_the_security_ledger(desk: Filing) -> None:
    """Uploads are acts on the case and lie in its stream; the security stream is for looking and erasing."""
    desk.filed(made.docx())
    with desk.runtime.db.read() as session:
        assert not list(rows(session.connection(), SECURITY))
