"""免签 through the services: passed, written down with what it rests on, and stored."""

from __future__ import annotations

import json
from contextlib import closing

from config.clock import FixedClock
from services.acts import Done
from services.history import case_history
from services.ledger import verify
from services.reading import load_case
from services.rebuilding import check_projections
from tests.services.acting import TODAY, Office, agreeing, case_of, prepare, programme_text


def text() -> str:
    """Every step is decided twice by the county's head; the second time is passed."""
    told = json.loads(programme_text())
    again = {"id": "again", "title": "县局复核", "act": "核准", "roles": ["county"], "skip_signed": "是"}
    for step in told["stages"][0]["steps"]:
        step["nodes"].append(again)
    return json.dumps(told, ensure_ascii=False)


def test_who_has_signed_is_passed_and_the_history_says_so(
    migrated_db_url: str, wall_clock: FixedClock
) -> None:
    with closing(prepare(migrated_db_url, wall_clock, 1, text())) as db:
        office = Office(db, wall_clock)
        office.open()
        office.submit()
        assert isinstance(office.send(agreeing(), "head"), Done)
        case = load_case(db, case_of(0))
        assert case is not None
        state = case.steps["1.1"]
        assert [(d.node, d.decided_by, d.rests_on) for d in state.decisions] == [
            ("head", "head", ""),
            ("again", "head", "1"),
        ]
        assert state.status == "closed"
        lines = [line for each in case_history(db, case, TODAY) for line in each.lines]
        assert any("县局复核" in line or "核准" in line for line in lines)
        assert any(line.endswith("已签免签") for line in lines)
        assert verify(db).true
        assert check_projections(db).equal
