"""打印页: a form as one HTML page that needs nothing else: A4, black on white, the code on every sheet."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.paper import sheet as layout
from services.paper.codes import qr_svg
from services.paper.sheet import Sheet

_FOLDER: Final = Path(__file__).with_name("templates")


def page(sheet: Sheet, code: str) -> str:
    """The form as a page. It runs no script and fetches nothing, so that it may be kept as a file.

    The template takes only the picture of the code and the names of fonts as they are; both are made here.
    """
    return _template().render(
        sheet=sheet,
        qr=qr_svg(code),
        margins=layout.MARGINS_MM,
        size=layout.QR_MM,
        edge=layout.QR_EDGE_MM,
        label=layout.LABEL_MM,
        signature=layout.SIGNATURE,
        title_fonts=_fonts(layout.TITLE_FONTS),
        body_fonts=_fonts(layout.BODY_FONTS),
        label_fonts=_fonts(layout.LABEL_FONTS),
    )


def _fonts(named: tuple[str, ...]) -> str:
    return ", ".join(name if name == "serif" else f"'{name}'" for name in (*named, *layout.FALLBACK_FONTS))


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("form.html")
