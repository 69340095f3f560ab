"""One wrong line in a sound programme is found, by its code and on its line."""

from pathlib import Path

import pytest

import domain.programme_check
from domain.programme_check import check, examine
from domain.programme_source import Source, read
from scripts.programme_faults import entries
from tests.domain.programme_columns import COLUMN_MUTATIONS
from tests.domain.programme_sample import SOUND, faults_of

# What is replaced, by what, the code of the fault, and a text on the line it must name
# (with ^ in front: on the line below it).
MUTATIONS: list[tuple[str, str, str, str]] = [
    ("body: zone, position: head", "body: zonee, position: head", "unknown.body", "zonee"),
    (
        "doer: zone_handler\n        gates",
        "doer: zone_handle\n        gates",
        "unknown.role",
        "zone_handle\n",
    ),
    ("overseer: estab_head", "overseer: nobody", "unknown.role", "overseer: nobody"),
    ("set_by: zone_handler", "set_by: someone", "unknown.role", "set_by: someone"),
    ('    at: "1.1"', '    at: "9.9"', "unknown.step", 'at: "9.9"'),
    ("default: all", "default: everything", "unknown.value", "default: everything"),
    ("          - risk: [high]", "          - risk: [hihg]", "unknown.value", "[hihg]"),
    ("          - risk: [high]", "          - risc: [high]", "unknown.choice", "risc"),
    ("          - risk: [high]", "          - risk: []", "condition.empty", "risk: []"),
    ("check: P-01", "check: P-99", "unknown.check", "check: P-99"),
    ('- step: "1.3"', '- step: "1.33"', "unknown.step", '"1.33"'),
    ("- stage: plan", "- stage: plann", "unknown.stage", "plann"),
    ("- frozen: functions", "- frozen: staff", "unknown.register", "frozen: staff"),
    ("fills: [functions]", "fills: [function]", "unknown.register", "fills: [function]"),
    ("key: [name]", "key: [nam]", "unknown.column", "key: [nam]"),
    ("parts: [way=move, way=keep]", "parts: [way=move, way=kept]", "unknown.value", "way=kept"),
    ("looks_at: [result, 1.1/plan]", "looks_at: [results]", "unknown.slot", "looks_at: [results]"),
    ("revises: 1.1/plan", "revises: 1.1/plans", "unknown.slot", "revises: 1.1/plans"),
    ("receipt: receipt", "receipt: reciept", "unknown.slot", "receipt: reciept"),
    ("{notice: notice, amount: 5", "{notice: notices, amount: 5", "unknown.slot", "notices"),
    ("value: bad, then", "value: worse, then", "unknown.value", "value: worse"),
    ("code: licence.credit_code", "code: licence.number", "unknown.field", "licence.number"),
    ("name: row.name", "name: row.nome", "unknown.column", "row.nome"),
    (
        "start: {slot: 1.4/receipt, field: issued_on}",
        "start: {slot: 1.4/receipt, field: held_on}",
        "unknown.field",
        "field: held_on",
    ),
    (
        "start: {slot: 1.4/receipt, field: issued_on}",
        "start: {slot: 1.4/receipt, field: number}",
        "due.not_a_date",
        "field: number",
    ),
    ("accepts: [move]", "accepts: [moved]", "unknown.stage", "accepts: [moved]"),
    ('- id: "1.3"', '- id: "1.2"', "name.duplicate", "^title: 高风险复核\n"),
    ("{id: estab_head,", "{id: estab_handler,", "name.duplicate", "title: 编办主任"),
    ("{id: result, title", "{id: notice, title", "name.duplicate", "title: 公示情况"),
    ('- id: "1.3"', "- id: stop", "name.reserved", "id: stop"),
    (
        "        doer: zone_handler\n        evidence:",
        '        doer: zone_handler\n        gates: [{step: "1.4"}]\n        evidence:',
        "gate.ring",
        'gates: [{step: "1.4"}]',
    ),
    ("roles: [zone_head]}", "roles: []}", "node.no_signer", "roles: []}"),
    ("quorum: 2", "quorum: 3", "node.quorum", "quorum: 3"),
    (
        "roles: [zone_head, estab_head]",
        "roles: [zone_head, zone_head]",
        "node.role_twice",
        "[zone_head, zone_head]",
    ),
    ("roles: [zone_head]}", "roles: [zone_handler]}", "duty.same_person", "roles: [zone_handler]}"),
    (
        "kind: consult, act: 征求意见, roles: [area_head]",
        "kind: consult, act: 征求意见",
        "consult.nobody",
        "id: areas",
    ),
    ("act: 征求意见, roles", "act: 征求意见, silence: no_opinion, roles", "consult.no_due", "silence"),
    ("act: 征求意见, roles", "act: 审核, roles", "node.act", "id: areas"),
    (
        "roles: [committee]",
        "roles: [estab_head]",
        "meeting.account",
        "roles: [estab_head]\n            on_refuse",
    ),
    ("doer: receiver_handler", "doer: province", "doer.cannot_act", "doer: province"),
    ("overseer: estab_head", "overseer: committee", "overseer.cannot_act", "overseer: committee"),
    ("        for_each: {register: functions}\n", "", "item.no_body", "doer: receiver_handler"),
    ("amount: 10, basis", "amount: 4, basis", "due.shorter_than_publicity", "amount: 4, basis"),
    ("amount: 10, basis", "amount: 5, unit: day, basis", "due.shorter_than_publicity", "unit: day"),
    ("due: {amount: 5, basis", "due: {amount: 11, basis", "due.shorter_than_node", "- {amount: 10"),
    (
        "- {amount: 15, basis: {text: 建议}}",
        "- {amount: 15, basis: {text: 建议, effective_from: 2024-01-01, effective_to: 2023-01-01}}",
        "basis.dates",
        "effective_to",
    ),
    (
        "title: 方案修改稿, revises: 1.1/plan",
        "title: 方案草案",
        "evidence.twice",
        "{id: plan, title: 方案草案}",
    ),
    ("options: {good: 无异议, bad: 有异议}}", "required: no}", "evidence.no_options", "required: no}"),
    (", moment: before_period}", "}", "publicity.notice_moment", "publicity:"),
    (
        "{notice: notice, amount: 5",
        "{notice: notice, proof: notice, amount: 5",
        "publicity.proof",
        "publicity:",
    ),
    (
        "- {amount: 15, basis",
        "- {amount: 15, start: {meeting: 1.2/joint}, basis",
        "due.no_meeting",
        "1.2/joint",
    ),
    (
        "- {amount: 15, basis",
        "- {amount: 15, start: {meeting: 1.2/meeting}, basis",
        "due.starts_later",
        "1.2/meeting",
    ),
    ("- {amount: 15, basis", "- {amount: 15, extend_by: nobody, basis", "unknown.role", "extend_by"),
    ("- {amount: 15, basis", "- {amount: 15, extend_by: committee, basis", "doer.cannot_act", "extend_by"),
    (
        "{id: plan, title: 方案草案, fields: [issued_on]}",
        "{id: plan, title: 方案草案, moment: after_period}",
        "evidence.no_period",
        "after_period",
    ),
    (
        "fields: [number, issued_on, way], moment: filing",
        "fields: [number, issued_on, way]",
        "filing.receipt_moment",
        "receipt: receipt",
    ),
    ('on_refuse: {to: "1.1"}', 'on_refuse: {to: "1.4"}', "back.not_before", 'to: "1.4"'),
    ('value: bad, then: "1.1"', 'value: bad, then: "2.1"', "back.not_before", 'then: "2.1"'),
    ("    set_by: zone_handler\n", "", "choice.no_setter", "id: risk"),
    ('    at: "1.1"', '    at: "1.4"', "choice.too_late", "- risk: [high]"),
    ('    at: "1.1"', '    at: "2.2"', "choice.per_item", 'at: "2.2"'),
    ("        freezes: [functions]\n", "", "item.never_fixed", "for_each"),
    ("        freezes: [functions]\n", "", "gate.never_frozen", "frozen: functions"),
    ("        fills: [functions]\n", "", "register.unfilled", "id: functions"),
    ("filled_by: [zone_handler]", "filled_by: [estab_handler]", "register.not_allowed", "fills: [functions]"),
    ("receiver, title: 接收单位, body: 是", "receiver, title: 接收单位", "register.not_a_body", "item_body"),
    (
        "      - scope: [all]",
        "      - {scope: [all], risk: [low]}\n      - scope: [none]",
        "unknown.value",
        "[none]",
    ),
    (
        "title: 起草方案\n",
        "title: 起草方案\n        when: [{scope: [all]}]\n",
        "sound.stall",
        "^title: 高风险复核",
    ),
    (
        "title: 职能清单\n        doer",
        "title: 职能清单\n        when: [{risk: [low]}]\n        doer",
        "sound.stall",
        "^title: 逐项移交",
    ),
    ("title: 验收\n", "title: 验收\n        when: [{scope: [plan]}]\n", "step.never_reached", "^title: 验收"),
    ("      - scope: [all]", "      - scope: [all]\n      - {}", "condition.always", "- {}"),
    (
        "{id: province, title: 省编办, body: province, ",
        "{id: provinces, title: 省编办, body: province, ",
        "unused.role",
        "id: provinces",
    ),
    (
        "  - {id: area, title: 参与地区, level",
        "  - {id: other, title: 其他}\n  - {id: area, title: 参与地区, level",
        "unused.body",
        "id: other",
    ),
    ("licence.credit_code, name", "licence, name", "verify.form", "code: licence,"),
    ("type: choice, options: {move: 移交, keep: 保留}", "type: choice", "column.no_options", "type: choice"),
    (
        "{id: plan, title: 方案草案, fields: [issued_on]}",
        "{id: plan, title: 方案草案, options: {a: 甲}}",
        "evidence.options_unused",
        "options: {a: 甲}",
    ),
    (
        "{id: text, title: 正式文本}",
        "{id: text, title: 正式文本, mode: reference}",
        "evidence.nothing_registered",
        "title: 正式文本",
    ),
    (
        "- {amount: 15, basis: {text: 建议}}",
        "- {amount: 15, basis: {text: 建议}}\n          - {amount: 20, minimum: 是, basis: {text: 建议}}",
        "due.no_room",
        "amount: 20",
    ),
    (
        "- {amount: 15, basis: {text: 建议}}",
        "- {amount: 15, basis: {text: 建议}, start: {slot: 1.2/notice, field: starts_on}}",
        "due.starts_later",
        "start: {slot: 1.2/notice",
    ),
    (
        "act: 征求意见, roles: [area_head]}",
        "act: 征求意见, roles: [area_head], due: {amount: 6, basis: {text: 建议}}}",
        "due.shorter_than_nodes",
        "^- {amount: 10",
    ),
    ("        fills: [functions]\n        freezes", "        freezes", "register.unfilled", "id: functions"),
    (
        "title: 起草方案\n",
        "title: 起草方案\n        freezes: [functions]\n",
        "register.frozen_empty",
        "^doer: zone_handler\n        evidence:\n          - {id: plan",
    ),
    (
        "title: 起草方案\n",
        "title: 起草方案\n        freezes: [functions]\n",
        "register.filled_after_freeze",
        "fills: [",
    ),
    (
        "kind: countersign\n",
        "kind: countersign\n            participants: run_time\n",
        "node.participants",
        "run_time",
    ),
    ("kind: meeting\n", "kind: meeting\n            mode: all\n", "meeting.mode", "mode: all"),
    (
        "kind: meeting\n",
        "kind: meeting\n            skip_signed: 是\n",
        "node.skip_signed",
        "skip_signed",
    ),
    ("looks_at: [result, 1.1/plan]", "looks_at: [register/staff]", "unknown.register", "looks_at"),
    ("looks_at: [result, 1.1/plan]", "looks_at: [register/functions]", "register.not_before", "looks_at"),
    ("title: 起草方案\n", "title: 起草方案\n        reads: [plan]\n", "reads.own", "reads: ["),
    ("title: 起草方案\n", "title: 起草方案\n        reads: [1.2/notice]\n", "slot.not_before", "reads: ["),
    (
        "for_each: {register: functions}",
        "for_each: {register: functions, when: [{name: [x]}]}",
        "item.condition",
        "for_each",
    ),
    (
        "for_each: {register: functions}",
        "for_each: {register: functions, when: [{way: [sell]}]}",
        "unknown.value",
        "for_each",
    ),
    (
        "for_each: {register: functions}",
        "for_each: {register: functions, when: [{size: [big]}]}",
        "unknown.column",
        "for_each",
    ),
    (
        "kind: countersign\n",
        "kind: countersign\n            confirm_by: estab_head\n",
        "node.confirm_by",
        "confirm_by",
    ),
    (
        "kind: meeting\n",
        "kind: meeting\n            confirm_by: zone_handler\n",
        "duty.same_person",
        "confirm_by",
    ),
    (
        "member, recorders: [estab_handler]",
        "member, recorders: [province]",
        "recorder.cannot_act",
        "[province]}\n  - {id: area_head",
    ),
    (
        'doer: estab_handler\n        gates:\n          - step: "2.2"',
        'doer: zone_handler\n        gates:\n          - step: "2.2"',
        "duty.accepts_own",
        '^gates:\n          - step: "2.2"',
    ),
    ("roles: [area_head]", "roles: [zone_handler]", "duty.self_consult", "roles: [zone_handler]"),
    (
        "looks_at: [result, 1.1/plan]",
        "looks_at: [result, 1.4/text]",
        "slot.not_before",
        "looks_at: [result, 1.4/text]",
    ),
    (
        "  - id: plan\n    title: 方案\n",
        "  - id: plan\n    title: 方案\n    when: [{scope: [all]}]\n",
        "sound.nothing_to_do",
        "choices:",
    ),
    (
        "{id: plan, title: 方案草案, fields: [issued_on]}",
        "{id: plan, title: 方案草案, fields: [issued_on], moment: filing}",
        "evidence.no_filing",
        "moment: filing}\n        due",
    ),
    (
        "registers:\n",
        "  - {id: other, title: 其他, values: {a: 甲, b: 乙}, default: a}\nregisters:\n",
        "unused.choice",
        "id: other",
    ),
    *COLUMN_MUTATIONS,
]


