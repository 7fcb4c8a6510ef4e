"""Where the pictures' bytes lie: in a folder or a bucket, each sealed, under the SHA-256 of what it holds."""

import hashlib
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from moderation.media import sealed
from moderation.media.places import BEHIND, Gone, Place
from moderation.media.vault import Unsealable, Vault

KEY: Final = re.compile(r"[0-9a-f]{64}")


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


class MediaStore:
    """Files under their keys: SHA-256 in lower-case hex. Each is sealed under a key of its own (see `media.sealed`).

    What lies there from before, in the clear, is read too. Every method raises MediaAway while the place is away, and
    ValueError for what is no key.
    """

    def __init__(self, place: Place, vault: Vault) -> None:
        self.place = place
        self._vault = vault

    def check(self) -> None:
        """Raises MediaAway unless all is well with the place."""
        self.place.check()

    def put(self, data: bytes) -> str:
        """Keeps `data` and returns its key. After the return it survives a power cut; twice the same is one file."""
        key = hashlib.sha256(data).hexdigest()
        if not (self._is_there(key) and self.place.refresh(key)):  # as young as a new one: see `age`
            self.place.write(key, sealed.seal(self._vault, key, data))
        return key

    def get(self, key: str) -> bytes:
        """The bytes under `key`, checked. Raises MediaMissing, MediaDamaged, of which MediaLocked is one."""
        return self.plain(key, self.raw(key))

    def delete(self, key: str) -> None:
        """Destroys the file's own key and removes it; that it is gone already is no error: a job may run twice."""
        self.place.remove(key, first=sealed.HEADER if sealed.is_sealed(self._head(key)) else None)

    def age(self, key: str) -> float:
        """Seconds since it was last put; 0 if it is gone."""
        return self.place.age(key)

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
        if sealed.is_sealed(self._head(key)):
            return
        try:
            clear = self.raw(key)
            data = self.plain(key, clear)
        except (MediaMissing, MediaDamaged):
            return
        if sealed.is_sealed(clear):
            return
        whole = sealed.seal(self._vault, key, data)
        if self.plain(key, whole) == data:
            self.place.rewrite(key, whole)

    def rewrap(self, key: str) -> bool:
        """Puts the file's own key under the newest master key; False if no master key opens it.

        At each moment one of its two copies is whole.
        """
        head = self._head(key)
        if not sealed.is_sealed(head):
            return True
        try:
            if changes := sealed.rewrapped(self._vault, head):
                self.place.patch(key, changes)
        except sealed.Locked:
            return False
        return True

    def raw(self, key: str) -> bytes:
        """The file as it lies there, unchecked: for backups. Raises MediaMissing."""
        try:
            return self.place.read(key)
        except Gone:
            raise MediaMissing(key) from None

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

    def keys(self, first: str = "", end: str = BEHIND) -> Iterator[str]:
        """Every key in the store from `first` until before `end`, sorted."""
        return self.place.names(first, end)

    def _head(self, key: str) -> bytes:
        """Empty if the file is gone."""
        try:
            return self.place.read(key, first=sealed.HEADER)
        except Gone:
            return b""

    def _is_there(self, key: str) -> bool:
        """Whether it need not be written: it can be read, and is sealed."""
        try:
            raw = self.raw(key)
            self.plain(key, raw)
        except (MediaMissing, MediaDamaged):
            return False
        return sealed.is_sealed(raw)
