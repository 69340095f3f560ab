"""Which files the house rules look at, and small helpers to read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "domain", "models", "integrations", "services", "flows", "web", "deployments", "cli", "config",
    "migrations", "programmes", "samples",
)  # fmt: skip
WITH_CODE = (*PACKAGES, "scripts", "tests", "benchmarks")
LEFT_OUT = ("benchmarks/peers/", "benchmarks/out/")
"""Peer engines are driven as their own documentation shows; what runs leave behind is no source."""
UNTRACKED = {
    ".git", ".venv", "var", "data", "dist", "build", "site", "wheelhouse", "node_modules", "secrets",
    ".hypothesis", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache",
}  # fmt: skip
TEXT = {
    ".py", ".md", ".toml", ".yml", ".yaml", ".txt", ".sh", ".html", ".css", ".js", ".json", ".csv", ".cfg",
    ".ini", ".mako", ".j2", ".svg", "",
}  # fmt: skip


def relative(path: Path) -> str:
    """Return the path inside the project, with slashes."""
    return path.relative_to(ROOT).as_posix()


def python_files(*packages: str) -> list[Path]:
    """Return the Python files of ``packages`` (default: all that hold code)."""
    found = [path for package in packages or WITH_CODE for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in found if not relative(path).startswith(LEFT_OUT)]


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in UNTRACKED or path.name.startswith(".venv"):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def text_files() -> list[Path]:
    """Return every text file that belongs to the project."""
    return [path for path in _walk(ROOT) if path.suffix in TEXT]


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=relative(path))


def imported_names(module: ast.Module) -> dict[str, str]:
    """Map every local name that an import makes to the full name it stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def full_name(node: ast.expr, names: dict[str, str]) -> str | None:
    """Return ``datetime.datetime.now`` for an expression such as ``dt.now``, following the imports."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := full_name(node.value, names)):
        return f"{owner}.{node.attr}"
    return None