def line_of(text: str, fragment: str) -> int:
    if fragment.startswith("^"):
        return line_of(text, fragment[1:]) - 1
    assert text.count(fragment) == 1, f"{fragment!r} stands {text.count(fragment)} times"
    return text[: text.index(fragment)].count("\n") + 1


def test_the_sample_is_sound() -> None:
    assert faults_of(SOUND) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "where"), MUTATIONS, ids=[f"{m[2]}:{m[1][:28]!r}" for m in MUTATIONS]
)
def test_one_wrong_line_is_found(old: str, new: str, code: str, where: str) -> None:
    assert SOUND.count(old) >= 1, old
    text = SOUND.replace(old, new, 1)
    found = {(fault.code, fault.line) for fault in faults_of(text)}
    lines = {line for name, line in found if name == code}
    assert line_of(text, where) in lines, found
    assert all(fault.message and fault.mend for fault in faults_of(text))


def test_each_check_has_its_wrong_line() -> None:
    package = Path(domain.programme_check.__file__).parent
    codes = {entry.code for path in package.glob("*.py") for entry in entries(path)}
    assert codes - {mutation[2] for mutation in MUTATIONS} == {"sound.too_many"}


def test_the_ring_is_named() -> None:
    text = SOUND.replace(
        "doer: zone_handler\n        evidence:",
        'doer: zone_handler\n        gates: [{step: "1.4"}]\n        evidence:',
        1,
    )
    ring = next(fault for fault in faults_of(text) if fault.code == "gate.ring")
    assert ring.message == "前置条件成环:1.1 等 1.4 等 1.2 等 1.1"


