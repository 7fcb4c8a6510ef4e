"""The school's own colour and logo: set by the administrator, shown to everybody, strangers included."""

import io
import json
import re

import pytest
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from moderation.db.models import AuditRow, SchoolLook
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.school_look import DARK_GROUND, LINES, contrast
from tests.builders import School, open_school
from tests.services.moments import Quick
from tests.web.pages import page_of
from tests.web.serving import serving

NAVY = "#002147"
NAME = "St Ada & St Bede"  # as it may be: what means something in HTML is written so that it means nothing


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("look") / "instance", Quick(), GATEPOST_SCHOOL=NAME)


@pytest.fixture
def administrator(at: School) -> FlaskClient:
    """Before each test the school looks as Gatepost does."""
    client = at.browser(Role.ADMINISTRATOR)
    assert client.post("/staff/look/undo").status_code == 303
    return client


def crest(width: int = 300, height: int = 200, kind: str = "PNG") -> dict[str, object]:
    """A logo as a school has it: transparent around, where its kind can be."""
    out = io.BytesIO()
    picture = Image.new("RGBA", (width, height))
    picture.paste((200, 16, 46, 255), (width // 4, 0, width // 2, height))
    (picture.convert("RGB") if kind == "JPEG" else picture).save(out, kind)
    return {"photos": (io.BytesIO(out.getvalue()), f"crest.{kind.lower()}")}


def sheet_of(client: FlaskClient, address: str = "/sign-in") -> str | None:
    found = [one for one in page_of(client.get(address)).addresses if one.startswith("/look/") and one.endswith(".css")]
    return found[0] if found else None


def logo_of(client: FlaskClient, address: str = "/sign-in") -> str | None:
    found = [one for one in page_of(client.get(address)).addresses if one.startswith("/look/") and one.endswith(".jpg")]
    return found[0] if found else None


def kept(at: School) -> tuple[str | None, str | None]:
    with at.parts.reading() as work:
        row = work.session.get_one(SchoolLook, 1)
        return row.colour, row.media_key


def last_action(at: School) -> tuple[str, dict[str, object], int | None]:
    with at.parts.reading() as work:
        row = work.session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
        assert row is not None
        return row.action, json.loads(row.detail), row.actor_id


def test_a_school_without_a_look_of_its_own_asks_for_nothing(administrator: FlaskClient, at: School) -> None:
    assert sheet_of(at.browser()) is None and logo_of(at.browser()) is None
    assert "Gatepost’s own green" in administrator.get("/staff/look").text


def test_the_colour_is_on_every_page_before_anybody_signs_in(administrator: FlaskClient, at: School) -> None:
    assert administrator.post("/staff/look", data={"colour": " 002147", "picked": "#14532d"}).status_code == 303
    assert last_action(at) == ("school colour set", {"colour": NAVY}, at.people[Role.ADMINISTRATOR].id)
    stranger = at.browser()
    address = sheet_of(stranger)
    assert (
        address == sheet_of(at.browser(Role.TEACHER), "/posts/") == sheet_of(stranger, "/nowhere") == "/look/002147.css"
    )
    assert f'<meta name="theme-color" content="{NAVY}">' in stranger.get("/sign-in").text
    answer = stranger.get(address)
    assert answer.mimetype == "text/css" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    day, night = re.findall(r"--school-brand: (#\w+); --school-brand-ink: (#\w+);", answer.text)
    assert day == (NAVY, "#ffffff")
    assert contrast(night[0], DARK_GROUND) >= LINES and answer.text.index("dark") < answer.text.index(night[0])


def test_what_was_picked_counts_where_nothing_else_was_typed(administrator: FlaskClient, at: School) -> None:
    """Without a script the two fields do not know of each other."""
    for typed, picked, colour in (
        ("", "#800000", "#800000"),
        ("#800000", NAVY, NAVY),
        ("#5b2c83", NAVY, "#5b2c83"),
        ("#5B2C83", "#800000", "#800000"),
        ("#14532d", "#5b2c83", "#14532d"),
    ):
        assert administrator.post("/staff/look", data={"colour": typed, "picked": picked}).status_code == 303
        assert kept(at)[0] == colour


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("#ffd700", "too light"), ("navy", "A colour is written"), ("#12345", "A colour"), ('"><b>', "A colour is")],
)
def test_a_colour_that_cannot_be_used_is_refused_and_stands_there_still(
    administrator: FlaskClient, at: School, typed: str, sentence: str
) -> None:
    """Law 12."""
    administrator.post("/staff/look", data={"colour": NAVY})
    answer = administrator.post("/staff/look", data={"colour": typed, "picked": NAVY})
    page = page_of(answer)
    assert answer.status_code == 422 and sentence in page.text
    assert page.values["colour"] == typed and "#colour" in page.addresses
    assert kept(at)[0] == NAVY


