"""Concerns, from a parent's form to the closed row: routes, clocks, limits, a picture that nobody may see."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from moderation.db.models import AuditRow, Concern, ConcernTry, NewsRow, PurgeEntry, SchoolTimesRow
from moderation.media.books import text
from moderation.rules.concerns import Desk, Kind, What
from moderation.rules.letters import compose
from moderation.rules.roles import SIGN_INS, Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import Refused, State
from moderation.services import (
    apart,
    audit,
    concern_desks,
    concerns,
    escalation,
    evidence,
    public_form,
    retention,
    takedowns,
)
from moderation.services.concern_desks import Setting
from moderation.services.concerns import Report
from moderation.services.work import Mistake, NotFound
from moderation.web import create_app
from tests.acceptance.test_after_live import FACE, browser_of, live_with
from tests.builders import School, open_school
from tests.services.moments import Quick, later, small_photo
from tests.web.pages import token

SAID = {
    "kind": str(Kind.SEEN),
    "what": "Zebedee Quartermaine is named on a page.",
    "place": "https://elsewhere.example/1",
}


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Its teacher 2 is the safeguarding lead; the public form is open."""
    school = open_school(tmp_path_factory.mktemp("concerns") / "instance", Quick())
    with school.parts.work() as work:
        lead = school.others[Role.TEACHER].id
        concern_desks.save(
            work, school.people[Role.ADMINISTRATOR], Setting("recommended", {}, lead_id=lead, public=True)
        )
    return school


@pytest.fixture(autouse=True)
def nobody_has_tried_yet(at: School) -> None:
    with at.parts.work() as work:
        work.session.query(ConcernTry).delete()


def newest(school: School) -> Concern:
    with school.parts.reading() as work:
        found = work.session.scalars(select(Concern).order_by(Concern.id.desc()).limit(1)).one()
        assert found.steps is not None
        return found


def report(school: School, kind: Kind, actor: Actor | None = None) -> Concern:
    with school.parts.work() as work:
        return concerns.add(work, actor or school.teacher, Report(kind, "It is about this."))


def step(
    school: School, actor: Actor, concern: Concern, what: What, said: str = "Done.", desk: Desk | None = None
) -> None:
    with school.parts.work() as work:
        concerns.step(work, actor, concern.id, what, said, desk)


def told(school: School, news: News, concern: Concern) -> set[int | None]:
    with school.parts.reading() as work:
        rows = select(NewsRow.user_id).where(
            NewsRow.news == news, NewsRow.about == concern.id, NewsRow.over_at.is_(None)
        )
        return set(work.session.scalars(rows))


