"""A small office (示例) whose step 1.1 asks the company register and whose step 1.2 is filed outside."""

from __future__ import annotations

import dataclasses
import json
import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from config.clock import FixedClock, WallClock
from config.settings import Settings
from domain.case import Case, MachineWork, StepState
from domain.commands import (
    AddEvidence,
    CheckFiling,
    Command,
    Decide,
    RecordFiling,
    RecordVerification,
    Submit,
    WithdrawSubmission,
)
from domain.decisions import Outcome
from domain.doers import FOUNDING
from domain.events import Event
from domain.identifiers.credit_code import credit_check_character, organisation_check_character
from domain.refusal import Refused
from integrations.company_http import HttpCompanyRegistry
from integrations.filing_http import HttpFiling
from integrations.http_client import CallLimits, OutsideSystem
from models.database import Database
from models.event_codec import decode_events
from models.ledger import case_stream, rows
from models.tables import NoticeRow, ReformUnitRow
from models.upgrading import upgrade
from services import delivery, outside
from services.acts import Done, Entry, act
from services.bootstrap import COMPANY_REGISTRY, FILING, Runtime, open_runtime
from services.clock import today as business_date
from services.inbox import case_work
from services.launching import case_id_of, launch_one
from services.notices import IN_APP
from services.outside_hands import outside_words
from services.programmes import Published
from services.publishing import publish
from services.reading import load_case
from services.roster import NewBody, NewHolding, NewPerson, Roster, write_roster
from services.timers import dead_timers, fire_due

CODE: Final = "contact-sample"
TODAY: Final = date(2022, 3, 2)
VERIFY, FILE = "1.1", "1.2"
KINDS: Final = {VERIFY: "verify", FILE: "file"}
HEAD, DESK, SECOND = "head", "desk", "second"
"""The county's head who approves, and the two who do by hand what no machine does."""
LEASE_S: Final = 30.0
PATIENT: Final = CallLimits(pause_s=0.02, failures_to_open=1000)
"""As long as on a slow machine a good answer may take; trouble is not slow."""
COMPANY: Final = "示例开发区发展有限公司"


def credit_code_of(company: str) -> str:
    """A credit code (示例) that is right in form, with six characters of its own."""
    organisation = f"MA{company}"
    inner = organisation + organisation_check_character(organisation)
    return f"91411024{inner}{credit_check_character(f'91411024{inner}')}"


def _machine_step(step: str, machine: dict[str, Any], *slots: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": step,
        "title": f"示例任务 {step}",
        "doer": "zone",
        "evidence": list(slots),
        "nodes": [{"id": "head", "title": "县局审批", "act": "审批", "roles": ["county_head"]}],
        "machine": machine,
    }


def programme_text() -> str:
    """Two steps side by side: one verified at submission, one filed after its approval."""
    basis = {"text": "示例时限", "confidence": "proposed"}
    by_hand = {"manual_after": {"amount": 3, "start": "submission", "basis": basis}, "manual_role": "desk"}
    verify = {
        "system": COMPANY_REGISTRY,
        "reads": {"credit_code": "licence.credit_code", "name": "licence.name"},
        **by_hand,
    }
    file = {"system": FILING, "documents": ["plan"], "receipt": "receipt", **by_hand}
    licence = {"id": "licence", "title": "营业执照", "mode": "reference", "fields": ["credit_code", "name"]}
    plan = {"id": "plan", "title": "示例方案", "mode": "reference", "fields": ["number"]}
    receipt = {
        "id": "receipt",
        "title": "报送凭证",
        "mode": "reference",
        "moment": "filing",
        "fields": ["number", "issued_on"],
    }
    bodies = [("zone", "unit"), ("reform_office", "supervising")]
    roles = [
        ("zone", "zone", "handler"),
        ("county_head", "reform_office", "head"),
        ("desk", "reform_office", "member"),
    ]
    steps = [
        _machine_step(VERIFY, {"verify": verify}, licence),
        _machine_step(FILE, {"file": file}, plan, receipt),
    ]
    return json.dumps(
        {
            "programme": CODE,
            "version": "1",
            "title": "示例改革",
            "unit": "zone",
            "bodies": [{"id": id_, "title": f"示例{id_}", "level": level} for id_, level in bodies],
            "roles": [
                {"id": id_, "title": f"示例{id_}", "body": body, "position": position}
                for id_, body, position in roles
            ],
            "overseer": "county_head",
            "stages": [{"id": "stage1", "title": "示例环节", "steps": steps}],
        },
        ensure_ascii=False,
    )


