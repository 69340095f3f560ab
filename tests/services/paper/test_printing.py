"""Printing a form: what it says, who may, what the ledger keeps of it."""

from __future__ import annotations

import io

import msgspec
import pytest
from docx import Document

from domain.paper import Form, read_code, spaced
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.ledger import SECURITY, SETTINGS, rows
from models.tables import AdministratorRow, PaperPrintRow
from services.paper.printing import Printed, paper_tag
from services.paper.sheet import MARGINS_MM, PAGE_MM, Box, Fields, Listing
from tests.services import acting
from tests.services.evidence import made
from tests.services.paper.office import CONTACT, ITEM, Printing, rehearse


def fields(printed: Printed) -> dict[str, str]:
    return dict(cell for block in printed.sheet.blocks if isinstance(block, Fields) for cell in block.cells)


def listing(printed: Printed, title: str) -> Listing:
    (found,) = [
        block
        for block in printed.sheet.blocks
        if isinstance(block, Listing) and block.title.startswith(title)
    ]
    return found


def test_it_says_what_is_asked_on_which_papers(office: Printing) -> None:
    office.submitted()
    printed = office.printed()
    said = fields(printed)
    assert printed.form is Form.APPROVAL
    assert said["呈报单位"] == "示例管委会0"
    assert said["事项"] == "1.1 示例任务 1.1"
    assert said["内容"] == "摸清底数,写出<方案>"
    assert said["呈请"] == "请审核(县局初审):示例县局 县局经办(示例人员 deputy)"
    assert said["依据"] == "示例依据(条款待核对)"
    assert said["办理时限"] == "2022年3月16日(自2022年3月2日次日起10个工作日 → 3月16日)"
    assert said["轮次"] == "第1轮"
    assert said["文号(由OA编)"] == said["缓急"] == ""
    digest = office.item().digest.partition(":")[2]
    papers = listing(printed, "所附材料").rows
    assert papers[0] == ("方案", "示例〔2022〕1号 2022-03-01", "第1版", "已上传", digest[:12])
    assert papers[1][0] == "示例职能清册"
    assert listing(printed, "已有意见").rows == ()
    assert printed.sheet.marks == ("示例",)
    assert any(isinstance(block, Box) and block.signed for block in printed.sheet.blocks)


def test_earlier_opinions_stand_on_it_with_date_and_medium(office: Printing) -> None:
    office.submitted()
    office.decide("deputy", "deputy")
    (opinion,) = listing(office.printed(), "已有意见").rows
    assert opinion == ("县局初审", "示例人员 deputy", "同意", "", "2022-03-02", "线上")


def test_each_print_has_a_code_a_row_and_a_line_in_the_ledger(office: Printing) -> None:
    office.submitted()
    one, other = office.printed(), office.printed(person="head")
    assert one.code != other.code
    assert read_code(one.sheet.code) == one.code
    assert one.sheet.code == spaced(one.code)
    db = office.runtime.db
    tag = paper_tag(db)
    assert one.code[:4] == other.code[:4] == tag
    with db.read() as session:
        row = session.get(PaperPrintRow, one.code)
        lines = list(rows(session.connection(), SECURITY))
        settings = list(rows(session.connection(), SETTINGS))
    assert row is not None
    assert (row.case_id, row.step, row.round, row.node) == (acting.case_of(0), "1.1", 1, "deputy")
    assert (row.printed_by, row.printed_on) == ("clerk-0", acting.TODAY)
    assert [line.actor for line in lines] == ["clerk-0", "head"]
    (event,) = msgspec.json.decode(lines[0].body)
    assert event == {
        "type": "paper_printed", "code": one.code, "form": "approval", "case": acting.case_of(0),
        "step": "1.1", "round": 1, "node": "deputy", "digest": row.digest,
    }  # fmt: skip
    assert [msgspec.json.decode(line.body) for line in settings] == [
        [{"type": "paper_tag_drawn", "tag": tag}]
    ]
    assert all("示例人员" not in line.body for line in (*lines, *settings))


def test_printing_leaves_the_case_as_it_is(small: Printing) -> None:
    small.submitted()
    before = small.office.stream()
    small.printed()
    assert small.office.stream() == before


