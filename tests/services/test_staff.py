"""People who sign in and accounts: what cannot be added is refused with the reason (law 12)."""

import pytest

from moderation.db.models import User
from moderation.rules.roles import SYSTEM, Role
from moderation.services import staff
from moderation.services.staff import UserForm
from moderation.services.work import Mistake, NotFound
from tests.builders import PASSWORD, School, email
from tests.services.moments import rows

TEACHER = email(Role.TEACHER)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (UserForm("no address", "A", Role.TEACHER, PASSWORD), "e-mail address"),
        (UserForm("a@b", "A", Role.TEACHER, PASSWORD), "e-mail address"),
        (UserForm("a@b.example", "  ", Role.TEACHER, PASSWORD), "name"),
        (UserForm("a@b.example", "A", Role.SYSTEM, PASSWORD), "Choose a role"),
        (UserForm("a@b.example", "A", Role.TEACHER, "eleven char"), "at least 12"),
        (UserForm("a@b.example", "A", Role.TEACHER, "x" * 1001), "too long"),
        (UserForm(TEACHER.upper(), "A", Role.TEACHER, PASSWORD), "signs in already"),
    ],
)
def test_law_12_a_person_who_cannot_be_added_is_refused_with_the_reason(
    school: School, form: UserForm, sentence: str
) -> None:
    people = rows(school, User)
    with pytest.raises(Mistake, match=sentence), school.parts.work() as work:
        staff.add(work, school.people[Role.ADMINISTRATOR], form)
    assert rows(school, User) == people


def test_nobody_locks_themselves_out(school: School) -> None:
    admin = school.people[Role.ADMINISTRATOR]
    assert admin.id is not None
    with school.parts.work() as work:
        with pytest.raises(Mistake, match="own sign-in"):
            staff.set_active(work, admin, admin.id, False)
        with pytest.raises(NotFound):
            staff.set_active(work, admin, 999, True)
        with pytest.raises(NotFound):
            staff.set_password(work, admin, 999, PASSWORD)


def test_the_first_administrator_is_made_once(school: School) -> None:
    with pytest.raises(Mistake, match="set up already"), school.parts.work() as work:
        staff.first_administrator(work, "Another", "another@school.example", PASSWORD)


def test_an_account_needs_both_names_and_is_there_once(school: School) -> None:
    with school.parts.work() as work:
        for network, handle, sentence in (
            ("", "x", "needs its network"),
            ("Facebook", " ", "needs its network"),
            ("F" * 41, "x", "needs its network"),
            (" Facebook ", "Our School", "in the list already"),
        ):
            with pytest.raises(Mistake, match=sentence):
                staff.add_account(work, SYSTEM, network, handle)
        assert [account.title for account in staff.all_accounts(work)] == ["Facebook: Our School"]
        with pytest.raises(NotFound):
            staff.set_account_in_use(work, SYSTEM, 999, False)
