"""Every form that takes a file asks the school's virus scanner first, and takes none that it did not look at. Law 2."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import QueryableAttribute
from werkzeug.test import TestResponse

from moderation.db.models import (
    LiveCheck,
    Permission,
    Photo,
    ReferencePhoto,
    RegisterImport,
    SchoolLook,
    Sticker,
)
from moderation.media.viruses import HARMFUL, UNCHECKED
from moderation.rules.consent import Purpose
from moderation.rules.roles import Role
from tests.builders import School
from tests.media.pictures import segment, with_segments
from tests.media.scanners import VIRUS, saying, small_clamd
from tests.services.exports import pupils, table
from tests.web.pages import page_of, plain

VIEWS = Path(__file__).parents[2] / "moderation" / "web" / "views"
GRANT = {"word": "granted", "giver": "parent 1", "purpose": Purpose.NEWS, "how": "paper form"}


def harmful() -> bytes:
    """It opens as a picture: only a scanner refuses it."""
    return with_segments(plain(3), segment(0xFE, VIRUS))


@dataclass(frozen=True)
class Door:
    """A form, who sends it, what its file is called there, and where what it brings is kept."""

    role: Role
    address: str
    field: str
    kept: QueryableAttribute[Any]
    more: tuple[tuple[str, object], ...] = ()

    def knock(self, school: School, data: bytes) -> TestResponse:
        form = {**dict(self.more), self.field: (io.BytesIO(data), "one.jpg")}
        return school.browser(self.role).post(self.address, data=form, content_type="multipart/form-data")

    def count(self, school: School) -> int:
        with school.parts.reading() as work:
            return work.session.scalar(select(func.count(self.kept))) or 0


@pytest.fixture(scope="module")
def doors(desk: School) -> dict[str, Door]:
    person = desk.person("scan1", "Quill", "Scannerby", no_publish=True, may_match=True)
    live = desk.live(caption="Out and looked at.")
    grant, account = tuple(GRANT.items()), (("account", str(desk.account.id)),)
    return {
        "photo": Door(Role.TEACHER, "/posts/new", "photos", Photo.id, (("caption", "Kept words"), ("do", "add"))),
        "sticker": Door(Role.ADMINISTRATOR, "/staff/sticker", "photos", Sticker.id),
        "logo": Door(Role.ADMINISTRATOR, "/staff/look/logo", "photos", SchoolLook.media_key),
        "reference": Door(Role.DATA_LEAD, f"/register/{person.id}/references", "photo", ReferencePhoto.id),
        "evidence": Door(Role.DATA_LEAD, f"/register/{person.id}/permissions", "evidence", Permission.id, grant),
        "spreadsheet": Door(Role.DATA_LEAD, "/register/import/", "file", RegisterImport.id),
        "screenshot": Door(Role.RESOURCES_MANAGER, f"/live/{live}", "screenshot", LiveCheck.id, account),
    }


DOORS = ["photo", "sticker", "logo", "reference", "evidence", "spreadsheet", "screenshot"]


def scanned_by(school: School, address: object) -> School:
    settings = replace(school.parts.settings, clamd=address)
    return replace(school, parts=replace(school.parts, settings=settings), app=None)


@pytest.fixture(scope="module")
def guarded(desk: School) -> Iterator[School]:
    with small_clamd() as address:
        yield scanned_by(desk, address)


@pytest.fixture(scope="module")
def unguarded(desk: School) -> School:
    """The scanner is set, and away."""
    with saying(b"") as gone:
        return scanned_by(desk, gone)


@pytest.mark.parametrize("name", DOORS)
def test_a_file_that_does_harm_is_kept_nowhere(doors: dict[str, Door], guarded: School, name: str) -> None:
    door, before = doors[name], doors[name].count(guarded)
    answer = door.knock(guarded, harmful())
    assert answer.status_code == 422
    assert HARMFUL in page_of(answer).text
    assert door.count(guarded) == before


@pytest.mark.parametrize("name", DOORS)
def test_while_the_scanner_is_away_no_file_is_taken(doors: dict[str, Door], unguarded: School, name: str) -> None:
    door, before = doors[name], doors[name].count(unguarded)
    answer = door.knock(unguarded, plain(4))
    assert answer.status_code == 422
    assert UNCHECKED in page_of(answer).text
    assert door.count(unguarded) == before


def test_the_clean_files_and_the_words_stay(doors: dict[str, Door], guarded: School) -> None:
    """Law 12."""
    files = [(io.BytesIO(data), name) for data, name in ((plain(5), "good.jpg"), (harmful(), "bad.jpg"))]
    form = {"caption": "We planted beans.", "do": "add", "photos": files}
    before = doors["photo"].count(guarded)
    answer = guarded.browser(Role.TEACHER).post("/posts/new", data=form, content_type="multipart/form-data")
    page = page_of(answer)
    assert f"bad.jpg: {HARMFUL}" in page.text and "good.jpg: " not in page.text
    assert page.values["caption"] == "We planted beans."
    assert doors["photo"].count(guarded) == before + 1


def test_what_is_clean_comes_in(doors: dict[str, Door], guarded: School) -> None:
    for name, data in (
        ("sticker", plain(6)),
        ("logo", plain(7)),
        ("evidence", b"%PDF-1.7 "),
        ("spreadsheet", table(*pupils(2))),
    ):
        before = doors[name].count(guarded)
        assert doors[name].knock(guarded, data).status_code == 303
        assert doors[name].count(guarded) == before + 1


def test_no_view_reads_a_file_by_itself() -> None:
    """A form that is added later comes past the scanner too. That of reminders keeps no file at all."""
    views = {path.name: path.read_text() for path in VIEWS.glob("*.py")}
    takes = {name for name, text in views.items() if "request.files" in text or "uploads." in text}
    assert {name for name in takes if "uploads." not in views[name]} == {"reminders.py"}
    assert [name for name in takes if ".stream" in views[name] or "file.read()" in views[name]] == []
