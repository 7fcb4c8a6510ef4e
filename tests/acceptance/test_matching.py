"""Lawful matching, end to end in a browser: locked, recorded, permitted, matched, withdrawn with proof, off again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from moderation.rules.findings import Kind
from moderation.services.looking import Looker
from tests.acceptance.people import DESK, PHONE, keep, signed_in
from tests.acceptance.serving import Served, kinds, served
from tests.browser import open_menu
from tests.builders import School, listed_portrait, open_school
from tests.web.pages import small


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Served]:
    """A school of its own, where nobody has recorded anything yet; one child of 4B is on the no-publish list."""
    school = open_school(tmp_path_factory.mktemp("lawful") / "instance", looker)
    school.person("U1", "Eleanor", "Marchetti", class_name="4B", no_publish=True)
    with served(school) as running:
        yield running


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "eleanor.jpg"
    path.write_bytes(small(listed_portrait(0), 900))
    return path


def test_from_locked_to_a_certificate(browser: Browser, place: Served, photo: Path) -> None:
    school = place.school
    today = _today(school)
    before = school.in_review(small(listed_portrait(1)), caption="Locked.")
    assert kinds(school, before) == {Kind.FACE_UNCOMPARED: 1}
    with signed_in(browser, place, "data lead", PHONE) as page:
        _unlock(page, today)
        _permit(page, today)
        _add_photo(page, photo)
    matched = school.in_review(small(listed_portrait(1)), caption="A good day.")
    assert kinds(school, matched)[Kind.FACE_MATCH] == 1
    with signed_in(browser, place, "data lead", DESK) as page:
        _withdraw(page)
        _read_certificate(page)
    again = school.in_review(small(listed_portrait(1)), caption="Another day.")
    assert kinds(school, again) == {Kind.FACE_OTHER: 1}, "recognition is on, and this child is not looked for by it"
    with signed_in(browser, place, "assistant head", PHONE) as page:
        page.goto(f"{place.address}/review/{again}")
        look = page.get_by_text("1 listed child of 4B cannot be recognised by the program: look for yourself")
        look.click()
        expect(page.get_by_text("4B: Eleanor Marchetti")).to_be_visible()
        keep(page, "matching-approver-phone")
    with signed_in(browser, place, "data lead", DESK) as page:
        open_menu(page)
        page.get_by_role("link", name="Register").first.click()
        page.get_by_role("link", name="Recognition").first.click()
        keep(page, "matching-recognition-on-desk")
        page.get_by_role("button", name="Switch recognition off").click()  # the question is answered with yes
        expect(page.get_by_text("Recognition is off.")).to_be_visible()
        keep(page, "matching-recognition-off-desk")
    with school.parts.reading() as work:
        assert list(work.keys.ids()) == []


def _today(school: School) -> str:
    with school.parts.reading() as work:
        return work.today.isoformat()


def _unlock(page: Page, today: str) -> None:
    open_menu(page)
    page.get_by_role("link", name="Register").first.click()
    page.get_by_role("link", name="Marchetti, Eleanor").click()
    expect(page.get_by_text("Recognition is off: no face is compared")).to_be_visible()
    expect(page.get_by_role("button", name="Add reference photo")).to_have_count(0)
    page.get_by_role("link", name="About recognition").click()
    expect(page.get_by_text("Recognition is locked.")).to_be_visible()
    page.get_by_label("Data protection impact assessment").fill("DPIA 4, in the office")
    page.get_by_label("Date of the assessment").fill(today)
    page.get_by_label("Lawful basis").fill("Public task")
    page.get_by_label("Condition for special category data").fill("Explicit consent")
    page.get_by_label("The wording given to parents").fill("You may refuse. We then look out for your child by eye.")
    keep(page, "matching-locked-phone")
    page.get_by_role("button", name="Record, and switch recognition on").click()
    expect(page.get_by_text("Recognition is on.")).to_be_visible()


def _permit(page: Page, today: str) -> None:
    open_menu(page)
    page.get_by_role("link", name="Register").first.click()
    page.get_by_role("link", name="Marchetti, Eleanor").click()
    page.get_by_role("link", name="Record the answers").click()
    for number, name in enumerate(("Lucia Marchetti", "Paul Marchetti")):
        parent = page.locator("fieldset").nth(number)
        parent.get_by_label("Name").fill(name)
        parent.get_by_label("Told on").fill(today)
    first = page.locator("fieldset").first
    first.get_by_label("Agreed in writing on").fill(today)
    first.get_by_label("In which writing").fill("Signed form")
    page.get_by_label("Until, that day included").fill(f"{int(today[:4]) + 1}-01-31")
    keep(page, "matching-permission-phone")
    page.get_by_role("button", name="Save these answers").click()
    expect(page.get_by_text("May be matched until")).to_be_visible()


def _add_photo(page: Page, photo: Path) -> None:
    page.get_by_role("link", name="Eleanor Marchetti").click()
    page.get_by_label("Add a photo that shows only this person").set_input_files(photo)
    page.get_by_role("button", name="Add reference photo").click()
    expect(page.get_by_alt_text("Reference photo 1")).to_be_visible()
    keep(page, "matching-person-phone")


def _withdraw(page: Page) -> None:
    open_menu(page)
    page.get_by_role("link", name="Register").first.click()
    page.get_by_role("link", name="Marchetti, Eleanor").click()
    page.get_by_role("link", name="See or change the answers").click()
    keep(page, "matching-permission-desk")
    page.get_by_role("button", name="Withdraw the permission").click()
    expect(page.get_by_text("Must not be matched: no permission is recorded")).to_be_visible()


def _read_certificate(page: Page) -> None:
    open_menu(page)
    page.get_by_role("link", name="Register").first.click()
    page.get_by_role("link", name="Recognition").first.click()
    page.get_by_role("link", name="Biometric ledger").click()
    keep(page, "matching-ledger-desk")
    page.get_by_role("link", name="Certificate").click()
    expect(page.get_by_role("heading", name="Certificate of destruction")).to_be_visible()
    expect(page.get_by_text("the key is gone")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_be_hidden()
    keep(page, "matching-certificate-printed")
    page.emulate_media(media="screen")
