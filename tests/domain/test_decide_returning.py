"""退回: where a matter goes, what starts anew, what stands, and that nothing is returned twice."""

from domain import commands as c
from domain.case import Item
from domain.decisions import Outcome
from tests.domain.play import REASON, Play, due, node, paper, programme, step

HEAD = [node("head", "zone_head")]


def chain() -> Play:
    """1 → 2 → 3, each approved by the head; 3 rests on both."""
    play = Play(
        programme(
            [
                step("1", nodes=HEAD, due=[due(10)]),
                step("2", after=["1"], nodes=HEAD),
                step("3", after=["1", "2"], nodes=[*HEAD, node("county", "county_head")]),
            ]
        )
    )
    for each in ("1", "2"):
        play.submit(each)
        play.decide(each, "zone.head")
    play.submit("3")
    play.decide("3", "zone.head")
    return play


def sent_back(play: Play, to: str, *stands: str) -> None:
    play.decide("3", "county.head", Outcome.RETURN, return_to=to, stands=stands)


def test_a_return_to_the_doer_starts_the_next_round_without_decisions() -> None:
    play = chain()
    sent_back(play, "doer")
    state = play.state("3")
    assert (str(state.status), state.round, state.decisions) == ("returned", 2, ())
    play.submit("3")
    assert state.returns == {"county": 1}
    assert [w.node for w in play.work.values()] == ["head"], "who agreed before agrees to what comes now"


def test_a_return_to_an_earlier_node_keeps_the_round_and_drops_from_there() -> None:
    play = chain()
    play.decide("3", "county.head", Outcome.RETURN, return_to="head")
    assert play.state("3").round == 1
    assert play.state("3").decisions == ()
    assert [w.node for w in play.work.values()] == ["head"]


def test_a_return_to_a_closed_step_resets_all_that_rests_on_it_and_keeps_the_rounds() -> None:
    play = chain()
    sent_back(play, "1")
    assert [play.status(k) for k in "123"] == ["returned", "not_started", "not_started"]
    assert [play.state(k).round for k in "123"] == [2, 1, 1]
    assert play.emitted() == ["Decided", "Returned"], "returned once"
    play.submit("1")
    play.decide("1", "zone.head")
    assert [play.state(k).round for k in "123"] == [2, 2, 1]


def test_what_stands_is_not_done_again() -> None:
    play = chain()
    sent_back(play, "1", "2")
    assert [play.status(k) for k in "123"] == ["returned", "closed", "not_started"]
    play.submit("1")
    play.decide("1", "zone.head")
    assert [play.status(k) for k in "123"] == ["closed", "closed", "in_progress"]
    assert play.state("3").round == 2


def test_the_returning_step_starts_anew_even_where_it_rests_only_on_what_stands() -> None:
    """Else its own return would still lie there and be carried out again."""
    play = Play(
        programme(
            [
                step("1"),
                step("2", after=["1"]),
                step("3", after=["2"], nodes=[node("head", "zone_head", max_returns=1)]),
            ]
        )
    )
    for each in "123":
        play.submit(each)
    play.decide("3", "zone.head", Outcome.RETURN, return_to="1", stands=("2",))
    assert play.emitted().count("Returned") == 1
    assert play.state("3").returns == {"head": 1}
    assert [play.status(k) for k in "123"] == ["returned", "closed", "not_started"], "3 waits for 1"
    play.submit("1")
    assert [play.status(k) for k in "123"] == ["closed", "closed", "in_progress"]
    assert play.state("3").round == 2


def test_only_done_steps_that_would_start_anew_can_stand() -> None:
    play = chain()
    for stands in (("9",), ("1",), ("3",)):
        play.refused(
            "return.stands",
            c.Decide,
            "county.head",
            step="3",
            node="county",
            outcome=Outcome.RETURN,
            opinion=REASON,
            return_to="1",
            stands=stands,
        )
    play.refused(
        "return.stands",
        c.Decide,
        "county.head",
        step="3",
        node="county",
        outcome=Outcome.RETURN,
        opinion=REASON,
        stands=("2",),
    )
    play.refused(
        "return.stands", c.Propose, "zone.handler", step="1", kind="reopen", reason=REASON, stands=("3",)
    )


def test_targets_that_lie_ahead_or_do_not_exist_are_refused() -> None:
    play = chain()
    for target in ("county", "9", "3x"):
        refused = play.refused(
            "return.target",
            c.Decide,
            "county.head",
            step="3",
            node="county",
            outcome=Outcome.RETURN,
            opinion=REASON,
            return_to=target,
        )
        assert "承办人(doer)、head、1、2" in refused.remedy


