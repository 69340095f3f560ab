"""The reference page of the compliance checks."""

from typing import Final

from domain.checks.catalogue import CATALOGUE, CONFIDENCE_TITLES
from domain.checks.evaluating import SEVERITY_TITLES
from domain.checks.rule import Rule

_GROUPS: Final = {
    "P": "方案修改完善和备案",
    "I": "机构优化",
    "H": "全员竞聘",
    "C": "公司组建",
    "S": "社会职能剥离",
    "X": "各环节通用",
}


def page(generated: str) -> str:
    """Return ``docs/reference/checks.md``: every check with what it reads, its basis and parameters."""
    lines = [
        "# 合规检查目录",
        "",
        generated,
        "",
        "流程模板选用检查并给出参数;这里是每条检查本身。程度是产品的默认值:默认拦截的只有七条,"
        "其余只提醒或告知;"
        "查证原文后,可凭有文号的决定改为拦截(`zonectl check rule`)。"
        "依据后的可信度:查到原文、一般知识、存疑、建议值。"
        "命令行用 `zonectl check explain 编号` 看同样的内容。",
        "",
    ]
    for letter, title in _GROUPS.items():
        lines += [f"## {title}", ""]
        for rule in CATALOGUE.values():
            if rule.id.startswith(letter):
                lines += _rule(rule)
    return "\n".join(lines)


def _rule(rule: Rule) -> list[str]:
    dates = f",{rule.valid_from} 起施行" if rule.valid_from else ""
    return [
        f'### <a id="{rule.id}"></a>{rule.id} {rule.title}',
        "",
        f"- 程度:{SEVERITY_TITLES[rule.severity]}",
        f"- 看什么:{rule.reads}",
        f"- 为什么:{rule.why}",
        f"- 怎样算通过:{rule.satisfy}",
        f"- 依据:{rule.basis}({CONFIDENCE_TITLES[rule.confidence]}{dates})",
        *_parameters(rule),
        "",
    ]


def _parameters(rule: Rule) -> list[str]:
    if not rule.parameters:
        return []
    shown = [
        f"`{each.name}` {each.title}"
        + (
            ",由流程模板写明"
            if each.default is None
            else f",默认 `{each.default}`({CONFIDENCE_TITLES[each.confidence]})"
            if each.default != ""
            else ",默认不填"
        )
        for each in rule.parameters
    ]
    return [f"- 参数:{';'.join(shown)}"]