def furnished(url: str) -> str:
    """Make the database with the programme and the county's people; return ``url``."""
    upgrade(url)
    wall = FixedClock(datetime(2022, 3, 1, 1, 0, tzinfo=UTC))
    with closing(Database(url)) as db:
        published = publish(db, FOUNDING, programme_text(), wall=wall, command_id="seed-programme")
        assert isinstance(published, Published), published
        county = NewBody(
            code="county",
            name="示例县局",
            type="reform_office",
            kind="account",
            division="411024",
            level="county",
        )
        held = {HEAD: "head", DESK: "member", SECOND: "member"}
        write_roster(
            db,
            _roster([county], {who: ("county", what) for who, what in held.items()}),
            actor=FOUNDING,
            wall=wall,
            command_id="seed-roster",
        )
    return url


def _roster(bodies: list[NewBody], held: dict[str, tuple[str, str]]) -> Roster:
    return Roster(
        bodies=tuple(bodies),
        persons=tuple(NewPerson(id=person, name=f"示例人员 {person}") for person in held),
        holdings=tuple(
            NewHolding(person=person, body=body, position=position, valid_from=date(2020, 1, 1))
            for person, (body, position) in held.items()
        ),
    )


def _new_unit(runtime: Runtime) -> str:
    """A reform unit with a clerk of its own."""
    unit = f"unit-{secrets.token_hex(4)}"
    with runtime.db.write() as session:
        session.add(
            ReformUnitRow(id=unit, name="示例开发区", division_code="411024", supervising_level="county")
        )
    zone = NewBody(
        code=f"zone-{unit}",
        name="示例管委会",
        type="zone",
        kind="account",
        division="",
        level="unit",
        unit_id=unit,
    )
    roster = _roster([zone], {clerk_of(unit): (zone.code, "handler")})
    write_roster(runtime.db, roster, actor=FOUNDING, wall=runtime.wall, command_id=f"seed-{unit}")
    return unit


def clerk_of(unit: str) -> str:
    """Who hands in for a unit."""
    return f"clerk-{unit}"


