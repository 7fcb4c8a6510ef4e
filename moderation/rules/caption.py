"""What in typed words would tell strangers who a child is: names of the roll and ways to reach or find someone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from moderation.rules.details import WordsHit, birthday_of, personal_details
from moderation.rules.findings import Kind
from moderation.rules.listed_names import listed_names
from moderation.rules.meanings import Meanings, Weak
from moderation.rules.name_words import ALSO_WORDS
from moderation.rules.names import Roll, fold
from moderation.rules.persons import Persons
from moderation.rules.run_together import joined_names

__all__ = ["WordsHit", "check_words", "class_beside", "personal_details"]

_CLASS = re.compile(
    r"\b(?:(?:year|yr|class|form)\s?\d{1,2}[A-Z]{0,2}|Y\d{1,2}|\d{1,2}[A-Z]{1,2}|reception|nursery)\b", re.I
)
_REACH = 60  # characters between a name and the class that belongs to it
_JOINS = re.compile(r"(?:['’]s)?[\s(,:–—-]{0,3}(?:(?:from|in|of)\s)?")
_DOING = frozenset({"art", "mark", "may", "rose", "will"})  # words of a sentence first, names in a hurry last
_ENDS = re.compile(r"[.!?](?:\s|$)|\n")


def check_words(text: str, roll: Roll | None) -> list[WordsHit]:
    """Names of the roll and personal details in a caption, an alternative text or a file name, in order of the text."""
    held = bytearray(len(text))
    details = list(_free(personal_details(text), held))
    names = list(_free(_names(text, roll), held)) if roll and roll.entries else []
    details += _free((born for hit in names for born in birthday_of(text, hit.end)), held)
    return sorted([*(_with_class(text, hit) for hit in names), *details], key=lambda hit: (hit.start, hit.end))


def _names(text: str, roll: Roll) -> Iterator[WordsHit]:
    meanings, persons = Meanings(text), Persons(text)
    yield from _word_pairs(text, meanings, roll)
    for hit in roll.find(text):
        weak = _weakness(text[hit.start : hit.end], roll)
        if not meanings.is_no_pupil(hit.start, hit.end, weak):
            yield WordsHit(hit.kind, hit.start, hit.end, hit.subjects, hit.evidence)
    for joined in joined_names(text, roll.index):
        yield _hit(text, joined.start, joined.end, joined.rows, joined.sure, roll)
    listed = listed_names(text, meanings.pieces, roll.index)
    for i, piece in enumerate(meanings.pieces):
        token = roll.index.exact(piece.letters)
        if token is None or meanings.is_no_pupil(piece.start, piece.end):
            continue
        rows = token.first if i in listed or persons.speaks_of_a_person(i) else set()
        rows = rows or (token.surname if i in listed or persons.plays(i) else set())
        if rows:
            yield _hit(text, piece.start, piece.end, rows, False, roll)


def _word_pairs(text: str, meanings: Meanings, roll: Roll) -> Iterator[WordsHit]:
    """Two words that are one pupil’s names: “Berry, Holly”, and “jack young” in a hurry (but never “we will park”)."""
    for one, two in pairwise(meanings.pieces):
        if not all(piece.letters in ALSO_WORDS or len(piece.letters) == 2 for piece in (one, two)):
            continue
        first, second, between = roll.index.exact(one.letters), roll.index.exact(two.letters), text[one.end : two.start]
        rows: set[int] = set()
        if first and second and between == ", " and one.capital and two.capital:
            rows = first.surname & second.first
        elif first and second and between == " " and not one.capital and one.letters not in _DOING:
            rows = first.first & second.surname
        if rows:
            yield _hit(text, one.start, two.end, rows, False, roll)


def _weakness(word: str, roll: Roll) -> Weak | None:
    """Nobody on the roll has this as a forename: it is a surname, or a nickname."""
    token = roll.index.exact(fold(word))
    if token is None or token.forename or token.whole:
        return None
    return Weak.NICKNAME if token.short else Weak.SURNAME


def _hit(text: str, start: int, end: int, rows: Iterable[int], sure: bool, roll: Roll) -> WordsHit:
    kind = Kind.NAME_MATCH if sure else Kind.NAME_POSSIBLE
    subjects = tuple(sorted(roll.entries[row].id for row in rows))
    evidence = f"reads “{text[start:end]}”: {'is' if sure else 'may be'} a name on the roll"
    return WordsHit(kind, start, end, subjects, evidence)


def _free(hits: Iterable[WordsHit], held: bytearray) -> Iterator[WordsHit]:
    """What does not overlap an earlier one."""
    for hit in hits:
        if not any(held[hit.start : hit.end]):
            held[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            yield hit


def _with_class(text: str, hit: WordsHit) -> WordsHit:
    """A name with a class near it says who the child is; right beside it, it settles whether a word is a name."""
    beside = class_beside(text, hit)
    if beside is None:
        return hit
    start, end = beside
    between = text[hit.end : start] if start > hit.start else text[end : hit.start]
    kind = Kind.NAME_MATCH if _JOINS.fullmatch(between) else hit.kind
    return replace(hit, kind=kind, evidence=f"{hit.evidence}, and “{text[start:end]}” near it says which class")


def class_beside(text: str, hit: WordsHit) -> tuple[int, int] | None:
    """Where the class stands that is nearest to a name, in the same sentence: 4B, Year 4."""
    first, last = max(0, hit.start - _REACH), hit.end + _REACH
    before, after = _ENDS.split(text[first : hit.start])[-1], _ENDS.split(text[hit.end : last])[0]
    following, leading = _CLASS.search(after), list(_CLASS.finditer(before))
    if following and (not leading or following.start() <= len(before) - leading[-1].end()):
        return hit.end + following.start(), hit.end + following.end()
    if leading:
        start = hit.start - len(before)
        return start + leading[-1].start(), start + leading[-1].end()
    return None
