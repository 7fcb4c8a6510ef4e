"""Sensitive topics: whole words, whatever their dress, and where they stand."""

import pytest

from moderation.rules.sensitive import find, parse

WORDS = parse("Ofsted\nexclusion*\nfood bank\nSATs\ndeath\nsafeguard*\nLGBT*\nself-harm\ncafé\nMP")


def found(text: str) -> list[str]:
    return [topic.word for topic in find([("the caption", text)], WORDS)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We had OFSTED in this week", ["Ofsted"]),
        ("Ofsted’s report is out", ["Ofsted"]),
        ("#OfstedOutstanding", ["Ofsted"]),
        ("Two exclusions this term", ["exclusion*"]),
        ("Bring tins for the food-bank", ["food bank"]),
        ("Bring food to the river bank", []),
        ("Good luck with your SATs", ["SATs"]),
        ("Good luck with your sats!", ["SATs"]),
        ("She sat down", []),
        ("We study deathwatch beetles", []),
        ("Safeguarding is everybody’s business", ["safeguard*"]),
        ("LGBTQ+ history month", ["LGBT*"]),
        ("Help with self harm", ["self-harm"]),
        ("The Cafe is open", ["café"]),
        ("Our MP came to talk", ["MP"]),
        ("Champions!", []),
        ("", []),
    ],
)
def test_words_are_found_whole_and_however_they_are_written(text: str, words: list[str]) -> None:
    assert found(text) == words


def test_a_topic_says_where_it_stands() -> None:
    long = "word " * 30
    (topic,) = find([("the caption", ""), ("the description of photo 2", f"{long}the food bank {long}")], WORDS)
    assert (topic.field, topic.found) == ("the description of photo 2", "food bank")
    assert topic.before.startswith("…") and topic.before.endswith("the ")
    assert topic.after.endswith("…")


def test_each_word_is_told_once_a_field() -> None:
    texts = [("the caption", "death, death and Death"), ("the description of photo 1", "death")]
    assert [topic.field for topic in find(texts, WORDS)] == ["the caption", "the description of photo 1"]


def test_a_list_is_read_line_by_line_and_nonsense_is_left_out() -> None:
    assert parse("  food   bank \n\nfood bank\n*\n—\nApple") == ("Apple", "food bank")
