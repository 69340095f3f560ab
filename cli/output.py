"""输出: data on standard output, talk on standard error; a table for people or JSON for machines.

JSON has one envelope: ``{"ok": true, "data": …}``, or ``{"ok": false, "error": {…}, "data": …}`` with the
exit code, the stable code of the refusal, message, remedy, basis and facts.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from cli.stops import USAGE, StopError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_state: dict[str, bool] = {"json": False}
_consoles: dict[str, Console] = {}


def as_json(wanted: bool) -> None:
    """Whether this process answers in JSON. Set once, before anything of the command line can be wrong."""
    _state["json"] = wanted
    _consoles.clear()


def wants_json() -> bool:
    """Whether the answer is JSON."""
    return _state["json"]


def out() -> Console:
    """Standard output."""
    return _console("out")


def err() -> Console:
    """Standard error."""
    return _console("err")


def _console(which: str) -> Console:
    found = _consoles.get(which)
    if found is None:
        stream = sys.stdout if which == "out" else sys.stderr
        # A pipe has no width of its own; 120 columns keep one thing on one line.
        width = None if stream.isatty() or "COLUMNS" in os.environ else 120
        found = _consoles[which] = _console_class()(file=stream, width=width, highlight=False)
    return found


def _console_class() -> type[Console]:
    from rich.console import Console

    class Ours(Console):
        """rich would end the process with code 1 where a reader has left; ``failing`` knows better."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    return Ours


def data(value: Any) -> None:
    """Write a result as JSON."""
    _write({"ok": True, "data": value})


def failed(stop: StopError) -> None:
    """Say why nothing was done: as text on standard error, and as JSON where asked for."""
    if stop.code == "usage.help" and not wants_json():
        sys.stdout.write(f"{stop.data}\n")
        return
    say_refused(stop)
    if wants_json():
        error = {
            "exit": stop.exit_code,
            "code": stop.code,
            "message": stop.message,
            "remedy": stop.remedy,
            "basis": stop.basis,
            "facts": stop.facts,
        }
        _write({"ok": False, "error": error} | ({} if stop.data is None else {"data": stop.data}))


def _write(value: Any) -> None:
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=1)
    sys.stdout.write(text.decode() + "\n")
    sys.stdout.flush()


def say(text: str = "", style: str = "") -> None:
    """Talk, on standard error."""
    _line(err(), text, style)


def show(text: str | Text = "", style: str = "") -> None:
    """A line of data, on standard output."""
    _line(out(), text, style)


def _line(console: Console, text: str | Text, style: str = "") -> None:
    """One line stays one line: the terminal breaks it where it must, and a pipe gets it whole."""
    console.print(text, style=style, markup=False, soft_wrap=True)


def say_refused(stop: StopError) -> None:
    """没有办成, 原因, 依据, 怎么办, 代码: the same order everywhere."""
    say(f"没有办成:{stop.what}" if stop.what else "没有办成", "bold red")
    for title, text in (("原因", stop.message), ("依据", stop.basis), ("怎么办", stop.remedy)):
        if text:
            say(f"{title}:{text}")
    say(f"代码:{stop.code}", "dim")


def confirm(question: str, yes: bool) -> None:
    """Ask before what cannot be undone; ``yes`` is the answer given beforehand.

    Raises:
        StopError: JSON is wanted, so a program asks, which must say so by ``--yes``.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    if wants_json():
        raise StopError(USAGE, "要先确认:" + question, "确认无误的,请加 --yes", code="usage.confirm")
    import typer

    typer.confirm(f"{question}继续吗?", abort=True, err=True)


def pairs(rows: Iterable[tuple[str, Any]]) -> None:
    """Name and value, one a line, the values under each other."""
    from rich.cells import cell_len

    shown = [(name, str(value)) for name, value in rows]
    width = max((cell_len(name) for name, _ in shown), default=0)
    for name, value in shown:
        show(f"{name}{' ' * (width - cell_len(name))}  {value}")


def raw(text: str) -> None:
    """A text as it is, on standard output: a file's content is never wrapped."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], *, ratios: Sequence[int] = ()) -> None:
    """A table for people; a cell may be text with a style of its own.

    ``ratios`` shares the width between columns, so that tables under each other stand alike; 0 takes what the
    column needs.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1),
        header_style="bold",
        expand=bool(ratios),
    )
    for title, ratio in zip(head, [*ratios, *[0] * (len(head) - len(ratios))], strict=True):
        shown.add_column(title, overflow="fold", ratio=ratio or None)
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    out().print(shown)
