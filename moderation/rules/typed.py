"""One typed text cut into words, and what stands round each of them."""

import re

from moderation.rules.meaning_words import PRAISE
from moderation.rules.name_pieces import pieces

_OPENING = re.compile(r"(?:^|[.!?:;\n–—|•]\s*|[^\w\s,.'’\-]\s*)[\"“‘'(]?$")
_POSSESSIVE = ("'s", "’s")


class Typed:
    """`pieces` are its words in order, `words` their folded letters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces = pieces(text)
        self.words = [piece.letters for piece in self.pieces]

    def is_praised(self, i: int) -> bool:
        """“Well done Jordan from Wales”, “Proud of May”: whatever else it means, a pupil may be meant."""
        return self.word(i - (2 if self.word(i - 1) in ("to", "of") else 1)) in PRAISE

    def word(self, i: int) -> str:
        return self.words[i] if 0 <= i < len(self.words) else ""

    def opens(self, i: int) -> bool:
        start = self.pieces[i].start
        return bool(_OPENING.search(self.text[max(0, start - 12) : start]))

    def is_possessive(self, i: int) -> bool:
        return self.text[self.pieces[i].end : self.pieces[i].end + 2] in _POSSESSIVE

    def capitals_after(self, i: int) -> list[str]:
        """Up to three words with capitals that follow, a blank apart."""
        found: list[str] = []
        for piece in self.pieces[i + 1 : i + 4]:
            start = self.pieces[i + len(found)].end
            if not piece.capital or self.text[start : piece.start] not in (" ", "'s ", "’s "):
                break
            found.append(piece.letters)
        return found
