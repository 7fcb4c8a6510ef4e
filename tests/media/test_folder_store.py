"""Law 8: what the store says it has, it has, byte for byte, and nobody else can read it."""

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from moderation.media.store import FolderStore, MediaDamaged, MediaMissing, open_store
from moderation.media.vault import Vault
from moderation.settings import SettingsError, load

VAULT = Vault(b"m" * 32)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media", VAULT)


def files(store: FolderStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_was_put_can_be_got_under_its_digest(store: FolderStore) -> None:
    key = store.put(b"a picture")
    assert key == hashlib.sha256(b"a picture").hexdigest()
    assert store.get(key) == b"a picture"
    assert FolderStore(store.root, VAULT).get(key) == b"a picture"


def test_the_same_twice_is_one_file(store: FolderStore) -> None:
    assert store.put(b"a picture") == store.put(b"a picture")
    assert len(files(store)) == 1


def test_many_at_once_leave_whole_files_only(store: FolderStore) -> None:
    contents = [bytes([number % 5]) * 200_000 for number in range(20)]
    threads = [threading.Thread(target=store.put, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(store.get, store.keys())) == sorted(set(contents))
    assert len(files(store)) == 5


def test_only_the_program_s_own_user_can_read_it(store: FolderStore) -> None:
    before = os.umask(0)
    try:
        FolderStore(store.root.parent / "other", VAULT).put(b"a picture")
    finally:
        os.umask(before)
    for path in [store.root.parent / "other", *(store.root.parent / "other").rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_a_missing_file_and_a_damaged_file_are_told_apart(store: FolderStore) -> None:
    key = store.put(b"a picture")
    files(store)[0].write_bytes(b"a pictuRe")
    with pytest.raises(MediaDamaged):
        store.get(key)
    assert store.put(b"a picture") == key  # putting it again mends it
    assert store.get(key) == b"a picture"
    store.delete(key)
    with pytest.raises(MediaMissing):
        store.get(key)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: FolderStore) -> None:
    kept, gone = store.put(b"kept"), store.put(b"gone")
    store.delete(gone)
    store.delete(gone)
    assert list(store.keys()) == [kept]
    assert len(files(store)) == 1


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "/" + "a" * 63])
def test_nothing_but_a_key_becomes_a_path(store: FolderStore, key: str) -> None:
    for ask in (store.get, store.delete):
        with pytest.raises(ValueError, match="64"):
            ask(key)


def test_a_write_that_failed_leaves_nothing_behind(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="space"):
        store.put(b"a picture")
    monkeypatch.undo()
    assert files(store) == []


def test_what_a_killed_program_was_writing_is_removed_later(store: FolderStore) -> None:
    old, young = store.root / "partial" / "old", store.root / "partial" / "young"
    for path in (old, young):
        path.write_bytes(b"half a picture")
    os.utime(old, (time.time() - 7200,) * 2)
    assert list(FolderStore(store.root, VAULT).keys()) == []
    assert not old.exists()
    assert young.exists()


def test_the_default_setting_opens_a_store_in_the_instance(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "our school 100%")
    store = open_store(settings.media_url, VAULT)
    assert store.root == tmp_path / "our school 100%" / "media"
    assert store.get(store.put(b"a picture")) == b"a picture"


@pytest.mark.parametrize("url", ["s3://user:password@bucket", "file://media", "media", "", "/srv/media"])
def test_an_address_that_cannot_be_used_is_a_clear_error_without_the_address(url: str) -> None:
    with pytest.raises(SettingsError, match="GATEPOST_MEDIA_URL") as caught:
        open_store(url, VAULT)
    assert "password" not in str(caught.value)
