"""Many schools in one installation: the trust's file names them, and each becomes ordinary settings of its own."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from moderation.settings import apart
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
OWN_PATHS: Final = frozenset({"/overview", "/static", "/healthz", "/metrics"})  # what lies at the trust's own address
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
    name: str = ""  # of the trust itself

    @cached_property
    def named(self) -> Mapping[str, Settings]:
        """The schools that are served, by key."""
        return {one.key: one for one in self.schools}

    @cached_property
    def at_host(self) -> Mapping[str, Sequence[Settings]]:
        """The schools that are served, by the name in their addresses."""
        return apart.by(apart.host, self.schools)

    @cached_property
    def closed_at_host(self) -> Mapping[str, Sequence[Settings]]:
        return apart.by(apart.host, self.closed)

    def serves(self, settings: Settings) -> bool:
        """Whether this school is served, and just so."""
        return self.named.get(settings.key) == settings

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
    apart.must_share_nothing(machine, [one for one, _ in every], file)
    schools, closed = (tuple(one for one, shut in every if shut is which) for which in (False, True))
    for school in (*schools, *closed):
        if school.path in OWN_PATHS and apart.host(school) == apart.host(machine):
            raise SettingsError(f"{file}, {school.key}: {school.path} is an address of the trust itself.")
    policy, name = _beside(file, said.get("policy")), str(said.get("name", ""))
    return Trust(machine, schools, closed, file, said.get("workers"), said.get("preset"), policy, name)


def _school(said: Mapping[str, Any], shared: Mapping[str, str], machine: Settings, file: Path) -> Settings:
    key = said.get("key", "")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise SettingsError(f"{file}: the key of a school is up to 31 of a to z, 0 to 9 and -, as in oakfield.")
    where = f"{file}, {key}"
    if not said.get("address"):
        raise SettingsError(f"{where}: say its address, as in https://{key}.example")
    own = _settings({name: value for name, value in said.items() if name not in _OF_A_SCHOOL}, where)
    if "redis_url" in said:
        raise SettingsError(f"{where}: all schools share one queue, so redis_url stands under [shared].")
    own |= _address(said, where) | {"GATEPOST_SCHOOL": str(said.get("name") or key)}
    folder = _beside(file, said.get("instance")) or file.parent / "schools" / key
    settings, known = read({**shared, **kept_in(folder), **own}, folder)
    _must_be_known(own, known, where)
    return replace(settings, key=key, queue_at=machine.queue_folder, queue_server=machine.queue_server)


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
