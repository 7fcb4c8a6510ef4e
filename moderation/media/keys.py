"""The wrapped keys of people, each under an id of its own, apart from the database and from every backup."""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from moderation.media.places import Gone, Place

KEY_ID: Final = re.compile(r"[0-9a-f]{32}")


class KeyDestroyed(Exception):
    """There is no such key any more."""


class PersonKeys:
    """Wrapped keys under ids, which are random and never used twice: a destroyed key never comes back under one.

    Every method raises MediaAway while the place is away.
    """

    def __init__(self, place: Place) -> None:
        self.place = place

    def put(self, wrapped: bytes) -> str:
        """Keep a wrapped key, so that it survives a power cut; its id."""
        key_id = secrets.token_hex(16)
        self.place.write(key_id, wrapped)
        return key_id

    def get(self, key_id: str) -> bytes:
        """The wrapped key. Raises KeyDestroyed."""
        try:
            return self.place.read(key_id)
        except Gone:
            raise KeyDestroyed from None

    def exists(self, key_id: str | None) -> bool:
        if key_id is None:
            return False
        with suppress(KeyDestroyed):
            return bool(self.get(key_id))
        return False

    def destroy(self, key_id: str) -> None:
        """Take it away for good; that it is gone already is no error."""
        self.place.remove(key_id)

    def replace(self, key_id: str, wrapped: bytes) -> None:
        """The same key, wrapped anew, where it stands: no second copy is left behind. Raises KeyDestroyed."""
        try:
            self.place.patch(key_id, [(0, wrapped)])
        except Gone:
            raise KeyDestroyed from None

    def ids(self) -> Iterator[str]:
        """Of every key that is there."""
        return self.place.names()

    @property
    def state(self) -> object:
        """The same as long as no key was put or destroyed."""
        return self.place.state()

    def wrapped(self) -> Iterator[bytes]:
        """Every key that is there."""
        for key_id in self.ids():
            with suppress(KeyDestroyed):  # meanwhile
                yield self.get(key_id)

    def is_older(self, key_id: str, seconds: float) -> bool:
        """Whether it was put so long ago, and is there still."""
        return self.place.age(key_id) > seconds
