"""An office that keeps registers (示例): departments, staff, functions; a workbook with planted faults."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from config.clock import FixedClock
from config.settings import Settings
from domain.doers import FOUNDING
from domain.identifiers import id_card_check_character
from domain.permissions import AccessRole
from domain.refusal import Refused
from models.tables import AdministratorRow
from services.acts import Entry
from services.bootstrap import Runtime, open_runtime
from services.desk import Desk
from services.office import registers
from services.office.counter import Counter
from services.office.registers import RegisterImport
from services.roster import NewHolding, NewPerson, Roster, write_roster
from tests.messy_excel import wide
from tests.services import acting
from tests.services.acting import Office, programme_text

STAFF: Final = {
    "id": "staff",
    "title": "人员名册",
    "key": ["number"],
    "filled_by": ["zone"],
    "columns": [
        {"id": "number", "title": "人员编号"},
        {"id": "name", "title": "姓名", "personal": "yes"},
        {"id": "card", "title": "公民身份号码", "type": "id_card", "personal": "yes", "required": "no",
         "unique": "yes"},
        {"id": "identity", "title": "身份类别", "type": "choice",
         "options": {"civil": "公务员", "institution": "事业人员", "contract": "合同制人员"}},
        {"id": "department", "title": "所在部门", "references": "departments/title"},
        {"id": "pay", "title": "年薪(元)", "type": "money", "required": "no"},
        {"id": "years", "title": "聘期(年)", "type": "integer", "required": "no"},
        {"id": "started", "title": "到岗日期", "type": "date", "required": "no"},
        {"id": "outcome", "title": "去向", "type": "choice", "required": "no",
         "options": {"kept": "聘任", "moved": "划转", "retired": "退休", "left": "离职", "placed": "安置"}},
    ],
    "balances": [
        {"title": "人员账平衡", "total": "rows",
         "parts": [f"outcome={code}" for code in ("kept", "moved", "retired", "left", "placed")]}
    ],
}  # fmt: skip
DEPARTMENTS: Final = {
    "id": "departments",
    "title": "内设机构表",
    "key": ["number"],
    "filled_by": ["zone"],
    "columns": [
        {"id": "number", "title": "序号"},
        {"id": "title", "title": "内设机构名称", "unique": "yes"},
        {"id": "ceiling", "title": "人员控制数", "type": "integer"},
    ],
}
FUNCTIONS: Final = {
    "id": "functions",
    "title": "移交清单",
    "key": ["number"],
    "filled_by": ["zone"],
    "columns": [
        {"id": "number", "title": "序号"},
        {"id": "title", "title": "事项名称"},
        {"id": "receiver", "title": "接收单位", "body": "yes"},
    ],
}
STEP: Final = "1.1"
CLERK, HEAD, WATCHER, STRANGER, ERASER = "clerk-0", "head", "watcher", "clerk-1", "secadmin"
"""Who fills in, who decides, who may only look, who is of another unit, who erases."""
ROOMS: Final = ("综合部", "经济部", "服务部")
HEADINGS: Final = (
    "序号", "人员编号*", "姓 名", "公民身份号码", "身份类别", "所在部门", "年薪(元)", "聘期", "到岗日期",
    "去向", "备注",
)  # fmt: skip
HEADING_ROW: Final = 4
NUMBER, NAME, CARD, IDENTITY, ROOM, PAY, YEARS, STARTED, OUTCOME = "BCDEFGHIJ"


def registers_text() -> str:
    """The sample programme whose first step fills the registers and freezes that of staff."""
    given = json.loads(programme_text())
    given["registers"] = [STAFF, DEPARTMENTS, FUNCTIONS]
    first = given["stages"][0]["steps"][0]
    first |= {"fills": ["staff", "departments", "functions"], "freezes": ["staff"]}
    return json.dumps(given, ensure_ascii=False)


class RegisterOffice:
    """One case whose first step is being filled in."""

    def __init__(self, runtime: Runtime, wall: FixedClock) -> None:
        self.runtime = runtime
        self.acts = Office(runtime.db, wall)
        self.case = acting.case_of(0)

    def counter(self, who: str = CLERK) -> Counter:
        """Somebody's counter."""
        return Counter(self.runtime, Entry(actor=who))

    def desk(self, who: str = CLERK, command_id: str = "") -> Desk:
        """Somebody's desk on the case."""
        return Desk(self.runtime, Entry(actor=who), self.case, command_id=command_id)

    def send(self, register: str, content: bytes, who: str = CLERK, **more: Any) -> RegisterImport | Refused:
        """Import a workbook."""
        desk = self.desk(who, more.pop("command_id", ""))
        return registers.import_file(self.counter(who), desk, register, content, "示例.xlsx", **more)

    def fill(self, register: str, content: bytes, **more: Any) -> RegisterImport:
        """Import a workbook that has to be taken."""
        done = self.send(register, content, **more)
        assert isinstance(done, RegisterImport), done
        assert done.faults == (), [fault.line() for fault in done.faults]
        return done

    def departments(self) -> None:
        """Fill in the departments."""
        rows = [(number, room, 3) for number, room in enumerate(ROOMS, 1)]
        self.fill("departments", sheet(("序号", "内设机构名称", "人员控制数"), rows))


