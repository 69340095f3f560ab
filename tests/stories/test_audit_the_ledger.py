"""故事: an auditor who trusts nothing verifies the ledger at the command line; what was changed is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from loguru import logger
from sqlalchemy import text

from config.clock import FixedClock
from models.database import Database
from models.ledger import case_stream
from tests.services.acting import Office, prepare
from tests.services.offices import AUDITOR, NAMES, SYSADMIN, give_offices
from tests.stories.clerk import FILE, Answer, Clerk, copy

STREAM = case_stream("case-0")
TITLE = "改革任务 示例开发区0"
KEEP_EVIDENCE = "怎么办:请停止写入,把数据目录整个复制留证"
TRIGGERS = {
    "sqlite": ("event_no_update", "event_no_delete", "event_next_only"),
    "postgresql": ("event_no_change", "event_no_truncate", "event_next_only"),
}


@dataclass
class Audit:
    """An office whose case has five ledger rows, its auditor's terminal, and a hand that reaches past it."""

    office: Office
    zonectl: Clerk

    def verify(self, *words: str) -> Answer:
        """Verify; the program must never fail over what it finds."""
        answer = self.zonectl("ledger", "verify", *words)
        assert answer.code in (0, 1), answer.err
        assert "事故编号" not in answer.err
        return answer

    def findings(self, *words: str) -> list[dict[str, Any]]:
        """What is found, but that the triggers are gone."""
        found = json.loads(self.verify("--json", *words).out)["data"]["findings"]
        return [each for each in found if each["field"] != "trigger"]

    def seal(self) -> str:
        """Seal, and return the file."""
        return str(self.zonectl.done("--json", "ledger", "seal", by=AUDITOR).data["file"])

    def tamper(self, *statements: str, **values: Any) -> None:
        """Change the database as its owner can."""
        db = self.office.db
        on = "" if db.dialect == "sqlite" else " ON event"
        with db.write() as session:
            for name in TRIGGERS[db.dialect]:
                session.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
            for statement in statements:
                session.execute(text(statement), {"stream": STREAM} | values)


