"""Two machines, one database, one bucket: what the school knows outside its database is the same on both."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from moderation.cli import main
from moderation.media import books, bucket_book
from moderation.rules.consent import Giver, Word
from moderation.rules.workflow import Refused, State
from moderation.services import permissions, publishing, purge_ledger, restored, retention
from moderation.services.permissions import PermissionForm
from moderation.settings import load
from moderation.wiring import wire
from tests import buckets, postgresql
from tests.builders import School, found
from tests.services.moments import Quick, later
from workers import sweep

pytestmark = [buckets.needed, postgresql.needed]


class Machines:
    """Two instance folders, each with the settings and the keys of the school and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folders = folder / "one", folder / "two"
        self._media = buckets.server().settings()
        self.database = postgresql.create()
        self._folders[0].mkdir()
        self._write_settings()
        self._first = found(load({}, instance=self._folders[0]), Quick())
        (self._folders[1] / "keys").mkdir(parents=True)
        for name in ("master", "secret"):
            shutil.copy(self._folders[0] / "keys" / name, self._folders[1] / "keys")
        self.start()

    def _write_settings(self) -> None:
        settings = {"GATEPOST_DATABASE_URL": self.database, **self._media}
        for folder in self._folders:
            folder.mkdir(exist_ok=True)
            (folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))

    def start(self) -> None:
        self._write_settings()
        looker = self._first.parts.looker
        self.one, self.two = (
            replace(self._first, parts=replace(wire(load({}, instance=folder)), looker=looker), app=None)
            for folder in self._folders
        )

    def stop(self) -> None:
        for school in (self.one, self.two):
            school.parts.end()

    def put_back(self, database: str) -> None:
        """As a technician does it with the database's own tools, while Gatepost is stopped."""
        self.stop()
        self.database = postgresql.create(like=database)
        self.start()


@pytest.fixture
def machines(tmp_path: Path) -> Machines:
    return Machines(tmp_path)


def is_behind(school: School) -> bool:
    with school.parts.reading() as work:
        return restored.is_behind(work)


def refuse_somebody(school: School) -> int:
    person = school.person("A1", "Ada", "Quill")
    with school.parts.work() as work:
        form = PermissionForm(Word.REFUSED, Giver.PARENT_1, work.today - timedelta(days=1))
        permissions.record(work, school.data_lead, person.id, form)
    return person.id


def test_the_machine_that_took_no_step_knows_what_the_other_did(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restored database locks both, says the same on both, and one word of the data lead opens both."""
    released = machines.two.released(caption="A walk by the river.")
    machines.stop()
    backup = postgresql.create(like=machines.database)
    machines.start()
    person = refuse_somebody(machines.one)
    machines.put_back(backup)
    for school in (machines.two, machines.one):
        assert is_behind(school)
        with pytest.raises(Refused, match="A backup was restored"), school.parts.work() as work:
            publishing.open_kit(work, school.manager, released)
    with machines.two.parts.reading() as work:
        lost = restored.lost(work)
    assert lost and {line.person for line in lost.about_people} == {person}
    with machines.two.parts.work() as work:
        restored.confirm(work, machines.two.data_lead, lost.seen)
    monkeypatch.setattr(bucket_book, "_LATELY", 0.0)  # the other one asks again after ten seconds
    assert not any(is_behind(school) for school in (machines.one, machines.two))
    with machines.one.parts.work() as work:
        publishing.open_kit(work, machines.one.manager, released)
    with machines.two.parts.reading() as work:
        assert restored.not_held(work) is None


def test_what_one_machine_purged_the_sweep_of_the_other_purges_again(machines: Machines) -> None:
    post_id = machines.one.draft(caption="Words that were to be forgotten.")
    machines.stop()
    backup = postgresql.create(like=machines.database)
    machines.start()
    with later(machines.one, days=400) as work:
        retention.purge(work, machines.one.data_lead)
    with machines.one.parts.reading() as work:
        purge_ledger.keep_copy(work, machines.one.parts.purged)
    assert machines.one.state(post_id) is State.PURGED
    machines.put_back(backup)
    assert machines.two.state(post_id) is State.DRAFT
    sweep.tidy(machines.two.parts)
    assert machines.two.state(post_id) is State.PURGED


def test_every_step_stands_there_once_whichever_machine_took_it(machines: Machines, tmp_path: Path) -> None:
    for turn in range(3):
        machines.one.draft(caption=f"First {turn}")
        machines.two.draft(caption=f"Second {turn}")
    numbers = [line["number"] for line in books.in_order(machines.two.parts.trail)]
    assert numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 6
    with machines.one.parts.reading() as work:
        assert restored.not_held(work) is None
    told = CliRunner().invoke(main, ["--instance", str(machines.two.parts.settings.instance), "ledgers", str(tmp_path)])
    assert told.exit_code == 0, told.output
    assert (tmp_path / "trail.jsonl").read_bytes() == books.text(machines.one.parts.trail)
    for folder in (machines.one.parts.settings.instance, machines.two.parts.settings.instance):
        assert not list(folder.glob("*.jsonl"))
