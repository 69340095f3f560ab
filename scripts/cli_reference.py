"""The command-line reference page, read off the typer application itself."""

from collections.abc import Iterator

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from cli.main import app

AnyCommand = TyperCommand | TyperGroup


def page(generated: str) -> str:
    """Return the Markdown page of ``zonectl``; ``generated`` is the mark of generated pages."""
    root = typer.main.get_command(app)
    lines = [
        "# 命令行 zonectl",
        "",
        generated,
        "",
        "数据写到标准输出,说明写到标准错误;加 `--json` 得到供机器读的结果。"
        "`--as`、`--data`、`--json` 写在命令前后都可以。退出码见[拒绝与错误代码](errors.md)。",
        "",
    ]
    for path, command in _commands(root, ("zonectl",)):
        lines += _section(path, command)
    return "\n".join(lines)


def _commands(command: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], AnyCommand]]:
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(f"{' '.join(path)} is no typer command")
    if not command.hidden:
        yield path, command
    if isinstance(command, TyperGroup):
        for name, child in command.commands.items():
            yield from _commands(child, (*path, name))


def _section(path: tuple[str, ...], command: AnyCommand) -> list[str]:
    shown = [p for p in command.params if isinstance(p, TyperArgument | TyperOption) and not p.hidden]
    rows = [_row(parameter) for parameter in shown]
    arguments = [_usage(parameter) for parameter in shown if isinstance(parameter, TyperArgument)]
    kind = "子命令 …" if isinstance(command, TyperGroup) else " ".join(arguments)
    lines = [f"## {' '.join(path)}", "", *_paragraphs(command.help or ""), ""]
    lines += [f"用法:`{' '.join([*path, *([kind] if kind else [])])}`", ""]
    if rows:
        lines += ["| 参数 | 含义 |", "|---|---|", *rows, ""]
    return lines


def _paragraphs(text: str) -> Iterator[str]:
    """Give the help as Markdown: indented lines are an example to type."""
    quoted = False
    for line in text.strip().splitlines():
        example = line.startswith("  ")
        if example != quoted:
            yield from ("", "```bash") if example else ("```",)
            quoted = example
        yield line.strip()
    if quoted:
        yield "```"


def _usage(argument: TyperArgument) -> str:
    name = (argument.metavar or argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _row(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperOption):
        name = ", ".join([*parameter.opts, *parameter.secondary_opts])
    else:
        name = _usage(parameter)
    text = (parameter.help or "").replace("|", "\\|").replace("\n", " ")
    return f"| `{name}` | {text} |"
