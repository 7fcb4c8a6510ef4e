"""Rolls of any length: made-up people in the proportions of a school, the same for the same length."""

import random
from functools import cache

from moderation.rules.names import Roll, RollEntry


def _words(text: str) -> list[str]:
    return text.split()


_STARTS = _words(
    "al an ar be bra ca ce cha da de do ed el em fa ga ge gra ha he is ja je jo ka ki la le li ma mi na ol"
)
_MIDDLES = _words("b d f g k l ll m n nd nn r rr rd s ss st t th v w z br dr ck ch sh")
_FORENAMES = _words("a ah an e ee el en er ette i ia ian in ina la line lyn on us y ya")
_SURNAMES = _words(
    "ard ell ens er ers ett field ford ham ing ins land ley low man more ner ock ridge row son ton ville"
)


@cache
def roll_of(people: int) -> Roll:
    """So many people; the commonest forename is shared by many, a surname by a few."""
    rng = random.Random(people)  # noqa: S311 (nothing secret)
    forenames, surnames = _names(people // 4, _FORENAMES, rng), _names(people // 3, _SURNAMES, rng)
    common = [1 / (10 + place) for place in range(len(forenames))]
    pairs = zip(rng.choices(forenames, common, k=people), rng.choices(surnames, k=people), strict=True)
    return Roll.build(RollEntry(f"p{number}", *pair) for number, pair in enumerate(pairs))


def _names(tries: int, ends: list[str], rng: random.Random) -> list[str]:
    """As many different names as so many tries make."""
    made: dict[str, None] = {}
    for _ in range(tries):
        longer = rng.choice("aeiou") + rng.choice(_MIDDLES) if rng.random() < 0.5 else ""
        made[(rng.choice(_STARTS) + rng.choice(_MIDDLES) + longer + rng.choice(ends)).capitalize()] = None
    return list(made)
