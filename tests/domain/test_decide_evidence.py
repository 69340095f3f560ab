"""材料与台账: what a change under review does to the decisions taken, and to the terms that run."""

from domain import commands as c
from domain.decisions import Medium, Outcome
from tests.domain.play import Play, due, node, paper, programme, step

TWO = [node("head", "zone_head", looks_at=["text"]), node("county", "county_head")]
STAFF = {
    "id": "staff",
    "title": "花名册",
    "columns": [{"id": "name", "title": "姓名"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
}


def reviewed() -> Play:
    """The head, who looks at the text alone, has agreed; the county, which looks at all, is asked."""
    play = Play(programme([step("1", evidence=[paper("text"), paper("note", required="no")], nodes=TWO)]))
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "zone.head")
    return play


def test_a_replaced_paper_re_opens_the_nodes_that_looked_at_it() -> None:
    play = reviewed()
    play.evidence("1", "text", "二稿")
    assert [w.node for w in play.work.values()] == ["head"]
    play.decide("1", "zone.head")
    play.decide("1", "county.head")
    assert play.now.status == "completed"


def test_a_paper_a_node_does_not_look_at_leaves_its_decision() -> None:
    play = reviewed()
    play.evidence("1", "note")
    assert [w.node for w in play.work.values()] == ["county"]
    assert len(play.state("1").decisions) == 1


def test_the_same_paper_again_changes_nothing() -> None:
    play = reviewed()
    play.evidence("1", "text")
    assert [w.node for w in play.work.values()] == ["county"]
    assert play.state("1").evidence["text"].version == 2


def test_what_follows_a_replacement_is_not_dated_before_it() -> None:
    play = reviewed()
    before = play.today
    play.days(4)
    play.evidence("1", "text", "二稿")
    play.refused(
        "date.before_predecessor",
        c.Decide,
        "zone.head",
        step="1",
        node="head",
        outcome=Outcome.AGREE,
        on=before,
    )
    play.decide("1", "zone.head")


def test_a_register_changed_under_review_re_opens_the_decisions_on_it() -> None:
    play = Play(
        programme(
            [
                step(
                    "1",
                    fills=["staff"],
                    freezes=["staff"],
                    nodes=[node("head", "zone_head"), node("county", "county_head")],
                )
            ],
            registers=[STAFF],
        )
    )
    play.register("1", "staff", rows=3, root="r1")
    play.submit("1")
    play.decide("1", "zone.head")
    play.register("1", "staff", rows=4, root="r2")
    assert [w.node for w in play.work.values()] == ["head"], "who approved three rows did not approve four"
    play.decide("1", "zone.head")
    play.register("1", "staff", rows=4, root="r2")
    assert [w.node for w in play.work.values()] == ["county"], "the same rows again are the same"
    play.decide("1", "county.head")
    assert play.now.registers["staff"].frozen


def test_a_register_cannot_change_while_it_is_filed() -> None:
    file = {
        "file": {
            "system": "filing",
            "documents": ["text"],
            "receipt": "receipt",
            "manual_after": due(3),
            "manual_role": "county_handler",
        }
    }
    receipt = paper("receipt", fields=["number"], moment="filing")
    play = Play(
        programme(
            [step("1", evidence=[paper("text"), receipt], fills=["staff"], machine=file)], registers=[STAFF]
        )
    )
    play.evidence("1", "text")
    play.register("1", "staff", rows=3)
    play.submit("1")
    assert play.status("1") == "filing"
    play.refused(
        "register.not_now", c.FillRegister, "zone.handler", step="1", register="staff", rows=1, root="x"
    )
    play.refused(
        "evidence.not_now", c.AddEvidence, "zone.handler", step="1", slot="text", mode="reference", title="x"
    )


def test_a_consultation_on_a_new_draft_has_its_whole_term() -> None:
    """Answers on the old draft are no answers on the new one, and silence counts from the new one."""
    ask = node(
        "ask", "county_head", "city_head", kind="consult", act="征求意见", silence="no_opinion", due=due(5)
    )
    play = Play(programme([step("1", evidence=[paper("text")], nodes=[ask])]))
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "county.head", Outcome.NO_OPINION)
    first = play.timers["lapse:1:ask"]
    play.days(4)
    play.evidence("1", "text", "二稿")
    second = play.timers["lapse:1:ask"]
    assert second.on > first.on
    assert second.generation > first.generation
    assert len([w for w in play.work.values() if w.kind == "decide"]) == 2
    play.fire("lapse:1:ask")
    assert play.now.status == "completed"
    assert {d.outcome for d in play.state("1").decisions} == {Outcome.LAPSED}


