"""From upload to live, end to end, on one command: what the ground must show."""

import hashlib
import json
import re
import signal
import zipfile
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from moderation.db.models import Post, Scan, ScanState, Subject
from moderation.demo.certificate import certificate
from moderation.demo.outdoors import sports_day
from moderation.demo.portraits import Portrait, portrait
from moderation.demo.school import PEOPLE
from moderation.rules.workflow import State
from moderation.services import audit, checks
from tests.acceptance.people import DESK, PHONE, answer_checklist, keep, signed_in
from tests.acceptance.running import Demo, wait_for
from tests.browser import open_menu

ROLL_NAME = "Harvey Pemberton"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("photos")
    drawn = {
        "listed": portrait(Portrait.COLLINS, 3),
        "certificate": certificate(ROLL_NAME, "Star of the Week", "for a great question in science"),
        "field": sports_day(),
    }
    for name, data in drawn.items():
        (folder / f"{name}.jpg").write_bytes(data)
    return {name: folder / f"{name}.jpg" for name in drawn}


def test_the_demonstration_comes_up_with_a_sign_in_for_each_role_and_posts_in_every_state(running: Demo) -> None:
    print(f"\ngatepost demo, first start: {running.seconds:.0f} s from the command to the sign-ins")
    assert set(running.sign_ins) == {str(role) for role in PEOPLE}
    with running.parts.reading() as work:
        states = set(work.session.scalars(select(Post.state)))
        parked = work.session.scalars(select(Scan).where(Scan.state == ScanState.PARKED)).all()
    assert states >= {
        State.DRAFT, State.SENT_BACK, State.IN_REVIEW, State.RELEASED, State.LIVE, State.STOPPED, State.TAKEN_DOWN
    }  # fmt: skip
    assert not parked


