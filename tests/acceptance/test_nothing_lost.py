"""Nothing is lost. Restore drill: on an empty machine every digest is equal, and what was purged is still purged."""

import itertools
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from moderation.cli import main
from moderation.db.models import (
    Copy,
    CopyPicture,
    LiveLook,
    Person,
    Photo,
    PhotoUpload,
    Post,
    RegisterImport,
    Rendition,
    SchoolLook,
    SignIn,
    Sticker,
    UploadPart,
)
from moderation.db.snapshot import NAMES_FILES
from moderation.media import archive, books
from moderation.rules.as_approved import How
from moderation.rules.consent import Giver, Word
from moderation.rules.roles import Role
from moderation.rules.workflow import Refused, State
from moderation.services import (
    audit,
    backups,
    cases,
    encodings,
    permissions,
    publishing,
    purge_ledger,
    register,
    restored,
    retention,
    signing_in,
)
from moderation.services.looking import Looker
from moderation.services.permissions import Evidence, PermissionForm
from moderation.services.work import Work
from moderation.settings import load
from moderation.wiring import wire
from tests.builders import PASSWORD, School, copy_of, email, open_school
from tests.services.moments import later
from tests.web.pages import plain

TIMES = 20
EVERY = 9  # of the steps at which a process is killed
CHANGED_BY_A_RESTORE = {"audit", "sign_ins", "phone_links"}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, looker: Looker) -> School:
    """Posts in many states, and at least one file of every sort that there is."""
    school = open_school(tmp_path_factory.mktemp("restore drill") / "instance", looker, GATEPOST_SCHOOL="Hill School")
    (school.parts.settings.instance / "nicknames.txt").write_text("saoirse searsha\n")
    person = school.person("A1", "Ada", "Quill", class_name="4B")
    with school.parts.work() as work:
        form = PermissionForm(Word.GRANTED, Giver.PARENT_1, work.today)
        permissions.record(work, school.data_lead, person.id, form, Evidence(b"%PDF-1.4 signed"))
        person = register.get(work, person.id)
        encodings.keep(work, school.data_lead, person, work.store.put(plain(10)), np.ones(128))
    for number in range(4):
        school.draft(plain(number), plain(number + 4))
    for words in ("In review.", "In review too."):
        school.in_review(caption=words)
    school.released(caption="Approved.")
    live = school.live(plain(9), caption="Live.")
    gone = school.live(caption="Was live.")
    with school.parts.work() as work:
        publishing.take_down(work, school.manager, gone, "It is old.")
        _other_files(work, school, live, person)
    with school.parts.work() as work:
        signing_in.begin(work, signing_in.recognise(work, email(Role.TEACHER), PASSWORD))
    return school


def _other_files(work: Work, school: School, post_id: int, person: Person) -> None:
    """Rows that take an engine to make; their files are as good as any."""
    (photo,) = cases.get(work, post_id).photos
    more = {"recipe": "0" * 64, "source_key": photo.media_key, "width": 160, "height": 120, "made_at": work.now}
    work.session.add(Rendition(post_id=post_id, media_key=work.store.put(b"crop"), **more))
    work.session.add(Sticker(media_key=work.store.put(b"owl"), added_by_id=school.head.id, added_at=work.now))
    work.session.get_one(SchoolLook, 1).media_key = work.store.put(b"crest")
    key, until = work.vault.new_key(), work.now + timedelta(days=7)
    picture = CopyPicture(source_key=photo.media_key, post_id=post_id, made=True, media_key=work.store.put(b"covered"))
    asked = {"asked_by_id": school.data_lead.id, "asked_at": work.now, "expires_at": until}
    work.session.add(Copy(person_id=person.id, wrapped_key=key, pictures=[picture], **asked))
    keys = {"wrapped_key": key, "file_key": work.store.put(b"file"), "undo_key": work.store.put(b"undo")}
    said = {"understood": "CSV", "columns": "[]", "headings": "[]", "begun_at": work.now, "expires_at": until}
    work.session.add(RegisterImport(**keys, **said))
    look = {"account_id": school.account.id, "how": How.SCREENSHOT, "due_at": work.now}
    work.session.add(LiveLook(post_id=post_id, media_key=work.store.put(b"pixels of a screenshot"), **look))
    begun = {"digest": "0" * 64, "salt": "0" * 32, "file_name": "IMG_1.jpg", "size": 9, "touched_at": work.now}
    upload = PhotoUpload(post_id=post_id, received=4, **begun)
    work.session.add(upload)
    work.session.flush()
    work.session.add(UploadPart(upload_id=upload.id, starts=0, media_key=work.store.put(b"part")))


