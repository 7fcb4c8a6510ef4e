"""Posting straight to an account: once, only what the kit holds, and never against a stop."""

import pytest
from sqlalchemy import update

from moderation.db.models import Account, Delivery, Takedown
from moderation.queue import Job
from moderation.rules.connecting import Kind, NotDone, Progress, Trouble
from moderation.rules.looking_back import End
from moderation.rules.roles import Role
from moderation.rules.workflow import Action, NotYours, Refused, State
from moderation.services import audit, cases, connections, deliveries, delivering, intake, publishing, staff, takedowns
from tests.builders import LINK, School
from tests.services.moments import later, small_photo
from tests.services.noticeboard import Noticeboard, ask, connected, delivery, released, run


@pytest.fixture
def there(school: School) -> Account:
    return connected(school)


def stop(school: School, post_id: int) -> None:
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        cases.move(work, post, Action.STOP, school.teacher, cases.case_of(work, post, reason="It must not go out"))


def test_what_is_posted_is_the_kit_and_the_post_is_live_by_whoever_asked(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there, caption="Sports day was fun.", photos=(small_photo(),))
    with school.parts.work() as work:
        kit = dict(publishing.kit_files(work, school.manager, post_id).files)
    asked = ask(school, post_id, there)
    assert run(school, notices, asked)
    (post,) = notices.posts.values()
    assert post.words.encode() == kit["caption.txt"]
    assert [one.data for one in post.pictures] == [data for name, data in kit.items() if name.endswith(".jpg")]
    assert [one.alt_text for one in post.pictures] == ["What the photo shows"]
    assert school.state(post_id) is State.LIVE
    with school.parts.reading() as work:
        (live,) = cases.publications(work, cases.get(work, post_id))
        rows = {row.action: row for row in audit.of_post(work.session, post_id)}
    assert live.link == delivery(school, asked).link
    assert rows["mark live"].actor_id == rows["posted to account"].actor_id == school.manager.id