@pytest.mark.parametrize("person", ["stranger", "clerk-1", "nobody", ""])
def test_out_of_sight_looks_like_not_there(office: Printing, person: str) -> None:
    office.submitted()
    hidden = office.print(person=person)
    assert isinstance(hidden, Refused)
    assert hidden.code == "access.not_found"
    assert hidden == office.print(person="clerk-0", case="no-such-case")
    with office.runtime.db.read() as session:
        assert list(rows(session.connection(), SECURITY)) == []


def test_who_only_looks_does_not_print(small: Printing) -> None:
    with small.runtime.db.write() as session:
        session.add(AdministratorRow(person="auditor", role=str(AccessRole.AUDITOR), since=small.wall.now()))
    answer = small.print(person="auditor")
    assert isinstance(answer, Refused)
    assert answer.code == "access.denied"


def test_every_form_has_its_place(small: Printing) -> None:
    small.closed()
    agenda = small.printed("1.2")
    assert agenda.form is Form.AGENDA
    assert fields(agenda)["提请会议"] == "示例县委常委会"
    assert "□原则通过、修改后印发" in next(b.text for b in agenda.sheet.blocks if isinstance(b, Box))
    assert fields(agenda)["纪要期号(由OA编)"] == ""
    handover = small.printed(ITEM, form="handover")
    assert listing(handover, "移交清单").rows == (("示例幼儿园", "3", CONTACT),)
    for form in ("呈批件", "公文处理笺"):
        assert [small.printed(step, form=form).sheet.title for step in ("1.1", "1.2", ITEM)] == [form] * 3


@pytest.mark.parametrize(
    ("step", "more", "code"),
    [
        ("1.1", {"form": "议题单"}, "paper.form_unfit"),
        ("1.1", {"form": "交接单"}, "paper.form_unfit"),
        ("1.1", {"form": "红头文件"}, "paper.form_unknown"),
        ("1.1", {"node": "nobody"}, "paper.node_unknown"),
        ("1.3", {}, "paper.not_open"),
        ("9.9", {}, "paper.not_open"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_way_out(
    small: Printing, step: str, more: dict[str, str], code: str
) -> None:
    answer = small.print(step, **more)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert answer.remedy


def test_personal_columns_are_masked_for_who_may_not_read_them(office: Printing) -> None:
    office.closed()
    (open_,) = listing(office.printed(ITEM, form="交接单"), "移交清单").rows
    hidden = listing(office.printed(ITEM, "member-0", form="交接单"), "移交清单")
    assert open_[2] == CONTACT
    assert hidden.rows == (("示例幼儿园", "3", "示**"),)
    assert "隐去" in hidden.title


def test_a_rehearsal_says_so_on_every_form(small: Printing) -> None:
    rehearse(small)
    assert small.printed().sheet.marks == ("演练", "示例")


def test_word_file_and_page_say_the_same(small: Printing) -> None:
    small.submitted()
    printed = small.printed()
    document = Document(io.BytesIO(printed.word()))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == PAGE_MM
    assert round(section.left_margin.mm) == MARGINS_MM["left"]
    word = "\n".join(
        [
            *(cell.text for table in document.tables for row in table.rows for cell in row.cells),
            *(cell.text for cell in section.header.tables[0].rows[0].cells),
        ]
    )
    web = printed.page()
    for text in (*fields(printed).values(), *listing(printed, "所附材料").rows[0], printed.sheet.code):
        assert text in word
        assert text.replace("<", "&lt;").replace(">", "&gt;") in web
    assert len(document.inline_shapes) == 0
    assert len(section.header.part.package.image_parts._image_parts) == 1


def test_the_page_fetches_nothing_and_runs_nothing(small: Printing) -> None:
    small.submitted()
    page = small.printed().page()
    assert "<方案>" not in page
    for sign in ("http:", "https:", "src=", "href=", "url(", "<script", "@import"):
        assert sign not in page.replace('xmlns="http://www.w3.org/2000/svg"', ""), sign


def test_control_characters_do_not_reach_the_paper(small: Printing) -> None:
    small.filed(made.docx(), title="方案\x0b\u202e送审")
    printed = small.printed(form="呈批件")
    assert "方案送审" in {row[0] for row in listing(printed, "所附材料").rows}
    assert Document(io.BytesIO(printed.word()))
