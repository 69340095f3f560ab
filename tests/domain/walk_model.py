"""A plain second opinion on a case: written from the rules as told, without the engine's own reckoning.

It remembers what accepted commands said (which paper lay where when somebody decided) and works out from
the programme as data what must follow: whose turn it is, what may close, which clock runs. It reads the
case for what is recorded there and imports neither nodes, plan, settle, open_work nor judging.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain import commands as c
from domain.case import Case, StepState
from domain.decisions import Decision
from domain.programme import Node, Programme, Role, Step

GOOD = {"agree", "reserve", "no_opinion", "lapsed", "passed", "passed_with_changes"}
BAD = {"disagree", "revise", "rejected", "return"}
DONE = {"closed", "accepted", "not_applicable"}
DOER = {"in_progress", "returned", "reopened"}
RUNNING = DOER | {"verifying", "in_review", "filing"}

Item = tuple[str, ...]
Seat = tuple[str, str, str]
"""Role, body, position."""


def holds(when: list[dict[str, list[str]]], choices: dict[str, str]) -> bool | None:
    """Whether a condition holds; None while it cannot be told."""
    if not when:
        return True
    told: list[bool | None] = []
    for condition in when:
        parts = [choices[n] in allowed if n in choices else None for n, allowed in condition.items()]
        told.append(False if False in parts else None if None in parts else True)
    return True if True in told else None if None in told else False


@dataclass
class Verdict:
    """How a node stands: `done`, `against` or `open`, and who is asked."""

    how: str
    asked: list[Seat] = field(default_factory=list)


class Model:
    """What one walk has seen."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.roles: dict[str, Role] = {role.id: role for role in programme.roles}
        self.levels = {body.id: str(body.level) for body in programme.bodies}
        self.steps: dict[str, Step] = {s.id: s for stage in programme.stages for s in stage.steps}
        self.stage_of = {s.id: stage for stage in programme.stages for s in stage.steps}
        self.papers: dict[str, dict[str, str]] = {}
        self.lists: dict[str, str] = {}
        self.seen: dict[str, dict[str, str]] = {}
        """Decision → the papers as they lay when it was taken."""
        self.submitter: dict[str, str] = {}

    # --- remembering

    def accepted(self, command: c.Command, actor: str, before: Case | None, after: Case) -> None:
        """Take note of an accepted command."""
        if isinstance(command, c.AddEvidence):
            self._paper(command, before)
        elif isinstance(command, c.FillRegister):
            self.lists[command.register] = command.root
        elif isinstance(command, c.Submit):
            self.submitter[command.step] = actor
        for key, state in after.steps.items():
            for decision in state.decisions:
                if decision.id not in self.seen:
                    self.seen[decision.id] = self.lies(key, self.node(key, decision.node))

    def _paper(self, command: c.AddEvidence, before: Case | None) -> None:
        here = self.papers.setdefault(command.step, {})
        old, new = here.get(command.slot), f"{command.title}|{sorted(command.fields.items())}"
        here[command.slot] = new
        if command.as_decided and before is not None:
            for decision in before.steps[command.step].decisions:
                seen = self.seen[decision.id]
                if decision.outcome == "passed_with_changes" and old and seen.get(command.slot) == old:
                    seen[command.slot] = new

    def lies(self, key: str, node: Node) -> dict[str, str]:
        """The papers a node looks at, as they lie now."""
        step = self.steps[key.partition("#")[0]]
        papers = self.papers.get(key, {})
        if node.looks_at is not None:
            return {slot: papers[slot] for slot in node.looks_at if slot in papers}
        own = [slot.id for slot in step.evidence if slot.moment != "filing" and slot.id in papers]
        lists = {
            f"list {name}": self.lists[name] for name in (*step.fills, *step.freezes) if name in self.lists
        }
        return {**{slot: papers[slot] for slot in own}, **lists}

    def node(self, key: str, name: str) -> Node:
        return next(n for n in self.steps[key.partition("#")[0]].nodes if n.id == name)

    # --- who

    def seats(self, case: Case, key: str, role: str) -> list[Seat]:
        """The places of a role: the bodies that hold it, or the body of the item's row."""
        told = self.roles[role]
        position = str(told.position)
        if self.levels[told.body] != "item":
            return [(role, body, position) for body in case.bodies.get(role, ())]
        step, _, row = key.partition("#")
        each = self.steps[step].for_each
        rows = case.registers[each.register_id].items if each and each.register_id in case.registers else ()
        return [(role, item.body, position) for item in rows if item.key == row and item.body]

    def node_seats(self, case: Case, key: str, node: Node) -> list[Seat]:
        if node.participants == "run_time":
            role = node.roles[0] if node.roles else "participant"
            return [(role, body, "any") for body in case.steps[key].participants.get(node.id, ())]
        return [seat for role in node.roles for seat in self.seats(case, key, role)]

    # --- nodes

    def speaks(self, key: str, node: Node, decision: Decision) -> bool:
        """Whether it was taken on what lies there now."""
        return self.seen[decision.id] == self.lies(key, node)

    def verdict(self, case: Case, key: str, node: Node) -> Verdict:
        """How a node stands, by the rules of its kind."""
        seats = self.node_seats(case, key, node)
        if not seats:
            areas = all(self.levels[self.roles[r].body] == "participating" for r in node.roles)
            return Verdict("done" if node.participants == "declared" and areas else "open")
        told: dict[Seat, Decision] = {}
        held: set[Seat] = set()
        for decision in case.steps[key].decisions:
            seat = next((s for s in seats if f"{s[0]}@{s[1]}" == decision.seat), None)
            if seat and decision.node == node.id and self.speaks(key, node, decision):
                told[seat] = decision
                if waits_for_check(decision):
                    held.add(seat)
        heard = {seat: d for seat, d in told.items() if seat not in held}
        silent = [s for s in seats if s not in told or (s in heard and heard[s].outcome == "deferred")]
        return self._by_kind(node, seats, heard, held, silent)

    def _by_kind(
        self, node: Node, seats: list[Seat], heard: dict[Seat, Decision], held: set[Seat], silent: list[Seat]
    ) -> Verdict:
        gathers = node.collect or node.kind in ("countersign", "consult")
        if gathers and (silent or held):
            return Verdict("open", silent)
        if node.kind == "consult":
            open_opinions = [d for d in heard.values() if d.outcome == "opinion" and d.adoption is None]
            return Verdict("open" if open_opinions else "done")
        yes = [s for s, d in heard.items() if d.outcome in GOOD]
        no = [s for s, d in heard.items() if d.outcome in BAD]
        votes = node.quorum or 0
        needed = {"any": 1, "quorum": min(votes, len(seats))}.get(str(node.mode), len(seats))
        if len(yes) >= needed:
            return Verdict("done")
        if no and (node.mode != "quorum" or len(seats) - len(no) < needed):
            return Verdict("against")
        if node.mode == "sequential" and not gathers:
            first = next(seat for seat in seats if seat not in yes)
            return Verdict("open", [first] if first in silent else [])
        return Verdict("open", silent)

    def nodes_that_apply(self, case: Case, key: str) -> list[Node]:
        step = self.steps[key.partition("#")[0]]
        return [node for node in step.nodes if holds(node.when, case.choices) is not False]

    # --- steps

    def applies(self, case: Case, step: str) -> bool | None:
        both = [holds(self.stage_of[step].when, case.choices), holds(self.steps[step].when, case.choices)]
        return False if False in both else None if None in both else True

    def copies(self, case: Case, step: str) -> list[str] | None:
        """The keys of a step; None while its rows are not fixed."""
        each = self.steps[step].for_each
        if each is None:
            return [step]
        register = case.registers.get(each.register_id)
        return [f"{step}#{row.key}" for row in register.items] if register and register.frozen else None

    def waits_for(self, step: str) -> Iterator[str]:
        """The steps named by gates, by the gates of the stage, and by the freezing of what it runs on."""
        for gate in (*self.stage_of[step].gates, *self.steps[step].gates):
            if gate.step:
                yield gate.step
            if gate.stage:
                yield from (s for s in self.steps if self.stage_of[s].id == gate.stage and s != step)

    def gates_done(self, case: Case, key: str) -> bool:
        """前置条件 of one copy."""
        step, _, row = key.partition("#")
        own = self.steps[step].for_each
        for earlier in self.waits_for(step):
            if self.applies(case, earlier) is False:
                continue
            other = self.steps[earlier].for_each
            if row and own and other and own.register_id == other.register_id:
                keys: list[str] | None = [f"{earlier}#{row}"]
            else:
                keys = self.copies(case, earlier)
            if keys is None or any(status(case, k) not in DONE for k in keys):
                return False
        needed = [g.frozen for g in self.steps[step].gates if g.frozen] + ([own.register_id] if own else [])
        return all(name in case.registers and case.registers[name].frozen for name in needed)

    # --- what must be open

    def work(self, case: Case) -> Counter[Item]:
        """All work the state implies: kind, step, round, node, role, body, position, who may not."""
        found: Counter[Item] = Counter()
        if case.status == "terminated":
            return found
        for key, state in case.steps.items():
            if state.status in RUNNING and self.applies(case, key.partition("#")[0]):
                found.update(self._step_work(case, key, state))
        for proposal in case.proposals.values():
            for seat in self.seats(case, "", self.programme.overseer):
                found[("confirm", proposal.step, str(proposal.round), "", *seat, proposal.proposed_by)] += 1
        return found

    def _step_work(self, case: Case, key: str, state: StepState) -> Iterator[Item]:
        step, at = self.steps[key.partition("#")[0]], (key, str(state.round))
        nobody = (step.doer, "", str(self.roles[step.doer].position))
        doer = (self.seats(case, key, step.doer) or [nobody])[0]
        if state.status in DOER:
            yield ("submit", *at, "", *doer, "")
        elif state.status == "in_review":
            yield from self._review_work(case, key, state, doer)
        else:
            yield from self._machine_work(case, key, state, doer)

    def _machine_work(self, case: Case, key: str, state: StepState, doer: Seat) -> Iterator[Item]:
        machine, at = self.steps[key.partition("#")[0]].machine, (key, str(state.round), "")
        asked = machine.verify if state.status == "verifying" else machine.file
        assert state.machine is not None
        assert asked is not None
        if state.machine.outcome == "accepted" and not state.machine.checked_by:
            for role, body, _ in self.seats(case, key, asked.manual_role):
                yield ("check_filing", *at, role, body, "any", state.machine.recorded_by)
        elif state.machine.manual:
            not_who = self.submitter[key] if state.status == "verifying" else ""
            for seat in self.seats(case, key, asked.manual_role):
                yield ("verify" if not_who else "file", *at, *seat, not_who)

    def _review_work(self, case: Case, key: str, state: StepState, doer: Seat) -> Iterator[Item]:
        at = (key, str(state.round))
        now = self.turn(case, key)
        assert now is not None, f"{key} is in review and nobody lacks: it should have gone on"
        node, verdict = now
        assert verdict.how == "open", f"{key} {node.id} has spoken against it and was not sent back"
        assert state.node == node.id, f"{key} asks {state.node} and it is {node.id}'s turn"
        for seat in verdict.asked:
            yield ("decide", *at, node.id, *seat, self.submitter[key])
        for other, decision in self.speaking(case, key):
            if waits_for_check(decision):
                yield from self._check_work(case, key, other, decision)
            elif other is node and decision.outcome == "opinion" and decision.adoption is None:
                role = node.adopt_by or self.steps[key.partition("#")[0]].doer
                for seat in self.seats(case, key, role):
                    yield ("adopt", *at, node.id, *seat, "")
        if node.participants == "run_time" and not state.participants.get(node.id):
            yield ("invite", *at, node.id, *doer, "")

    def _check_work(self, case: Case, key: str, node: Node, decision: Decision) -> Iterator[Item]:
        """By the role the step names, else by a colleague of who recorded it; by neither of the two."""
        step, at = self.steps[key.partition("#")[0]], (key, str(case.steps[key].round), node.id)
        nobody = {decision.recorded_by, decision.decided_by} - {decision.seat.partition("@")[2]}
        excluded = " ".join(sorted(nobody, key=lambda who: who != decision.recorded_by))
        role, _, body = decision.recorded_in.partition("@")
        named = self.seats(case, key, step.check_by) if step.check_by else []
        for seat in named or [(role, body, "any")]:
            yield ("check", *at, *seat, excluded)

    def speaking(self, case: Case, key: str) -> Iterator[tuple[Node, Decision]]:
        """Decisions at nodes that apply, taken on what lies there now."""
        for node in self.nodes_that_apply(case, key):
            for decision in case.steps[key].decisions:
                if decision.node == node.id and self.speaks(key, node, decision):
                    yield node, decision

    def turn(self, case: Case, key: str) -> tuple[Node, Verdict] | None:
        """The first node that has not done its part."""
        for node in self.nodes_that_apply(case, key):
            verdict = self.verdict(case, key, node)
            if verdict.how != "done":
                return node, verdict
        return None

    def clocks(self, case: Case) -> set[tuple[str, str, str, date]]:
        """Every clock that runs: kind, step, node, the day it strikes."""
        found: set[tuple[str, str, str, date]] = set()
        if case.status != "open":
            return found
        for key, state in case.steps.items():
            if state.status in RUNNING and self.applies(case, key.partition("#")[0]):
                for kind, node, last in self._step_clocks(case, key, state):
                    found.add((kind, key, node, last + timedelta(days=1)))
        return found

    def _step_clocks(self, case: Case, key: str, state: StepState) -> Iterator[tuple[str, str, date]]:
        if state.due and state.due.date and not state.overdue:
            yield "due", "", state.due.date
        if state.period and not state.period_ended and state.status in DOER:
            yield "period", "", state.period.ends_on
        machine = state.machine
        if state.status in ("verifying", "filing") and machine and not machine.manual:
            assert machine.manual_on is not None, "a machine's work turns manual some day"
            yield "manual", "", machine.manual_on
        if state.status == "in_review" and state.node:
            node = self.node(key, state.node)
            answered = {d.seat for d in state.decisions if d.node == node.id and self.speaks(key, node, d)}
            silent = [s for s in self.node_seats(case, key, node) if f"{s[0]}@{s[1]}" not in answered]
            if node.silence == "no_opinion" and node.due and silent:
                assert state.node_due is not None, "a consultation with a term has its day"
                assert state.node_due.date is not None
                yield "lapse", node.id, state.node_due.date

    # --- what must never be

    def faults(self, case: Case) -> Iterator[str]:
        """Everything that is wrong with a settled case."""
        for key, state in case.steps.items():
            step = key.partition("#")[0]
            if state.status in RUNNING and not self.applies(case, step):
                yield f"{key} is {state.status} and does not apply"
            elif state.status in RUNNING and not self.gates_done(case, key):
                yield f"{key} is {state.status} and its gates are not done"
            if state.status in ("in_review", "filing", "closed") and state.submitted_by:
                for decision in state.decisions:
                    if decision.decided_by == self.submitter[key]:
                        yield f"{key}: {decision.decided_by} decided on the own submission"
        if case.status == "open":
            yield from self._left_behind(case)

    def _left_behind(self, case: Case) -> Iterator[str]:
        undone = False
        for step in self.steps:
            told = self.applies(case, step)
            if told is False:
                continue
            keys = self.copies(case, step)
            undone = undone or told is None or keys is None
            for key in keys or ():
                undone = undone or status(case, key) not in DONE
                if told and status(case, key) == "not_started" and self.gates_done(case, key):
                    yield f"{key} is ready and was not opened"
        if not undone:
            yield "everything is done and the case is still open"

    def closing_faults(self, case: Case, key: str) -> Iterator[str]:
        """What is wrong with a step that has just closed."""
        for node in self.nodes_that_apply(case, key):
            verdict = self.verdict(case, key, node)
            if verdict.how != "done":
                yield f"{key} closed and node {node.id} stands {verdict.how}"
        machine = case.steps[key].machine
        if self.steps[key.partition("#")[0]].machine.file is not None:
            filed = (
                machine and machine.kind == "file" and machine.outcome == "accepted" and machine.checked_by
            )
            if not filed:
                yield f"{key} closed and was not filed"


def status(case: Case, key: str) -> str:
    return str(case.steps[key].status) if key in case.steps else "not_started"


def waits_for_check(decision: Decision) -> bool:
    """待核对."""
    return (
        decision.medium != "clock"
        and decision.recorded_by != decision.decided_by
        and not decision.verified_by
    )
