"""Guessing is slowed down whether an account exists or not; nobody is locked out by the guesses of others."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from moderation.db.models import KnownDevice, WrongTries
from moderation.rules.roles import Role
from moderation.rules.throttling import ALLOWANCES, Tried
from moderation.services import known_devices, staff, throttling
from moderation.services.throttling import Caller, TooSoon
from tests.builders import School, email
from tests.racing import at_once
from tests.services.moments import later, rows
from workers import sweep

HEAD = email(Role.ASSISTANT_HEAD)
ELSEWHERE = Caller("203.0.113.7")
FREE = ALLOWANCES[Tried.PASSWORD].free


def wrong(school: School, address: str = HEAD, caller: Caller = ELSEWHERE, **passed: float) -> str:
    """What a wrong try is told: nothing, or to wait."""
    try:
        with later(school, **passed) as work:
            throttling.password(work, address, caller)
    except TooSoon as told:
        return str(told)
    return ""


def known(school: School, role: Role = Role.ASSISTANT_HEAD) -> Caller:
    with school.parts.work() as work:
        return Caller(
            "198.51.100.4", known_devices.remember(work, school.people[role].id or 0, "", "Chrome on Android")
        )


@pytest.mark.parametrize("address", [HEAD, "nobody@school.example", ""])
def test_known_and_unknown_accounts_are_counted_and_told_alike(school: School, address: str) -> None:
    told = [wrong(school, address) for _ in range(FREE + 1)]
    assert told == [""] * FREE + ["Too many wrong tries. Wait 15 seconds, then try again."]
    assert wrong(school, f" {address.upper()} ").startswith("Too many"), "as it is typed makes no difference"
    assert wrong(school, address, seconds=16) == "", "one more try"
    assert wrong(school, address, seconds=17).startswith("Too many wrong tries. Wait 29")


def test_a_try_that_has_to_wait_makes_the_wait_no_longer(school: School) -> None:
    told = [wrong(school) for _ in range(FREE + 50)]
    waits = [int(one.removeprefix("Too many wrong tries. Wait ").split()[0]) for one in told[FREE:]]
    assert max(waits) == waits[0], "it only gets shorter, as the seconds pass"
    assert wrong(school, seconds=16) == ""


def test_guesses_at_many_accounts_from_one_place_are_slowed_down_too(school: School) -> None:
    free = ALLOWANCES[Tried.ADDRESS].free
    told = [wrong(school, f"teacher{number}@school.example") for number in range(free + 1)]
    assert told[:free] == [""] * free and told[-1].startswith("Too many")
    assert wrong(school, caller=Caller("203.0.113.8")) == "", "from another place it goes on"
    assert wrong(school, caller=Caller("127.0.0.1")) == "", "this machine is no place: behind a proxy it is everybody"


def test_nobody_is_locked_out_by_the_guesses_of_others(school: School) -> None:
    phone = known(school)
    for _ in range(FREE + 5):
        wrong(school)
    assert wrong(school).startswith("Too many")
    assert wrong(school, caller=phone) == "", "the head's own phone keeps its allowance"
    stranger = known(school, Role.TEACHER)
    assert wrong(school, caller=stranger).startswith("Too many"), "a device is known for whoever signed in on it alone"
    made_up = Caller("203.0.113.9", "x" * 43)
    assert wrong(school, caller=made_up).startswith("Too many")


def test_a_known_device_has_no_endless_allowance(school: School) -> None:
    phone = known(school)
    free = ALLOWANCES[Tried.PASSWORD_ON_DEVICE].free
    told = [wrong(school, caller=phone) for _ in range(free + 1)]
    assert told[:free] == [""] * free and told[-1].startswith("Too many")
    assert wrong(school, caller=ELSEWHERE) == "", "and costs others nothing"


def test_the_right_password_starts_the_account_anew_and_gives_the_place_one_try_back(school: School) -> None:
    for _ in range(FREE - 1):
        wrong(school)
    with school.parts.work() as work:
        attempt = throttling.password(work, HEAD, ELSEWHERE)
    with school.parts.work() as work:
        throttling.right(work, attempt)
        left = {row.tried: row.failures for row in work.session.scalars(select(WrongTries))}
    assert left == {Tried.PASSWORD: 0, Tried.ADDRESS: FREE - 1}


def test_twenty_at_once_are_not_more_than_one_after_the_other(school: School) -> None:
    told: list[str] = []

    def attempt() -> Callable[[], None]:
        return lambda: told.append(wrong(school))

    assert at_once(*(attempt() for _ in range(20))) == ["done"] * 20
    assert sorted(bool(sentence) for sentence in told) == [False] * FREE + [True] * (20 - FREE)


def test_the_table_tells_nobody_whose_tries_they_were(school: School) -> None:
    wrong(school)
    with school.parts.reading() as work:
        kept = " ".join(row.key for row in work.session.scalars(select(WrongTries)))
    assert HEAD not in kept and "203.0.113.7" not in kept and len(kept) == 2 * 64 + 1


def test_what_is_old_is_forgotten_by_the_sweep(school: School) -> None:
    phone = known(school)
    wrong(school, caller=phone)
    with school.parts.work() as work:
        for row in work.session.scalars(select(WrongTries)):
            row.last_at -= throttling.FORGOTTEN_AFTER
        work.session.scalars(select(KnownDevice)).one().seen_at -= known_devices.FORGOTTEN_AFTER
    sweep.tidy(school.parts)
    assert rows(school, WrongTries) == rows(school, KnownDevice) == 0


def test_a_new_password_forgets_the_devices_of_the_old_one(school: School) -> None:
    known(school), known(school, Role.TEACHER)
    with school.parts.work() as work:
        staff.set_password(work, school.people[Role.ADMINISTRATOR], school.head.id or 0, "four other words here")
    assert rows(school, KnownDevice) == 1
