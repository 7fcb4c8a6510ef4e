"""The networks as data: what each takes, and in which way a post does not fit. The figures stand in networks.toml."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from moderation.rules.consent import Medium
from moderation.rules.language import gettext
from moderation.rules.lengths import Counted, first, length

FILE: Final = Path(__file__).with_name("networks.toml")
_HASHTAG = re.compile(r"(?<!\w)#\w*[^\W\d]\w*")


@dataclass(frozen=True)
class Source:
    """Where the figures of one part stand, the day they were read, and which of them were chosen and why."""

    address: str
    read_on: date
    chosen: str = ""


@dataclass(frozen=True)
class TextRule:
    """None: no limit. `shown` is what a feed shows before “… more”, in characters as readers see them."""

    source: Source
    most: int | None = None
    counted: Counted = Counted.GRAPHEMES
    shown: int | None = None
    hashtags: int | None = None

    def said(self, text: str) -> str:
        """“212 of 280”; empty where there is no limit."""
        if self.most is None:
            return ""
        return gettext("{count} of {most}").format(count=f"{length(text, self.counted):,}", most=f"{self.most:,}")

    def over(self, text: str) -> int:
        """By how many characters it is too long."""
        return max(0, length(text, self.counted) - self.most) if self.most is not None else 0

    def cut(self, text: str) -> tuple[str, str]:
        """What a feed shows, and the rest behind “… more”."""
        seen = text if self.shown is None else first(text, self.shown, Counted.GRAPHEMES)
        return seen, text[len(seen) :]


@dataclass(frozen=True)
class PictureRule:
    """Sizes in pixels, ratios as width divided by height; None: no limit."""

    source: Source
    most: int | None = None
    least: int = 0
    width: int | None = None
    height: int | None = None
    narrowest: float | None = None
    widest: float | None = None
    bytes: int | None = None
    formats: tuple[str, ...] = ("jpeg",)


@dataclass(frozen=True)
class Network:
    key: str
    title: str
    also: tuple[str, ...]
    medium: Medium
    text: TextRule
    pictures: PictureRule
    alt_text: TextRule | None
    domains: tuple[str, ...] = ()  # where its posts stand; empty: anywhere

    def misfits(self, text: str, alt_texts: Sequence[str]) -> list[str]:
        """A sentence for everything that this network does not take; `alt_texts` in the order of the pictures."""
        found = []
        if self.text.over(text):
            found.append(gettext("The text is too long: {length}.").format(length=self.text.said(text)))
        tags = len(_HASHTAG.findall(text))
        if self.text.hashtags is not None and tags > self.text.hashtags:
            said = gettext("There are too many hashtags: {count} of {most}.")
            found.append(said.format(count=tags, most=self.text.hashtags))
        pictures, how_many = self.pictures, len(alt_texts)
        if pictures.most is not None and how_many > pictures.most:
            said = gettext("There are too many photos: {count} of {most}.")
            found.append(said.format(count=how_many, most=pictures.most))
        if how_many < pictures.least:
            found.append(gettext("A photo is needed."))
        if self.alt_text is not None:
            for number, alt_text in enumerate(alt_texts, 1):
                if self.alt_text.over(alt_text):
                    said = gettext("The description of photo {number} is too long: {length}.")
                    found.append(said.format(number=number, length=self.alt_text.said(alt_text)))
        return found


def read(text: str) -> dict[str, Network]:
    """The networks in a file like networks.toml, by key. Raises KeyError, TypeError or ValueError for another."""
    return {key: _network(key, entry) for key, entry in tomllib.loads(text).items()}


def _network(key: str, entry: Mapping[str, Any]) -> Network:
    alt_text = entry.get("alt_text")
    return Network(
        key,
        entry["title"],
        tuple(entry["also"]),
        Medium(entry["medium"]),
        _text_rule(entry["text"]),
        _picture_rule(entry["pictures"]),
        _text_rule(alt_text) if alt_text else None,
        tuple(entry.get("domains", ())),
    )


def _text_rule(entry: Mapping[str, Any]) -> TextRule:
    figures, source = _apart(entry)
    if "counted" in figures:
        figures["counted"] = Counted(figures["counted"])
    return TextRule(source, **figures)


def _picture_rule(entry: Mapping[str, Any]) -> PictureRule:
    figures, source = _apart(entry)
    return PictureRule(source, **(figures | {"formats": tuple(figures["formats"])}))


def _apart(entry: Mapping[str, Any]) -> tuple[dict[str, Any], Source]:
    said = ("source", "read_on", "chosen")
    figures = {name: value for name, value in entry.items() if name not in said}
    return figures, Source(entry["source"], entry["read_on"], entry.get("chosen", ""))


NETWORKS: Final = read(FILE.read_text(encoding="utf-8"))


def named(text: str) -> Network | None:
    """The network that a school means by what it typed: its title, its key or another name; None: another one."""
    wanted = " ".join(text.casefold().split())
    for network in NETWORKS.values():
        if wanted in (network.key, network.title.casefold(), *network.also):
            return network
    return None
