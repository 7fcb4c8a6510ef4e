"""What a folder on the machine's own disk promises besides: whose files they are, and what a killed program leaves."""

import os
import time
from pathlib import Path

import pytest

from moderation.media import sealed
from moderation.media.opening import open_media
from moderation.media.places import Folder
from moderation.media.store import KEY, MediaLocked, MediaStore
from moderation.media.vault import Vault
from moderation.settings import load

VAULT = Vault(b"m" * 32)
PICTURE = b"\xff\xd8\xff a picture " * 50


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "media", KEY, deep=True)


@pytest.fixture
def store(folder: Folder) -> MediaStore:
    return MediaStore(folder, VAULT)


def files(folder: Folder) -> list[Path]:
    return [path for path in folder.root.rglob("*") if path.is_file()]


def test_only_the_program_s_own_user_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        MediaStore(Folder(tmp_path / "media", KEY, deep=True), VAULT).put(b"a picture")
    finally:
        os.umask(before)
    for path in [tmp_path / "media", *(tmp_path / "media").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_a_write_that_failed_leaves_nothing_behind(
    folder: Folder, store: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="space"):
        store.put(b"a picture")
    monkeypatch.undo()
    assert files(folder) == []


def test_what_a_killed_program_was_writing_is_removed_later(folder: Folder) -> None:
    old, young = folder.root / "partial" / "old", folder.root / "partial" / "young"
    for path in (old, young):
        path.write_bytes(b"half a picture")
    os.utime(old, (time.time() - 7200,) * 2)
    assert list(Folder(folder.root, KEY, deep=True).names()) == []
    assert not old.exists()
    assert young.exists()


def test_the_keys_of_files_are_changed_where_they_stand(folder: Folder, store: MediaStore) -> None:
    key = store.put(PICTURE)
    before = folder.path(key).stat()
    assert MediaStore(folder, Vault(b"n" * 32, b"m" * 32)).rewrap(key)
    after = folder.path(key).stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)


def test_a_picture_that_goes_while_it_is_sealed_does_not_come_back(
    folder: Folder, store: MediaStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = store.put(PICTURE)
    folder.write(key, PICTURE)
    real = sealed.seal

    def late(vault: Vault, name: str, content: bytes) -> bytes:
        store.delete(key)
        return real(vault, name, content)

    monkeypatch.setattr(sealed, "seal", late)
    store.seal(key)
    assert list(store.keys()) == []


def test_what_is_deleted_loses_its_key_even_where_another_name_leads_to_it(
    folder: Folder, store: MediaStore, tmp_path: Path
) -> None:
    key = store.put(PICTURE)
    os.link(folder.path(key), tmp_path / "kept")
    store.delete(key)
    assert len((tmp_path / "kept").read_bytes()) > len(PICTURE)
    store.put(PICTURE)
    folder.path(key).write_bytes(sealed.MARK + (tmp_path / "kept").read_bytes()[len(sealed.MARK) :])
    with pytest.raises(MediaLocked):
        store.get(key)


def test_the_default_setting_opens_a_store_in_the_instance(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "our school 100%")
    store, keys = open_media(settings, VAULT)[:2]
    key = store.put(b"a picture")
    assert (tmp_path / "our school 100%" / "media" / key[:2] / key[2:4] / key).exists()
    assert (tmp_path / "our school 100%" / "keys" / "people" / keys.put(b"wrapped")).exists()
