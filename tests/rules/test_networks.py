"""Every limit of every network, at the limit and one over, counted as it counts: emoji, marks and links too."""

from collections.abc import Iterator
from datetime import date

import pytest

from moderation.rules.lengths import Counted, first, length
from moderation.rules.networks import NETWORKS, Network, Source, TextRule, named

FAMILY, THUMB, KEYCAP, FLAG = "👨‍👩‍👧‍👦", "👍🏽", "1️⃣", "🇬🇧"
MARKED = "e\u0301"  # a letter and a mark: one for a reader
LINK = "https://www.school.example/news/2026/sports-day-in-the-rain"
MENTION = "@oakfield@mastodon.example"

# What is typed, and its length by each count: readers' characters, UTF-16 units, code points, X, Mastodon.
LENGTHS = {
    "Sports day": (10, 10, 10, 10, 10),
    FAMILY: (1, 11, 7, 2, 1),
    THUMB: (1, 4, 2, 2, 1),
    KEYCAP: (1, 3, 3, 2, 1),
    FLAG: (1, 4, 2, 2, 1),
    MARKED: (1, 2, 2, 1, 1),
    "é": (1, 1, 1, 1, 1),
    "日本": (2, 2, 2, 4, 2),
    "“quoted”": (8, 8, 8, 8, 8),
    "€5": (2, 2, 2, 3, 2),
    LINK: (59, 59, 59, 23, 23),
    f"See {LINK}.": (64, 64, 64, 28, 28),
    f"{LINK} {LINK}": (119, 119, 119, 47, 47),
    "bbc.co.uk/news": (14, 14, 14, 23, 14),
    "oakfield.school": (15, 15, 15, 23, 15),
    "head@oakfield.school": (20, 20, 20, 20, 20),
    "End.The next": (12, 12, 12, 12, 12),
    MENTION: (26, 26, 26, 26, 9),
    f"Thanks {MENTION}!": (34, 34, 34, 34, 17),
    "two\r\nlines": (9, 10, 10, 10, 9),
    "": (0, 0, 0, 0, 0),
}
COUNTS = (Counted.GRAPHEMES, Counted.UTF_16, Counted.CODE_POINTS, Counted.X, Counted.MASTODON)
LIMITED = [
    (network, part, rule)
    for network in NETWORKS.values()
    for part, rule in (("text", network.text), ("alt_text", network.alt_text))
    if rule is not None and rule.most is not None
]


@pytest.mark.parametrize("text", LENGTHS)
def test_a_text_is_as_long_as_each_network_counts_it(text: str) -> None:
    assert tuple(length(text, counted) for counted in COUNTS) == LENGTHS[text]


def exactly(most: int, filling: str, counted: Counted) -> str:
    """A text of that length, most of it made of `filling`; the rest is letters."""
    each = length(f"{filling} {filling}", counted) - length(filling, counted)
    text = " ".join([filling] * ((most - 1) // each)) + " "
    return text + "a" * (most - length(text, counted))


@pytest.mark.parametrize("filling", ["abc", FAMILY, THUMB, MARKED, LINK, "日本"], ids=ascii)
@pytest.mark.parametrize(("network", "part", "rule"), LIMITED, ids=lambda one: getattr(one, "key", str(one)[:9]))
def test_a_text_fits_at_the_limit_and_not_one_over(network: Network, part: str, rule: TextRule, filling: str) -> None:
    assert rule.most is not None
    text = exactly(rule.most, filling, rule.counted)
    assert length(text, rule.counted) == rule.most
    assert filling in text
    assert not sentences(network, part, text)
    (sentence,) = sentences(network, part, text + "!")
    assert sentence.endswith(f"too long: {rule.most + 1:,} of {rule.most:,}.")


def sentences(network: Network, part: str, text: str) -> list[str]:
    return network.misfits(text, ["A photo"]) if part == "text" else network.misfits("Words", [text])


@pytest.mark.parametrize("network", NETWORKS.values(), ids=lambda network: network.key)
def test_as_many_photos_fit_as_the_network_takes_and_not_one_more(network: Network) -> None:
    most = network.pictures.most
    if most is None:
        assert not network.misfits("Words", ["A photo"] * 100)
        return
    assert not network.misfits("Words", ["A photo"] * most)
    (sentence,) = network.misfits("Words", ["A photo"] * (most + 1))
    assert sentence == f"There are too many photos: {most + 1} of {most}."


def test_instagram_takes_thirty_hashtags_and_no_post_without_a_photo() -> None:
    instagram = NETWORKS["instagram"]
    tags = " ".join(f"#tag{number}" for number in range(30))
    assert not instagram.misfits(tags, ["A photo"])
    assert instagram.misfits(tags + " #más", ["A photo"]) == ["There are too many hashtags: 31 of 30."]
    assert not instagram.misfits(tags + " #5 a#b", ["A photo"]), "digits alone and the middle of a word are no hashtags"
    assert instagram.misfits("Words", []) == ["A photo is needed."]
    assert not NETWORKS["facebook"].misfits("Words", [])


def test_a_feed_shows_the_beginning_and_splits_no_character() -> None:
    rule = NETWORKS["instagram"].text
    text = "a" * 124 + FAMILY + "and more"
    assert rule.cut(text) == ("a" * 124 + FAMILY, "and more")
    assert rule.cut("short") == ("short", "")
    assert NETWORKS["x"].text.cut(text) == (text, "")


@pytest.mark.parametrize("counted", Counted)
def test_the_longest_beginning_is_as_long_as_it_may_be(counted: Counted) -> None:
    text = f"{FAMILY}{MARKED}日本 {LINK} {FLAG}{FLAG} end"
    for most in range(length(text, counted) + 2):
        start = first(text, most, counted)
        assert text.startswith(start)
        assert length(start, counted) <= most
        assert not start or start[-1] != "\u200d"


def test_every_network_of_the_issue_is_there_with_its_source_and_day() -> None:
    assert set(NETWORKS) == {
        "facebook", "instagram", "x", "bluesky", "mastodon", "linkedin", "youtube", "website", "newsletter"
    }  # fmt: skip
    for network in NETWORKS.values():
        for source in sources(network):
            assert source.address.startswith("https://") or source.chosen, network.key
            assert source.read_on >= date(2026, 11, 21)
        assert "jpeg" in network.pictures.formats, "Gatepost sends JPEG"


def sources(network: Network) -> Iterator[Source]:
    return (rule.source for rule in (network.text, network.pictures, network.alt_text) if rule is not None)


@pytest.mark.parametrize(
    ("typed", "key"),
    [("Facebook", "facebook"), (" facebook  page ", "facebook"), ("Twitter", "x"), ("School website", "website")],
)
def test_what_a_school_calls_a_network_is_understood(typed: str, key: str) -> None:
    found = named(typed)
    assert found is not None and found.key == key


def test_another_network_is_none_of_them() -> None:
    assert named("Threads") is None and named("") is None
