"""How a command ends: its exit code, what it says, and never a traceback."""

import subprocess
import sys

import pytest

from cli.shell import hoist


def zonectl(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from cli.main import run; run()", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--as", "demo", "inbox"), 5, "zonectl db upgrade"),
        (("inbox",), 2, "--as"),
        (("nothing",), 2, "没有命令"),
        (("step", "record", "鄢陵"), 2, "缺少"),
        (("--help",), 0, ""),
    ],
)
def test_a_command_ends_with_its_code_and_a_word_of_what_to_do(
    words: tuple[str, ...], code: int, said: str
) -> None:
    answer = zonectl(*words)
    assert answer.returncode == code
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_common_options_may_stand_anywhere() -> None:
    assert hoist(["case", "list", "--json", "--as", "x"]) == ["--json", "--as", "x", "case", "list"]
    assert hoist(["a", "--", "--json"]) == ["a", "--", "--json"]
