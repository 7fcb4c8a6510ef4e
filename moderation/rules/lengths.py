"""How long a text is, as each network counts it."""

import re
import unicodedata
from enum import StrEnum

from moderation.rules import graphemes


class Counted(StrEnum):
    """What a network takes for one character."""

    GRAPHEMES = "graphemes"  # what a reader sees as one
    UTF_16 = "UTF-16 units"  # most emoji are two or more
    CODE_POINTS = "code points"
    X = "weighted as X does"
    MASTODON = "as Mastodon does"


LINK = 23  # characters that X and Mastodon count for a link, however long it is
_WITH_PROTOCOL = r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?'’)\]}]"
_MASTODON_LINK = re.compile(_WITH_PROTOCOL, re.I)
_MENTION = re.compile(r"(?<![\w/])@(\w[\w.-]*)@[\w-]+(?:\.[\w-]+)+")
# X makes links of bare addresses too. Its list of endings has 1,500 entries; here stand those that schools meet. A
# country's two letters alone (“see.it”) are a link only behind two dots or before a path.
_ENDINGS = (
    "com|org|net|edu|gov|info|biz|name|app|dev|blog|news|online|site|school|academy|education|london|scot|wales|cymru"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_X_LINK = re.compile(
    rf"{_WITH_PROTOCOL}|(?<![\w@.#$-])(?:(?:{_LABEL}\.)+(?:{_ENDINGS})|(?:{_LABEL}\.){{2,}}[a-z]{{2}}|{_LABEL}\.(?:co|tv)"
    rf"|{_LABEL}\.[a-z]{{2}}(?=/))(?![\w@.-]*[\w@-])(?:/[^\s<>\"“”]*[^\s<>\"“”.,;:!?'’)\]}}])?",
    re.I,
)
# Code points that X counts as one; all others are two.
_LIGHT = (range(0x1100), range(0x2000, 0x200E), range(0x2010, 0x2020), range(0x2032, 0x2038))
_KEYCAP = "\u20e3"
_EMOJI_WEIGHT = 2


def length(text: str, counted: Counted) -> int:
    """The length of `text` by that count."""
    if counted is Counted.UTF_16:
        return len(text) + sum(character > "\uffff" for character in text)
    if counted is Counted.CODE_POINTS:
        return len(text)
    if counted is Counted.MASTODON:
        text = _MENTION.sub(r"@\1", _MASTODON_LINK.sub("x" * LINK, text))
    return _weight(text) if counted is Counted.X else graphemes.count(text)


def first(text: str, most: int, counted: Counted) -> str:
    """The longest beginning of `text` that is no longer than `most`; no character that a reader sees is split."""
    if length(text, counted) <= most:
        return text
    whole, low, high = list(graphemes.clusters(text)), 0, len(text)
    high = min(high, len(whole))
    while low < high:
        middle = (low + high + 1) // 2
        if length("".join(whole[:middle]), counted) <= most:
            low = middle
        else:
            high = middle - 1
    return "".join(whole[:low])


def _weight(text: str) -> int:
    """By X's own published weights: a link 23, an emoji 2, Latin letters and most European scripts 1, others 2."""
    text, links = _X_LINK.subn("", unicodedata.normalize("NFC", text))
    if text.isascii():
        return links * LINK + len(text)
    return links * LINK + sum(_cluster_weight(cluster) for cluster in graphemes.clusters(text))


def _cluster_weight(cluster: str) -> int:
    is_flag = "\U0001f1e6" <= cluster[0] <= "\U0001f1ff" and len(cluster) > 1
    if graphemes.PICTOGRAPHIC.match(cluster) or is_flag or _KEYCAP in cluster:
        return _EMOJI_WEIGHT
    return sum(1 if any(ord(character) in light for light in _LIGHT) else 2 for character in cluster)
