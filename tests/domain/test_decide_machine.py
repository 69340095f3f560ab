"""核验与报送: results move the step on, in order of dates, and an approval of old does not carry a filing."""

from typing import Any

import pytest

from domain import commands as c
from domain.decisions import Outcome
from tests.domain.play import MACHINE, Play, due, node, paper, programme, step

VERIFY = {
    "verify": {
        "system": "company_registry",
        "reads": {"name": "licence.name"},
        "manual_after": due(3),
        "manual_role": "county_handler",
    }
}
FILE = {
    "file": {
        "system": "filing",
        "documents": ["text"],
        "receipt": "receipt",
        "manual_after": due(3),
        "manual_role": "county_handler",
    }
}
RECEIPT = {"number": "示函〔2022〕1号"}


def verifying(adapter: str = "http", **more: Any) -> Play:
    machine = {"verify": {**VERIFY["verify"], **more}}
    licence = paper("licence", fields=["name"])
    play = Play(
        programme([step("1", evidence=[licence], nodes=[node("head", "zone_head")], machine=machine)]),
        adapters={"company_registry": adapter},
    )
    play.evidence("1", "licence", fields={"name": "示例公司"})
    play.submit("1")
    assert play.status("1") == "verifying"
    return play


def filing(adapter: str = "manual") -> Play:
    receipt = paper("receipt", fields=["number"], moment="filing")
    play = Play(
        programme(
            [step("1", evidence=[paper("text"), receipt], nodes=[node("head", "zone_head")], machine=FILE)]
        ),
        adapters={"filing": adapter},
    )
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "zone.head")
    assert play.status("1") == "filing"
    return play


# --- verification


def test_a_match_goes_on_to_review_and_a_step_without_nodes_closes() -> None:
    play = verifying()
    play.given(c.RecordVerification, MACHINE, step="1", outcome="matched")
    assert play.status("1") == "in_review"
    assert play.kinds() == ["decide"]
    licence = paper("licence", fields=["name"])
    alone = Play(programme([step("1", evidence=[licence], machine=VERIFY)]))
    alone.evidence("1", "licence", fields={"name": "示例公司"})
    alone.submit("1")
    assert alone.kinds() == ["verify"]
    alone.given(c.RecordVerification, "county.handler", step="1", outcome="matched")
    assert alone.now.status == "completed"


def test_a_mismatch_returns_or_only_warns_as_the_programme_says() -> None:
    play = verifying()
    play.given(c.RecordVerification, MACHINE, step="1", outcome="mismatched", differences=("名称",))
    assert play.status("1") == "returned"
    assert play.state("1").round == 2
    warned = verifying(on_mismatch="warn")
    warned.given(c.RecordVerification, MACHINE, step="1", outcome="mismatched", differences=("名称",))
    assert warned.status("1") == "in_review"
    machine = warned.state("1").machine
    assert machine is not None
    assert machine.differences == ("名称",), "the approvers see what did not match"


def test_a_result_of_an_older_round_and_one_after_the_turn_to_manual_are_refused() -> None:
    play = verifying()
    play.given(c.WithdrawSubmission, "zone.handler", step="1")
    play.submit("1")
    play.refused("step.round", c.RecordVerification, MACHINE, step="1", round=1, outcome="matched")
    play.fire("manual:1")
    assert play.kinds() == ["verify"]
    play.refused("machine.manual", c.RecordVerification, MACHINE, step="1", outcome="matched")
    play.given(c.RecordVerification, "county.handler", step="1", outcome="matched")
    assert play.status("1") == "in_review"


def test_verification_by_hand_is_by_the_named_role_and_a_second_person() -> None:
    play = verifying("manual")
    play.refused("actor.not_entitled", c.RecordVerification, "zone.head", step="1", outcome="matched")
    play.refused("verify.outcome", c.RecordVerification, "county.handler", step="1", outcome="unavailable")
    own = {"verify": {**VERIFY["verify"], "manual_role": "zone_handler"}}
    licence = paper("licence", fields=["name"])
    same = Play(programme([step("1", evidence=[licence], machine=own)]))
    same.evidence("1", "licence", fields={"name": "示例公司"})
    same.submit("1")
    same.refused("duty.own_verification", c.RecordVerification, "zone.handler", step="1", outcome="matched")
    same.given(c.RecordVerification, "zone.handler2", step="1", outcome="matched")


