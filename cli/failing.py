"""失败: every way a command can end badly, in the same form and with its exit code (see ``cli.stops``).

A traceback never reaches an officer: it goes to a file, and the message carries its number.
"""

from __future__ import annotations

import errno
import os
import sys

import typer

from cli import incident, output, usage
from cli.stops import INTERNAL, INTERRUPTED, NOT_FOUND, OUTSIDE, REFUSED, USAGE, StopError, refusal

__all__ = ["NOT_FOUND", "OUTSIDE", "REFUSED", "USAGE", "StopError", "explain", "refusal"]


class ReaderGoneError(Exception):
    """Whoever read our output has left, as in `zonectl case list | head`."""


def explain(error: BaseException) -> int:
    """Say what went wrong on standard error (and as JSON where asked for); return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return interrupted()
    if isinstance(error, ReaderGoneError | BrokenPipeError):
        return _reader_gone()
    stop = _as_stop(error)
    output.failed(stop)
    return stop.exit_code


def interrupted() -> int:
    """Ctrl-C."""
    sys.stderr.write("\n已中断。已经提交的办理都保存了,没有提交的没有发生。\n")
    return INTERRUPTED


def _reader_gone() -> int:
    """Whoever read our output has left (`| head`): that is no error, and nothing more can be said."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())
    return 0


def _as_stop(error: BaseException) -> StopError:
    if isinstance(error, StopError):
        return error
    known = _usage(error) or _database(error) or _outside(error) or _disk(error)
    return known or _incident(error)


def _usage(error: BaseException) -> StopError | None:
    from config.settings import SettingsFault

    if isinstance(error, SettingsFault):
        return StopError(USAGE, str(error), code="settings.fault")
    return usage.explain(error)


def _database(error: BaseException) -> StopError | None:
    from models.faults import DatabaseFault

    if not isinstance(error, DatabaseFault):
        return None
    detail = f"({error.detail})" if error.detail else ""
    return StopError(OUTSIDE, f"{error.message}{detail}", error.remedy, code=error.code)


def _outside(error: BaseException) -> StopError | None:
    from domain.outside_errors import OutsideError

    if isinstance(error, OutsideError):
        return StopError(OUTSIDE, str(error), "请稍后重试;急办的可改为人工登记", code="outside.fault")
    return None


def _disk(error: BaseException) -> StopError | None:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StopError(
            OUTSIDE,
            "磁盘空间不足,本次操作没有保存",
            "请清理磁盘后重做一次;以前的数据完好",
            code="disk.full",
        )
    return None


def _incident(error: BaseException) -> StopError:
    number, file = incident.record(error)
    where = f"详情在 {file}" if file else "详情没能写入日志(磁盘或权限有问题)"
    return StopError(
        INTERNAL,
        f"程序内部出错,本次操作没有完成。事故编号 {number}",
        f"请把事故编号告诉运维人员;{where}",
        code="internal.error",
        facts={"incident": number},
    )
