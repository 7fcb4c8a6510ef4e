"""A bucket that is away, forbidden, or keeps what is deleted: said clearly and soon, never passed over."""

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderation.media import bucket as module
from moderation.media.bucket import Bucket, Door
from moderation.media.keys import KEY_ID, PersonKeys
from moderation.media.opening import open_media
from moderation.media.store import KEY, MediaStore
from moderation.media.vault import Vault
from moderation.removing import remove
from moderation.rules.media import BucketAddress, MediaAway
from moderation.settings import Settings, SettingsError, load
from moderation.wiring import create_keys
from tests import buckets

pytestmark = buckets.needed
VAULT = Vault(b"m" * 32)
PICTURE = bytes(range(256)) * 4000


def store_in(door: Door, prefix: str = "media/") -> MediaStore:
    return MediaStore(Bucket(door, prefix, KEY, deep=True), VAULT)


def every_way(store: MediaStore) -> list[Callable[[], object]]:
    key = "a" * 64
    ask = (store.get, store.delete, store.age, store.lies, store.rewrap, store.seal)
    return [store.check, lambda: store.put(b"new"), lambda: list(store.keys()), *(lambda a=a: a(key) for a in ask)]


def test_a_bucket_that_keeps_versions_is_refused() -> None:
    store = store_in(buckets.server().door(buckets.server().keeping_versions()))
    for act in (store.check, lambda: store.put(b"new")):
        with pytest.raises(MediaAway, match="keeps versions"):
            act()


def test_versioning_that_is_switched_on_later_is_seen_at_once_and_stays_refused_when_suspended() -> None:
    server = buckets.server()
    server.client.create_bucket(Bucket="later")
    store = store_in(server.door("later"))
    key = store.put(b"a picture")
    for status in ("Enabled", "Suspended"):
        server.client.put_bucket_versioning(Bucket="later", VersioningConfiguration={"Status": status})
        with pytest.raises(MediaAway, match="keeps versions"):
            store.check()
        if status == "Enabled":
            with pytest.raises(MediaAway, match="keeps versions"):
                store.delete(key)


def test_a_server_that_is_away_is_away_in_every_way_and_back_when_it_is_back() -> None:
    server = buckets.Server()
    assert server.client
    store = store_in(server.door())
    key = store.put(PICTURE)
    server.stop()
    began = time.monotonic()
    for act in every_way(store):
        with pytest.raises(MediaAway):
            act()
    assert time.monotonic() - began < 30
    server.start()
    assert store.get(key) == PICTURE
    server.remove()


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        store = store_in(Door(BucketAddress("school", "", "eu-west-2", endpoint, inside=True), "a", "b"))
        began = time.monotonic()
        with pytest.raises(MediaAway):
            store.get("a" * 64)
    assert time.monotonic() - began < 20  # left to itself it would be minutes


def test_while_a_server_says_nothing_one_at_a_time_waits_for_it_and_it_is_noticed_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else one school's pages would take every thread from the others."""
    monkeypatch.setattr(module, "READ_SECONDS", 1.0)
    server = buckets.Server()
    assert server.client
    store = store_in(server.door())
    key = store.put(PICTURE)

    def ask(_: int = 0) -> float:
        began = time.monotonic()
        with pytest.raises(MediaAway):
            store.get(key)
        return time.monotonic() - began

    server.process.send_signal(signal.SIGSTOP)
    assert ask() >= 1.0
    with ThreadPoolExecutor(16) as pool:
        waited = list(pool.map(ask, range(16)))
    assert sum(seconds >= 1.0 for seconds in waited) < 4
    server.process.send_signal(signal.SIGCONT)
    assert store.get(key) == PICTURE
    server.remove()


