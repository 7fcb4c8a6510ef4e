"""Many schools in one installation: the trust's file names them, and each becomes ordinary settings of its own."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from moderation.rules.media import BucketAddress, address
from moderation.settings.environment import kept_in, load, read
from moderation.settings.shape import Settings, SettingsError

KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_OF_THE_TRUST: Final = frozenset({"name", "address", "workers", "preset", "policy", "shared", "school"})
_OF_A_SCHOOL: Final = frozenset({"key", "name", "address", "instance", "closed"})
# What no two schools may have in common; so it is never taken from what all share.
_OWN: Final = (
    *("INSTANCE", "SCHOOL", "PUBLIC_URL", "DATABASE_URL", "MEDIA_URL", "DEMO", "SECRET_KEY"),
    *(f"{old}MASTER_KEY{ending}" for old in ("", "OLD_") for ending in ("", "_FILE", "_COMMAND")),
)
_ADDRESS: Final = re.compile(r"https?://[a-z0-9.-]+(:\d+)?(/[a-z0-9-]+)?")


@dataclass(frozen=True)
class Trust:
    """The schools of this installation. `machine`: what they share, such as the queue; of one school alone, its own."""

    machine: Settings
    schools: tuple[Settings, ...]
    closed: tuple[Settings, ...] = ()  # nothing serves these: they are being moved, restored or removed
    file: Path | None = None  # None: the one school of this installation
    workers: int | None = None  # as the file says
    preset: str | None = None  # with which a school begins
    policy: Path | None = None  # the same: the text of its first policy

    def school(self, key: str) -> Settings:
        """Raises SettingsError for a key of none."""
        for one in (*self.schools, *self.closed):
            if one.key == key:
                return one
        raise SettingsError(f"{self.file}: there is no school with the key {key!r}.")


def load_trust(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Trust:
    """The schools that GATEPOST_TRUST names; without it the one of the environment. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    if not (file := environ.get("GATEPOST_TRUST")):
        one = load(environ, instance)
        return Trust(one, (one,))
    if instance is not None or environ.get("GATEPOST_INSTANCE"):
        raise SettingsError(
            "GATEPOST_TRUST names many schools and --instance or GATEPOST_INSTANCE one: use one of them."
        )
    path = Path(file).absolute()
    try:
        return parsed(path.read_text("utf-8"), path, environ)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: it cannot be read ({type(error).__name__}).") from None


def parsed(text: str, file: Path, environ: Mapping[str, str]) -> Trust:
    """What a trust's file with this text says. Raises SettingsError, never with a value: it may hold a password."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}.") from None
    if unknown := said.keys() - _OF_THE_TRUST:
        raise SettingsError(f"{file}: {sorted(unknown)[0]} is nothing that a trust’s file says.")
    of_all, of_each = said.get("shared", {}), said.get("school", [])
    if (
        not isinstance(of_all, dict)
        or not isinstance(of_each, list)
        or not all(isinstance(one, dict) for one in of_each)
    ):
        raise SettingsError(f"{file}: write [shared] over what all share, and [[school]] over each school.")
    if not isinstance(said.get("workers"), int | None):
        raise SettingsError(f"{file}: workers is a number.")
    given = {name: value for name, value in environ.items() if name.startswith("GATEPOST_") and value}
    shared = given | _settings(of_all, f"{file}, shared")
    for name in _OWN:
        if f"GATEPOST_{name}" in shared:
            raise SettingsError(f"GATEPOST_{name}: each school has its own, so it cannot be set for all of {file}.")
    machine, known = read(shared | _address(said, f"{file}"), file.parent)
    _must_be_known(_settings(of_all, ""), known, f"{file}, shared")
    every = [(_school(one, shared, machine, file), bool(one.get("closed"))) for one in of_each]
    placed = [(one, _places(one, file)) for one, _ in every]
    for one, other in combinations(placed, 2):
        _must_share_nothing(*one, *other, file)
    schools, closed = (tuple(one for one, shut in every if shut is which) for which in (False, True))
    policy = _beside(file, said.get("policy"))
    return Trust(machine, schools, closed, file, said.get("workers"), said.get("preset"), policy)


def _school(said: Mapping[str, Any], shared: Mapping[str, str], machine: Settings, file: Path) -> Settings:
    key = said.get("key", "")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise SettingsError(f"{file}: the key of a school is up to 31 of a to z, 0 to 9 and -, as in oakfield.")
    where = f"{file}, {key}"
    if not said.get("address"):
        raise SettingsError(f"{where}: say its address, as in https://{key}.example")
    own = _settings({name: value for name, value in said.items() if name not in _OF_A_SCHOOL}, where)
    own |= _address(said, where) | {"GATEPOST_SCHOOL": str(said.get("name") or key)}
    folder = _beside(file, said.get("instance")) or file.parent / "schools" / key
    if machine.instance.is_relative_to(folder):
        raise SettingsError(f"{where}: its folder may not be the one that {file.name} lies in.")
    settings, known = read({**shared, **kept_in(folder), **own}, folder)
    _must_be_known(own, known, where)
    return replace(settings, key=key, queue_at=machine.queue_folder, redis_url=machine.redis_url)


def _settings(table: Mapping[str, Any], where: str) -> dict[str, str]:
    """Each setting has its name of the environment, without GATEPOST_ and in small letters."""
    found = {}
    for name, value in table.items():
        if not isinstance(value, str | int) or name != name.lower():
            raise SettingsError(f"{where}: {name} must be in small letters, and a word, a number, true or false.")
        found[f"GATEPOST_{name.upper()}"] = str(int(value)) if isinstance(value, int) else value
    return found


def _must_be_known(given: Mapping[str, str], known: frozenset[str], where: str) -> None:
    """A setting that nobody reads was meant as one that somebody does."""
    if unknown := given.keys() - known:
        raise SettingsError(f"{where}: there is no setting called {sorted(unknown)[0][9:].lower()}.")


def _address(said: Mapping[str, Any], where: str) -> dict[str, str]:
    address = said.get("address")
    if address is None:
        return {}
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address.rstrip("/")):
        raise SettingsError(f"{where}: an address is written like https://oakfield.example, or with one /name behind.")
    return {"GATEPOST_PUBLIC_URL": address}


def _beside(file: Path, name: object) -> Path | None:
    """A path that is not full begins in the folder of the trust's file."""
    return Path(os.path.normpath(file.parent / str(name))) if name else None


