"""All tables, for Alembic and for whoever wants one import."""

from models.access import (
    AdministratorRow,
    AttemptRow,
    CredentialRow,
    PasswordHistoryRow,
    RecoveryCodeRow,
    TotpRow,
)
from models.access_session import AccessSessionRow, ApiTokenRow, IdentityRequestRow, IdentityRow
from models.base import metadata
from models.body import BodyRow
from models.calendar_override import CalendarOverrideRow
from models.case import CaseRow
from models.check import CheckRulingRow, CheckWaiverRow
from models.event import EventRow
from models.evidence_file import EvidenceFileRow
from models.lamp import LampCountRow, RedLampRow
from models.letter import ChannelRow, LetterRow, NoticePreferenceRow
from models.meeting import AgendaItemRow, MeetingSessionRow
from models.message import MessageRow, NoticeRow
from models.paper_print import PaperPrintRow
from models.person import AccountRow, HoldingRow, PersonRow, ProxyRow
from models.private_text import PrivateTextRow
from models.programme import ProgrammeRow
from models.reform_unit import ReformUnitRow, ResponsibilityRow
from models.register_row import RegisterRow
from models.seal import SealRow
from models.setting import SettingRow
from models.step import StepRow
from models.supervision import SupervisionMatterRow, SupervisionWorkRow
from models.timer import TimerRow
from models.webhook import WebhookRow
from models.work_item import WorkItemRow

__all__ = [
    "AccessSessionRow",
    "AccountRow",
    "AdministratorRow",
    "AgendaItemRow",
    "ApiTokenRow",
    "AttemptRow",
    "BodyRow",
    "CalendarOverrideRow",
    "CaseRow",
    "ChannelRow",
    "CheckRulingRow",
    "CheckWaiverRow",
    "CredentialRow",
    "EventRow",
    "EvidenceFileRow",
    "HoldingRow",
    "IdentityRequestRow",
    "IdentityRow",
    "LampCountRow",
    "LetterRow",
    "MeetingSessionRow",
    "MessageRow",
    "NoticePreferenceRow",
    "NoticeRow",
    "PaperPrintRow",
    "PasswordHistoryRow",
    "PersonRow",
    "PrivateTextRow",
    "ProgrammeRow",
    "ProxyRow",
    "RecoveryCodeRow",
    "RedLampRow",
    "ReformUnitRow",
    "RegisterRow",
    "ResponsibilityRow",
    "SealRow",
    "SettingRow",
    "StepRow",
    "SupervisionMatterRow",
    "SupervisionWorkRow",
    "TimerRow",
    "TotpRow",
    "WebhookRow",
    "WorkItemRow",
    "metadata",
]
