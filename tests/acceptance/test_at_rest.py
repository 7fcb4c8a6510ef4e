"""At rest: after a whole life of a post nothing on the school's disk shows a picture."""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from waitress.buffers import OverflowableBuffer, TempfileBasedBuffer

from moderation.cli import answering, main
from moderation.rules.roles import Role
from moderation.services import copies
from tests.builders import School
from tests.services.listed import listed
from tests.services.moments import small_photo

PICTURES = (b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"WEBPVP8", b"ftypheic")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


@pytest.fixture
def restored_buffers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TempfileBasedBuffer, "newfile", TempfileBasedBuffer.newfile)  # put back afterwards
    yield


def shown(folder: Path, known: list[bytes]) -> list[str]:
    """The files that hold the beginning of any picture, or a piece of one of those that are known."""
    pieces = {data[at : at + 32] for data in known for at in range(0, len(data) - 32, max(1, len(data) // 50))}
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [path.name for path, data in files.items() if any(mark in data for mark in (*PICTURES, *pieces))]


def test_nothing_on_the_disk_shows_a_picture_after_a_whole_life_of_a_post(school: School, temporary: Path) -> None:
    instance, store = school.parts.settings.instance, school.parts.store
    person = listed(school)
    post_id = school.released(small_photo())
    manager = school.browser(Role.RESOURCES_MANAGER)
    assert manager.post(f"/publish/{post_id}/kit").status_code == 303
    assert manager.get(f"/publish/{post_id}/kit.zip").data.startswith(b"PK")
    assert manager.get(f"/media/photos/{school.post(post_id).photos[0].id}/page").data.startswith(PICTURES[0])
    with school.parts.work() as work:
        copies.begin(work, school.data_lead, person.id)
    known = [store.get(key) for key in store.keys()]  # noqa: SIM118 (a store is no dict)
    assert len(known) >= 2
    assert any(data.startswith(PICTURES[0]) for data in known), "the search knows what it looks for"
    assert shown(instance, [data for data in known if len(data) > 200]) == []
    assert shown(temporary, known) == []


def test_a_large_upload_and_a_large_answer_lie_sealed_on_the_disk(
    school: School, monkeypatch: pytest.MonkeyPatch, restored_buffers: None
) -> None:
    fronts: list[Any] = []
    monkeypatch.setattr(answering, "answer", lambda front, **_: fronts.append(front))
    told = CliRunner().invoke(main, ["--instance", str(school.parts.settings.instance), "web"])
    assert told.exit_code == 0, told.output
    buffer = OverflowableBuffer(1000)
    buffer.append(b"\xff\xd8\xff" * 1000)
    assert isinstance(buffer.getfile(), io.BufferedRandom)
    assert buffer.get() == b"\xff\xd8\xff" * 1000
    kept = fronts[0].kept
    sent = {"photo": (io.BytesIO(b"x" * 3_000_000), "a.jpg")}
    with (
        kept.of(kept.watched.now().machine) as one,
        one.app.test_request_context("/", method="POST", data=sent) as asked,
    ):
        stream = asked.request.files["photo"].stream
        assert isinstance(stream, io.BufferedRandom)
        assert stream.read() == b"x" * 3_000_000


def test_a_running_gatepost_seals_what_is_in_the_clear_from_before(school: School) -> None:
    settings, store = school.parts.settings, school.parts.store
    clear = [store.put(bytes([number]) * 3000) for number in range(25)]
    for key in clear:
        store.place.write(key, store.get(key))
    assert sorted(store.in_the_clear()) == sorted(clear)
    environ = {**os.environ, "GATEPOST_INSTANCE": str(settings.instance)}
    with subprocess.Popen([sys.executable, "-m", "workers.sweep"], env=environ) as sweep:
        try:
            until = time.monotonic() + 60
            while any(store.in_the_clear()) and sweep.poll() is None and time.monotonic() < until:
                time.sleep(0.1)
        finally:
            sweep.kill()
    assert list(store.in_the_clear()) == []
    assert [store.get(key)[0] for key in clear] == list(range(25))


def test_the_search_finds_a_picture_that_lies_there(tmp_path: Path) -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        Image.new("RGB", (20, 20)).save(tmp_path / form, form)
    assert sorted(shown(tmp_path, [])) == ["JPEG", "PNG", "WEBP"]
