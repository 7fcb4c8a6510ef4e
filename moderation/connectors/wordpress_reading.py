"""What a WordPress post shows: its words and pictures out of the stored HTML, and what Gatepost never writes there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from moderation.rules.language import N_

_OWN_LINE = frozenset({"p", "div", "figure", "figcaption", "blockquote", "ul", "ol", "li", "hr"}) | {
    f"h{level}" for level in range(1, 7)
}
_IN_LINE = frozenset({"br", "span", "img", "strong", "em", "b", "i", "u", "s", "small", "sub", "sup", "cite"})
_NO_WORDS = ("script", "style")
# How words and pictures may be set, written so that every reader of HTML reads the same; all else is more than that.
_SAID = r"(?:class|id|dir|lang|src|alt|width|height)=(?:\"[^\"<>]*\"|'[^'<>]*')"
_STYLE = r"style=\"[\w\s:;.,%#-]*\""  # no picture of its own
_TAG = rf"</?(?:{'|'.join(sorted(_OWN_LINE | _IN_LINE))})(?:\s+(?:{_SAID}|{_STYLE}))*\s*/?>"
_BLOCKS = "paragraph|heading|list|list-item|image|quote|separator"  # that show what stands in them and no more
_SETTINGS = r"\{(?:(?!bindings|backgroundImage|\"url\")[^\\<>])*?\}"
_BLOCK = rf"<!--\s+/?wp:(?:{_BLOCKS})\s+(?:{_SETTINGS}\s+)?-->"
_NOTE = r"<!--(?!-?>)(?:(?!--|wp:)[^<>])*-->"
_PLAIN = re.compile(rf"(?:[^<]|{_TAG}|{_BLOCK}|{_NOTE})*+", re.IGNORECASE)
LONGEST = 100_000  # characters that are looked at; Gatepost's own posts are shorter, and long ones take very long
MORE = N_("Something that is neither words nor a picture was put into it, such as a link, a video or a form.")
TITLE = N_("Its title is another one.")
EXCERPT = N_("It has a summary that Gatepost did not write.")


@dataclass
class _Page(HTMLParser):
    """The words as they are read, and each picture's address and alternative text, in order."""

    words: str = ""
    pictures: list[tuple[str, str]] = field(default_factory=list)
    hidden: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}  # of two the first one counts
        self.hidden += tag in _NO_WORDS
        if tag == "img":
            self.pictures.append((given.get("src", ""), given.get("alt", "")))
        elif tag == "br" or tag in _OWN_LINE:
            self.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _NO_WORDS and self.hidden > 0
        if tag in _OWN_LINE:
            self.words += "\n"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words += data


@dataclass(frozen=True)
class Shown:
    """Of one post. `pictures`: address and alternative text."""

    words: str
    pictures: tuple[tuple[str, str], ...]
    besides: tuple[str, ...]


def shown(post: dict[str, Any], address: str, title_of: Callable[[str], str]) -> Shown:
    """What the post shows, by the server at `address`. Raises KeyError and TypeError for what is no post."""
    page, raw = _Page(), str(post["content"]["raw"])
    page.feed(raw[:LONGEST])
    page.close()
    title = unescape(str(post["title"]["raw"]))
    besides = [] if len(raw) <= LONGEST and _PLAIN.fullmatch(raw) else [MORE]
    if _bare(title) != _bare(unescape(title_of(page.words))):
        besides.append(TITLE)
    if str(post["excerpt"]["raw"]).strip():
        besides.append(EXCERPT)
    found = tuple((_here(address, source), alt_text) for source, alt_text in page.pictures)
    return Shown(page.words.strip(), found, tuple(besides))


def _bare(title: str) -> str:
    return " ".join(title.split())


def _here(address: str, source: str) -> str:
    """The whole address of a picture. WordPress may write its own with another scheme than it is called by."""
    found, own = urlsplit(urljoin(f"{address}/", source)), urlsplit(address)
    return found._replace(scheme=own.scheme).geturl() if found.netloc == own.netloc else found.geturl()
