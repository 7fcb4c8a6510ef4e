"""Words that are live against words that were approved: a network's own changes told apart from somebody's."""

import pytest

from moderation.rules.as_approved import Judged, Result, of_read_words, of_words, worst

WORDS = "Sports day – “well done” to all!\n\nMore at https://www.school.example/news/sports-day-2026 … soon"

LINK = "https://www.school.example/news/sports-day-2026"
SAME = {
    "line ends and spaces": WORDS.replace("\n", "\r\n").replace("day ", "day\u00a0 ") + "  \n",
    "one line end for two": WORDS.replace("\n\n", "\n"),
    "quotation marks and dashes": WORDS.replace("“", '"').replace("”", '"').replace("–", "-").replace("…", "..."),
    "signs that nobody sees": WORDS.replace("More", "\u200bMore\ufeff"),
    "a link without its beginning": WORDS.replace("https://www.", ""),
    "a link cut short": WORDS.replace(LINK, "school.example/news/spo…"),
    "the network's own short link": WORDS.replace(LINK, "https://t.co/aB3xY"),
}
DIFFERENT = {
    "a word": (WORDS.replace("all", "some"), "Not approved: “some”."),
    "a sign": (WORDS.replace("all!", "all?"), "Not approved: “?”."),
    "a number": (WORDS.replace("2026", "2025"), "Not approved: “2025”."),
    "another link": (WORDS.replace("school.example", "elsewhere.example"), "elsewhere"),
    "a stranger's short link": (
        WORDS.replace(LINK, "https://bit.ly/x"),
        "bit",
    ),
    "one link more": (WORDS + " https://t.co/abc", "t"),
    "nothing": ("", "Missing"),
    "a sentence more": (WORDS + " Buy now.", "Not approved: “Buy now.”."),
    "capitals": (WORDS.upper(), "Missing"),
}


@pytest.mark.parametrize("live", SAME.values(), ids=SAME)
def test_what_networks_change_by_themselves_is_the_same_and_says_why(live: str) -> None:
    judged = of_words(WORDS, live)
    assert judged.result is Result.SAME and judged.said
    assert of_words(WORDS, WORDS) == Judged("The words", Result.SAME)


@pytest.mark.parametrize(("live", "said"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_somebody_changed_differs_and_is_shown(live: str, said: str) -> None:
    judged = of_words(WORDS, live)
    assert judged.result is Result.DIFFERS and said in " ".join(judged.said)


def test_words_that_the_network_cuts_short_are_unclear_and_changed_ones_still_differ() -> None:
    assert of_words(WORDS, "Sports day – “well done” … See more").result is Result.UNCLEAR
    assert of_words(WORDS, "Sports day – “well said” … See more").result is Result.DIFFERS
    assert of_words(WORDS, "…").result is Result.DIFFERS


def test_words_read_in_a_screenshot_are_found_among_the_page_s_own() -> None:
    read = "Our School\n3h Public\nSports day - well done\nto al1 all! More at https://www.school.\n"
    read += "example/news/sports-day-2026 soon\nLike Comment"
    assert of_read_words(WORDS, read).result is Result.SAME


def test_a_word_that_was_not_read_is_unclear_and_named() -> None:
    judged = of_read_words("Come at 3 pm on Friday", "Come at 5 pm on Friday")
    assert judged.result is Result.UNCLEAR and "“3”" in judged.said[0]


def test_the_worst_word_counts_and_nothing_compared_is_unclear() -> None:
    same, unclear, differs = (Judged("x", result) for result in (Result.SAME, Result.UNCLEAR, Result.DIFFERS))
    assert worst([same, unclear, differs]) is Result.DIFFERS
    assert worst([same, unclear]) is Result.UNCLEAR and worst([same]) is Result.SAME
    assert worst([]) is Result.UNCLEAR


def test_what_is_long_is_cut_and_what_is_much_stays_within_reach() -> None:
    words = [f"word{number}" for number in range(130)]
    approved, live = " and ".join(words), " and ".join(word.upper() for word in words)
    judged = of_words(approved, live)
    assert judged.first[0].endswith("“word7” and 122 more.") and "word8" not in " ".join(judged.first)
    assert "“word8”" in judged.more[0] and "“word99”" in judged.more[0]
    assert "30 pieces more, which are not kept here" in judged.more[1]
    of_one = of_words("A good day", "A " + "x" * 100_000)
    assert "(cut here; it has 100,000 letters)" in of_one.said[1] and len(" ".join(of_one.said)) < 1000
    assert "and 42 more" in of_read_words(" ".join(f"w{number}" for number in range(50)), "").said[0]
