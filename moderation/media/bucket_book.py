"""A book in a bucket: one object a line, for no server of objects can add to one that is there.

What the line says stands in the object's name too, the newest first: one question answers with a thousand lines, and
asks for none of them. Two machines that write the same line write the same object.
"""

import base64
import re
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final

from moderation.media.books import Line, behind, line_of, text_of
from moderation.media.bucket import Bucket, Door
from moderation.rules.media import MediaAway

_ERAS: Final = 10**4  # a line that `begins` opens one: its numbers may be smaller than those before
_NUMBERS: Final = 10**12
_LONGEST: Final = 720  # letters of what stands in the name; servers take 1,024 with the prefix
_PIECE: Final = 200  # letters between two slashes: some servers keep each piece as a file's name
_NAME: Final = re.compile(r"(\d{4})(\d{12})((?:/[A-Za-z0-9_-]{1,200})*)")
_LATELY: Final = 10.0  # seconds


class BucketBook:
    """`prefix` ends in a slash and is the book's alone."""

    def __init__(self, door: Door, prefix: str) -> None:
        self._place = Bucket(door, prefix, _NAME)
        self._known: tuple[float, Line | None] | None = None  # the newest, and when that was
        self._writing = threading.Lock()

    def newest(self, lately: bool = False) -> Line | None:
        known = self._known
        if lately and known and time.monotonic() - known[0] < _LATELY:
            return known[1]
        try:
            name = self._first()
            found = self._line(name) if name else None
        except MediaAway:
            if not (lately and known):
                raise
            found = known[1]  # and nobody waits for the next ten seconds
        self._known = time.monotonic(), found
        return found

    def newest_first(self) -> Iterator[Line]:
        return map(self._line, self._place.names())

    def beyond(self, number: int) -> list[Line]:
        newest = self.newest()
        if newest is None or newest["number"] <= number:
            return []
        return [*takewhile(lambda line: line["number"] > number, self.newest_first())][::-1]

    def append(self, lines: Iterable[Line]) -> None:
        lines = list(lines)
        if not lines:
            return
        with self._writing:
            name = self._first()
            era, last = (_era(name), self._line(name)) if name else (0, None)
            for line in behind(last, lines):  # one behind the other: whoever sees the newest sees those before
                era += bool(line.get("begins"))
                self._place.write(_name(era, line), text_of(line))
                last = line
            self._known = time.monotonic(), last

    def clear(self) -> None:
        for name in list(self._place.names()):
            self._place.remove(name)
        self._known = None

    def _first(self) -> str | None:
        return next(self._place.names(at_once=1), None)

    def _line(self, name: str) -> Line:
        words = "".join(name.split("/")[1:])
        text = base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)) if words else self._place.read(name)
        line = line_of(text)
        if line is None:
            raise MediaAway("A line of the school’s books in the bucket cannot be read.")
        return line


def _era(name: str) -> int:
    return _ERAS - 1 - int(name[:4])


def _name(era: int, line: Line) -> str:
    words = base64.urlsafe_b64encode(text_of(line)).decode().rstrip("=")
    pieces = [words[at : at + _PIECE] for at in range(0, len(words), _PIECE)] if len(words) <= _LONGEST else []
    return "/".join([f"{_ERAS - 1 - era:04}{_NUMBERS - 1 - line['number']:012}", *pieces])
