"""企业微信演练服务器: application messages; with the check asked for, the same request is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from integrations.sandbox.messaging import Dialect, Posted, errcode, errcode_token, query_token, run


def _read(content: Mapping[str, Any]) -> Posted:
    checked = content.get("enable_duplicate_check") == 1
    key = msgspec.json.encode(content, order="sorted").decode() if checked else ""
    return Posted(to=content["touser"], text=content["text"]["content"], key=key)


DIALECT = Dialect(
    name="wecom",
    token_path="/cgi-bin/gettoken",  # noqa: S106 an address
    message_path="/cgi-bin/message/send",
    token=errcode_token,
    token_of=query_token,
    read=_read,
    done={"errcode": 0, "errmsg": "ok", "msgid": "示例"},
    bad_token=errcode(42001, "access_token expired"),
    too_fast=errcode(45009, "reach max api daily quota limit"),
    unknown_person=errcode(81013, "user & party & tag all invalid"),
)

if __name__ == "__main__":
    run(DIALECT)
