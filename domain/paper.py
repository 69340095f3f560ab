"""文书: which forms a step prints, what each is for, and the short code that leads a signed one back.

Leaders sign on paper (``practice.md`` section 1); the code on it says for which step, round and node it was
printed and on which versions of the papers, so that what comes back signed is matched with what was seen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

import msgspec

from domain.decisions import Medium
from domain.plan import StepPlan
from domain.programme import Node, NodeKind
from domain.refusal import Refused

# --- forms ---


class Form(StrEnum):
    """文书种类."""

    APPROVAL = "approval"
    """呈批件: asks a leader for a decision."""
    PROCESSING = "processing"
    """公文处理笺: goes along with a paper from desk to desk; everybody who read it signs."""
    AGENDA = "agenda"
    """议题单: puts a matter before a meeting."""
    HANDOVER = "handover"
    """交接单: what one body hands to another, row by row; three sign."""


FORM_TITLES: Final[Mapping[Form, str]] = MappingProxyType(
    {
        Form.APPROVAL: "呈批件",
        Form.PROCESSING: "公文处理笺",
        Form.AGENDA: "议题单",
        Form.HANDOVER: "交接单",
    }
)
USUAL_FORMS: Final[Mapping[NodeKind, Form]] = MappingProxyType(
    {
        NodeKind.APPROVE: Form.APPROVAL,
        NodeKind.COUNTERSIGN: Form.PROCESSING,
        NodeKind.CONSULT: Form.PROCESSING,
        NodeKind.MEETING: Form.AGENDA,
    }
)
"""Kind of node → the form that offices use for it. A step without a node in work goes round on a 处理笺."""
MEDIA: Final[Mapping[NodeKind, Medium]] = MappingProxyType(
    {
        NodeKind.APPROVE: Medium.SIGNED_PAPER,
        NodeKind.COUNTERSIGN: Medium.SIGNED_PAPER,
        NodeKind.CONSULT: Medium.SIGNED_PAPER,
        NodeKind.MEETING: Medium.MINUTES,
    }
)
"""Kind of node → the medium to record when its form comes back signed. A meeting decides by its minutes."""


def usual_form(node: Node | None) -> Form:
    """The form that is printed where none is named."""
    return Form.PROCESSING if node is None else USUAL_FORMS[node.kind]


def form_refusal(form: Form, step: StepPlan, node: Node | None) -> Refused | None:
    """Why this form does not fit; every step prints 呈批件 and 公文处理笺, the other two have their place."""
    if form is Form.AGENDA and (node is None or node.kind is not NodeKind.MEETING):
        why, instead = "只有会议议定的节点打印议题单", usual_form(node)
    elif form is Form.HANDOVER and not step.items_of:
        why, instead = "只有按台账逐项办理的任务打印交接单", usual_form(node)
    else:
        return None
    return Refused(
        code="paper.form_unfit",
        message=f"任务 {step.id} 不能打印{FORM_TITLES[form]}:{why}",
        remedy=f"请改打{FORM_TITLES[instead]}",
        facts={"step": step.id, "form": str(form)},
    )


# --- short code ---

LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (they look like 1 and 0) and no U."""
TAG: Final = 4
"""Letters that say which database printed it."""
RANDOM: Final = 10
"""Letters drawn by chance: 50 bits, and only who has an account may ask, so nobody finds one by trying."""
CHECK: Final = 2
LENGTH: Final = TAG + RANDOM + CHECK
GROUP: Final = 4
MODULUS: Final = 1021
"""The largest prime below 32². A code read as a number is a multiple of it: one wrong letter changes the
number by d·32ⁱ and two letters swapped by (a-b)(32ⁱ-32ʲ), and the prime divides neither, for the powers of
32 come round only after 68 places. Any other mistake passes once in 1021 times."""
QR_PREFIX: Final = "ZR1-"
"""What a QR code begins with, so that no other code on a scan is taken for ours."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS: Final = re.compile(r"[\s\-–—_.·]+")


def make_code(tag: str, drawn: str) -> str:
    """Close the tag and the letters drawn with the two letters that make it checkable."""
    body = tag + drawn
    if len(body) != TAG + RANDOM or set(body) - set(LETTERS):
        raise ValueError(f"not {TAG} and {RANDOM} letters of the alphabet: {body!r}")
    room = len(LETTERS) ** CHECK
    rest = -(_number(body) * room) % MODULUS
    return body + LETTERS[rest // len(LETTERS)] + LETTERS[rest % len(LETTERS)]


def read_code(text: str) -> str | Refused:
    """The code that a person typed or a machine read: any case, any grouping, I and L for 1, O for 0."""
    letters = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(letters) > LENGTH:
        letters = letters.removeprefix(QR_PREFIX.strip("-"))
    letters = letters.translate(_READ_AS)
    if len(letters) != LENGTH:
        return Refused(
            code="paper.code_length",
            message=f"编码应为 {LENGTH} 位,现为 {len(letters)} 位",
            remedy="请照纸上二维码旁的编码重新输入,四位一组,空格和横线可不输",
            facts={"length": len(letters)},
        )
    strange = sorted(set(letters) - set(LETTERS))
    if strange:
        return Refused(
            code="paper.code_letters",
            message=f"编码里不会有“{'、'.join(strange)}”",
            remedy="请照纸上的编码重新输入;编码只有数字和 I、L、O、U 以外的字母",
        )
    if _number(letters) % MODULUS:
        return Refused(
            code="paper.code_wrong",
            message="编码有误:至少有一位与纸上不同",
            remedy="请逐组核对,注意 8 与 B、5 与 S、2 与 Z",
        )
    return letters


def _number(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(LETTERS) + LETTERS.index(letter)
    return value


def spaced(code: str) -> str:
    """`7K3M-0QXZ-…`: as it stands on the paper."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def qr_text(code: str) -> str:
    """What the QR code holds: capitals and digits only, so that it stays small."""
    return QR_PREFIX + code


