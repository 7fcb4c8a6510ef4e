"""Candidates from the roll held against a line that plain reading could not settle."""

from dataclasses import dataclass

import numpy as np

from moderation.detect.text_boxes import Picture, grown
from moderation.detect.text_engine import Spelling, TextEngine
from moderation.detect.text_lines import Line, Place
from moderation.detect.text_roll import Spellings, Spotted
from moderation.rules.name_pieces import fold, pieces
from moderation.rules.name_words import COMMON
from moderation.rules.names import Roll

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz _")
_CHEAPEST = -1.2  # nats a letter; what a name may cost at all
_WORDS = Spellings(sorted(word for word in COMMON if len(word) > 2))
# Handwriting may read better a little wider, farther or closer: (stretch, share of its height added all round).
_OTHER_LOOKS = ((1.25, 0.0), (1.0, 0.2), (1.0, -0.1))


@dataclass(frozen=True)
class Candidate:
    """A name of the roll that the writing could be. `start` and `end` are shares of the line."""

    subject: str
    score: float
    start: float
    end: float


class Candidates:
    """Every way the roll's people may be written, built once for each roll."""

    def __init__(self, roll: Roll) -> None:
        who: dict[str, str] = {}
        for entry in roll.entries:
            first, last = fold(entry.forename), fold(entry.surname)
            for called in filter(None, {first, fold(entry.preferred_name), *map(fold, entry.aliases)}):
                for name in (called, f"{called} {last}", f"{called}_{last[:1]}"):
                    who.setdefault(name.strip(" _"), entry.id)
            who.setdefault(last, entry.id)
            who.setdefault(f"{first[:1]}_{last}".strip("_"), entry.id)
        self._who = {name: one for name, one in who.items() if len(name) > 1 and set(name) <= _PLAIN}
        self._spellings = Spellings(list(self._who))

    def spot(self, engine: TextEngine, line: Line, place: Place, rgb: Picture) -> Candidate | None:
        """The likeliest name in the line, if it is likely enough for such a place."""
        looks = [line.spelling]
        if place is not Place.TEXT:
            looks += [engine.spell(rgb, grown(line.quad, pad), stretch) for stretch, pad in _OTHER_LOOKS]
        found = [spotted for look in looks for spotted in self._fits(look, line, place)]
        if not found:
            return None
        best = max(found, key=self._each)
        score = float(np.exp(min(0.0, self._each(best))))
        return Candidate(self._who[self._spellings.names[best.name]], score, best.start, best.end)

    def _each(self, spotted: Spotted) -> float:
        return spotted.cost / self._letters(spotted)

    def _letters(self, spotted: Spotted) -> int:
        return len(self._spellings.names[spotted.name].replace(" ", "").replace("_", ""))

    def _fits(self, look: Spelling, line: Line, place: Place) -> list[Spotted]:
        judged = {
            piece.letters for piece in pieces(line.text)
        }  # read letter for letter: plain reading has said what it is
        words = _WORDS.spot(look.letters, _CHEAPEST) if place is not Place.SLOT else []
        found = []
        for spotted in self._spellings.spot(look.letters, _CHEAPEST):
            name = self._spellings.names[spotted.name]
            if name in judged or not self._allowed(spotted, place):
                continue
            rivals = (word for word in words if _WORDS.names[word.name] != name or place is Place.TEXT)
            if not any(_same_place(spotted, word) and word.cost >= spotted.cost for word in rivals):
                found.append(spotted)
        return found

    def _allowed(self, spotted: Spotted, place: Place) -> bool:
        letters, each = self._letters(spotted), self._each(spotted)
        if place is Place.TEXT:
            return letters >= 5 and each >= (-0.5 if letters < 9 else -0.9)
        return each >= (-0.4 if letters < 3 else -0.7 if letters < 5 else -1.0 if letters < 8 else -1.2)


def _same_place(a: Spotted, b: Spotted) -> bool:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared > 0.5 * (a.end - a.start)
