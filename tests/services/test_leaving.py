"""A last day: from the next day on nobody signs in as that person, and what they looked after is blocked."""

from datetime import timedelta

import pytest

from moderation.db.models import Account, User
from moderation.rules.accounts import AccountStanding
from moderation.rules.roles import Role
from moderation.services import feeds, signing_in, staff
from moderation.services.work import Mistake, NotFound
from tests.builders import School
from tests.services.moments import later
from tests.services.test_signing_in import holds, sign_in
from workers import sweep


def leave(school: School, user_id: int | None, days: int = 0) -> None:
    with school.parts.work() as work:
        admin = school.people[Role.ADMINISTRATOR]
        staff.set_last_day(work, admin, user_id or 0, work.today + timedelta(days=days))


def test_on_the_last_day_everything_works_and_on_the_next_nothing_does_even_without_the_sweep(school: School) -> None:
    with school.parts.work() as work:
        address = feeds.make(work, school.teacher)
    leave(school, school.teacher.id, 1)
    token = sign_in(school)
    assert holds(school, token, hours=11)
    with later(school, days=2) as work:
        assert signing_in.find(work, token) is None
        with pytest.raises(Mistake, match=signing_in.WRONG):
            signing_in.recognise(work, "teacher1@school.example", "three words here")
        with pytest.raises(NotFound):
            feeds.read(work, address, "")


def test_the_sweep_ends_the_sign_ins_and_blocks_the_accounts_of_who_left_yesterday(school: School) -> None:
    token = sign_in(school)
    named = [school.teacher.id]
    with school.parts.reading() as work:
        named = [user.id for user in work.session.get_one(Account, school.account.id).people]
    for user_id in named:
        leave(school, user_id)
    with later(school, days=1) as work:
        assert staff.gone(work) == sorted(named)
        assert staff.keep_out_who_left(work) == len(named)
        assert staff.keep_out_who_left(work) == 0, "once"
        assert work.session.get_one(Account, school.account.id).standing is AccountStanding.BLOCKED
        assert not any(work.session.get_one(User, user_id).active for user_id in named)
    assert holds(school, token) is (school.teacher.id not in named)


def test_a_last_day_that_is_over_keeps_out_at_once_and_letting_in_again_forgets_it(school: School) -> None:
    token = sign_in(school)
    leave(school, school.teacher.id, -1)
    assert not holds(school, token)
    with school.parts.work() as work:
        assert not work.session.get_one(User, school.teacher.id).active
        staff.set_active(work, school.people[Role.ADMINISTRATOR], school.teacher.id or 0, True)
    assert holds(school, sign_in(school))
    sweep.once(school.parts)
    assert holds(school, sign_in(school))


def test_nobody_sets_their_own_last_day(school: School) -> None:
    with pytest.raises(Mistake, match="own last day"):
        leave(school, school.people[Role.ADMINISTRATOR].id)
