"""Live and as approved: a page as networks draw it, photographed by a real browser, held against what was approved."""

import base64
import io
import time

import pytest
from PIL import Image
from playwright.sync_api import Browser

from moderation.media import photo as pictures
from moderation.rules.as_approved import Result
from moderation.rules.findings import Box
from moderation.services import comparing, live
from moderation.services.comparing import Approved, ApprovedPicture
from moderation.services.looking import Looker
from tests.builders import harmless_scene

WORDS = "Sports day was a great success. Thank you to all parents who came on 14 July."
PAGE = """<body style="font: 16px sans-serif; margin: 12px"><b>Our School</b> <small>3 hours ago</small>
<p>{words}</p><img src="data:image/jpeg;base64,{picture}" style="width: 100%">
<p>12 likes · Comment · Share</p></body>"""


@pytest.fixture(scope="module")
def before() -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(harmless_scene())).resize((1440, 1080)).save(out, "JPEG", quality=92)
    return pictures.ingest(out.getvalue()).jpeg


def photographed(browser: Browser, picture: bytes, words: str, width: int) -> bytes:
    """A phone's screenshot of the page, the picture smaller and encoded again."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize((1080, 810)).save(out, "JPEG", quality=70)
    with browser.new_context(viewport={"width": width, "height": 700}, device_scale_factor=2) as context:
        page = context.new_page()
        page.set_content(PAGE.format(words=words, picture=base64.b64encode(out.getvalue()).decode()))
        page.wait_for_function("document.images[0].complete")
        return page.screenshot(full_page=True)


def test_a_screenshot_of_what_was_approved_passes_and_a_lost_cover_or_another_word_does_not(
    browser: Browser, looker: Looker, before: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    covered = pictures.cover(before, [Box(600, 420, 654, 480)]).jpeg
    wanted = Approved(WORDS, (ApprovedPicture(covered, "The field", (before,)),))
    shots = {
        "as approved": photographed(browser, covered, WORDS, 390),
        "the cover is lost": photographed(browser, before, WORDS, 390),
        "another day": photographed(browser, covered, WORDS.replace("14", "15"), 700),
    }
    found, seconds = {}, {}
    for name, shot in shots.items():
        began = time.monotonic()
        found[name] = {
            one.what: one for one in comparing.in_shot(looker, wanted, pictures.pixels(live.opened(shot)), "")
        }
        seconds[name] = time.monotonic() - began
    results = {name: [one.result for one in judged.values()] for name, judged in found.items()}
    assert results == {
        "as approved": [Result.SAME, Result.SAME],
        "the cover is lost": [Result.SAME, Result.DIFFERS],
        "another day": [Result.UNCLEAR, Result.SAME],
    }
    assert "before something in it was covered" in found["the cover is lost"]["Picture 1"].said[0]
    assert "“14”" in found["another day"]["The words"].said[0]
    with capsys.disabled():
        print("\n" + ", ".join(f"{name}: {took:.1f} s" for name, took in seconds.items()))
