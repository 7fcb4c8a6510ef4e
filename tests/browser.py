"""Chromium for the tests that need a real browser, and the folder where they leave their screenshots."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARTIFACTS = Path(__file__).parents[1] / "test-artifacts"
SCREENSHOTS = os.environ.get("GATEPOST_SCREENSHOTS") == "1"  # of each step; a whole page takes a quarter of a second
NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "No browser: this test needs Chromium; on Debian: apt-get install chromium fonts-dejavu-core"
# The tests look at pages of this machine alone, so a page that asks anything of the outside shows up as broken.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

expect.set_options(timeout=20_000)  # milliseconds: as long as a page on a busy machine may take


def find_chromium() -> str:
    """The browser's path. Without one the test is skipped, and fails if GATEPOST_REQUIRE_BROWSER=1."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("GATEPOST_REQUIRE_BROWSER") == "1":
        pytest.fail(MISSING)
    return found or pytest.skip(MISSING)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each opens its own `browser.new_context()`, which is as good as a new one."""
    path = find_chromium()
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=FLAGS) as chromium:
        yield chromium


def open_menu(page: Page) -> None:
    """On a phone it is folded into one row."""
    menu = page.locator("header .menu > summary")
    if menu.is_visible():
        menu.click()


def screenshot_path(name: str) -> Path:
    """Where to leave a screenshot for people to look at; not kept by git."""
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS / f"{name}.png"
