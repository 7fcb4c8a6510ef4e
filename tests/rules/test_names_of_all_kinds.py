"""Staff, places, names in any script, and rolls with rows as schools have them."""

import time

import pytest

from moderation.rules.findings import Kind
from moderation.rules.names import Context, Roll, RollEntry, titled_names

STAFF = Roll.build(
    [
        RollEntry("s1", "Daniel", "Whitcombe", staff=True),
        RollEntry("s2", "Grace", "Green", staff=True),
        RollEntry("p1", "Daisy", "Whitcombe"),
        RollEntry("p2", "Jack", "Green"),
        RollEntry("p3", "Daniel", "Okonkwo"),
    ]
)


@pytest.mark.parametrize(
    ("text", "kind", "who"),
    [
        ("Daniel Whitcombe taught us", Kind.NAME_STAFF, "s1"),
        ("Signed Mr D. Whitcombe", Kind.NAME_STAFF, "s1"),
        ("Thank you, Mr Whitcombe", Kind.NAME_STAFF, "s1"),
        ("WHITCOMBE, Daniel", Kind.NAME_STAFF, "s1"),
        ("D. Whitcombe", Kind.NAME_MATCH, "p1"),
        ("Daisy Whitcombe won", Kind.NAME_MATCH, "p1"),
        ("Daniel won", Kind.NAME_MATCH, "p3"),
        ("Okonkwo won", Kind.NAME_POSSIBLE, "p3"),
        ("Miss Green and her class", Kind.NAME_STAFF, "s2"),
    ],
)
def test_staff_are_noted_by_both_names_or_a_title_and_a_pupils_name_stays_the_pupils(
    text: str, kind: Kind, who: str
) -> None:
    (hit,) = STAFF.find(text)
    assert (hit.kind, hit.subjects) == (kind, (who,))


def test_a_forename_that_only_staff_have_is_no_name_on_the_roll() -> None:
    assert STAFF.find("Awarded to Grace", Context.SLOT) == []


def test_a_titled_name_on_the_roll_of_staff_is_no_question_any_more() -> None:
    assert titled_names("Mr D. Whitcombe, Miss Hargreaves", STAFF) == [(17, 32)]


READ = Roll.build(
    [RollEntry("p1", "Marnie", "Clarke"), RollEntry("p2", "Isla", "Quill"), RollEntry("p3", "Owen", "Rowe")]
)


@pytest.mark.parametrize(
    ("text", "kind", "who"),
    [
        ("Mamie Clarke", Kind.NAME_MATCH, "p1"),
        ("Mamie", Kind.NAME_POSSIBLE, "p1"),
        ("Marnie darke", Kind.NAME_MATCH, "p1"),
        ("lsla Quill", Kind.NAME_POSSIBLE, "p2"),
        ("lsla", Kind.NAME_POSSIBLE, "p2"),
        ("Ovven", Kind.NAME_POSSIBLE, "p3"),
    ],
)
def test_letters_that_look_alike_are_told_apart_by_a_person(text: str, kind: Kind, who: str) -> None:
    (hit,) = READ.find(text, Context.PICTURE)
    assert (hit.kind, hit.subjects) == (kind, (who,))
    assert READ.find(text.split()[0]) == [] or text.startswith("Marnie"), "in typed words letters are what they are"


