"""文字目录: write ``web/locale/console.pot`` from the templates of the console.

A translation is begun from it with any tool that knows gettext, as
``web/locale/<language>/LC_MESSAGES/console.po``, and compiled to ``console.mo`` beside it.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from web.console.rendering import DOMAIN, LOCALE, TEMPLATES, environment

POT: Final = LOCALE / f"{DOMAIN}.pot"


def catalogue() -> bytes:
    """Return the catalogue's text: every message once, with the templates it stands in."""
    env, found = environment(), Catalog(project="zone-reform", fuzzy=False)
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        for _, _, message in env.extract_translations(path.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
            text = message if isinstance(message, str | None) else message[0]
            if text:
                found.add(text, locations=[(name, 0)])
    written = BytesIO()
    write_po(written, found, omit_header=True, sort_output=True, include_lineno=False)
    return written.getvalue()


if __name__ == "__main__":
    POT.parent.mkdir(parents=True, exist_ok=True)
    POT.write_bytes(catalogue())
    print(f"已写入 {POT.name}")
