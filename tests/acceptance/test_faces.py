"""What the face check must show, as the people of a school meet it; figures on pictures kept aside are elsewhere."""

import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from moderation.demo.portraits import Portrait
from moderation.detect.faces import FaceEngine
from moderation.media import photo as pictures
from moderation.rules.findings import Detector, Kind
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import enrolment, scanning
from moderation.services.looking import Lists, Looker
from tests.acceptance.albums import COLLINS, FAR, HOPPER, Somebody, alone, crowd, group, jpeg, under_a_fringe
from tests.acceptance.people import DESK, PHONE, keep, signed_in
from tests.acceptance.serving import Served, kinds
from tests.browser import screenshot_path
from tests.builders import School, open_school
from tests.in_full import only_in_full
from tests.web.pages import page_of


def test_a_face_is_a_match_a_possible_match_another_person_or_unclear(school: School, looker: Looker) -> None:
    mirrored = Somebody(Portrait.COLLINS, 100, tilt=8, mirrored=True)
    post_id = school.in_review(jpeg(group([mirrored, HOPPER, FAR])))
    assert kinds(school, post_id) == {Kind.FACE_MATCH: 1, Kind.FACE_OTHER: 1, Kind.FACE_UNCLEAR: 1}
    collins = alone(COLLINS)
    (face,) = looker.faces.find(np.asarray(collins))
    with school.parts.reading() as work:
        lists = Lists(None, enrolment.gallery(work))
    said = []
    for hidden in under_a_fringe(collins, face.box):
        said += [
            seen.kind for seen in looker.look(pictures.pixels(pictures.ingest(hidden).jpeg), lists, {Detector.NAMES})
        ]
    print("\na face under a fringe that comes down, step by step:", ", ".join(said))
    assert said[0] is Kind.FACE_MATCH
    assert Kind.FACE_POSSIBLE in said
    assert said[-1] is Kind.FACE_UNCLEAR
    assert Kind.FACE_OTHER not in said  # never silent on the way


def test_one_face_of_24_pixels_behind_two_large_ones_is_found_in_twelve_megapixels(looker: Looker) -> None:
    hall = group([HOPPER, COLLINS, Somebody(Portrait.COLLINS, 24)], (4000, 3000))
    assert len(looker.faces.find(np.asarray(hall))) == 3


