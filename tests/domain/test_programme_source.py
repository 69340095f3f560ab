"""A programme's text: words stay words, and hostile or malformed files are refused by line."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.programme import Programme
from domain.programme_fault import Fault
from domain.programme_source import MAX_BYTES, Source, canonical, load, read
from tests.domain.programme_sample import SOUND

HEAD = "programme: sample\nversion: 1\n"


def faults(text: str | bytes) -> list[tuple[str, int]]:
    result = load(text, "x.yaml")
    assert isinstance(result, tuple), "must be refused"
    assert all(fault.message and fault.mend and fault.line >= 1 for fault in result)
    return [(fault.code, fault.line) for fault in result]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (HEAD + "title: !!python/object/apply:os.system [ls]\n", "yaml.tag", 3),
        (HEAD + "title: !!str 甲\n", "yaml.tag", 3),
        (HEAD + "a: &a [1]\nb: *a\n", "yaml.anchor", 3),
        (HEAD + "b: *a\n", "yaml.alias", 3),
        ("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "yaml.anchor", 1),
        (HEAD + "<<: {title: 甲}\n", "key.unknown", 3),
        (HEAD + "version: 2\n", "key.duplicate", 3),
        (HEAD + "title:\n", "value.empty", 3),
        (HEAD + "title: ~\n", "value.empty", 3),
        (HEAD + "title: null\n", "value.empty", 3),
        (HEAD + "? [a, b]\n: x\n", "key.complex", 3),
        (HEAD + "? {a: b}\n: x\n", "key.complex", 3),
        (HEAD + "---\n" + HEAD, "yaml.documents", 3),
        ("%YAML 1.1\n---\n" + HEAD, "yaml.directive", 1),
        (HEAD + "\ttitle: 甲\n", "text.tab", 3),
        (HEAD + "title: 甲\x00乙\n", "text.control", 3),
        (HEAD + "title: 甲\x1b[31m\n", "text.control", 3),
        (HEAD + "title: 甲\u202e乙\n", "text.control", 3),
        (HEAD + "title: 甲\u200b乙\n", "text.control", 3),
        (HEAD + "title: 甲\u2028乙\n", "text.control", 3),
        (HEAD + "title: 甲\ud800\n", "text.control", 3),
        (HEAD + "title: 一: 二\n", "yaml.syntax", 3),
        (HEAD + "title: '未闭合\n", "yaml.syntax", 3),
        (HEAD + "title: @甲\n", "yaml.syntax", 3),
        (HEAD + "stages:\n  - id: a\n   title: b\n", "yaml.syntax", 5),
        (HEAD + "title: [甲\n", "yaml.syntax", 3),
        ("", "file.empty", 1),
        ("# 只有注释\n", "file.empty", 1),
        ("- 甲\n", "file.shape", 1),
        ("甲\n", "file.shape", 1),
        ("a: " + "[" * 200 + "]" * 200, "file.too_deep", 1),
        ("a: " + "{b: " * 60 + "c" + "}" * 60, "file.too_deep", 1),
        ("a: [" + "b," * 70_000 + "]\n", "file.too_many", 1),
        ("a: " + "x" * MAX_BYTES, "file.too_large", 1),
        (HEAD + "titel: 甲\n", "key.unknown", 3),
        (HEAD + "title: [甲]\n", "value.text", 3),
        (HEAD + "unit: zoned\n", "value.unknown", 3),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, code: str, line: int) -> None:
    assert (code, line) in faults(text)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (HEAD.encode() + "title: 开发区\n".encode("gbk"), "file.encoding", 3),
        (HEAD.encode("utf-16"), "file.encoding", 1),
        (HEAD.encode() + b"title: \xff\xfe\n", "file.encoding", 3),
        (b"\x00" * 10, "text.control", 1),
        (b"x" * (MAX_BYTES + 1), "file.too_large", 1),
    ],
)
def test_what_is_refused_as_bytes(data: bytes, code: str, line: int) -> None:
    assert faults(data)[0] == (code, line)


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert faults(bomb) == [("yaml.anchor", 1)]


def test_a_mark_at_the_beginning_is_accepted() -> None:
    assert isinstance(load(b"\xef\xbb\xbf" + SOUND.encode()), Programme)
    assert isinstance(load(SOUND.replace("\n", "\r\n")), Programme)


def _with(old: str, new: str) -> Programme:
    assert SOUND.count(old) >= 1
    result = load(SOUND.replace(old, new, 1))
    assert isinstance(result, Programme), result
    return result


@pytest.mark.parametrize(
    "word", ["no", "yes", "1:30", "1.10", "0x1F", "1e3", "2022-03-02", "null值", "true", "on"]
)
def test_words_stay_words(word: str) -> None:
    assert _with("title: 示例专项", f"title: {word}").title == word


def test_a_step_number_is_no_decimal() -> None:
    step = _with('- id: "2.3"', "- id: 2.30").stages[1].steps[2]
    assert step.id == "2.30"


@pytest.mark.parametrize(
    ("word", "value"), [("是", True), ("yes", True), ("true", True), ("否", False), ("no", False)]
)
def test_yes_and_no_where_they_are_declared(word: str, value: bool) -> None:
    column = _with("body: 是", f"body: {word}").registers[0].columns[1]
    assert column.body is value


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "version: 1.0"),
        ("version: 1", "version: 1_0"),
        ("version: 1", "version: '１'"),
        ("version: 1", "version: 01"),
        ("version: 1", "version: 1e1"),
        ("amount: 15", "amount: 1:30"),
        ("body: 是", "body: on"),
        ("body: 是", "body: 1"),
        ("basis: {text: 建议}}", "basis: {text: 建议, effective_from: 1646179200}}"),
        ("basis: {text: 建议}}", "basis: {text: 建议, effective_from: 2022-02-30}}"),
        ("basis: {text: 建议}}", "basis: {text: 建议, effective_from: 2022-3-2}}"),
    ],
)
def test_nothing_is_read_into_a_number_a_day_or_a_yes(old: str, new: str) -> None:
    line = SOUND[: SOUND.index(old)].count("\n") + 1
    assert faults(SOUND.replace(old, new, 1)) == [("value.wrong", line)]


@pytest.mark.parametrize(
    ("old", "new", "message", "mend"),
    [
        (
            "handler\n        evidence",
            "handler\n        gates_: []\n        evidence",
            "未知的键 gates_",
            "是不是 gates?",
        ),
        ("        title: 起草方案\n", "", "缺少 title", "补写 title: …"),
        ("unit: zone", "unit: zoen", "“zoen”不在可选值之内", "是不是 zone?"),
        (
            "mode: quorum\n            quorum: 2",
            "quorum: 2",
            "quorum 只用于 mode: quorum,并且必须写明票数",
            "",
        ),
        (
            '          - step: "1.1"\n',
            '          - {step: "1.1", stage: plan}\n',
            "前置条件须且只须写 step、stage、frozen、check 之一",
            "",
        ),
        ("overseer: estab_head", "overseer: Estab", "“Estab”不是合格的代号", "以小写字母开头"),
        ("amount: 15", "amount: 0", "数字小于 1", "改为不小于 1 的整数"),
    ],
)
def test_the_words_of_a_fault(old: str, new: str, message: str, mend: str) -> None:
    result = load(SOUND.replace(old, new, 1))
    assert isinstance(result, tuple)
    assert [fault.message for fault in result] == [message]
    assert result[0].mend.startswith(mend)


def test_a_missing_key_is_named_where_its_parent_begins() -> None:
    text = SOUND.replace("        title: 起草方案\n", "", 1)
    line = text[: text.index('- id: "1.1"')].count("\n") + 1
    assert faults(text) == [("key.missing", line)]


def test_all_faults_of_the_text_come_at_once() -> None:
    text = (
        SOUND.replace("version: 1", "version: x")
        .replace("unit: zone", "unit: y")
        .replace("level: item", "level: z")
    )
    assert [code for code, _ in faults(text)] == ["value.wrong", "value.unknown", "value.unknown"]


def test_the_canonical_text_reads_back_and_stays() -> None:
    source = read(SOUND)
    assert isinstance(source, Source)
    text = canonical(source.programme)
    again = read(text)
    assert isinstance(again, Source)
    assert again.programme == source.programme
    assert canonical(again.programme) == text


def test_comments_and_layout_do_not_count() -> None:
    one = load(SOUND)
    two = load("# 说明\n" + re.sub(r"\n(stages|roles):", r"\n\n# 注\n\1:", SOUND))
    assert isinstance(one, Programme)
    assert isinstance(two, Programme)
    assert canonical(one) == canonical(two)


def test_a_decomposed_word_is_composed() -> None:
    assert _with("title: 示例专项", "title: cafe\u0301").title == "caf\u00e9"


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    result = load(text)
    assert isinstance(result, tuple)
    assert all(isinstance(fault, Fault) for fault in result)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert isinstance(load(data), tuple)


@given(st.integers(0, len(SOUND) - 1), st.sampled_from(["\t", "x", "好", "", *"{}[]:,'\"-#&*!|>%@` \n"]))
def test_one_sign_changed_is_read_or_refused(place: int, sign: str) -> None:
    result = load(SOUND[:place] + sign + SOUND[place + 1 :])
    assert isinstance(result, Programme) or all(fault.mend for fault in result)


PROGRAMMES = sorted((Path(__file__).resolve().parents[2] / "programmes").rglob("*.yaml"))


@pytest.mark.parametrize("path", PROGRAMMES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_delivered_programmes_read_back(path: Path) -> None:
    source = read(path.read_bytes(), path.name)
    assert isinstance(source, Source), source
    assert (source.programme.programme, str(source.programme.version)) == (path.parent.name, path.stem)
    assert load(canonical(source.programme)) == source.programme
