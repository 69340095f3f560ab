"""A deadline day: zones with two steps each that end today, five channels, one of them down, relays killed.

The relay here is a process of its own that does what the relay does for notices (``services.notifying``),
on a clock that it moves itself: twenty seconds a round. Killed, the next one goes on where the clock stands.
Zones and officers are generated and marked 示例.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from benchmarks.workload import county_of, person_of, prepare
from config.clock import BUSINESS_TIMEZONE, FixedClock
from config.settings import Settings
from domain.commands import OpenCase
from domain.doers import FOUNDING
from domain.notices.catalogue import REPEATED
from domain.notices.channels import CHANNELS, Mode
from integrations.sandbox.channels import address, settings_of
from integrations.sandbox.process import Sandbox
from integrations.sandbox.trouble import Mode as Trouble
from models.database import Database
from models.statements import LETTER
from models.tables import NoticePreferenceRow, NoticeRow
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.notifying.reminding import Reminded, remind
from services.private_texts import new_text
from services.programmes import Published
from services.publishing import publish

CODE: Final = "deadline-day"
STEPS: Final = ("1.1", "1.2")
OPENED: Final = datetime(2022, 3, 2, 9, 0, tzinfo=BUSINESS_TIMEZONE)
DUE: Final = datetime(2022, 3, 16, 9, 0, tzinfo=BUSINESS_TIMEZONE)
"""Ten working days later."""
OUTAGE: Final = timedelta(minutes=10)
PATIENCE_S: Final = 1800
LOOK_EVERY_S: Final = 0.15
"""Each look has five servers write out all that they were sent."""
RELAY: Final = """
import random, sys
from datetime import datetime, timedelta
from pathlib import Path
import httpx
from config.clock import FixedClock
from config.settings import load_settings
from services.bootstrap import open_runtime
from services.notifying.driving import go_round
from services.notifying.queue import open_letters
place, name, box, until = Path(sys.argv[1]), sys.argv[2], sys.argv[3], datetime.fromisoformat(sys.argv[4])
clock = FixedClock(datetime.fromisoformat(place.read_text()))
with open_runtime(load_settings(), clock) as runtime:
    while True:
        tried = go_round(runtime, name, random.SystemRandom())
        clock.advance(timedelta(seconds=20))
        place.write_text(clock.now().isoformat())
        if clock.now() >= until:
            httpx.post(box + "/_control", json={"mode": "ok"}, trust_env=False)
        if not tried and clock.now() > until and not open_letters(runtime.db):
            break
"""


def programme_text() -> str:
    """Two steps side by side that the zone does, each ending ten working days after the opening."""
    basis = {"text": "示例时限", "confidence": "proposed"}
    steps = [
        {
            "id": step,
            "title": f"示例任务 {step}",
            "doer": "zone",
            "due": [{"amount": 10, "basis": basis}],
            "nodes": [{"id": "county", "title": "县局审批", "act": "审批", "roles": ["county"]}],
        }
        for step in STEPS
    ]
    programme = {
        "programme": CODE,
        "version": "1",
        "title": "示例改革(到期日)",
        "unit": "zone",
        "bodies": [
            {"id": "zone", "title": "示例开发区", "level": "unit"},
            {"id": "county", "title": "示例县局", "level": "supervising"},
        ],
        "roles": [
            {"id": "zone", "title": "开发区经办", "body": "zone", "position": "handler"},
            {"id": "county", "title": "县局负责人", "body": "county", "position": "head"},
        ],
        "overseer": "county",
        "stages": [{"id": "stage1", "title": "示例环节", "steps": steps}],
    }
    return json.dumps(programme, ensure_ascii=False)


def channel_of(unit: int) -> str:
    """The channel of a zone's officer: each a fifth."""
    return tuple(CHANNELS)[unit % len(CHANNELS)]


def furnish(url: str, units: int) -> Database:
    """Make the database: programme, zones, officers with an address each, open cases; no notice yet."""
    db = prepare(url, units)
    clock = FixedClock(OPENED)
    published = publish(db, FOUNDING, programme_text(), wall=clock, command_id="deadline-programme")
    assert isinstance(published, Published), published
    with db.write() as session:
        for unit in range(units):
            channel, person = channel_of(unit), person_of(f"zone-{unit}", "handler")
            text = new_text("contact", address(channel, unit), person)
            session.add(text.row(clock))
            session.add(
                NoticePreferenceRow(person=person, channel=channel, mode=Mode.ALL.value, address_id=text.id)
            )
    for unit in range(units):
        command = OpenCase(
            command_id=f"open-{unit}",
            case=f"case-{unit}",
            occurred_on=OPENED.date(),
            unit=f"unit-{unit}",
            unit_name=f"示例开发区{unit}",
            supervising_level="county",
        )
        answer = act(
            db,
            command,
            Entry(actor=person_of(f"county-{county_of(unit)}", "head")),
            wall=clock,
            programme=(CODE, 1),
        )
        assert isinstance(answer, Done), answer
    return db


