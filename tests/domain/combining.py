"""The table of combinations in `docs/explanation/decisions.md` as acts: one row is one case, played and told.

Acts stand between semicolons: `who verb …`; with ` ✗ code` at the end it must be refused so.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from domain import commands as c
from domain.decide import Accepted
from domain.decisions import Medium, Outcome
from domain.judging import Actor
from domain.refusal import Refused
from tests.domain.play import REASON, Play, due, node, paper, person, programme, step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "decisions.md"
ACTS = {"countersign": "会签", "consult": "征求意见", "meeting": "会议议定"}
HEADING = "## Combinations"


class Row(NamedTuple):
    """One line of the table."""

    no: str
    what: str
    nodes: str
    acts: str
    outcome: str


def rows() -> list[Row]:
    """The lines under the heading that begin with a number."""
    text = PAGE.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()]
    return [Row(*row) for row in cells if len(row) == 5 and row[0].isdigit()]


def opened(nodes: str) -> Play:
    """A step `1` with these nodes, after a step `0` without any, and before a step `2`.

    `term:10` among the nodes gives the step a term of ten days.
    """
    term = next((word for word in nodes.split() if word.startswith("term:")), "")
    told = nodes.replace(term, "") if term else nodes
    made = [_node(f"n{at}", words.split()) for at, words in enumerate(told.split(" / "))]
    dues = [due(int(term.partition(":")[2]))] if term else []
    papers = [paper("text"), paper("note", required="no")]
    play = Play(
        programme(
            [
                step("0", evidence=[paper("text", required="no")]),
                step("1", after=["0"], evidence=papers, nodes=made, due=dues),
                step("2", after=["1"]),
            ]
        )
    )
    play.submit("0")
    play.evidence("1", "text")
    return play


def _node(name: str, words: list[str]) -> dict[str, Any]:
    """`all zone_head county_head due:5 looks:note`: kind or mode, roles, and what is told after a colon."""
    how, *rest = words
    roles = [word for word in rest if ":" not in word]
    told = dict(word.split(":") for word in rest if ":" in word)
    made = node(name, *roles)
    if how in ("countersign", "consult", "meeting"):
        made |= {
            "kind": how,
            "act": {"countersign": "会签", "consult": "征求意见", "meeting": "会议议定"}[how],
        }
    else:
        made["mode"] = how
    if "quorum" in told:
        made["quorum"] = int(told["quorum"])
    if "due" in told:
        made["due"] = due(int(told["due"]))
    if "silence" in told:
        made["silence"] = "no_opinion"
    if "looks" in told:
        made["looks_at"] = [told["looks"]]
    if "confirm" in told:
        made["confirm_by"] = told["confirm"]
    if "skip" in told:
        made["skip_signed"] = told["skip"]
    return made


def played(row: Row) -> str:
    """Play the acts of a row; return how it stands."""
    play = opened(row.nodes)
    for act in row.acts.split(";"):
        words, _, code = act.partition("✗")
        result = _act(play, words.split())
        told = result.code if isinstance(result, Refused) else ""
        assert told == code.strip(), f"row {row.no}, {act.strip()}: {result}"
    return outcome(play)


def outcome(play: Play) -> str:
    """`status · asks who · keeps whose decisions are kept · timers`; what is not there is `–`."""
    state = play.state("1")
    work = [w for w in play.work.values() if w.step == "1"]
    asks = sorted(
        {f"{w.kind} {w.seat.partition('@')[0] or w.role or w.body}{_alone(w.position)}" for w in work}
    )
    stands = [f"{d.seat.partition('@')[0]}{'?' if d.unchecked else ''}" for d in state.decisions]
    clocks = sorted({str(t.kind) for t in play.timers.values() if t.step == "1"})
    parts = (
        f"{state.status} {state.node}".strip(),
        f"round {state.round}",
        f"asks {', '.join(asks) or '–'}",
        f"keeps {', '.join(stands) or '–'}",
        f"timers {', '.join(clocks) or '–'}",
    )
    return "; ".join(parts)


def _alone(position: str) -> str:
    return f" {position}" if position.startswith("@") else ""


def _act(play: Play, words: list[str]) -> Accepted | Refused:
    if words[0] == "clock":
        play.fire(next(key for key, t in play.timers.items() if str(t.kind) == words[1] and t.step == "1"))
        assert play.last is not None
        return play.last
    if words[0] == "days":
        play.today += timedelta(days=int(words[1]))
        assert play.last is not None
        return play.last
    who, verb, *rest = words
    return _VERBS[verb](play, _actor(who), rest)


def _actor(who: str) -> str | Actor:
    """`x.y(for.z)` acts for z; `x+y` is one person with the places of two."""
    name, _, away = who.partition("+")
    if not away:
        return who
    held = person(name).positions | person(away).positions
    return Actor(person=name, positions=held)


def _decide(outcome: Outcome) -> Any:
    def act(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
        told = dict(word.split(":") for word in rest if ":" in word)
        more: dict[str, Any] = {}
        if "to" in told:
            more["return_to"] = told["to"]
        if "resume" in rest:
            more["resume"] = True
        if "by" in told:
            more |= {"decided_by": told["by"], "medium": Medium.SIGNED_PAPER}
        if told.get("by", "").startswith("b-"):
            more |= {"medium": Medium.MINUTES, "number": "示纪〔2022〕第5号"}
        state = play.state("1")
        return play.act(
            c.Decide, by, step="1", node=state.node, outcome=outcome, opinion=REASON,
            seat=told.get("seat", ""), **more,
        )  # fmt: skip

    return act


def _withdraws(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    if rest == ["submission"]:
        return play.act(c.WithdrawSubmission, by, step="1")
    mine = [d for d in play.state("1").decisions if by in (d.decided_by, d.recorded_by)]
    which = mine[0 if rest == ["first"] else -1].id if mine else "0"
    return play.act(c.WithdrawDecision, by, step="1", decision=which)


def _replaces(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    title = f"第{play.count}稿"
    told = {"slot": rest[0], "mode": "reference", "title": title, "as_decided": "decided" in rest}
    return play.act(c.AddEvidence, by, step="1", **told)


def _exception(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    """`proposes extend 30 node:n0`: the day that is proposed, counted from today; of a node's own term."""
    rest, path = list(rest), ""
    if rest[-1].startswith("node:"):
        path = f"node/{rest.pop().partition(':')[2]}"
    new = (play.today + timedelta(days=int(rest[1]))).isoformat() if len(rest) > 1 else ""
    fields = {"number": "无文号", "approver": "示例批准人", "reason": REASON, "new": new, "path": path}
    proposed = play.act(c.Propose, by, step="1", kind=rest[0], **fields)
    if isinstance(proposed, Refused):
        return proposed
    return play.confirm()


