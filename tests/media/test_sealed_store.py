"""Pictures at rest: each sealed under a key of its own; what was in the clear is sealed once; keys change in place."""

import os
from pathlib import Path

import pytest

from moderation.media import sealed
from moderation.media.store import FolderStore, Lies, MediaDamaged, MediaLocked
from moderation.media.vault import WRAPPED_BYTES, Vault

OLD, NEW = b"o" * 32, b"n" * 32
PICTURE = b"\xff\xd8\xff a picture " * 50


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "media", Vault(OLD))


def under(store: FolderStore, *master_keys: bytes) -> FolderStore:
    return FolderStore(store.root, Vault(*master_keys))


def file_of(store: FolderStore, key: str) -> Path:
    return store.root / key[:2] / key[2:4] / key


def in_the_clear(store: FolderStore, data: bytes) -> str:
    """As it was kept before."""
    key = store.put(data)
    file_of(store, key).write_bytes(data)
    return key


def test_nothing_of_a_picture_can_be_read_in_its_file(store: FolderStore) -> None:
    data = file_of(store, store.put(PICTURE)).read_bytes()
    assert not any(PICTURE[at : at + 8] in data for at in range(len(PICTURE) - 8))
    assert len(data) == len(PICTURE) + sealed.HEADER + 29


def test_another_master_key_says_that_it_is_another_one(store: FolderStore) -> None:
    key = store.put(PICTURE)
    other = under(store, NEW)
    with pytest.raises(MediaLocked):
        other.get(key)
    assert (store.lies(key), other.lies(key)) == (Lies.SEALED, Lies.LOCKED)


def test_a_file_under_the_name_of_another_does_not_open(store: FolderStore) -> None:
    one, other = store.put(PICTURE), store.put(b"another")
    file_of(store, one).write_bytes(file_of(store, other).read_bytes())
    with pytest.raises(MediaDamaged):
        store.get(one)


@pytest.mark.parametrize("at", [sealed.HEADER, sealed.HEADER + 40, -1])
def test_one_changed_byte_is_damage(store: FolderStore, at: int) -> None:
    key = store.put(PICTURE)
    data = bytearray(file_of(store, key).read_bytes())
    data[at] ^= 1
    file_of(store, key).write_bytes(data)
    with pytest.raises(MediaDamaged):
        store.get(key)


@pytest.mark.parametrize("at", [10, 10 + WRAPPED_BYTES])
def test_one_copy_of_the_file_s_key_is_enough_and_is_mended(store: FolderStore, at: int) -> None:
    key = store.put(PICTURE)
    data = bytearray(file_of(store, key).read_bytes())
    data[at] ^= 1
    file_of(store, key).write_bytes(data)
    assert store.get(key) == PICTURE
    assert store.rewrap(key)
    first, second = (file_of(store, key).read_bytes()[at : at + WRAPPED_BYTES] for at in (8, 8 + WRAPPED_BYTES))
    assert first == second
    assert store.get(key) == PICTURE


def test_the_keys_of_files_are_changed_where_they_stand(store: FolderStore) -> None:
    key = store.put(PICTURE)
    before = file_of(store, key).stat()
    assert under(store, NEW, OLD).rewrap(key)
    after = file_of(store, key).stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert under(store, NEW).get(key) == PICTURE
    with pytest.raises(MediaLocked):
        store.get(key)
    assert not store.rewrap(key), "the old key alone changes nothing"
    assert under(store, NEW).get(key) == PICTURE


def test_what_is_in_the_clear_is_read_found_and_sealed_once(store: FolderStore) -> None:
    key = in_the_clear(store, PICTURE)
    sealed_one = store.put(b"another")
    assert store.get(key) == PICTURE
    assert list(store.in_the_clear()) == [key]
    store.seal(key)
    data = file_of(store, key).read_bytes()
    assert b"picture" not in data
    store.seal(key)
    store.seal(sealed_one)
    assert file_of(store, key).read_bytes() == data
    assert list(store.in_the_clear()) == []
    assert store.get(key) == PICTURE


def test_putting_a_picture_again_that_is_in_the_clear_seals_it(store: FolderStore) -> None:
    key = in_the_clear(store, PICTURE)
    assert store.put(PICTURE) == key
    assert store.lies(key) is Lies.SEALED


def test_a_picture_that_goes_while_it_is_sealed_does_not_come_back(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = in_the_clear(store, PICTURE)
    real = sealed.seal

    def late(vault: Vault, name: str, content: bytes) -> bytes:
        store.delete(key)
        return real(vault, name, content)

    monkeypatch.setattr(sealed, "seal", late)
    store.seal(key)
    assert list(store.keys()) == []


def test_a_damaged_picture_in_the_clear_is_left_as_it_is(store: FolderStore) -> None:
    key = in_the_clear(store, PICTURE)
    file_of(store, key).write_bytes(b"half a pict")
    store.seal(key)
    assert file_of(store, key).read_bytes() == b"half a pict"


def test_what_is_deleted_loses_its_key_even_where_another_name_leads_to_it(store: FolderStore, tmp_path: Path) -> None:
    key = store.put(PICTURE)
    os.link(file_of(store, key), tmp_path / "kept")
    store.delete(key)
    assert len((tmp_path / "kept").read_bytes()) > len(PICTURE)
    path = file_of(store, store.put(PICTURE))
    path.write_bytes(sealed.MARK + (tmp_path / "kept").read_bytes()[len(sealed.MARK) :])
    with pytest.raises(MediaLocked):
        store.get(key)
