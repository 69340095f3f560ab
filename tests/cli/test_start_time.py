"""How fast zonectl starts rests on what it does not import before it knows the command."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "prefect",
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "fastapi",
    "alembic",
    "httpx",
    "pendulum",
    "openpyxl",
)


def loaded_after(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_no_library_but_that_of_the_command_line() -> None:
    assert loaded_after("import cli.main").isdisjoint({*HEAVY, "msgspec", "loguru", "rich.table"})


@pytest.mark.parametrize("module", ["prefect", "fastapi", "alembic", "pendulum", "openpyxl"])
def test_the_inbox_loads_neither_prefect_nor_what_only_others_need(
    module: str, migrated_sqlite_url: str
) -> None:
    run = (
        "import sys\nfrom cli.main import app\nsys.argv = ['zonectl', 'inbox', '--as', 'nobody']\n"
        "try:\n    app()\nexcept SystemExit:\n    pass"
    )
    assert module not in loaded_after(run)
