"""Who keeps guessing waits longer and longer; nobody waits for good; the sentence tells how long and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.browsers import called
from moderation.rules.throttling import (
    ALLOWANCES,
    FORGOTTEN_AFTER,
    Tally,
    Tried,
    counted,
    place,
    sentence,
    still_to_wait,
    wait_after,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
NOTHING = timedelta(0)


@pytest.mark.parametrize("tried", Tried)
def test_the_first_tries_are_free_then_the_wait_doubles_up_to_the_longest(tried: Tried) -> None:
    allowance = ALLOWANCES[tried]
    assert [wait_after(tried, number) for number in range(allowance.free)] == [NOTHING] * allowance.free
    waits = [wait_after(tried, number) for number in range(allowance.free, 200)]
    assert waits[:3] == [allowance.first, 2 * allowance.first, 4 * allowance.first]
    assert waits == sorted(waits) and max(waits) == allowance.longest <= timedelta(hours=1), "never for good"


@given(st.sampled_from(Tried), st.integers(0, 10**9), st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_no_number_of_tries_and_no_clock_makes_the_wait_longer_than_the_rule(
    tried: Tried, failures: int, ago: timedelta
) -> None:
    wait = still_to_wait(tried, Tally(failures, NOW - ago), NOW)
    assert NOTHING <= wait <= wait_after(tried, failures) <= ALLOWANCES[tried].longest
    after = still_to_wait(tried, Tally(failures, NOW - ago), NOW + wait)
    assert after == NOTHING or ago < NOTHING, "whoever waited as long as was said may try"


@pytest.mark.parametrize("tried", Tried)
def test_whoever_guesses_all_day_gets_few_guesses(tried: Tried) -> None:
    """Each try at the first moment at which it is allowed."""
    now, tally, tries = NOW, None, 0
    while now < NOW + timedelta(days=1):
        now += still_to_wait(tried, tally, now)
        tally, tries = counted(tally, now), tries + 1
        now += timedelta(milliseconds=1)
    most = {Tried.SECOND: 40, Tried.SECOND_ON_DEVICE: 120, Tried.PASSWORD: 120, Tried.ADDRESS: 140}
    assert tries <= most.get(tried, 310)


def test_tries_are_forgotten_after_a_day_without_one() -> None:
    tally = Tally(50, NOW)
    assert counted(tally, NOW + FORGOTTEN_AFTER - timedelta(seconds=1)).failures == 51
    assert counted(tally, NOW + FORGOTTEN_AFTER).failures == 1
    assert still_to_wait(Tried.PASSWORD, tally, NOW + FORGOTTEN_AFTER) == NOTHING
    assert counted(None, NOW) == Tally(1, NOW)


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(milliseconds=1), "1 second"),
        (timedelta(seconds=15), "15 seconds"),
        (timedelta(seconds=14.2), "15 seconds"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(seconds=61), "2 minutes"),
        (timedelta(hours=1), "60 minutes"),
    ],
)
def test_the_sentence_says_how_long_rounded_up(wait: timedelta, said: str) -> None:
    assert sentence(wait, Tried.PASSWORD) == f"Too many wrong tries. Wait {said}, then try again."


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2%eth0", "2001:db8:1:2::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_a_household_counts_as_one_place_and_this_machine_as_none(address: str, where: str) -> None:
    assert place(address) == where


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Version/18.1 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/131.0 Safari/537.36", "Chrome on Chromebook"),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, name: str) -> None:
    assert called(agent) == name
