"""Documentation is kept true: generated pages equal the code, words are explained, links lead somewhere."""

import ast
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
import yaml
from markdown_it import MarkdownIt

from config.settings import Settings
from scripts.reference import PAGES, REFERENCE
from tests.house.sources import PACKAGES, ROOT, python_files, relative, text_files, tree

WORDS = {
    "Programme": "改革专项", "Stage": "环节", "Step": "任务", "ReformUnit": "改革单位",
    "Zone": "开发区", "Case": "改革任务", "Gate": "前置条件", "Node": "审批节点",
    "Seat": "席位", "Round": "轮次", "Item": "分项", "Launch": "批量启动",
    "WorkItem": "待办", "Decision": "审批意见", "Evidence": "佐证材料", "Register": "台账",
    "Timer": "计时", "Check": "合规检查", "Finding": "问题", "Supervision order": "督办单",
    "Lamp": "亮灯", "Ledger": "留痕", "Stream": "流", "Seal": "封存",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_equals_the_code(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not silent


UNREAD_SETTINGS = {"business_timezone"}
"""Fixed: it only refuses whoever sets another one. `demo` is read by the settings themselves."""


def test_every_setting_does_something() -> None:
    read = {
        node.attr
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
    }
    assert set(Settings.model_fields) - read - UNREAD_SETTINGS == set()


def test_glossary_explains_every_word() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    explained = {row[0]: row[1] for row in rows if len(row) == 3 and row[2]}
    missing = [
        f"{word} {chinese}" for word, chinese in WORDS.items() if chinese not in explained.get(word, "")
    ]
    assert not missing


def markdown_files() -> list[Path]:
    return [path for path in text_files() if path.suffix == ".md" and "vendor" not in path.parts]


def _anchors(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    anchors = set(re.findall(r'<a id="([^"]+)"', text))
    for kind, content in _pairs(text):
        if kind == "heading_open":
            words = re.sub(r"[^\w\- ]", "", content.lower().replace("`", ""))
            anchors.add(words.strip().replace(" ", "-"))
    return anchors


def _pairs(text: str) -> list[tuple[str, str]]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return [(tokens[i].type, tokens[i + 1].content) for i in range(len(tokens) - 1)]


def _links(path: Path) -> list[str]:
    links: list[str] = []
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        for child in token.children or []:
            target = child.attrGet("href") or child.attrGet("src")
            if isinstance(target, str):
                links.append(unquote(target))
    return links


def broken_links(path: Path) -> list[str]:
    broken = []
    for link in _links(path):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = path if not target else (path.parent / target)
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in _anchors(file)):
            broken.append(f"{path.name} → {link}")
    return broken


def test_links_lead_somewhere() -> None:
    broken = [f"{relative(path)}: {link}" for path in markdown_files() for link in broken_links(path)]
    assert not broken


def test_the_rule_finds_a_broken_link(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# 一 二\n\n[好](#一-二) [坏](#三) [坏](没有.md) [好](page.md) [外](https://www.gov.cn/)\n"
    )
    assert broken_links(page) == ["page.md → #三", "page.md → 没有.md"]


def test_navigation_holds_every_page() -> None:
    def pages(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        children = node.values() if isinstance(node, dict) else node
        return [page for child in children for page in pages(child)]  # type: ignore[union-attr, attr-defined]

    navigation = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    files = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert sorted(pages(navigation)) == sorted(files)


def test_make_help_names_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))


def _days_as_text(node: object) -> object:
    if isinstance(node, dict):
        return {key: _days_as_text(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_days_as_text(value) for value in node]
    return node.isoformat() if isinstance(node, date) else node


@pytest.mark.parametrize("path", sorted((ROOT / "programmes").glob("*/*.yaml")), ids=relative)
def test_published_schema_accepts_our_programmes(path: Path) -> None:
    schema = json.loads((REFERENCE / "programme.schema.json").read_text(encoding="utf-8"))
    programme = _days_as_text(yaml.safe_load(path.read_text(encoding="utf-8")))
    validator = jsonschema.Draft202012Validator(schema)
    assert [fault.message for fault in validator.iter_errors(programme)] == []
    assert not validator.is_valid({**programme, "misspelt": "1"})  # type: ignore[dict-item]
