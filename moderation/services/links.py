"""Links in the words of a post: where each leads, said so that nobody takes one address for another."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_TAIL = ".,;:!?)]}'’"
# Addresses that hide where they lead; what stands behind one can change after the approval.
SHORTENERS = frozenset(
    """
    bit.ly buff.ly cutt.ly fb.me goo.gl is.gd lnkd.in ow.ly rb.gy shorturl.at t.co t.ly tiny.cc tinyurl.com
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)


@dataclass(frozen=True)
class Link:
    """One link. `domain` is the part that says whose it is, as ASCII; `warning` a sentence, or empty."""

    text: str
    address: str  # the same with its https://
    domain: str
    warning: str = ""


def links(text: str) -> list[Link]:
    """Each link once, in reading order. Nothing is fetched."""
    found = {match[0].rstrip(_TAIL): None for match in _LINK.finditer(text)}
    return [_link(one) for one in found]


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _link(text: str) -> Link:
    address = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(address.replace("\\", "/"))  # as browsers read it
        host = (parts.hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        host = ""
    if not host or "%" in host:
        return Link(text, address, "", "Nobody can tell where this leads. Have it written as an ordinary address.")
    domain = _suffixes().privatesuffix(host) or host
    if parts.username:
        return Link(text, address, domain, "What stands before the @ is not where it leads.")
    if domain in SHORTENERS:
        return Link(text, address, domain, "A short link: nobody can see where it leads. Use the whole address.")
    if "xn--" in host:
        return Link(text, address, domain, "It is written with letters of another alphabet. Make sure whose it is.")
    if parts.scheme.lower() == "http":
        return Link(
            text, address, domain, "It starts with http, so it is not protected on its way. Use https if it is there."
        )
    return Link(text, address, domain)
