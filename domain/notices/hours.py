"""通知时段: when a notice may reach a person: working hours, quiet hours, the morning digest.

Urgent ones go at once, on days off too, but never in the quiet hours. All others wait for the digest of the
next working day's morning (调休 included), so that an officer gets one message and not forty. In a rehearsal
only the date is played, so there is no hour to wait for.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import msgspec

from domain.workdays import WorkCalendar


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """时段设置, Asia/Shanghai."""

    opens: time
    """Quiet before it."""
    closes: time
    """Quiet from it on."""
    digest_at: time

    def quiet(self, at: time | None) -> bool:
        """Whether it is a time at which nobody is told anything; a rehearsal (``None``) has no hours."""
        return at is not None and not self.opens <= at < self.closes


def held_until(
    hours: Hours, calendar: WorkCalendar, today: date, at: time | None, *, urgent: bool
) -> date | None:
    """The legal date from which a notice may go, ``None`` for now."""
    if urgent:
        if not hours.quiet(at):
            return None
        return today if at is not None and at < hours.opens else today + timedelta(days=1)
    if at is not None and at < hours.digest_at:
        return calendar.next_workday(today)
    return calendar.next_workday(today + timedelta(days=1))


def may_go(hours: Hours, calendar: WorkCalendar, today: date, at: time | None, *, urgent: bool) -> bool:
    """Whether what was held until today or earlier may go now."""
    if hours.quiet(at):
        return False
    return urgent or (calendar.is_workday(today) and (at is None or at >= hours.digest_at))
