"""提请领导协调事项、督导检查: what a request asks for, and how inspections are counted."""

from __future__ import annotations

import msgspec

from domain.decisions import Medium
from domain.refusal import RefusalError, Refused, refuse
from domain.supervising.judging import Asked, Facts, check_day, check_place, check_text
from domain.supervising.matters import (
    Inspection,
    InspectionCancelled,
    Request,
    RequestMoved,
    RequestState,
    Source,
    SourceAnswered,
)
from domain.supervising.rules import INSPECTION_BASIS
from domain.supervising.values import Hand, Who


class Answered(Asked, frozen=True, kw_only=True):
    """登记答复: by which medium, and under which number."""

    medium: Medium = Medium.TELEPHONE
    number: str = ""


def judge_request(
    request: Request, asked: Answered, to: RequestState, hand: Hand, facts: Facts
) -> RequestMoved | Refused:
    """答复由承接的改革办(督查室)登记,撤回由提请单位办理."""
    try:
        if request.state is not RequestState.RAISED:
            refuse(
                "request.state", "这件事项已经答复或撤回", "有新情况的,请另行提请", state=str(request.state)
            )
        body = request.office if to is RequestState.ANSWERED else request.body
        if hand.body != body:
            refuse("supervision.not_yours", "这一步不由您所在的单位办理", f"请由 {body} 办理", body=hand.body)
        check_day(asked.on, (deed.on for deed in request.deeds), facts.today)
        return RequestMoved(
            id=request.id,
            on=asked.on,
            hand=hand,
            late=asked.on < facts.today,
            to=to,
            text=check_text(asked.text, "答复内容或撤回理由"),
            medium=asked.medium if to is RequestState.ANSWERED else None,
            number=asked.number,
        )
    except RefusalError as refusal:
        return refusal.refused


def judge_source_answer(
    source: Source, asked: Answered, open_findings: tuple[str, ...], hand: Hand, facts: Facts
) -> SourceAnswered | Refused:
    """反馈来源: once every item that was split off it is done."""
    try:
        if source.answered_on is not None:
            refuse("source.answered", f"已于 {source.answered_on} 反馈", "不用再反馈")
        if open_findings:
            refuse(
                "source.open",
                f"还有 {len(open_findings)} 项没有办结:{'、'.join(open_findings)}",
                "请在各项销号后反馈;阶段性情况请在来文上另行报告",
                open=len(open_findings),
            )
        if hand.body != source.office:
            refuse(
                "supervision.not_yours",
                "反馈来源由登记的单位办理",
                f"请由 {source.office} 办理",
                body=hand.body,
            )
        check_day(asked.on, (deed.on for deed in source.deeds), facts.today)
        return SourceAnswered(
            id=source.id,
            on=asked.on,
            hand=hand,
            late=asked.on < facts.today,
            number=asked.number,
            medium=asked.medium,
            text=check_text(asked.text, "反馈内容"),
        )
    except RefusalError as refusal:
        return refusal.refused


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """检查次数: how many stand of one zone in a year, and how many may."""

    unit: str
    year: int
    count: int
    quota: int

    @property
    def left(self) -> int:
        """余额, never below none."""
        return max(self.quota - self.count, 0)


def judge_quota(quota: Quota, approval: str) -> Refused | None:
    """检查次数上限: one more needs a paper that approves it once the ceiling is reached."""
    if quota.left or approval.strip():
        return None
    return Refused(
        code="inspection.quota",
        message=f"这个开发区 {quota.year} 年已登记督导检查 {quota.count} 次,达到上限 {quota.quota} 次",
        remedy="请与其他检查合并进行;确需再查的,写明批准文件的文号",
        facts={"year": quota.year, "count": quota.count, "quota": quota.quota},
        basis=INSPECTION_BASIS,
    )


def judge_cancelling(
    inspection: Inspection, asked: Asked, hand: Hand, facts: Facts
) -> InspectionCancelled | Refused:
    """取消督导检查: by the office that registered it, on whose account it was counted, with a reason."""
    try:
        if inspection.cancelled:
            refuse("inspection.cancelled", "这次检查已经取消", "不用再取消")
        check_place(hand, {inspection.office}, Who.OFFICE)
        check_day(asked.on, (deed.on for deed in inspection.deeds), facts.today)
        return InspectionCancelled(
            id=inspection.id,
            on=asked.on,
            hand=hand,
            late=asked.on < facts.today,
            text=check_text(asked.text, "取消的理由"),
        )
    except RefusalError as refusal:
        return refusal.refused
