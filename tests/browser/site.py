"""The console as people meet it: the real application on a free port, over a copy of Xuchang's sample (示例).

The sample is played once a session and stands on the story's last day: zones at the beginning, in the middle
and at the end of the reform. Officers get their accounts as an office gives them: opened by the system
administrator, the first password replaced by their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from unittest.mock import patch

from playwright.sync_api import Page

from config.settings import Settings
from domain.refusal import Refused
from services.access import secret
from services.access.accounts import open_account
from services.access.environment import By
from services.access.passwords import change_password
from services.access.sign_in import sign_in
from services.bootstrap import open_runtime
from tests.services.signing_in import QUICK
from tests.stories.clerk import SampleOffice, copy
from tests.web.serving import serving
from web.app import create_app

T = TypeVar("T")

PASSWORD: Final = "tR7#mq-Lq92w"  # noqa: S105 (of 示例 accounts)
ZONE_CLERK: Final = "demo-yuzhou-handler"
"""管委会经办人: 1.1 of the zone at 禹州 is theirs, and long overdue."""
ZONE_HEAD: Final = "demo-changge-head"
"""管委会负责人: 1.1 of the zone at 长葛 waits for their approval."""
REFORM_OFFICE: Final = "demo-xiangcheng-reform-office-handler"
"""县委改革办经办人."""
SUPERVISION_HEAD: Final = "demo-xuchang-supervision-office-head"
"""市委督查室负责人."""
CITY_CHIEF: Final = "demo-xuchang-reform-office-handler"
"""市委改革办经办人: sees every zone of the city."""
PEOPLE: Final = (ZONE_CLERK, ZONE_HEAD, REFORM_OFFICE, SUPERVISION_HEAD, CITY_CHIEF)
"""Who has an account. A page's author adds whoever has to look at it."""


@dataclass(frozen=True)
class Site:
    """A served copy."""

    url: str
    folder: Path
    settings: Settings


def make_template(folder: Path, sample: SampleOffice) -> Path:
    """The demonstrated sample with accounts; return its folder."""
    copy(sample.demonstrated(), folder)
    with (
        patch.object(secret, "_hasher", QUICK),
        open_runtime(Settings(data_dir=folder, demo=True)) as runtime,
    ):
        for person in PEOPLE:
            opened = _must(open_account(runtime.access, person, person, by=By(person="sysadmin")))
            initial = opened.initial_password
            session = _must(sign_in(runtime.access, person, initial))
            _must(change_password(runtime.access, session.secret, session.live, initial, PASSWORD))
    return folder


@contextmanager
def served(template: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of the template, which a test may change as it likes."""
    copy(template, folder)
    if (template / "keys").exists():
        shutil.copytree(template / "keys", folder / "keys")
    settings = Settings(data_dir=folder, demo=True)
    with serving(create_app(settings)) as url:
        yield Site(url, folder, settings)


def sign_in_by_form(page: Page, person: str) -> None:
    """Sign in as anybody does, and wait for the first page."""
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(person)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _must(answer: T | Refused) -> T:
    assert not isinstance(answer, Refused), answer
    return answer
