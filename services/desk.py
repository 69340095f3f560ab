"""办公桌: what a clerk or an approver does, in their own words: the step, the paper, the date.

Finds out what the rules want to know and the person should not have to type: the round, the open node, the
seat, the code of a body. Each function is one act.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from domain import commands as c
from domain.case import NOTHING, Case, StepState
from domain.decisions import Adoption, Medium, Outcome, TextRef
from domain.evidence_files import marking_of
from domain.refusal import Refused
from services.acts import Done, Enclosures, Entry, act
from services.bootstrap import Runtime
from services.clock import today
from services.deciders import Deciders
from services.evidence.receiving import Upload, receive_path
from services.private_texts import NewText, new_text
from services.resending import case_seen

Answer = Done | Refused


@dataclass(frozen=True, slots=True)
class Desk:
    """一位办理人在一个改革任务上的办公桌."""

    runtime: Runtime
    entry: Entry
    case_id: str
    command_id: str = ""
    """Given, the act is done once however often it is sent."""
    seen_round: int | None = None
    """The round the person saw; empty takes the present one."""

    def of(self, person: str) -> Desk:
        """The same case at another person's desk."""
        return replace(self, entry=msgspec.structs.replace(self.entry, actor=person))

    def submit(self, step: str, on: date | None = None) -> Answer:
        """提交."""
        return self._send(c.Submit(**self._step(step, on)))

    def add_file(
        self,
        step: str,
        slot: str,
        path: Path,
        *,
        title: str = "",
        fields: dict[str, str] | None = None,
        on: date | None = None,
        as_decided: bool = False,
        marking: str = "",
        reason: str = "",
    ) -> Answer:
        """上传材料: a file of this machine, received as from anywhere else."""
        upload = Upload(
            slot=slot,
            name=path.name,
            title=title,
            fields=fields or {},
            marking=marking,
            reason=reason,
            as_decided=as_decided,
            **self._step(step, on),
        )
        return receive_path(self.runtime, self.entry, upload, path)

    def add_reference(
        self,
        step: str,
        slot: str,
        *,
        title: str = "",
        fields: dict[str, str] | None = None,
        on: date | None = None,
        as_decided: bool = False,
        marking: str = "",
        reason: str = "",
    ) -> Answer:
        """登记材料(只登记不上传)."""
        text, enclosed = self._text("reason", reason)
        command = c.AddEvidence(
            slot=slot,
            mode="reference",
            title=title,
            fields=fields or {},
            as_decided=as_decided,
            marking=marking_of(marking) if marking else "",
            reason=text,
            **self._step(step, on),
        )
        return self._send(command, enclosed)

    def decide(
        self,
        step: str,
        outcome: Outcome,
        *,
        opinion: str = "",
        return_to: str = "",
        stands: Sequence[str] = (),
        seat: str = "",
        resume: bool = False,
        confirm_by: str = "",
        on: date | None = None,
    ) -> Answer:
        """线上审批."""
        text, enclosed = self._text("opinion", opinion)
        return self._send(
            c.Decide(
                node=self._node(step),
                seat=seat,
                outcome=outcome,
                opinion=text,
                return_to=return_to,
                stands=tuple(stands),
                resume=resume,
                confirm_by=confirm_by,
                **self._step(step, on),
            ),
            enclosed,
        )

    def record(
        self,
        step: str,
        outcome: Outcome,
        medium: Medium,
        *,
        decided_by: str = "",
        on: date,
        number: str = "",
        meeting: str = "",
        opinion: str = "",
        return_to: str = "",
        seat: str = "",
        out_of_order: str = "",
        confirm_by: str = "",
    ) -> Answer:
        """代录: what was signed on paper, decided in a meeting, answered by letter or by telephone.

        Without `decided_by` it is the body of the seat, where only one is open: the meeting itself.
        """
        deciders = Deciders(self.runtime.db, self._case(), step, on)
        found = deciders.find(decided_by, seat)
        if isinstance(found, Refused):
            return found
        decider, chosen = found
        text, enclosed = self._text("opinion", opinion)
        answer = self._send(
            c.Decide(
                node=self._node(step),
                seat=chosen,
                outcome=outcome,
                decided_by=decider,
                medium=medium,
                number=number,
                meeting=meeting,
                opinion=text,
                return_to=return_to,
                out_of_order=out_of_order,
                confirm_by=confirm_by,
                **self._step(step, on),
            ),
            enclosed,
        )
        return deciders.in_words(answer) if isinstance(answer, Refused) else answer

    def check(
        self, step: str, decision: str = "", *, agrees: bool = True, reason: str = "", on: date | None = None
    ) -> Answer:
        """核对原件: the only unchecked recording of the step, or the one named."""
        found = self._unchecked(step, decision)
        if isinstance(found, Refused):
            return found
        if not agrees and not reason.strip():
            return no_reason(step)
        text, enclosed = self._text("reason", reason)
        command = c.CheckDecision(decision=found, agrees=agrees, reason=text, **self._step(step, on))
        return self._send(command, enclosed)

    def adopt(
        self, step: str, decision: str, adoption: Adoption, *, reason: str = "", on: date | None = None
    ) -> Answer:
        """填写意见采纳情况."""
        text, enclosed = self._text("reason", reason)
        command = c.AdoptOpinion(decision=decision, adoption=adoption, reason=text, **self._step(step, on))
        return self._send(command, enclosed)

    def report_changes(
        self, step: str, decision: str = "", *, opinion: str = "", on: date | None = None
    ) -> Answer:
        """报告已按审批意见修改: of the only decision that waits for it, or the one named."""
        text, enclosed = self._text("opinion", opinion)
        wanted = decision or self._pending(step, reported=False)
        return self._send(c.ReportChanges(decision=wanted, opinion=text, **self._step(step, on)), enclosed)

    def confirm_changes(
        self, step: str, decision: str = "", *, agrees: bool = True, reason: str = "", on: date | None = None
    ) -> Answer:
        """确认修改."""
        text, enclosed = self._text("reason", reason)
        wanted = decision or self._pending(step, reported=True)
        command = c.ConfirmChanges(decision=wanted, agrees=agrees, reason=text, **self._step(step, on))
        return self._send(command, enclosed)

    def acknowledge(self, step: str, *, opinion: str = "", on: date | None = None) -> Answer:
        """核对所依据材料的变动: what was handed in stands."""
        text, enclosed = self._text("opinion", opinion)
        return self._send(c.AcknowledgeReads(opinion=text, **self._step(step, on)), enclosed)

    def _pending(self, step: str, *, reported: bool) -> str:
        """The first decision that waits for changes, or for their confirmation."""
        waiting = [d for d in self._state(step).decisions if d.pending]
        return min(waiting, key=lambda d: bool(d.changed_by) is not reported).id if waiting else ""

    def invite(self, step: str, node: str, bodies: Sequence[str], on: date | None = None) -> Answer:
        """选定征求意见对象."""
        return self._send(c.InviteParticipants(node=node, bodies=tuple(bodies), **self._step(step, on)))

    def withdraw(self, step: str, decision: str = "", on: date | None = None) -> Answer:
        """撤回提交, or a decision where one is named."""
        fields = self._step(step, on)
        if decision:
            return self._send(c.WithdrawDecision(decision=decision, **fields))
        return self._send(c.WithdrawSubmission(**fields))

    def verify(
        self, step: str, outcome: str, differences: Sequence[str] = (), on: date | None = None
    ) -> Answer:
        """登记人工核验结果."""
        return self._send(
            c.RecordVerification(outcome=outcome, differences=tuple(differences), **self._step(step, on))
        )

    def file(
        self, step: str, outcome: str, fields: dict[str, str], message: str = "", on: date | None = None
    ) -> Answer:
        """登记报送结果."""
        return self._send(
            c.RecordFiling(outcome=outcome, fields=fields, message=message, **self._step(step, on))
        )

    def check_filing(self, step: str, *, agrees: bool = True, on: date | None = None) -> Answer:
        """核对报送登记."""
        return self._send(c.CheckFiling(agrees=agrees, **self._step(step, on)))

    def choose(self, choice: str, value: str, on: date | None = None) -> Answer:
        """选定."""
        return self._send(c.SetChoice(choice=choice, value=value, **self._head(on)))

    def plan_date(
        self, place: str, planned_on: date | None, number: str, approver: str, on: date | None = None
    ) -> Answer:
        """编制计划节点; without a date it is taken back."""
        return self._send(
            c.PlanDate(place=place, planned_on=planned_on, number=number, approver=approver, **self._head(on))
        )

    def propose(
        self,
        step: str,
        kind: str,
        reason: str,
        *,
        number: str = "",
        approver: str = "",
        path: str = "",
        new: str = "",
        stands: Sequence[str] = (),
        on: date | None = None,
    ) -> Answer:
        """提出特办事项."""
        text = new_text("opinion", reason, self.case_id)
        command = c.Propose(
            kind=kind,
            reason=text.ref,
            number=number,
            approver=approver,
            path=path,
            new=new,
            stands=tuple(stands),
            **self._step(step, on),
        )
        return self._send(command, Enclosures(texts=(text,)))

    def confirm(self, proposal: str, *, agrees: bool = True, on: date | None = None) -> Answer:
        """确认或不同意特办事项."""
        case = self._case()
        found = case.proposals.get(proposal) if case else None
        step = found.step if found else ""
        command = c.ConfirmProposal(proposal=proposal, agrees=agrees, **self._step(step, on))
        return self._send(command)

    def send(self, command: c.Command, enclosed: Enclosures | None = None) -> Answer:
        """Send a command that is made elsewhere (registers, `services.desk_hands`)."""
        return self._send(command, enclosed)

    def text(self, kind: str, text: str) -> tuple[TextRef | None, Enclosures]:
        """A text of an act that is made elsewhere, where there is one."""
        return self._text(kind, text)

    def step_fields(self, step: str, on: date | None = None) -> dict[str, Any]:
        """What every command on a step begins with."""
        return self._step(step, on)

    def _send(self, command: c.Command, enclosed: Enclosures | None = None) -> Answer:
        return act(
            self.runtime.db,
            command,
            self.entry,
            wall=self.runtime.wall,
            enclosed=enclosed or Enclosures(),
            notices=self.runtime.notices,
        )

    def _head(self, on: date | None) -> dict[str, Any]:
        return {
            "command_id": self.command_id or secrets.token_hex(16),
            "case": self.case_id,
            "occurred_on": on or today(self.runtime.db, self.runtime.wall),
        }

    def _step(self, step: str, on: date | None) -> dict[str, Any]:
        seen = self._state(step).round if self.seen_round is None else self.seen_round
        return {**self._head(on), "step": step, "round": seen}

    def _case(self) -> Case | None:
        return case_seen(self.runtime.db, self.case_id, self.command_id, self.entry.actor)

    def _state(self, step: str) -> StepState:
        case = self._case()
        return case.steps.get(step, NOTHING) if case else NOTHING

    def _node(self, step: str) -> str:
        return self._state(step).node

    def _text(self, kind: str, text: str) -> tuple[TextRef | None, Enclosures]:
        if not text.strip():
            return None, Enclosures()
        stored: NewText = new_text("opinion", text, f"{self.case_id}:{kind}")
        return stored.ref, Enclosures(texts=(stored,))

    def _unchecked(self, step: str, decision: str) -> str | Refused:
        if decision:
            return decision
        waiting = [d.id for d in self._state(step).decisions if d.unchecked]
        if len(waiting) == 1:
            return waiting[0]
        if not waiting:
            return Refused(
                code="check.nothing",
                message=f"任务 {step} 没有待核对的意见",
                remedy="无须处理",
                facts={"step": step},
            )
        return Refused(
            code="check.which",
            message=f"任务 {step} 有 {len(waiting)} 条待核对的意见",
            remedy=f"请写明编号:{'、'.join(waiting)}",
            facts={"step": step},
        )


def no_reason(step: str) -> Refused:
    """核对不一致而没有写明原因: the recorder could not know what to record anew."""
    return Refused(
        code="check.reason_missing",
        message="核对不一致的,须写明哪里不一致",
        remedy="请写明原件上是什么、登记的是什么,登记人据此重新登记",
        facts={"step": step},
    )
