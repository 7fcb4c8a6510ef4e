"""What is held about one person: everything, with other people's names and faces hidden."""

import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from moderation.db.models import AuditRow, Copy, CopyPicture, Finding, Permission, Person
from moderation.detect import faces
from moderation.media import photo as pictures
from moderation.rules.consent import Giver, Word
from moderation.rules.findings import Box, Detector, Kind, Resolution, Sighting
from moderation.rules.plain_words import KINDS
from moderation.rules.workflow import Refused
from moderation.services import copies, handing_over, held, intake, permissions, retention, tagging
from moderation.services.handing_over import Pictured, Taken
from moderation.services.hiding import Names, Shown, attributed, overlap
from moderation.services.permissions import PermissionForm
from moderation.services.work import NotFound
from tests.builders import School, listed_portrait, stranger_portrait
from tests.services.moments import WithoutModel, actions, later, rows, small_photo
from tests.services.test_lookback import OnlyInCrops
from tests.services.test_renditions import account, handed_in, wide_photo


def pair() -> bytes:
    """Two people side by side: left the one that tests look for, right a stranger."""
    left, right = (Image.open(io.BytesIO(data)).convert("RGB") for data in (listed_portrait(1), stranger_portrait()))
    left.thumbnail((480, 480))
    right.thumbnail((480, 480))
    both = Image.new("RGB", (left.width + right.width + 60, 480), (90, 120, 90))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 60, 0))
    out = io.BytesIO()
    both.save(out, "JPEG", quality=92)
    return out.getvalue()


def ordered(school: School, person: Person) -> Copy:
    with school.parts.work() as work:
        return copies.begin(work, school.data_lead, person.id)


def made(school: School, person: Person) -> Taken:
    copy = ordered(school, person)
    copies.make(school.parts.work, school.parts.reading, school.parts.looker, copy.id)
    with school.parts.work() as work:
        return handing_over.take(work, school.data_lead, person.id, copy.id)


def seen(school: School, jpeg: bytes | None) -> list[faces.Face]:
    assert jpeg is not None
    return school.parts.looker.faces.find(pictures.pixels(jpeg))


def alone(school: School, *photos: bytes, tag: Person) -> int:
    post_id = school.draft(*photos)
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [tag.id])
    return post_id


def of_posts(taken: Taken) -> list[Pictured]:
    return [picture for picture in taken.pictures if picture.post_id]


