"""Setting a school up, asking after its health, verifying its audit trail: from the command line."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli import main
from moderation.cli.preparing import check_databases
from moderation.db.migrate import Standing, migrate, standing
from moderation.db.models import User
from moderation.rules.checklist import READY
from moderation.rules.roles import Role
from moderation.services import audit, signing_in
from moderation.settings import Trust, load
from moderation.wiring import wire
from tests.cli.conftest import Gatepost

PASSWORD = "three words here"
ANSWERS = ("--name", "Ada Office", "--email", "ada@school.example", "--password", PASSWORD)


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "MEDIA_URL", "INSTANCE", "SECRET_KEY", "MASTER_KEY"):
        monkeypatch.delenv(f"GATEPOST_{name}", raising=False)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def run(instance: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(instance), *arguments])


def keys(instance: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (instance / "keys").iterdir() if path.is_file()}


@pytest.fixture
def school(instance: Path) -> Path:
    assert run(instance, "setup", *ANSWERS).exit_code == 0
    return instance


def test_setup_makes_a_school_with_one_administrator_who_can_sign_in(school: Path) -> None:
    with wire(load({}, instance=school)).work() as work:
        (person,) = work.session.query(User).all()
        assert (person.role, person.email, person.active) == (Role.ADMINISTRATOR, "ada@school.example", True)
        assert signing_in.recognise(work, "ada@school.example", PASSWORD)
    for path in (school / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0, "a key is its owner's alone"


def test_setup_says_what_to_do_next_and_nothing_secret(instance: Path) -> None:
    told = run(instance, "setup", *ANSWERS)
    assert " serve" in told.stdout
    assert "apart from the backups" in told.stdout
    assert PASSWORD not in told.output
    assert not any(key.decode(errors="replace").strip() in told.output for key in keys(instance).values())


def test_setup_is_never_done_twice(school: Path) -> None:
    before = keys(school)
    again = run(school, "setup", "--name", "Eve", "--email", "eve@school.example", "--password", PASSWORD)
    assert again.exit_code == 1
    assert "set up already; nothing was changed" in again.stderr
    assert keys(school) == before
    with wire(load({}, instance=school)).reading() as work:
        assert [person.email for person in work.session.query(User)] == ["ada@school.example"]


def test_a_password_that_is_too_short_can_be_mended_by_setting_up_again(instance: Path) -> None:
    told = run(instance, "setup", *ANSWERS[:-1], "short")
    assert told.exit_code == 1
    assert "at least 12 characters" in told.stderr
    assert run(instance, "setup", *ANSWERS).exit_code == 0


def test_an_audit_trail_that_fits_is_said_with_its_length(school: Path) -> None:
    told = run(school, "audit", "verify")
    assert told.exit_code == 0
    count = 1 + len(READY)  # the administrator, and the lines of the ready checklist
    assert f"fits: {count} rows, none changed, none missing." in told.stdout


@pytest.mark.parametrize(
    ("tampering", "bad"),
    [
        ("UPDATE audit SET action = 'nothing' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 3),
        ("UPDATE audit SET actor_id = NULL WHERE number = 3", 3),
    ],
)
def test_an_audit_trail_that_was_tampered_with_is_exit_1_and_names_the_row(
    school: Path, tampering: str, bad: int
) -> None:
    """Law 7: past the triggers, with the database open before one."""
    with wire(load({}, instance=school)).work() as work:
        for _ in range(2):
            signing_in.begin(work, signing_in.recognise(work, "ada@school.example", PASSWORD))
    assert run(school, "audit", "verify").exit_code == 0
    database = sqlite3.connect(school / "gatepost.sqlite3")
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        database.execute(tampering)
    for verb in ("update", "delete"):
        database.execute(f"DROP TRIGGER audit_no_{verb}")
    database.execute(tampering)
    database.commit()
    database.close()
    told = run(school, "audit", "verify")
    assert told.exit_code == 1
    assert f"from row {bad} on" in told.stdout


def test_a_trail_that_was_cut_off_at_its_end_is_exit_1_and_names_the_row(school: Path) -> None:
    """What is left is a chain without a fault; the file beside the database knows that more was there."""
    with wire(load({}, instance=school)).work() as work:
        signing_in.begin(work, signing_in.recognise(work, "ada@school.example", PASSWORD))
        last = audit.count(work.session)
    database = sqlite3.connect(school / "gatepost.sqlite3")
    database.execute("DROP TRIGGER audit_no_delete")
    database.execute("DELETE FROM audit WHERE number = ?", (last,))
    database.commit()
    database.close()
    told = run(school, "audit", "verify")
    assert told.exit_code == 1
    assert f"Row {last} of the audit trail" in told.stdout


@pytest.mark.parametrize("command", [("audit", "verify"), ("serve",), ("web",)])
def test_without_a_school_a_command_says_what_to_type(instance: Path, command: tuple[str, ...]) -> None:
    told = run(instance, *command)
    assert told.exit_code == 2
    assert "gatepost setup" in told.stderr
    assert told.stderr.count("\n") == 1
    assert not instance.exists()


def test_with_keys_and_no_database_the_audit_trail_is_not_verified(school: Path) -> None:
    for path in school.glob("gatepost.sqlite3*"):
        path.unlink()
    told = run(school, "audit", "verify")
    assert told.exit_code not in (0, None)
    assert "fits" not in told.stdout


def test_a_setting_that_cannot_be_used_is_named(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEPOST_TIME_ZONE", "Mars/Olympus")
    told = run(instance, "audit", "verify")
    assert told.exit_code == 2
    assert "GATEPOST_TIME_ZONE" in told.stderr


def test_the_doctor_finds_a_school_well(school: Path, gatepost: Gatepost) -> None:
    told = gatepost("doctor", instance=school)
    assert told.returncode == 0
    assert "MISSING" not in told.stdout
    for part in ("Python", "pictures", "check of faces", "check of writing", "short names", "queue", "school"):
        assert f"well     {part}: " in told.stdout


def test_the_doctor_says_that_no_backup_was_made_and_when_one_was(school: Path, tmp_path: Path) -> None:
    told = run(school, "doctor")
    assert told.exit_code == 0 and "LOOK     backup: none was ever made; type: gatepost backup" in told.stdout
    assert "master key" in run(school, "backup", str(tmp_path / "backups")).stdout
    assert "well     backup: the last one is of" in run(school, "doctor").stdout


def test_the_doctor_names_lines_of_the_short_names_that_are_no_use(instance: Path) -> None:
    instance.mkdir()
    (instance / "nicknames.txt").write_bytes(b"saoirse sersh\nlonely\nZo\xeb zozo\n")
    told = run(instance, "doctor")
    assert told.exit_code == 1
    (line,) = [line for line in told.stdout.splitlines() if "MISSING  short names" in line]
    assert "line 2" in line and "line 3" in line and "line 1" not in line


def test_the_doctor_names_what_is_missing_and_what_to_type(instance: Path) -> None:
    told = run(instance, "doctor")
    assert told.exit_code == 1
    (line,) = [line for line in told.stdout.splitlines() if "MISSING" in line]
    assert "school" in line and "gatepost setup" in line
    assert not instance.exists(), "looking changes nothing"


def test_a_part_of_a_newer_program_waits_until_the_database_is_migrated(school: Path) -> None:
    migrate(wire(load({}, instance=school)).engine, "-1")
    for part in ("web", "worker", "sweep"):
        refused = run(school, part)
        assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
        assert refused.output.endswith("Bring it to this one with: gatepost migrate\n")
    assert run(school, "migrate").exit_code == 0
    assert standing(wire(load({}, instance=school)).engine) is Standing.CURRENT


def test_a_program_says_that_the_database_is_newer_and_goes_on(school: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load({}, instance=school)
    with wire(settings).engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    check_databases(Trust(settings, (settings,)))
    assert "newer version" in caplog.text
    refused = run(school, "migrate")
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "Install that version." in refused.output