@dataclass(frozen=True)
class Found:
    """What people saw at the end of the day."""

    reminders: int
    in_app: int
    letters: int
    shown: int
    lost: int
    """Letters that nobody saw and that do not stand as 可能已发."""
    unsure: int
    """Letters that stand as 可能已发 for an operator."""
    twice: Mapping[str, int]
    """Channel → messages that were shown once too often."""
    unmarked: int
    """Repetitions that do not stand as possible ones in the database."""
    kills: int
    seconds: float
    virtual_minutes: float


class Day:
    """The day itself, on a furnished database and running sandboxes."""

    def __init__(self, folder: Path, url: str, boxes: Mapping[str, Sandbox], down: str) -> None:
        self._folder = folder
        self._boxes = boxes
        self._down = down
        self._clock = folder / "clock.txt"
        named = settings_of(boxes) | {"data_dir": str(folder), "database_url": url}
        named["notice_per_minute"] = json.dumps(dict.fromkeys(CHANNELS, 600))
        self._environment = {f"ZR_{name.upper()}": value for name, value in named.items()}
        self._settings = Settings.model_validate(
            named | {"notice_per_minute": json.loads(named["notice_per_minute"])}
        )

    def run(self, kills: int) -> Found:
        """Leave the reminders, take one channel away, kill the relay ``kills`` times, wait for the end."""
        began = time.monotonic()
        self._clock.write_text(DUE.isoformat())
        with open_runtime(self._settings, FixedClock(DUE)) as runtime:
            left = remind(runtime)
            self._boxes[self._down].trouble(Trouble.DOWN, times=1_000_000)
            for kill in range(1, kills + 1):
                self._relay(kill, until_shown=left.due * kill // (kills + 1) * 4 // 5)
            self._relay(kills + 1, until_shown=None)
            return self._found(runtime, left, kills, time.monotonic() - began)

    def _relay(self, number: int, until_shown: int | None) -> None:
        """Run a relay, to its end or until so many messages are shown: then it is killed."""
        until = (DUE + OUTAGE).isoformat()
        arguments = [str(self._clock), f"relay-{number}", self._boxes[self._down].url, until]
        command = [sys.executable, "-W", "ignore", "-c", RELAY, *arguments]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ZR_")}
        with subprocess.Popen(command, env=plain | self._environment) as process:  # noqa: S603 our own
            stop_at = time.monotonic() + PATIENCE_S
            while process.poll() is None and time.monotonic() < stop_at:
                if until_shown is not None and self._count() >= until_shown:
                    break
                time.sleep(LOOK_EVERY_S)
            process.kill()
            code = process.wait()
        wanted = 0 if until_shown is None else -signal.SIGKILL
        assert code == wanted, f"relay {number} ended with {code}, not {wanted}"

    def _count(self) -> int:
        return sum(len(box.received()["shown"]) for box in self._boxes.values())

    def _found(self, runtime: Runtime, left: Reminded, kills: int, seconds: float) -> Found:
        with runtime.db.read() as session:
            connection = session.connection()
            rows = [dict(row) for row in connection.execute(select(LETTER)).mappings()]
            in_app = connection.execute(select(func.count()).select_from(NoticeRow)).scalar_one()
        shown = {name: Counter(map(_told, box.received()["shown"])) for name, box in self._boxes.items()}
        lost = unsure = unmarked = 0
        twice: Counter[str] = Counter()
        for row in rows:
            unit = int(str(row["person"]).split("-")[2])
            seen = shown[row["channel"]][address(row["channel"], unit), row["title"]]
            unsure += row["state"] == "maybe_sent"
            lost += not seen and row["state"] != "maybe_sent"
            twice[row["channel"]] += max(seen - 1, 0)
            unmarked += seen > 1 and row["maybe_since"] is None
        minutes = (datetime.fromisoformat(self._clock.read_text()) - DUE).total_seconds() / 60
        return Found(
            reminders=left.due,
            in_app=int(in_app),
            letters=len(rows),
            shown=sum(count.total() for count in shown.values()),
            lost=lost,
            unsure=unsure,
            twice={name: count for name, count in twice.items() if count},
            unmarked=unmarked,
            kills=kills,
            seconds=seconds,
            virtual_minutes=minutes,
        )


def _told(shown: Mapping[str, Any]) -> tuple[str, str]:
    """To whom, and the title, without the mark of a repetition and what a text message puts around it."""
    text = re.sub(r"^【改革督办】", "", str(shown["text"])).replace(REPEATED, "")
    return str(shown["to"]), re.split(r"[\n。]", text, maxsplit=1)[0]
