"""Candidates from the roll held against a line that plain reading could not settle."""

import weakref
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from moderation.detect.text_boxes import Picture, grown
from moderation.detect.text_engine import Spelling, TextEngine
from moderation.detect.text_lines import Line
from moderation.detect.text_places import Place
from moderation.detect.text_roll import Spellings, Spotted
from moderation.rules.name_pieces import fold, pieces
from moderation.rules.name_words import COMMON
from moderation.rules.names import Roll

_MARK = 0.8  # two letters by themselves, read as surely as this, are what was read: a unit, a mark
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz _")
_CHEAPEST = -1.2  # nats a letter; what a word may cost at all
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
        for entry in (entry for entry in roll.entries if not entry.staff):
            first, last = fold(entry.forename), fold(entry.surname)
            for called in filter(None, {first, fold(entry.preferred_name), *map(fold, entry.aliases)}):
                for name in (called, f"{called} {last}", f"{called}_{last[:1]}"):
                    who.setdefault(name.strip(" _"), entry.id)
            who.setdefault(last, entry.id)
            who.setdefault(f"{first[:1]}_{last}".strip("_"), entry.id)
        self._who = {name: one for name, one in who.items() if len(name) > 1 and set(name) <= _PLAIN}
        self.spellings = Spellings(list(self._who))
        self.least = {wordy: _least(self.spellings.letters, wordy) for wordy in (True, False)}

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
        return Candidate(self._who[self.spellings.names[best.name]], score, best.start, best.end)

    def _each(self, spotted: Spotted) -> float:
        return spotted.cost / self._letters(spotted)

    def _letters(self, spotted: Spotted) -> int:
        return int(self.spellings.letters[spotted.name])

    def _fits(self, look: Spelling, line: Line, place: Place) -> list[Spotted]:
        spotted = self.spellings.spot(look.letters, self.least[place is Place.TEXT])
        # Read letter for letter: plain reading has said what it is.
        judged = {piece.letters for piece in pieces(line.text)} if spotted else set()
        mark = place is Place.LABEL and line.score >= _MARK
        named = ((one, self.spellings.names[one.name]) for one in spotted)
        found = [one for one, name in named if name not in judged and not (mark and len(name) < 3)]
        words = _WORDS.spot(look.letters, _CHEAPEST) if found and place is not Place.SLOT else []
        return [one for one in found if not any(self._beaten(one, word, place) for word in words)]

    def _beaten(self, spotted: Spotted, word: Spotted, place: Place) -> bool:
        """Is this word of every day the likelier reading of the same place?"""
        other = _WORDS.names[word.name] != self.spellings.names[spotted.name] or place is Place.TEXT
        return other and word.cost >= spotted.cost and _same_place(spotted, word)


# Built from a roll the first time it is asked for, and forgotten with it.
_prepared: "weakref.WeakKeyDictionary[Roll, Candidates]" = weakref.WeakKeyDictionary()


def candidates(roll: Roll) -> Candidates:
    """The roll's candidates: a second of work and 40 MB for 50,000 people, so they are made once for each roll."""
    if roll not in _prepared:
        _prepared[roll] = Candidates(roll)
    return _prepared[roll]


def _least(letters: npt.NDArray[np.int64], wordy: bool) -> npt.NDArray[np.float64]:
    """What a name of so many letters may cost a letter; a sentence is stricter than a place for names."""
    if wordy:
        return np.select([letters < 5, letters < 9], [np.inf, -0.5], -0.9)
    return np.select([letters < 3, letters < 5, letters < 8], [-0.4, -0.7, -1.0], -1.2)


def _same_place(a: Spotted, b: Spotted) -> bool:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared > 0.5 * (a.end - a.start)
