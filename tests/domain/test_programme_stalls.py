"""Where a case could never be completed, the check names the choices and what waits for what."""

from tests.domain.programme_sample import SOUND, faults_of


def test_a_stall_is_named_with_its_smallest_choices() -> None:
    text = SOUND.replace("title: 起草方案\n", "title: 起草方案\n        when: [{scope: [all]}]\n", 1)
    stall = next(fault for fault in faults_of(text) if fault.code == "sound.stall")
    assert stall.message == (
        "选择 范围=只办方案(scope: plan)时,改革任务办不完:"
        "1.3 等 选择项“风险”(在任务 1.1 选定,而该任务不适用);1.4 等 1.3"
    )


def test_a_register_that_nobody_fills_here_is_frozen_empty_and_stalls_nothing() -> None:
    filling = """\
      - id: "2.0"
        title: 填职能清单
        when: [{risk: [low]}]
        doer: zone_handler
        fills: [functions]
      - id: "2.1"
"""
    text = SOUND.replace('      - id: "2.1"\n', filling, 1)
    text = text.replace(
        "        fills: [functions]\n        freezes", '        gates: [{step: "2.0"}]\n        freezes', 1
    )
    assert not [fault for fault in faults_of(text) if fault.code == "sound.stall"]


def test_rows_of_a_register_that_no_step_here_freezes_stall_what_runs_on_them() -> None:
    text = SOUND.replace(
        "title: 职能清单\n        doer: zone_handler\n",
        "title: 职能清单\n        doer: zone_handler\n        when: [{risk: [low]}]\n",
        1,
    )
    assert text != SOUND
    stall = next(fault for fault in faults_of(text) if fault.code == "sound.stall")
    assert stall.message == (
        "选择 范围=全部(scope: all)、风险=高(risk: high)时,改革任务办不完:"
        "2.2 等 台账“职能清单”冻结(冻结它的任务不适用);2.3 等 2.2"
    )
