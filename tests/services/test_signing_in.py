"""Signing in tells nobody who exists; a sign-in ends when it should, and at once when it must."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select

from moderation.db.models import SignIn, User
from moderation.rules.roles import Actor, Role
from moderation.services import signing_in, staff
from moderation.services.work import Mistake, Work
from tests.builders import PASSWORD, School, email
from tests.quick import OURS
from tests.services.moments import later, rows

TEACHER = email(Role.TEACHER)


def sign_in(school: School, address: str = TEACHER, password: str = PASSWORD) -> str:
    with school.parts.reading() as work:
        recognised = signing_in.recognise(work, address, password)
    with school.parts.work() as work:
        return signing_in.begin(work, recognised)[0]


def holds(school: School, token: str, **passed: float) -> bool:
    with later(school, **passed) as work:
        return signing_in.find(work, token) is not None


@contextmanager
def administrator(school: School) -> Iterator[tuple[Work, Actor, int]]:
    teacher = school.teacher.id
    assert teacher is not None
    with school.parts.work() as work:
        yield work, school.people[Role.ADMINISTRATOR], teacher


def test_the_right_password_signs_in_whatever_the_case_and_spaces_of_the_address(school: School) -> None:
    assert holds(school, sign_in(school, f" {TEACHER.upper()} "))


def test_a_password_is_long_has_any_letters_and_counts_exactly_as_it_was_typed(school: School) -> None:
    typed = f"  Zoë’s Кот 🐈 {'and another word ' * 5}"
    assert len(typed) > 64
    with administrator(school) as (work, admin, teacher):
        staff.set_password(work, admin, teacher, typed)
    assert sign_in(school, password=typed)
    for other in (typed.strip(), typed[:64], typed.lower()):
        with pytest.raises(Mistake):
            sign_in(school, password=other)


def test_wrong_password_unknown_address_and_closed_sign_in_are_told_the_same(school: School) -> None:
    with administrator(school) as (work, admin, _):
        closed = school.others[Role.TEACHER].id or 0
        staff.set_active(work, admin, closed, False)
    told = set()
    for address, password in (
        (TEACHER, "three words there"),
        (TEACHER, ""),
        (TEACHER, "x" * 5000),
        ("nobody@school.example", PASSWORD),
        ("", ""),
        (email(Role.TEACHER, 2), PASSWORD),
    ):
        with pytest.raises(Mistake) as caught:
            sign_in(school, address, password)
        told.add(str(caught.value))
    assert told == {"The e-mail address or the password is not right. Try again."}
    assert rows(school, SignIn) == 0


def test_an_unknown_address_costs_as_much_work_as_a_known_one(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 (its own name)
            verified.append(str(hash).split("$")[1:4])
            return super().verify(hash, password)

    monkeypatch.setattr("moderation.services.staff.HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for address in (TEACHER, "nobody@school.example"):
        with pytest.raises(Mistake):
            sign_in(school, address, "three words there")
    assert len(verified) == 2
    assert verified[0] == verified[1], "the same parameters"


def test_the_hash_of_nobody_is_one_like_any_other_and_no_password_has_it() -> None:
    made = staff.nobodys(OURS)
    assert extract_parameters(made) == extract_parameters(OURS.hash("a"))
    assert made != staff.nobodys(OURS)
    with pytest.raises(VerifyMismatchError):  # the whole work was done
        OURS.verify(made, "")


def test_only_a_hash_of_the_token_is_kept(school: School) -> None:
    token = sign_in(school)
    with school.parts.reading() as work:
        kept = work.session.scalars(select(SignIn)).one()
        assert token not in (kept.token_hash, str(kept.id))
        assert signing_in.find(work, kept.token_hash) is None, "what is stolen from the database opens nothing"


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_made_up_token_holds_nothing(school: School, token: str) -> None:
    assert not holds(school, token)


def test_a_sign_in_ends_by_signing_out(school: School) -> None:
    token, other = sign_in(school), sign_in(school)
    with school.parts.work() as work:
        signing_in.sign_out(work, school.teacher, token)
    assert not holds(school, token)
    assert holds(school, other), "another device stays signed in"


def test_a_sign_in_runs_out_when_it_is_not_used(school: School) -> None:
    token = sign_in(school)
    assert holds(school, token, hours=11)
    assert not holds(school, token, hours=12, seconds=1)


def test_use_keeps_a_sign_in_but_no_longer_than_the_school_s_days(school: School) -> None:
    token = sign_in(school)
    for hours in range(11, 30 * 24, 11):
        with later(school, hours=hours) as work:
            found = signing_in.find(work, token)
            assert found is not None
            assert signing_in.needs_touch(work, found)
            signing_in.touch(work, token)
            assert not signing_in.needs_touch(work, found)
    assert not holds(school, token, days=30, seconds=1)


def test_a_dead_sign_in_cannot_be_touched_back_to_life(school: School) -> None:
    token = sign_in(school)
    with later(school, hours=13) as work:
        signing_in.touch(work, token)
    assert not holds(school, token, hours=13)


def test_keeping_a_person_out_ends_their_sign_ins_at_once_and_for_good(school: School) -> None:
    token = sign_in(school)
    with administrator(school) as (work, admin, teacher):
        staff.set_active(work, admin, teacher, False)
    assert not holds(school, token)
    with administrator(school) as (work, admin, teacher):
        staff.set_active(work, admin, teacher, True)
    assert not holds(school, token), "the old one does not come back"
    assert holds(school, sign_in(school))


def test_an_inactive_person_s_sign_in_does_not_hold_however_they_became_inactive(school: School) -> None:
    token = sign_in(school)
    with school.parts.work() as work:
        work.session.get_one(User, school.teacher.id).active = False
    assert not holds(school, token)


def test_a_new_password_ends_every_sign_in_made_with_the_old_one(school: School) -> None:
    tokens = [sign_in(school), sign_in(school)]
    bystander = sign_in(school, email(Role.DATA_LEAD))
    with administrator(school) as (work, admin, teacher):
        staff.set_password(work, admin, teacher, "four other words here")
    assert not any(holds(school, token) for token in tokens)
    assert holds(school, bystander)
    with pytest.raises(Mistake):
        sign_in(school)
    assert sign_in(school, password="four other words here")


def test_a_password_costs_as_much_to_guess_as_rfc_9106_asks() -> None:
    assert extract_parameters(OURS.hash(PASSWORD)) == RFC_9106_LOW_MEMORY


def test_an_old_hash_is_made_anew_at_the_next_sign_in(school: School) -> None:
    with school.parts.work() as work:
        user = work.session.get_one(User, school.teacher.id)
        user.password_hash = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    sign_in(school)
    with school.parts.reading() as work:
        made = work.session.get_one(User, school.teacher.id).password_hash
    assert made.startswith("$argon2id$") and not staff.HASHER.check_needs_rehash(made)


def test_somebody_kept_out_while_their_password_is_checked_is_not_let_in(school: School) -> None:
    with school.parts.reading() as work:
        recognised = signing_in.recognise(work, TEACHER, PASSWORD)
    with administrator(school) as (work, admin, teacher):
        staff.set_active(work, admin, teacher, False)
    with pytest.raises(Mistake), school.parts.work() as work:
        signing_in.begin(work, recognised)
    assert rows(school, SignIn) == 0