def test_a_job_that_runs_twice_posts_once(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    token = delivery(school, asked).token
    assert delivering.deliver(school.parts.work, notices.open, asked, token)
    assert not delivering.deliver(school.parts.work, notices.open, asked, token)
    assert notices.times == 1


def test_asking_twice_is_refused(school: School, there: Account) -> None:
    post_id = released(school, there)
    ask(school, post_id, there)
    with pytest.raises(Refused, match="already, or is about to"):
        ask(school, post_id, there)


def test_only_a_publisher_with_an_opened_kit_asks(school: School, there: Account) -> None:
    post_id = released(school, there)
    for actor in (school.teacher, school.head, school.people[Role.ADMINISTRATOR]):
        with school.parts.work() as work, pytest.raises(NotYours):
            delivering.ask(work, actor, post_id, there.id, "")


def test_a_worker_that_dies_after_the_server_said_yes_leaves_one_post(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)

    def die(step: str) -> None:
        if step == "after":
            raise SystemExit

    notices.breaks = die
    asked = ask(school, post_id, there)
    with pytest.raises(SystemExit):
        run(school, notices, asked)
    assert delivery(school, asked).progress is Progress.SENDING
    notices.breaks = lambda step: None
    with later(school, seconds=30) as work:
        assert deliveries.reissue(work) == 1
        assert deliveries.ring_again(work) == 1
        assert work.bells == [(Job.DELIVER, (asked, deliveries.get(work, asked).token))]
    _due(school, asked)
    assert run(school, notices, asked)
    assert notices.times == 1 and school.state(post_id) is State.LIVE


def _due(school: School, delivery_id: int) -> None:
    """As if its pause were over."""
    with school.parts.work() as work:
        work.session.execute(update(Delivery).where(Delivery.id == delivery_id).values(next_at=work.now))


def test_one_that_lost_its_lease_posts_nothing_more(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)

    def lose(step: str) -> None:
        if step == "middle":
            with later(school, seconds=30) as work:
                deliveries.reissue(work)

    notices.breaks = lose
    assert not run(school, notices, asked)
    assert notices.posts == {}


def test_a_post_that_was_stopped_before_its_turn_is_not_sent(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    stop(school, post_id)
    assert not run(school, notices, asked)
    assert notices.parts == set() and notices.posts == {}
    assert delivery(school, asked).progress is Progress.FAILED
    assert "stopped" in delivery(school, asked).trouble


def test_a_stop_in_the_middle_posts_nothing_and_takes_back_what_was_put_there(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)

    def stop_now(step: str) -> None:
        if step == "middle":
            stop(school, post_id)

    notices.breaks = stop_now
    assert not run(school, notices, asked)
    assert notices.posts == {} and notices.parts
    assert delivery(school, asked).progress is Progress.REMOVING
    notices.breaks = lambda step: None
    assert run(school, notices, asked)
    assert notices.parts == set() and delivery(school, asked).progress is Progress.REMOVED


def test_whoever_asked_and_was_kept_out_since_posts_nothing(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    with school.parts.work() as work:
        staff.set_active(work, school.people[Role.ADMINISTRATOR], school.manager.id or 0, False)
    assert not run(school, notices, asked)
    assert notices.posts == {} and delivery(school, asked).progress is Progress.FAILED


def test_one_account_out_and_one_failed_is_shown_and_tried_again(school: School, there: Account) -> None:
    other = connected(school, "Mastodon", Kind.MASTODON, "@school@example")
    notices, broken, post_id = Noticeboard(), Noticeboard(), released(school, there, other)
    first, second = ask(school, post_id, there), ask(school, post_id, other)

    def refuse(step: str) -> None:
        raise NotDone(Trouble.REFUSED)

    broken.breaks = refuse
    assert run(school, notices, first) and not run(school, broken, second)
    assert school.state(post_id) is State.RELEASED
    assert delivery(school, second).progress is Progress.FAILED
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{post_id}/kit").text
    assert str(Trouble.REFUSED) in page and "Try again" in page and "https://board.example/" in page
    broken.breaks = lambda step: None
    assert ask(school, post_id, other) == second
    assert run(school, broken, second)
    assert school.state(post_id) is State.LIVE and notices.times == broken.times == 1


def test_what_fails_may_be_posted_by_hand_and_the_link_pasted(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there, school.account)
    asked = ask(school, post_id, there)
    with school.parts.work() as work, pytest.raises(Refused, match="still at work on Bluesky"):
        publishing.mark_live(work, school.manager, post_id, {there.id: LINK, school.account.id: LINK})
    assert run(school, notices, asked)
    assert school.state(post_id) is State.RELEASED  # Facebook goes by kit
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
        links = {one.account_id: one.link for one in cases.publications(work, cases.get(work, post_id))}
    assert links == {school.account.id: LINK, there.id: delivery(school, asked).link}


def test_a_server_that_is_away_is_asked_again_until_it_is_given_up(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)

    def away(step: str) -> None:
        raise NotDone(Trouble.AWAY)

    notices.breaks = away
    for _ in range(deliveries.MOST_TRIES):
        assert delivery(school, asked).progress is Progress.WAITING
        assert not run(school, notices, asked)
        _due(school, asked)
    assert delivery(school, asked).progress is Progress.FAILED
    with school.parts.reading() as work:
        connection = connections.of_account(work, there.id)
    assert connection and connection.trouble == str(Trouble.AWAY)


def test_what_is_out_there_of_a_stopped_post_is_shown_and_removed_with_proof(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there, school.account)
    asked = ask(school, post_id, there)
    assert run(school, notices, asked)
    stop(school, post_id)
    with school.parts.reading() as work:
        assert [one.id for one in deliveries.strays(work)] == [asked]
    for role, page in ((Role.RESOURCES_MANAGER, "/publish/"), (Role.ASSISTANT_HEAD, "/takedowns/")):
        assert "Already out there" in school.browser(role).get(page).text
    assert "Remove it there" not in school.browser(Role.TEACHER).get(f"/posts/{post_id}").text
    answer = school.browser(Role.ASSISTANT_HEAD).post(f"/takedowns/deliveries/{asked}/remove")
    assert answer.status_code == 303
    assert run(school, notices, asked)
    assert notices.posts == {} and delivery(school, asked).removed_at
    with school.parts.reading() as work:
        assert deliveries.strays(work) == []
        row = next(row for row in audit.of_post(work.session, post_id) if row.action == "removed from account")
    assert row.actor_id == school.head.id and "not there" in row.detail


def test_a_takedown_is_done_by_removing_it_there(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    assert run(school, notices, asked)
    with school.parts.work() as work, pytest.raises(Refused, match="Ask first"):
        deliveries.ask_removal(work, school.manager, asked)
    with school.parts.work() as work:
        takedowns.ask_for(work, school.teacher, post_id, "A family asks for it")
    assert "Remove it there" in school.browser(Role.RESOURCES_MANAGER).get("/takedowns/").text
    with school.parts.work() as work:
        deliveries.ask_removal(work, school.manager, asked)
    assert run(school, notices, asked)
    with school.parts.reading() as work:
        takedown = work.session.query(Takedown).one()
    assert takedown.end is End.REMOVED and "answered afterwards" in takedown.proof
    assert school.state(post_id) is State.TAKEN_DOWN and notices.posts == {}


def test_taking_down_the_whole_post_removes_what_gatepost_posted(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    assert run(school, notices, asked)
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "A slip")
    assert run(school, notices, asked)
    assert notices.posts == {} and delivery(school, asked).progress is Progress.REMOVED


def test_an_earlier_version_has_to_go_before_the_post_is_posted_again(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)

    def refuse(step: str) -> None:
        if step == "after":  # it is there, and the answer was another
            raise NotDone(Trouble.REFUSED)

    notices.breaks = refuse
    assert not run(school, notices, asked)
    notices.breaks = lambda step: None
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        cases.move(work, post, Action.UNAPPROVE, school.head, cases.case_of(work, post, reason="A word is wrong"))
        cases.move(work, post, Action.SEND_BACK, school.head, cases.case_of(work, post, reason="A word is wrong"))
        post.caption = "Another caption."
    with school.parts.work() as work:
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    page = school.browser(Role.RESOURCES_MANAGER).get(f"/publish/{post_id}/kit").text
    assert "An earlier version is there" in page and "Remove it there" in page
    with school.parts.work() as work, pytest.raises(Refused, match="earlier version"):
        publishing.mark_live(work, school.manager, post_id, {there.id: LINK})
    with pytest.raises(Refused, match="earlier version"):
        ask(school, post_id, there)
    with school.parts.work() as work:
        deliveries.ask_removal(work, school.manager, asked)
    assert run(school, notices, asked)
    assert ask(school, post_id, there) == asked
    assert run(school, notices, asked)
    assert [one.words for one in notices.posts.values()] == ["Another caption."] and notices.times == 2


def test_what_arrives_after_a_stop_is_written_down_and_shown(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)

    def stop_now(step: str) -> None:
        if step == "after":
            stop(school, post_id)

    notices.breaks = stop_now
    assert run(school, notices, asked)
    assert school.state(post_id) is State.STOPPED and delivery(school, asked).progress is Progress.THERE
    with school.parts.reading() as work:
        assert [one.link for one in cases.publications(work, cases.get(work, post_id))] == [
            delivery(school, asked).link
        ]
        assert [one.id for one in deliveries.strays(work)] == [asked]


def test_a_disconnected_account_fails_with_a_sentence(school: School, there: Account) -> None:
    notices, post_id = Noticeboard(), released(school, there)
    asked = ask(school, post_id, there)
    with school.parts.work() as work:
        connections.disconnect(work, school.people[Role.ADMINISTRATOR], there.id)
    assert not run(school, notices, asked)
    assert delivery(school, asked).trouble == str(Trouble.GONE)
