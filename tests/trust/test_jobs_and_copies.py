"""Between schools: every job with the other's numbers, and everything that one can take out tried in the other."""

import importlib
import inspect
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from sqlite3 import connect as open_database

import pytest
import redis
from click.testing import CliRunner
from rq import Queue
from rq.job import Job as QueuedJob
from sqlalchemy.exc import NoResultFound

from moderation.cli import main
from moderation.db.models import Scan, ScanState
from moderation.media.archive import NotABackup
from moderation.media.vault import Unsealable
from moderation.queue import SERIALIZER, Job, connect, names, ring
from moderation.redis_server import start
from moderation.services import backups, restoring
from moderation.settings import Settings, load_trust
from tests.builders import School
from tests.trust.filled import BY_HOST, OTHER, Both
from tests.trust.schools import FILE
from workers import jobs
from workers.__main__ import QueueWorker


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Settings]:
    (tmp_path / "trust.toml").write_text(FILE)
    settings = load_trust({"GATEPOST_TRUST": str(tmp_path / "trust.toml")}).machine
    with start(settings):
        yield settings


def all_of(school: School) -> tuple[str, list[str]]:
    """Every row of its database, and the names of its pictures and keys."""
    settings = school.parts.settings
    with closing(open_database(settings.instance / "gatepost.sqlite3")) as database:
        rows = sha256("\n".join(database.iterdump()).encode()).hexdigest()
    files = sorted(str(path) for path in settings.instance.rglob("*") if path.is_file() and path.suffix == "")
    return rows, files


def function(job: Job) -> Callable[..., object]:
    module, _, name = job.rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("job", Job)
@pytest.mark.parametrize("own", OTHER)
def test_a_job_with_the_numbers_of_one_school_touches_nothing_of_it_at_the_other(
    both: Both, own: str, job: Job
) -> None:
    """With each number up to twenty, which at both are something, and with the tokens of what waits at one of them."""
    here, there = both.school(own), both.school(OTHER[own])
    with here.parts.reading() as work:
        tokens = [scan.token for scan in work.session.query(Scan).filter(Scan.state == ScanState.WAITING)]
    assert tokens
    wants_token = "token" in inspect.signature(function(job)).parameters
    before = all_of(here)
    jobs.use(there.parts)
    try:
        for number in range(1, 21):
            for token in tokens[:2] if wants_token else [""]:
                with suppress(NoResultFound):  # a post that is not there has no links
                    done = function(job)(number, token) if wants_token else function(job)(number)
                    assert not (wants_token and done), "no token of one school is one of the other"
    finally:
        jobs.use(None)
    assert all_of(here) == before


@pytest.mark.parametrize("job", Job)
def test_no_job_that_strays_into_the_queue_of_another_school_is_done(machine: Settings, job: Job) -> None:
    with connect(machine) as connection:
        for theirs in names("harbour"):
            assert ring(connection, job, 1, school="oakfield")
            (number,) = (found for one in names("oakfield") for found in lines(connection, one).get_job_ids())
            strayed = QueuedJob.fetch(number, connection=connection, serializer=SERIALIZER)
            worker = QueueWorker([lines(connection, theirs)], connection=connection, serializer=SERIALIZER)
            assert worker.perform_job(strayed, lines(connection, theirs)) is False
            assert not QueuedJob.exists(number, connection=connection)


def lines(connection: redis.Redis, name: str) -> Queue:
    return Queue(name, connection=connection, serializer=SERIALIZER)


def verify(both: Both, school: str, *words: str) -> tuple[int, str]:
    environ = {"GATEPOST_TRUST": str(both.folder / "trust.toml")}
    result = CliRunner().invoke(main, ["--school", school, "audit", "verify", *words], env=environ)
    return result.exit_code, result.output


@pytest.mark.parametrize("own", OTHER)
def test_an_evidence_pack_of_one_school_is_refused_by_the_other(both: Both, own: str, tmp_path: Path) -> None:
    place, there = both.places[BY_HOST], OTHER[own]
    head = place.signed_in(own, both.school(own).head.role)
    cookies = "; ".join(f"{name}={value}" for name, value in head.items())
    answer = place.ask(own, f"/evidence/{both.filled[own].numbers['live']}", "POST", cookies)
    pack = tmp_path / "pack.zip"
    pack.write_bytes(answer.data)
    assert zipfile.is_zipfile(pack)
    assert verify(both, own, str(pack))[0] == 0
    code, said = verify(both, there, str(pack))
    assert code == 1 and "Another school’s pack" in said and "The pack is refused." in said


@pytest.mark.parametrize("own", OTHER)
def test_a_backup_of_one_school_cannot_be_put_into_the_other(both: Both, own: str, tmp_path: Path) -> None:
    here, there = both.school(own).parts, both.school(OTHER[own]).parts
    backups.make(here, tmp_path)
    assert restoring.find(tmp_path, here.vault).manifest.school == here.settings.school
    with pytest.raises(NotABackup, match="another master key"):
        restoring.find(tmp_path, there.vault)


@pytest.mark.parametrize("own", OTHER)
def test_neither_a_picture_nor_a_persons_key_of_one_school_is_opened_by_the_other(both: Both, own: str) -> None:
    here, there = both.school(own).parts, both.school(OTHER[own]).parts
    keys = list(here.store.keys())
    assert len(keys) > 5
    for key in keys:
        with pytest.raises(Exception, match=key):
            there.store.plain(key, here.store.raw(key))
    wrapped = list(here.keys.wrapped())
    assert wrapped and not any(there.vault.opens(one) for one in wrapped)
    assert all(here.vault.opens(one) for one in wrapped)
    with pytest.raises(Unsealable):
        there.vault.open(wrapped[0], b"sealed", b"what for")
    assert here.secret_key != there.secret_key
