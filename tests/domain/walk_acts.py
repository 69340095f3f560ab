"""Trouble on a walk: everything people, clocks and outside systems do at the wrong time, place and hand."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from domain import commands as c
from domain.decide import Accepted
from domain.decisions import OUTCOMES_BY_KIND, Adoption, Medium, Outcome
from domain.refusal import Refused
from tests.domain.play import MACHINE, REASON
from tests.domain.walk import BODIES, PEOPLE
from tests.domain.walk_fair import FORWARD, NUMBER
from tests.domain.walk_time import Timely
from tests.domain.walk_trouble import follow


class Acts(Timely):
    """A walk with hands that do anything."""

    def fair(self, rng: Random) -> None:
        """Fair play; where the case is complete, somebody thinks of re-opening it."""
        if self.now.status == "open" or self.work:
            super().fair(rng)
        else:
            self.exceptional(rng)

    def send_back(self, rng: Random) -> None:
        """退回, 不同意, 退改, 暂缓 to wherever, with whatever standing."""
        items = [w for w in self.work.values() if w.kind == "decide" and self.holders(w)]
        if not items:
            return
        item = rng.choice(items)
        kind = self.model.node(item.step, item.node).kind
        against = sorted(OUTCOMES_BY_KIND[kind] - set(FORWARD[str(kind)]) or {Outcome.OPINION})
        outcome = rng.choice(against)
        more: dict[str, Any] = {}
        if outcome is Outcome.RETURN:
            nodes = [n.id for n in self.model.steps[item.step.partition("#")[0]].nodes]
            more["return_to"] = rng.choice(["doer", "", *nodes, *self.model.steps])
            more["resume"] = rng.randint(1, 3) == 1
            closed = [k for k, s in self.now.steps.items() if s.status in ("closed", "accepted")]
            if closed and rng.randint(1, 3) == 1:
                more["stands"] = tuple(rng.sample(closed, rng.randint(1, len(closed))))
        self.decide(rng, item, rng.choice(self.holders(item)), outcome, **more)

    def replace(self, rng: Random) -> None:
        """A paper exchanged, or a list filled again, whatever the state of its step."""
        key = self.any_step(rng)
        step = self.model.steps[key.partition("#")[0]]
        by = rng.choice([self._doer(key), *PEOPLE]) if self.state(key).doer else rng.choice(PEOPLE)
        if step.fills and rng.randint(1, 3) == 1:
            self.fill(rng, key, by)
        elif step.evidence:
            slot = rng.choice(step.evidence)
            self.add(rng, key, slot, by, good=False, as_decided=rng.randint(1, 4) == 1)

    def withdraw(self, rng: Random) -> None:
        """撤回提交, 撤回意见."""
        decided = [key for key, state in self.now.steps.items() if state.decisions]
        key = rng.choice(decided) if decided and rng.randint(1, 2) == 1 else self.any_step(rng)
        decisions = self.state(key).decisions
        if decisions and rng.randint(1, 3) > 1:
            decision = rng.choice(decisions)
            by = rng.choice([*[decision.recorded_by, decision.decided_by] * 3, *PEOPLE])
            self.act(c.WithdrawDecision, by if by in PEOPLE else MACHINE, step=key, decision=decision.id)
        else:
            by = self._doer(key) if self.state(key).doer else rng.choice(PEOPLE)
            self.act(c.WithdrawSubmission, by, step=key)

    def recording(self, rng: Random) -> None:
        """代录 by and for anyone, and its check by anyone."""
        waiting = [(k, d) for k, s in self.now.steps.items() for d in s.decisions if d.unchecked]
        if waiting and rng.randint(1, 2) == 1:
            key, decision = rng.choice(waiting)
            by = rng.choice([decision.recorded_by, *PEOPLE])
            agrees = rng.randint(1, 3) > 1
            result = self.act(c.CheckDecision, by, step=key, decision=decision.id, agrees=agrees)
            assert by != decision.recorded_by or isinstance(result, Refused), "checked the own recording"
            return
        items = [w for w in self.work.values() if w.kind == "decide"]
        if items:
            item = rng.choice(items)
            self.decide(
                rng,
                item,
                rng.choice(PEOPLE),
                rng.choice([Outcome.AGREE, Outcome.PASSED, Outcome.RETURN, Outcome.NO_OPINION]),
                decided_by=rng.choice([*PEOPLE, item.body, "谁也不是"]),
                medium=rng.choice([Medium.SIGNED_PAPER, Medium.TELEPHONE, Medium.MINUTES, Medium.ONLINE]),
                number=rng.choice(["", NUMBER]),
            )

    def wrong(self, rng: Random) -> None:
        """What must be refused: old rounds, outsiders, own submissions, days to come, stale clocks."""
        rng.choice([self._old_round, self._outsider, self._own, self._tomorrow, self._bad_clock])(rng)

    def _refused(self, result: Accepted | Refused, *codes: str) -> None:
        assert isinstance(result, Refused), result
        assert result.code in codes, result

    def _old_round(self, rng: Random) -> None:
        for item in self.work.values():
            if item.kind in ("submit", "decide"):
                seen = item.round + rng.choice([-1, 1])
                kind: type[c.Command] = c.Submit if item.kind == "submit" else c.Decide
                more = {} if item.kind == "submit" else {"node": item.node, "outcome": Outcome.AGREE}
                by = rng.choice(PEOPLE)
                self._refused(self.act(kind, by, step=item.step, round=seen, **more), "step.round")
                return

    def _outsider(self, rng: Random) -> None:
        for item in self.work.values():
            if item.kind == "submit":
                self._refused(self.act(c.Submit, "nobody.x", step=item.step), "actor.not_entitled")
            elif item.kind == "decide":
                outcome = next(iter(sorted(OUTCOMES_BY_KIND[self.model.node(item.step, item.node).kind])))
                result = self.act(
                    c.Decide, "nobody.x", step=item.step, node=item.node, outcome=outcome, opinion=REASON
                )
                self._refused(result, "actor.not_entitled", "return.limit")

    def _own(self, rng: Random) -> None:
        """Who submitted holds the seat too, decides or is named: refused."""
        for item in self.work.values():
            node = self.model.node(item.step, item.node) if item.kind == "decide" else None
            if node is not None and item.role == "zone_head" and item.not_person == "both.zone":
                fields = {"step": item.step, "node": item.node, "outcome": Outcome.AGREE, "seat": item.seat}
                if node.kind == "approve":
                    self._refused(self.act(c.Decide, "both.zone", **fields), "duty.own_submission")
                    named = {"decided_by": "both.zone", "medium": Medium.SIGNED_PAPER}
                    by = self._doer(item.step)
                    self._refused(self.act(c.Decide, by, **fields, **named), "duty.own_submission")

    def _tomorrow(self, rng: Random) -> None:
        on = self.today + timedelta(days=1)
        result = self.act(c.Submit, rng.choice(PEOPLE), step=self.any_step(rng), on=on)
        self._refused(result, "date.future")

    def _bad_clock(self, rng: Random) -> None:
        for timer in self.timers.values():
            stale = self.act(c.FireTimer, MACHINE, key=timer.key, generation=timer.generation - 1)
            self._refused(stale, "timer.stale")
            if timer.on > self.today:
                early = self.act(c.FireTimer, MACHINE, key=timer.key, generation=timer.generation)
                self._refused(early, "timer.early")
            return

    def again(self, rng: Random) -> None:
        """The last command once more under another id: whatever comes of it, the case stays sound."""
        if self.last is not None:
            command, by = self.last
            self.bring(command, by)

    def blind(self, rng: Random) -> None:
        """A decision of any outcome by anyone at any node of any step, on any day of the last month."""
        key = self.any_step(rng)
        nodes = [n.id for n in self.model.steps[key.partition("#")[0]].nodes] or ["n0"]
        self.act(
            c.Decide,
            rng.choice(PEOPLE),
            step=key,
            node=rng.choice(nodes),
            outcome=rng.choice(list(Outcome)),
            opinion=rng.choice([None, REASON]),
            return_to=rng.choice(["", "", "doer", *nodes, *self.model.steps]),
            on=self.today - timedelta(days=rng.choice([0, 0, 1, 30])),
            out_of_order=rng.choice(["", "", "原件日期在先"]),
        )

    def outside(self, rng: Random) -> None:
        """Answers of outside systems, right and wrong, by the machine or by hand."""
        key = self.any_step(rng)
        by = rng.choice([MACHINE, MACHINE, "city.handler", "city.handler2", rng.choice(PEOPLE)])
        kind = rng.choice([c.RecordVerification, c.RecordFiling, c.CheckFiling])
        if kind is c.CheckFiling:
            self.act(kind, by, step=key, agrees=rng.choice([True, False]))
        elif kind is c.RecordFiling:
            outcome = rng.choice(["accepted", "rejected", "unavailable"])
            self.act(kind, by, step=key, outcome=outcome, fields={"number": "示函〔2022〕1号"})
        else:
            self.act(kind, by, step=key, outcome=rng.choice(["matched", "mismatched", "unavailable"]))

    def exceptional(self, rng: Random) -> None:
        """特办事项 on any step, proposed and confirmed by anyone."""
        proposals = list(self.now.proposals.values())
        if proposals and rng.randint(1, 2) == 1:
            found = rng.choice(proposals)
            by = rng.choice([found.proposed_by, "reform.handler", "reform.handler2", rng.choice(PEOPLE)])
            fields: dict[str, Any] = {"step": found.step, "round": found.round, "proposal": found.id}
            result = self.act(c.ConfirmProposal, by, agrees=rng.randint(1, 4) > 1, **fields)
            assert by != found.proposed_by or isinstance(result, Refused), "confirmed the own proposal"
            return
        key = self.any_step(rng)
        kinds = ["not_applicable", "suspend", "resume", "reopen", "reopen", "correct", "terminate"]
        kind = rng.choice([*kinds, "stop_clock", "start_clock", "start_clock", "extend"])
        if kind == "terminate" and rng.randint(1, 6) > 1:
            kind = "reopen"
        more: dict[str, Any] = {}
        state = self.state(key)
        if kind == "correct":
            places = [f"evidence/{s}/{f}" for s, item in state.evidence.items() for f in item.fields]
            places += [f"decision/{d.id}/{f}" for d in state.decisions for f in ("occurred_on", "number")]
            more = {
                "path": rng.choice([*places, "", "evidence/x", "decision/1/outcome"]),
                "new": rng.choice([self.today.isoformat(), "2021-02-30", "good", "2099-01-01"]),
            }
        if kind in ("stop_clock", "start_clock", "extend"):
            shift = rng.randint(-5, 40) if kind == "extend" else rng.randint(-5, 1)
            path = f"node/{state.node}" if state.node and rng.randint(1, 2) == 1 else ""
            more = {"new": rng.choice([(self.today + timedelta(days=shift)).isoformat(), ""]), "path": path}
        if kind == "reopen" and self.now.steps and rng.randint(1, 3) == 1:
            more["stands"] = tuple(rng.sample(sorted(self.now.steps), rng.randint(1, len(self.now.steps))))
        by = rng.choice(["reform.handler", "reform.handler2", "zone.handler", rng.choice(PEOPLE)])
        self.propose(rng, kind, key, by, **more)

    def choose(self, rng: Random) -> None:
        """选定, early, late, wrong."""
        by = rng.choice(["zone.handler", rng.choice(PEOPLE)])
        self.act(
            c.SetChoice,
            by,
            choice=rng.choice(["risk", "risk", "scope"]),
            value=rng.choice(["low", "high", "middle"]),
        )

    def late_opinion(self, rng: Random) -> None:
        """采纳情况 and 征求意见对象 at the wrong moment."""
        key = self.any_step(rng)
        decisions = self.state(key).decisions
        if decisions:
            by = rng.choice(["zone.handler", "zone.head", "county.handler"])
            adoption = rng.choice(list(Adoption))
            self.act(c.AdoptOpinion, by, step=key, decision=rng.choice(decisions).id, adoption=adoption)
        nodes = [n.id for n in self.model.steps[key.partition("#")[0]].nodes]
        if nodes and self.state(key).doer:
            self.act(
                c.InviteParticipants,
                self._doer(key),
                step=key,
                node=rng.choice(nodes),
                bodies=rng.choice([("b-county",), ("b-county", "b-countess")]),
            )

    def rework(self, rng: Random) -> None:
        """A paper is done again while a step that was handed in on it stands."""
        read = [
            (key, ref.rpartition("/"))
            for key, state in self.now.steps.items()
            for ref in state.reads
            if not ref.startswith("register/") and state.status in ("closed", "accepted")
        ]
        if not read:
            return
        key, (owner, _, slot_id) = rng.choice(read)
        done = [k for k, s in self.now.steps.items() if s.status in ("closed", "accepted") and k != owner]
        result = self.propose(rng, "reopen", owner, "reform.handler", stands=tuple(done))
        if isinstance(result, Refused):
            result = self.propose(rng, "reopen", owner, "reform.handler", stands=(key,))
        if isinstance(result, Refused):
            return
        proposal = list(self.now.proposals.values())[-1]
        at = {"step": owner, "round": proposal.round, "proposal": proposal.id}
        if isinstance(self.act(c.ConfirmProposal, "reform.handler2", **at), Accepted):
            slot = next(s for s in self.model.steps[owner].evidence if s.id == slot_id)
            self.add(rng, owner, slot, self._doer(owner), good=True)

    def rereading(self, rng: Random) -> None:
        """核对变动 by anyone of any step; results of checks, good and bad, by the machine or by a person."""
        if rng.randint(1, 2) == 1:
            self.act(c.AcknowledgeReads, rng.choice(PEOPLE), step=self.any_step(rng))
        else:
            self.bring_checks(rng, passed=rng.choice([True, False]))

    def changing(self, rng: Random) -> None:
        """报告修改, 确认修改 by anyone, whether or not a meeting asked for changes."""
        key = self.any_step(rng)
        decisions = self.state(key).decisions
        if not decisions:
            return
        decision = rng.choice(decisions)
        by = rng.choice([decision.changed_by, "zone.handler", "reform.handler", "city.head", *PEOPLE])
        at = {"step": key, "decision": decision.id}
        if rng.randint(1, 2) == 1:
            self.act(c.ReportChanges, by or "zone.handler2", opinion=rng.choice([None, REASON]), **at)
            return
        result = self.act(c.ConfirmChanges, by or "reform.handler2", agrees=rng.choice([True, False]), **at)
        own = by in (decision.changed_by, *self.model.submitter.get(key, "").split())
        assert not own or isinstance(result, Refused), "confirmed the own changes"

    def signing(self, rng: Random) -> None:
        """增加、减少会签单位 by anyone, wherever."""
        items = [w for w in self.work.values() if w.kind == "decide"]
        if not items:
            return
        item = rng.choice(items)
        key = item.step
        by = rng.choice([*self.holders(item), *self.holders(item), "reform.handler", rng.choice(PEOPLE)])
        body = rng.choice(["b-zone", "b-county", "b-city", "b-reform", "b-nowhere"])
        if rng.randint(1, 3) > 1:
            place = rng.choice(["beside", "beside", "before", "after"])
            self.act(c.AddSigner, by, step=key, body=body, place=place, reason=REASON)
            return
        seats = [seat.key for seat in self.state(key).seats] or ["x@y"]
        self.act(c.RemoveSigner, by, step=key, seat=rng.choice(seats), reason=rng.choice([None, REASON]))

    def handing(self, rng: Random) -> None:
        """转办, 代办, 交回, 收回 by anyone to anyone."""
        items = [w for w in self.work.values() if w.kind in ("decide", "submit", "delegated")]
        item = rng.choice(items) if items else None
        key = item.step if item else self.any_step(rng)
        by = rng.choice([*(self.holders(item) if item else []), rng.choice(PEOPLE)])
        how = rng.choice([c.HandOver, c.Delegate, c.AnswerDelegation, c.EndDelegation])
        out = [hand for hand in self.state(key).hands.values() if hand.prepares]
        if out and rng.randint(1, 2) == 1:
            how, by = c.EndDelegation, out[0].by
        if how is c.AnswerDelegation:
            self.act(how, by, step=key, opinion=REASON)
        elif how is c.EndDelegation:
            self.act(how, by, step=key)
        else:
            until = rng.choice([None, self.today + timedelta(days=rng.randint(-1, 5))])
            more = {"until": until} if how is c.Delegate else {}
            seat = rng.choice(["", item.seat if item else ""])
            place = [name for name in PEOPLE if name.startswith(by.rstrip("0123456789"))]
            self.act(how, by, step=key, to=rng.choice([*place, rng.choice(PEOPLE)]), seat=seat, **more)

    def _given_away(self, key: str) -> list[str]:
        """代办: the places of a step whose answer is out, which who prepares it is told of, too."""
        state = self.state(key)
        seats = {f"{state.node}|{s.key}": s for s in state.seats} | (
            {"doer": state.doer} if state.doer else {}
        )
        away = [seats[place] for place, hand in state.hands.items() if hand.prepares and place in seats]
        return [f"{seat.body}/{seat.position}" for seat in away if seat.position in ("head", "handler")]

    def telling(self, rng: Random) -> None:
        """催办, 传阅, 抄送, 已阅 by anyone, wherever."""
        out = [each for each in self.now.circulations.values() if each.waits_for]
        key = rng.choice(out).step if out and rng.randint(1, 3) > 1 else self.any_step(rng)
        given = [step for step in self.now.steps if self._given_away(step)]
        key = rng.choice(given) if given and rng.randint(1, 2) == 1 else key
        by = rng.choice([self._doer(key) if self.state(key).doer else "zone.handler", rng.choice(PEOPLE)])
        how = rng.choice([c.Urge, c.Circulate, c.Circulate, c.MarkRead, c.EndCirculation])
        if out and rng.randint(1, 3) == 1:
            how = c.EndCirculation
        if how is c.Circulate:
            places = [f"b-{body}/{place}" for body in BODIES for place in ("head", "handler", "any")]
            readers = tuple(rng.sample(places, rng.randint(0, 3)))
            readers = tuple(dict.fromkeys((*readers, *self._given_away(key))))
            until = rng.choice([None, self.today + timedelta(days=rng.randint(-1, 5))])
            self.act(how, by, step=key, readers=readers, marks=rng.randint(1, 3) > 1, until=until)
        elif how is c.EndCirculation:
            mine = [each for each in out if each.step == key]
            at = rng.choice(mine) if mine else None
            self.act(how, at.by if at else by, step=key, circulation=at.id if at else "0")
        else:
            self.act(how, by, step=key)

    def following(self, rng: Random) -> None:
        """议定事项."""
        follow(self, rng)

    def time(self, rng: Random) -> None:
        """Days go by; what is due strikes."""
        self.days(rng.choice([0, 1, 3, 10]))
        due = [t for t in self.timers.values() if t.on <= self.today]
        if due:
            timer = rng.choice(due)
            result = self.act(c.FireTimer, MACHINE, key=timer.key, generation=timer.generation)
            assert isinstance(result, Accepted), result

    objecting, recounting = Timely.objecting, Timely.recounting
    TROUBLE = (
        send_back, send_back, replace, replace, withdraw, withdraw, recording, wrong, again, blind, outside,
        exceptional, exceptional, choose, late_opinion, changing, rework, rereading, time,
        signing, signing, handing, handing, objecting, objecting, telling, telling, following, following,
        recounting,
    )  # fmt: skip
    """Every kind of trouble; what happens most in an office stands twice."""

    def trouble(self, rng: Random) -> None:
        rng.choice(self.TROUBLE)(self, rng)
