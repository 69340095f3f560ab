"""操作: every action that the permission table speaks of, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Action(StrEnum):
    """操作."""

    CASE_READ = "case.read"
    CASE_OPEN = "case.open"
    HISTORY_READ = "history.read"
    REGISTER_READ = "register.read"
    REGISTER_READ_PERSONAL = "register.read_personal"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_UPLOAD = "evidence.upload"
    STEP_PRINT = "step.print"
    STEP_URGE = "step.urge"
    INBOX_READ = "inbox.read"
    UNIT_READ = "unit.read"
    UNIT_CHANGE = "unit.change"
    UNIT_REORGANISE = "unit.reorganise"
    PROGRAMME_READ = "programme.read"
    PROGRAMME_PUBLISH = "programme.publish"
    BODY_READ = "body.read"
    BODY_CHANGE = "body.change"
    PERSON_READ = "person.read"
    PERSON_CHANGE = "person.change"
    PERSON_ERASE = "person.erase"
    HOLDING_CHANGE = "holding.change"
    WORK_HAND_OVER = "work.hand_over"
    PROXY_SET = "proxy.set"
    ACCOUNT_READ = "account.read"
    ACCOUNT_OPEN = "account.open"
    ACCOUNT_CONTROL = "account.control"
    ADMINISTRATOR_CHANGE = "administrator.change"
    TOKEN_CREATE = "token.create"  # noqa: S105 an action, no secret
    TOKEN_REVOKE = "token.revoke"  # noqa: S105 an action, no secret
    CHECK_RUN = "check.run"
    CHECK_WAIVE = "check.waive"
    CHECK_WAIVER_ANSWER = "check.waiver_answer"
    CHECK_RULE = "check.rule"
    SUPERVISION_READ = "supervision.read"
    FINDING_HANDLE = "finding.handle"
    FINDING_RECTIFY = "finding.rectify"
    FINDING_CLOSE = "finding.close"
    ORDER_HANDLE = "order.handle"
    ORDER_ISSUE = "order.issue"
    ORDER_ANSWER = "order.answer"
    REQUEST_RAISE = "request.raise"
    REQUEST_ANSWER = "request.answer"
    INSPECTION_RECORD = "inspection.record"
    MEETING_READ = "meeting.read"
    MEETING_HANDLE = "meeting.handle"
    CALENDAR_CHANGE = "calendar.change"
    SETTING_CHANGE = "setting.change"
    WEBHOOK_MANAGE = "webhook.manage"
    RELAY_OPERATE = "relay.operate"
    STATUS_READ = "status.read"
    LEDGER_VERIFY = "ledger.verify"
    LEDGER_EXPORT = "ledger.export"
    LEDGER_SEAL = "ledger.seal"
    DATABASE_REPAIR = "database.repair"
    SECURITY_READ = "security.read"


ACTION_TITLES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.CASE_READ: "查看改革任务",
        Action.CASE_OPEN: "启动改革任务",
        Action.HISTORY_READ: "查看办理过程",
        Action.REGISTER_READ: "查看台账",
        Action.REGISTER_READ_PERSONAL: "查看台账中的个人信息",
        Action.EVIDENCE_READ: "查看佐证材料",
        Action.EVIDENCE_UPLOAD: "上传佐证材料",
        Action.STEP_PRINT: "打印呈批件等文书",
        Action.STEP_URGE: "催办",
        Action.INBOX_READ: "查看待办",
        Action.UNIT_READ: "查看改革单位",
        Action.UNIT_CHANGE: "登记改革单位",
        Action.UNIT_REORGANISE: "改革单位更名、整合、拆分、撤销、升级、调整隶属",
        Action.PROGRAMME_READ: "查看流程模板",
        Action.PROGRAMME_PUBLISH: "发布流程模板",
        Action.BODY_READ: "查看机构",
        Action.BODY_CHANGE: "登记和调整机构",
        Action.PERSON_READ: "查看人员",
        Action.PERSON_CHANGE: "登记人员",
        Action.PERSON_ERASE: "删除个人信息",
        Action.HOLDING_CHANGE: "登记任职",
        Action.WORK_HAND_OVER: "移交离岗人员的待办",
        Action.PROXY_SET: "设置请假代理",
        Action.ACCOUNT_READ: "查看账号",
        Action.ACCOUNT_OPEN: "开立、注销账号",
        Action.ACCOUNT_CONTROL: "锁定、解锁、重置账号",
        Action.ADMINISTRATOR_CHANGE: "任免管理员",
        Action.TOKEN_CREATE: "申请接口令牌",
        Action.TOKEN_REVOKE: "吊销接口令牌",
        Action.CHECK_RUN: "运行合规检查",
        Action.CHECK_WAIVE: "申请豁免检查发现的问题",
        Action.CHECK_WAIVER_ANSWER: "批准豁免",
        Action.CHECK_RULE: "凭文件把检查改为拦截",
        Action.SUPERVISION_READ: "查看督查督办事项",
        Action.FINDING_HANDLE: "登记来源,问题立项、交办、复核、回头看",
        Action.FINDING_RECTIFY: "签收、整改问题,申请销号",
        Action.FINDING_CLOSE: "问题销号",
        Action.ORDER_HANDLE: "拟办督办单,认可或退回反馈",
        Action.ORDER_ISSUE: "签发、撤回督办单",
        Action.ORDER_ANSWER: "签收、反馈督办单",
        Action.REQUEST_RAISE: "提请领导协调事项",
        Action.REQUEST_ANSWER: "登记领导对提请事项的答复",
        Action.INSPECTION_RECORD: "登记督导检查",
        Action.MEETING_READ: "查看会议和议题",
        Action.MEETING_HANDLE: "安排会议,按纪要登记整次会议",
        Action.CALENDAR_CHANGE: "载入工作日历",
        Action.SETTING_CHANGE: "修改设置",
        Action.WEBHOOK_MANAGE: "登记事件推送地址",
        Action.RELAY_OPERATE: "重发、停用外部往来",
        Action.STATUS_READ: "查看运行状态",
        Action.LEDGER_VERIFY: "核验留痕",
        Action.LEDGER_EXPORT: "导出留痕",
        Action.LEDGER_SEAL: "封存留痕",
        Action.DATABASE_REPAIR: "维护数据库(补触发器、重算各表、清理无主文件)",
        Action.SECURITY_READ: "查看安全日志",
    }
)
