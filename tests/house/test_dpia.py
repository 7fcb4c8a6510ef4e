"""The filled-in impact assessment stays true: every table stands in it, and every proof that it names exists."""

import re
from pathlib import Path

from moderation.db.models import Base

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "data-leads" / "dpia.md").read_text("utf-8")
WITH, WITHOUT = (
    PAGE.split("### Where personal data lies")[1].split("Outside the database:")[0].split("No person stands in these:")
)
TABLES = Base.metadata.tables
OF_PEOPLE = {"people", "users"}


def named(text: str) -> set[str]:
    return {word for word in re.findall(r"`([a-z_]+)`", text) if word in TABLES}


def test_every_table_of_the_database_stands_in_the_assessment_once() -> None:
    assert len(TABLES) > 80
    assert set(TABLES) - named(WITH) - named(WITHOUT) == set()
    assert named(WITH) & named(WITHOUT) == set()


def test_whatever_points_at_a_person_stands_among_personal_data() -> None:
    about_people = {
        name
        for name, table in TABLES.items()
        if name in OF_PEOPLE or any(key.column.table.name in OF_PEOPLE for key in table.foreign_keys)
    }
    assert {"reference_photos", "permissions", "audit", "sign_ins"} <= about_people
    assert about_people - named(WITH) == set()


def test_whatever_it_calls_a_proof_is_there() -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    proofs = set(re.findall(r"`(test_\w+\.py)`", PAGE))
    assert len(proofs) > 20
    assert proofs - tests == set()
    named_files = set(re.findall(r"`((?:moderation|templates)/[\w/.]+)`", PAGE))
    assert [name for name in named_files if not (ROOT / name).exists()] == []


def test_it_has_the_seven_steps_and_leaves_to_the_school_what_is_the_school_s() -> None:
    steps = re.split(r"^## \d\. ", PAGE, flags=re.MULTILINE)[1:]
    assert len(steps) == 7
    assert [
        step.partition("\n")[0] for step in steps if "School: " not in step and not step.startswith("What lowers")
    ] == []
    assert "Article 9" in steps[0] and "lawful basis" in steps[3]