SCRIPTS = Roll.build(
    [
        RollEntry("c1", "小明", "王"),
        RollEntry("c2", "李娜", ""),
        RollEntry("a1", "محمد", "الأحمد"),
        RollEntry("r1", "Святослав", "Йовович"),
        RollEntry("h1", "अर्जुन", "शर्मा"),
        RollEntry("t1", "วิชัย", "ใจดี"),
        RollEntry("p1", "Zoë", "O'Brien"),
    ]
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("今天王小明得奖了", [("王小明", "c1")]),
        ("小明 王", [("小明", "c1")]),
        ("祝贺小明和李娜！", [("小明", "c1"), ("李娜", "c2")]),
        ("王老师", []),
        ("فاز محمد الأحمد بالجائزة", [("محمد الأحمد", "a1")]),
        ("فاز ‫مُحَمَّد‬ اليوم", [("مُحَمَّد", "a1")]),
        ("СВЯТОСЛАВ Йовович победил", [("СВЯТОСЛАВ Йовович", "r1")]),
        ("बधाई हो अर्जुन शर्मा!", [("अर्जुन शर्मा", "h1")]),
        ("ยินดีกับวิชัยด้วย", [("วิชัย", "t1")]),
        ("🎉王小明🎉Zoë🎉", [("王小明", "c1"), ("Zoë", "p1")]),
        ("Zoë王小明", [("Zoë", "p1"), ("王小明", "c1")]),
        ("‮Zoë‬ محمد 👩🏽‍🏫 Zoë", [("Zoë", "p1"), ("محمد", "a1"), ("Zoë", "p1")]),
    ],
)
def test_names_in_any_script_are_found_as_they_stand_on_the_roll(text: str, names: list[tuple[str, str]]) -> None:
    hits = SCRIPTS.find(text)
    assert [(text[hit.start : hit.end].strip("\u202c"), hit.subjects[0]) for hit in hits] == names
    assert all(hit.kind is Kind.NAME_MATCH for hit in hits)


PLACES = Roll.build(
    [RollEntry("p1", "Rose", "Hill"), RollEntry("p2", "Grace", "Park"), RollEntry("p3", "Matteo", "Mark")]
)


@pytest.mark.parametrize("context", [Context.TYPED, Context.PICTURE])
@pytest.mark.parametrize(
    "text",
    [
        "We walked to Rose Hill Park",
        "Grace Hospital",
        "Mark Street",
        "Matteo House",
        "Matteo Mark Trust",
        "Hill Primary School",
        "They met at Grace Park Gardens",
    ],
)
def test_a_name_before_park_street_or_school_is_a_question_at_most(text: str, context: Context) -> None:
    sure = [text[hit.start : hit.end] for hit in PLACES.find(text, context) if hit.kind is Kind.NAME_MATCH]
    assert sure == (["Matteo Mark"] if "Matteo Mark" in text else []), "a full name that is no word stays one"


def test_two_pupils_of_one_name_are_both_named() -> None:
    roll = Roll.build([RollEntry("p2", "Zoë", "O'Brien"), RollEntry("p1", "Zoe", "OBrien")])
    (hit,) = roll.find("Well done Zoë O'Brien")
    assert (hit.kind, hit.subjects) == (Kind.NAME_MATCH, ("p1", "p2"))
    assert "2 people" in hit.evidence


def test_a_row_of_one_name_only_is_looked_for_by_it() -> None:
    roll = Roll.build([RollEntry("p1", "Sukarno", ""), RollEntry("p2", "", "Teale"), RollEntry("p3", "", "", "Bex")])
    assert [hit.subjects for hit in roll.find("Sukarno, Teale and Bex")] == [("p1",), ("p2",), ("p3",)]


@pytest.mark.parametrize("unit", ["王小明", "王", "م ", "👩🏽\u200d🏫", "วิ", "\u202e"])
def test_sixty_thousand_signs_of_any_script_take_bounded_time(unit: str) -> None:
    start = time.process_time()
    SCRIPTS.find((unit * 60_000)[:60_000])
    assert time.process_time() - start < 4


def test_another_name_of_staff_that_is_a_pupils_forename_is_the_pupils() -> None:
    roll = Roll.build([RollEntry("s1", "Zoë", "Quill", staff=True, aliases=("Zed",)), RollEntry("p1", "Zed", "Ford")])
    assert [(hit.kind, hit.subjects) for hit in roll.find("Zed won")] == [(Kind.NAME_MATCH, ("p1",))]
