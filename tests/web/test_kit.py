"""Law 1 at the publisher's desk: the kit is exactly what was approved, opened on the record, closed by any change."""

import io
import json
import zipfile
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from moderation.db.models import AuditRow, Kit
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import State
from tests.builders import LINK, School
from tests.web.pages import page_of, plain

CAPTION = "The beans have come up – two rows of them."


@pytest.fixture(scope="module")
def manager(desk: School) -> FlaskClient:
    return desk.browser(Role.RESOURCES_MANAGER)


def openings(desk: School, post_id: int) -> int:
    with desk.parts.reading() as work:
        rows = select(AuditRow).where(AuditRow.post_id == post_id, AuditRow.action == "kit opened")
        recorded = [row for row in work.session.scalars(rows) if row.actor_id == desk.manager.id]
        kits = work.session.scalar(select(func.count()).select_from(Kit).where(Kit.post_id == post_id))
        assert kits == len(recorded)
        return len(recorded)


def zip_of(manager: FlaskClient, post_id: int) -> dict[str, bytes]:
    answer = manager.get(f"/publish/{post_id}/kit.zip")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f"post-{post_id}.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_nobody_takes_a_kit_that_was_not_opened_on_the_record(manager: FlaskClient, desk: School) -> None:
    post_id = desk.released()
    for address in (f"/publish/{post_id}/kit", f"/publish/{post_id}/kit.zip"):
        answer = manager.get(address)
        assert answer.status_code == 409
        assert "Open the kit first" in answer.text
    assert openings(desk, post_id) == 0
    assert manager.post(f"/publish/{post_id}/kit").headers["Location"] == f"/publish/{post_id}/kit"
    assert openings(desk, post_id) == 1
    assert manager.get(f"/publish/{post_id}/kit").status_code == 200


def test_the_zip_holds_what_its_manifest_says_and_what_was_approved(manager: FlaskClient, desk: School) -> None:
    post_id = desk.released(plain(30), plain(31), caption=CAPTION)
    manager.post(f"/publish/{post_id}/kit")
    files = zip_of(manager, post_id)
    manifest = json.loads(files["manifest.json"])
    assert list(files) == ["caption.txt", "photo-1.jpg", "photo-2.jpg", "alt-texts.txt", "manifest.json"]
    assert files["caption.txt"].decode() == CAPTION
    for named in (manifest["caption"], *manifest["photos"]):
        assert sha256(files[named["file"]]).hexdigest() == named["sha256"]
    photos = desk.post(post_id).photos
    assert [one["sha256"] for one in manifest["photos"]] == [photo.media_key for photo in photos]
    assert [one["alt_text"] for one in manifest["photos"]] == [photo.alt_text for photo in photos]
    assert manifest["digest"] == desk.digest(post_id)
    assert manifest["accounts"] == [desk.account.title]


def test_a_change_of_the_register_closes_the_kit(manager: FlaskClient, desk: School) -> None:
    post_id = desk.released()
    manager.post(f"/publish/{post_id}/kit")
    zip_of(manager, post_id)
    desk.person("kit1", "Zebedee", "Quillfeather")
    for answer in (
        manager.get(f"/publish/{post_id}/kit"),
        manager.get(f"/publish/{post_id}/kit.zip"),
        manager.post(f"/publish/{post_id}/kit"),
        manager.post(f"/publish/{post_id}/live", data={f"link-{desk.account.id}": LINK}),
    ):
        assert answer.status_code == 409
        assert not answer.data.startswith(b"PK")
    assert desk.state(post_id) is State.RELEASED
    assert openings(desk, post_id) == 1


def test_an_approval_that_was_taken_back_closes_the_kit(manager: FlaskClient, desk: School) -> None:
    post_id = desk.released()
    manager.post(f"/publish/{post_id}/kit")
    head = desk.browser(Role.ASSISTANT_HEAD)
    head.post(f"/review/{post_id}/decide", data={"action": "take approval back", "reason": "Not yet."})
    assert manager.get(f"/publish/{post_id}/kit.zip").status_code == 409
    desk.approve(post_id)
    answer = manager.get(f"/publish/{post_id}/kit.zip")
    assert answer.status_code == 409, "a new approval needs a new opening"


def test_there_is_no_kit_for_anybody_but_the_publisher(desk: School, manager: FlaskClient) -> None:
    post_id = desk.released()
    manager.post(f"/publish/{post_id}/kit")
    for role in SIGN_INS - {Role.RESOURCES_MANAGER}:
        browser = desk.browser(role)
        assert browser.get(f"/publish/{post_id}/kit").status_code == 403
        assert browser.get(f"/publish/{post_id}/kit.zip").status_code == 403
        assert browser.post(f"/publish/{post_id}/kit").status_code == 403
    assert openings(desk, post_id) == 1


def test_a_link_that_is_none_comes_back_as_typed_and_a_good_one_makes_it_live(
    manager: FlaskClient, desk: School
) -> None:
    post_id = desk.released()
    manager.post(f"/publish/{post_id}/kit")
    field = f"link-{desk.account.id}"
    for typed, sentence in (("javascript:alert(1)", "does not look like a web address"), ("", "Paste the link")):
        answer = manager.post(f"/publish/{post_id}/live", data={field: typed})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert page_of(answer).values[field] == typed
    answer = manager.post(f"/publish/{post_id}/live", data={field: LINK}, follow_redirects=True)
    assert desk.state(post_id) is State.LIVE
    assert "teacher 1, who wrote it, and those who approve are told." in answer.text and LINK in answer.text
    assert "told" not in page_of(manager.get(f"/posts/{post_id}")).text, "once is enough"
    assert manager.get(f"/publish/{post_id}/kit.zip").status_code == 409
