"""启动前核对: the words in which a missing body and who could register it are told."""

from __future__ import annotations

import pytest

from domain.permissions import AccessRole
from domain.programme import Level
from services.organising.menders import Mender, mender_words
from services.organising.readiness import placed


@pytest.mark.parametrize(
    ("level", "title", "words"),
    [
        (Level.ABOVE, "上一级党委改革办", "主管级的上一级党委改革办"),
        (Level.ABOVE, "督查机构", "主管级的上一级督查机构"),
        (Level.PROVINCE, "省委编办", "省委编办"),
        (Level.PROVINCE, "发展改革委", "省发展改革委"),
        (Level.SUPERVISING, "党委编办", "主管级党委编办"),
        (Level.UNIT, "党工委会议", "本单位党工委会议"),
    ],
)
def test_the_level_is_said_once(level: Level, title: str, words: str) -> None:
    assert placed(level, title) == words


def test_where_nobody_may_it_says_who_can_appoint() -> None:
    assert "安全保密管理员任命" in mender_words((), {})
    assert mender_words((Mender("p1", AccessRole.UNIT_ADMIN),), {"p1": "示例甲"}) == "单位管理员 示例甲"
