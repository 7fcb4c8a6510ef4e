"""Held until its time: nothing of a post leaves before it, approvals outlast it, and the publisher is told once."""

import io
import json
import zipfile
from datetime import datetime, timedelta

import pytest

from moderation.db.models import AuditRow
from moderation.rules.roles import Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import Action, Refused, Stale, State
from moderation.services import acceptance, audit, cases, holding, intake, news, publishing, review, route_changes
from moderation.services.acceptance import PolicyForm
from moderation.services.review import APPROVAL_HOLDS
from tests.builders import LINK, School
from tests.services.mailing import Told, london, told_school

BACK = london("2026-11-27 15:30")  # a Friday; the clock starts on the Monday before
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENTENCE = "This post is held until Friday 27 November 2026, 15:30. Nothing of it may go out before."


@pytest.fixture
def told(school: School) -> Told:
    return told_school(school, None)


def drafted(told: Told, until: datetime | None = BACK) -> int:
    post_id = told.school.draft(caption="Back from the river.")
    with told.parts.work() as work:
        assert holding.ask(work, told.school.teacher, post_id, until) == []
    return post_id


def waiting(told: Told, until: datetime | None = BACK) -> int:
    post_id = drafted(told, until)
    with told.parts.work() as work:
        intake.submit(work, told.school.teacher, post_id)
    told.school.run_checks(post_id)
    return post_id


def released(told: Told, until: datetime | None = BACK) -> int:
    post_id = waiting(told, until)
    told.school.approve(post_id)
    return post_id


def move(told: Told, post_id: int, until: datetime | None, actor: Actor | None = None) -> None:
    with told.parts.work() as work:
        holding.hold(work, actor or told.school.head, post_id, cases.get(work, post_id).not_before, until)


def until(told: Told, post_id: int) -> datetime | None:
    return told.school.post(post_id).not_before


def kinds(told: Told, actor: Actor) -> list[News]:
    with told.parts.reading() as work:
        return sorted(entry.row.news for entry in news.unread(work, actor))


def test_law_11_no_way_to_the_kit_opens_before_the_time_and_each_does_from_it_on(told: Told) -> None:
    post_id, manager = released(told), told.school.manager
    ways = (
        publishing.open_kit,
        publishing.opened_kit,
        publishing.kit_files,
        lambda work, actor, number: publishing.mark_live(work, actor, number, {told.school.account.id: LINK}),
    )
    for moment in (told.now, BACK - timedelta(microseconds=1)):
        told.at(moment)
        for way in ways:
            with pytest.raises(Refused) as refused, told.parts.work() as work:
                way(work, manager, post_id)
            assert str(refused.value) == SENTENCE
    told.at(BACK)
    for way in ways:
        with told.parts.work() as work:
            way(work, manager, post_id)
    assert told.school.state(post_id) is State.LIVE


def test_a_kit_that_was_opened_closes_again_when_the_post_is_held(told: Told) -> None:
    post_id = released(told, None)
    with told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)
        files = publishing.kit_files(work, told.school.manager, post_id)
    assert zipfile.ZipFile(io.BytesIO(files.zipped())).namelist()
    move(told, post_id, BACK, told.school.manager)
    with pytest.raises(Refused, match="held until Friday"), told.parts.work() as work:
        publishing.kit_files(work, told.school.manager, post_id)


def test_only_whoever_decides_makes_it_earlier_than_was_approved(told: Told) -> None:
    post_id, school = released(told), told.school
    for sooner in (None, BACK - HOUR):
        with pytest.raises(Refused, match="approved to go out from Friday 27 November 2026, 15:30"):
            move(told, post_id, sooner, school.manager)
        with pytest.raises(Refused):
            move(told, post_id, sooner, school.teacher)
    move(told, post_id, BACK + DAY, school.manager)
    move(told, post_id, BACK, school.manager)
    move(told, post_id, BACK - HOUR)
    with pytest.raises(Refused):
        move(told, post_id, BACK - 2 * HOUR, school.manager)
    move(told, post_id, None)
    assert school.state(post_id) is State.RELEASED, "the approval stands"
    with told.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)


