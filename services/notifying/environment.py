"""通知环境: the channels to persons that a deployment has, its hours, and what day and hour it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple

from config.clock import BUSINESS_TIMEZONE, WallClock
from domain.notices.channels import CHANNELS, ChannelRule
from domain.notices.hours import Hours, may_go
from domain.workdays import WorkCalendar
from models.database import Database
from services.clock import read_clock
from services.ports import LetterPort
from services.world import world_of


class Moment(NamedTuple):
    """此刻: the legal date, the hour in Asia/Shanghai (none in a rehearsal), and the work calendar."""

    today: date
    at: time | None
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Notifying:
    """通知环境 of one process."""

    db: Database
    wall: WallClock
    ports: Mapping[str, LetterPort]
    hours: Hours
    link_base: str = ""
    """Put before links, so that they can be followed from a phone; empty where it is not known."""
    per_minute: Mapping[str, int] = field(default_factory=dict)
    """Channel → how many a minute, where a deployment differs from the table."""

    @property
    def open_channels(self) -> frozenset[str]:
        """The channels that are set up."""
        return frozenset(self.ports)

    def rule(self, channel: str) -> ChannelRule:
        """The row of the table for ``channel``."""
        return CHANNELS[channel]

    def pace(self, channel: str) -> int:
        """How many a minute may go through ``channel``."""
        return self.per_minute.get(channel, CHANNELS[channel].per_minute)

    def moment(self) -> Moment:
        """此刻, by the business clock; the hour by the wall clock."""
        world = world_of(self.db)
        calendar = world.calendar(world.heads())
        with self.db.read() as session:
            reading = read_clock(session.connection(), self.wall)
        at = None if reading.rehearsal else self.wall.now().astimezone(BUSINESS_TIMEZONE).time()
        return Moment(reading.today, at, calendar)

    def may_go(self, moment: Moment, *, urgent: bool) -> bool:
        """Whether what was held for today may go at ``moment``."""
        return may_go(self.hours, moment.calendar, moment.today, moment.at, urgent=urgent)
