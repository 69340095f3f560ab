"""特办事项: one proposes, another confirms, and whatever is decided leaves nothing waiting."""

from typing import Any

import pytest

from domain import commands as c
from domain.case import Item
from domain.decisions import Outcome
from tests.domain.play import REASON, Play, due, node, paper, programme, step

HEAD = [node("head", "zone_head")]
COMPANIES = {
    "id": "companies",
    "title": "公司名册",
    "columns": [{"id": "name", "title": "名称"}, {"id": "body", "title": "公司", "body": "yes"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
    "item_body": "body",
}


def pair(**more: Any) -> Play:
    return Play(programme([step("1", nodes=HEAD, **more), step("2", after=["1"], nodes=HEAD)]))


def refused_confirm(play: Play, code: str, by: str, **fields: Any) -> None:
    proposal = next(iter(play.now.proposals.values()))
    given = {"step": proposal.step, "round": proposal.round, "proposal": proposal.id} | fields
    play.refused(code, c.ConfirmProposal, by, **given)


def test_one_proposes_and_another_confirms() -> None:
    play = pair()
    play.propose("suspend", "1", by="reform.handler")
    assert sorted(play.kinds()) == ["confirm", "submit"]
    refused_confirm(play, "duty.own_proposal", "reform.handler")
    refused_confirm(play, "actor.not_entitled", "zone.head")
    refused_confirm(play, "proposal.unknown", "reform.handler2", step="2")
    refused_confirm(play, "proposal.unknown", "reform.handler2", proposal="77")
    play.refused(
        "exception.pending",
        c.Propose,
        "zone.handler",
        step="1",
        kind="suspend",
        reason=REASON,
        number="x",
        approver="y",
    )
    play.confirm("reform.handler2")
    assert play.status("1") == "suspended"
    assert not play.now.proposals


def test_a_proposal_that_is_declined_changes_nothing() -> None:
    play = pair()
    play.propose("terminate", "1")
    play.confirm(agrees=False)
    assert (play.status("1"), play.now.proposals) == ("in_progress", {})


def test_a_proposal_is_stale_once_its_step_has_moved() -> None:
    play = pair()
    play.propose("not_applicable", "1")
    play.submit("1")
    refused_confirm(play, "proposal.stale", "reform.handler")
    play.confirm(agrees=False)


def test_what_must_rest_on_a_paper_says_its_number_and_approver() -> None:
    play = pair()
    for kind in ("not_applicable", "suspend", "terminate"):
        play.refused(
            "exception.approval_missing", c.Propose, "zone.handler", step="1", kind=kind, reason=REASON
        )
    play.refused("exception.unknown", c.Propose, "zone.handler", step="1", kind="skip", reason=REASON)


def test_a_confirmation_is_not_dated_before_the_proposal() -> None:
    play = pair()
    before = play.today
    play.days(3)
    play.propose("suspend", "1")
    refused_confirm(play, "date.before_predecessor", "reform.handler", on=before)


def test_suspended_and_resumed_where_it_stood_with_its_clock() -> None:
    play = pair(due=[due(10)])
    play.submit("1")
    before = play.state("1")
    play.exception("suspend", "1")
    assert not play.kinds()
    assert not play.timers
    play.exception("resume", "1", by="reform.handler2")
    after = play.state("1")
    assert (after.status, after.node, after.round) == (before.status, before.node, before.round)
    assert "due:1" in play.timers


def test_papers_that_changed_while_it_was_suspended_are_seen_when_it_resumes() -> None:
    """The step looks at an earlier step's paper; what lies between stands while that is replaced."""
    looks = node("head", "zone_head", looks_at=["1/text"])
    play = Play(
        programme(
            [
                step("1", evidence=[paper("text")]),
                step("between", after=["1"]),
                step("2", after=["between"], nodes=[looks, node("county", "county_head")]),
            ]
        )
    )
    play.evidence("1", "text")
    for key in ("1", "between", "2"):
        play.submit(key)
    play.decide("2", "zone.head")
    play.exception("suspend", "2")
    play.exception("reopen", "1", stands=("between",))
    play.evidence("1", "text", "二稿")
    assert play.status("2") == "suspended"
    play.exception("resume", "2")
    assert [w.node for w in play.work.values() if w.step == "2"] == ["head"]


def test_a_step_set_aside_satisfies_gates_and_counts_as_done() -> None:
    play = pair()
    play.exception("not_applicable", "1")
    assert (play.status("1"), play.status("2")) == ("not_applicable", "in_progress")
    play.exception("not_applicable", "2")
    assert play.now.status == "completed"


@pytest.mark.parametrize("rows", [0, 2])
def test_setting_aside_the_list_leaves_nothing_waiting_for_it(rows: int) -> None:
    """Its rows, if any were filled, are run; if none, there is no work, and the join opens."""
    play = Play(
        programme(
            [
                step("list", fills=["companies"], freezes=["companies"]),
                step("each", doer="company_handler", for_each={"register": "companies"}),
                step("join", after=["each"], gates=[{"frozen": "companies"}]),
            ],
            registers=[COMPANIES],
        )
    )
    items = [Item(key=k, title=k, body=f"b-{k}") for k in "ab"[:rows]]
    if rows:
        play.register("list", "companies", items)
    play.exception("not_applicable", "list")
    assert sorted(play.kinds()) == ["submit"] * (rows or 1)
    for item in items:
        play.submit(f"each#{item.key}", by=f"{item.key}.handler")
    play.submit("join")
    assert play.now.status == "completed"


def test_setting_aside_a_step_settles_what_it_was_to_choose() -> None:
    risk = {
        "id": "risk",
        "title": "风险",
        "values": {"low": "低", "high": "高"},
        "set_by": "zone_handler",
        "at": "1",
    }
    steps = [step("1"), step("2", after=["1"], when=[{"risk": ["high"]}])]
    play = Play(programme(steps, choices=[risk]))
    by_paper = {"number": "示编〔2022〕1号", "approver": "示例批准人", "reason": REASON}
    play.refused("choice.missing", c.Propose, "zone.handler", step="1", kind="not_applicable", **by_paper)
    play.given(c.SetChoice, "zone.handler", choice="risk", value="low")
    play.exception("not_applicable", "1")
    assert play.now.status == "completed"
    default = Play(programme(steps, choices=[risk | {"default": "high"}]))
    default.exception("not_applicable", "1")
    assert (default.now.choices, default.status("2")) == ({"risk": "high"}, "in_progress")


def test_a_complete_case_is_opened_again_and_the_overseer_sees_the_proposal() -> None:
    play = pair()
    for key in "12":
        play.submit(key)
        play.decide(key, "zone.head")
    assert play.now.status == "completed"
    assert not play.work
    play.propose("reopen", "1")
    assert play.kinds() == ["confirm"], "or nobody would ever confirm it"
    play.confirm()
    assert (play.now.status, play.status("1"), play.status("2")) == ("open", "reopened", "not_started")
    assert play.now.closed_on is None


def test_a_step_that_stands_is_not_re_opened_before_what_it_rests_on() -> None:
    play = pair()
    for key in "12":
        play.submit(key)
        play.decide(key, "zone.head")
    play.exception("reopen", "1", stands=("2",))
    play.refused("reopen.gates", c.Propose, "zone.handler", step="2", kind="reopen", reason=REASON)
    play.submit("1")
    play.decide("1", "zone.head")
    play.exception("reopen", "2")


def test_a_terminated_case_stays_ended_even_with_a_proposal_open() -> None:
    play = pair()
    play.submit("1")
    play.decide("1", "zone.head")
    play.propose("reopen", "1")
    play.propose("terminate", "2")
    play.confirm("reform.handler2")
    assert play.now.status == "terminated"
    assert not play.work
    refused_confirm(play, "case.ended", "reform.handler")
    play.refused("case.ended", c.Propose, "zone.handler", step="1", kind="reopen", reason=REASON)


# --- corrections


def dated(**more: Any) -> Play:
    text = paper("text", fields=["issued_on", "result"], options={"good": "好", "bad": "差"})
    play = Play(programme([step("1", evidence=[text], nodes=HEAD, **more), step("2", after=["1"])]))
    play.evidence("1", "text", fields={"issued_on": "2022-02-01", "result": "good"})
    return play


def correct(play: Play, path: str, new: str) -> None:
    play.propose("correct", "1", path=path, new=new)
    play.confirm("zone.handler2")


def test_a_correction_keeps_the_old_value_and_lists_what_it_touches() -> None:
    play = dated()
    play.submit("1")
    play.decide("1", "zone.head")
    correct(play, "evidence/text/issued_on", "2022-02-03")
    kept = play.now.corrections[0]
    assert (kept.old, kept.new, kept.proposed_by, kept.confirmed_by) == (
        "2022-02-01",
        "2022-02-03",
        "zone.handler",
        "zone.handler2",
    )
    assert kept.touches == ("2",)
    assert play.state("1").evidence["text"].fields["issued_on"] == "2022-02-03"
    assert play.status("1") == "closed", "a corrected date voids nothing"


def test_terms_that_count_from_a_corrected_date_move_with_it() -> None:
    play = dated(due=[due(30, start={"slot": "1/text", "field": "issued_on"})])
    before = play.timers["due:1"]
    correct(play, "evidence/text/issued_on", "2022-02-21")
    assert play.timers["due:1"].on > before.on


@pytest.mark.parametrize(
    ("path", "new", "code"),
    [
        ("evidence/text/issued_on", "2月3日", "field.date"),
        ("evidence/text/result", "fine", "field.choice"),
        ("evidence/text/number", "1", "correct.path"),
        ("evidence/map/issued_on", "2022-02-01", "correct.path"),
        ("evidence/text", "2022-02-01", "correct.path"),
        ("", "x", "correct.path"),
        ("decision/1/outcome", "disagree", "correct.path"),
        ("decision/9/number", "x", "correct.path"),
        ("decision/1/occurred_on", "2099-01-01", "date.future"),
        ("decision/1/occurred_on", "2021-01-01", "date.before_predecessor"),
    ],
)
def test_only_what_may_be_corrected_and_in_its_own_form(path: str, new: str, code: str) -> None:
    play = dated()
    play.submit("1")
    play.decide("1", "zone.head")
    play.refused(code, c.Propose, "zone.handler", step="1", kind="correct", reason=REASON, path=path, new=new)


def test_the_date_and_number_of_a_decision_can_be_corrected() -> None:
    play = dated()
    play.submit("1")
    play.days(2)
    play.decide("1", "zone.head", Outcome.AGREE)
    mine = play.state("1").decisions[0].id
    correct(play, f"decision/{mine}/occurred_on", "2022-03-02")
    correct(play, f"decision/{mine}/number", "示编〔2022〕7号")
    found = play.state("1").decisions[0]
    assert (found.occurred_on.isoformat(), found.number) == ("2022-03-02", "示编〔2022〕7号")
