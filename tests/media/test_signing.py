"""The school's seal: the same from the same secret, another from another, and nothing else opens it."""

from moderation.media.signing import Seal, fits


def test_the_key_is_the_same_as_long_as_the_secret_is() -> None:
    one, again, other = (Seal(key * 32) for key in (b"a", b"a", b"b"))
    assert one.public == again.public != other.public
    assert fits(again.public, b"what was said", one.sign(b"what was said"))


def test_nothing_but_the_message_and_the_key_fits() -> None:
    seal, other = Seal(b"a" * 32), Seal(b"b" * 32)
    signature = seal.sign(b"what was said")
    assert not fits(seal.public, b"what was sent", signature)
    assert not fits(other.public, b"what was said", signature)
    assert not fits(seal.public, b"what was said", signature[:-1])
    assert not fits(b"", b"what was said", signature)
