"""The address of the database: read as people write it, and shown to nobody."""

from pathlib import Path

import pytest

from moderation.settings import SettingsError, load

SECRET = "hunter2"


def address(url: str) -> str:
    return load({"GATEPOST_DATABASE_URL": url}, instance=Path("nowhere")).database_url


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_driver_that_is_installed(scheme: str) -> None:
    assert address(f"{scheme}://u:p%40@db:5432/gatepost?sslmode=require") == (
        "postgresql+psycopg://u:p%40@db:5432/gatepost?sslmode=require"
    )


def test_without_an_address_the_database_is_a_file_of_the_instance(tmp_path: Path) -> None:
    assert load({}, instance=tmp_path).database_url == f"sqlite:///{tmp_path / 'gatepost.sqlite3'}"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://u:{SECRET}@db/x",
        f"u:{SECRET}@db/x",
        f"postgresql://u:{SECRET}/2@db/x",
        f"postgresql+pg8000://{SECRET}",
    ],
)
def test_law_10_an_address_that_is_none_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(SettingsError, match="GATEPOST_DATABASE_URL: write it like") as refused:
        address(url)
    assert SECRET not in str(refused.value) and SECRET not in repr(refused.value.__cause__)


def test_law_10_settings_that_are_printed_do_not_show_the_address() -> None:
    settings = load({"GATEPOST_DATABASE_URL": f"postgresql://u:{SECRET}@db/x"}, instance=Path("nowhere"))
    assert SECRET not in repr(settings)
