"""A small sound programme that uses every kind of thing once; tests change one line of it at a time."""

from domain.programme_check import check
from domain.programme_fault import Fault
from domain.programme_source import Source, read

SOUND = """\
programme: sample
version: 1
title: 示例专项
unit: zone
bodies:
  - {id: zone, title: 管委会, level: unit}
  - {id: estab, title: 编办}
  - {id: committee, title: 常委会, kind: no-account}
  - {id: area, title: 参与地区, level: participating}
  - {id: province, title: 省编办, kind: external, level: province}
  - {id: receiver, title: 接收单位, level: item}
roles:
  - {id: zone_handler, title: 经办人, body: zone}
  - {id: zone_head, title: 主任, body: zone, position: head}
  - {id: estab_handler, title: 编办经办人, body: estab}
  - {id: estab_head, title: 编办主任, body: estab, position: head}
  - {id: committee, title: 常委会, body: committee, position: member, recorders: [estab_handler]}
  - {id: area_head, title: 参与地区负责人, body: area, position: head}
  - {id: province, title: 省编办, body: province, position: head, recorders: [estab_handler]}
  - {id: receiver_handler, title: 接收单位经办人, body: receiver}
overseer: estab_head
choices:
  - id: scope
    title: 范围
    values: {all: 全部, plan: 只办方案}
    default: all
  - id: risk
    title: 风险
    values: {low: 低, high: 高}
    set_by: zone_handler
    at: "1.1"
registers:
  - id: functions
    title: 职能清单
    columns:
      - {id: name, title: 职能}
      - {id: receiver, title: 接收单位, body: 是}
      - {id: way, title: 处置, type: choice, options: {move: 移交, keep: 保留}}
    key: [name]
    filled_by: [zone_handler]
    item_body: receiver
    balances:
      - {title: 处置平衡, total: rows, parts: [way=move, way=keep]}
stages:
  - id: plan
    title: 方案
    steps:
      - id: "1.1"
        title: 起草方案
        doer: zone_handler
        evidence:
          - {id: plan, title: 方案草案, fields: [issued_on]}
        due:
          - {amount: 15, basis: {text: 建议}}
        nodes:
          - {id: head, title: 主任审核, roles: [zone_head]}
      - id: "1.2"
        title: 公示
        doer: zone_handler
        gates:
          - step: "1.1"
        evidence:
          - {id: notice, title: 公示文稿, fields: [starts_on], moment: before_period}
          - {id: result, title: 公示情况, fields: [result], options: {good: 无异议, bad: 有异议}}
          - {id: plan, title: 方案修改稿, revises: 1.1/plan}
        due:
          - {amount: 10, basis: {text: 建议}}
        publicity: {notice: notice, amount: 5, basis: {text: 建议}}
        nodes:
          - {id: areas, title: 征求意见, kind: consult, act: 征求意见, roles: [area_head]}
          - id: joint
            title: 会签
            kind: countersign
            act: 会签
            mode: quorum
            quorum: 2
            roles: [zone_head, estab_head]
            looks_at: [result, 1.1/plan]
            due: {amount: 5, basis: {text: 建议}}
          - id: meeting
            title: 常委会议定
            kind: meeting
            act: 会议议定
            roles: [committee]
            on_refuse: {to: "1.1"}
        outcomes:
          - {evidence: result, field: result, value: bad, then: "1.1", message: 有异议的重新起草}
      - id: "1.3"
        title: 高风险复核
        doer: estab_handler
        when:
          - risk: [high]
        gates:
          - step: "1.2"
        nodes:
          - {id: head, title: 主任审核, roles: [estab_head]}
      - id: "1.4"
        title: 报送
        doer: estab_handler
        gates:
          - step: "1.3"
          - step: "1.2"
          - check: P-01
        evidence:
          - {id: text, title: 正式文本}
          - {id: receipt, title: 报送登记, mode: reference, fields: [number, issued_on, way], moment: filing}
        nodes:
          - {id: province, title: 省编办批复, act: 批复, roles: [province]}
        machine:
          file:
            system: filing
            documents: [text, 1.1/plan]
            receipt: receipt
            manual_after: {amount: 3, basis: {text: 建议}}
            manual_role: estab_head
  - id: move
    title: 移交
    when:
      - scope: [all]
    gates:
      - stage: plan
    steps:
      - id: "2.1"
        title: 职能清单
        doer: zone_handler
        fills: [functions]
        freezes: [functions]
        due:
          - {amount: 1, unit: month, start: {slot: 1.4/receipt, field: issued_on}, basis: {text: 建议}}
      - id: "2.2"
        title: 逐项移交
        doer: receiver_handler
        gates:
          - frozen: functions
        for_each: {register: functions}
        evidence:
          - {id: licence, title: 接收单位登记证, fields: [credit_code, name]}
        machine:
          verify:
            system: company_registry
            reads: {code: licence.credit_code, name: row.name}
            manual_after: {amount: 3, basis: {text: 建议}}
            manual_role: estab_head
      - id: "2.3"
        title: 验收
        doer: estab_handler
        gates:
          - step: "2.2"
        accepts: [move]
checks:
  - {id: P-01, basis: {text: 建议}}
"""


def faults_of(text: str) -> tuple[Fault, ...]:
    """Everything that is wrong with a text, by reader and check."""
    result = read(text, "sample.yaml")
    return check(result.programme, result.lines) if isinstance(result, Source) else result
