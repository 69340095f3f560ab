"""一天的例行事项, without Prefect: what the clock does on a morning, in its order, for rehearsals and tests.

The same services that the daily flows call. In a rehearsal real schedules skip the database, and whoever
plays it calls this after each move of the business clock.
"""

from __future__ import annotations

import msgspec

from domain.doers import Doer
from domain.outside import Rng
from domain.permissions import Action
from domain.refusal import Refused
from services.authority import allow
from services.bootstrap import Runtime
from services.checking.loading import case_ids
from services.checking.running import Swept, check_cases, machine_entry
from services.clock import is_rehearsal_database
from services.lamps.counting import Counted, count_lamps
from services.notifying.driving import go_round
from services.notifying.reminding import Reminded, remind
from services.timers import Fired, fire_all


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """早晨做了什么; on a day off only terms that have passed are told."""

    fired: Fired
    swept: Swept = Swept()
    counted: Counted = Counted()
    reminded: Reminded = Reminded(due=0, messages=0)
    told: int = 0


def play_morning(runtime: Runtime, rng: Rng, *, actor: Doer) -> Morning | Refused:
    """演练一天的例行事项, by hand, on the date that the business clock shows; only in a rehearsal."""
    allowed = allow(runtime.db, actor, Action.SETTING_CHANGE, wall=runtime.wall)
    if isinstance(allowed, Refused):
        return allowed
    if not is_rehearsal_database(runtime.db, runtime.wall):
        return Refused(
            code="routine.real",
            message="本库是正式库,例行事项由 Prefect 定时运行",
            remedy="要马上运行其中一项,请在 Prefect 界面运行它的部署;定时安排见《流程与接力》",
        )
    return morning(runtime, rng)


def morning(runtime: Runtime, rng: Rng) -> Morning:
    """早晨: terms that have passed; on a working day checks, lamps, reminders, and what goes out by them."""
    moment = runtime.notifying.moment()
    if not moment.calendar.is_workday(moment.today):
        return Morning(fired=fire_all(runtime, rng))
    swept = check_cases(runtime, case_ids(runtime.db), moment.today, machine_entry())
    return Morning(
        fired=fire_all(runtime, rng),
        swept=swept,
        counted=count_lamps(runtime.db, moment.today),
        reminded=remind(runtime),
        told=go_round(runtime, "routine", rng),
    )
