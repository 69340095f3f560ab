"""依据的材料: a step that is done is told when what it was handed in on changes, and says that it stands."""

from typing import Any

from domain import commands as c
from domain.case import Item
from domain.decisions import Outcome
from domain.plan import compile_plan
from domain.register_rows import fill
from tests.domain.play import REASON, Play, node, paper, programme, step

STAFF: dict[str, Any] = {
    "id": "staff",
    "title": "花名册",
    "columns": [{"id": "name", "title": "姓名"}],
    "key": ["name"],
    "filled_by": ["zone_handler"],
}
HEAD = [node("head", "zone_head")]


def chain() -> Play:
    """2 is handed in on 1's text and on the list that 1 fills; both are done."""
    text = paper("text", fields=["issued_on"])
    play = Play(
        programme(
            [
                step("1", evidence=[text], fills=["staff"]),
                step("2", after=["1"], reads=["1/text", "register/staff"]),
                step("3", after=["2"], nodes=HEAD),
            ],
            registers=[STAFF],
        )
    )
    play.evidence("1", "text", fields={"issued_on": "2022-02-01"})
    play.register("1", "staff", rows=3, root="r1")
    play.submit("1")
    play.submit("2")
    return play


def redo(play: Play) -> None:
    """1 is done again while 2 stands."""
    play.exception("reopen", "1", stands=("2",))


def test_what_a_step_reads_is_pinned_when_it_is_handed_in() -> None:
    pinned = chain().state("2").reads
    assert {ref: pin.version for ref, pin in pinned.items()} == {"1/text": 1, "register/staff": 1}


def test_who_stands_is_told_and_says_that_it_does() -> None:
    play = chain()
    redo(play)
    assert play.kinds("2") == []
    play.evidence("1", "text", "二稿", fields={"issued_on": "2022-02-01"})
    (told,) = [w for w in play.work.values() if w.step == "2"]
    assert (told.kind, told.role, told.due_on) == ("reread", "zone_handler", None)
    play.refused("actor.not_entitled", c.AcknowledgeReads, "zone.head", step="2")
    play.given(c.AcknowledgeReads, "zone.handler2", step="2", opinion=REASON)
    assert play.kinds("2") == []
    assert play.state("2").reads["1/text"].version == 2
    assert play.status("2") == "closed"
    play.refused("reads.unchanged", c.AcknowledgeReads, "zone.handler", step="2")


def test_a_register_filled_again_is_told_but_not_the_same_content() -> None:
    play = chain()
    redo(play)
    play.register("1", "staff", rows=3, root="r1")
    play.evidence("1", "text", fields={"issued_on": "2022-02-01"})
    assert play.state("1").evidence["text"].version == 2
    assert play.kinds("2") == []
    play.register("1", "staff", rows=4, root="r2")
    assert play.kinds("2") == ["reread"]


def test_a_corrected_field_is_told_though_the_paper_is_the_same() -> None:
    play = chain()
    play.propose("correct", "1", path="evidence/text/issued_on", new="2022-02-03")
    play.confirm("zone.handler2")
    assert play.status("2") == "closed", "a correction voids nothing"
    assert play.kinds("2") == ["reread"]
    play.given(c.AcknowledgeReads, "zone.handler", step="2")
    assert play.kinds("2") == []


def test_a_case_that_is_complete_still_tells() -> None:
    play = chain()
    play.submit("3")
    play.decide("3", "zone.head")
    assert play.now.status == "completed"
    play.propose("correct", "1", path="evidence/text/issued_on", new="2022-02-03")
    play.confirm("zone.handler2")
    assert play.kinds() == ["reread"]
    play.given(c.AcknowledgeReads, "zone.handler", step="2")
    assert play.kinds() == []


def test_who_is_handed_in_again_is_pinned_anew() -> None:
    play = chain()
    play.submit("3")
    play.decide("3", "zone.head", Outcome.RETURN, return_to="1")
    play.evidence("1", "text", "二稿", fields={"issued_on": "2022-02-01"})
    assert play.kinds("2") == [], "it starts anew in any case"
    play.submit("1")
    play.submit("2")
    assert play.state("2").reads["1/text"].version == 2
    assert "reread" not in play.kinds()


def test_a_node_looks_at_the_register_it_names_and_at_no_other_paper() -> None:
    looks = node("head", "zone_head", looks_at=["register/staff"])
    play = Play(
        programme(
            [
                step("1", evidence=[paper("text")], fills=["staff"], nodes=[looks, node("b", "county_head")]),
            ],
            registers=[STAFF],
        )
    )
    play.evidence("1", "text")
    play.register("1", "staff", rows=3, root="r1")
    play.submit("1")
    play.decide("1", "zone.head")
    play.evidence("1", "text", "二稿")
    assert [w.node for w in play.work.values()] == ["b"]
    play.register("1", "staff", rows=4, root="r2")
    assert [w.node for w in play.work.values()] == ["head"]


# --- which rows a step is for

LIST: dict[str, Any] = {
    "id": "list",
    "title": "公司名册",
    "columns": [
        {"id": "name", "title": "名称"},
        {"id": "body", "title": "公司", "body": "yes"},
        {"id": "way", "title": "方式", "type": "choice", "options": {"new": "新设", "merged": "整合"}},
    ],
    "key": ["name"],
    "filled_by": ["zone_handler"],
    "item_body": "body",
}


def by_way() -> Any:
    each = {"doer": "company_handler"}
    return programme(
        [
            step("list", fills=["list"], freezes=["list"]),
            step("found", for_each={"register": "list", "when": [{"way": ["new"]}]}, **each),
            step("report", after=["found"], for_each={"register": "list"}, **each),
            step("join", after=["found", "report"]),
        ],
        registers=[LIST],
    )


def rows(*ways: str) -> tuple[Item, ...]:
    built = by_way()
    found = [{"name": f"{n}", "body": f"b-{n}", "way": way} for n, way in zip("abc", ways, strict=False)]
    return fill(compile_plan(built), built.registers[0], found).items


def test_a_step_runs_for_the_rows_that_meet_its_condition() -> None:
    play = Play(by_way())
    play.register("list", "list", rows("new", "merged"))
    play.submit("list")
    assert sorted(play.now.steps) == ["found#a", "list", "report#b"], "what does not apply is no gate"
    play.submit("found#a", by="a.handler")
    play.submit("report#a", by="a.handler")
    assert play.status("join") == "not_started"
    play.submit("report#b", by="b.handler")
    play.submit("join")
    assert play.now.status == "completed"


def test_a_step_that_is_for_no_row_asks_for_no_work() -> None:
    play = Play(by_way())
    play.register("list", "list", rows("merged"))
    play.submit("list")
    play.submit("report#a", by="a.handler")
    play.submit("join")
    assert play.now.status == "completed"


def test_a_group_is_for_a_step_where_one_of_its_rows_meets_the_condition() -> None:
    grouped = by_way().model_copy(deep=True)
    steps = [
        each.model_copy(update={"for_each": each.for_each.model_copy(update={"group_by": "body"})})
        if each.for_each
        else each
        for each in grouped.stages[0].steps
    ]
    built = grouped.model_copy(update={"stages": [grouped.stages[0].model_copy(update={"steps": steps})]})
    found = [
        {"name": "1", "body": "b-a", "way": "merged"},
        {"name": "2", "body": "b-a", "way": "new"},
        {"name": "3", "body": "b-b", "way": "merged"},
    ]
    items = fill(compile_plan(built), built.registers[0], found).items
    assert {item.key: item.not_for for item in items} == {"b-a": (), "b-b": ("found",)}
