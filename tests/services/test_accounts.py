"""Accounts from application to end: consent in writing, leavers that block, taking over, and kits that close."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.db.models import NewsRow
from moderation.demo import accounts as demo
from moderation.rules.accounts import AccountStanding
from moderation.rules.roles import SYSTEM, Actor, Role
from moderation.rules.telling import News
from moderation.rules.workflow import NotYours, Refused
from moderation.services import (
    account_moves,
    account_register,
    accounts,
    audit,
    deputies,
    publisher_consents,
    publishing,
    staff,
)
from moderation.services.accounts import CaseForm, Consent, Credentials, Place
from moderation.services.work import Mistake, NotFound, Work
from tests.builders import School

BLUESKY = Place("Bluesky", "our.school")


def case(school: School, *people: Actor, **more: object) -> CaseForm:
    named = people or (school.head, school.manager)
    form = CaseForm("Our news", "Families", "The newsletter", tuple(one.id or 0 for one in named), True, 13, True)
    return replace(form, **more)  # type: ignore[arg-type]


def held(school: School, work: Work, days: int = 0, by: Actor | None = None) -> Credentials:
    return Credentials("The safe", (by or school.manager).id, work.today - timedelta(days=days), True)


def standing(school: School) -> AccountStanding:
    with school.parts.reading() as work:
        return account_moves.get(work, school.account.id).standing


def leave(school: School, who: Actor) -> None:
    with school.parts.work() as work:
        staff.set_active(work, school.people[Role.ADMINISTRATOR], who.id or 0, False)


def take_over(school: School, *people: Actor, days: int = 0) -> None:
    with school.parts.work() as work:
        form = held(school, work, days, by=people[0])
        named = tuple(one.id or 0 for one in people)
        accounts.take_over(work, school.people[Role.HEADTEACHER], school.account.id, named, form)


def test_an_account_goes_from_application_to_use_with_an_audit_row_for_each_step(school: School) -> None:
    head = school.people[Role.HEADTEACHER]
    with school.parts.work() as work:
        account = accounts.apply(work, school.teacher, BLUESKY, case(school))
        assert account.standing is AccountStanding.APPLIED and account.network_key == "bluesky"
        accounts.consent(work, head, account.id, Consent(kept="The head’s cabinet", logo_allowed=True))
        assert account.standing is AccountStanding.APPROVED and not account.in_use
        accounts.record(work, school.manager, account.id, held(school, work))
        assert account.in_use
        done = [row.action for row in account_register.history(work, account)]
        assert audit.verify(work.session) is None
        facts = account.case
        assert facts and (facts.consent_by_id, facts.consent_on, facts.logo_allowed) == (head.id, work.today, True)
    assert done == ["account applied for", "account approved", "account put in use"]


def test_nobody_approves_their_own_application(school: School) -> None:
    head, other = school.people[Role.HEADTEACHER], school.others[Role.HEADTEACHER]
    with school.parts.work() as work:
        account = accounts.apply(work, head, BLUESKY, case(school))
        with pytest.raises(Refused, match="somebody else has to decide"):
            accounts.consent(work, head, account.id, Consent())
        with pytest.raises(NotYours):
            accounts.consent(work, school.head, account.id, Consent())
        accounts.consent(work, other, account.id, Consent())
        assert account.standing is AccountStanding.APPROVED
        assert account.case and not account.case.logo_allowed, "not ticked, so not allowed"


def test_a_deputy_of_the_headteacher_decides_for_the_days_named(school: School) -> None:
    with school.parts.work() as work:
        head = school.people[Role.HEADTEACHER]
        deputies.name(work, head, school.head.id or 0, Role.HEADTEACHER, work.today, work.today)
        account = accounts.apply(work, school.teacher, BLUESKY, case(school))
        deputy = replace(school.head, acting=frozenset({Role.HEADTEACHER}))
        accounts.refuse(work, deputy, account.id, "We have enough.")
        assert account.standing is AccountStanding.CLOSED and account.reason == "We have enough."
        accounts.apply_again(work, school.teacher, account.id, case(school, aim="A better reason"))
        assert account.standing is AccountStanding.APPLIED and account.reason == ""
        accounts.withdraw(work, school.teacher, account.id)
        assert account.standing is AccountStanding.CLOSED


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aim": " "}, "what it is for"),
        ({"audience": "x" * 2001}, "at most 2,000"),
        ({"promotion": "The password: oak"}, "looks like a password"),
        ({"is_open": None}, "open to everybody"),
        ({"minimum_age": None}, "minimum age"),
        ({"minimum_age": 19}, "minimum age"),
    ],
)
def test_law_12_an_incomplete_case_is_refused_with_the_reason(
    school: School, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Mistake, match=sentence), school.parts.work() as work:
        accounts.apply(work, school.teacher, BLUESKY, case(school, **change))


def test_an_account_needs_both_names_is_there_once_and_names_two_of_the_staff(school: School) -> None:
    admin = school.people[Role.ADMINISTRATOR]
    with school.parts.work() as work:
        for network, handle, sentence in (
            ("", "x", "needs its network"),
            ("Facebook", " ", "needs its network"),
            ("F" * 41, "x", "needs its network"),
            (" Facebook ", "Our School", "in the list already"),
        ):
            with pytest.raises(Mistake, match=sentence):
                accounts.apply(work, admin, Place(network, handle), case(school))
        with pytest.raises(NotFound):
            accounts.close(work, admin, 999, "gone")
    for people in ((school.head, admin), (school.head,), (school.head, school.head)):
        with pytest.raises(Refused, match="at least two"), school.parts.work() as work:
            accounts.apply(work, school.teacher, BLUESKY, case(school, *people))


def test_credentials_are_never_kept_here_only_where_they_are(school: School) -> None:
    with school.parts.work() as work:
        good = held(school, work)
        for change, sentence in (
            ({"kept": "password: oak tree"}, "looks like a password"),
            ({"kept": ""}, "where the credentials are kept"),
            ({"holder_id": None}, "who holds"),
            ({"changed_on": work.today + timedelta(days=1)}, "today, or earlier"),
            ({"second_factor": None}, "second factor"),
        ):
            with pytest.raises(Mistake, match=sentence):
                accounts.record(work, school.manager, school.account.id, replace(good, **change))  # type: ignore[arg-type]
        with pytest.raises(NotYours):
            accounts.record(work, school.teacher, school.account.id, good)


def test_a_leaver_blocks_the_account_and_its_kit_closes_until_somebody_takes_it_over(school: School) -> None:
    post_id = school.released()
    with school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    leave(school, school.head)
    assert standing(school) is AccountStanding.BLOCKED
    with pytest.raises(Refused, match="not in use now"), school.parts.work() as work:
        publishing.kit_files(work, school.manager, post_id)
    with pytest.raises(Refused, match="Change them on the network"):
        take_over(school, school.manager, school.teacher, days=1)
    with pytest.raises(Refused, match="at least two"):
        take_over(school, school.manager, school.head)
    take_over(school, school.manager, school.teacher)
    assert standing(school) is AccountStanding.IN_USE
    with school.parts.work() as work:
        assert publishing.kit_files(work, school.manager, post_id).files


def test_whoever_holds_the_credentials_blocks_it_by_leaving_though_enough_are_named(school: School) -> None:
    take_over(school, school.teacher, school.head, school.data_lead)
    leave(school, school.teacher)
    with school.parts.reading() as work:
        account = account_moves.get(work, school.account.id)
        assert account.standing is AccountStanding.BLOCKED and "held its credentials" in account.reason


def test_a_leaver_of_three_who_held_nothing_leaves_it_in_use_with_a_reminder(school: School) -> None:
    take_over(school, school.teacher, school.head, school.data_lead)
    with school.parts.work() as work:
        accounts.record(work, school.teacher, school.account.id, held(school, work, 1, by=school.teacher))
    leave(school, school.head)
    with school.parts.work() as work:
        entry = account_register.entry(work, account_moves.get(work, school.account.id))
        assert entry.account.in_use and [user.id for user in entry.gone] == [school.head.id]
        assert any("not changed since" in sentence for sentence in entry.lacks)
        accounts.record(work, school.teacher, school.account.id, held(school, work, by=school.teacher))
        entry = account_register.entry(work, entry.account)
        assert entry.lacks == ()


def test_whoever_is_no_member_of_staff_any_more_counts_as_a_leaver(school: School) -> None:
    with school.parts.work() as work:
        staff.set_role(work, school.people[Role.ADMINISTRATOR], school.head.id or 0, Role.TEACHER)
    assert standing(school) is AccountStanding.IN_USE
    with school.parts.work() as work:
        staff.set_role(work, school.people[Role.ADMINISTRATOR], school.head.id or 0, Role.ADMINISTRATOR)
    assert standing(school) is AccountStanding.BLOCKED


def test_those_whom_it_concerns_are_told_of_the_block_until_it_is_over(school: School) -> None:
    leave(school, school.head)

    def told(school: School) -> set[int | None]:
        with school.parts.reading() as work:
            blocked = (NewsRow.news == News.ACCOUNT_BLOCKED, NewsRow.over_at.is_(None))
            return set(work.session.scalars(select(NewsRow.user_id).where(*blocked)))

    keepers = [*(school.people[role] for role in (Role.HEADTEACHER, Role.ADMINISTRATOR))]
    keepers += [school.others[role] for role in (Role.HEADTEACHER, Role.ADMINISTRATOR)]
    assert told(school) == {one.id for one in (*keepers, school.manager)}, "the leaver and others are not"
    take_over(school, school.manager, school.teacher)
    assert told(school) == set()


def test_an_account_from_before_lacks_its_case_until_it_is_written_and_consented_to(school: School) -> None:
    with school.parts.work() as work:
        account = accounts.Account(network="X", handle="@old", standing=AccountStanding.IN_USE)
        work.session.add(account)
        work.session.flush()
        assert "No case written yet." in account_register.entry(work, account).lacks
        accounts.apply_again(work, school.teacher, account.id, case(school))
        accounts.consent(work, school.people[Role.HEADTEACHER], account.id, Consent())
        assert account.in_use and account.case and account.case.consent_on == work.today
        with pytest.raises(Refused, match="consented to the case"):
            accounts.apply_again(work, school.teacher, account.id, case(school, aim="Something else"))


def test_what_is_live_stays_listed_when_the_account_is_closed(school: School) -> None:
    post_id = school.live()
    with school.parts.work() as work:
        accounts.close(work, school.people[Role.ADMINISTRATOR], school.account.id, "Handed to the trust.")
        account = account_moves.get(work, school.account.id)
        assert [one.post_id for one in account_register.live_posts(work, account)] == [post_id]
        assert account_register.entry(work, account).live == 1


def test_a_kit_opens_for_publishers_with_consent_alone_once_the_school_asks_for_it(school: School) -> None:
    post_id, head = school.released(), school.people[Role.HEADTEACHER]
    with school.parts.work() as work:
        publisher_consents.ask(work, school.people[Role.ADMINISTRATOR], True)
    with pytest.raises(Refused, match="written consent"), school.parts.work() as work:
        publishing.open_kit(work, school.manager, post_id)
    with school.parts.work() as work:
        with pytest.raises(NotYours):
            publisher_consents.give(work, school.people[Role.ADMINISTRATOR], school.manager.id or 0, work.today, "")
        with pytest.raises(Mistake, match="today, or earlier"):
            publisher_consents.give(work, head, school.manager.id or 0, None, "")
        publisher_consents.give(work, head, school.manager.id or 0, work.today, "The head’s cabinet")
        publishing.open_kit(work, school.manager, post_id)
        publisher_consents.end(work, head, school.manager.id or 0)
    with pytest.raises(Refused, match="written consent"), school.parts.work() as work:
        publishing.kit_files(work, school.manager, post_id)


def test_the_demonstration_shows_an_account_in_every_standing(school: School) -> None:
    with school.parts.work() as work:
        demo.fill(work, school.people)
        entries = account_register.every(work)
        assert {one.account.standing for one in entries} == set(AccountStanding)
        assert [one.lacks for one in entries if one.account.in_use] == [()] * 4


def test_the_program_itself_takes_no_step_but_blocking(school: School) -> None:
    with school.parts.work() as work:
        accounts.block(work, SYSTEM, school.account.id, "A leaver.")
        with pytest.raises(NotYours):
            accounts.close(work, SYSTEM, school.account.id, "A leaver.")
