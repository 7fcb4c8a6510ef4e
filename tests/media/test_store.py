"""Law 8: what the store says it has, it has, byte for byte, in a folder as in a bucket."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from moderation.media.keys import KEY_ID, KeyDestroyed, PersonKeys
from moderation.media.places import Gone, Place
from moderation.media.store import MediaDamaged, MediaMissing, MediaStore
from moderation.media.vault import Vault
from moderation.services import unnamed_files

VAULT: Final = Vault(b"m" * 32)


@pytest.fixture
def store(place: Place) -> MediaStore:
    return MediaStore(place, VAULT)


def test_what_was_put_can_be_got_under_its_digest(store: MediaStore) -> None:
    key = store.put(b"a picture")
    assert key == hashlib.sha256(b"a picture").hexdigest()
    assert store.get(key) == b"a picture"
    assert MediaStore(store.place, VAULT).get(key) == b"a picture"
    store.check()


def test_the_same_twice_is_one_file_and_as_young_as_a_new_one(store: MediaStore) -> None:
    key = store.put(b"a picture")
    first = store.raw(key)
    assert store.put(b"a picture") == key
    assert list(store.keys()) == [key]
    assert store.raw(key) == first, "nothing is written twice"
    assert 0 <= store.age(key) + 1 < 60
    assert store.age("0" * 64) == 0
    assert not store.place.refresh("0" * 64)


def test_many_at_once_leave_whole_files_only(store: MediaStore) -> None:
    contents = [bytes([number % 5]) * 200_000 for number in range(20)]
    threads = [threading.Thread(target=store.put, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(store.get, store.keys())) == sorted(set(contents))


def test_keys_are_named_share_by_share_and_each_in_one_share(store: MediaStore) -> None:
    keys = sorted(store.put(bytes([number])) for number in range(40))
    hours = [unnamed_files.share_of(datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour)) for hour in range(23)]
    shares = [list(store.keys(*share)) for share in sorted(hours)]
    assert [key for share in shares for key in share] == keys
    assert sum(map(bool, shares)) > 1


def test_a_missing_file_and_a_damaged_file_are_told_apart(store: MediaStore) -> None:
    key = store.put(b"a picture")
    store.place.write(key, b"a pictuRe")
    with pytest.raises(MediaDamaged):
        store.get(key)
    assert store.put(b"a picture") == key  # putting it again mends it
    assert store.get(key) == b"a picture"
    store.delete(key)
    with pytest.raises(MediaMissing):
        store.get(key)


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: MediaStore) -> None:
    kept, gone = store.put(b"kept"), store.put(b"gone")
    store.delete(gone)
    store.delete(gone)
    assert list(store.keys()) == [kept]
    with pytest.raises(Gone):
        store.place.read(gone)


def test_keys_come_sorted(store: MediaStore) -> None:
    keys = [store.put(bytes([number])) for number in range(8)]
    assert list(store.keys()) == sorted(keys)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "/" + "a" * 63])
def test_nothing_but_a_key_becomes_a_path(store: MediaStore, key: str) -> None:
    for ask in (store.get, store.delete, store.age):
        with pytest.raises(ValueError, match="64"):
            ask(key)


def test_a_person_s_key_is_kept_changed_where_it_stands_and_destroyed(place: Place) -> None:
    place._names = KEY_ID  # type: ignore[attr-defined]
    keys = PersonKeys(place)
    one, other = keys.put(b"wrapped"), keys.put(b"another")
    keys.replace(one, b"WRAPPED")
    assert (keys.get(one), sorted(keys.ids())) == (b"WRAPPED", sorted([one, other]))
    assert sorted(keys.wrapped()) == [b"WRAPPED", b"another"]
    assert not keys.is_older(one, 3600) and keys.is_older(one, -60) and not keys.is_older("0" * 32, 0)
    before = keys.state
    assert keys.state == before
    keys.destroy(one)
    assert keys.state != before
    keys.destroy(one)
    assert (keys.exists(one), keys.exists(other), keys.exists(None)) == (False, True, False)
    for ask in (keys.get, lambda gone: keys.replace(gone, b"back")):
        with pytest.raises(KeyDestroyed):
            ask(one)
    assert list(keys.ids()) == [other]
