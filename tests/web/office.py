"""A deployment for tests of the API: two counties, a zone each, everyone who works there, tokens (示例)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import httpx
from fastapi import FastAPI

from config.clock import FixedClock
from config.settings import Settings
from domain.access import TOKEN_SCOPES
from domain.doers import FOUNDING
from domain.permissions import AccessRole
from models.database import Database
from models.tables import AccountRow, AdministratorRow, ApiTokenRow, ReformUnitRow
from services.access.secret import digest
from services.programmes import Published
from services.publishing import publish
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from tests.web.serving import serving
from web.app import create_app

API: Final = "/api/v1"
CODE: Final = "api-sample"
HERE, THERE = "411024", "411025"
"""Two counties of one city; the second has nothing to do with the first."""
DAY: Final = "2022-03-02"
BUSY: Final = "busy"
"""Holds every position here at once, for tests that want each route to get as far as it can."""
SINCE: Final = date(2020, 1, 1)
UNITS: Final = {HERE: "unit-here", THERE: "unit-there"}


def programme_text(version: int = 1) -> str:
    """One stage: papers and a register handed in, the county consults, the county's head decides."""
    due = [{"amount": 10, "basis": {"text": "示例时限", "confidence": "proposed"}}]
    plan = {"id": "plan", "title": "示例方案", "mode": "upload", "required": "false"}
    letter = {
        "id": "letter",
        "title": "示例来函",
        "mode": "reference",
        "required": "false",
        "fields": ["number", "issued_on"],
    }
    nodes = [{"id": "head", "title": "县局审批", "act": "审批", "roles": ["county"]}]
    steps = [
        {
            "id": "1.1",
            "title": "示例方案起草",
            "doer": "zone",
            "due": due,
            "nodes": nodes,
            "evidence": [plan, letter],
        },
        {"id": "1.2", "title": "示例人员登记", "doer": "zone", "nodes": nodes, "fills": ["staff"]},
        {
            "id": "1.3",
            "title": "示例会商",
            "doer": "zone",
            "nodes": [{"id": "party", "title": "常委会研究", "act": "审批", "roles": ["party"]}],
        },
    ]
    return json.dumps(
        {
            "programme": CODE,
            "version": str(version),
            "title": "示例改革",
            "unit": "zone",
            "bodies": [
                {"id": "zone", "title": "示例开发区", "level": "unit"},
                {"id": "county", "title": "示例县局", "level": "supervising"},
                {"id": "reform_office", "title": "示例改革办", "level": "supervising"},
                {"id": "party", "title": "示例县委", "level": "supervising", "kind": "no-account"},
            ],
            "roles": [
                {"id": "zone", "title": "开发区经办", "body": "zone", "position": "handler"},
                {"id": "county", "title": "县局负责人", "body": "county", "position": "head"},
                {"id": "office", "title": "改革办负责人", "body": "reform_office", "position": "head"},
                {
                    "id": "party",
                    "title": "县委书记",
                    "body": "party",
                    "position": "head",
                    "recorders": ["county"],
                },
            ],
            "overseer": "office",
            "registers": [
                {
                    "id": "staff",
                    "title": "人员台账",
                    "columns": [
                        {"id": "no", "title": "序号"},
                        {"id": "name", "title": "姓名", "personal": "true"},
                    ],
                    "key": ["no"],
                    "filled_by": ["zone"],
                }
            ],
            "stages": [{"id": "stage1", "title": "示例环节", "steps": steps}],
        },
        ensure_ascii=False,
    )


def roster() -> Roster:
    """Each county: a zone, a bureau, a reform office, a party committee that signs on paper."""
    bodies, persons, holdings = [], [], []
    for county in (HERE, THERE):
        for type_, kind, unit in (
            ("zone", "account", UNITS[county]),
            ("county", "account", ""),
            ("reform_office", "account", ""),
            ("party", "no-account", ""),
        ):
            bodies.append(
                NewBody(
                    code=f"{type_}-{county}",
                    name=f"示例{type_}{county}",
                    type=type_,
                    kind=kind,
                    division=county,
                    level="unit" if unit else "county",
                    unit_id=unit,
                )
            )
        for body, position in (
            ("zone", "handler"),
            ("county", "head"),
            ("county", "handler"),
            ("county", "member"),
            ("reform_office", "head"),
            ("party", "head"),
        ):
            person = f"{body}-{position}-{county}"
            persons.append(NewPerson(id=person, name=f"示例人员{person}"))
            holdings.append(
                NewHolding(person=person, body=f"{body}-{county}", position=position, valid_from=SINCE)
            )
    persons += [NewPerson(id=each, name=f"示例人员{each}") for each in ("nobody", "sys", "sec", "aud", BUSY)]
    holdings += [
        NewHolding(person=BUSY, body=f"{body}-{HERE}", position=position, valid_from=SINCE)
        for body, position in (("zone", "handler"), ("county", "head"), ("reform_office", "head"))
    ]
    return Roster(bodies=tuple(bodies), persons=tuple(persons), holdings=tuple(holdings))


