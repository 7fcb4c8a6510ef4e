"""Pictures at rest: each sealed under a key of its own; what was in the clear is sealed once; keys change in place."""

import pytest

from moderation.media import sealed
from moderation.media.places import Place
from moderation.media.store import Lies, MediaDamaged, MediaLocked, MediaStore
from moderation.media.vault import WRAPPED_BYTES, Vault

OLD, NEW = b"o" * 32, b"n" * 32
PICTURE = b"\xff\xd8\xff a picture " * 50


@pytest.fixture
def store(place: Place) -> MediaStore:
    return MediaStore(place, Vault(OLD))


def under(store: MediaStore, *master_keys: bytes) -> MediaStore:
    return MediaStore(store.place, Vault(*master_keys))


def in_the_clear(store: MediaStore, data: bytes) -> str:
    """As it was kept before."""
    key = store.put(data)
    store.place.write(key, bytes(data))
    return key


def test_nothing_of_a_picture_can_be_read_in_its_file(store: MediaStore) -> None:
    data = store.raw(store.put(PICTURE))
    assert not any(PICTURE[at : at + 8] in data for at in range(len(PICTURE) - 8))
    assert len(data) == len(PICTURE) + sealed.HEADER + 29


def test_another_master_key_says_that_it_is_another_one(store: MediaStore) -> None:
    key = store.put(PICTURE)
    other = under(store, NEW)
    with pytest.raises(MediaLocked):
        other.get(key)
    assert (store.lies(key), other.lies(key)) == (Lies.SEALED, Lies.LOCKED)


def test_a_file_under_the_name_of_another_does_not_open(store: MediaStore) -> None:
    one, other = store.put(PICTURE), store.put(b"another")
    store.place.write(one, store.raw(other))
    with pytest.raises(MediaDamaged):
        store.get(one)


@pytest.mark.parametrize("at", [sealed.HEADER, sealed.HEADER + 40, -1])
def test_one_changed_byte_is_damage(store: MediaStore, at: int) -> None:
    key = store.put(PICTURE)
    data = bytearray(store.raw(key))
    data[at] ^= 1
    store.place.write(key, bytes(data))
    with pytest.raises(MediaDamaged):
        store.get(key)


@pytest.mark.parametrize("at", [10, 10 + WRAPPED_BYTES])
def test_one_copy_of_the_file_s_key_is_enough_and_is_mended(store: MediaStore, at: int) -> None:
    key = store.put(PICTURE)
    data = bytearray(store.raw(key))
    data[at] ^= 1
    store.place.write(key, bytes(data))
    assert store.get(key) == PICTURE
    assert store.rewrap(key)
    first, second = (store.raw(key)[at : at + WRAPPED_BYTES] for at in (8, 8 + WRAPPED_BYTES))
    assert first == second
    assert store.get(key) == PICTURE


def test_the_keys_of_files_are_changed_where_they_stand(store: MediaStore) -> None:
    key = store.put(PICTURE)
    assert under(store, NEW, OLD).rewrap(key)
    assert under(store, NEW).get(key) == PICTURE
    with pytest.raises(MediaLocked):
        store.get(key)
    assert not store.rewrap(key), "the old key alone changes nothing"
    assert under(store, NEW).get(key) == PICTURE


def test_what_is_in_the_clear_is_read_found_and_sealed_once(store: MediaStore) -> None:
    key = in_the_clear(store, PICTURE)
    sealed_one = store.put(b"another")
    assert store.get(key) == PICTURE
    assert list(store.in_the_clear()) == [key]
    store.seal(key)
    data = store.raw(key)
    assert b"picture" not in data
    store.seal(key)
    store.seal(sealed_one)
    assert store.raw(key) == data
    assert list(store.in_the_clear()) == []
    assert store.get(key) == PICTURE


def test_putting_a_picture_again_that_is_in_the_clear_seals_it(store: MediaStore) -> None:
    key = in_the_clear(store, PICTURE)
    assert store.put(PICTURE) == key
    assert store.lies(key) is Lies.SEALED


def test_a_damaged_picture_in_the_clear_is_left_as_it_is(store: MediaStore) -> None:
    key = in_the_clear(store, PICTURE)
    store.place.write(key, b"half a pict")
    store.seal(key)
    assert store.raw(key) == b"half a pict"
