"""搭台: an own rehearsal database, filled by the ways of every import: catalogue, sample, programmes."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from cli.demo.case_player import CasePlayer, Unit
from cli.demo.stage import Stage, StoryError
from cli.stops import CONFLICT, USAGE, StopError
from config.running import read_note, stands
from config.settings import Settings
from domain.doers import FOUNDING
from domain.refusal import Refused
from models.upgrading import upgrade
from samples.entering import bring_in_sample
from samples.loader import CATALOGUE_2018, Sample, load_sample
from samples.story import CaseStory, Story, load_story
from services.access.administrators import first_start
from services.access.environment import By
from services.bootstrap import Runtime
from services.importing.zones import ZoneImport, import_zones, read_zone_file
from services.publishing import publish
from services.rehearsing import start_rehearsal

PROGRAMMES: Final = ("development-zone", "township-enforcement")
MARK: Final = "rehearsal-of-the-demo"
"""A file that says: this folder was made by the demonstration and may be made anew."""
SINCE: Final = date(2021, 1, 1)
Tell = Callable[[str], None]


def fresh_folder(folder: Path) -> None:
    """Make the demonstration's folder, or make it anew; a folder with anything else in it is left alone.

    Raises:
        StopError: real data lie there, or a demonstration runs there just now.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise StopError(
                USAGE,
                f"目录 {folder} 里有别的数据,演示不会覆盖",
                "请用 --data 另指一个空目录",
                code="demo.folder",
            )
        note = read_note(Settings(data_dir=folder))
        if note is not None and stands(note):
            raise StopError(
                CONFLICT,
                f"上一次演示还在运行(进程号 {note.pid},网页 {note.web})",
                "请直接使用它;要重新演示,请先在它的窗口按 Ctrl-C 停止",
                code="demo.running",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("演练目录,由 zonectl demo 建立,可以删除\n", encoding="utf-8")


def make_database(settings: Settings) -> None:
    """Create the tables."""
    upgrade(settings.migration_database_url)


@dataclass(frozen=True)
class Filled:
    """入库结果."""

    catalogue: ZoneImport
    sample: Sample
    story: Story

    @property
    def oddities(self) -> dict[str, int]:
        """How many oddities of each kind the catalogue has."""
        return dict(Counter(oddity.code for oddity in self.catalogue.oddities))


def fill_database(runtime: Runtime, programmes: Path, tell: Tell) -> Filled:
    """Bring in everything a rehearsal needs, each by its public service, as the founding of the database.

    Last come the three administrators; from then on all is done by people.
    """
    db, wall = runtime.db, runtime.wall
    story, sample = load_story(), load_sample()
    _must(start_rehearsal(db, story.begins_on, actor=FOUNDING, wall=wall, command_id="demo:rehearsal"))
    file = read_zone_file(CATALOGUE_2018)
    if isinstance(file, Refused):
        raise StoryError(file.message, file)
    tell("导入 2018 年版开发区目录")
    catalogue = import_zones(db, file, actor=FOUNDING, wall=wall, command_id="demo:catalogue")
    if isinstance(catalogue, Refused):
        raise StoryError(catalogue.message, catalogue)
    if catalogue.faults:
        raise StoryError(f"目录有差错:{catalogue.faults[0]}")
    tell("登记样例机构、人员、试点乡镇")
    _must(bring_in_sample(db, sample, since=SINCE, actor=FOUNDING, wall=wall, command_id="demo:sample"))
    for code in PROGRAMMES:
        tell(f"发布流程模板 {code}")
        text = (programmes / code / "1.yaml").read_text(encoding="utf-8")
        _must(publish(db, FOUNDING, text, wall=wall, command_id=f"demo:publish:{code}", name=code))
    tell("开立三员账号(初始口令用 zonectl --as secadmin account reset 重发)")
    first_start(runtime.access, by=By(person=FOUNDING.value))
    return Filled(catalogue, sample, story)


def _must(answer: object) -> None:
    if isinstance(answer, Refused):
        raise StoryError(answer.message, answer)


def players(stage: Stage, sample: Sample) -> list[CasePlayer]:
    """One player for each case of the story."""
    return [CasePlayer(stage, case, unit_of(case, sample)) for case in stage.story.cases]


def unit_of(case: CaseStory, sample: Sample) -> Unit:
    """The reform unit of a story, and the office that opens its case."""
    if case.programme == "township-enforcement":
        pilot = next(each for each in sample.pilots if str(each.serial) == case.unit)
        return Unit(pilot.id, pilot.name, _overseer(sample, pilot.county))
    zone = sample.zone(case.unit)
    area = zone.lead_area if zone.supervising_level == "county" else f"{zone.lead_area[:4]}00"
    return Unit(zone.id, zone.name, _overseer(sample, area))


def _overseer(sample: Sample, division: str) -> str:
    slug = sample.body(f"body:{division}:reform_office").slug
    return f"demo-{slug}-head"
