"""Document numbers of every kind, and the odd ones that warn."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.identifiers import DocumentKind, DocumentNumber, normalise_document_number

LETTER, ORDER, ANNOUNCEMENT = DocumentKind.LETTER, DocumentKind.ORDER, DocumentKind.ANNOUNCEMENT
MINUTES, NONE, OTHER = DocumentKind.MINUTES, DocumentKind.NONE, DocumentKind.OTHER

CLEAN = [
    ("豫办〔2019〕21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办[2019]21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办(2019)21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办（2019）21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办【2019】21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办［２０１９］２１号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办﹝2019﹞21号", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办〔2019〕21號", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    (" 豫办 〔2019〕 21 号 ", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("豫办〔2019〕21号文", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("(豫办〔2019〕21号)", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("“豫办〔2019〕21号”", LETTER, "豫办〔2019〕21号", "豫办", 2019, 21),
    ("国办发明电〔2021〕11号", LETTER, "国办发明电〔2021〕11号", "国办发明电", 2021, 11),
    ("人社部规〔2019〕1号", LETTER, "人社部规〔2019〕1号", "人社部规", 2019, 1),
    ("国务院令第713号", ORDER, "国务院令第713号", "国务院", None, 713),
    ("国令第713号", ORDER, "国令第713号", "国", None, 713),
    ("国务院令 第７１３号", ORDER, "国务院令第713号", "国务院", None, 713),
    ("主席令第十五号", ORDER, "主席令第15号", "主席", None, 15),
    (
        "中华人民共和国主席令（第一百二十三号）",
        ORDER,
        "中华人民共和国主席令第123号",
        "中华人民共和国主席",
        None,
        123,
    ),
    ("交通运输部令2022年第5号", ORDER, "交通运输部令2022年第5号", "交通运输部", 2022, 5),
    ("公告2018年第4号", ANNOUNCEMENT, "公告2018年第4号", "", 2018, 4),
    ("公告 2018年 第4号", ANNOUNCEMENT, "公告2018年第4号", "", 2018, 4),
    ("2018年第4号公告", ANNOUNCEMENT, "公告2018年第4号", "", 2018, 4),
    ("公告第4号", ANNOUNCEMENT, "公告第4号", "", None, 4),
    ("公告〔2018〕4号", ANNOUNCEMENT, "公告〔2018〕4号", "公告", 2018, 4),
    (
        "国家发展改革委等六部委公告2018年第4号",
        ANNOUNCEMENT,
        "国家发展改革委等六部委公告2018年第4号",
        "国家发展改革委等六部委",
        2018,
        4,
    ),
    ("纪要〔2022〕第5号", MINUTES, "纪要〔2022〕第5号", "纪要", 2022, 5),
    ("纪要[2022]第5号", MINUTES, "纪要〔2022〕第5号", "纪要", 2022, 5),
    (
        "县委常委会会议纪要〔2022〕5期",
        MINUTES,
        "县委常委会会议纪要〔2022〕5期",
        "县委常委会会议纪要",
        2022,
        5,
    ),
    ("常委会会议纪要第十五期", MINUTES, "常委会会议纪要第15期", "常委会会议纪要", None, 15),
    ("常务会议纪要(2022年第3号)", MINUTES, "常务会议纪要2022年第3号", "常务会议纪要", 2022, 3),
]


@pytest.mark.parametrize(("typed", "kind", "text", "issuer", "year", "serial"), CLEAN)
def test_a_number_in_order_is_normalised_without_a_word(
    typed: str, kind: DocumentKind, text: str, issuer: str, year: int | None, serial: int
) -> None:
    assert normalise_document_number(typed) == DocumentNumber(kind, text, issuer, year, serial)


@pytest.mark.parametrize("typed", ["", "  ", "无", "无文号", "无 文 号", "-", "—", "／", "没有文号"])
def test_no_number_is_a_kind_of_its_own(typed: str) -> None:
    assert normalise_document_number(typed) == DocumentNumber(NONE, "无文号")


@pytest.mark.parametrize(
    ("typed", "kind", "text", "words"),
    [
        ("豫办〔2019〕021号", LETTER, "豫办〔2019〕21号", "不编虚位"),
        ("豫办〔2019〕第21号", LETTER, "豫办〔2019〕21号", "不加“第”"),
        ("豫办〔2019〕21", LETTER, "豫办〔2019〕21号", "缺“号”"),
        ("豫办〔2019〕21期", LETTER, "豫办〔2019〕21号", "以“号”结尾"),
        ("豫办〔2019〕0号", LETTER, "豫办〔2019〕0号", "序号为0"),
        ("豫办2019年21号", LETTER, "豫办〔2019〕21号", "六角括号"),
        ("豫办2019-21", LETTER, "豫办〔2019〕21号", "六角括号"),
        ("豫办 2019 21号", LETTER, "豫办〔2019〕21号", "六角括号"),
        ("许政〔22〕5号", LETTER, "许政〔22〕5号", "年份“22”应写四位"),
        ("许政〔1822〕5号", LETTER, "许政〔1822〕5号", "不在1949至2099之间"),
        ("〔2022〕5号", LETTER, "〔2022〕5号", "缺机关代字"),
        ("Xz〔2022〕5号", LETTER, "Xz〔2022〕5号", "一般是12个字以内的汉字"),
        ("国令713", ORDER, "国令第713号", "应有“第”"),
        ("公告4号", ANNOUNCEMENT, "公告第4号", "应有“第”"),
        ("纪要第5", MINUTES, "纪要第5号", "缺“号”"),
        ("许政文〔2022〕5-7号", OTHER, "许政文〔2022〕5-7号", "已按原样登记"),
        ("电话通知", OTHER, "电话通知", "没有文号的请填“无文号”"),
        ("会议文", OTHER, "会议文", "已按原样登记"),
        ("第5号", OTHER, "第5号", "已按原样登记"),
        ("豫办〔2019〕" + "9" * 5000 + "号", OTHER, "豫办〔2019〕" + "9" * 5000 + "号", "已按原样登记"),
    ],
)
def test_an_odd_number_warns_and_is_kept(typed: str, kind: DocumentKind, text: str, words: str) -> None:
    number = normalise_document_number(typed)
    assert (number.kind, number.text) == (kind, text)
    assert any(words in warning for warning in number.warnings), number.warnings
    assert all(len(warning) < 200 for warning in number.warnings)


@pytest.mark.parametrize(
    ("chinese", "number"),
    [("一", 1), ("十", 10), ("十五", 15), ("二十", 20), ("一百零三", 103), ("一百二十三", 123), ("二〇", 20)],
)
def test_chinese_numerals(chinese: str, number: int) -> None:
    assert normalise_document_number(f"主席令第{chinese}号").serial == number


def test_discipline_commission_letters_are_no_minutes() -> None:
    assert normalise_document_number("许纪〔2022〕5号").kind is LETTER


def test_every_kind_has_a_word() -> None:
    assert [kind.label for kind in DocumentKind] == [
        "发文字号",
        "令",
        "公告",
        "纪要期号",
        "无文号",
        "其他写法",
    ]


BRACKETS = st.sampled_from(["〔〕", "[]", "()", "（）", "【】", "［］", "﹝﹞", "{}", "「」"])
ISSUERS = st.text("豫许办政发文函国中厅字组", min_size=1, max_size=6).filter(lambda text: "令" not in text)


@given(ISSUERS, BRACKETS, st.integers(1949, 2099), st.integers(1, 99999))
def test_brackets_of_any_shape_give_one_number(issuer: str, pair: str, year: int, serial: int) -> None:
    number = normalise_document_number(f"{issuer}{pair[0]}{year}{pair[1]}{serial}号")
    assert number == DocumentNumber(LETTER, f"{issuer}〔{year}〕{serial}号", issuer, year, serial)


NEAR = st.text("豫办发令公告纪要会议文第号期年〔〕[]()（）【】-— 0129十百〇两“”", max_size=30)


@given(st.one_of(st.text(), NEAR))
@example("R\u00b8")
def test_any_text_is_taken_and_its_normal_form_stays(text: str) -> None:
    number = normalise_document_number(text)
    assert number.text
    again = normalise_document_number(number.text)
    assert (again.kind, again.text, again.serial) == (number.kind, number.text, number.serial)
    assert number.kind is not OTHER or number.warnings
