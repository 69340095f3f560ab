"""台账逐行增改、冻结、删除个人信息: by hand with reason; what stands stays; nobody overwrites unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.clock import FixedClock
from domain.date_reach import FIRST_DAY, LAST_DAY
from domain.events import RegisterFilled
from domain.refusal import Refused
from domain.register_values import ERASED
from models.event_codec import decode_events
from services.acts import Done
from services.ledger import verify
from services.office import cases, registers
from services.office.cases import RegisterRows
from services.office.registers import RegisterFile, RegisterImport
from services.registers.editing import EditKind, RowEdit, RowsEdited
from services.registers.erasing import RowErased, erase_row
from services.registers.filling import RowsFaulty, fill_register, keep_rows, open_book
from tests.services.registered import (
    CLERK,
    ERASER,
    HEAD,
    STEP,
    STRANGER,
    RegisterOffice,
    office,
    saved,
    sheet,
    staff_book,
)

NEW = {
    "number": "示例99",
    "name": "示例新人",
    "identity": "公务员",
    "department": "综合部",
    "outcome": "聘任",
}


@pytest.fixture
def place(migrated_db_url: str, data_dir: Path, wall_clock: FixedClock) -> Iterator[RegisterOffice]:
    with office(migrated_db_url, data_dir, wall_clock) as made:
        made.departments()
        made.fill("staff", saved(staff_book(6)[0]))
        yield made


def edit(place: RegisterOffice, *edits: RowEdit, reason: str = "示例原因", **more: Any) -> Any:
    who = more.pop("who", CLERK)
    desk = place.desk(who, more.pop("command_id", ""))
    return registers.change_rows(place.counter(who), desk, "staff", edits, reason, **more)


def add(**more: str) -> RowEdit:
    return RowEdit(kind=EditKind.ADD, values=NEW | more)


def change(key: str, **values: str) -> RowEdit:
    return RowEdit(kind=EditKind.CHANGE, key=key, values=values)


def remove(key: str) -> RowEdit:
    return RowEdit(kind=EditKind.REMOVE, key=key)


def rows(place: RegisterOffice) -> dict[str, dict[str, str]]:
    found = cases.show_register(place.counter(), place.case, "staff", limit=9999)
    assert isinstance(found, RegisterRows), found
    return {row.key: row.values for row in found.rows}


def version(place: RegisterOffice) -> int:
    found = cases.show_register(place.counter(), place.case, "staff")
    assert isinstance(found, RegisterRows), found
    return found.version


def fillings(place: RegisterOffice) -> list[RegisterFilled]:
    events = [each for _, schema, body in place.acts.stream() for each in decode_events(body, schema)]
    return [each for each in events if isinstance(each, RegisterFilled) and each.register == "staff"]


def code(answer: Any) -> str:
    assert isinstance(answer, Refused), answer
    return answer.code


def test_rows_are_added_changed_and_removed_with_a_reason(place: RegisterOffice) -> None:
    before = rows(place)
    done = edit(place, add(), change("10001", identity="公务员"), remove("10002"))
    assert isinstance(done, RowsEdited), done
    after = rows(place)
    assert after.keys() - before.keys() == {"示例99"}
    assert before.keys() - after.keys() == {"10002"}
    assert after["10001"] == before["10001"] | {"identity": "civil"}
    assert after["10003"] == before["10003"]
    told = fillings(place)[-1]
    assert (told.version, told.added, told.changed, told.removed) == (2, 1, 1, 1)
    assert told.reason is not None
    bodies = str([body for _, _, body in place.acts.stream()])
    assert "示例新人" not in bodies
    assert "示例原因" not in bodies
    assert verify(place.runtime.db).true


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (add(number="10001"), "人员编号"),
        (add(identity="临时工"), "身份类别"),
        (add(name=""), "姓名"),
        (change("10001", department="没有的部"), "所在部门"),
        (change("10001", card="411024199001011111"), "公民身份号码"),
    ],
)
def test_a_faulty_row_is_refused_whole(place: RegisterOffice, wrong: RowEdit, column: str) -> None:
    before = (rows(place), place.acts.seqs())
    answer = edit(place, remove("10002"), wrong)
    assert isinstance(answer, RowsFaulty), answer
    assert [fault.column for fault in answer.faults] == [column]
    assert (rows(place), place.acts.seqs()) == before


def test_what_a_hand_entry_lacks(place: RegisterOffice) -> None:
    assert code(edit(place, add(), reason=" ")) == "register.reason_missing"
    assert code(edit(place, change("没有", name="示例"))) == "register.row_unknown"
    assert code(edit(place, remove("10001"), change("10001", name="示例"))) == "register.row_unknown"
    assert code(edit(place, add(), who=HEAD)) == "actor.not_entitled"
    assert code(edit(place, add(), who=STRANGER)) == "access.not_found"


def test_sent_again_it_is_done_once(place: RegisterOffice) -> None:
    first = edit(place, add(), command_id="hand-1")
    again = edit(place, add(), command_id="hand-1")
    assert isinstance(first, RowsEdited)
    assert isinstance(again, RowsEdited)
    assert (again.done.seq, again.done.repeated, version(place)) == (first.done.seq, True, 2)
    assert code(edit(place, add(name="示例别人"), command_id="hand-1")) == "command.reused"
    content = saved(staff_book(5)[0])
    for _ in range(2):
        done = place.fill("staff", content, command_id="file-1")
        assert (done.written, version(place)) == (True, 3)
    other = place.send("staff", saved(staff_book(4)[0]), command_id="file-1")
    assert code(other) == "command.reused"


def test_nobody_overwrites_what_they_did_not_see(place: RegisterOffice) -> None:
    book = open_book(place.desk(), "staff")
    assert not isinstance(book, Refused)
    assert isinstance(edit(place, add()), RowsEdited)
    stale = keep_rows(place.desk(), book, [row.values() for row in book.held], STEP)
    assert code(stale) == "register.changed"
    assert "示例99" in rows(place)


def test_an_unchanged_row_keeps_its_text_and_an_unchanged_register_its_root(place: RegisterOffice) -> None:
    first = fillings(place)[-1].root
    assert isinstance(edit(place, add()), RowsEdited)
    assert fillings(place)[-1].root != first
    assert isinstance(edit(place, remove("示例99")), RowsEdited)
    assert fillings(place)[-1].root == first, "same rows, same salts: decisions on it would count again"


def test_erased_everywhere_and_for_good(place: RegisterOffice) -> None:
    assert isinstance(edit(place, change("10001", name="示例改名")), RowsEdited)
    db, wall = place.runtime.db, place.acts.wall
    who: dict[str, Any] = {"wall": wall, "command_id": "erase-row"}
    assert (
        code(erase_row(db, place.case, "staff", "10001", "示例依据", actor=CLERK, **who)) == "access.denied"
    )
    done = erase_row(db, place.case, "staff", "10001", "示例依据", actor=ERASER, **who)
    assert isinstance(done, RowErased), done
    assert done.texts == 2, "of both versions"
    assert rows(place)["10001"]["name"] == ERASED
    assert rows(place)["10001"]["identity"] == "institution"
    assert verify(db).true
    # What goes on later leaves it erased.
    assert isinstance(edit(place, change("10001", identity="公务员")), RowsEdited)
    assert (rows(place)["10001"]["name"], rows(place)["10001"]["identity"]) == (ERASED, "civil")
    out = registers.export(place.counter(), place.case, "staff")
    assert isinstance(out, RegisterFile)
    back = place.fill("staff", out.content)
    assert not back.changes.any
    again = erase_row(db, place.case, "staff", "10001", "示例依据", actor=ERASER, **who)
    assert isinstance(again, RowErased), "sent again it answers the same"
    other = {"wall": wall, "command_id": "erase-other"}
    assert code(erase_row(db, place.case, "staff", "没有", "示例", actor=ERASER, **other)) == "erase.unknown"


def test_a_balance_that_does_not_close_stops_the_freezing_step(place: RegisterOffice) -> None:
    place.fill("functions", sheet(("序号", "事项名称", "接收单位"), [(1, "示例", "示例县局")]))
    assert isinstance(edit(place, change("10003", outcome="")), RowsEdited)
    refused = place.desk().submit(STEP)
    assert code(refused) == "register.gap"
    assert isinstance(refused, Refused)
    assert "人员账平衡:合计 6,分项之和 5,相差 1;涉及(人员编号):10003" in refused.message
    assert isinstance(edit(place, change("10003", outcome="退休")), RowsEdited)
    assert isinstance(place.desk().submit(STEP), Done)


def test_what_was_decided_on_it_is_asked_again_and_frozen_it_stays(place: RegisterOffice) -> None:
    place.fill("functions", sheet(("序号", "事项名称", "接收单位"), [(1, "示例", "示例县局")]))
    assert isinstance(place.desk().submit(STEP), Done)
    before = fillings(place)[-1].root
    assert isinstance(edit(place, change("10001", pay="100")), RowsEdited), "under review it may be mended"
    assert fillings(place)[-1].root != before, "what a decision saw is no longer what lies there"
    place.acts.agree(STEP)
    for answer in (
        edit(place, add()),
        place.send("staff", saved(staff_book(2)[0])),
        fill_register(place.desk(), STEP, "staff", []),
    ):
        assert isinstance(answer, Refused), answer
    assert code(edit(place, add())) == "register.frozen"
    proposed = place.desk().propose(STEP, "reopen", "示例:名册有误", number="示例〔2022〕1号")
    assert isinstance(proposed, Done), proposed
    assert code(edit(place, add())) == "register.frozen", "not before another one has confirmed it"
    (proposal,) = proposed.case.proposals
    confirmed = place.desk(HEAD).confirm(proposal)
    assert isinstance(confirmed, Done), confirmed
    assert isinstance(edit(place, add(number="示例100")), RowsEdited)


VALUES = st.fixed_dictionaries(
    {
        "number": st.integers(1, 99999).map(lambda number: f"示{number}"),
        "name": st.text("示例甲乙丙 ()A1", min_size=1, max_size=8).filter(
            lambda text: text.strip(" -") != ""
        ),
        "identity": st.sampled_from(["civil", "institution", "contract"]),
        "department": st.sampled_from(["综合部", "经济部", "服务部"]),
        "pay": st.one_of(st.just(""), st.decimals(-(10**9), 10**12, places=2).map(str)),
        "years": st.one_of(st.just(""), st.integers(0, 10**6).map(str)),
        "started": st.one_of(st.just(""), st.dates(FIRST_DAY, LAST_DAY).map(str)),
        "outcome": st.sampled_from(["", "kept", "moved"]),
    }
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=12, unique_by=lambda row: row["number"]))
def test_export_then_import_changes_nothing(migrated_sqlite_place: RegisterOffice, typed: Any) -> None:
    place = migrated_sqlite_place
    done = fill_register(place.desk(), STEP, "staff", typed)
    assert isinstance(done, Done), done
    before = (version(place), rows(place))
    out = registers.export(place.counter(), place.case, "staff")
    assert isinstance(out, RegisterFile)
    back = place.send("staff", out.content)
    assert isinstance(back, RegisterImport), back
    assert [fault.line() for fault in back.faults] == []
    assert (back.written, back.changes.any) == (False, False), back.changes
    assert (version(place), rows(place)) == before


@pytest.fixture
def migrated_sqlite_place(
    migrated_sqlite_url: str, data_dir: Path, wall_clock: FixedClock
) -> Iterator[RegisterOffice]:
    with office(migrated_sqlite_url, data_dir, wall_clock) as made:
        made.departments()
        yield made


def test_a_value_for_a_column_that_is_not_there_is_told(place: RegisterOffice) -> None:
    answer = edit(place, change("10001", 身份类别="公务员"), add(naem="示例"))
    assert isinstance(answer, RowsFaulty), answer
    assert [(fault.row, fault.column) for fault in answer.faults] == [(1, "身份类别"), (2, "naem")]
    assert "identity(身份类别)" in answer.faults[0].mend
    assert version(place) == 1
