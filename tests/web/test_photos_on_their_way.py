"""In a real browser: photos go on where the connection broke, a closed tab loses little, two tabs lose nothing."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, Route, expect

from moderation.media import photo as pictures
from moderation.rules.consent import Purpose
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services.looking import Looker
from moderation.wiring import wire
from tests.browser import screenshot_path
from tests.builders import PASSWORD, School, email, open_school
from tests.media.pictures import segment, with_segments
from tests.web.pages import plain
from tests.web.serving import Environ, serving

PART = 256 * 1024
MEGABYTES = 6_000_000


@dataclass
class Site:
    """A school that a browser looks at; its web can be stopped and started, and counts the bytes of parts."""

    school: School
    port: int = 0
    parts: list[int] = field(default_factory=list)  # bytes of each that reached the web

    def sees(self, environ: Environ) -> None:
        if environ["REQUEST_METHOD"] == "PATCH":
            self.parts.append(int(environ["CONTENT_LENGTH"]))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    return open_school(tmp_path_factory.mktemp("on-their-way") / "instance", looker)


@pytest.fixture
def site(school: School) -> Iterator[Site]:
    site = Site(school)
    with serving(school, sees=site.sees) as address:
        site.port = urlsplit(address).port or 0
        yield site


@pytest.fixture(scope="module")
def signed_in(browser: Browser, school: School) -> dict[str, object]:
    """The cookies of a teacher: signing in takes a second."""
    with serving(school) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.get_by_label("E-mail address").fill(email(Role.TEACHER))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/posts/", wait_until="domcontentloaded")
        state: dict[str, object] = dict(context.storage_state())
        context.close()
    return state


@pytest.fixture
def context(browser: Browser, signed_in: dict[str, object]) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=signed_in,  # type: ignore[arg-type]
    )
    yield context
    context.close()


def big(folder: Path, number: int) -> Path:
    """A photo of 6 MB whose picture is small, so that looking at it takes no time."""
    filling = hashlib.shake_256(bytes([number])).digest(MEGABYTES)
    path = folder / f"IMG_{number}.jpg"
    path.write_bytes(
        with_segments(plain(number), *(segment(0xFE, filling[at : at + 65_000]) for at in range(0, MEGABYTES, 65_000)))
    )
    return path


def network(page: Page, offline: bool = False, bytes_a_second: int = 2_500_000) -> CDPSession:
    """So slow that there is a middle to break off in."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    speed = {"latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", {"offline": offline, **speed})
    return session


