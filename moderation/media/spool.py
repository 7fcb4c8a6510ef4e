"""What is too large for memory while it is on its way: a temporary file that only this process can read."""

import errno
import io
import os
import secrets
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BLOCK: Final = 16
BUFFER: Final = 2**18
LEFT_FREE: Final = 0.05  # of the disk, or so many bytes if that is less: large requests never fill it
LEFT_FREE_BYTES: Final = 10**9


class _Spool(io.RawIOBase):
    """A file without a name, under a key that exists in memory alone: what is left on the disk is noise."""

    def __init__(self) -> None:
        self._file: Any = TemporaryFile(buffering=0)  # noqa: SIM115 (closed with this)
        self._key = secrets.token_bytes(32)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: "WriteableBuffer", /) -> int:
        at, view = self._file.tell(), memoryview(into)
        data = self._file.read(len(view))
        view[: len(data)] = self._crypted(at, data)
        return len(data)

    def write(self, data: "ReadableBuffer", /) -> int:
        disk = os.fstatvfs(self._file.fileno())
        if disk.f_bavail * disk.f_frsize < min(LEFT_FREE * disk.f_blocks * disk.f_frsize, LEFT_FREE_BYTES):
            raise OSError(errno.ENOSPC, "the disk for what is on its way is nearly full")
        return int(self._file.write(self._crypted(self._file.tell(), bytes(data))))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return int(self._file.seek(offset, whence))

    def truncate(self, size: int | None = None, /) -> int:
        return int(self._file.truncate(size))

    def fileno(self) -> int:
        raise io.UnsupportedOperation("what lies in the file is not what was written")

    def close(self) -> None:
        self._file.close()
        super().close()

    def _crypted(self, at: int, data: bytes) -> bytes:
        """There and back: the same stream of noise laid over bytes that begin at `at`."""
        counter = (at // BLOCK).to_bytes(BLOCK, "big")
        noise = Cipher(AES256(self._key), CTR(counter)).encryptor()
        noise.update(bytes(at % BLOCK))
        return noise.update(data)


def spool() -> io.BufferedRandom:
    """A new one, to be read, written and sought like any file."""
    return io.BufferedRandom(_Spool(), BUFFER)
