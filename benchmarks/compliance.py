"""The nightly sweep of compliance checks over a country of zones in mid-reform, and whether it grows evenly.

    python -m benchmarks.compliance            half, whole and twice 2,543 zones, a database each
    python -m benchmarks.compliance 500        500 zones only

One case is played through the engine until people are placed; every zone then has a copy of it with papers,
files and register rows of its own (30 staff, 30 posts, 20 functions …), all 示例. The copies' ledgers begin
with their opening only: what is measured reads snapshots and rows and writes results, and folds no ledger.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from benchmarks.workload import WALL
from config.settings import Settings
from domain.case import Case, EvidenceItem
from domain.doers import FOUNDING
from domain.programme import EvidenceMode, FieldType, Programme, Register
from domain.programme_source import load
from models.ledger import append, case_stream
from models.tables import CaseRow, EvidenceFileRow, ReformUnitRow, RegisterRow
from models.upgrading import upgrade
from samples.player import Player
from services.act_loading import encode_case
from services.bootstrap import Runtime, open_runtime
from services.checking.loading import case_ids
from services.checking.running import Swept, check_cases, machine_entry
from services.clock import today
from services.publishing import publish

FILE: Final = Path(__file__).resolve().parents[1] / "programmes" / "development-zone" / "1.yaml"
COUNTRY: Final = 2543
LIMIT_S: Final = 20.0
EVENLY: Final = 1.25
NIGHTS: Final = 3
"""Sweeps that tell nothing new; the quickest counts, for others may share the machine."""
UNTIL: Final = "2.13"
"""People are placed; the other stages run beside it."""
ROWS: Final = {"roster": 30, "posts": 30, "functions": 20, "assets": 20, "duties": 20, "transfers": 8}
OTHERS: Final = 12
CHOICES: Final = {
    "scope": "full",
    "multi_area": "no",
    "major_decision": "yes",
    "party_document": "yes",
    "county_cadres": "no",
    "province_approval": "no",
}


def played() -> Case:
    """One case in mid-reform."""
    return Player(main_programme(), CHOICES).play(until=UNTIL)


def main_programme() -> Programme:
    """The programme of the file."""
    found = load(FILE.read_text(encoding="utf-8"))
    if not isinstance(found, Programme):
        raise SystemExit(f"{FILE}: {found}")
    return found


def rows_of(register: Register, items: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Rows of a register, every column filled with what it takes."""
    for number in range(1, ROWS.get(register.id, OTHERS) + 1):
        row = {}
        for column in register.columns:
            if column.personal:
                continue
            options = list(column.options)
            row[column.id] = {
                FieldType.INTEGER: str(number % 3 + 3),
                FieldType.MONEY: str(number % 3 + 3),
                FieldType.DATE: f"2022-03-{number % 28 + 1:02d}",
                FieldType.CHOICE: options[number % len(options)] if options else "",
            }.get(column.type, f"示例{number}")
            if column.body and items:
                row[column.id] = items[number % len(items)]
        yield row


def copy_of(case: Case, number: int) -> Case:
    """The case of another zone: its own papers, the same state."""
    unit = f"unit-{number}"
    steps = {
        key: replace(
            state,
            evidence={slot: _own(item, f"{unit}/{key}/{slot}") for slot, item in state.evidence.items()},
        )
        for key, state in case.steps.items()
    }
    return replace(case, id=f"dz-{unit}", unit=unit, unit_name=f"示例开发区{number}", steps=steps)


def _own(item: EvidenceItem, name: str) -> EvidenceItem:
    return replace(item, digest=f"sha256:{hashlib.sha256(name.encode()).hexdigest()}")


def prepare(folder: Path, zones: int, case: Case) -> Runtime:
    """A database with the programme and a case in mid-reform for each zone."""
    settings = Settings(data_dir=folder, _env_file=None)
    upgrade(settings.database_url)
    runtime = open_runtime(settings, WALL)
    publish(runtime.db, FOUNDING, FILE.read_text(encoding="utf-8"), wall=WALL, command_id="seed")
    lines = {
        register.id: [
            (f"{n}", msgspec.json.encode(row).decode())
            for n, row in enumerate(rows_of(register, _items(case, register.id)), start=1)
        ]
        for register in main_programme().registers
    }
    for first in range(0, zones, 100):
        with runtime.db.write() as session:
            for number in range(first, min(first + 100, zones)):
                own = copy_of(case, number)
                session.add(ReformUnitRow(id=own.unit, name=own.unit_name, division_code="411000"))
                opened = {"type": "case_opened", "case": own.id, "unit": own.unit, "unit_name": own.unit_name,
                          "programme": own.programme, "version": own.version,
                          "opened_on": own.opened_on.isoformat()}  # fmt: skip
                append(
                    session, case_stream(own.id), [opened], command_id=f"open-{own.id}", actor="machine",
                    recorded_at=WALL.now(), occurred_on=own.opened_on,
                )  # fmt: skip
                session.add(
                    CaseRow(
                        id=own.id, unit_id=own.unit, unit_name=own.unit_name, programme=own.programme,
                        version=own.version, seq=1, snapshot=encode_case(own), state=str(own.status),
                        opened_on=own.opened_on,
                    )
                )  # fmt: skip
                session.flush()
                session.add_all(_files(own))
                session.add_all(_register_rows(own, lines))
    return runtime


