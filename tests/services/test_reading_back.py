"""What Gatepost has posted is read back: a difference alarms, what cannot be read is a finding, nothing is skipped."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from moderation.db.models import Account, AuditRow, LiveCheck, LiveLook, NewsRow
from moderation.queue import Job
from moderation.rules import live_looks as rules
from moderation.rules.as_approved import How, Result
from moderation.rules.connecting import Kind, NotDone, Progress, Trouble
from moderation.rules.live_looks import EVERY, FIRST, FOR, MOST_TRIES, next_look
from moderation.rules.roles import Role
from moderation.rules.telling import News
from moderation.rules.workflow import NotYours, Refused, State
from moderation.services import (
    cases,
    clock,
    delivered,
    deliveries,
    incidents,
    live,
    live_looks,
    publishing,
    purging,
    reading_back,
    takedowns,
    website_feeds,
)
from tests.builders import School
from tests.services.moments import later, small_photo
from tests.services.noticeboard import Noticeboard, ask, connected, delivery, released, run
from tests.services.test_live import FIRST as SCENE


@pytest.fixture
def there(school: School) -> Account:
    return connected(school)


def posted(school: School, board: Noticeboard, *accounts: Account, photos: tuple[bytes, ...] = ()) -> int:
    post_id = released(school, *accounts, photos=photos)
    assert run(school, board, ask(school, post_id, accounts[0]))
    return post_id


def look(school: School, board: Noticeboard) -> bool:
    """What a worker does when the bell rings, as if it were time."""
    with school.parts.work() as work:
        work.session.execute(update(LiveLook).values(due_at=work.now - timedelta(seconds=1)))
        (number,) = work.session.scalars(select(LiveLook.id))
    return reading_back.run(school.parts.work, school.parts.reading, school.parts.looker, board.open, number)


def found(school: School) -> list[LiveCheck]:
    with school.parts.reading() as work:
        return list(work.session.scalars(select(LiveCheck).order_by(LiveCheck.id)))


def told(school: School, news: News) -> set[Role]:
    with school.parts.reading() as work:
        rows = work.session.scalars(select(NewsRow).where(NewsRow.news == news, NewsRow.over_at.is_(None)))
        ids = {row.user_id for row in rows}
    return {role for people in (school.people, school.others) for role, one in people.items() if one.id in ids}


def edit(board: Noticeboard, words: str) -> None:
    """Somebody at the network, past Gatepost."""
    for key, post in board.posts.items():
        board.posts[key] = replace(post, words=words)


HEADS = {Role.ASSISTANT_HEAD, Role.HEADTEACHER}


def test_it_is_read_some_minutes_after_it_went_out_then_daily_for_a_while(school: School, there: Account) -> None:
    board = Noticeboard()
    post_id = posted(school, board, there, photos=(small_photo(),))
    with school.parts.reading() as work:
        (planned,) = work.session.scalars(select(LiveLook))
        out_at = deliveries.of_post(work, post_id)[there.id].there_at
    assert out_at and planned.due_at == out_at + FIRST
    with later(school, minutes=4) as work:
        assert live_looks.ring_again(work) == 0
    with later(school, minutes=6) as work:
        assert live_looks.ring_again(work) == 1
        assert work.bells == [(Job.COMPARE, (planned.id,))]
    assert look(school, board)
    (check,) = found(school)
    assert (check.result, check.how, check.by_id) == (Result.SAME, How.CONNECTED, None)
    assert {one.what for one in check.judged} == {"The words", "Picture 1", "Alternative text of picture 1"}
    assert next_look(out_at, out_at + FIRST) == out_at + FIRST + EVERY
    assert next_look(out_at, out_at + FOR + EVERY) is None
    assert next_look(out_at, out_at - 9 * EVERY) == out_at - 8 * EVERY, "after the clock was set back"
    assert sum((rules.pause(tries) for tries in range(1, MOST_TRIES)), timedelta()) == timedelta(minutes=30)


def test_what_somebody_else_made_of_it_alarms_the_heads_once_and_stays_settled(school: School, there: Account) -> None:
    board = Noticeboard()
    post_id = posted(school, board, there)
    edit(board, "A bad day.")
    assert look(school, board)
    assert found(school)[0].result is Result.DIFFERS and told(school, News.NOT_AS_APPROVED) == HEADS
    assert look(school, board), "the next day"
    (check,) = found(school)
    assert check.again_at is not None, "the same is no second finding"
    with school.parts.work() as work:
        live.settle(work, school.head, check.id, "The office mended it")
    assert told(school, News.NOT_AS_APPROVED) == set()
    assert look(school, board) and told(school, News.NOT_AS_APPROVED) == set()
    edit(board, "A bad day. More of it.")
    assert look(school, board) and told(school, News.NOT_AS_APPROVED) == HEADS
    with school.parts.reading() as work:
        rows = work.session.scalars(select(AuditRow).where(AuditRow.action == "live compared")).all()
        assert [row.post_id for row in rows] == [post_id] * 4, "each look is in the trail"


def test_gone_without_us_alarms_and_what_we_removed_does_not(school: School, there: Account) -> None:
    board = Noticeboard()
    post_id = posted(school, board, there)
    kept = dict(board.posts)
    board.posts.clear()
    assert look(school, board)
    assert "nobody removed it" in found(school)[0].judged[0].said[0] and told(school, News.NOT_AS_APPROVED) == HEADS
    board.posts.update(kept)
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "It was wrong")
    assert not look(school, board), "it is on its way out"
    with school.parts.reading() as work:
        assert not work.session.scalars(select(LiveLook)).all()
    assert len(found(school)) == 1


def test_what_is_removed_while_it_is_read_is_no_finding(school: School, there: Account) -> None:
    board = Noticeboard()
    post_id = posted(school, board, there)

    def go(step: str) -> None:
        board.posts.clear()
        with school.parts.work() as work:
            takedowns.ask_for(work, school.teacher, post_id, "It has to go")

    board.breaks = go
    assert not look(school, board) and found(school) == []


def test_what_cannot_be_read_is_a_finding_after_some_tries(school: School, there: Account) -> None:
    board = Noticeboard()
    posted(school, board, there)

    def away(step: str) -> None:
        raise NotDone(Trouble.AWAY)

    board.breaks = away
    for _ in range(MOST_TRIES - 1):
        assert not look(school, board) and found(school) == []
    assert look(school, board)
    (check,) = found(school)
    assert check.result is Result.UNCLEAR and "did not answer" in check.judged[0].said[0]
    assert told(school, News.NOT_COMPARED) == HEADS
    board.breaks = lambda step: None
    assert look(school, board) and told(school, News.NOT_COMPARED) == set()


def test_a_sign_in_that_is_refused_and_a_worker_that_dies_are_findings(school: School, there: Account) -> None:
    board = Noticeboard()
    posted(school, board, there)

    def refused(step: str) -> None:
        raise NotDone(Trouble.LOGIN)

    board.breaks = refused
    assert look(school, board), "nothing to wait for"

    def die(step: str) -> None:
        raise SystemExit

    board.breaks = die
    for _ in range(MOST_TRIES):
        with pytest.raises(SystemExit):
            look(school, board)
        assert not look(school, board), "somebody else has it, as far as anybody knows"
        with school.parts.work() as work:
            work.session.execute(update(LiveLook).values(lease_until=work.now - timedelta(seconds=1)))
    assert not look(school, board)
    assert [check.result for check in found(school)] == [Result.UNCLEAR] * 2
    assert "ended before" in found(school)[1].judged[0].said[0]


def test_a_post_that_is_out_on_one_of_its_accounts_is_compared_too(school: School, there: Account) -> None:
    other, board = connected(school, "Mastodon", Kind.MASTODON, "@school@example"), Noticeboard()
    post_id = posted(school, board, there, other)
    edit(board, "A bad day.")
    assert school.state(post_id) is State.RELEASED and look(school, board)
    assert told(school, News.NOT_AS_APPROVED) == HEADS
    page = school.browser(Role.ASSISTANT_HEAD).get(f"/live/{post_id}").text
    assert "Not as approved" in page and "Settle" in page and there.title in page
    assert "not as approved" in school.browser(Role.RESOURCES_MANAGER).get("/publish/").text


def test_those_who_may_ask_for_it_now(school: School, there: Account) -> None:
    board = Noticeboard()
    post_id = posted(school, board, there)
    with school.parts.work() as work, pytest.raises(NotYours):
        live_looks.ask_now(work, school.teacher, post_id)
    assert school.browser(Role.TEACHER).post(f"/live/{post_id}/now").status_code == 403
    assert "Compare now" not in school.browser(Role.TEACHER).get(f"/posts/{post_id}").text
    head = school.browser(Role.ASSISTANT_HEAD)
    assert "Compare now" in head.get(f"/posts/{post_id}").text
    assert head.post(f"/live/{post_id}/now").status_code == 303
    assert "Being compared now" in head.get(f"/live/{post_id}").text
    assert "Being compared now" in (part := head.get(f"/live/{post_id}/progress?going={there.id}")).text
    assert "HX-Refresh" not in part.headers
    with school.parts.reading() as work:
        (number,) = work.session.scalars(select(LiveLook.id))
    assert reading_back.run(school.parts.work, school.parts.reading, school.parts.looker, board.open, number)
    assert head.get(f"/live/{post_id}/progress?going={there.id}").headers["HX-Refresh"] == "true"
    page = head.get(f"/live/{post_id}").text
    assert "As approved" in page and "Being compared now" not in page
    by_hand = school.live()
    with school.parts.work() as work, pytest.raises(Refused, match="no account that it could read"):
        live_looks.ask_now(work, school.head, by_hand)


def test_a_screenshot_is_compared_by_a_worker_and_not_kept(school: School) -> None:
    post_id, manager, board = (
        school.live(caption="Well done all"),
        school.browser(Role.RESOURCES_MANAGER),
        Noticeboard(),
    )
    form = {"account": str(school.account.id), "words": "Well done none"}
    for purged in (False, True):
        before = set(school.parts.store.keys())
        sent = manager.post(f"/live/{post_id}", data=form | {"screenshot": (io.BytesIO(SCENE), "a.jpg")})
        assert sent.status_code == 303 and "Being compared now" in manager.get(f"/live/{post_id}").text
        assert len(set(school.parts.store.keys()) - before) == 1
        if purged:
            with school.parts.work() as work:
                publishing.take_down(work, school.manager, post_id, "It was wrong")
            with school.parts.work() as work:
                purging.post(work, school.data_lead, cases.get(work, post_id))
        else:
            assert look(school, board)
            (check,) = found(school)
            assert (check.how, check.result, check.by_id) == (How.SCREENSHOT, Result.DIFFERS, school.manager.id)
            assert check.shot is not None
        assert set(school.parts.store.keys()) <= before, "no pixel of it is left"


def test_that_a_post_did_not_get_through_is_told_to_the_publishers(school: School, there: Account) -> None:
    board, post_id = Noticeboard(), released(school, there)

    def refused(step: str) -> None:
        raise NotDone(Trouble.REFUSED)

    board.breaks = refused
    asked = ask(school, post_id, there)
    assert not run(school, board, asked)
    assert told(school, News.NOT_POSTED) == {Role.RESOURCES_MANAGER}
    page = school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    assert "Did not get through" in page and str(Trouble.REFUSED) in page
    board.breaks = lambda step: None
    ask(school, post_id, there)
    assert told(school, News.NOT_POSTED) == set(), "it is tried again"
    assert "Did not get through" not in school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    assert run(school, board, asked)
    with school.parts.work() as work:
        takedowns.ask_for(work, school.teacher, post_id, "It has to go")
    with school.parts.work() as work:
        deliveries.ask_removal(work, school.manager, asked)
    board.breaks = refused
    assert not run(school, board, asked) and delivery(school, asked).progress is Progress.STUCK
    assert told(school, News.NOT_REMOVED) == {Role.RESOURCES_MANAGER}
    assert "Not removed" in school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    with school.parts.work() as work:
        delivered.is_gone(work, deliveries.get(work, asked), "Seen")
    assert told(school, News.NOT_REMOVED) == set()


def test_while_everything_is_stopped_the_feed_keeps_what_is_live_and_takes_nothing_new(school: School) -> None:
    feed = connected(school, "School website", Kind.FEED, "news")
    first, second = released(school, feed), released(school, feed)
    ask(school, first, feed)
    with school.parts.work() as work:
        incidents.open_one(work, school.head, "Somebody threatens the school")
    with school.parts.work() as work, pytest.raises(Refused):
        publishing.opened_kit(work, school.manager, second)
    with pytest.raises(Refused):
        ask(school, second, feed)

    def listed() -> list[int]:
        with school.parts.reading() as work:
            token = deliveries.of_post(work, first)[feed.id].link.partition("/feeds/")[2].partition(".atom")[0]
            return [entry.post_id for entry in website_feeds.of_token(work, token).entries]

    assert listed() == [first]
    assert look(school, Noticeboard()) and found(school)[0].result is Result.SAME
    with school.parts.work() as work:
        takedowns.ask_for(work, school.teacher, first, "It has to go")
    assert listed() == [], "at once, stopped or not"
    assert not look(school, Noticeboard()) and len(found(school)) == 1, "that it is gone is our own doing"


def test_a_look_that_was_claimed_before_the_clock_was_set_back_is_taken_again(school: School, there: Account) -> None:
    posted(school, Noticeboard(), there)
    with later(school, days=3) as work:
        (planned,) = work.session.scalars(select(LiveLook))
        planned.lease_until = planned.rung_at = work.now
    with school.parts.work() as work:
        clock.set_right(work)
    with later(school, minutes=6) as work:
        assert live_looks.ring_again(work) == 1