def test_thirty_faces_of_20_to_60_pixels_tilted_in_twelve_megapixels_are_found_one_by_one(looker: Looker) -> None:
    people = [
        Somebody(who, height, tilt) for height in (21, 26, 32, 45, 60) for tilt in (-20, 0, 20) for who in Portrait
    ]
    picture = group(people, (4000, 3000), across=6)
    found = looker.faces.find(np.asarray(picture))
    cells = Counter((face.box.left * 6 // 4000, face.box.bottom * 5 // 3001) for face in found)
    heights = sorted(face.quality.height for face in found)
    print(f"\n30 faces of 20 to 60 pixels: {len(found)} boxes in {len(cells)} of 30 places, {heights}")
    assert len(cells) == 30


def test_unclear_faces_are_settled_alone_or_in_one_stroke(pages: Served, browser: Browser) -> None:
    school = pages.school
    post_id = school.in_review(jpeg(group([FAR] * 6, (1600, 900), across=6)), caption="The back row.")
    assert kinds(school, post_id) == {Kind.FACE_UNCLEAR: 6}
    with signed_in(browser, pages, "assistant head", PHONE) as page:
        page.goto(f"{pages.address}/review/{post_id}")
        keep(page, "faces-unclear-phone")
        expect(page.get_by_text("6 flags to settle")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_be_disabled()
        page.locator("li.flag").first.get_by_role("button", name="I looked closely: nobody on the list").click()
        expect(page.get_by_text("5 flags to settle")).to_be_visible()
        stroke = page.locator("details", has_text="Settle all 5 at once")
        stroke.locator("summary").first.click()
        stroke.get_by_text("Another reason").click()
        stroke.get_by_label("Why?").fill("The 5 faces at the back: looked at, none is a child on the list")
        keep(page, "faces-one-stroke-phone")
        stroke.get_by_role("button", name="Settle", exact=True).click()
        expect(page.get_by_text("Everything is settled")).to_be_visible()
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status").filter(has_text="Approved.")).to_be_visible()
    settled = school.findings(post_id)
    assert all(finding.is_settled for finding in settled)
    assert Counter(finding.reason for finding in settled)["I looked closely: nobody on the list"] == 1


def test_the_submitters_count_is_held_against_the_faces_found(school: School) -> None:
    people = [Somebody(who, 90, tilt) for who in Portrait for tilt in (-8, 0, 8)]
    teacher = school.browser(Role.TEACHER)
    for number, sentence in ((6, "You said 6, 7 were found."), (7, None)):
        post_id = school.draft(jpeg(group([*people, HOPPER], across=7)))
        (photo,) = school.post(post_id).photos
        form = {"caption": "A team.", "account": str(school.account.id), f"people-{photo.id}": str(number)}
        form |= {f"alt-{photo.id}": "Seven people", "do": "send"}
        assert teacher.post(f"/posts/{post_id}/edit", data=form).status_code == 303
        school.run_checks(post_id)
        counted = [finding.evidence for finding in school.findings(post_id) if finding.kind is Kind.FACE_COUNT]
        assert counted == ([sentence.replace("You", "The submitter")] if sentence else [])
        if sentence:
            assert sentence in page_of(teacher.get(f"/posts/{post_id}")).text


def test_the_rule_on_clear_faces_holds_with_recognition_off(
    tmp_path: Path, looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is on the list, and the network that compares is not even asked."""
    school = open_school(tmp_path / "instance", looker)
    monkeypatch.setattr(FaceEngine, "encode", None)
    form = {"wider": "0.0", "largest_clear": "2"}
    assert school.browser(Role.DATA_LEAD).post("/register/faces", data=form).status_code == 303
    near, behind = jpeg(alone(HOPPER)), jpeg(group([HOPPER], (1600, 1200)))
    turned = jpeg(group([FAR], (300, 300)))
    found = [kinds(school, school.in_review(photo)) for photo in (near, behind, turned)]
    assert [counted[Kind.FACE_IDENTIFIABLE] for counted in found] == [1, 0, 0]
    assert not any(Kind.UNCHECKED in counted for counted in found)


@pytest.mark.long
@only_in_full
def test_a_picture_of_three_hundred_faces_is_checked_in_time_and_its_page_can_be_used(
    pages: Served, browser: Browser
) -> None:
    school = pages.school
    post_id = school.submit(jpeg(crowd()), caption="The whole school.")
    started = time.monotonic()
    school.run_checks(post_id)
    checked = time.monotonic() - started
    counted = kinds(school, post_id)
    print(f"\n300 faces in 12 megapixels: {counted}, checked in {checked:.1f} s")
    assert sum(counted.values()) >= 300
    assert counted[Kind.FACE_MATCH] + counted[Kind.FACE_POSSIBLE] >= 148
    assert counted[Kind.FACE_UNCLEAR] >= 70
    assert checked < scanning.LONGEST / 2
    with signed_in(browser, pages, "assistant head", DESK) as page:
        started = time.monotonic()
        page.goto(f"{pages.address}/review/{post_id}")
        shown = time.monotonic() - started
        page.screenshot(path=screenshot_path("faces-crowd"))
        stroke = page.locator("details", has_text="Settle all").first
        stroke.locator("summary").first.click()
        stroke.get_by_text("Another reason").click()
        stroke.get_by_label("Why?").fill("Too small to be recognised: looked at, none is on the list")
        started = time.monotonic()
        stroke.get_by_role("button", name="Settle", exact=True).click()
        expect(page.locator("li.flag.settled")).to_have_count(counted[Kind.FACE_UNCLEAR], timeout=20_000)
        settled = time.monotonic() - started
        page.get_by_role("button", name=re.compile("^Cover (all|both)")).click()
        page.wait_for_load_state()
    print(f"its page opens in {shown:.1f} s; all unclear faces are settled in {settled:.1f} s; then all are covered")
    assert school.state(post_id) is State.CHECKING
    assert max(shown, settled) < 20
