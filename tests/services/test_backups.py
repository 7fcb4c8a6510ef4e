"""Backups: what they hold, what makes them fail, and how somebody learns that none was made."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String

from moderation.db.models import Base
from moderation.db.snapshot import NAMES_FILES
from moderation.media import archive
from moderation.media.store import MediaStore
from moderation.rules.roles import Role
from moderation.services import backups, retention
from moderation.services.work import Mistake
from tests.builders import School
from tests.services.moments import later, small_photo

# 64 characters that are no file of the school's: digests, hashes of secrets, and copies of another column's key.
NO_FILES = {"digest", "hash", "previous", "token_hash", "session_hash", "sha256", "asked_digest", "recipe"}
NO_FILES |= {"source_key", "shot", "sender", "feed_token", "code_hash", "wrong_tries.key", "begun_sign_ins.secret"}


def made(school: School, folder: Path, store: MediaStore | None = None) -> backups.Made:
    parts = school.parts
    return backups.make(replace(parts, store=store or parts.store), folder)


def test_every_column_that_could_name_a_file_was_thought_of() -> None:
    thought_of = {(column.class_.__tablename__, column.key) for column in NAMES_FILES}
    could = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and column.type.length == 64
        if not {column.name, str(column)} & NO_FILES
    }
    assert could == thought_of


def test_a_file_that_is_missing_or_damaged_fails_the_backup_by_name_and_leaves_nothing(
    school: School, tmp_path: Path
) -> None:
    school.draft(small_photo(20), small_photo(40))
    one, other = school.parts.store.keys()
    school.parts.store.delete(one)
    school.parts.store.place.write(other, b"x" + school.parts.store.raw(other)[1:])
    with pytest.raises(Mistake) as told:
        made(school, tmp_path / "backups")
    assert archive.media_path(one) in str(told.value) and archive.media_path(other) in str(told.value)
    assert list((tmp_path / "backups").iterdir()) == []


class Purging(MediaStore):
    """The media of a school in which somebody purges everything once the backup has begun to read."""

    def __init__(self, school: School) -> None:
        super().__init__(school.parts.store.place, school.parts.vault)
        self.school, self.done = school, False

    def raw(self, key: str) -> bytes:
        if not self.done:
            self.done = True
            with later(self.school, days=400) as work:
                retention.purge(work, self.school.data_lead)
        return super().raw(key)


def test_files_that_are_purged_while_a_backup_is_made_are_in_neither_of_its_halves(
    school: School, tmp_path: Path
) -> None:
    school.draft(small_photo(20))
    backup = made(school, tmp_path / "backups", Purging(school))
    assert (backup.rounds, backup.manifest.media) == (2, [])
    assert backup.manifest.rows["photos"] == 0
    assert not [path for path in (backup.path / archive.MEDIA).rglob("*") if path.is_file()]


def test_only_so_many_backups_are_kept_and_what_did_not_change_is_kept_once(school: School, tmp_path: Path) -> None:
    school.draft(small_photo(20))
    folder = tmp_path / "backups"
    paths = [made(school, folder).path for _ in range(3)]
    (name,) = (path for path in made(school, folder).manifest.files if path.startswith(archive.MEDIA))
    assert len({(path / name).stat().st_ino for path in archive.finished(folder)}) == 1
    (folder / "somebody's own.partial").mkdir()
    assert backups.forget_older(folder, 2) == 2
    assert archive.finished(folder)[0] == paths[2] and len(archive.finished(folder)) == 2
    assert (folder / "somebody's own.partial").is_dir()


def test_that_no_backup_was_made_for_days_is_seen_by_those_who_can_act(school: School, tmp_path: Path) -> None:
    def pages() -> list[Any]:
        wanted = ((Role.ADMINISTRATOR, "/staff/"), (Role.DATA_LEAD, "/retention/"))
        return [school.browser(role).get(address).text for role, address in wanted]

    assert all("No backup was ever made" in page for page in pages())
    backup = made(school, tmp_path / "backups")
    with school.parts.work() as work:
        backups.record(work, backup)
    assert all("Last backup" in page and "It is late" not in page for page in pages())
    with later(school, days=3) as work:
        last = backups.last(work)
    assert last.late and last.at and work.now - last.at > timedelta(days=2)


def test_two_backups_into_one_folder_at_once_are_one(school: School, tmp_path: Path) -> None:
    class Nosy(MediaStore):
        def raw(self, key: str) -> bytes:
            with pytest.raises(Mistake, match="Somebody else is making a backup"):
                made(school, tmp_path / "backups")
            return super().raw(key)

    school.draft(small_photo(20))
    made(school, tmp_path / "backups", Nosy(school.parts.store.place, school.parts.vault))
    assert len(archive.finished(tmp_path / "backups")) == 1
