"""Boxes of one's own, covering in a draft, and taking a cover off: who may, in which state, and what is left behind."""

from itertools import product

import numpy as np
import pytest

from moderation.db.models import Photo, ScanState
from moderation.media.photo import pixels
from moderation.rules.blocks import Block
from moderation.rules.findings import Detector, Kind, Sighting
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.workflow import Action, Refused, State
from moderation.services import board, cases, covering, draft_looks, intake, publishing, review, scanning
from moderation.services.covering import Wish
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.moments import Quick, actions, scans, small_photo

BLOCK = Block(60, 40, 40, 16, angle=30)
MINE = Wish(own=(BLOCK,))
HEADS = {Role.ASSISTANT_HEAD, Role.HEADTEACHER}


def first(school: School, post_id: int) -> int:
    return school.post(post_id).photos[0].id


def checked(school: School, post_id: int, *seen: Sighting) -> None:
    for scan in scans(school, post_id):
        if scan.state is ScanState.WAITING:
            assert scanning.scan(school.parts.work, school.parts.reading, Quick(*seen), scan.id, scan.token)


def in_review(school: School, author: Actor | None = None) -> int:
    post_id = school.submit(small_photo(), caption="", author=author)
    checked(school, post_id, Sighting(Detector.FACES, Kind.FACE_UNCLEAR))
    return post_id


def take_off(school: School, post_id: int, actor: Actor) -> None:
    with school.parts.work() as work:
        seen = cases.digest_of(work, cases.get(work, post_id))
        covering.take_off(work, actor, post_id, first(school, post_id), seen)


def image(school: School, post_id: int) -> np.ndarray:
    return pixels(school.parts.store.get(school.post(post_id).photos[0].media_key))


def is_covered(school: School, post_id: int) -> bool:
    return bool((image(school, post_id)[48, 80] == 32).all())


def assert_hidden(school: School, photo_id: int) -> None:
    with school.parts.reading() as work:
        for actor in [*school.people.values(), *school.others.values()]:
            with pytest.raises(NotFound):
                board.visible_photo(work, actor, photo_id)