@pytest.mark.parametrize(("bucket", "secret"), [("school", "wrong"), ("nobodys", None)])
def test_what_is_forbidden_or_not_there_is_away_and_nothing_is_missing(
    bucket: str, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    assert buckets.server().client
    door = buckets.server().door(bucket, secret)
    with caplog.at_level(logging.ERROR):
        for act in every_way(store_in(door))[:4]:
            with pytest.raises(MediaAway):
                act()
        with pytest.raises(MediaAway):
            PersonKeys(Bucket(door, "people/", KEY_ID)).exists("b" * 32)
    assert "127.0.0.1" not in caplog.text
    assert bucket not in caplog.text


def test_a_forked_process_has_connections_of_its_own() -> None:
    store = store_in(buckets.server().door(), "forked/")
    keys = [store.put(PICTURE + bytes([number])) for number in range(4)]

    def ask() -> None:
        os._exit(0 if all(len(store.get(key)) == len(PICTURE) + 1 for key in keys * 3) else 3)

    children = [multiprocessing.get_context("fork").Process(target=ask) for _ in range(2)]
    for child in children:
        child.start()
    assert all(len(store.get(key)) == len(PICTURE) + 1 for key in keys * 3)
    for child in children:
        child.join(20)
    assert [child.exitcode for child in children] == [0, 0]


def test_a_long_list_comes_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 3)
    store = store_in(buckets.server().door(), "pages/")
    keys = sorted(store.put(bytes([number])) for number in range(7))
    assert list(store.keys()) == keys


def settings(folder: Path, **more: str) -> Settings:
    return load({**buckets.server().settings(), **more}, folder)


def test_pictures_and_the_keys_of_people_lie_beside_each_other_and_none_on_the_machine(tmp_path: Path) -> None:
    own = settings(tmp_path)
    store, keys = open_media(own, VAULT)[:2]
    key, key_id = store.put(PICTURE), keys.put(b"wrapped")
    assert (list(store.keys()), list(keys.ids())) == ([key], [key_id])
    again, its = open_media(own, VAULT)[:2]
    assert (again.get(key), its.get(key_id)) == (PICTURE, b"wrapped")
    prefix = own.media_url.partition("?")[0].rpartition("/")[2]
    there = buckets.server().client.list_objects_v2(Bucket="school", Prefix=f"{prefix}/")["Contents"]
    wanted = {f"{prefix}/media/{key[:2]}/{key[2:4]}/{key}", f"{prefix}/people/{key_id}"}
    assert {one["Key"] for one in there} == wanted
    assert list(tmp_path.iterdir()) == []


def test_a_school_that_is_removed_leaves_nothing_there(tmp_path: Path) -> None:
    own = settings(tmp_path)
    store, keys = open_media(own, VAULT)[:2]
    store.put(PICTURE)
    keys.put(b"wrapped")
    create_keys(own)
    remove(own)
    assert (list(store.keys()), list(keys.ids())) == ([], [])
    assert not tmp_path.exists()


def test_without_its_two_keys_no_bucket_is_opened(tmp_path: Path) -> None:
    for name in ("GATEPOST_MEDIA_ACCESS_KEY", "GATEPOST_MEDIA_SECRET_KEY"):
        with pytest.raises(SettingsError, match="GATEPOST_MEDIA_ACCESS_KEY"):
            open_media(settings(tmp_path, **{name: ""}), VAULT)


def test_the_secret_may_stand_in_a_file_or_come_from_a_command(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{buckets.server().secret}\n")
    for name, value in (("FILE", str(tmp_path / "secret")), ("COMMAND", f"cat {tmp_path / 'secret'}")):
        its = settings(tmp_path, GATEPOST_MEDIA_SECRET_KEY="", **{f"GATEPOST_MEDIA_SECRET_KEY_{name}": value})
        open_media(its, VAULT)[0].check()


def test_nothing_goes_unencrypted_to_a_server_outside(tmp_path: Path) -> None:
    outside = "s3://school?endpoint=http://8.8.8.8&inside=yes"
    with pytest.raises(SettingsError, match="https"):
        open_media(settings(tmp_path, GATEPOST_MEDIA_URL=outside), VAULT)
