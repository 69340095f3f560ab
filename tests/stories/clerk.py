"""经办人的命令行: the real zonectl over a copy of one prepared sample of Xuchang, run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import typer

import programmes
from cli.demo.driving import Driving
from cli.demo.engines import ByServices
from cli.demo.setting_up import fill_database, make_database, players
from cli.demo.stage import Stage
from cli.main import app
from config.settings import Settings
from samples.loader import load_sample
from samples.papers import sample_document
from samples.story import load_story
from services.bootstrap import Runtime, open_runtime

UNIT: Final = "鄢陵县产业集聚区"
WEIDU: Final = "zone:outside:411002:01"
LAUNCHER: Final = "demo-yanling-reform-office-head"
OFFICE: Final = "demo-yanling-reform-office-handler"
"""改革办经办人: does 1.2 and records for the standing committee."""
CHECKER: Final = "demo-yanling-reform-office-member"
ZONE: Final = "demo-yanling-handler"
"""管委会经办人: does 1.1."""
ZONE_HEAD: Final = "demo-yanling-head"
ZONE_HEAD_NAME: Final = "示例用户乙(鄢陵县产业集聚区管委会)"
ZONE_CHECKER: Final = "demo-yanling-member"
MEETING: Final = ("--outcome", "通过", "--medium", "会议纪要", "--meeting", "示例县委常委会第2次会议")
MINUTES: Final = (*MEETING, "--on", "2021-01-14", "--number", "示例纪要〔2021〕第5号")
SIGNED: Final = ("--outcome", "同意", "--medium", "手签呈批件", "--on", "2021-01-18", "--by", ZONE_HEAD_NAME)
PROGRAM: Final = typer.main.get_command(app)
FILE: Final = "zone-reform.sqlite3"


@dataclass(frozen=True)
class Answer:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON it wrote."""
        return json.loads(self.out)["data"]

    @property
    def error(self) -> dict[str, Any]:
        """The refusal in JSON."""
        found: dict[str, Any] = json.loads(self.out)["error"]
        return found


