"""A forename or a surname by itself: is it a person, a question, or just a word? Its surroundings decide."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.name_index import Found, Index
from moderation.rules.name_pieces import Piece, gap, together
from moderation.rules.name_words import ALSO_WORDS, COMMON, CUES, FAMOUS, PLACES, SAINTS, TIME_WORDS, TITLES
from moderation.rules.stories import phrases_in

_LONGEST_CUE = max(len(cue.split()) for cue in CUES)
_CUES = frozenset(CUES)
_MISSED = {("miss", before) for before in ("will", "well", "ill", "youll", "theyll", "dont", "all")}  # WE WILL MISS ZOË
_FAMOUS = [tuple(phrase.split()) for phrase in FAMOUS]


class Context(StrEnum):
    TYPED = "typed"  # captions: letters are what they are, words stand in sentences
    PICTURE = "picture"  # a line read from a picture: letters may be misread
    SLOT = "slot"  # a line of a picture that stands where a name is expected


@dataclass(frozen=True)
class Part:
    """Pieces `first` to `last` (exclusive) that are, joined, a token of the roll."""

    first: int
    last: int
    found: Found


class Surroundings:
    """The pieces of one text, asked what stands round a part of it."""

    def __init__(self, index: Index, text: str, pieces: list[Piece], context: Context) -> None:
        self.index, self.text, self.pieces, self.context = index, text, pieces, context
        self.words = [piece.letters for piece in pieces]
        self.famous = phrases_in(self.words, _FAMOUS)

    def sure_alone(self, part: Part) -> bool | None:
        """True: this is a name. False: ask. None: more likely a word."""
        token, letters = part.found.token, part.found.letters
        expected = self.context is Context.SLOT or self._after_cue(part) or self._in_list(part)
        capital = self.pieces[part.first].capital
        # “Rice” and “brown” alone on a wall are a lunch and a colour; “Grace” could be a child.
        label = self.context is not Context.TYPED and self._whole(part) and capital and bool(token.first)
        if len(letters) == 1:
            return None
        if self.before_a_place(part) and self.context is not Context.SLOT:
            return False
        if ordinary(part):
            if expected and (capital or self.context is Context.SLOT):
                return bool(token.forename) and len(letters) > 2
            chosen = capital and bool(token.forename) and self._mid_sentence(part)
            return False if label or self._beside_a_stranger(part) or chosen else None
        return bool(token.forename)

    def before_a_place(self, part: Part) -> bool:
        """Rose Hill Park, Grace Hospital, Mark Street: more likely the place than a pupil."""
        after = self.pieces[part.last] if part.last < len(self.pieces) else None
        near = after is not None and together(self.text, self.pieces[part.last - 1], after)
        return near and after is not None and after.capital and after.letters in PLACES

    def _beside_a_stranger(self, part: Part) -> bool:
        """Two capitals alone on a line, the other no everyday word: “Grace Oka…” under somebody's thumb."""
        others = self.pieces[: part.first] + self.pieces[part.last :]
        if self.context is Context.TYPED or len({piece.word for piece in others}) != 1 or self.titled(part):
            return False
        capitals = others[0].capital and self.pieces[part.first].capital
        return capitals and COMMON.isdisjoint(piece.letters for piece in others)

    def _whole(self, part: Part) -> bool:
        """Nothing else is written on the line: no word, no number."""
        start, end = self.pieces[part.first].start, self.pieces[part.last - 1].end
        return not any(c.isalnum() for c in self.text[:start] + self.text[end:])

    def _after_cue(self, part: Part) -> bool:
        before = self.words[max(0, part.first - _LONGEST_CUE) : part.first]
        return any(" ".join(before[i:]) in _CUES for i in range(len(before)))

    def _in_list(self, part: Part) -> bool:
        """Beside a plain name, joined by a comma or by and: “Maya, Will and Grace”."""
        for other, between in ((part.first - 1, part.first - 1), (part.last, part.last - 1)):
            near = other - 1 if other == part.first - 1 and self._word(other) == "and" else other
            near = near + 1 if other == part.last and self._word(other) == "and" else near
            token = self.index.exact(self._word(near))
            listed = self._word(other) == "and" or "," in self._gap_after(min(between, near))
            if listed and token and token.forename and self._word(near) not in ALSO_WORDS and self.pieces[near].capital:
                return True
        return False

    def _word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else ""

    def _gap_after(self, i: int) -> str:
        return gap(self.text, self.pieces[i], self.pieces[i + 1]) if 0 <= i < len(self.pieces) - 1 else ""

    def _mid_sentence(self, part: Part) -> bool:
        """A capital inside a sentence of small letters is a choice, not grammar."""
        if (
            self.context is not Context.TYPED
            or part.first == 0
            or self._word(part.first - 1) in TIME_WORDS
            or not together(self.text, *self.pieces[part.first - 1 : part.first + 1])
        ):
            return False
        around = self.pieces[max(0, part.first - 3) : part.first] + self.pieces[part.last : part.last + 2]
        return any(not piece.capital for piece in around)

    def titled(self, part: Part) -> bool:
        """Mrs Green is a member of staff and St Martin a church, not the pupils called Green and Martin.

        But “we will miss Zoë”, and so will her sister Grace.
        """
        at = part.first - (2 if len(self._word(part.first - 1)) == 1 else 1)
        titled = self._word(at) in TITLES | SAINTS and self.pieces[at].capital
        return titled and (self._word(at), self._word(at - 1)) not in _MISSED

    def in_famous(self, part: Part) -> bool:
        return not self.famous.isdisjoint(range(part.first, part.last))


def ordinary(part: Part) -> bool:
    """Is this name also a word, or too short to be anything else alone?"""
    return part.found.letters in ALSO_WORDS or len(part.found.letters) <= 2
