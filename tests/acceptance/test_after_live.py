"""After a post is live: everything stopped and let go on, concerns and their clocks, the desk of takedowns."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient

from moderation.db.models import AuditRow, NewsRow, User
from moderation.rules.concerns import next_school_day
from moderation.rules.findings import Box, Detector, Kind, Sighting
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.telling import News
from moderation.rules.workflow import Action, NotYours, Refused, State
from moderation.services import (
    audit,
    escalation,
    incidents,
    live_pictures,
    publishing,
    review,
    scanning,
    takedown_desk,
    takedowns,
    telling,
)
from moderation.services.looking import Looker
from tests.builders import LINK, School, open_school
from tests.services.moments import Quick, later, photo_scan, small_photo
from tests.web.pages import page_of

WHY = "Somebody threatens the school with its own pictures."


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    """One school for tests that leave it as they found it. No engine is loaded: pictures hold what a test says."""
    return open_school(tmp_path_factory.mktemp("after") / "instance", Quick())


@pytest.fixture
def school(at: School) -> School:
    return at


_BROWSERS: dict[tuple[object, Role, int], FlaskClient] = {}


def browser_of(school: School, role: Role, number: int = 1) -> FlaskClient:
    """Signed in once: each sign-in costs a second."""
    key = (school.parts.settings.instance, role, number)
    if key not in _BROWSERS:
        _BROWSERS[key] = school.browser(role, number)
    return _BROWSERS[key]


def stop(school: School, role: Role = Role.DATA_LEAD) -> None:
    with school.parts.work() as work:
        incidents.open_one(work, school.people[role], WHY)


def go_on(school: School) -> None:
    with school.parts.work() as work:
        incidents.end(work, school.people[Role.HEADTEACHER], "The police have it.")


class TestEverythingStopped:
    def test_two_taps_close_every_way_out_and_a_head_opens_them_again(self, school: School) -> None:
        ready, waits = school.released(caption="Ready."), school.in_review(caption="Waits.")
        with school.parts.work() as work:
            publishing.open_kit(work, school.manager, ready)
        browser = browser_of(school, Role.ADMINISTRATOR)
        page = page_of(browser.get("/incident/"))
        assert "/incident/" in page_of(browser.get("/staff/people")).addresses, "the first tap, from every page"
        assert browser.post("/incident/stop", data={"reason": page.values["reason"]}).status_code == 303
        manager = browser_of(school, Role.RESOURCES_MANAGER)
        for method, address in (
            ("POST", f"/publish/{ready}/kit"),
            ("GET", f"/publish/{ready}/kit"),
            ("GET", f"/publish/{ready}/kit.zip"),
        ):
            answer = manager.open(address, method=method)
            assert (answer.status_code, "stopped everything from going out" in answer.text) == (409, True), address
        live = manager.post(f"/publish/{ready}/live", data={f"link-{school.account.id}": LINK})
        assert live.status_code in (409, 422) and school.state(ready) is State.RELEASED
        with pytest.raises(Refused, match="stopped everything"):
            school.approve(waits)
        assert school.state(waits) is State.IN_REVIEW
        head = browser_of(school, Role.HEADTEACHER)
        assert head.post("/incident/go-on", data={"reason": " "}).status_code == 422
        assert head.post("/incident/go-on", data={"reason": "The police have it."}).status_code == 303
        assert manager.get(f"/publish/{ready}/kit.zip").status_code == 200
        school.approve(waits)
        assert school.state(waits) is State.RELEASED
        with school.parts.reading() as work:
            assert audit.verify(work.session) is None

    def test_who_may_stop_and_who_may_end_it(self, at: School) -> None:
        for role in SIGN_INS:
            if role in (Role.TEACHER, Role.RESOURCES_MANAGER):
                with pytest.raises(NotYours):
                    stop(at, role)
                continue
            stop(at, role)
            stop(at, role)  # twice is once
            for other in SIGN_INS - {Role.ASSISTANT_HEAD, Role.HEADTEACHER}:
                with pytest.raises(NotYours), at.parts.work() as work:
                    incidents.end(work, at.people[other], "No.")
            go_on(at)
        with at.parts.reading() as work:
            assert len(incidents.earlier(work)) >= 4 and incidents.standing(work) is None

    def test_every_page_says_so_in_words_and_everybody_is_told_once(self, at: School) -> None:
        stop(at)
        for role in SIGN_INS:
            page = page_of(browser_of(at, role).get("/news/"))
            assert "Everything is stopped." in page.text, role
        with at.parts.reading() as work:
            told = {row.user_id for row in work.session.query(NewsRow) if row.news is News.FROZEN and not row.over_at}
            assert told == {user.id for user in work.session.query(User)} - {at.data_lead.id}
        go_on(at)
        assert "Everything is stopped." not in browser_of(at, Role.TEACHER).get("/news/").text
        with at.parts.reading() as work:
            assert not [row for row in work.session.query(NewsRow) if row.news is News.FROZEN and not row.over_at]


FACE = Sighting(Detector.FACES, Kind.FACE_OTHER, Box(10, 10, 40, 70))
SMALL = Sighting(Detector.FACES, Kind.FACE_OTHER, Box(10, 10, 20, 22))
UNCLEAR = Sighting(Detector.FACES, Kind.FACE_UNCLEAR, Box(0, 0, 160, 120))


def live_with(school: School, shade: int, *seen: Sighting) -> int:
    """A live post with one picture, in which the checks saw this."""
    post_id = school.submit(small_photo(shade), caption=f"Picture {shade}.")
    looker: Looker = Quick(*seen)
    assert scanning.scan(school.parts.work, school.parts.reading, looker, *photo_scan(school, post_id))
    school.to_the_kit(post_id)
    with school.parts.work() as work:
        publishing.mark_live(work, school.manager, post_id, {school.account.id: LINK})
    return post_id


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[School, list[int]]:
    """A school with live pictures, in the order in which they are to be looked at, and a kit that was opened."""
    school = open_school(tmp_path_factory.mktemp("shown") / "instance", Quick())
    small, none = live_with(school, 10, SMALL), live_with(school, 20, UNCLEAR)
    large, unknown = live_with(school, 30, FACE), live_with(school, 40)
    ready = school.released(caption="Ready.")
    with school.parts.work() as work:
        work.session.connection().exec_driver_sql(f"DELETE FROM scans WHERE post_id = {unknown}")
        publishing.open_kit(work, school.manager, ready)
    return school, [unknown, large, small, none, ready]


class TestWhatIsLive:
    def test_the_clearest_faces_first_and_what_nobody_looked_through_before_them(
        self, shown: tuple[School, list[int]]
    ) -> None:
        school, posts = shown
        with school.parts.reading() as work:
            listed = live_pictures.listed(work)
            assert [post.id for post in live_pictures.perhaps_out(work)] == posts[4:], "a kit that was opened"
        assert [one.post.id for one in listed] == posts[:4]
        assert [one.clearest.share for one in listed] == [None, 50, 10, 0]
        page = browser_of(school, Role.HEADTEACHER).get("/incident/").text
        assert "no look at its pictures is kept" in page and "takes 50 % of its picture" in page

    def test_the_evidence_names_each_picture_by_its_digest_and_holds_none(
        self, shown: tuple[School, list[int]]
    ) -> None:
        school, posts = shown
        stop(school)
        answer = browser_of(school, Role.DATA_LEAD).post("/incident/evidence")
        go_on(school)
        data = json.loads(answer.data)
        assert {line["post"] for line in data["pictures"]} == set(posts[:4]) and data["stopped_at"]
        for line in data["pictures"]:
            (photo,) = school.post(line["post"]).photos
            assert line["sha256"] == sha256(school.parts.store.get(photo.media_key)).hexdigest()
            assert [one["link"] for one in line["live"]] == [LINK]
        assert len(answer.data) < 4000 and "Picture 10." not in answer.text
        with school.parts.reading() as work:
            rows = list(work.session.query(AuditRow).order_by(AuditRow.number))
        (taken,) = [row for row in rows if row.action == "incident evidence taken"]
        before = rows[taken.number - 2]
        assert json.loads(taken.detail)["sha256"] == sha256(answer.data).hexdigest()
        assert (before.number, before.hash) == (data["audit"]["rows"], data["audit"]["head"])
        assert browser_of(school, Role.TEACHER).post("/incident/evidence").status_code == 403

    def test_all_of_it_is_asked_down_at_once_account_by_account(self, shown: tuple[School, list[int]]) -> None:
        school, posts = shown
        browser = browser_of(school, Role.HEADTEACHER)
        assert browser.post("/incident/take-all-down", data={"reason": WHY}).headers["Location"].endswith("asked=4")
        assert browser.post("/incident/take-all-down", data={"reason": WHY}).headers["Location"].endswith("asked=0")
        with school.parts.reading() as work:
            assert {task.post.id for task in takedowns.waiting(work)} == set(posts[:4])
            assert all(one.asked for one in live_pictures.listed(work))

    def test_the_school_writes_its_own_list_of_whom_to_call(self, at: School) -> None:
        browser = browser_of(at, Role.ADMINISTRATOR)
        assert browser.post("/incident/calls", data={"calls": "Police: 999\n\n  Trust: 01234\n"}).status_code == 303
        assert 'Trust: <a href="tel:01234">' in browser_of(at, Role.TEACHER).get("/incident/").text
        assert browser.post("/incident/calls", data={"calls": "x" * 5000}).status_code == 422
        assert browser.post("/incident/calls", data={"calls": " "}).status_code == 303
        assert "no number yet" in browser.get("/incident/").text
        assert browser_of(at, Role.TEACHER).post("/incident/calls", data={"calls": "No"}).status_code == 403


class TestTheDeskOfTakedowns:
    def ask(self, school: School, caption: str) -> int:
        """The number of a new takedown."""
        post_id = school.live(caption=caption)
        with school.parts.work() as work:
            takedowns.ask_for(work, school.teacher, post_id, "The date is wrong.")
        with school.parts.reading() as work:
            return next(one.takedown.id for one in takedowns.waiting(work) if one.post.id == post_id)

    def entry(self, school: School, takedown: int, **passed: float) -> takedown_desk.Entry:
        with later(school, **passed) as work:
            return next(
                one
                for entries in takedown_desk.by_account(work).values()
                for one in entries
                if one.task.takedown.id == takedown
            )

    def test_the_clock_is_a_school_day_and_two_hours_while_everything_is_stopped(self, at: School) -> None:
        takedown = self.ask(at, "A clock.")
        with at.parts.reading() as work:
            usual = next_school_day(self.entry(at, takedown).task.takedown.opened_at, telling.school_times(work))
        assert self.entry(at, takedown).due_at == usual
        assert (self.entry(at, takedown, days=8).is_late, self.entry(at, takedown, hours=25).hours) == (True, 25)
        stop(at)
        soon = self.entry(at, takedown)
        assert timedelta(hours=2) <= soon.due_at - soon.task.takedown.opened_at < timedelta(hours=2, minutes=5)
        go_on(at)
        assert self.entry(at, takedown).due_at == usual

    def test_somebody_takes_it_on_and_what_is_late_is_told_to_the_headteacher_once(self, at: School) -> None:
        takedown = self.ask(at, "Taken on.")
        manager = browser_of(at, Role.RESOURCES_MANAGER)
        assert manager.post(f"/takedowns/{takedown}/take-on").status_code == 303
        assert "resources manager 1 has been doing it" in manager.get("/takedowns/").text
        assert "I’ll take it over" in browser_of(at, Role.HEADTEACHER).get("/takedowns/").text
        assert browser_of(at, Role.TEACHER).post(f"/takedowns/{takedown}/take-on").status_code == 403
        assert (News.TAKEDOWN_LATE, takedown) not in self.due(at)
        for told in (True, False):
            assert ((News.TAKEDOWN_LATE, takedown) in self.due(at, days=8)) is told
            if told:
                with later(at, days=8) as work:
                    escalation.tell(work, News.TAKEDOWN_LATE, takedown)
        with at.parts.reading() as work:
            rows = [row.user_id for row in work.session.query(NewsRow) if row.news is News.TAKEDOWN_LATE]
        assert {at.people[Role.HEADTEACHER].id, at.others[Role.HEADTEACHER].id} == set(rows)
        assert manager.post(f"/takedowns/{takedown}/removed", data={"proof": "Case 12"}).status_code == 303
        assert manager.post(f"/takedowns/{takedown}/take-on").status_code == 409

    def due(self, school: School, **passed: float) -> list[tuple[News, int]]:
        with later(school, **passed) as work:
            return escalation.due(work)

    def test_a_stop_after_the_kit_was_opened_stands_there_until_somebody_has_looked(self, at: School) -> None:
        post_id = at.released(caption="Perhaps out already.")
        with at.parts.work() as work:
            publishing.open_kit(work, at.manager, post_id)
            review.decide(work, at.teacher, post_id, Action.STOP, "The wrong day")
        manager = browser_of(at, Role.RESOURCES_MANAGER)
        assert "Perhaps out already." in manager.get("/takedowns/").text
        assert manager.post(f"/takedowns/posts/{post_id}/looked", data={"proof": " "}).status_code == 422
        assert manager.post(f"/takedowns/posts/{post_id}/looked", data={"proof": "Not there"}).status_code == 303
        assert "Perhaps out already." not in manager.get("/takedowns/").text
        with at.parts.reading() as work:
            assert audit.of_post(work.session, post_id)[-1].reason == "Not there"
