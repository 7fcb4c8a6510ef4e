"""How the last word of a list is joined on in Welsh: “a” and “neu” change, and change what comes after them."""

from typing import Final

_VOWELS: Final = tuple("aeiouwyâêîôûŵŷ")
_AFTER_AND: Final = {"c": "ch", "p": "ph", "t": "th"}
_AFTER_OR: Final = {
    "ll": "l", "rh": "r", "p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f",
}  # fmt: skip
_KEPT: Final = ("ch", "ph", "th", "dd", "ff", "ng")  # letters of their own


def joined(between: str, word: str) -> str:
    """`a phennaeth`, `ac athro`, `a’r pennaeth`, `neu bennaeth`. A name, which has a capital letter, stays as it is."""
    article, _, rest = word.partition(" ")
    if article in ("y", "yr") and rest and between in ("a", "neu"):
        return f"{between}’r {rest}"
    if between == "a":
        if word.casefold().startswith(_VOWELS):
            return f"ac {word}"
        return f"a {_changed(word, _AFTER_AND)}"
    return f"{between} {_changed(word, _AFTER_OR) if between == 'neu' else word}"


def _changed(word: str, letters: dict[str, str]) -> str:
    if word.startswith(_KEPT):
        return word
    first = next((first for first in letters if word.startswith(first)), "")
    return f"{letters[first]}{word[len(first) :]}" if first else word