def test_all_who_answered_are_asked_again_and_their_timer_runs() -> None:
    """The timer must not vanish because everyone had answered on the older draft."""
    ask = node("ask", "county_head", kind="consult", act="征求意见", silence="no_opinion", due=due(5))
    play = Play(programme([step("1", evidence=[paper("text")], nodes=[ask, node("head", "zone_head")])]))
    play.evidence("1", "text")
    play.submit("1")
    play.decide("1", "county.head", Outcome.NO_OPINION)
    play.evidence("1", "text", "二稿")
    assert "lapse:1:ask" in play.timers


def meeting() -> Play:
    nodes = [
        node("committee", "committee", kind="meeting", act="会议议定"),
        node("county", "county_head"),
    ]
    play = Play(programme([step("1", evidence=[paper("text")], nodes=nodes)]))
    play.evidence("1", "text")
    play.submit("1")
    play.decide(
        "1",
        "county.handler",
        Outcome.PASSED_WITH_CHANGES,
        decided_by="b-committee",
        medium=Medium.MINUTES,
        number="纪要〔2022〕第5号",
    )
    play.check_last("1", "county.handler2")
    return play


def test_changes_nobody_asked_for_cannot_pass_as_decided() -> None:
    play = reviewed()
    play.refused(
        "evidence.not_decided",
        c.AddEvidence,
        "zone.handler",
        step="1",
        slot="text",
        mode="reference",
        title="x",
        as_decided=True,
    )
    stale = meeting()
    stale.evidence("1", "text", "擅自修改")
    stale.refused(
        "evidence.not_decided",
        c.AddEvidence,
        "zone.handler",
        step="1",
        slot="text",
        mode="reference",
        title="再改",
        as_decided=True,
    )


def test_a_notice_cannot_be_exchanged_once_its_period_has_been_used() -> None:
    notice = paper("notice", fields=["starts_on"], moment="before_period")
    play = Play(
        programme(
            [
                step(
                    "1",
                    evidence=[notice],
                    publicity={"notice": "notice", "amount": 5, "unit": "day", "basis": {"text": "示例"}},
                    nodes=[node("head", "zone_head")],
                )
            ]
        )
    )
    play.refused("evidence.missing", c.Submit, "zone.handler", step="1")
    play.evidence("1", "notice", fields={"starts_on": "2022-03-01"})
    assert "period:1" in play.timers
    play.refused("period.running", c.Submit, "zone.handler", step="1")
    play.fire("period:1")
    play.submit("1")
    play.refused(
        "period.submitted",
        c.AddEvidence,
        "zone.handler",
        step="1",
        slot="notice",
        mode="reference",
        title="x",
        fields={"starts_on": "2022-03-09"},
    )
    play.decide("1", "zone.head", Outcome.RETURN)
    play.evidence("1", "notice", fields={"starts_on": "2022-03-09"})
    play.refused("period.running", c.Submit, "zone.handler", step="1")


def test_papers_are_refused_by_slot_mode_and_field() -> None:
    upload = {"id": "scan", "title": "扫描件"}
    date_slot = paper("letter", fields=["issued_on", "count"], options={})
    play = Play(programme([step("1", evidence=[upload, date_slot])]))

    def refused(code: str, slot: str, mode: str, by: str = "zone.handler", **fields: str) -> None:
        play.refused(code, c.AddEvidence, by, step="1", slot=slot, mode=mode, title="x", fields=fields)

    refused("evidence.unknown", "none", "upload")
    refused("evidence.mode", "scan", "reference")
    refused("evidence.no_file", "scan", "upload")
    refused("actor.not_entitled", "letter", "reference", by="county.handler")
    refused("field.unknown", "letter", "reference", nonsense="1")
    refused("field.missing", "letter", "reference", issued_on="2022-03-01")
    refused("field.date", "letter", "reference", issued_on="3月1日", count="1")
    refused("field.integer", "letter", "reference", issued_on="2022-03-01", count="一")
