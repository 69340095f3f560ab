"""权限表的走查: an office with every role in one county, its neighbour, one service call for each action."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import update

from config.clock import FixedClock
from config.settings import Settings
from domain.calendar_notice import Notice
from domain.commands import Urge
from domain.doers import FOUNDING
from domain.organisation.bodies import ChangeBody
from domain.organisation.holdings import EndHolding
from domain.organisation.leaving import HandOver, Takes
from domain.organisation.proxies import SetProxy
from domain.organisation.reorganising import ReorganiseUnits
from domain.organisation.units import PlaceUnit
from domain.permissions import AccessRole, Action
from models.tables import AdministratorRow, ApiTokenRow, CredentialRow, ReformUnitRow
from services.access import accounts, administrators, tokens
from services.access.environment import By
from services.acts import Done, Entry, act
from services.bootstrap import Runtime, open_runtime
from services.calendars.loading import judged, preview_notice
from services.enclosures import NOTHING_ENCLOSED
from services.erasing import erase
from services.evidence.files import same_files, versions
from services.evidence.receiving import Upload
from services.launching import launch_one
from services.ledger import export
from services.office import cases, directory, machine, papers
from services.office.acting import act_on
from services.office.counter import Counter
from services.operating import show_again
from services.organising.bodies import change_body
from services.organising.leaving import preview_hand_over
from services.organising.listing import show_person
from services.organising.office import Registry
from services.organising.persons import end_holding, rename_person
from services.organising.proxies import set_proxy
from services.organising.reorganising import preview_units
from services.organising.units import place_unit
from services.paper.printing import Asked, print_step
from services.publishing import publish
from services.pushing.registering import list_webhooks
from services.rebuilding import rebuild_projections
from services.rehearsing import move_clock
from services.roster import NewBody, NewHolding, NewPerson, Roster, RosterWritten, write_roster
from services.seals import make_seal
from tests.services import acting
from tests.services.acting import CODE, COUNTY, TODAY, opening, prepare
from tests.services.permission_walk_meetings import MEETING_CALLS, prepare_sessions
from tests.services.permission_walk_supervision import SUPERVISION_CALLS, prepare_matters

THERE: Final = "411002"
R: Final = AccessRole
ROLES: Final = {
    "p-member": ("zone-0", "member", {R.MEMBER}),
    "p-handler": ("zone-0", "handler", {R.HANDLER}),
    "p-head": ("zone-0", "head", {R.HEAD}),
    "p-reform": ("county", "member", {R.MEMBER, R.REFORM_OFFICE}),
    "p-reform-head": ("county", "head", {R.HEAD, R.REFORM_OFFICE_HEAD}),
    "p-supervisor": ("watch", "member", {R.MEMBER, R.SUPERVISOR}),
}
"""Person → body, position, and the roles that these bring."""
OFFICES: Final = {
    "p-unit": R.UNIT_ADMIN,
    "p-system": R.SYSTEM_ADMIN,
    "p-security": R.SECURITY_ADMIN,
    "p-auditor": R.AUDITOR,
}
REGISTER: Final = {
    "id": "staff",
    "title": "示例名册",
    "columns": [{"id": "no", "title": "序号"}, {"id": "name", "title": "姓名", "personal": "true"}],
    "key": ["no"],
    "filled_by": ["zone"],
}


@dataclass(frozen=True)
class Place:
    """One of two counties, and what lies in it."""

    number: int

    @property
    def unit(self) -> str:
        return f"unit-{self.number}"

    @property
    def case(self) -> str:
        return acting.case_of(self.number)

    @property
    def body(self) -> str:
        return f"zone-{self.number}"

    @property
    def person(self) -> str:
        return f"clerk-{self.number}"


NEAR, FAR = Place(0), Place(1)


@dataclass(frozen=True)
class Asking:
    """Somebody who asks for something in a place."""

    runtime: Runtime
    folder: Path
    who: str
    place: Place

    @property
    def entry(self) -> Entry:
        return Entry(actor=self.who)

    @property
    def counter(self) -> Counter:
        return Counter(self.runtime, self.entry)

    @property
    def registry(self) -> Registry:
        return Registry(db=self.runtime.db, wall=self.runtime.wall, person=self.who)

    @property
    def by(self) -> By:
        return By(person=self.who)

    def call(self, service: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """A service that takes the database first, and who and when by name."""
        return service(self.runtime.db, *args, actor=self.who, wall=self.runtime.wall, **more)


@contextmanager
def opened(url: str, folder: Path, wall: FixedClock) -> Iterator[Runtime]:
    """The two counties with a case each, and a person in every role of the first."""
    given = json.loads(acting.programme_text())
    given["registers"] = [REGISTER]
    given["stages"][0]["steps"][0]["fills"] = ["staff"]
    prepare(url, wall, units=2, text=json.dumps(given, ensure_ascii=False)).close()
    with open_runtime(Settings(data_dir=folder, database_url=url), wall) as runtime:
        with runtime.db.write() as session:
            session.execute(
                update(ReformUnitRow).where(ReformUnitRow.id == FAR.unit).values(division_code=THERE)  # type: ignore[arg-type]
            )
        written = write_roster(runtime.db, _roster(), actor=FOUNDING, wall=wall, command_id="walk")
        assert isinstance(written, RosterWritten), written
        _accounts(runtime)
        for number, head in ((0, "head"), (1, "far-head")):
            done = act(runtime.db, opening(number), Entry(actor=head), wall=wall, programme=(CODE, 1))
            assert isinstance(done, Done), done
        prepare_matters(runtime)
        prepare_sessions(runtime)
        yield runtime


def _roster() -> Roster:
    bodies = (
        ("zone-0", "zone", COUNTY, NEAR.unit),
        ("zone-1", "zone", THERE, FAR.unit),
        ("watch", "supervisor", COUNTY, ""),
        ("far-county", "reform_office", THERE, ""),
    )
    held = [(who, body, position) for who, (body, position, _) in ROLES.items()]
    held.append(("far-head", "far-county", "head"))
    return Roster(
        bodies=tuple(
            NewBody(
                code=code, name=f"示例{code}", type=type_, kind="account", division=division, level="county",
                unit_id=unit,
            )
            for code, type_, division, unit in bodies
        ),
        persons=tuple(NewPerson(id=who, name=f"示例{who}") for who in (*ROLES, *OFFICES, "far-head")),
        holdings=tuple(
            NewHolding(person=who, body=body, position=position, valid_from=date(2020, 1, 1))
            for who, body, position in held
        ),
    )  # fmt: skip


def _accounts(runtime: Runtime) -> None:
    now = runtime.wall.now()
    with runtime.db.write() as session:
        for who, role in OFFICES.items():
            division = COUNTY if role is R.UNIT_ADMIN else ""
            session.add(AdministratorRow(person=who, role=role, division=division, since=now))
        for place in (NEAR, FAR):
            name = place.person
            session.add(CredentialRow(account=name, name=name, changed_at=now, epoch=0))
            session.add(
                ApiTokenRow(
                    id=f"token-{name}", digest=f"digest-{name}", account=name, name="示例", scopes="[]",
                    created_at=now, expires_at=now + timedelta(days=1),
                )
            )  # fmt: skip


def _urge(a: Asking) -> Any:
    command = Urge(command_id=f"urge-{a.who}", case=a.place.case, occurred_on=TODAY, step="1.1", round=1)
    return act_on(a.counter, command, NOTHING_ENCLOSED)


def _upload(a: Asking) -> Any:
    what = Upload(
        command_id="walk-upload", case=a.place.case, step="1.1", round=1, slot="none", name="示例.pdf",
        occurred_on=TODAY,
    )  # fmt: skip
    return papers.upload(a.counter, what, io.BytesIO(b"%PDF"))


def _personal(a: Asking) -> Any:
    found = cases.show_register(a.counter, a.place.case, "staff")
    return found if not isinstance(found, cases.RegisterRows) else not found.masked


def _account_read(a: Asking) -> Any:
    found = accounts.list_accounts(a.runtime.access, by=a.by)
    return any(each.person == a.place.person for each in found) if isinstance(found, list) else found


def _proxy(a: Asking) -> Any:
    asked = SetProxy(
        person=a.place.person, body=a.place.body, position="handler", deputy="nobody", first=TODAY, last=TODAY
    )
    return set_proxy(a.registry, asked, command_id="walk-proxy")


def _hand_over(a: Asking) -> Any:
    takes = (Takes(body=a.place.body, position="handler"),)
    return preview_hand_over(a.registry, HandOver(leaver="nobody", takes=takes, last=TODAY))


def _holding(a: Asking) -> Any:
    asked = EndHolding(person="nobody", body=a.place.body, position="handler", last=TODAY)
    return end_holding(a.registry, asked, command_id="walk-holding")


def _reorganise(a: Asking) -> Any:
    asked = ReorganiseUnits(kind="abolish", units=(a.place.unit,), basis="", effective=TODAY)
    return preview_units(a.registry, asked)


CASE, BODY, PERSON, OWN, WHOLE = "case", "body", "person", "own", "whole"
"""What a call is about: a case or its unit, a body, a person of it, oneself, the deployment."""
CALLS: Final[dict[Action, tuple[str, Callable[[Asking], Any]]]] = {
    Action.CASE_READ: (CASE, lambda a: cases.show_case(a.counter, a.place.case)),
    Action.CASE_OPEN: (
        CASE,
        lambda a: launch_one(a.runtime, a.entry, (CODE, 1), a.place.unit, on=TODAY),
    ),
    Action.HISTORY_READ: (CASE, lambda a: cases.show_history(a.counter, a.place.case)),
    Action.REGISTER_READ: (CASE, lambda a: cases.list_registers(a.counter, a.place.case)),
    Action.REGISTER_READ_PERSONAL: (CASE, _personal),
    Action.EVIDENCE_READ: (
        CASE,
        lambda a: versions(a.runtime.db, a.who, a.place.case, "1.1", "none", on=TODAY),
    ),
    Action.EVIDENCE_UPLOAD: (CASE, _upload),
    Action.STEP_PRINT: (
        CASE,
        lambda a: print_step(a.runtime.db, a.who, Asked(case=a.place.case, step="1.1"), wall=a.runtime.wall),
    ),
    Action.STEP_URGE: (CASE, _urge),
    Action.INBOX_READ: (OWN, lambda a: directory.inbox(a.counter)),
    Action.UNIT_READ: (CASE, lambda a: directory.show_unit(a.counter, a.place.unit)),
    Action.UNIT_CHANGE: (
        CASE,
        lambda a: place_unit(a.registry, PlaceUnit(unit=a.place.unit, basis=""), command_id="walk-unit"),
    ),
    Action.UNIT_REORGANISE: (CASE, _reorganise),
    Action.PROGRAMME_READ: (WHOLE, lambda a: directory.list_programmes(a.counter)),
    Action.PROGRAMME_PUBLISH: (
        WHOLE,
        lambda a: publish(a.runtime.db, a.who, "", wall=a.runtime.wall, command_id="walk-publish"),
    ),
    Action.BODY_READ: (BODY, lambda a: directory.show_body(a.counter, a.place.body)),
    Action.BODY_CHANGE: (
        BODY,
        lambda a: change_body(a.registry, ChangeBody(code=a.place.body, basis=""), command_id="walk-body"),
    ),
    Action.PERSON_READ: (PERSON, lambda a: show_person(a.registry, a.place.person)),
    Action.PERSON_CHANGE: (
        PERSON,
        lambda a: rename_person(a.registry, a.place.person, "", command_id="walk-person"),
    ),
    Action.PERSON_ERASE: (WHOLE, lambda a: a.call(erase, "walk", "", command_id="walk-erase")),
    Action.HOLDING_CHANGE: (BODY, _holding),
    Action.WORK_HAND_OVER: (BODY, _hand_over),
    Action.PROXY_SET: (PERSON, _proxy),
    Action.ACCOUNT_READ: (PERSON, _account_read),
    Action.ACCOUNT_OPEN: (
        PERSON,
        lambda a: accounts.open_account(a.runtime.access, a.place.person, "walk-account", by=a.by),
    ),
    Action.ACCOUNT_CONTROL: (
        PERSON,
        lambda a: accounts.lock_account(a.runtime.access, a.place.person, "", by=a.by),
    ),
    Action.ADMINISTRATOR_CHANGE: (
        WHOLE,
        lambda a: administrators.dismiss(a.runtime.access, "nobody", "示例", by=a.by),
    ),
    Action.TOKEN_CREATE: (
        OWN,
        lambda a: tokens.create_token(a.runtime.access, a.who, "示例", ["case.read"], 1, by=a.by),
    ),
    Action.TOKEN_REVOKE: (
        PERSON,
        lambda a: tokens.revoke_token(a.runtime.access, f"token-{a.place.person}", by=a.by),
    ),
    **SUPERVISION_CALLS,
    **MEETING_CALLS,
    Action.CALENDAR_CHANGE: (
        WHOLE,
        lambda a: preview_notice(a.runtime, a.who, judged(Notice(year=2027, number="", days=()))),
    ),
    Action.SETTING_CHANGE: (WHOLE, lambda a: a.call(move_clock, TODAY, command_id="walk-clock")),
    Action.WEBHOOK_MANAGE: (WHOLE, lambda a: list_webhooks(a.runtime, a.who)),
    Action.RELAY_OPERATE: (WHOLE, lambda a: show_again(a.runtime, a.who, "walk")),
    Action.STATUS_READ: (WHOLE, lambda a: machine.show_status(a.counter)),
    Action.LEDGER_VERIFY: (WHOLE, lambda a: machine.verify_ledger(a.counter)),
    Action.LEDGER_EXPORT: (WHOLE, lambda a: a.call(export, a.folder / "walk.jsonl")),
    Action.LEDGER_SEAL: (WHOLE, lambda a: a.call(make_seal, a.folder / "seals")),
    Action.DATABASE_REPAIR: (WHOLE, lambda a: a.call(rebuild_projections)),
    Action.SECURITY_READ: (WHOLE, lambda a: same_files(a.runtime.db, a.who, on=TODAY)),
}
"""Action → what its call is about, and one call of a service that asks for it."""
UNSERVED: Final = frozenset(
    {
        "check.run",
        "check.waive",
        "check.waiver_answer",
        "check.rule",
    }
)
"""Actions of the table that no service did when this was written; whoever makes one moves it up."""
