"""Random walks over the decision kinds: nothing is passed, lost, stalled or raised, whatever people do.

Two drivers over the same acts and the same model (`walk_model`): a Hypothesis state machine, which finds
the shortest way into a fault, and a plain random one, which goes on to the end of each case by fair play.
"""

from collections import Counter
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.programme_check import check
from tests.domain.walk_acts import Acts
from tests.domain.walk_family import build

chance = st.randoms(use_true_random=False)
SOAK = settings.default.max_examples >= 2000 if settings.default else False
SEEDS = 5000 if SOAK else 300


class CaseMachine(RuleBasedStateMachine):
    """One case of one programme of the family; `Walk` checks everything after each act."""

    walk: Acts

    @initialize(rng=chance)
    def open(self, rng: Random) -> None:
        self.walk = Acts(build(rng), rng)

    @rule(rng=chance)
    def fair(self, rng: Random) -> None:
        self.walk.fair(rng)

    @rule(rng=chance, times=st.integers(2, 6))
    def fair_for_a_while(self, rng: Random, times: int) -> None:
        for _ in range(times):
            self.walk.fair(rng)

    @rule(rng=chance)
    def send_back(self, rng: Random) -> None:
        self.walk.send_back(rng)

    @rule(rng=chance)
    def replace(self, rng: Random) -> None:
        self.walk.replace(rng)

    @rule(rng=chance)
    def withdraw(self, rng: Random) -> None:
        self.walk.withdraw(rng)

    @rule(rng=chance)
    def recording(self, rng: Random) -> None:
        self.walk.recording(rng)

    @rule(rng=chance)
    def wrong(self, rng: Random) -> None:
        self.walk.wrong(rng)

    @rule(rng=chance)
    def again(self, rng: Random) -> None:
        self.walk.again(rng)

    @rule(rng=chance)
    def blind(self, rng: Random) -> None:
        self.walk.blind(rng)

    @rule(rng=chance)
    def outside(self, rng: Random) -> None:
        self.walk.outside(rng)

    @rule(rng=chance)
    def exceptional(self, rng: Random) -> None:
        self.walk.exceptional(rng)

    @rule(rng=chance)
    def choose(self, rng: Random) -> None:
        self.walk.choose(rng)

    @rule(rng=chance)
    def late_opinion(self, rng: Random) -> None:
        self.walk.late_opinion(rng)

    @rule(rng=chance)
    def changing(self, rng: Random) -> None:
        self.walk.changing(rng)

    @rule(rng=chance)
    def rework(self, rng: Random) -> None:
        self.walk.rework(rng)

    @rule(rng=chance)
    def rereading(self, rng: Random) -> None:
        self.walk.rereading(rng)

    @rule(rng=chance)
    def signing(self, rng: Random) -> None:
        self.walk.signing(rng)

    @rule(rng=chance)
    def handing(self, rng: Random) -> None:
        self.walk.handing(rng)

    @rule(rng=chance)
    def objecting(self, rng: Random) -> None:
        self.walk.objecting(rng)

    @rule(rng=chance)
    def telling(self, rng: Random) -> None:
        self.walk.telling(rng)

    @rule(rng=chance)
    def recounting(self, rng: Random) -> None:
        self.walk.recounting(rng)

    @rule(rng=chance)
    def following(self, rng: Random) -> None:
        self.walk.following(rng)

    @rule(rng=chance)
    def time(self, rng: Random) -> None:
        self.walk.time(rng)

    def teardown(self) -> None:
        if hasattr(self, "walk"):
            self.walk.replay()


TestCaseMachine = pytest.mark.walk(CaseMachine.TestCase)
TestCaseMachine.pytestmark = [pytest.mark.walk, pytest.mark.timeout(3600 if SOAK else 90)]


def seeded(seed: int) -> Counter[str]:
    """One plain walk: trouble in a measure that differs from seed to seed, then fair play to the end."""
    rng = Random(seed)  # noqa: S311
    walk = Acts(build(rng), rng)
    for _ in range(50):
        if walk.now.status == "terminated":
            break
        (walk.trouble if rng.randint(1, 10) <= seed % 9 + 1 else walk.fair)(rng)
    walk.finish(rng)
    walk.replay()
    return walk.told


@pytest.mark.walk
def test_every_case_comes_to_its_end_by_fair_play_after_trouble() -> None:
    """Stalls: none. A fault names its seed, which repeats it."""
    told: Counter[str] = Counter()
    stalled: dict[int, str] = {}
    for seed in range(SEEDS):
        try:
            told += seeded(seed)
        except AssertionError as fault:
            stalled[seed] = str(fault).split("\n")[0][:200]
    assert not stalled
    acts = {
        "AcknowledgeReads",
        "RecordChecks",
        "Submit",
        "Decide",
        "CheckDecision",
        "AdoptOpinion",
        "InviteParticipants",
        "FireTimer",
    }
    acts |= {"WithdrawDecision", "WithdrawSubmission", "RecordVerification", "RecordFiling", "CheckFiling"}
    acts |= {"RaiseObjection", "AnswerObjection", "RecountDates"}
    acts |= {"AddSigner", "RemoveSigner", "HandOver", "Delegate", "AnswerDelegation", "EndDelegation"}
    acts |= {
        "ReportChanges",
        "ConfirmChanges",
        "Propose",
        "ConfirmProposal",
        "SetChoice",
        "AddEvidence",
        "FillRegister",
    }
    acts |= {"SignedBefore", "Urge", "Circulate", "MarkRead", "EndCirculation"}
    acts |= {"AddFollowUp", "ReportFollowUp", "ConfirmFollowUp", "DropFollowUp"}
    assert acts <= told.keys(), f"the walks never came to {acts - told.keys()}"


def test_the_family_is_sound_and_has_every_kind() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(300):
        made = build(Random(seed))  # noqa: S311
        assert not [fault for fault in check(made) if fault.severity == "fault"], seed
        for each in (s for stage in made.stages for s in stage.steps):
            kinds.update(f"{n.kind}:{n.mode}" for n in each.nodes)
            kinds.update(outcome.then for outcome in each.outcomes)
            kinds.update("skip_signed" for n in each.nodes if n.skip_signed)
            has = {
                "collect": any(n.collect for n in each.nodes),
                "items": each.for_each is not None,
                "public": each.publicity is not None,
                "verify": each.machine.verify is not None,
                "file": each.machine.file is not None,
            }
            kinds.update(name for name, found in has.items() if found)
    wanted = {f"approve:{mode}" for mode in ("sequential", "any", "all", "quorum")}
    wanted |= {
        "countersign:sequential",
        "consult:sequential",
        "meeting:sequential",
        "collect",
        "items",
        "public",
    }
    assert wanted | {"verify", "file", "refuse", "stop", "skip_signed"} <= kinds.keys()
