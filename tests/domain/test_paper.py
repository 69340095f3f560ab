"""The short code: every single mistake is caught; what was printed is compared with what lies there now."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paper import (
    LENGTH,
    LETTERS,
    RANDOM,
    TAG,
    Form,
    PrintedPaper,
    changes,
    make_code,
    print_digest,
    qr_text,
    read_code,
    spaced,
    usual_form,
)
from domain.programme import Node, NodeKind
from domain.refusal import Refused

codes = st.builds(
    make_code,
    st.text(LETTERS, min_size=TAG, max_size=TAG),
    st.text(LETTERS, min_size=RANDOM, max_size=RANDOM),
)


def drawn() -> str:
    return make_code("7K3M", "".join(secrets.choice(LETTERS) for _ in range(RANDOM)))


def test_every_wrong_letter_is_caught() -> None:
    code = drawn()
    wrong = [code[:i] + other + code[i + 1 :] for i in range(LENGTH) for other in LETTERS if other != code[i]]
    assert len(wrong) == LENGTH * (len(LETTERS) - 1)
    for each in wrong:
        answer = read_code(each)
        assert isinstance(answer, Refused)
        assert answer.code == "paper.code_wrong"


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_swap_is_caught(code: str, one: int, other: int) -> None:
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert (read_code(swapped) == code) == (swapped == code)


@given(codes)
def test_it_is_read_however_it_is_typed(code: str) -> None:
    lax = spaced(code).lower().replace("0", "o").replace("1", "l")
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for typed in (code, spaced(code), lax, f" {spaced(code).replace('-', ' ')} ", full_width, qr_text(code)):
        assert read_code(typed) == code
    assert len(spaced(code)) == LENGTH + 3


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "paper.code_length"), ("7K3M-0QXZ", "paper.code_length"), ("U" * LENGTH, "paper.code_letters"),
     ("编" * LENGTH, "paper.code_letters"), ("ZR1-7K3M", "paper.code_length")],
)  # fmt: skip
def test_what_is_no_code_is_told_apart(typed: str, code: str) -> None:
    answer = read_code(typed)
    assert isinstance(answer, Refused)
    assert answer.code == code
    assert answer.remedy


def test_a_code_that_begins_like_the_mark_of_a_qr_code_is_still_a_code() -> None:
    code = make_code("ZR1A", "0" * RANDOM)
    assert read_code(code) == read_code(qr_text(code)) == code


def paper(slot: str, version: int, digest: str) -> PrintedPaper:
    return PrintedPaper(slot=slot, title=f"示例{slot}", version=version, digest=digest)


def test_papers_replaced_gone_and_new_are_named() -> None:
    before = (paper("a", 1, "sha256:1"), paper("b", 1, "sha256:2"), paper("c", 1, "sha256:3"))
    now = (paper("a", 1, "sha256:1"), paper("b", 2, "sha256:4"), paper("d", 1, "sha256:5"))
    assert [each.words for each in changes(before, now)] == [
        "“示例b”打印时为第1版,现为第2版",
        "“示例c”第1版已不在",
        "打印之后新增“示例d”第1版",
    ]
    assert changes(before, before) == ()


def test_the_digest_speaks_for_everything_that_was_signed() -> None:
    papers = (paper("a", 1, "sha256:1"), paper("b", 1, "sha256:2"))
    given_ = ("case", "1.1", 1, "head", "f", papers)
    first = print_digest(*given_)
    assert print_digest("case", "1.1", 1, "head", "f", papers[::-1]) == first
    for place, other in enumerate(("case2", "1.2", 2, "deputy", "g", papers[:1])):
        changed = [*given_[:place], other, *given_[place + 1 :]]
        assert print_digest(*changed) != first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "form"),
    [(NodeKind.APPROVE, Form.APPROVAL), (NodeKind.MEETING, Form.AGENDA), (NodeKind.CONSULT, Form.PROCESSING),
     (NodeKind.COUNTERSIGN, Form.PROCESSING)],
)  # fmt: skip
def test_each_kind_of_node_has_its_usual_form(kind: NodeKind, form: Form) -> None:
    assert usual_form(Node(id="n", title="示例", kind=kind)) is form
    assert usual_form(None) is Form.PROCESSING
