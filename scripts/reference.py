"""Generate the reference pages that must equal the code; the house tests compare them.

``python -m scripts.reference`` writes the pages; ``--check`` only says which ones are out of date.
"""

import argparse
import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from config.settings import ENV_PREFIX, SECRETS_DIR_VARIABLE, Settings
from domain.states import CASE_STATUS_TITLES, DONE, STATUS_TITLES, TRANSITIONS, CaseStatus, StepStatus

ROOT: Final = Path(__file__).resolve().parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
REFUSING_PACKAGES: Final = (
    "domain",
    "models",
    "integrations",
    "services",
    "flows",
    "web",
    "deployments",
    "cli",
)
POSITIONS: Final[dict[str, tuple[str, ...]]] = {
    "refuse": ("code", "message", "remedy", "basis"),
    "Refused": (),
    "StopError": ("exit_code", "message", "remedy"),
}
"""What the positional arguments of a refusal are."""
EXIT_CODES: Final = (
    "命令行的退出码:0 成功;1 规则拒绝;2 用法有误;3 找不到;4 与他人冲突;"
    "5 外部系统或数据库故障;70 程序内部出错;130 被中断。"
)
GENERATED: Final = "<!-- 由 `make docs` 生成,请勿手改。 -->"


# --- settings ---


def settings_page() -> str:
    """Return ``docs/reference/settings.md``: one row a setting, in the order of the class."""
    rows = [_setting_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(
        [
            "# 设置",
            "",
            GENERATED,
            "",
            "每项设置按下面的次序取值:环境变量;"
            f"`{SECRETS_DIR_VARIABLE}` 所指目录下与变量同名(小写)的文件;默认值。"
            "口令一类宜放在文件里。值有误时程序不启动,并说明是哪一项、怎么改。",
            "",
            "| 环境变量 | 默认值 | 含义 |",
            "|---|---|---|",
            *rows,
            f"| `{SECRETS_DIR_VARIABLE}` | (空) | 密钥目录。目录不存在则不启动。 |",
            "",
        ]
    )


def _setting_row(name: str, field: FieldInfo) -> str:
    text = (field.description or "").replace("|", "\\|")
    return f"| `{ENV_PREFIX}{name.upper()}` | {_default(name, field)} | {text} |"


def _default(name: str, field: FieldInfo) -> str:
    default = field.default
    if field.is_required():
        return "(必填)"
    if default is None or default == "" or default == Path() or isinstance(default, SecretStr):
        return "(空)"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


# --- refusals ---


class Refusal(NamedTuple):
    """One refusal as the code writes it; what is computed at run time stands as ``…``."""

    code: str
    message: str
    remedy: str
    basis: str


def errors_page() -> str:
    """Return ``docs/reference/errors.md``: every refusal code that stands in the code, with its words."""
    by_code: dict[str, list[Refusal]] = {}
    for refusal in sorted(set(refusals())):
        by_code.setdefault(refusal.code, []).append(refusal)
    rows = [
        f'| <a id="{code}"></a>`{code}` | {_words(group, "message")} | {_words(group, "remedy")} '
        f"| {_words(group, 'basis')} |"
        for code, group in sorted(by_code.items())
    ]
    return "\n".join(
        [
            "# 拒绝与错误代码",
            "",
            GENERATED,
            "",
            "规则不允许的办理,系统一律拒绝,什么也不改动,并给出代码、原因、办法和依据;"
            "数据库、外部系统出了故障,也照此说明。命令行、网页、接口显示的是同一句话。"
            "`…` 处是当时的数字或名称。",
            "",
            EXIT_CODES,
            "",
            "| 代码 | 原因 | 怎么办 | 依据 |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _words(group: list[Refusal], field: str) -> str:
    seen = dict.fromkeys(text for refusal in group if (text := getattr(refusal, field)))
    return "<br>".join(seen).replace("|", "\\|").replace("\n", " ")


def refusals() -> Iterator[Refusal]:
    """Find every refusal, stop of a command and fault whose code is written out."""
    for package in REFUSING_PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (given := _given(node)) is not None and _text(given.get("code")) not in {"", "…"}:
                    yield Refusal(*(_text(given.get(field)) for field in Refusal._fields))


def _given(node: ast.AST) -> dict[str, ast.expr] | None:
    """Return the parts that a refusal, a stop of a command, or a class of faults spells out."""
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in POSITIONS:
            given = dict(zip(POSITIONS[name], node.args, strict=False))
            return given | {word.arg: word.value for word in node.keywords if word.arg}
    if isinstance(node, ast.ClassDef):
        pairs = [(line.targets[0], line.value) for line in node.body if isinstance(line, ast.Assign)]
        term = (ast.get_docstring(node) or "").partition(":")[0]
        named = {target.id: value for target, value in pairs if isinstance(target, ast.Name)}
        return {"message": ast.Constant(term)} | named
    return None


def _text(node: ast.expr | None) -> str:
    match node:
        case None:
            return ""
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case _:
            return "…"


# --- states ---


def states_page() -> str:
    """Return ``docs/reference/states.md``: every state of a step and of a case, and where each may go."""
    moves = {status: "、".join(_titles(TRANSITIONS[status])) or "(到此为止)" for status in StepStatus}
    rows = [f"| {STATUS_TITLES[status]} | `{status}` | {words} |" for status, words in moves.items()]
    return "\n".join(
        [
            "# 状态",
            "",
            GENERATED,
            "",
            "任务只能照这张表变动,只有一个函数写状态。核验中、报送中只在模板规定的任务里出现。",
            "",
            "```mermaid",
            *_diagram(),
            "```",
            "",
            "| 任务状态 | 代码里 | 可以变成 |",
            "|---|---|---|",
            *rows,
            "",
            f"前置条件看的“已办结”包括:{'、'.join(_titles(DONE))}。",
            "",
            "| 改革任务状态 | 代码里 |",
            "|---|---|",
            *[f"| {CASE_STATUS_TITLES[status]} | `{status}` |" for status in CaseStatus],
            "",
        ]
    )


def _diagram() -> list[str]:
    """The table as a Mermaid diagram."""
    return [
        "stateDiagram-v2",
        *[f'    state "{STATUS_TITLES[status]}" as {status}' for status in StepStatus],
        f"    [*] --> {StepStatus.NOT_STARTED}",
        *[f"    {old} --> {new}" for old in StepStatus for new in StepStatus if new in TRANSITIONS[old]],
        *[f"    {status} --> [*]" for status in StepStatus if not TRANSITIONS[status]],
    ]


def _titles(statuses: frozenset[StepStatus]) -> list[str]:
    return [STATUS_TITLES[status] for status in StepStatus if status in statuses]


# --- command line ---


def cli_page() -> str:
    """Return ``docs/reference/cli.md``: every command with its help, arguments and options."""
    from scripts.cli_reference import page

    return page(GENERATED)


def supervision_page() -> str:
    """Return ``docs/reference/supervision.md``: states and moves of findings and orders."""
    from scripts.supervision_reference import page

    return page(GENERATED)


def programme_page() -> str:
    """Return ``docs/reference/programme.md``: every part of a programme with its keys."""
    from scripts.programme_reference import page

    return page(GENERATED)


def programme_schema() -> str:
    """Return ``docs/reference/programme.schema.json``."""
    from scripts.programme_reference import schema

    return schema()


def programme_checks_page() -> str:
    """Return ``docs/reference/programme-checks.md``: every fault that a check of a programme can name."""
    from scripts.programme_faults import page

    return page(GENERATED)


def permissions_page() -> str:
    """Return ``docs/reference/permissions.md``: who may do what, where."""
    from scripts.permission_reference import page

    return page(GENERATED)


def api_page() -> str:
    """Return ``docs/reference/api.md``: every route of the API with what is sent to it."""
    from scripts.api_reference import page

    return page(GENERATED)


def checks_page() -> str:
    """Return ``docs/reference/checks.md``: every compliance check."""
    from scripts.check_reference import page

    return page(GENERATED)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
    "cli.md": cli_page,
    "states.md": states_page,
    "supervision.md": supervision_page,
    "programme.md": programme_page,
    "programme.schema.json": programme_schema,
    "programme-checks.md": programme_checks_page,
    "permissions.md": permissions_page,
    "checks.md": checks_page,
    "api.md": api_page,
}


def stale() -> list[str]:
    """Return the names of the pages that differ from what the code says."""
    return [
        name
        for name, page in PAGES.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    """Write the pages, or with ``--check`` only name the stale ones; exit code 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, name the pages out of date")
    names = stale()
    if parser.parse_args().check:
        print("\n".join(names) or "all reference pages are up to date", file=sys.stderr)
        return bool(names)
    for name in names:
        (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"wrote docs/reference/{name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
