"""The wrapped keys of people, each in a file of its own, apart from the database and from every backup."""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from moderation.media.disk import fsync_folder, overwrite, shred, write_new

KEY_ID: Final = re.compile(r"[0-9a-f]{32}")


class KeyDestroyed(Exception):
    """There is no such key any more."""


class PersonKeys:
    """Files `folder/<key id>`. Ids are random and never used twice, so a destroyed key never comes back under one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, wrapped: bytes) -> str:
        """Keep a wrapped key, down to the disk; its id."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_id = secrets.token_hex(16)
        write_new(self.folder / key_id, wrapped)
        fsync_folder(self.folder)
        return key_id

    def get(self, key_id: str) -> bytes:
        """The wrapped key. Raises KeyDestroyed."""
        try:
            return self._path(key_id).read_bytes()
        except FileNotFoundError:
            raise KeyDestroyed from None

    def exists(self, key_id: str | None) -> bool:
        return key_id is not None and self._path(key_id).exists()

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove; that it is gone already is no error."""
        shred(self._path(key_id))

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """The same key, wrapped anew, where it stands: no second copy is left behind. Raises KeyDestroyed."""
        try:
            overwrite(self._path(key_id), 0, wrapped)
        except FileNotFoundError:
            raise KeyDestroyed from None

    def ids(self) -> Iterator[str]:
        """Of every key that is there."""
        for path in sorted(self.folder.glob("*")):
            if KEY_ID.fullmatch(path.name):
                yield path.name

    def wrapped(self) -> Iterator[bytes]:
        """Every key that is there."""
        for key_id in self.ids():
            with suppress(KeyDestroyed):  # meanwhile
                yield self.get(key_id)

    def older_than(self, seconds: float) -> Iterator[str]:
        """The ids of keys that were put so long ago."""
        for key_id in self.ids():
            if time.time() - self._path(key_id).stat().st_mtime > seconds:
                yield key_id

    def _path(self, key_id: str) -> Path:
        if not KEY_ID.fullmatch(key_id):  # nothing but an id can ever become a path
            raise ValueError("The id of a key is 32 hexadecimal digits.")
        return self.folder / key_id