def test_law_3_the_author_does_not_make_it_earlier_though_they_may_decide_about_others(told: Told) -> None:
    with told.parts.work() as work:
        post = intake.save(work, told.school.head, None, intake.Words("Mine.", (told.school.account.id,)), [])[0]
        post.others = 0
        holding.ask(work, told.school.head, post.id, BACK)
        intake.submit(work, told.school.head, post.id)
    told.school.run_checks(post.id)
    with pytest.raises(Refused, match="You wrote this post"):
        move(told, post.id, None)
    move(told, post.id, None, told.school.others[Role.ASSISTANT_HEAD])


def test_law_1_what_one_approved_for_a_time_goes_out_no_sooner_on_anothers_word(told: Told) -> None:
    """Whoever makes it earlier has to approve it, or have approved it, and to be somebody who could."""
    post_id, school = released(told), told.school
    second = school.others[Role.ASSISTANT_HEAD]
    with told.parts.work() as work:
        today = work.today
        acceptance.publish(work, school.people[Role.HEADTEACHER], PolicyForm("Sign this.", today))
        for one in (school.head, school.teacher, school.manager):
            acceptance.sign(work, one, 1, "Some Name")
    with pytest.raises(Refused, match="policy"):
        move(told, post_id, BACK - HOUR, second)
    move(told, post_id, BACK + HOUR, second)  # later is free, and so is back again to what was approved
    move(told, post_id, BACK, second)
    assert school.state(post_id) is State.RELEASED
    with told.parts.work() as work:
        acceptance.sign(work, second, 1, "Some Name")
    move(told, post_id, BACK - HOUR, second)
    assert school.state(post_id) is State.IN_REVIEW and News.WAITS in kinds(told, school.head)
    school.approve(post_id, second)
    move(told, post_id, None, second)
    assert school.state(post_id) is State.RELEASED, "their own approval is theirs to let go earlier"


def test_law_1_of_two_approvals_the_other_is_asked_for_again(told: Told) -> None:
    post_id, school = waiting(told), told.school
    second = school.others[Role.ASSISTANT_HEAD]
    with told.parts.work() as work:
        route_changes.mark_sensitive(work, school.teacher, post_id)
    school.approve(post_id)
    move(told, post_id, BACK - HOUR, second)
    with told.parts.reading() as work:
        assert cases.standing_approval(work, cases.get(work, post_id)) is None
    school.approve(post_id)
    move(told, post_id, None)
    with told.parts.reading() as work:
        assert cases.standing_approval(work, cases.get(work, post_id)) is not None


def test_every_move_is_on_the_record_and_the_approval_says_which_time_it_saw(told: Told) -> None:
    post_id = released(told)
    move(told, post_id, BACK + DAY, told.school.manager)
    move(told, post_id, None)
    with told.parts.reading() as work:
        rows: list[AuditRow] = audit.of_post(work.session, post_id)
        details = {row.action: json.loads(row.detail) for row in rows}
        moves = [json.loads(row.detail) for row in rows if row.action == "held until"]
        assert audit.verify(work.session) is None
    assert details[Action.APPROVE]["held_until"] == BACK.isoformat()
    assert moves == [
        {"was": BACK.isoformat(), "until": (BACK + DAY).isoformat()},
        {"was": (BACK + DAY).isoformat(), "until": ""},
    ]


def test_what_was_moved_meanwhile_is_stale(told: Told) -> None:
    post_id = released(told)
    with pytest.raises(Stale, match="moved its time meanwhile"), told.parts.work() as work:
        holding.hold(work, told.school.head, post_id, BACK - DAY, BACK + DAY)
    with told.parts.reading() as work:
        post = cases.get(work, post_id)
        holding.saw(post, BACK.isoformat())
        with pytest.raises(Stale):
            holding.saw(post, "")


def test_law_11_an_approval_holds_a_fortnight_from_the_time_and_not_a_day_longer(told: Told) -> None:
    far = BACK + 60 * DAY
    post_id = released(told, far)
    with told.parts.reading() as work:
        approval = cases.standing_approval(work, cases.get(work, post_id))
        assert approval and approval.expires_at == far + APPROVAL_HOLDS
    told.at(far + APPROVAL_HOLDS - HOUR)
    with told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)
    told.at(far + APPROVAL_HOLDS)
    with pytest.raises(Refused, match="expired"), told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)


