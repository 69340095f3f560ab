"""让先: bulk work stops for people's, and people's own batch for nobody."""

from __future__ import annotations

import threading
import time

from flows import patience


def _waited() -> float:
    began = time.monotonic()
    patience.let_people_first()
    return time.monotonic() - began


def test_nobody_waits_while_no_person_acts() -> None:
    assert _waited() < patience.LONGEST_S / 4


def test_a_batch_of_peoples_acts_does_not_wait_for_itself() -> None:
    with patience.people_at_work():
        assert _waited() < patience.LONGEST_S / 4


def test_bulk_work_waits_for_people_in_another_thread() -> None:
    done = threading.Event()
    at_work = threading.Event()

    def person() -> None:
        with patience.people_at_work():
            at_work.set()
            done.wait(patience.LONGEST_S)

    thread = threading.Thread(target=person)
    thread.start()
    at_work.wait()
    threading.Timer(0.3, done.set).start()
    waited = _waited()
    thread.join()
    assert 0.2 < waited < patience.LONGEST_S
