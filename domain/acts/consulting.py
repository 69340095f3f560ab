"""征求意见: whom to ask, and what becomes of each opinion."""

from __future__ import annotations

from difflib import get_close_matches

from domain import commands as c
from domain import events as e
from domain.acts.recording import find_decision
from domain.decisions import Outcome
from domain.judging import Judgement
from domain.programme import NodeKind
from domain.refusal import refuse
from domain.work_kinds import WorkKind


def invite_participants(j: Judgement, command: c.InviteParticipants) -> None:
    """选定征求意见对象."""
    step, state = j.open_step(command)
    node = step.node(command.node)
    if node is None or node.node.kind is not NodeKind.CONSULT or node.node.participants != "run_time":
        refuse("consult.node", f"节点“{command.node}”不选征求意见对象", "请核对节点", node=command.node)
    j.require_acted(j.seats(command.step, step.step.doer), "选定征求意见对象", WorkKind.INVITE)
    if not command.bodies:
        refuse("consult.nobody", "征求意见至少须选一个单位", "请选择征求意见的单位", node=node.id)
    require_known(j, command.bodies)
    if any(d.node == node.id for d in state.decisions):
        refuse("consult.answered", "已有单位答复,不能重选", "增加单位请使用增加会签单位", node=node.id)
    j.emit(
        e.ParticipantsInvited(step=command.step, node=node.id, bodies=tuple(dict.fromkeys(command.bodies)))
    )


def require_known(j: Judgement, bodies: tuple[str, ...]) -> None:
    """Nobody can answer for a body that is not registered, so the step would wait for ever."""
    known = j.facts.known_bodies
    unknown = [body for body in bodies if body not in known]
    if not unknown:
        return
    words = {word: code for code, name in known.items() for word in (code, name)}
    near = [word for body in unknown for word in get_close_matches(body, words, n=2, cutoff=0.5)]
    meant = dict.fromkeys(f"{known[words[word]]}({words[word]})" for word in near)
    refuse(
        "consult.unknown_body",
        f"机构名册中没有:{'、'.join(unknown)}",
        f"是不是 {'、'.join(meant)}?" if meant else "请按机构代码选择,或先在机构名册登记(来文单位也要登记)",
        bodies="、".join(unknown),
    )


def adopt_opinion(j: Judgement, command: c.AdoptOpinion) -> None:
    """意见采纳情况: each opinion is adopted, partly adopted, or not, with reason."""
    step, state = j.open_step(command)
    decision = find_decision(state, command.decision)
    if decision.outcome is not Outcome.OPINION or decision.unchecked:
        refuse("adopt.no_opinion", "该答复没有待采纳的意见", "无须处理", decision=decision.id)
    node = step.node(decision.node)
    if node is None or state.node != node.id:
        refuse(
            "adopt.too_late",
            "该征求意见节点已结束,采纳情况不能再填",
            "如有错误,请联系后续审批人退回",
            decision=decision.id,
        )
    role = node.node.adopt_by or step.step.doer
    mine = j.require_acted(j.seats(command.step, role), "填写意见采纳情况", WorkKind.ADOPT)
    if command.adoption != "adopted" and command.reason is None:
        refuse("adopt.reason_missing", "部分采纳或不采纳须写明理由", "请填写理由", decision=decision.id)
    j.emit(
        e.OpinionAdopted(
            step=command.step,
            decision=decision.id,
            adoption=command.adoption,
            reason=command.reason,
            by=j.facts.actor.person,
            acting_for=mine.acting_for,
        )
    )
