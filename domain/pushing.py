"""事件推送: which events leave for other systems, and to which addresses they may.

An event goes out as its type and where it happened, never as its content: opinions, names and papers are read
through the API, with the reader's own right. Addresses are the deployment's to allow; none is allowed by
default, so that nothing leaves an intranet by a slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

import msgspec

from domain.refusal import Refused

EVENTS: Final = "events"
"""Outbox channel of events that nobody was found for yet."""
SUBSCRIPTION: Final = "subscription"
"""Outbox channel of events for one address each."""
EVENT: Final = "event"
"""Kind of message."""
TEST: Final = "test"
LONGEST_URL: Final = 500
_PORTS: Final = {"http": 80, "https": 443}

EVENT_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case_opened": "改革任务启动",
        "choice_set": "选定选择",
        "date_planned": "编制计划节点",
        "step_opened": "任务启动",
        "due_set": "期限确定",
        "period_set": "公示期确定",
        "period_ended": "公示期满",
        "evidence_added": "登记材料",
        "register_filled": "填报台账",
        "register_frozen": "台账固定",
        "submitted": "提交",
        "verification_asked": "请求核验",
        "verified": "核验结果",
        "filing_asked": "请求报送",
        "manual_turned": "转人工办理",
        "machine_resumed": "重新交系统办理",
        "filing_recorded": "报送结果登记",
        "filing_checked": "报送登记核对",
        "node_opened": "审批环节开始",
        "participants_invited": "选定征求意见对象",
        "decided": "签署意见",
        "signed_before": "已签免签",
        "decision_checked": "核对原件",
        "opinion_adopted": "意见采纳情况",
        "decision_withdrawn": "撤回意见",
        "submission_withdrawn": "撤回提交",
        "returned": "退回",
        "step_closed": "任务办结",
        "steps_accepted": "分项验收",
        "fell_overdue": "逾期",
        "node_fell_overdue": "审批逾期",
        "delegated": "交他人代办",
        "delegation_answered": "代办交回",
        "delegation_ended": "代办结束",
        "handed_over": "转办",
        "follow_up_added": "登记议定事项",
        "follow_up_reported": "报告议定事项办结",
        "follow_up_confirmed": "确认议定事项办结",
        "follow_up_dropped": "撤销议定事项",
        "urged": "催办",
        "circulated": "传阅或抄送",
        "circulation_read": "已阅",
        "circulation_ended": "结束传阅",
        "signer_added": "增加会签单位",
        "signer_removed": "减少会签单位",
        "case_completed": "改革任务完成",
        "changes_reported": "报告已按会议意见修改",
        "changes_confirmed": "确认修改",
        "reads_acknowledged": "核对所依据材料的变动",
        "checks_recorded": "合规检查结果变化",
        "proposed": "提出特办事项",
        "declined": "不同意特办事项",
        "marked_not_applicable": "不适用",
        "suspended": "暂停",
        "resumed": "恢复办理",
        "reopened": "重新办理",
        "corrected": "更正",
        "case_terminated": "改革任务终止",
        "carried_over": "改革单位调整后承接",
        "registers_absorbed": "并入台账",
        "node_due_set": "审批时限重算",
        "clock_stopped": "停止计时",
        "clock_started": "恢复计时",
        "extended": "延期",
        "objection_raised": "登记异议",
        "objection_answered": "答复异议",
        "dates_recounted": "重算日期",
    }
)
"""Type → its name; a test holds that every event of a case stands here."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """订阅: what is wanted at which address, and in whose sight."""

    name: str
    url: str
    subscriber: str
    division: str = ""
    events: tuple[str, ...] = ()

    def wants(self, type_: str) -> bool:
        """Whether events of this type go there."""
        return not self.events or type_ in self.events


class Receiver(NamedTuple):
    """接收方: an address that may be posted to now, with the secret that signs."""

    name: str
    url: str
    secret: str


def judge_subscription(wanted: Subscription, allowed: Iterable[str]) -> Refused | None:
    """推送登记判断: whether the address is allowed and every type is one that there is."""
    unknown = sorted(set(wanted.events) - set(EVENT_TITLES))
    if unknown:
        return Refused(
            code="webhook.events",
            message=f"没有这样的事件类型:{'、'.join(unknown)}",
            remedy="事件类型见 zonectl webhook events;不填为全部",
            facts={"unknown": "、".join(unknown)},
        )
    return judge_address(wanted.url, allowed)


def judge_address(url: str, allowed: Iterable[str]) -> Refused | None:
    """推送地址判断: plain, and below one of the addresses that the deployment allows."""
    parts = _parts(url)
    if parts is None or len(url) > LONGEST_URL:
        return Refused(
            code="webhook.url",
            message="推送地址不合要求",
            remedy="请写成 http:// 或 https:// 开头的完整网址,不带用户名、参数、# 和 ..",
        )
    if any(_below(parts, other) for prefix in allowed if (other := _parts(prefix)) is not None):
        return None
    return Refused(
        code="webhook.not_allowed",
        message="不允许向这个地址推送",
        remedy="请由系统管理员把地址加入设置 ZR_WEBHOOK_ALLOWED 后再登记",
        facts={"origin": origin_of(url)},
    )


def is_address(url: str) -> bool:
    """Whether this can be an address at all."""
    return _parts(url) is not None


def origin_of(url: str) -> str:
    """Scheme, host and port: what may be told of an address, for its path may hold a secret word."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _parts(url: str) -> SplitResult | None:
    if not url.isascii() or any(char.isspace() or char in "\\%?#@" for char in url):
        return None
    try:
        parts = urlsplit(url)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return None
    dotted = any(part in {".", ".."} for part in parts.path.split("/"))
    return parts if known and parts.scheme in _PORTS and parts.hostname and not dotted else None


def _below(parts: SplitResult, allowed: SplitResult) -> bool:
    if (parts.scheme, parts.hostname, _port(parts)) != (allowed.scheme, allowed.hostname, _port(allowed)):
        return False
    root = allowed.path.rstrip("/")
    return parts.path == root or parts.path.startswith(f"{root}/") or not root


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]
