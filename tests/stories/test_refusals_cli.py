"""How a command ends: exit codes and words, on the real program in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

RUN = "from cli.main import run; run()"


def zonectl(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command line."""
    return subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("inbox",), 2, "代码:usage.no_person"),
        (("inbox", "--as", "nobody"), 5, "请先运行 zonectl db upgrade"),
        (("case", "list"), 5, "请先运行 zonectl db upgrade"),
        (("no-such-command",), 2, "没有命令"),
    ],
)
def test_a_command_that_ends_badly_says_why_and_what_to_do(
    words: tuple[str, ...], exit_code: int, said: str
) -> None:
    done = zonectl(*words)
    assert done.returncode == exit_code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
