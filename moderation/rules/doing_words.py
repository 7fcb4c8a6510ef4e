"""Does somebody do something here? Verbs told by their ending, so that no list of verbs must be whole."""

from collections.abc import Sequence

from moderation.rules.meaning_words import PEOPLE_DO


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# They end as verbs do, but say what a thing is: “Art inspired by”, “Poppy seed”, “Summer reading”.
_NO_DEED = _words("""
based bed breed combined continued covered ended exceed feed filled focused hundred indeed inspired led limited mixed
need needed overloaded red related required seed shed speed started themed used weed
""")
# After “showing” one of these makes it a deed: “Dawn showing her badge”, but not “Summer reading challenge”.
_OF_A_THING = _words("a all an her his it its off our out some the their this up")
# Only after what is hardly a word: “Melody playing in the hall”, but not “Mark making in Nursery”.
_OF_A_PLACE = _words("about at for in into on to with")
_DID_TOO = _words("""
bent bought clung crept dreamt dug fed fell fled forgave forgot fought heard held hid knelt laid leant leapt led lent
meant overcame paid rang shook slept slid sold sought spelt sprang stuck swept swore swung tore understood undertook
wept woke
""")
# Between a person and a deed: “Hope really enjoyed it”.
_HOW = _words("absolutely again all also always bravely even ever finally just kindly never now proudly really then")
_IS = _words("did had has is was will")
_NOT = _words("cannot cant couldnt didnt doesnt hadnt hasnt isnt wasnt wont wouldnt")
# Behind a name that opens a sentence these make it a word: “Olive oil tasting”, “Joy all round”, “Sky blue shirts”.
_MAKE_A_WORD = _words("""
all among and appeal barley before beyond berry blossom blue board book box branch bud bush chain choir chorus club
code colour day diamond festival field flower for garden green group grey hip in jar juice leaf list making necklace
of oil on or orange over petal pink plant purple red reef root scent seed song stem through to tree vine wall water
we wedding week white wreath wood yellow you your
""")
_SPORT = _words("""
batted bowled caught claimed converted dived equalised grabbed headed hit kept kicked netted opened saved scored
sprinted struck tackled took won
""")
_IN_A_MATCH = _words(
    "catch century free goal hat header penalty saves shot spell strike throw tries try volley wickets"
)
_PLAYERS = _words(
    "batter bowler captain defender goalkeeper goalscorer keeper midfielder scorer skipper striker winger"
)
_BEFORE_PLAYERS = _words(
    "batters bowlers captains goals goalscorers lap match players relay runners scorers squad team tries"
)


def does_something(words: Sequence[str], i: int, hardly_a_word: bool = False) -> bool:
    """Is word `i` what a person does, in a sentence of folded `words`? “Gene coded a game”, “Dawn showing her badge”.

    `hardly_a_word`: the name before it is rarely written as a word, Melody and not Art.
    """
    i += 1 if i < len(words) and words[i] in _HOW else 0
    word, after = (words[k] if k < len(words) else "" for k in (i, i + 1))
    if word in PEOPLE_DO or (word in _DID_TOO and after != "by"):
        return True
    if len(word) < 4 or word in _NO_DEED:
        return False
    doing = after in _OF_A_THING or (hardly_a_word and after in _OF_A_PLACE)
    if word.endswith("s") and not word.endswith(("ers", "ss")) and after in _OF_A_THING:
        return words[i - 1] != "art"  # “Joy collects all her pencils”, but art helps the mind
    return (word.endswith("ed") and after != "by") or (word.endswith("ing") and doing)


def is_or_has(words: Sequence[str], i: int) -> bool:
    """“Grace always has a kind word”, “Will couldn’t believe it”."""
    word = words[i + 1] if words[i : i + 1] and words[i] in _HOW and i + 1 < len(words) else "".join(words[i : i + 1])
    return word in _IS or word in _NOT


def makes_a_word(words: Sequence[str], i: int) -> bool:
    """Does word `i` make the one before it a word, as many things do? “Rose petals”, “Faith leaders”, “Ivy covered”."""
    word, after = words[i], "".join(words[i + 1 : i + 2])
    if after in ("her", "his"):
        return False  # “Pearl in her element”
    deed = word in PEOPLE_DO | _HOW or is_or_has(words, i) or (after in _OF_A_THING and not word.endswith("ers"))
    things = word.endswith("s") and not deed
    return things or word in _MAKE_A_WORD or word in _NO_DEED or (word.endswith("ing") and after not in _OF_A_THING)


def plays_sport(words: Sequence[str], i: int) -> bool:
    """Is word `i` a player, as reports of matches write? “Hunter saved a penalty”, “Cook and Long opened”."""
    after = [*words[i + 1 : i + 4], "", "", ""]
    out = after[0] in ("was", "were") and after[1] in ("bowled", "caught", "out", "unbeaten")
    out = out or (after[:2] == ["was", "the"] and after[2] in ("best", "pick", "star", "top"))
    return after[0] in _SPORT or out or (after[0] == "and" and after[2] in _SPORT)


def is_of_a_match(word: str) -> bool:
    """“Bell’s goal”."""
    return word in _IN_A_MATCH


def is_player(word: str, between: str) -> bool:
    """Is a word before a surname, and what stands between, of a player? “Goalkeeper Banks”, “Team: Bell, Hall”."""
    return word in _PLAYERS or (word in _BEFORE_PLAYERS and ":" in between)
