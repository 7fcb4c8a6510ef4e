"""Sealing at rest: AES-256-GCM, a key for each person, wrapped by the master key; destroying that key is erasure."""

import base64
import binascii
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from moderation.media.store import fsync_folder, write_new
from moderation.settings import SettingsError

KEY_BYTES: Final = 32
# Sealed: this byte, a random nonce, the ciphertext with its tag. Another way of sealing gets another first byte.
VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
KEY_CONTEXT: Final = b"gatepost: a person's key"


class Unsealable(Exception):
    """The key, the context or the bytes are not those that were sealed."""


class Vault:
    """Seals and opens under keys that exist outside it only wrapped."""

    def __init__(self, master_key: bytes) -> None:
        """`master_key`: 32 bytes. Raises ValueError for another length."""
        if len(master_key) != KEY_BYTES:
            raise ValueError(f"A master key has {KEY_BYTES} bytes.")
        self._master_key = master_key

    def new_key(self) -> bytes:
        """A fresh key for one person, wrapped. Store it with the person; destroy it and all sealed under it is gone."""
        return _seal(self._master_key, secrets.token_bytes(KEY_BYTES), KEY_CONTEXT)

    def seal(self, wrapped_key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """`plaintext` sealed; opens only with the same `context` (say whose and what it is). Raises Unsealable."""
        return _seal(self._unwrap(wrapped_key), plaintext, context)

    def open(self, wrapped_key: bytes, sealed: bytes, context: bytes) -> bytes:
        """What was sealed. Raises Unsealable if anything is not as it was."""
        return _open(self._unwrap(wrapped_key), sealed, context)

    def derived(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose: always the same as long as the master key is, and no way back to it."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(self._master_key)

    def _unwrap(self, wrapped_key: bytes) -> bytes:
        return _open(self._master_key, wrapped_key, KEY_CONTEXT)


def _seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, VERSION + context)


def _open(key: bytes, sealed: bytes, context: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise Unsealable("This was not sealed by a version of Gatepost that this one knows.")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, VERSION + context)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise Unsealable("The key, the context or the bytes are not those that were sealed.") from None


def create_master_key(path: Path) -> None:
    """Writes a new master key, readable by the program's own user only. Raises FileExistsError: it replaces none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    fsync_folder(path.parent)


def load_master_key(value: str | None, path: Path) -> bytes:
    """32 bytes: from `value` (base64) if there is one, else from the file. Raises SettingsError, without the key."""
    if value is not None:
        return _decoded(value, "GATEPOST_MASTER_KEY")
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise SettingsError("There is no master key. Run gatepost setup, or set GATEPOST_MASTER_KEY.") from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError("The master key's file cannot be read.") from None
    return _decoded(text, "The master key's file")


def _decoded(text: str, what: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{what}: it must be {KEY_BYTES} bytes in base64.")
    return key
