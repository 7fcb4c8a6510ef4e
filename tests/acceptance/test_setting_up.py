"""A school set up from nothing, on a phone: from `gatepost setup` to the first post that is sent for checking."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Locator, expect

from moderation.cli.school import setup
from moderation.db.models import Post
from moderation.rules.workflow import State
from moderation.settings import load
from moderation.wiring import wire
from tests.acceptance.minutes import Minute
from tests.acceptance.people import PHONE, answer_checklist
from tests.acceptance.serving import serving
from tests.builders import PASSWORD

MOST_SECONDS = 600  # of all hands together, one after the other, without thinking
SCHOOL = "Larkmead Primary School"
ADMINISTRATOR = ("Ingrid Falk", "i.falk@larkmead.example")
STAFF = """Helen Marsh, h.marsh@larkmead.example, headteacher
Amir Solanki, a.solanki@larkmead.example, assistant head
Dee Kowal, d.kowal@larkmead.example, data lead
Rory Finch, r.finch@larkmead.example, resources manager
Tess Oduya, t.oduya@larkmead.example, teacher"""
OFFICE = """Admission number,Forename,Surname,Preferred name,Class
1001,Maya,Bellweather,,4B
1002,Oliver,Stanhope,Ollie,4B
1003,Jakub,Nowak,Kuba,3A
"""


@dataclass
class Hands(Minute):
    """Somebody's part in it; pages and fields are counted too."""

    pages: int = 0
    fields: int = 0
    errors: list[str] = field(default_factory=list)

    def type(self, target: Locator, words: str) -> None:
        """Counted as typed; a test in which every key went down for itself would cost twice the time."""
        self.fields += 1
        self.tap(target)
        self.steps[-1].characters += len(words)
        target.fill(words)

    def pick(self, target: Locator, photos: list[Path]) -> None:
        self.fields += 1
        super().pick(target, photos)

    def press(self, name: str, then: Locator) -> None:
        """A button or a link of this name, and what has to follow."""
        wanted = re.compile(f"^{name}")
        self.tap(self.page.get_by_role("button", name=wanted).or_(self.page.get_by_role("link", name=wanted)).first)
        self.sees(then, show=False)

    def heading(self, words: str) -> Locator:
        return self.page.get_by_role("heading", name=re.compile(words)).first


@pytest.fixture(scope="module")
def larkmead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a school of which there is nothing but its first administrator, and its folder."""
    folder = tmp_path_factory.mktemp("larkmead") / "instance"
    settings = load({}, instance=folder)
    name, email = ADMINISTRATOR
    said = CliRunner().invoke(setup, ["--name", name, "--email", email, "--password", PASSWORD], obj=settings)
    assert said.exit_code == 0, said.output
    with serving(wire(load({}, instance=folder))) as address:
        yield address, folder


@contextmanager
def hands(browser: Browser, address: str, who: str, told: list[Hands]) -> Iterator[Hands]:
    """A phone of this person's own, on its first page."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    one = Hands(page, who)
    page.on("framenavigated", lambda frame: setattr(one, "pages", one.pages + 1))
    page.on("pageerror", lambda error: one.errors.append(str(error)))
    page.goto(address)
    try:
        yield one
    finally:
        told.append(one)
        context.close()
    assert not one.errors


def test_a_school_is_set_up_in_ten_minutes(larkmead: tuple[str, Path], browser: Browser, tmp_path: Path) -> None:
    address, folder = larkmead
    told: list[Hands] = []
    with hands(browser, address, "journey-administrator-phone", told) as one:
        links = administrate(one)
    with hands(browser, address + links["Helen Marsh"], "setting-up-headteacher", told) as one:
        come_in(one, "Waiting for a decision")
        approve_the_account(one)
    with hands(browser, address + links["Dee Kowal"], "setting-up-data-lead", told) as one:
        come_in(one, "Register")
        fill_the_register(one, tmp_path / "office.csv")
    with hands(browser, address + links["Tess Oduya"], "setting-up-teacher", told) as one:
        come_in(one, "My posts")
        write_the_first_post(one)
    with wire(load({}, instance=folder)).reading() as work:
        assert work.session.get_one(Post, 1).state is State.CHECKING
    seconds = sum(step.seconds for one in told for step in one.steps)
    print("\n" + "\n".join(one.told() for one in told))
    print(
        f"{sum(one.pages for one in told)} pages, {sum(one.fields for one in told)} fields,"
        f" {sum(step.characters for one in told for step in one.steps)} keys, {seconds:.0f} s without thinking"
    )
    assert seconds - sum(step.waited for one in told for step in one.steps) < MOST_SECONDS


