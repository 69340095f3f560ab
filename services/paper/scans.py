"""读扫描件: the codes on the pages of a scan, whatever the scanner did to it.

A QR code is read with zxing-cpp at any angle. Where a page gives none, the page is looked at again softened,
enlarged, and with other thresholds: a pen across the code or a scan of 100 dpi often needs that. Everything
is bounded: pages, pixels, time a page, because anybody with an account may send a file.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, ImageSequence

from domain.paper import QR_PREFIX, read_code
from domain.refusal import Refused

MOST_PAGES: Final = 60
MOST_PIXELS: Final = 50_000_000
"""An A3 sheet at 400 dpi has 31 million."""
DPI: Final = 200
"""At which pages of a PDF are drawn: modules of the printed code are then 5 or more pixels wide."""
_SCALE: Final = DPI / 72
_PDFIUM: Final = Lock()
"""PDFium must not be called from two threads at once."""
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_INK: Final = (40, 60, 80, 110)
"""Greys darker than which only toner is: blue and red ink vanish from a grey scan at one of them."""
_SOFT: Final = 1.2
_NARROW: Final = 1000
"""Pixels: a narrower page was scanned at less than 120 dpi and is looked at enlarged."""


class FoundCode(msgspec.Struct, frozen=True, kw_only=True):
    """找到的编码, and the first page that bears it."""

    code: str
    page: int


class ScanRead(msgspec.Struct, frozen=True, kw_only=True):
    """扫描件的内容: how many pages there are, the codes on them, the pages without one."""

    pages: int
    found: tuple[FoundCode, ...]
    without: tuple[int, ...]


def read_scan(path: Path, each: Callable[[], None] | None = None) -> ScanRead | Refused:
    """Read every page of a PDF or of a picture; a file that cannot be opened is refused in plain words.

    ``each`` is called after every page.
    """
    try:
        return _read(path, each or _nothing)
    except Image.DecompressionBombError:
        return _too_large()
    except (pdfium.PdfiumError, OSError, ValueError, SyntaxError, EOFError) as error:
        return unreadable(type(error).__name__)


def unreadable(why: str) -> Refused:
    """The file is no scan that can be opened."""
    return Refused(
        code="scan.unreadable",
        message="打不开这个扫描件",
        remedy="请上传 PDF、JPEG、PNG 或 TIFF;加了密码的 PDF 请先去掉密码",
        facts={"why": why},
    )


def _nothing() -> None:
    """Nobody waits for the single pages."""


def _read(path: Path, each: Callable[[], None]) -> ScanRead | Refused:
    found: dict[str, int] = {}
    without = []
    number = 0
    with closing(_pages(path)) as pages:
        for number, page in enumerate(pages, start=1):
            if isinstance(page, Refused):
                return page
            codes = codes_on(page)
            for code in codes:
                found.setdefault(code, number)
            if not codes:
                without.append(number)
            each()
    return ScanRead(
        pages=number,
        found=tuple(FoundCode(code=code, page=page) for code, page in found.items()),
        without=tuple(without),
    )


def _pages(path: Path) -> Generator[Image.Image | Refused, None, None]:
    with path.open("rb") as file:
        head = file.read(5)
    yield from _pdf_pages(path) if head == b"%PDF-" else _picture_pages(path)


def _pdf_pages(path: Path) -> Generator[Image.Image | Refused, None, None]:
    with _PDFIUM, closing(pdfium.PdfDocument(path)) as document:
        if len(document) > MOST_PAGES:
            yield _too_many(len(document))
            return
        for page in document:
            width, height = page.get_size()
            if width * height * _SCALE * _SCALE > MOST_PIXELS:
                yield _too_large()
                return
            yield page.render(scale=_SCALE, grayscale=True).to_pil()
            page.close()


def _picture_pages(path: Path) -> Generator[Image.Image | Refused, None, None]:
    with Image.open(path, formats=("JPEG", "PNG", "TIFF")) as picture:
        frames = getattr(picture, "n_frames", 1)
        if frames > MOST_PAGES:
            yield _too_many(frames)
            return
        for frame in ImageSequence.Iterator(picture):
            if frame.width * frame.height > MOST_PIXELS:
                yield _too_large()
                return
            yield ImageOps.grayscale(frame)


def _too_many(pages: int) -> Refused:
    return Refused(
        code="scan.too_many_pages",
        message=f"扫描件有 {pages} 页,一次最多 {MOST_PAGES} 页",
        remedy="请分成几个文件上传",
        facts={"pages": pages, "limit": MOST_PAGES},
    )


def _too_large() -> Refused:
    return Refused(
        code="scan.too_large",
        message="扫描件的页面太大",
        remedy="请按 A4 或 A3、300 dpi 以内重新扫描",
        facts={"limit": MOST_PIXELS},
    )


def codes_on(page: Image.Image) -> tuple[str, ...]:
    """Our codes on one page; the later looks are taken only where the first ones found nothing."""
    for look in _LOOKS:
        found = look(page)
        if found:
            return found
    return ()


def _decode(
    page: Image.Image, binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage
) -> tuple[str, ...]:
    codes = []
    for symbol in zxingcpp.read_barcodes(page, formats=_QR, try_invert=False, binarizer=binarizer):
        if symbol.text.startswith(QR_PREFIX):
            code = read_code(symbol.text)
            if isinstance(code, str):
                codes.append(code)
    return tuple(dict.fromkeys(codes))


def _softened(page: Image.Image) -> tuple[str, ...]:
    return _decode(page.filter(ImageFilter.GaussianBlur(_SOFT)))


def _enlarged(page: Image.Image) -> tuple[str, ...]:
    if min(page.size) > _NARROW:
        return ()
    return _decode(page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC))


def _by_histogram(page: Image.Image) -> tuple[str, ...]:
    return _decode(ImageOps.autocontrast(page, cutoff=2), zxingcpp.Binarizer.GlobalHistogram)


def _without_ink(page: Image.Image) -> tuple[str, ...]:
    for level in _INK:
        toner = page.point([0] * level + [255] * (256 - level))
        if found := _decode(toner.filter(ImageFilter.GaussianBlur(_SOFT))):
            return found
    return ()


_LOOKS: Final[tuple[Callable[[Image.Image], tuple[str, ...]], ...]] = (
    _decode,
    _without_ink,
    _softened,
    _by_histogram,
    _enlarged,
)
