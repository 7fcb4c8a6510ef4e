"""Names written so that no search finds them: S0phie, circled letters, turned round, a letter out of place."""

import re
from collections.abc import Iterator

from moderation.rules.name_index import Index, Token
from moderation.rules.name_words import ALSO_WORDS, COMMON
from moderation.rules.word_kinds import kinds

_CIRCLED = {
    chr(first + i): chr(letter + i)
    for first, letter in (
        (0x24B6, 65),
        (0x24D0, 97),
        (0x1F130, 65),
        (0x1F150, 65),
        (0x1F170, 65),
        (0xFF21, 65),
        (0xFF41, 97),
    )
    for i in range(26)
}
_MATHEMATICAL = {  # thirteen alphabets of capitals and small letters, one behind the other
    chr(0x1D400 + 52 * alphabet + i): chr((65 if i < 26 else 71) + i) for alphabet in range(13) for i in range(52)
}
_PLAIN = str.maketrans(_CIRCLED | _MATHEMATICAL)
_TURNED = re.compile(r"\u202e([^\u202c\u2069\n]*)")
_WITH_DIGITS = re.compile(
    r"(?<![\w@.#])(?=[^\W_]*(?:\d|[@$!][^\W_]))(?=[\d@$!]*[^\W\d_])[^\W_](?:[^\W_]|[@$!](?=[^\W_])){3,29}(?!\w)"
)
_DIGITS = tuple(str.maketrans("01345678@$!", letters) for letters in ("oieasbtbasi", "oleasbtbasi"))
_SOUNDS = (("ph", "f"), ("ck", "k"), ("y", "i"))
_LEAST = 5  # letters of a name that may be misspelt


def plain_letters(text: str) -> str:
    """The same text, as long, in plain letters where they were circled, wide or those of mathematics."""
    return text.translate(_PLAIN)


def turned(text: str) -> Iterator[tuple[int, str]]:
    """Each stretch that is shown from right to left: where it ends, and how it is read."""
    for match in _TURNED.finditer(text):
        yield match.end(1), match[1][::-1]


def digits_for_letters(text: str, index: Index) -> Iterator[tuple[int, int, Token]]:
    """Forenames and surnames of the roll with digits or signs in them: S0phie, J@ck."""
    for match in _WITH_DIGITS.finditer(text):
        for table in _DIGITS:
            letters = match.group().casefold().translate(table)
            token = index.exact(letters)
            if token and letters not in COMMON and (token.forename or token.surname):
                yield match.start(), match.end(), token
                break


def misspelt(letters: str, index: Index) -> Token | None:
    """The forename that this is a slip of: one letter more, less or swapped, and it sounds the same. Sophei, Niahm."""
    if len(letters) < _LEAST or letters in ALSO_WORDS or kinds(letters) != ("other",):
        return None
    said = letters.replace("f", "ph")
    for name in [said, *(found.letters for found in index.like(letters))]:
        token = index.exact(name)
        if token and len(name) >= _LEAST and token.forename and name not in ALSO_WORDS and _is_slip(letters, name):
            return token
    return None


def _is_slip(letters: str, name: str) -> bool:
    return letters[0] == name[0] and (sorted(letters) == sorted(name) or _bones(letters) == _bones(name))


def _bones(letters: str) -> str:
    """Its consonants as they are heard."""
    for written, said in _SOUNDS:
        letters = letters.replace(written, said)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]", "", letters))
