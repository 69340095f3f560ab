"""督查督办服务: right, ledger, projections, inbox, notices and numbers, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, text

from config.clock import FixedClock
from domain.decisions import Medium
from domain.organisation.proxies import SetProxy
from domain.refusal import Refused
from domain.supervising.finding_table import FindingAct
from domain.supervising.matters import Finding, Inspection, Order, RequestState
from domain.supervising.order_table import OrderAct, OrderColour, Trigger
from domain.supervising.requests import Answered
from models.ledger import SUPERVISION
from models.tables import AdministratorRow, EventRow, MessageRow, SupervisionMatterRow, SupervisionWorkRow
from services.delivery import Addresses, claim_messages
from services.inbox import person_inbox
from services.ledger import verify
from services.notifying.sharing import open_work
from services.organising.office import Enacted as Set
from services.organising.office import Registry
from services.organising.proxies import set_proxy
from services.quick_inbox import quick_inbox
from services.rebuilding import check_projections, rebuild_projections
from services.supervising.desk import Enacted
from services.supervising.findings import NewFinding, register_finding
from services.supervising.orders import NewOrder, draft_order
from services.supervising.reading import MatterFilter, list_matters, show_matter, weekly_list
from services.supervising.requests import (
    NewInspection,
    NewRequest,
    cancel_inspection,
    end_request,
    quota_of,
    raise_request,
    record_inspection,
)
from services.supervising.sources import answer_source
from services.supervising.suggesting import suggestions
from services.supervising.telling import matter_reminders
from services.world import world_of
from tests.services.acting import TODAY
from tests.services.supervising import Office, command, office


@pytest.fixture
def small(migrated_db_url: str, tmp_path: Path, wall_clock: FixedClock) -> Iterator[Office]:
    with office(migrated_db_url, tmp_path, wall_clock) as opened:
        yield opened


def refused(answer: object, code: str) -> Refused:
    assert isinstance(answer, Refused), answer
    assert answer.code == code, answer
    return answer


def waiting(small: Office, who: str) -> list[str]:
    found = person_inbox(small.runtime.db, who, wall=small.runtime.wall)
    quick = quick_inbox(small.runtime.settings.database_url, who, wall=small.runtime.wall, limit=20)
    assert not isinstance(found, Refused)
    assert not isinstance(quick, Refused)
    assert [(e.case_id, e.key, e.acting_for) for e in found] == [
        (r.case, r.key, r.acting_for) for r in quick.rows
    ]
    assert quick.total == len(found)
    return [each.kind for each in found]


def test_from_the_source_to_the_answer(small: Office) -> None:
    source = small.source(due_on=date(2022, 5, 1))
    finding = small.finding(source.id)
    assert waiting(small, "watcher") == ["source_answer", "finding_assign"]
    small.assign(finding.id)
    assert waiting(small, "zoner") == ["finding_sign"]
    assert waiting(small, "banker") == ["finding_sign_part"]
    small.done(small.move("zoner", finding.id, FindingAct.SIGN))
    small.done(small.move("banker", finding.id, FindingAct.SIGN_PART))
    small.done(small.move("banker", finding.id, FindingAct.REPORT_PART))
    refused(small.move("zoner", finding.id, FindingAct.APPLY), "finding.no_paper")
    answered = Answered(on=TODAY, medium=Medium.REPLY, number="示例函〔2022〕1号")
    desk = small.desk("watcher")
    refused(answer_source(desk, source.id, answered, text="示例", command_id=command()), "source.open")

    view = show_matter(small.desk("zone-head"), finding.id)
    assert not isinstance(view, Refused)
    assert [each.body for each in view.parts] == ["zone-0", "finance"]
    assert view.line.title == "示例问题"
    refused(show_matter(small.desk("stranger"), finding.id), "access.not_found")
    assert list_matters(small.desk("stranger"), MatterFilter()) == []


def test_who_rectified_and_their_proxy_never_close(small: Office) -> None:
    """Somebody with a hat in the zone and one in the watching office, and their deputy there."""
    finding = small.finding(small.source().id)
    small.applied(finding.id, who="two-hats")
    assert "finding_review" not in waiting(small, "two-hats")
    refused(small.move("two-hats", finding.id, FindingAct.REVIEW), "supervision.own_work")
    registry = Registry(db=small.runtime.db, wall=small.runtime.wall, person="two-hats")
    lent = SetProxy(
        person="two-hats", body="watch", position="member", deputy="banker", first=TODAY, last=TODAY
    )
    assert isinstance(set_proxy(registry, lent, command_id=command()), Set)
    assert "finding_review" not in waiting(small, "banker")
    refused(small.move("banker", finding.id, FindingAct.REVIEW), "supervision.own_work")
    small.done(small.move("watcher", finding.id, FindingAct.REVIEW))
    refused(small.move("banker", finding.id, FindingAct.CLOSE), "supervision.own_work")
    refused(small.move("two-hats", finding.id, FindingAct.CLOSE), "supervision.own_work")
    closed = small.done(small.move("chief", finding.id, FindingAct.CLOSE))
    assert isinstance(closed, Finding)
    again = small.done(small.move("chief", finding.id, FindingAct.REOPEN))
    assert isinstance(again, Finding)
    assert (again.id, again.number, again.reopened) == (finding.id, finding.number, 1)
    told = show_matter(small.desk("chief"), finding.id)
    assert not isinstance(told, Refused)
    assert told.details["重新立项"] == "1 次"


def test_a_deputy_works_in_the_name_of_who_is_on_leave(small: Office) -> None:
    finding = small.finding(small.source().id)
    small.assign(finding.id)
    refused(small.move("banker", finding.id, FindingAct.SIGN), "access.denied")
    registry = Registry(db=small.runtime.db, wall=small.runtime.wall, person="zoner")
    lent = SetProxy(
        person="zoner", body="zone-0", position="handler", deputy="banker", first=TODAY, last=TODAY
    )
    assert isinstance(set_proxy(registry, lent, command_id=command()), Set)
    assert waiting(small, "banker") == ["finding_sign", "finding_sign_part"]
    signed = small.done(small.move("banker", finding.id, FindingAct.SIGN))
    assert (signed.deeds[-1].person, signed.deeds[-1].acting_for) == ("banker", "zoner")


def test_each_office_acts_on_its_own(small: Office) -> None:
    finding = small.finding(small.source().id)
    wanted: dict[str, Any] = {"lead": "zone-0", "lead_due": TODAY}
    for who in ("reformer", "stranger", "zoner"):
        refused(small.move(who, finding.id, FindingAct.ASSIGN, **wanted), "access.denied")
    wanted["lead"] = "nobody"
    refused(small.move("watcher", finding.id, FindingAct.ASSIGN, **wanted), "body.unknown")


def test_sent_again_it_answers_what_it_did(small: Office) -> None:
    source, id_ = small.source(), command()
    asked = NewFinding(source=source.id, on=TODAY, unit="unit-0")
    first = register_finding(small.desk("watcher"), asked, title="示例问题", command_id=id_)
    again = register_finding(small.desk("watcher"), asked, title="示例问题", command_id=id_)
    assert isinstance(first, Enacted)
    assert isinstance(again, Enacted)
    assert again.repeated
    assert again.matter == first.matter
    other = register_finding(small.desk("watcher"), asked, title="另一个", command_id=id_)
    refused(other, "command.reused")
    refused(register_finding(small.desk("chief"), asked, title="示例问题", command_id=id_), "command.reused")


def test_orders_are_numbered_when_a_person_issues_them(small: Office) -> None:
    first, second = small.order(), small.order()
    assert first.number == ""
    small.done(small.order_act("chief", second.id, OrderAct.ISSUE))
    issued = small.done(small.order_act("chief", first.id, OrderAct.ISSUE))
    assert [row.number for row in list_matters(small.desk("chief"), MatterFilter(kind="order"))] == [
        "督办〔2022〕2号",
        "督办〔2022〕1号",
    ]
    other = small.order("reformer", office="county")
    refused(small.order_act("reformer", other.id, OrderAct.ISSUE), "access.denied")
    small.done(small.order_act("head", other.id, OrderAct.ISSUE))
    view = show_matter(small.desk("reformer"), other.id)
    assert not isinstance(view, Refused)
    assert view.line.number == "督办〔2022〕1号", "each office has a series of its own"
    refused(small.order_act("zoner", issued.id, OrderAct.ANSWER), "order.state")
    assert waiting(small, "zoner")[0] == "order_sign"
    small.done(small.order_act("zoner", issued.id, OrderAct.SIGN))
    small.done(small.order_act("zoner", issued.id, OrderAct.ANSWER))
    small.done(small.order_act("watcher", issued.id, OrderAct.SEND_BACK))
    small.done(small.order_act("zone-head", issued.id, OrderAct.ANSWER))
    small.done(small.order_act("watcher", issued.id, OrderAct.ACCEPT))


def test_an_order_goes_to_no_government_but_through_its_office(small: Office) -> None:
    asked = NewOrder(on=TODAY, addressee="gov", office="watch")
    answer = draft_order(small.desk("watcher"), asked, text="示例", command_id=command())
    assert refused(answer, "order.through_offices").basis
    order = small.order(addressee="gov", through="gov-office", important=True)
    assert (order.colour, order.account) == (OrderColour.ORANGE, False)
    small.done(small.order_act("chief", order.id, OrderAct.ISSUE))
    assert waiting(small, "chief") == ["order_sign"], "the office records for who does not sign in"


def test_requests_come_to_the_weekly_list(small: Office) -> None:
    asked = NewRequest(body="zone-0", office="watch", unit="unit-0", on=TODAY)
    zoner = small.desk("zoner")
    raised = [
        small.done(raise_request(zoner, asked, leader="示例领导", title="示例事项", command_id=command()))
        for _ in range(4)
    ]
    refused(
        raise_request(small.desk("two-hats"), asked, leader="x", title="x", command_id=command()),
        "access.denied",
    )
    week = weekly_list(small.desk("chief"))
    assert (len(week.named), week.more) == (3, 1)
    answer = Answered(on=TODAY, medium=Medium.TELEPHONE)
    ended = end_request(
        small.desk("watcher"),
        raised[-1].id,
        RequestState.ANSWERED,
        answer,
        text="同意",
        command_id=command(),
    )
    assert isinstance(ended, Enacted), ended
    week = weekly_list(small.desk("chief"))
    assert (len(week.named), week.more, len(week.answered)) == (3, 0, 1)
    withdrawn = end_request(
        zoner,
        week.named[0].id,
        RequestState.WITHDRAWN,
        Answered(on=TODAY),
        text="已",
        command_id=command(),
    )
    assert isinstance(withdrawn, Enacted), withdrawn
    again = end_request(
        zoner, week.named[0].id, RequestState.WITHDRAWN, Answered(on=TODAY), text="x", command_id=command()
    )
    refused(again, "request.state")


def test_inspections_beyond_the_ceiling_need_a_paper(small: Office) -> None:
    asked = NewInspection(unit="unit-0", office="watch", on=TODAY)
    desk = small.desk("watcher")
    for _ in range(2):
        assert isinstance(record_inspection(desk, asked, subject="示例", command_id=command()), Enacted)
    over = refused(record_inspection(desk, asked, subject="示例", command_id=command()), "inspection.quota")
    assert over.basis
    assert (over.facts["count"], over.facts["quota"]) == (2, 2)
    approved = msgspec.structs.replace(asked, approval="示例批〔2022〕9号")
    third = record_inspection(desk, approved, subject="示例", command_id=command())
    assert isinstance(third, Enacted)
    assert isinstance(third.matter, Inspection)
    assert third.matter.beyond
    assert isinstance(
        cancel_inspection(desk, third.matter.id, TODAY, text="合并", command_id=command()), Enacted
    )
    left = quota_of(desk, "unit-0", 2022)
    assert not isinstance(left, Refused)
    assert left.count == 2
    refused(quota_of(small.desk("stranger"), "unit-0", 2022), "access.not_found")
    other = msgspec.structs.replace(asked, unit="unit-1")
    assert isinstance(record_inspection(desk, other, subject="示例", command_id=command()), Enacted)
    refused(
        record_inspection(small.desk("zoner"), asked, subject="示例", command_id=command()), "access.denied"
    )


def test_the_tables_come_from_the_ledger_alone(small: Office) -> None:
    source = small.source()
    small.applied(small.finding(source.id).id)
    small.done(small.order_act("chief", small.order().id, OrderAct.ISSUE))
    db = small.runtime.db
    assert check_projections(db).equal
    with db.write() as session:
        session.execute(text("DELETE FROM supervision_work"))
        session.execute(text("UPDATE supervision_matter SET state = 'closed' WHERE kind = 'finding'"))
        session.add(
            SupervisionMatterRow(
                id="W2022-9999", kind="finding", state="x", year=2022, office="", seq=1, snapshot=""
            )
        )
    assert {each.table for each in check_projections(db).differences} == {
        "supervision_work",
        "supervision_matter",
    }
    with db.write() as session:
        session.add(
            AdministratorRow(
                person="stranger", role="system_admin", division="", since=small.runtime.wall.now()
            )
        )
    rebuilt = rebuild_projections(db, actor="stranger", wall=small.runtime.wall)
    assert not isinstance(rebuilt, Refused), rebuilt
    assert check_projections(db).equal
    assert verify(db).true
    with db.read() as session:
        rows = session.execute(select(EventRow.body).where(EventRow.stream == SUPERVISION)).scalars()  # type: ignore[call-overload]
        assert not any("示例领导" in body or "示例问题" in body for body in rows)
        works = session.execute(select(func.count()).select_from(SupervisionWorkRow)).scalar_one()
    assert works == 2


def test_who_has_the_work_is_told_once_and_reminded(small: Office) -> None:
    finding = small.finding(small.source().id)
    small.assign(finding.id)
    with small.runtime.db.read() as session:
        told = session.execute(
            select(MessageRow.recipient, MessageRow.payload).where(MessageRow.case_id == finding.id)  # type: ignore[call-overload]
        ).all()
    assert [recipient for recipient, _ in told] == ["watch/any", "zone-0/any", "finance/any"]
    assert "签收" in told[1][1]
    claims = claim_messages(small.runtime.db, small.runtime.wall, "示例", 60, "in_app")
    addresses = Addresses(small.runtime.db, TODAY)
    said = [message for claim in claims for message in addresses.messages(claim, "in_app")]
    assert {message.link for message in said} == {""}, "a matter is no case"
    assert any(message.text == f"问题 {finding.id}待您签收,请于 2022-03-03 前办结。" for message in said), (
        said
    )
    with small.runtime.db.read() as session:
        named = [(finding.id, "finding_sign/zone-0"), (finding.id, "finding_apply/zone-0")]
        assert open_work(session, named) == {named[0]: ""}
    world = world_of(small.runtime.db)
    calendar = world.calendar(world.heads())
    late = matter_reminders(small.runtime, date(2022, 3, 7), calendar)
    assert {str(row["recipient"]) for row in late} == {"zone-0/any", "finance/any"}
    assert matter_reminders(small.runtime, date(2022, 3, 7), calendar)[0]["dedup_key"] == late[0]["dedup_key"]


def test_what_is_late_is_drafted_with_the_next_colour(small: Office, wall_clock: FixedClock) -> None:
    finding, order = small.finding(small.source().id), small.order()
    small.assign(finding.id)
    small.done(small.order_act("chief", order.id, OrderAct.ISSUE))
    assert suggestions(small.desk("watcher")) == ()
    wall_clock.advance(timedelta(days=31))
    late = {each.trigger: each for each in suggestions(small.desk("watcher"))}
    assert set(late) == {Trigger.FINDING, Trigger.ORDER}
    assert late[Trigger.ORDER].colour is OrderColour.ORANGE
    assert "逾期 21 个工作日" in late[Trigger.ORDER].facts
    assert suggestions(small.desk("zoner")) == ()
    key, day = late[Trigger.ORDER].key, TODAY + timedelta(days=31)
    asked, id_ = NewOrder(on=day, key=key, office="watch"), command()
    first = draft_order(small.desk("watcher"), asked, text="", command_id=id_)
    assert isinstance(first, Enacted)
    assert isinstance(first.matter, Order)
    assert (first.matter.colour, first.matter.addressee) == (OrderColour.ORANGE, "zone-0")
    again = draft_order(small.desk("watcher"), asked, text="", command_id=id_)
    assert isinstance(again, Enacted)
    assert again.repeated
    refused(draft_order(small.desk("watcher"), asked, text="", command_id=command()), "order.no_suggestion")
    assert key not in {each.key for each in suggestions(small.desk("watcher"))}
