"""How long a teacher with an old phone waits on a slow network: measured and printed, not judged by the clock.

GATEPOST_MEASURE=1 GATEPOST_IN_FULL=1 .venv/bin/pytest -s tests/web/test_a_slow_phone.py

Without the first of them the photos are a quarter as large: they come over the same network in a quarter of the time.
"""

import io
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from moderation.rules.roles import Role
from moderation.services.looking import Looker
from tests.builders import PASSWORD, email, open_school
from tests.in_full import only_in_full
from tests.media.pictures import segment, with_segments
from tests.web.serving import serving

pytestmark = [pytest.mark.long, only_in_full]

# “Fast 3G” as browsers' own tools define it, and a processor five years old beside today's.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SAME_BOTH_WAYS = {**NETWORK, "uploadThroughput": 1.6e6 / 8}
SLOWER = 4
AS_MEASURED = os.environ.get("GATEPOST_MEASURE") == "1"
SIZE, PHOTO_BYTES = ((4000, 3000), 3_000_000) if AS_MEASURED else ((2000, 1500), 750_000)


def camera_photo(number: int) -> bytes:
    """12 megapixels in 3 MB, as a phone makes it, or a quarter of that."""
    soft = np.random.default_rng(number).integers(0, 255, (SIZE[1] // 8, SIZE[0] // 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(soft).resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    rest = max(0, PHOTO_BYTES - out.tell())
    return with_segments(
        out.getvalue(), *(segment(0xFE, bytes(min(65_000, rest - at))) for at in range(0, rest, 65_000))
    )


def slow(page: Page, network: dict[str, object]) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", network)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


@pytest.mark.parametrize("network", [NETWORK, SAME_BOTH_WAYS], ids=["0.75 Mb/s up", "1.6 Mb/s up"])
def test_how_long_four_photos_take(
    browser: Browser, tmp_path: Path, looker: Looker, network: dict[str, object], request: pytest.FixtureRequest
) -> None:
    files = [tmp_path / f"IMG_{number}.jpg" for number in range(4)]
    for number, path in enumerate(files):
        path.write_bytes(camera_photo(number))
    school = open_school(tmp_path / "instance", looker)
    with serving(school) as address:
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.goto(address)
        page.get_by_label("E-mail address").fill(email(Role.TEACHER))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/posts/")
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        slow(page, network)
        began = time.monotonic()
        page.goto(f"{address}/posts/new", wait_until="commit")
        page.get_by_label("Caption").press_sequentially("B")
        typed = time.monotonic() - began
        page.wait_for_load_state()
        began = time.monotonic()
        page.get_by_label("Choose photos").set_input_files(files)
        expect(page.locator("#photos-coming canvas")).to_have_count(4, timeout=60_000)
        shown = time.monotonic() - began
        expect(page.get_by_text("4 of 4 photos sent.")).to_be_visible(timeout=600_000)
        there = time.monotonic() - began
        context.close()
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"\n{request.node.callspec.id}: typed in {typed:.1f} s, {len(files)} thumbnails {shown:.1f} s, ", end="")
    print(
        f"{size:.1f} MB there {there:.0f} s ({size * 8e6 / there / (float(str(network['uploadThroughput'])) * 8):.0%})"
    )
