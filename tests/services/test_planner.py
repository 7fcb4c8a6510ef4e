"""The calendar's entries by the state of a post, and the feed that calendars read: numbers and times, nothing else."""

from datetime import datetime, timedelta

import icalendar
import pytest
from sqlalchemy import select, update

from moderation.db.models import CalendarFeed, Publication, User
from moderation.rules.roles import Role
from moderation.rules.workflow import Action
from moderation.services import cases, feeds, intake, planner, publishing, review
from moderation.services.planner import Occasion
from moderation.services.work import NotFound
from tests.builders import School

BASE = "https://gate.example"
DAY = timedelta(days=1)


@pytest.fixture
def now(school: School) -> datetime:
    with school.parts.reading() as work:
        return work.now


def times(school: School, post_id: int, not_before: datetime | None, wanted_by: datetime | None = None) -> None:
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.not_before, post.wanted_by = not_before, wanted_by


def shown(school: School, now: datetime, account_id: int | None = None) -> list[tuple[int, Occasion, datetime]]:
    with school.parts.reading() as work:
        found = planner.entries(work, now - 30 * DAY, now + 30 * DAY, account_id)
        return [(entry.post.id, entry.occasion, entry.at) for entry in found]


def test_each_post_stands_where_it_is_planned_held_ready_live_or_was_taken_down(school: School, now: datetime) -> None:
    draft, planned, back = school.draft(), school.in_review(), school.in_review()
    held, ready, live, down, stopped = (
        school.released(),
        school.released(),
        school.live(),
        school.live(),
        school.in_review(),
    )
    with school.parts.work() as work:
        review.decide(work, school.head, back, Action.SEND_BACK, "A sharper one.")
        review.decide(work, school.head, stopped, Action.STOP, "No.")
        publishing.take_down(work, school.manager, down, "A family asked.")
        work.session.execute(update(Publication).values(at=now - 3 * DAY))
    for post_id in (draft, planned, back, held, stopped):
        times(school, post_id, now + DAY, now + 2 * DAY)
    times(school, ready, now - DAY)
    found = shown(school, now)
    assert found == sorted(found, key=lambda one: one[2])
    assert {(post_id, occasion): at for post_id, occasion, at in found} == {
        **{(post_id, Occasion.PLANNED): now + DAY for post_id in (planned, back)},
        **{(post_id, Occasion.WANTED): now + 2 * DAY for post_id in (planned, back, held)},
        (held, Occasion.HELD): now + DAY,
        (ready, Occasion.READY): school.post(ready).state_since,
        (live, Occasion.LIVE): now - 3 * DAY,
        (down, Occasion.DOWN): school.post(down).state_since,
    }


def test_a_post_on_two_accounts_is_live_twice_and_each_account_shows_its_own(school: School, now: datetime) -> None:
    with school.parts.work() as work:
        other = school.add_account(work, "Bluesky", "our.school")
        both = intake.Words("Two places.", (school.account.id, other.id))
        post_id = intake.save(work, school.teacher, None, both, [])[0].id
        cases.get(work, post_id).others = 0
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
        links = dict.fromkeys((school.account.id, other.id), "https://social.example/1")
        publishing.mark_live(work, school.manager, post_id, links)
    assert [occasion for _, occasion, _ in shown(school, now)] == [Occasion.LIVE] * 2
    for account in (school.account.id, other.id):
        assert [occasion for _, occasion, _ in shown(school, now, account)] == [Occasion.LIVE]
    assert shown(school, now, 999) == []


def test_the_span_is_from_its_first_moment_until_before_its_last(school: School, now: datetime) -> None:
    post_id = school.in_review()
    for at, there in ((now - 30 * DAY, True), (now + 30 * DAY, False), (now + 30 * DAY - timedelta(0, 1), True)):
        times(school, post_id, at)
        assert bool(shown(school, now)) == there, at


def read(school: School, token: str) -> bytes:
    with school.parts.reading() as work:
        return feeds.read(work, token, BASE)


def made(school: School) -> str:
    with school.parts.work() as work:
        return feeds.make(work, school.teacher)


def test_law_10_the_feed_holds_numbers_and_times_and_not_one_word_of_a_post(school: School, now: datetime) -> None:
    held, live = school.released(caption="Philippa and the trampolines"), school.live(caption="Kingfishers")
    times(school, held, now + DAY, now + 2 * DAY)
    text = read(school, made(school))
    events = {str(event["SUMMARY"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    assert set(events) == {f"Post {held}: held until", f"Post {held}: wanted by", f"Post {live}: live"}
    event = events[f"Post {held}: held until"]
    assert event["DTSTART"].dt == (now + DAY).replace(microsecond=0) and str(event["DTSTART"].dt.tzinfo) == "UTC"
    assert str(event["URL"]) == f"{BASE}/posts/{held}" and str(event["UID"]) == f"out-{held}@gate.example"
    for word in (b"Philippa", b"trampolines", b"Kingfishers", b"Facebook", b"Our School", b"social", b"teacher"):
        assert word.lower() not in text.lower()


def test_nothing_new_is_the_same_text_and_a_move_keeps_its_uid(school: School, now: datetime) -> None:
    post_id, token = school.released(), made(school)
    times(school, post_id, now + DAY)
    before = read(school, token)
    assert read(school, token) == before
    times(school, post_id, now + 2 * DAY)
    moved = read(school, token)
    assert moved != before

    def uids(text: bytes) -> list[str]:
        return [str(event["UID"]) for event in icalendar.Calendar.from_ical(text).walk("VEVENT")]

    assert uids(moved) == uids(before) == [f"out-{post_id}@gate.example"]


def test_law_3_the_address_is_kept_as_a_hash_and_holds_for_staff_who_work_here_today(school: School) -> None:
    token = made(school)
    with school.parts.reading() as work:
        feed = work.session.scalars(select(CalendarFeed)).one()
        assert token not in (feed.token_hash, repr(feed)) and len(token) >= 43
    assert read(school, token)
    for change in ({"active": False}, {"role": Role.ADMINISTRATOR}):
        with school.parts.work() as work:
            user = work.session.get_one(User, school.teacher.id)
            before = {name: getattr(user, name) for name in change}
            for name, value in change.items():
                setattr(user, name, value)
        with pytest.raises(NotFound):
            read(school, token)
        with school.parts.work() as work:
            for name, value in before.items():
                setattr(work.session.get_one(User, school.teacher.id), name, value)
    assert read(school, token)


def test_a_new_address_ends_the_one_before_and_ending_it_leaves_none(school: School) -> None:
    first, second = made(school), made(school)
    assert first != second and read(school, second)
    with school.parts.work() as work:
        feeds.end(work, school.teacher)
    for token in (first, second, "", "x" * 43):
        with pytest.raises(NotFound):
            read(school, token)
