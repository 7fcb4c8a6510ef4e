"""A post goes out account by account, and what is out of it is found, held to, and taken down like any live post."""

import pytest
from sqlalchemy import select

from moderation.db.models import Account, LookBackPost, Person, Publication
from moderation.rules.looking_back import Reason
from moderation.rules.retention import Rule
from moderation.rules.roles import SIGN_INS, Role
from moderation.rules.workflow import Action, NotYours, Refused, Stale, State
from moderation.services import audit, cases, due, intake, out, publishing, review, tagging, tailoring, takedowns
from moderation.services.work import NotFound, Work
from tests.builders import LINK, School
from tests.services.moments import actions
from tests.services.test_lookback import tasks
from tests.services.test_renditions import account
from tests.services.test_withdrawal import grant, kit_refuses, withdrawn


@pytest.fixture
def website(school: School) -> Account:
    return account(school, "Website")


@pytest.fixture
def bluesky(school: School) -> Account:
    return account(school, "Bluesky")


@pytest.fixture
def ada(school: School) -> Person:
    return school.person("A1", "Ada", "Quill")


def opened(school: School, *more: Account, tagged: Person | None = None) -> int:
    """A released post for several accounts, its kit open."""
    post_id = school.draft(caption="A good day.")
    with school.parts.work() as work:
        post = cases.get(work, post_id)
        post.accounts = [*post.accounts, *map(work.session.merge, more)]
        if tagged:
            tagging.tag(work, school.teacher, post_id, [tagged.id])
        intake.submit(work, school.teacher, post_id)
    school.to_the_kit(post_id)
    return post_id


def put_out(school: School, post_id: int, where: Account, link: str = LINK) -> None:
    with school.parts.work() as work:
        publishing.record_live(work, school.manager, post_id, where.id, link)


def test_it_is_live_with_the_last_account_and_until_then_out_on_some(
    school: School, website: Account, bluesky: Account
) -> None:
    post_id = opened(school, website, bluesky)
    put_out(school, post_id, website)
    assert school.state(post_id) is State.RELEASED
    with pytest.raises(Stale, match=r"out on Website: @our\.school already"):
        put_out(school, post_id, website)
    page = school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    assert "Out on 1 of 3" in page
    put_out(school, post_id, school.account)
    put_out(school, post_id, bluesky)
    assert school.state(post_id) is State.LIVE
    assert actions(school, post_id)[-3:] == [Action.OUT_ON_ONE, Action.OUT_ON_ONE, Action.MARK_LIVE]
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None


def test_law_3_only_a_publisher_records_or_corrects_a_link(school: School, website: Account) -> None:
    post_id = opened(school, website)
    for role in sorted(SIGN_INS - {Role.RESOURCES_MANAGER}):
        with school.parts.work() as work:
            for record in (publishing.record_live, publishing.record_unasked):
                with pytest.raises(NotYours):
                    record(work, school.people[role], post_id, website.id, LINK)
    put_out(school, post_id, website)
    with pytest.raises(NotYours), school.parts.work() as work:
        publishing.correct_link(work, school.head, post_id, website.id, LINK, "A slip")
    with pytest.raises(NotFound), school.parts.work() as work:
        publishing.record_live(work, school.manager, post_id, 99999, LINK)


def test_law_1_what_is_out_in_part_cannot_be_changed_any_more(school: School, website: Account) -> None:
    """Else nobody would know later who is in what the public sees."""
    post_id = opened(school, website)
    put_out(school, post_id, website)
    with pytest.raises(Refused, match="Some of this post is out already"), school.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
    with school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.UNAPPROVE, "Let us look at it again.")
    seen = school.digest(post_id)
    with pytest.raises(Refused, match="out already"), school.parts.work() as work:
        review.decide(work, school.head, post_id, Action.SEND_BACK, "Other words")
    with pytest.raises(Refused, match="It is out there already"), school.parts.work() as work:
        tailoring.leave_out(work, school.head, post_id, website.id, seen)
    with pytest.raises(Refused, match="Nothing would be left"), school.parts.work() as work:
        tailoring.leave_out(work, school.head, post_id, school.account.id, seen)
    school.approve(post_id)
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    put_out(school, post_id, school.account)
    assert school.state(post_id) is State.LIVE, "the rest went out on the second approval"


def test_a_withdrawal_takes_down_where_it_is_out_and_holds_back_the_rest(
    school: School, website: Account, ada: Person
) -> None:
    permission = grant(school, ada)
    post_id = opened(school, website, tagged=ada)
    put_out(school, post_id, website)
    withdrawn(school, ada, permission)
    assert school.state(post_id) is State.CHECKING
    kit_refuses(school, post_id)
    assert tasks(school) == {(post_id, Reason.MUST_NOT_APPEAR)}
    with school.parts.work() as work:
        (task,) = takedowns.waiting(work)
        assert task.takedown.publication.account_id == website.id
        takedowns.removed(work, school.manager, task.takedown.id, "Seen: it is gone")
    assert school.state(post_id) is State.TAKEN_DOWN, "it is out nowhere, and the rest stays in"


