"""What a reader takes for one character: extended grapheme clusters (Unicode Standard Annex 29).

Two things are left out, and each makes a text count as longer, never as shorter: conjuncts of Indic scripts count by
their parts, and characters newer than Python's own Unicode tables stand alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

ZWJ = "\u200d"
_PREPENDED = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U0001193f\U00011941\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46"
)
# Marks that stand beside their letter as one of their own, and letters that cling like marks.
_STANDING = frozenset(
    map(chr, (0x102B, 0x102C, 0x1038, *range(0x1062, 0x1065), *range(0x1067, 0x106E), 0x1083, *range(0x1087, 0x108D)))
) | frozenset("\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\U00011720\U00011721")
_CLINGING = frozenset("\u200c\u0e33\u0eb3\uff9e\uff9f")
_CONTROL = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
# Extended_Pictographic: what may be joined into one emoji.
PICTOGRAPHIC = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf\u23e9-\u23f3\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714"
    "\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0"
    "\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f0ff"
    "\U0001f10d-\U0001f10f\U0001f12f\U0001f16c-\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f1ad-\U0001f1e5\U0001f201-\U0001f20f\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f23c-\U0001f23f"
    "\U0001f249-\U0001f3fa\U0001f400-\U0001f53d\U0001f546-\U0001f64f\U0001f680-\U0001f6ff\U0001f774-\U0001f77f"
    "\U0001f7d5-\U0001f7ff\U0001f80c-\U0001f80f\U0001f848-\U0001f84f\U0001f85a-\U0001f85f\U0001f888-\U0001f88f"
    "\U0001f8ae-\U0001f8ff\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001faff\U0001fc00-\U0001fffd]"
)


def clusters(text: str) -> Iterator[str]:
    """The characters of `text` as a reader counts them, in order; joined they are the text."""
    start = flags = 0
    joined = False  # the cluster so far is an emoji that ends with a joiner
    for i, (before, here) in enumerate(pairwise(text), 1):
        flags = flags + 1 if _is_flag_letter(before) else 0
        if before == ZWJ:
            joined = _ends_an_emoji(text, start, i - 1)
        if _breaks(before, here, flags, joined and before == ZWJ):
            yield text[start:i]
            start, flags = i, 0
    if text:
        yield text[start:]


def count(text: str) -> int:
    """How many characters a reader sees."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in clusters(text))


def _breaks(before: str, here: str, flags: int, joined: bool) -> bool:
    if before == "\r" and here == "\n":
        return False
    if _is_control(before) or _is_control(here):
        return True
    if _clings(here) or before in _PREPENDED:
        return False
    if _is_flag_letter(here) and flags % 2:
        return False
    if joined and PICTOGRAPHIC.match(here):
        return False
    return not _one_syllable(ord(before), ord(here))


def _is_control(character: str) -> bool:
    kept = character in _PREPENDED or character == ZWJ or _clings(character)
    return not kept and unicodedata.category(character) in _CONTROL


def _clings(character: str) -> bool:
    if character < "\u0300":
        return False
    marks = unicodedata.category(character).startswith("M") and character not in _STANDING
    tone_or_tag = "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"
    return marks or tone_or_tag or character == ZWJ or character in _CLINGING


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _ends_an_emoji(text: str, start: int, end: int) -> bool:
    """Whether what stands between `start` and `end` is an emoji, with nothing behind it but what clings to it."""
    while end > start and _clings(text[end - 1]) and text[end - 1] != ZWJ:
        end -= 1
    return end > start and PICTOGRAPHIC.match(text[end - 1]) is not None


def _one_syllable(before: int, here: int) -> bool:
    """Korean: a leading consonant, then a vowel, then a trailing one."""
    if _is_leading(before):
        return _is_leading(here) or _is_vowel(here) or 0xAC00 <= here <= 0xD7A3
    whole = 0xAC00 <= before <= 0xD7A3
    if _is_vowel(before) or (whole and (before - 0xAC00) % 28 == 0):
        return _is_vowel(here) or _is_trailing(here)
    return (whole or _is_trailing(before)) and _is_trailing(here)


def _is_leading(code: int) -> bool:
    return 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C


def _is_vowel(code: int) -> bool:
    return 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6


def _is_trailing(code: int) -> bool:
    return 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB
