"""Rotating the master key: killed at any moment, nothing is lost; afterwards the key before opens nothing at all."""

import base64
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from moderation.cli import main
from moderation.db.models import AuditRow, Base, Person, RegisterImport
from moderation.media.store import Lies
from moderation.media.vault import WRAPPED_BYTES, Vault
from moderation.rules.consent import Giver, Word
from moderation.services import copies, encodings, evidence, import_files, kept_secrets, permissions
from moderation.services.permissions import Evidence, PermissionForm
from moderation.services.rotation import _wrapped_columns
from moderation.settings import SettingsError, load
from moderation.wiring import Parts, wire
from tests import buckets, postgresql
from tests.builders import School
from tests.services.exports import table
from tests.services.listed import encoding, listed
from tests.services.moments import small_photo


@dataclass
class Filled:
    """A school with one of everything that is sealed, which nobody is using."""

    instance: Path
    pictures: dict[str, bytes]
    fingerprint: str
    master_key: bytes

    def copied(self, to: Path) -> Path:
        shutil.copytree(self.instance, to)
        return to


@pytest.fixture
def filled(school: School) -> Filled:
    instance = school.parts.settings.instance
    listed(school)
    somebody = school.person("B2", "Ben", "Oak")
    school.draft(small_photo(3))
    with school.parts.work() as work:
        import_files.begin(work, school.data_lead, import_files.read(table(("C3", "Cleo", "Ash", "4B"))))
        given = work.today - timedelta(days=2)
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, given)
        permissions.record(work, school.data_lead, somebody.id, form, Evidence(b"%PDF signed"))
        copies.begin(work, school.data_lead, somebody.id)
    store = school.parts.store
    keys = list(store.keys())
    clear = keys[0]
    store.place.write(clear, store.get(clear))  # one from before
    with school.parts.reading() as work:
        fingerprint = evidence.fingerprint(work)
    key = (instance / "keys" / "master").read_bytes()
    return Filled(instance, dict(zip(keys, map(store.get, keys), strict=True)), fingerprint, base64.b64decode(key))


def asked_to_rotate(instance: Path, **environ: str) -> tuple[int, str]:
    given = {f"GATEPOST_{name}": value for name, value in environ.items()}
    ended = CliRunner().invoke(main, ["--instance", str(instance), "keys", "rotate"], env=given)
    return ended.exit_code, ended.output


def rotate(instance: Path, **environ: str) -> str:
    code, said = asked_to_rotate(instance, **environ)
    assert code == 0, said
    return said


def everything_is_readable(parts: Parts, filled: Filled) -> None:
    keys = list(parts.store.keys())
    assert dict(zip(keys, map(parts.store.get, keys), strict=True)) == filled.pictures
    with parts.reading() as work:
        one = work.session.scalars(select(Person).where(Person.key_id.is_not(None))).one()
        (opened,) = encodings.opened(work, one, one.references)
        assert np.array_equal(opened, encoding(0))
        waiting = work.session.scalars(select(RegisterImport)).one()
        assert b"Cleo" in import_files.table_of(work, waiting).text
        assert evidence.fingerprint(work) == filled.fingerprint
        for stored, column in _wrapped_columns():
            for wrapped in work.session.scalars(select(column).select_from(stored).where(column.is_not(None))):
                assert work.vault.opens(wrapped)


def opened_by(key: bytes, instance: Path) -> int:
    """How many wrapped keys this master key opens, wherever they stand in whatever file."""
    vault, found = Vault(key), 0
    for path in instance.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        at = data.find(b"\x01")
        while at >= 0:
            found += vault.opens(data[at : at + WRAPPED_BYTES])
            at = data.find(b"\x01", at + 1)
    return found


def killed_at(moment: int, doing: Callable[[], object]) -> bool:
    """Does it in a process that is killed before it goes down to the disk once too often; whether it came so far."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            real, left = os.fsync, iter(range(moment))

            def fsync(handle: int) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                real(handle)

            os.fsync = fsync
            doing()
            os._exit(0)
        os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.fixture
def unused(school: School, filled: Filled, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Copies of the school, one after the other."""
    number = iter(range(1000))
    yield lambda: filled.copied(tmp_path / f"copy {next(number)}")


