"""The neutral workload of ``peers/workload.json`` as a programme, with its bodies and persons (示例)."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from config.clock import SystemClock
from domain.doers import FOUNDING
from models.database import Database
from models.ledger import ORGANISATION, append
from models.tables import BodyRow, HoldingRow, PersonRow, ReformUnitRow
from models.upgrading import upgrade
from services.programmes import Published
from services.publishing import publish

PEERS: Final = Path(__file__).parent / "peers"
CODE: Final = "w1-zone-reform"
VERSION: Final = 1
DAY_ONE: Final = date(2020, 1, 1)
CITY: Final = "示例市"
WALL: Final = SystemClock()


@cache
def workload() -> dict[str, Any]:
    """The workload as written."""
    found: dict[str, Any] = json.loads((PEERS / "workload.json").read_text())
    return found


def step_id(name: str) -> str:
    """``s1_4`` → ``1.4``."""
    return name.removeprefix("s").replace("_", ".")


def programme_text() -> str:
    """25 steps, each submitted by the zone, approved by the county, then by the city."""
    steps = {step["id"]: step for step in workload()["steps"]}
    stages = [
        {
            "id": f"stage{stage['no']}",
            "title": f"示例环节{stage['no']}",
            "steps": [_step(steps[name]) for name in stage["steps"]],
        }
        for stage in workload()["stages"]
    ]
    programme = {
        "programme": CODE,
        "version": str(VERSION),
        "title": "示例改革(基准工作量)",
        "unit": "zone",
        "bodies": [
            {"id": "zone", "title": "示例开发区", "level": "unit"},
            {"id": "county", "title": "示例县局", "level": "supervising"},
            {"id": "reform_office", "title": "示例市局", "level": "above"},
        ],
        "roles": [
            {"id": "zone", "title": "开发区经办", "body": "zone", "position": "handler"},
            {"id": "county", "title": "县局负责人", "body": "county", "position": "head"},
            {"id": "municipal", "title": "市局负责人", "body": "reform_office", "position": "head"},
        ],
        "overseer": "municipal",
        "stages": stages,
    }
    # JSON is YAML; the reader takes every scalar as text, as it does from a file.
    return json.dumps(programme, ensure_ascii=False)


def _step(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": step_id(step["id"]),
        "title": f"示例任务 {step['title']}",
        "doer": "zone",
        "gates": [{"step": step_id(name)} for name in step["after"]],
        "nodes": [
            {"id": "county", "title": "县局审核", "roles": ["county"]},
            {"id": "municipal", "title": "市局审批", "act": "审批", "roles": ["municipal"]},
        ],
    }


def prepare(url: str, units: int) -> Database:
    """Make a database with the programme, ``units`` zones (示例) and everyone who acts on them."""
    upgrade(url)
    db = Database(url)
    published = publish(db, FOUNDING, programme_text(), wall=WALL, command_id="seed-programme")
    assert isinstance(published, Published), published
    with db.write() as session:
        _people(session, units)
        append(
            session,
            ORGANISATION,
            [{"type": "seeded", "units": units}],
            command_id="seed-organisation",
            actor="seed",
            recorded_at=WALL.now(),
            occurred_on=DAY_ONE,
        )
    return db


def county_of(unit: int) -> str:
    """Ten zones to a county."""
    return f"41{10 + unit // 90 % 90}{10 + unit // 10 % 9:02d}"


def _people(session: Session, units: int) -> None:
    bodies: dict[str, BodyRow] = {}
    held: list[tuple[str, str]] = []
    for unit in range(units):
        county = county_of(unit)
        city = f"{county[:4]}00"
        zone = f"zone-{unit}"
        session.add(
            ReformUnitRow(
                id=f"unit-{unit}",
                name=f"示例开发区{unit}",
                division_code=county,
                supervising_level="county",
            )
        )
        bodies[zone] = BodyRow(code=zone, name=f"示例管委会{unit}", type="zone", unit_id=f"unit-{unit}")
        held.append((zone, "handler"))
        for name, type_, division in (
            ("county", "county", county),
            ("municipal", "reform_office", city),
        ):
            code = f"{name}-{division}"
            if code not in bodies:
                bodies[code] = BodyRow(code=code, name=f"示例机构{code}", type=type_, division=division)
                held.append((code, "head"))
    session.add_all(bodies.values())
    session.add_all(PersonRow(id=person_of(*each), name_id="none") for each in held)
    session.flush()
    session.add_all(
        HoldingRow(person=person_of(body, position), body=body, position=position, valid_from=DAY_ONE)
        for body, position in held
    )


def person_of(body: str, position: str) -> str:
    """The one person (示例) who holds a position."""
    return f"p-{body}-{position}"
