"""Text cut into the pieces that names are made of, each folded to plain letters and knowing where it stood."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from moderation.rules.name_spaceless import SPACELESS

_INVISIBLE = "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_QUOTES = "'’‘`´ʼʻ＇"
# Vowel signs of Hebrew, Arabic and the scripts of India count as parts of the word they stand in.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0981-\u0dff"
)
_WORD = re.compile(rf"[{SPACELESS}]+|[^\W_{SPACELESS}](?:[{_QUOTES}]?[^\W_{SPACELESS}]|[{_MARKS}{_INVISIBLE}])*")
_HIDDEN = re.compile(rf"[{_INVISIBLE}{_QUOTES}]")
LONGEST_SEARCHED = 80  # letters of one word
_POSSESSIVE = re.compile(rf"[{_QUOTES}][sS]$")
_CAMEL = re.compile(
    r"(?<=[^\W\d_A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-ZÀ-ÖØ-Þ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
)
# Cyrillic, Greek and small capitals that look like Latin letters: a Zоë that nobody can tell from Zoë.
_LOOKALIKES = dict(
    zip(
        "авекмнорстухіјѕԁһԛԝӏ" + "αβεζηικμνορτυχ" + "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
        "abekmhopctyxijsdhqwl" + "abezhikmnoptyx" + "abcdefghijklmnoprstuvwyz",
        strict=True,
    )
)
_LETTERS = str.maketrans(_LOOKALIKES | {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th",
    "ə": "e", "ŋ": "n", "ĸ": "k", "ſ": "s", "-": "", " ": "", ".": "", "‐": "", "–": "",
})  # fmt: skip
_LOOKALIKE_DIGITS = str.maketrans("015638|", "olsebbl")


@dataclass(frozen=True)
class Piece:
    """One word, or a part of one where capitals or digits split it. `start` and `end` count characters of the text."""

    start: int
    end: int
    letters: str  # folded: lower case, no marks, no apostrophes
    capital: bool
    initial: bool  # one capital letter, alone
    word: int  # pieces of the same word share this number


def fold(text: str) -> str:
    """Lower case without accents, apostrophes, hyphens, spaces or unseen signs: Zoë O’Brien is zoeobrien."""
    if text.isascii() and text.isalnum():
        return text.lower()  # there is nothing to fold: a quarter of the time
    plain = unicodedata.normalize("NFKD", _HIDDEN.sub("", text)).casefold().translate(_LETTERS)
    return "".join(c for c in plain if not unicodedata.combining(c))


def pieces(text: str, lookalikes: bool = False) -> list[Piece]:
    """The pieces of a text in order. `lookalikes`: 0 may be O and 1 may be l, as in writing read from a picture."""
    found: list[Piece] = []
    for number, match in enumerate(_WORD.finditer(text)):
        word = _POSSESSIVE.sub("", match.group())
        mixed = lookalikes and any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
        cuts = [0, *([] if mixed else (m.start() for m in _CAMEL.finditer(word))), len(word)]
        for a, b in pairwise(cuts):
            part = word[a:b]
            letters = fold(part.translate(_LOOKALIKE_DIGITS) if mixed else part)
            if letters and not letters.isdigit():
                alone = len(cuts) == 2 and len(letters) == 1
                start = match.start() + a
                found.append(
                    Piece(start, start + b - a, letters, part[0].isupper(), alone and part[0].isupper(), number)
                )
    return found


def gap(text: str, before: Piece, after: Piece) -> str:
    """What stands between two pieces."""
    return text[before.end : after.start]


_ENDS = re.compile(r"[!?;:()\"“”|/]|\.\s|\n\s*\n")


def together(text: str, before: Piece, after: Piece) -> bool:
    """May these two be parts of one name? No sentence ends between them and they stand close."""
    between = gap(text, before, after)
    if between.startswith(("'s", "’s", "'S", "’S")):
        return False
    return len(between) <= 4 and not _ENDS.search("." if before.initial and between.strip() == "." else between)


def search_words(key: str, names: str) -> frozenset[str]:
    """What somebody is found by: each piece of their names, double names in two, and their number."""
    words = [key, *names.replace("-", " ").replace(";", " ").split()]
    return frozenset(fold(word)[:LONGEST_SEARCHED] for word in words) - {""}
