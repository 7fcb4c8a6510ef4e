"""Names in a row: “Olive, Rowan, Heather and Felix”, “Fisher (2), Bird, Swift”; each makes the others likelier."""

import re
from collections.abc import Sequence
from itertools import pairwise

from moderation.rules.doing_words import is_player
from moderation.rules.name_index import Index, Token
from moderation.rules.name_pieces import Piece
from moderation.rules.name_words import ALSO_WORDS, COMMON

_JOINED = re.compile(r"(?:\s?\(?\d{1,3}\)?)?(?:,?\s(?:and\s|&\s)?|,\s?|\s?[&+/]\s?)")
_SAID = re.compile(r"(?:\s?\(?\d{1,3}\)?)?(?:,\s(?:and\s|&\s)?|\s(?:and|&|\+)\s|\s?[&+/]\s?)")  # not just a blank
_GROUPS = frozenset({"classes", "groups", "houses", "tables", "teams"})  # Pearl and Ruby groups
_ADDED = re.compile(r"\s?[&+]\s?")


def listed_names(text: str, pieces: Sequence[Piece], index: Index) -> set[int]:
    """Which pieces stand in a row of names of the roll that says that none of them is just a word."""
    found: set[int] = set()
    row: list[int] = []
    for i in range(len(pieces) + 1):
        if row and i < len(pieces) and pieces[i].letters == "and":
            continue
        token = _name(pieces[i], index) if i < len(pieces) else None
        if token is None or (row and not _JOINED.fullmatch(text[pieces[row[-1]].end : pieces[i].start])):
            found |= set(row) if _are_names(text, pieces, row, index) else set()
            row = []
        if token is not None:
            row = [*row, i]
    return found


def _name(piece: Piece, index: Index) -> Token | None:
    """Small letters make a name only of what is no word of every day: “sofia and max”, never “ella will”."""
    token = index.exact(piece.letters) if piece.capital or piece.letters not in COMMON else None
    return token if token and (token.first or token.surname) else None


def _are_names(text: str, pieces: Sequence[Piece], places: Sequence[int], index: Index) -> bool:
    """Three forenames; or two names, joined as in a list, of which one is hardly a word. Colours alone are not."""
    row = [pieces[i] for i in places]
    if places and places[-1] + 1 < len(pieces) and pieces[places[-1] + 1].letters in _GROUPS:
        return False
    tokens = [index.exact(piece.letters) for piece in row]
    forenames = len(row) > 2 and all(piece.capital for piece in row) and all(t and t.first for t in tokens)
    if forenames or len(row) < 2:
        return forenames
    listed = all(_SAID.fullmatch(text[a.end : b.start]) for a, b in pairwise(row))
    plain = [piece.letters not in ALSO_WORDS for piece in row]
    hardly = any(piece.letters not in COMMON for piece in row) and all(piece.capital for piece in row)
    team = places[0] > 0 and is_player(pieces[places[0] - 1].letters, text[pieces[places[0] - 1].end : row[0].start])
    both = (
        len(row) == 2 and all(t and t.first for t in tokens) and bool(_ADDED.fullmatch(text[row[0].end : row[1].start]))
    )
    return listed and (any(plain) or hardly or team or both)
