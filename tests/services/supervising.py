"""督查督办的小机关: a watching office, a zone, a bureau, a reform office and their people (示例)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from config.clock import FixedClock
from config.settings import Settings
from domain.doers import FOUNDING
from domain.refusal import Refused
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import Finding, Matter, Order
from domain.supervising.order_table import OrderAct
from domain.supervising.values import Paper, SourceKind
from services.bootstrap import Runtime, open_runtime
from services.roster import NewBody, NewHolding, NewPerson, Roster, RosterWritten, write_roster
from services.supervising.desk import Enacted, SupervisionDesk
from services.supervising.findings import FindingMove, NewFinding, act_on_finding, register_finding
from services.supervising.orders import NewOrder, OrderMoveAsked, act_on_order, draft_order
from services.supervising.sources import NewSource, register_source
from tests.services.acting import COUNTY, TODAY, prepare

CITY = "411000"
PEOPLE = {
    "watcher": ("watch", "member"),
    "chief": ("watch", "head"),
    "zoner": ("zone-0", "handler"),
    "zone-head": ("zone-0", "head"),
    "banker": ("finance", "handler"),
    "reformer": ("county", "handler"),
    "two-hats": ("zone-0", "member"),
}
_numbers = count(1)


def command() -> str:
    return f"command-{next(_numbers)}"


@contextmanager
def office(url: str, folder: Path, wall: FixedClock, **settings: Any) -> Iterator[Office]:
    prepare(url, wall, units=2).close()
    with open_runtime(Settings(data_dir=folder, database_url=url, **settings), wall) as runtime:
        bodies = (
            ("watch", "supervisor", CITY, "account"),
            ("finance", "finance_bureau", COUNTY, "account"),
            ("gov", "government", COUNTY, "no-account"),
            ("gov-office", "government_office", COUNTY, "external"),
            ("elsewhere", "supervisor", "410100", "account"),
        )
        held = [*PEOPLE.items(), ("two-hats", ("watch", "member")), ("stranger", ("elsewhere", "head"))]
        roster = Roster(
            bodies=tuple(
                NewBody(code=code, name=f"示例{code}", type=type_, kind=kind, division=where, level="county")
                for code, type_, where, kind in bodies
            ),
            persons=tuple(NewPerson(id=who, name=f"示例人员{who}") for who in (*PEOPLE, "stranger")),
            holdings=tuple(
                NewHolding(person=who, body=body, position=position, valid_from=date(2020, 1, 1))
                for who, (body, position) in held
            ),
        )
        written = write_roster(runtime.db, roster, actor=FOUNDING, wall=wall, command_id="supervision-office")
        assert isinstance(written, RosterWritten), written
        yield Office(runtime)


class Office:
    """Acts of several people; every answer is handed back, or checked by ``done``."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def desk(self, who: str) -> SupervisionDesk:
        return SupervisionDesk(self.runtime, who)

    def done(self, answer: Enacted | Refused) -> Matter:
        assert isinstance(answer, Enacted), answer
        return answer.matter

    def source(self, who: str = "watcher", **more: Any) -> Matter:
        asked: dict[str, Any] = {
            "kind": SourceKind.INSTRUCTION,
            "number": "示例批示〔2022〕1号",
            "issued_on": TODAY,
            "on": TODAY,
            "office": "watch",
        } | more
        answer = register_source(
            self.desk(who), NewSource(**asked), issuer="示例领导", title="示例批示", command_id=command()
        )
        return self.done(answer)

    def finding(self, source: str, who: str = "watcher", **more: Any) -> Finding:
        answer = register_finding(
            self.desk(who),
            NewFinding(source=source, on=TODAY, unit="unit-0", **more),
            title="示例问题",
            command_id=command(),
        )
        found = self.done(answer)
        assert isinstance(found, Finding)
        return found

    def move(self, who: str, finding: str, act: FindingAct, **more: Any) -> Enacted | Refused:
        text = more.pop("text", "示例情况")
        id_ = more.pop("command_id", command())
        asked = FindingMove(finding=finding, act=act, on=more.pop("on", TODAY), **more)
        return act_on_finding(self.desk(who), asked, text=text, command_id=id_)

    def assign(self, finding: str, who: str = "watcher") -> Finding:
        answer = self.move(
            who,
            finding,
            FindingAct.ASSIGN,
            lead="zone-0",
            lead_due=date(2022, 3, 31),
            supports=(("finance", date(2022, 3, 20)),),
        )
        found = self.done(answer)
        assert isinstance(found, Finding)
        return found

    def applied(self, finding: str, who: str = "zoner") -> None:
        self.assign(finding)
        self.done(self.move(who, finding, FindingAct.SIGN))
        paper = Paper(title="示例整改报告", dated_on=TODAY)
        self.done(self.move(who, finding, FindingAct.APPLY, papers=(paper,)))

    def order(self, who: str = "watcher", **more: Any) -> Order:
        asked: dict[str, Any] = {
            "on": TODAY,
            "addressee": "zone-0",
            "unit": "unit-0",
            "office": "watch",
        } | more
        answer = draft_order(self.desk(who), NewOrder(**asked), text="示例事项", command_id=command())
        found = self.done(answer)
        assert isinstance(found, Order)
        return found

    def order_act(self, who: str, order: str, act: OrderAct, text: str = "示例") -> Enacted | Refused:
        asked = OrderMoveAsked(order=order, act=act, on=TODAY)
        return act_on_order(self.desk(who), asked, text=text, command_id=command())
