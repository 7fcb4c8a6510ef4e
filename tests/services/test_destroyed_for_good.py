"""Law 9: once a person's key is destroyed, somebody who has everything else tries to read their encodings in vain."""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from moderation.media import sealed
from moderation.media.master import master_keys
from moderation.media.vault import Unsealable, Vault
from moderation.queue import connect
from moderation.redis_server import start
from moderation.services import enrolment, matching, permission_to_match
from tests import postgresql
from tests.builders import School
from tests.services.listed import encoding, key_of, listed, references
from tests.services.moments import small_photo

pytestmark = postgresql.sqlite_only

SEALED_BYTES = 1 + 12 + 128 * 8 + 16
WRAPPED_BYTES = 1 + 12 + 32 + 16


@dataclass
class Thief:
    """Has the master key, and every byte of everything but the keys of people."""

    vault: Vault
    loot: dict[str, bytes]

    def stretches(self, length: int) -> Iterator[bytes]:
        """Everything of this length that could be something sealed, wherever it begins."""
        for data in self.loot.values():
            at = data.find(b"\x01")
            while at >= 0:
                if at + length <= len(data):
                    yield data[at : at + length]
                at = data.find(b"\x01", at + 1)

    def keys(self) -> list[bytes]:
        """What opens as a person's key under the master key: any but those of files, which stand at their heads."""
        heads = b"".join(data[: sealed.HEADER] for data in self.loot.values() if sealed.is_sealed(data))
        return [found for found in self.stretches(WRAPPED_BYTES) if found not in heads and self._is_key(found)]

    def _is_key(self, wrapped: bytes) -> bool:
        try:
            self.vault.seal(wrapped, b"", b"")
        except Unsealable:
            return False
        return True

    def encodings(self, keys: list[bytes], person_id: int) -> list[bytes]:
        opened = []
        for key, stretch in itertools.product(keys, self.stretches(SEALED_BYTES)):
            try:
                opened.append(self.vault.open(key, stretch, f"encoding of person {person_id}".encode()))
            except Unsealable:
                continue
        return opened

    def sees(self, plain: np.ndarray) -> bool:
        """Whether any three numbers of it stand anywhere, as the program or the engine would write them."""
        forms = [plain.astype(kind).tobytes() for kind in (np.float64, np.float32)]
        pieces = {form[at : at + 24] for form in forms for at in range(0, len(form) - 23, 24)}
        return any(piece in data for piece in pieces for data in self.loot.values())


def files_of(folder: Path, name: str) -> dict[str, bytes]:
    """Every file but the keys of people, as a backup would take them."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "people" not in path.parts]
    return {f"{name}/{path.relative_to(folder)}": path.read_bytes() for path in paths}


def backed_up(school: School, into: Path) -> Path:
    """A consistent copy of the database, and of all other files, as a school would keep it for years."""
    instance = school.parts.settings.instance
    shutil.copytree(instance, into, ignore=shutil.ignore_patterns("gatepost.sqlite3*", "people", "*.sock"))
    with sqlite3.connect(instance / "gatepost.sqlite3") as now, sqlite3.connect(into / "gatepost.sqlite3") as copy:
        now.backup(copy)
    return into


def thief(school: School, backup: Path, redis: bytes = b"") -> Thief:
    instance = school.parts.settings.instance
    vault = Vault(*master_keys(school.parts.settings))
    return Thief(vault, {**files_of(instance, "now"), **files_of(backup, "backup"), "redis": redis})


@pytest.mark.parametrize("way", ["withdrawn", "switched off"])
def test_law_9_what_was_destroyed_cannot_be_read_from_the_database_the_media_a_backup_or_redis(
    school: School, tmp_path: Path, way: str
) -> None:
    with start(school.parts.settings), connect(school.parts.settings) as queue:
        person, other = listed(school, photos=2), listed(school, "B2")
        key = school.parts.keys.get(key_of(school, person) or "")
        backup = backed_up(school, tmp_path / "backup")
        school.submit(small_photo())  # something for the queue to carry
        with school.parts.work() as work:
            row = matching.in_force(work)
            assert row
            if way == "withdrawn":
                permission_to_match.withdraw(work, school.data_lead, person.id)
            else:
                matching.switch_off(work, school.data_lead, row.id)
        redis = b"".join(queue.dump(name) or b"" for name in queue.scan_iter())
        assert redis, "something was rung for"
        somebody = thief(school, backup, redis)
    assert len(somebody.encodings([key], person.id)) >= 2, "with the key they could be read: the thief knows how"
    assert somebody.keys() == []
    assert not any(somebody.sees(encoding(number)) for number in range(2))
    stolen = {key_id: school.parts.keys.get(key_id) for key_id in school.parts.keys.ids()}
    left = Thief(somebody.vault, stolen).keys()
    assert len(left) == (1 if way == "withdrawn" else 0), "only the other person's key is left"
    assert somebody.encodings(left, person.id) == []
    assert bool(somebody.encodings(left, other.id)) == (way == "withdrawn")


def test_the_freed_pages_of_the_database_do_not_even_keep_what_was_sealed(school: School) -> None:
    person = listed(school, photos=40)
    sealed = [reference.sealed_encoding for reference in references(school)]
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)
    database = school.parts.settings.instance / "gatepost.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not any(one[20:80] in database.read_bytes() for one in sealed)


def test_a_backup_put_back_opens_nothing_that_was_destroyed_after_it(school: School, tmp_path: Path) -> None:
    """The rows come back, the key does not: the program says that it cannot recognise this person."""
    person = listed(school)
    backup = backed_up(school, tmp_path / "backup")
    with school.parts.work() as work:
        permission_to_match.withdraw(work, school.data_lead, person.id)
    instance = school.parts.settings.instance
    school.parts.engine.dispose()
    for path in instance.glob("gatepost.sqlite3*"):
        path.unlink()
    shutil.copy(backup / "gatepost.sqlite3", instance)
    assert len(references(school)) == 1
    with school.parts.reading() as work:
        assert len(enrolment.gallery(work)) == 0
        assert [one.id for one in enrolment.cannot_be_recognised(work)] == [person.id]