class TestThePublicForm:
    def test_a_parent_reports_without_signing_in_and_gets_a_number(self, at: School) -> None:
        browser = at.browser()
        assert browser.post("/concern", data=SAID).status_code == 303
        concern = newest(at)
        assert concern.reference in browser.get("/concern").text
        assert concern.reference not in browser.get("/concern").text, "it is shown once"
        assert (concern.what, concern.from_id, concern.desk) == (SAID["what"], None, Desk.ASSISTANT_HEAD)
        assert told(at, News.CONCERN, concern) == {at.head.id, at.others[Role.ASSISTANT_HEAD].id}

    def test_law_3_nobody_outside_names_a_post_or_learns_which_there_are(self, at: School) -> None:
        draft, browser = at.draft(caption="A draft."), at.browser()
        for number in (draft, 77_777):
            assert browser.post("/concern", data={**SAID, "post": str(number)}).status_code == 303
            assert newest(at).post_id is None

    def test_it_needs_the_pages_own_token(self, at: School) -> None:
        browser = create_app(at.parts).test_client()  # with the protection on that other tests do without
        before = newest(at).id if self.any(at) else 0
        assert browser.post("/concern", data=SAID).status_code == 400
        answer = browser.post("/concern", data={**SAID, "csrf_token": token(browser, "/concern")})
        assert answer.status_code == 303 and newest(at).id == before + 1

    def any(self, school: School) -> bool:
        with school.parts.reading() as work:
            return work.session.scalars(select(Concern.id).limit(1)).first() is not None

    def test_five_an_hour_from_one_address_and_nothing_typed_is_lost(self, at: School) -> None:
        browser = at.browser()
        answers = [browser.post("/concern", data=SAID) for _ in range(7)]
        assert [one.status_code for one in answers] == [303] * public_form.FROM_ONE + [429, 429]
        assert "Zebedee" in answers[-1].text and "Too many reports" in answers[-1].text
        elsewhere = browser.post("/concern", data=SAID, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert elsewhere.status_code == 303, "another address has its own five"
        with at.parts.work() as work:
            assert all(re.fullmatch("[0-9a-f]{64}", row.sender) for row in work.session.query(ConcernTry))
            work.session.execute(update(ConcernTry).values(at=work.now - timedelta(minutes=61)))
        assert browser.post("/concern", data=SAID).status_code == 303

    def test_many_addresses_shut_it_for_nobody_and_fill_no_mailbox(self, at: School) -> None:
        browser, many = at.browser(), public_form.TOLD_EACH
        with at.parts.work() as work:
            here = select(func.count()).where(Concern.from_id.is_(None), Concern.at > work.now - timedelta(hours=1))
            room = many - (work.session.scalar(here) or 0)
            for _ in range(room):
                assert not public_form.take_in(work, Report(Kind.SEEN, "One of very many.")).crowded
        for number in range(6):  # of as many senders
            answer = browser.post("/concern", data=SAID, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
            assert answer.status_code == 303
        crowd, heads = newest(at), {at.head.id, at.others[Role.ASSISTANT_HEAD].id}
        assert crowd.crowded and told(at, News.CONCERN, crowd) == set()
        with at.parts.reading() as work:
            rows = work.session.scalars(select(NewsRow).where(NewsRow.news == News.CONCERNS_MANY)).all()
            assert {row.user_id for row in rows} == heads and len(rows) == len(heads), "once, however many came"
        report(at, Kind.SEEN)
        page = browser_of(at, Role.ASSISTANT_HEAD).get("/concerns/").text
        assert "6 reports that came by the form for parents" in page
        waits = page.split("came by the form")[0]
        assert newest(at).reference in waits and crowd.reference in page and crowd.reference not in waits
        self.they_are_late_one_at_a_time_and_over_together(at)
        with later(at, hours=25) as work:
            assert public_form.has_room(work, "f" * 64)
            assert work.session.query(ConcernTry).count() == 1

    def test_tries_that_come_to_nothing_push_no_report_aside(self, at: School) -> None:
        with at.parts.work() as work:  # the reports of an hour ago
            work.session.execute(update(Concern).values(at=work.now - timedelta(hours=2)))
        browser = at.browser()
        for number in range(public_form.TOLD_EACH + 2):
            filled = {**SAID, "surname": "a program"} if number % 2 else {**SAID, "what": " "}
            answer = browser.post("/concern", data=filled, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"})
            assert answer.status_code == 422
        assert browser.post("/concern", data=SAID).status_code == 303
        assert not newest(at).crowded and told(at, News.CONCERN, newest(at)), "a real report is told by itself"

    def they_are_late_one_at_a_time_and_over_together(self, at: School) -> None:
        with at.parts.reading() as work:
            crowd = list(work.session.scalars(select(Concern.id).where(Concern.crowded).order_by(Concern.id)))
        with later(at, days=20) as work:
            late = [about for news, about in escalation.due(work) if news is News.CONCERN_LATE and about in crowd]
            assert late == crowd[:1]
            escalation.tell(work, News.CONCERN_LATE, crowd[0])
            assert not {about for news, about in escalation.due(work) if news is News.CONCERN_LATE} & set(crowd)
        for number in crowd:
            with at.parts.work() as work:
                concerns.step(work, at.head, number, What.CLOSED, "Nothing in it.")
        with at.parts.reading() as work:
            told = select(NewsRow.over_at).where(NewsRow.news == News.CONCERNS_MANY)
            assert None not in set(work.session.scalars(told))

    def test_one_home_with_many_addresses_of_ipv6_counts_as_one(self, at: School) -> None:
        codes = [
            at.browser().post("/concern", data=SAID, environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{n}"}).status_code
            for n in range(1, public_form.FROM_ONE + 2)
        ]
        assert codes == [303] * public_form.FROM_ONE + [429]

    @pytest.mark.parametrize(
        "form",
        [
            {"what": " "},
            {"kind": "nonsense"},
            {"kind": str(Kind.BREACH)},
            {"what": "x" * 4001},
            {"place": "x" * 2001},
            {"surname": "a program fills in everything"},
        ],
    )
    def test_what_cannot_be_used_is_said_and_stays_in_the_form(self, at: School, form: dict[str, str]) -> None:
        answer = at.browser().post("/concern", data={**SAID, **form})
        assert answer.status_code == 422 and 'role="alert"' in answer.text
        assert (form.get("what") or SAID["what"])[:20].strip() in answer.text

    def test_no_picture_can_be_sent_and_nothing_is_answered_about_any_child(self, at: School) -> None:
        at.person("z1", "Zebedee", "Quartermaine", no_publish=True)
        browser = at.browser()
        assert 'type="file"' not in browser.get("/concern").text
        before = set(at.parts.store.keys())
        files = {**SAID, "photos": (BytesIO(b"\xff\xd8 picture"), "a.jpg")}
        listed = browser.post("/concern", data=files, content_type="multipart/form-data")
        unknown = browser.post("/concern", data={**SAID, "what": "Nobody Known is named."})
        assert set(at.parts.store.keys()) == before
        assert (listed.status_code, listed.text) == (unknown.status_code, unknown.text)
        pages = [re.sub(r"C\w{7}|value=\"[^\"]+\"", "", browser.get("/concern").text) for _ in range(1)]
        assert "Zebedee" not in pages[0] and "list of" not in pages[0]

    def test_switched_off_it_says_to_ask_the_office(self, at: School) -> None:
        with at.parts.work() as work:
            old = concern_desks.setting(work)
            concern_desks.save(work, at.people[Role.HEADTEACHER], Setting("recommended", {}, old.lead_id))
        browser = at.browser()
        assert (browser.get("/concern").status_code, browser.post("/concern", data=SAID).status_code) == (404, 404)
        assert "ask the school’s office" in browser.get("/concern").text
        with at.parts.work() as work:
            with pytest.raises(NotFound):
                public_form.take_in(work, Report(Kind.SEEN, "No"))
            concern_desks.save(work, at.people[Role.HEADTEACHER], Setting("recommended", {}, old.lead_id, public=True))


class TestTheDesk:
    def test_it_is_seen_at_its_desk_by_the_headteacher_and_by_whoever_reported_it(self, at: School) -> None:
        concern = report(at, Kind.COMPLAINT)
        assert concern.desk is Desk.DATA_LEAD
        for role, sees in ((Role.DATA_LEAD, True), (Role.HEADTEACHER, True), (Role.TEACHER, True)):
            assert (browser_of(at, role).get(f"/concerns/{concern.id}").status_code == 200) is sees
        for role in (Role.ASSISTANT_HEAD, Role.RESOURCES_MANAGER, Role.ADMINISTRATOR):
            assert browser_of(at, role).get(f"/concerns/{concern.id}").status_code == 404
        assert browser_of(at, Role.TEACHER, 2).get(f"/concerns/{concern.id}").status_code == 404

    def test_a_press_enquiry_is_the_headteachers_whatever_is_set_and_stays_there(self, at: School) -> None:
        concern = report(at, Kind.PRESS)
        assert concern.desk is Desk.HEADTEACHER
        with pytest.raises(Refused, match="stays where it is"):
            step(at, at.people[Role.HEADTEACHER], concern, What.PASSED_ON, desk=Desk.RESOURCES_MANAGER)

    def test_its_clock_stops_with_the_step_that_meets_it_and_late_ones_are_told_once(self, at: School) -> None:
        with at.parts.work() as work:
            work.session.merge(
                SchoolTimesRow(
                    id=1, digests="8:00", quiet_from="18:00", quiet_until="7:00", terms="", days_off="", late_after=1
                )
            )
        concern = report(at, Kind.COMMENT)
        with later(at, days=10) as work:
            assert (News.CONCERN_LATE, concern.id) in escalation.due(work)
            escalation.tell(work, News.CONCERN_LATE, concern.id)
        with later(at, days=11) as work:
            assert (News.CONCERN_LATE, concern.id) not in escalation.due(work)
        heads = {at.people[Role.HEADTEACHER].id, at.others[Role.HEADTEACHER].id}
        assert told(at, News.CONCERN_LATE, concern) == heads | {at.manager.id, at.others[Role.RESOURCES_MANAGER].id}
        with pytest.raises(Mistake, match="exactly why"):
            step(at, at.manager, concern, What.DELETED, " ")
        step(at, at.manager, concern, What.ACKNOWLEDGED, "")
        assert newest(at).met_at is None, "a comment has to be answered"
        step(at, at.manager, concern, What.DELETED, "It insulted a pupil.")
        assert newest(at).met_at is not None and told(at, News.CONCERN_LATE, concern) == set()
        step(at, at.manager, concern, What.POLICE, "Reference 4711")
        step(at, at.manager, concern, What.CLOSED, "The account is blocked.")
        with pytest.raises(Refused, match="closed already"):
            step(at, at.manager, concern, What.NOTE)
        page = browser_of(at, Role.RESOURCES_MANAGER).get(f"/concerns/{concern.id}").text
        assert "It insulted a pupil." in page and "Reference 4711" in page

    def test_passed_on_it_is_told_to_the_other_desk_and_gone_from_this_one(self, at: School) -> None:
        concern = report(at, Kind.COMMENT)
        browser = browser_of(at, Role.RESOURCES_MANAGER)
        form = {"step": "passed on", "said": "It is about a lesson.", "desk": str(Desk.ASSISTANT_HEAD)}
        assert browser.post(f"/concerns/{concern.id}/step", data=form).headers["Location"].startswith("/concerns/?")
        assert browser.get(f"/concerns/{concern.id}").status_code == 404
        assert at.head.id in told(at, News.CONCERN, concern)

    def test_whoever_reported_adds_a_note_and_nothing_else(self, at: School) -> None:
        concern = report(at, Kind.POST)
        browser = browser_of(at, Role.TEACHER)
        assert browser.post(f"/concerns/{concern.id}/step", data={"step": "noted", "said": "More."}).status_code == 303
        assert browser.post(f"/concerns/{concern.id}/step", data={"step": "closed", "said": "No"}).status_code == 403

    def test_law_10_no_message_holds_a_word_of_it(self, at: School) -> None:
        with at.parts.work() as work:
            concerns.add(work, None, Report(Kind.SEEN, SAID["what"], SAID["place"], None, "Ottoline", "o@p.example"))
            rows = [(row.news, row.about) for row in work.session.query(NewsRow)]
            details = [row.detail for row in work.session.query(AuditRow)]
        words = ("Zebedee", "elsewhere.example", "Ottoline", "o@p.example", "It is about this")
        letter = compose(rows, "https://gate.example")
        assert not [text for text in (letter.text, letter.html, *details) if any(word in text for word in words)]

    def test_one_tap_stops_ones_own_post_or_asks_it_down(self, at: School) -> None:
        waits, live = at.in_review(caption="Waits."), at.live(caption="Is live.")
        browser = browser_of(at, Role.TEACHER)
        for post_id in (waits, live):
            assert "I made a mistake" in browser.get(f"/posts/{post_id}").text
            assert browser.post(f"/concerns/mistake/{post_id}").status_code == 303
            assert (newest(at).kind, newest(at).post_id) == (Kind.MISTAKE, post_id)
        assert (at.state(waits), at.state(live)) == (State.STOPPED, State.LIVE)
        with at.parts.reading() as work:
            assert live in {task.post.id for task in takedowns.waiting(work)}
        assert browser.post(f"/concerns/mistake/{live}").status_code == 303, "asked for already, and still reported"

    def test_what_is_closed_goes_by_the_rule_and_leaves_kind_and_moments(self, at: School) -> None:
        concern = report(at, Kind.SEEN)
        step(at, at.head, concern, What.CLOSED, "It was nothing.")
        with at.parts.work() as work:
            retention.set_schedule(work, at.data_lead, retention.Schedule({retention.Rule.CONCERNS: 12}))
        with later(at, days=364) as work:
            assert not retention.preview(work).due[retention.Rule.CONCERNS]
        with later(at, days=368) as work:
            assert retention.purge(work, at.data_lead)
        with at.parts.work() as work:
            retention.set_schedule(work, at.data_lead, retention.Schedule({}))
            gone = work.session.get_one(Concern, concern.id)
            assert (gone.what, gone.kind, [one.said for one in gone.steps]) == ("", Kind.SEEN, [""])
            assert audit.verify(work.session) is None
        assert browser_of(at, Role.ASSISTANT_HEAD).get("/concerns/").status_code == 200


class TestAPictureThatMustNotBeSeen:
    def pictures(self, school: School, post_id: int) -> list[str]:
        (photo,) = school.post(post_id).photos
        return [f"/media/photos/{photo.id}/thumb", f"/media/photos/{photo.id}/page"]

    def get_all(self, browser: FlaskClient, addresses: list[str]) -> set[int]:
        return {browser.get(address).status_code for address in addresses}

    def test_one_question_first_then_nobody_but_the_safeguarding_lead_and_no_copy(self, at: School) -> None:
        post_id = live_with(at, 77, FACE)
        addresses, before = self.pictures(at, post_id), set(at.parts.store.keys())
        teacher, lead = browser_of(at, Role.TEACHER), browser_of(at, Role.TEACHER, 2)
        page = teacher.get(f"/concerns/picture/{post_id}").text
        assert "Could this be an indecent picture of a child?" in page and "<img" not in page.split("<main")[1]
        assert teacher.post(f"/concerns/picture/{post_id}", data={}).status_code == 422
        where = teacher.post(f"/concerns/picture/{post_id}", data={"answer": "yes"}).headers["Location"]
        concern = newest(at)
        assert (concern.kind, concern.desk, concern.what) == (Kind.INDECENT, Desk.SAFEGUARDING, "")
        assert told(at, News.CONCERN_NOW, concern) == {at.others[Role.TEACHER].id}
        assert self.get_all(lead, addresses) == {200}
        for role in SIGN_INS:
            assert self.get_all(browser_of(at, role), addresses) <= {403, 404}, role
        for role in (Role.HEADTEACHER, Role.ADMINISTRATOR, Role.RESOURCES_MANAGER):
            assert browser_of(at, role).get(where).status_code == 404, role
        shown = teacher.get(where).text
        assert "Do not look at it again" in shown and "<img" not in shown.split("<main")[1]
        assert "Kept apart because of a concern" in browser_of(at, Role.HEADTEACHER).get("/incident/").text
        assert set(at.parts.store.keys()) == before, "nothing was copied, nothing deleted"
        with pytest.raises(Refused, match="kept apart"), at.parts.work() as work:
            evidence.make(work, at.head, "Our school", post_id, evidence.Asked(pictures=True))
        with at.parts.reading() as work:
            assert post_id in {task.post.id for task in takedowns.waiting(work)}
        self.nothing_goes_before_the_police(at, concern, post_id)

    def nothing_goes_before_the_police(self, at: School, concern: Concern, post_id: int) -> None:
        lead = at.others[Role.TEACHER]
        for what in (What.CLOSED,):
            with pytest.raises(Refused, match="kept apart"):
                step(at, lead, concern, what)
        with pytest.raises(Refused, match="Delete nothing"), at.parts.work() as work:
            apart.purge(work, lead, concern.id, "Away with it")
        with at.parts.work() as work:
            takedowns.removed(work, at.manager, takedowns.waiting(work)[-1].takedown.id, "Gone")
        step(at, lead, concern, What.POLICE, "Reference 12: they want nothing kept")
        with at.parts.work() as work:
            apart.put_back(work, lead, concern.id, "It is a drawing")
        assert self.get_all(browser_of(at, Role.TEACHER), self.pictures(at, post_id)) == {200}
        step(at, lead, concern, What.CLOSED)

    def test_a_compromising_picture_is_away_at_once_and_purged_by_somebody_else(self, at: School) -> None:
        post_id = at.submit(small_photo(9), caption="Oh no.")
        addresses = self.pictures(at, post_id)
        key = at.post(post_id).photos[0].media_key
        head = browser_of(at, Role.ASSISTANT_HEAD)
        answer = browser_of(at, Role.TEACHER).post(f"/concerns/picture/{post_id}", data={"answer": "no"})
        concern = newest(at)
        assert (answer.status_code, at.state(post_id), concern.kind) == (303, State.STOPPED, Kind.COMPROMISING)
        for role in (Role.TEACHER, Role.RESOURCES_MANAGER, Role.DATA_LEAD):
            assert self.get_all(browser_of(at, role), addresses) == {404}
        assert self.get_all(head, addresses) == {200}
        assert browser_of(at, Role.TEACHER).post(f"/posts/{post_id}/discard").status_code == 409
        with pytest.raises(NotFound), at.parts.work() as work:
            apart.purge(work, at.others[Role.RESOURCES_MANAGER], concern.id, "Away")
        form = {"do": "purge", "said": "It shows somebody changing."}
        assert head.post(f"/concerns/{concern.id}/apart", data=form).status_code == 303
        assert at.state(post_id) is State.PURGED and key not in set(at.parts.store.keys())
        with at.parts.reading() as work:
            entry = work.session.scalars(select(PurgeEntry).order_by(PurgeEntry.number.desc())).first()
            assert entry is not None and (entry.item_id, list(entry.keys)) == (post_id, [key])
            last = [row.action for row in work.session.query(AuditRow).order_by(AuditRow.number)][-1]
            assert last == "pictures purged" and audit.verify(work.session) is None
        assert "removed at once" in text(at.parts.purged).decode()
        page = browser_of(at, Role.DATA_LEAD).get(f"/retention/certificates/{entry.certificate}").text
        assert "Posts with a picture that must not be seen" in page


def test_the_school_sets_its_desks_and_names_its_lead(at: School) -> None:
    browser = browser_of(at, Role.ADMINISTRATOR)
    lead = str(at.others[Role.TEACHER].id)
    form = {"routes": "declaration", "routes_now": "recommended", "lead": lead, "public": "on"}
    assert browser.post("/concerns/settings/", data=form).status_code == 303
    assert report(at, Kind.SEEN).desk is Desk.HEADTEACHER
    own = {**form, "routes_now": "declaration", "desk-SEEN": str(Desk.DATA_LEAD)}
    assert browser.post("/concerns/settings/", data=own).status_code == 303
    assert report(at, Kind.SEEN).desk is Desk.DATA_LEAD
    assert browser.post("/concerns/settings/", data={**form, "deputy": lead}).status_code == 422
    assert browser.post("/concerns/settings/", data={**form, "routes": "x"}).status_code == 422
    assert browser.post("/concerns/settings/", data={**form, "routes": "recommended"}).status_code == 303
    with at.parts.reading() as work:
        rows = [row for row in work.session.query(AuditRow) if row.action == "concern routes set"]
    assert json.loads(rows[-1].detail)["routes"] == "recommended"
