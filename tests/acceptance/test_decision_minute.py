"""The decision's minute by keyboard: from the queue to an approved post, a name covered, a grey face settled.

By thumb it is one of the three of test_pleasure.py.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from moderation.media.covers import COVER
from moderation.media.photo import pixels
from moderation.rules.findings import Box, Kind, Resolution
from moderation.rules.workflow import State
from moderation.services.looking import Looker
from tests.acceptance.albums import COLLINS, FAR, alone, group, jpeg
from tests.acceptance.people import PHONE, keep, signed_in
from tests.acceptance.serving import Served, kinds, served
from tests.builders import School, named_certificate, open_school

MOST_ACTS, MOST_SECONDS = 8, 60
LOOKED = "I looked closely: nobody on the list"


@dataclass
class Hand:
    """One hand on a page: counts every key; a question that the page asks costs one more."""

    page: Page
    acts: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.page.on("dialog", lambda _: self.acts.append("OK"))

    def tap(self, target: Locator) -> None:
        self.acts.append(target.inner_text().strip())
        target.tap()

    def press(self, key: str) -> None:
        self.page.wait_for_load_state("domcontentloaded")  # by then the page listens to keys
        self.acts.append(key)
        self.page.keyboard.press(key)

    def move_to(self, target: Locator) -> None:
        """With the page's own key for the next one."""
        while not target.evaluate("(one) => one.contains(document.activeElement)"):
            assert len(self.acts) < 50, "never reached"
            self.press("j")

    def is_done(self, what: str) -> None:
        """Tell the figures, and hold them against what was promised."""
        seconds = time.monotonic() - self.started
        print(f"\n{len(self.acts)} {what} ({' · '.join(self.acts)}), {seconds:.1f} s with the new check")
        assert len(self.acts) <= MOST_ACTS
        assert seconds <= MOST_SECONDS


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Served]:
    """A school whose queue holds nothing but what these tests hand in."""
    school = open_school(tmp_path_factory.mktemp("minute") / "instance", looker)
    school.person("p1", "Maya", "Marchetti", class_name="4B", references=[jpeg(alone(COLLINS))])
    with served(school) as running:
        yield running


@contextmanager
def worker(school: School, post_id: int) -> Iterator[None]:
    """Runs the checks of this post as soon as they wait, with the real engines."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            school.run_checks(post_id)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def waiting_post(school: School) -> tuple[int, Box]:
    """A post in the queue: a certificate with a name that can be read, and a face far away. And where the name is."""
    post_id = school.in_review(named_certificate("Maya Marchetti"), jpeg(group([FAR], (1200, 900))), caption="Prizes.")
    assert kinds(school, post_id) == {Kind.NAME_MATCH: 1, Kind.FACE_UNCLEAR: 1}
    box = next(finding.box for finding in school.findings(post_id) if finding.kind is Kind.NAME_MATCH)
    assert box is not None
    return post_id, box


def assert_decided(school: School, post_id: int, box: Box) -> None:
    """Approved, with the name covered and the face settled by a word."""
    assert school.state(post_id) is State.RELEASED
    picture = pixels(school.parts.store.get(school.post(post_id).photos[0].media_key))
    assert (picture[box.top : box.bottom, box.left : box.right] == COVER).all()
    (face,) = [finding for finding in school.findings(post_id) if finding.must_be_settled]
    assert (face.kind, face.resolution, face.reason) == (Kind.FACE_UNCLEAR, Resolution.LOOKED_AT, LOOKED)


def test_by_keyboard_alone_from_the_queue_to_an_approved_post(quiet: Served, browser: Browser) -> None:
    post_id, box = waiting_post(quiet.school)
    with signed_in(browser, quiet, "assistant head", PHONE) as page, worker(quiet.school, post_id):
        page.goto(f"{quiet.address}/review/")
        hand = Hand(page)
        hand.move_to(page.get_by_role("link", name="Prizes."))
        keep(page, "minute-queue-keys-phone")
        hand.press("Enter")
        expect(page.get_by_text("2 flags to settle")).to_be_visible()
        hand.move_to(page.locator(".flag", has_text="A name on the roll can be read"))
        hand.press("c")
        expect(page.get_by_text("1 flag to settle")).to_be_visible(timeout=30_000)
        expect(page.locator(".flag").first.get_by_role("img").first).to_be_visible()
        hand.press("1")
        expect(page.get_by_text("Everything is settled")).to_be_visible()
        hand.press("a")
        expect(page.get_by_role("button", name="Approve")).to_be_focused()
        hand.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
        hand.is_done("keys")
    assert_decided(quiet.school, post_id, box)
