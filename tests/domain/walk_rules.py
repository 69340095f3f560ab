"""A plain second opinion on a case: written from the rules as told, without the engine's own reckoning.

It remembers what accepted commands said (which paper lay where when somebody decided) and works out from the
programme as data what must follow. It reads the case for what is recorded there and imports neither nodes,
plan, settle, open_work nor judging.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from domain import commands as c
from domain.case import Case, CheckResult
from domain.case import Item as CompanyRow
from domain.decisions import Decision
from domain.programme import Node, Programme, Role, Step
from tests.domain.walk_reading import awaits, here, status, waits_for_check
from tests.domain.walk_waiting import redone, wants_changes

GOOD = {"agree", "agree_with_changes", "reserve", "no_opinion", "lapsed", "passed", "passed_with_changes"}
BAD = {"disagree", "revise", "rejected", "return"}
DONE = {"closed", "accepted", "not_applicable"}
DOER = {"in_progress", "returned", "reopened"}
RUNNING = DOER | {"verifying", "in_review", "filing"}

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


class Rules:
    """What one walk has seen, and how nodes and gates stand by it."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.roles: dict[str, Role] = {role.id: role for role in programme.roles}
        self.levels = {body.id: str(body.level) for body in programme.bodies}
        self.kinds = {body.id: str(body.kind) for body in programme.bodies}
        self.steps: dict[str, Step] = {s.id: s for stage in programme.stages for s in stage.steps}
        self.stage_of = {s.id: stage for stage in programme.stages for s in stage.steps}
        self.papers: dict[str, dict[str, str]] = {}
        self.lists: dict[str, str] = {}
        self.seen: dict[str, dict[str, str]] = {}
        """Decision → the papers as they lay when it was taken."""
        self.submitter: dict[str, str] = {}
        """Step → who handed it in, and between spaces for whom."""
        self.read_at: dict[str, dict[str, str]] = {}
        """Step → what lay there of what it reads, when it was handed in or compared."""
        self.resume: dict[str, str] = {}
        """Step → the node that sent it back last."""
        self.changes: dict[tuple[str, int, str], list[tuple[str, str, str]]] = {}
        """Step, round, node → signers added (where, body, beside whom) and taken out, in turn."""
        self.results: dict[str, CheckResult] = {}
        self.reading: dict[str, tuple[str, int, list[str]]] = {}
        """Circulation → step, round, and the places that have not read it."""
        self.followed: dict[str, Any] = {}
        """议定事项 (`walk_follow.Followed`)."""
        self.skipped: set[str] = set()  # 免签 that has been looked at
        self.barred: set[tuple[str, str]] = set()  # decision, node: returned there, it is asked, 免签 or not
        self.fixed: dict[str, int] = {}
        """Paper → how often a field of its present version was corrected."""

    # --- remembering

    def accepted(self, command: c.Command, actor: str, before: Case | None, after: Case) -> None:
        """Take note of an accepted command."""
        if isinstance(command, c.AddEvidence):
            self._paper(command, before)
        elif isinstance(command, c.FillRegister):
            self.lists[command.register] = command.root
        elif isinstance(command, c.RecordChecks):
            self.results.update({result.check: result for result in command.results})
        elif isinstance(command, c.AddSigner | c.RemoveSigner) and before is not None:
            self._signers(command, actor, before)
        elif isinstance(command, c.Submit):
            self.submitter[command.step] = self.behind(after, command.step, actor)
            self._carried(command.step, after)
        self._decided(command, before, after)
        for fixed in after.corrections[len(before.corrections) if before else 0 :]:
            ref = f"{fixed.step}/{fixed.path.split('/')[1]}"
            self.fixed[ref] = self.fixed.get(ref, 0) + 1
        if isinstance(command, c.Submit | c.AcknowledgeReads):
            self.read_at[command.step] = self.reads(after, command.step)
        self._seen_now(after)

    def behind(self, case: Case, key: str, actor: str) -> str:
        """Who stands behind a submission: the actor, and on leave whose place the deputy filled."""
        doer = self.seats(case, key, self.steps[key.partition("#")[0]].doer)
        if not actor.endswith(".proxy"):
            return actor
        return f"{actor} {actor.removesuffix('proxy')}{doer[0][2]}"

    def _seen_now(self, after: Case) -> None:
        for key, state in after.steps.items():
            for decision in state.decisions:
                if decision.id not in self.seen:
                    self.seen[decision.id] = self.lies(key, self.node(key, decision.node))

    def _paper(self, command: c.AddEvidence, before: Case | None) -> None:
        here = self.papers.setdefault(command.step, {})
        new = f"{command.title}|{sorted(command.fields.items())}"
        if command.as_decided and before is not None:
            self._carry(command, before, new)
        here[command.slot] = new
        self.fixed[f"{command.step}/{command.slot}"] = 0

    def _carry(self, command: c.AddEvidence, before: Case, new: str) -> None:
        """Who asked for changes, and those before who saw the same, saw this paper too."""
        state = before.steps[command.step]
        nodes = [node.id for node in self.steps[command.step.partition("#")[0]].nodes]
        standing = [
            (nodes.index(d.node), d)
            for d in state.decisions
            if self.speaks(command.step, self.node(command.step, d.node), d)
        ]
        asked = {d.id: at for at, d in standing if wants_changes(self, before, command.step, d)}
        last = self.node(command.step, nodes[min(asked.values())])
        in_turn = last.mode == "sequential" and not last.collect
        for at, decision in standing:
            node = self.node(command.step, decision.node)
            told = at < min(asked.values()) or (node is last and (in_turn or decision.id in asked))
            if told and command.slot in self.names(command.step, node):
                self.seen[decision.id][command.slot] = new

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

    def reads(self, case: Case, key: str) -> dict[str, str]:
        """What a step reads, as it lies now; corrected fields count."""
        step = self.steps[key.partition("#")[0]]
        found = {}
        for ref in step.reads:
            owner, _, name = ref.partition("/")
            if owner == "register":
                found[ref] = self.lists.get(name, "")
            else:
                paper = self.papers.get(owner, {}).get(name, "")
                found[ref] = f"{paper} {self.fixed.get(ref, 0)}"
        return found

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

    def recorders(self, case: Case, key: str, seat: Seat) -> list[Seat]:
        """Who enters what a body without accounts has decided."""
        told = self.roles.get(seat[0])
        if told is None or self.kinds[told.body] == "account":
            return []
        named = [place for role in told.recorders for place in self.seats(case, key, role)]
        return named or self.seats(case, key, self.steps[key.partition("#")[0]].doer)

    def node_seats(self, case: Case, key: str, node: Node) -> list[Seat]:
        """Those of the programme, with those added in their place and without those taken out."""
        if node.participants == "run_time":
            role = node.roles[0] if node.roles else "participant"
            seats = [(role, body, "any") for body in case.steps[key].participants.get(node.id, ())]
        else:
            seats = [seat for role in node.roles for seat in self.seats(case, key, role)]
        changes = self.changes.get((key, case.steps[key].round, node.id), [])
        for how, body, anchor in changes:
            names = [f"{role}@{held}" for role, held, _ in seats]
            if how == "remove":
                seats = [seat for seat in seats if f"{seat[0]}@{seat[1]}" != body]
            elif how == "beside" or anchor not in names:
                seats.append(("signer", body, "head"))
            else:
                seats.insert(names.index(anchor) + (how == "after"), ("signer", body, "head"))
        return seats

    def names(self, key: str, node: Node) -> set[str]:
        """All that a node may look at."""
        step = self.steps[key.partition("#")[0]]
        if node.looks_at is not None:
            return set(node.looks_at)
        own = {slot.id for slot in step.evidence if slot.moment != "filing"}
        return own | {f"list {name}" for name in (*step.fills, *step.freezes)}

    def _carried(self, key: str, after: Case) -> None:
        """直接送回: only who sat before the returner, and saw nothing unseen by it or changed."""
        order = [node.id for node in self.steps[key.partition("#")[0]].nodes]
        for decision in after.steps[key].decisions:
            if decision.id not in self.seen:
                continue
            node, target = self.node(key, decision.node), self.resume[key]
            assert order.index(node.id) < order.index(target), "carried past who returned it"
            same = self.seen[decision.id] == self.lies(key, node)
            assert same or self.names(key, node) <= self.names(key, self.node(key, target)), "unseen"
            self.seen[decision.id] = self.lies(key, node)
        self.resume.pop(key, None)

    def _decided(self, command: c.Command, before: Case | None, after: Case) -> None:
        if isinstance(command, c.Decide | c.CheckDecision) and before is not None:
            self._back(command.step, before, after)
            was, now = before.steps[command.step], after.steps[command.step]
            if now.round > was.round or (now.resume and now.resume.after):
                self.resume[command.step] = was.node

    def _back(self, key: str, before: Case, after: Case) -> None:
        """退回到前面的节点: what was added or taken out from there on falls."""
        was, now = before.steps[key], after.steps[key]
        order = [node.id for node in self.steps[key.partition("#")[0]].nodes]
        if was.round == now.round and now.node and order.index(now.node) < order.index(was.node):
            for name in order[order.index(now.node) :]:
                self.changes.pop((key, now.round, name), None)
                self.barred.update((decision.id, name) for decision in now.decisions)

    def before(self, case: Case, key: str, node: Node) -> list[tuple[str, str]]:
        """Who has to answer before whom, by the way they were added."""
        found = []
        for how, body, anchor in self.changes.get((key, case.steps[key].round, node.id), []):
            if how in ("before", "after"):
                pair = (f"signer@{body}", anchor)
                found.append(pair if how == "before" else pair[::-1])
        return found

    def _signers(self, command: c.AddSigner | c.RemoveSigner, actor: str, before: Case) -> None:
        """An own seat that is asked is the anchor; taking out one's own addition takes the addition back."""
        state = before.steps[command.step]
        told = self.changes.setdefault((command.step, command.round, state.node), [])
        if isinstance(command, c.RemoveSigner):
            told.append(("remove", command.seat, ""))
            return
        body, _, position = actor.partition(".")
        verdict = self.verdict(before, command.step, self.node(command.step, state.node))
        held = ["handler", "head"] if actor == "both.zone" else [position.rstrip("0123456789")]
        where = "b-zone" if actor == "both.zone" else f"b-{body}"
        mine = [f"{s[0]}@{s[1]}" for s in verdict.asked if s[1] == where and s[2] in (*held, "any")]
        told.append((command.place, command.body, mine[0] if mine else ""))

    # --- nodes

    def speaks(self, key: str, node: Node, decision: Decision) -> bool:
        """Whether it was taken on what lies there now."""
        return self.seen[decision.id] == self.lies(key, node)

    def verdict(self, case: Case, key: str, node: Node) -> Verdict:
        """How a node stands, by the rules of its kind, and in the order in which signers were added."""
        found = self._verdict(case, key, node)
        names = [f"{s[0]}@{s[1]}" for s in self.node_seats(case, key, node)]
        heard = {
            d.seat
            for d in case.steps[key].decisions
            if d.node == node.id
            and self.speaks(key, node, d)
            and not waits_for_check(d)
            and d.outcome != "deferred"
        }
        held = {then for first, then in self.before(case, key, node) if first in names and first not in heard}
        return Verdict(found.how, [s for s in found.asked if f"{s[0]}@{s[1]}" not in held])

    def _verdict(self, case: Case, key: str, node: Node) -> Verdict:
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
        yes = [s for s, d in heard.items() if d.outcome in GOOD and not awaits(d)]
        no = [s for s, d in heard.items() if d.outcome in BAD]
        votes = node.quorum or 0
        needed = {"any": 1, "quorum": min(votes, len(seats))}.get(str(node.mode), len(seats))
        if len(yes) >= needed:
            return Verdict("done")
        if no and (node.mode != "quorum" or len(seats) - len(no) < needed):
            return Verdict("against")
        if node.mode == "any" and any(awaits(d) for d in heard.values()):
            return Verdict("open")
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
        if register is None or not register.frozen:
            return None
        return [f"{step}#{row.key}" for row in register.items if self.for_row(step, row)]

    def for_row(self, step: str, row: CompanyRow) -> bool:
        """Whether a step is for a company: the first is 新设, the second 整合."""
        each = self.steps[step].for_each
        return not (each and each.when) or row.key == "a"

    def waits_for(self, step: str) -> Iterator[str]:
        """The steps named by gates, by the gates of the stage, and by the freezing of what it runs on."""
        for gate in (*self.stage_of[step].gates, *self.steps[step].gates):
            if gate.step:
                yield gate.step
            if gate.stage:
                yield from (s for s in self.steps if self.stage_of[s].id == gate.stage and s != step)

    def passed(self, case: Case, check: str) -> bool:
        """Whether the last result was good, and all it saw lies there still."""
        found = self.results.get(check)
        return bool(found and found.passed) and all(
            here(case, ref) == digest for ref, digest in found.saw.items()
        )

    def blocked(self, key: str) -> bool:
        """Whether what comes after a step waits for something that a meeting wants done first."""
        return any(f.blocks and f.live and not f.done and f.step == key for f in self.followed.values())

    def gates_done(self, case: Case, key: str, *, checks: bool = True, blocks: bool = True) -> bool:
        """前置条件 of one copy."""
        step, _, row = key.partition("#")
        own = self.steps[step].for_each
        for earlier in self.waits_for(step):
            if self.applies(case, earlier) is False:
                continue
            other = self.steps[earlier].for_each
            keys = self.copies(case, earlier)
            if row and own and other and own.register_id == other.register_id and keys is not None:
                keys = [key for key in keys if key == f"{earlier}#{row}"]
            if keys is None or any(status(case, k) not in DONE for k in keys):
                return False
            if blocks and any(self.blocked(k) for k in keys):
                return False
        asked = [gate.check for gate in self.steps[step].gates if gate.check] if checks else []
        if not all(self.passed(case, check) for check in asked):
            return False
        needed = [g.frozen for g in self.steps[step].gates if g.frozen] + ([own.register_id] if own else [])
        if blocks and any(self.blocked(s) for s, each in self.steps.items() if {*each.freezes} & {*needed}):
            return False
        frozen = all(name in case.registers and case.registers[name].frozen for name in needed)
        return frozen and redone(self, case, key, blocks=blocks)
