"""All tables, for Alembic and for whoever wants one import."""

from models.base import metadata
from models.body import BodyRow
from models.calendar_override import CalendarOverrideRow
from models.case import CaseRow
from models.event import EventRow
from models.message import MessageRow, NoticeRow
from models.person import AccountRow, HoldingRow, PersonRow
from models.private_text import PrivateTextRow
from models.programme import ProgrammeRow
from models.reform_unit import ReformUnitRow
from models.register_row import RegisterRow
from models.seal import SealRow
from models.setting import SettingRow
from models.step import StepRow
from models.timer import TimerRow
from models.work_item import WorkItemRow

__all__ = [
    "AccountRow",
    "BodyRow",
    "CalendarOverrideRow",
    "CaseRow",
    "EventRow",
    "HoldingRow",
    "MessageRow",
    "NoticeRow",
    "PersonRow",
    "PrivateTextRow",
    "ProgrammeRow",
    "ReformUnitRow",
    "RegisterRow",
    "SealRow",
    "SettingRow",
    "StepRow",
    "TimerRow",
    "WorkItemRow",
    "metadata",
]
