"""`make screenshots`: takes every picture of README.md and docs/ anew, from a demonstration of its own."""

import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from moderation.rules.roles import Role
from tests.browser import FLAGS, find_chromium

ROOT = Path(__file__).parents[1]
READY_SECONDS = 600  # the first start checks real pictures
FLAGGED = "A morning of science"


@dataclass(frozen=True)
class Picture:
    """One picture: who looks, at which address, and which link they open there."""

    file: str  # below docs/
    role: Role
    address: str
    opens: str = ""
    from_heading: str = ""  # what stands above is left out
    size: tuple[int, int] = (1180, 640)  # pixels


PICTURES = (
    Picture("images/review.png", Role.ASSISTANT_HEAD, "/review/", FLAGGED, size=(1180, 1000)),
    Picture(
        "guides/images/teacher.png", Role.TEACHER, "/register/today/?group=4B", from_heading="Before the photos: 4B"
    ),
    Picture("guides/images/assistant-head.png", Role.ASSISTANT_HEAD, "/review/", FLAGGED, "As it would go out"),
    Picture("guides/images/headteacher.png", Role.HEADTEACHER, "/accounts/", from_heading="The school’s accounts"),
    Picture("guides/images/resources-manager.png", Role.RESOURCES_MANAGER, "/publish/", from_heading="Publishing"),
    Picture("guides/images/data-lead.png", Role.DATA_LEAD, "/register/", from_heading="Register"),
    Picture("guides/images/administrator.png", Role.ADMINISTRATOR, "/staff/", from_heading="People who sign in"),
)


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The address of a new demonstration and its sign-ins: e-mail address and password by role."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("gatepost")), "demo", "--port", str(port)]
    environ = {**os.environ, "GATEPOST_INSTANCE": str(folder), "TZ": "Europe/London"}
    running = subprocess.Popen(command, env=environ)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/sign-in", running)
        (keys,) = folder.rglob("demo-sign-ins.json")
        yield address, json.loads(keys.read_text())
    finally:
        running.terminate()
        running.wait(timeout=60)


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("the demonstration did not start")


def take(browser: Browser, address: str, sign_ins: dict[str, list[str]], picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    page = context.new_page()
    name, password = sign_ins[picture.role]
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    page.goto(address + picture.address)
    if picture.opens:
        page.get_by_role("link", name=picture.opens).first.click()
    _settle(page)
    if picture.from_heading:
        page.get_by_role("heading", name=picture.from_heading).first.evaluate("it => scrollTo(0, it.offsetTop - 16)")
    _keep(page.screenshot(animations="disabled", caret="hide"), ROOT / "docs" / picture.file)
    context.close()
    print(f"docs/{picture.file}", flush=True)


def _keep(screenshot: bytes, path: Path) -> None:
    """In 256 colours: a third of the size, and nobody sees it."""
    Image.open(io.BytesIO(screenshot)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def _settle(page: Page) -> None:
    """Until the page, its font and every picture on it are there."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_function(
        "[...document.images].every(image => image.loading === 'lazy' || (image.complete && image.naturalWidth > 0))"
    )


def main() -> None:
    with (
        TemporaryDirectory() as folder,
        demonstration(Path(folder) / "instance") as (address, sign_ins),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS) as browser,
    ):
        for picture in PICTURES:
            take(browser, address, sign_ins, picture)


if __name__ == "__main__":
    main()
