"""One text read with one roll in hand: joins its pieces to names and judges how sure each is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from moderation.rules.name_index import Found, Index
from moderation.rules.name_pieces import fold, gap, pieces, together
from moderation.rules.name_words import ALSO_WORDS, COMMON, CUES, FAMOUS, TITLES

_MOST_PIECES = 4  # of one part of a name: Jean Luc, de la Cruz
_LONGEST_CUE = max(len(cue.split()) for cue in CUES)
_CUES = frozenset(tuple(cue.split()) for cue in CUES)
_FAMOUS = {phrase[0]: [p for p in FAMOUS if p[0] == phrase[0]] for phrase in FAMOUS}


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


@dataclass(frozen=True)
class Guess:
    first: int
    last: int
    rows: frozenset[int]
    sure: bool
    score: float


class Reader:
    """One text, read once with one roll."""

    def __init__(self, index: Index, text: str, context: Context) -> None:
        self.index, self.text, self.context = index, text, context
        self.pieces = pieces(text, lookalikes=context is not Context.TYPED)
        self.words = [piece.letters for piece in self.pieces]
        self.famous = self._famous_pieces()

    def guesses(self) -> list[Guess]:
        """The surest, longest reading first; then what does not overlap it; in the order of the text."""
        parts: dict[int, list[Part]] = {}
        for part in self._parts():
            parts.setdefault(part.first, []).append(part)
        found = [*self._full(parts), *self._alone(parts)]
        found.sort(key=lambda g: (g.last - g.first, g.sure, g.score), reverse=True)
        taken: set[int] = set()
        kept = []
        for guess in found:
            span = set(range(guess.first, guess.last))
            if not span & taken:
                taken |= span
                kept.append(guess)
        return sorted(kept, key=lambda guess: guess.first)

    def _parts(self) -> Iterator[Part]:
        """Single pieces and neighbours joined, exact; or one letter off where no word of everyday writing stands."""
        for first in range(len(self.pieces)):
            joined = ""
            for last in range(first + 1, min(first + _MOST_PIECES, len(self.pieces)) + 1):
                if last > first + 1 and not together(self.text, self.pieces[last - 2], self.pieces[last - 1]):
                    break
                joined += self.words[last - 1]
                token = self.index.exact(joined)
                if token:
                    yield Part(first, last, Found(joined, token, 0))
                elif last <= first + 2 and joined not in COMMON:
                    if last == first + 2 and not set(self.words[first:last]).isdisjoint(COMMON):
                        continue  # "well done": never half a word of everyday writing
                    for found in self.index.like(joined):
                        yield Part(first, last, found)

    def _full(self, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        for first, starts in parts.items():
            for a in starts:
                if a.found.token.whole and a.found.distance == 0:
                    yield Guess(first, a.last, frozenset(a.found.token.whole), True, 1.0)
                yield from self._with_next(a, parts)
        yield from self._initialled(parts)

    def _with_next(self, a: Part, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        for skip in (0, 1):  # one middle name may stand between
            if not self._joined(a.last - 1, a.last + skip):
                return
            for b in parts.get(a.last + skip, ()):
                forwards = a.found.token.first & b.found.token.surname
                backwards = a.found.token.surname & b.found.token.first if skip == 0 else set()
                for rows, swapped in ((forwards, False), (backwards, True)):
                    guess = self._pair(a, b, rows, swapped, skip) if rows else None
                    if guess:
                        yield guess

    def _joined(self, first: int, last: int) -> bool:
        if last >= len(self.pieces):
            return False
        return all(together(self.text, self.pieces[i], self.pieces[i + 1]) for i in range(first, last))

    def _pair(self, a: Part, b: Part, rows: set[int], swapped: bool, skip: int) -> Guess | None:
        wrong = a.found.distance + b.found.distance
        length = len(a.found.letters) + len(b.found.letters)
        if wrong > (1 if length < 13 else 2) or (wrong and length < 8):
            return None
        ordinary = [self._ordinary(a), self._ordinary(b)]
        capitals = self.pieces[a.first].capital and self.pieces[b.first].capital
        alone = a.first == 0 and b.last == len(self.pieces) and self.context is not Context.TYPED
        if all(ordinary) and (swapped or skip or not (capitals or alone or self.context is Context.SLOT)):
            return None
        if any(ordinary) and skip and not capitals:
            return None
        sure = not wrong or (wrong == 1 and length >= 10)
        return Guess(a.first, b.last, frozenset(rows), sure, 1 - wrong / length)

    def _ordinary(self, part: Part) -> bool:
        return part.found.letters in ALSO_WORDS or len(part.found.letters) <= 2

    def _initialled(self, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        """A. Edwards, and Svetlana C."""
        ending: dict[int, list[Part]] = {}
        for part in (part for starts in parts.values() for part in starts):
            ending.setdefault(part.last, []).append(part)
        for i, piece in enumerate(self.pieces):
            if not piece.initial:
                continue
            for part in parts.get(i + 1, ()) if self._joined(i, i + 1) else ():
                rows = self._starting(part.found.token.surname, piece.letters, surname=False)
                word = self._ordinary(part)
                dotted = "." in self.text[piece.end : self.pieces[i + 1].start]
                if rows and not part.found.distance and self.pieces[i + 1].capital and (dotted or not word):
                    yield Guess(i, part.last, rows, not word, 1.0)
            for part in ending.get(i, ()) if i and self._joined(i - 1, i) else ():
                rows = self._starting(part.found.token.first, piece.letters, surname=True)
                if rows and not part.found.distance and self.pieces[part.first].capital:
                    yield Guess(part.first, i + 1, rows, piece.letters not in "ai", 1.0)

    def _starting(self, rows: set[int], letter: str, surname: bool) -> frozenset[int]:
        entries = self.index.entries
        names = ((row, entries[row].surname if surname else entries[row].forename) for row in rows)
        return frozenset(row for row, name in names if fold(name)[:1] == letter)

    def _alone(self, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        """A forename or a surname by itself."""
        for part in (part for starts in parts.values() for part in starts):
            token = part.found.token
            rows = token.forename or token.short or token.surname
            if not rows or part.found.distance or self._titled(part) or self._in_famous(part):
                continue
            sure = self._sure_alone(part)
            if sure is not None:
                yield Guess(part.first, part.last, frozenset(rows), sure, 1.0)

    def _sure_alone(self, part: Part) -> bool | None:
        """True: this is a name. False: ask. None: more likely a word."""
        token, letters = part.found.token, part.found.letters
        expected = self.context is Context.SLOT or self._after_cue(part) or self._in_list(part)
        label = self.context is not Context.TYPED and self._whole(part)
        capital = self.pieces[part.first].capital
        if len(letters) == 1:
            return None
        if self._ordinary(part):
            if expected and (capital or self.context is Context.SLOT):
                return bool(token.forename) and len(letters) > 2
            return False if label or self._beside_a_stranger(part) or (capital and self._mid_sentence(part)) else None
        return bool(token.forename)

    def _beside_a_stranger(self, part: Part) -> bool:
        """Two capitals alone on a line of a picture, the other no everyday word: “Grace Oka…” under somebody's thumb."""
        others = self.pieces[: part.first] + self.pieces[part.last :]
        if self.context is Context.TYPED or len({piece.word for piece in others}) != 1 or self._titled(part):
            return False
        capitals = others[0].capital and self.pieces[part.first].capital
        return capitals and COMMON.isdisjoint(piece.letters for piece in others)

    def _whole(self, part: Part) -> bool:
        """Nothing else is written on the line: no word, no number."""
        start, end = self.pieces[part.first].start, self.pieces[part.last - 1].end
        return not any(c.isalnum() for c in self.text[:start] + self.text[end:])

    def _after_cue(self, part: Part) -> bool:
        before = self.words[max(0, part.first - _LONGEST_CUE) : part.first]
        return any(tuple(before[i:]) in _CUES for i in range(len(before)))

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
            or not together(self.text, *self.pieces[part.first - 1 : part.first + 1])
        ):
            return False
        around = self.pieces[max(0, part.first - 3) : part.first] + self.pieces[part.last : part.last + 2]
        return any(not piece.capital for piece in around)

    def _titled(self, part: Part) -> bool:
        """Mrs Green is a member of staff, not the pupil called Green."""
        before = {
            self._word(part.first - 1),
            self._word(part.first - 2) if len(self._word(part.first - 1)) == 1 else "",
        }
        return not before.isdisjoint(TITLES)

    def _famous_pieces(self) -> set[int]:
        """Pieces that belong to a story, a rhyme or a person of history."""
        held: set[int] = set()
        for i, word in enumerate(self.words):
            for phrase in _FAMOUS.get(word, ()):
                if tuple(self.words[i : i + len(phrase)]) == phrase:
                    held |= set(range(i, i + len(phrase)))
        return held

    def _in_famous(self, part: Part) -> bool:
        return not self.famous.isdisjoint(range(part.first, part.last))
