"""会议设置: terms of meetings that a deployment sets by its own rules of procedure.

A part of ``config.settings.Settings``.
"""

from pydantic import BaseModel, Field


class MeetingSettings(BaseModel):
    """会议设置."""

    meeting_material_workdays: int = Field(
        3, ge=0, le=30, description="上会材料须在会议前几个工作日报送。建议值,请按本地议事规则设置。"
    )
