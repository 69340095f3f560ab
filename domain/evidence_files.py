"""材料文件: which files may be filed as evidence, told by what is in them; names; markings; state secrets.

One table (`KINDS`) a reviewer can read, and rules over values: the reading of bytes is done in
``services.evidence``. The kind is told by content because a name is only a claim: a programme renamed to
``批复.pdf`` is in no row of the table and is refused. What is not in the table is refused (deny by default);
archives (zip, rar, 7z) are left out because a reviewer signs for papers, not for a bag of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from domain.programme import Marking
from domain.refusal import Refused


class FileKind(msgspec.Struct, frozen=True):
    """文件类型: one kind of file that may be filed."""

    code: str
    title: str
    suffixes: tuple[str, ...]
    """The first one is given to a download whose own name has none of them."""
    media_type: str
    starts: tuple[bytes, ...]
    """The first bytes, any of them."""
    mark: str = ""
    """What must lie in a zip container (ending in ``/`` where a folder is meant), or in an OLE container."""
    ends: bytes = b""
    """What must stand near the end: a file cut off on its way lacks it."""


ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_DOC, _XLS, _PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

KINDS: Final[tuple[FileKind, ...]] = (
    FileKind("pdf", "PDF", ("pdf",), "application/pdf", (b"%PDF-",), ends=b"%%EOF"),
    FileKind("ofd", "OFD 版式文件", ("ofd",), "application/ofd", (ZIP,), "OFD.xml"),
    FileKind("docx", "Word 文档", ("docx",), _OOXML + "wordprocessingml.document", (ZIP,), "word/"),
    FileKind("xlsx", "Excel 表格", ("xlsx",), _OOXML + "spreadsheetml.sheet", (ZIP,), "xl/"),
    FileKind("pptx", "演示文稿", ("pptx",), _OOXML + "presentationml.presentation", (ZIP,), "ppt/"),
    FileKind("doc", "Word 97 文档或 WPS 文字", ("doc", "wps"), _DOC, (OLE,), "WordDocument"),
    FileKind("xls", "Excel 97 表格或 WPS 表格", ("xls", "et"), _XLS, (OLE,), "Workbook"),
    FileKind("xls", "Excel 95 表格", ("xls", "et"), _XLS, (OLE,), "Book"),
    FileKind("ppt", "演示文稿 97 或 WPS 演示", ("ppt", "dps"), _PPT, (OLE,), "PowerPoint Document"),
    FileKind("jpg", "JPEG 图片", ("jpg", "jpeg"), "image/jpeg", (b"\xff\xd8\xff",)),
    FileKind("png", "PNG 图片", ("png",), "image/png", (b"\x89PNG\r\n\x1a\n",), ends=b"IEND"),
    FileKind("tiff", "TIFF 图片", ("tif", "tiff"), "image/tiff", (b"II*\x00", b"MM\x00*")),
    FileKind("bmp", "BMP 图片", ("bmp",), "image/bmp", (b"BM",)),
)
"""允许上传的文件类型, first match wins. A row more is a decision of policy: add it here and nowhere else."""

HEAD: Final = 64
"""How many bytes of the beginning tell the kind."""
TAIL: Final = 2048
"""Within how many bytes of the end ``ends`` must stand."""
LONGEST_NAME: Final = 200

MACRO_MEMBERS: Final = ("vbaproject.bin", "/macrosheets/", "/activex/")
"""Parts of an Office zip that hold macros or controls, as part of the lower-case member name."""
MACRO_STREAMS: Final = frozenset({"vba", "_vba_project_cur", "macros"})
"""Storages of an OLE file that hold macros, in lower case."""
LOCKED_STREAM: Final = "EncryptedPackage"
"""What an Office document with a password is: nobody could review it, no scanner read it."""

MARKING_TITLES: Final[dict[Marking, str]] = {
    Marking.PUBLIC: "公开",
    Marking.INTERNAL: "内部资料",
    Marking.WORK_SECRET: "工作秘密",
}
SECRET_LEVELS: Final = frozenset({"秘密", "机密", "绝密", "秘密级", "机密级", "绝密级"})
_SECRET_MARK: Final = re.compile(
    r"(?:绝密|机密|(?<!工作)(?<!商业)秘密)\s*(?:级\s*)?[★☆*]"
    r"|[【\[((〔]\s*(?:绝密|机密|秘密)\s*级?\s*[】\]))〕]"
    r"|^\s*(?:绝密|机密|秘密)\s*级?\s*[::·]"
)
"""密级标志 as it stands on papers: 机密★5年, [秘密], 绝密:. The bare words say nothing (商业秘密保护)."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


class ContainerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """容器限额: how much a zip container (OFD, docx, xlsx) may unfold to.

    A container is unpacked by every reader's computer; a bomb of 40 kB fills its disk. The ratio is of the
    whole, over all levels, so that bombs inside bombs and overlapping members are counted too. All are our
    own numbers (proposed): real office files stay below 30 to 1 and 2,000 members.
    """

    ratio: int = 100
    free: int = 16 * 1024 * 1024
    """Below this many bytes the ratio is not asked: a short repetitive table may shrink a great deal."""
    most: int = 1024 * 1024 * 1024
    members: int = 10_000
    directory: int = 2 * 1024 * 1024
    """Bytes of the central directory: checked before it is read into memory."""
    depth: int = 2
    """A table within a document (1) that itself holds one (2)."""

    def budget(self, size: int) -> int:
        """How many bytes a container of ``size`` bytes may unfold to, over all levels."""
        return min(self.most, max(self.free, self.ratio * size))


def kind_by_head(head: bytes) -> FileKind | None:
    """The kind that the first bytes alone tell: PDF and pictures."""
    return next((kind for kind in KINDS if not kind.mark and head.startswith(kind.starts)), None)


def kind_by_members(names: Collection[str]) -> FileKind | None:
    """The kind of a zip container, by what lies in it; ``None`` for a mere archive."""
    open_xml = "[Content_Types].xml" in names
    for kind in KINDS:
        if ZIP not in kind.starts:
            continue
        if kind.mark in names:
            return kind
        if open_xml and kind.mark.endswith("/") and any(name.startswith(kind.mark) for name in names):
            return kind
    return None


def kind_by_streams(streams: Collection[str]) -> FileKind | None:
    """The kind of an OLE container, by its root streams."""
    return next((kind for kind in KINDS if OLE in kind.starts and kind.mark in streams), None)


def kind_of(code: str) -> FileKind:
    """The row of a code that was stored."""
    return next(kind for kind in KINDS if kind.code == code)


def allowed_kinds() -> str:
    """允许的类型 in one phrase, for a refusal."""
    return "、".join(dict.fromkeys(suffix for kind in KINDS for suffix in kind.suffixes))


def wrong_kind() -> Refused:
    """What is in no row of the table."""
    return Refused(
        code="file.kind",
        message="文件内容不是可以上传的类型(按内容判断,不看扩展名)",
        remedy=f"可上传:{allowed_kinds()}。压缩包请解开后逐个上传;网页格式的表格请另存为 xlsx",
    )


def name_refusal(name: str) -> Refused | None:
    """文件名核对: a name that is a path, hides characters or is too long is refused; none is used on disk.

    Why refuse and not repair: a name with ``../`` or a character that turns the writing direction
    (``方案fdp.exe``) is never an officer's own choice.
    """
    if not name.strip() or name in {".", ".."}:
        return Refused(code="file.name", message="文件没有名称", remedy="请给文件起一个名称后再上传")
    if any(sign in name for sign in "/\\") or ".." in name.split("."):
        return Refused(
            code="file.name_path",
            message="文件名里含有路径",
            remedy="请只保留文件名本身,去掉斜杠等符号后再上传",
        )
    if any(unicodedata.category(sign) in _INVISIBLE for sign in name):
        return Refused(
            code="file.name_hidden", message="文件名里有看不见的控制字符", remedy="请重新输入文件名后再上传"
        )
    if len(name) > LONGEST_NAME:
        return Refused(
            code="file.name_long",
            message=f"文件名有 {len(name)} 个字符,超过 {LONGEST_NAME} 个",
            remedy="请缩短文件名后再上传",
            facts={"length": len(name), "limit": LONGEST_NAME},
        )
    return None


def secrecy_refusal(marking: str, texts: Iterable[str]) -> Refused | None:
    """涉密核对: state secrets are never entered here, not even by title (``practice.md`` section 3).

    The refusal repeats nothing of what was given, so that no log keeps it either. Only the mark itself is
    found (机密★5年, [秘密]); whether an unmarked paper is secret is for the officer to know.
    """
    if marking in SECRET_LEVELS or any(_SECRET_MARK.search(text) for text in texts):
        return Refused(
            code="file.state_secret",
            message="标有“秘密、机密、绝密”的属于国家秘密,不得进入本系统,标题也不能登记;本次内容没有保存",
            remedy="请按保密规定在涉密渠道办理;如已存入本机,请立即报告本单位保密工作人员",
        )
    if marking not in {str(each) for each in Marking}:
        return Refused(
            code="file.marking",
            message="标注只有:" + "、".join(MARKING_TITLES.values()),
            remedy="请选择其中一种",
        )
    return None


def marking_of(words: str) -> str:
    """标注 from what a person typed: its title or its code; anything else is handed on to be refused."""
    return next(
        (str(code) for code, title in MARKING_TITLES.items() if title == words.strip()), words.strip()
    )
