"""开发区体制机制改革: the five headings, their gates, their figures."""

import re

import pytest

from domain.plan import View, compile_plan
from domain.programme import (
    Confidence,
    EvidenceField,
    EvidenceMode,
    Mode,
    Moment,
    NodeKind,
    Refusal,
    Severity,
)
from tests.programmes.loaded import ROOT, nodes, periods, programme, slots, steps

CODE = "development-zone"
HEADINGS = ["方案修改完善和备案", "机构优化", "全员竞聘", "机构优化", "公司组建", "社会职能剥离", "验收"]
STEPS = {
    "plan": [f"1.{n}" for n in range(1, 14)],
    "restructuring_design": [f"3a.{n}" for n in range(1, 4)],
    "competition": [f"2.{n}" for n in range(1, 15)],
    "restructuring_carried_out": [f"3b.{n}" for n in range(1, 6)],
    "company": [f"4.{n}" for n in range(1, 11)],
    "spin_off": [f"5.{n}" for n in range(1, 11)],
    "acceptance": ["6.1", "6.2"],
}
SCOPES = {
    "full": list(STEPS),
    "plan": ["plan", "acceptance"],
    "competition": ["competition", "acceptance"],
    "restructuring": ["restructuring_design", "restructuring_carried_out", "acceptance"],
    "company": ["company", "acceptance"],
    "spin_off": ["spin_off", "acceptance"],
}
NOT_PROPOSED = {
    "1.4/departments.due": Confidence.KNOWN,
    "1.4/areas.due": Confidence.KNOWN,
    "1.5.publicity": Confidence.KNOWN,
    "1.7.due.1": Confidence.KNOWN,
    "1.13.due.0": Confidence.FOUND,
    "2.10.publicity": Confidence.FOUND,
    "2.12.due.0": Confidence.KNOWN,
    "4.5/registry.due": Confidence.FOUND,
    "4.8.due.0": Confidence.UNCERTAIN,
}
"""All other figures are proposals of the product."""


def under(**choices: str) -> View:
    """The programme under these choices, the others at their first value."""
    plain = {choice.id: next(iter(choice.values)) for choice in programme(CODE).choices}
    return compile_plan(programme(CODE)).view({**plain, **choices})


def test_stages_have_their_steps_in_order() -> None:
    assert {stage.id: [step.id for step in stage.steps] for stage in programme(CODE).stages} == STEPS


def test_headings_are_the_five_of_the_page_and_acceptance() -> None:
    assert [stage.heading for stage in programme(CODE).stages] == HEADINGS


@pytest.mark.parametrize("scope", SCOPES)
def test_each_heading_can_be_opened_alone(scope: str) -> None:
    view = under(scope=scope, major_decision="yes")
    expected = [step for stage in SCOPES[scope] for step in STEPS[stage]]
    assert [step.id for step in view.steps] == expected
    outside = {gate for step in view.steps for gate in step.after} - set(expected)
    assert not outside


@pytest.mark.parametrize(
    ("scope", "first"),
    [
        ("full", ["1.1", "1.2"]),
        ("plan", ["1.1", "1.2"]),
        ("competition", ["2.1"]),
        ("restructuring", ["3a.1"]),
        ("company", ["4.1"]),
        ("spin_off", ["5.1"]),
    ],
)
def test_first_steps(scope: str, first: list[str]) -> None:
    view = under(scope=scope)
    assert [step.id for step in view.steps if not step.after and not step.frozen] == first


def test_issue_of_the_plan_opens_design_company_and_spin_off_at_once() -> None:
    view = under(scope="full")
    for first in ("3a.1", "4.1", "5.1"):
        assert view.by_id[first].after == ("1.12",)


def test_report_after_issue_holds_up_nothing() -> None:
    assert under(scope="full").successors["1.13"] == ()
    assert "1.13" not in {gate for step in under(scope="full").steps for gate in step.after}


def test_posts_are_advertised_after_the_approved_design() -> None:
    view = under(scope="full")
    assert view.depends_on("2.5", "3a.3")
    assert view.depends_on("2.1", "3a.3")


def test_restructuring_is_carried_out_after_contracts() -> None:
    view = under(scope="full")
    assert all(view.depends_on(step, "2.12") for step in STEPS["restructuring_carried_out"])


def test_publicity_waits_for_the_frozen_list_of_people_to_be_placed() -> None:
    assert under(scope="full").by_id["2.10"].frozen == ("transfers",)
    assert under(scope="competition").by_id["2.10"].frozen == ()
    assert "transfers" in steps(CODE)["5.2"].freezes