def test_the_author_covers_in_the_draft_and_takes_it_off_again(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    before = first(school, post_id)
    after = school.cover(post_id, MINE, school.teacher, before)
    assert is_covered(school, post_id)
    assert_hidden(school, before)
    assert [scan.state for scan in scans(school, post_id)] == [ScanState.WAITING], "the new picture is looked at"
    take_off(school, post_id, school.teacher)
    assert first(school, post_id) == before
    assert not is_covered(school, post_id)
    assert_hidden(school, after)
    assert actions(school, post_id) == [
        "drafted",
        draft_looks.LOOKED_AT,
        "photo covered",
        draft_looks.LOOKED_AT,
        "photo uncovered",
    ]


def test_what_was_under_a_cover_can_be_put_back_in_no_other_way(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    before = first(school, post_id)
    covered = school.cover(post_id, MINE, school.teacher, before)
    with school.parts.work() as work:
        intake.remove_photo(work, school.teacher, post_id, covered)
        assert [one.id for one in intake.restorable(cases.get(work, post_id))] == [covered]
        intake.restore_photo(work, school.teacher, post_id, covered)
    take_off(school, post_id, school.teacher)
    with school.parts.work() as work:
        assert intake.restorable(cases.get(work, post_id)) == [], "a cover that was taken off is no photo to put back"
        intake.remove_photo(work, school.teacher, post_id, before)
        work.session.flush()
        assert [one.id for one in intake.restorable(cases.get(work, post_id))] == [before]


def test_two_covers_come_off_one_after_the_other_and_the_words_stay(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    before = first(school, post_id)
    school.cover(post_id, MINE, school.teacher, before)
    once = first(school, post_id)
    school.cover(post_id, Wish(own=(Block(0, 0, 20, 20),)), school.teacher, once)
    with school.parts.work() as work:
        cases.get(work, post_id).photos[0].alt_text = "Written since"
    for expected in (once, before):
        take_off(school, post_id, school.teacher)
        assert first(school, post_id) == expected
        assert school.post(post_id).photos[0].alt_text == "Written since"
    with pytest.raises(Refused, match="no cover"):
        take_off(school, post_id, school.teacher)


def test_an_approver_takes_a_cover_off_and_the_old_picture_goes_through_the_checks(school: School) -> None:
    post_id = in_review(school)
    before, digest = first(school, post_id), school.digest(post_id)
    school.cover(post_id, MINE, photo_id=before)
    assert school.state(post_id) is State.CHECKING
    checked(school, post_id)
    take_off(school, post_id, school.head)
    assert (first(school, post_id), school.digest(post_id)) == (before, digest)
    assert [finding.kind for finding in school.findings(post_id)] == [Kind.FACE_UNCLEAR], "what was found is back"
    assert actions(school, post_id)[-4:] == ["cover", "finish checks", "take cover off", "finish checks"]
    with pytest.raises(Refused, match="Settle every flag"):
        school.approve(post_id)


def test_law_3_whoever_takes_off_what_somebody_else_covered_needs_another_person(school: School) -> None:
    post_id, me, other = in_review(school), school.head, school.people[Role.HEADTEACHER]
    school.cover(post_id, MINE, other, first(school, post_id))
    checked(school, post_id)
    take_off(school, post_id, me)
    school.settle_all(post_id)
    with pytest.raises(Refused, match="You took off a cover that somebody else had put on"):
        school.approve(post_id, me)
    school.cover(post_id, Wish(own=(Block(0, 0, 9, 9),)), me, first(school, post_id))  # somewhere else, and less
    checked(school, post_id)
    with pytest.raises(Refused, match="You took off a cover that somebody else had put on"):
        school.approve(post_id, me)
    with school.parts.reading() as work:
        assert not review.asks(review.standing(work, cases.get(work, post_id)), me)
    school.approve(post_id, other)
    assert school.state(post_id) is State.RELEASED


def test_whoever_takes_off_a_cover_of_their_own_decides_as_before(school: School) -> None:
    post_id = in_review(school)
    school.cover(post_id, MINE, photo_id=first(school, post_id))
    checked(school, post_id)
    take_off(school, post_id, school.head)
    school.settle_all(post_id)
    school.approve(post_id)
    assert school.state(post_id) is State.RELEASED


def test_an_author_never_takes_off_what_the_approver_covered(school: School) -> None:
    post_id = in_review(school)
    before = first(school, post_id)
    school.cover(post_id, MINE, photo_id=before)
    with school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    with pytest.raises(Refused, match="Somebody else covered this"):
        take_off(school, post_id, school.teacher)
    assert_hidden(school, before)
    assert is_covered(school, post_id)


def posts_in(school: School, state: State) -> int:
    """A post with one photo, covered by its author, in this state."""
    post_id = school.draft(small_photo(), caption="")
    school.cover(post_id, MINE, school.teacher, first(school, post_id))
    if state is State.DRAFT:
        return post_id
    with school.parts.work() as work:
        if state is State.DISCARDED:
            intake.discard(work, school.teacher, post_id)
            return post_id
        cases.get(work, post_id).photos[0].alt_text = "What it shows"
        intake.submit(work, school.teacher, post_id)
    if state is State.CHECKING:
        return post_id
    checked(school, post_id)
    if state in (State.SENT_BACK, State.STOPPED):
        with school.parts.work() as work:
            action = Action.SEND_BACK if state is State.SENT_BACK else Action.STOP
            review.decide(work, school.head, post_id, action, "Because")
    if state in (State.RELEASED, State.LIVE, State.TAKEN_DOWN):
        school.approve(post_id)
    if state in (State.LIVE, State.TAKEN_DOWN):
        with school.parts.work() as work:
            publishing.open_kit(work, school.manager, post_id)
            publishing.mark_live(work, school.manager, post_id, {school.account.id: "https://social.example/1"})
    if state is State.TAKEN_DOWN:
        with school.parts.work() as work:
            publishing.take_down(work, school.manager, post_id, "Because")
    return post_id


STATES = sorted(set(State) - {State.PURGED})


def may(role: Role, is_author: bool, state: State) -> bool:
    """Who may cover and take a cover off, said once more and apart from the program."""
    if is_author:
        return state in (State.DRAFT, State.SENT_BACK)
    return role in HEADS and state is State.IN_REVIEW


@pytest.mark.parametrize("state", STATES)
def test_law_5_who_may_cover_and_uncover_in_which_state(school: School, state: State) -> None:
    """Every role that signs in, and the author, in every state; the picture under the cover is nobody's in any."""
    post_id = posts_in(school, state)
    under = next(photo.covered_from_id for photo in school.post(post_id).photos)
    assert under
    assert_hidden(school, under)
    tried = [(role, actor) for people in (school.people, school.others) for role, actor in people.items()]
    assert len(tried) == 2 * len(SIGN_INS)
    for (role, actor), what in product(tried, ("cover", "take off")):
        is_author = actor == school.teacher
        allowed = may(role, is_author, state) and (is_author or what == "cover")  # what its author hid is theirs
        photo = first(school, post_id)
        with school.trying() as work:
            seen = cases.digest_of(work, cases.get(work, post_id))
            try:
                if what == "take off":
                    covering.take_off(work, actor, post_id, photo, seen)
                else:
                    covered = covering.make(work, actor, post_id, photo, MINE, seen)
                    covering.put(work, actor, post_id, covered, seen)
                done = True
            except (Refused, NotFound):
                done = False
        assert done == allowed, (role, what)
    assert_hidden(school, under)


def test_no_box_and_a_box_outside_are_told_in_a_sentence(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    for wish in (Wish(), Wish(own=(Block(500, 0, 10, 10),)), Wish(own=(Block(5, 5, 0, 10),))):
        with pytest.raises(Mistake, match=r"covered yet|outside the photo"):
            school.cover(post_id, wish, school.teacher, first(school, post_id))


def test_what_is_covered_by_its_author_is_not_counted_and_was_changed_by_them(school: School) -> None:
    post_id = school.draft(small_photo(), caption="")
    with school.parts.work() as work:
        cases.get(work, post_id).photos[0].people = 3
    new = school.cover(post_id, MINE, school.teacher, first(school, post_id))
    with school.parts.reading() as work:
        photo = work.session.get_one(Photo, new)
        assert (photo.people, photo.covered_by_id) == (None, school.teacher.id)
        assert cases.get(work, post_id).last_editor_id == school.teacher.id
