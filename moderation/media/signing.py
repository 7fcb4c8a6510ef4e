"""The school's own seal on what it hands out: Ed25519, so that anybody can check it and only the school can set it."""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from moderation.media.vault import Vault

_PURPOSE: Final = b"gatepost: the seal on evidence packs"


class Seal:
    """Made from the master key each time: nothing of it lies on a disk, and a restored school has the same one."""

    def __init__(self, vault: Vault) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(vault.derived(_PURPOSE))

    @property
    def public(self) -> bytes:
        """32 bytes that let anybody check the seal."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)


def fits(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether whoever has the private half of this key signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: no key at all
        return False
    return True
