"""A link lets in the one person it was made for, once, for two weeks, and nobody else ever knows the password."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.db.models import User
from moderation.rules.roles import Role
from moderation.rules.staff_list import Entry, read
from moderation.rules.workflow import Refused
from moderation.services import audit, invitations, signing_in, staff
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.mailing import BASE, Keeper, mail_server, told_school

OWN = "three words in a row"


def entry(name: str = "Kim Park", role: Role = Role.TEACHER, line: int = 1) -> Entry:
    return Entry(line, name, f"{name.split()[0].lower()}@school.example", role)


def invited(school: School, *entries: Entry) -> list[str]:
    """The links' tokens."""
    with school.parts.work() as work:
        rows = invitations.invite(work, school.people[Role.ADMINISTRATOR], entries or (entry(),))
        return [invitations.token(work, row.id) for row in rows]


def opens(school: School, token: str, later: timedelta = timedelta()) -> bool:
    with school.parts.reading() as work:
        try:
            invitations.knock(replace(work, now=work.now + later), token)
        except Refused:
            return False
        return True


def test_the_link_gives_a_password_of_ones_own_and_opens_nothing_more(school: School) -> None:
    (token,) = invited(school)
    with school.parts.work() as work:
        assert invitations.accept(work, token, OWN).user_id
    with school.parts.reading() as work:
        user = work.session.scalars(select(User).where(User.email == "kim@school.example")).one()
        assert user.password_is_own
        assert signing_in.recognise(work, user.email, OWN).user_id == user.id
        assert not invitations.waiting(work)
        accepted = audit.newest(work, "invitation accepted")
        assert accepted and accepted.actor_id == user.id
    assert not opens(school, token)
    with school.parts.work() as work, pytest.raises(Refused):
        invitations.accept(work, token, "another three words")


def test_before_it_is_used_no_password_signs_in(school: School) -> None:
    invited(school)
    with school.parts.reading() as work, pytest.raises(Mistake):
        signing_in.recognise(work, "kim@school.example", "")


def test_a_weak_password_is_refused_and_uses_nothing_up(school: School) -> None:
    (token,) = invited(school)
    with school.parts.work() as work, pytest.raises(Mistake):
        invitations.accept(work, token, "kim park kim park")
    assert opens(school, token)


def test_a_link_is_over_after_two_weeks(school: School) -> None:
    (token,) = invited(school)
    assert opens(school, token, invitations.HOLDS - timedelta(minutes=1))
    assert not opens(school, token, invitations.HOLDS)


def test_a_newer_link_ends_the_one_before(school: School) -> None:
    (token,) = invited(school)
    with school.parts.work() as work:
        kim = work.session.scalars(select(User).where(User.name == "Kim Park")).one()
        row = invitations.again(work, school.people[Role.ADMINISTRATOR], kim.id)
        newer = invitations.token(work, row.id)
    assert (opens(school, token), opens(school, newer)) == (False, True)


def test_a_link_made_up_or_changed_opens_nothing(school: School) -> None:
    first, second = invited(school, entry(), entry("Jo Lee"))
    swapped = f"{first.partition('-')[0]}-{second.partition('-')[2]}"
    for token in (swapped, first[:-1], f"{first}A", "", "-", "1", "9" * 40, "²-x", f"٣{first[1:]}", first.upper()):
        assert not opens(school, token), token


def test_whoever_is_kept_out_gets_in_by_no_link(school: School) -> None:
    (token,) = invited(school)
    administrator = school.people[Role.ADMINISTRATOR]
    with school.parts.work() as work:
        kim = work.session.scalars(select(User).where(User.name == "Kim Park")).one()
        staff.set_active(work, administrator, kim.id, False)
    assert not opens(school, token)
    with school.parts.work() as work, pytest.raises(Mistake, match="kept out"):
        invitations.again(work, administrator, kim.id)


def test_nobody_makes_themself_a_link(school: School) -> None:
    """It would set a password without the old one."""
    administrator = school.people[Role.ADMINISTRATOR]
    with school.parts.work() as work, pytest.raises(Mistake, match="change your own password"):
        invitations.again(work, administrator, administrator.id or 0)


def test_a_new_link_ends_the_sign_ins_of_before_only_when_it_is_used(school: School) -> None:
    teacher = school.teacher
    with school.parts.work() as work:
        cookie, _ = signing_in.begin(work, signing_in.Recognised(teacher.id or 0, None))
        row = invitations.again(work, school.people[Role.ADMINISTRATOR], teacher.id or 0)
        token = invitations.token(work, row.id)
    with school.parts.work() as work:
        assert signing_in.find(work, cookie)
        invitations.accept(work, token, OWN)
        assert signing_in.find(work, cookie) is None


def test_all_or_nobody_is_invited(school: School) -> None:
    with school.parts.reading() as work:
        before = len(staff.everybody(work))
        known = staff.everybody(work)[0].email
    entries, _ = read(f"Kim Park,kim@school.example\nKnown,{known}")
    with school.parts.work() as work, pytest.raises(Mistake, match="Line 2"):
        invitations.invite(work, school.people[Role.ADMINISTRATOR], entries)
    with school.parts.reading() as work:
        assert len(staff.everybody(work)) == before


def test_the_mail_has_the_link_and_no_name(school: School) -> None:
    keeper = Keeper()
    with mail_server(keeper) as port:
        told = told_school(school, port)
        with told.parts.work() as work:
            row = invitations.invite(work, school.people[Role.ADMINISTRATOR], [entry()])[0]
            token = invitations.token(work, row.id)
        assert told.deliver() == 1
    (message,) = keeper.to("kim@school.example")
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"Open: {BASE}/welcome/{token}" in text.splitlines()
    assert message["Subject"] == "Gatepost: You can sign in to Gatepost. Choose your password first"
    assert "Kim" not in message.as_string().replace("kim@", "")


def test_nothing_is_mailed_of_a_link_that_was_used_meanwhile(school: School) -> None:
    keeper = Keeper()
    with mail_server(keeper) as port:
        told = told_school(school, port)
        with told.parts.work() as work:
            row = invitations.invite(work, school.people[Role.ADMINISTRATOR], [entry()])[0]
            invitations.accept(work, invitations.token(work, row.id), OWN)
        told.deliver()
    assert not keeper.kept


def test_a_restored_backup_opens_no_link_again(school: School) -> None:
    (token,) = invited(school)
    with school.parts.work() as work:
        invitations.void_all(work)
    assert not opens(school, token)
