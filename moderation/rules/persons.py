"""Is a word that is also a name used as one in a typed sentence? “Jack is moving”, “so proud of Faith”."""

import re

from moderation.rules.doing_words import does_something, is_of_a_match, is_or_has, is_player, makes_a_word, plays_sport
from moderation.rules.meaning_words import ABOUT_SOMEBODY, ANYTHING_DOES, FAMILY, TIMES
from moderation.rules.name_words import ALSO_WORDS, COMMON, TITLES
from moderation.rules.typed import Typed

_ENDING = re.compile(r"[.!]?\s*(?:\n|$)|[.!]\s")
_OF_A_CLASS = re.compile(r"\d[A-Z]?['’]s\s$")  # 4B’s Xi
# What only a person is: “Frank, our oldest pupil”, “Joy (left)”, “May (Year 2)”, “Joy, 1S”, “Hope in action”.
_APPOSED = re.compile(
    r"(?:,|\s[–—-])\s(?:our|you|who|whose|aged?)\b|\s?\((?:left|right|cent(?:re|er)|middle|aged|age)\b|\sin\s(?:action|costume|goal)\b"
    r"|(?:\s\(|,\s)(?:[Yy](?:ea)?r?\s?\d{1,2}[A-Z]{0,2}|\d{1,2}[A-Z]{1,2}|Reception|Nursery|Class\s\w+|aged?\s\d+)\b(?!\)?:)"
)
_OFTEN_FIRST = frozenset({"art", "mark", "will"})  # words that begin many a sentence
_SIGNED = re.compile(r"[\"”’'!.?]\s?[–—-]+\s?$")  # “It was brill!” – Autumn
_CALLED = re.compile(r"\s?!")  # Amazing, Will!
_IN_A_HURRY = re.compile(r"[.!?]?\s*$|[.!,]|\s(?:and|on|for|today|in|with)\b")


class Persons(Typed):
    """One typed text, asked which of its words are somebody."""

    def speaks_of_a_person(self, i: int) -> bool:
        """Is this word, that is also a name, used as one? “Jack is moving”, “so proud of Faith”."""
        word = self.words[i]
        if not (word in ALSO_WORDS or len(word) == 2) or self._is_titled(i):
            return False
        if not self.pieces[i].capital:
            return word not in TIMES and self.is_praised(i) and self._follows(_IN_A_HURRY, i)
        if self._follows(_APPOSED, i) or self._is_addressed(i):
            return True
        if len(word) == 2 and word not in COMMON and self.text[self.pieces[i].end - 1].islower():
            return True  # Xi, Bo, Mo
        if not self.opens(i):
            if _OF_A_CLASS.search(self.text[max(0, self.pieces[i].start - 12) : self.pieces[i].start]):
                return True
            about = self.is_praised(i) or (word not in TIMES and self.word(i - 1) in ABOUT_SOMEBODY | {"it"})
            return about and not self.capitals_after(i)
        after, rather_a_word = self.word(i + 1), word in COMMON
        if self._is_whole_sentence(i):
            return word not in TIMES and (not rather_a_word or self._answers(i))
        if self.is_possessive(i):
            return after in FAMILY or word not in TIMES
        if after == "and":
            whose = self.word(i + 2) in ("her", "his", "their")
            both = self.word(i + 2) in ALSO_WORDS and does_something(self.words, i + 3)
            return whose or both or (not rather_a_word and self._is_capital(i + 2))
        if word not in TIMES | _OFTEN_FIRST and self._reads_on(i):
            return True
        return (
            does_something(self.words, i + 1, not rather_a_word)
            or is_or_has(self.words, i + 1)
            or (after == "from" and word not in TIMES | {"art"} and self._is_capital(i + 2))
            or (not rather_a_word and after in ANYTHING_DOES)
        )

    def plays(self, i: int) -> bool:
        """Is this surname, that is also a word, a player in a report of a match? “Hunter saved a penalty”."""
        if not self.pieces[i].capital:
            return False
        second = self.word(i - 1) == "and" and i > 1 and self.opens(i - 2)
        if self.opens(i) or second:
            whose = self.is_possessive(i) and is_of_a_match(self.word(i + 1))
            return whose or plays_sport(self.words, i) or self._after_player(i)
        return self._after_player(i) and not self.capitals_after(i)

    def _is_titled(self, i: int) -> bool:
        """Ms Hope, our SENCo."""
        return self.word(i - 1) in TITLES and self.pieces[i - 1].capital

    def _after_player(self, i: int) -> bool:
        return i > 0 and is_player(self.words[i - 1], self.text[self.pieces[i - 1].end : self.pieces[i].start])

    def _reads_on(self, i: int) -> bool:
        """Does what follows make it no word? “Joy still talks”, but “Rose petals”, “Hope, courage and”."""
        if i + 1 == len(self.pieces) or self._is_capital(i + 1):
            return False
        near = self.text[self.pieces[i].end : self.pieces[i + 1].start] == " "
        from_a_place = self.words[i + 1] == "of" and self._is_capital(i + 2)  # Miles of Year 6
        return near and (from_a_place or not makes_a_word(self.words, i + 1))

    def _is_capital(self, i: int) -> bool:
        return i < len(self.pieces) and self.pieces[i].capital

    def _follows(self, pattern: re.Pattern[str], i: int) -> bool:
        return pattern.match(self.text, self.pieces[i].end) is not None

    def _is_addressed(self, i: int) -> bool:
        """“Amazing, Will!”, and who signed: “It was brill!” – Autumn."""
        before = self.text[max(0, self.pieces[i].start - 6) : self.pieces[i].start]
        signed = _SIGNED.search(before) is not None and self._follows(_ENDING, i)
        called = before.endswith(", ") and self._follows(_CALLED, i) and self.word(i - 1) not in TIMES
        return i > 0 and (signed or called)

    def _is_whole_sentence(self, i: int) -> bool:
        """“Guess who won? Rowan!”"""
        return i > 0 and _ENDING.match(self.text, self.pieces[i].end) is not None

    def _answers(self, i: int) -> bool:
        return re.search(r"[?:]|\.\.\.", self.text[self.pieces[i - 1].end : self.pieces[i].start]) is not None
