"""How likely a word is a name here: the sum of what its signs weigh, as bench/fit_names.py learned from sentences."""

from functools import cache
from pathlib import Path

from moderation.rules.name_index import Token
from moderation.rules.name_signs import Signs

FILE = Path(__file__).with_name("name_weights.txt")
ASK = -1.2  # from here on it is a question; lower: more questions, fewer missed
ASK_MISSPELT = 1.0  # for a word that is only like a forename
ASK_PLAIN = -1.8  # for a forename that is no word


@cache
def weights() -> dict[str, float]:
    """By sign; each line holds a weight in hundredths, a blank and a sign."""
    lines = (line.split(" ", 1) for line in FILE.read_text("utf-8").splitlines())
    return {sign: int(weight) / 100 for weight, sign in lines}


def score(signs: Signs, i: int) -> float:
    """Above 0: rather a name than a word."""
    known = weights()
    return known["always"] + sum(known[sign] for sign in known.keys() & signs.of(i))


def may_be_a_name(signs: Signs, i: int) -> bool:
    """Must a person look at this word of the roll?"""
    return not signs.is_somebody_else(i) and score(signs, i) >= (ASK_PLAIN if signs.is_plain(i) else ASK)


def may_be_misspelt(signs: Signs, i: int, like: Token) -> bool:
    """Must a person look at this word, which is no name of the roll but almost one?"""
    signs.tokens[i] = like
    may_be = not (signs.is_somebody_else(i) or signs.has_a_stranger_beside(i)) and score(signs, i) >= ASK_MISSPELT
    signs.tokens[i] = None
    return may_be
