"""Names written without a gap, as in hashtags and file names: #zoeobrien, #welldonezoe, zoeobrien.jpg."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from moderation.rules.meaning_words import PEOPLE_DO
from moderation.rules.name_index import Index
from moderation.rules.name_pieces import fold
from moderation.rules.name_words import ALSO_WORDS, COMMON

_LETTERS = re.compile(r"(?<![^\W\d_])[^\W\d_]{4,80}(?![^\W\d_])")
_TAG = re.compile(
    r"#[^\W_]\w{2,99}|[\w-]{5,120}(?=\.(?:jpe?g|png|heic|heif|webp|gif|mp4|mov|pdf|tiff?)\b)", re.IGNORECASE
)
_SHOUTED = re.compile(r"[^\W\d_a-z]{7,}")  # TEAMSOPHIE
_WORDS = (
    COMMON
    | PEOPLE_DO
    | {"boo", "congrats", "cup", "gala", "goodbye", "hooray", "kid", "luck", "magic", "rocks", "wow", "yay"}
)
_GREETING = re.compile(
    r"(?:welldone|goodluck|happybirthday|congratulations|congrats|thankyou|welcome|goodbye|bravo)(.+)"
)
_LONGEST = max(map(len, _WORDS))


@dataclass(frozen=True)
class Joined:
    """`start` and `end` count characters; `rows` are rows of the roll. Not `sure`: it may be a word."""

    start: int
    end: int
    rows: frozenset[int]
    sure: bool


def joined_names(text: str, index: Index) -> Iterator[Joined]:
    """Forename and surname in one word anywhere; among everyday words only in tags, file names, capitals."""
    tags = [match.span() for match in _TAG.finditer(text)]
    inside = {i for start, end in tags for i in range(start, end)}
    for match in _LETTERS.finditer(text):
        letters = fold(match.group())
        if letters in COMMON or index.exact(letters):
            continue
        rows = _full(letters, index)
        if rows:
            yield Joined(*match.span(), rows, True)
        elif (match.start() in inside or _SHOUTED.fullmatch(match.group())) and len(
            letters
        ) == match.end() - match.start():
            yield from _among_words(letters, match.start(), index)


def _full(letters: str, index: Index) -> frozenset[int]:
    rows: set[int] = set()
    for cut in range(2, len(letters) - 1):
        a, b = index.exact(letters[:cut]), index.exact(letters[cut:])
        if a and b:
            rows |= (a.first & b.surname) | (a.surname & b.first)
    return frozenset(rows)


def _among_words(letters: str, at: int, index: Index) -> Iterator[Joined]:
    """The cut with the fewest names, then the fewest parts; nothing if everyday words alone make it up.

    But after a greeting a name that is also a word is meant: #goodluckgrace.
    """
    greeted = _GREETING.fullmatch(letters)
    if greeted and _is_forename(greeted[1], index):
        rows = frozenset(index.tokens[greeted[1]].first)
        yield Joined(at + greeted.start(1), at + greeted.end(1), rows, greeted[1] not in ALSO_WORDS)
        return
    best: list[tuple[int, int, tuple[tuple[int, int], ...]] | None] = [(0, 0, ())] + [None] * len(letters)
    for start in range(len(letters)):
        so_far = best[start]
        if so_far is None:
            continue
        for end in range(start + 1, min(len(letters), start + max(_LONGEST, index.longest)) + 1):
            part = letters[start:end]
            names, parts, spans = so_far
            if part in _WORDS or (part == "s" and spans and spans[-1][1] == start):
                step = (names, parts + 1, spans)
            elif _is_forename(part, index):
                step = (names + 1, parts + 1, (*spans, (start, end)))
            else:
                continue
            there = best[end]
            best[end] = step if there is None or step[:2] < there[:2] else there
    whole = best[-1]
    for start, end in whole[2] if whole else ():
        token = index.tokens[letters[start:end]]
        yield Joined(at + start, at + end, frozenset(token.first), letters[start:end] not in ALSO_WORDS)


def _is_forename(part: str, index: Index) -> bool:
    token = index.exact(part) if len(part) > 2 else None
    return token is not None and bool(token.first)
