"""Where the pictures' bytes lie: a folder, each file under the SHA-256 of its content."""

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from moderation.settings import SettingsError

KEY: Final = re.compile(r"[0-9a-f]{64}")
ABANDONED_AFTER: Final = 3600  # seconds; no write takes that long


class MediaMissing(Exception):
    """No file has this key."""


class MediaDamaged(Exception):
    """The file under this key no longer has the content that the key promises."""


class FolderStore:
    """Files in `root/ab/cd/<key>`, readable by the program's own user only. Keys are SHA-256 in lower-case hex."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._partial = root / "partial"  # what is being written; never read from
        for folder in (root, self._partial):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_abandoned()

    def put(self, data: bytes) -> str:
        """Keeps `data` and returns its key. After the return it survives a power cut; twice the same is one file."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != key:
            self._make_folders(path)
            self._write(path, data)
        fsync_folder(path.parent)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under `key`, checked. Raises MediaMissing, MediaDamaged, ValueError for what is no key."""
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            raise MediaMissing(key) from None
        if hashlib.sha256(data).hexdigest() != key:
            raise MediaDamaged(key)
        return data

    def delete(self, key: str) -> None:
        """Removes the file; that it is gone already is no error: a job may run twice. Raises ValueError as `get`."""
        path = self._path(key)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        fsync_folder(path.parent)

    def keys(self) -> Iterator[str]:
        """Every key in the store, sorted."""
        for path in sorted(self.root.glob("??/??/*")):
            if KEY.fullmatch(path.name):
                yield path.name

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):  # nothing but a key can ever become a path
            raise ValueError("A key of the store is 64 hexadecimal digits.")
        return self.root / key[:2] / key[2:4] / key

    def _make_folders(self, path: Path) -> None:
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
            fsync_folder(folder.parent)

    def _write(self, path: Path, data: bytes) -> None:
        """All or nothing: a reader sees the whole file or none."""
        partial = self._partial / secrets.token_hex(16)
        try:
            write_new(partial, data)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    def _remove_abandoned(self) -> None:
        """A program that was killed while writing leaves a picture that nobody would ever erase."""
        for partial in self._partial.iterdir():
            try:
                if time.time() - partial.stat().st_mtime > ABANDONED_AFTER:
                    partial.unlink()
            except FileNotFoundError:
                continue  # another process was quicker


def open_store(media_url: str) -> FolderStore:
    """The store that GATEPOST_MEDIA_URL names. Raises SettingsError without the address: it may hold a password."""
    scheme, _, path = media_url.partition("://")
    if scheme != "file":
        raise SettingsError("GATEPOST_MEDIA_URL: only file:// followed by a folder's full path can be used.")
    if not path.startswith("/"):
        raise SettingsError("GATEPOST_MEDIA_URL: the folder after file:// must be a full path that begins with /.")
    return FolderStore(Path(path))


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that only the program's own user can read, down to the disk. Raises FileExistsError."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Makes the folder's list of names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
