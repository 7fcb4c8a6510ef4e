"""What in typed words would tell strangers who a child is: names of the roll and ways to reach or find someone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from moderation.rules.details import WordsHit, personal_details
from moderation.rules.findings import Kind
from moderation.rules.meanings import Meanings
from moderation.rules.names import Roll
from moderation.rules.run_together import joined_names

__all__ = ["WordsHit", "check_words", "class_beside", "personal_details"]

_CLASS = re.compile(
    r"\b(?:(?:year|yr|class|form)\s?\d{1,2}[A-Z]{0,2}|Y\d{1,2}|\d{1,2}[A-Z]{1,2}|reception|nursery)\b", re.I
)
_REACH = 60  # characters between a name and the class that belongs to it
_JOINS = re.compile(r"(?:['’]s)?[\s(,:–—-]{0,3}(?:(?:from|in|of)\s)?")
_ENDS = re.compile(r"[.!?](?:\s|$)|\n")


def check_words(text: str, roll: Roll | None) -> list[WordsHit]:
    """Names of the roll and personal details in a caption, an alternative text or a file name, in order of the text."""
    held = bytearray(len(text))
    details = list(_free(personal_details(text), held))
    names = list(_free(_names(text, roll), held)) if roll and roll.entries else []
    return sorted([*(_with_class(text, hit) for hit in names), *details], key=lambda hit: (hit.start, hit.end))


def _names(text: str, roll: Roll) -> Iterator[WordsHit]:
    meanings = Meanings(text)
    for hit in roll.find(text):
        if not meanings.is_no_pupil(hit.start, hit.end):
            yield WordsHit(hit.kind, hit.start, hit.end, hit.subjects, hit.evidence)
    for joined in joined_names(text, roll.index):
        yield _hit(text, joined.start, joined.end, joined.rows, joined.sure, roll)
    for i, piece in enumerate(meanings.pieces):
        token = roll.index.exact(piece.letters) if meanings.opens_as_a_person(i) else None
        if token and token.first and not meanings.is_no_pupil(piece.start, piece.end):
            yield _hit(text, piece.start, piece.end, token.first, False, roll)


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
