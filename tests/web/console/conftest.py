"""What tests of the console share: a deployment, served, and browsers that are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from domain.access import Stage
from models.tables import AccountRow, CredentialRow
from services.access.environment import Origin
from services.access.holders import find_holder
from services.access.sessions import open_session
from tests.web.office import WebOffice

TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Browser(httpx.Client):
    """A browser without scripts: it keeps cookies, and sends a page's token with every form."""

    def __init__(self, url: str, secret: str = "", csrf: str = "") -> None:
        super().__init__(base_url=url, trust_env=False, timeout=20)
        self.csrf = csrf
        if secret:
            self.cookies.set("zr_session", secret)

    def send_form(self, path: str, follow: bool = True, **fields: str) -> httpx.Response:
        """Send a form as the page would."""
        return self.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=follow)


Browsers = Callable[[str], Browser]


@pytest.fixture
def browser(office: WebOffice) -> Iterator[Browsers]:
    """Make browsers: signed in as a person, or as nobody for ``""``."""
    with ExitStack() as stack:

        def make(person: str) -> Browser:
            if not person:
                return stack.enter_context(Browser(office.url))
            access = office.app.state.runtime.access
            account = f"a-{person}"
            with office.db.write() as session:
                if session.get(AccountRow, account) is None:
                    session.add(AccountRow(id=account, person=person))
                    session.flush()
                if session.get(CredentialRow, account) is None:
                    session.add(CredentialRow(account=account, name=person, changed_at=office.wall.now()))
                    session.flush()
                holder = find_holder(session, account=account)
                assert holder is not None
                opened = open_session(session, access, holder, Stage.OPEN, "password", Origin())
            return stack.enter_context(Browser(office.url, opened.secret, opened.csrf))

        yield make
