"""A word in its sentence: as what the roll knows it, what stands right beside it, and whom it can only be."""

import re

from moderation.rules.meaning_words import LAND, PLACE_NOUNS, PLACES, PLAIN_PLACES, SURNAMES_TOO, TIMES
from moderation.rules.name_index import Index, Token
from moderation.rules.name_pieces import pieces
from moderation.rules.name_words import ALSO_WORDS, COMMON
from moderation.rules.name_words import PLACES as GROUNDS
from moderation.rules.nicknames import KNOWN
from moderation.rules.word_kinds import kinds

_STOPS = re.compile(r"[.!?][\"”’')]*\s|[.!?…]{2,}|\n|[;|•]")
_PLAYED = frozenset({"dr", "miss"})  # Dr Sophie and her teddy clinic
_MARKS = {mark: group[0] for group in ("-–—", '"“”„«»', "'’‘", "([", ")]", "&+/") for mark in group}
_LONE_MARKS = frozenset(",:.!?#_@;")


class Surroundings:
    """One typed text in its pieces; `i` is always the number of one of them."""

    def __init__(self, text: str, index: Index) -> None:
        self.text = text
        self.pieces = pieces(text)
        self.words = [piece.letters for piece in self.pieces]
        self.tokens: list[Token | None] = [index.exact(word) for word in self.words]
        self._letters = "small" if text == text.lower() else "large" if text == text.upper() else "both"
        self._starts: list[int] = []  # of each piece, the first of its sentence
        for i, piece in enumerate(self.pieces):
            stops = i == 0 or _STOPS.search(text, self.pieces[i - 1].end, piece.start)
            self._starts.append(i if stops else self._starts[-1])

    def is_on_roll(self, i: int) -> bool:
        """May this word by itself be a pupil? Staff are never known by one name alone."""
        token = self.tokens[i]
        known = token is not None and (token.forename or token.short or token.whole or token.surname)
        return bool(known) and len(self.words[i]) > 1

    def is_somebody_else(self, i: int) -> bool:
        """Saint Andrew, Queen Victoria, Mr March; C. S. Lewis, whose initials are no pupil's."""
        if i == 0 or self._letters != "both" or not self.pieces[i].capital:
            return False
        before = self._word(i - 1, i)
        between = self.text[self.pieces[i - 1].end : self.pieces[i].start]
        if self.pieces[i - 1].initial and between in (" ", ".", ". ") and before not in ("a", "i"):
            return self._who(i).startswith("sur")
        titles = {"saint"} if self.is_plain(i) and before in _PLAYED else {"saint", "mr"}
        titled = self.pieces[i - 1].capital and not titles.isdisjoint(kinds(before))
        return titled and self._marks(i)[0] in (" ", ".")

    def has_a_stranger_beside(self, i: int) -> bool:
        """A capital that is no word and no name of the roll: Claudette Colvin."""
        leading, following = self._kinds(i - 1, i), self._kinds(i + 1, i)
        before, after, _ = self._marks(i)
        return (before == " " and leading[0] in ("Stranger", "Capital other")) or (
            after == " " and following[0] in ("Stranger", "Capital other")
        )

    def is_plain(self, i: int) -> bool:
        """A forename that is no word, time or place."""
        return self._who(i) == "fore-plain"

    def _who(self, i: int) -> str:
        """As what the roll knows this word, and what else it means."""
        token, word = self.tokens[i], self.words[i]
        assert token is not None
        who = "fore" if token.forename else "short" if token.short or token.whole else "sur"
        if word in TIMES:
            return f"{who}-time"
        if word in PLACES:
            return f"{who}-place"
        if word in COMMON:
            return f"{who}-word"
        if word in ALSO_WORDS or word in SURNAMES_TOO or len(word) < 3:
            return f"{who}-rare"
        return "sur-plain" if who == "sur" else "fore-plain"  # a short form that is no word is as good as a forename

    def _shape(self, i: int) -> str:
        piece = self.pieces[i]
        large = piece.end - piece.start > 1 and self.text[piece.start : piece.end].isupper()
        return "large" if large else "first" if piece.capital else "small"

    def _marks(self, i: int) -> tuple[str, str, bool]:
        """What stands before and behind the word, and whether something is said to be its own: Grace’s."""
        piece, last = self.pieces[i], self.pieces[i - 1].end if i else 0
        before = _mark(self.text[last : piece.start]) if self._word(i - 1, i) else "none"
        rest = self.text[piece.end : self.pieces[i + 1].start if i + 1 < len(self.pieces) else len(self.text)]
        owned = rest[:2] in ("'s", "’s")
        if rest.startswith("! ") and i + 1 < len(self.pieces) and not self.pieces[i + 1].capital:
            return before, "!title", owned  # Oliver! runs until Saturday
        ends = rest.strip() and not rest.strip("\"”’') .!?…\n")
        return before, ("!" if "!" in rest else ".") if ends else _mark(rest[2:] if owned else rest), owned

    def _word(self, i: int, near: int) -> str:
        """The word there, or nothing if another sentence begins between it and `near`."""
        return self.words[i] if 0 <= i < len(self.words) and self._starts[i] == self._starts[near] else ""

    def _kinds(self, i: int, near: int) -> list[str]:
        """What kinds of word a neighbour may be; a capital inside a sentence counts as well."""
        word = self._word(i, near)
        if not word:
            return ["none"]
        if self._is_stranger(i):
            return ["Stranger"]
        if not self.pieces[i].capital or self._starts[i] == i or self._letters != "both":
            return list(kinds(word))
        if word in PLACE_NOUNS or word in GROUNDS:
            return ["Placenoun"]
        if word in PLACES or word in PLAIN_PLACES:
            return ["Place"]
        named = self.tokens[i] is not None and word not in COMMON
        return ["Name"] if named else [f"Capital {kind}" for kind in kinds(word)]

    def _is_stranger(self, i: int) -> bool:
        """A forename that nobody of the roll has: Wilfred Owen."""
        word = self.words[i]
        return self.pieces[i].capital and word in KNOWN and word not in ALSO_WORDS and self.tokens[i] is None

    def _is_ground(self, i: int) -> bool:
        """The last word of a place: Castle Hill."""
        word = self.words[i]
        land = word in PLACE_NOUNS or word in GROUNDS or word in LAND
        return land and i > self._starts[i] and self.pieces[i].capital and self.pieces[i - 1].capital

    def _is_mismatched(self, i: int) -> bool:
        """Beside another name of the roll, but nobody is called by both."""
        return any(self._is_a_pair_of_nobody(k) for k in (i - 1, i))

    def _is_a_pair_of_nobody(self, i: int) -> bool:
        if not (0 <= i < len(self.pieces) - 1 and self._starts[i] == self._starts[i + 1]):
            return False
        one, two = self.tokens[i], self.tokens[i + 1]
        if one is None or two is None or self.text[self.pieces[i].end : self.pieces[i + 1].start] != " ":
            return False
        capitals = self.pieces[i].capital and self.pieces[i + 1].capital
        return capitals and one.first.isdisjoint(two.last) and bool(one.first) and self.words[i] not in COMMON


def _mark(between: str) -> str:
    """The sign that stands between two words, or whether there is a blank."""
    plain = between.strip()[:1]
    if not plain:
        return " " if between else "none"
    return plain if plain in _LONE_MARKS else _MARKS.get(plain, "sign")
