"""Takes a school out of an installation to the last byte: queue, keys, pictures, database, folder."""

import secrets
import shutil
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import redis

from moderation import queue, redis_server
from moderation.db.engine import open_engine, schema_of
from moderation.db.migrate import migrate
from moderation.db.snapshot import file_of, with_its_own
from moderation.media.disk import shred
from moderation.media.master import InUse
from moderation.media.opening import open_media
from moderation.media.vault import KEY_BYTES, Vault
from moderation.settings import Settings, SettingsError

LET_GO_SECONDS: Final = queue.JOB_SECONDS + 60.0  # the longest job may have just begun
_LOOK_SECONDS: Final = 0.5
_SAVED_SECONDS: Final = 20.0


def wait_until_unused(settings: Settings, longest: float = LET_GO_SECONDS) -> InUse:
    """Alone with a school that is closed. Raises SettingsError if some process still has it after `longest` seconds."""
    deadline = time.monotonic() + longest
    while True:
        try:
            return InUse(settings.keys_folder, alone=True)
        except SettingsError:
            if time.monotonic() > deadline:
                raise SettingsError(f"{settings.key} is still in use, so nothing was removed. Try again.") from None
            time.sleep(_LOOK_SECONDS)


def remove(settings: Settings) -> None:
    """In an order in which a removal that is cut short leaves nothing readable and can be done again: keys come first.

    The caller is alone with the school. Raises what queues, databases and disks do.
    """
    with ExitStack() as until:
        if settings.queue_server is None:
            until.enter_context(redis_server.start(settings))
        _empty_queue(until.enter_context(queue.connect(settings)), set(queue.names(settings.key)))
    media = open_media(settings, Vault(secrets.token_bytes(KEY_BYTES)))  # to delete is not to read
    for key_id in list(media.keys.ids()):
        media.keys.destroy(key_id)
    _shred_folder(settings.keys_folder)
    for key in list(media.store.keys()):
        media.store.delete(key)
    for book in (media.trail, media.purged):
        book.clear()
    if settings.media_url.startswith("file://"):
        shutil.rmtree(settings.media_url.removeprefix("file://"))
    drop_database(settings)
    _shred_folder(settings.instance)


def _empty_queue(connection: redis.Redis, names: set[str]) -> None:
    """Every job of these queues, and whatever RQ keeps about them; then the file is written anew, without them."""
    jobs = set()
    for key in connection.scan_iter("rq:job:*"):
        if _text(connection.hget(key, "origin")) in names:
            jobs.add(_text(key).removeprefix("rq:job:"))
    for key in connection.scan_iter("rq:*"):
        if _is_about(_text(key), names, jobs):
            connection.delete(key)
    for name in names:
        connection.srem("rq:queues", f"rq:queue:{name}")
    for worker in connection.scan_iter("rq:worker:*"):  # one that lives writes down again what it watches
        connection.hdel(worker, "queues")
    with suppress(redis.ResponseError):  # a Redis of the school's own may not let us
        connection.bgrewriteaof()
        deadline = time.monotonic() + _SAVED_SECONDS
        while connection.info("persistence").get("aof_rewrite_in_progress") and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS / 5)


def _is_about(key: str, names: set[str], jobs: set[str]) -> bool:
    return any(f":{name}:" in f"{key}:" for name in names) or not jobs.isdisjoint(key.split(":"))


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else ""


def drop_database(settings: Settings) -> None:
    """Every row, table and file of it. Raises what databases do."""
    file = file_of(settings.database_url)
    if file:
        for path in with_its_own(file):
            shred(path)
        return
    engine = open_engine(settings.database_url)
    try:
        if schema := schema_of(engine):
            with engine.begin() as connection:
                connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
        else:
            migrate(engine, "base")
            with engine.begin() as connection:
                connection.exec_driver_sql("DROP TABLE alembic_version")
    finally:
        engine.dispose()


def _shred_folder(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            shred(path)
    if folder.exists():
        shutil.rmtree(folder)
