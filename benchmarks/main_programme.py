"""The main programme, ``development-zone``, through the services: every step, papers, registers filled.

Whole cases, all five parts in scope, each act by the person it waits for, permissions and ledger on. One
catalogue zone a case; bodies and persons are generated and marked 示例 (``samples/generated.py``).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import msgspec

from benchmarks.workload import PEERS, WALL
from domain import commands as c
from domain.case import Item
from domain.decide import Accepted
from domain.doers import FOUNDING
from domain.open_work import WorkItem
from domain.programme import EVIDENCE_FIELD_TYPES, BodyKind, Evidence, EvidenceField, FieldType, Programme
from domain.refusal import Refused
from domain.units import CatalogueLevel, UnitKind, Zone
from models.database import Database
from models.tables import ReformUnitRow
from models.upgrading import upgrade
from samples.generated import SINCE, placed, roster_for
from samples.player import Player
from services.acts import Enclosures, Entry, act
from services.enclosures import NOTHING_ENCLOSED, RegisterLine
from services.private_texts import new_text
from services.programmes import Published
from services.publishing import publish
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from services.world import world_of

sys.path.insert(0, str(PEERS))
import common  # type: ignore[import-not-found]

FILE: Final = Path(__file__).resolve().parents[1] / "programmes" / "development-zone" / "1.yaml"
ROWS: Final = 40
"""Rows in each register, every one with an erasable text."""
CHOICES: Final = {
    "scope": "full",
    "multi_area": "no",
    "major_decision": "no",
    "party_document": "no",
    "county_cadres": "no",
    "province_approval": "no",
}
"""The whole reform of one zone in one area, without the choices that add steps for special cases."""


class ServicePlayer(Player):
    """The player, with every act sent through ``services.acts`` instead of judged in memory."""

    def __init__(self, db: Database, programme: Programme, unit: str, choices: dict[str, str]) -> None:
        self._db = db
        self._unit = unit
        self._case_id = f"dz-{unit}"
        self.seconds: list[float] = []
        self.filled = 0
        super().__init__(programme, choices)

    def try_(self, person: str, body: str, position: str, command: c.Command) -> Accepted | Refused:
        """One act through the services, timed."""
        body = self.bodies_here.get(body, body)
        command = self._here(command)
        enclosed = self._rows(command) if isinstance(command, c.FillRegister) else NOTHING_ENCLOSED
        began = time.perf_counter()
        answer = act(
            self._db,
            command,
            Entry(actor=person_of(body, position), channel="api"),
            wall=WALL,
            programme=("development-zone", 1),
            enclosed=enclosed,
        )
        self.seconds.append(time.perf_counter() - began)
        if isinstance(answer, Refused):
            return answer
        self.case = answer.case
        self.acts += 1
        self.bodies = answer.case.bodies
        return Accepted(events=answer.events, case=answer.case)

    @property
    def bodies_here(self) -> dict[str, str]:
        """Body as the programme names it → the body that stands for it around this zone."""
        if self.case is None:
            overseer = self.plan.roles[self.plan.programme.overseer]
            return {overseer.body: f"body:{_division(self.plan.programme, overseer.body)}:{overseer.body}"}
        held = self.case.bodies
        return {role.body: held[role.id][0] for role in self.plan.roles.values() if held.get(role.id)}

    def _here(self, command: c.Command) -> c.Command:
        changed: dict[str, Any] = {
            "case": self._case_id,
            "command_id": f"{self._case_id}:{command.command_id}",
        }
        if isinstance(command, c.OpenCase):
            changed |= {"unit": self._unit, "unit_name": f"示例开发区 {self._unit}"}
        if isinstance(command, c.FillRegister):
            changed["rows"] = ROWS
            changed["items"] = tuple(_item(item) for item in command.items)
        return msgspec.structs.replace(command, **changed)

    def _rows(self, command: c.FillRegister) -> Enclosures:
        self.filled += 1
        return Enclosures(
            lines=tuple(
                RegisterLine(
                    register=command.register,
                    key=f"示例{number}",
                    ordinal=number,
                    data=f'{{"number":"{number}"}}',
                    private=new_text("register", f"示例人员 {number}", self._case_id),
                )
                for number in range(1, ROWS + 1)
            )
        )

    def _value(self, slot: Evidence, field: EvidenceField) -> str:
        """As the player does; of options the first that neither stops nor returns anything."""
        against = {
            outcome.value
            for stage in self.plan.programme.stages
            for step in stage.steps
            for outcome in step.outcomes
        }
        going_on = [option for option in slot.options if option not in against]
        if EVIDENCE_FIELD_TYPES[field][0] is FieldType.CHOICE and going_on:
            return going_on[0]
        return super()._value(slot, field)

    def _invite(self, item: WorkItem) -> None:
        others = [bodies[0] for role, bodies in self.bodies.items() if bodies and "drc" in role][:1]
        self._as_holder(item, c.InviteParticipants, node=item.node, bodies=tuple(others) or (item.body,))


def _item(item: Item) -> Item:
    return msgspec.structs.replace(item, body=f"body:{item.body}")


def _division(programme: Programme, body: str) -> str:
    level = next(each.level for each in programme.bodies if each.id == body)
    return "419000" if str(level) == "supervising" else "410000"


def person_of(body: str, position: str) -> str:
    """The one person (示例) who holds a position."""
    return f"demo-{body.removeprefix('body:')}-{position}"


def prepare(url: str, cases: int) -> tuple[Database, Programme, list[str]]:
    """Make a database with the programme, ``cases`` zones (示例) and everyone who acts on them."""
    upgrade(url)
    db = Database(url)
    published = publish(db, FOUNDING, FILE.read_text(encoding="utf-8"), wall=WALL, command_id="seed")
    if not isinstance(published, Published):
        raise SystemExit(str(published))
    found = world_of(db).plan("development-zone", 1)
    if found is None:
        raise SystemExit("development-zone is not published")
    programme = found.plan.programme
    zones = placed(_zone(number) for number in range(cases))
    with db.write() as session:
        session.add_all(
            ReformUnitRow(
                id=zone.id,
                name=zone.name,
                division_code=zone.lead_area or "",
                supervising_level=str(zone.supervising_level),
            )
            for zone in zones
        )
    write_roster(
        db, _with_items(roster_for(zones, programme)), actor=FOUNDING, wall=WALL, command_id="roster"
    )
    return db, programme, [zone.id for zone in zones]


def _zone(number: int) -> Zone:
    return Zone(
        id=f"unit-{number}",
        kind=UnitKind.ZONE,
        name=f"示例开发区{number}",
        edition="示例",
        level=CatalogueLevel.PROVINCIAL,
        code=f"S41{number:04d}",
    )


def _with_items(roster: Roster) -> Roster:
    """Bodies that registers name, a company or a receiver, with someone in each position."""
    bodies, persons, holdings = [], [], []
    for register, number in (("companies", 2), ("functions", 3)):
        for each in range(number):
            code = f"body:body-{register}-{each}"
            name = f"示例单位({register} {each})"
            bodies.append(
                NewBody(
                    code=code,
                    name=name,
                    type="company",
                    kind=str(BodyKind.ACCOUNT),
                    division="",
                    level="unit",
                )
            )
            for position in ("handler", "head", "member"):
                persons.append(NewPerson(id=person_of(code, position), name=name))
                holdings.append(
                    NewHolding(
                        person=person_of(code, position), body=code, position=position, valid_from=SINCE
                    )
                )
    return Roster(
        bodies=(*roster.bodies, *bodies),
        persons=(*roster.persons, *persons),
        holdings=(*roster.holdings, *holdings),
    )


def run(db: str, cases: int) -> dict[str, Any]:
    """Play ``cases`` cases to their end on ``db`` (sqlite or pg) and tell how long that took."""
    store = common.Store(db)
    url = f"sqlite:///{store.path}" if db == "sqlite" else store.pg.url()
    database, programme, units = prepare(url, cases + 1)
    try:
        _play(database, programme, units[0])
        began, busy, cpu = time.perf_counter(), common.machine_busy(), time.process_time()
        server = store.server_cpu()
        players = [_play(database, programme, unit) for unit in units[1:]]
        wall = time.perf_counter() - began
        own = time.process_time() - cpu + store.server_cpu() - server
        others = max(0.0, common.machine_busy() - busy - own) / wall
    finally:
        database.close()
        store.close()
    seconds = [each for player in players for each in player.seconds]
    return {
        "cases": cases,
        "acts": len(seconds),
        "acts_per_case": round(len(seconds) / cases),
        "steps": len(players[0].now.steps),
        "registers_filled": players[0].filled,
        "rows_per_register": ROWS,
        "acts_per_s": round(len(seconds) / sum(seconds), 1),
        "case_s": round(wall / cases, 2),
        "action_ms": common.ms(seconds),
        "others": round(others, 2),
    }


def _play(db: Database, programme: Programme, unit: str) -> ServicePlayer:
    player = ServicePlayer(db, programme, unit, CHOICES)
    case = player.play()
    if str(case.status) != "completed":
        raise SystemExit(f"{unit}: {case.status}")
    return player


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(sys.argv[1], int(sys.argv[2]))) + "\n")
