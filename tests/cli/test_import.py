"""gatepost register import: the same preview as on the page; nothing is written without --apply."""

from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.db.models import Person
from moderation.rules.import_changes import MANY
from tests.builders import School
from tests.cli.conftest import Gatepost
from tests.services.exports import pupils, table


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(table(*pupils(2, "Yes", "No"), ("", "Nobody", "Known", "=1+1", "", "")))
    return path


def keys(school: School) -> list[str]:
    with school.parts.reading() as work:
        return list(work.session.scalars(select(Person.key)))


def test_the_file_is_shown_and_then_applied(school: School, gatepost: Gatepost, export: Path, tmp_path: Path) -> None:
    folder = school.parts.settings.instance
    before = set(school.parts.store.keys())
    shown = gatepost("register", "import", export, "--mend", tmp_path / "mend.csv", instance=folder)
    assert shown.returncode == 1, shown.stderr
    assert "2 new\n" in shown.stdout and "2 would become allowed\n" in shown.stdout and "1 left out\n" in shown.stdout
    assert shown.stderr == "line 4: It has no UPN or admission number.\n"
    assert "'=1+1" in (tmp_path / "mend.csv").read_text("utf-8-sig")
    assert keys(school) == [] and set(school.parts.store.keys()) == before
    assert "Applied." in gatepost("register", "import", export, "--apply", instance=folder).stdout
    assert len(keys(school)) == 2


def test_nobody_is_named_on_the_screen(school: School, gatepost: Gatepost, export: Path) -> None:
    said = gatepost("register", "import", export, instance=school.parts.settings.instance)
    assert "Quill" not in said.stdout + said.stderr


def test_much_at_once_waits_for_a_person_on_the_page(school: School, gatepost: Gatepost, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_bytes(table(*pupils(MANY + 1, "Yes", "")))
    said = gatepost("register", "import", path, "--apply", instance=school.parts.settings.instance)
    assert said.returncode == 1 and "/register/import/1" in said.stdout
    assert keys(school) == []


def test_columns_can_be_said(school: School, gatepost: Gatepost, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(b"Ref,Family,Reg\nA1,Quill,4B\n")
    folder = school.parts.settings.instance
    assert gatepost("register", "import", path, instance=folder).returncode == 2
    said = gatepost("register", "import", path, "--column", "Ref=key", "--column", "Family=surname", instance=folder)
    assert said.returncode == 0 and "1 new" in said.stdout
    wrong = gatepost("register", "import", path, "--column", "Nothing=key", instance=folder)
    assert wrong.returncode == 2 and "HEADING=WHAT" in wrong.stderr
