"""Law 3, asked of the services themselves: what is not possible as things stand, whoever asks."""

from datetime import timedelta

import pytest

from moderation.db.models import Account, Copy, Delivery, LiveCheck, Membership, Person, Photo, Post, User
from moderation.rules.as_approved import How, Result
from moderation.rules.connecting import Progress
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import Role
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import (
    apart,
    board,
    cases,
    covering,
    deliveries,
    delivering,
    groups,
    handing_over,
    held,
    intake,
    live,
    publishing,
    review,
    scanning,
    tailoring,
    takedown_desk,
    takedowns,
)
from moderation.services.work import NotFound
from tests.builders import LINK, School, open_school
from tests.services.moments import Quick, scans, small_photo
from tests.services.noticeboard import BASE, Noticeboard, ask, connected, delivery, released, run

FACE = Sighting(Detector.FACES, Kind.FACE_MATCH, Box(48, 32, 80, 72), evidence="0.41 from reference photo 1 of 1")


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("refused") / "instance", Quick())


@pytest.fixture(scope="module")
def there(at: School) -> Account:
    return connected(at)


def put(school: School, delivery_id: int, progress: Progress, **values: object) -> None:
    with school.parts.work() as work:
        row = work.session.get_one(Delivery, delivery_id)
        row.progress = progress
        for name, value in values.items():
            setattr(row, name, value)


def test_what_failed_halfway_is_posted_again_while_the_post_is_the_same(at: School, there: Account) -> None:
    post_id = released(at, there)
    asked = ask(at, post_id, there)
    put(at, asked, Progress.FAILED, remote={"key": "half"})
    assert ask(at, post_id, there) == asked
    put(at, asked, Progress.FAILED, remote={"key": "half"}, digest="0" * 64)
    with pytest.raises(Refused, match="earlier version"):
        ask(at, post_id, there)


def test_nothing_is_removed_that_is_not_there_or_goes_already(at: School, there: Account) -> None:
    asked = ask(at, released(at, there), there)
    for progress in (Progress.WAITING, Progress.REMOVING):
        put(at, asked, progress)
        with pytest.raises(Refused, match="not there any more"), at.parts.work() as work:
            deliveries.ask_removal(work, at.manager, asked)


def test_a_link_is_pasted_by_hand_where_gatepost_has_nothing_and_does_nothing(at: School, there: Account) -> None:
    post_id = released(at, there)
    asked = ask(at, post_id, there)

    def checked() -> None:
        with at.parts.reading() as work:
            deliveries.check_by_hand(work, cases.get(work, post_id), work.session.get_one(Account, there.id))

    put(at, asked, Progress.REMOVING)
    with pytest.raises(Refused, match="still at work"):
        checked()
    put(at, asked, Progress.FAILED, digest="0" * 64, remote={})
    checked()
    put(at, asked, Progress.FAILED, digest="0" * 64, remote={"key": "half"})
    with pytest.raises(Refused, match="earlier version"):
        checked()


def test_gatepost_posts_to_connected_accounts_of_the_post_alone(at: School, there: Account) -> None:
    post_id = released(at, there)
    for account_id in (at.account.id, 999):
        with pytest.raises(NotFound), at.parts.work() as work:
            delivering.ask(work, at.manager, post_id, account_id, BASE)


def test_what_was_asked_for_an_earlier_version_is_not_posted(at: School, there: Account) -> None:
    notices, asked = Noticeboard(), ask(at, released(at, there), there)
    put(at, asked, Progress.WAITING, digest="0" * 64)
    run(at, notices, asked)
    assert notices.posts == {} and delivery(at, asked).progress is Progress.FAILED


