"""Writing that survives a power cut and that only the program's own user can read."""

import os
import secrets
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Writes a file that only the program's own user can read, down to the disk. Raises FileExistsError."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, data: bytes) -> None:
    """The same, over what is there: a reader sees the old file or the new one, never a part."""
    partial = path.with_name(f"{path.name}.new")
    partial.unlink(missing_ok=True)
    write_new(partial, data)
    partial.replace(path)
    fsync_folder(path.parent)


def overwrite(path: Path, at: int, data: bytes) -> None:
    """Replaces bytes of a file where they stand, down to the disk. Raises FileNotFoundError."""
    with path.open("r+b", buffering=0) as file:
        file.seek(at)
        file.write(data)
        os.fsync(file.fileno())


def shred(path: Path, first: int | None = None) -> None:
    """Overwrites a file, or its `first` bytes, with chance, then removes it; that it is gone already is no error."""
    try:
        size = path.stat().st_size
        overwrite(path, 0, secrets.token_bytes(size if first is None else min(size, first)))
        path.unlink()
    except FileNotFoundError:
        return
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Makes the folder's list of names survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
