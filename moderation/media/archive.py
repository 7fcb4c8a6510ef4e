"""A backup as it lies in a folder: its files, and a manifest with the digest of each, sealed with the school's key."""

import hashlib
import hmac
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from moderation.media.disk import fsync_folder, write_new
from moderation.media.vault import Vault

FORMAT: Final = "gatepost backup 1"
MANIFEST, SEAL = "manifest.json", "manifest.seal"
DATABASE, MEDIA = "database.sqlite3", "media"
PURGED, TRAIL, NICKNAMES = "purged.jsonl", "trail.jsonl", "nicknames.txt"
PARTIAL: Final = ".partial"  # behind the name of a folder that is not finished
_NAME: Final = re.compile(r"\d{4}-\d\d-\d\d-\d{6}-\d{6}")
_PURPOSE: Final = b"gatepost: the seal on backups"


class NotABackup(Exception):
    """What lies there cannot be trusted; the message names the file."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `files`: path in the folder, with / between, and SHA-256 of the file as it lies there."""

    made_at: str  # UTC, ISO
    program: str
    schema: str  # the migration of its database
    school: str
    key: str  # which master key it was made under
    head: int  # the newest row of the audit trail, and its hash
    head_hash: str
    rows: dict[str, int]  # of each table
    files: dict[str, str]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def media(self) -> list[str]:
        """The keys of its media."""
        return [path.rsplit("/", 1)[1] for path in self.files if path.startswith(f"{MEDIA}/")]


def fingerprint(vault: Vault) -> str:
    """Tells one master key from another, and nothing about either."""
    return hashlib.sha256(vault.derived(b"gatepost: which master key")).hexdigest()


def name_at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d-%H%M%S-%f}"


def media_path(key: str) -> str:
    return f"{MEDIA}/{key[:2]}/{key[2:4]}/{key}"


def finished(folder: Path) -> list[Path]:
    """The backups in `folder`, the oldest first; what is not finished is none."""
    return sorted(path for path in folder.glob("*") if _NAME.fullmatch(path.name) and (path / SEAL).is_file())


def unfinished(folder: Path) -> list[Path]:
    """What a backup left in `folder` when it was killed."""
    return [path for path in folder.glob(f"*{PARTIAL}") if _NAME.fullmatch(path.name.removesuffix(PARTIAL))]


def chosen(folder: Path) -> Path:
    """The backup that `folder` is, or the newest of those in it. Raises NotABackup."""
    if (folder / MANIFEST).is_file() and not folder.name.endswith(PARTIAL):
        return folder
    if not finished(folder):
        raise NotABackup(f"There is no finished backup in {folder}: no {MANIFEST} was found.")
    return finished(folder)[-1]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, vault: Vault, manifest: Manifest) -> None:
    """Put the manifest and its seal into a folder that holds everything else already."""
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True).encode()
    write_new(folder / MANIFEST, text)
    write_new(folder / SEAL, _seal(vault, text).encode())
    for path in sorted(folder.glob("**/"), reverse=True):
        fsync_folder(path)


def read(folder: Path, vault: Vault) -> Manifest:
    """The manifest, if it is as it was written. Raises NotABackup."""
    try:
        text, seal = (folder / MANIFEST).read_bytes(), (folder / SEAL).read_bytes()
    except OSError as error:
        raise NotABackup(f"{error.filename} cannot be read, so {folder} is no finished backup.") from None
    if not hmac.compare_digest(_seal(vault, text).encode(), seal):
        raise NotABackup(_why(folder, vault, text))
    values: dict[str, Any] = json.loads(text)
    if values.pop("format") != FORMAT:
        raise NotABackup(f"{folder / MANIFEST} was written by a newer Gatepost. Install that one first.")
    return Manifest(**values)


def _why(folder: Path, vault: Vault, text: bytes) -> str:
    try:
        own = json.loads(text)["key"] == fingerprint(vault)
    except (ValueError, KeyError, TypeError):
        own = True  # no master key makes this readable
    if own:
        return f"{folder / MANIFEST} does not fit {folder / SEAL}: one of them was changed or is damaged."
    return f"{folder / MANIFEST} was made under another master key than the one here, or was changed."


def check(folder: Path, manifest: Manifest) -> None:
    """Read every file. Raises NotABackup for the first that is missing or has another digest."""
    for name in manifest.files:
        check_file(folder, manifest, name)


def check_file(folder: Path, manifest: Manifest, name: str) -> Path:
    """Where this file lies, if it is as it was written. Raises NotABackup."""
    path = folder / name
    try:
        same = digest_of(path) == manifest.files[name]
    except OSError as error:
        raise NotABackup(f"{path} cannot be read ({type(error).__name__}).") from None
    if not same:
        raise NotABackup(f"{path} was changed or is damaged: it has another digest than in {MANIFEST}.")
    return path


def _seal(vault: Vault, text: bytes) -> str:
    return hmac.new(vault.derived(_PURPOSE), text, "sha256").hexdigest()
