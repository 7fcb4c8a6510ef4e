"""Reads answers of the web as a browser would: what a page links to, sends and carries."""

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

ADDRESSES = ("href", "src", "action", "hx-get")


@dataclass
class Page(HTMLParser):
    """The parts of a page that tests ask for."""

    addresses: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)  # of inputs and text areas, by name
    chosen: set[str] = field(default_factory=set)  # ids of ticked boxes
    forbidden: list[str] = field(default_factory=list)  # what the policy would block
    text: str = ""
    _area: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.addresses += [values[name] for name in ADDRESSES if name in values]
        self.forbidden += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        self.forbidden += [
            f"{tag} {value}" for value in values.values() if value.strip().lower().startswith("javascript:")
        ]
        if tag == "style" or (tag == "script" and not values.get("src", "").startswith("/static/")):
            self.forbidden.append(f"inline {tag}")
        if tag == "input" and "name" in values:
            self.values[values["name"]] = values.get("value", "")
            if "checked" in values:
                self.chosen.add(values.get("id", ""))
        if tag == "textarea":
            self._area = values.get("name", values.get("id", ""))
            self.values[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._area is not None:
            self.values[self._area] += data


def page_of(answer: TestResponse) -> Page:
    page = Page()
    page.feed(answer.text)
    return page


def token(client: FlaskClient, address: str) -> str:
    """The anti-forgery token that a page carries."""
    return page_of(client.get(address)).values["csrf_token"]


def without_token(text: str) -> str:
    """A page as two people can be told the same: its anti-forgery token is another one for each."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def small(photo: bytes, longest: int = 720) -> bytes:
    """The same photo, small enough to be checked in a moment."""
    with Image.open(io.BytesIO(photo)) as image:
        image.thumbnail((longest, longest))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=90)
    return out.getvalue()


def plain(number: int = 0) -> bytes:
    """A photo of nothing; each number has its own colour."""
    out = io.BytesIO()
    Image.new("RGB", (160, 120), (number * 40 % 240, number // 6 * 40 % 240, 60)).save(out, "JPEG")
    return out.getvalue()