def test_a_result_is_not_dated_before_it_was_asked_for() -> None:
    play = verifying("manual")
    early = play.today
    play.given(c.WithdrawSubmission, "zone.handler", step="1")
    play.days(5)
    play.submit("1")
    play.refused(
        "date.before_predecessor",
        c.RecordVerification,
        "county.handler",
        step="1",
        outcome="matched",
        on=early,
    )
    late = filing()
    late.days(-1)
    late.refused(
        "date.before_predecessor",
        c.RecordFiling,
        "county.handler",
        step="1",
        outcome="accepted",
        fields=RECEIPT,
    )


# --- filing


def test_a_filing_by_hand_closes_once_a_second_person_has_checked_it() -> None:
    play = filing()
    assert play.kinds() == ["file"]
    play.refused("actor.not_entitled", c.RecordFiling, "zone.handler", step="1", outcome="accepted")
    play.refused("file.outcome", c.RecordFiling, "county.handler", step="1", outcome="unavailable")
    play.refused("field.missing", c.RecordFiling, "county.handler", step="1", outcome="accepted")
    play.given(c.RecordFiling, "county.handler", step="1", outcome="accepted", fields=RECEIPT)
    assert play.kinds() == ["check_filing"]
    play.refused(
        "file.already", c.RecordFiling, "county.handler", step="1", outcome="accepted", fields=RECEIPT
    )
    play.refused("duty.own_recording", c.CheckFiling, "county.handler", step="1")
    play.refused("actor.not_entitled", c.CheckFiling, "nobody.handler", step="1")
    play.given(c.CheckFiling, "zone.handler", step="1", agrees=False)
    assert play.kinds() == ["file"]
    play.given(c.RecordFiling, "county.handler", step="1", outcome="accepted", fields=RECEIPT)
    play.given(c.CheckFiling, "zone.handler", step="1")
    assert play.now.status == "completed"


def test_a_filing_by_machine_closes_at_once_and_a_rejection_goes_back() -> None:
    play = filing("http")
    assert play.kinds() == []
    assert list(play.timers) == ["manual:1"]
    play.given(c.RecordFiling, MACHINE, step="1", outcome="accepted", fields=RECEIPT)
    assert play.now.status == "completed"
    other = filing("http")
    other.given(c.RecordFiling, MACHINE, step="1", outcome="rejected", message="要件不全")
    assert other.status("1") == "returned"
    other.submit("1")
    assert other.status("1") == "in_review", "what was approved for the rejected filing counts no more"


@pytest.mark.parametrize("kind", [c.RecordVerification, c.RecordFiling, c.CheckFiling])
def test_results_nobody_asked_for_are_refused(kind: type[c.Command]) -> None:
    play = Play(programme([step("1", nodes=[node("head", "zone_head")])]))
    codes = {
        c.RecordVerification: "verify.not_now",
        c.RecordFiling: "file.not_now",
        c.CheckFiling: "check.nothing",
    }
    fields = {} if kind is c.CheckFiling else {"outcome": "matched"}
    play.refused(codes[kind], kind, MACHINE, step="1", **fields)


def test_a_filing_waits_where_a_new_version_asks_another_node_first() -> None:
    """An approval under the old version does not carry the outward act under the new one."""
    receipt = paper("receipt", fields=["number"], moment="filing")

    def built(*nodes: dict[str, Any]) -> Any:
        return programme([step("1", evidence=[paper("text"), receipt], nodes=list(nodes), machine=FILE)])

    play = filing()
    inserted = Play(built(node("head", "zone_head"), node("city", "city_head")))
    play.plan = inserted.plan
    play.given(c.RecordFiling, "county.handler", step="1", outcome="accepted", fields=RECEIPT)
    assert play.status("1") == "in_review"
    assert [w.node for w in play.work.values()] == ["city"]
    play.decide("1", "city.head", Outcome.AGREE)
    assert play.status("1") == "filing", "it is filed anew, with the new approval"
    play.given(c.RecordFiling, "county.handler", step="1", outcome="accepted", fields=RECEIPT)
    play.given(c.CheckFiling, "zone.handler", step="1")
    assert play.now.status == "completed"
