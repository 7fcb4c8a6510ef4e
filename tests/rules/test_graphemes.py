"""Characters as readers see them, held against the regex library's own reading of Unicode."""

import unicodedata

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.rules.graphemes import clusters, count

AS_READ = regex.compile(r"\X")
EMOJI = ("👨‍👩‍👧‍👦", "🏳️‍🌈", "👩🏽‍🏫", "👍🏿", "❤️", "1️⃣", "🇬🇧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "😀")
PIECES = (
    *EMOJI,
    "e\u0301",
    "\u0301",
    "\r\n",
    "\n",
    "\u200d",
    "\ufe0f",
    "한",
    "\u1100",
    "\u1161",
    "\u11a8",
    "ที่",
    "\u0600",
    "a",
)


def known(character: str) -> bool:
    """Whether Python's tables know it and no conjunct of an Indic script hangs on it."""
    indic = unicodedata.combining(character) == 9 or "\u0900" <= character <= "\u0dff"
    return unicodedata.category(character) not in ("Cn", "Co", "Cs") and not indic


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.characters().filter(known), max_size=12).map("".join))
def test_a_text_falls_into_the_same_characters_as_the_library_sees(text: str) -> None:
    assert list(clusters(text)) == AS_READ.findall(text)
    assert count(text) == len(AS_READ.findall(text))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(min_codepoint=0x900, max_codepoint=0xDFF), max_size=8))
def test_indic_conjuncts_count_by_their_parts_never_as_less(text: str) -> None:
    assert count(text) >= len(AS_READ.findall(text))
    assert "".join(clusters(text)) == text


def test_a_family_a_flag_and_a_marked_letter_are_one_each() -> None:
    assert list(clusters("👨‍👩‍👧‍👦🇬🇧🇩🇪e\u0301")) == ["👨‍👩‍👧‍👦", "🇬🇧", "🇩🇪", "e\u0301"]
    assert count("") == 0 and count("a\r\nb") == 3
