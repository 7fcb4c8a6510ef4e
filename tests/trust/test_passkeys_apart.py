"""Two schools behind one host share what a passkey is bound to: whose it is, each still tells for itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from moderation.db.models import Passkey
from moderation.rules.roles import Role
from tests.browser import screenshot_path
from tests.builders import PASSWORD, email
from tests.trust.schools import Two
from tests.trust.served import served_by_path

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@dataclass
class Desk:
    """One browser and one device of somebody who is assistant head at both schools, under the same number."""

    two: Two
    page: Page
    devices: Any
    authenticator: str

    def goes(self, school: str, path: str) -> None:
        self.page.goto(f"{self.two.trust.school(school).public_url}{path}")

    def makes_one(self, school: str) -> None:
        page = self.page
        self.goes(school, "/sign-in")
        page.get_by_label("E-mail address").fill(email(Role.ASSISTANT_HEAD))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"**/{school}/review/")
        self.goes(school, "/signing-in/passkeys/")
        page.fill("#password-new", PASSWORD)
        page.click("text=Go on")
        page.fill("#called", f"For {school}")
        page.click("text=Make the passkey")
        page.wait_for_selector("text=Your recovery codes")
        page.context.clear_cookies()

    def uses_one(self, school: str) -> None:
        self.goes(school, "/sign-in")
        self.page.get_by_role("button", name="Use a passkey").click()

    def held(self) -> list[dict[str, Any]]:
        found = self.devices.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        credentials: list[dict[str, Any]] = found["credentials"]
        return credentials


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    with served_by_path(tmp_path, "localhost") as two, browser.new_context() as context:
        page = context.new_page()
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield Desk(two, page, devices, made["authenticatorId"])


def test_a_passkey_of_one_school_opens_nothing_at_the_other_behind_the_same_host(desk: Desk) -> None:
    """The device offers it there, for it knows the host alone; and making one there leaves the first as it was."""
    desk.makes_one("oakfield")
    (first,) = desk.held()
    desk.uses_one("harbour")
    expect(desk.page.locator(".govuk-error-summary")).to_contain_text("passkey")
    assert desk.page.url.startswith(desk.two.trust.school("harbour").public_url)
    desk.page.screenshot(path=screenshot_path("passkey-of-another-school"), full_page=True)
    desk.goes("harbour", "/review/")
    expect(desk.page.get_by_role("heading", name="Sign in")).to_be_visible()
    desk.makes_one("harbour")
    assert len(desk.held()) == 2, "the second has not replaced the first"
    handles = {one["userHandle"] for one in desk.held()}
    assert len(handles) == 2, "no school can tell from it who somebody is at the other"
    for school in (desk.two.oakfield, desk.two.harbour):
        with school.parts.reading() as work:
            assert len(work.session.scalars(select(Passkey)).all()) == 1
    (other,) = (one["credentialId"] for one in desk.held() if one["credentialId"] != first["credentialId"])
    desk.devices.send(
        "WebAuthn.removeCredential", {"authenticatorId": desk.authenticator, "credentialId": other}
    )  # else the device would ask which
    desk.uses_one("oakfield")
    desk.page.wait_for_url("**/oakfield/review/")
