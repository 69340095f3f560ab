"""公示: proof of posting, objections that are taken in and answered, and what an open one does."""

from datetime import date
from typing import Any

import pytest

from domain import commands as c
from domain.decisions import TextRef
from domain.objections import ObjectionResult
from domain.programme import ObjectionRule
from tests.domain.play import REASON, Play, due, node, paper, programme, step

NAME = TextRef(id="t2", digest="sha256:01")
NOTICE = paper("notice", fields=["starts_on"], moment="before_period")
PROOF = paper("proof", required="no")


def posted(rule: str = "", *, nodes: list[dict[str, Any]] | None = None, proof: bool = False) -> Play:
    """A period of five days from 1 March 2022, the day of posting counted: it ends on 7 March (a Monday)."""
    public: dict[str, Any] = {"notice": "notice", "amount": 5, "unit": "day", "basis": {"text": "示例"}}
    public |= {"objections": rule} if rule else {}
    public |= {"proof": "proof"} if proof else {}
    play = Play(programme([step("1", evidence=[NOTICE, PROOF], publicity=public, nodes=nodes or [])]))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    return play


def objects(play: Play, on: str = "2022-03-02", **more: Any) -> str:
    """Somebody objects; the number of it."""
    play.today = max(play.today, date.fromisoformat(on))
    fields = {"objector": NAME, "opinion": REASON} | more
    play.given(c.RaiseObjection, "zone.handler", step="1", on=date.fromisoformat(on), **fields)
    return list(play.state("1").objections)[-1]


def answers(play: Play, number: str, on: str, result: ObjectionResult = ObjectionResult.REJECTED) -> None:
    play.today = max(play.today, date.fromisoformat(on))
    fields = {"objection": number, "result": result, "opinion": REASON}
    play.given(c.AnswerObjection, "zone.handler", step="1", on=date.fromisoformat(on), **fields)


def ends(play: Play) -> str:
    period = play.state("1").period
    return period.ends_on.isoformat() if period else ""


def test_a_period_counts_only_once_the_proof_of_posting_is_there() -> None:
    play = posted(proof=True)
    assert play.state("1").period is None
    assert "period:1" not in play.timers
    play.today = date(2022, 3, 12)
    refused = play.refused("period.not_started", c.Submit, "zone.handler", step="1")
    assert "张贴证明" in refused.remedy
    play.evidence("1", "proof", on=date(2022, 3, 2))
    assert ends(play) == "2022-03-07"
    play.submit("1")


def test_who_registers_a_notice_without_its_proof_is_told() -> None:
    play = Play(programme([step("1", evidence=[NOTICE, PROOF], publicity={
        "notice": "notice", "proof": "proof", "amount": 5, "unit": "day", "basis": {"text": "示例"},
    })]))  # fmt: skip
    told = play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    assert told.warnings == ("还没有登记“材料proof”,登记以后公示期才计算",)


def test_a_proof_alone_starts_nothing() -> None:
    public = {"notice": "notice", "proof": "proof", "amount": 5, "basis": {"text": "示例"}}
    play = Play(programme([step("1", evidence=[NOTICE, PROOF], publicity=public)]))
    play.evidence("1", "proof")
    assert play.state("1").period is None


@pytest.mark.parametrize("rule", ["", "block", "prolong"])
def test_an_open_objection_keeps_the_step_from_being_submitted(rule: str) -> None:
    play = posted(rule)
    number = objects(play)
    assert play.kinds() == ["objection", "submit"]
    play.today = date(2022, 3, 10)
    refused = play.refused("objection.open", c.Submit, "zone.handler", step="1")
    assert refused.facts["objections"] == number
    answers(play, number, "2022-03-04")
    assert play.kinds() == ["submit"]
    play.submit("1")
    assert play.now.status == "completed"


def test_an_answer_after_the_period_prolongs_it_where_the_programme_says_so() -> None:
    play = posted("prolong")
    number = objects(play)
    assert "period:1" not in play.timers, "its end waits for the answer"
    answers(play, number, "2022-03-09")
    assert ends(play) == "2022-03-09"
    period = play.state("1").period
    assert period is not None
    assert period.line.endswith("→ 3月7日;办理异议,顺延至3月9日")
    play.refused("period.running", c.Submit, "zone.handler", step="1", on=date(2022, 3, 9))
    play.fire("period:1")
    play.submit("1")
    same = posted("block")
    answers(same, objects(same), "2022-03-09")
    assert ends(same) == "2022-03-07", "blocked only: the period itself stays"


def test_while_a_prolonged_period_lasts_a_further_objection_is_in_time() -> None:
    play = posted("prolong")
    first = objects(play)
    second = objects(play, "2022-03-08")
    assert not play.state("1").objections[second].late
    answers(play, first, "2022-03-09")
    answers(play, second, "2022-03-10")
    assert ends(play) == "2022-03-10"


def test_where_it_is_only_recorded_the_submission_says_what_is_open() -> None:
    play = posted("record")
    number = objects(play)
    play.today = date(2022, 3, 8)
    assert play.submit("1").warnings == (f"还有 1 件异议没有答复:{number} 号",)


