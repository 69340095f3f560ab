"""命令外壳: how zonectl reads its arguments, shows help in Chinese, and ends.

typer does the parsing. Kept here is what an officer sees of it: the help page, wrong usage in Chinese, and
three options that may stand anywhere in the line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import typer
from rich.cells import cell_len, chop_cells
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from cli import failing, output

COMMON: Final = "--as、--data、--json 写在命令前后都可以。"
_WITH_VALUE: Final = ("--as", "--data")
_FLAGS: Final = ("--json",)
_LEFT: Final = 2
_CLOSING: Final = frozenset(",。、;:!?)】》”’")
_OPENING: Final = frozenset("(【《“‘")


def hoist(args: Sequence[str]) -> list[str]:
    """Bring the options that stand anywhere to the front, where the root reads them."""
    front, rest = _parted(args)
    return [*front, *rest]


def _parted(args: Sequence[str]) -> tuple[list[str], list[str]]:
    front: list[str] = []
    rest: list[str] = []
    waiting = list(args)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return front, [*rest, word, *waiting]
        if word in _WITH_VALUE and waiting:
            front += [word, waiting.pop(0)]
        elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _WITH_VALUE)):
            front.append(word)
        else:
            rest.append(word)
    return front, rest


def help_page(command: TyperCommand | TyperGroup, ctx: typer.Context) -> str:
    """The help of a command: how it is called, what it does, an example, its parts."""
    width = max(60, min(_columns(), 110))
    arguments = [p for p in command.params if isinstance(p, TyperArgument)]
    shown = " ".join(_argument(a) for a in arguments)
    tail = "子命令 …" if isinstance(command, TyperGroup) else f"{shown} [选项]".strip()
    lines = [f"用法:{ctx.command_path} {tail}", ""]
    for paragraph in (command.help or "").strip().split("\n"):
        lines += wrapped(paragraph.rstrip(), width)
    lines.append("")
    lines += _section("参数", [(_argument(a), a.help or "") for a in arguments], width)
    if isinstance(command, TyperGroup):
        rows = [(name, _first_line(each)) for name, each in command.commands.items() if not each.hidden]
        lines += _section("子命令", rows, width)
    options = [p for p in command.params if isinstance(p, TyperOption) and not p.hidden]
    lines += _section("选项", [(_option(o), _meaning(o)) for o in options], width)
    if ctx.parent is not None:
        lines += [COMMON, ""]
    return "\n".join(lines)


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Break a text into lines of at most ``width`` cells; a Chinese character takes two."""
    lines = []
    while cell_len(text) > width - indent:
        most = len(chop_cells(text, width - indent)[0])
        cut = next((place for place in range(most, 0, -1) if _may_break(text, place)), most)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [" " * indent + line for line in [*lines, text]]


def _may_break(text: str, place: int) -> bool:
    """Chinese typesetting: no line begins with a mark that closes, and no Latin word is cut."""
    before, after = text[place - 1], text[place]
    in_word = before.isascii() and after.isascii() and not (before.isspace() or after.isspace())
    return after not in _CLOSING and before not in _OPENING and not in_word


def _section(title: str, rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    if not rows:
        return
    first = min(max(cell_len(name) for name, _ in rows), 26) + 2
    yield f"{title}:"
    for name, meaning in rows:
        texts = wrapped(meaning, width - _LEFT - first) if meaning else [""]
        head = " " * _LEFT + name
        if cell_len(name) > first - 2:
            yield head
            head = ""
        yield (head + " " * (_LEFT + first - cell_len(head)) + texts[0]).rstrip()
        yield from (" " * (_LEFT + first) + text for text in texts[1:])
    yield ""


def _argument(argument: TyperArgument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _option(option: TyperOption) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.metavar or '…'}"


def _meaning(option: TyperOption) -> str:
    if "--help" in option.opts:
        return "显示本说明"
    return (option.help or "") + ("(必填)" if option.required else "")


def _first_line(command: Any) -> str:
    return str(command.help or "").strip().split("\n")[0]


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 80


class Command(TyperCommand):
    """命令: with help in Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_page(self, ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        formatter.write(help_page(self, ctx))


class Group(TyperGroup):
    """命令组."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return help_page(self, ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        formatter.write(help_page(self, ctx))


class Root(Group):
    """zonectl 本身: the only place where a command ends, well or badly."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options that may stand anywhere, then the rest; no command at all asks for help."""
        front, rest = _parted(args)
        output.as_json("--json" in front)
        return super().parse_args(ctx, [*front, *rest] if rest else [])

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Whoever read the output may have left, which typer would end with code 1; Ctrl-C
        it would end without a word.
        """
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise failing.ReaderGoneError from error
        except KeyboardInterrupt as error:
            raise typer.Abort from error

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and end the process with its exit code; no traceback is ever shown."""
        extra |= {"standalone_mode": False, "prog_name": "zonectl"}
        try:
            code = super().main(*args, **extra)
            sys.stdout.flush()
        except BaseException as error:
            code = failing.explain(error)
        sys.exit(code if isinstance(code, int) else 0)


class App(typer.Typer):
    """命令组的搭建: every group and command shows its help in Chinese."""

    def __init__(self, help: str, *, cls: type[TyperGroup] = Group) -> None:
        super().__init__(
            help=help, cls=cls, no_args_is_help=True, add_completion=False, rich_markup_mode=None
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[..., Any]:
        """Register a command."""
        return super().command(name, cls=Command, **settings)