# --- what was printed, and whether it still holds ---


class PrintedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """所附材料: one paper as the form listed it."""

    slot: str
    """As in the hashes of a decision: slot, `step/slot`, or `#register`."""
    title: str
    version: int
    digest: str


class PaperChange(msgspec.Struct, frozen=True, kw_only=True):
    """材料变动: what was printed and what lies there now; 0 where there is none."""

    title: str
    printed: int
    now: int

    @property
    def words(self) -> str:
        """One phrase for a warning."""
        if not self.now:
            return f"“{self.title}”第{self.printed}版已不在"
        if not self.printed:
            return f"打印之后新增“{self.title}”第{self.now}版"
        return f"“{self.title}”打印时为第{self.printed}版,现为第{self.now}版"


def changes(printed: Iterable[PrintedPaper], now: Iterable[PrintedPaper]) -> tuple[PaperChange, ...]:
    """打印后的变动: papers replaced, gone or new since the form was printed, told by their digests."""
    before, after = ({each.slot: each for each in papers} for papers in (printed, now))
    found = []
    for slot in dict.fromkeys((*before, *after)):
        old, new = before.get(slot), after.get(slot)
        if (old and old.digest) != (new and new.digest):
            title = old.title if old else (new.title if new else slot)
            found.append(
                PaperChange(title=title, printed=old.version if old else 0, now=new.version if new else 0)
            )
    return tuple(found)


def print_digest(
    case: str, step: str, round_: int, node: str, fingerprint: str, papers: Iterable[PrintedPaper]
) -> str:
    """打印内容摘要: one digest over what a signature on this form speaks for; the ledger keeps it."""
    hashes = sorted((paper.slot, paper.version, paper.digest) for paper in papers)
    told = [case, step, round_, node, fingerprint, hashes]
    return f"sha256:{sha256(msgspec.json.encode(told)).hexdigest()}"
