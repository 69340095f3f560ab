"""文件核查: what a file is, told by its content, and what is not let in."""

import io
import zipfile

import pytest

from domain.evidence_files import KINDS, LONGEST_NAME, ContainerLimits, name_refusal, secrecy_refusal
from domain.refusal import Refused
from services.evidence.inspecting import Inspected, inspect
from tests.services.evidence import made

GOOD = {
    "pdf": made.pdf(),
    "ofd": made.ofd(),
    "docx": made.docx(),
    "xlsx": made.xlsx(),
    "pptx": made.archive({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}),
    "doc": made.ole("WordDocument", "1Table"),
    "xls": made.ole("Workbook"),
    "ppt": made.ole("PowerPoint Document"),
    "jpg": b"\xff\xd8\xff\xe0" + bytes(100) + b"\xff\xd9",
    "png": made.png(),
    "tiff": b"II*\x00" + bytes(100),
    "bmp": b"BM" + bytes(100),
}


def look(data: bytes, name: str = "材料.docx", *, allow_macros: bool = False) -> Inspected | Refused:
    return inspect(io.BytesIO(data), len(data), name, allow_macros=allow_macros)


def refused(data: bytes, name: str = "材料.docx") -> str:
    answer = look(data, name)
    assert isinstance(answer, Refused), answer
    assert answer.message
    assert answer.remedy
    return answer.code


def test_every_kind_of_the_table_has_a_file_here() -> None:
    assert set(GOOD) == {kind.code for kind in KINDS}


@pytest.mark.parametrize("code", GOOD)
def test_a_kind_is_told_by_content(code: str) -> None:
    suffix = next(kind.suffixes[0] for kind in KINDS if kind.code == code)
    answer = look(GOOD[code], f"材料.{suffix}")
    assert isinstance(answer, Inspected), answer
    assert (answer.kind.code, answer.warnings, answer.macros) == (code, (), False)


def test_excel_95_and_wps_names_are_known() -> None:
    for data, name in ((made.ole("Book"), "台账.et"), (made.ole("WordDocument"), "方案.wps")):
        answer = look(data, name)
        assert isinstance(answer, Inspected)
        assert not answer.warnings


def test_the_content_decides_and_the_name_warns() -> None:
    answer = look(made.pdf(), "方案.docx")
    assert isinstance(answer, Inspected)
    assert answer.kind.code == "pdf"
    assert ".pdf" in answer.warnings[0]


@pytest.mark.parametrize("name", ["批复.pdf", "批复.docx", "批复.jpg"])
def test_a_renamed_executable_is_refused(name: str) -> None:
    assert refused(made.executable(), name) == "file.kind"


@pytest.mark.parametrize(
    "data",
    [
        b"#!/bin/sh\n",
        b"<html><table>",
        "纯文本".encode(),
        made.archive({"a.txt": b"a"}),
        made.ole("Other"),
        b"P",
    ],
)
def test_what_is_in_no_row_of_the_table_is_refused(data: bytes) -> None:
    assert refused(data) == "file.kind"


@pytest.mark.parametrize(
    "make", [made.bomb, made.nested_bomb, made.lying_bomb, made.overlapping_bomb], ids=lambda f: f.__name__
)
def test_a_bomb_is_refused(make: object) -> None:
    assert callable(make)
    data = make()
    assert len(data) < 1024 * 1024
    assert refused(data) in {"file.bomb", "file.damaged_container"}


def test_a_bomb_that_lies_is_seen_as_one_by_what_it_unfolds_to() -> None:
    assert refused(made.lying_bomb()) == "file.bomb"


def test_bombs_inside_bombs_share_one_budget() -> None:
    inner = made.archive({"a": bytes(12 * 1024 * 1024)})
    one = made.docx(parts={"word/embeddings/1.xlsx": inner})
    assert isinstance(look(one), Inspected)
    assert refused(made.nested_bomb()) == "file.bomb"


def test_containers_in_containers_end_somewhere() -> None:
    data = made.archive({"a": b"a"})
    for _ in range(3):
        data = made.archive({"in.zip": data})
    assert refused(made.docx(parts={"word/embeddings/x.zip": data})) == "file.nested"


def test_a_table_within_a_document_is_usual() -> None:
    answer = look(made.docx(parts={"word/embeddings/Sheet1.xlsx": made.xlsx()}))
    assert isinstance(answer, Inspected)


def test_too_many_members_are_refused() -> None:
    data = made.archive({f"word/{n}": b"" for n in range(11_000)})
    assert refused(data) == "file.bomb"


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "..\\..\\x.exe", "C:\\x.exe"])
def test_members_that_lead_outside_are_refused(name: str) -> None:
    assert refused(made.docx(parts={name: b"x"})) == "file.escaping"