def gatepost(school: School, *arguments: str | Path) -> Result:
    instance = school.parts.settings.instance
    return CliRunner().invoke(main, ["--instance", str(instance), *map(str, arguments)])


def backed_up(school: School, folder: Path) -> Path:
    told = gatepost(school, "backup", folder)
    assert told.exit_code == 0, told.output
    return archive.finished(folder)[-1]


def empty_machine(school: School, folder: Path) -> Path:
    """Nothing but the master key, which somebody has brought from the safe."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    shutil.copy(school.parts.settings.keys_folder / "master", keys)
    return folder


def restore(instance: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), "restore", *map(str, arguments)])


def put_back(school: School, instance: Path, *arguments: str | Path) -> School:
    """The school on another machine."""
    told = restore(empty_machine(school, instance), *arguments)
    assert told.exit_code == 0, told.output
    return at(school, instance)


def at(school: School, instance: Path) -> School:
    return replace(school, parts=replace(wire(load({}, instance=instance)), looker=school.parts.looker), app=None)


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def equals(again: School, backup: Path) -> int:
    """Every row, every digest, the chain; the number of files."""
    before, now = tables(backup / archive.DATABASE), tables(again.parts.settings.instance / "gatepost.sqlite3")
    for name in before.keys() - CHANGED_BY_A_RESTORE:
        assert now[name] == before[name], name
    assert set(before["audit"]) <= set(now["audit"])
    with again.parts.reading() as work:
        assert audit.verify(work.session) is None
        named = {
            key for column in NAMES_FILES for key in work.session.scalars(select(column).where(column.is_not(None)))
        }
    assert set(again.parts.store.keys()) == named, "every file that a row names, and no other"
    for key in named:
        again.parts.store.get(key)  # raises if its digest is another one
    return len(named)


def test_restore_drill_on_an_empty_machine_everything_is_there_and_nothing_goes_out_yet(
    school: School, tmp_path: Path
) -> None:
    backup = backed_up(school, tmp_path / "backups")
    assert not [path for path in backup.rglob("*") if "keys" in path.parts or path.name in ("master", "secret", ".env")]
    again = put_back(school, tmp_path / "new", tmp_path / "backups")
    files = equals(again, backup)
    assert (tmp_path / "new" / "nicknames.txt").read_text() == "saoirse searsha\n"
    with again.parts.reading() as work:
        for column in NAMES_FILES:
            assert work.session.scalars(select(column).where(column.is_not(None))).first(), (
                f"{column}: none was drilled"
            )
        assert work.session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
        (person,) = work.session.scalars(select(Person))
        assert encodings.usable(work, person) == [], "law 9: the keys of people are in no backup"
        (approved,) = work.session.scalars(select(Post.id).where(Post.state == State.RELEASED))
        lost = restored.lost(work)
    assert lost and lost.unknown_since and not lost.backup["purges_known"]
    page = again.browser(Role.DATA_LEAD).get("/register/restored/").text
    assert "nothing here says what it was" in page and "The purge ledger was not brought along" in page
    again.parts.trail.clear()
    with pytest.raises(Refused, match="A backup was restored"), again.parts.work() as work:
        publishing.open_kit(work, again.manager, approved)
    with again.parts.work() as work:
        restored.confirm(work, again.data_lead, lost.seen)
    with again.parts.work() as work:
        publishing.open_kit(work, again.manager, approved)
    assert gatepost(again, "audit", "verify").exit_code == 0
    print(f"restore drill: {files} files and {len(tables(backup / archive.DATABASE))} tables equal")


@dataclass
class Busy:
    """A school in which somebody writes and purges all the time, and whether they did since the event was cleared."""

    school: School
    wrote: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    broke: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        try:
            for number in itertools.count(20):
                self.school.draft(plain(number), plain(number + 1), caption=f"Number {number}")
                if number % 2:
                    with later(self.school, days=400) as work:
                        retention.purge(work, self.school.data_lead)
                self.wrote.set()
                if self.over.is_set():
                    return
        except BaseException as error:
            self.broke.append(error)
            raise


@pytest.fixture
def busy(school: School, tmp_path: Path) -> Iterator[Busy]:
    busy = Busy(copy_of(school, tmp_path / "busy"))
    thread = threading.Thread(target=busy.run)
    thread.start()
    yield busy
    busy.over.set()
    thread.join()
    assert busy.broke == []


def test_restore_drill_every_backup_made_while_somebody_writes_and_purges_comes_back_whole(
    busy: Busy, tmp_path: Path
) -> None:
    rounds, again, heads, parts = 0, 0, set(), busy.school.parts
    for number in range(TIMES):
        made = backups.make(parts, tmp_path / "backups")
        rounds, again = rounds + made.rounds, again + made.again
        heads.add(made.manifest.head)
        equals(put_back(busy.school, tmp_path / str(number), made.path), made.path)
        busy.wrote.clear()
        assert busy.wrote.wait(60)
    assert len(heads) == TIMES, "nobody wrote between two of them"
    assert again, "unchanged files take no room twice"
    print(f"restore drill: {TIMES} backups beside a writer, all whole; the database was copied {rounds} times")


def test_restore_drill_what_was_purged_after_the_backup_is_still_purged(school: School, tmp_path: Path) -> None:
    school = copy_of(school, tmp_path / "instance")
    older = backed_up(school, tmp_path / "backups")
    before = set(school.parts.store.keys())
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    gone = before - set(school.parts.store.keys())
    assert gone
    ledger, trail = tmp_path / "purged.jsonl", tmp_path / "trail.jsonl"
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
        purged = set(work.session.scalars(select(Post.id).where(Post.state == State.PURGED)))
    ledger.write_bytes(books.text(school.parts.purged))
    trail.write_bytes(books.text(school.parts.trail))
    brought = put_back(school, tmp_path / "by hand", older, "--purged", ledger, "--trail", trail)
    with brought.parts.reading() as work:
        lost = restored.lost(work)
    assert lost and lost.unknown_since is None and "retention done" in {line.action for line in lost.lines}
    newer = backed_up(school, tmp_path / "backups")
    for again in (brought, put_back(school, tmp_path / "by the newer one", older)):
        with again.parts.reading() as work:
            assert set(work.session.scalars(select(Post.id).where(Post.state == State.PURGED))) == purged
            assert not work.session.scalars(select(Photo.id).where(Photo.media_key.in_(gone))).all()
        assert gone.isdisjoint(again.parts.store.keys())
        assert books.text(again.parts.purged) == ledger.read_bytes()
    with put_back(school, tmp_path / "newer", newer).parts.reading() as work:
        assert retention.certificate(work, 1).files == len(gone)


def test_restore_drill_one_changed_byte_in_any_file_is_refused_by_name(school: School, tmp_path: Path) -> None:
    backup = backed_up(school, tmp_path / "backups")
    paths = [path for path in backup.rglob("*") if path.is_file()]
    machine = empty_machine(school, tmp_path / "new")
    for path in paths:
        data = path.read_bytes()
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        path.write_bytes(changed)
        told = restore(machine, tmp_path / "backups")
        assert told.exit_code == 1 and path.name in told.output, path
        path.unlink()
        told = restore(machine, backup)
        assert told.exit_code == 1 and path.name in told.output, path
        path.write_bytes(data)
        assert sorted(path.name for path in machine.iterdir()) == ["keys"], "nothing was written"
    assert restore(machine, tmp_path / "backups").exit_code == 0
    print(f"restore drill: {len(paths)} files changed and removed one by one, each was named")


def test_restore_drill_another_master_key_a_school_and_a_newer_backup_are_refused(
    school: School, tmp_path: Path
) -> None:
    backed_up(school, tmp_path / "backups")
    machine = empty_machine(school, tmp_path / "new")
    master = (machine / "keys" / "master").read_bytes()
    (machine / "keys" / "master").write_bytes(b"A" * 43 + b"=\n")
    assert "another master key" in restore(machine, tmp_path / "backups").output
    (machine / "keys" / "master").unlink()
    assert "Put it into" in restore(machine, tmp_path / "backups").output
    (machine / "keys" / "master").write_bytes(master)
    before = tables(school.parts.settings.instance / "gatepost.sqlite3")
    assert "into an empty place only" in gatepost(school, "restore", tmp_path / "backups").output
    assert tables(school.parts.settings.instance / "gatepost.sqlite3") == before
    (path,) = archive.finished(tmp_path / "backups")
    manifest = archive.read(path, school.parts.vault)
    for name in (archive.MANIFEST, archive.SEAL):
        (path / name).unlink()
    archive.write(path, school.parts.vault, replace(manifest, schema="9999"))
    assert "newer Gatepost" in restore(machine, tmp_path / "backups").output


def test_restore_drill_two_books_given_in_the_wrong_order_are_refused(school: School, tmp_path: Path) -> None:
    """Else the school would say that it knows everything that was purged."""
    backed_up(school, tmp_path / "backups")
    machine = empty_machine(school, tmp_path / "new")
    ledger, trail, notes = tmp_path / "purged.jsonl", tmp_path / "trail.jsonl", tmp_path / "notes.txt"
    ledger.write_bytes(books.text_of({"number": 1, "certificate": 1}))
    trail.write_bytes(books.text(school.parts.trail))
    notes.write_text("Ask the office.\n")
    for given in (("--purged", trail), ("--purged", notes), ("--trail", ledger), ("--trail", notes)):
        told = restore(machine, tmp_path / "backups", *given)
        assert told.exit_code == 1 and f"{given[1]} is not the {given[0][2:]}.jsonl of a school." in told.output
    assert sorted(path.name for path in machine.iterdir()) == ["keys"], "nothing was written"


def test_restore_drill_the_purge_ledger_of_another_school_is_refused(school: School, tmp_path: Path) -> None:
    """It would purge here what has the same numbers there, and leave what was purged here."""
    school = copy_of(school, tmp_path / "instance")
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    backed_up(school, tmp_path / "backups")
    lines = books.in_order(school.parts.purged)
    ledger = tmp_path / "purged.jsonl"
    others = [books.text_of({**line, "at": "2020-01-01T00:00:00+00:00"}) for line in lines]
    machine = empty_machine(school, tmp_path / "new")
    for there in (others, others[1:]):  # whole, and with a gap
        ledger.write_bytes(b"".join(there))
        told = restore(machine, tmp_path / "backups", "--purged", ledger)
        assert told.exit_code == 1 and "is not the purged.jsonl of this school" in told.output
    ledger.write_bytes(books.text(school.parts.purged))
    assert restore(machine, tmp_path / "backups", "--purged", ledger).exit_code == 0


def test_restore_drill_a_ledger_with_a_gap_is_not_taken_for_a_whole_one(school: School, tmp_path: Path) -> None:
    """What it still says is purged again; that it may not be all is said at once and to the data lead."""
    school = copy_of(school, tmp_path / "instance")
    older = backed_up(school, tmp_path / "backups")
    with later(school, days=400) as work:
        retention.purge(work, school.data_lead)
    with school.parts.reading() as work:
        purge_ledger.keep_copy(work, school.parts.purged)
    lines = books.text(school.parts.purged).splitlines(keepends=True)
    assert len(lines) > 2
    ledger = tmp_path / "purged.jsonl"
    for name, whole in (("a gap", False), ("cut short", False), ("whole", True)):
        kept = {"a gap": [*lines[:1], *lines[2:]], "cut short": [*lines, lines[-1][:20]], "whole": lines}[name]
        ledger.write_bytes(b"".join(kept))
        told = restore(empty_machine(school, tmp_path / name), older, "--purged", ledger)
        assert told.exit_code == 0 and ("No whole --purged" not in told.output) is whole, told.output


def killed_at(step: int, *command: str | Path) -> bool:
    """Run the command in a process that is killed when it writes down to the disk for the `step`th time.

    False if it was over before.
    """
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL
    steps, fsync = itertools.count(1), os.fsync

    def kill_or_write(handle: int) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        fsync(handle)

    os.fsync = kill_or_write
    try:
        main([str(part) for part in command], standalone_mode=False)
    finally:
        os._exit(0)


def test_restore_drill_killed_at_any_step_no_half_thing_is_taken_for_a_whole_one(
    school: School, tmp_path: Path
) -> None:
    school, folder = copy_of(school, tmp_path / "instance"), tmp_path / "backups"
    own, machine = school.parts.settings.instance, empty_machine(school, tmp_path / "new")
    killed = {"backup": 0, "restore": 0}
    while killed_at(1 + EVERY * killed["backup"], "--instance", own, "backup", folder):
        killed["backup"] += 1
        for path in archive.finished(folder):  # killed behind its end
            archive.check(path, archive.read(path, school.parts.vault))
            shutil.rmtree(path)
        assert "no finished backup" in restore(machine, folder).output
    (backup,) = folder.iterdir()  # what the others left is gone
    while killed_at(1 + EVERY * killed["restore"], "--instance", machine, "restore", folder):
        killed["restore"] += 1
        if not (machine / "restoring").exists():  # killed before anything was written, or behind its end
            assert not (machine / "gatepost.sqlite3").exists() or equals(at(school, machine), backup)
            continue
        for command in (["audit", "verify"], ["web"], ["serve"]):
            told = CliRunner().invoke(main, ["--instance", str(machine), *command])
            assert told.exit_code == 2 and "not put back to the end" in told.output
    equals(at(school, machine), backup)
    assert min(killed.values()) >= 5
    print(f"restore drill: killed {killed['backup']} times while backing up, {killed['restore']} while putting back")