def test_only_a_return_names_where_to() -> None:
    play = chain()
    for outcome in (Outcome.AGREE, Outcome.DISAGREE):
        play.refused(
            "return.not_a_return",
            c.Decide,
            "county.head",
            step="3",
            node="county",
            outcome=outcome,
            opinion=REASON,
            return_to="1",
        )


def test_a_return_resets_a_step_under_review_beside_it() -> None:
    """Two steps in review, the return of one resets the other: the other is not asked on."""
    play = Play(
        programme(
            [
                step("1"),
                step("2", after=["1"], nodes=HEAD),
                step("3", after=["1"], nodes=HEAD),
            ]
        )
    )
    for each in "123":
        play.submit(each)
    play.decide("2", "zone.head", Outcome.RETURN, return_to="1")
    assert [play.status(k) for k in "123"] == ["returned", "not_started", "not_started"]


def test_disagreement_goes_where_the_programme_says() -> None:
    def built(to: str) -> Play:
        play = Play(
            programme(
                [step("1"), step("2", after=["1"], nodes=[node("head", "zone_head", on_refuse={"to": to})])]
            )
        )
        play.submit("1")
        play.submit("2")
        play.decide("2", "zone.head", Outcome.DISAGREE)
        return play

    assert built("doer").status("2") == "returned"
    assert [built("1").status(k) for k in "12"] == ["returned", "not_started"]
    stopped = built("stop")
    assert stopped.now.status == "terminated"
    assert not stopped.work
    assert not stopped.timers
    stopped.refused("case.ended", c.Submit, "zone.handler", step="2", round=1)


def test_an_outcome_whose_target_is_not_closed_goes_back_to_the_doer() -> None:
    result = paper("result", fields=["result"], options={"good": "无异议", "bad": "有异议"})
    back = {"evidence": "result", "field": "result", "value": "bad", "then": "1", "message": "有异议"}
    play = Play(programme([step("1"), step("2", after=["1"], evidence=[result], outcomes=[back])]))
    play.exception("not_applicable", "1")
    play.evidence("2", "result", fields={"result": "bad"})
    play.submit("2")
    assert (play.status("1"), play.status("2")) == ("not_applicable", "returned")
    play.evidence("2", "result", fields={"result": "good"})
    play.submit("2")
    assert play.now.status == "completed"


def test_a_step_sent_back_after_its_closing_has_its_term_anew() -> None:
    play = chain()
    play.days(30)
    sent_back(play, "1")
    term = play.state("1").due
    assert term is not None
    assert term.date is not None
    assert term.date > play.today, "it had been in time: it is not overdue the moment it comes back"
    assert "due:1" in play.timers


def test_nothing_after_a_return_is_dated_before_it() -> None:
    play = chain()
    before = play.today
    play.days(5)
    sent_back(play, "doer")
    play.refused("date.before_predecessor", c.Submit, "zone.handler", step="3", on=before)
    play.submit("3")
    other = chain()
    other.days(5)
    other.decide("3", "county.head", Outcome.RETURN, return_to="head")
    other.refused(
        "date.before_predecessor",
        c.Decide,
        "zone.head",
        step="3",
        node="head",
        outcome=Outcome.AGREE,
        on=before,
    )


def items() -> Play:
    """A register of two companies, each: found, then report; a join waits for both."""
    register = {
        "id": "companies",
        "title": "公司名册",
        "columns": [{"id": "name", "title": "名称"}, {"id": "body", "title": "公司", "body": "yes"}],
        "key": ["name"],
        "filled_by": ["zone_handler"],
        "item_body": "body",
    }
    each = {"for_each": {"register": "companies"}, "doer": "company_handler"}
    play = Play(
        programme(
            [
                step("list", fills=["companies"], freezes=["companies"], nodes=HEAD),
                step("found", **each),
                step("report", after=["found"], nodes=[node("county", "county_head")], **each),
                step("join", after=["report"], nodes=[node("county", "county_head")]),
            ],
            registers=[register],
        )
    )
    rows = [Item(key="a", title="甲公司", body="b-a"), Item(key="b", title="乙公司", body="b-b")]
    play.register("list", "companies", rows)
    play.submit("list")
    play.decide("list", "zone.head")
    for key in "ab":
        play.submit(f"found#{key}", by=f"{key}.handler")
        play.submit(f"report#{key}", by=f"{key}.handler")
    return play


def test_one_item_goes_back_alone() -> None:
    play = items()
    play.decide("report#b", "county.head")
    play.decide("report#a", "county.head", Outcome.RETURN, return_to="found")
    assert play.status("found#a") == "returned"
    assert play.status("report#a") == "not_started"
    assert (play.status("found#b"), play.status("report#b")) == ("closed", "closed")
    assert play.status("join") == "not_started"