def _items(case: Case, register: str) -> tuple[str, ...]:
    state = case.registers.get(register)
    return tuple(item.key for item in state.items) if state else ()


def _files(case: Case) -> Iterator[EvidenceFileRow]:
    for key, state in case.steps.items():
        for slot, item in state.evidence.items():
            if item.mode == EvidenceMode.UPLOAD:
                yield EvidenceFileRow(
                    id=f"{case.id}/{key}/{slot}", case_id=case.id, step=key, slot=slot, version=item.version,
                    digest=item.digest, size=1, kind="pdf", marking="internal", macros=False, scan="off",
                    name_id="示例", uploaded_by="示例", uploaded_at=WALL.now(),
                )  # fmt: skip


def _register_rows(case: Case, lines: dict[str, list[tuple[str, str]]]) -> Iterator[RegisterRow]:
    for register, state in case.registers.items():
        for ordinal, (key, data) in enumerate(lines[register], start=1):
            yield RegisterRow(
                case_id=case.id, register_id=register, version=state.version, key=key, ordinal=ordinal,
                data=data,
            )  # fmt: skip


def sweep(runtime: Runtime, on: date) -> tuple[Swept, float, float]:
    """One sweep, how long it took, and how long it had a processor: others may share the machine."""
    began, busy = time.perf_counter(), time.process_time()
    swept = check_cases(runtime, case_ids(runtime.db), on, machine_entry())
    return swept, time.perf_counter() - began, time.process_time() - busy


def measure(zones: int, case: Case) -> dict[str, Any]:
    """Sweep ``zones`` zones: the first time tells every case all, the others, as every night, nothing."""
    with tempfile.TemporaryDirectory() as folder, prepare(Path(folder), zones, case) as runtime:
        on = today(runtime.db, runtime.wall)
        first, first_s, first_cpu = sweep(runtime, on)
        nights = [sweep(runtime, on) for _ in range(NIGHTS)]
        second, second_s, second_cpu = min(nights, key=lambda night: night[2])
    return {
        "zones": zones,
        "steps": len(case.steps),
        "staff": ROWS["roster"],
        "functions": ROWS["functions"],
        "findings": first.findings,
        "first_s": round(first_s, 2),
        "first_cpu_s": round(first_cpu, 2),
        "first_ms_per_zone": round(first_cpu * 1000 / zones, 3),
        "first_opened": first.opened,
        "first_recorded": first.recorded,
        "second_s": round(second_s, 2),
        "second_cpu_s": round(second_cpu, 2),
        "second_ms_per_zone": round(second_cpu * 1000 / zones, 3),
        "second_opened": sum(night.opened for night, _, _ in nights),
        "second_recorded": sum(night.recorded for night, _, _ in nights),
        "broken": len(first.broken) + len(second.broken),
    }


def faults(results: list[dict[str, Any]]) -> Iterator[str]:
    """What was promised and is not kept."""
    for each in results:
        if each["second_opened"] or each["second_recorded"] or each["broken"]:
            yield f"{each['zones']}: the second sweep changed something, or a case could not be looked at"
        if each["zones"] <= COUNTRY and max(each["first_cpu_s"], each["second_cpu_s"]) > LIMIT_S:
            yield f"{each['zones']}: over {LIMIT_S} s of a processor"
    for sweep_ in ("first", "second"):
        costs = [each[f"{sweep_}_ms_per_zone"] for each in results]
        if max(costs) > EVENLY * min(costs):
            yield f"{sweep_} sweep: {costs} ms a zone, over {EVENLY} ×"


def main(arguments: list[str]) -> int:
    """Measure, print one line of JSON a size, and name what is not kept; exit code 1 if there is any."""
    sizes = [int(each) for each in arguments] or [COUNTRY // 2, COUNTRY, COUNTRY * 2]
    case, results = played(), []
    for size in sizes:
        results.append(measure(size, case))
        sys.stdout.write(json.dumps(results[-1]) + "\n")
        sys.stdout.flush()
    broken = list(faults(results))
    sys.stderr.write("".join(f"{each}\n" for each in broken))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
