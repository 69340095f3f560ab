"""All routes of the API, taken from the application itself, with an address that means something here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI

from domain.paper import LETTERS, RANDOM, TAG, make_code
from tests.web.office import CODE, DAY, HERE, UNITS
from web.api.organising_acts import ACTS
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
    "account": f"a-zone-handler-{HERE}",
    "channel": "email",
    "check": "H-04",
    "code": make_code(LETTERS[:TAG], LETTERS[:RANDOM]),
    "person": f"zone-handler-{HERE}",
    "matter": "W2022-0001",
    "meeting": "M2022-0001",
    "proxy": "0" * 16,
    "waiver": "0" * 8,
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
EXACTLY: dict[str, Any] = {
    **{act.path: dict(act.example) for act in ACTS},
    "/accounts": {"person": f"zone-handler-{HERE}", "name": "zhangsan"},
    "/administrators": {"person": "nobody", "role": "unit_admin", "division": HERE},
    "/cases/{programme}/{unit}/waivers": {"check": "H-04", "reason": "示例", "until": "2022-12-31"},
    "/checks/{check}/rule": {"blocks": True, "number": "示例办〔2022〕5号"},
    "/cases/{programme}/{unit}/steps/{step}/registers/{register}/rows": {
        "occurred_on": DAY,
        "reason": "示例",
        "edits": [{"kind": "remove", "key": "1"}],
    },
    "/people/{person}/notices/{channel}": {"mode": "urgent"},
    "/supervision/sources": {
        "kind": "oral",
        "issued_on": DAY,
        "issuer": "示例领导",
        "title": "示例",
        "occurred_on": DAY,
    },
    "/supervision/sources/{matter}/answer": {"text": "示例", "medium": "reply", "occurred_on": DAY},
    "/supervision/findings": {"source": "S2022-0001", "title": "示例", "occurred_on": DAY},
    "/supervision/findings/{matter}/acts": {"act": "review", "occurred_on": DAY},
    "/supervision/orders": {"addressee": f"zone-{HERE}", "unit": UNITS[HERE], "occurred_on": DAY},
    "/supervision/orders/{matter}/acts": {"act": "issue", "occurred_on": DAY},
    "/supervision/requests": {
        "body": f"zone-{HERE}",
        "office": f"reform_office-{HERE}",
        "leader": "示例",
        "title": "示例",
        "occurred_on": DAY,
    },
    "/supervision/requests/{matter}/end": {"text": "示例", "medium": "telephone", "occurred_on": DAY},
    "/supervision/inspections/{matter}/cancel": {"text": "示例", "occurred_on": DAY},
    "/supervision/admonitions": {
        "kind": "circular",
        "about": ["W2022-0001"],
        "addressees": [f"zone-{HERE}"],
        "text": "示例",
        "occurred_on": DAY,
    },
    "/supervision/admonitions/{matter}/acts": {"act": "drop", "text": "示例", "occurred_on": DAY},
    "/supervision/inspections": {"unit": UNITS[HERE], "subject": "示例", "occurred_on": DAY},
    "/meetings": {"body": f"county-{HERE}", "name": "示例", "planned_on": DAY, "occurred_on": DAY},
    "/meetings/{meeting}/acts": {"act": "change", "planned_on": DAY, "occurred_on": DAY},
    "/meetings/{meeting}/minutes": {
        "held_on": DAY,
        "number": "示例纪要〔2022〕第5号",
        "rows": [{"case": "x/y", "step": "1", "outcome": "passed"}],
    },
    "/waivers/{waiver}/answer": {"grants": True},
    **{
        f"{at}/{act}": {"reason": "示例"}
        for at, acts in (
            ("/accounts/{account}", ("lock", "unlock", "close")),
            ("/administrators/{person}", ("dismiss",)),
        )
        for act in acts
    },
}
"""By the whole address, where its last word does not tell."""
UPLOADS = ("/files", "/prints/scan", "/registers/{register}/preview", "/registers/{register}/sheet")
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
    whole = path.removeprefix(PREFIX)
    if whole in EXACTLY:
        return EXACTLY[whole]
    if path.endswith("/programmes/check"):
        return BODIES["programmes"]
    if "/steps/" in path and last == "check":
        return dict(next(verb.example for verb in VERBS if verb.path == "check"))
    return BODIES.get(last, {})