class Office:
    """One case of one reform unit, and the hands that bring it to where an outside system is asked."""

    def __init__(self, runtime: Runtime, unit: str) -> None:
        self.runtime = runtime
        self.case_id = case_id_of(CODE, unit)
        self.clerk = clerk_of(unit)
        self.rng = random.Random(1)  # noqa: S311 (spreads retries)

    def send(self, kind: type[Command], by: str, **fields: Any) -> Done | Refused:
        """Do one thing as a person, today."""
        wall, on = self.runtime.wall, self.today
        command = kind(
            **{
                "command_id": secrets.token_hex(8),
                "case": self.case_id,
                "occurred_on": on,
                "round": 1,
                **fields,
            }
        )
        return act(self.runtime.db, command, Entry(actor=by), wall=wall, notices=self.runtime.notices)

    def done(self, kind: type[Command], by: str, **fields: Any) -> Done:
        """Do one thing that must be taken."""
        answer = self.send(kind, by, **fields)
        assert isinstance(answer, Done), answer
        return answer

    def submit_licence(self, credit_code: str, name: str = COMPANY) -> None:
        """Bring 1.1 to 核验中."""
        fields = {"credit_code": credit_code, "name": name}
        self.done(
            AddEvidence,
            self.clerk,
            step=VERIFY,
            slot="licence",
            mode="reference",
            title="执照",
            fields=fields,
        )
        self.done(Submit, self.clerk, step=VERIFY)

    def submit(self, step: str) -> None:
        """Hand in what lies there."""
        self.done(Submit, self.clerk, step=step, round=self.state(step).round)

    def withdraw(self, step: str) -> None:
        """Take it back."""
        self.done(WithdrawSubmission, self.clerk, step=step, round=self.state(step).round)

    def approve_plan(self, number: str = "示例发〔2022〕5号") -> None:
        """Bring 1.2 to 报送中."""
        fields = {"number": number}
        self.done(
            AddEvidence, self.clerk, step=FILE, slot="plan", mode="reference", title="方案", fields=fields
        )
        self.done(Submit, self.clerk, step=FILE)
        self.done(Decide, HEAD, step=FILE, node="head", outcome=Outcome.AGREE)

    def ask(self, step: str, by: str = "relay") -> list[outside.Asked]:
        """What the flow does for this step's system, once."""
        return [self.ask_claim(claim) for claim in self.claim(step, by)]

    def ask_claim(self, claim: outside.OutsideClaim) -> outside.Asked:
        """Ask for one row taken before."""
        return outside.ask(self.runtime, claim, run_id=None, rng=self.rng)

    def claim(self, step: str, by: str = "relay") -> list[outside.OutsideClaim]:
        """Take what waits."""
        db, wall = self.runtime.db, self.runtime.wall
        return outside.claim_outside(db, wall, by, LEASE_S, self.case_id, KINDS[step])

    def later(self, **delta: float) -> None:
        """Let time pass."""
        assert isinstance(self.runtime.wall, FixedClock)
        self.runtime.wall.advance(timedelta(**delta))

    def record_by_hand(self, step: str, by: str = DESK) -> Done | Refused:
        """Enter the result that came by paper."""
        if step == VERIFY:
            return self.send(RecordVerification, by, step=step, outcome="matched")
        fields = {"number": "示例收〔2022〕9号", "issued_on": self.today.isoformat()}
        return self.send(RecordFiling, by, step=step, outcome="accepted", fields=fields)

    def check_filing(self) -> None:
        """The second person."""
        self.done(CheckFiling, SECOND, step=FILE)

    @property
    def today(self) -> date:
        """The business date."""
        return business_date(self.runtime.db, self.runtime.wall)

    @property
    def case(self) -> Case:
        """The case now."""
        found = load_case(self.runtime.db, self.case_id)
        assert found is not None
        return found

    def state(self, step: str) -> StepState:
        """The step now."""
        return self.case.steps[step]

    def machine(self, step: str) -> MachineWork:
        """The machine work of a step now."""
        found = self.state(step).machine
        assert found is not None
        return found

    def notices_to(self, person: str) -> list[str]:
        """Deliver what waits inside the system; return what a person reads."""
        runtime = self.runtime
        while claims := delivery.claim_messages(runtime.db, runtime.wall, "relay", LEASE_S, IN_APP):
            delivery.deliver_batch(runtime.db, runtime.wall, runtime.channels, IN_APP, claims, self.rng)
        with runtime.db.read() as session:
            found = session.execute(select(NoticeRow.payload).where(NoticeRow.recipient == person))  # type: ignore[call-overload]
            return [json.loads(payload)["text"] for payload in found.scalars()]

    def why(self, step: str) -> str:
        """What an officer reads about the waiting."""
        return outside_words(self.runtime.db, self.runtime.wall, self.case)[step]

    def events(self, kind: type[Event]) -> int:
        """How many events of a kind the ledger of the case has."""
        with self.runtime.db.read() as session:
            stored = list(rows(session.connection(), case_stream(self.case_id)))
        return sum(isinstance(event, kind) for row in stored for event in decode_events(row.body))

    def letters(self) -> list[tuple[str, str]]:
        """Key and reason of what the operator sees of this case."""
        return [(key, why) for case, key, why in dead_timers(self.runtime.db) if case == self.case_id]

    def fire(self) -> None:
        """Fire whatever is due."""
        while fire_due(self.runtime, self.rng).fired:
            pass

    def work(self, step: str) -> list[str]:
        """The kinds of work that wait for people in a step."""
        return [item.kind for item in case_work(self.runtime.db, self.case_id) if item.step == step]


@contextmanager
def open_office(
    url: str, wall: FixedClock, *, filing: str = "", registry: str = "", limits: CallLimits = PATIENT
) -> Iterator[Office]:
    """A case of a new unit in a furnished database, with the outside systems at the given addresses."""
    with ExitStack() as stack:
        runtime = stack.enter_context(runtime_on(url, wall, filing=filing, registry=registry, limits=limits))
        unit = _new_unit(runtime)
        adapters = {
            FILING: "http" if filing else "manual",
            COMPANY_REGISTRY: "http" if registry else "manual",
        }
        opened = launch_one(runtime, Entry(actor=HEAD), (CODE, 1), unit, on=TODAY, adapters=adapters)
        assert isinstance(opened, Done), opened
        yield Office(runtime, unit)


@contextmanager
def runtime_on(
    url: str, wall: WallClock, *, filing: str = "", registry: str = "", limits: CallLimits = PATIENT
) -> Iterator[Runtime]:
    """What one process has: its own connections to the database and to the outside systems."""
    with ExitStack() as stack:
        runtime = stack.enter_context(open_runtime(Settings(database_url=url), wall))
        changes: dict[str, Any] = {}
        if filing:
            system = stack.enter_context(OutsideSystem("示例备案系统", filing, limits=limits))
            changes["filing"] = HttpFiling(system)
        if registry:
            system = stack.enter_context(OutsideSystem("示例登记系统", registry, limits=limits))
            changes["registry"] = HttpCompanyRegistry(system)
        yield dataclasses.replace(runtime, **changes)