def _checks(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    waiting = [d.id for d in play.state("1").decisions if d.unchecked]
    return play.act(
        c.CheckDecision, by, step="1", decision=waiting[0] if waiting else "0", agrees=rest != ["no"]
    )


def _delegates(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    until = play.today + timedelta(days=int(rest[1])) if len(rest) > 1 else None
    return play.act(c.Delegate, by, step="1", to=rest[0], until=until)


def _wants(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    """`wants county/head blocks`."""
    body, _, position = rest[0].partition("/")
    told = {"body": f"b-{body}", "position": position, "blocks": "blocks" in rest}
    return play.act(c.AddFollowUp, by, step="1", opinion=REASON, **told)


def _pending(play: Play, *, reported: bool) -> str:
    """The decision that waits for its changes, or for their confirmation."""
    waiting = [d for d in play.state("1").decisions if d.pending]
    return next((d.id for d in waiting if bool(d.changed_by) is reported), "0")


def _accepts(play: Play, by: str | Actor, rest: list[str]) -> Accepted | Refused:
    """确认修改, or `accepts no`."""
    decision = _pending(play, reported=True)
    told = {"agrees": rest != ["no"], "reason": REASON}
    return play.act(c.ConfirmChanges, by, step="1", decision=decision, **told)


def _latest(play: Play) -> str:
    return next(reversed(play.now.follow_ups), "0")


_VERBS: dict[str, Any] = {
    "submits": lambda p, by, rest: p.act(c.Submit, by, step="1"),
    **{str(each): _decide(each) for each in Outcome},
    "redoes": lambda p, by, rest: p.act(c.Submit, by, step="0"),
    "withdraws": _withdraws,
    "replaces": _replaces,
    "proposes": _exception,
    "checks": _checks,
    "adds": lambda p, by, rest: p.act(c.AddSigner, by, step="1", body=f"b-{rest[0]}", place=rest[1]),
    "removes": lambda p, by, rest: p.act(c.RemoveSigner, by, step="1", seat=rest[0], reason=REASON),
    "hands": lambda p, by, rest: p.act(c.HandOver, by, step="1", to=rest[0]),
    "delegates": _delegates,
    "answers": lambda p, by, rest: p.act(c.AnswerDelegation, by, step="1", opinion=REASON),
    "wants": _wants,
    "does": lambda p, by, rest: p.act(c.ReportFollowUp, by, step="1", follow_up=_latest(p), opinion=REASON),
    "confirms": lambda p, by, rest: p.act(
        c.ConfirmFollowUp, by, step="1", follow_up=_latest(p), agrees=rest != ["no"], reason=REASON
    ),
    "drops": lambda p, by, rest: p.act(c.DropFollowUp, by, step="1", follow_up=_latest(p), reason=REASON),
    "reports": lambda p, by, rest: p.act(
        c.ReportChanges, by, step="1", decision=_pending(p, reported=False), opinion=REASON
    ),
    "accepts": _accepts,
    "urges": lambda p, by, rest: p.act(c.Urge, by, step="1"),
    "circulates": lambda p, by, rest: p.act(c.Circulate, by, step="1", readers=tuple(rest)),
    "copies": lambda p, by, rest: p.act(c.Circulate, by, step="1", readers=tuple(rest), marks=False),
    "reads": lambda p, by, rest: p.act(c.MarkRead, by, step="1"),
    "stops": lambda p, by, rest: p.act(c.EndCirculation, by, step="1", circulation=rest[0]),
    "ends": lambda p, by, rest: p.act(c.EndDelegation, by, step="1"),
}