def test_macros_are_refused_or_marked() -> None:
    for data in (
        made.docx(parts={"word/vbaProject.bin": b"x"}),
        made.ole("WordDocument", storages=("Macros",)),
    ):
        assert refused(data) == "file.macros"
        answer = look(data, allow_macros=True)
        assert isinstance(answer, Inspected)
        assert answer.macros


def test_a_macro_in_an_embedded_document_is_found() -> None:
    inner = made.with_parts(made.xlsx(), {"xl/vbaProject.bin": b"x"})
    assert refused(made.docx(parts={"word/embeddings/a.xlsm": inner})) == "file.macros"


def test_a_password_is_refused() -> None:
    assert refused(made.ole("EncryptedPackage", "EncryptionInfo")) == "file.locked"
    locked = bytearray(made.docx())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.find(signature)
        locked[at + offset] |= 1
    assert refused(bytes(locked)) == "file.locked"


@pytest.mark.parametrize("code", ["pdf", "png", "docx", "xlsx", "ofd"])
def test_a_file_cut_off_is_refused(code: str) -> None:
    for part in (2, 3, 10):
        assert refused(GOOD[code][: len(GOOD[code]) * (part - 1) // part]) in {
            "file.cut_off",
            "file.damaged_container",
        }


@pytest.mark.parametrize("code", ["doc", "docx"])
def test_no_damage_is_an_error_of_ours(code: str) -> None:
    good = GOOD[code]
    for at in range(8, min(len(good), 1500), 7):
        broken = bytearray(good)
        broken[at] ^= 0xFF
        look(bytes(broken))


def test_a_wrong_checksum_is_refused() -> None:
    data = bytearray(made.docx())
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        member = container.getinfo("word/document.xml")
    at = data.rfind(b"PK\x01\x02") + 16
    data[at : at + 4] = (member.CRC ^ 1).to_bytes(4, "little")
    assert refused(bytes(data)) == "file.damaged_container"


def test_the_budget_grows_with_the_file_up_to_an_end() -> None:
    limits = ContainerLimits()
    assert limits.budget(1) == limits.free
    assert limits.budget(limits.free) == limits.most
    assert limits.budget(1024 * 1024) == 100 * 1024 * 1024


# --- names, markings, state secrets ---


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "file.name_path"),
        ("..\\..\\boot.ini", "file.name_path"),
        ("/etc/passwd", "file.name_path"),
        ("C:\\方案.docx", "file.name_path"),
        ("方案\0.docx", "file.name_hidden"),
        ("方案\u202efdp.exe", "file.name_hidden"),
        ("方案\n.docx", "file.name_hidden"),
        ("方案\udc80.docx", "file.name_hidden"),
        ("长" * (LONGEST_NAME - 4) + ".docx", "file.name_long"),
        ("", "file.name"),
        ("  ", "file.name"),
        ("..", "file.name"),
    ],
)
def test_a_bad_name_is_refused(name: str, code: str) -> None:
    answer = name_refusal(name)
    assert answer is not None
    assert answer.code == code
    assert answer.remedy


@pytest.mark.parametrize("name", ["方案.docx", "关于……的通知(第2稿).pdf", "a..b.pdf", "方案", "𠮷林.pdf"])
def test_an_officers_name_is_taken(name: str) -> None:
    assert name_refusal(name) is None


@pytest.mark.parametrize("marking", ["秘密", "机密", "绝密", "机密级"])
def test_a_state_secret_is_refused_by_its_marking(marking: str) -> None:
    answer = secrecy_refusal(marking, ())
    assert answer is not None
    assert answer.code == "file.state_secret"


@pytest.mark.parametrize(
    "text", ["机密★5年 关于某事", "秘密★", "绝密 ★ 长期", "(秘密)某某方案.docx", "【机密】某某", "绝密:某某"]
)
def test_a_state_secret_is_refused_by_its_mark_and_not_repeated(text: str) -> None:
    answer = secrecy_refusal("internal", ("方案", text))
    assert answer is not None
    assert answer.code == "file.state_secret"
    assert text not in str(answer)
    assert not answer.facts


@pytest.mark.parametrize(
    "text", ["商业秘密保护办法.pdf", "保守国家秘密承诺书", "工作秘密★", "机密文件管理规定"]
)
def test_the_bare_words_are_no_mark(text: str) -> None:
    assert secrecy_refusal("work_secret", (text,)) is None


def test_a_marking_nobody_knows_is_refused() -> None:
    answer = secrecy_refusal("内部参考", ())
    assert answer is not None
    assert answer.code == "file.marking"
    assert "工作秘密" in answer.message
