"""The browser that the page tests lean on is a real one, and looks at this machine alone."""

import pytest
from playwright.sync_api import Browser, Error


def test_a_page_is_drawn_and_its_script_runs(browser: Browser) -> None:
    with browser.new_page() as page:
        page.set_content("<h1>Gate</h1><script>document.querySelector('h1').append('post')</script>")
        assert page.get_by_role("heading").inner_text() == "Gatepost"
        assert page.get_by_role("heading").bounding_box()["height"] > 10


def test_no_name_is_ever_looked_up(browser: Browser) -> None:
    """So a page that asks the outside for a font or a script is broken in every test, not only for a school offline."""
    with browser.new_page() as page, pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://school.localhost:47999/")  # every browser knows it without asking
