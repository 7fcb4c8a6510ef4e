"""One text read with one roll in hand: joins its pieces to names and judges how sure each is."""

from collections.abc import Iterator
from dataclasses import dataclass

from moderation.rules.name_alone import Context, Part, Surroundings, ordinary
from moderation.rules.name_index import Found, Index
from moderation.rules.name_pieces import fold, pieces, together
from moderation.rules.name_words import COMMON, LETTERED

_MOST_PIECES = 4  # of one part of a name: Jean Luc, de la Cruz


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
        self.around = Surroundings(index, text, self.pieces, context)

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
                if token and last > first + 1 and COMMON.issuperset(self.words[first:last]):
                    continue  # "the a" is not Thea
                if token:
                    yield Part(first, last, Found(joined, token, 0))
                elif last <= first + 2 and joined not in COMMON:
                    if last == first + 2 and not set(self.words[first:last]).isdisjoint(COMMON):
                        continue  # "well done": never half a word of everyday writing
                    typed = self.context is Context.TYPED
                    alike = self.index.without_apostrophe(joined) if typed else self.index.alike(joined)
                    for found in alike or self.index.like(joined):
                        yield Part(first, last, found)

    def _full(self, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        for first, starts in parts.items():
            for a in starts:
                if a.found.token.whole and a.found.distance == 0:
                    yield Guess(first, a.last, frozenset(a.found.token.whole | a.found.token.forename), True, 1.0)
                yield from self._with_next(a, parts)
        yield from self._initialled(parts)

    def _with_next(self, a: Part, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        for skip in (0, 1):  # one middle name may stand between
            if not self._joined(a.last - 1, a.last + skip):
                return
            for b in parts.get(a.last + skip, ()):
                forwards = a.found.token.first & b.found.token.last
                backwards = a.found.token.last & b.found.token.first if skip == 0 else set()
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
        words = [ordinary(a), ordinary(b)]
        capitals = self.pieces[a.first].capital and self.pieces[b.first].capital
        alone = a.first == 0 and b.last == len(self.pieces) and self.context is not Context.TYPED
        if all(words) and (swapped or skip or not (capitals or alone or self.context is Context.SLOT)):
            return None
        if any(words) and skip and not capitals:
            return None
        sure = (not wrong or (wrong == 1 and length >= 10)) and not (all(words) and self.around.before_a_place(b))
        return Guess(a.first, b.last, frozenset(rows), sure, 1 - wrong / length)

    def _initialled(self, parts: dict[int, list[Part]]) -> Iterator[Guess]:
        """A. Edwards, and Svetlana C."""
        ending: dict[int, list[Part]] = {}
        for part in (part for starts in parts.values() for part in starts):
            ending.setdefault(part.last, []).append(part)
        for i, piece in enumerate(self.pieces):
            if not piece.initial:
                continue
            for part in parts.get(i + 1, ()) if self._joined(i, i + 1) else ():
                rows = self._starting(part.found.token.last, piece.letters, surname=False)
                word = ordinary(part)
                dotted = "." in self.text[piece.end : self.pieces[i + 1].start]
                alone = (
                    piece.letters not in "ai" and self.words[i - 1] not in LETTERED if i else piece.letters not in "ai"
                )
                if rows and not part.found.distance and self.pieces[i + 1].capital and (dotted or alone or not word):
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
            if token.staff_surname and not part.found.distance and self.around.titled(part):
                yield Guess(part.first, part.last, frozenset(token.staff_surname), True, 1.0)
            wrong = part.found.distance > 0
            if not rows or (wrong and not part.found.alike) or self.around.titled(part) or self.around.in_famous(part):
                continue
            sure = self.around.sure_alone(part)
            if sure is not None:
                score = 1 - part.found.distance / len(part.found.letters)
                yield Guess(part.first, part.last, frozenset(rows), sure and not wrong, score)
