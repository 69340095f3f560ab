"""二维码: the code as a picture, for the Word file and for the page.

Level H: up to 30 % of it may be written over or worn off. Each page bears two, in opposite corners, so that a
signature across one of them costs nothing.
"""

from __future__ import annotations

import io
from typing import Final

import segno

from domain.paper import qr_text

_BORDER: Final = 1
"""In modules. The quiet zone of four that ISO/IEC 18004 asks for is left white by the layout, so that the
modules themselves can be larger: a pen's stroke is then no wider than one of them."""
_SCALE: Final = 12


def _qr(code: str) -> segno.QRCode:
    return segno.make_qr(qr_text(code), error="h", boost_error=False)


def qr_png(code: str) -> bytes:
    """The code as a black and white picture."""
    out = io.BytesIO()
    _qr(code).save(out, kind="png", scale=_SCALE, border=_BORDER)
    return out.getvalue()


def qr_svg(code: str) -> str:
    """The code as inline SVG that takes the size of its frame."""
    return _qr(code).svg_inline(border=_BORDER, omitsize=True, svgclass="qr", lineclass=None)
