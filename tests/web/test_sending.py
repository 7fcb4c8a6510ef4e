"""Photos that are sent part by part: go on after a break, come in once, for the author of the draft alone."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from moderation.db.models import PhotoUpload, Post, UploadPart
from moderation.media import gate
from moderation.media import photo as pictures
from moderation.media.store import MediaStore
from moderation.media.viruses import HARMFUL
from moderation.rules.roles import SYSTEM, Role
from moderation.services import backups, intake, purging, sending, waiting_uploads
from moderation.services.looking import Looker
from moderation.wiring import wire
from tests.builders import School, open_school
from tests.media.pictures import segment, with_segments
from tests.media.scanners import VIRUS, small_clamd
from tests.web.pages import page_of, plain

TUS = {"Tus-Resumable": "1.0.0"}
KIND = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    return open_school(tmp_path_factory.mktemp("sending") / "instance", looker)


def photo(number: int, kilobytes: int = 3) -> bytes:
    """A small picture in a file of some size."""
    filling = hashlib.shake_256(bytes([number])).digest(kilobytes * 1000 // 2)
    halves = [segment(0xFE, filling[at : at + 60_000]) for at in range(0, len(filling), 60_000)]
    return with_segments(plain(number), *halves)


@dataclass
class Sender:
    """What a phone does, step by step."""

    browser: FlaskClient
    post_id: int
    data: bytes
    name: str = "IMG_1.jpg"
    headers: dict[str, str] = field(default_factory=lambda: dict(TUS))
    address: str = ""

    def begin(self, **changed: str) -> TestResponse:
        said = {"filename": self.name, "digest": hashlib.sha256(self.data).hexdigest()}
        metadata = ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in said.items())
        headers = {"Upload-Length": str(len(self.data)), "Upload-Metadata": metadata, **self.headers, **changed}
        answer = self.browser.post(f"/posts/{self.post_id}/uploads", headers=headers)
        self.address = answer.headers.get("Location", self.address)
        return answer

    def send(self, start: int, end: int | None = None) -> TestResponse:
        headers = {**self.headers, **KIND, "Upload-Offset": str(start)}
        return self.browser.patch(self.address, data=self.data[start:end], headers=headers)

    def reached(self) -> int:
        return int(self.browser.head(self.address, headers=self.headers).headers["Upload-Offset"])


@pytest.fixture
def sender(school: School) -> Sender:
    return Sender(school.browser(Role.TEACHER), school.draft(), photo(1))


def waiting(school: School, post_id: int) -> list[PhotoUpload]:
    with school.parts.reading() as work:
        return waiting_uploads.of_post(work, work.session.get_one(Post, post_id))


def files(school: School) -> set[str]:
    return set(school.parts.store.keys())


def test_a_photo_comes_in_parts_and_is_one_photo_of_the_draft(school: School, sender: Sender) -> None:
    begun = sender.begin()
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    assert sender.send(0, 1000).headers["Upload-Offset"] == "1000"
    assert sender.reached() == 1000
    assert school.post(sender.post_id).photos == []
    done = sender.send(1000)
    (there,) = school.post(sender.post_id).photos
    assert (done.status_code, done.headers["Gatepost-Photo"]) == (204, str(there.id))
    assert (there.media_key, there.file_name) == (pictures.ingest(sender.data).digest, "IMG_1.jpg")
    assert waiting(school, sender.post_id) == []


def test_law_8_the_last_part_sent_twice_is_one_photo(school: School, sender: Sender) -> None:
    sender.begin()
    sender.send(0, 1000)
    assert [sender.send(1000).status_code for _ in range(2)] == [204, 409]
    assert sender.reached() == len(sender.data)
    with school.parts.work() as work:  # two at once: both went through the gate before either wrote
        number = int(sender.address.rsplit("/", 1)[1])
        again = pictures.ingest(sender.data)
        assert sending.finish(work, school.teacher, sender.post_id, number, again) == ""
        assert sending.refuse(work, school.teacher, sender.post_id, number, "Damaged.") == ""
    assert sender.begin().headers["Upload-Offset"] == str(len(sender.data))
    assert len(school.post(sender.post_id).photos) == 1


def test_a_photo_that_was_taken_out_can_be_sent_again(school: School, sender: Sender) -> None:
    sender.begin()
    sender.send(0)
    (there,) = school.post(sender.post_id).photos
    sender.browser.post(f"/posts/{sender.post_id}/edit", data={"do": f"remove-{there.id}"})
    assert sender.begin().headers["Upload-Offset"] == "0"
    sender.send(0)
    assert [one.media_key for one in school.post(sender.post_id).photos] == [there.media_key]


def test_it_goes_on_in_another_browser_after_the_web_was_started_anew(school: School, sender: Sender) -> None:
    sender.begin()
    sender.send(0, 1000)
    page = page_of(sender.browser.get(f"/posts/{sender.post_id}/edit"))
    assert "1 photo was not finished." in page.text and "IMG_1.jpg" in page.text
    anew = replace(school, parts=replace(wire(school.parts.settings), looker=school.parts.looker), app=None)
    later = replace(sender, browser=anew.browser(Role.TEACHER), address="")
    assert later.begin().headers["Upload-Offset"] == "1000"
    assert later.send(1000).status_code == 204
    assert len(school.post(sender.post_id).photos) == 1


def test_nothing_of_it_lies_in_the_clear(school: School, sender: Sender) -> None:
    before = files(school)
    sender.begin()
    sender.send(0, 2000)
    assert len(files(school) - before) == 1
    everything = b"".join(path.read_bytes() for path in _all(school.parts.settings.instance))
    assert sender.data[900:1100] not in everything


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("role", "number"), [(Role.TEACHER, 2), (Role.ASSISTANT_HEAD, 1), (Role.RESOURCES_MANAGER, 1)])
def test_law_3_for_anybody_but_the_author_it_is_not_there(
    school: School, sender: Sender, role: Role, number: int
) -> None:
    sender.begin()
    sender.send(0, 1000)
    other = replace(sender, browser=school.browser(role, number))
    assert other.begin().status_code == 404
    assert other.send(1000).status_code == 404
    assert other.browser.head(sender.address, headers=TUS).status_code == 404
    assert other.browser.delete(sender.address, headers=TUS).status_code == 404
    assert sender.reached() == 1000
    elsewhere = sender.address.replace(f"/{sender.post_id}/", f"/{school.draft()}/")
    assert sender.browser.head(elsewhere, headers=TUS).status_code == 404


def test_what_is_too_large_or_one_too_many_is_said_before_a_byte_is_sent(school: School, sender: Sender) -> None:
    large = sender.begin(**{"Upload-Length": str(gate.MAX_BYTES + 1_000_000)})
    assert (large.status_code, "61 MB; the most that can be taken is 60 MB" in large.text) == (413, True)
    for number in range(10):
        assert replace(sender, data=photo(50 + number)).begin().status_code == 201
    over = sender.begin()
    assert (over.status_code, over.text) == (422, "A post can hold 10 photos; this one was left out.")
    assert sender.begin(**{"Upload-Length": "0"}).status_code == 413


def test_nobody_fills_the_disk_with_what_is_never_finished(
    school: School, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("MOST_OF_ONE", "MOST_OF_ALL"):
        with monkeypatch.context() as patch:
            patch.setattr(sending, limit, 1000)
            assert sender.begin().status_code == 429
    monkeypatch.setattr(sending, "MOST_PARTS", 2)
    sender.begin()
    assert [sender.send(at, at + 10).status_code for at in (0, 10, 20)] == [204, 204, 422]


def test_of_two_tabs_at_once_one_goes_on_and_the_other_leaves_nothing_behind(
    school: School, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, seal = files(school), sending.seal
    sender.begin()

    def after_the_other(store: MediaStore, upload: PhotoUpload, part: bytes) -> str:
        monkeypatch.undo()
        assert sender.send(0, 900).status_code == 204
        return seal(store, upload, part)

    monkeypatch.setattr(sending, "seal", after_the_other)
    assert sender.send(0, 1000).status_code == 409
    assert (sender.reached(), len(files(school) - before)) == (900, 1)


def test_an_empty_part_asks_where_it_stands_and_is_in_no_ones_way(sender: Sender) -> None:
    sender.begin()
    assert [sender.send(at, at).headers["Upload-Offset"] for at in (0, 0)] == ["0", "0"]
    assert [sender.send(0, 1000).status_code, sender.send(1000).status_code] == [204, 204]


def test_what_did_not_arrive_as_it_left_goes(school: School, sender: Sender) -> None:
    before = files(school)
    sender.begin()
    sender.send(0, 1000)
    sender.data = sender.data[:-3] + b"xyz"
    answer = sender.send(1000)
    assert (answer.status_code, answer.text) == (422, sending.DAMAGED)
    assert (files(school), waiting(school, sender.post_id)) == (before, [])
    assert sender.browser.head(sender.address, headers=TUS).status_code == 404


def test_law_2_what_is_no_picture_or_does_harm_is_refused_with_the_reason(school: School, sender: Sender) -> None:
    words = replace(sender, data=b"%PDF-1.7 " * 20)
    words.begin()
    assert (words.send(0).status_code, waiting(school, sender.post_id)) == (422, [])
    with small_clamd() as address:
        settings = replace(school.parts.settings, clamd=address)
        guarded = replace(school, parts=replace(school.parts, settings=settings), app=None)
        harm = with_segments(plain(3), segment(0xFE, VIRUS))
        harmful = replace(sender, data=harm, browser=guarded.browser(Role.TEACHER))
        harmful.begin()
        assert harmful.send(0, 500).status_code == 204
        answer = harmful.send(500)
    assert (answer.status_code, answer.text) == (422, HARMFUL)
    assert (school.post(sender.post_id).photos, waiting(school, sender.post_id)) == ([], [])


def test_what_nobody_goes_on_with_goes_after_a_day_and_with_the_draft(school: School, sender: Sender) -> None:
    before = files(school)
    sent = replace(sender, post_id=school.draft(), data=photo(2))
    for one in (sender, sent):
        one.begin()
        one.send(0, 1000)
    parts = files(school) - before
    assert len(parts) == 2
    assert sent.browser.post(f"/posts/{sent.post_id}/discard").status_code == 303
    with school.parts.work() as work:
        waiting_uploads.forget_old(work)
    assert len(files(school) & parts) == 1
    assert sent.send(1000).status_code in (404, 410)
    with school.parts.work() as work:
        waiting_uploads.forget_old(replace(work, now=work.now + timedelta(hours=25)))
    assert not files(school) & parts
    with school.parts.reading() as work:
        assert work.session.query(UploadPart).count() == 0


def test_a_purged_post_keeps_no_part_and_a_backup_has_each(school: School, sender: Sender, tmp_path: Path) -> None:
    before = files(school)
    sender.begin()
    sender.send(0, 1000)
    (part,) = files(school) - before
    parts = school.parts
    made = backups.make(parts, tmp_path)
    assert any(part in name for name in made.manifest.files)
    sender.browser.post(f"/posts/{sender.post_id}/discard")
    with parts.work() as work:
        purging.post(work, SYSTEM, work.session.get_one(Post, sender.post_id))
    assert files(school) == before


def test_a_button_leaves_out_what_was_not_finished_without_a_script(school: School, sender: Sender) -> None:
    sender.begin()
    (upload,) = waiting(school, sender.post_id)
    sender.browser.post(f"/posts/{sender.post_id}/edit", data={"do": f"forget-{upload.id}"})
    assert waiting(school, sender.post_id) == []
    sender.begin()
    assert sender.browser.delete(sender.address, headers=TUS).status_code == 204
    assert waiting(school, sender.post_id) == []


def test_a_post_that_was_sent_takes_no_more(school: School, sender: Sender) -> None:
    sender.begin()
    with school.parts.work() as work:
        intake.submit(work, school.teacher, sender.post_id)
    assert sender.send(0).status_code == 410
    assert replace(sender, data=photo(4)).begin().status_code == 410


def test_what_does_not_speak_the_protocol_is_told_so(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/posts/{sender.post_id}/uploads"
    able = sender.browser.options(address)
    assert (able.headers["Tus-Version"], able.headers["Tus-Max-Size"]) == ("1.0.0", str(gate.MAX_BYTES))
    assert sender.browser.post(address).status_code == 412
    assert sender.begin(**{"Upload-Metadata": "digest !!"}).status_code == 422
    sender.begin()
    assert sender.browser.patch(sender.address, data=b"x", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    assert sender.send(10).status_code == 409
    monkeypatch.setitem(sender.browser.application.config, "WTF_CSRF_ENABLED", True)
    assert [sender.begin().status_code, sender.send(0).status_code] == [400, 400]
