"""The signs round a word that say whether it is a name here: its neighbours, its place, what is told near it."""

import re
from collections.abc import Iterator

from moderation.rules.meaning_words import PLACES, PLAIN_PLACES, READING, THERE, TRAVEL
from moderation.rules.name_index import Index
from moderation.rules.name_surroundings import Surroundings
from moderation.rules.name_words import ALSO_WORDS, COMMON
from moderation.rules.stories import in_stories

_CLASS = re.compile(
    r"(?:year|yr|class|form)\s?\d{1,2}[a-z]{0,2}\b|\by\d{1,2}\b|\b\d{1,2}[a-z]{1,2}\b|\baged?\s\w+", re.IGNORECASE
)
_DAY_BEFORE = re.compile(r"\d\s?(?:st|nd|rd|th)?\s?(?:of\s)?$")
_DAY_AFTER = re.compile(r"\s?\d")
_TAGGED = re.compile(r"[#@_]\w*$")
_FILED = re.compile(r"[\w-]*\.\w{3,4}\b")
_TOLD_OF = ({"her", "his", "she", "he", "herself", "himself"}, {"we", "our", "us"}, {"you", "your", "please"})
_BEFORE = {"travel": TRAVEL, "there": THERE, "reading": READING}  # within four words
_ROW = frozenset({",", "&", "and", "+", "/", ", and"})


class Signs(Surroundings):
    """One typed text; `of(i)` are the signs of its piece `i`, each a short text that the weights know."""

    def __init__(self, text: str, index: Index) -> None:
        super().__init__(text, index)
        self._told = in_stories(text, self.pieces)

    def of(self, i: int) -> list[str]:
        """All of them. The word must be on the roll."""
        who = self._who(i)
        word = "any" if self.is_plain(i) else self.words[i]  # no weight hangs on who bears a plain name
        before, after, owned = self._marks(i)
        place = "opens" if self._starts[i] == i else "colon" if before == ":" else "inside"
        shape = f"{place}/{self._shape(i)}"
        here = f"{shape}/{self._letters}{'/own' if owned else ''}"
        following = self._kinds(i + 1, i) if after in (" ", "none") or owned else [after]
        leading = self._kinds(i - 1, i) if before in (" ", "none") else [before]
        found = [f"who={who}", f"word={word}", f"here={here}", f"{word} {shape}", f"{who} {self._shape(i)}"]
        found += ["ground", f"ground {word}"] if self._is_ground(i) else []
        found += [f"mark<{before}", f"mark>{after}", f"mark<{before} mark>{after}"]
        for kind in following:
            found += [f"next={kind}", f"next={kind} {here}", f"next={kind} {who} {shape}", f"next={kind} {word}"]
            found += [f"next={kind} then={then} {place}" for then in self._kinds(i + 2, i)]
        for kind in leading:
            found += [f"last={kind}", f"last={kind} {shape}", f"last={kind} {word}"]
            found += [f"earlier={earlier} last={kind}" for earlier in self._kinds(i - 2, i)]
        found += self._neighbours(i, word, who, shape)
        found += ["mismatch", f"mismatch {who}"] if self._is_mismatched(i) else []
        around = list(self._around(i))
        return found + around + ([f"plain {sign}" for sign in around] if self.is_plain(i) else [])

    def _neighbours(self, i: int, word: str, who: str, shape: str) -> list[str]:
        """The words beside it themselves."""
        found = []
        for name, at in (("next", i + 1), ("last", i - 1), ("then", i + 2), ("earlier", i - 2)):
            near = self._word(at, i)
            if near:
                found += [f"{name}:{near}"] + ([f"{name}:{near} {shape}"] if name != "earlier" else [])
                found += [f"{name}:{near} {word}", f"{name}:{near} {who}"] if name in ("next", "last") else []
        return found

    def _around(self, i: int) -> Iterator[str]:
        """What is told within some words."""
        near = range(max(0, i - 6), min(len(self.words), i + 12))
        words = {self.words[k] for k in near}
        yield from (f"near={sorted(told)[0]}" for told in _TOLD_OF if words & told)
        before = self.words[max(self._starts[i], i - 4) : i]
        yield from (f"near={name}" for name, those in _BEFORE.items() if not those.isdisjoint(before))
        capitals = [k for k in near if k != i and self.pieces[k].capital]
        if any(self.words[k] in PLAIN_PLACES or self.words[k] in PLACES for k in capitals):
            yield "near=place"
        if any(self._is_plain_name(k) for k in capitals):
            yield "near=name"
        if any(self._in_a_row(i, k) for k in capitals if abs(k - i) <= 2):
            yield "near=row"
        if i in self._told:
            yield "near=story"
        yield from self._written_round(self.pieces[i].start, self.pieces[i].end)

    def _is_plain_name(self, k: int) -> bool:
        token = self.tokens[k]
        return bool(token and token.forename) and self.words[k] not in ALSO_WORDS and k not in self._told

    def _in_a_row(self, i: int, k: int) -> bool:
        """Grace, Will and May."""
        one, two = self.pieces[min(i, k)], self.pieces[max(i, k)]
        return (
            self.tokens[k] is not None
            and self.words[k] not in COMMON
            and self.text[one.end : two.start].strip() in _ROW
        )

    def _written_round(self, start: int, end: int) -> Iterator[str]:
        before, after = self.text[max(0, start - 40) : start], self.text[end : end + 40]
        if _CLASS.search(before[-20:]) or _CLASS.search(after[:25]):
            yield "near=class"
        if _DAY_BEFORE.search(before[-8:]) or _DAY_AFTER.match(after):
            yield "near=digit"
        if _TAGGED.search(before):
            yield "tagged"
        if _FILED.match(after):
            yield "filed"
