"""A family of small programmes for random walks: every kind of node, machine, gate and term, by chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from domain.programme import Programme
from tests.domain.play import due, node, paper, programme, step

LIST = {
    "id": "list",
    "title": "公司名册",
    "columns": [
        {"id": "name", "title": "名称"},
        {"id": "body", "title": "公司", "body": "yes"},
        {"id": "way", "title": "方式", "type": "choice", "options": {"new": "新设", "merged": "整合"}},
    ],
    "key": ["name"],
    "filled_by": ["zone_handler"],
    "item_body": "body",
}
RISK = {"low": "低", "high": "高"}
RESULT = {"good": "无异议", "bad": "有异议"}


@dataclass
class Family:
    """One programme in the making."""

    rng: Random
    steps: list[dict[str, Any]] = field(default_factory=list)
    later: list[dict[str, Any]] = field(default_factory=list)
    registers: list[dict[str, Any]] = field(default_factory=list)
    choices: list[dict[str, Any]] = field(default_factory=list)

    def build(self) -> Programme:
        """One to four steps, perhaps a block once per company, perhaps a stage that accepts the first."""
        count = self.rng.randint(1, 4)
        chosen = self.rng.random() < 0.4 and count > 1
        for number in range(1, count + 1):
            self.steps.append(self.step(str(number), chosen))
        if chosen:
            self.choices.append(
                {"id": "risk", "title": "风险", "values": RISK, "set_by": "zone_handler", "at": "1"}
                | ({"default": "low"} if self.rng.random() < 0.3 else {})
            )
        if self.rng.random() < 0.35:
            self.item_block(str(self.rng.randint(1, count)))
        if self.rng.random() < 0.35:
            self.later.append(
                step("last", doer="county_handler", accepts=["s1"], nodes=self.nodes("last", ()))
            )
        stages = [{"id": "s1", "title": "环节一", "steps": self.steps}]
        if self.later:
            stages.append({"id": "s2", "title": "环节二", "gates": [{"stage": "s1"}], "steps": self.later})
        checks = [{"id": "C-01", "basis": {"text": "示例"}}]
        return programme(stages=stages, registers=self.registers, choices=self.choices, checks=checks)

    def one_in(self, times: int) -> bool:
        return self.rng.randint(1, times) == 1

    def step(self, name: str, chosen: bool) -> dict[str, Any]:
        earlier = [s["id"] for s in self.steps]
        gates = [e for e in earlier if not self.one_in(3)] if earlier and not self.one_in(5) else []
        made = step(
            name, after=gates, doer=self.rng.choice(["zone_handler", "zone_handler", "county_handler"])
        )
        made["evidence"] = self.papers()
        made["nodes"] = self.nodes(name, gates, chosen=chosen)
        self.beside(made, gates)
        self.looking(made)
        if chosen and name != "1" and self.one_in(2):
            made["when"] = [{"risk": [self.rng.choice(["low", "high"])]}]
            if "1" not in gates:
                made["gates"].append({"step": "1"})
        made["due"] = self.terms(made)
        if self.one_in(5):
            self.publicity(made)
        if self.one_in(5):
            self.verify(made)
        if self.one_in(5):
            self.file(made)
        if self.one_in(5):
            self.outcome(made, gates)
        return made

    def beside(self, made: dict[str, Any], gates: list[str]) -> None:
        """What it is handed in on, a check it waits for, who compares recordings."""
        if gates and self.one_in(2):
            made["reads"] = [f"{earlier}/text" for earlier in gates if self.has_text(earlier)]
        if self.one_in(8):
            made["gates"].append({"check": "C-01"})
        if self.one_in(4):
            made["check_by"] = self.rng.choice(["county_handler", "reform_handler"])

    def looking(self, made: dict[str, Any]) -> None:
        """Nodes that look at one of two papers only."""
        for each in made["nodes"] if len(made["evidence"]) == 2 else ():
            if self.one_in(3):
                each["looks_at"] = [self.rng.choice(["text", "note"])]

    def has_text(self, name: str) -> bool:
        made = next(s for s in self.steps if s["id"] == name)
        return any(slot["id"] == "text" for slot in made["evidence"])

    def papers(self) -> list[dict[str, Any]]:
        slots = [paper("text", fields=["issued_on"] if self.one_in(2) else [])] if not self.one_in(4) else []
        return [*slots, paper("note", required="no")] if self.one_in(2) else slots

    def terms(self, made: dict[str, Any]) -> list[dict[str, Any]]:
        found = [due(self.rng.choice([5, 20, 200]))] if self.one_in(2) else []
        if self.one_in(4):
            found.append(due(7, start="submission"))
        dated = any(s["id"] == "text" and s["fields"] for s in made["evidence"])
        if dated and self.one_in(3):
            found.append(due(30, start={"slot": f"{made['id']}/text", "field": "issued_on"}))
        return found

    def nodes(self, step_id: str, gates: Any, chosen: bool = False) -> list[dict[str, Any]]:
        found = []
        for number in range(self.rng.choice([0, 1, 1, 2, 2, 3])):
            made = self.rng.choice(
                [self.approve, self.approve, self.countersign, self.consult, self.meeting]
            )(f"n{number}")
            if self.one_in(4) and gates:
                made["on_refuse"] = {"to": self.rng.choice(list(gates))}
            elif self.one_in(12):
                made["on_refuse"] = {"to": "stop"}
            if self.one_in(5):
                made["max_returns"] = 1
            if self.one_in(4) and "due" not in made:
                made["due"] = due(4)
            signs = made.get("kind", "approve") in ("approve", "countersign") and made.get("mode") != "quorum"
            if number and signs and self.one_in(2):
                made["skip_signed"] = "yes"
            if chosen and self.one_in(4):
                made["when"] = [{"risk": ["high"]}]
            found.append(made)
        return found

    def approve(self, name: str) -> dict[str, Any]:
        mode = self.rng.choice(["sequential", "any", "all", "quorum"])
        roles = ["zone_head", "county_head", "city_head"][: self.rng.randint(1, 3)]
        made = node(name, *roles, mode=mode)
        if mode == "quorum":
            made["quorum"] = self.rng.randint(1, len(roles))
        if self.one_in(3):
            made["collect"] = "yes"
        return made

    def countersign(self, name: str) -> dict[str, Any]:
        return node(name, "county_head", "city_head", kind="countersign", act="会签")

    def consult(self, name: str) -> dict[str, Any]:
        if self.one_in(3):
            made = node(name, kind="consult", act="征求意见", participants="run_time")
        else:
            roles = self.rng.choice([["area_head"], ["county_head", "city_head"]])
            made = node(name, *roles, kind="consult", act="征求意见")
        if not self.one_in(3):
            made |= {"silence": "no_opinion", "due": due(5)}
        if self.one_in(3):
            made["adopt_by"] = "zone_head"
        return made

    def meeting(self, name: str) -> dict[str, Any]:
        made = node(name, "committee", kind="meeting", act="会议议定")
        return made | {"confirm_by": "city_head"} if self.one_in(2) else made

    def publicity(self, made: dict[str, Any]) -> None:
        made["evidence"].append(paper("notice", fields=["starts_on"], moment="before_period"))
        made["publicity"] = {"notice": "notice", "amount": 5, "unit": "day", "basis": {"text": "示例"}}
        made["publicity"] |= self.rng.choice([{}, {"objections": "prolong"}, {"objections": "record"}])
        made["due"] = [term for term in made["due"] if term["amount"] > 7]

    def verify(self, made: dict[str, Any]) -> None:
        made["evidence"].append(paper("licence", fields=["name"]))
        made.setdefault("machine", {})["verify"] = {
            "system": "company_registry",
            "reads": {"name": "licence.name"},
            "on_mismatch": self.rng.choice(["return", "warn"]),
            "manual_after": due(3),
            "manual_role": "city_handler",
        }

    def file(self, made: dict[str, Any]) -> None:
        made["evidence"] += [paper("report"), paper("receipt", fields=["number"], moment="filing")]
        made.setdefault("machine", {})["file"] = {
            "system": "filing",
            "documents": ["report"],
            "receipt": "receipt",
            "manual_after": due(3),
            "manual_role": "city_handler",
        }

    def outcome(self, made: dict[str, Any], gates: list[str]) -> None:
        made["evidence"].append(paper("result", fields=["result"], options=RESULT))
        targets = ["refuse", *gates, *(["stop"] if self.one_in(4) else [])]
        made["outcomes"] = [
            {
                "evidence": "result",
                "field": "result",
                "value": "bad",
                "then": self.rng.choice(targets),
                "message": "结论为有异议",
            }
        ]

    def item_block(self, owner: str) -> None:
        """A step fills and freezes the list; one or two run once per company; perhaps one joins them."""
        self.registers.append(LIST)
        made = next(s for s in self.steps if s["id"] == owner)
        made["doer"] = "zone_handler"
        made |= {"fills": ["list"], "freezes": ["list"]}
        made.pop("when", None)
        each = {"for_each": {"register": "list"}, "doer": "company_handler"}
        some = {"for_each": {"register": "list", "when": [{"way": ["new"]}]}, "doer": "company_handler"}
        first = step(
            "each",
            evidence=self.papers(),
            nodes=self.nodes("each", ()),
            reads=["register/list"] if self.one_in(2) else [],
            **(some if self.one_in(2) else each),
        )
        self.steps.append(first)
        if self.one_in(2):
            self.steps.append(step("then", after=["each"], nodes=self.nodes("then", ["each"]), **each))
        if self.one_in(2):
            last = self.steps[-1]["id"]
            gate = [{"frozen": "list"}] if self.one_in(2) else []
            self.steps.append(step("join", after=[last], gates=gate, nodes=self.nodes("join", [last])))


def build(rng: Random) -> Programme:
    """A programme of the family."""
    return Family(rng).build()