def test_what_was_asked_for_an_account_that_was_left_out_since_is_not_posted(at: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(at, there, at.account)
    asked = ask(at, post_id, there)
    with at.parts.work() as work:
        review.decide(work, at.head, post_id, Action.UNAPPROVE, "Not there")
    with at.parts.work() as work:
        seen = cases.digest_of(work, cases.get(work, post_id))
        tailoring.leave_out(work, at.head, post_id, there.id, seen)
    at.to_the_kit(post_id)
    run(at, notices, asked)
    assert notices.posts == {} and delivery(at, asked).progress is Progress.FAILED


def test_what_somebody_asked_for_who_is_kept_out_since_is_not_posted(at: School, there: Account) -> None:
    """Though no account is blocked by their leaving."""
    notices, asked = Noticeboard(), ask(at, released(at, there), there)
    for active in (False, True):
        with at.parts.work() as work:
            work.session.get_one(User, at.manager.id).active = active
        if not active:
            run(at, notices, asked)
    assert notices.posts == {} and delivery(at, asked).progress is Progress.FAILED


def test_an_account_may_be_left_out_while_another_one_is_still_to_come(at: School, there: Account) -> None:
    with at.parts.work() as work:
        website = at.add_account(work, "Website", "News")
    post_id = released(at, there, at.account, website)
    with at.parts.work() as work:
        publishing.record_live(work, at.manager, post_id, website.id, LINK)
    with at.parts.work() as work:
        review.decide(work, at.head, post_id, Action.UNAPPROVE, "Not there")
    for account, sentence in ((there, ""), (at.account, "Nothing would be left"), (website, "out there already")):
        with at.parts.work() as work:
            seen = cases.digest_of(work, cases.get(work, post_id))
            if not sentence:
                tailoring.leave_out(work, at.head, post_id, account.id, seen)
                continue
            with pytest.raises(Refused, match=sentence):
                tailoring.leave_out(work, at.head, post_id, account.id, seen)
        at.run_checks(post_id)


def test_somebody_is_taken_out_of_the_group_that_they_are_in(at: School) -> None:
    ada = at.person("G1", "Ada", "Quill").id
    with at.parts.work() as work:
        choir, band = (groups.make(work, at.data_lead, name).id for name in ("Choir", "Band"))
        groups.add(work, at.data_lead, choir, [ada], None, None)
        row = work.session.query(Membership).filter_by(group_id=choir).one().id
        with pytest.raises(NotFound):
            groups.remove(work, at.data_lead, band, row)
        with pytest.raises(NotFound):
            groups.remove(work, at.data_lead, choir, 999)


def test_a_copy_of_what_is_held_about_one_person_is_not_anothers(at: School) -> None:
    mine, theirs = at.person("H1", "Bea", "Quill").id, at.person("H2", "Cy", "Quill").id
    with at.parts.work() as work:
        copy = Copy(
            person_id=mine, asked_by_id=at.data_lead.id, asked_at=work.now, expires_at=work.now + timedelta(days=7)
        )
        copy.wrapped_key = work.vault.new_key()
        work.session.add(copy)
        work.session.flush()
        with pytest.raises(NotFound):
            handing_over.take(work, at.data_lead, theirs, copy.id)
        work.session.get_one(Person, theirs).erased_at = work.now
        for person in (theirs, 999):
            with pytest.raises(NotFound):
                held.get(work, person)


def test_what_is_live_as_approved_is_nobodys_to_settle(at: School) -> None:
    post_id = at.live()
    with at.parts.work() as work:
        check = LiveCheck(post_id=post_id, account_id=at.account.id, at=work.now, by_id=at.manager.id, details=[])
        check.how, check.result = How.PASTED, Result.SAME
        work.session.add(check)
        work.session.flush()
        with pytest.raises(Stale):
            live.settle(work, at.head, check.id, "It is fine")


def test_a_takedown_that_is_done_is_nobodys_to_take_on_and_one_that_somebody_else_took_on_to_give_back(
    at: School,
) -> None:
    post_id = at.live()
    with at.parts.work() as work:
        takedowns.ask_for(work, at.teacher, post_id, "A family asks for it")
        task = next(one.takedown.id for one in takedowns.waiting(work) if one.post.id == post_id)
        takedown_desk.take_on(work, at.manager, task)
        with pytest.raises(Stale):
            takedown_desk.give_back(work, at.head, task)
        takedowns.removed(work, at.manager, task, "It is gone")
        for late in (takedown_desk.take_on, takedown_desk.give_back):
            with pytest.raises(Stale):
                late(work, at.manager, task)


def test_nobody_takes_a_cover_off_a_photo_that_was_removed(at: School) -> None:
    post_id = at.in_review(small_photo(31), small_photo(32), caption="")
    at.settle_all(post_id)
    gone = at.post(post_id).photos[0].id
    with at.parts.work() as work:
        review.remove_photo(work, at.head, post_id, gone, cases.digest_of(work, cases.get(work, post_id)))
    at.run_checks(post_id)
    with at.parts.work() as work:
        post = work.session.get_one(Post, post_id)
        assert work.session.get_one(Photo, gone).removed_at and post.state is State.IN_REVIEW
        with pytest.raises(Stale):
            covering.take_off(work, at.head, post_id, gone, cases.digest_of(work, post))


def test_what_a_flag_points_at_is_kept_apart_with_its_picture(at: School) -> None:
    post_id = at.submit(small_photo(33), caption="")
    for scan in scans(at, post_id):
        assert scanning.scan(at.parts.work, at.parts.reading, Quick(FACE), scan.id, scan.token)
    flag = next(found.id for found in at.findings(post_id) if found.kind is Kind.FACE_MATCH)
    with at.parts.work() as work:
        assert board.visible_finding(work, at.head, flag)
        apart.keep_apart(work, at.manager, post_id, may_be_indecent=True)
        assert board.visible_finding(work, at.people[Role.HEADTEACHER], flag), "who is safeguarding lead where none is"
        with pytest.raises(NotFound):
            board.visible_finding(work, at.head, flag)


def test_a_photo_of_a_post_that_is_handed_in_is_nobodys_to_change(at: School) -> None:
    post_id = at.submit(caption="A good day.")
    with pytest.raises(Refused, match="Take it back first"), at.parts.work() as work:
        intake.editable(work, at.teacher, post_id)


def test_what_an_account_gets_of_a_draft_is_its_authors_alone(at: School) -> None:
    post_id = at.draft(small_photo(34))
    photo = at.post(post_id).photos[0].id
    with at.parts.reading() as work:
        assert board.visible_rendition(work, at.teacher, post_id, at.account.id, photo)
        for actor in (at.head, at.manager, at.data_lead, at.others[Role.TEACHER]):
            with pytest.raises(NotFound):
                board.visible_rendition(work, actor, post_id, at.account.id, photo)


def test_law_1_what_is_live_has_no_kit_any_more_and_what_is_not_stopped_is_not_looked_for(at: School) -> None:
    out, waiting = at.live(), at.submit(caption="A good day.")
    for opening in (publishing.open_kit, publishing.opened_kit):
        with pytest.raises(Stale), at.parts.work() as work:
            opening(work, at.manager, out)
    with pytest.raises(Refused), at.parts.work() as work:
        takedown_desk.looked(work, at.manager, waiting, "It is gone")
