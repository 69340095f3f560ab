"""读扫描件的进程: a scan is read in a process of its own, which is ended where a page takes too long.

What opens pages is written in C and cannot be stopped from within: a page made to take for ever, or one that
brings the reader down, must cost its sender an answer and nobody else anything. The child writes a line a
page and its result last. Where whoever started it is gone, it ends by itself.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import Final

import msgspec

from domain.refusal import Refused
from services.paper.scans import ScanRead, read_scan, unreadable

PAGE_S: Final = 30.0
"""How long one page may take; the noisiest of our tests takes a second, on a busy machine four."""
WHOLE_S: Final = 180.0
"""How long a whole file may take: sixty pages at three seconds, so that nobody holds a reader for hours."""
_PAGE: Final = b"page\n"


class _Said(msgspec.Struct):
    """What the child found."""

    read: ScanRead | None = None
    refused: Refused | None = None


def read_scan_apart(path: Path, page_s: float = PAGE_S, whole_s: float = WHOLE_S) -> ScanRead | Refused:
    """Read every page, in a process of its own; what takes longer a page, or in all, is refused."""
    until = monotonic() + whole_s
    command = [sys.executable, "-m", "services.paper.scan_process", str(path), str(page_s)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:  # noqa: S603 our own
        pages, last = -1, _PAGE
        while last == _PAGE:
            pages += 1
            last, slow = _line(child, max(min(page_s, until - monotonic()), 0))
    if slow:
        return _too_long(pages, whole_s) if monotonic() >= until else _too_slow(pages + 1, page_s)
    if not last:
        return unreadable(f"exit {child.returncode}")
    said = msgspec.json.decode(last, type=_Said)
    return said.read or said.refused or unreadable("nothing said")


def _line(child: subprocess.Popen[bytes], patience_s: float) -> tuple[bytes, bool]:
    """The next line, and whether it was waited for in vain."""
    over: list[bool] = []

    def end() -> None:
        over.append(True)
        child.kill()

    assert child.stdout is not None  # noqa: S101 it is a pipe
    timer = Timer(patience_s, end)
    timer.start()
    try:
        return child.stdout.readline(), bool(over)
    finally:
        timer.cancel()


def _too_slow(page: int, page_s: float) -> Refused:
    return Refused(
        code="scan.too_slow",
        message=f"扫描件第 {page} 页读了 {page_s:g} 秒还没有读完",
        remedy="请重新扫描这一页(A4 或 A3、300 dpi 以内);或输入纸上二维码旁的编码",
        facts={"page": page},
    )


def _too_long(pages: int, whole_s: float) -> Refused:
    return Refused(
        code="scan.too_long",
        message=f"扫描件读了 {whole_s:g} 秒还没有读完,只读到第 {pages} 页",
        remedy="请分成几个文件上传;或输入纸上二维码旁的编码",
        facts={"pages": pages, "limit": int(whole_s)},
    )


def main(path: str, page_s: float) -> None:
    """The child: a line for every page, the result last; a page of twice ``page_s`` ends it, heard or not."""
    out = sys.stdout.buffer
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, 2 * page_s)

    def each() -> None:
        signal.setitimer(signal.ITIMER_REAL, 2 * page_s)
        out.write(_PAGE)
        out.flush()

    found = read_scan(Path(path), each)
    said = _Said(refused=found) if isinstance(found, Refused) else _Said(read=found)
    out.write(msgspec.json.encode(said) + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
