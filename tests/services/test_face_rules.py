"""The school's numbers on faces: in force at once, for everything that is waiting; they need no list of faces."""

import pytest

from moderation.rules.faces import FaceRules
from moderation.rules.findings import Kind
from moderation.rules.workflow import State
from moderation.services import enrolment, sweep
from moderation.services.work import Mistake
from tests.builders import School, stranger_portrait


def test_with_nobody_on_the_list_a_clear_large_face_is_still_pointed_at_once_the_rule_is_set(school: School) -> None:
    post_id = school.in_review(stranger_portrait(0))
    assert {finding.kind for finding in school.findings(post_id)} == {Kind.FACE_UNCOMPARED}
    with school.parts.work() as work:
        enrolment.set_face_rules(work, school.data_lead, FaceRules(largest_clear=0.01))
        assert sweep.overdue(work) == [post_id]
        sweep.refresh(work, post_id)
    assert school.state(post_id) is State.CHECKING
    school.run_checks(post_id)
    assert Kind.FACE_IDENTIFIABLE in {finding.kind for finding in school.findings(post_id)}


@pytest.mark.parametrize("rules", [FaceRules(wider=0.2), FaceRules(wider=-0.2), FaceRules(largest_clear=1.5)])
def test_numbers_outside_what_was_measured_are_refused(school: School, rules: FaceRules) -> None:
    with pytest.raises(Mistake), school.parts.work() as work:
        enrolment.set_face_rules(work, school.data_lead, rules)


def test_the_same_numbers_again_check_nothing_again(school: School) -> None:
    with school.parts.work() as work:
        before = work.register_version.list_version
        enrolment.set_face_rules(work, school.data_lead, FaceRules())
        assert work.register_version.list_version == before