@buckets.folder_only
def test_rotated_everything_opens_under_the_new_key_and_the_old_one_opens_nothing(
    filled: Filled, unused: Callable[[], Path]
) -> None:
    instance = unused()
    assert opened_by(filled.master_key, instance) >= 5, "the thief knows how"
    said = rotate(instance)
    parts = wire(load({}, instance))
    everything_is_readable(parts, filled)
    assert set(map(parts.store.lies, parts.store.keys())) == {Lies.SEALED}
    assert opened_by(filled.master_key, instance) == 0
    assert sorted(path.name for path in (instance / "keys").iterdir()) == ["master", "people", "secret"]
    assert "Make a backup now" in said
    with parts.reading() as work:
        row = work.session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
        assert row is not None
        assert (row.action, '"locked":0' in row.detail.replace(" ", "")) == ("master key rotated", True)


@postgresql.sqlite_only
@buckets.folder_only
def test_killed_wherever_it_writes_nothing_is_lost_and_it_can_be_done_again(
    filled: Filled, unused: Callable[[], Path]
) -> None:
    moment, killed = 0, True
    while killed:
        instance = unused()
        killed = killed_at(moment, lambda at=instance: rotate(at))  # type: ignore[misc]
        parts = wire(load({}, instance))
        everything_is_readable(parts, filled)
        del parts
        if killed and moment % 3 == 0:
            rotate(instance)
            assert opened_by(filled.master_key, instance) == 0
            everything_is_readable(wire(load({}, instance)), filled)
        moment += 1
    assert moment > 12


@buckets.folder_only
def test_nobody_may_be_using_the_keys_meanwhile(school: School, filled: Filled) -> None:
    code, said = asked_to_rotate(filled.instance)
    assert (code, "Stop it on every machine" in said) == (2, True)
    assert opened_by(filled.master_key, filled.instance) >= 5


def test_a_key_that_the_settings_bring_is_changed_there(filled: Filled, unused: Callable[[], Path]) -> None:
    instance = unused()
    present = (instance / "keys" / "master").read_text().strip()
    (instance / "keys" / "master").unlink()
    new = "bmV3" * 10 + "bmU="
    code, said = asked_to_rotate(instance, MASTER_KEY=present)
    assert (code, "GATEPOST_OLD_MASTER_KEY" in said) == (2, True)
    both = {"GATEPOST_MASTER_KEY": new, "GATEPOST_OLD_MASTER_KEY": present}
    everything_is_readable(wire(load(both, instance)), filled)
    assert "Take GATEPOST_OLD_MASTER_KEY out" in rotate(instance, MASTER_KEY=new, OLD_MASTER_KEY=present)
    everything_is_readable(wire(load({"GATEPOST_MASTER_KEY": new}, instance)), filled)
    assert opened_by(filled.master_key, instance) == 0


def test_the_key_of_another_school_starts_nothing(filled: Filled, unused: Callable[[], Path]) -> None:
    with pytest.raises(SettingsError, match="not the one that sealed"):
        wire(load({"GATEPOST_MASTER_KEY": "bmV3" * 10 + "bmU="}, unused()))


def test_every_wrapped_key_of_a_table_is_found() -> None:
    named = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "wrapped" in column.name
    }
    assert {(table.name, column.name) for table, column in _wrapped_columns()} == named
    assert len(named) >= 4


def test_nothing_else_rests_on_the_master_key_itself() -> None:
    """What is derived would be another thing after a rotation: it has to be kept."""
    root = Path(kept_secrets.__file__).parents[1]
    using = {path.name for path in root.rglob("*.py") if ".derived(" in path.read_text()}
    assert using == {"kept_secrets.py", "archive.py"}  # a backup goes with the master key of its day
