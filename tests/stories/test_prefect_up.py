"""故事: a second `zonectl up` on the same data is refused; what a dead one left is cleared away."""

from __future__ import annotations

import os

import pytest

from config.running import Running, process_token, read_note, write_note
from config.settings import load_settings
from deployments.supervisor import UpFault, only_one, run_up


def test_a_second_up_is_refused_and_says_who_runs() -> None:
    settings, said = load_settings(), []
    with only_one(settings, said.append):
        token = process_token(os.getpid())
        write_note(settings, Running(pid=os.getpid(), token=token, web="http://127.0.0.1:8720"))
        assert run_up(settings, said.append) == 1
        assert str(os.getpid()) in said[-1]
        assert "已有一个 zonectl up 在运行" in said[-1]
        with pytest.raises(UpFault), only_one(settings, said.append):
            pytest.fail("two held one lock")
    assert read_note(settings) is None


def test_the_note_of_a_dead_process_does_not_stop_the_next() -> None:
    settings, said = load_settings(), []
    write_note(settings, Running(os.getpid(), "0"))
    with only_one(settings, said.append):
        assert "没有正常停止" in said[0]


def test_without_a_database_it_says_what_to_do() -> None:
    settings, said = load_settings(), []
    assert run_up(settings, said.append) == 1
    assert "zonectl db upgrade" in said[-1]
    assert read_note(settings) is None
