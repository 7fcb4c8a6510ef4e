"""The second step: each code once, one sentence whatever was wrong, taken away by another person with word of it."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from moderation.db.models import AuthenticatorApp, HalfSignIn, NewsRow, RecoveryCode, User
from moderation.rules.roles import Actor, Role
from moderation.rules.telling import News
from moderation.services import half_sign_ins, second_step, sign_in_rules, signing_in, staff, throttling
from moderation.services.second_step import WRONG
from moderation.services.throttling import Caller, TooSoon
from moderation.services.work import Mistake, NotFound, Work
from tests.builders import PASSWORD, School, email
from tests.racing import at_once
from tests.services.moments import later, rows
from tests.services.test_signing_in import holds, sign_in


def code_at(secret: str, work: Work, seconds: int = 0) -> str:
    return pyotp.TOTP(secret).at(work.now + timedelta(seconds=seconds))


def set_up(school: School, actor: Actor) -> tuple[str, list[str]]:
    """The app's secret and the recovery codes; the clock stands an hour ago."""
    with later(school, hours=-1) as work:
        second_step.start(work, actor)
        shown = second_step.shown(work, actor)
        assert shown is not None and shown.secret in shown.address and "Our%20school" in shown.address
        assert not second_step.is_set_up(work, actor.id), "until the app has shown a code"
        codes = second_step.confirm(work, actor, code_at(shown.secret, work))
        assert second_step.is_set_up(work, actor.id) and second_step.shown(work, actor) is None
    return shown.secret, codes


def uses(school: School, actor: Actor, code: str, **passed: float) -> bool:
    try:
        with later(school, **passed) as work:
            second_step.use(work, actor.id or 0, code)
    except Mistake as mistake:
        assert str(mistake) == WRONG, "the same whatever was wrong"
        return False
    return True


def test_a_code_of_the_app_works_once_and_none_from_before_it(school: School) -> None:
    secret, _ = set_up(school, school.head)
    with later(school) as work:
        before, now, after, late = (code_at(secret, work, seconds) for seconds in (-30, 0, 30, 90))
    assert not uses(school, school.head, late)
    assert uses(school, school.head, f" {now[:3]} {now[3:]} ")
    assert not uses(school, school.head, now), "replayed"
    assert not uses(school, school.head, before), "an older one that somebody saw"
    assert uses(school, school.head, after)
    assert not any(uses(school, school.head, typed) for typed in ("", "000", "abcdef", "x" * 100, "٣" * 6))


def test_two_who_send_the_same_code_at_once_are_not_both_let_in(school: School) -> None:
    secret, _ = set_up(school, school.head)
    with later(school) as work:
        code = code_at(secret, work)
    told: list[bool] = []
    at_once(*(lambda: told.append(uses(school, school.head, code)) for _ in range(6)))
    assert sorted(told) == [False] * 5 + [True]


def test_each_recovery_code_works_once_for_its_owner(school: School) -> None:
    _, codes = set_up(school, school.head)
    assert len(set(codes)) == 10
    set_up(school, school.teacher)
    assert not uses(school, school.teacher, codes[0])
    assert uses(school, school.head, codes[0].upper())
    assert not uses(school, school.head, codes[0])
    with school.parts.reading() as work:
        assert second_step.codes_left(work, school.head.id) == 9
        kept = [row.code_hash for row in work.session.scalars(select(RecoveryCode))]
        sealed = [row.sealed for row in work.session.scalars(select(AuthenticatorApp))]
    assert not any(code.replace("-", "") in str(kept) for code in codes) and len(sealed) == 2
    with school.parts.work() as work:
        fresh = second_step.new_codes(work, school.head)
    assert not uses(school, school.head, codes[1]) and uses(school, school.head, fresh[0])


def test_the_secret_is_sealed_for_its_owner(school: School) -> None:
    secret, _ = set_up(school, school.head)
    with school.parts.reading() as work:
        app = work.session.get_one(AuthenticatorApp, school.head.id)
        assert secret.encode() not in app.sealed + app.wrapped_key


def test_between_password_and_second_step_there_is_no_sign_in(school: School) -> None:
    secret, _ = set_up(school, school.head)
    with school.parts.work() as work:
        recognised = signing_in.recognise(work, email(Role.ASSISTANT_HEAD), PASSWORD)
        token = half_sign_ins.begin(work, recognised, shared=True)
    assert not holds(school, token), "law 3: it is a token of nothing else"
    with later(school, minutes=10, seconds=1) as work, pytest.raises(Mistake, match="too long"):
        half_sign_ins.get(work, token)
    with school.parts.work() as work:
        second_step.use(work, school.head.id or 0, code_at(secret, work))
        full, user = half_sign_ins.finish(work, half_sign_ins.get(work, token), "Chrome on Android")
    assert holds(school, full) and user.id == school.head.id and rows(school, HalfSignIn) == 0
    assert not holds(school, full, minutes=16), "the tick for a shared computer is kept"


@pytest.mark.parametrize("how", ["kept out", "password"])
def test_who_is_shut_out_meanwhile_does_not_finish(school: School, how: str) -> None:
    set_up(school, school.head)
    with school.parts.work() as work:
        recognised = signing_in.recognise(work, email(Role.ASSISTANT_HEAD), PASSWORD)
        token = half_sign_ins.begin(work, recognised, shared=False)
    with school.parts.work() as work:
        admin, head = school.people[Role.ADMINISTRATOR], school.head.id or 0
        if how == "password":
            staff.set_password(work, admin, head, "four other words here")
        else:
            staff.set_active(work, admin, head, False)
    with school.parts.reading() as work:
        assert half_sign_ins.find(work, token) is None


def test_an_administrator_resets_it_and_the_person_is_told_and_signed_out(school: School) -> None:
    set_up(school, school.head)
    token, admin = sign_in(school, email(Role.ASSISTANT_HEAD)), school.people[Role.ADMINISTRATOR]
    set_up(school, admin)
    with school.parts.work() as work:
        with pytest.raises(Mistake, match="your own"):
            second_step.reset(work, admin, admin.id or 0)
        with pytest.raises(NotFound):
            second_step.reset(work, admin, school.teacher.id or 0)
        second_step.reset(work, admin, school.head.id or 0)
    assert not holds(school, token)
    with school.parts.reading() as work:
        assert not second_step.is_set_up(work, school.head.id)
        told = work.session.scalars(select(NewsRow.user_id).where(NewsRow.news == News.SECOND_STEP_RESET))
        assert list(told) == [school.head.id]


def test_it_is_asked_by_the_roles_of_the_day(school: School) -> None:
    with school.parts.work() as work:
        sign_in_rules.ask_second_step(work, school.people[Role.ADMINISTRATOR], {Role.ASSISTANT_HEAD})
        acting = Actor(school.teacher.id, Role.TEACHER, frozenset({Role.ASSISTANT_HEAD}))
        asked = [second_step.is_lacking(work, one) for one in (school.head, school.teacher, acting)]
        with pytest.raises(Mistake):
            sign_in_rules.ask_second_step(work, school.people[Role.ADMINISTRATOR], {Role.SYSTEM})
    assert asked == [True, False, True]
    set_up(school, school.head)
    with school.parts.reading() as work:
        assert not second_step.is_lacking(work, school.head)


def test_guessing_codes_is_slowed_down(school: School) -> None:
    with school.parts.work() as work:
        head = work.session.get_one(User, school.head.id)
        for _ in range(5):
            throttling.second_step(work, head, Caller("203.0.113.7"))
        with pytest.raises(TooSoon):
            throttling.second_step(work, head, Caller("203.0.113.8"))
