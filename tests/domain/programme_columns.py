"""Wrong lines in a register's columns and balances, for `test_programme_check`."""

from __future__ import annotations

COLUMN_MUTATIONS = [
    ("title: 职能}", "title: 职能, personal: 是}", "key.personal", "key: [name]"),
    ("title: 职能}", "title: 职能, type: id_card}", "column.personal", "type: id_card"),
    ("title: 职能}", "title: 职能, references: functions/way}", "column.reference", "references: functions"),
    ("title: 职能}", "title: 职能, references: nothing/way}", "unknown.register", "references: nothing"),
    ("title: 接收单位, body: 是", "title: 职能（项）, body: 是", "column.same_heading", "title: 职能（项）"),
    ("total: rows", "total: name", "balance.not_a_number", "total: name"),
    ("parts: [way=move, ", "parts: [way=move&wey, ", "unknown.column", "way=move&wey"),
    ("parts: [way=move, ", "parts: [other/rows, ", "unknown.register", "other/rows"),
    (
        """keep: 保留}}
    key: [name]
    filled_by: [zone_handler]
    item_body: receiver
    balances:
      - {title: 处置平衡, total: rows""",
        """keep: 保留}}
      - {id: value, title: 金额, type: money}
    key: [name]
    filled_by: [zone_handler]
    item_body: receiver
    balances:
      - {title: 处置平衡, total: value""",
        "balance.units",
        "total: value",
    ),
]
"""What stood there, what stands there now, the fault it must bring, and in which line."""
