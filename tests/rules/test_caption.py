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
        ("watch youtube.com/watch?v=abc now", "youtube.com/watch?v=abc", "web address"),
        ("zoe (at) mail.example.org", "zoe (at) mail.example.org", "e-mail"),
        ("Dad in Dublin: +353 1 496 0123", "+353 1 496 0123", "phone"),
        ("00 353 1 496 0123", "00 353 1 496 0123", "phone"),
        ("born May 3rd, 2016", "born May 3rd, 2016", "date of birth"),
        ("DOB 2016-05-03", "DOB 2016-05-03", "date of birth"),
        ("her birthday is on the 3rd of May", "her birthday is on the 3rd of May", "date of birth"),
        ("parked: AB12 CDE", "AB12 CDE", "number plate"),
        ("PARKED A123BCD", "A123BCD", "number plate"),
        ("the car ab12cde", "ab12cde", "number plate"),
        ("number plate GHK 4", "GHK 4", "number plate"),
        ("reg: A12 BCD", "A12 BCD", "number plate"),
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
        "Roald Dahl was born on 13 September 1916",
        "the King’s birthday is on 14 November",
        "IMG_20260504_101322.jpg at 2026-03-14 15.32.10",
        "AS12 and BTEC, a car in bay 12",
        "Year 4. Come and see it.Now",
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


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Proud! #WellDoneZoe", "Zoe"),
        ("#welldonezoe", "zoe"),
        ("#zoeobrien", "zoeobrien"),
        ("#goodluckgrace", "grace"),
        ("IMG_zoe_obrien.jpg", "zoe_obrien"),
        ("zoeobrien.jpg", "zoeobrien"),
        ("happybirthdayzoe.heic", "zoe"),
        ("#zoewon", "zoe"),
        ("We will miss Zoë", "Zoë"),
        ("WE WILL MISS ZOË", "ZOË"),
        ("Come with your sister Zoë", "Zoë"),
        ("Z\u043e\u00eb won", "Z\u043e\u00eb"),
        ("z\u1d0f\u1d07 won", "z\u1d0f\u1d07"),
        ("Look at Graces poem", "Graces"),
        ("👍🏽 Zoe\u0308 won", "Zoe\u0308"),
        ("\u202bZoë\u202c فازت", "Zoë"),
    ],
)
def test_names_are_found_in_tags_file_names_and_beside_any_signs(text: str, part: str) -> None:
    (hit,) = check_words(text, ROLL)
    assert text[hit.start : hit.end].strip("\u202c") == part
    assert hit.subjects


@pytest.mark.parametrize("text", ["#welldoneyear6", "#gracious", "amazing.jpg", "zoetrope.png", "#OddSocksDay"])
def test_tags_and_file_names_of_everyday_words_are_not(text: str) -> None:
    assert check_words(text, ROLL) == []


@pytest.mark.parametrize("text", ["Zoë O'Brien (4B)", "Year 4: Zoë", "4B's Zoë", "Zoë, who is in 4B,"])
def test_a_class_with_the_name_is_a_stronger_reason(text: str) -> None:
    (hit,) = check_words(text, ROLL)
    assert "says which class" in hit.evidence


def test_a_class_beside_a_word_makes_it_a_name() -> None:
    assert [hit.kind for hit in check_words("Everyone clapped when Grace spoke", ROLL)] == [Kind.NAME_POSSIBLE]
    assert [hit.kind for hit in check_words("Everyone clapped when Grace (4B) spoke", ROLL)] == [Kind.NAME_MATCH]
    assert "class" not in check_words("Zoë won. Year 4 were there.", ROLL)[0].evidence


