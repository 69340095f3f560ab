"""故事: an instruction becomes three findings, closed by others than who mended them, and is answered.

What comes back keeps its number.
"""

from __future__ import annotations

from typing import Any

from tests.stories.clerk import UNIT, ZONE, ZONE_HEAD, Clerk

CHIEF = "demo-xuchang-supervision-office-head"
WATCHER = "demo-xuchang-supervision-office-handler"
FINANCE = "demo-yanling-finance-bureau-member"
LEAD = "鄢陵县产业集聚区管委会=2021-03-31"
SUPPORT = "鄢陵县财政局=2021-03-20"
PAPER = ("--paper", "示例整改报告,今天,示例函〔2021〕1号")


def told(clerk: Clerk, *words: str, by: str) -> Any:
    return clerk.done("--json", *words, by=by).data


def close(clerk: Clerk, finding: str, *, mender: str = ZONE) -> None:
    clerk.done("finding", "assign", finding, "--lead", LEAD, "--support", SUPPORT, by=WATCHER)
    clerk.done("finding", "act", finding, "签收", by=mender)
    clerk.done("finding", "act", finding, "配合单位签收", by=FINANCE)
    clerk.done("finding", "act", finding, "配合单位反馈", "--text", "示例", by=FINANCE)
    clerk.done("finding", "act", finding, "申请销号", *PAPER, by=mender)
    clerk.done("finding", "act", finding, "复核通过", by=WATCHER)
    clerk.done("finding", "act", finding, "销号", by=CHIEF)


def test_an_instruction_is_split_into_three_and_answered(clerk: Clerk) -> None:
    clerk.refused(
        1, "source.no_number", "source", "add", "--kind", "批示件", "--issuer", "示例领导", "--title", "示例",
        by=WATCHER,
    )  # fmt: skip
    given = (
        "--kind",
        "批示件",
        "--issuer",
        "示例领导",
        "--title",
        "示例批示",
        "--number",
        "示例批〔2021〕7号",
    )
    source = told(clerk, "source", "add", *given, by=WATCHER)["id"]
    findings = [
        told(clerk, "finding", "add", source, "--title", f"示例问题{n}", "--zone", UNIT, by=WATCHER)["id"]
        for n in (1, 2, 3)
    ]
    assert told(clerk, "source", "show", source, by=CHIEF)["items"] == findings
    clerk.refused(1, "source.open", "source", "answer", source, "--text", "示例", by=WATCHER)
    for finding in findings:
        close(clerk, finding)
    clerk.refused(
        1, "finding.look_back_early", "finding", "act", findings[0], "回头看合格", "--text", "示例", by=CHIEF
    )

    clerk.done("finding", "act", findings[1], "重新立项", "--text", "示例:反弹", by=CHIEF)
    again = told(clerk, "finding", "show", findings[1], by=WATCHER)
    assert (again["line"]["id"], again["details"]["重新立项"]) == (findings[1], "1 次")
    clerk.refused(1, "source.open", "source", "answer", source, "--text", "示例", by=WATCHER)
    close(clerk, findings[1], mender=ZONE_HEAD)
    clerk.done("source", "answer", source, "--text", "示例:已全部办结", by=WATCHER)
    assert "已反馈" in clerk.done("source", "list", by=WATCHER).out
    clerk.refused(1, "source.answered", "finding", "add", source, "--title", "示例", by=WATCHER)


def test_lists_requests_and_inspections(clerk: Clerk) -> None:
    asked = ("--body", "鄢陵县产业集聚区管委会", "--office", "body:411000:supervisor", "--leader", "示例领导")
    request = told(clerk, "request", "raise", *asked, "--title", "示例事项", by=ZONE)["id"]
    week = clerk.done("request", "week", by=CHIEF).out
    assert "1 项" in week
    assert request in week
    clerk.done("request", "end", request, "--text", "示例:同意", by=WATCHER)
    assert "待协调" in clerk.done("request", "week", by=CHIEF).err

    for _ in range(2):
        clerk.done("inspection", "record", UNIT, "--subject", "示例检查", by=WATCHER)
    clerk.refused(
        1, "inspection.quota", "inspection", "record", UNIT, "--subject", "示例", by=WATCHER, says=("上限",)
    )
    clerk.done(
        "inspection", "record", UNIT, "--subject", "示例", "--approval", "示例批〔2021〕9号", by=WATCHER
    )
    assert "3 次" in clerk.done("inspection", "quota", UNIT, by=WATCHER).out
    clerk.done("inspection", "cancel", "J2021-0003", "--text", "示例:合并", by=WATCHER)
    assert told(clerk, "inspection", "quota", UNIT, by=WATCHER)["left"] == 0
    assert "示例检查" in clerk.done("inspection", "list", by=WATCHER).out
    clerk.refused(3, "access.not_found", "finding", "show", "W2021-0009", by=WATCHER)