@dataclass(frozen=True)
class Clerk:
    """Someone at a terminal, on the data of one folder."""

    folder: Path

    def __call__(self, *words: str, by: str = "", columns: int = 120) -> Answer:
        """Run a command line; `by` is the person after `--as`."""
        out, err = io.StringIO(), io.StringIO()
        given = {"ZR_DATA_DIR": str(self.folder), "COLUMNS": str(columns), "NO_COLOR": "1"}
        asked = [*(("--as", by) if by else ()), *words]
        code: int | str | None = 0
        with (
            patch.dict(os.environ, given),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                PROGRAM.main(args=asked)
            except SystemExit as end:
                code = end.code
        return Answer(int(code or 0), out.getvalue(), err.getvalue())

    def done(self, *words: str, by: str = "") -> Answer:
        """Run a command line that must succeed."""
        answer = self(*words, by=by)
        assert answer.code == 0, answer.err
        return answer

    def history(self) -> list[dict[str, Any]]:
        """The case's history as programs read it."""
        found: list[dict[str, Any]] = self.done("--json", "case", "history", UNIT, by=OFFICE).data["history"]
        return found

    def step(self, key: str) -> dict[str, Any]:
        """A step as programs read it."""
        found: dict[str, Any] = self.done("--json", "step", "show", UNIT, key).data
        return found

    def stored(self) -> list[tuple[Any, ...]]:
        """The whole ledger and all work that waits, read past the program."""
        with closing(sqlite3.connect(self.folder / FILE)) as connection:
            return [
                row
                for table in ("event ORDER BY stream, seq", "work_item ORDER BY 1, 2", "reform_case")
                for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608 (fixed names)
            ]

    def refused(self, exit_code: int, code: str, *words: str, by: str = "", says: Sequence[str] = ()) -> None:
        """Run a command line that must end so, say this much, and change nothing."""
        before = self.stored()
        answer = self(*words, by=by)
        assert (answer.code, answer.out) == (exit_code, ""), answer.err
        assert answer.err.startswith("没有办成")
        assert answer.err.endswith(f"代码:{code}\n")
        for part in (*says, "怎么办:"):
            assert part in answer.err
        assert "Traceback" not in answer.err
        assert self.stored() == before


class _EnoughError(Exception):
    """The story has come as far as was asked."""


class SampleOffice:
    """The sample, prepared once; every test gets a copy of the file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def fresh(self) -> Path:
        """Catalogue, bodies, people and both programmes; no case yet; the business date is 2021-01-11."""
        return self._once("fresh", self._fill)

    def submitted(self) -> Path:
        """1.1 waits for the zone's head, 1.2 for the standing committee; the business date is 2021-01-20."""
        return self._once("submitted", self._submit)

    def played_until(self, words: str) -> Path:
        """The pilot's story as the demonstration plays it, up to the day it tells of `words`."""
        return self._once(words, lambda folder: self._play(folder, words))

    def demonstrated(self) -> Path:
        """What `make demo` leaves of the zones, on the story's last day, 2022-05-06.

        Without 魏都 and the townships, which take most of the time and which no page names.
        """
        return self._once("demonstrated", self._demonstrate)

    def _once(self, name: str, make: Any) -> Path:
        if name not in self._made:
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            make(folder)
            self._made[name] = folder
        return self._made[name]

    def _fill(self, folder: Path) -> None:
        settings = Settings(data_dir=folder, demo=True)
        make_database(settings)
        with open_runtime(settings) as runtime:
            fill_database(runtime, Path(programmes.__file__).parent, lambda _text: None)

    def _submit(self, folder: Path) -> None:
        copy(self.fresh(), folder)
        clerk, paper, sheets = Clerk(folder), write_paper(folder), write_sheets(folder)
        clerk.done("case", "launch", "development-zone", "--unit", UNIT, "--on", "2021-01-11", by=LAUNCHER)
        clerk.done("clock", "move", "2021-01-20", by="sysadmin")
        drafted = ("--file", paper, "--on", "2021-01-12")
        clerk.done("step", "evidence", UNIT, "1.2", "组建建议", *drafted, by=OFFICE)
        clerk.done("step", "choose", UNIT, "major_decision", "不属于", "--on", "2021-01-12", by=OFFICE)
        clerk.done("step", "submit", UNIT, "1.2", "--on", "2021-01-12", by=OFFICE)
        for register, sheet in sheets.items():
            clerk.done("step", "fill", UNIT, "1.1", register, sheet, "--on", "2021-01-14", by=ZONE)
        clerk.done("step", "evidence", UNIT, "1.1", "摸底台账", "--file", paper, by=ZONE)
        clerk.done(*evidence_of_the_survey(paper), by=ZONE)
        clerk.done("step", "submit", UNIT, "1.1", "--on", "2021-01-15", by=ZONE)

    def _play(self, folder: Path, words: str) -> None:
        copy(self.fresh(), folder)
        with open_runtime(Settings(data_dir=folder, demo=True)) as runtime:
            play_until(runtime, words)

    def _demonstrate(self, folder: Path) -> None:
        copy(self.fresh(), folder)
        with open_runtime(Settings(data_dir=folder, demo=True)) as runtime:
            stage = Stage(runtime, load_story(), lambda *_told: None, folder / "papers")
            played = [each for each in players(stage, load_sample()) if each.unit.id.startswith("zone:")]
            Driving(stage, ByServices(runtime), [each for each in played if each.unit.id != WEIDU]).run()


def play_until(runtime: Runtime, words: str) -> None:
    """Play the pilot's story on a filled database, up to the day it tells of `words`."""

    def told(_day: date, _unit: str, said: str) -> None:
        if said == words:
            raise _EnoughError

    stage = Stage(runtime, load_story(), told, runtime.settings.data_dir / "papers")
    pilot = [each for each in players(stage, load_sample()) if each.unit.name == UNIT]
    with contextlib.suppress(_EnoughError):
        Driving(stage, ByServices(runtime), pilot).run()
        raise AssertionError(f"the story never tells of “{words}”")


def copy(source: Path, target: Path) -> None:
    """Copy a database with all that its log still holds, and the files handed in."""
    with (
        closing(sqlite3.connect(source / FILE)) as old,
        closing(sqlite3.connect(target / FILE)) as new,
    ):
        old.backup(new)
    if (source / "evidence").exists():
        shutil.copytree(source / "evidence", target / "evidence")


def write_paper(folder: Path, name: str = "示例材料.docx") -> str:
    """A 示例 paper to hand in."""
    path = folder / name
    path.write_bytes(sample_document((f"示例:{name}",)))
    return str(path)


def evidence_of_the_survey(paper: str) -> tuple[str, ...]:
    """The survey report with all it must state."""
    fields = ("成文日期=2021年1月15日", "内设机构数=9", "领导职数=5", "人员控制数=15", "数量=2")
    typed = [word for field in fields for word in ("--field", field)]
    return ("step", "evidence", UNIT, "1.1", "摸底报告", "--file", paper, "--on", "2021-01-15", *typed)


def write_sheets(folder: Path) -> dict[str, str]:
    """示例 sheets for the registers of 1.1, by the register's name."""
    texts = {
        "人员名册": (
            "人员编号,姓名,身份类别,是否在编\n"
            "示例01,示例人员01,公务员,在编\n"
            "示例02,示例人员02,合同制人员,编外\n"
        ),
        "资产清册": (
            "资产编号,名称,账面价值(元),留管委会(元),划转公司(元),移交接收单位(元),处置核销(元)\n"
            "示例Z1,示例办公楼,1000000,1000000,0,0,0\n"
        ),
    }
    sheets = {}
    for register, text in texts.items():
        path = folder / f"{register}.csv"
        path.write_text(text, encoding="utf-8")
        sheets[register] = str(path)
    return sheets
