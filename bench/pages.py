"""How fast the pages are on a slow machine: the review of a post with ten photos and forty findings, in Chromium at a
quarter of this machine's speed; and what a teacher's form weighs. Nothing is written but stdout.

    python -m bench.pages
"""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from sqlalchemy import event

from moderation.demo.group import group
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import Role
from tests.builders import PASSWORD, School, email, open_school
from tests.services.moments import Quick
from tests.web.serving import serving

PHOTOS, FINDINGS = 10, 40
SLOWER = 4
FIRST_PAINT, ANSWER = 1000, 100  # ms, wanted
FORM_BYTES = 150_000  # wanted
PHONE = {"width": 390, "height": 844}

_PAINTS = """() => new Promise((done) => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const [page] = performance.getEntriesByType("navigation");
  const server = page.responseStart - page.requestStart;
  done({ paint: paint.startTime, server, ready: page.domContentLoadedEventEnd, loaded: page.loadEventEnd });
})"""
_WATCH = """() => { window.answers = [];
  new PerformanceObserver((list) => window.answers.push(...list.getEntries().map((one) => [one.name, one.duration])))
    .observe({ type: "event", durationThreshold: 16, buffered: false }); }"""


@dataclass
class Measured:
    """Milliseconds as the browser tells them; `answers`: the longest answer to each thing that hands did."""

    paint: float
    server: float
    ready: float
    loaded: float
    weight: int  # bytes over the wire, of everything before the page was still
    statements: int  # of SQL, for the page itself
    answers: dict[str, float] = field(default_factory=dict)


def snapshots() -> Iterator[bytes]:
    """Ten photos of twelve megapixels, each a little different."""
    with Image.open(io.BytesIO(group())) as picture:
        large = picture.convert("RGB").resize((4000, 3000))
    for number in range(PHOTOS):
        ImageDraw.Draw(large).text((100, 100 + 200 * number), f"Photo {number}", font_size=150)
        out = io.BytesIO()
        large.save(out, "JPEG", quality=90)
        yield out.getvalue()


def full_post(school: School) -> int:
    """A post in review with as many photos as one takes, and four findings in each."""
    boxes = [Box(400 + 900 * n, 600, 800 + 900 * n, 1100) for n in range(FINDINGS // PHOTOS)]
    seen = [Sighting(Detector.FACES, Kind.FACE_UNCLEAR, box, evidence="too small to compare") for box in boxes]
    school.parts = type(school.parts)(**{**vars(school.parts), "looker": Quick(*seen)})
    post_id = school.in_review(*snapshots(), caption="A whole album.")
    assert len([found for found in school.findings(post_id) if found.must_be_settled]) == FINDINGS
    return post_id


@contextmanager
def counted(school: School) -> Iterator[list[str]]:
    """The statements of SQL that go to the school's database meanwhile."""
    told: list[str] = []

    def tell(*what: Any) -> None:
        told.append(what[2])

    event.listen(school.parts.engine, "before_cursor_execute", tell)
    try:
        yield told
    finally:
        event.remove(school.parts.engine, "before_cursor_execute", tell)


def signed_in(context: BrowserContext, address: str, role: Role) -> Page:
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(email(role))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    return page


def weigh(page: Page, address: str) -> int:
    """Bytes over the wire for this page with an empty cache, heads of answers included."""
    session, weights = page.context.new_cdp_session(page), []
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    return int(sum(weights))


def measure(browser: Browser, school: School, slower: int = SLOWER) -> Measured:
    """The review of a full post: as it comes, and as it answers to what one does there first."""
    post_id = full_post(school)
    with serving(school) as address:
        context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = signed_in(context, address, Role.ASSISTANT_HEAD)
        here = f"{address}/review/{post_id}"
        with counted(school) as statements:
            page.context.request.get(here)
        weight = weigh(page, here)
        session = _slowed(page, slower)
        page.goto(here)
        page.wait_for_load_state("networkidle")
        times = page.evaluate(_PAINTS)
        found = Measured(**times, weight=weight, statements=len(statements), answers=_answers(page))
        session.detach()
        context.close()
    return found


def _slowed(page: Page, slower: int) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return session


def _answers(page: Page) -> dict[str, float]:
    """From a press to the next picture on the screen, each for three tries."""
    page.evaluate(_WATCH)
    fold = page.locator(".flags summary, main details summary")
    acts = {
        "the next flag, by key": lambda number: page.keyboard.press("j"),
        "unfold another reason": lambda number: fold.nth(number).click(),
        "a letter of a reason": lambda number: page.keyboard.press("x"),
    }
    longest = {}
    for name, act in acts.items():
        page.evaluate("window.answers = []")
        for number in range(3):
            act(number)
            page.wait_for_timeout(150)
        told = page.evaluate("window.answers")
        longest[name] = max((duration for _, duration in told), default=16.0)  # shorter ones are not told
    return longest


def form_weight(browser: Browser, school: School) -> int:
    """Bytes of the teacher's form, the first page that they fill in, with an empty cache."""
    with serving(school) as address:
        context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        page = signed_in(context, address, Role.TEACHER)
        weight = weigh(page, f"{address}/posts/new")
        context.close()
    return weight


def told(found: Measured, form: int) -> str:
    """The figures beside what is wanted, as a table."""
    rows = [
        ("review, 10 photos and 40 findings: first paint", f"{found.paint:.0f} ms", f"{FIRST_PAINT} ms"),
        *[(f"review: {name}", f"{took:.0f} ms", f"{ANSWER} ms") for name, took in found.answers.items()],
        ("review: the server’s part of it", f"{found.server:.0f} ms", "–"),
        ("review: everything loaded that is in sight", f"{found.loaded:.0f} ms", "–"),
        ("review: statements of SQL", str(found.statements), "–"),
        ("review: transferred", f"{found.weight / 1000:.0f} kB", "–"),
        ("the teacher’s form: transferred, nothing kept before", f"{form / 1000:.0f} kB", f"{FORM_BYTES // 1000} kB"),
    ]
    return "\n".join(["| | measured | wanted |", "|---|---|---|", *[f"| {' | '.join(row)} |" for row in rows]])


def main() -> None:
    from tests.browser import FLAGS, find_chromium

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        school = open_school(Path(folder) / "instance", Quick())
        with playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS) as browser:
            form = form_weight(browser, school)
            print(told(measure(browser, school), form))


if __name__ == "__main__":
    main()
