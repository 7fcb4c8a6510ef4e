"""What the school knows outside its database, line by line and only ever added to: a book; and the one in a file."""

import fcntl
import json
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

from moderation.media.disk import shred

log = logging.getLogger(__name__)

Line = dict[str, Any]  # what JSON can hold; its `number` is larger than that of the line before, unless it `begins`

_TAIL: Final = 65_536  # bytes: more than the last line has


class Book(Protocol):
    """Lines in the order in which they were written. Each method raises MediaAway or OSError where that is so."""

    def newest(self, lately: bool = False) -> Line | None:
        """The last line; with `lately`, as it was some seconds ago, or longer while nobody can be asked."""

    def newest_first(self) -> Iterator[Line]: ...

    def beyond(self, number: int) -> list[Line]:
        """The lines with a larger number, by their numbers."""

    def append(self, lines: Iterable[Line]) -> None:
        """Add those that come behind the last one: what somebody else has written meanwhile is not written twice.

        Survives a power cut, and what one keeps from it comes with the next call: never a line without those before.
        """

    def clear(self) -> None: ...


def in_order(book: Book) -> list[Line]:
    """Every line once, the oldest first."""
    return list(behind(None, reversed(list(book.newest_first()))))


def behind(last: Line | None, lines: Iterable[Line]) -> Iterator[Line]:
    """Those of `lines` that come behind `last`."""
    for line in lines:
        if last is None or line.get("begins") or line["number"] > last["number"]:
            last = line
            yield line


def text(book: Book) -> bytes:
    """Everything in it, as a file has it."""
    return b"".join(map(text_of, in_order(book)))


def text_of(line: Line) -> bytes:
    return json.dumps(line, sort_keys=True).encode() + b"\n"


def line_of(text: bytes | str) -> Line | None:
    """None for what is no line: a power cut leaves half of one, which is written again, whole."""
    try:
        found = json.loads(text)
        return found if isinstance(found["number"], int) else None
    except (ValueError, KeyError, TypeError):
        return None


class FileBook:
    """A file on this machine's disk, for a school that has one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def newest(self, lately: bool = False) -> Line | None:
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                tail = file.read().splitlines()
        except FileNotFoundError:
            return None
        found = next((line for line in map(line_of, reversed(tail)) if line), None)
        return found or next(self.newest_first(), None)  # a power cut can leave more behind the last line than a tail

    def newest_first(self) -> Iterator[Line]:
        if not self._path.is_file():
            return
        for text in reversed(self._path.read_bytes().splitlines()):
            line = line_of(text)
            if line:
                yield line
            else:
                log.error("a line that is kept outside the database cannot be read")

    def beyond(self, number: int) -> list[Line]:
        found = {line["number"]: line for line in self.newest_first() if line["number"] > number}
        return [found[its] for its in sorted(found)]

    def append(self, lines: Iterable[Line]) -> None:
        lines = list(lines)
        if not lines:
            return
        with self._path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed
            new = list(behind(self.newest(), lines))
            if new and file.tell() and not self._ends_whole():
                file.write(b"\n")
            file.writelines(map(text_of, new))
            file.flush()
            os.fsync(file.fileno())

    def clear(self) -> None:
        shred(self._path)

    def _ends_whole(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
