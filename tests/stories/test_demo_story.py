"""演练故事: one pilot and the townships played without Prefect, in seconds; the summary is the page's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import programmes
from cli.demo.driving import Driving, nothing_left
from cli.demo.engines import ByServices
from cli.demo.setting_up import MARK, fill_database, fresh_folder, make_database, players
from cli.demo.stage import Stage
from cli.stops import StopError
from config.settings import Settings
from domain.states import DONE
from samples.story import STORY, load_story
from services.bootstrap import open_runtime
from services.clock import today
from services.ledger import verify
from services.rebuilding import check_projections
from services.summary import summarise


def quiet(_day: date, _unit: str, _words: str) -> None:
    """Nobody watches a test."""


@pytest.mark.timeout(180)
def test_a_pilot_and_the_townships_are_carried_through(db_url: str, data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, database_url=db_url, demo=True)
    make_database(settings)
    with open_runtime(settings) as runtime:
        filled = fill_database(runtime, Path(programmes.__file__).parent, lambda _text: None)
        stage = Stage(runtime, filled.story, quiet, data_dir / "papers")
        wanted = [p for p in players(stage, filled.sample) if p.completes and p.unit.id != WEIDU]
        engine = ByServices(runtime)
        Driving(stage, engine, wanted).run()
        engine.finish(lambda _cases, _notices: None)
        assert nothing_left(wanted) == []
        assert all(state.status in DONE for player in wanted for state in player.now.steps.values())
        assert not verify(runtime.db).findings
        assert check_projections(runtime.db).equal
        areas = {area.division: area.name for area in filled.sample.areas}
        found = summarise(runtime.db, today(runtime.db, runtime.wall), areas)
    (pilot,) = found.finished
    assert pilot.name == "鄢陵县产业集聚区"
    assert all(fact.holds and fact.on is not None and fact.on.year == 2021 for fact in pilot.facts)
    assert (found.townships.done, found.townships.total) == (80, 80)
    assert set(found.townships.units) == {"禹州市", "长葛市", "鄢陵县", "襄城县", "建安区"}
    assert {"线上", "会议纪要", "手签呈批件", "批复来文", "期限届满"} <= set(found.counts.by_medium)
    assert found.counts.notices == found.counts.notices_sent > 0
    assert filled.catalogue.rows == 2543


WEIDU = "zone:outside:411002:01"
"""The pilot over HTTP sandboxes; the real rehearsal plays it."""


def test_nothing_in_the_story_is_passed_off_as_a_fact() -> None:
    story = load_story()
    assert story.label == "示例"
    told = [answer for case in story.cases for answer in case.answers]
    told += [answer for usual in story.usual for answer in usual.answers]
    words = [word for each in told for word in (each.opinion, each.number, each.meeting) if word]
    assert words
    assert all("示例" in word for word in words)
    assert all("示例" in path.read_text(encoding="utf-8") for path in STORY.iterdir())


def test_a_folder_with_other_data_is_never_made_anew(tmp_path: Path) -> None:
    (tmp_path / "zone-reform.sqlite3").write_text("real", encoding="utf-8")
    with pytest.raises(StopError, match="不会覆盖"):
        fresh_folder(tmp_path)
    assert (tmp_path / "zone-reform.sqlite3").read_text(encoding="utf-8") == "real"


def test_the_demonstrations_own_folder_starts_anew(tmp_path: Path) -> None:
    fresh_folder(tmp_path / "demo")
    (tmp_path / "demo" / "old").write_text("old", encoding="utf-8")
    fresh_folder(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [MARK]
