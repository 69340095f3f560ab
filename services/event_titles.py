"""留痕用语: what each kind of event and each stream of the ledger is called on a page that searches it."""

from __future__ import annotations

from typing import Final

from domain.event_titles import EVENT_TITLES

OF_THE_SYSTEM: Final[dict[str, str]] = {
    "programme_published": "发布流程模板",
    "notice_loaded": "载入放假安排",
    "body_registered": "登记机构",
    "body_changed": "变更机构",
    "bodies_ended": "撤销机构",
    "units_reorganised": "开发区改革重组",
    "units_registered": "登记改革单位",
    "zones_imported": "导入开发区",
    "zones_registered": "登记开发区",
    "unit_placed": "确定主管级和地区",
    "chain_set": "确定责任链条",
    "person_registered": "登记人员",
    "person_renamed": "更改姓名",
    "holding_begun": "任职",
    "holding_ended": "免职",
    "proxy_set": "设定代办",
    "proxy_ended": "结束代办",
    "roster_written": "登记名单",
    "roster_imported": "导入名单",
    "erased": "删除个人信息",
    "source_registered": "登记任务来源",
    "source_answered": "答复任务来源",
    "finding_registered": "登记问题",
    "finding_moved": "问题办理",
    "order_drafted": "起草督办单",
    "order_moved": "督办单办理",
    "request_raised": "提请协调",
    "request_moved": "协调事项办理",
    "inspection_recorded": "登记督查",
    "inspection_cancelled": "取消督查",
    "admonition_drafted": "起草通报或约谈",
    "admonition_moved": "通报或约谈办理",
    "meeting_session": "会议场次",
    "waiver_asked": "申请豁免检查",
    "waiver_answered": "答复豁免申请",
    "check_ruled": "确定检查程度",
    "paper_printed": "打印单据",
    "evidence_downloaded": "下载材料",
    "account_opened": "开户",
    "account_provisioned": "按单点登录开户",
    "account_unlocked": "解锁账户",
    "administrator_made": "设首任管理员",
    "administrator_appointed": "任命管理员",
    "administrator_dismissed": "免去管理员",
    "identity_linked": "关联单点登录",
    "sign_in_begun": "口令验证通过",
    "signed_in": "登录",
    "demo_signed_in": "演示登录",
    "signed_out": "退出登录",
    "sign_in_failed": "登录未成功",
    "name_locked": "登录名锁定",
    "session_ended": "结束会话",
    "password_changed": "修改口令",
    "password_change_failed": "修改口令未成功",
    "password_reset": "重置口令",
    "factor_shown": "出示动态口令登记码",
    "factor_enrolled": "登记动态口令",
    "factor_removed": "取消动态口令",
    "factor_failed": "动态口令未通过",
    "factor_locked": "动态口令锁定",
    "recovery_code_used": "使用恢复码",
    "token_created": "发出接口令牌",
    "token_revoked": "收回接口令牌",
    "webhook_registered": "登记推送地址",
    "webhook_accepted": "同意推送",
    "webhook_rotated": "更换推送密钥",
    "webhook_disabled": "停用推送",
    "calendar_override": "调整日历",
    "paper_tag_drawn": "生成单据防伪码",
    "notice_wish_set": "设定通知方式",
    "letters_sent_again": "再发通知",
    "reminded": "到期提醒",
    "daily_done": "每日任务完成",
    "checks_swept": "每日合规检查完成",
    "relay_requeued": "重新放回",
    "relay_remirrored": "重新显示",
    "triggers_restored": "恢复数据库防改",
    "rehearsal_started": "开始演练",
    "clock_moved": "调整演练日期",
}
"""其他留痕. A kind that is not here is told by the stream it stands in."""

STREAMS: Final[dict[str, str]] = {
    "case": "改革任务",
    "organisation": "机构和人员",
    "programme": "流程模板",
    "calendar": "日历",
    "settings": "设置",
    "security": "安全",
    "supervision": "督查督办",
}


def event_title(kind: str) -> str:
    """What a kind of event is called; its own name where nobody has named it."""
    return EVENT_TITLES.get(kind) or OF_THE_SYSTEM.get(kind, kind)


def stream_title(stream: str) -> str:
    """What a stream is called, by the word before its colon."""
    word = stream.partition(":")[0]
    return STREAMS.get(word, word)