def _work(db: Database, wall: FixedClock) -> Office:
    give_offices(db, wall, *NAMES)
    office = Office(db, wall)
    office.open()
    for step in ("1.1", "1.2"):
        office.submit(step)
        office.agree(step)
    return office


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that has worked, made once."""
    folder = tmp_path_factory.mktemp("worked")
    wall = FixedClock(datetime(2022, 3, 2, 1, 0, tzinfo=UTC))
    with closing(prepare(f"sqlite:///{folder / FILE}", wall)) as db:
        _work(db, wall)
    return folder


@pytest.fixture
def audit(worked: Path, data_dir: Path, wall_clock: FixedClock) -> Iterator[Audit]:
    copy(worked, data_dir)
    with closing(Database(f"sqlite:///{data_dir / FILE}")) as db:
        yield Audit(Office(db, wall_clock), Clerk(data_dir))
    logger.remove()


@pytest.fixture
def audit_of_postgresql(
    migrated_postgres_url: str, wall_clock: FixedClock, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Audit]:
    monkeypatch.setenv("ZR_DATABASE_URL", migrated_postgres_url)
    with closing(prepare(migrated_postgres_url, wall_clock)) as db:
        yield Audit(_work(db, wall_clock), Clerk(data_dir))
    logger.remove()


def test_a_true_ledger_is_said_to_be_true(audit: Audit) -> None:
    answer = audit.verify()
    assert (answer.code, answer.out) == (0, "留痕核验通过:8 条,3 条链\n")
    assert "没有与离机保存的封存比对" in answer.err
    assert "--seal" in answer.err
    data = audit.verify("--json").data
    assert data == {"true": True, "rows": 8, "streams": 3, "seal": None, "findings": [], "more": 0}
    sealed = audit.verify("--seal", audit.seal())
    assert "与第 1 号封存相符" in sealed.out
    assert sealed.err == ""


CHANGES = {
    "body": "replace(body, '2022-03-02', '2022-03-01')",
    "actor": "'clerk-1'",
    "occurred_on": "'2022-03-01'",
    "recorded_at": "recorded_at - 86400000000",
    "command_id": "'other'",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_event_is_named_with_its_case_and_what_to_do(audit: Audit, column: str) -> None:
    change = f"UPDATE event SET {column} = {CHANGES[column]}"  # noqa: S608 (fixed names)
    audit.tamper(f"{change} WHERE stream = :stream AND seq = 2")
    (found,) = audit.findings()
    assert (found["title"], found["stream"], found["seq"]) == (TITLE, STREAM, 2)
    assert "1.1 示例任务 1.1" in found["act"]
    answer = audit.verify()
    assert answer.code == 1
    assert f"{TITLE} 第 2 条:" in answer.out
    assert KEEP_EVIDENCE in answer.err
    assert "docs/how-to/verify-the-ledger.md" in answer.err


def test_one_byte_is_named_wherever_it_stands(audit: Audit) -> None:
    with audit.office.db.read() as session:
        statement = text("SELECT body FROM event WHERE stream = :stream AND seq = 3")
        body = session.execute(statement, {"stream": STREAM}).scalar_one()
    letters = [place for place, sign in enumerate(body) if sign.isascii()]
    for share in (0.0, 0.3, 0.6, 0.999):
        place = letters[int(share * len(letters))]
        changed = body[:place] + ("x" if body[place] != "x" else "y") + body[place + 1 :]
        audit.tamper("UPDATE event SET body = :body WHERE stream = :stream AND seq = 3", body=changed)
        (found,) = audit.findings()
        assert (found["seq"], found["field"]) == (3, "body")
        assert found["message"] == f"第 {len(body[:place].encode()) + 1} 个字节被改动"


def test_a_swapped_pair_is_named_by_both_places(audit: Audit) -> None:
    swap = "UPDATE event SET seq = {} WHERE stream = :stream AND seq = {}"
    audit.tamper(swap.format(99, 2), swap.format(2, 4), swap.format(4, 99))
    told = audit.verify().out
    assert f"{TITLE} 第 2 条:位置被调换:本条写成时是第 4 条" in told
    assert f"{TITLE} 第 4 条:位置被调换:本条写成时是第 2 条" in told


def test_a_row_taken_out_of_the_middle_is_missed(audit: Audit) -> None:
    audit.tamper("DELETE FROM event WHERE stream = :stream AND seq = 3")
    assert f"{TITLE} 第 4 条:缺第 3 至 3 条" in audit.verify().out


def test_only_a_seal_knows_of_a_tail_cut_off(audit: Audit) -> None:
    seal = audit.seal()
    audit.tamper("DELETE FROM event WHERE stream = :stream AND seq >= 4")
    assert audit.findings() == []
    (found,) = audit.findings("--seal", seal)
    assert (found["title"], found["seq"], found["field"]) == (TITLE, 5, "tail")
    answer = audit.verify("--seal", seal)
    assert answer.code == 1
    assert "封存第 1 号时有此条,现在没有:尾部被截去" in answer.out


def test_triggers_taken_away_are_named_before_anything_is_changed(audit: Audit) -> None:
    audit.tamper()
    answer = audit.verify()
    assert answer.code == 1
    assert "全部留痕:留痕表的保护触发器不全" in answer.out
    assert all(name in answer.out for name in TRIGGERS[audit.office.db.dialect])


def test_triggers_are_put_back_once_the_ledger_is_found_true(audit: Audit) -> None:
    put_back(audit)


def put_back(audit: Audit) -> None:
    """Take the triggers away; refuse to put them back while a row is changed; then put them back."""
    nothing = audit.zonectl.done("--json", "db", "protect", by=SYSADMIN).data
    assert nothing == {"restored": []}
    audit.tamper("UPDATE event SET actor = 'clerk-9' WHERE stream = :stream AND seq = 2")
    refused = audit.zonectl("--json", "db", "protect", by=SYSADMIN)
    assert (refused.code, refused.error["code"]) == (1, "ledger.broken")
    assert "以保护现场" in refused.error["message"]
    assert "zonectl db protect" in audit.verify().out

    audit.tamper("UPDATE event SET actor = 'clerk-0' WHERE stream = :stream AND seq = 2")
    restored = audit.zonectl.done("--json", "db", "protect", by=SYSADMIN).data["restored"]
    assert sorted(restored) == sorted(TRIGGERS[audit.office.db.dialect])
    assert audit.verify().code == 0
    with audit.office.db.read() as session:
        kept = text("SELECT actor, body FROM event WHERE stream = 'security'")
        actor, body = session.execute(kept).one()
    assert actor == SYSADMIN
    assert "triggers_restored" in body


def test_a_damaged_case_hinders_no_verification(audit: Audit) -> None:
    """The projection that gives the case its name may be the very thing that was destroyed."""
    audit.tamper(
        "UPDATE reform_case SET snapshot = :nothing",
        "UPDATE event SET actor = 'clerk-1' WHERE stream = :stream AND seq = 2",
        nothing=b"\x00",
    )
    (found,) = audit.findings()
    assert (found["title"], found["act"]) == ("改革任务 case-0", "")


def test_projections_are_compared_with_the_ledger_and_mended_on_demand(audit: Audit) -> None:
    check = ("ledger", "rebuild", "--check")
    assert "与留痕一致:1 个改革任务" in audit.zonectl.done(*check).out
    with audit.office.db.write() as session:
        session.execute(text("UPDATE step SET state = 'closed' WHERE step = '1.3'"))
        session.execute(text("DELETE FROM work_item WHERE step = '1.4'"))
    told = audit.zonectl(*check)
    assert told.code == 1
    assert "zonectl ledger verify" in told.err
    data = json.loads(audit.zonectl(*check, "--json").out)["data"]
    assert {(each["table"], each["case"]) for each in data["differences"]} == {
        ("step", "case-0"),
        ("work_item", "case-0"),
    }
    assert (data["equal"], data["written"]) == (False, False)

    unasked = audit.zonectl("ledger", "rebuild", "--json", by=SYSADMIN)
    assert (unasked.code, unasked.error["code"]) == (2, "usage.confirm")
    assert audit.zonectl(*check).code == 1

    mended = audit.zonectl.done("ledger", "rebuild", "--yes", "--json", by=SYSADMIN).data
    assert (mended["written"], len(mended["differences"])) == (True, 2)
    assert audit.zonectl(*check).code == 0
    assert audit.verify().code == 0


def test_the_same_is_found_on_postgresql(audit_of_postgresql: Audit) -> None:
    audit = audit_of_postgresql
    assert audit.verify().code == 0
    put_back(audit)
    seal = audit.seal()
    audit.tamper("UPDATE event SET actor = 'clerk-1' WHERE stream = :stream AND seq = 2")
    (found,) = audit.findings()
    assert (found["title"], found["seq"], found["field"]) == (TITLE, 2, "actor")
    audit.tamper("DELETE FROM event WHERE stream = :stream AND seq = 5")
    assert [each["field"] for each in audit.findings("--seal", seal)] == ["actor", "tail"]
    assert "event_no_truncate" in audit.verify().out
    assert audit.zonectl("ledger", "rebuild", "--check").code == 1