@contextmanager
def office(url: str, folder: Path, wall: FixedClock) -> Iterator[RegisterOffice]:
    """The office, with the case of the first unit open."""
    db = acting.prepare(url, wall, units=2, text=registers_text())
    held = NewHolding(person=WATCHER, body="zone-0", position="member", valid_from=date(2020, 1, 1))
    persons = (NewPerson(id=WATCHER, name="示例旁观人"), NewPerson(id=ERASER, name="示例安全保密管理员"))
    write_roster(
        db, Roster(persons=persons, holdings=(held,)), actor=FOUNDING, wall=wall, command_id="seed-watcher"
    )
    with db.write() as session:
        session.add(
            AdministratorRow(person=ERASER, role=AccessRole.SECURITY_ADMIN, division="", since=wall.now())
        )
    db.close()
    with open_runtime(Settings(data_dir=folder, database_url=url), wall) as runtime:
        made = RegisterOffice(runtime, wall)
        made.acts.open()
        yield made


def sheet(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> bytes:
    """A plain workbook."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.append(list(head))
    for row in rows:
        first.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def card(number: int) -> str:
    """An identity number of nobody."""
    first = f"411024{1950 + number // 1000 % 40}0101{number % 1000:03d}"
    return first + id_card_check_character(first)


def staff_book(people: int) -> tuple[Workbook, Worksheet, int]:
    """Staff as an office sends it: titles, odd headings, full-width, dates of every kind, blanks, a total.

    Returns the workbook, its sheet and the number of the first row of data.
    """
    book = Workbook()
    lines = book.active
    assert isinstance(lines, Worksheet)
    lines.title = "花名册"
    lines["A1"] = "示例开发区改革前人员花名册"
    lines.merge_cells("A1:K1")
    lines["A2"] = "填报单位:(盖章)"
    lines["H2"] = "2022年3月"
    for place, text in enumerate(HEADINGS, 1):
        lines.cell(HEADING_ROW, place, text)
    lines.column_dimensions["D"].hidden = True
    dates: tuple[Any, ...] = (date(2021, 3, 1), "2021年3月1日", "2021.3.1", 44256, wide("2021-03-01"))
    outcomes = ("聘任", "划转", "退休", "离职", "安置")
    for number in range(people):
        row = HEADING_ROW + 1 + number
        lines.cell(row, 1, number + 1)
        lines.cell(row, 2, float(10_000 + number) if number % 3 else wide(10_000 + number))
        lines.cell(row, 3, f"示 例{number}" if number % 2 else f"示例{number}")
        lines.cell(row, 4, card(number) if number % 5 else None)
        lines.cell(row, 5, ("公务员", "事业人员", "合同制人员")[number % 3])
        lines.cell(row, 6, ROOMS[number % 3])
        lines.cell(row, 7, ("12.5万元", "98,000.50", 120000.25)[number % 3])
        lines.cell(row, 8, 3 if number % 2 else "3年")
        lines.cell(row, 9, dates[number % 5])
        lines.cell(row, 10, outcomes[number % 5])
        lines.cell(row, 11, "—")
    last = HEADING_ROW + people
    lines.cell(last + 2, 1, "合 计")
    lines.cell(last + 2, 2, f"{people}人")
    lines.cell(last + 3, 1, "注:去向以专班议定为准。")
    lines.cell(last + 4, 1, "填表人:")
    lines.cell(last + 4, 4, "审核人:")
    return book, lines, HEADING_ROW + 1


PLANTED: Final[tuple[tuple[str, object, str], ...]] = (
    # column, what is planted, words that the fault must hold
    (NUMBER, None, "没有填"),
    (NUMBER, "—", "没有填"),
    (NUMBER, "=1+1", "没有保存计算结果"),
    (NUMBER, "@10007", "像是公式"),
    (NUMBER, "某\u202e号", "控制字符"),
    (NAME, None, "没有填"),
    (NAME, "示" * 501, "超过500个字"),
    (NAME, "#REF!", "公式出错"),
    (NAME, "(个人信息,您无权查看)", "遮住"),
    (CARD, "4110241990010112", "应为18位"),
    (CARD, "411024900101123", "15位的旧号码"),
    (CARD, "411024199013011234", "不是出生日期"),
    (CARD, "001024199001011234", "不是省级代码"),
    (CARD, "41102419900101A23X", "17位数字"),
    (CARD, 411024199001011200, "已经丢失"),
    (CARD, card(1)[:17] + ("0" if card(1)[17] != "0" else "1"), "校验码"),
    (IDENTITY, None, "没有填"),
    (IDENTITY, "临时工", "不在可选范围"),
    (IDENTITY, 3, "不在可选范围"),
    (IDENTITY, "#N/A", "公式出错"),
    (ROOM, None, "没有填"),
    (ROOM, "档案部", "在“内设机构表”里没有"),
    (ROOM, "综合科", "在“内设机构表”里没有"),
    (PAY, "面议", "不是金额"),
    (PAY, "12.5万美元", "不认识金额单位"),
    (PAY, "100.005", "分以下"),
    (PAY, "1,00,0", "不是金额"),
    (PAY, date(2021, 3, 1), "不是金额"),
    (YEARS, "三年", "不是整数"),
    (YEARS, 2.5, "不是整数"),
    (YEARS, -3, "不是整数"),
    (YEARS, True, "不是整数"),
    (STARTED, "2021年2月30日", "没有这一天"),
    (STARTED, "2021年3月", "没有写到日"),
    (STARTED, "去年三月", "不是日期"),
    (STARTED, "2021-13-01", "没有这一天"),
    (STARTED, "#VALUE!", "公式出错"),
    (OUTCOME, "提拔", "不在可选范围"),
    (OUTCOME, "聘任/划转", "不在可选范围"),
)
"""Thirty-nine faults, each in a row of its own; the fortieth is a number given twice."""


def planted(people: int) -> tuple[Workbook, dict[str, str]]:
    """The office's workbook with forty faults far apart; cell → what the fault must say."""
    book, lines, first = staff_book(people)
    expected = {}
    apart = people // (len(PLANTED) + 1)
    for place, (column, value, words) in enumerate(PLANTED):
        row = first + place * apart
        lines[f"{column}{row}"] = value  # type: ignore[assignment]
        expected[f"花名册!{column}{row}"] = words
    last = first + people - 1
    lines[f"{NUMBER}{last}"] = f"{10_000 + people - 2}"
    expected[f"花名册!{NUMBER}{last}"] = f"与第 {last - 1} 行重复"
    return book, expected
