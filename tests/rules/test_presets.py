"""Each kind of policy as a ready setting: a scenario walks what it says about who may appear."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from moderation.rules.consent import (
    Because,
    Facts,
    Giver,
    Medium,
    Occasion,
    PersonKind,
    Purpose,
    Record,
    Word,
    may_appear,
)
from moderation.rules.presets import PRESETS, RECOMMENDED, Ages, protected_until

DAY = date(2026, 6, 10)
PUPIL, COLLEAGUE, GOVERNOR = Facts(), Facts(PersonKind.STAFF), Facts(PersonKind.ADULT)
PARENT = Record(Word.GRANTED, Giver.PARENT_1, DAY, purpose=Purpose.NEWS)
OWN = Record(Word.GRANTED, Giver.ADULT, DAY, purpose=Purpose.NEWS)
OBJECTION = Record(Word.REFUSED, Giver.CHILD, DAY)


# Some policies name the places where pupils may be shown; elsewhere they are not shown at all.
OWN_PLACES = {"school-accounts": set(Medium) - {Medium.PRESS}, "list-only": {Medium.SOCIAL, Medium.NEWSLETTER}}


def asked(
    preset: str, facts: Facts, *said: Record, out: tuple[date, ...] = (), purpose: Purpose = Purpose.NEWS
) -> Because:
    """The same answer on every kind of place of that policy, or the test fails."""
    answers = {
        may_appear(facts, said, out, Occasion(medium, 1, purpose, DAY), PRESETS[preset].standards).because
        for medium in OWN_PLACES.get(preset, Medium)
    }
    (answer,) = answers
    return answer


@pytest.mark.parametrize("preset", PRESETS)
def test_no_setting_lets_anybody_appear_against_the_list_an_objection_or_their_wish_of_the_day(preset: str) -> None:
    for facts, yes in ((PUPIL, PARENT), (COLLEAGUE, OWN), (GOVERNOR, OWN)):
        listed = Facts(facts.kind, no_publish=True)
        assert asked(preset, listed, yes) is Because.LISTED
        assert asked(preset, facts, yes, OBJECTION) is Because.REFUSED
        assert asked(preset, facts, yes, out=(DAY,)) is Because.ASKED


@pytest.mark.parametrize("preset", [RECOMMENDED, "school-accounts", "parents-first"])
def test_pupils_need_a_parent_and_colleagues_and_governors_their_own_word(preset: str) -> None:
    assert asked(preset, PUPIL) is Because.NO_RECORD
    assert asked(preset, PUPIL, PARENT) is Because.GRANTED
    for facts in (COLLEAGUE, GOVERNOR):
        assert asked(preset, facts, PARENT) is Because.NO_RECORD
        assert asked(preset, facts, OWN) is Because.GRANTED


@pytest.mark.parametrize("preset", [RECOMMENDED, "staff-rules", "school-accounts", "parents-first", "declaration"])
def test_a_permission_holds_for_the_purpose_that_it_states(preset: str) -> None:
    assert asked(preset, COLLEAGUE, OWN, purpose=Purpose.PROMOTION) is Because.NO_RECORD


@pytest.mark.parametrize("preset", ["staff-rules", "declaration"])
def test_no_pictures_of_pupils_at_all_whatever_their_parents_say(preset: str) -> None:
    assert asked(preset, PUPIL, PARENT) is Because.NEVER
    assert asked(preset, COLLEAGUE, OWN) is Because.GRANTED


@pytest.mark.parametrize(("preset", "places"), OWN_PLACES.items())
def test_pupils_are_shown_nowhere_but_where_the_policy_says(preset: str, places: set[Medium]) -> None:
    for medium in set(Medium) - places:
        answer = may_appear(PUPIL, [PARENT], (), Occasion(medium, 1, Purpose.NEWS, DAY), PRESETS[preset].standards)
        assert answer.because is Because.NEVER


def test_the_recommended_setting_asks_families_again_every_year() -> None:
    last_year = replace(PARENT, starts=DAY.replace(year=DAY.year - 1))
    assert asked(RECOMMENDED, PUPIL, last_year) is Because.NO_RECORD
    assert asked(RECOMMENDED, PUPIL, replace(last_year, starts=last_year.starts + timedelta(days=1))) is Because.GRANTED
    assert asked("parents-first", PUPIL, last_year) is Because.GRANTED


def test_parents_first_protects_past_pupils_too() -> None:
    leaver = Facts(left=True, protected_until=DAY)
    assert asked("parents-first", leaver) is Because.NO_RECORD
    assert asked("parents-first", Facts(no_publish=True, left=True, protected_until=DAY), PARENT) is Because.LISTED


def test_a_declaration_shows_no_leaver_either_until_their_protection_ends() -> None:
    assert asked("declaration", Facts(left=True, protected_until=DAY), PARENT) is Because.NEVER
    grown_up = Facts(left=True, protected_until=DAY - timedelta(days=1))
    assert asked("declaration", grown_up, OWN) is Because.GRANTED


def test_list_only_lets_everybody_appear_who_is_on_no_list() -> None:
    for facts in (PUPIL, COLLEAGUE, GOVERNOR):
        assert asked("list-only", facts) is Because.LIST_ONLY
        assert asked("list-only", facts, purpose=Purpose.PROMOTION) is Because.LIST_ONLY


@pytest.mark.parametrize(
    ("preset", "everybody", "looked_after", "special_needs"),
    [
        ("declaration", 19, 21, 24),
        ("parents-first", 19, 21, 24),
        ("list-only", 18, 18, 18),
        ("staff-rules", 18, 21, 24),
    ],
)
def test_how_long_somebody_is_protected(preset: str, everybody: int, looked_after: int, special_needs: int) -> None:
    born, ages = date(2010, 6, 10), PRESETS[preset].ages
    assert protected_until(born, ages) == date(2010 + everybody, 6, 9)
    assert protected_until(born, ages, looked_after=True) == date(2010 + looked_after, 6, 9)
    assert protected_until(born, ages, looked_after=True, special_needs=True) == date(2010 + special_needs, 6, 9)


def test_a_birthday_in_a_leap_year_ends_on_the_last_day_of_february() -> None:
    assert protected_until(date(2008, 2, 29), Ages(18, 18, 18)) == date(2026, 2, 28)
