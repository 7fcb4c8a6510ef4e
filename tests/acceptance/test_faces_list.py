"""What the no-publish list must show: reference photos judged on the spot, and a new face looked for everywhere."""

import io
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageFilter
from werkzeug.test import TestResponse

from moderation.demo.portraits import Portrait
from moderation.rules.faces import FaceRules
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.roles import Role
from moderation.rules.workflow import State
from moderation.services import enrolment, publishing, register, roster, sweep
from moderation.services.looking import Lists, Looker
from tests.acceptance.albums import COLLINS, FAR, HOPPER, Somebody, alone, drawing, group, jpeg
from tests.acceptance.serving import kinds
from tests.builders import School, open_school
from tests.web.pages import page_of


def reference(client: FlaskClient, person_id: int, photo: bytes, **more: str) -> TestResponse:
    data = {"photo": (io.BytesIO(photo), "photo.jpg"), **more}
    return client.post(f"/register/{person_id}/references", data=data)


@pytest.fixture
def data_lead(school: School) -> FlaskClient:
    return school.browser(Role.DATA_LEAD)


@pytest.fixture
def wanted(school: School) -> Iterator[int]:
    """Somebody on the list who may be matched, without a photo yet; taken off the register afterwards."""
    person = school.person("new", "Nadia", "Quill", no_publish=True, may_match=True)
    yield person.id
    with school.parts.work() as work:
        register.leave(work, school.data_lead, person.id)


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (jpeg(Image.new("RGB", (600, 400), "grey")), "No face was found in this photo"),
        (drawing(), "No face was found in this photo"),
        (jpeg(group([COLLINS, HOPPER])), "This photo shows 2 faces; use one that shows only this person"),
        (jpeg(group([FAR], (300, 300))), "too small to compare"),
        (jpeg(alone(COLLINS).filter(ImageFilter.GaussianBlur(6))), "use one that shows it large, sharp and whole"),
    ],
    ids=["no face", "a drawing", "two faces", "too small", "too blurred"],
)
def test_a_photo_that_cannot_be_a_reference_is_refused_on_the_spot_with_the_reason(
    school: School, data_lead: FlaskClient, wanted: int, photo: bytes, sentence: str
) -> None:
    """Law 12."""
    answer = reference(data_lead, wanted, photo)
    assert answer.status_code == 422
    assert sentence in page_of(answer).text
    with school.parts.reading() as work:
        assert not roster.get(work, wanted).references


def test_one_photo_is_enough_and_the_page_says_what_more_would_bring_and_asks_about_an_unlike_one(
    school: School, data_lead: FlaskClient, wanted: int
) -> None:
    assert (
        "Without a reference photo the program cannot recognise this person"
        in data_lead.get(f"/register/{wanted}").text
    )
    assert reference(data_lead, wanted, jpeg(alone(HOPPER))).status_code == 303
    page = page_of(data_lead.get(f"/register/{wanted}")).text
    assert re.search(r"with one reference photo, (about|fewer than) \d+ would not be pointed at; with three", page)
    turned = Somebody(Portrait.HOPPER, 90, tilt=-8, mirrored=True)
    assert kinds(school, school.in_review(jpeg(alone(turned)))) == {Kind.FACE_MATCH: 1}
    asked = reference(data_lead, wanted, jpeg(alone(COLLINS)))
    assert asked.status_code == 422
    assert "This face is unlike the other reference photos of this person. Is it the right one?" in asked.text
    assert reference(data_lead, wanted, jpeg(alone(COLLINS)), surely="on").status_code == 303


def test_two_who_look_alike_are_both_named_on_every_hit(school: School, data_lead: FlaskClient, wanted: int) -> None:
    """Collins stands on the list twice, as one of two twins would."""
    twin = jpeg(alone(Somebody(Portrait.COLLINS, 150, tilt=4)))
    assert reference(data_lead, wanted, twin).status_code == 303
    assert "Maya Marchetti looks so like this person" in page_of(data_lead.get(f"/register/{wanted}")).text
    post_id = school.in_review(jpeg(alone(Somebody(Portrait.COLLINS, 110, mirrored=True))))
    page = page_of(school.browser(Role.ASSISTANT_HEAD).get(f"/review/{post_id}")).text
    assert "On the list: Maya Marchetti, 4B" in page
    assert "On the list: Nadia Quill" in page


class Watching(Looker):
    """The real engines, and what they were asked."""

    def __init__(self, engines: Looker) -> None:
        self.__dict__["faces"], self.__dict__["text"] = engines.faces, engines.text
        self.asked: list[set[Detector]] = []

    def look(self, rgb: np.ndarray, lists: Lists, known: Collection[Detector] = ()) -> list[Sighting]:
        self.asked.append({Detector.FACES, Detector.NAMES} - set(known))
        return super().look(rgb, lists, known)


def swept(school: School) -> list[int]:
    """One round of the sweep: the posts that it sends to be checked again."""
    with school.parts.work() as work:
        overdue = sweep.overdue(work)
        for post_id in overdue:
            sweep.refresh(work, post_id)
    return overdue


def test_a_new_face_on_the_list_is_looked_for_in_all_that_is_waiting_approved_or_in_an_open_kit(
    tmp_path: Path, looker: Looker
) -> None:
    school = open_school(tmp_path / "instance", looker)
    watching = Watching(looker)
    school.parts = replace(school.parts, looker=watching)
    photo = jpeg(alone(COLLINS))
    live = school.live()
    waiting, approved, in_kit = school.in_review(photo), school.released(photo), school.released(photo)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, in_kit)
    assert watching.asked == [{Detector.FACES, Detector.NAMES}] * 3
    watching.asked.clear()
    school.person("p1", "Maya", "Marchetti", references=[jpeg(alone(Somebody(Portrait.COLLINS, 150, tilt=4)))])
    assert school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{in_kit}").status_code in (404, 409)
    assert swept(school) == [in_kit, approved, waiting], "the newest first"
    for post_id in (in_kit, approved, waiting):
        school.run_checks(post_id)
        assert kinds(school, post_id) == {Kind.FACE_MATCH: 1}
        assert school.state(post_id) is State.IN_REVIEW
    assert school.state(live) is State.LIVE
    # Maya's names are on the roll, so names are looked for again as well; a list that changes alone is half a look.
    watching.asked.clear()
    with school.parts.work() as work:
        enrolment.set_face_rules(work, school.data_lead, FaceRules(wider=0.02))
    assert swept(school) == [in_kit, approved, waiting]
    for post_id in (in_kit, approved, waiting):
        school.run_checks(post_id)
    assert watching.asked == [{Detector.FACES}] * 3
    assert swept(school) == [], "what is current is left alone"
