"""静态文件: stylesheets and scripts of the console, each under an address that changes with its content.

So a browser may keep them for ever, and never shows yesterday's look after an upgrade. Everything lies in
``web/static``; nothing comes from elsewhere.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER: Final = Path(__file__).resolve().parents[1] / "static"
AT: Final = "/static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


@cache
def asset(name: str) -> str:
    """Return the address of a file of ``web/static``.

    Raises:
        FileNotFoundError: a template names a file that is not there.
    """
    return f"{AT}/{name}?v={sha256((FOLDER / name).read_bytes()).hexdigest()[:8]}"


class Assets(StaticFiles):
    """静态文件 with what a browser may keep: what was asked by its content's mark, for ever."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer, and say how long it may be kept."""
        answer = await super().get_response(path, scope)
        marked = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = _FOR_EVER if marked else _ASK_AGAIN
        return answer

    def lookup_path(self, path: str) -> tuple[str, Any]:
        """Only the files themselves; the list of versions is no page."""
        return ("", None) if path.endswith(".json") else super().lookup_path(path)
