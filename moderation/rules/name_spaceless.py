"""Names in scripts that write no spaces between words: looked for letter for letter, anywhere in the text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_ALL_SPACELESS = re.compile(rf"[{SPACELESS}]{{2,}}")  # one sign alone is as often a word


class Spaceless:
    """Such names by their first sign: a forename alone, or both names in either order."""

    def __init__(self) -> None:
        self._starting: dict[str, dict[str, set[int]]] = {}

    def add(self, row: int, surname: str, called: Iterable[str]) -> None:
        for first in called:
            if first.isascii():
                continue
            for name in (first, first + surname, surname + first):
                plain = "".join(_plain(name).split())
                if _ALL_SPACELESS.fullmatch(plain):
                    self._starting.setdefault(plain[0], {}).setdefault(plain, set()).add(row)

    def find(self, text: str) -> Iterator[tuple[int, int, frozenset[int]]]:
        """Start, end and rows of every name in the text; the longest where several start, none inside another."""
        if not self._starting:
            return
        # Sign by sign, so that places in the plain text are places in the text.
        signs = [(sign, place) for place, one in enumerate(text) for sign in _plain(one)]
        plain = "".join(sign for sign, _ in signs)
        at = 0
        while at < len(plain):
            names = [name for name in self._starting.get(plain[at], ()) if plain.startswith(name, at)]
            if names:
                name = max(names, key=len)
                yield signs[at][1], signs[at + len(name) - 1][1] + 1, frozenset(self._starting[name[0]][name])
            at += len(max(names, key=len)) if names else 1


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