@pytest.mark.parametrize("address", ["/look/ffd700.css", "/look/0021.css", "/look/002147%7D.css", "/look/14532D.css"])
def test_no_other_sheet_can_be_asked_for(at: School, address: str) -> None:
    answer = at.browser().get(address)
    assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_shown_to_strangers_as_pixels_alone(administrator: FlaskClient, at: School, kind: str) -> None:
    assert administrator.post("/staff/look/logo", data=crest(3000, 600, kind)).status_code == 303
    stranger = at.browser()
    address = logo_of(stranger)
    assert address and address == logo_of(at.browser(Role.TEACHER), "/posts/")
    assert 'alt="St Ada &amp; St Bede"' in stranger.get("/sign-in").text
    answer = stranger.get(address)
    assert answer.mimetype == "image/jpeg" and "immutable" in answer.headers["Cache-Control"]
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (720, 144), "as much as three times 48 pixels of height"
        assert not picture.getexif()


def test_transparent_is_white_so_that_a_dark_crest_is_seen_on_a_dark_page(
    administrator: FlaskClient, at: School
) -> None:
    administrator.post("/staff/look/logo", data=crest())
    with Image.open(io.BytesIO(at.browser().get(str(logo_of(at.browser()))).data)) as picture:
        assert picture.getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a kind of picture"),
        (b"\x89PNG\r\n\x1a\n and no more", "cannot be opened"),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_by_name_and_the_last_one_stays(
    administrator: FlaskClient, at: School, data: bytes, sentence: str
) -> None:
    administrator.post("/staff/look/logo", data=crest())
    before = kept(at)
    answer = administrator.post("/staff/look/logo", data={"photos": (io.BytesIO(data), "logo.svg")})
    assert answer.status_code == 422 and "logo.svg: " in answer.text and sentence in page_of(answer).text
    assert kept(at) == before


def test_a_logo_too_small_to_be_sharp_is_refused(administrator: FlaskClient, at: School) -> None:
    answer = administrator.post("/staff/look/logo", data=crest(200, 40))
    assert answer.status_code == 422 and "200 × 40 pixels" in page_of(answer).text
    assert administrator.post("/staff/look/logo").status_code == 422
    assert kept(at)[1] is None


def test_another_logo_has_another_address_and_the_last_one_is_gone(administrator: FlaskClient, at: School) -> None:
    administrator.post("/staff/look/logo", data=crest())
    first, key = logo_of(at.browser()), kept(at)[1]
    administrator.post("/staff/look/logo", data=crest(400))
    assert logo_of(at.browser()) not in (None, first)
    assert at.browser().get(str(first)).status_code == 404
    assert key not in set(at.parts.store.keys()) and kept(at)[1] in set(at.parts.store.keys())
    administrator.post("/staff/look/logo", data=crest(400))
    assert at.browser().get(str(logo_of(at.browser()))).status_code == 200, "the same one again is still there"


def test_the_logo_is_removed_alone_and_both_together(administrator: FlaskClient, at: School) -> None:
    administrator.post("/staff/look", data={"colour": NAVY})
    administrator.post("/staff/look/logo", data=crest())
    key = kept(at)[1]
    assert administrator.post("/staff/look/logo/remove").status_code == 303
    assert last_action(at)[0] == "school logo removed"
    assert kept(at) == (NAVY, None) and key not in set(at.parts.store.keys())
    administrator.post("/staff/look/logo", data=crest())
    assert last_action(at) == ("school logo put", {"digest": kept(at)[1]}, at.people[Role.ADMINISTRATOR].id)
    assert administrator.post("/staff/look/undo").status_code == 303
    assert last_action(at)[0] == "school look undone"
    assert kept(at) == (None, None) and sheet_of(at.browser()) is None and logo_of(at.browser()) is None


@pytest.mark.parametrize("role", sorted(SIGN_INS - {Role.ADMINISTRATOR}))
def test_law_3_the_look_is_the_administrator_s_to_set(at: School, role: Role) -> None:
    client = at.browser(role)
    assert client.get("/staff/look").status_code == 403
    for address in ("/staff/look", "/staff/look/logo", "/staff/look/logo/remove", "/staff/look/undo"):
        assert client.post(address, data={"colour": NAVY}).status_code == 403
        assert at.browser().post(address).status_code == 401
    assert "The school’s look" not in client.get("/", follow_redirects=True).text


def colours_of_the_button(page: Page) -> tuple[str, str]:
    said = "(one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    ground, ink = page.get_by_role("button", name="Sign in").evaluate(said)
    return ground, ink


def test_in_a_browser_the_pages_wear_the_colour_and_the_logo(
    administrator: FlaskClient, at: School, browser: Browser
) -> None:
    administrator.post("/staff/look", data={"colour": NAVY})
    administrator.post("/staff/look/logo", data=crest(900, 300))
    with serving(at) as address, browser.new_context() as context:
        page, blocked = context.new_page(), list[str]()
        page.on("console", lambda line: blocked.append(line.text))
        page.goto(f"{address}/sign-in")
        assert colours_of_the_button(page) == ("rgb(0, 33, 71)", "rgb(255, 255, 255)")
        logo = page.get_by_role("img", name=NAME)
        assert logo.evaluate("(one) => one.complete && one.naturalWidth") == 432
        assert 20 < (logo.bounding_box() or {})["height"] <= 48
        assert blocked == []
