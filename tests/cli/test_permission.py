"""Where a school is set up, commands compare only the faces that its register permits."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli import main
from moderation.demo.lawful import lawful
from moderation.detect.network import FaceNetwork
from moderation.services import matching
from tests import postgresql
from tests.builders import School, listed_portrait
from tests.web.pages import plain, small


@pytest.fixture
def album(tmp_path: Path) -> Path:
    (tmp_path / "list" / "A1").mkdir(parents=True)
    (tmp_path / "list" / "A1" / "a.jpg").write_bytes(small(listed_portrait(0)))
    (tmp_path / "plain.jpg").write_bytes(plain())
    return tmp_path


def gatepost(school: School, *arguments: object) -> Result:
    command = ["--instance", str(school.parts.settings.instance), *map(str, arguments)]
    return CliRunner().invoke(main, command, env={"GATEPOST_MASTER_KEY": None, "GATEPOST_SECRET_KEY": None})


def compared(school: School, album: Path, *more: str) -> Result:
    return gatepost(school, "check", "--no-publish", album / "list", album / "plain.jpg", *more)


def permit(school: School, **more: object) -> None:
    person = school.person("A1", "Ada", "Quill", no_publish=True)
    with school.parts.work() as work:
        school.permit(work, person, **more)


@pytest.fixture
def no_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*anything: object) -> None:
        raise AssertionError("a face was encoded")

    monkeypatch.setattr(FaceNetwork, "describe", never)


@pytest.mark.usefixtures("no_encoding")
def test_law_9_with_recognition_locked_no_command_encodes_a_face(school: School, album: Path) -> None:
    school.person("A1", "Ada", "Quill", no_publish=True)
    for told in (compared(school, album), gatepost(school, "evaluate", "faces", album / "list")):
        assert told.exit_code == 2 and told.stdout == ""
        assert "does not permit to match A1" in told.stderr and "--permitted" in told.stderr


@pytest.mark.usefixtures("no_encoding")
def test_one_person_whom_the_register_does_not_permit_stops_the_command(school: School, album: Path) -> None:
    permit(school)
    (album / "list" / "unknown").mkdir()
    assert "does not permit to match unknown" in compared(school, album).stderr


def test_those_whom_the_register_permits_are_compared(school: School, album: Path) -> None:
    permit(school)
    assert compared(school, album).exit_code == 0
    with school.parts.work() as work:
        row = matching.record(work, school.data_lead, replace(lawful(work.today), wording="Other words."))
        matching.switch_off(work, school.data_lead, row.id)
    assert compared(school, album).exit_code == 2


def test_a_permission_recorded_elsewhere_is_said_each_time(school: School, album: Path) -> None:
    assert compared(school, album, "--permitted").exit_code == 0


@postgresql.sqlite_only
def test_a_register_that_cannot_be_asked_permits_nobody(school: School, album: Path) -> None:
    school.parts.engine.dispose()
    for file in school.parts.settings.instance.glob("gatepost.sqlite3*"):
        file.unlink()
    told = compared(school, album)
    assert told.exit_code == 2 and "cannot be asked" in told.stderr


def test_without_a_list_of_faces_the_register_is_not_asked(school: School, album: Path) -> None:
    assert gatepost(school, "check", album / "plain.jpg").exit_code == 0
