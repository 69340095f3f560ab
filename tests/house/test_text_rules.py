"""Rules of all files: no host, no machine, no outside asset, locks complete, versions equal."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import PACKAGES, ROOT, python_files, relative, text_files, tree

# Written in pieces, for this file is read too.
_HOSTS = [
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "pypi" + r"\.(tuna|mirrors)",
    r"mirrors\." + "(aliyun|cloud\\.tencent)",
    "--(extra-)?index" + "-url [^ ]",
    r"registry\." + "npm",
]
INDEX_HOSTS = re.compile("|".join(_HOSTS))
MACHINE_PATH = re.compile(r"(?<![\w.}\])])/(" r"work|root|home|Users)/\w")
_ASSET_START = (
    r"""(?:\b(?:src|srcset|poster)\s*=\s*["']?|<link\b[^>]*\bhref\s*=\s*["']?|url\(\s*["']?|@import\s+["'])"""
)
OUTSIDE_ASSET = re.compile(_ASSET_START + r"(?:https?:)?//")
ASSET_FILES = {".html", ".css", ".j2", ".js"}


def _hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{relative(path)}:{number}: {line.strip()[:90]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_names_a_package_index() -> None:
    assert not _hits(INDEX_HOSTS, text_files())


def test_nothing_names_a_path_of_one_machine() -> None:
    assert not _hits(MACHINE_PATH, text_files())


def test_pages_fetch_nothing_from_outside() -> None:
    pages = [
        p
        for p in text_files()
        if p.suffix in ASSET_FILES and relative(p).startswith("web/") and "vendor" not in p.parts
    ]
    assert not _hits(OUTSIDE_ASSET, pages)


def test_the_rule_finds_an_outside_asset() -> None:
    for bad in (
        '<script src="https://x/y.js">',
        '<link rel="s" href="//x/y.css">',
        "a{background:url(http://x)}",
    ):
        assert OUTSIDE_ASSET.search(bad)
    assert not OUTSIDE_ASSET.search('<a href="https://www.gov.cn/">国务院</a><script src="/static/a.js">')


# --- locks ---

PEERS = (ROOT / "benchmarks" / "peers").iterdir() if (ROOT / "benchmarks" / "peers").is_dir() else ()
OWN = {*PACKAGES, "tests", "scripts", "benchmarks", *(path.stem for path in PEERS)}
PART_OF = {"pydantic-core": "pydantic"}
"""Distributions that another one is made of and pins exactly."""

LOCKS = ("runtime", "cluster", "dev")


def _pinned(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)(.*(?:\n {4}.*)*)", text, re.MULTILINE)
    bare = [name for name, _, rest in blocks if "--hash=sha256:" not in rest]
    assert not bare, f"without a hash in {lock}: {bare}"
    loose = [
        line for line in text.splitlines() if line and not line.startswith((" ", "#")) and "==" not in line
    ]
    assert not loose, f"not pinned in {lock}: {loose}"
    return {canonicalize_name(name): version for name, version, _ in blocks}


def _project() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _missing(lock: str, wanted: list[str]) -> list[str]:
    pinned = _pinned(lock)
    requirements = [Requirement(text) for text in wanted]
    return [
        str(r)
        for r in requirements
        if (v := pinned.get(canonicalize_name(r.name))) is None
        or not r.specifier.contains(v, prereleases=True)
    ]


def test_locks_hold_what_the_project_asks_for() -> None:
    project = _project()
    table: dict = project["project"]  # type: ignore[type-arg, assignment]
    groups: dict = project["dependency-groups"]  # type: ignore[type-arg, assignment]
    runtime = [*table["dependencies"], *groups["build"]]
    cluster = [*runtime, *table["optional-dependencies"]["cluster"]]
    assert not _missing("runtime", runtime)
    assert not _missing("cluster", cluster)
    assert not _missing("dev", [*cluster, *groups["dev"]])


def test_locks_agree_with_each_other() -> None:
    dev = _pinned("dev")
    for lock in ("runtime", "cluster"):
        assert {name: dev.get(name) for name in _pinned(lock)} == _pinned(lock)


def test_versions_agree() -> None:
    version = _project()["project"]["version"]  # type: ignore[index, call-overload]
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert public["softwareVersion"] == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[({re.escape(version)}|未发布)\]", changelog, re.MULTILINE)


def test_every_package_is_shipped_and_checked() -> None:
    tool: dict = _project()["tool"]  # type: ignore[type-arg, assignment]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "scripts", "benchmarks"}
    assert packages == set(tool["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages | {"benchmarks"} == set(tool["importlinter"]["root_packages"])
    assert packages | {"scripts"} == set(tool["mypy"]["files"])


def _imported_distributions(packages: tuple[str, ...]) -> dict[str, str]:
    """Map each distribution that the code imports to one file that does."""
    owners = packages_distributions()
    found: dict[str, str] = {}
    for path in python_files(*packages):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                tops = [alias.name.partition(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                tops = [(node.module or "").partition(".")[0]]
            else:
                continue
            for top in tops:
                if top not in sys.stdlib_module_names and top not in OWN:
                    name = canonicalize_name(owners.get(top, [top])[0])
                    found[PART_OF.get(name, name)] = relative(path)
    return found


def test_every_import_is_declared() -> None:
    """What the code imports is asked for by name: a dependency of a dependency may go away."""
    project = _project()
    table: dict = project["project"]  # type: ignore[type-arg, assignment]
    groups: dict = project["dependency-groups"]  # type: ignore[type-arg, assignment]

    def names(texts: list[str]) -> set[str]:
        return {canonicalize_name(Requirement(text).name) for text in texts}

    runtime = names(table["dependencies"])
    development = runtime | names(groups["dev"])
    undeclared = {d: f for d, f in _imported_distributions(PACKAGES).items() if d not in runtime}
    undeclared |= {
        d: f
        for d, f in _imported_distributions(("tests", "scripts", "benchmarks")).items()
        if d not in development
    }
    assert not undeclared