def prepare(url: str, wall: FixedClock) -> Database:
    """Fill a migrated database."""
    db = Database(url)
    with db.write() as session:
        session.add_all(
            ReformUnitRow(
                id=UNITS[county],
                name=f"示例开发区{county}",
                division_code=county,
                supervising_level="county",
                lead_area=county,
            )
            for county in (HERE, THERE)
        )
    write_roster(db, roster(), actor=FOUNDING, wall=wall, command_id="seed-roster")
    published = publish(db, FOUNDING, programme_text(), wall=wall, command_id="seed-programme")
    assert isinstance(published, Published), published
    with db.write() as session:
        for person, role in (
            ("sys", AccessRole.SYSTEM_ADMIN),
            ("sec", AccessRole.SECURITY_ADMIN),
            ("aud", AccessRole.AUDITOR),
        ):
            session.add(AdministratorRow(person=person, role=role, division="", since=wall.now()))
    return db


@dataclass
class WebOffice:
    """The application and its people."""

    app: FastAPI
    db: Database
    wall: FixedClock
    url: str = ""
    _clients: list[httpx.Client] = field(default_factory=list)

    def token(self, person: str, scopes: tuple[str, ...] = tuple(TOKEN_SCOPES)) -> str:
        """A token of a person, written where the service would write it: making one is no subject here."""
        secret = f"zr_{secrets.token_urlsafe(24)}"
        with self.db.write() as session:
            if session.get(AccountRow, f"a-{person}") is None:
                session.add(AccountRow(id=f"a-{person}", person=person))
                session.flush()
            session.add(
                ApiTokenRow(
                    id=secrets.token_hex(6),
                    digest=digest(secret),
                    account=f"a-{person}",
                    name="示例",
                    scopes=json.dumps(sorted(scopes)),
                    created_at=self.wall.now(),
                    expires_at=self.wall.now() + timedelta(days=30),
                )
            )
        return secret

    def of(self, person: str = "", **more: Any) -> httpx.Client:
        """A program that acts for a person; for nobody where none is named."""
        client = httpx.Client(base_url=f"{self.url}{API}", trust_env=False, timeout=20)
        if person:
            client.headers["Authorization"] = f"Bearer {self.token(person, **more)}"
        self._clients.append(client)
        return client

    def launch(self, county: str = HERE) -> str:
        """Open the case of a county's zone; return its path."""
        body = {"programme": CODE, "version": 1, "unit": UNITS[county], "occurred_on": DAY}
        answer = self.of(f"reform_office-head-{county}").post("/cases", json=body)
        assert answer.status_code == 201, answer.text
        return case_path(county)

    def close(self) -> None:
        """Close what was opened."""
        for client in self._clients:
            client.close()


def case_path(county: str = HERE) -> str:
    """The address of a county's case."""
    return f"/cases/{CODE}/{UNITS[county]}"


def headers(round_: int = 1, key: str = "") -> dict[str, str]:
    """What every act brings along."""
    return {"If-Match": f'"{round_}"', "Idempotency-Key": key or secrets.token_hex(16)}


@contextmanager
def web_office(url: str, wall: FixedClock, **settings: Any) -> Iterator[WebOffice]:
    """Open the deployment over a migrated database and serve it."""
    db = prepare(url, wall)
    app = create_app(Settings(database_url=url, **settings), wall)
    office = WebOffice(app, db, wall)
    try:
        with serving(app) as address:
            office.url = address
            yield office
    finally:
        office.close()
        db.close()


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, which must be this one."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = answer.json()
    assert (body["code"], body["status"]) == (code, status)
    assert any("一" <= char <= "鿿" for char in body["title"])
    return body
