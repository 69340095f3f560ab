"""督办设置: terms, ceilings and names of supervision that a deployment sets by its own documents.

A part of ``config.settings.Settings``.
"""

from pydantic import BaseModel, Field


class SupervisionSettings(BaseModel):
    """督办设置."""

    supervision_sign_days: int = Field(
        1, ge=1, le=30, description="交办、督办单须在几个工作日内签收。建议值,请按本地文件设置。"
    )
    supervision_answer_days: int = Field(
        3, ge=1, le=60, description="督办单须在几个工作日内反馈,退回重报的重新计算。建议值。"
    )
    supervision_look_back_months: int = Field(
        3, ge=1, le=24, description="销号满几个月以后回头看(通行做法为三至六个月)。建议值。"
    )
    supervision_inspections_a_year: int = Field(
        2,
        ge=0,
        le=50,
        description="一个开发区一年的督导检查上限;超出的须写明批准文件的文号。次数是建议值,"
        "限制督导检查次数的要求见于2022年6月省开发区建设工作领导小组的通知(未核对原文)。",
    )
    supervision_requests_a_brief: int = Field(
        3, ge=1, le=20, description="一期清单最多列几项提请领导协调事项。"
    )
    supervision_order_word: str = Field(
        "督办", min_length=1, max_length=20, description="督办单编号中的机关代字,如 `督办〔2022〕1号`。"
    )
