"""What the face check must show, as the people of a school meet it; figures on pictures kept aside are elsewhere."""

import io
import re
import time
from collections import Counter
from collections.abc import Collection, Iterator

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from moderation.demo.portraits import Portrait
from moderation.detect.faces import FaceEngine, enrol
from moderation.detect.gallery import Gallery
from moderation.media import photo as pictures
from moderation.rules.faces import FaceRules
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.roles import Role
from moderation.services import enrolment, intake
from moderation.services.looking import Lists, Looker
from tests.acceptance.albums import COLLINS, HOPPER, Somebody, alone, drawing, group, jpeg, under_a_fringe
from tests.acceptance.people import DESK, PHONE, keep, signed_in
from tests.acceptance.serving import Served, served
from tests.builders import School, open_school
from tests.web.pages import page_of

FAR = Somebody(Portrait.HOPPER, 17)  # too small to compare


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> Iterator[Served]:
    """One school for all tests of this file; each writes its own posts. Collins is on the list, with one photo."""
    school = open_school(tmp_path_factory.mktemp("faces") / "instance", looker)
    school.person("p1", "Maya", "Marchetti", class_name="4B", references=[jpeg(alone(COLLINS))])
    with served(school) as running:
        yield running


@pytest.fixture(scope="module")
def school(pages: Served) -> School:
    return pages.school


def kinds(school: School, post_id: int) -> Counter[Kind]:
    return Counter(finding.kind for finding in school.findings(post_id))


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
        said += [seen.kind for seen in looker.look(pictures.pixels(pictures.ingest(hidden).jpeg), lists, {Detector.NAMES})]
    print("\na face under a fringe that comes down, step by step:", ", ".join(said))
    assert said[0] is Kind.FACE_MATCH
    assert Kind.FACE_POSSIBLE in said
    assert said[-1] is Kind.FACE_UNCLEAR
    assert Kind.FACE_OTHER not in said  # never silent on the way


def test_unclear_faces_are_settled_alone_or_in_one_stroke(pages: Served, browser: Browser) -> None:
    school = pages.school
    post_id = school.in_review(jpeg(group([FAR] * 6, (1600, 900), across=6)), caption="The back row.")
    assert kinds(school, post_id) == {Kind.FACE_UNCLEAR: 6}
    with signed_in(browser, pages, "assistant head", PHONE) as page:
        page.goto(f"{pages.address}/review/{post_id}")
        keep(page, "faces-unclear-phone")
        expect(page.get_by_text("6 flags to settle")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_be_disabled()
        page.get_by_text("Settle it another way").first.click()
        page.locator("li.flag").first.get_by_label("Looked at").select_option("I looked closely: nobody on the list")
        page.locator("li.flag").first.get_by_role("button", name="Settle").click()
        expect(page.get_by_text("5 flags to settle")).to_be_visible()
        stroke = page.locator("details", has_text="Settle all 5 at once")
        stroke.locator("summary").click()
        stroke.get_by_label("in your own words").fill("The 5 faces at the back: looked at, none is a child on the list")
        keep(page, "faces-one-stroke-phone")
        stroke.get_by_role("button", name="Settle").click()
        expect(page.get_by_text("Everything is settled")).to_be_visible()
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("Approved.")).to_be_visible()
    settled = school.findings(post_id)
    assert all(finding.is_settled for finding in settled)
    assert Counter(finding.reason for finding in settled)["I looked closely: nobody on the list"] == 1


def reference(client: FlaskClient, person_id: int, photo: bytes, **more: str) -> TestResponse:
    data = {"photo": (io.BytesIO(photo), "photo.jpg"), **more}
    return client.post(f"/register/{person_id}/references", data=data)


@pytest.fixture
def data_lead(school: School) -> FlaskClient:
    return school.browser(Role.DATA_LEAD)


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (lambda: jpeg(Image.new("RGB", (600, 400), "grey")), "No face was found in this photo"),
        (drawing, "No face was found in this photo"),
        (lambda: jpeg(group([COLLINS, HOPPER])), "This photo shows 2 faces; use one that shows only this person"),
        (lambda: jpeg(group([FAR], (300, 300))), "too small to compare"),
        (lambda: jpeg(alone(COLLINS).filter(ImageFilter.GaussianBlur(6))), "use one that shows it large, sharp and whole"),
    ],
    ids=["no face", "a drawing", "two faces", "too small", "too blurred"],
)
def test_a_photo_that_cannot_be_a_reference_is_refused_on_the_spot_with_the_reason(
    school: School, data_lead: FlaskClient, photo: "pytest.FixtureRequest", sentence: str
) -> None:
    """Law 12."""
    person = school.person("refused", "Nadia", "Quill", no_publish=True, may_match=True)
    answer = reference(data_lead, person.id, photo())  # type: ignore[operator]
    assert answer.status_code == 422
    assert sentence in page_of(answer).text
    with school.parts.work() as work:
        assert not work.session.merge(person).references
        from moderation.services import register

        register.leave(work, school.data_lead, person.id)
