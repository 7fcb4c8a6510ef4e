"""Where the master key comes from, how a new one takes its place, and who is using it."""

import base64
import binascii
import fcntl
import os
import secrets
import shlex
import subprocess
from pathlib import Path
from typing import Final, Self

from moderation.media.disk import fsync_folder, overwrite, write_new, write_whole
from moderation.media.vault import KEY_BYTES
from moderation.settings import KeySource, Settings, SettingsError

COMMAND_SECONDS: Final = 30
MISSING: Final = "There is no master key. Run gatepost setup, or set GATEPOST_MASTER_KEY."


def create_master_key(path: Path) -> None:
    """Writes a new master key, readable by the program's own user only. Raises FileExistsError: it replaces none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, _text(secrets.token_bytes(KEY_BYTES)))
    fsync_folder(path.parent)


def master_keys(settings: Settings) -> tuple[bytes, ...]:
    """The master key; behind it the one before, while that is still needed. Raises SettingsError, without a key."""
    newest = _from(settings.master_key) if settings.master_key else _in_file(settings.master_file)
    older = [_from(settings.old_master_key)] if settings.old_master_key else []
    if is_turning(settings):
        older.append(_in_file(settings.old_master_file))
    return (newest, *dict.fromkeys(key for key in older if key != newest))


def is_turning(settings: Settings) -> bool:
    """Whether the key before is still there: some may be under it alone. A file of blanks is one being destroyed."""
    old = settings.old_master_file
    return old.exists() and bool(old.read_bytes().strip())


def _in_file(path: Path) -> bytes:
    try:
        return _decoded(path.read_text(encoding="ascii"), "The master key's file")
    except FileNotFoundError:
        raise SettingsError(MISSING) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError("The master key's file cannot be read.") from None


def _from(source: KeySource) -> bytes:
    return _decoded(text_of(source), source.name)


def text_of(source: KeySource) -> str:
    """What stands there, as it was given. Raises SettingsError, without any of it."""
    if source.command:
        return _said_by(source)
    if source.file:
        try:
            return source.file.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{source.name}: the file cannot be read ({type(error).__name__}).") from None
    return source.value or ""


def _said_by(source: KeySource) -> str:
    """What a key management service's own program says; no shell stands between."""
    try:
        ended = subprocess.run(
            shlex.split(source.command or ""), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=COMMAND_SECONDS
        )
        said = ended.stdout.decode("ascii")
    except subprocess.TimeoutExpired:
        raise SettingsError(f"{source.name}: it gave no key within {COMMAND_SECONDS} seconds.") from None
    except (OSError, ValueError) as error:  # ValueError: quotation marks that do not close, or no ASCII
        raise SettingsError(f"{source.name}: it cannot be run ({type(error).__name__}).") from None
    if ended.returncode:
        raise SettingsError(f"{source.name}: it ended with code {ended.returncode}.")
    return said


def _text(key: bytes) -> bytes:
    return base64.b64encode(key) + b"\n"


def _decoded(text: str, what: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{what}: it must be {KEY_BYTES} bytes in base64.")
    return key


def turn(settings: Settings) -> None:
    """A new master key in the instance's file, the present one beside it; a turn that was cut short goes on.

    Whatever happens in between, the present one stands in one of the two files.
    """
    present, old = settings.master_file, settings.old_master_file
    if is_turning(settings) and old.read_bytes() != present.read_bytes():
        return  # there is a new one already, and not all is under it yet
    write_whole(old, present.read_bytes())
    write_whole(present, _text(secrets.token_bytes(KEY_BYTES)))


def forget_old(settings: Settings) -> None:
    """Destroy the old master key's file; what was wrapped by it alone is gone with it."""
    old = settings.old_master_file
    if old.exists():
        overwrite(old, 0, b" " * old.stat().st_size)
        old.unlink()
        fsync_folder(old.parent)


class InUse:
    """Every process that holds the master key holds this, so that it is never changed behind one's back."""

    def __init__(self, folder: Path, alone: bool = False) -> None:
        """Raises SettingsError if a process is `alone` with the keys, or if this one cannot be."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle: int | None = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                "Gatepost is running. Stop it on every machine, then type this again."
                if alone
                else "The keys are being rotated. Start again when that is done."
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def release(self) -> None:
        """Others may have the keys now."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __del__(self) -> None:
        self.release()