def half_way(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^[23]\.\d of 6\.0 MB"))).to_be_visible(timeout=30_000)


def the_draft(page: Page) -> int:
    return int(urlsplit(page.url).path.split("/")[2])


def sent(page: Page, count: int = 1) -> None:
    expect(page.get_by_text(f"{count} of {count} photo")).to_be_visible(timeout=60_000)
    expect(page.locator("#photos-there > li")).to_have_count(count)


def test_a_photo_goes_on_where_the_connection_broke_though_the_web_was_started_anew(
    school: School, context: BrowserContext, tmp_path: Path
) -> None:
    file, page, site = big(tmp_path, 1), context.new_page(), Site(school)
    with serving(school, sees=site.sees) as address:
        site.port = urlsplit(address).port or 0
        page.goto(f"{address}/posts/new")
        network(page)
        page.get_by_label("Choose photos").set_input_files(file)
        half_way(page)
        expect(page.locator("#photos-coming canvas")).to_be_visible()
        page.screenshot(path=screenshot_path("photos-coming-390"), full_page=True)
        network(page, offline=True)
        expect(page.get_by_text("No connection: it goes on by itself")).to_be_visible()
        page.get_by_label("What does it show?").fill("Beans in pots")
    anew = replace(school, parts=replace(wire(school.parts.settings), looker=school.parts.looker))
    with serving(anew, port=site.port, sees=site.sees):
        network(page)
        with page.expect_response(lambda answer: b'name="alt-' in (answer.request.post_data_buffer or b"")):
            sent(page)
        (there,) = school.post(the_draft(page)).photos
        assert there.media_key == pictures.ingest(file.read_bytes()).digest
        assert sum(site.parts) <= file.stat().st_size + 2 * PART, "a break costs a part, not the photo"
        expect(page.get_by_label("Photo 1: what does it show")).to_have_value("Beans in pots")
        expect(page.get_by_text("Saved ")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Photo 1: what does it show")).to_have_value("Beans in pots")


def test_after_a_closed_tab_the_draft_says_what_was_not_finished_and_it_goes_on(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    file, page = big(tmp_path, 2), context.new_page()
    page.goto(f"{site.address}/posts/new")
    network(page)
    page.get_by_label("Choose photos").set_input_files(file)
    half_way(page)
    address = page.url
    page.close()
    assert sum(site.parts) >= 2_000_000
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("1 photo was not finished.")).to_be_visible()
    page.screenshot(path=screenshot_path("photos-unfinished-390"), full_page=True)
    page.get_by_label("Choose photos").set_input_files(file)
    sent(page)
    assert sum(site.parts) <= file.stat().st_size + 2 * PART
    (there,) = site.school.post(the_draft(page)).photos
    assert there.media_key == pictures.ingest(file.read_bytes()).digest
    held = "(async () => [(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length])()"
    assert page.evaluate(held) == [0, 0]
    assert [key for key in page.evaluate("Object.keys(localStorage)") if key != "used"] == []


def test_they_come_in_the_order_of_choosing_one_is_taken_out_and_sending_waits_for_the_rest(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    files = [big(tmp_path, 3), *(tmp_path / f"small{number}.jpg" for number in range(3))]
    for number, path in enumerate(files[1:], 30):
        path.write_bytes(plain(number))
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(b"\xff\xd8\xff" + bytes(60_000_001))
    page = context.new_page()
    page.goto(f"{site.address}/posts/new")
    network(page)
    context.set_offline(True)  # so that none of them is there before everything is said
    page.get_by_label("Choose photos").set_input_files([*files, huge])
    expect(page.get_by_text("Larger than 60 MB, so left out: huge.jpg.")).to_be_visible()
    page.get_by_role("button", name="Take out small1.jpg").click()
    page.get_by_label("Caption").fill("Our beans.")
    page.get_by_label("Facebook: Our School").check()
    page.get_by_label("Nobody in it can be recognised").check()
    for number, words in enumerate(("One", "Two", "Three")):
        page.get_by_label("What does it show?").nth(number).fill(words)
    page.get_by_role("button", name="Send for checking").click()
    expect(page.get_by_text("“Send for checking” is done as soon as they are there.")).to_be_visible()
    context.set_offline(False)
    page.wait_for_url(lambda url: not url.endswith(("/edit", "/new")), timeout=60_000)
    post = site.school.post(the_draft(page))
    assert [photo.file_name for photo in post.photos] == ["IMG_3.jpg", "small0.jpg", "small2.jpg"]
    assert [photo.alt_text for photo in post.photos] == ["One", "Two", "Three"]
    assert (post.state, post.caption) == (State.CHECKING, "Our beans.")


def scripts_held_back(page: Page) -> Callable[[], None]:
    """Those of the form are on their way until this is called."""
    held: list[Route] = []
    page.route(re.compile(r"/(draft|photos)\.js"), lambda route: held.append(route))

    def come() -> None:
        for route in held:
            route.continue_()
        held.clear()

    return come


def test_what_is_chosen_and_typed_before_the_scripts_came_counts(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    """A slow connection: the form is there and filled in, what looks after it is still on its way."""
    file = tmp_path / "early.jpg"
    file.write_bytes(plain(40))
    page = context.new_page()
    scripts_come = scripts_held_back(page)
    page.goto(f"{site.address}/posts/new", wait_until="commit")
    page.get_by_label("Choose photos").set_input_files(file)
    page.get_by_label("Caption").fill("Early beans.")
    assert page.locator("#photos-there > li, #photos-coming > li").count() == 0
    scripts_come()
    sent(page)
    expect(page.locator("#draft-said")).to_contain_text("Saved ")
    post = site.school.post(the_draft(page))
    assert (post.caption, [photo.file_name for photo in post.photos]) == ("Early beans.", ["early.jpg"])


def test_a_purpose_chosen_early_is_saved_and_what_a_browser_puts_back_is_not(
    site: Site, context: BrowserContext
) -> None:
    """On the way back a browser may fill in the words of an earlier visit: they would undo what was written since."""
    post_id, page = site.school.draft(caption="Newer words."), context.new_page()
    kept: list[str] = []
    page.on(
        "request", lambda asked: kept.append(asked.url) if asked.method == "POST" and "/edit" in asked.url else None
    )
    come = scripts_held_back(page)

    def scripts_come() -> None:
        come()
        expect(page.get_by_role("button", name="Add the chosen photos")).to_be_hidden()
        page.evaluate("new Promise((done) => setTimeout(done, 1600))")  # its turn comes behind that of saving

    page.goto(f"{site.address}/posts/{post_id}/edit", wait_until="commit")
    page.get_by_text("Another purpose?").click()
    page.get_by_label("What is the post for?").select_option(index=1)
    scripts_come()
    expect(page.locator("#draft-said")).to_contain_text("Saved ")
    assert site.school.post(post_id).purpose is tuple(Purpose)[1]
    page.goto(f"{site.address}/posts/")
    page.go_back(wait_until="commit")
    kept.clear()
    page.get_by_label("Caption").fill("Older words.")
    scripts_come()
    assert kept == [] and site.school.post(post_id).caption == "Newer words."
    page.get_by_label("Caption").fill("Newest words.")
    expect(page.locator("#draft-said")).to_contain_text("Saved ")
    assert len(kept) == 1 and site.school.post(post_id).caption == "Newest words."


def test_what_is_typed_is_saved_also_after_a_break_and_the_older_of_two_tabs_is_told(
    site: Site, context: BrowserContext
) -> None:
    page = context.new_page()
    page.goto(f"{site.address}/posts/new")
    caption = page.get_by_label("Caption")
    caption.press_sequentially("Our beans")
    expect(page.get_by_text(", for you alone.")).to_be_visible()
    other = context.new_page()
    other.goto(page.url)
    context.set_offline(True)
    caption.press_sequentially(" grow.")
    expect(page.get_by_text("No connection. What you typed is kept on this page")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("#draft-said")).to_contain_text("Saved ")
    assert site.school.post(the_draft(page)).caption == "Our beans grow."
    other.get_by_label("Caption").fill("Something else.")
    expect(other.get_by_text("This draft was changed in another tab")).to_be_visible()
    other.screenshot(path=screenshot_path("draft-older-390"), full_page=True)
    assert site.school.post(the_draft(page)).caption == "Our beans grow."


FORM = """async (address) => {
    const make = (tag, what) => Object.assign(document.createElement(tag), what);
    const form = make("form", { method: "post", action: address, enctype: "multipart/form-data" });
    const input = make("input", { type: "file", name: "photos", multiple: true, id: "shared" });
    form.append(input);
    document.body.append(form);
}"""


def test_a_share_makes_a_draft_and_a_page_elsewhere_makes_none(
    site: Site, context: BrowserContext, tmp_path: Path
) -> None:
    """The browser's own headers, from a form of this origin and from one of another site."""
    file = tmp_path / "IMG_9.jpg"
    file.write_bytes(plain(90))
    page = context.new_page()
    page.goto(f"{site.address}/posts/")
    page.evaluate(FORM, "/share")
    page.locator("#shared").set_input_files(file)
    page.evaluate("document.querySelector('#shared').form.submit()")
    page.wait_for_url("**/edit?saved=1")
    post = site.school.post(the_draft(page))
    assert (post.state, [photo.file_name for photo in post.photos]) == (State.DRAFT, ["IMG_9.jpg"])
    page.route(
        "http://localhost:1/", lambda route: route.fulfill(body="<title>Elsewhere</title>", content_type="text/html")
    )
    page.goto("http://localhost:1/")
    page.evaluate(FORM, f"{site.address}/share")
    page.locator("#shared").set_input_files(file)
    with page.expect_response("**/share") as answer:
        page.evaluate("document.querySelector('#shared').form.submit()")
    assert answer.value.status in (400, 401), "the cookie stays away as well"
