"""样例故事: what is special in a rehearsal: when a case starts, how fast it goes, who answers otherwise.

Everything else follows from the programme: a story says only what the fair default would not. Pure reading.
Every name, number and opinion in a story is 示例 and says so.
"""

# msgspec copies mutable defaults; ruff knows that of its own Struct only.
# ruff: noqa: RUF012

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from domain.decisions import Adoption, Medium, Outcome
from samples.files import read
from samples.loader import XUCHANG
from samples.values import Struct

STORY: Final = XUCHANG / "story"
COMPANIES: Final = "companies.json"
"""What the sandbox of the company register knows."""


class Answer(Struct, frozen=True, kw_only=True):
    """答复: what one seat answers where it is not the usual thing. Empty fields match everything."""

    step: str
    node: str = ""
    body: str = ""
    """The kind of body, as programmes name it."""
    round: int = 0
    outcome: Outcome | None = None
    medium: Medium | None = None
    opinion: str = ""
    number: str = ""
    meeting: str = ""
    adoption: Adoption | None = None
    silent: bool = False
    """Does not answer: the clock does, or it still waits when the story ends."""
    after: int | None = None
    """Working days until it answers."""


class Paper(Struct, frozen=True, kw_only=True):
    """材料: fields of an evidence slot where they are not the usual ones. `{…}` are the case's own words."""

    step: str
    slot: str
    fields: dict[str, str]


class Sheet(Struct, frozen=True, kw_only=True):
    """台账的一版: rows that the step brings in, or columns that it adds to the rows there are."""

    step: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Usual(Struct, frozen=True, kw_only=True):
    """通例: what all cases of a programme have in common."""

    programme: str
    choices: dict[str, str] = {}
    answers: tuple[Answer, ...] = ()
    papers: tuple[Paper, ...] = ()
    registers: dict[str, tuple[Sheet, ...]] = {}


class CaseStory(Struct, frozen=True, kw_only=True):
    """一个改革任务的故事."""

    unit: str
    """The sample's slug of a zone, or the serial of a township pilot."""
    programme: str
    opened_on: date
    pace: int
    """How much of each term the doers use, in percent."""
    completes: bool = False
    """Whether the reform has to be complete on the story's last day."""
    ends_on: date | None = None
    """After this day nobody works on it any more; the case is left as it stands."""
    adapters: dict[str, str] = {}
    words: dict[str, str] = {}
    choices: dict[str, str] = {}
    answers: tuple[Answer, ...] = ()
    papers: tuple[Paper, ...] = ()


class Story(Struct, frozen=True, kw_only=True):
    """样例故事."""

    label: str
    begins_on: date
    ends_on: date
    usual: tuple[Usual, ...]
    cases: tuple[CaseStory, ...]

    def usual_of(self, programme: str) -> Usual:
        """What is usual in a programme."""
        found = next((each for each in self.usual if each.programme == programme), None)
        return found or Usual(programme=programme)


class _Cases(Struct, frozen=True, kw_only=True):
    label: str
    cases: tuple[CaseStory, ...]


class _Frame(Struct, frozen=True, kw_only=True):
    label: str
    begins_on: date
    ends_on: date


class _Usual(Struct, frozen=True, kw_only=True):
    label: str
    usual: Usual


def load_story(folder: Path = STORY) -> Story:
    """Read a story's folder.

    Raises `msgspec.ValidationError` or `yaml.YAMLError` where a file is not what it should be.
    """
    frame = read(folder / "frame.yaml", _Frame)
    usual = [read(path, _Usual).usual for path in sorted(folder.glob("usual-*.yaml"))]
    cases = [case for path in sorted(folder.glob("cases-*.yaml")) for case in read(path, _Cases).cases]
    return Story(
        label=frame.label,
        begins_on=frame.begins_on,
        ends_on=frame.ends_on,
        usual=tuple(usual),
        cases=tuple(cases),
    )
