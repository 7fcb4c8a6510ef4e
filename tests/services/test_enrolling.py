"""Reference photos: judged on the spot, asked about again when they do not fit, siblings both named."""

import numpy as np
import pytest

from moderation.detect.gallery import Gallery
from moderation.rules.findings import Kind
from moderation.services import enrolment, roster
from tests.builders import School, listed_portrait, stranger_portrait


def test_a_face_unlike_the_other_references_is_asked_about_again_and_kept_if_one_is_sure(school: School) -> None:
    person = school.person("P1", "Maya", "Marchetti", references=[listed_portrait(0)])
    judged = enrolment.enrol(school.parts.looker, stranger_portrait(0))
    with pytest.raises(enrolment.Unlike, match="unlike the other reference photos"), school.parts.work() as work:
        enrolment.add_reference(work, school.data_lead, person.id, judged)
    with school.parts.work() as work:
        enrolment.add_reference(work, school.data_lead, person.id, judged, surely=True)
        assert len(roster.get(work, person.id).references) == 2


def test_two_who_look_alike_are_both_named_on_every_hit(school: School) -> None:
    """Eileen Collins stands on the list twice, as a pair of twins would."""
    one = school.person("P1", "Maya", "Marchetti", references=[listed_portrait(0), listed_portrait(2)])
    other = school.person("P2", "Lena", "Marchetti", references=[listed_portrait(1)])
    with school.parts.reading() as work:
        assert [person.id for person in enrolment.lookalikes(work, one)] == [other.id]
    with school.parts.work() as work:
        enrolment.remove_reference(work, school.data_lead, other.id, roster.get(work, other.id).references[0].id)
    with school.parts.reading() as work:
        assert enrolment.lookalikes(work, one) == [], "asked anew once the list has moved on"
    judged = enrolment.enrol(school.parts.looker, listed_portrait(1))
    with school.parts.work() as work:
        enrolment.add_reference(work, school.data_lead, other.id, judged)
    post_id = school.in_review(listed_portrait(3))
    named = {finding.person_id for finding in school.findings(post_id) if finding.kind is not Kind.FACE_OTHER}
    assert named == {one.id, other.id}


def test_a_lookalike_that_is_itself_out_of_reach_is_still_known() -> None:
    middle = np.zeros(128)
    middle[0] = 1.0
    near, far = middle.copy(), middle.copy()
    near[1], far[1] = 0.4, 0.9
    gallery = Gallery.build({"middle": middle[None], "near": near[None], "far": far[None]})
    assert gallery.like("middle") == ["near"]
    assert gallery.like("far") == []


def test_one_reference_can_be_taken_away_without_the_others(school: School) -> None:
    person = school.person("P1", "Maya", "Marchetti", references=[listed_portrait(0), listed_portrait(1)])
    with school.parts.work() as work:
        first, second = roster.get(work, person.id).references
        enrolment.remove_reference(work, school.data_lead, person.id, first.id)
    with school.parts.reading() as work:
        assert [reference.id for reference in roster.get(work, person.id).references] == [second.id]
        assert len(enrolment.gallery(work)) == 1