def test_law_11_let_out_early_an_approval_holds_a_fortnight_from_then(told: Told) -> None:
    """Else holding a post for a year and letting it go would be an approval for a year."""
    far = BACK + 300 * DAY
    post_id = released(told, far)
    move(told, post_id, None)
    with told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)
        ends = work.now + APPROVAL_HOLDS
    told.at(ends)
    with pytest.raises(Refused, match="expired"), told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)


def test_law_11_nobody_moves_it_past_its_approval_so_none_dies_in_silence(told: Told) -> None:
    post_id = released(told)
    for actor in (told.school.manager, told.school.head):
        with pytest.raises(Refused, match="approval runs out before that time, on Friday 11 December"):
            move(told, post_id, BACK + APPROVAL_HOLDS, actor)
    move(told, post_id, BACK + APPROVAL_HOLDS - HOUR, told.school.manager)


def test_the_list_and_the_register_are_asked_again_when_the_time_has_come(told: Told) -> None:
    post_id = released(told)
    told.school.person("p1", "Ada", "Quill")
    told.at(BACK)
    with pytest.raises(Refused), told.parts.work() as work:
        publishing.open_kit(work, told.school.manager, post_id)


def test_the_publisher_is_told_when_the_time_comes_and_only_once(told: Told) -> None:
    post_id, manager = released(told), told.school.manager
    assert told.told_again() == [] and News.READY not in kinds(told, manager)
    told.at(BACK - HOUR)
    assert told.told_again() == []
    told.at(BACK)
    assert told.told_again() == [News.READY] and told.told_again() == []
    assert kinds(told, manager) == [News.READY]
    move(told, post_id, BACK + DAY, manager)
    assert kinds(told, manager) == [], "it is not ready any more"
    told.at(BACK + DAY)
    assert told.told_again() == [News.READY] and kinds(told, manager) == [News.READY]


def test_a_hold_that_is_taken_off_tells_the_publisher_at_once_and_the_author_of_each_move(told: Told) -> None:
    post_id = released(told)
    move(told, post_id, BACK - HOUR)
    move(told, post_id, None)
    assert kinds(told, told.school.manager) == [News.READY]
    assert kinds(told, told.school.teacher).count(News.OWN_MOVED) == 1
    assert told.told_again() == []
    assert told.school.state(post_id) is State.RELEASED


def test_a_time_that_came_while_it_was_decided_about_is_told_by_the_decision(told: Told) -> None:
    post_id = waiting(told)
    told.at(BACK + HOUR)
    told.school.approve(post_id)
    assert kinds(told, told.school.manager) == [News.READY] and News.READY not in told.told_again()


def test_the_author_s_wish_is_kept_or_refused_with_a_sentence(told: Told) -> None:
    post_id, teacher = drafted(told), told.school.teacher
    with told.parts.work() as work:
        assert holding.ask(work, teacher, post_id, told.now - HOUR) == [holding.holding.PASSED]
        assert "a year at most" in holding.ask(work, teacher, post_id, told.now + 400 * DAY)[0]
    assert until(told, post_id) == BACK, "what was there stays"
    with told.parts.work() as work:
        intake.want_by(work, teacher, post_id, BACK - HOUR)
        assert "It is wanted by Friday 27 November 2026, 14:30" in holding.ask(work, teacher, post_id, BACK)[0]
    told.at(BACK + DAY)
    with told.parts.work() as work:
        assert holding.ask(work, teacher, post_id, BACK) == [], "it came back with a time that has come since"
        assert holding.ask(work, teacher, post_id, None) == []
    assert until(told, post_id) is None


def test_a_post_that_is_edited_again_is_agreed_anew(told: Told) -> None:
    """Taken back, held until earlier, approved: the publisher is bound to what was approved last."""
    post_id, school = released(told), told.school
    with told.parts.work() as work:
        intake.take_back(work, school.teacher, post_id)
        holding.ask(work, school.teacher, post_id, BACK - DAY)
        intake.submit(work, school.teacher, post_id)
    school.run_checks(post_id)
    with told.parts.work() as work:
        review.approve(work, school.head, post_id, school.digest(post_id))
    move(told, post_id, BACK - HOUR, school.manager)
    with pytest.raises(Refused):
        move(told, post_id, BACK - DAY - HOUR, school.manager)
