"""A feed as Atom: the words and the pictures of each post with their alt texts, for any website that reads feeds."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from moderation.connectors.wordpress import title
from moderation.services.website_feeds import Entry, Feed

_ATOM = "http://www.w3.org/2005/Atom"


def written(feed: Feed, school: str, address: str, picture: Callable[[int, int], str]) -> bytes:
    """The feed as a file. `picture` gives the address of a picture: number of the post, number from 1 up."""
    root = Element("feed", xmlns=_ATOM)
    _add(root, "title", f"{school} – {feed.title}")
    _add(root, "id", address)
    _add(root, "updated", _moment(feed.changed_at))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(SubElement(root, "author"), "name", school)
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry, address, picture)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(into: Element, entry: Entry, address: str, picture: Callable[[int, int], str]) -> None:
    _add(into, "title", title(entry.words))
    _add(into, "id", UUID(entry.key).urn)
    _add(into, "updated", _moment(entry.at))
    _add(into, "published", _moment(entry.at))
    SubElement(into, "link", rel="alternate", href=f"{address}#post-{entry.post_id}")
    addresses = [picture(entry.post_id, number) for number in range(1, len(entry.alt_texts) + 1)]
    for one in addresses:
        SubElement(into, "link", rel="enclosure", type="image/jpeg", href=one)
    said = "".join(
        f"<p>{escape(part.strip()).replace(chr(10), '<br>')}</p>" for part in entry.words.split("\n\n") if part.strip()
    )
    shown = "".join(
        f'<p><img src="{escape(one)}" alt="{escape(alt_text)}"></p>'
        for one, alt_text in zip(addresses, entry.alt_texts, strict=True)
    )
    SubElement(into, "content", type="html").text = said + shown


def _add(into: Element, name: str, text: str) -> None:
    SubElement(into, name).text = text


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
