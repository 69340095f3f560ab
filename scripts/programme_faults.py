"""The page of every fault that reading or checking a programme can name, read off the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = (
    ("文本", "YAML 文件读不进来,或键值不合格式。", ("programme_tree.py", "programme_source.py")),
    (
        "内容",
        "格式对,但流程走不通、没有人办,或前后矛盾。",
        tuple(f"programme_check/{name}.py" for name in (
            "names", "people", "deadlines", "papers", "ledgers", "columns", "graph", "soundness"
        )),
    ),
    ("表格", "用 Excel 写流程时,按单元格指出。", ("programme_sheet.py", "sheet_phrases.py")),
)  # fmt: skip
_CODE: Final = re.compile(r"[a-z]+\.[a-z_]+")
_FAMILIES: Final = frozenset(
    {
        *(
            "file",
            "text",
            "yaml",
            "key",
            "value",
            "name",
            "unknown",
            "condition",
            "doer",
            "overseer",
            "recorder",
        ),
        *(
            "node",
            "consult",
            "meeting",
            "duty",
            "item",
            "unused",
            "due",
            "basis",
            "evidence",
            "slot",
            "sheet",
        ),
        *(
            "publicity",
            "filing",
            "verify",
            "register",
            "column",
            "balance",
            "gate",
            "choice",
            "back",
            "sound",
            "step",
        ),
    }
)

HEAD: Final = """# 模板检查项

{generated}

`zonectl programme check` 一次列出全部毛病,每条写明行号(表格写单元格)、原因和改法。\
**问题**不改不能发布,**提醒**可以发布。`…` 处是当时的名称或数字。格式见[模板格式](programme.md)。
"""


class Entry(NamedTuple):
    """One fault as the code writes it."""

    code: str
    severity: str
    message: str
    mend: str


def page(generated: str) -> str:
    """Return ``docs/reference/programme-checks.md``."""
    lines = [HEAD.format(generated=generated)]
    for title, about, names in SOURCES:
        by_code: dict[str, list[Entry]] = {}
        for entry in sorted({entry for name in names for entry in entries(ROOT / "domain" / name)}):
            by_code.setdefault(entry.code, []).append(entry)
        lines += [f"## {title}", "", about, "", "| 代码 | 程度 | 原因 | 怎么改 |", "|---|---|---|---|"]
        lines += [
            f'| <a id="{code}"></a>`{code}` | {"、".join(sorted({e.severity for e in group}, reverse=True))} '
            f"| {_cell(e.message for e in group)} | {_cell(e.mend for e in group)} |"
            for code, group in by_code.items()
        ]
        lines.append("")
    return "\n".join(lines)


def _cell(texts: Iterator[str]) -> str:
    return "<br>".join(dict.fromkeys(text for text in texts if text)).replace("|", "\\|")


def entries(path: Path) -> Iterator[Entry]:
    """Find every code in a module with the reason and the mend that stand beside it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)]:
        given: dict[str, ast.expr] = {}
        for node in _own(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                given[node.targets[0].id] = node.value
            if isinstance(node, ast.Call | ast.Tuple):
                yield from _entry(node, given)


def _own(function: ast.FunctionDef | ast.Module) -> Iterator[ast.AST]:
    """The nodes of a function in source order, not those of functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child
            yield from _own(child)  # type: ignore[arg-type]


def _entry(node: ast.Call | ast.Tuple, given: dict[str, ast.expr]) -> Iterator[Entry]:
    parts = node.elts if isinstance(node, ast.Tuple) else node.args
    name = _name(node)
    for place, part in enumerate(parts):
        if isinstance(part, ast.Constant) and _is_code(part.value):
            beside = [_text(other, given) for other in parts[place + 1 : place + 3]]
            yield Entry(str(part.value), _severity(name), *_words(name, [*beside, "", ""][:2]))


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value)) and value.partition(".")[0] in _FAMILIES


def _name(node: ast.Call | ast.Tuple) -> str:
    if isinstance(node, ast.Tuple):
        return ""
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def _severity(name: str) -> str:
    return {"warn": "提醒", "_tell": "问题、提醒"}.get(name, "问题")


def _words(name: str, beside: list[str]) -> tuple[str, str]:
    """Two helpers make the sentence themselves; of them only the changing part stands at the call."""
    if name == "known":
        return f"没有声明过的{re.sub('[(].*', '', beside[0])} …", "是不是 …?"
    if name == "_must_sign_in":
        return (
            f"…不登录系统(或是系统外单位),不能由角色 … {beside[0]}",
            "换一个有账号单位(kind: account)的角色",
        )
    return beside[0], beside[1]


def _text(node: ast.expr, given: dict[str, ast.expr]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, given) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, given) + _text(right, given)
        case ast.Name(id=name) if name in given:
            return _text(given[name], {key: value for key, value in given.items() if key != name})
        case _:
            return "…"
