"""Help in the program: each role's guide on one printed page, and the words, from the documentation's own text."""

import re
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from moderation.rules.language import Language, gettext, speaking
from moderation.rules.roles import SIGN_INS, Role
from moderation.web.views.help import FOLDER, GUIDES, TRANSLATED
from tests.builders import PASSWORD, School, email
from tests.web.conftest import Gallery
from tests.web.pages import page_of
from tests.web.serving import serving

WELSH = {"Accept-Language": "cy"}
IN_WELSH = TRANSLATED[Language.WELSH]


@pytest.mark.parametrize("role", sorted(SIGN_INS))
def test_the_foot_of_every_page_leads_to_the_guide_of_one_s_role(gallery: Gallery, role: Role) -> None:
    browser = gallery.browser(role)
    assert "/help/" in page_of(browser.get("/", follow_redirects=True)).addresses
    guide = browser.get("/help/", follow_redirects=True)
    assert guide.request.path == f"/help/{role.replace(' ', '-')}"
    assert f"<h1>{role.capitalize()}</h1>" in guide.text


@pytest.mark.parametrize(("guides", "headers"), [(GUIDES, {}), (IN_WELSH, WELSH)], ids=["English", "Welsh"])
def test_the_program_shows_the_documentation_s_own_words(
    gallery: Gallery, guides: dict[str, str], headers: dict[str, str]
) -> None:
    browser = gallery.browser(Role.TEACHER)
    for name, source in guides.items():
        written = re.sub(r"^!.*$|^ *(?:#+|-|\d+\.) |[*]|\[|\]\([^)]*\)", "", source, flags=re.MULTILINE).split()
        shown = page_of(browser.get(f"/help/{name}", headers=headers)).text
        assert " ".join(written) in " ".join(shown.split()), name


def test_a_guide_that_is_in_english_only_is_shown_so(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(IN_WELSH, "words")
    browser = gallery.browser(Role.TEACHER)
    page = browser.get("/help/words", headers=WELSH).text
    assert '<article class="guide" lang="en">' in page and "What each word on the pages means" in page
    assert (
        'class="guide" lang' not in browser.get("/help/words").text + browser.get("/help/teacher", headers=WELSH).text
    )


@pytest.mark.parametrize("name", sorted(IN_WELSH.keys() - {"words"}))
def test_a_welsh_guide_has_every_step_and_calls_it_as_the_welsh_pages_do(name: str) -> None:
    def steps(guide: str) -> list[str]:
        return re.findall(r"^ *(#+|-|\d+\.) ", guide, flags=re.MULTILINE)

    assert steps(IN_WELSH[name]) == steps(GUIDES[name])
    with speaking(Language.WELSH):
        called = {gettext(words) for words in _bold(GUIDES[name]) if gettext(words) != words}
    assert called - set(_bold(IN_WELSH[name])) == set()


def _bold(guide: str) -> list[str]:
    return re.findall(r"\*\*(.+?)\*\*", guide)


def test_whatever_a_guide_names_is_there(gallery: Gallery) -> None:
    """Guides lead to guides alone: the rest of the documentation is not in the program."""
    browser = gallery.browser(Role.DATA_LEAD)
    for name, source in GUIDES.items():
        assert [to for to in re.findall(r"\]\(([^)]+)\)", source) if not (FOLDER / to).exists()] == [], name
        translated = re.findall(r"\]\(([^)]+)\)", IN_WELSH[name])
        assert [to for to in translated if not (FOLDER / Language.WELSH / to).exists()] == [], name
        for address in page_of(browser.get(f"/help/{name}")).addresses:
            if address.startswith("/help/"):
                answer = browser.get(address, follow_redirects=True)
                assert answer.status_code == 200, address
                answer.close()


def test_a_guide_that_nobody_wrote_is_not_there(gallery: Gallery) -> None:
    browser = gallery.browser(Role.TEACHER)
    for address in ("/help/nobody", "/help/pictures/nobody.png", "/help/pictures/..%2fteacher.md"):
        assert browser.get(address).status_code == 404, address


def test_each_guide_is_one_printed_page_and_fits_a_phone(browser: Browser, school: School, tmp_path: Path) -> None:
    with serving(school) as address:
        page = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
        page.goto(address)
        page.get_by_label("E-mail address").fill(email(Role.TEACHER))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        for headers, name in product(({}, WELSH), GUIDES):
            page.set_extra_http_headers(headers)
            page.goto(f"{address}/help/{name}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            (printed := tmp_path / "guide.pdf").write_bytes(page.pdf(format="A4", prefer_css_page_size=True))
            assert name == "words" or len(PdfReader(printed).pages) == 1, (name, headers)
        page.context.close()
