"""A picture that is kept apart, and every other way to it: the same picture elsewhere, a copy, a form, the desk."""

import pytest
from sqlalchemy import select

from moderation.db.models import Concern, ConcernStep, Photo
from moderation.rules.concerns import Desk, Kind, What
from moderation.rules.retention import Rule, Schedule
from moderation.rules.roles import Role
from moderation.rules.workflow import NotYours, Refused, State
from moderation.services import (
    apart,
    board,
    cases,
    concern_desks,
    concerns,
    copies,
    handing_over,
    intake,
    publishing,
    purge_ledger,
    retention,
    safeguarding,
    tagging,
    takedowns,
)
from moderation.services.concern_desks import Setting
from moderation.services.work import NotFound
from tests.builders import School, open_school
from tests.services.moments import Quick, later, small_photo
from workers import sweep


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Its teacher 2 is the safeguarding lead."""
    school = open_school(tmp_path_factory.mktemp("apart") / "instance", Quick())
    with school.parts.work() as work:
        lead = school.others[Role.TEACHER].id
        concern_desks.save(work, school.people[Role.ADMINISTRATOR], Setting("recommended", {}, lead_id=lead))
    return school


def keep_apart(school: School, post_id: int) -> Concern:
    with school.parts.work() as work:
        return apart.keep_apart(work, school.teacher, post_id, may_be_indecent=True)


def is_shown(school: School, post_id: int, role: Role = Role.HEADTEACHER) -> bool:
    (photo,) = school.post(post_id).photos
    with school.parts.reading() as work:
        try:
            board.visible_photo(work, school.people[role], photo.id)
        except NotFound:
            return False
        return True


def test_the_same_picture_in_another_post_is_kept_apart_too(at: School) -> None:
    """Its kit is open, and another one is live."""
    ready, live = at.released(small_photo(11), caption="Another."), at.live(small_photo(11), caption="A third.")
    with at.parts.work() as work:
        publishing.open_kit(work, at.manager, ready)
    other = at.in_review(small_photo(12))
    keep_apart(at, at.in_review(small_photo(11)))
    assert not is_shown(at, ready) and not is_shown(at, live) and is_shown(at, other)
    assert (at.state(ready), at.state(live), at.state(other)) == (State.STOPPED, State.LIVE, State.IN_REVIEW)
    with pytest.raises(Refused), at.parts.work() as work:
        publishing.kit_files(work, at.manager, ready)
    with at.parts.reading() as work:
        assert live in {task.post.id for task in takedowns.waiting(work)}


def test_handed_in_again_it_is_not_shown_and_goes_nowhere(at: School) -> None:
    keep_apart(at, at.in_review(small_photo(13)))
    again = at.draft(small_photo(13))
    assert not is_shown(at, again, Role.TEACHER)
    with pytest.raises(Refused, match="kept apart"), at.parts.work() as work:
        intake.submit(work, at.teacher, again)


def test_it_is_purged_nowhere_while_it_would_be_shown_again_elsewhere(at: School) -> None:
    lead = at.others[Role.TEACHER]
    first, second = at.in_review(small_photo(14)), at.in_review(small_photo(14), caption="Again.")
    one = keep_apart(at, first)
    with at.parts.work() as work:
        concerns.step(work, lead, one.id, What.POLICE, "Reference 12")
    with pytest.raises(Refused, match=f"also in post {second}"), at.parts.work() as work:
        apart.purge(work, lead, one.id, "Away")
    two = keep_apart(at, second)
    with at.parts.work() as work:
        concerns.step(work, lead, two.id, What.POLICE, "Reference 12")
        apart.purge(work, lead, one.id, "Away")
        apart.purge(work, lead, two.id, "Away")
    assert (at.state(first), at.state(second)) == (State.PURGED, State.PURGED)


def test_two_who_reported_the_same_post_are_answered_by_one_purge(at: School) -> None:
    lead, post_id = at.others[Role.TEACHER], at.in_review(small_photo(21))
    first = keep_apart(at, post_id)
    with at.parts.work() as work:
        second = apart.keep_apart(work, at.head, post_id, may_be_indecent=False)
        third = apart.keep_apart(work, at.manager, post_id, may_be_indecent=False)
    head = at.others[Role.ASSISTANT_HEAD]
    with pytest.raises(Refused, match="Somebody else keeps"), at.parts.work() as work:
        apart.purge(work, head, second.id, "Away")
    with at.parts.work() as work:
        apart.put_back(work, head, third.id, "Only a drawing")
        assert "still keeps the pictures apart" in work.session.get_one(Concern, third.id).steps[-1].said
        concerns.step(work, lead, first.id, What.POLICE, "Reference 12")
        concern_desks.save(
            work, at.people[Role.ADMINISTRATOR], Setting("recommended", {Kind.COMPROMISING: Desk.SAFEGUARDING}, lead.id)
        )
        work.session.get_one(Concern, second.id).desk = Desk.SAFEGUARDING
        apart.purge(work, lead, first.id, "Away")
        said = [work.session.get_one(Concern, one.id).steps[-1].said for one in (first, second)]
    assert at.state(post_id) is State.PURGED and said[0] == said[1] and said[0].startswith("Purged, certificate")
    with pytest.raises(Refused, match="Nothing is kept apart"), at.parts.work() as work:
        apart.purge(work, lead, second.id, "Away")


def test_what_was_purged_is_not_taken_in_again(at: School) -> None:
    lead, head = at.others[Role.TEACHER], at.others[Role.ASSISTANT_HEAD]
    post_id = at.in_review(small_photo(22))
    with at.parts.work() as work:
        one = apart.keep_apart(work, at.teacher, post_id, may_be_indecent=False)
    with at.parts.work() as work:
        apart.purge(work, lead if concerns.handles(work, lead, one) else head, one.id, "Away")
    prepared, _ = intake.prepare([intake.Upload("again.jpg", small_photo(22)), intake.Upload("b.jpg", small_photo(23))])
    with at.parts.work() as work:
        post, problems = intake.save(work, at.teacher, None, intake.Words("Again."), prepared)
        assert [photo.file_name for photo in post.photos] == ["b.jpg"]
        assert problems == [f"again.jpg: {purge_ledger.CAME_AGAIN}"]


def test_retention_leaves_the_other_post_and_purges_the_rest(at: School) -> None:
    away, rest = at.draft(small_photo(15)), at.draft(caption="Nothing to see.")
    keep_apart(at, at.in_review(small_photo(15)))
    with at.parts.work() as work:
        retention.set_schedule(work, at.data_lead, Schedule({Rule.DRAFTS: 1}))
    with later(at, days=70) as work:
        assert retention.purge(work, at.data_lead)
    with at.parts.work() as work:
        retention.set_schedule(work, at.data_lead, Schedule({}))
    assert (at.state(away), at.state(rest)) == (State.DRAFT, State.PURGED)


def test_a_copy_that_was_made_before_is_handed_over_without_it(at: School) -> None:
    pupil = at.person("k1", "Ottilie", "Quarmby")
    post_id = at.draft(small_photo(16))
    with at.parts.work() as work:
        tagging.tag(work, at.teacher, post_id, [pupil.id])
    with at.parts.work() as work:
        copy_id = copies.begin(work, at.data_lead, pupil.id).id
    copies.make(at.parts.work, at.parts.reading, at.parts.looker, copy_id)
    taken = []
    for kept in (False, True):
        if kept:
            keep_apart(at, post_id)
        with at.parts.work() as work:
            (picture,) = handing_over.take(work, at.data_lead, pupil.id, copy_id).pictures
            taken.append(picture.jpeg is not None)
    assert taken == [True, False]


def test_reported_in_the_ordinary_form_it_is_kept_apart_too_and_no_word_is_lost(at: School) -> None:
    post_id = at.released(small_photo(17))
    form = {"kind": str(Kind.INDECENT), "what": "The second row.", "post": str(post_id)}
    assert at.browser(Role.TEACHER).post("/concerns/new", data=form).status_code == 303
    with at.parts.reading() as work:
        concern = work.session.scalars(select(Concern).order_by(Concern.id.desc()).limit(1)).one()
        assert (concern.what, concern.apart) == ("The second row.", True)
        assert safeguarding.is_apart(work, cases.get(work, post_id))
    assert at.state(post_id) is State.STOPPED and not is_shown(at, post_id)


def test_law_12_a_number_that_no_row_can_have_loses_nothing_that_was_typed(at: School) -> None:
    form = {"kind": "no such", "what": "What I typed.", "post": "9" * 30}
    answer = at.browser(Role.TEACHER).post("/concerns/new", data=form)
    assert answer.status_code == 422 and "What I typed." in answer.text


def test_nobody_says_of_what_they_cannot_see_that_it_stays_live(at: School) -> None:
    post_id = at.live(small_photo(18))
    keep_apart(at, post_id)
    with at.parts.reading() as work:
        (task,) = [task for task in takedowns.waiting(work) if task.post.id == post_id]
    with pytest.raises(Refused, match="kept apart"), at.parts.work() as work:
        takedowns.stays(work, at.head, task.takedown.id, "It may stay.")


def test_law_3_a_slip_is_taken_back_soon_by_whoever_made_it_before_anybody_has_begun(at: School) -> None:
    def made() -> int:
        post_id = at.submit(caption="A good day.")
        with at.parts.work() as work:
            return apart.mistake(work, at.teacher, post_id).id

    late, begun, once = made(), made(), made()
    with pytest.raises(Refused, match="cannot be taken back"), later(at, minutes=16) as work:
        apart.take_back(work, at.teacher, late)
    with at.parts.work() as work:
        work.session.add(ConcernStep(concern_id=begun, at=work.now, user_id=at.head.id, what=What.NOTE, said="Begun"))
        apart.take_back(work, at.teacher, once)
    for who, concern in ((at.teacher, begun), (at.teacher, once), (at.people[Role.HEADTEACHER], late)):
        with pytest.raises((Refused, NotFound)), at.parts.work() as work:
            apart.take_back(work, who, concern)


def test_law_3_an_administrator_keeps_no_picture_apart(at: School) -> None:
    post_id = at.submit(caption="A good day.")
    administrator = at.people[Role.ADMINISTRATOR]
    for move in (
        lambda w: apart.keep_apart(w, administrator, post_id, False),
        lambda w: apart.mistake(w, administrator, post_id),
    ):
        with pytest.raises(NotYours), at.parts.work() as work:
            move(work)


def test_what_is_live_is_purged_only_once_it_is_down(at: School) -> None:
    head, live = at.people[Role.HEADTEACHER], at.live(caption="A good day.")
    with at.parts.work() as work:
        theirs = apart.keep_apart(work, at.teacher, live, False).id
    with pytest.raises(Refused, match="still live"), at.parts.work() as work:
        apart.purge(work, head, theirs, "It must go")


def asked(school: School, post_id: int) -> list[tuple[int | None, str]]:
    """Who asks now for it to be taken down, and in which words."""
    with school.parts.reading() as work:
        tasks = [task.takedown for task in takedowns.waiting(work) if task.post.id == post_id]
        return [(one.opened_by_id, one.said) for one in tasks]


def test_what_others_ask_for_while_a_slip_can_be_taken_back_stands(at: School) -> None:
    post_id = at.live(caption="A good day.")
    with at.parts.work() as work:
        slip = apart.mistake(work, at.teacher, post_id).id
    with at.parts.work() as work:
        apart.mistake(work, at.teacher, post_id)  # once more: it is asked for once
    page = at.browser(Role.DATA_LEAD)
    assert "Ask for it to be taken down" in page.get(f"/posts/{post_id}").text
    assert page.post(f"/posts/{post_id}/ask-for-takedown", data={"reason": "A family rang"}).status_code == 303
    with at.parts.work() as work:
        for concern in work.session.scalars(select(Concern).where(Concern.post_id == post_id, Concern.id != slip)):
            concern.ended_at = work.now
        work.session.flush()
        apart.take_back(work, at.teacher, slip)
    assert asked(at, post_id) == [(at.data_lead.id, "A family rang")]


def test_what_the_same_person_asked_for_in_words_is_not_taken_back_with_the_slip(at: School) -> None:
    post_id = at.live(caption="A good day.")
    with at.parts.work() as work:
        slip = apart.mistake(work, at.teacher, post_id).id
    with at.parts.work() as work:
        takedowns.ask_for(work, at.teacher, post_id, "The date is wrong")
    with at.parts.work() as work:
        apart.take_back(work, at.teacher, slip)
    assert asked(at, post_id) == [(at.teacher.id, "The date is wrong")]


def test_a_slip_of_long_ago_is_a_request_like_any_other(at: School) -> None:
    post_id = at.live(caption="A good day.")
    with at.parts.work() as work:
        apart.mistake(work, at.teacher, post_id)
    with pytest.raises(Refused, match="Somebody asked for that already"), later(at, minutes=16) as work:
        takedowns.ask_for(work, at.data_lead, post_id, "A family rang")


def test_a_post_that_is_on_no_account_is_not_said_to_be_asked_for(at: School) -> None:
    post_id = at.live(caption="A good day.")
    with at.parts.work() as work:
        for one in cases.publications(work, cases.get(work, post_id)):
            work.session.delete(one)
        work.session.flush()
        concern = apart.mistake(work, at.teacher, post_id)
    page = at.browser(Role.ASSISTANT_HEAD).get(f"/concerns/{concern.id}").text
    assert "Its takedown is asked for" not in page and "Take it down</button>" not in page


@pytest.mark.parametrize(("indecent", "shade"), [(False, 61), (True, 62)])
def test_what_was_purged_and_is_in_a_post_all_the_same_is_found_by_the_sweep(
    at: School, indecent: bool, shade: int
) -> None:
    gone, head, lead = at.submit(small_photo(shade)), at.people[Role.HEADTEACHER], at.others[Role.TEACHER]
    (photo,) = at.post(gone).photos
    with at.parts.work() as work:
        first = apart.keep_apart(work, at.teacher, gone, indecent)
    with at.parts.work() as work:
        if indecent:
            concerns.step(work, lead, first.id, What.POLICE, "Reference 7")
        apart.purge(work, lead if indecent else head, first.id, "Away")
    post_id = at.draft(caption="As a restored backup has it.")
    with at.parts.work() as work:
        same = {"media_key": photo.media_key, "width": photo.width, "height": photo.height, "file_name": "a.jpg"}
        work.session.add(Photo(post_id=post_id, position=1, **same))
    sweep.tidy(at.parts)
    sweep.tidy(at.parts)
    with at.parts.work() as work:
        (found,) = work.session.scalars(select(Concern).where(Concern.post_id == post_id))
        assert (found.kind, found.apart) == (Kind.INDECENT if indecent else Kind.COMPROMISING, True)
        assert safeguarding.is_apart(work, cases.get(work, post_id))
        apart.put_back(work, lead if indecent else head, found.id, "It is another one")
    sweep.tidy(at.parts)
    with at.parts.reading() as work:
        assert not safeguarding.is_apart(work, cases.get(work, post_id)), "what a person has decided stands"
