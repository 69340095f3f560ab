"""A signed form comes back: the step is found, what has changed is said, nothing is recorded by itself."""

from __future__ import annotations

import pytest

from domain.decisions import Medium, Outcome
from domain.paper import LETTERS, Form, make_code
from domain.permissions import AccessRole
from domain.refusal import Refused
from domain.states import StepStatus
from models.tables import AdministratorRow, PaperPrintRow
from services.paper.matching import Prefill
from services.paper.printing import Printed
from tests.services import acting
from tests.services.evidence import made
from tests.services.paper.office import ITEM, Printing, done


def first_letter_changed(code: str) -> str:
    """The code with another letter in its first place."""
    return LETTERS[(LETTERS.index(code[0]) + 1) % len(LETTERS)] + code[1:]


def refused(answer: object) -> Refused:
    """The refusal, which it has to be."""
    assert isinstance(answer, Refused), answer
    return answer


def test_the_recording_is_filled_in(office: Printing) -> None:
    office.submitted()
    printed = office.printed()
    found = office.prefill(printed)
    assert (found.case, found.unit, found.step) == (acting.case_of(0), "示例开发区0", "1.1")
    assert (found.round, found.node, found.node_title) == (1, "deputy", "县局初审")
    assert (found.form, found.medium, found.medium_title) == (
        Form.APPROVAL, Medium.SIGNED_PAPER, "手签呈批件",
    )  # fmt: skip
    assert [(paper.title, paper.version) for paper in found.papers] == [("方案", 1), ("示例职能清册", 1)]
    assert found.waits_for == ("示例人员 deputy",)
    assert found.printed_by == "示例人员 clerk-0"
    assert found.warnings == ()
    assert found.recordable


def test_it_records_nothing_and_what_is_recorded_still_needs_a_second_person(office: Printing) -> None:
    office.submitted()
    printed = office.printed()
    before = office.office.stream()
    found = office.prefill(printed)
    assert office.office.stream() == before
    recorded = office.record(found, by="deputy")
    (decision,) = recorded.case.steps["1.1"].decisions
    assert decision.unchecked
    assert decision.medium is Medium.SIGNED_PAPER
    again = office.prefill(printed)
    assert any("已登记过 2022-03-02 的意见" in text and "待核对" in text for text in again.warnings)
    assert not again.recordable


def test_a_meeting_is_recorded_by_its_minutes(small: Printing) -> None:
    done(small.desk().submit("1.2"))
    found = small.prefill(small.printed("1.2"))
    assert (found.form, found.medium, found.waits_for) == (Form.AGENDA, Medium.MINUTES, ("示例县委常委会",))
    assert found.recordable


def test_a_paper_replaced_since_makes_the_form_outdated(office: Printing) -> None:
    office.submitted()
    printed = office.printed()
    office.filed(made.docx("改过"), reason="按意见修改")
    found = office.prefill(printed)
    assert "材料已变:“方案”打印时为第1版,现为第2版" in found.warnings
    assert not found.recordable
    assert found.papers[0].version == 1


def test_a_paper_added_and_a_register_filled_anew_are_told_too(small: Printing) -> None:
    small.fill()
    printed = small.printed(node="head")
    small.filed(made.pdf(), slot="note", name="说明.pdf")
    small.fill_register("4")
    warnings = small.prefill(printed).warnings
    assert "材料已变:打印之后新增“说明”第1版" in warnings
    assert "材料已变:“示例职能清册”打印时为第1版,现为第2版" in warnings


def test_another_round_is_told(office: Printing) -> None:
    office.submitted()
    printed = office.printed()
    done(office.desk("deputy").decide("1.1", Outcome.RETURN, opinion="请补充", return_to="doer"))
    done(office.desk().submit("1.1"))
    found = office.prefill(printed)
    assert "打印时为第1轮(2022年3月2日),现为第2轮" in found.warnings
    assert not found.recordable


def test_a_node_that_is_passed_and_a_step_that_is_closed_are_told(small: Printing) -> None:
    small.submitted()
    first = small.printed()
    small.decide("deputy", "deputy")
    passed = small.prefill(first)
    assert "这个节点现在不在办理中(任务待审核)" in passed.warnings
    assert not passed.recordable
    second = small.printed()
    assert small.prefill(second).recordable
    small.decide("head", "head")
    assert small.state().status is StepStatus.CLOSED
    assert "任务已办结" in small.prefill(second).warnings


def test_the_form_of_one_item_leads_back_to_this_item(small: Printing) -> None:
    small.closed()
    found = small.prefill(small.printed(ITEM, form="交接单"))
    assert (found.step, found.node) == (ITEM, "head")
    assert found.warnings == ("这个节点现在不在办理中(任务进行中)",)
    done(small.desk().submit(ITEM))
    assert small.prefill(small.printed(ITEM, form="交接单")).recordable


@pytest.mark.parametrize("person", ["stranger", "clerk-1", "nobody", ""])
def test_a_code_out_of_sight_looks_like_none_of_ours(office: Printing, person: str) -> None:
    office.submitted()
    printed = office.printed()
    hidden = refused(office.match(printed.code, person))
    never = make_code(printed.code[:4], "0" * 10)
    unknown = refused(office.match(never, "clerk-0"))
    assert hidden.code == unknown.code == "paper.not_found"
    assert hidden.message.replace(printed.sheet.code, "") == unknown.message.replace(
        f"{never[:4]}-{never[4:8]}-{never[8:12]}-{never[12:]}", ""
    )


def test_who_may_read_the_case_may_look_a_form_up(small: Printing) -> None:
    small.submitted()
    with small.runtime.db.write() as session:
        session.add(AdministratorRow(person="auditor", role=str(AccessRole.AUDITOR), since=small.wall.now()))
    assert isinstance(small.match(small.printed().code, "auditor"), Prefill)


def test_a_code_of_another_database_is_told_as_such(small: Printing) -> None:
    strange = make_code("0000", "0" * 10)
    assert refused(small.match(strange)).code == "paper.other_database"
    small.submitted()
    printed = small.printed()
    assert printed.code[:4] != "0000"
    assert refused(small.match(strange)).code == "paper.other_database"


def test_a_wrong_letter_is_caught_before_anything_is_looked_up(small: Printing) -> None:
    small.submitted()
    wrong = first_letter_changed(small.printed().code)
    assert refused(small.match(wrong)).code == "paper.code_wrong"


@pytest.mark.parametrize(
    "change",
    [{"round": 2}, {"papers": "[]"}, {"digest": "sha256:0"}, {"step": "1.2"}, {"form": "processing"}],
    ids=lambda change: next(iter(change)),
)
def test_a_row_changed_behind_the_ledger_is_noticed(small: Printing, change: dict[str, object]) -> None:
    small.submitted()
    printed: Printed = small.printed()
    with small.runtime.db.write() as session:
        row = session.get(PaperPrintRow, printed.code)
        for name, value in change.items():
            setattr(row, name, value)
    found = small.prefill(printed)
    assert "与留痕不符" in found.warnings[0]
    assert not found.recordable
