"""How the words sound: hints for whoever writes and whoever decides. They never stop a post and never clear one."""

import re
from functools import cache
from typing import Any

from moderation.rules.kind_words import unkind_words
from moderation.rules.language import gettext

# Of the list's words, those that schools need: it was made for chat rooms.
_MEANT_OTHERWISE = frozenset(
    """
    asexual ass asses bang banging beaver bisexual blow bum bums bunny butt cock cocks crack crap damn damned
    dick dike dong drunk dyke dykes essex fanny fat flange gay gays gin god hell hemp heroin hitler hiv hoe hoes
    homosexual hookah hooker hump humped humping jap japs jerk kraut lesbian lesbians lord lusty menstruate
    menstruation napalm nazi nazis nazism nut nuts opium oral orally organ organs panties panty pasty pee peepee
    penetrate penetration penis period pot prude puberty pubic queer queers racy rape reich revue rum sadism
    screw screwed screwing seduce seduction sex sexual sexy slave slaves sob stoned strip stroke stupid suck
    sucked sucking sucks swastika teat testes testical testicle thrust tit tits tramp transgender transsexual
    ugly undies urinal urine uterus vagina valium viagra virgin vodka vulgar vulva weed weird weirdo whiz
    willies willy womb
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)
_MISSING = frozenset(
    """
    arse arsehole bloody bollocks bugger buggered pillock prat slag sodding tosser twat wanker wankers
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)
_WORD = re.compile(r"[a-z0-9']+")
NEGATIVE = -0.6  # of -1 to 1: below it a text reads as angry or sad as a whole


def hints(text: str) -> list[str]:
    """Sentences about the wording, none if nothing is noticed. Well under 50 ms for the longest caption."""
    found = [
        gettext("“{text}” may hurt somebody. Perhaps: {instead}.").format(text=one.text, instead=one.instead)
        if one.instead
        else gettext("“{text}” may hurt somebody. Better without it.").format(text=one.text)
        for one in unkind_words(text)
    ]
    rude = _swear_words() & set(_WORD.findall(text.lower().replace("’", "'")))
    if rude:
        words = ", ".join(f"“{word}”" for word in sorted(rude))
        found.append(gettext("{words}: a word that a school would not use.").format(words=words))
    if _sounds(text) < NEGATIVE:
        found.append(gettext("This reads as sad or angry. Is that how the school wants to sound?"))
    return found


@cache
def _swear_words() -> frozenset[str]:
    from better_profanity.utils import get_complete_path_of_file, read_wordlist

    words = read_wordlist(get_complete_path_of_file("profanity_wordlist.txt"))
    return frozenset(word for word in map(str.lower, words) if " " not in word) - _MEANT_OTHERWISE | _MISSING


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _sounds(text: str) -> float:
    """-1 angry or sad … 1 glad, of the first part of a long text: enough to hear how it sounds."""
    return float(_analyser().polarity_scores(text[:5_000])["compound"])
