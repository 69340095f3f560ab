"""Fair play on a walk: what waits is done by someone entitled to it, and brings a case to its end."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from domain import commands as c
from domain.case import CheckResult
from domain.checks import seen
from domain.decide import Accepted
from domain.decisions import Adoption, Medium, Outcome
from domain.objections import ObjectionResult
from domain.open_work import WorkItem
from domain.programme import Evidence
from domain.refusal import Refused
from domain.register_rows import fill
from tests.domain.play import MACHINE, REASON
from tests.domain.walk import ROWS, Walk

FORWARD = {
    "approve": [Outcome.AGREE] * 4 + [Outcome.AGREE_WITH_CHANGES],
    "countersign": [Outcome.AGREE, Outcome.AGREE, Outcome.RESERVE],
    "consult": [Outcome.NO_OPINION, Outcome.NO_OPINION, Outcome.OPINION],
    "meeting": [Outcome.PASSED, Outcome.PASSED_WITH_CHANGES],
}
NUMBER = "示纪〔2022〕第5号"


class Fair(Walk):
    """A walk with hands that do what waits, and rightly."""

    # --- fair play: always accepted

    def fair(self, rng: Random) -> None:
        """Do one of the things that wait, rightly; where nothing waits for a person, let the clock go on."""
        items = [w for w in self.work.values() if self.holders(w)]
        if items:
            self._do(rng, rng.choice(items))
        elif self.timers:
            self.strike(rng)
        elif self.model.awaited(self.now):
            assert isinstance(self.bring_checks(rng, passed=True), Accepted)
        elif self.now.status == "open":
            self._resume(rng)

    def bring_checks(self, rng: Random, *, passed: bool) -> Accepted | Refused:
        """A compliance run has looked at some papers, or at none."""
        lies = [f"{key}/{slot}" for key, state in self.now.steps.items() for slot in state.evidence]
        lies += [f"register/{name}" for name in self.now.registers]
        refs = rng.sample(lies, min(len(lies), rng.randint(0, 2)))
        result = CheckResult(
            check="C-01",
            passed=passed,
            evaluated_on=self.today,
            rule_version="1",
            saw={ref: seen(self.now, ref) for ref in refs},
        )
        return self.act(c.RecordChecks, MACHINE, results=(result,))

    def _do(self, rng: Random, item: WorkItem) -> None:
        by = rng.choice(self.holders(item))
        doing = getattr(self, f"_do_{item.kind}")
        result = doing(rng, item, by)
        assert isinstance(result, Accepted), f"fair play refused: {item.kind} by {by}: {result}"

    def _do_submit(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        """One thing that is lacking, else the submission itself."""
        key = item.step
        step = self.plan.view(self.now.choices).by_id[key.partition("#")[0]]
        state = self.state(key)
        for choice in self.programme.choices:
            if choice.at == step.id and choice.id not in self.now.choices and choice.default is None:
                value = rng.choice(list(choice.values))
                return self.act(c.SetChoice, "zone.handler", choice=choice.id, value=value)
        for name in step.step.fills:
            if name not in self.now.registers:
                return self.fill(rng, key, by)
        for slot in step.slots:
            bad = state.evidence.get(slot.id) and state.evidence[slot.id].fields.get("result") == "bad"
            needed = slot.required and slot.moment != "filing" and slot.id not in state.evidence
            noticed = step.step.publicity and step.step.publicity.notice == slot.id and state.period is None
            if needed or bad or noticed:
                return self.add(rng, key, slot, by, good=True)
        return self._hand_in(rng, key, by)

    def _hand_in(self, rng: Random, key: str, by: str) -> Accepted | Refused:
        """The submission, after what was posted has run out and objections have their answers."""
        state = self.state(key)
        if self.model.held_back(key, state):
            return self._answer(rng, key, by)
        if state.period is not None and self.today <= state.period.ends_on:
            self.today = state.period.ends_on + timedelta(days=rng.randint(1, 3))
        return self.act(c.Submit, by, step=key)

    def add(
        self, rng: Random, key: str, slot: Evidence, by: str, *, good: bool, as_decided: bool = False
    ) -> Accepted | Refused:
        values = {
            "issued_on": self.today.isoformat(),
            "starts_on": self.today.isoformat(),
            "name": "示例公司",
            "result": "good" if good else rng.choice(["good", "bad"]),
        }
        return self.act(
            c.AddEvidence,
            by,
            step=key,
            slot=slot.id,
            mode="reference",
            title=f"第{rng.randint(1, 3)}稿",
            fields={str(f): values[str(f)] for f in slot.fields if str(f) in values},
            as_decided=as_decided,
        )

    def fill(self, rng: Random, key: str, by: str) -> Accepted | Refused:
        rows = ROWS[: rng.randint(0, 2)]
        root = f"root {len(rows)} {rng.randint(1, 2)}"
        items = fill(self.plan, self.plan.registers["list"], rows).items
        return self.act(c.FillRegister, by, step=key, register="list", rows=len(rows), root=root, items=items)

    def _do_decide(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        node = self.model.node(item.step, item.node)
        return self.decide(rng, item, by, rng.choice(FORWARD[str(node.kind)]))

    def decide(
        self, rng: Random, item: WorkItem, by: str, outcome: Outcome, **more: Any
    ) -> Accepted | Refused:
        """Online, or as a recording where the body has no accounts or chance will have it."""
        fields: dict[str, Any] = {"step": item.step, "node": item.node, "outcome": outcome, "seat": item.seat}
        if outcome is not Outcome.AGREE:
            fields["opinion"] = REASON
        if item.role == "committee":
            fields |= {"decided_by": "b-committee", "medium": Medium.MINUTES, "number": NUMBER}
        elif rng.randint(1, 4) == 1 and item.position != "any" and by != self._doer(item.step):
            fields |= {"decided_by": by, "medium": Medium.SIGNED_PAPER}
            by = self._doer(item.step)
        return self.act(c.Decide, by, **(fields | more))

    def _do_read(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(c.MarkRead, by, step=item.step, circulation=item.key.split(":")[1])

    def _do_follow_up(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(
            c.ReportFollowUp, by, step=item.step, follow_up=item.key.split(":")[1], opinion=REASON
        )

    def _do_confirm_follow_up(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        told = {"agrees": rng.randint(1, 4) > 1, "reason": REASON}
        return self.act(c.ConfirmFollowUp, by, step=item.step, follow_up=item.key.split(":")[1], **told)

    def _do_delegated(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(c.AnswerDelegation, by, step=item.step, opinion=REASON)

    def _do_record(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        """What a meeting decided, entered by who has it in the inbox."""
        node = self.model.node(item.step, item.node)
        outcome = rng.choice(FORWARD[str(node.kind)])
        recorded = {"decided_by": item.seat.partition("@")[2], "medium": Medium.MINUTES, "number": NUMBER}
        fields = {"step": item.step, "node": item.node, "seat": item.seat, "outcome": outcome}
        return self.act(c.Decide, by, opinion=REASON, **fields, **recorded)

    def _doer(self, key: str) -> str:
        doer = self.state(key).doer
        assert doer is not None
        return f"{doer.body.removeprefix('b-')}.{doer.position}"

    def _do_check(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        waiting = [
            d.id
            for d in self.state(item.step).decisions
            if d.unchecked and d.node == item.node and d.seat == item.seat
        ]
        return self.act(c.CheckDecision, by, step=item.step, decision=waiting[0])

    def _do_adopt(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        decision = next(
            d for d in self.state(item.step).decisions if d.node == item.node and d.seat == item.seat
        )
        adoption = rng.choice(list(Adoption))
        return self.act(
            c.AdoptOpinion, by, step=item.step, decision=decision.id, adoption=adoption, reason=REASON
        )

    def _do_reread(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(c.AcknowledgeReads, by, step=item.step, opinion=rng.choice([None, REASON]))

    def _do_change(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        """One paper changed as decided, or the report that all is done."""
        step = self.plan.view(self.now.choices).by_id[item.step.partition("#")[0]]
        seen = self.model.names(item.step, self.model.node(item.step, item.node))
        changed = [slot for slot in step.slots if slot.id in ("text", "note") and slot.id in seen]
        decision = item.key.rpartition(":")[2]
        if changed and rng.randint(1, 2) == 1:
            return self.add(rng, item.step, rng.choice(changed), by, good=True, as_decided=True)
        return self.act(c.ReportChanges, by, step=item.step, decision=decision, opinion=REASON)

    def _do_confirm_changes(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        decision, agrees = item.key.rpartition(":")[2], rng.randint(1, 4) > 1
        reason = None if agrees else REASON
        return self.act(c.ConfirmChanges, by, step=item.step, decision=decision, agrees=agrees, reason=reason)

    def _do_invite(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        bodies = tuple(rng.sample(["b-county", "b-city", "b-reform"], rng.randint(1, 3)))
        return self.act(c.InviteParticipants, by, step=item.step, node=item.node, bodies=bodies)

    def _do_verify(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(c.RecordVerification, by, step=item.step, outcome="matched")

    def _do_file(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(
            c.RecordFiling, by, step=item.step, outcome="accepted", fields={"number": "示函〔2022〕1号"}
        )

    def _do_objection(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self._answer(rng, item.step, by)

    def _answer(self, rng: Random, key: str, by: str) -> Accepted | Refused:
        """One of those that wait, the ones raised in time first: they keep the step from going on."""
        waiting = [each for each in self.state(key).objections.values() if each.result is None]
        first = min(waiting, key=lambda each: each.late)
        result = rng.choice(list(ObjectionResult))
        return self.act(c.AnswerObjection, by, step=key, objection=first.id, result=result, opinion=REASON)

    def _do_check_filing(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        return self.act(c.CheckFiling, by, step=item.step)

    def _do_confirm(self, rng: Random, item: WorkItem, by: str) -> Accepted | Refused:
        proposal = item.key.split(":")[1]
        fields = {"step": item.step, "round": item.round, "proposal": proposal}
        agrees = rng.choice([True, True, False])
        result = self.act(c.ConfirmProposal, by, agrees=agrees, **fields)
        if isinstance(result, Refused) and agrees:
            return self.act(c.ConfirmProposal, by, agrees=False, **fields)
        return result

    def strike(self, rng: Random) -> None:
        """The next clock that strikes, on its day."""
        timer = min(self.timers.values(), key=lambda t: (t.on, t.key))
        self.today = max(self.today, timer.on)
        result = self.act(c.FireTimer, MACHINE, key=timer.key, generation=timer.generation)
        assert isinstance(result, Accepted), result
        assert timer.key not in self.timers or self.timers[timer.key] != timer

    def _resume(self, rng: Random) -> None:
        held = [key for key, state in self.now.steps.items() if state.status == "suspended"]
        assert held, "an open case without work, clock or suspended step"
        result = self.propose(rng, "resume", rng.choice(held), "reform.handler2")
        assert isinstance(result, Accepted), result

    def propose(self, rng: Random, kind: str, key: str, by: str, **more: Any) -> Accepted | Refused:
        fields = {"number": "示编〔2022〕1号", "approver": "示例批准人", "reason": REASON} | more
        return self.act(c.Propose, by, step=key, kind=kind, **fields)

    def finish(self, rng: Random, limit: int = 600) -> None:
        """To the end by fair play."""
        for _ in range(limit):
            if self.now.status != "open":
                return
            self.fair(rng)
        raise AssertionError(f"not at its end after {limit} fair acts: {self.now.steps}")
