"""故事: a clerk types the yearly notice into a sheet, previews what moves, loads it, and corrects it."""

from __future__ import annotations

from pathlib import Path

from tests.stories.clerk import LAUNCHER, OFFICE, UNIT, ZONE, Clerk

ADMIN = "sysadmin"
HEADING = "开始日期,结束日期,安排,节日,文号"
NUMBER = "示例办〔2020〕1号"
YEAR_2021 = """2021-01-01,2021-01-03,放假,元旦,{number}
2021-02-07,,上班,,
2021-02-11,2021-02-17,放假,春节,
2021-02-20,,上班,,
2021-04-03,2021-04-05,放假,清明节,
2021-04-25,,上班,,
2021-05-01,2021-05-05,放假,劳动节,
2021-05-08,,上班,,
2021-06-12,2021-06-14,放假,端午节,
2021-09-18,,上班,,
2021-09-19,2021-09-21,放假,中秋节,
2021-09-26,,上班,,
2021-10-01,2021-10-07,放假,国庆节,
2021-10-09,,上班,,
"""


def sheet(folder: Path, name: str, *more: str, number: str = NUMBER) -> str:
    """The arrangement of 2021 as it was published, under a number of 示例, with further rows."""
    path = folder / name
    lines = [HEADING, YEAR_2021.format(number=number).rstrip("\n"), *more]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return str(path)


def due(clerk: Clerk, key: str) -> str:
    found: str = clerk.step(key)["step"]["due_line"]
    return found


def test_preview_load_and_correct(clerk: Clerk) -> None:
    wrong = sheet(clerk.folder, "误.csv", "2021-01-25,,放假,示例节,", "2021-01-26,,上班,,")
    faulty = clerk("calendar", "preview", wrong, by=ADMIN)
    assert faulty.code == 1
    assert "A17" in faulty.out
    assert "本来就上班" in faulty.out

    before = due(clerk, "1.1")
    longer = sheet(clerk.folder, "放假.csv", "2021-01-25,,放假,示例节,")
    stored = clerk.stored()
    preview = clerk.done("calendar", "preview", longer, by=ADMIN).out
    assert "与系统内置的2021年安排有 1 天不一致" in preview
    assert "2021-01-25(周一)上班 → 放假(示例节)" in preview
    assert f"{UNIT} · 1.1 " in preview
    assert clerk.stored() == stored, "a preview writes nothing"

    clerk.refused(1, "access.denied", "calendar", "preview", longer, by=ZONE)
    load = ("calendar", "import", longer, "--yes")
    clerk.refused(1, "notice.contradicts", *load, by=ADMIN, says=["1 天不一致"])
    clerk.refused(1, "access.denied", *load, "--contradicts", by=LAUNCHER)
    done = clerk.done("--json", *load, "--contradicts", by=ADMIN).data
    assert (done["number"], done["already"], done["cases"]) == (NUMBER, False, 1)
    assert done["moved"] > 0
    after = due(clerk, "1.1")
    assert after != before
    assert "1月23—25日示例节放假扣除" in after
    assert "按新的放假安排重算日期" in str(clerk.history()[-1]["lines"])
    shown = clerk.done("calendar", "show", "--year", "2021").out
    assert f"依据 {NUMBER}(本系统载入)" in shown
    assert "1月23—25日 放假 示例节" in shown
    again = clerk.done("--json", *load, "--contradicts", by=ADMIN).data
    assert (again["already"], again["cases"], again["told"]) == (True, 0, 0)

    right = sheet(clerk.folder, "更正.csv", number=f"{NUMBER}、示例办〔2021〕2号")
    back = clerk.done("calendar", "import", right, "--yes", by=ADMIN).out
    assert f"代替原来载入的 {NUMBER}" in back
    assert due(clerk, "1.1") == before


def test_a_date_is_explained_with_the_other_count_beside_it(clerk: Clerk) -> None:
    said = clerk.done("calendar", "explain", "2022-03-02", "25").out.splitlines()
    assert said[0] == (
        "自2022年3月2日次日起25个工作日:4月2日(周六)调休上班计入,4月3—5日清明放假扣除 → 4月7日"
    )
    assert said[1].startswith("另一种算法(起算日计入):自2022年3月2日当日起25个工作日")
    far = clerk.done("calendar", "explain", "2030-05-06", "10").out
    assert "暂定:2030年放假安排尚未公布" in far
    clerk.refused(1, "calendar.amount", "calendar", "explain", "2022-03-02", "0")
    assert "暂定" in clerk.done("calendar", "show", "--year", "2030").out


def test_the_sheet_that_comes_with_the_program_agrees_with_its_record(clerk: Clerk) -> None:
    file = str(Path(__file__).resolve().parents[2] / "samples" / "calendar" / "notice-2026.csv")
    found = clerk.done("--json", "calendar", "preview", file, by=ADMIN).data
    assert (found["contradictions"], found["days"], found["moves"]) == ([], [], [])
    assert clerk("calendar", "preview", file, by=OFFICE).code == 1