def _must_share_nothing(one: Settings, places: list[Path], other: Settings, others: list[Path], file: Path) -> None:
    """Raises SettingsError for two schools that would meet somewhere."""
    if one.key == other.key:
        raise SettingsError(f"{file}: two schools have the key {one.key}.")
    both = f"{file}, {one.key} and {other.key}"
    if any(a.is_relative_to(b) or b.is_relative_to(a) for a in places for b in others):
        raise SettingsError(f"{both}: no folder of one school may lie in one of another.")
    if _host(one) == _host(other) and (one.path == other.path or not (one.path and other.path)):
        raise SettingsError(f"{both}: one address, and nothing behind it to tell them apart.")
    for what, of in _TOLD_APART.items():
        if of(one) is not None and of(one) == of(other):
            raise SettingsError(f"{both}: they have the same {what}. No two schools share one.")


def _places(settings: Settings, file: Path) -> list[Path]:
    """Where a school's files lie, on this machine and in buckets. Raises SettingsError."""
    try:
        urls = [urlsplit(url) for url in (settings.media_url, settings.database_url)]
    except ValueError:  # which quotes it
        raise SettingsError(f"{file}, {settings.key}: an address cannot be read.") from None
    files = [Path("/", url.path.lstrip("/")) for url in urls if url.scheme in ("file", "sqlite")]
    real = [Path(os.path.realpath(path)) for path in (settings.instance, *files)]  # one folder has many spellings
    return [*real, *_in_a_bucket(settings.media_url)]


def _in_a_bucket(media_url: str) -> list[Path]:
    """Server, bucket and prefix, as if they were folders; of what is no address the school's own start complains."""
    with suppress(ValueError):
        where = address(media_url)
        if isinstance(where, BucketAddress):
            server = urlsplit(where.endpoint or "")
            host = (server.hostname or "").rstrip(".")
            port = server.port or (443 if where.is_encrypted else 80)
            its = "amazon" if host.endswith(".amazonaws.com") or not host else f"{host}:{port}"
            return [Path("bucket", its, where.name, where.prefix)]
    return []


def _host(settings: Settings) -> str:
    return (urlsplit(settings.public_url).hostname or "").rstrip(".")


def _database(settings: Settings) -> tuple[object, ...]:
    """Server, database and schema, whoever asks. Two names of one server are not known to be one."""
    url = urlsplit(settings.database_url)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    host, port = query.get("host") or url.hostname or "", query.get("port") or url.port or 5432
    name = query.get("dbname") or unquote(url.path).strip("/")
    return host.lower().rstrip("."), str(port), name, query.get("schema", "public")


_TOLD_APART: Final[Mapping[str, Callable[[Settings], object]]] = {
    "database": _database,
    "media": lambda one: one.media_url,
    "secret key": lambda one: one.secret_key,
    "master key": lambda one: one.master_key and (one.master_key.value, one.master_key.file, one.master_key.command),
}


class Watched:
    """The trust as its file says at each moment: whoever keeps running takes up a change without starting again."""

    def __init__(self, trust: Trust, environ: Mapping[str, str] | None = None) -> None:
        self._trust, self._environ = trust, dict(os.environ if environ is None else environ)
        self._written = self._state()
        self.problem = ""  # why the file as it is now cannot be used; meanwhile the trust is the one before

    def now(self) -> Trust:
        """One look at the file's date. Never raises: a file that cannot be used changes nothing."""
        if self._trust.file is not None and (written := self._state()) != self._written:
            self._written = written
            try:
                self._trust, self.problem = load_trust(self._environ), ""
            except SettingsError as error:
                self.problem = str(error)
            except Exception as error:  # noqa: BLE001 (whatever is wrong in it: every school goes on, and it is said)
                self.problem = f"{self._trust.file}: it cannot be used ({type(error).__name__})."
        return self._trust

    def _state(self) -> tuple[int, ...]:
        try:
            found = self._trust.file.stat() if self._trust.file else None
        except OSError:
            found = None
        return (found.st_mtime_ns, found.st_ino, found.st_size) if found else ()
