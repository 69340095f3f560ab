"""故事: a program reads zonectl: one envelope from every command, whatever becomes of it, no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
from loguru import logger
from typer.core import TyperCommand, TyperGroup

from cli.main import app
from tests.stories.clerk import Answer, Clerk

SERVE: Final = {"up", "demo", "web run", "relay run"}
"""They run until they are stopped."""
ERROR: Final = {"exit", "code", "message", "remedy", "basis", "facts"}


def leaves(command: object = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command as it is typed."""
    command = typer.main.get_command(app) if command is None else command
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from leaves(child, (*path, name))
    elif isinstance(command, TyperCommand) and " ".join(path) not in SERVE:
        yield path


def groups() -> list[str]:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return ["", *(name for name, each in root.commands.items() if isinstance(each, TyperGroup))]


def enveloped(answer: Answer) -> None:
    """One JSON document with the keys that stay."""
    told = json.loads(answer.out)
    assert told["ok"] is (answer.code == 0)
    if told["ok"]:
        assert set(told) == {"ok", "data"}
    else:
        assert set(told) - {"data"} == {"ok", "error"}
        assert set(told["error"]) == ERROR
        assert told["error"]["exit"] == answer.code
        assert told["error"]["message"]
        assert answer.err.startswith("没有办成")
    assert answer.code != 70, answer.err


@pytest.fixture
def nowhere(data_dir: Path) -> Iterator[Clerk]:
    """A terminal without a database."""
    yield Clerk(data_dir)
    logger.remove()


@pytest.mark.parametrize("path", list(leaves()), ids=" ".join)
def test_every_command_answers_in_json(nowhere: Clerk, path: tuple[str, ...]) -> None:
    """Called bare, on a machine without a database: it answers, or says what is missing."""
    enveloped(nowhere(*path, "--json"))
    enveloped(nowhere("--json", *path, "--no-such-option"))


@pytest.mark.parametrize("group", groups())
def test_so_does_a_group_without_a_command_and_with_a_wrong_one(nowhere: Clerk, group: str) -> None:
    words = [group] if group else []
    enveloped(nowhere("--json", *words))
    enveloped(nowhere(*words, "no-such-command", "--json"))


READ: Final = tuple(
    tuple(line.split())
    for line in """\
zone list
zone show 鄢陵
programme list
programme show development-zone
case list
case show 鄢陵
case history 鄢陵
step show 鄢陵 1.1
inbox --as demo-yanling-head
status
ledger verify
ledger seal --as auditor
ledger rebuild --check
clock show
relay status
relay letters
notice show --as demo-yanling-handler
db current
db check
--version""".splitlines()
)


@pytest.mark.parametrize("words", READ, ids=" ".join)
def test_what_is_found_is_data(clerk: Clerk, words: tuple[str, ...]) -> None:
    answer = clerk.done("--json", *words)
    enveloped(answer)
    assert answer.err == ""