def test_acceptance_waits_for_everything_but_the_report_after_issue() -> None:
    view = under(scope="full", major_decision="yes")
    before = {step.id for step in view.steps if view.depends_on("6.1", step.id)}
    assert before == {step.id for step in view.steps} - {"6.1", "6.2", "1.13"}


def test_acceptance_takes_every_stage() -> None:
    assert set(steps(CODE)["6.2"].accepts) == set(STEPS)
    assert nodes(CODE)["6.2/supervisor"].roles == ["supervisor_head"]


def test_public_consultation_only_for_a_major_decision() -> None:
    assert "1.5" in under(scope="full", major_decision="yes").by_id
    plain = under(scope="full", major_decision="no")
    assert "1.5" not in plain.by_id
    assert "1.5" not in plain.by_id["1.7"].after


def test_conditions_on_nodes() -> None:
    asked = under(province_approval="yes", county_cadres="yes", multi_area="yes")
    plain = under(province_approval="no", county_cadres="no", multi_area="no")
    for step, node in (("3a.2", "province"), ("2.9", "committee"), ("1.4", "areas"), ("5.2", "areas")):
        assert asked.by_id[step].node(node) is not None
        assert plain.by_id[step].node(node) is None


def test_only_figures_read_or_known_are_more_than_proposals() -> None:
    marked = {
        where: basis.confidence
        for where, _, basis in periods(CODE)
        if basis.confidence is not Confidence.PROPOSED
    }
    assert marked == NOT_PROPOSED


def test_periods_of_law() -> None:
    found = {where: amount for where, amount, _ in periods(CODE)}
    assert found["2.10.publicity"] == 5
    assert found["1.5.publicity"] == 30
    assert found["1.13.due.0"] == 30
    assert found["1.7.due.1"] == 7
    assert steps(CODE)["1.7"].due[1].minimum


def test_thirty_days_bind_party_documents_only() -> None:
    due = steps(CODE)["1.13"].due[0]
    assert due.when == [{"party_document": ["yes"]}]
    assert next(use for use in programme(CODE).checks if use.id == "P-08").when == due.when


def test_what_blocks_is_the_short_list() -> None:
    blocking = {use.id for use in programme(CODE).checks if use.severity is Severity.BLOCK}
    assert blocking == {"X-02", "H-08", "H-12", "S-02", "S-03", "C-01", "H-04"}
    h04 = next(use for use in programme(CODE).checks if use.id == "H-04")
    assert h04.parameters["block_when"] == "both_counts"


def test_checks_name_what_exists() -> None:
    registers = {register.id: {c.id for c in register.columns} for register in programme(CODE).registers}
    known = {*slots(CODE), *nodes(CODE), *steps(CODE), *registers}
    for use in programme(CODE).checks:
        assert set(use.steps) <= set(steps(CODE)), use.id
        for name, value in use.parameters.items():
            if isinstance(value, str) and re.fullmatch(r"[0-9][0-9ab]*\.[0-9]+(/[a-z_]+)?", value):
                assert value in known, (use.id, name)
        register = use.parameters.get("register")
        if register is not None:
            assert register in registers, use.id
            column = use.parameters.get("column")
            assert column is None or column in registers[str(register)], use.id


def test_filing_by_hand_with_any_of_four_proofs() -> None:
    for step in ("1.11", "1.13"):
        work = steps(CODE)[step].machine.file
        assert work is not None
        assert work.manual_role != steps(CODE)[step].doer
        receipt = slots(CODE)[f"{step}/{work.receipt}"]
        assert receipt.moment is Moment.FILING
        assert set(receipt.options.values()) == {"批复", "复函", "备案回执", "报送登记"}
        assert {EvidenceField.NUMBER, EvidenceField.ISSUED_ON, EvidenceField.WAY} <= set(receipt.fields)


def test_licence_is_compared_and_checked_by_another() -> None:
    step = steps(CODE)["4.6"]
    assert step.machine.verify is not None
    assert step.machine.verify.reads == {"credit_code": "licence.credit_code", "name": "licence.name"}
    assert step.machine.verify.manual_role != step.doer


def test_outcomes_stop_and_send_back() -> None:
    then = {
        (step.id, outcome.value): outcome.then for step in steps(CODE).values() for outcome in step.outcomes
    }
    assert then == {
        ("1.6", "high"): "stop",
        ("1.7", "disagree"): "1.3",
        ("2.10", "open"): "refuse",
        ("6.2", "failed"): "6.1",
    }


