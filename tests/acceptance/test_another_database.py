"""Restore drill: by its backups a school goes from SQLite to PostgreSQL and back, every row and every digest equal."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from moderation.cli import main
from moderation.db.engine import open_engine
from moderation.db.migrate import migrate
from moderation.db.models import Post
from moderation.media import archive, books
from moderation.rules.consent import Giver, Word
from moderation.rules.workflow import State
from moderation.services import audit, permissions, purge_ledger, restored, retention
from moderation.services.looking import Looker
from moderation.services.permissions import Evidence, PermissionForm
from moderation.settings import load
from moderation.wiring import wire
from tests import postgresql
from tests.builders import School, open_school
from tests.house import filling
from tests.services.moments import later
from tests.web.pages import plain

pytestmark = postgresql.needed

CHANGED_BY_A_RESTORE = {"audit", "sign_ins", "phone_links"}


@pytest.fixture
def school(tmp_path: Path, looker: Looker) -> School:
    """Posts in several states, one of them purged, and a signed paper."""
    school = open_school(tmp_path / "first", looker)
    person = school.person("A1", "Zoë", "Quill", class_name="4B")
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today)
        permissions.record(work, school.data_lead, person.id, form, Evidence(b"%PDF-1.4 signed"))
    school.draft(plain(1), plain(2), caption="Gone.")
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    school.draft(plain(3), plain(4))
    school.released(caption="Approved.")
    school.live(plain(5), caption="Live.")
    return school


def gatepost(instance: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), *map(str, words)])


def backed_up(school: School, folder: Path) -> Path:
    told = gatepost(school.parts.settings.instance, "backup", folder)
    assert told.exit_code == 0, told.output
    return archive.finished(folder)[-1]


def put_back(school: School, backup: Path, instance: Path, url: str | None, *words: str | Path) -> School:
    """On another machine, which knows the master key and the address of its database."""
    (instance / "keys").mkdir(parents=True)
    shutil.copy(school.parts.settings.keys_folder / "master", instance / "keys")
    if url:
        (instance / ".env").write_text(f"GATEPOST_DATABASE_URL='{url}'\n")
    told = gatepost(instance, "restore", backup, *words)
    assert told.exit_code == 0, told.output
    assert not list(instance.glob("restoring*"))
    return replace(school, parts=replace(wire(load({}, instance=instance)), looker=school.parts.looker), app=None)


def rows(backup: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(backup / archive.DATABASE)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def must_be_equal(before: Path, now: Path, school: School) -> None:
    old, new = rows(before), rows(now)
    for name in old.keys() - CHANGED_BY_A_RESTORE:
        assert new[name] == old[name], name
    assert set(old["audit"]) <= set(new["audit"])
    files = [set(archive.read(backup, school.parts.vault).media) for backup in (before, now)]
    assert files[0] == files[1] and len(files[0]) > 3, "a file is called by the digest of what it holds"


def let_go_on(school: School) -> None:
    """Locked until the data lead has looked; then it works, and new rows get numbers of their own."""
    with school.parts.reading() as work:
        assert audit.verify(work.session) is None
        lost = restored.lost(work)
        for key in list(school.parts.store.keys()):
            work.store.get(key)  # raises if its digest is another one
    assert lost
    with school.parts.work() as work:
        restored.confirm(work, school.data_lead, lost.seen)
    assert school.state(school.live(caption="On the other database.")) is State.LIVE


def test_restore_drill_from_sqlite_to_postgresql_and_back_every_row_and_digest_is_equal(
    school: School, tmp_path: Path
) -> None:
    first = backed_up(school, tmp_path / "of sqlite")
    there = put_back(school, first, tmp_path / "second", postgresql.create())
    second = backed_up(there, tmp_path / "of postgresql")
    must_be_equal(first, second, school)
    let_go_on(there)
    third = backed_up(there, tmp_path / "of postgresql")
    back = put_back(there, third, tmp_path / "third", None)
    must_be_equal(third, backed_up(back, tmp_path / "of sqlite again"), school)
    let_go_on(back)
    again = gatepost(tmp_path / "second", "restore", first)
    assert again.exit_code == 1 and "empty place only" in again.output
    print(
        f"to PostgreSQL and back: {len(rows(first))} tables, {len(archive.read(first, school.parts.vault).files)} files"
    )


def test_restore_drill_what_was_purged_after_the_backup_is_purged_on_postgresql_too(
    school: School, tmp_path: Path
) -> None:
    """Even where a restore was cut short before: what it left in the database is thrown away."""
    backup = backed_up(school, tmp_path / "backups")
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    ledger, instance, url = tmp_path / "purged.jsonl", tmp_path / "second", postgresql.create()
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
        purged = set(work.session.scalars(select(Post.id).where(Post.state == State.PURGED)))
    ledger.write_bytes(books.text(school.parts.purged))
    instance.mkdir()
    (instance / "restoring").write_text("A backup is being put back.\n")
    half = open_engine(url)
    migrate(half)
    with half.begin() as connection:
        filling.fill(connection)
    half.dispose()
    again = put_back(school, backup, instance, url, "--purged", ledger)
    with again.parts.reading() as work:
        assert set(work.session.scalars(select(Post.id).where(Post.state == State.PURGED))) == purged
    assert books.text(again.parts.purged) == ledger.read_bytes()
    assert len(purged) > 1