def test_an_item_can_stand_while_the_list_is_made_again() -> None:
    play = items()
    play.decide("report#b", "county.head")
    play.decide("report#a", "county.head", Outcome.RETURN, return_to="list", stands=("report#b",))
    assert play.status("list") == "returned"
    assert not play.now.registers["companies"].frozen
    assert (play.status("found#b"), play.status("report#b")) == ("not_started", "closed")
    play.submit("list")
    play.decide("list", "zone.head")
    assert play.status("found#a") == "in_progress"


def test_a_gate_on_a_frozen_register_rests_on_what_freezes_it() -> None:
    """Thawing a register takes back the step that waited for its freezing."""
    register = {
        "id": "staff",
        "title": "花名册",
        "columns": [{"id": "name", "title": "姓名"}],
        "key": ["name"],
        "filled_by": ["zone_handler"],
    }
    play = Play(
        programme(
            [
                step("1", fills=["staff"], freezes=["staff"]),
                step("2", gates=[{"frozen": "staff"}], nodes=HEAD),
            ],
            registers=[register],
        )
    )
    play.register("1", "staff", rows=3)
    play.submit("1")
    play.submit("2")
    play.decide("2", "zone.head", Outcome.RETURN, return_to="1")
    assert (play.status("1"), play.status("2")) == ("returned", "not_started")
    assert not play.now.registers["staff"].frozen
    again = Play(play.plan.programme)
    again.register("1", "staff", rows=3)
    again.submit("1")
    again.exception("reopen", "1")
    assert again.status("2") == "not_started"


def test_nothing_is_returned_to_a_step_that_stands_while_one_before_it_is_in_rework() -> None:
    """1 is in rework, 2 stands: 3, which rests on 2 alone, cannot send back to 2 until 1 is done again."""
    play = Play(programme([step("1"), step("2", after=["1"]), step("3", after=["2"], nodes=HEAD)]))
    for each in "123":
        play.submit(each)
    play.exception("reopen", "1", stands=("2",))
    back = {"step": "3", "node": "head", "outcome": Outcome.RETURN, "opinion": REASON, "return_to": "2"}
    play.refused("return.target", c.Decide, "zone.head", **back)
    play.submit("1")
    play.given(c.Decide, "zone.head", **back)
    assert [play.status(k) for k in "123"] == ["closed", "returned", "not_started"]


def forked() -> Play:
    """2 and 3 both rest on 1; 2 is under review and suspended, 3 is under review."""
    steps = [step("1"), step("2", after=["1"], nodes=HEAD, due=[due(10)]), step("3", after=["1"], nodes=HEAD)]
    play = Play(programme(steps))
    for each in "123":
        play.submit(each)
    play.exception("suspend", "2")
    return play


def test_what_is_suspended_stays_so_when_a_step_before_it_is_sent_back() -> None:
    play = forked()
    play.decide("3", "zone.head", Outcome.RETURN, return_to="1")
    assert [play.status(k) for k in "123"] == ["returned", "suspended", "not_started"]
    play.submit("1")
    assert [play.status(k) for k in "123"] == ["closed", "suspended", "in_progress"]
    assert not play.kinds("2")
    play.exception("resume", "2")
    state = play.state("2")
    assert (str(state.status), state.round, state.decisions) == ("in_progress", 2, ())
    assert "due:2" in play.timers


def test_resumed_while_the_step_before_it_is_in_rework_it_waits_for_that() -> None:
    play = forked()
    play.exception("reopen", "1")
    assert play.status("2") == "suspended"
    play.exception("resume", "2")
    assert (play.status("2"), play.kinds("2")) == ("not_started", [])
    play.submit("1")
    assert play.status("2") == "in_progress"


def test_a_choice_changed_leaves_what_is_suspended_suspended() -> None:
    risk = {
        "id": "risk",
        "title": "风险",
        "values": {"low": "低", "high": "高"},
        "set_by": "zone_handler",
        "at": "0",
    }
    steps = [step("0"), step("1", when=[{"risk": ["high"]}]), step("2", after=["1"])]
    play = Play(programme(steps, choices=[risk]))
    play.given(c.SetChoice, "zone.handler", choice="risk", value="low")
    play.exception("suspend", "2")
    play.given(c.SetChoice, "zone.handler", choice="risk", value="high")
    assert [play.status(k) for k in "12"] == ["in_progress", "suspended"]
    play.exception("resume", "2")
    assert play.status("2") == "not_started"
