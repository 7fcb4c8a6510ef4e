"""The school's seal: the same from the same master key, another from another, and nothing else opens it."""

from moderation.media.signing import Seal, fits
from moderation.media.vault import Vault


def test_the_key_is_the_same_as_long_as_the_master_key_is() -> None:
    one, again, other = (Seal(Vault(key * 32)) for key in (b"a", b"a", b"b"))
    assert one.public == again.public != other.public
    assert fits(again.public, b"what was said", one.sign(b"what was said"))


def test_nothing_but_the_message_and_the_key_fits() -> None:
    seal, other = Seal(Vault(b"a" * 32)), Seal(Vault(b"b" * 32))
    signature = seal.sign(b"what was said")
    assert not fits(seal.public, b"what was sent", signature)
    assert not fits(other.public, b"what was said", signature)
    assert not fits(seal.public, b"what was said", signature[:-1])
    assert not fits(b"", b"what was said", signature)


def test_the_key_tells_nothing_of_the_master_key_and_differs_by_purpose() -> None:
    vault = Vault(b"a" * 32)
    assert len({vault.derived(b"one"), vault.derived(b"two"), b"a" * 32}) == 3
