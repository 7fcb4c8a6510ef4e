"""A name that is also a word is asked about where a person is meant, and left alone where the word is."""

import pytest

from moderation.rules.caption import check_words
from moderation.rules.names import Roll, RollEntry

_PEOPLE = ("Grace Bell", "Hope Hall", "Melody Hunter", "Will Page", "Rose Little", "Olivia Fisher", "Noah Webb")
ROLL = Roll.build([RollEntry(name, *name.split()) for name in _PEOPLE])


def _underlined(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in check_words(text, ROLL)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Grace embroidered a cushion.", "Grace"),
        ("Hope really enjoyed it.", "Hope"),
        ("Rose cannot wait.", "Rose"),
        ("Melody playing in the hall.", "Melody"),
        ("Amazing, Will!", "Will"),
        ("“It was brill!” – Rose", "Rose"),
        ("Hope (left) with the cup.", "Hope"),
        ("Will (Year 3) drew this.", "Will (Year 3)"),
        ("well done will", "will"),
        ("Hunter saved a penalty.", "Hunter"),
        ("Goalkeeper Bell kept a clean sheet.", "Bell"),
        ("Scorers: Bell, Hall 2, Little", "Bell Hall Little"),
        ("Goals for Webb and Hunter.", "Webb Hunter"),
        ("G Bell ran the relay.", "G Bell"),
    ],
)
def test_a_person_is_asked_about(text: str, names: str) -> None:
    assert " ".join(_underlined(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Rose petals went into our potions.",
        "Hope, courage and kindness are our values.",
        "Hope you all have a restful break.",
        "Ms Hope, our SENCo, has a new address.",
        "Will there be cake?",
        "Hunter Lane will be closed.",
        "Hall Lane will be closed.",
        "Melody the therapy dog had a bath.",
        "Group B Hall times.",
    ],
)
def test_a_word_is_left_alone(text: str) -> None:
    assert _underlined(text) == []


def test_a_birthday_is_a_detail_if_it_is_that_of_somebody_on_the_roll() -> None:
    assert _underlined("Noah's birthday is on 12 March.") == ["Noah", "birthday is on 12 March"]
    assert _underlined("Shakespeare's birthday is on 23 April.") == []
    assert _underlined("She turned eight yesterday.") == ["turned eight yesterday"]