def test_somebody_in_a_story_stays_a_pupil_when_surname_or_deed_says_so() -> None:
    roll = Roll.build(
        [RollEntry("p1", "Harry", "Potter"), RollEntry("p2", "Adam", "Reed"), RollEntry("p3", "May", "Li")]
    )
    assert len(check_words("Harry Potter won the race", roll)) == 1
    assert check_words("We read about Adam and Eve", roll) == []
    assert len(check_words("Adam and Eva won", roll)) == 1
    assert check_words("On 3 May we met; May half-term is near", roll) == []
    assert len(check_words("May said it was fun", roll)) == 1


ALSO_PLACES_AND_TIMES = Roll.build(
    RollEntry(name.casefold(), name, "Quill")
    for name in (
        *("Georgia", "Jordan", "Daniel", "Oliver", "Felix", "Simon", "Noah", "Zoë"),
        *("April", "May", "June", "Summer", "Hope", "Madeleine"),
    )
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Georgia moved to Wales", "Georgia"),
        ("Georgia visited London", "Georgia"),
        ("Well done Jordan from Wales", "Jordan"),
        ("The team cheered for Jordan", "Jordan"),
        ("Class Lions went out. Daniel is over there", "Daniel"),
        ("Daniel and the team won", "Daniel"),
        ("Noah and the team won", "Noah"),
        ("Simon says he loved the trip", "Simon"),
        ("Oliver! We are proud", "Oliver"),
        ("Oliver! you did it", "Oliver"),
        ("Felix the donkey led the way", "Felix"),
        ("Zoë School Captain", "Zoë"),
        ("Maddie Wins Gold", "Maddie"),
        ("April and May won prizes", "April May"),
        ("Well done to June and April", "June April"),
        ("So proud of May", "May"),
        ("by May", "May"),
        ("Summer is our star of the week", "Summer"),
        ("Hope is a star", "Hope"),
        ("Hope has read 100 books", "Hope"),
    ],
)
def test_a_pupil_who_does_or_gets_something_is_never_a_place_a_time_or_a_story(text: str, names: str) -> None:
    hits = check_words(text, ALSO_PLACES_AND_TIMES)
    assert " ".join(text[hit.start : hit.end] for hit in hits) == names


@pytest.mark.parametrize(
    "text",
    [
        "A letter from our school in Georgia and one from Wales",
        "The bus to Jordan",
        "Daniel stepped into the den of lions in our assembly story.",
        "Noah and the ark",
        "Oliver! runs until Saturday.",
        "Between April and May the pond fills with tadpoles.",
        "From April to June our gates close at four.",
        "By May the beans were tall",
    ],
)
def test_places_times_and_stories_are_left_alone(text: str) -> None:
    assert check_words(text, ALSO_PLACES_AND_TIMES) == []


def test_an_empty_roll_finds_no_name_and_still_the_details() -> None:
    assert [hit.kind for hit in check_words("Zoë: 07700 900123", Roll.build([]))] == [Kind.TEXT_PERSONAL]


def test_without_a_roll_details_are_still_found() -> None:
    assert [hit.kind for hit in check_words("Zoë: 07700 900123", None)] == [Kind.TEXT_PERSONAL]


@given(st.text(max_size=300))
def test_any_text_is_answered_with_places_inside_it(text: str) -> None:
    assert all(0 <= hit.start < hit.end <= len(text) for hit in check_words(text, ROLL))


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "0",
        "@",
        "a@",
        "a.",
        "0 ",
        "(0",
        "+44",
        "dob ",
        "1/",
        "www.",
        "@a",
        "a-",
        "SW1A ",
        "born 1/1/",
        "#zoe",
        "zoeobrien ",
        "#abcdefghijklmnopqrs ",
        "a@b.co ",
        "AB12 CDE ",
        "[at]",
        "Zoë (4B) ",
        "👍🏽",
        "e\u0301",
        "شكرا ",
    ],
)
def test_sixty_thousand_characters_take_bounded_time(unit: str) -> None:
    start = time.process_time()
    check_words((unit * 60_000)[:60_000], ROLL)
    assert time.process_time() - start < 4
