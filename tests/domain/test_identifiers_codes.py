"""Zone codes, credit codes, organisation codes and division codes."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import (
    ZONE_TYPES,
    CreditCode,
    CreditKind,
    CreditUse,
    DivisionCode,
    DivisionLevel,
    Fault,
    OrganisationCode,
    ZoneCode,
    ZoneLevel,
    credit_check_character,
    fault_for_use,
    find_division,
    organisation_check_character,
    parse_credit_code,
    parse_division_code,
    parse_organisation_code,
    parse_zone_code,
    region_note,
)

ROOT = Path(__file__).parents[2]
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
EXAMPLES = ["91110108551385082Q", "914403001922038216", "91350100M000100Y43"]
"""Real codes, on which the rule was verified by computation."""


# --- zones ---


@pytest.fixture(scope="module")
def catalogue() -> list[dict[str, str]]:
    path = ROOT / "samples" / "catalogue" / "development_zones_2018.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_code_of_the_2018_catalogue_parses(catalogue: list[dict[str, str]]) -> None:
    assert len(catalogue) == 2543
    for row in catalogue:
        code = parse_zone_code(row["code"])
        assert isinstance(code, ZoneCode), row
        assert code.warnings == ()
        assert code.text == row["code"]
        assert code.level is (ZoneLevel.NATIONAL if row["level"] == "national" else ZoneLevel.PROVINCIAL)
        assert code.province == row["province"]
        assert code.type_name == row["type"]


def test_a_zone_code_is_taken_apart() -> None:
    assert parse_zone_code("S419085") == ZoneCode("S419085", ZoneLevel.PROVINCIAL, "41", "9", 85)
    assert ZoneLevel.PROVINCIAL.label == "省级"
    assert ZoneLevel.NATIONAL.label == "国家级"


@pytest.mark.parametrize(
    "typed", ["ｓ４１９０８５", " s419 085 ", "S-419085", "S419085\u200b", "\tS419085\n"]
)
def test_a_zone_code_is_normalised(typed: str) -> None:
    code = parse_zone_code(typed)
    assert isinstance(code, ZoneCode)
    assert code.text == "S419085"


@pytest.mark.parametrize(
    ("typed", "fault", "words"),
    [
        ("", "zone-code-empty", "未填写"),
        ("   ", "zone-code-empty", "未填写"),
        ("S41908", "zone-code-length", "有6位"),
        ("S4190855", "zone-code-length", "有8位"),
        ("A419085", "zone-code-level", "第1位“A”"),
        ("S41O085", "zone-code-digit", "第4位“O”应为数字,是否应为数字“0”"),
        ("S4190B5", "zone-code-digit", "是否应为数字“8”"),
        ("S4190河5", "zone-code-digit", "第6位“河”应为数字,请更正"),
        ("S419٠85", "zone-code-digit", "第5位"),
        ("S999085", "zone-code-province", "“99”不是省级代码"),
        ("S410085", "zone-code-type", "第4位类型码不能是0"),
    ],
)
def test_a_wrong_zone_code_says_what_to_mend(typed: str, fault: str, words: str) -> None:
    found = parse_zone_code(typed)
    assert isinstance(found, Fault)
    assert found.code == fault
    assert words in found.message


def test_what_the_2018_edition_only_suggests_is_a_warning() -> None:
    unknown = parse_zone_code("S414001")
    assert isinstance(unknown, ZoneCode)
    assert unknown.type_name == ""
    assert "“4”未见于2018年版目录" in unknown.warnings[0]
    level = parse_zone_code("G417088")
    assert isinstance(level, ZoneCode)
    assert "只用于省级" in level.warnings[0]
    assert set(ZONE_TYPES) == set("12356789")


# --- credit codes ---


@pytest.mark.parametrize("text", EXAMPLES)
def test_real_credit_codes_hold(text: str) -> None:
    assert parse_credit_code(text) == CreditCode(text)
    assert credit_check_character(text[:17]) == text[17]
    assert organisation_check_character(text[8:16]) == text[16]
    assert parse_organisation_code(text[8:17]) == OrganisationCode(text[8:17])


def test_a_credit_code_is_taken_apart() -> None:
    code = CreditCode("91110108551385082Q")
    assert code.kind is CreditKind.ENTERPRISE
    assert code.kind_label == "企业"
    assert code.region == "110108"
    assert code.organisation.text == "551385082"


@pytest.mark.parametrize(
    "typed", ["９１１１０１０８５５１３８５０８２ｑ", "91110108 551385082 q", "91110108-551385082-Q"]
)
def test_a_credit_code_is_normalised(typed: str) -> None:
    assert parse_credit_code(typed) == CreditCode("91110108551385082Q")


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_single_wrong_character_is_found(text: str) -> None:
    """31 is prime and no weight is a multiple of it, so the standard misses no single substitution."""
    for place, right in enumerate(text):
        for wrong in CREDIT_ALPHABET:
            if wrong != right:
                assert isinstance(parse_credit_code(text[:place] + wrong + text[place + 1 :]), Fault)


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_swap_of_unequal_neighbours_is_found(text: str) -> None:
    for place in range(len(text) - 1):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        if swapped != text:
            assert isinstance(parse_credit_code(swapped), Fault), swapped


@pytest.mark.parametrize(
    ("typed", "fault", "words"),
    [
        ("", "credit-code-empty", "未填写"),
        ("91110108551385082", "credit-code-length", "有17位,应为18位,少了1位"),
        ("91110108551385082QQ", "credit-code-length", "多了1位"),
        ("9111O108551385082Q", "credit-code-character", "第5位“O”不在标准字符内"),
        ("91350100M000I00Y43", "credit-code-character", "是否应为“1”"),
        ("9111010855138508?Q", "credit-code-character", "第17位“?”"),
        ("9111A108551385082Q", "credit-code-region", "第5位“A”应为数字"),
        ("91110108551385082R", "credit-code-check", "第18位校验码应为“Q”,现为“R”"),
        ("91110108551385028Q", "credit-code-check", "第16、17位可能颠倒"),
        ("91110108551335082Q", "credit-code-check", "第13位“3”可能是“8”"),
    ],
)
def test_a_wrong_credit_code_says_what_to_mend(typed: str, fault: str, words: str) -> None:
    found = parse_credit_code(typed)
    assert isinstance(found, Fault)
    assert found.code == fault
    assert words in found.message


def test_a_code_whose_inner_check_alone_fails_is_named_so() -> None:
    """Both characters that stand after the organisation code are made wrong together."""
    first = "9111010855138508" + "3"
    found = parse_credit_code(first + credit_check_character(first))
    assert isinstance(found, Fault)
    assert "第17位(主体标识码的校验码)应为“2”,现为“3”" in found.message


def made_up(prefix: str, region: str = "411024", organisation: str = "MB000000") -> CreditCode:
    """A code with right check characters that belongs to nobody (示例)."""
    first = prefix + region + organisation + organisation_check_character(organisation)
    code = parse_credit_code(first + credit_check_character(first))
    assert isinstance(code, CreditCode)
    return code


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("11", CreditKind.ORGAN),
        ("12", CreditKind.INSTITUTION),
        ("13", CreditKind.MASS_ORGANISATION),
        ("51", CreditKind.ASSOCIATION),
        ("91", CreditKind.ENTERPRISE),
        ("93", CreditKind.COOPERATIVE),
        ("N1", CreditKind.OTHER),
        ("Y1", CreditKind.OTHER),
    ],
)
def test_kinds(prefix: str, kind: CreditKind) -> None:
    code = made_up(prefix)
    assert code.kind is kind
    assert code.kind_label


def test_committee_and_company_need_codes_of_their_kind() -> None:
    organ, institution, company = made_up("11"), made_up("12"), made_up("91")
    assert fault_for_use(organ, CreditUse.COMMITTEE) is None
    assert fault_for_use(institution, CreditUse.COMMITTEE) is None
    assert fault_for_use(company, CreditUse.COMPANY) is None
    wrong = fault_for_use(institution, CreditUse.COMPANY)
    assert wrong is not None
    assert f"公司的统一社会信用代码应以91(企业)开头,“{institution.text}”以12开头,属事业单位" in wrong.message
    wrong = fault_for_use(company, CreditUse.COMMITTEE)
    assert wrong is not None
    assert "应以11(机关)或12(事业单位)开头" in wrong.message


def test_another_region_only_informs() -> None:
    here = frozenset({"411024"})
    assert region_note(made_up("91"), here) is None
    assert region_note(made_up("91", "411000"), here) is None, "registered with the city"
    assert region_note(made_up("91", "410000"), here) is None, "registered with the province"
    assert region_note(made_up("91"), frozenset()) is None, "area not known yet"
    note = region_note(made_up("91", "411023"), here)
    assert note is not None
    assert "411023" in note
    assert "只作提示" in note


@given(
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.integers(110000, 820000),
    st.text(CREDIT_ALPHABET, min_size=8, max_size=8),
    st.integers(0, 17),
    st.sampled_from(CREDIT_ALPHABET),
)
def test_any_code_made_by_the_rule_holds_and_one_change_breaks_it(
    prefix: str, region: int, organisation: str, place: int, other: str
) -> None:
    code = made_up(prefix, str(region), organisation).text
    changed = code[:place] + other + code[place + 1 :]
    assert isinstance(parse_credit_code(changed), CreditCode if changed == code else Fault)


@pytest.mark.parametrize("first", ["", "1" * 16, "1" * 18, "O" + "1" * 16])
def test_a_check_character_needs_seventeen_characters_of_the_standard(first: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        credit_check_character(first)


# --- organisation codes ---


@pytest.mark.parametrize(
    ("typed", "fault", "words"),
    [
        ("5513850", "organisation-code-length", "有7位,应为9位"),
        ("55138508?", "organisation-code-character", "第9位“?”"),
        ("55138508-3", "organisation-code-check", "第9位校验码应为“2”,现为“3”"),
    ],
)
def test_a_wrong_organisation_code_says_what_to_mend(typed: str, fault: str, words: str) -> None:
    found = parse_organisation_code(typed)
    assert isinstance(found, Fault)
    assert found.code == fault
    assert words in found.message


def test_organisation_code_details() -> None:
    assert parse_organisation_code("55138508－2") == OrganisationCode("551385082")
    with pytest.raises(ValueError, match="8 characters"):
        organisation_check_character("5513850")


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.sampled_from("0123456789"))
def test_a_wrong_digit_of_an_organisation_code_is_found(first: str, place: int, other: str) -> None:
    """11 is prime and digits differ by less than 11; letters may differ by 11 and slip through."""
    changed = first[:place] + other + first[place + 1 :]
    same = organisation_check_character(changed) == organisation_check_character(first)
    assert same is (changed == first)


def test_some_organisation_code_ends_in_x() -> None:
    found = {organisation_check_character(f"{number:08d}") for number in range(40)}
    assert found == set("0123456789X")


# --- divisions ---


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    """The counties and streets of Xuchang, from the sample."""
    data = json.loads((ROOT / "samples" / "xuchang" / "divisions.json").read_text(encoding="utf-8"))
    return {each["code"]: each["name"] for each in data["areas"] + data["streets"]}


def test_every_division_of_xuchang_parses(names: dict[str, str]) -> None:
    assert len(names) == 112
    city = parse_division_code("411000")
    assert isinstance(city, DivisionCode)
    for code, name in names.items():
        found = find_division(code, names)
        assert not isinstance(found, Fault)
        parsed, known = found
        assert known == name
        assert parsed.level is (DivisionLevel.COUNTY if len(code) == 6 else DivisionLevel.STREET)
        assert (parsed.province_code, parsed.city_code, parsed.county_code) == ("41", "4110", code[:6])
        assert city.contains(parsed)
        assert not parsed.contains(city)
    assert names["411071"] == "许昌经济技术开发区"
    assert "神垕镇" in names.values()


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("410000", DivisionLevel.PROVINCE),
        ("411000", DivisionLevel.CITY),
        ("411024", DivisionLevel.COUNTY),
        ("４１１０２４", DivisionLevel.COUNTY),
        ("411 081 104", DivisionLevel.STREET),
        ("441900003", DivisionLevel.STREET),
    ],
)
def test_division_levels(typed: str, level: DivisionLevel) -> None:
    code = parse_division_code(typed)
    assert isinstance(code, DivisionCode)
    assert code.level is level
    assert code.contains(code)


def test_codes_above_a_division() -> None:
    province, city = parse_division_code("410000"), parse_division_code("411000")
    assert isinstance(province, DivisionCode)
    assert isinstance(city, DivisionCode)
    assert (province.city_code, province.county_code) == (None, None)
    assert (city.city_code, city.county_code) == ("4110", None)
    assert province.contains(city)


@pytest.mark.parametrize(
    ("typed", "fault", "words"),
    [
        ("", "division-code-empty", "未填写"),
        ("41102a", "division-code-digit", "第6位“A”应为数字"),
        ("4110", "division-code-length", "请补0为“411000”"),
        ("41102", "division-code-length", "有5位"),
        ("411081104000", "division-code-length", "请取前9位"),
        ("991024", "division-code-province", "“99”不是省级代码"),
        ("410024", "division-code-structure", "第3、4位为00"),
        ("411081000", "division-code-structure", "请只填前6位"),
    ],
)
def test_a_wrong_division_code_says_what_to_mend(typed: str, fault: str, words: str) -> None:
    found = parse_division_code(typed)
    assert isinstance(found, Fault)
    assert found.code == fault
    assert words in found.message


def test_a_division_outside_the_table_is_named(names: dict[str, str]) -> None:
    found = find_division("411023", names)
    assert isinstance(found, Fault)
    assert found.code == "division-code-unknown"
    assert "411023" in found.message
    assert isinstance(find_division("41", names), Fault)


# --- anything at all ---


@given(st.text())
def test_no_text_makes_a_parser_fail(text: str) -> None:
    for parse in (parse_zone_code, parse_credit_code, parse_division_code, parse_organisation_code):
        found = parse(text)
        if isinstance(found, Fault):
            assert found.message
            continue
        assert parse(found.text) == found
