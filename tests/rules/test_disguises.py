"""Names that were written so that a search would not find them, and slips of the keys."""

import pytest

from moderation.rules.caption import check_words
from moderation.rules.findings import Kind
from moderation.rules.names import Roll, RollEntry

ROLL = Roll.build([RollEntry("p1", "Sophie", "Quillon"), RollEntry("p2", "Niamh", "Farr")])


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("S0phie won the race.", "S0phie"),
        ("50ph1e won the race.", "50ph1e"),
        ("Well done Ⓢⓞⓟⓗⓘⓔ!", "Ⓢⓞⓟⓗⓘⓔ"),
        ("Well done Ｓｏｐｈｉｅ!", "Ｓｏｐｈｉｅ"),
        ("Well done 𝐒𝐨𝐩𝐡𝐢𝐞!", "𝐒𝐨𝐩𝐡𝐢𝐞"),
        ("Well done \u202eeihpoS\u202c!", "eihpoS"),
        ("Well done TEAMSOPHIE", "SOPHIE"),
        ("Well done Sophei!", "Sophei"),
        ("Sofie baked a cake with her gran.", "Sofie"),
        ("Niahm and her pony came third.", "Niahm"),
        ("Miss Sophie stole the show in our nativity.", "Sophie"),
        ("Dr Sophie and her teddy clinic.", "Sophie"),
    ],
)
def test_a_disguised_name_is_at_least_a_question(text: str, part: str) -> None:
    assert [text[hit.start : hit.end] for hit in check_words(text, ROLL)] == [part]


@pytest.mark.parametrize(
    "text",
    ["Room S0 is closed.", "The code is 50p.", "A sofa for the den.", "\u202eemoclew\u202c", "SAFEGUARDING MATTERS"],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert check_words(text, ROLL) == []


def test_a_house_in_a_street_is_a_detail_and_a_street_alone_is_none() -> None:
    (hit,) = check_words("The party is at 14 Larch Avenue, Oakfield SK7 9QX, from three.", None)
    assert (hit.kind, hit.end - hit.start) == (Kind.TEXT_PERSONAL, len("14 Larch Avenue, Oakfield SK7 9QX"))
    assert check_words("Larch Avenue is closed, and so is the Year 6 Bridge Street walk.", None) == []
