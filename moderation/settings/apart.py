"""What no two schools of a trust may share: an address, a folder, a bucket, a database, a key."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from moderation.rules.media import BucketAddress, address
from moderation.settings.shape import Settings, SettingsError

What = TypeVar("What")


@dataclass(frozen=True)
class _Place:
    """Where files lie. One folder has many spellings, links and mounts: it is the same if the disk says so."""

    path: Path

    @cached_property
    def on_disk(self) -> tuple[int, int] | None:
        return _on_disk(self.path)

    @cached_property
    def around(self) -> frozenset[tuple[int, int]]:
        """Itself and every folder that it lies in, as far as they are there."""
        return frozenset(found for one in (self.path, *self.path.parents) if (found := _on_disk(one)))

    @property
    def own(self) -> frozenset[object]:
        """What another place must not have, nor lie in."""
        return frozenset({self.path} | ({self.on_disk} if self.on_disk else set()))

    def lies_in(self, other: "_Place") -> bool:
        return self.path.is_relative_to(other.path) or other.on_disk in self.around

    def meets(self, other: "_Place") -> bool:
        return self.lies_in(other) or other.lies_in(self)


def _on_disk(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def must_share_nothing(machine: Settings, schools: Sequence[Settings], file: Path) -> None:
    """Raises SettingsError for two schools that would meet somewhere, or one that lies where all are at home."""
    placed = [(one, _places(one, file)) for one in schools]
    own, queue = _real(file.parent), _real(machine.queue_folder)
    for one, places in placed:
        folders = [place for place in places if place.path.is_absolute()]
        if any(own.lies_in(place) for place in folders):
            raise SettingsError(f"{file}, {one.key}: its folder may not be the one that {file.name} lies in.")
        if any(queue.meets(place) for place in folders):
            raise SettingsError(f"{file}, {one.key}: its folder may not be that of the queue, which all schools share.")
    for key, same in by(lambda one: one.key, schools).items():
        if len(same) > 1:
            raise SettingsError(f"{file}: two schools have the key {key}.")
    _must_lie_apart(placed, file)
    for same in by(host, schools).values():
        for one, other in pairwise(sorted(same, key=lambda one: one.path)):  # no path comes first
            if not one.path or one.path == other.path:
                both = _both(one, other, file)
                raise SettingsError(f"{both}: one address, and nothing behind it to tell them apart.")
    for what, of in _TOLD_APART.items():
        for value, same in by(of, schools).items():
            if value is not None and len(same) > 1:
                both = _both(same[0], same[1], file)
                raise SettingsError(f"{both}: they have the same {what}. No two schools share one.")


def by(what: Callable[[Settings], What], schools: Iterable[Settings]) -> dict[What, list[Settings]]:
    """The schools that have this in common. Not each beside each: of a thousand that takes minutes."""
    found: dict[What, list[Settings]] = {}
    for one in schools:
        found.setdefault(what(one), []).append(one)
    return found


def _must_lie_apart(placed: Sequence[tuple[Settings, list[_Place]]], file: Path) -> None:
    whose: dict[object, Settings] = {}
    every = [(one, place) for one, places in placed for place in places]
    for looked_at in (lambda place: place.own, lambda place: {*place.path.parents, *place.around}):
        for one, place in every:
            for mark in looked_at(place):
                other = whose.setdefault(mark, one) if mark in place.own else whose.get(mark, one)
                if other is not one:
                    raise SettingsError(
                        f"{_both(other, one, file)}: no folder of one school may lie in one of another."
                    )


def _both(one: Settings, other: Settings, file: Path) -> str:
    return f"{file}, {one.key} and {other.key}"


def _places(settings: Settings, file: Path) -> list[_Place]:
    """Where a school's files lie, on this machine and in buckets. Raises SettingsError."""
    try:
        urls = [urlsplit(url) for url in (settings.media_url, settings.database_url)]
    except ValueError:  # which quotes it
        raise SettingsError(f"{file}, {settings.key}: an address cannot be read.") from None
    files = [Path("/", url.path.lstrip("/")) for url in urls if url.scheme in ("file", "sqlite")]
    return [*map(_real, (settings.instance, *files)), *_in_a_bucket(settings.media_url)]


def _real(path: Path) -> _Place:
    return _Place(Path(os.path.realpath(path)))


def _in_a_bucket(media_url: str) -> list[_Place]:
    """Server, bucket and prefix, as if they were folders; of what is no address the school's own start complains."""
    with suppress(ValueError):
        where = address(media_url)
        if isinstance(where, BucketAddress):
            server = urlsplit(where.endpoint or "")
            host = (server.hostname or "").rstrip(".")
            port = server.port or (443 if where.is_encrypted else 80)
            its = "amazon" if host.endswith(".amazonaws.com") or not host else f"{host}:{port}"
            return [_Place(Path("bucket of", its, where.name, where.prefix))]
    return []


def host(settings: Settings) -> str:
    """Of the pages' addresses, without a port."""
    return (urlsplit(settings.public_url).hostname or "").rstrip(".")


def _database(settings: Settings) -> tuple[object, ...]:
    """Server, database and schema, whoever asks. Two names of one server are not known to be one."""
    url = urlsplit(settings.database_url)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    host, port = query.get("host") or url.hostname or "", query.get("port") or url.port or 5432
    name = query.get("dbname") or unquote(url.path).strip("/")
    return host.lower().rstrip("."), str(port), name, query.get("schema", "public")


def _master_key(settings: Settings) -> tuple[object, ...] | None:
    key = settings.master_key
    if key is None or key.file:
        return (_real(key.file if key and key.file else settings.master_file),)
    return key.value, key.command


_TOLD_APART: Final[Mapping[str, Callable[[Settings], object]]] = {
    "database": _database,
    "media": lambda one: one.media_url,
    "secret key": lambda one: one.secret_key,
    "master key": _master_key,
}
