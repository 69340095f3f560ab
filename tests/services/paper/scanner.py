"""A printer, a leader's pen and a scanner: forms drawn, signed across their codes, and read in again."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from services.paper.codes import qr_png
from services.paper.printing import Printed
from services.paper.sheet import LABEL_MM, MARGINS_MM, PAGE_MM, QR_EDGE_MM, QR_MM, WIDTH_MM, Box, Listing

DPI: Final = 150
INCH_MM: Final = 25.4
PENCIL, BLACK_PEN, BLUE_PEN = 120, 25, 80
OFFICE, BROWSER = shutil.which("soffice"), shutil.which("chromium")
RENDERERS: Final = ("drawn", *(["office"] if OFFICE else []), *(["browser"] if BROWSER else []))
"""Drawn here from the same layout, always; by a word processor and a browser too where there is one."""


def px(millimetres: float) -> int:
    """Millimetres of paper as pixels of a scan."""
    return round(millimetres / INCH_MM * DPI)


HEAD_CODE: Final = (
    PAGE_MM[0] - MARGINS_MM["right"] - QR_MM / 2,
    QR_EDGE_MM + QR_MM / 2,
)
FOOT_CODE: Final = (MARGINS_MM["left"] + QR_MM / 2, PAGE_MM[1] - QR_EDGE_MM - QR_MM / 2)
"""Middles of the codes on a form, from the upper left corner of the paper."""


def pages(renderer: str, forms: Sequence[Printed], folder: Path) -> list[Image.Image]:
    """The first page of each form as it comes out of the printer."""
    if renderer == "office":
        return _by_office(forms, folder)
    if renderer == "browser":
        return [_by_browser(form, folder / f"{number}.html") for number, form in enumerate(forms)]
    return [drawn(form) for form in forms]


def drawn(form: Printed) -> Image.Image:
    """The form drawn from its layout: codes in their places, rules, and a line for every text."""
    page = drawn_code(form.code)
    pen = ImageDraw.Draw(page)
    left, top = px(MARGINS_MM["left"]), px(MARGINS_MM["top"] + 14)
    for block in form.sheet.blocks:
        rows = len(block.rows) + 2 if isinstance(block, Listing) else 1
        height = px(block.height if isinstance(block, Box) else 8)
        for _ in range(rows):
            pen.rectangle((left, top, left + px(WIDTH_MM), top + height), outline=0, width=2)
            pen.line((left + px(LABEL_MM), top, left + px(LABEL_MM), top + height), fill=0, width=2)
            pen.line((left + 8, top + 20, left + px(LABEL_MM) - 20, top + 20), fill=40, width=12)
            top += height
    return page


def drawn_code(code: str) -> Image.Image:
    """A sheet with nothing on it but the two codes."""
    page = Image.new("L", (px(PAGE_MM[0]), px(PAGE_MM[1])), 255)
    picture = Image.open(io.BytesIO(qr_png(code))).convert("L").resize((px(QR_MM), px(QR_MM)))
    for x, y in (HEAD_CODE, FOOT_CODE):
        page.paste(picture, (px(x - QR_MM / 2), px(y - QR_MM / 2)))
    return page


def _by_office(forms: Sequence[Printed], folder: Path) -> list[Image.Image]:
    files = [folder / f"{number}.docx" for number, _ in enumerate(forms)]
    for file, form in zip(files, forms, strict=True):
        file.write_bytes(form.word())
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files],
        check=True, capture_output=True, timeout=80,
    )  # fmt: skip
    return [first_page(file.with_suffix(".pdf")) for file in files]


def _by_browser(form: Printed, file: Path) -> Image.Image:
    file.write_text(form.page(), encoding="utf-8")
    to = file.with_suffix(".page.pdf")
    subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={file.parent / 'browser'}", f"--print-to-pdf={to}", file.as_uri(),
        ],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return first_page(to)


def first_page(pdf: Path) -> Image.Image:
    """The first page of a PDF as a printer at 150 dpi sees it."""
    document = pdfium.PdfDocument(pdf)
    page: Image.Image = document[0].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    document.close()
    return page


def sign(page: Image.Image, middle: tuple[float, float], seed: int, ink: int = BLACK_PEN) -> Image.Image:
    """A stroke of a pen, 0.8 mm thick, right across a code and beyond, as a careless signature goes."""
    chance = random.Random(seed)  # noqa: S311
    signed = page.copy()
    points = [
        (px(middle[0] + side * chance.uniform(4, 20)), px(middle[1] + chance.uniform(-11, 11)))
        for side in (-1, 0.2, 1)
    ]
    ImageDraw.Draw(signed).line(points, fill=ink, width=px(0.8), joint="curve")
    return signed


def scan(page: Image.Image, turn: int, tilt: float) -> bytes:
    """Lay it on the glass askew; grey, 150 dpi, JPEG of quality 60."""
    askew = page.rotate(turn + tilt, expand=True, fillcolor=245, resample=Image.Resampling.BICUBIC)
    out = io.BytesIO()
    askew.convert("L").save(out, "JPEG", quality=60, dpi=(DPI, DPI))
    return out.getvalue()
