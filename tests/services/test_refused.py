"""Law 3, asked of the services themselves: what a page would have refused already, or shows no button for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from moderation.db.models import (
    ImportState,
    LedgerRow,
    NewsRow,
    Permission,
    Photo,
    Post,
    RegisterImport,
    TellingChoice,
)
from moderation.rules.accounts import Facts
from moderation.rules.checklist import Line
from moderation.rules.concerns import Kind, What
from moderation.rules.connecting import Kind as Server
from moderation.rules.import_changes import MANY
from moderation.rules.matching import Why
from moderation.rules.roles import SIGN_INS, SYSTEM, Actor, Role
from moderation.rules.route import Given, Standing
from moderation.rules.route_presets import PRESETS
from moderation.rules.telling import News, Pace
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State
from moderation.services import (
    account_register,
    apart,
    board,
    checklist,
    concern_desks,
    concerns,
    connections,
    covering,
    deliveries,
    evidence,
    holding,
    import_files,
    importing,
    incidents,
    intake,
    kit_pictures,
    ledger,
    live_looks,
    live_pictures,
    news,
    permissions,
    publisher_consents,
    publishing,
    review,
    takedown_desk,
    takedowns,
    versions,
)
from moderation.services.concerns import Report
from moderation.services.work import Mistake, NotFound, Work
from tests.builders import School, open_school
from tests.services import exports
from tests.services.moments import Quick

Ask = Callable[[Work, School], object]


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> School:
    return open_school(tmp_path_factory.mktemp("refused") / "instance", Quick())


def refused(school: School, ask: Ask, *kinds: type[Exception]) -> None:
    with pytest.raises(kinds or NotYours), school.parts.work() as work:
        ask(work, school)


# What is asked, by somebody whose it is not.
NOT_THEIRS: dict[str, Ask] = {
    "to set who looks into concerns": lambda w, s: concern_desks.save(w, s.head, concern_desks.setting(w)),
    "to connect an account": lambda w, s: connections.connect(
        w, s.people[Role.HEADTEACHER], s.account.id, connections.Form(Server.FEED), ""
    ),
    "to disconnect an account": lambda w, s: connections.disconnect(w, s.people[Role.HEADTEACHER], s.account.id),
    "to have something removed": lambda w, s: deliveries.ask_removal(w, s.teacher, 1),
    "to post by itself": lambda w, s: deliveries.ask(w, SYSTEM, Post(), s.account),
    "for evidence": lambda w, s: evidence.get(w, s.teacher, 1),
    "to stop everything": lambda w, s: incidents.open_one(w, s.teacher, "Why not"),
    "to stop everything by itself": lambda w, s: incidents.open_one(w, Actor(None, Role.HEADTEACHER), "Why not"),
    "to let everything go on": lambda w, s: incidents.end(w, s.data_lead, "Why not"),
    "to set whom to call": lambda w, s: incidents.set_calls(w, s.teacher, "Nobody"),
    "to write a post by itself": lambda w, s: intake.create(w, Actor(None, Role.TEACHER)),
    "to compare what is live": lambda w, s: live_looks.hand_in(w, s.teacher, Post(), s.account.id, (b"", ""), ""),
    "to have all taken down": lambda w, s: live_pictures.take_all_down(w, s.teacher, "Why not"),
    "for the list of all pictures": lambda w, s: live_pictures.evidence(w, s.teacher),
    "to ask for consent to publish": lambda w, s: publisher_consents.ask(w, s.teacher, True),
    "to end a consent": lambda w, s: publisher_consents.end(w, s.people[Role.ADMINISTRATOR], s.manager.id),
    "to take on a takedown": lambda w, s: takedown_desk.take_on(w, s.teacher, 1),
    "to say what is there": lambda w, s: takedown_desk.looked(w, s.teacher, 1, "It is gone"),
    "to say that it is gone": lambda w, s: takedowns.removed(w, s.teacher, 1, "It is gone"),
}


@pytest.mark.parametrize("what", NOT_THEIRS)
def test_law_3_whoever_asks_for_what_is_not_theirs_is_refused(at: School, what: str) -> None:
    refused(at, NOT_THEIRS[what])


# What is not there, or not there for whoever asks.
NOT_THERE: dict[str, Ask] = {
    "a line of the checklist that is none": lambda w, s: checklist.remove(w, s.people[Role.ADMINISTRATOR], 999),
    "the file of a permission without one": lambda w, s: permissions.opened(w, Permission()),
    "what an import without undoing would undo": lambda w, s: import_files.opened(w, Any, None, "undo"),  # type: ignore[arg-type]
    "news that is none": lambda w, s: news.read(w, s.teacher, 999),
}


@pytest.mark.parametrize("what", NOT_THERE)
def test_what_is_not_there_is_said_not_to_be(at: School, what: str) -> None:
    refused(at, NOT_THERE[what], NotFound)


def test_everything_is_let_go_on_only_while_it_is_stopped_and_the_safeguarding_lead_may_stop_it(at: School) -> None:
    lead = at.others[Role.TEACHER]
    refused(at, lambda w, s: incidents.end(w, s.head, "Why not"), Refused)
    with at.parts.work() as work:
        assert not incidents.may_open(work, lead)
        concern_desks.save(
            work, at.people[Role.ADMINISTRATOR], concern_desks.Setting("recommended", {}, lead_id=lead.id)
        )
        assert incidents.may_open(work, lead) and not incidents.may_open(work, at.teacher)
        concern_desks.save(work, at.people[Role.ADMINISTRATOR], concern_desks.Setting("recommended", {}))
    assert [role for role in sorted(SIGN_INS) if incidents.may_end(Actor(1, role))] == [
        Role.ASSISTANT_HEAD,
        Role.HEADTEACHER,
    ]


def test_where_credentials_are_kept_is_told_to_the_keepers_the_named_people_and_their_holder() -> None:
    facts, told = Facts(applicant_id=11, named=frozenset({12}), holder_id=14), set()
    for role in SIGN_INS:
        told |= {(role, one) for one in (11, 12, 14) if account_register.sees_where(Actor(one, role), facts)}
    everybody = {(role, one) for role in SIGN_INS for one in (12, 14)}
    assert told == everybody | {(Role.HEADTEACHER, 11), (Role.ADMINISTRATOR, 11)}


def test_a_slip_is_one_of_a_concern_that_is_open_and_about_a_post(at: School) -> None:
    with at.parts.work() as work:
        about_nothing = concerns.add(work, at.teacher, Report(Kind.MISTAKE, "It was a slip"))
        assert apart.is_slip(work, at.teacher, about_nothing)
        with pytest.raises(Refused, match="cannot be taken back"):
            apart.take_back(work, at.teacher, about_nothing.id)
        about_nothing.ended_at = work.now
        assert not apart.is_slip(work, at.teacher, about_nothing)


def test_law_3_what_is_kept_apart_is_decided_by_who_handles_it_and_never_by_who_reported_it(at: School) -> None:
    headteacher, post_id = at.people[Role.HEADTEACHER], at.submit(caption="A good day.")
    with at.parts.work() as work:
        theirs = apart.keep_apart(work, at.teacher, post_id, may_be_indecent=False).id
        own = apart.keep_apart(work, headteacher, post_id, may_be_indecent=False).id
        without_post = concerns.add(work, at.teacher, Report(Kind.COMPROMISING, "A picture"))
        without_post.apart = True
        number = without_post.id
    refused(at, lambda w, s: apart.put_back(w, s.teacher, theirs, "It is nothing"))
    for concern in (own, number):
        refused(at, lambda w, s, one=concern: apart.purge(w, headteacher, one, "Away"), Refused)
    with pytest.raises(Refused, match="You reported this"), at.parts.work() as work:
        apart.purge(work, headteacher, own, "Away")


def test_law_3_an_administrator_keeps_nothing_apart_that_is_stopped_already(at: School) -> None:
    post_id = at.in_review(caption="A good day.")
    with at.parts.work() as work:
        review.decide(work, at.head, post_id, Action.STOP, "Not today.")
    administrator = at.people[Role.ADMINISTRATOR]
    refused(at, lambda w, s: apart.keep_apart(w, administrator, post_id, may_be_indecent=False))
    refused(at, lambda w, s: apart.mistake(w, administrator, post_id))


def test_what_somebody_reported_is_listed_for_them_alone(at: School) -> None:
    with at.parts.work() as work:
        number = concerns.add(work, at.manager, Report(Kind.SEEN, "A photo")).id
        assert number in [one.id for one in concerns.reported(work, at.manager)]
        assert number not in [one.id for one in concerns.reported(work, at.teacher)]


def test_a_concern_from_outside_is_nobodys_to_write_on_who_is_not_on_the_staff(at: School) -> None:
    with at.parts.work() as work:
        number = concerns.add(work, None, Report(Kind.SEEN, "A photo of my child")).id
    refused(at, lambda w, s: concerns.step(w, SYSTEM, number, What.NOTE, "Seen"), NotYours)


def test_of_a_post_that_is_kept_apart_nothing_is_edited_and_nobody_takes_back_what_they_asked(at: School) -> None:
    post_id = at.draft(caption="A good day.")
    with at.parts.work() as work:
        concern = concerns.add(work, at.teacher, Report(Kind.COMPROMISING, post_id=post_id))
        concern.apart = True
    with pytest.raises(Refused, match="kept apart"), at.parts.work() as work:
        intake.editable(work, at.teacher, post_id)
    with pytest.raises(Refused, match="kept apart"), at.parts.work() as work:
        takedowns.not_meant(work, at.teacher, work.session.get_one(Post, post_id), work.now)


def test_a_publisher_sees_the_photos_of_their_own_post_and_of_others_what_was_approved() -> None:
    publisher, state = Actor(5, Role.RESOURCES_MANAGER), State.IN_REVIEW
    assert board.shows_photos(publisher, Post(author_id=5, state=state))
    assert not board.shows_photos(publisher, Post(author_id=6, state=state))
    assert board.shows_photos(Actor(7, Role.DATA_LEAD), Post(author_id=6, state=state))


def test_a_photo_that_was_never_covered_offers_nobody_to_take_a_cover_off() -> None:
    assert not covering.takes_off(Post(author_id=1), Photo(), Actor(2, Role.ASSISTANT_HEAD))


def test_a_photo_on_an_own_device_is_one_that_was_said_to_be_taken_there(at: School) -> None:
    post_id = at.draft(caption="A good day.")
    refused(at, lambda w, s: checklist.off_device(w, s.teacher, post_id), NotFound)


def test_a_line_of_the_checklist_is_removed_once(at: School) -> None:
    with at.parts.work() as work:
        line = checklist.add(work, at.people[Role.ADMINISTRATOR], Line.TICK, "Nobody else is in it.").id
        checklist.remove(work, at.people[Role.ADMINISTRATOR], line)
    refused(at, lambda w, s: checklist.remove(w, s.people[Role.ADMINISTRATOR], line), NotFound)


def test_evidence_is_of_what_was_handed_in_and_of_a_draft_for_its_author_alone(at: School) -> None:
    draft = at.draft(caption="Not yet.", author=at.head)
    with at.parts.work() as work:
        assert evidence.get(work, at.head, draft).id == draft
        work.session.get_one(Post, draft).state = State.PURGED
        work.session.flush()
        assert evidence.get(work, at.data_lead, draft).id == draft, "a purged post is nobody's draft any more"
        work.session.get_one(Post, draft).state = State.DRAFT
    post_id = at.submit(caption="A good day.")
    with pytest.raises(NotYours, match="Only the data lead"), at.parts.work() as work:
        evidence.make(work, at.head, "School", post_id, evidence.Asked(names=True))
    with at.parts.work() as work:
        assert evidence.make(work, at.head, "School", post_id, evidence.Asked())
        assert evidence.make(work, at.data_lead, "School", post_id, evidence.Asked(names=True))


def test_a_page_offers_a_date_to_those_alone_who_may_set_it(at: School) -> None:
    post_id = at.submit(caption="A good day.")
    with at.parts.work() as work:
        assert not holding.may_hold(
            work, at.people[Role.ADMINISTRATOR], work.session.get_one(Post, post_id), work.now + timedelta(days=2)
        )


def test_a_kit_without_its_pictures_is_not_handed_out(at: School) -> None:
    post_id = at.released(caption="A good day.")
    with at.parts.work() as work:
        post = work.session.get_one(Post, post_id)
        with pytest.raises(Refused, match="not made yet"):
            kit_pictures._files(work, post, [""], "")
        with pytest.raises(NotFound):
            publishing.picture_of(work, post, at.account.id, 1)


def test_law_1_a_released_post_that_nobody_approved_has_no_kit(at: School) -> None:
    post_id = at.draft(caption="A good day.")
    with at.parts.work() as work:
        work.session.get_one(Post, post_id).state = State.RELEASED
    refused(at, lambda w, s: publishing.open_kit(w, s.manager, post_id), Stale)


def test_a_destruction_without_a_key_has_no_certificate(at: School) -> None:
    person = at.person("L1", "Ada", "Quill")
    with at.parts.work() as work:
        row = LedgerRow(number=1, at=work.now, person_id=person.id, change=-1, engine="x", why=Why.WITHDRAWN, key_id="")
        work.session.add(row)
        work.session.flush()
        with pytest.raises(NotFound):
            ledger.certificate(work, 1)


def test_news_and_what_is_wanted_of_it_are_ones_own(at: School) -> None:
    with at.parts.work() as work:
        row = NewsRow(user_id=at.head.id, news=News.MUST_GO, about=1, at=work.now)
        work.session.add(row)
        topic = next(iter(news.choices(work, at.teacher)))
        work.session.add(TellingChoice(user_id=at.others[Role.TEACHER].id, topic=topic, pace=Pace.DIGEST))
        work.session.flush()
        assert set(news.choices(work, at.teacher).values()) == {None}
        number = row.id
    refused(at, lambda w, s: news.read(w, s.teacher, number), NotFound)


def test_consent_to_publish_is_given_to_publishers_and_by_nobody_to_themselves(at: School) -> None:
    acting = Actor(at.manager.id, Role.RESOURCES_MANAGER, frozenset({Role.HEADTEACHER}))
    for giver, user in ((at.people[Role.HEADTEACHER], at.teacher), (acting, at.manager)):
        with pytest.raises(Mistake, match="who publishes"), at.parts.work() as work:
            publisher_consents.give(work, giver, user.id or 0, work.today, "")


def test_nobody_is_asked_for_an_approval_who_has_no_number() -> None:
    route, head = PRESETS["either"].route, frozenset({Role.ASSISTANT_HEAD})
    assert review.asks(Standing(route), Actor(3, Role.ASSISTANT_HEAD))
    assert not review.asks(Standing(route), Actor(None, Role.ASSISTANT_HEAD))
    assert not review.asks(Standing(route, (Given(3, head),)), Actor(None, Role.ASSISTANT_HEAD))


def test_a_word_about_no_flag_and_about_one_that_is_none_is_refused(at: School) -> None:
    post_id = at.in_review(caption="A good day.")
    seen = at.digest(post_id)
    refused(at, lambda w, s: review.unsettle(w, s.head, post_id, [], seen), Stale)
    refused(at, lambda w, s: covering.photo_of(w, s.head, post_id, (999_999,)), Stale)
    refused(at, lambda w, s: versions.sent_back_for(w, w.session.get_one(Post, s.draft()), []), Stale)


def test_a_large_import_is_not_applied_by_whoever_may_not_confirm_one(at: School) -> None:
    import_id = exports.begin(at, exports.table(*exports.pupils(MANY + 1, "Yes", "Yes")))
    seen = exports.preview(at, import_id).digest
    with at.parts.work() as work:
        importing.apply(work, at.data_lead, import_id, seen)
    refused(at, lambda w, s: importing.apply(w, s.teacher, import_id, seen))


def test_an_import_that_was_applied_does_not_wait_any_more(at: School) -> None:
    import_id = exports.begin(at, exports.table(*exports.pupils(1)))
    with at.parts.work() as work:
        assert import_files.get(work, import_id).id == import_id
        work.session.get_one(RegisterImport, import_id).state = ImportState.APPLIED
        with pytest.raises(NotFound):
            import_files.get(work, import_id)
