"""A post from its first word to the public by keyboard alone: Tab, Space, Enter, letters; no mouse, no shortcut."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from moderation.media.covers import COVER
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.workflow import State
from tests.acceptance.people import DESK, signed_in
from tests.acceptance.serving import Served, served
from tests.acceptance.test_decision_minute import worker
from tests.access.keys import Keys
from tests.access.schools import photo
from tests.builders import open_school
from tests.services.moments import Quick

NAME = Box(100, 100, 400, 200)


class SeesOnce(Quick):
    """Something stands there until it is covered."""

    def look(self, rgb: np.ndarray, *more: object) -> list[Sighting]:  # type: ignore[override]
        covered = (rgb[NAME.top : NAME.bottom, NAME.left : NAME.right] == COVER).all()
        return [] if covered else [Sighting(Detector.NAMES, Kind.TEXT_UNREADABLE, NAME)]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(open_school(tmp_path_factory.mktemp("keys") / "instance", SeesOnce())) as school:
        yield school


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "display.jpg").write_bytes(photo(80))
    return tmp_path / "display.jpg"


def test_a_post_is_written_decided_and_published_without_a_mouse(
    running: Served, browser: Browser, picture: Path
) -> None:
    pressed = {}
    with signed_in(browser, running, "teacher", DESK) as page:
        keys = Keys(page)
        keys.to(page.get_by_role("link", name="New post").first)
        keys.press("Enter")
        keys.to(page.get_by_label(re.compile("hoose photos")))
        with page.expect_file_chooser() as chooser:
            keys.press("Space")
        chooser.value.set_files(picture)
        add = page.get_by_role("button", name="Add the chosen photos")
        if add.is_visible():
            keys.to(add)
            keys.press("Enter")
        keys.to(page.get_by_label("Photo 1: what does it show"))
        keys.type("A display of leaves")
        keys.to(page.get_by_label("Caption"))
        keys.type("Leaves of autumn.")
        keys.to(page.get_by_label("Facebook"))
        keys.press("Space")
        keys.to(page.get_by_label("Nobody in it can be recognised"))
        keys.press("Space")
        keys.to(page.get_by_role("button", name="Send for checking"))
        keys.press("Enter")
        page.wait_for_url(re.compile(r"/posts/\d+$"))
        post_id, pressed["the teacher"] = int(page.url.rsplit("/", 1)[1]), keys.pressed
        assert keys.wrong == []
    running.school.run_checks(post_id)
    with signed_in(browser, running, "assistant head", DESK) as page, worker(running.school, post_id):
        keys = Keys(page)
        keys.to(page.get_by_role("link", name="Leaves of autumn."))
        keys.press("Enter")
        keys.to(page.get_by_role("button", name="Cover it"))
        keys.press("Enter")
        expect(page.get_by_role("button", name="Approve")).to_be_enabled(timeout=30_000)
        keys.to(page.get_by_role("button", name="Approve"))
        keys.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
        pressed["the head"] = keys.pressed
        assert keys.wrong == [] and running.school.state(post_id) is State.RELEASED
    with signed_in(browser, running, "resources manager", DESK) as page:
        keys = Keys(page)
        keys.to(page.get_by_role("button", name="Open the kit"))
        keys.press("Enter")
        keys.to(page.get_by_role("link", name="Download everything (zip)"))
        with page.expect_download():
            keys.press("Enter")
        keys.to(page.get_by_label(re.compile("Paste its link on")))
        keys.type("https://social.example/1")
        keys.to(page.get_by_role("button", name="It is out: the post is live"))
        keys.press("Enter")
        expect(page.get_by_text(re.compile("Live on Facebook")).first).to_be_visible()
        pressed["the manager"] = keys.pressed
        assert keys.wrong == []
    print("\nby keyboard alone:", ", ".join(f"{who} {count} keys" for who, count in pressed.items()))
