"""网页文字: every Chinese text of a template goes through the message catalogue, unmarked.

Chinese is the source language. While a template is compiled, each run of text that holds a Chinese character
becomes a call of ``gettext``; so none can escape the catalogue, and a template reads like the page it makes.
A sentence with a value inside that another language would order differently is written ``{% trans %}``.
``make messages`` writes ``web/locale/console.pot`` from the same calls; a translation lies beside it as
``<language>/LC_MESSAGES/console.po`` and ``.mo``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_RUN: Final = re.compile(r"""[^<>"&\s](?:[^<>"&\n]*[^<>"&\s])?""")
_CHINESE: Final = re.compile("[一-鿿]")


class ChineseTexts(Extension):
    """中文即原文: text of a template becomes a message of the catalogue, in expressions too."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens, with a call of ``gettext`` around each Chinese text outside ``trans``."""
        in_trans = False
        before, last = "", Token(0, "data", "")
        for token in stream:
            if last.type == "block_begin" and token.type == "name":
                in_trans = {"trans": True, "endtrans": False}.get(token.value, in_trans)
            chinese = not in_trans and _CHINESE.search(str(token.value)) is not None
            if chinese and token.type == "data":
                yield from _calls(token)
            elif chinese and token.type == "string" and not (before == "_" and last.type == "lparen"):
                yield from _call(token.lineno, token.value)
            else:
                yield token
            before, last = str(last.value), token


def _calls(token: Token) -> Iterator[Token]:
    at = 0
    for run in _RUN.finditer(token.value):
        if not _CHINESE.search(run.group()):
            continue
        line = token.lineno + token.value.count("\n", 0, run.start())
        if run.start() > at:
            yield Token(token.lineno, "data", token.value[at : run.start()])
        yield Token(line, "variable_begin", "{{")
        yield from _call(line, run.group())
        yield Token(line, "variable_end", "}}")
        at = run.end()
    if at < len(token.value):
        yield Token(token.lineno, "data", token.value[at:])


def _call(line: int, text: str) -> Iterator[Token]:
    yield Token(line, "name", "_")
    yield Token(line, "lparen", "(")
    yield Token(line, "string", text.replace("%", "%%"))
    yield Token(line, "rparen", ")")
