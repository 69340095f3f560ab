"""督查督办的边界: other areas, other units' parts, drafts, resending, and what is typed carelessly."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from config.clock import FixedClock
from domain.refusal import Refused
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import Finding, Inspection, Source
from domain.supervising.order_table import OrderAct, Trigger
from domain.supervising.values import Paper
from models.tables import SupervisionMatterRow
from services.rebuilding import check_projections
from services.supervising.desk import Enacted, next_id
from services.supervising.findings import NewFinding, register_finding
from services.supervising.orders import NewOrder, draft_order
from services.supervising.paper import print_matter
from services.supervising.reading import MatterFilter, list_matters, show_matter
from services.supervising.requests import NewInspection, cancel_inspection, quota_of, record_inspection
from services.supervising.suggesting import suggestions
from tests.services.acting import TODAY
from tests.services.supervising import Office, command, office
from tests.services.test_supervising import refused


@pytest.fixture
def small(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Office]:
    with office(migrated_db_url, tmp_path, wall_clock) as opened:
        yield opened


def test_no_finding_about_a_unit_of_another_area(small: Office) -> None:
    source = small.source("stranger", office="elsewhere")
    asked = NewFinding(source=source.id, on=TODAY, unit="unit-0")
    desk = small.desk("stranger")
    refused(register_finding(desk, asked, title="示例", command_id=command()), "access.denied")
    without = msgspec.structs.replace(asked, unit="")
    assert isinstance(register_finding(desk, without, title="示例", command_id=command()), Enacted)


def test_a_supporting_unit_reports_for_itself_alone(small: Office) -> None:
    finding = small.finding(small.source().id).id
    day = date(2022, 3, 20)
    small.done(
        small.move(
            "watcher", finding, FindingAct.ASSIGN,
            lead="zone-0", lead_due=day, supports=(("finance", day), ("gov", day)),
        )
    )  # fmt: skip
    small.done(small.move("zoner", finding, FindingAct.SIGN))
    for act in (FindingAct.SIGN_PART, FindingAct.REPORT_PART):
        refused(small.move("banker", finding, act, body="gov"), "finding.no_part")
        small.done(small.move("banker", finding, act))
        small.done(small.move("watcher", finding, act, body="gov"))


def test_handing_an_assignment_back_answers_again_what_it_did(small: Office) -> None:
    finding = small.finding(small.source().id).id
    small.assign(finding)
    sent = [
        small.move("zoner", finding, FindingAct.DECLINE, text="不属本单位", command_id="back")
        for _ in range(2)
    ]
    assert [isinstance(each, Enacted) and each.repeated for each in sent] == [False, True], sent
    other = small.move("zoner", finding, FindingAct.DECLINE, text="另一理由", command_id="back")
    refused(other, "command.reused")


def test_only_the_office_that_counted_an_inspection_takes_it_back(small: Office) -> None:
    asked = NewInspection(unit="unit-0", office="watch", on=TODAY)
    watcher, reformer = small.desk("watcher"), small.desk("reformer")
    ahead = msgspec.structs.replace(asked, on=TODAY + timedelta(days=1))
    refused(record_inspection(watcher, ahead, subject="示例", command_id=command()), "date.future")
    done = small.done(record_inspection(watcher, asked, subject="示例", command_id=command()))
    county = cancel_inspection(reformer, done.id, TODAY, text="示例", command_id=command())
    refused(county, "supervision.not_yours")
    for on, code in ((date.max, "date.future"), (date.min, "supervision.date_order")):
        refused(cancel_inspection(watcher, done.id, on, text="示例", command_id=command()), code)
    quota = quota_of(watcher, "unit-0", 2022)
    assert not isinstance(quota, Refused)
    assert quota.count == 1
    cancelled = small.done(cancel_inspection(watcher, done.id, TODAY, text="示例", command_id=command()))
    assert isinstance(cancelled, Inspection)
    assert cancelled.cancelled


def test_a_draft_is_the_offices_own_paper(small: Office) -> None:
    sent, dropped = small.order().id, small.order().id
    small.done(small.order_act("watcher", dropped, OrderAct.DROP))
    for who in ("zoner", "reformer"):
        desk = small.desk(who)
        for id_ in (sent, dropped):
            refused(show_matter(desk, id_), "access.not_found")
            refused(print_matter(desk, id_), "access.not_found")
        assert list_matters(desk, MatterFilter(unit="unit-0")) == []
    assert len(list_matters(small.desk("chief"), MatterFilter(kind="order"))) == 2
    small.done(small.order_act("chief", sent, OrderAct.ISSUE))
    assert [each.id for each in list_matters(small.desk("zoner"), MatterFilter())] == [sent]
    refused(show_matter(small.desk("zoner"), dropped), "access.not_found")


def test_what_is_late_and_about_no_unit_is_suggested_too(small: Office, wall_clock: FixedClock) -> None:
    asked = NewFinding(source=small.source().id, on=TODAY)
    answer = register_finding(small.desk("watcher"), asked, title="示例", command_id=command())
    small.assign(small.done(answer).id)
    wall_clock.advance(timedelta(days=60))
    found = suggestions(small.desk("watcher"))
    assert [(each.trigger, each.unit) for each in found] == [(Trigger.FINDING, "")]
    assert suggestions(small.desk("stranger")) == ()


def test_no_addressee_is_suggested_that_drafting_refuses(small: Office, wall_clock: FixedClock) -> None:
    """A government gets no order from the office itself: the suggestion stands, the drafter names whom."""
    asked = NewFinding(source=small.source().id, on=TODAY)
    found = small.done(register_finding(small.desk("watcher"), asked, title="示例", command_id=command())).id
    lead = {"lead": "gov", "lead_due": date(2022, 3, 31)}
    small.done(small.move("watcher", found, FindingAct.ASSIGN, **lead))
    wall_clock.advance(timedelta(days=60))
    (suggested,) = suggestions(small.desk("watcher"))
    assert suggested.addressee == ""
    day = TODAY + timedelta(days=60)
    by_itself = NewOrder(on=day, key=suggested.key)
    refused(draft_order(small.desk("watcher"), by_itself, text="", command_id=command()), "body.unknown")
    through = NewOrder(on=day, key=suggested.key, addressee="gov", through="gov-office")
    small.done(draft_order(small.desk("watcher"), through, text="", command_id=command()))


def test_nothing_typed_names_no_matter(small: Office) -> None:
    order = small.order()
    assert order.number == ""
    refused(small.order_act("chief", "", OrderAct.ISSUE), "access.not_found")
    refused(show_matter(small.desk("chief"), ""), "access.not_found")


def test_numbers_of_early_years_and_beyond_four_digits(small: Office) -> None:
    early = small.source(issued_on=date.min, on=date.min)
    assert isinstance(early, Source)
    assert early.id == "S0001-0001"
    with small.runtime.db.write() as session:
        for number in ("S2022-9999", "S2022-10000"):
            session.add(
                SupervisionMatterRow(
                    id=number,
                    kind="source",
                    state="open",
                    year=2022,
                    office="",
                    seq=1,
                    snapshot="",
                )
            )
        session.flush()
        assert next_id(session, "source", TODAY) == "S2022-10001"
        session.rollback()


def test_decomposed_words_are_kept_composed(small: Office) -> None:
    finding = small.finding(small.source().id).id
    small.assign(finding)
    small.done(small.move("zoner", finding, FindingAct.SIGN))
    words = unicodedata.normalize("NFD", "整改 é")
    sent = [
        small.move(
            "zoner", finding, FindingAct.APPLY,
            papers=(Paper(title=words, dated_on=TODAY),), text=words, command_id="apply",
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [isinstance(each, Enacted) and each.repeated for each in sent] == [False, True], sent
    found = small.done(sent[1])
    assert isinstance(found, Finding)
    assert found.deeds[-1].papers[0].title == "整改 é"
    assert check_projections(small.runtime.db).equal
