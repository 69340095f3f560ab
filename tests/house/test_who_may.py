"""Every public service that changes something asks who may, or stands here with the reason why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT, imported_names, python_files, tree

SEAT = "an act of a step: judged with the seat by domain.decide"
OWN = "one's own sign-in, session or wishes: whoever holds the secret is who it is about"
PART = "a part of services that ask; no entry reaches it"
MACHINE = "what the relay does to its queues; no entry reaches it"
BEFORE = "whoever starts it asks beforehand (cases_refused): the machine has the right by its name"
FIRST = "makes only what is missing of the three administrators, before anybody can be asked"
DEMO = "only in the demonstration's own rehearsal: asked there instead of a password"

DO_NOT_ASK = {
    "acts.act": SEAT,
    "acts.act_many": SEAT,
    "outside_hands.take_over": SEAT,
    "outside_hands.ask_again": SEAT,
    "access.administrators.first_start": FIRST,
    "access.demo.enter_demo": DEMO,
    "access.passwords.change_password": OWN,
    "access.sessions.end_session": OWN,
    "access.sign_in.sign_in": OWN,
    "access.tokens.use_token": OWN,
    "delivery.claim_messages": MACHINE,
    "delivery.deliver_batch": MACHINE,
    "delivery.give_back": MACHINE,
    "delivery.revive_messages": PART,
    "in_app.in_app_store": PART,
    "noting.in_turn": PART,
    "organising.office.enact": PART,
    "outside.ask": MACHINE,
    "outside.claim_outside": MACHINE,
    "outside.give_back": MACHINE,
    "outside_hands.send_again": PART,
    "pages.notices.mark_read": OWN,
    "relaying.claim_cases": MACHINE,
    "relaying.claim_named": MACHINE,
    "relaying.fail": MACHINE,
    "relaying.free_leases": MACHINE,
    "relaying.release": MACHINE,
    "relaying.remirror": PART,
    "relaying.renew": MACHINE,
    "relaying.revive": PART,
    "relaying.rewind": MACHINE,
    "relaying.settle": MACHINE,
    "lamps.counting.count_lamps": MACHINE,
    "daily.note_daily": MACHINE,
    "timers.fire_all": MACHINE,
    "timers.fire_due": MACHINE,
    "timers.revive_timers": PART,
    "calendars.moving.recount_all": PART,
    "checking.running.check_cases": BEFORE,
    "notifying.claiming.claim_letters": MACHINE,
    "notifying.claiming.hold_back": MACHINE,
    "notifying.claiming.release_letters": MACHINE,
    "notifying.holding.release_held": MACHINE,
    "notifying.queue.revive_letters": PART,
    "notifying.queue.send_again": PART,
    "notifying.reminding.leave": PART,
    "notifying.reminding.remind": MACHINE,
    "notifying.sending.send_letters": MACHINE,
    "notifying.sharing.share_out": MACHINE,
    "pushing.sharing.share_events": MACHINE,
    "access.sessions.load_session": OWN,
}
"""Public function of services → why it asks nobody."""
ROOMS = {"access.attempts": OWN, "access.factors": OWN, "access.identity": OWN}
"""The same for all functions of a module."""
WRITES = frozenset({"write", "in_turn", "writing", "act", "act_many", "enact"})
ASKS = frozenset(
    {
        "permit", "allow", "allow_all", "allow_each", "may", "may_all", "may_read", "judge", "refuses",
        "case_to_act_on", "in_name_of",
    }
)  # fmt: skip


def called(node: ast.AST) -> set[str]:
    """The names that are called in a function, without what stands before the last dot."""
    names = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            target = each.func
            name = getattr(target, "attr", getattr(target, "id", ""))
            if name == "write" and getattr(target, "value", None) is not None and each.args:
                continue  # bytes to a file; a transaction takes no argument
            names.add(name)
    return names


def functions(module: ast.Module) -> dict[str, ast.AST]:
    """Every function of a module and method of its classes by its bare name."""
    return {
        node.name: node
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def reached(module: ast.Module, name: str) -> set[str]:
    """What a function calls, by itself or through private functions of its module."""
    known, seen, names = functions(module), set[str](), set[str]()
    todo = [name]
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        found = called(known[each])
        names |= found
        used = {part.id for part in ast.walk(known[each]) if isinstance(part, ast.Name)}
        todo += [other for other in found | used if other in known]
    return names


def public(module: ast.Module) -> Iterator[str]:
    """Public functions of a module."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


def changing() -> Iterator[tuple[str, set[str]]]:
    """Every public function of services that writes, with all that it calls."""
    for path in python_files("services"):
        module = tree(path)
        room = ".".join(path.relative_to(ROOT / "services").with_suffix("").parts)
        for name in public(module):
            names = reached(module, name)
            if names & WRITES:
                yield f"{room}.{name}", names


def test_every_service_that_changes_something_asks() -> None:
    silent = [
        name
        for name, names in changing()
        if not names & ASKS and name not in DO_NOT_ASK and name.rpartition(".")[0] not in ROOMS
    ]
    assert not silent, f"asks nobody whether it may (services.authority.allow): {silent}"


def test_the_list_of_those_that_do_not_ask_is_up_to_date() -> None:
    found = {name for name, _ in changing()}
    assert set(DO_NOT_ASK) <= found, f"no longer there: {sorted(set(DO_NOT_ASK) - found)}"


def entries() -> list[Path]:
    """What people come in by."""
    return python_files("cli", "web")


@pytest.mark.parametrize("why", [PART, MACHINE])
def test_no_entry_reaches_what_asks_nobody(why: str) -> None:
    shut = {f"services.{name}" for name, reason in DO_NOT_ASK.items() if reason is why}
    reaching = {
        path.relative_to(ROOT).as_posix(): sorted(shut & set(imported_names(tree(path)).values()))
        for path in entries()
        if shut & set(imported_names(tree(path)).values())
    }
    assert reaching == {}


def test_only_services_speak_as_a_machine() -> None:
    """An entry for people cannot say that it is none."""
    loud = [
        path.relative_to(ROOT).as_posix()
        for path in entries()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "machine" and "demo" not in path.parts
    ]
    assert loud == []
    named = [
        path.relative_to(ROOT).as_posix()
        for path in entries()
        if "domain.doers.Machine" in imported_names(tree(path)).values()
    ]
    assert named == []


def test_a_service_that_asks_nobody_is_found() -> None:
    module = ast.parse(
        "def good(db):\n    _ask(db)\n    with db.write(): ...\n"
        "def _ask(db):\n    return permit(db)\n"
        "def bad(db):\n    _do(db)\n"
        "def _do(db):\n    with in_turn(db): ...\n"
    )
    assert reached(module, "good") & ASKS
    assert reached(module, "bad") & WRITES
    assert not reached(module, "bad") & ASKS
