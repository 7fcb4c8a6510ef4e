"""The schools of these tests, served, and the pages of whoever opens them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from moderation.rules.roles import Role
from moderation.services import phone, second_step
from tests.access import schools
from tests.access.schools import Filled
from tests.access.visits import EMPTY, FILLED, FROZEN, HALFWAY, SHARED, STRANGER
from tests.builders import PASSWORD, School, copy_of, email
from tests.web.serving import serving

MAKERS: dict[str, Callable[..., Filled]] = {FILLED: schools.filled, EMPTY: schools.empty, FROZEN: schools.frozen}


class Town:
    """Schools, each made and served when it is asked for first."""

    def __init__(self, factory: pytest.TempPathFactory, stack: ExitStack) -> None:
        self._factory, self._stack = factory, stack
        self._there: dict[str, tuple[Filled, str]] = {}

    def school(self, name: str) -> tuple[Filled, str]:
        """What is in it, and its address."""
        if name not in self._there:
            filled = MAKERS[name](self._factory.mktemp(name) / "instance")
            self._there[name] = filled, self._serve(filled.school)
        return self._there[name]

    def copy(self) -> tuple[Filled, str]:
        """The filled school once more, for tests that change what they can."""
        filled, _ = self.school(FILLED)
        school = copy_of(filled.school, self._factory.mktemp("copy") / "instance")
        return replace(filled, school=school), self._serve(school)

    def _serve(self, school: School) -> str:
        return self._stack.enter_context(serving(school)).replace("127.0.0.1", "localhost")

    def sign_in(self, context: BrowserContext, school: str, who: str, at: tuple[Filled, str] | None = None) -> Page:
        """A page of this person's own, in a new context; `at`: in a copy of the school."""
        filled, address = at or self.school(school)
        page = context.new_page()
        if who == STRANGER:
            return page
        if who == "on a phone":
            with filled.school.parts.work() as work:  # each opens once
                link = phone.make(work, filled.school.manager, filled.numbers["kit"])
            page.goto(f"{address}/phone/open/{link}")
            page.get_by_role("main").get_by_role("button").click()
            return page
        role, number = (Role.DATA_LEAD, 2) if who == HALFWAY else (Role.TEACHER, 2) if who == SHARED else (Role(who), 1)
        if who == HALFWAY:
            self._ask_for_a_second_step(filled)
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address").fill(email(role, number))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Others use this computer too").set_checked(who == SHARED)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
        return page

    def _ask_for_a_second_step(self, filled: Filled) -> None:
        lead = filled.school.others[Role.DATA_LEAD]
        with filled.school.parts.work() as work:
            if not second_step.is_set_up(work, lead.id):
                second_step.start(work, lead)
                shown = second_step.shown(work, lead)
                assert shown is not None
                second_step.confirm(work, lead, pyotp.TOTP(shown.secret).now())


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path_factory, stack)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    yield context
    context.close()
