"""Publishing: once, unchanged for ever, and the engine reads only what was published."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from config.clock import FixedClock
from domain.doers import FOUNDING
from domain.programme_source import Source, canonical, read
from domain.refusal import Refused
from models.database import Database
from models.ledger import programme_stream, rows
from models.tables import ProgrammeRow
from services.programmes import (
    Checked,
    Published,
    PublishedTextDamagedError,
    check_file,
    list_published,
    load_published,
    published_text,
    verify_published,
)
from services.publishing import publish
from tests.domain.programme_sample import SOUND


@pytest.fixture
def db(migrated_db_url: str) -> Iterator[Database]:
    database = Database(migrated_db_url)
    yield database
    database.close()


def _publish(db: Database, clock: FixedClock, text: str = SOUND, command: str = "c1") -> Published | Refused:
    return publish(db, FOUNDING, text, wall=clock, command_id=command, name="1.yaml")


def _events(db: Database) -> int:
    with db.read() as session:
        return len(list(rows(session.connection(), programme_stream("sample"))))


def test_publishing_keeps_text_hash_and_event(db: Database, wall_clock: FixedClock) -> None:
    result = _publish(db, wall_clock)
    assert isinstance(result, Published)
    assert (result.code, result.version, result.already) == ("sample", 1, False)
    assert _events(db) == 1
    source = read(SOUND)
    assert isinstance(source, Source)
    assert published_text(db, "sample", 1) == canonical(source.programme)
    assert load_published(db, "sample", 1) == source.programme
    assert load_published(db, "sample", 1) is load_published(db, "sample", 1)
    assert [entry.sha256 for entry in list_published(db)] == [result.sha256]
    assert verify_published(db) == ()


def test_options_keep_the_order_in_which_they_are_written(db: Database, wall_clock: FixedClock) -> None:
    """People read options in the written order; another order is another text, with another hash."""
    written = {"good": "无异议", "bad": "有异议"}
    first = _publish(db, wall_clock)
    assert isinstance(first, Published)
    other = SOUND.replace("{good: 无异议, bad: 有异议}", "{bad: 有异议, good: 无异议}")
    assert other != SOUND
    changed = _publish(db, wall_clock, other, "c2")
    assert isinstance(changed, Refused)
    assert changed.code == "programme.changed"
    assert isinstance(_publish(db, wall_clock, other.replace("version: 1", "version: 2"), "c3"), Published)
    for version, order in ((1, list(written)), (2, list(reversed(written)))):
        loaded = load_published(db, "sample", version)
        assert not isinstance(loaded, Refused)
        slot = next(slot for slot in loaded.stages[0].steps[1].evidence if slot.id == "result")
        assert list(slot.options) == order
        text = published_text(db, "sample", version)
        assert text is not None
        again = read(text)
        assert isinstance(again, Source)
        assert canonical(again.programme) == text
    assert verify_published(db) == ()


def test_a_row_of_an_older_release_is_still_right(db: Database, wall_clock: FixedClock) -> None:
    _publish(db, wall_clock)
    with db.write() as session:
        row = session.exec(select(ProgrammeRow)).one()
        row.parsed = json.dumps(json.loads(row.parsed), sort_keys=True, ensure_ascii=False)
    assert verify_published(db) == ()


def test_the_same_text_again_does_nothing(db: Database, wall_clock: FixedClock) -> None:
    first = _publish(db, wall_clock)
    again = _publish(db, wall_clock, "# 只加一行注释\n" + SOUND, command="c2")
    assert isinstance(first, Published)
    assert isinstance(again, Published)
    assert again.already
    assert again.sha256 == first.sha256
    assert _events(db) == 1


def test_a_changed_text_under_a_published_version_is_refused(db: Database, wall_clock: FixedClock) -> None:
    _publish(db, wall_clock)
    changed = SOUND.replace("title: 起草方案", "title: 起草总体方案")
    refused = _publish(db, wall_clock, changed, command="c2")
    assert isinstance(refused, Refused)
    assert refused.code == "programme.changed"
    assert "version 改为 2" in refused.remedy
    raised = _publish(db, wall_clock, changed.replace("version: 1", "version: 2"), command="c3")
    assert isinstance(raised, Published)
    assert _events(db) == 2


def test_a_faulty_programme_is_not_published(db: Database, wall_clock: FixedClock) -> None:
    refused = _publish(db, wall_clock, SOUND.replace("overseer: estab_head", "overseer: nobody"))
    assert isinstance(refused, Refused)
    assert refused.code == "programme.faulty"
    assert refused.facts["code"] == "unknown.role"
    assert list_published(db) == ()
    assert _events(db) == 0


def test_what_was_never_published_is_not_loaded(db: Database) -> None:
    refused = load_published(db, "sample", 1)
    assert isinstance(refused, Refused)
    assert refused.code == "programme.not_published"


def test_two_who_publish_at_once_publish_once(db: Database, wall_clock: FixedClock) -> None:
    start, results = threading.Barrier(2), list[Published | Refused]()

    def run(command: str) -> None:
        start.wait()
        results.append(_publish(db, wall_clock, command=command))

    threads = [threading.Thread(target=run, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.already for result in results if isinstance(result, Published)) == [False, True]
    assert _events(db) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE programme SET yaml = yaml || ' '", "的文本与其摘要不符"),
        ("UPDATE programme SET parsed = replace(parsed, '起草方案', '起草')", "的解析结果与文本不符"),
        ("UPDATE programme SET yaml = 'x', sha256 = '"
         "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'", "与留痕中的发布记录不符"),
    ],
)  # fmt: skip
def test_a_text_changed_in_the_database_is_found(
    db: Database, wall_clock: FixedClock, change: str, said: str
) -> None:
    _publish(db, wall_clock)
    with db.write() as session:
        session.execute(sql(change))
    assert [said in sentence for sentence in verify_published(db)] == [True]


def test_a_damaged_text_is_not_run(db: Database, wall_clock: FixedClock) -> None:
    _publish(db, wall_clock)
    with db.write() as session:
        row = session.exec(select(ProgrammeRow)).one()
        row.yaml += "\n"
        session.add(row)
    with pytest.raises(PublishedTextDamagedError):
        load_published(db, "sample", 1)


def test_check_file_says_what_it_found(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SOUND, encoding="utf-8")
    checked = check_file(path)
    assert isinstance(checked, Checked)
    assert checked.sound
    assert checked.summary() == "检查通过:推演了 4 种选择组合,改革任务都能办完"
    path.write_text(SOUND.replace("overseer: estab_head", "overseer: nobody"), encoding="utf-8")
    wrong = check_file(path)
    assert isinstance(wrong, Checked)
    assert not wrong.sound
    assert wrong.summary() == "发现 1 处问题,不能发布"
    missing = check_file(tmp_path / "2.yaml")
    assert isinstance(missing, Refused)
    assert missing.code == "programme.file_unreadable"