def test_a_late_objection_is_kept_and_stops_nothing() -> None:
    play = posted()
    number = objects(play, "2022-03-08")
    assert play.last is not None
    assert "期满" in play.last.warnings[0]
    assert play.state("1").objections[number].late
    assert play.kinds() == ["objection", "submit"], "it is answered all the same"
    play.submit("1")


def test_an_objection_recorded_late_in_review_holds_the_closing() -> None:
    play = posted(nodes=[node("head", "zone_head")])
    play.today = date(2022, 3, 8)
    play.submit("1")
    number = objects(play, "2022-03-05")
    play.decide("1", "zone.head")
    assert (play.status("1"), play.kinds()) == ("in_review", ["objection"])
    answers(play, number, "2022-03-08")
    assert play.now.status == "completed"


def test_an_objection_is_anonymous_or_has_a_name() -> None:
    play = posted()
    number = objects(play, objector=None, anonymous=True)
    assert play.state("1").objections[number].objector is None
    for fields in ({"objector": None}, {"objector": NAME, "anonymous": True}):
        given = {"step": "1", "opinion": REASON, "on": date(2022, 3, 1)} | fields
        play.refused("objection.who", c.RaiseObjection, "zone.handler", **given)


def test_who_takes_an_objection_in_and_who_answers_it() -> None:
    play = posted()
    fields = {"step": "1", "opinion": REASON, "objector": NAME}
    play.refused("actor.not_entitled", c.RaiseObjection, "county.head", **fields)
    play.given(c.RaiseObjection, "reform.handler", **fields)
    answer = {"step": "1", "result": ObjectionResult.UPHELD, "opinion": REASON}
    play.refused("actor.not_entitled", c.AnswerObjection, "reform.handler", objection="1", **answer)
    play.refused("objection.unknown", c.AnswerObjection, "zone.handler", objection="9", **answer)
    early = {"objection": "1", "on": date(2022, 2, 28)} | answer
    play.refused("date.before_predecessor", c.AnswerObjection, "zone.handler", **early)
    play.given(c.AnswerObjection, "zone.handler", objection="1", **answer)
    play.refused("objection.unknown", c.AnswerObjection, "zone.handler", objection="1", **answer)
    found = play.state("1").objections["1"]
    assert (found.result, found.answered_by) == (ObjectionResult.UPHELD, "zone.handler")


def test_nobody_objects_to_what_is_not_posted() -> None:
    play = posted(proof=True)
    fields = {"step": "1", "opinion": REASON, "objector": NAME}
    play.refused("objection.no_period", c.RaiseObjection, "zone.handler", **fields)
    early = posted()
    early.refused("date.before_predecessor", c.RaiseObjection, "zone.handler", on=date(2022, 2, 27), **fields)


def test_a_late_objection_is_answered_also_after_the_step_is_done() -> None:
    play = posted()
    number = objects(play, "2022-03-08")
    play.submit("1")
    assert (play.now.status, play.kinds()) == ("completed", ["objection"])
    answers(play, number, "2022-03-09", ObjectionResult.UPHELD)
    assert play.kinds() == []
    again = posted()
    objects(again, "2022-03-08")
    again.exception("terminate", "1")
    fields = {"step": "1", "objection": "1", "result": ObjectionResult.UPHELD, "opinion": REASON}
    again.refused("case.ended", c.AnswerObjection, "zone.handler", **fields)


def test_what_is_being_filed_no_objection_stops() -> None:
    file = {
        "system": "filing",
        "documents": ["notice"],
        "receipt": "receipt",
        "manual_after": due(3),
        "manual_role": "reform_handler",
    }
    receipt = paper("receipt", fields=["number"], moment="filing")
    public = {"notice": "notice", "amount": 5, "unit": "day", "basis": {"text": "示例"}}
    made = step("1", evidence=[NOTICE, receipt], publicity=public, machine={"file": file})
    play = Play(programme([made]))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    play.today = date(2022, 3, 8)
    play.submit("1")
    assert play.status("1") == "filing"
    objects(play, "2022-03-05")
    assert play.last is not None
    assert "已转入报送" in play.last.warnings[0]
    filed = {"outcome": "accepted", "fields": {"number": "示例备〔2022〕1号"}}
    play.given(c.RecordFiling, "reform.handler", step="1", **filed)
    play.given(c.CheckFiling, "reform.handler2", step="1")
    assert (play.status("1"), play.kinds()) == ("closed", ["objection"])


def test_a_proof_that_does_not_apply_is_not_waited_for() -> None:
    choice = {"id": "posted", "title": "是否张贴", "values": {"yes": "是", "no": "否"}, "default": "no"}
    public = {"notice": "notice", "proof": "proof", "amount": 5, "basis": {"text": "示例"}}
    proof = paper("proof", required="no", when=[{"posted": ["yes"]}])
    play = Play(programme([step("1", evidence=[NOTICE, proof], publicity=public)], choices=[choice]))
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    assert play.state("1").period is not None


def test_every_rule_is_played() -> None:
    assert set(ObjectionRule) == {"block", "prolong", "record"}
