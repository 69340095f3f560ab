"""All routes of the API, taken from the application itself, with an address that means something here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI

from tests.web.office import CODE, DAY, HERE, UNITS
from web.api.verbs import VERBS
from web.openapi import PREFIX, api_routes

VALUES = {
    "programme": CODE,
    "unit": UNITS[HERE],
    "step": "1.1",
    "register": "staff",
    "body": f"county-{HERE}",
    "version": "1",
    "file": "0" * 24,
    "id": "0" * 16,
    "webhook": "0" * 16,
}
_NOTICE = {
    "year": 2022,
    "number": "示例办〔2021〕1号",
    "days": [{"day": "2022-01-01", "kind": "holiday", "name": "元旦"}],
}
BODIES: dict[str, Any] = {
    **{verb.path: dict(verb.example) for verb in VERBS},
    "fill": {"register": "staff", "occurred_on": DAY, "rows": []},
    "cases": {"programme": CODE, "version": 1, "unit": UNITS[HERE], "occurred_on": DAY},
    "check": {"text": "programme: x"},
    "programmes": {"text": "programme: x"},
    "webhooks": {
        "name": "示例协同办公",
        "url": "http://127.0.0.1:9/hook",
        "subscriber": f"reform_office-head-{HERE}",
    },
    "preview": _NOTICE,
    "notices": _NOTICE,
    "tokens": {"name": "x", "scopes": ["case.read"]},
}
QUERY = {"evidence": {"slot": "plan"}, "explain": {"start": DAY, "amount": "25"}}
SIGNING_IN = frozenset(
    {f"{PREFIX}/session", f"{PREFIX}/session/identity", f"{PREFIX}/session/identity/answer"}
)


class Asked(NamedTuple):
    """One route, ready to be asked."""

    method: str
    path: str
    template: str
    query: dict[str, str]
    body: Any

    @property
    def of_case(self) -> bool:
        """Whether it is about one case."""
        return "/cases/{programme}/{unit}" in self.template


def all_routes(app: FastAPI) -> Iterator[Asked]:
    """Every route of the application but those that tell how the process is."""
    for route in api_routes(app):
        path = route.path or ""
        last = path.rpartition("/")[2]
        for method in sorted(route.methods or ()):
            yield Asked(
                method,
                path.format_map(VALUES),
                path,
                QUERY.get(last, {}) if method == "GET" else {},
                body_of(path, last, method),
            )


def body_of(path: str, last: str, method: str) -> Any:
    """A body that the route takes; none where it takes none."""
    if method not in {"POST", "PUT", "PATCH"}:
        return None
    if path.endswith("/programmes/check"):
        return BODIES["programmes"]
    if "/steps/" in path and last == "check":
        return dict(next(verb.example for verb in VERBS if verb.path == "check"))
    return BODIES.get(last, {})
