"""What must be open, and what must never be: the second part of the plain second opinion (`walk_rules`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from domain import commands as c
from domain.case import Case, Hand, StepState
from domain.decisions import Decision
from domain.programme import Node
from tests.domain.walk_follow import asked_beside, read, told
from tests.domain.walk_reading import awaits, status, waits_for_check
from tests.domain.walk_rules import DOER, DONE, RUNNING, Rules, Seat, Verdict
from tests.domain.walk_signed import signed_faults

Item = tuple[str, ...]
HANDED_IN = {"verifying", "in_review", "filing", "closed", "accepted"}


class Model(Rules):
    """The work and the clocks that follow from what was seen, and the faults."""

    def accepted(self, command: c.Command, actor: str, before: Case | None, after: Case) -> None:
        """Take note of an accepted command."""
        super().accepted(command, actor, before, after)
        read(self, command, actor, after)
        told(self, command, actor, after)

    # --- what must be open

    def work(self, case: Case) -> Counter[Item]:
        """All work the state implies: kind, step, round, node, role, body, position, who may not."""
        found: Counter[Item] = Counter()
        if case.status == "terminated":
            return found
        for key, state in case.steps.items():
            if state.status in RUNNING and self.applies(case, key.partition("#")[0]):
                found.update(self._step_work(case, key, state))
            if state.status in HANDED_IN and self.applies(case, key.partition("#")[0]):
                found.update(self._reread_work(case, key, state))
            if state.status in {*RUNNING, *HANDED_IN} and self.applies(case, key.partition("#")[0]):
                found.update(self._objection_work(key, state))
        for proposal in case.proposals.values():
            for seat in self.seats(case, "", self.programme.overseer):
                found[("confirm", proposal.step, str(proposal.round), "", *seat, proposal.proposed_by)] += 1
        found.update(asked_beside(self, case))
        return found

    def _reread_work(self, case: Case, key: str, state: StepState) -> Iterator[Item]:
        if self.read_at.get(key, {}) != self.reads(case, key):
            assert state.doer is not None
            doer = (state.doer.role, state.doer.body, state.doer.position)
            yield ("reread", key, str(state.round), "", *doer, "")

    def _objection_work(self, key: str, state: StepState) -> Iterator[Item]:
        for objection in state.objections.values():
            if objection.result is None:
                assert state.doer is not None
                doer = (state.doer.role, state.doer.body, state.doer.position)
                yield ("objection", key, str(state.round), "", *doer, "")

    def held_back(self, key: str, state: StepState) -> bool:
        """Whether somebody has objected in time, waits for an answer, and the programme lets that stop it."""
        public = self.steps[key.partition("#")[0]].publicity
        waits = any(each.result is None and not each.late for each in state.objections.values())
        return waits and public is not None and public.objections != "record"

    def awaited(self, case: Case) -> list[tuple[str, str]]:
        """The checks that are all that steps wait for."""
        found: list[tuple[str, str]] = []
        for step in self.steps if case.status == "open" else ():
            asked = [gate.check for gate in self.steps[step].gates if gate.check]
            for key in (self.copies(case, step) or ()) if asked and self.applies(case, step) else ():
                done = self.gates_done(case, key, checks=False)
                if status(case, key) == "not_started" and done:
                    found += [(check, key) for check in asked if not self.passed(case, check)]
        return found

    def _step_work(self, case: Case, key: str, state: StepState) -> Iterator[Item]:
        step, at = self.steps[key.partition("#")[0]], (key, str(state.round))
        nobody = (step.doer, "", str(self.roles[step.doer].position))
        doer = (self.seats(case, key, step.doer) or [nobody])[0]
        if state.status in DOER:
            yield from in_hand("submit", (*at, ""), doer, state.hands.get("doer"), "")
        elif state.status == "in_review":
            held = self.held_back(key, state) and self.turn(case, key) is None
            yield from () if held else self._review_work(case, key, state, doer)
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
            hand = state.hands.get(f"{node.id}|{seat[0]}@{seat[1]}")
            yield from in_hand("decide", (*at, node.id), seat, hand, self.submitter[key])
            yield from (("record", *at, node.id, *place, "") for place in self.recorders(case, key, seat))
        for other, decision in self.speaking(case, key):
            if waits_for_check(decision):
                yield from self._check_work(case, key, other, decision)
            elif other is node and awaits(decision):
                seated = [s for s in self.node_seats(case, key, node) if f"{s[0]}@{s[1]}" == decision.seat]
                yield from self._changes_work(case, key, node, decision, doer) if seated else ()
            elif other is node and decision.outcome == "opinion" and decision.adoption is None:
                role = node.adopt_by or self.steps[key.partition("#")[0]].doer
                for seat in self.seats(case, key, role):
                    yield ("adopt", *at, node.id, *seat, "")
        if node.participants == "run_time" and not state.participants.get(node.id):
            yield ("invite", *at, node.id, *doer, "")

    def _check_work(self, case: Case, key: str, node: Node, decision: Decision) -> Iterator[Item]:
        """By the role the step names, else by a colleague of who recorded it; by neither of the two."""
        step, at = self.steps[key.partition("#")[0]], (key, str(case.steps[key].round), node.id)
        decided = [decision.decided_by] if decision.decided_by != decision.seat.partition("@")[2] else []
        recorded_for = self.away(decision.recorded_by, decision.recorded_in)
        acting_for = self.away(decision.decided_by, decision.seat)
        excluded = " ".join([decision.recorded_by, *decided, *recorded_for, *acting_for])
        role, _, body = decision.recorded_in.partition("@")
        named = self.seats(case, key, step.check_by) if step.check_by else []
        for seat in named or [(role, body, "any")]:
            yield ("check", *at, *seat, excluded)

    def _changes_work(
        self, case: Case, key: str, node: Node, decision: Decision, doer: Seat
    ) -> Iterator[Item]:
        at = (key, str(case.steps[key].round), node.id)
        if not decision.changed_by:
            yield ("change", *at, *doer, "")
            return
        changed = self.behind(case, key, decision.changed_by).split()
        nobody = " ".join(dict.fromkeys([*changed, *self.submitter[key].split()]))
        for seat in self._confirmers(case, key, node, decision):
            yield ("confirm_changes", *at, *seat, nobody)

    def _confirmers(self, case: Case, key: str, node: Node, decision: Decision) -> list[Seat]:
        """Who the node names; a leader in the own seat, unless written down for one without account."""
        role = self.roles.get(decision.seat.partition("@")[0])
        signs_in = role is not None and self.kinds[role.body] == "account"
        own = signs_in or decision.recorded_by == decision.decided_by
        if node.confirm_by is None and decision.outcome == "agree_with_changes" and own:
            return [s for s in self.node_seats(case, key, node) if f"{s[0]}@{s[1]}" == decision.seat]
        return self.seats(case, key, node.confirm_by or self.programme.overseer)

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
            public = self.steps[key.partition("#")[0]].publicity
            if not (public and public.objections == "prolong" and self.held_back(key, state)):
                yield "period", "", state.period.ends_on
        machine = state.machine
        if state.status in ("verifying", "filing") and machine and not machine.manual:
            assert machine.manual_on is not None, "a machine's work turns manual some day"
            yield "manual", "", machine.manual_on
        yield from self._node_clocks(case, key, state)

    def _node_clocks(self, case: Case, key: str, state: StepState) -> Iterator[tuple[str, str, date]]:
        for place, hand in state.hands.items():
            turn = state.status in DOER if place == "doer" else place.partition("|")[0] == state.node
            if hand.prepares and hand.until and not hand.answered and turn:
                yield "delegation", place, hand.until
        if state.status == "in_review" and state.node:
            node = self.node(key, state.node)
            answered = {d.seat for d in state.decisions if d.node == node.id and self.speaks(key, node, d)}
            silent = [s for s in self.node_seats(case, key, node) if f"{s[0]}@{s[1]}" not in answered]
            if node.silence != "no_opinion" and state.node_due and not state.node_overdue:
                assert state.node_due.date is not None
                yield "node_due", node.id, state.node_due.date
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
            elif state.status in RUNNING and not self.gates_done(case, key, checks=False, blocks=False):
                yield f"{key} is {state.status} and its gates are not done"
            if state.status in ("in_review", "filing", "closed") and state.submitted_by:
                yield from self._own_decisions(key, state)
        for key in [key for key, state in case.steps.items() if state.status == "in_review"]:
            yield from signed_faults(self, case, key, self.turn(case, key))
        if case.status == "open":
            yield from self._left_behind(case)

    def _own_decisions(self, key: str, state: StepState) -> Iterator[str]:
        for decision in state.decisions:
            if self.persons(decision) & set(self.submitter[key].split()):
                yield f"{key}: {decision.decided_by} decided on the own submission"

    def persons(self, decision: Decision) -> set[str]:
        """Who decided, and whose place a deputy filled."""
        return {decision.decided_by, *self.away(decision.decided_by, decision.seat)}

    def away(self, who: str, seat: str) -> list[str]:
        """For whom a deputy acts in a seat: the first of those away who has it."""
        role = self.roles.get(seat.partition("@")[0])
        added = "head" if seat.startswith("signer@") else "handler"
        position = str(role.position) if role else added
        return [f"{who.removesuffix('proxy')}{position}"] if who.endswith(".proxy") else []

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
        if self.held_back(key, case.steps[key]) and machine is None:
            yield f"{key} closed and an objection raised in time has no answer"
        if self.steps[key.partition("#")[0]].machine.file is not None:
            filed = (
                machine and machine.kind == "file" and machine.outcome == "accepted" and machine.checked_by
            )
            if not filed:
                yield f"{key} closed and was not filed"


def in_hand(kind: str, at: tuple[str, ...], seat: Seat, hand: Hand | None, nobody: str) -> Iterator[Item]:
    """A place's work: one person's alone where it was handed over; beside it what somebody prepares."""
    handed = hand is not None and not hand.prepares
    yield (kind, *at, *((*seat[:2], f"@{hand.person}") if hand and handed else seat), nobody)
    if hand is not None and hand.prepares and not hand.answered:
        yield ("delegated", *at, seat[0], hand.body, f"@{hand.person}", "")
