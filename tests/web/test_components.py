"""The page of all components, and how the sheets reach a browser."""

import gzip
import re
from pathlib import Path

from playwright.sync_api import Browser

from moderation.rules.roles import Role
from tests.builders import PASSWORD, School, email
from tests.web.conftest import Gallery
from tests.web.serving import serving

ROOT = Path(__file__).parents[2]
# Words whose colour stands out from what lies behind them less than WCAG 2.2 asks for at AA; the disabled are left out.
FAINT = """() => {
  const ink = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const seen = (colour) => {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    return [...ink.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (part) => {
    const colour = part ? seen(getComputedStyle(part).backgroundColor) : [255, 255, 255, 255];
    return colour[3] === 255 ? colour : behind(part.parentElement);
  };
  const left = '[disabled], :disabled + label, .govuk-visually-hidden';
  const all = [...document.querySelectorAll('body *')];
  const written = all.filter((part) => !part.closest(left) && part.checkVisibility()
    && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const contrast = (part) => {
    const [low, high] = [light(seen(getComputedStyle(part).color)), light(behind(part))].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  if (written.length < 60) return ['too little was looked at'];
  return written.filter((part) => contrast(part) < 4.5).map((part) => part.outerHTML.slice(0, 80));
}"""
# What is pressed and smaller than 24 pixels, outside of a sentence.
SMALL = """() => [...document.querySelectorAll('button, summary, select, input, nav a, a.govuk-button')]
  .filter((part) => part.checkVisibility()).map((part) => [part.getBoundingClientRect(), part.outerHTML.slice(0, 80)])
  .filter(([box]) => box.width < 24 || box.height < 24).map(([, what]) => what)"""
TEACHERS_FORM = 150_000  # bytes that a phone fetches for it the first time


def test_the_components_open_for_administrators(gallery: Gallery) -> None:
    page = gallery.browser(Role.ADMINISTRATOR).get("/components/")
    assert page.status_code == 200
    for part in (
        "error-summary",
        "notification-banner",
        "file-upload",
        "radios__item",
        "task-list",
        "summary-list",
        "details",
    ):
        assert f'class="govuk-{part}' in page.text
    assert gallery.browser(Role.TEACHER).get("/components/").status_code == 403


def test_a_style_is_sent_compressed_and_kept_until_it_changes(gallery: Gallery) -> None:
    browser = gallery.browser(Role.TEACHER)
    page = browser.get("/posts/new").text
    address = re.search(r'href="(/static/gatepost\.css\?v=\w+)"', page)
    assert address
    style = browser.get(address[1], headers={"Accept-Encoding": "gzip"})
    assert style.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in style.headers["Vary"]
    assert gzip.decompress(style.data) == (ROOT / "static" / "gatepost.css").read_bytes()
    assert style.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    plain = browser.get(address[1])
    assert plain.data == gzip.decompress(style.data) and "Content-Encoding" not in plain.headers
    old = browser.get("/static/gatepost.css?v=0123456789ab")
    assert "immutable" not in old.headers["Cache-Control"]


def test_a_page_with_its_tokens_is_not_compressed(gallery: Gallery) -> None:
    page = gallery.browser(Role.TEACHER).get("/posts/new", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers


def test_the_teacher_s_form_is_small_on_a_phone(gallery: Gallery) -> None:
    browser = gallery.browser(Role.TEACHER)
    page = browser.get("/posts/new")
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    sent = [browser.get(part, headers={"Accept-Encoding": "gzip"}).data for part in parts]
    assert len(parts) >= 5
    assert len(page.data) + sum(map(len, sent)) < TEACHERS_FORM


def test_in_the_light_and_the_dark_every_word_stands_out_and_nothing_is_too_small_or_too_wide(
    browser: Browser, school: School
) -> None:
    with serving(school) as address:
        context = browser.new_context(viewport={"width": 320, "height": 800})  # 1280 pixels at 400 %
        page = context.new_page()
        page.goto(address)
        page.get_by_label("E-mail address").fill(email(Role.ADMINISTRATOR))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator("header form.who").first.wait_for(state="attached")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                page.goto(f"{address}/components/")
                assert page.evaluate(FAINT) == [], (scheme, width)
                assert page.evaluate(SMALL) == [], (scheme, width)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, (scheme, width)
        context.close()