def submit(page: Page, caption: str, photos: list[Path], alt_text: str = "What the photo shows") -> int:
    """Write and send a post the way a teacher does; its number."""
    open_menu(page)
    page.get_by_role("link", name="My posts").click()
    page.get_by_role("link", name="New post").click()
    page.get_by_label("Choose photos").set_input_files(photos)
    page.get_by_label("Caption").fill(caption)
    for number in range(1, len(photos) + 1):
        page.get_by_label(f"Photo {number}: what does it show").fill(f"{alt_text} ({number})")
    page.get_by_label("Facebook").check()
    answer_checklist(page)
    page.get_by_role("button", name="Send for checking").click()
    page.wait_for_url(re.compile(r"/posts/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def test_a_post_goes_from_the_teachers_phone_to_live(
    running: Demo, browser: Browser, photos: dict[str, Path], tmp_path: Path
) -> None:
    with signed_in(browser, running, "teacher", PHONE) as page:
        keep(page, "01-teacher-my-posts")
        post_id = submit(page, "A morning of science for 4B.", [photos["listed"], photos["certificate"]])
        keep(page, "02-teacher-being-checked", moving=True)
        expect(page.locator("main").get_by_text("Waiting for a decision").first).to_be_visible(
            timeout=60_000
        )  # no reload by hand
        keep(page, "03-teacher-what-was-found")
        expect(page.get_by_text("A face that matches the no-publish list", exact=True)).to_be_visible()
        expect(page.get_by_text("A name on the roll can be read").first).to_be_visible()

    with signed_in(browser, running, "assistant head", PHONE) as page:
        keep(page, "04-head-queue")
        page.goto(f"{running.address}/review/{post_id}")
        keep(page, "05-head-flags")
        expect(page.get_by_role("button", name="Approve")).to_be_disabled()
        expect(page.get_by_text("On the list: Eleanor Marchetti")).to_be_visible()
        _cover_everything(page)
        keep(page, "06-head-covered")
        _settle_what_is_left(page)
        keep(page, "07-head-settled")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()

    with signed_in(browser, running, "resources manager", DESK) as page:
        keep(page, "08-manager-board")
        page.locator("li", has_text="A morning of science for 4B.").get_by_role("button", name="Open the kit").click()
        keep(page, "09-manager-kit")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download everything (zip)").click()
        download.value.save_as(tmp_path / "kit.zip")
        _check_kit(tmp_path / "kit.zip", running, post_id)
        page.get_by_label(re.compile("Paste its link on")).fill(f"https://social.example/oakfield/{post_id}")
        page.get_by_role("button", name="It is out: the post is live").click()
        expect(page.get_by_text("Live on Facebook")).to_be_visible()
        keep(page, "10-manager-live")

    with signed_in(browser, running, "teacher", PHONE) as page:
        page.goto(f"{running.address}/posts/{post_id}")
        expect(page.get_by_text("Live on Facebook")).to_be_visible()
        keep(page, "11-teacher-live")
    with running.parts.reading() as work:
        assert audit.verify(work.session) is None


def _cover_everything(page: Page) -> None:
    """Photo by photo: cover all that is flagged in it, and wait until the new picture is checked."""
    for _ in range(6):
        buttons = page.get_by_role("button", name=re.compile("^Cover (all|both|it)"))
        if not buttons.count():
            return
        together = page.get_by_role("button", name=re.compile("^Cover (all|both)"))
        (together if together.count() else buttons).first.click()
        expect(page.locator("main").get_by_text("Waiting for a decision").first).to_be_visible(timeout=60_000)
    raise AssertionError("covering never ends")


def _settle_what_is_left(page: Page) -> None:
    while page.locator(".flag .reasons button").count():
        page.locator(".flag .reasons button").first.click()
        page.wait_for_load_state()


def _check_kit(path: Path, running: Demo, post_id: int) -> None:
    """The bytes are those of the manifest and those that were approved; nothing else is inside."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    listed = {photo["file"]: photo["sha256"] for photo in manifest["photos"]}
    assert set(files) == {"caption.txt", "alt-texts.txt", "manifest.json", *listed}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert hashlib.sha256(files["caption.txt"]).hexdigest() == manifest["caption"]["sha256"]
    with running.parts.reading() as work:
        assert [photo.media_key for photo in work.session.get_one(Post, post_id).photos] == list(listed.values())


def _in_review(running: Demo, post_id: int) -> bool:
    with running.parts.reading() as work:
        return work.session.get_one(Post, post_id).state is State.IN_REVIEW


def _a_scan_runs(running: Demo, post_id: int) -> bool:
    with running.parts.reading() as work:
        scans = checks.current_scans(work, work.session.get_one(Post, post_id))
        return any(scan.state is ScanState.RUNNING for scan in scans)


def _kill(processes: list[psutil.Process]) -> None:
    assert processes
    for process in processes:
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("victim", ["-m workers", "redis-server"])
def test_kill_9_in_the_middle_of_a_scan_loses_nothing_and_checks_once(
    running: Demo, browser: Browser, photos: dict[str, Path], victim: str
) -> None:
    """Law 8: the post is still checked, once, within 60 s."""
    with signed_in(browser, running, "teacher", PHONE) as page:
        post_id = submit(page, f"Killing {victim}", [photos["field"], photos["certificate"]])
        wait_for(lambda: _a_scan_runs(running, post_id), 30, "no scan began")
        _kill([process for process in running.children(victim) if "workers.sweep" not in process.cmdline()])
        seconds = wait_for(lambda: _in_review(running, post_id), 60, "the checks did not end")
    print(f"\nkill -9 of {victim} in the middle of a scan: everything checked {seconds:.1f} s later")
    with running.parts.reading() as work:
        scans = checks.current_scans(work, work.session.get_one(Post, post_id))
        assert {scan.state for scan in scans} == {ScanState.DONE}  # none parked
        assert len([scan for scan in scans if scan.subject is not Subject.RENDITION]) == 3  # two photos and the words
        ended = [row for row in audit.of_post(work.session, post_id) if row.action == "finish checks"]
        assert len(ended) == 1
        names = [f for scan in scans for f in scan.findings if f.person_id is not None and f.detector == "names"]
        assert len({(f.left, f.top, f.right, f.bottom, f.kind) for f in names}) == len(names)  # recorded once