def test_somebody_asks_for_it_to_go_and_nothing_more_goes_out_until_that_is_decided(
    school: School, website: Account
) -> None:
    post_id = opened(school, website)
    put_out(school, post_id, website)
    with school.parts.work() as work:
        takedowns.ask_for(work, school.teacher, post_id, "The date is wrong")
    with pytest.raises(Refused, match="has to be taken down"), school.parts.work() as work:
        publishing.kit_files(work, school.manager, post_id)
    with school.parts.work() as work:
        takedowns.stays(work, school.head, takedowns.waiting(work)[0].takedown.id, "It is right")
    put_out(school, post_id, school.account)
    assert school.state(post_id) is State.LIVE


def test_a_stopped_post_says_where_it_is_out_and_is_not_purged(school: School, website: Account) -> None:
    post_id = opened(school, website)
    put_out(school, post_id, website)
    teacher = school.browser(Role.TEACHER)
    assert "It stays where it is out already: Website: @our.school." in teacher.get(f"/posts/{post_id}").text
    with school.parts.work() as work:
        review.decide(work, school.teacher, post_id, Action.STOP, "The day was moved.")
        assert not list(due.find(work, Rule.REJECTED, work.today.replace(year=work.today.year + 2), 1))
    assert "Already out on Website: @our.school" in school.browser(Role.RESOURCES_MANAGER).get("/publish/").text
    with pytest.raises(Refused, match="out already"), school.parts.work() as work:
        intake.discard(work, school.teacher, post_id)
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "The day was moved.")
    assert school.state(post_id) is State.TAKEN_DOWN


def test_nothing_is_taken_down_that_is_not_out(school: School) -> None:
    post_id = opened(school)
    with pytest.raises(Refused, match="Nothing of this post is out"), school.parts.work() as work:
        publishing.take_down(work, school.manager, post_id, "A slip")
    assert "It had to be taken down" not in school.browser(Role.RESOURCES_MANAGER).get(f"/posts/{post_id}").text


def test_law_8_what_was_posted_before_the_kit_closed_is_written_down_all_the_same(
    school: School, website: Account, ada: Person
) -> None:
    permission = grant(school, ada)
    post_id = opened(school, website, tagged=ada)
    other = school.live(caption="Another day.")
    withdrawn(school, ada, permission)
    desk = school.browser(Role.RESOURCES_MANAGER)
    field = f"link-{website.id}"
    closed = desk.post(f"/publish/{post_id}/live", data={field: LINK})
    assert closed.status_code == 409 and "Is it out already?" in closed.text and LINK in closed.text
    assert desk.post(f"/publish/{post_id}/out-already", data={field: LINK}).status_code == 303
    assert school.state(post_id) is State.STOPPED
    assert tasks(school) == {(post_id, Reason.MUST_NOT_APPEAR)}
    with school.parts.reading() as work:
        looked = set(work.session.scalars(select(LookBackPost.post_id)))
        assert looked == {post_id, other}, "the look-back that began meanwhile looks at it too"


def test_what_was_never_opened_cannot_be_out(school: School) -> None:
    post_id = school.released()
    with pytest.raises(Refused, match="Open the kit first"), school.parts.work() as work:
        publishing.record_unasked(work, school.manager, post_id, school.account.id, LINK)


def test_a_wrong_link_is_corrected_with_a_reason_and_the_trail_keeps_both(school: School) -> None:
    post_id = school.live()
    desk = school.browser(Role.RESOURCES_MANAGER)
    address, right = f"/publish/{post_id}/accounts/{school.account.id}/link", "https://social.example/2"
    assert desk.post(address, data={"link": right, "reason": " "}).status_code == 409
    assert desk.post(address, data={"link": "no link", "reason": "A slip"}).status_code == 409
    assert desk.post(address, data={"link": right, "reason": "A slip"}).status_code == 303
    assert right in desk.get(f"/posts/{post_id}").text
    with school.parts.reading() as work:
        (publication,) = work.session.scalars(select(Publication))
        row = audit.of_post(work.session, post_id)[-1]
        assert (publication.link, row.action, row.reason) == (right, "link corrected", "A slip")
        assert LINK in row.detail and right in row.detail


def test_two_at_once_the_stop_wins_or_the_link_does_and_nothing_is_lost(school: School, website: Account) -> None:
    post_id = opened(school, website)
    with school.parts.work() as work:
        version = cases.get(work, post_id).version
    put_out(school, post_id, website)
    with school.parts.reading() as work:
        assert cases.get(work, post_id).version > version, "whoever moved it at the same moment is told"
        assert is_out_by_both(work, post_id)


def is_out_by_both(work: Work, post_id: int) -> bool:
    post = cases.get(work, post_id)
    return out.is_out(work, post) and bool(out.places(work, [post])[post_id])
