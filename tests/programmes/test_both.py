"""What holds for every programme that we deliver."""

import re

import pytest
import yaml

from domain.programme import BodyKind, Confidence, EvidenceMode, Level, Marking, Severity
from domain.programme_check import check, explore
from domain.programme_source import canonical, load
from tests.programmes.loaded import FILES, ROOT, lines, nodes, periods, programme, slots, source, steps

CODES = sorted(FILES)
INVARIANTS = {"X-02", "H-08", "H-12", "S-03"}
"""Rules of the product itself: they need no article."""
NEVER_UPLOADED = re.compile("考察材料|档案审核|档案封存|民主测评|廉政意见|未公布|党员名册|合同登记|协议登记")
NEVER_REQUIRED = re.compile("截图|照片|签到")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")


@pytest.mark.parametrize("code", CODES)
def test_has_no_fault_and_no_warning(code: str) -> None:
    assert check(programme(code), lines(code)) == ()


@pytest.mark.parametrize("code", CODES)
def test_every_case_can_complete(code: str) -> None:
    found = explore(programme(code))
    assert found is not None
    assert not found.stalls
    assert not found.never
    assert found.empty is None
    assert found.explored > 1


@pytest.mark.parametrize("code", CODES)
def test_what_is_published_reads_back_the_same(code: str) -> None:
    text = canonical(programme(code))
    again = load(text, code)
    assert again == programme(code)
    assert canonical(programme(code)) == text


@pytest.mark.parametrize("code", CODES)
def test_file_stands_under_its_code_and_version(code: str) -> None:
    loaded = source(code).programme
    assert (loaded.programme, str(loaded.version)) == (FILES[code].parent.name, FILES[code].stem)


@pytest.mark.parametrize("code", CODES)
def test_every_figure_says_where_it_comes_from(code: str) -> None:
    found = list(periods(code))
    assert found
    bare = [where for where, _, basis in found if not basis.text]
    unmarked = [
        where
        for where, _, basis in found
        if "默认" in basis.text and basis.confidence is not Confidence.PROPOSED
    ]
    assert not bare
    assert not unmarked


@pytest.mark.parametrize("code", CODES)
def test_confidence_is_written_out_and_never_left_to_the_default(code: str) -> None:
    def bases(part: object) -> list[dict[str, str]]:
        if isinstance(part, dict):
            mine = [part["basis"]] if isinstance(part.get("basis"), dict) else []
            return mine + [found for value in part.values() for found in bases(value)]
        return [found for value in part for found in bases(value)] if isinstance(part, list) else []

    tree = yaml.load(FILES[code].read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    found = bases(tree)
    assert len(found) > 10
    assert not [basis["text"] for basis in found if "confidence" not in basis]


@pytest.mark.parametrize("code", CODES)
def test_what_blocks_cites_a_source_or_is_an_invariant(code: str) -> None:
    blocking = [use for use in programme(code).checks if use.severity is Severity.BLOCK]
    assert blocking
    loose = [
        use.id
        for use in blocking
        if use.basis.confidence is not Confidence.FOUND and use.id not in INVARIANTS
    ]
    assert not loose


@pytest.mark.parametrize("code", CODES)
def test_sensitive_papers_are_registered_and_never_uploaded(code: str) -> None:
    wrong = [
        where
        for where, slot in slots(code).items()
        if NEVER_UPLOADED.search(slot.title) and slot.mode is not EvidenceMode.REFERENCE
    ]
    assert not wrong


@pytest.mark.parametrize("code", CODES)
def test_no_photo_no_screenshot_no_sign_in_sheet_is_required(code: str) -> None:
    assert not [w for w, slot in slots(code).items() if NEVER_REQUIRED.search(slot.title) and slot.required]


@pytest.mark.parametrize("code", CODES)
def test_what_is_shown_to_the_public_is_never_a_work_secret(code: str) -> None:
    posted = [slot for slot in slots(code).values() if re.search("公告$|公示$|公告（", slot.title)]
    assert posted or code == "township-enforcement"
    assert all(slot.marking is Marking.PUBLIC for slot in posted)


@pytest.mark.parametrize("code", CODES)
def test_every_step_tells_the_officer_what_to_do(code: str) -> None:
    assert not [step.id for step in steps(code).values() if len(step.asks) < 10]
    texts = [
        text
        for step in steps(code).values()
        for text in (step.title, step.asks, *(o.message for o in step.outcomes))
    ]
    texts += [slot.title for slot in slots(code).values()] + [node.title for node in nodes(code).values()]
    assert not [text for text in texts if HALF_WIDTH.search(text)]


@pytest.mark.parametrize("code", CODES)
def test_a_meeting_decides_and_somebody_who_signs_in_records_it(code: str) -> None:
    loaded = programme(code)
    bodies = {body.id: body for body in loaded.bodies}
    role_body = {role.id: bodies[role.body] for role in loaded.roles}
    for role in loaded.roles:
        if bodies[role.body].kind is not BodyKind.ACCOUNT:
            assert all(role_body[each].kind is BodyKind.ACCOUNT for each in role.recorders), role.id


@pytest.mark.parametrize("code", CODES)
def test_recorders_are_at_hand_where_their_body_decides(code: str) -> None:
    """A list of recorders that leaves out the one who works on the step would keep the step waiting.

    One does so on purpose: the committee's decision on cadres is recorded by 组织部 and not by the zone.
    """
    recorders = {role.id: role.recorders for role in programme(code).roles}
    left_out = [
        f"{step.id}/{node.id}: {role}"
        for step in steps(code).values()
        for node in step.nodes
        for role in node.roles
        if recorders[role] and step.doer not in recorders[role]
    ]
    assert set(left_out) <= {"2.9/committee: party_committee"}


def _sample_bodies() -> dict[str, str]:
    """Body type → kind, of the sample; a type also counts under the name a level below gives it."""
    folder = ROOT / "samples" / "xuchang"
    register = yaml.safe_load((folder / "bodies.yaml").read_text(encoding="utf-8"))
    pilots = yaml.safe_load((folder / "township_pilots.yaml").read_text(encoding="utf-8"))
    found: dict[str, str] = {register["receivers"]["type"]: "account"}
    for template in [*register["templates"], *register["zone_templates"], *pilots["bodies"]]:
        found[template["type"]] = template["kind"]
        if "city" in template.get("levels", []) and "above" in template:
            found[template["above"]] = template["kind"]
    return found


@pytest.mark.parametrize("code", CODES)
def test_sample_has_every_body_in_the_same_kind(code: str) -> None:
    sample = _sample_bodies()
    wanted = {body.id: str(body.kind) for body in programme(code).bodies}
    assert {body: sample.get(body) for body in wanted} == wanted


@pytest.mark.parametrize("code", CODES)
def test_no_body_is_a_county_or_a_city_by_name(code: str) -> None:
    """Levels are relative to 主管级: one version serves zones run by a county, a city or the province."""
    named = [body.title for body in programme(code).bodies if re.search("县|市[委政级]", body.title)]
    assert not named
    assert {body.level for body in programme(code).bodies} >= {Level.UNIT, Level.SUPERVISING, Level.ABOVE}
