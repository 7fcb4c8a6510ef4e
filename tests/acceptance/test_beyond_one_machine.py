"""Beyond one machine. What must be shown of many schools in one installation, each with figures where there are any:

1. Nothing crosses (tests/trust): each endpoint and method with each role (test_every_address.py, in full by `make
   test-long`), each link and what a cookie holds (test_links.py), each job and export (test_jobs_and_copies.py), hosts
   and paths (test_nothing_crosses.py, test_on_the_wire.py), one provider for sign-ins at both (test_one_provider.py).
2. One school's hundred photos do not make another's one wait (tests/trust/test_fleet.py: it is the next one).
3. A school is added, moved, exported and removed while the others run; removed, it leaves no byte, and of the others
   each byte is as it was (here, on SQLite and on PostgreSQL's schemas).
4. One school that is broken stops no other (here the sweep; tests/trust/test_front.py the pages).
5. Who runs them all sees counts and clocks, and no name and no picture (here).
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from click.testing import CliRunner, Result
from sqlalchemy import select

from moderation.cli import main
from moderation.db.models import AuditRow
from moderation.queue import Job, connect, names, ring
from moderation.redis_server import start
from moderation.rules.roles import Role
from moderation.wiring import wire
from tests import postgresql
from tests.trust.schools import FILE, Two, Visitor, two_schools
from tests.web.pages import plain
from workers import sweep

CAPTION = "Wet chalk on the harbour wall"
FIRST = ("--admin-name", "Ann Ashe", "--admin-email", "ann@mill.example", "--password", "three purple words")


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return two_schools(tmp_path)


@pytest.fixture
def queue(two: Two) -> Iterator[redis.Redis]:
    with start(two.trust.machine), connect(two.trust.machine) as connection:
        yield connection


@pytest.fixture
def gatepost(two: Two) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        result = CliRunner().invoke(main, words, env=two.environ, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    return run


def filled(two: Two) -> None:
    """At both schools a post with a picture, somebody on the register, and a job that waits."""
    for shade, school in ((40, two.oakfield), (50, two.harbour)):
        school.person("p1", "Harvey", f"Pember-{school.parts.settings.key}")
        school.draft(plain(shade), caption=f"{CAPTION}, {school.parts.settings.key}")
        school.submit(caption=CAPTION)


def digests(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def everything(folder: Path) -> bytes:
    """Every byte of every file, and the names of all."""
    return b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for path in folder.rglob("*") if path.is_file())


def in_the_queue(connection: redis.Redis) -> bytes:
    return b"\n".join(key + b" " + connection.dump(key) for key in connection.scan_iter())


def let_go(two: Two) -> None:
    for school in (two.oakfield, two.harbour):
        school.parts.end()


def test_a_school_that_is_removed_leaves_no_byte_and_every_byte_of_the_others(
    two: Two, queue: redis.Redis, gatepost: Callable[..., Result], tmp_path: Path
) -> None:
    filled(two)
    assert ring(queue, Job.SCAN, 1, "token-of-oakfield", school="oakfield")
    assert queue.llen(f"rq:queue:{names('oakfield')[0]}") == queue.llen(f"rq:queue:{names('harbour')[0]}") + 1
    picture = next(iter(two.oakfield.parts.store.keys()))
    secret = (tmp_path / "schools" / "oakfield" / "keys" / "secret").read_bytes()
    let_go(two)
    before, waiting = digests(tmp_path / "schools" / "harbour"), queue.llen(f"rq:queue:{names('harbour')[0]}")
    assert len(before) > 3
    gatepost("trust", "remove", "oakfield", "--yes")
    assert digests(tmp_path / "schools" / "harbour") == before
    assert queue.llen(f"rq:queue:{names('harbour')[0]}") == waiting == 1
    for left in (everything(tmp_path), in_the_queue(queue)):
        for word in (b"oakfield", b"Oakfield", b"Pember-oakfield", picture.encode(), secret):
            assert word not in left
    assert Visitor(two, "harbour").signed_in(Role.TEACHER).ask("/posts/").status_code == 200


def test_a_school_moves_to_another_installation_with_all_that_it_has(
    two: Two, gatepost: Callable[..., Result], tmp_path: Path
) -> None:
    filled(two)
    let_go(two)
    gatepost("trust", "close", "oakfield")
    assert [one.key for one in two.trust.schools] == ["harbour"]
    gatepost("trust", "export", "oakfield", str(tmp_path / "copy"))
    shutil.copy(tmp_path / "schools" / "oakfield" / "keys" / "master", tmp_path / "master")
    gatepost("trust", "remove", "oakfield", "--yes")
    there = ("--master-key", str(tmp_path / "master"), "--address", "http://oakfield.example", "--name", "Oakfield")
    gatepost("trust", "import", "oakfield", str(tmp_path / "copy"), *there)
    page = Visitor(two, "oakfield").signed_in(Role.TEACHER).ask("/posts/").text
    assert f"{CAPTION}, oakfield" in page
    with pytest.raises(AssertionError, match="two schools have the key"):
        gatepost("trust", "import", "oakfield", str(tmp_path / "copy"), *there)


def test_a_school_that_is_added_begins_as_the_trusts_file_says(
    two: Two, gatepost: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "policy.md").write_text("# Be kind\n")
    two.file.write_text(f'preset = "recommended"\npolicy = "policy.md"\n{FILE}')
    visitor = Visitor(two, "oakfield")
    gatepost("trust", "add", "mill", "--address", "http://mill.example", "--name", "Mill School", *FIRST)
    answer = visitor.client.get("/sign-in", headers={"Host": "mill.example"})
    assert "Mill School" in answer.text, "the pages take it up at once"
    parts = wire(two.trust.school("mill"))
    with parts.reading() as work:
        said = [row.action for row in work.session.scalars(select(AuditRow))]
    assert {"ready setting taken", "policy version"} <= set(said)
    assert "mill" in gatepost("trust", "list").output
    doctor = CliRunner().invoke(main, ["--school", "mill", "audit", "verify"], env=two.environ)
    assert doctor.exit_code == 0, doctor.output
    assert CliRunner().invoke(main, ["backup", "x"], env=two.environ).output.startswith("gatepost: Say which school")


def test_a_school_whose_database_is_broken_stops_no_other(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    filled(two)
    let_go(two)
    database = two.trust.school("oakfield").instance / "gatepost.sqlite3"
    database.write_bytes(b"this is no database" * 1000)
    rounds = sweep.Rounds(two.watched)
    for _ in range(3):
        rounds.go_round()
    broke = [line for line in caplog.messages if "at oakfield broke" in line]
    assert 0 < len(broke) <= 3
    assert not any("at harbour" in line for line in caplog.messages)
    with rounds.kept.of(two.trust.school("harbour")) as harbour:
        assert harbour.progress.rounds == 3


def test_the_overview_holds_counts_and_clocks_and_nobodys_name(
    two: Two, queue: redis.Redis, gatepost: Callable[..., Result]
) -> None:
    filled(two)
    two.oakfield.in_review(caption=CAPTION)
    let_go(two)
    said = json.loads(gatepost("trust", "overview", "--json").output)
    oakfield, harbour = said["schools"]
    assert (oakfield["school"], oakfield["posts"]) == (
        "oakfield",
        {"checking": 1, "in review": 1, "released": 0, "live": 0},
    )
    assert oakfield["seconds_since"]["decision"] is not None and harbour["seconds_since"]["decision"] is None
    assert oakfield["waiting"]["jobs"] == 3 and oakfield["trouble"] == ["workers away"] and not oakfield["well"]
    table = gatepost("trust", "overview").output
    for text in (json.dumps(said), table):
        assert "oakfield" in text
        for name in (CAPTION, "Harvey", "Pember", "school.example", "teacher 1"):
            assert name not in text


@postgresql.needed
def test_two_schools_in_the_schemas_of_one_database_do_not_meet(
    tmp_path: Path, gatepost_at: Callable[[Path], Callable[..., Result]]
) -> None:
    url = postgresql.create()
    text = FILE
    for key in ("oakfield", "harbour"):
        text = text.replace(f'key = "{key}"', f'key = "{key}"\ndatabase_url = "{url}&schema={key}"')
    two = two_schools(tmp_path, text)
    filled(two)
    assert Visitor(two, "harbour").signed_in(Role.TEACHER).ask("/posts/").status_code == 200
    assert two.oakfield.parts.engine.url == two.harbour.parts.engine.url
    before = rows(url, "harbour")
    assert rows(url, "oakfield").keys() == before.keys() and before["posts"] == 2
    let_go(two)
    gatepost_at(two.file)("trust", "remove", "oakfield", "--yes")
    assert (rows(url, "oakfield"), rows(url, "harbour")) == ({}, before)
    postgresql.drop(url)


@pytest.fixture
def gatepost_at() -> Callable[[Path], Callable[..., Result]]:
    def of(file: Path) -> Callable[..., Result]:
        def run(*words: str) -> Result:
            result = CliRunner().invoke(main, words, env={"GATEPOST_TRUST": str(file)}, catch_exceptions=False)
            assert result.exit_code == 0, result.output
            return result

        return run

    return of


def rows(url: str, schema: str) -> dict[str, int]:
    """How many rows each table of a schema has, as PostgreSQL itself says."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
        counts = {}
        for (name,) in tables:
            (counts[name],) = connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone() or (0,)  # type: ignore[arg-type]
        return counts
