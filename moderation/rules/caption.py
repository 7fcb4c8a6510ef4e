"""What in typed words would tell strangers who a child is: names of the roll and ways to reach or find someone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

from moderation.rules.details import WordsHit, birthday_of, personal_details
from moderation.rules.disguises import digits_for_letters, misspelt, plain_letters, turned
from moderation.rules.findings import Kind
from moderation.rules.name_index import Token
from moderation.rules.name_signs import Signs
from moderation.rules.name_weights import FILE, may_be_a_name, may_be_misspelt
from moderation.rules.name_words import ALSO_WORDS
from moderation.rules.names import Roll
from moderation.rules.run_together import joined_names

__all__ = ["CLASS", "WordsHit", "check_words", "personal_details", "words_version"]

CLASS = re.compile(
    r"\b(?:(?:year|yr|class|form)\s?\d{1,2}[A-Z]{0,2}|Y\d{1,2}|\d{1,2}[A-Z]{1,2}|reception|nursery)\b", re.I
)
_REACH = 60  # characters between a name and the class that belongs to it
_JOINS = re.compile(r"(?:['’]s)?[\s(,:–—-]{0,3}(?:(?:from|in|of)\s)?")
_FOLLOWS = re.compile(r"[\s,(–—-]{0,3}(?:(?:from|in|of)\s)?")  # between a name and the class that is marked with it
_LEADS = re.compile(r"\s?[:–—-]\s?")  # 4B: Zoë
_DOING = frozenset({"art", "mark", "may", "rose", "will"})  # words of a sentence first, names in a hurry last
_ENDS = re.compile(r"[.!?](?:\s|$)|\n")


def words_version(own_nicknames: str) -> str:
    """What the words are checked by. Raise the number when a rule changes; weights and short names count themselves."""
    what = FILE.read_bytes() + own_nicknames.encode()
    return f"words-2-{sha256(what).hexdigest()[:12]}"


def check_words(text: str, roll: Roll | None) -> list[WordsHit]:
    """Names of the roll and personal details in a caption, an alternative text or a file name, in order of the text."""
    held = bytearray(len(text))
    details = list(_free(personal_details(text), held))
    plain = plain_letters(text)
    names = list(_free((*_names(plain, roll), *_turned(plain, roll)), held)) if roll and roll.entries else []
    details += _free((born for hit in names for born in birthday_of(text, hit.end)), held)
    return sorted([*(_with_class(text, hit) for hit in names), *details], key=lambda hit: (hit.start, hit.end))


def _names(text: str, roll: Roll) -> Iterator[WordsHit]:
    """Forename and surname together stay a name, whoever else is called so; one word alone is weighed."""
    signs = Signs(text, roll.index)
    alone = {(piece.start, piece.end): i for i, piece in enumerate(signs.pieces) if signs.is_on_roll(i)}
    asked = {i for i in alone.values() if may_be_a_name(signs, i)}
    yield from _word_pairs(text, signs, roll)
    for hit in roll.find(text):
        i = alone.get((hit.start, hit.end))
        if i is None or hit.kind is Kind.NAME_STAFF or i in asked:
            yield WordsHit(hit.kind, hit.start, hit.end, hit.subjects, hit.evidence)
    for joined in joined_names(text, roll.index):
        yield _hit(text, joined.start, joined.end, joined.rows, joined.sure, roll)
    for (start, end), i in alone.items():
        token = signs.tokens[i]
        if token and i in asked:
            yield _hit(text, start, end, _pupils(token), False, roll)
    for start, end, token in digits_for_letters(text, roll.index):
        yield _hit(text, start, end, _pupils(token), False, roll)
    for i, piece in enumerate(signs.pieces):
        slip = misspelt(piece.letters, roll.index) if piece.capital and signs.tokens[i] is None else None
        if slip and may_be_misspelt(signs, i, slip):
            yield _hit(text, piece.start, piece.end, slip.forename, False, roll)


def _turned(text: str, roll: Roll) -> Iterator[WordsHit]:
    """Names in what is shown from right to left."""
    for end, read in turned(text):
        for hit in _names(read, roll):
            yield replace(hit, kind=Kind.NAME_POSSIBLE, start=end - hit.end, end=end - hit.start)


def _pupils(token: Token) -> set[int]:
    return token.forename | token.short | token.whole or token.surname


def _word_pairs(text: str, signs: Signs, roll: Roll) -> Iterator[WordsHit]:
    """Two words that are one pupil’s names: “Berry, Holly”, and “jack young” in a hurry (but never “we will park”)."""
    for one, two in pairwise(signs.pieces):
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
    """A name with a class near it says who the child is.

    Right beside it, the class settles whether a word is a name; right behind it, it is marked as well.
    """
    beside = _class_beside(text, hit)
    if beside is None:
        return hit
    start, end = beside
    between = text[hit.end : start] if start > hit.start else text[end : hit.start]
    kind = Kind.NAME_MATCH if _JOINS.fullmatch(between) else hit.kind
    evidence = f"{hit.evidence}, and “{text[start:end]}” near it says which class"
    if start < hit.start and _LEADS.fullmatch(between):
        return replace(hit, kind=kind, start=start, evidence=evidence)
    if start < hit.end or not _FOLLOWS.fullmatch(between):
        return replace(hit, kind=kind, evidence=evidence)
    closed = end + 1 if "(" in between and text[end : end + 1] == ")" else end
    return replace(hit, kind=kind, end=closed, evidence=evidence)


def _class_beside(text: str, hit: WordsHit) -> tuple[int, int] | None:
    """Where the class stands that is nearest to a name, in the same sentence: 4B, Year 4."""
    first, last = max(0, hit.start - _REACH), hit.end + _REACH
    before, after = _ENDS.split(text[first : hit.start])[-1], _ENDS.split(text[hit.end : last])[0]
    following, leading = CLASS.search(after), list(CLASS.finditer(before))
    if following and (not leading or following.start() <= len(before) - leading[-1].end()):
        return hit.end + following.start(), hit.end + following.end()
    if leading:
        start = hit.start - len(before)
        return start + leading[-1].start(), start + leading[-1].end()
    return None
