"""By keyboard alone: every stop is seen, none is a trap, the order is that of the page; and the whole way of a post."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.access import measures
from tests.access.conftest import Town
from tests.access.keys import Keys
from tests.access.visits import FILLED, FIRST, HEAD, TEACHER
from tests.in_full import IN_FULL

pytestmark = pytest.mark.long
SHORT = {"/posts/new", "/review/{in_review}", "/publish/{kit}/kit", "/posts/{draft}/photos/{draft_photo}/cover"}
WALKED = [visit for visit in FIRST if visit.school == FILLED and (IN_FULL or visit.address in SHORT)]


@pytest.mark.parametrize("who", sorted({visit.who for visit in WALKED}))
def test_every_stop_is_seen_in_the_order_of_the_page_and_leads_on(
    town: Town, context: BrowserContext, who: str
) -> None:
    page = town.sign_in(context, FILLED, who)
    filled, address = town.school(FILLED)
    wrong: list[str] = []
    for visit in [visit for visit in WALKED if visit.who == who]:
        page.goto(address + visit.address.format(**filled.numbers))
        measures.unfold(page)
        keys = Keys(page)
        stops = keys.walk()
        begins = visit.address.startswith(("/phone", "/components"))  # these put the first stop elsewhere
        assert stops[0]["name"].endswith("Skip to the page") or begins, visit
        wrong += [f"{visit.address}: {one}" for one in (*keys.wrong, *_jumps(stops))]
    assert not wrong, "\n".join(["", *wrong])


def _jumps(stops: list[dict[str, Any]]) -> list[str]:
    """Where the next stop of the page itself stands wholly above the one before. At this width there is one column."""
    main = [stop for stop in stops if stop["where"] == "MAIN"]
    return [
        f"from {before['name']} up to {after['name']}"
        for before, after in pairwise(main)
        if after["top"] + after["height"] <= before["top"]
    ]


def test_the_first_stop_leads_past_the_menu(town: Town, context: BrowserContext) -> None:
    page = town.sign_in(context, FILLED, TEACHER)
    page.goto(f"{town.school(FILLED)[1]}/posts/")
    keys = Keys(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    keys.stop()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert keys.stop() and page.evaluate("document.activeElement.closest('main') !== null")
    assert keys.wrong == []


def test_boxes_on_a_picture_have_names_and_a_list_beside_them(town: Town, context: BrowserContext) -> None:
    """What is drawn on a picture is said in words, too: where one covers, and where one decides."""
    page = town.sign_in(context, FILLED, HEAD)
    filled, address = town.school(FILLED)
    page.goto(address + "/posts/{in_review}/photos/{photo}/cover".format(**filled.numbers))
    boxes = page.locator(".stage button")
    names = [boxes.nth(number).get_attribute("aria-label") or "" for number in range(boxes.count())]
    assert len(names) >= 5 and len(set(names)) == len(names)
    assert all(name.startswith(f"Box {number} of {len(names)}") for number, name in enumerate(names, 1)), names
    listed = page.locator("main input[type=checkbox][name=finding]")
    assert listed.count() == len(names), "each box stands in the list as well"
    page.goto(address + "/review/{in_review}".format(**filled.numbers))
    drawn = page.locator("svg.boxes").first.locator("text").all_text_contents()
    assert drawn and page.locator("svg.boxes[aria-hidden=true]").count() == page.locator("svg.boxes").count()
    said = page.locator("ol.flags > li h3, main details li").all_text_contents()
    for number in drawn:
        assert any(line.strip().startswith(number.strip()) for line in said), f"box {number} is drawn and not listed"
