"""发布流程模板: a version enters the database, and is never changed from then on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from config.clock import WallClock
from domain.doers import Doer
from domain.permissions import Action
from domain.programme import Programme
from domain.refusal import Refused
from models.database import Database
from models.ledger import programme_stream
from models.tables import ProgrammeRow
from services.authority import allow
from services.noting import in_turn, note
from services.permits import host_target
from services.programmes import (
    PUBLISHED,
    Checked,
    Published,
    check_text,
    parsed_form,
    published_line,
    text_digest,
)


def publish(
    db: Database,
    actor: Doer,
    text: str | bytes,
    *,
    wall: WallClock,
    command_id: str,
    name: str = "",
    channel: str = "cli",
) -> Published | Refused:
    """发布流程模板: copy its canonical text and hash into the database, with an event in its stream.

    Publishing the same text again answers with what stands and does nothing. A changed text under a
    published version is refused: cases run on it. It holds for all, so the host's office publishes.
    """
    allowed = allow(db, actor, Action.PROGRAMME_PUBLISH, host_target(db), wall=wall)
    if isinstance(allowed, Refused):
        return allowed
    checked = check_text(text, name)
    programme = checked.programme
    if programme is None or not checked.sound:
        return _faulty(checked)
    with in_turn(db, programme_stream(programme.programme)) as session:
        return _publish(
            session, programme, checked.text, _Act(allowed.actor, command_id, channel, allowed.position), wall
        )


@dataclass(frozen=True, slots=True)
class _Act:
    actor: str
    command_id: str
    channel: str
    position: str


def _publish(
    session: Session, programme: Programme, text: str, act: _Act, wall: WallClock
) -> Published | Refused:
    sha256 = text_digest(text)
    standing = session.get(ProgrammeRow, (programme.programme, programme.version))
    if standing is not None:
        return (
            published_line(standing, already=True)
            if standing.sha256 == sha256
            else _changed(standing, sha256)
        )
    row = ProgrammeRow(
        code=programme.programme,
        version=programme.version,
        title=programme.title,
        yaml=text,
        sha256=sha256,
        parsed=parsed_form(programme),
        published_at=wall.now(),
        published_by=act.actor,
    )
    session.add(row)
    session.flush()
    note(
        session,
        programme_stream(row.code),
        {
            "type": PUBLISHED,
            "programme": row.code,
            "version": row.version,
            "title": row.title,
            "sha256": sha256,
        },
        actor=act.actor,
        wall=wall,
        command_id=act.command_id,
        channel=act.channel,
        position=act.position,
        programme_version=f"{row.code}/{row.version}",
    )
    return published_line(row, already=False)


def _faulty(checked: Checked) -> Refused:
    wrong = [fault for fault in checked.faults if fault.severity == "fault"]
    return Refused(
        code="programme.faulty",
        message=f"流程模板有 {len(wrong)} 处问题,不能发布;第一处:{wrong[0]}",
        remedy="用 zonectl programme check 逐条查看,改正后再发布",
        facts={"faults": len(wrong), "line": wrong[0].line, "code": wrong[0].code},
    )


def _changed(standing: ProgrammeRow, sha256: str) -> Refused:
    return Refused(
        code="programme.changed",
        message=f"“{standing.title}”第 {standing.version} 版已发布,内容与此不同;已发布的版本不能改动",
        remedy=f"把 version 改为 {standing.version + 1} 再发布;或恢复原来的内容",
        facts={
            "programme": standing.code,
            "version": standing.version,
            "published": standing.sha256,
            "given": sha256,
        },
    )
