"""Is what is live what was approved? Words are compared after what networks change by themselves, with the reason.

The pictures are compared elsewhere, by their pixels; what is said of them has its words here.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from moderation.rules.differences import Change, of_texts
from moderation.rules.language import N_


class How(StrEnum):
    """Where the live post was read."""

    CONNECTED = N_("connected account")
    SCREENSHOT = N_("screenshot")
    PASTED = N_("pasted words")


class Result(StrEnum):
    SAME = N_("as approved")
    DIFFERS = N_("not as approved")
    UNCLEAR = N_("could not be compared")  # a finding, never a pass


@dataclass(frozen=True)
class Judged:
    """One thing of a post: `what` it is, and sentences that say why it was judged like that."""

    what: str
    result: Result
    said: tuple[str, ...] = ()

    @property
    def first(self) -> tuple[str, ...]:
        """What is read at once."""
        return tuple(sentence for sentence in self.said if not sentence.startswith(_MORE))

    @property
    def more(self) -> tuple[str, ...]:
        """The rest of long lists."""
        return tuple(sentence for sentence in self.said if sentence.startswith(_MORE))


_MORE = "Also "
_AT_ONCE, _KEPT, _LONGEST = 8, 100, 300  # pieces that are read at once, that are kept, and the letters of one


def worst(judged: Iterable[Judged]) -> Result:
    """The word for a whole post. Nothing compared is unclear."""
    results = {one.result for one in judged}
    if Result.DIFFERS in results:
        return Result.DIFFERS
    return Result.SAME if results == {Result.SAME} else Result.UNCLEAR


_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_SHORT = re.compile(r"(?:https?://)?(?:t\.co|lnkd\.in|fb\.me|ow\.ly|buff\.ly)/\w+\W*$", re.IGNORECASE)
_CUT = re.compile(r"(?:…|\.{3})\s*(?:see more|more|read more|show more)?\s*$", re.IGNORECASE)
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\ufe0f"))
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def _spaces(text: str) -> str:
    lines = [" ".join(line.split()) for line in re.split(r"\r\n|\r|\n|\u2028", text)]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


# What networks change by themselves, in the order in which it is taken away on both sides.
_CHANGES = (
    (lambda text: unicodedata.normalize("NFC", text), "letters with marks written in another way"),
    (lambda text: text.translate(_UNSEEN), "signs that nobody sees"),
    (_spaces, "spaces and line ends"),
    (lambda text: text.translate(_QUOTES), "quotation marks, dashes and dots"),
)


def of_words(approved: str, live: str, what: str = "The words", as_kept: bool = False) -> Judged:
    """The same, different (with the difference), or cut short by the network before they end.

    `as_kept`: they are what the network keeps, not what its page shows: there no link is a short one by itself.
    """
    if approved == live:
        return Judged(what, Result.SAME)
    reasons = []
    for change, reason in _CHANGES:
        before = approved == live
        approved, live = change(approved), change(live)
        if approved == live and not before:
            return Judged(what, Result.SAME, (f"The network changed {reason}.",))
    live, shortened = (live, False) if as_kept else _links(approved, live)
    if shortened:
        reasons.append("The network shortened a link; where it leads was not looked at.")
    if approved == live:
        return Judged(what, Result.SAME, tuple(reasons))
    cut = _CUT.search(live)
    if cut and approved.startswith(live[: cut.start()].rstrip()) and live[: cut.start()].strip():
        return Judged(what, Result.UNCLEAR, ("The network shows only their beginning, which is as approved.",))
    return Judged(what, Result.DIFFERS, (*_difference(approved, live), *reasons))


def _links(approved: str, live: str) -> tuple[str, bool]:
    """The live words with each link that stands for the approved one written out."""
    ours, theirs = _LINK.findall(approved), list(_LINK.finditer(live))
    if len(ours) != len(theirs):
        return live, False
    out, at, changed = "", 0, False
    for link, match in zip(ours, theirs, strict=True):
        stands = match.group() != link and _stands_for(match.group(), link)
        out += live[at : match.start()] + (link if stands else match.group())
        at, changed = match.end(), changed or stands
    return out + live[at:], changed


def _stands_for(shown: str, link: str) -> bool:
    """A network's own short link, or the beginning of the link with dots."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", link, flags=re.IGNORECASE)
    seen = re.sub(r"^(?:https?://)?(?:www\.)?", "", shown, flags=re.IGNORECASE)
    cut = _CUT.search(seen)
    begins = cut is not None and cut.start() > 3 and bare.startswith(seen[: cut.start()])
    return bool(_SHORT.fullmatch(shown)) or seen == bare or begins


def _difference(approved: str, live: str) -> tuple[str, ...]:
    pieces = of_texts(approved, live)
    gone = [piece.text.strip() for piece in pieces if piece.change is Change.GONE and piece.text.strip()]
    new = [piece.text.strip() for piece in pieces if piece.change is Change.NEW and piece.text.strip()]
    return (*_listed("Missing", gone), *_listed("Not approved", new)) or ("Spaces stand elsewhere.",)


def _listed(what: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Sentences: the first pieces, then the others. What is too long or too much to keep is said to be."""
    if not texts:
        return ()
    more = f" and {len(texts) - _AT_ONCE} more" if len(texts) > _AT_ONCE else ""
    said = [f"{what}: {_pieces(texts[:_AT_ONCE])}{more}."]
    if more:
        said.append(f"{_MORE}{what.lower()}: {_pieces(texts[_AT_ONCE:_KEPT])}.")
    if len(texts) > _KEPT:
        said.append(f"{_MORE}{what.lower()}: {len(texts) - _KEPT} pieces more, which are not kept here. Look yourself.")
    return tuple(said)


def _pieces(texts: Sequence[str]) -> str:
    return ", ".join(_cut(text) for text in texts)


def _cut(text: str) -> str:
    return f"“{text}”" if len(text) <= _LONGEST else f"“{text[:_LONGEST]}…” (cut here; it has {len(text):,} letters)"


def of_read_words(approved: str, read: str, what: str = "The words") -> Judged:
    """Against words that a program read in a screenshot, among those of the network's own page.

    Reading slips, so a word that was not read is unclear, not different; one that was read is no proof of the rest.
    """
    ours, theirs = _bare(approved), _bare(read)
    if not ours:
        return Judged(what, Result.SAME, ("There are none.",))
    joined = "".join(theirs)
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    found = {number for block in blocks for number in range(block.a, block.a + block.size)}
    lost = [word for number, word in enumerate(ours) if number not in found and (len(word) < 4 or word not in joined)]
    if lost:
        return Judged(what, Result.UNCLEAR, (*_listed("Not read in the screenshot", lost), "Look yourself."))
    return Judged(what, Result.SAME, ("All were read in the screenshot.",))


def _bare(text: str) -> list[str]:
    """Letters and digits alone, without marks: what reading a picture gives back surely."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_QUOTES))
    return re.findall(r"[^\W_]+", "".join(letter for letter in folded if not unicodedata.combining(letter)))
