"""Where sealed bytes lie under names: what every such place promises, and the folder on a disk."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from re import Pattern
from typing import Final, Protocol

from moderation.media.disk import fsync_folder, overwrite, shred, write_new
from moderation.rules.media import MediaAway

BEHIND: Final = "g"  # every name: they are hexadecimal digits
_DIGITS: Final = 2
ABANDONED_AFTER: Final = 3600  # seconds; no write takes that long


class Gone(Exception):
    """Nothing lies there under this name."""


class Place(Protocol):
    """Bytes under names. Each method raises ValueError for what is no name here, and MediaAway where that is so."""

    def check(self) -> None:
        """Raises MediaAway unless it can be reached and what is removed from it is gone."""

    def read(self, name: str, first: int | None = None) -> bytes:
        """What lies there, or its `first` bytes. Raises Gone."""

    def write(self, name: str, data: bytes) -> None:
        """All or nothing, over what is there. After the return it survives a power cut."""

    def rewrite(self, name: str, data: bytes) -> None:
        """The same, if there is something under this name still."""

    def patch(self, name: str, changes: Sequence[tuple[int, bytes]]) -> None:
        """Put bytes in the place of others, each change behind the one before. Raises Gone."""

    def refresh(self, name: str) -> bool:
        """Make it as young as a new one; False if it is gone."""

    def remove(self, name: str, first: int | None = None) -> None:
        """Take it away so that it, or at least its `first` bytes, can be read no more; gone already is no error."""

    def age(self, name: str) -> float:
        """Seconds since it was last written; 0 if it is gone."""

    def names(self, first: str = "", end: str = BEHIND) -> Iterator[str]:
        """Every name from `first` until before `end`, sorted."""

    def state(self) -> object:
        """Another one whenever a name came or went."""


def _inside(folder: str) -> list[str]:
    """The names of what lies in it, sorted: as texts, for to put fifty thousand paths in order takes a second."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


class Folder:
    """Files that only the program's own user can read: `root/ab/cd/<name>` if it is `deep`, else `root/<name>`."""

    def __init__(self, root: Path, names: Pattern[str], deep: bool = False) -> None:
        """`names`: what a name looks like; nothing else can ever become a path."""
        self.root, self._root = root, str(root)
        self._names, self._deep = names, deep
        self._partial = root / "partial"  # what is being written; never read from
        for folder in (root, self._partial):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_abandoned()

    def check(self) -> None:
        if not os.access(self._partial, os.R_OK | os.W_OK | os.X_OK):
            raise MediaAway("The folder of the media is not there, or not the program's own.")

    def read(self, name: str, first: int | None = None) -> bytes:
        try:
            handle = os.open(self._path(name), os.O_RDONLY)
        except FileNotFoundError:
            raise Gone(name) from None
        with os.fdopen(handle, "rb") as file:
            return file.read() if first is None else file.read(first)

    def write(self, name: str, data: bytes) -> None:
        path = self.path(name)
        if self._deep:
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
                fsync_folder(folder.parent)
        self._write(path, data)
        fsync_folder(path.parent)

    def rewrite(self, name: str, data: bytes) -> None:
        path = self.path(name)
        with self._one_at_a_time():  # or what is being removed would come back
            if path.exists():
                self._write(path, data)
                fsync_folder(path.parent)

    def patch(self, name: str, changes: Sequence[tuple[int, bytes]]) -> None:
        """Where they stand: no second copy is left behind."""
        try:
            for at, data in changes:
                overwrite(self.path(name), at, data)
        except FileNotFoundError:
            raise Gone(name) from None

    def refresh(self, name: str) -> bool:
        path = self.path(name)
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        fsync_folder(path.parent)
        return True

    def remove(self, name: str, first: int | None = None) -> None:
        path = self.path(name)
        with self._one_at_a_time():
            shred(path, first)

    def age(self, name: str) -> float:
        try:
            return time.time() - self.path(name).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def names(self, first: str = "", end: str = BEHIND) -> Iterator[str]:
        for folder in self._folders(first, end) if self._deep else [self._root]:
            for name in _inside(folder):
                if first <= name < end and self._names.fullmatch(name):
                    yield name

    def _folders(self, first: str, end: str) -> Iterator[str]:
        """Those of two digits in those of two digits, of names from `first` until before `end`."""
        for one in _inside(self._root):
            if len(one) == _DIGITS and first[:_DIGITS] <= one < end:
                yield from (f"{self._root}/{one}/{two}" for two in _inside(f"{self._root}/{one}"))

    def state(self) -> object:
        """When that was, by the clock of the disk."""
        folders = [self.root, *(self.root.glob("??/??") if self._deep else ())]
        return max(folder.stat().st_mtime_ns for folder in folders)

    def path(self, name: str) -> Path:
        """Where its file lies, if there is one."""
        return Path(self._path(name))

    def _path(self, name: str) -> str:
        """The same as a text: of the keys of people thousands are read for one look."""
        if not self._names.fullmatch(name):
            raise ValueError(f"Not a name of this place: it must be {self._names.pattern}")
        return f"{self._root}/{name[:2]}/{name[2:4]}/{name}" if self._deep else f"{self._root}/{name}"

    def _write(self, path: Path, data: bytes) -> None:
        """A reader sees the whole file or none."""
        partial = self._partial / secrets.token_hex(16)
        try:
            write_new(partial, data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # which releases it

    def _remove_abandoned(self) -> None:
        """A program that was killed while writing leaves a picture that nobody would ever erase."""
        for partial in self._partial.iterdir():
            try:
                if time.time() - partial.stat().st_mtime > ABANDONED_AFTER:
                    partial.unlink()
            except FileNotFoundError:
                continue  # another process was quicker
