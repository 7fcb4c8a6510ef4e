"""deploy/ for real where Docker is: the image is built, its parts come up, a photo is checked, and nothing is lost."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
import requests
import yaml
from playwright.sync_api import Browser, expect

from tests.acceptance.albums import COLLINS, alone, jpeg
from tests.acceptance.people import answer_checklist
from tests.acceptance.running import ROOT, free_port, wait_for
from tests.acceptance.test_setting_up import (
    ADMINISTRATOR,
    Hands,
    administrate,
    approve_the_account,
    come_in,
    fill_the_register,
    hands,
)
from tests.builders import PASSWORD
from tests.in_full import only_in_full

IMAGE = PROJECT = "gatepost-as-tested"  # a Gatepost that somebody uses on this machine keeps its image and its volumes
BUILT_FROM = "docker.io/library/python:3.11-slim"
PARTS = ("web", "worker", "sweep")
LONGEST = 600.0
pytestmark = [pytest.mark.long, only_in_full]


def docker(*command: str, seconds: float = LONGEST) -> str:
    done = subprocess.run(["docker", *command], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"docker {' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def there(*command: str) -> bool:
    return subprocess.run(["docker", *command], capture_output=True, check=False).returncode == 0


@dataclass
class Containers:
    file: Path
    address: str

    def compose(self, *command: str, seconds: float = LONGEST) -> str:
        return docker("compose", "--project-name", PROJECT, "--file", str(self.file), *command, seconds=seconds)

    def is_well(self) -> bool:
        with suppress(requests.RequestException):
            return bool(requests.get(f"{self.address}/healthz", timeout=5).ok)
        return False


@pytest.fixture
def containers(tmp_path: Path) -> Iterator[Containers]:
    """The compose.yaml that there is, on a port and with an image of its own."""
    written = (ROOT / "deploy/compose.yaml").read_text()
    needed = {BUILT_FROM, *(service["image"] for service in yaml.safe_load(written)["services"].values())} - {
        "gatepost"
    }
    if shutil.which("docker") is None or not there("info") or not there("compose", "version"):
        pytest.skip("Docker with Compose is not here")
    if away := [image for image in sorted(needed) if not there("image", "inspect", image)]:
        pytest.skip(f"these images are not here: {', '.join(away)}")
    port = free_port()
    file = tmp_path / "compose.yaml"
    file.write_text(
        written.replace("image: gatepost", f"image: {IMAGE}").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    )
    address = f"http://127.0.0.1:{port}"
    said = {"GATEPOST_PUBLIC_URL": address, "DATABASE_PASSWORD": token_hex(), "QUEUE_PASSWORD": token_hex()}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in said.items()))
    docker("build", "--file", "deploy/Containerfile", "--tag", IMAGE, ".")
    one = Containers(file, address)
    try:
        yield one
    finally:
        one.compose("down", "--volumes", "--timeout", "5")


def test_a_photo_is_checked_whatever_ends_meanwhile(containers: Containers, browser: Browser, tmp_path: Path) -> None:
    name, email = ADMINISTRATOR
    containers.compose(
        *("run", "--rm", "migrate", "setup"), *("--name", name, "--email", email, "--password", PASSWORD)
    )
    containers.compose("up", "--detach")
    wait_for(containers.is_well, LONGEST, "every part")
    a_post_is_handed_in_and_checked(containers, browser, tmp_path)
    containers.compose("stop", "--timeout", "60", *PARTS, seconds=50)  # sooner than by force: each hears of it
    containers.compose("down")
    containers.compose("up", "--detach")
    wait_for(containers.is_well, LONGEST, "every part, once more")
    assert "none changed, none missing" in containers.compose("exec", "-T", "web", "gatepost", "audit", "verify")
    with hands(browser, containers.address, "containers-teacher-again", []) as one:
        one.page.get_by_label("E-mail address").fill("t.oduya@larkmead.example")
        one.page.get_by_label("Password").fill(PASSWORD)
        one.page.get_by_role("button", name="Sign in").click()
        one.page.get_by_text("A morning of science").first.wait_for()
        one.page.goto(f"{containers.address}/posts/1")
        expect(one.page.get_by_text("“Maya” is a name on the roll").first).to_be_visible()


def a_post_is_handed_in_and_checked(containers: Containers, browser: Browser, tmp_path: Path) -> None:
    address, told = containers.address, list[Hands]()
    with hands(browser, address, "containers-administrator", told) as one:
        links = administrate(one)
    with hands(browser, address + links["Helen Marsh"], "containers-headteacher", told) as one:
        come_in(one, "Waiting for a decision")
        approve_the_account(one)
    with hands(browser, address + links["Dee Kowal"], "containers-data-lead", told) as one:
        come_in(one, "Register")
        fill_the_register(one, tmp_path / "office.csv")
    with hands(browser, address + links["Tess Oduya"], "containers-teacher", told) as one:
        come_in(one, "My posts")
        hand_in(one, tmp_path / "photo.jpg")
        containers.compose("kill", "--signal", "KILL", "worker")
        containers.compose("up", "--detach", "--no-deps", "worker")

        def checked() -> bool:
            one.page.goto(f"{address}/posts/1")
            return one.page.get_by_text("The checks are done").count() > 0

        wait_for(checked, LONGEST, "the checks")


def hand_in(one: Hands, photo: Path) -> None:
    photo.write_bytes(jpeg(alone(COLLINS)))
    page = one.page
    one.press("Write the first one", one.heading("New post"))
    page.get_by_label("Caption").fill("A morning of science with Maya in the hall.")
    page.get_by_label("Facebook").check()
    page.get_by_label(re.compile("hoose photos")).set_input_files(photo)
    page.get_by_label("Photo 1: what does it show").fill("Somebody in the hall")
    answer_checklist(page)
    one.press("Send for checking", page.get_by_text("being checked").first)
