"""Which passwords are taken: long ones that nobody tries first. Looked up offline; no rules about signs."""

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

from moderation.rules.language import N_, gettext
from moderation.services.work import Mistake

SHORTEST = 12
LONGEST = 1000
GUESSES = 10**8  # fewer are soon made, even against a slow hash
_LEFT = 8  # characters that have to be there besides names
_LOOKED_AT = 72  # characters; what is behind them only makes it longer
_GOOD = N_("Three words in a row that nobody would expect together are good.")


def check(password: str, about: Iterable[str] = ()) -> None:
    """Raises Mistake for one that is too short, too long, among the commonest, or made of what is known.

    `about`: the person's name and address, the school's name. Nothing of the password stands in the sentence.
    """
    if len(password) < SHORTEST:
        raise Mistake(
            gettext("A password needs at least {shortest} characters. Three words in a row are good.").format(
                shortest=SHORTEST
            )
        )
    if len(password) > LONGEST:
        raise Mistake(gettext("That password is too long. Three words in a row are enough."))
    known = _known(about)
    judged = zxcvbn(password[:_LOOKED_AT], user_inputs=known)
    is_weak = judged["guesses"] < GUESSES
    if _is_made_of(password, known) or (
        is_weak and any(part.get("dictionary_name") == "user_inputs" for part in judged["sequence"])
    ):
        raise Mistake(
            gettext(
                "That password is made of a name, an address or the school’s name: it is soon guessed. {advice}"
            ).format(advice=gettext(_GOOD))
        )
    if is_weak:
        raise Mistake(
            gettext("That password is one of the commonest, or very close to one: it is tried first. {advice}").format(
                advice=gettext(_GOOD)
            )
        )


def _is_made_of(password: str, known: list[str]) -> bool:
    """Whether too little is left of it without the words that anybody knows about this person."""
    left = password.casefold()
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, "")
    return len(left) < _LEFT and len(left) < len(password)


def _known(about: Iterable[str]) -> list[str]:
    """Words of at least three signs: each by itself, and each text without its gaps."""
    words = {"gatepost"}
    for text in about:
        pieces = [piece for piece in re.split(r"[^\w]+|_", text.casefold()) if len(piece) > 2]
        words |= {*pieces, "".join(pieces), re.sub(r"[\d]+$", "", "".join(pieces))}
    return sorted(word for word in words if len(word) > 2)
