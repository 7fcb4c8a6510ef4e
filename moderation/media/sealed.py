"""What a file of the store looks like: a mark, its own key wrapped by the master key, and the sealed content.

8 bytes   MARK: no picture begins so; the last of them is the version of this form
61 bytes  the file's own key, wrapped; and once more, so that a key is changed in place and one is always whole
the rest  the content, sealed under that key, for this name alone
"""

from typing import Final

from moderation.media.vault import WRAPPED_BYTES, Unsealable, Vault

MARK: Final = b"\x89GATE\r\n\x01"
_FIRST: Final = len(MARK)
_SECOND: Final = _FIRST + WRAPPED_BYTES
HEADER: Final = _SECOND + WRAPPED_BYTES


class Locked(Unsealable):
    """No master key that is known opens the key of this file."""


def is_sealed(data: bytes) -> bool:
    """Whether a file that begins so is sealed; others are from before pictures were."""
    return data.startswith(MARK)


def seal(vault: Vault, name: str, content: bytes) -> bytes:
    """The whole file, under a key of its own. It opens under this name only."""
    wrapped = vault.new_key()
    return MARK + wrapped + wrapped + vault.seal(wrapped, content, _context(name))


def open_(vault: Vault, name: str, data: bytes) -> bytes:
    """The content of a file that `is_sealed`. Raises Locked, Unsealable."""
    return vault.open(wrapped_key(vault, data), memoryview(data)[HEADER:], _context(name))


def wrapped_key(vault: Vault, header: bytes) -> bytes:
    """The first of the two copies of its key that opens. Raises Locked."""
    for copy in _copies(header):
        if vault.opens(copy):
            return copy
    raise Locked("No master key that is known opens this file.")


def rewrapped(vault: Vault, header: bytes) -> list[tuple[int, bytes]]:
    """What has to be written where so that both copies are under the newest master key, one after the other.

    Empty if they are already. Raises Locked.
    """
    if all(map(vault.is_newest, _copies(header))):
        return []
    new = vault.rewrapped(wrapped_key(vault, header))
    # The copy that may be the only whole one goes last: until then the other is written and on the disk.
    places = [_FIRST, _SECOND] if vault.opens(header[_SECOND:HEADER]) else [_SECOND, _FIRST]
    return [(place, new) for place in places]


def _copies(header: bytes) -> tuple[bytes, bytes]:
    return header[_FIRST:_SECOND], header[_SECOND:HEADER]


def _context(name: str) -> bytes:
    return b"file " + name.encode()