def test_names_of_others_are_hidden_and_the_persons_own_stay(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", preferred_name="Addie")
    school.person("B2", "Benedict", "Quill")
    school.person("C3", "Zoë", "O’Brien")
    with school.parts.reading() as work:
        names = Names(work, ada.id)
    text = "Ada Quill, Addie to us, and Zoe O'Brien with Benedict: ring 07700 900123. Thanks to Mrs Whitcombe!"
    hidden = names.hidden(text)
    assert hidden.startswith("Ada Quill, Addie to us, and another person with another person: ring ")
    for gone in ("Zoe", "Brien", "Benedict", "07700", "Whitcombe"):
        assert gone not in hidden


def test_everything_that_the_database_holds_about_somebody_is_told(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", class_name="4B")
    ben = school.person("B2", "Benedict", "Fenwick")
    form = PermissionForm(Word.REFUSED, Giver.PARENT_2, date(2020, 1, 1), how="told by Benedict Fenwick")
    with school.parts.work() as work:
        permissions.record(work, school.data_lead, ada.id, form)
        permissions.exclude_today(work, school.teacher, ada.id)
    post_id = school.draft(caption="Ada Quill and Benedict Fenwick won.")
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [ada.id, ben.id])
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    with school.parts.reading() as work:
        found = {table.title: table.rows for table in held.about(work, ada.id).tables}
        text = json.dumps(held.about(work, ada.id).as_json())
    assert ("Forename", "Ada") in found["The register’s entry"]
    assert found["Classes and groups"][0][0] == "4B"
    assert found["Permissions and refusals"][0][:2] == ("refused", "parent 2")
    assert len(found["Days on which they asked to be left out"]) == 1
    assert found["Posts"][0][0] == str(post_id)
    assert {row[2] for row in found["What the checks pointed at"]} == {KINDS[Kind.NAME_MATCH], KINDS[Kind.TAG_REFUSED]}
    assert {row[1] for row in found["What was done with these records"]} >= {
        "The register’s entry saved",
        "Named as being in a post, or no longer",
    }
    assert "Ada Quill and another person won." in text
    assert "Benedict" not in text and "Fenwick" not in text


def test_every_face_but_the_matched_one_is_covered(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", references=[listed_portrait(0)])
    post_id = school.in_review(pair())
    match = next(found for found in school.findings(post_id) if found.kind is Kind.FACE_MATCH)
    before = seen(school, school.parts.store.get(school.post(post_id).photos[0].media_key))
    assert len(before) == 2 and match.box
    (picture,) = of_posts(made(school, ada))
    (left,) = seen(school, picture.jpeg)
    assert overlap(left.box, match.box) > 0.5
    assert "covered: 1" in picture.words


def test_a_match_that_was_a_false_alarm_shows_somebody_else(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill", references=[listed_portrait(0)])
    post_id = school.in_review(pair())
    with school.parts.work() as work:
        for found in school.findings(post_id):
            if found.kind is Kind.FACE_MATCH:
                work.session.get_one(Finding, found.id).resolution = Resolution.FALSE_ALARM
    assert of_posts(made(school, ada)) == []


def test_by_tag_only_a_face_that_is_there_alone_is_left_open(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    alone(school, listed_portrait(1), pair(), tag=ada)
    one, both = of_posts(made(school, ada))
    assert len(seen(school, one.jpeg)) == 1
    assert one.words.endswith("Writing in this picture was not looked for: read it yourself.")
    assert seen(school, both.jpeg) == []
    assert both.words.startswith("No face could be told to be this person’s")


def test_where_somebody_else_is_in_the_post_too_the_only_face_is_covered(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    post_id = alone(school, listed_portrait(1), tag=ada)
    with school.parts.work() as work:
        tagging.tag(work, school.teacher, post_id, [ben.id])
    (picture,) = of_posts(made(school, ada))
    assert seen(school, picture.jpeg) == []


def face(left: int, top: int, right: int, bottom: int) -> faces.Face:
    return faces.Face(Box(left, top, right, bottom), np.zeros((5, 2)), 1.0, 1.0)


def test_a_match_tells_a_face_only_where_it_is_the_only_one_there() -> None:
    one, beside, far = face(0, 0, 100, 100), face(90, 0, 190, 100), face(300, 0, 400, 100)
    match = Shown(own=(Box(2, 2, 104, 98),))
    assert attributed([one, far], match) == [one]
    assert attributed([one, beside, far], match) == []
    assert attributed([far], match) == []
    assert attributed([face(0, 0, 300, 300)], match) == []


def test_a_picture_that_cannot_be_looked_at_is_left_out_and_that_is_said(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    alone(school, small_photo(), tag=ada)
    copy = ordered(school, ada)
    copies.make(school.parts.work, school.parts.reading, WithoutModel(), copy.id)
    with school.parts.work() as work:
        (picture,) = handing_over.take(work, school.data_lead, ada.id, copy.id).pictures
    assert picture.jpeg is None
    assert "left out" in picture.words


def test_many_pictures_are_a_workers_job_that_goes_on_where_it_ended(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    alone(school, *(small_photo(shade) for shade in range(copies.FEW + 1)), tag=ada)
    with school.parts.work() as work:
        copy = copies.begin(work, school.data_lead, ada.id)
        assert work.bells == [("workers.jobs.cover_others", (copy.id,))]
    with pytest.raises(Refused, match="not ready"), school.parts.work() as work:
        handing_over.take(work, school.data_lead, ada.id, copy.id)
    for done in range(1, copies.FEW + 2):
        copies.make(school.parts.work, school.parts.reading, school.parts.looker, copy.id, stretch=0)
        with school.parts.reading() as work:
            assert copies.of_person(work, ada.id)[0].done == done
    with later(school, hours=1) as work:
        copies.ring_again(work)
        assert work.bells == []


def test_a_lost_bell_is_rung_again(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    alone(school, *(small_photo(shade) for shade in range(copies.FEW + 1)), tag=ada)
    copy = ordered(school, ada)
    with later(school, hours=1) as work:
        copies.ring_again(work)
        assert work.bells == [("workers.jobs.cover_others", (copy.id,))]


def test_the_pictures_lie_sealed_are_taken_on_record_and_are_gone_after_a_week(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    alone(school, small_photo(), tag=ada)
    before = set(school.parts.store.keys())
    copy = ordered(school, ada)
    copies.make(school.parts.work, school.parts.reading, school.parts.looker, copy.id)
    (sealed,) = set(school.parts.store.keys()) - before
    assert not school.parts.store.get(sealed).startswith(b"\xff\xd8")
    with school.parts.work() as work:
        handing_over.take(work, school.data_lead, ada.id, copy.id)
        said = {row[1] for table in held.about(work, ada.id).tables[-1:] for row in table.rows}
        assert {"A copy of what is held ordered", "A copy of what is held downloaded"} <= said
    with later(school, days=8) as work:
        with pytest.raises(NotFound):
            handing_over.take(work, school.data_lead, ada.id, copy.id)
        copies.forget_old(work)
    assert (rows(school, Copy), rows(school, CopyPicture)) == (0, 0)
    assert set(school.parts.store.keys()) == before


def given(school: School, person: Person, evidence: bytes, giver: Giver = Giver.PARENT_1) -> int:
    form = PermissionForm(Word.GRANTED, giver, date(2020, 1, 1))
    with school.parts.work() as work:
        file = permissions.prepare_evidence(evidence)
        return permissions.record(work, school.data_lead, person.id, form, file).id


def test_files_of_evidence_are_in_the_copy_as_they_were_given_and_that_is_recorded(school: School) -> None:
    ada, ben = school.person("A1", "Ada", "Quill"), school.person("B2", "Ben", "Fenn")
    form, scan = given(school, ada, b"%PDF-1.7 a signed form"), given(school, ada, small_photo(), Giver.PARENT_2)
    given(school, ben, b"%PDF-1.7 another family's")
    taken = made(school, ada)
    assert [file.name for file in taken.evidence] == [f"permission-{form}.pdf", f"permission-{scan}.jpg"]
    assert taken.evidence[0].data == b"%PDF-1.7 a signed form"
    assert (taken.evidence[1].data or b"").startswith(b"\xff\xd8")
    with school.parts.reading() as work:
        row = [row for row in work.session.scalars(select(AuditRow)) if row.action == "copy of what is held taken"][-1]
    assert json.loads(row.detail)["evidence"] == [form, scan]


def test_evidence_that_cannot_be_opened_any_more_is_named_and_keeps_nothing_else_back(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    lost, kept = given(school, ada, b"%PDF-1.7 lost"), given(school, ada, b"%PDF-1.7 kept", Giver.PARENT_2)
    with school.parts.reading() as work:
        key = work.session.get_one(Permission, lost).evidence_key
    assert key
    school.parts.store.delete(key)
    assert [(file.permission_id, file.data) for file in made(school, ada).evidence] == [
        (lost, None),
        (kept, b"%PDF-1.7 kept"),
    ]


def test_a_copy_goes_with_the_post_that_its_picture_is_of(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    post_id = alone(school, small_photo(), tag=ada)
    made(school, ada)
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    assert rows(school, CopyPicture) == 0
    assert set(school.parts.store.keys()) == set()
    assert actions(school, post_id)[-1] == "purge"


def test_a_match_seen_only_in_the_part_that_a_network_gets_brings_the_whole_photo(school: School) -> None:
    ada = school.person("A1", "Ada", "Quill")
    match = Sighting(Detector.FACES, Kind.FACE_MATCH, Box(5, 5, 60, 40), subject=str(ada.id))
    school.parts = replace(school.parts, looker=OnlyInCrops(match))
    post_id = handed_in(school, wide_photo(), to=[account(school, "Instagram")])
    school.run_checks(post_id)
    with school.parts.work() as work:
        assert [one.post_id for one in copies.begin(work, school.data_lead, ada.id).pictures] == [post_id]
