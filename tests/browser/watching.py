"""What no page may do, watched on all of them: reach outside, break, offend its own policy."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Route

HERE: Final = "127.0.0.1"
_ANSWERED: Final = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")


@dataclass
class Watch:
    """What was seen in one browser context."""

    outside: list[str] = field(default_factory=list)
    """Addresses beyond this machine that a page asked for; none of them was reached."""
    said: list[str] = field(default_factory=list)
    """Errors that Chromium or a script reported, offences against the content security policy among them."""
    expected: set[int] = field(default_factory=set)
    """Statuses that the test asks for itself: 422 where it hands in something wrong."""

    def over(self, context: BrowserContext) -> None:
        """Begin to watch."""
        context.route("**/*", self._route)
        context.on("console", self._hear)
        context.on("page", lambda page: page.on("pageerror", lambda fault: self.said.append(str(fault))))

    def expect(self, *statuses: int) -> None:
        """Say that answers with these statuses are what is being tested."""
        self.expected |= set(statuses)

    def check(self) -> None:
        """Fail where anything was seen."""
        assert not self.outside, f"pages asked for addresses outside: {self.outside}"
        assert not self.said, f"the browser reported: {self.said}"

    def _route(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname == HERE:
            route.continue_()
            return
        self.outside.append(route.request.url)
        route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        answered = _ANSWERED.match(message.text)
        if answered is None or int(answered[1]) not in self.expected:
            self.said.append(f"{message.text} ({message.location.get('url', '')})")