def administrate(one: Hands) -> dict[str, str]:
    """Name, people and the application for the account; the links by the name of whom each lets in."""
    page = one.page
    with one.step("The first administrator signs in."):
        one.type(page.get_by_label("E-mail address"), ADMINISTRATOR[1])
        one.type(page.get_by_label("Password"), PASSWORD)
        one.press("Sign in", one.heading("People who sign in"))
    with one.step("The school gets its name."):
        one.press("Next for you: give the school its name", one.heading("The school’s name and look"))
        one.type(page.get_by_label("The school’s name"), SCHOOL)
        one.press("Use this name", page.get_by_text("1 of 7 done."))
    with one.step("Everybody who signs in is invited, and handed a link."):
        one.press("Next: invite the people", one.heading("Invite people"))
        one.type(page.get_by_label("Whom to invite"), STAFF)
        one.press("Look it over", one.heading("Is this right"))
        one.press("Invite these people", one.heading("Who has not come in yet"))
    links = {slip.split(",")[0]: slip for slip in page.locator("li.slip").all_inner_texts()}
    with one.step("The school’s account is applied for."):
        one.press("Next: register the school’s accounts", one.heading("Apply for an account"))
        apply_for_the_account(one)
    return {name: re.findall(r"/welcome/\S+", slip)[0] for name, slip in links.items()}


def apply_for_the_account(one: Hands) -> None:
    page = one.page
    one.type(page.get_by_label("Name there"), SCHOOL)
    one.type(page.get_by_label("What is it for?"), "Showing families what children learn")
    one.type(page.get_by_label("Who is it for?"), "Families of our pupils")
    one.type(page.get_by_label("How do people learn of it?"), "A line in the newsletter")
    for name in ("Helen Marsh", "Rory Finch"):
        one.tap(page.get_by_label(re.compile(f"^{name}")))
    one.tap(page.get_by_label(re.compile("^Open: ")))
    one.press("Apply", page.get_by_text("It waits for the headteacher"))


def come_in(one: Hands, then: str) -> None:
    with one.step("In by the link, with a password of one’s own."):
        one.type(one.page.get_by_label("Your password"), PASSWORD)
        one.press("Save and sign in", one.heading(then))


def approve_the_account(one: Hands) -> None:
    page = one.page
    with one.step("The headteacher approves the account in writing."):
        one.press("Next for you: register the school’s accounts", one.heading("The school’s accounts"))
        one.press("Facebook", one.heading("Facebook"))
        one.press("Approve it", page.get_by_text("Approved, not in use yet"))
    with one.step("Where its credentials are kept; it is in use."):
        one.press("Record its credentials", one.heading("Credentials"))
        one.type(page.get_by_label("Where the credentials are kept"), "The office safe")
        day = page.get_by_label("Day on which they were last changed")
        one.tap(day)
        day.fill("2026-11-02")
        one.steps[-1].characters += len("02112026")
        one.fields += 1
        one.tap(page.get_by_label("Yes, it is on"))
        one.press("Put it in use", page.get_by_text(re.compile("^In use")))
    expect(page.get_by_role("navigation", name="Setting up")).to_contain_text("2 of 7 done.")


def fill_the_register(one: Hands, file: Path) -> None:
    page = one.page
    file.write_text(OFFICE, "utf-8")
    with one.step("The data lead takes the recommended setting."):
        one.press("Next for you: take the ready setting", one.heading("What is asked for"))
        one.press("Take it", page.get_by_role("status").filter(has_text="Saved."))
    with one.step("The register comes from the office’s file."):
        one.press("Next: fill the register", one.heading("Import a file"))
        one.pick(page.get_by_label("The file"), [file])
        one.press("Read it", one.heading("What each column is"))
        one.press("Show what would change", one.heading("What would change"))
        one.press("Apply this import", page.get_by_text("Imported."))


def write_the_first_post(one: Hands) -> None:
    page = one.page
    with one.step("A teacher sends the first post in."):
        one.press("Write the first one", one.heading("New post"))
        one.type(page.get_by_label("Caption"), "A morning of science in the hall.")
        one.tap(page.get_by_label("Facebook"))
        lines = len(page.locator("input[name=line]").all())
        answer_checklist(page)
        one.steps[-1].acts += 2 * lines  # one to tick it, and at most one to bring it into sight
        one.press("Send for checking", page.get_by_text("being checked").first)