def test_joint_review_collects_and_returns_twice_at_most() -> None:
    node = nodes(CODE)["1.9/joint_review"]
    assert node.roles == ["city_estab_head", "city_drc_head", "city_reform_head"]
    assert (node.mode, node.collect, node.max_returns) == (Mode.SEQUENTIAL, True, 2)
    assert node.on_refuse == Refusal(to="doer")


def test_consultation_is_open_and_silence_is_no_opinion() -> None:
    node = nodes(CODE)["1.4/departments"]
    assert (node.kind, node.participants, node.silence) == (NodeKind.CONSULT, "run_time", "no_opinion")
    assert node.due is not None


def test_every_kind_and_mode_of_deciding_is_used_but_no_vote_is_invented() -> None:
    assert {node.kind for node in nodes(CODE).values()} == set(NodeKind)
    assert {node.mode for node in nodes(CODE).values()} == {Mode.SEQUENTIAL, Mode.ANY, Mode.ALL}


def test_per_company_and_per_receiver() -> None:
    each = {
        step.id: (step.for_each.register_id, step.for_each.group_by)
        for step in steps(CODE).values()
        if step.for_each is not None
    }
    assert each == {
        **{f"4.{n}": ("companies", None) for n in range(2, 11)},
        **{f"5.{n}": ("functions", "receiver") for n in (3, 4, 5, 6, 7, 8, 10)},
    }
    assert "companies" in steps(CODE)["4.1"].freezes
    assert "functions" in steps(CODE)["5.2"].freezes


def test_registers_of_three_books_balance() -> None:
    registers = {register.id: register for register in programme(CODE).registers}
    asked = {"roster", "posts", "departments", "companies", "functions", "assets", "leftovers"}
    assert set(registers) >= asked
    outcomes = next(column for column in registers["roster"].columns if column.id == "outcome").options
    assert registers["roster"].balances[0].parts == [f"outcome={value}" for value in outcomes]
    for register in ("roster", "duties", "assets", "functions", "leftovers", "handovers"):
        assert registers[register].balances
    on_all, signed = registers["handovers"].balances
    assert (on_all.total, on_all.parts) == ("functions/rows", ["rows"])
    assert signed.parts == [
        "giver_signed_on&receiver_signed_on&witness_signed_on&on_account=no",
        "on_account=yes&agreed_by",
    ]
    assert steps(CODE)["5.9"].freezes == ["handovers"]
    classes = next(column for column in registers["functions"].columns if column.id == "class").options
    assert len(classes) == 15
    identity = next(column for column in registers["roster"].columns if column.id == "identity").options
    assert list(identity.values()) == ["公务员", "参公人员", "事业人员", "合同制人员"]


def test_names_are_personal_everywhere() -> None:
    named = [c for register in programme(CODE).registers for c in register.columns if c.title == "姓名"]
    assert named
    assert all(column.personal for column in named)


def test_fields_that_later_checks_read() -> None:
    reply = slots(CODE)["3a.3/reply"].fields
    assert {EvidenceField.DEPARTMENTS, EvidenceField.LEADERS, EvidenceField.CEILING} <= set(reply)
    assert EvidenceField.LEVEL in slots(CODE)["1.6/risk_report"].fields
    assert slots(CODE)["1.10/revised_plan"].revises == "1.3/plan_draft"


def test_sensitive_papers_of_the_competition_are_there() -> None:
    for slot in ("2.6/file_review", "2.6/integrity_opinion", "2.7/assessment", "2.8/inspection",
                 "2.9/proposed_list"):  # fmt: skip
        assert slots(CODE)[slot].mode is EvidenceMode.REFERENCE


def test_few_choices_each_settled_before_it_is_needed() -> None:
    choices = programme(CODE).choices
    assert len(choices) <= 8
    later = [choice for choice in choices if choice.at != "launch"]
    assert later
    assert [c.id for c in later if c.set_by != steps(CODE)[c.at].doer] == [], (
        "no one waits for another to choose"
    )
    assert list(choices[0].values) == ["full", "plan", "competition", "restructuring", "company", "spin_off"]


def test_diagram_shows_each_stage_with_its_first_and_last_step() -> None:
    picture = (ROOT / "docs" / "img" / "development-zone.svg").read_text(encoding="utf-8")
    for ids in STEPS.values():
        assert f"{ids[0]}–{ids[-1]}" in picture
    assert {"1.12", "3a.3", "2.12"} <= set(re.findall(r">([0-9ab.]+)<", picture))
