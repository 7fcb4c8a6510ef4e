"""Links in the words of a post: where each leads, said so that nobody takes one address for another."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from publicsuffixlist import PublicSuffixList

from moderation.db.models import Account
from moderation.rules.language import gettext

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BETWEEN = re.compile(r"[^\w’']+|_+")
_TAIL = ".,;:!?)]}'’"
# Addresses that hide where they lead; what stands behind one can change after the approval.
SHORTENERS = frozenset(
    """
    bit.ly buff.ly cutt.ly fb.me goo.gl is.gd lnkd.in ow.ly rb.gy shorturl.at t.co t.ly tiny.cc tinyurl.com
    """.split()  # noqa: SIM905 (words are read more easily as a text)
)


_NOBODYS = frozenset({"example", "invalid", "test"})  # RFC 2606: for examples, such as the demonstration's


@dataclass(frozen=True)
class Link:
    """One link. `domain` is the part that says whose it is, as ASCII; `warning` a sentence, or empty."""

    text: str
    address: str  # the same with its https://
    domain: str
    warning: str = ""


def words(link: str) -> str:
    """What can be read in a link, for the check of the words: its parts, in which a name would stand.

    One with an @ is there whole as well and is asked about as an address, for its parts alone would hide whose it is.
    """
    link = unquote(link)
    parts = " ".join(_BETWEEN.split(_SCHEME.sub("", link)))
    return f"{link}\n{parts}" if "@" in link else parts


def links(text: str) -> list[Link]:
    """Each link once, in reading order. Nothing is fetched."""
    found = {match[0].rstrip(_TAIL): None for match in _LINK.finditer(text)}
    return [_link(one) for one in found]


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def domain_of(address: str) -> str:
    """The part of an address that says whose it is, as ASCII; empty if nobody can tell."""
    host = _host(address)
    return (_suffixes().privatesuffix(host) or host) if host else ""


def stray(account: Account, link: str) -> str:
    """A sentence if a live link does not lead where posts on the account's network stand; where that is known."""
    known, domain = account.rules.domains if account.rules else (), domain_of(link)
    if not known or domain in known or domain.rpartition(".")[2] in _NOBODYS:
        return ""
    there = domain or gettext("nobody knows where")
    return gettext("This is not an address of {network}: it leads to {there}.").format(
        network=account.network, there=there
    )


def _host(address: str) -> str:
    try:
        host = (urlsplit(address).hostname or "").encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    return "" if "%" in host else host


def _link(text: str) -> Link:
    address = (text if _SCHEME.match(text) else f"https://{text}").replace("\\", "/")  # as browsers read it
    domain = domain_of(address)
    if not domain:
        return Link(
            text, address, "", gettext("Nobody can tell where this leads. Have it written as an ordinary address.")
        )
    parts = urlsplit(address)
    if parts.username:
        return Link(text, address, domain, gettext("What stands before the @ is not where it leads."))
    if domain in SHORTENERS:
        return Link(
            text, address, domain, gettext("A short link: where it leads can be changed later. Use the whole address.")
        )
    if "xn--" in _host(address):
        return Link(
            text, address, domain, gettext("It is written with letters of another alphabet. Make sure whose it is.")
        )
    if parts.scheme.lower() == "http":
        return Link(
            text,
            address,
            domain,
            gettext("It starts with http, so it is not protected on its way. Use https if it is there."),
        )
    return Link(text, address, domain)
