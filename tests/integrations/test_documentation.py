"""The contract that other offices are given is the one the code keeps."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.outside import Message
from integrations.company_http import CompanyAnswer
from integrations.filing_http import FilingAnswer, FilingBody
from integrations.http_client import CallLimits
from integrations.sandbox.trouble import Lie, Mode, Trouble
from tests.integrations.test_webhook import GOLDEN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "outside-systems.md"
SCHEMAS = {
    "filing-request": FilingBody,
    "filing-answer": FilingAnswer,
    "company-answer": CompanyAnswer,
    "message": Message,
    "trouble": Trouble,
}


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _same_names(given: Any, built: Any) -> bool:
    if isinstance(built, dict):
        return given.keys() <= built.keys() and all(_same_names(given[name], built[name]) for name in given)
    if isinstance(built, list):
        return all(_same_names(*pair) for pair in zip(given, built, strict=True))
    return True


@pytest.mark.parametrize("kind", SCHEMAS)
def test_examples_are_what_the_code_reads(kind: str, page: str) -> None:
    (example,) = re.findall(rf"```json {kind}\n(.*?)```", page, re.DOTALL)
    decoded = msgspec.json.decode(example, type=SCHEMAS[kind])
    assert _same_names(msgspec.json.decode(example), msgspec.to_builtins(decoded)), "a name nobody reads"


@pytest.mark.parametrize("word", [*Mode, *Lie])
def test_every_trouble_is_described(word: str, page: str) -> None:
    assert f"`{word}`" in page


def test_the_figures_are_those_of_the_code(page: str) -> None:
    limits = CallLimits()
    assert f"同时最多 {limits.concurrency} 个调用" in page
    assert f"连续 {limits.failures_to_open} 次失败即暂停调用 {limits.open_for_s:.0f} 秒" in page
    assert f"连接最多 {limits.connect_s:.0f} 秒、读取最多 {limits.read_s:.0f} 秒" in page
    assert GOLDEN.removeprefix("v1=") in page
