"""乡镇街道综合行政执法改革: five steps, and three that follow where they are asked for."""

from domain.plan import compile_plan
from domain.programme import Confidence
from tests.programmes.loaded import periods, programme, steps

CODE = "township-enforcement"


def test_five_steps_of_the_page() -> None:
    view = compile_plan(programme(CODE)).view({"follow_up": "no"})
    titles = ["印发实施方案", "召开动员大会", "机构挂牌", "人员划转", "成立执法机构党组织"]
    assert [step.step.title for step in view.steps] == titles
    assert [step.after for step in view.steps] == [(), ("1",), ("2",), ("3",), ("4",)]


def test_three_follow_only_where_chosen() -> None:
    chosen = compile_plan(programme(CODE)).view({"follow_up": "yes"})
    assert [step.id for step in chosen.steps] == list(steps(CODE)) == [str(n) for n in range(1, 9)]
    assert chosen.depends_on("6", "5")
    assert programme(CODE).choices[0].default == "no"


def test_all_its_figures_are_proposals() -> None:
    assert {basis.confidence for _, _, basis in periods(CODE)} == {Confidence.PROPOSED}


def test_unit_is_a_township() -> None:
    assert programme(CODE).unit == "township"
