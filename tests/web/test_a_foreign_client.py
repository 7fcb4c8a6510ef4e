"""Photos that a program of somebody else's sends in parts: tus-js-client, as it comes, follows our routes."""

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from moderation.rules.roles import Role
from moderation.services import waiting_uploads
from moderation.services.looking import Looker
from tests.builders import PASSWORD, School, email, open_school
from tests.connectors.servers import ROOT, needed
from tests.web.serving import serving
from tests.web.test_sending import photo

CLIENT = ROOT / ".bootstrap" / "tus"
PART = 2000  # bytes


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    needed(bool((CLIENT / "ready").exists() and shutil.which("node")), "tus-js-client")
    return open_school(tmp_path_factory.mktemp("tus") / "instance", looker)


@pytest.fixture(scope="module")
def address(school: School) -> Iterator[str]:
    with serving(school) as address:
        yield address


def token_of(page: requests.Response) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@dataclass
class Client:
    """Signed in as docs/teachers/uploading.md says, for one draft."""

    address: str
    post_id: int
    file: Path
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        browser = requests.Session()
        words = {"email": email(Role.TEACHER), "password": PASSWORD}
        words["csrf_token"] = token_of(browser.get(f"{self.address}/sign-in"))
        assert browser.post(f"{self.address}/sign-in", data=words).ok
        token = token_of(browser.get(f"{self.address}/posts/{self.post_id}/edit"))
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        self.options = {
            "endpoint": f"{self.address}/posts/{self.post_id}/uploads",
            "chunkSize": PART,
            "retryDelays": [0, 10],
            "headers": {"Cookie": cookie, "X-CSRFToken": token},
            "metadata": {"filename": "IMG_1.jpg", "digest": hashlib.sha256(self.file.read_bytes()).hexdigest()},
            **self.options,
        }

    def send(self, breaks_at: int = 0, **changed: object) -> list[dict[str, Any]]:
        """What the client tells: each answer it got, the address of the upload, or why it gave up."""
        options = json.dumps({**self.options, **changed})
        command = ["node", str(Path(__file__).with_name("tus.mjs")), str(CLIENT), str(self.file), options]
        done = subprocess.run([*command, str(breaks_at)], capture_output=True, text=True, timeout=60, check=False)
        assert (done.stderr, done.returncode) == ("", -9 if breaks_at else 0)
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def client(school: School, address: str, tmp_path: Path) -> Client:
    file = tmp_path / "photo.jpg"
    file.write_bytes(photo(1, kilobytes=20))
    return Client(address, school.draft(), file)


def asked(told: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["method"], one["status"]) for one in told if "method" in one]


def address_of(told: list[dict[str, Any]]) -> str:
    return next(str(one["address"]) for one in told if "address" in one)


def test_a_photo_is_sent_in_parts(school: School, client: Client) -> None:
    told = client.send()
    (there,) = school.post(client.post_id).photos
    parts = -(-client.file.stat().st_size // PART)
    assert asked(told) == [("POST", 201)] + [("PATCH", 204)] * parts
    assert [one["photo"] for one in told if one.get("photo")] == [str(there.id)]
    assert {one["version"] for one in told if "version" in one} == {"1.0.0"}


def test_what_broke_off_goes_on_at_its_address_and_by_its_digest_alone(school: School, client: Client) -> None:
    begun = client.send(breaks_at=3 * PART)
    went_on = client.send(breaks_at=5 * PART, uploadUrl=address_of(begun))
    assert asked(went_on) == [("HEAD", 200), ("PATCH", 204), ("PATCH", 204)]
    # One that remembers nothing begins anew. It takes no notice of how far the file is, and is told by the first part.
    anew = client.send()
    assert asked(anew)[:3] == [("POST", 201), ("PATCH", 409), ("HEAD", 200)]
    assert address_of(anew) == address_of(begun)
    assert [one.file_name for one in school.post(client.post_id).photos] == ["IMG_1.jpg"]


def test_a_photo_that_is_there_is_not_sent_again(school: School, client: Client) -> None:
    client.send()
    again = client.send()
    assert asked(again) == [("POST", 201), ("PATCH", 409), ("HEAD", 200)]
    assert "refused" not in again[-1]
    assert len(school.post(client.post_id).photos) == 1


def test_what_has_expired_begins_anew(school: School, client: Client) -> None:
    begun = client.send(breaks_at=3 * PART)
    with school.parts.work() as work:
        later = type(work)(**{**vars(work), "now": work.now + timedelta(hours=25)})
        waiting_uploads.forget_old(later)
    anew = client.send(uploadUrl=address_of(begun))
    assert asked(anew)[:3] == [("HEAD", 404), ("POST", 201), ("PATCH", 204)]
    assert {one["version"] for one in anew if "version" in one} == {"1.0.0"}
    assert len(school.post(client.post_id).photos) == 1


def test_a_client_that_puts_the_first_part_into_the_beginning_is_answered_where_it_stands(
    school: School, client: Client
) -> None:
    told = client.send(uploadDataDuringCreation=True)
    assert asked(told)[0] == ("POST", 201)
    assert len(school.post(client.post_id).photos) == 1


def test_what_cannot_be_taken_is_said_in_a_sentence(school: School, client: Client) -> None:
    client.file.write_bytes(b"%PDF-1.7 " * 20)
    (*_, last) = client.send(metadata={"filename": "a.pdf"})
    assert "digest" in last["refused"]
    digest = hashlib.sha256(client.file.read_bytes()).hexdigest()
    (*_, last) = client.send(metadata={"filename": "a.pdf", "digest": digest})
    assert "picture" in last["refused"]
    stranger = client.send(headers={})
    assert asked(stranger)[-1][1] in (400, 401)
    assert school.post(client.post_id).photos == []
