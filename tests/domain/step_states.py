"""One step brought into every status, with whichever of verification, review and filing the test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from domain import commands as c
from domain import events as e
from domain.case import Case
from domain.decisions import Medium, Outcome
from domain.evolve import evolve
from domain.states import StepStatus
from tests.domain.play import Play, due, node, paper, programme, step

S = StepStatus
VERIFY = {
    "system": "company_registry",
    "reads": {"name": "text.name"},
    "manual_after": due(3),
    "manual_role": "city_handler",
}
FILE = {
    "system": "filing",
    "documents": ["text"],
    "receipt": "receipt",
    "manual_after": due(3),
    "manual_role": "city_handler",
}
STAFF = {
    "id": "staff",
    "title": "花名册",
    "columns": [{"id": "name", "title": "姓名"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
}
NODES = [
    node("n1", "zone_head", "county_head", mode="all"),
    node("n2", "city_head"),
    node("ask", kind="consult", act="征求意见", participants="run_time"),
]
RECEIPT = {"number": "示函〔2022〕1号"}


def built(*, verify: bool = True, review: bool = True, file: bool = True) -> Any:
    """p → s → z (which accepts them) → y; s has everything that is asked for."""
    machine = ({"verify": VERIFY} if verify else {}) | ({"file": FILE} if file else {})
    slots = [
        paper("text", fields=["name"]),
        paper("result", fields=["result"], options={"good": "无异议", "bad": "有异议"}),
    ]
    if file:
        slots.append(paper("receipt", fields=["number"], moment="filing"))
    bad = {"evidence": "result", "field": "result", "value": "bad", "then": "p", "message": "有异议"}
    body = step(
        "s",
        after=["p"],
        evidence=slots,
        fills=["staff"],
        nodes=NODES if review else [],
        machine=machine,
        outcomes=[bad],
    )
    stages = [
        {"id": "s1", "title": "环节一", "steps": [step("p"), body]},
        {
            "id": "s2",
            "title": "环节二",
            "gates": [{"stage": "s1"}],
            "steps": [
                step("z", doer="county_handler", accepts=["s1"]),
                step("y", after=["z"], doer="county_handler", nodes=[node("head", "county_head")]),
            ],
        },
    ]
    return programme(stages=stages, registers=[STAFF])


class Staged(Play):
    """A play whose step `s` is led from status to status."""

    submitter = "zone.handler"

    def send(self) -> None:
        self.submit("s", by=self.submitter)

    def prepared(self) -> Staged:
        self.submit("p")
        self.evidence("s", "text", fields={"name": "示例公司"})
        self.result("good")
        self.register("s", "staff", rows=3)
        return self

    def result(self, found: str) -> None:
        self.evidence("s", "result", fields={"result": found})

    def verified(self) -> None:
        if self.status("s") == "verifying":
            self.given(c.RecordVerification, "city.handler", step="s", outcome="matched")

    def reviewed(self) -> None:
        """All three nodes; the first with a recording for the county's head."""
        if self.status("s") != "in_review":
            return
        self.decide("s", "zone.head")
        self.record("s", "zone.handler", "county.head")
        self.check_last("s", "zone.handler2")
        self.decide("s", "city.head")
        self.given(c.InviteParticipants, "zone.handler", step="s", node="ask", bodies=("b-reform",))
        self.decide("s", "reform.handler", Outcome.NO_OPINION)

    def filed(self) -> None:
        if self.status("s") == "filing":
            self.given(c.RecordFiling, "city.handler", step="s", outcome="accepted", fields=RECEIPT)
            self.given(c.CheckFiling, "zone.handler", step="s")

    def closed(self) -> None:
        self.send()
        self.verified()
        self.reviewed()
        self.filed()
        assert self.status("s") == "closed"

    def accepted(self) -> None:
        self.closed()
        self.submit("z", by="county.handler")
        assert self.status("s") == "accepted"


def _in_review(play: Staged) -> None:
    """With the county's answer recorded on paper, and not yet checked."""
    play.send()
    play.verified()
    play.decide(
        "s",
        "county.handler",
        decided_by="county.head",
        medium=Medium.SIGNED_PAPER,
        seat="county_head@b-county",
    )


def _filing(play: Staged) -> None:
    play.send()
    play.verified()
    play.reviewed()


def _returned(play: Staged) -> None:
    play.send()
    play.given(c.RecordVerification, "city.handler", step="s", outcome="mismatched")


def _reopened(play: Staged) -> None:
    play.closed()
    play.exception("reopen", "s")


WAYS: dict[StepStatus, Callable[[Staged], object]] = {
    S.IN_PROGRESS: lambda play: None,
    S.VERIFYING: Staged.send,
    S.IN_REVIEW: _in_review,
    S.FILING: _filing,
    S.CLOSED: Staged.closed,
    S.ACCEPTED: Staged.accepted,
    S.RETURNED: _returned,
    S.SUSPENDED: lambda play: play.exception("suspend", "s"),
    S.NOT_APPLICABLE: lambda play: play.exception("not_applicable", "s"),
    S.TERMINATED: lambda play: play.exception("terminate", "s"),
    S.REOPENED: _reopened,
}


def reach(status: StepStatus, submitter: str = "zone.handler", **features: bool) -> Staged:
    """A case whose step `s` stands there."""
    play = Staged(built(**features))
    play.submitter = submitter
    if status is not S.NOT_STARTED:
        play.prepared()
        WAYS[status](play)
    assert play.state("s").status is status, (status, play.status("s"))
    return play


def moves(events: list[e.Event]) -> Iterator[tuple[StepStatus, StepStatus]]:
    """Every move of a step's status that these events make."""
    cases: list[Case] = []
    for event in events:
        cases.append(evolve(cases[-1] if cases else None, event))
    for (before, after), event in zip(pairwise(cases), events[1:], strict=True):
        for key, state in after.steps.items():
            old = before.steps[key].status if key in before.steps else S.NOT_STARTED
            again = isinstance(event, e.NodeOpened | e.Returned) and event.step == key and not _to_node(event)
            if old is not state.status or again:
                yield old, state.status


def _to_node(event: e.Event) -> bool:
    """Back to an earlier node: the step stays where it is until the node is opened."""
    return isinstance(event, e.Returned) and bool(event.to_node)
