"""Typed words that would tell strangers who a child is, or how to reach one, are pointed at."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.rules.caption import check_words, personal_details
from moderation.rules.findings import Kind
from moderation.rules.names import Roll, RollEntry

ROLL = Roll.build([RollEntry("p1", "Zoë", "O'Brien"), RollEntry("p2", "Grace", "Adeyemi")])


@pytest.mark.parametrize(
    ("text", "part", "what"),
    [
        ("Write to zoe.ob+1@mail.example.org.uk today", "zoe.ob+1@mail.example.org.uk", "e-mail"),
        ("Ring 07700 900123 now", "07700 900123", "phone"),
        ("Ring +44 (0)7700 900 123", "+44 (0)7700 900 123", "phone"),
        ("Tel: (020) 7946 0018.", "(020) 7946 0018", "phone"),
        ("01632960001", "01632960001", "phone"),
        ("We live at SW1A 1AA.", "SW1A 1AA", "postcode"),
        ("m1 1ae", "m1 1ae", "postcode"),
        ("DOB: 12/03/2015", "DOB: 12/03/2015", "date of birth"),
        ("born on 3rd March 2016", "born on 3rd March 2016", "date of birth"),
        ("follow @zoe.draws!", "@zoe.draws", "handle"),
        ("see www.example.org/zoe", "www.example.org/zoe", "web address"),
    ],
)
def test_ways_to_reach_or_find_someone_are_personal(text: str, part: str, what: str) -> None:
    (hit,) = personal_details(text)
    assert hit.kind is Kind.TEXT_PERSONAL
    assert text[hit.start : hit.end] == part
    assert what in hit.evidence


@pytest.mark.parametrize(
    "text",
    [
        "Year 6 scored 12 goals on 14/03/2026",
        "Open 9.00-15.30, room B12",
        "Raised £1,234,567.89 in 2025",
        "Tickets 0123",
        "See you @ the fete",
        "5 @ 3",
        "1st 2nd 3rd",
        "A1 paper, M25 traffic",
        "born to run",
    ],
)
def test_everyday_numbers_and_signs_are_not(text: str) -> None:
    assert personal_details(text) == []


def test_names_and_details_come_in_the_order_of_the_text() -> None:
    hits = check_words("Call 07700 900123 for Zoë O'Brien or grace@example.org", ROLL)
    assert [hit.kind for hit in hits] == [Kind.TEXT_PERSONAL, Kind.NAME_MATCH, Kind.TEXT_PERSONAL]
    assert hits[1].subjects == ("p1",)


def test_a_name_inside_an_address_is_told_once() -> None:
    (hit,) = check_words("zoe.obrien@example.org", ROLL)
    assert hit.kind is Kind.TEXT_PERSONAL


def test_without_a_roll_details_are_still_found() -> None:
    assert [hit.kind for hit in check_words("Zoë: 07700 900123", None)] == [Kind.TEXT_PERSONAL]


@given(st.text(max_size=300))
def test_any_text_is_answered_with_places_inside_it(text: str) -> None:
    assert all(0 <= hit.start < hit.end <= len(text) for hit in check_words(text, ROLL))


@pytest.mark.parametrize(
    "unit", ["a", "0", "@", "a@", "a.", "0 ", "(0", "+44", "dob ", "1/", "www.", "@a", "a-", "SW1A ", "born 1/1/"]
)
def test_sixty_thousand_characters_take_bounded_time(unit: str) -> None:
    start = time.process_time()
    check_words((unit * 60_000)[:60_000], ROLL)
    assert time.process_time() - start < 4
