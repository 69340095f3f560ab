"""钉钉演练服务器: work notices; a repetition is shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.sandbox.messaging import Dialect, Posted, errcode, errcode_token, query_token, run


def _read(content: Mapping[str, Any]) -> Posted:
    return Posted(to=content["userid_list"], text=content["msg"]["text"]["content"])


DIALECT = Dialect(
    name="dingtalk",
    token_path="/gettoken",  # noqa: S106 an address
    message_path="/topapi/message/corpconversation/asyncsend_v2",
    token=errcode_token,
    token_of=query_token,
    read=_read,
    done={"errcode": 0, "errmsg": "ok", "task_id": 1},
    bad_token=errcode(40014, "不合法的access_token"),
    too_fast=errcode(88, "ding talk error[subcode=90018]"),
    unknown_person=errcode(33012, "无效的USERID"),
)

if __name__ == "__main__":
    run(DIALECT)