def test_values_that_no_condition_tells_apart_are_played_once() -> None:
    text = SOUND.replace(
        "values: {low: 低, high: 高}", "values: {low: 低, mid: 中, other: 其他, high: 高}", 1
    )
    source = read(text)
    assert isinstance(source, Source)
    _, result = examine(source.programme)
    assert result is not None
    assert (result.combinations, result.explored, result.stalls) == (8, 4, ())


def test_too_many_combinations_are_refused() -> None:
    choices = "".join(
        f"  - {{id: c{n}, title: 选择{n}, values: {{a: 甲, b: 乙}}, default: a}}\n" for n in range(16)
    )
    needs = "".join(f"          - c{n}: [a]\n" for n in range(16))
    text = SOUND.replace("registers:\n", f"{choices}registers:\n", 1)
    text = text.replace("          - risk: [high]\n", f"          - risk: [high]\n{needs}", 1)
    codes = {fault.code for fault in faults_of(text)}
    assert codes == {"sound.too_many"}


def test_every_fault_is_reported_at_once() -> None:
    text = SOUND
    for old, new, _, _ in MUTATIONS[:6]:
        text = text.replace(old, new, 1)
    found = faults_of(text)
    assert {"unknown.body", "unknown.role", "unknown.step", "unknown.value"} <= {
        fault.code for fault in found
    }
    assert list(found) == sorted(found, key=lambda fault: fault.line)


def test_without_lines_every_fault_stands_on_the_first() -> None:
    source = read(SOUND.replace("overseer: estab_head", "overseer: nobody"))
    assert isinstance(source, Source)
    assert {fault.line for fault in check(source.programme)} == {1}


def test_the_example_of_the_guide_is_sound() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-programme.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert faults_of(example) == ()
