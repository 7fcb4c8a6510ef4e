"""Does this text hold a name of the roll? Exact, folded, shortened or misspelt; surely, or as a question."""

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.rules.findings import Kind
from moderation.rules.name_alone import Context
from moderation.rules.name_index import Index, RollEntry
from moderation.rules.name_pieces import Piece, fold, pieces, together
from moderation.rules.name_reader import Guess, Reader
from moderation.rules.name_words import TITLES
from moderation.rules.nicknames import KNOWN, Nicknames

__all__ = ["Context", "NameHit", "Roll", "RollEntry", "fold", "titled_names"]


@dataclass(frozen=True)
class NameHit:
    """A name in a text. `subjects` are roll ids; `start`, `end` count characters; `score` 1.0 is letter for letter."""

    subjects: tuple[str, ...]
    kind: Kind
    start: int
    end: int
    score: float
    evidence: str


class Roll:
    """The names to look for. Build it once for each version of the roll; it never changes afterwards."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.entries = index.entries

    @classmethod
    def build(cls, entries: Iterable[RollEntry], nicknames: Nicknames = KNOWN) -> "Roll":
        return cls(Index(entries, nicknames))

    def find(self, text: str, context: Context = Context.TYPED) -> list[NameHit]:
        """Every name of the roll in the text, in order, none inside another."""
        if not self.entries:
            return []
        reader = Reader(self.index, text, context)
        found = [
            self._hit(text, start, end, Guess(0, 0, rows, True, 1.0))
            for start, end, rows in self.index.spaceless.find(text)
        ]
        held = {place for hit in found for place in range(hit.start, hit.end)}
        for guess in reader.guesses():
            start, end = reader.pieces[guess.first].start, reader.pieces[guess.last - 1].end
            if held.isdisjoint(range(start, end)):
                found.append(self._hit(text, start, end, guess, _titled(reader.pieces, guess.first)))
        return sorted(found, key=lambda hit: hit.start)

    def _hit(self, text: str, start: int, end: int, guess: Guess, titled: bool = False) -> NameHit:
        staff = {row for row in guess.rows if self.entries[row].staff}
        noted = bool(staff) and (titled or staff == guess.rows)  # a name that a pupil shares is the pupil's
        subjects = tuple(sorted(self.entries[row].id for row in (staff if noted else guess.rows - staff)))
        how = "is" if guess.sure else "may be" if guess.score == 1.0 else "is like"
        whose = "a name on the roll" if len(subjects) == 1 else f"a name {len(subjects)} people on the roll share"
        kind = Kind.NAME_STAFF if noted else Kind.NAME_MATCH if guess.sure else Kind.NAME_POSSIBLE
        evidence = f"reads “{text[start:end]}”: {how} {f'{whose} of staff' if noted else whose}"
        return NameHit(subjects, kind, start, end, guess.score, evidence)


def _titled(parts: list[Piece], first: int) -> bool:
    return first > 0 and parts[first - 1].letters in TITLES and parts[first - 1].capital


def titled_names(text: str, roll: Roll | None = None) -> list[tuple[int, int]]:
    """Where a member of staff is named with a title, Mr D. Whitcombe, and is not on the roll of staff.

    A question in a picture, nothing in a caption.
    """
    parts = pieces(text)
    found = []
    for i, piece in enumerate(parts[:-1]):
        last = i + 1
        while last < len(parts) - 1 and len(parts[last].letters) <= 2 and last < i + 3:
            last += 1
        near = all(
            together(text, parts[k], parts[k + 1]) or len(parts[k].letters) <= 2 or k == i for k in range(i, last)
        )
        if piece.letters in TITLES and piece.capital and parts[last].capital and len(parts[last].letters) > 2 and near:
            found.append((piece.start, parts[last].end))
    if not found or roll is None:
        return found
    known = {hit.end for hit in roll.find(text, Context.PICTURE) if hit.kind is Kind.NAME_STAFF}
    return [(start, end) for start, end in found if end not in known]
