"""Where the pictures' bytes lie: a folder, each file sealed, under the SHA-256 of what it holds."""

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from moderation.media import sealed
from moderation.media.disk import fsync_folder, overwrite, shred, write_new
from moderation.media.vault import Unsealable, Vault
from moderation.settings import SettingsError

KEY: Final = re.compile(r"[0-9a-f]{64}")
ABANDONED_AFTER: Final = 3600  # seconds; no write takes that long


class MediaMissing(Exception):
    """No file has this key."""


class MediaDamaged(Exception):
    """The file under this key no longer has the content that the key promises."""


class MediaLocked(MediaDamaged):
    """The master key is not the one that sealed the file under this key."""


class Lies(StrEnum):
    """How a file lies in the store."""

    SEALED = "sealed"
    IN_THE_CLEAR = "in the clear"
    LOCKED = "locked"  # no master key that is known opens it


class FolderStore:
    """Files in `root/ab/cd/<key>`, readable by the program's own user only. Keys are SHA-256 in lower-case hex.

    Each is sealed under a key of its own (see `media.sealed`); what lies there from before, in the clear, is read too.
    """

    def __init__(self, root: Path, vault: Vault) -> None:
        self.root = root
        self._vault = vault
        self._partial = root / "partial"  # what is being written; never read from
        for folder in (root, self._partial):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_abandoned()

    def put(self, data: bytes) -> str:
        """Keeps `data` and returns its key. After the return it survives a power cut; twice the same is one file."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if not self._is_there(key):
            self._make_folders(path)
            self._write(path, sealed.seal(self._vault, key, data))
        os.utime(path)  # as young as a new one: see `age`
        fsync_folder(path.parent)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under `key`, checked.

        Raises MediaMissing, MediaDamaged, of which MediaLocked is one, and ValueError for what is no key.
        """
        return self.plain(key, self.raw(key))

    def delete(self, key: str) -> None:
        """Destroys the file's own key and removes it; that it is gone already is no error: a job may run twice.

        Raises ValueError as `get`.
        """
        path = self._path(key)
        with self._one_at_a_time():
            shred(path, first=sealed.HEADER if sealed.is_sealed(self._head(key)) else None)

    def age(self, key: str) -> float:
        """Seconds since it was last put; 0 if it is gone."""
        try:
            return time.time() - self._path(key).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def lies(self, key: str) -> Lies:
        """How the file of this key lies there; one that is gone is not sealed either."""
        head = self._head(key)
        if not sealed.is_sealed(head):
            return Lies.IN_THE_CLEAR
        try:
            sealed.wrapped_key(self._vault, head)
        except sealed.Locked:
            return Lies.LOCKED
        return Lies.SEALED

    def in_the_clear(self) -> Iterator[str]:
        """The key of every file from before files were sealed."""
        return (key for key in self.keys() if self.lies(key) is Lies.IN_THE_CLEAR)

    def seal(self, key: str) -> None:
        """Seals a file that is in the clear; what is gone meanwhile or damaged is left as it is."""
        try:
            clear = self.raw(key)
            data = self.plain(key, clear)
        except (MediaMissing, MediaDamaged):
            return
        if sealed.is_sealed(clear):
            return
        whole = sealed.seal(self._vault, key, data)
        if self.plain(key, whole) == data:
            with self._one_at_a_time():  # or a picture that is being deleted would come back
                if self._head(key):
                    self._write(self._path(key), whole)

    def rewrap(self, key: str) -> bool:
        """Puts the file's own key under the newest master key, where it stands; False if no master key opens it.

        At each moment one of its two copies is whole on the disk.
        """
        head = self._head(key)
        if not sealed.is_sealed(head):
            return True
        try:
            for at, wrapped in sealed.rewrapped(self._vault, head):
                overwrite(self._path(key), at, wrapped)
        except sealed.Locked:
            return False
        return True

    def raw(self, key: str) -> bytes:
        """The file as it lies on the disk, unchecked: for backups. Raises MediaMissing, ValueError."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise MediaMissing(key) from None

    def _head(self, key: str) -> bytes:
        """Empty if the file is gone."""
        try:
            with self._path(key).open("rb") as file:
                return file.read(sealed.HEADER)
        except FileNotFoundError:
            return b""

    def plain(self, key: str, raw: bytes) -> bytes:
        """What was put under `key`, from the file that holds it, here or in a backup. Raises as `get`."""
        data = raw
        if sealed.is_sealed(data):
            try:
                data = sealed.open_(self._vault, key, data)
            except sealed.Locked:
                raise MediaLocked(key) from None
            except Unsealable:
                raise MediaDamaged(key) from None
        if hashlib.sha256(data).hexdigest() != key:
            raise MediaDamaged(key)
        return data

    def _is_there(self, key: str) -> bool:
        """Whether it need not be written: it can be read, and is sealed."""
        try:
            self.get(key)
        except (MediaMissing, MediaDamaged):
            return False
        return sealed.is_sealed(self._head(key))

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


def open_store(media_url: str, vault: Vault) -> FolderStore:
    """The store that GATEPOST_MEDIA_URL names. Raises SettingsError without the address: it may hold a password."""
    scheme, _, path = media_url.partition("://")
    if scheme != "file":
        raise SettingsError("GATEPOST_MEDIA_URL: only file:// followed by a folder's full path can be used.")
    if not path.startswith("/"):
        raise SettingsError("GATEPOST_MEDIA_URL: the folder after file:// must be a full path that begins with /.")
    return FolderStore(Path(path), vault)
