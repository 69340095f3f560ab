"""Rules of the code that no linter knows: clocks, sizes, one writer of a state, names, docstrings."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGES, ROOT, full_name, imported_names, python_files, relative, tree

CLOCK = "config/clock.py"
WALL_CLOCK_CALLS = frozenset(
    {
        "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
        "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime",
        "pendulum.now", "pendulum.today", "pendulum.tomorrow", "pendulum.yesterday",
        "pendulum.DateTime.now", "pendulum.DateTime.utcnow", "pendulum.DateTime.today", "pendulum.Date.today",
        "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp", "sqlalchemy.func.current_date",
        "sqlmodel.func.now",
    }
)  # fmt: skip
SQL_CLOCK = re.compile(
    r"\b(CURRENT_TIMESTAMP|CURRENT_DATE|clock_timestamp\s*\(|datetime\s*\(\s*'now')", re.IGNORECASE
)

LONGEST_FILE = 400
"""Why: a file that one can hold in the head. Migrations are exempt, they are history."""

STATE_ATTRIBUTES = frozenset({"state", "status"})
STATE_WRITERS = frozenset({"domain/evolving.py", "domain/evolve.py", "domain/evolve_exceptional.py"})
"""The rooms of `evolve`: `evolving.write_state` moves a step, the other two close, end and re-open a case."""

DOCUMENTED = ("domain", "services")
"""Packages whose every public function and class says what it is and why."""


def wall_clock_reads(module: ast.Module) -> list[int]:
    """Return the lines that read real time."""
    names = imported_names(module)

    def reads(node: ast.AST) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) and SQL_CLOCK.search(node.value) is not None
        return isinstance(node, ast.Attribute | ast.Name) and full_name(node, names) in WALL_CLOCK_CALLS

    return [node.lineno for node in ast.walk(module) if reads(node)]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as dt\ndt.date.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "from pendulum import now as jetzt\njetzt()",
        "from datetime import datetime\nfield(default_factory=datetime.utcnow)",
        "text('SELECT CURRENT_TIMESTAMP')",
    ],
)
def test_the_rule_finds_a_clock(source: str) -> None:
    assert wall_clock_reads(ast.parse(source))


@pytest.mark.parametrize(
    "source", ["clock.now()", "import time\ntime.monotonic()", "from time import perf_counter"]
)
def test_the_rule_lets_injected_clocks_pass(source: str) -> None:
    assert not wall_clock_reads(ast.parse(source))


def test_only_the_clock_reads_the_clock() -> None:
    allowed = {CLOCK, relative(Path(__file__))}
    found = [
        f"{relative(path)}:{line}"
        for path in python_files()
        if relative(path) not in allowed
        for line in wall_clock_reads(tree(path))
    ]
    assert not found, "take a clock as a parameter (config.clock): " + ", ".join(found)


def test_files_are_short() -> None:
    long = [
        f"{relative(path)} ({lines})"
        for path in python_files()
        if not relative(path).startswith("migrations/versions/")
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    ]
    assert not long, f"over {LONGEST_FILE} lines, give it a second room: " + ", ".join(long)


def state_writes(module: ast.Module) -> list[int]:
    """Return the lines that set a state, directly or in a changed copy."""
    return [node.lineno for node in ast.walk(module) if _assigns_state(node) or _copies_state(node)]


def _assigns_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    else:
        return False
    return any(isinstance(target, ast.Attribute) and target.attr in STATE_ATTRIBUTES for target in targets)


def _copies_state(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name not in {"replace", "setattr", "__setattr__", "force_setattr", "model_copy"}:
        return False
    by_word = any(word.arg in STATE_ATTRIBUTES for word in node.keywords)
    return by_word or any(
        isinstance(arg, ast.Constant) and arg.value in STATE_ATTRIBUTES for arg in node.args
    )


@pytest.mark.parametrize(
    "source",
    [
        "step.state = 1",
        "step.status = 1",
        "replace(step, state=1)",
        "setattr(step, 'state', 1)",
        "object.__setattr__(s, 'state', 1)",
    ],
)
def test_the_rule_finds_a_writer(source: str) -> None:
    assert state_writes(ast.parse(source))


def test_one_room_writes_a_state() -> None:
    found = [
        f"{relative(path)}:{line}"
        for path in python_files("domain", "services", "flows", "web", "cli")
        if relative(path) not in STATE_WRITERS
        for line in state_writes(tree(path))
    ]
    assert not found, f"only {sorted(STATE_WRITERS)} writes a state: " + ", ".join(found)


def test_no_flow_is_named_like_a_package() -> None:
    """A flow file of such a name would hide the package from the worker that loads it."""
    clash = sorted(
        {path.stem for path in (ROOT / "flows").rglob("*.py")} & {*PACKAGES, "prefect", "tests", "benchmarks"}
    )
    assert not clash, f"rename flows/{clash}"


def public_without_docstring(module: ast.Module) -> list[str]:
    """Return the public functions, classes and methods without a docstring; dunders speak for themselves."""
    missing: list[str] = []

    def look(body: list[ast.stmt], owner: str) -> None:
        for node in body:
            if not isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            ) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None and not _is_overload(node):
                missing.append(f"{owner}{node.name}:{node.lineno}")
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{node.name}.")

    look(module.body, "")
    return missing


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(getattr(mark, "id", getattr(mark, "attr", "")) == "overload" for mark in node.decorator_list)


def test_public_rules_and_acts_say_what_they_are() -> None:
    missing = [
        f"{relative(path)} {name}"
        for path in python_files(*DOCUMENTED)
        for name in public_without_docstring(tree(path))
    ]
    assert not missing, "\n".join(["without docstring:", *missing])


def test_every_module_says_what_it_holds() -> None:
    silent = [relative(path) for path in python_files(*PACKAGES) if ast.get_docstring(tree(path)) is None]
    assert not silent, f"without module docstring: {silent}"


def test_tests_use_of_the_benchmarks_only_the_workload() -> None:
    """What is measured may be tested; how it is measured is no ground to stand on (see pyproject.toml)."""
    found = sorted(
        f"{relative(path)}: {name}"
        for path in python_files("tests")
        for name in imported_names(tree(path)).values()
        if name.startswith("benchmarks.")
        and not name.startswith(
            ("benchmarks.workload.", "benchmarks.deadline_workload.", "benchmarks.year_workload.")
        )
    )
    assert not found, found
