"""Every status of a step × every act on it × everybody who may try it: `standings.md` is the whole table.

The table is the expectation. It is read by people: where it is changed, the change is reviewed line by line.
"""

from pathlib import Path
from typing import Any

import pytest

from domain import commands as c
from domain.decide import Accepted
from domain.decisions import Adoption, Medium, Outcome
from domain.judging import Actor
from domain.states import STATUS_TITLES, StepStatus
from tests.domain.play import MACHINE, REASON
from tests.domain.step_states import RECEIPT, Staged, reach

TABLE = Path(__file__).with_name("standings.md")
STANDINGS: dict[str, str | Actor] = {
    "提交人": "both.zone",
    "承办人": "zone.handler2",
    "席位": "zone.head",
    "另一席位": "city.head",
    "代录人": "county.handler",
    "核验报送岗": "city.handler",
    "主管": "reform.handler2",
    "局外人": "nobody.x",
    "系统": MACHINE,
}
"""Column → who tries it. The 提交人 holds the head's seat too: nothing but the duty rule stops them."""
PROPOSED = {
    **dict.fromkeys(
        (
            StepStatus.IN_PROGRESS,
            StepStatus.RETURNED,
            StepStatus.REOPENED,
            StepStatus.VERIFYING,
            StepStatus.IN_REVIEW,
            StepStatus.FILING,
        ),
        "suspend",
    ),
    **dict.fromkeys((StepStatus.CLOSED, StepStatus.ACCEPTED, StepStatus.NOT_APPLICABLE), "reopen"),
    StepStatus.SUSPENDED: "resume",
}
"""What waits for confirmation in each status, proposed by the 承办人."""


def acts(play: Staged) -> dict[str, tuple[type[c.Command], dict[str, Any]]]:
    """Row → a command that would be right at the right moment."""
    state, case = play.state("s"), play.now
    decision = state.decisions[-1].id if state.decisions else "0"
    proposal = next(iter(case.proposals), "0")
    at = {"step": "s"}
    agree = {**at, "node": "n1", "outcome": Outcome.AGREE}
    recorded = {"decided_by": "zone.head2", "medium": Medium.SIGNED_PAPER}
    paper = {"slot": "text", "mode": "reference", "title": "二稿", "fields": {"name": "示例公司"}}
    by_paper = {"number": "示编〔2022〕1号", "approver": "示例批准人", "reason": REASON}
    wanted: dict[str, tuple[type[c.Command], dict[str, Any]]] = {
        "登记材料": (c.AddEvidence, {**at, **paper}),
        "填报台账": (c.FillRegister, {**at, "register": "staff", "rows": 4, "root": "r4"}),
        "提交": (c.Submit, at),
        "提交(旧轮次)": (c.Submit, {**at, "round": state.round + 1}),
        "撤回提交": (c.WithdrawSubmission, at),
        "同意": (c.Decide, agree),
        "退回": (c.Decide, {**agree, "outcome": Outcome.RETURN, "opinion": REASON}),
        "代录": (c.Decide, {**agree, **recorded, "seat": "zone_head@b-zone"}),
        "核对原件": (c.CheckDecision, {**at, "decision": decision}),
        "撤回意见": (c.WithdrawDecision, {**at, "decision": decision}),
        "选征求意见对象": (c.InviteParticipants, {**at, "node": "ask", "bodies": ("b-reform",)}),
        "意见采纳": (c.AdoptOpinion, {**at, "decision": decision, "adoption": Adoption.ADOPTED}),
        "登记核验": (c.RecordVerification, {**at, "outcome": "matched"}),
        "登记报送": (c.RecordFiling, {**at, "outcome": "accepted", "fields": RECEIPT}),
        "核对报送": (c.CheckFiling, at),
        "转人工办理": (c.TurnManual, at),
        "重新交系统": (c.AskAgain, at),
    }
    for kind, title in (
        ("not_applicable", "不适用"),
        ("suspend", "暂停"),
        ("resume", "恢复"),
        ("reopen", "重新办理"),
        ("terminate", "终止"),
    ):
        wanted[f"提出{title}"] = (c.Propose, {**at, "kind": kind, **by_paper})
    change = {"path": "evidence/text/name", "new": "更名公司"}
    wanted["提出更正"] = (c.Propose, {**at, "kind": "correct", **change, **by_paper})
    wanted["确认特办"] = (c.ConfirmProposal, {**at, "proposal": proposal})
    return wanted


def table(status: StepStatus) -> dict[tuple[str, str], str]:
    """What becomes of each act by each person: 受理, or the code of the refusal."""
    play = reach(status, submitter="both.zone")
    if status in PROPOSED:
        play.propose(PROPOSED[status], "s", by="zone.handler2")
    start = play.case
    found: dict[tuple[str, str], str] = {}
    for act, (kind, fields) in acts(play).items():
        for standing, who in STANDINGS.items():
            play.case = start
            result = play.act(kind, who, **fields)
            found[act, standing] = "受理" if isinstance(result, Accepted) else result.code
    return found


def read_table() -> dict[str, dict[tuple[str, str], str]]:
    """The written table: status → (act, standing) → what becomes of it. `同左` repeats the cell before."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    heads: list[str] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            current = found.setdefault(line.split("`")[1], {})
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| 办理"):
            heads = cells[1:]
        elif line.startswith("| ") and not line.startswith("| ---"):
            for place, standing in enumerate(heads, start=1):
                cells[place] = cells[place - 1] if cells[place] == "同左" else cells[place]
                current |= {(act, standing): cells[place] for act in cells[0].split("、")}
    return found


def written() -> str:
    """The table as it would be written today; what a reviewer compares."""
    lines = ["# 谁能在什么状态办什么", ""]
    lines += [
        "每格是受理,或拒绝代码;`同左` 同左边一格;结果相同的办理并为一行。"
        "提交人兼任席位,只有承办与审批分离拦得住。",
        "",
    ]
    for status in StepStatus:
        found = table(status)
        lines += [f"## {STATUS_TITLES[status]} `{status}`", ""]
        lines += [f"| 办理 | {' | '.join(STANDINGS)} |", f"|{'---|' * (len(STANDINGS) + 1)}"]
        alike: dict[tuple[str, ...], list[str]] = {}
        for act in dict.fromkeys(act for act, _ in found):
            alike.setdefault(tuple(found[act, standing] for standing in STANDINGS), []).append(act)
        for cells, names in alike.items():
            shown = [
                "同左" if place and cells[place - 1] == cell else cell for place, cell in enumerate(cells)
            ]
            lines.append(f"| {'、'.join(names)} | {' | '.join(shown)} |")
        lines.append("")
    return "\n".join(lines)


@pytest.mark.parametrize("status", list(StepStatus))
def test_everybody_gets_what_the_table_says(status: StepStatus) -> None:
    expected = read_table()[str(status)]
    found = table(status)
    wrong = {cell: (found.get(cell), told) for cell, told in expected.items() if found.get(cell) != told}
    assert not wrong, "found, told"
    assert found.keys() == expected.keys()


def test_the_table_holds_every_status_act_and_standing() -> None:
    read = read_table()
    assert list(read) == [str(status) for status in StepStatus]
    acts_named = {act for cells in read.values() for act, _ in cells}
    assert len(acts_named) == 24
    assert all(len(cells) == 24 * len(STANDINGS) for cells in read.values())
    assert all(code == "受理" or "." in code for cells in read.values() for code in cells.values())
