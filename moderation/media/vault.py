"""Sealing at rest: AES-256-GCM, a key for each thing, wrapped by the master key; destroying that key is erasure."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32
# Sealed: this byte, a random nonce, the ciphertext with its tag. Another way of sealing gets another first byte.
VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
WRAPPED_BYTES: Final = len(VERSION) + NONCE_BYTES + KEY_BYTES + 16  # 16: the tag
KEY_CONTEXT: Final = b"gatepost: a person's key"  # and every other's: what was wrapped before must open


class Unsealable(Exception):
    """The key, the context or the bytes are not those that were sealed."""


class Vault:
    """Seals and opens under keys that exist outside it only wrapped.

    New keys are wrapped by the newest master key; those that an older one wrapped open too, as long as it is given.
    """

    def __init__(self, master_key: bytes, *older: bytes) -> None:
        """Each 32 bytes. Raises ValueError for another length."""
        if any(len(key) != KEY_BYTES for key in (master_key, *older)):
            raise ValueError(f"A master key has {KEY_BYTES} bytes.")
        self._master_keys = (master_key, *older)

    def new_key(self) -> bytes:
        """A fresh key for one thing, wrapped. Store it with the thing; destroy it and all sealed under it is gone."""
        return self._wrap(secrets.token_bytes(KEY_BYTES))

    def seal(self, wrapped_key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """`plaintext` sealed; opens only with the same `context` (say whose and what it is). Raises Unsealable."""
        return _seal(self._unwrap(wrapped_key), plaintext, context)

    def open(self, wrapped_key: bytes, sealed: bytes | memoryview, context: bytes) -> bytes:
        """What was sealed. Raises Unsealable if anything is not as it was."""
        return _open(self._unwrap(wrapped_key), sealed, context)

    def opens(self, wrapped_key: bytes) -> bool:
        """Whether one of the master keys wrapped this."""
        return any(_is_under(key, wrapped_key) for key in self._master_keys)

    def is_newest(self, wrapped_key: bytes) -> bool:
        """Whether the newest master key wrapped this, so that the older ones are not needed for it."""
        return _is_under(self._master_keys[0], wrapped_key)

    def rewrapped(self, wrapped_key: bytes) -> bytes:
        """The same key under the newest master key: what it sealed opens as before. Raises Unsealable."""
        return self._wrap(self._unwrap(wrapped_key))

    def derived(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose, from the oldest master key that is given, and no way back to it."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(self._master_keys[-1])

    def _wrap(self, key: bytes) -> bytes:
        return _seal(self._master_keys[0], key, KEY_CONTEXT)

    def _unwrap(self, wrapped_key: bytes) -> bytes:
        for key in self._master_keys[:-1]:
            if _is_under(key, wrapped_key):
                return _open(key, wrapped_key, KEY_CONTEXT)
        return _open(self._master_keys[-1], wrapped_key, KEY_CONTEXT)


def _is_under(master_key: bytes, wrapped_key: bytes) -> bool:
    try:
        _open(master_key, wrapped_key, KEY_CONTEXT)
    except Unsealable:
        return False
    return True


def _seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, VERSION + context)


def _open(key: bytes, sealed: bytes | memoryview, context: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise Unsealable("This was not sealed by a version of Gatepost that this one knows.")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, VERSION + context)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise Unsealable("The key, the context or the bytes are not those that were sealed.") from None
