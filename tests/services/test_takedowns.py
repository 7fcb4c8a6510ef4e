"""Taking down: what has to go where, done with proof, or kept because a person says that it is somebody else."""

import pytest

from moderation.db.models import Person, Tag
from moderation.rules.looking_back import End, Reason
from moderation.rules.roles import Role
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State
from moderation.services import audit, publishing, review, takedowns
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.moments import actions, later
from tests.services.test_lookback import live, look_on, start, tasks
from tests.services.test_withdrawal import grant, withdrawn


@pytest.fixture
def ada(school: School) -> Person:
    return school.person("A1", "Ada", "Quill")


def taken_back(school: School, ada: Person) -> int:
    """A live post that shows Ada, who must not appear any more."""
    permission = grant(school, ada)
    post_id = live(school, tagged=ada)
    withdrawn(school, ada, permission)
    return post_id


def first(school: School) -> int:
    with school.parts.reading() as work:
        return takedowns.waiting(work)[0].takedown.id


def removed(school: School, takedown: int, proof: str = "Seen: it is gone") -> None:
    with school.parts.work() as work:
        takedowns.removed(work, school.manager, takedown, proof)


def test_once_it_is_removed_everywhere_the_post_is_taken_down(school: School, ada: Person) -> None:
    with school.parts.work() as work:
        website = school.add_account(work, "Website", "News")
    permission = grant(school, ada)
    post_id = live(school, tagged=ada, accounts=[website])
    withdrawn(school, ada, permission)
    assert len(tasks_of(school)) == 2
    removed(school, first(school))
    assert school.state(post_id) is State.LIVE
    removed(school, first(school))
    assert school.state(post_id) is State.TAKEN_DOWN
    assert actions(school, post_id)[-3:] == ["takedown ended", "takedown ended", "take down"]
    with school.parts.reading() as work:
        assert takedowns.how_many(work) == 0
        assert {task.takedown.end for task in takedowns.ended(work)} == {End.REMOVED}
        assert audit.verify(work.session) is None


def tasks_of(school: School) -> list[int]:
    with school.parts.reading() as work:
        return [task.takedown.id for task in takedowns.waiting(work)]


def test_without_proof_nothing_is_done_and_nothing_is_done_twice(school: School, ada: Person) -> None:
    taken_back(school, ada)
    takedown = first(school)
    with pytest.raises(Mistake, match="what shows that it is gone"):
        removed(school, takedown, "  ")
    removed(school, takedown)
    with pytest.raises(Stale):
        removed(school, takedown)


def test_a_post_taken_down_as_a_whole_has_nothing_left_to_take_down(school: School, ada: Person) -> None:
    post_id = taken_back(school, ada)
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "The family rang.")
    assert tasks_of(school) == []


def test_what_shows_somebody_else_stays_on_an_approvers_word_until_it_is_surely_them(
    school: School, ada: Person
) -> None:
    post_id = live(school, caption="Ada Quill won.")
    look_on(school, start(school, ada))
    assert tasks(school) == {(post_id, Reason.LOOK_FIRST)}
    takedown = first(school)
    with pytest.raises(NotYours), school.parts.work() as work:
        takedowns.stays(work, school.manager, takedown, "Another Ada")
    with school.parts.work() as work:
        takedowns.stays(work, school.head, takedown, "An author of that name")
    look_on(school, start(school, ada))
    assert (tasks(school), school.state(post_id)) == (set(), State.LIVE)
    with school.parts.work() as work:
        work.session.add(Tag(post_id=post_id, person_id=ada.id))
    start(school, ada)
    assert tasks(school) == {(post_id, Reason.MUST_NOT_APPEAR)}


def test_law_3_the_author_of_a_post_does_not_say_that_it_may_stay(school: School, ada: Person) -> None:
    head = school.head
    post_id = live(school, caption="Ada Quill won.", author=head, approver=school.people[Role.HEADTEACHER])
    look_on(school, start(school, ada))
    with pytest.raises(Refused, match="somebody else has to decide"), school.parts.work() as work:
        takedowns.stays(work, head, first(school), "Another Ada")
    assert school.state(post_id) is State.LIVE


def test_the_clock_counts_the_days(school: School, ada: Person) -> None:
    taken_back(school, ada)
    with later(school, days=2, hours=3) as work:
        assert [task.days for task in takedowns.waiting(work)] == [2]


def test_any_member_of_staff_asks_for_a_live_post_to_go_and_says_why(school: School) -> None:
    post_id = school.live(caption="A good day.")
    page = school.browser(school.teacher.role)
    assert "Ask for it to be taken down" in page.get(f"/posts/{post_id}").text
    assert page.post(f"/posts/{post_id}/ask-for-takedown", data={"reason": " "}).status_code == 422
    assert page.post(f"/posts/{post_id}/ask-for-takedown", data={"reason": "The date is wrong"}).status_code == 303
    assert page.post(f"/posts/{post_id}/ask-for-takedown", data={"reason": "Again"}).status_code == 409
    desk = school.browser(school.manager.role).get("/takedowns/").text
    assert "teacher 1 asks for it: “The date is wrong”" in desk
    with school.parts.work() as work:
        takedowns.removed(work, school.manager, first(school), "Deleted at 10:02")
    assert school.state(post_id) is State.TAKEN_DOWN
    with school.parts.reading() as work:
        assert takedowns.ended(work)[0].takedown.said == "The date is wrong"


def test_an_approver_decides_that_what_was_asked_for_may_stay(school: School) -> None:
    post_id = school.live(caption="A good day.")
    with school.parts.work() as work:
        takedowns.ask_for(work, school.data_lead, post_id, "I do not like the colour")
    with school.parts.work() as work:
        takedowns.stays(work, school.head, first(school), "The colour is the school’s own")
    assert school.state(post_id) is State.LIVE
    with school.parts.work() as work:  # it can be asked for again
        takedowns.ask_for(work, school.data_lead, post_id, "The date is wrong too")


def test_what_is_not_live_cannot_be_taken_down_and_an_administrator_asks_for_nothing(school: School) -> None:
    post_id = school.released(caption="A good day.")
    with school.parts.work() as work, pytest.raises(Refused, match="nothing to take down"):
        takedowns.ask_for(work, school.teacher, post_id, "No")
    with school.parts.work() as work, pytest.raises(NotYours):
        takedowns.ask_for(work, school.people[Role.ADMINISTRATOR], post_id, "No")


def test_a_post_that_was_sent_back_can_be_stopped_by_anybody(school: School) -> None:
    post_id = school.in_review(caption="A good day.")
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "No")
    with school.parts.work() as work:
        review.decide(work, school.manager, post_id, Action.STOP, "It must not come again")
    assert school.state(post_id) is State.STOPPED
