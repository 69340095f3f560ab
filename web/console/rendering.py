"""渲染: a view model and a template become a page, or the one block of it that htmx asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from babel.support import NullTranslations, Translations
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from web.console.static import asset
from web.console.texts import ChineseTexts
from web.console.words import FILTERS

TEMPLATES: Final = Path(__file__).resolve().parents[1] / "templates"
LOCALE: Final = Path(__file__).resolve().parents[1] / "locale"
DOMAIN: Final = "console"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No inline script or style, nothing from elsewhere; pictures in the stylesheet are part of it."""
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Vary": "HX-Request",
}
HTMX: Final = "HX-Request"


def environment(language: str = "") -> Environment:
    """Make the templates' environment; the texts stay Chinese where no language is named."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", ChineseTexts],
    )
    found: NullTranslations = (
        Translations.load(LOCALE, [language], DOMAIN) if language else NullTranslations()
    )
    env.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(asset=asset, ui=_components(env))
    return env


def _components(env: Environment) -> SimpleNamespace:
    """部件: every macro of ``components/``, as ``ui.name``, in pages and in blocks alike."""
    ui = SimpleNamespace()
    env.globals["ui"] = ui
    env.globals["asset"] = asset
    for path in sorted((TEMPLATES / "components").glob("*.html")):
        module = env.get_template(f"components/{path.name}").module
        for name, macro in vars(module).items():
            if not name.startswith("_"):
                setattr(ui, name, macro)
    return ui


@cache
def _environment() -> Environment:
    return environment()


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a piece of a page; going back in the history asks for the whole."""
    return HTMX in request.headers and "HX-History-Restore-Request" not in request.headers


def render(template: str, values: Mapping[str, Any], block: str = "") -> str:
    """Return a page, or one of its blocks."""
    found = _environment().get_template(template)
    if not block:
        return found.render(values)
    return "".join(found.blocks[block](found.new_context(dict(values))))


def page(
    request: Request,
    template: str,
    values: Mapping[str, Any],
    *,
    fragment: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Answer with a page; to htmx with its block ``fragment``, where the page has one."""
    block = fragment if fragment and is_fragment(request) else ""
    return HTMLResponse(render(template, values, block), status, {**HEADERS, **(headers or {})})
