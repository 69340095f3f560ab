"""用法提示: what is wrong with a command line, in Chinese."""

from __future__ import annotations

from typing import Any

from typer.exceptions import TyperException

from cli.stops import USAGE, StopError


def explain(error: BaseException) -> StopError | None:
    """Return what to tell, ``None`` where the error is not about the command line."""
    if not isinstance(error, TyperException):
        return None
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "zonectl"
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        remedy = f"用 {path} --help 查看有哪些命令"
        return StopError(USAGE, "没有写命令", remedy, code="usage.help", what=path, data=error.message)
    message = _MESSAGES.get(kind, _plain)(error)
    return StopError(USAGE, message, f"用 {path} --help 查看用法和例子", code="usage", what=path)


def _missing(error: Any) -> str:
    return f"缺少{_hint(error)}"


def _no_option(error: Any) -> str:
    near = "、".join(sorted(error.possibilities or ()))
    return f"没有选项 {error.option_name}" + (f";是不是 {near}?" if near else "")


def _bad(error: Any) -> str:
    return f"{_hint(error)}填写有误:{error.message}"


def _hint(error: Any) -> str:
    param = error.param
    if param is None:
        return str(error.param_hint or "参数")
    name = param.metavar or (param.name or "").upper()
    if param.param_type_name == "argument":
        return f"参数 {name}"
    return f"选项 {param.opts[0]}" + (f"({param.help})" if param.help else "")


def _plain(error: Any) -> str:
    text = str(error.format_message())
    if text.startswith("No such command"):
        return f"没有命令 {text.partition(chr(39))[2].partition(chr(39))[0]}"
    if text.startswith("Got unexpected extra argument"):
        return f"多出的参数:{text.partition('(')[2].removeprefix('s) (').rstrip(')')}"
    if "requires an argument" in text:
        return f"选项 {getattr(error, 'option_name', '')} 后面缺少内容"
    return text


_MESSAGES = {"MissingParameter": _missing, "NoSuchOption": _no_option, "BadParameter": _bad}
