"""People who sign in and accounts: what cannot be added is refused with the reason (law 12)."""

import pytest

from moderation.db.models import User
from moderation.rules.roles import Role
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
        (UserForm(TEACHER.upper(), "A", Role.TEACHER, PASSWORD), "signs in with this address already"),
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


def test_a_role_is_changed_by_another_administrator_and_recorded(school: School) -> None:
    admin, teacher = school.people[Role.ADMINISTRATOR], school.teacher.id or 0
    with school.parts.work() as work:
        staff.set_role(work, admin, teacher, Role.DATA_LEAD)
        with pytest.raises(Mistake, match="own role"):
            staff.set_role(work, admin, admin.id or 0, Role.HEADTEACHER)
        with pytest.raises(NotFound):
            staff.set_role(work, admin, 999, Role.TEACHER)
    with school.parts.reading() as work:
        assert work.session.get_one(User, teacher).role is Role.DATA_LEAD


def test_law_3_a_password_that_somebody_else_set_is_not_one_s_own_until_it_is_changed(school: School) -> None:
    """So that nobody approves with another person's sign-in because they happen to know the password."""
    admin, teacher = school.people[Role.ADMINISTRATOR], school.teacher
    own = []
    for actor, password in ((admin, "chosen by the office"), (teacher, "chosen by myself")):
        with school.parts.work() as work:
            staff.set_password(work, actor, teacher.id or 0, password)
            own.append(work.session.get_one(User, teacher.id).password_is_own)
    assert own == [False, True]


def test_changing_a_password_needs_the_old_one_and_another_new_one(school: School) -> None:
    with school.parts.reading() as work:
        for old, new, sentence in (
            ("three words there", "four other words here", "old password is not right"),
            (PASSWORD, PASSWORD, "not the old one"),
        ):
            with pytest.raises(Mistake, match=sentence):
                staff.check_change(work, school.teacher, old, new)
        staff.check_change(work, school.teacher, PASSWORD, "four other words here")
