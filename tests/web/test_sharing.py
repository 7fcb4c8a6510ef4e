"""Gatepost in a phone's share menu: a draft of whoever is signed in, and nothing that the browser keeps."""

import io
import json
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from moderation.db.models import Post
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from tests.builders import School
from tests.web.pages import page_of, plain

ROOT = Path(__file__).parents[2]
FROM_THE_PHONE = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Origin": "null"}


@pytest.fixture
def browser(desk: School, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """With the protection against forged forms on."""
    client = desk.browser(Role.TEACHER)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    return client


def share(browser: FlaskClient, *files: tuple[bytes, str], headers: dict[str, str] | None = None) -> TestResponse:
    sent = {"photos": [(io.BytesIO(data), name) for data, name in files], "title": "From the gallery"}
    headers = FROM_THE_PHONE if headers is None else headers
    return browser.post("/share", data=sent, content_type="multipart/form-data", headers=headers)


def newest(school: School) -> int:
    with school.parts.reading() as work:
        return work.session.scalar(select(func.max(Post.id))) or 0


def test_photos_of_the_gallery_become_a_new_draft_and_no_more(desk: School, browser: FlaskClient) -> None:
    answer = share(browser, (plain(71), "IMG_1.jpg"), (plain(72), "IMG_2.jpg"))
    post = desk.post(newest(desk))
    assert answer.headers["Location"] == f"/posts/{post.id}/edit?saved=1"
    assert (post.author_id, post.state, len(post.photos), post.caption) == (desk.teacher.id, State.DRAFT, 2, "")


def test_what_cannot_be_used_is_named_and_the_others_are_kept(desk: School, browser: FlaskClient) -> None:
    """Law 12."""
    answer = share(browser, (plain(73), "IMG_1.jpg"), (b"%PDF-1.7", "letter.pdf"))
    assert (answer.status_code, "letter.pdf: It is a PDF document" in page_of(answer).text) == (422, True)
    assert len(desk.post(newest(desk)).photos) == 1
    before = newest(desk)
    assert "No photo came with it" in page_of(share(browser)).text
    assert newest(desk) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "None"])
def test_no_page_elsewhere_puts_photos_into_somebodys_drafts(desk: School, browser: FlaskClient, site: str) -> None:
    """`Sec-Fetch-Site` is the browser's own word; one that sends none takes no share either."""
    before = newest(desk)
    headers = {"Sec-Fetch-Site": site, "Origin": "https://evil.example"} if site else {}
    assert share(browser, (plain(74), "a.jpg"), headers=headers).status_code == 400
    assert newest(desk) == before


def test_whoever_is_signed_out_is_told_that_nothing_was_kept(desk: School) -> None:
    before = newest(desk)
    answer = share(desk.browser(), (plain(75), "a.jpg"))
    assert (answer.status_code, "The photos were not kept. Sign in" in page_of(answer).text) == (401, True)
    assert newest(desk) == before
    assert share(desk.browser(Role.ADMINISTRATOR), (plain(75), "a.jpg")).status_code == 403


def at(address: str) -> str:
    """As browsers read the manifest's addresses: from where it lies itself, which may be below a school's path."""
    return urljoin("/static/gatepost.webmanifest", address)


def test_the_manifest_says_what_is_there(desk: School) -> None:
    page = desk.browser().get("/sign-in")
    assert 'rel="manifest" href="/static/gatepost.webmanifest?v=' in page.text
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]
    answer = desk.browser().get("/static/gatepost.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["name"], manifest["display"]) == ("Gatepost", "standalone")
    assert (at(manifest["scope"]), at(manifest["start_url"])) == ("/", "/")
    target = manifest["share_target"]
    routes = {rule.rule: rule.methods for rule in desk.browser().application.url_map.iter_rules()}
    assert target["method"] in routes[at(target["action"])]
    assert [one["name"] for one in target["params"]["files"]] == ["photos"]
    for icon in manifest["icons"]:
        with Image.open(io.BytesIO(desk.browser().get(at(icon["src"])).data)) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}


def test_law_10_no_script_keeps_pages_pictures_or_words_in_the_browser() -> None:
    """No service worker, cache or database. Kept: when a page was last used, and one tick."""
    stores = ("serviceWorker", "caches.", "indexedDB", "sessionStorage", "document.cookie")
    scripts = {path.name: path.read_text() for path in sorted((ROOT / "static").glob("*.js"))}
    assert len(scripts) > 8
    assert [(name, store) for name, text in scripts.items() for store in stores if store in text] == []
    assert {name for name, text in scripts.items() if "localStorage" in text} == {"gatepost.js", "review.js"}
