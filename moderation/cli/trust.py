"""gatepost trust: for the person who runs many schools in one installation."""

import json
from pathlib import Path
from typing import Any

import click

from moderation.cli import backups, schools
from moderation.cli.chosen import with_trust
from moderation.cli.school import ASKED, First, set_up
from moderation.settings import Trust, trust_text

_folder = click.Path(path_type=Path, file_okay=False)
_address = click.option("--address", required=True, help="As people type it: https://oakfield.example")
_name = click.option("--name", help="The school's name, until the administrator writes it.")
_database = click.option("--database-url", help="Default: SQLite in the school's own folder.")


@click.group()
def trust() -> None:
    """The schools of the trust's file, which GATEPOST_TRUST names."""


@trust.command("list")
@with_trust
def list_schools(trust: Trust) -> None:
    """The schools: key, address, name."""
    for one in (*trust.schools, *trust.closed):
        closed = "  (closed)" if one in trust.closed else ""
        click.echo(f"{one.key:<20}{one.public_url:<45}{one.school}{closed}")


@trust.command()
@click.argument("key")
@with_trust
def close(trust: Trust, key: str) -> None:
    """Closes a school: within seconds nothing serves it any more. The others go on."""
    with schools.file_of(trust) as file:
        file.write(trust_text.with_closed(file.text, key, True))
    click.echo(f"{key} is closed. Open it again with: gatepost trust open {key}")


@trust.command("open")
@click.argument("key")
@with_trust
def open_school(trust: Trust, key: str) -> None:
    """Opens a school that was closed."""
    with schools.file_of(trust) as file:
        file.write(trust_text.with_closed(file.text, key, False))
    click.echo(f"{key} is open.")


@trust.command()
@click.argument("key")
@_address
@_name
@_database
@click.option("--admin-name", help="Of the first administrator.")
@click.option("--admin-email", help="Of the first administrator.")
@click.option("--password", help="Of the first administrator; asked for if it is not given.")
@click.option("--as-it-is", type=_folder, help="A school that is set up in this folder already.")
@with_trust
def add(
    trust: Trust, key: str, address: str, name: str | None, database_url: str | None, as_it_is: Path | None,
    admin_name: str | None, admin_email: str | None, password: str | None,
) -> None:  # fmt: skip
    """Sets up one more school, and begins to serve it. The others go on."""
    said = schools.lines(key, address, name, database_url, as_it_is)
    with schools.file_of(trust) as file:
        text = trust_text.with_school(file.text, said)
        settings = file.parsed(text).school(key)
        if not as_it_is:
            first = First(
                admin_name or click.prompt("The administrator's name"),
                admin_email or click.prompt("The administrator's e-mail address"),
                password or click.prompt(ASKED, hide_input=True, confirmation_prompt=True),
            )
            set_up(settings, first, begins=schools.beginning(trust))
        file.write(text)
    click.echo(f"{settings.school} is there, at {settings.public_url}.")
    click.echo(f"Keep a copy of {settings.master_file} in a safe place, apart from the backups.")


@trust.command()
@click.argument("key")
@click.argument("folder", type=_folder)
@with_trust
def export(trust: Trust, key: str, folder: Path) -> None:
    """One school as a backup in FOLDER, while everything runs. Close it first if it is to move."""
    backups.make(trust.school(key), folder)


@trust.command("import")
@click.argument("key")
@click.argument("folder", type=_folder)
@_address
@_name
@_database
@click.option("--master-key", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@with_trust
def import_school(
    trust: Trust, key: str, folder: Path, address: str, name: str | None, database_url: str | None, master_key: Path
) -> None:
    """Puts a school that was exported into this installation, with its master key, and begins to serve it."""
    with schools.file_of(trust) as file:
        text = trust_text.with_school(file.text, schools.lines(key, address, name, database_url))
        settings = file.parsed(text).school(key)
        schools.keep_master_key(settings, master_key)
        backups.put_back(settings, folder)
        file.write(text)
    click.echo(f"{settings.school} is there, at {settings.public_url}.")


@trust.command()
@click.argument("key")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@with_trust
def remove(trust: Trust, key: str, yes: bool) -> None:
    """Destroys a school: database, pictures, keys, what waits for it. The others go on. Nothing brings it back."""
    from moderation import removing

    settings = trust.school(key)
    if not yes:
        click.confirm(f"Destroy everything of {settings.school}, so that nothing brings it back?", abort=True)
    with schools.file_of(trust) as file:
        file.write(trust_text.with_closed(file.text, key, True))
        with removing.wait_until_unused(settings):
            removing.remove(settings)
        file.write(trust_text.without_school(file.text, key))
    click.echo(f"{key} is gone. Its backups and copies of its master key are yours to destroy.")


@trust.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--link", is_flag=True, help="Print a link that opens it as a page, once and within a day.")
@click.option("--end-links", is_flag=True, help="Close that page in every browser, and end every link.")
@with_trust
def overview(trust: Trust, as_json: bool, link: bool, end_links: bool) -> None:
    """How each school stands, in counts and clocks. No name and no picture of anybody."""
    if end_links:
        schools.shut_out(trust)
    if link:
        schools.let_in(trust)
    if link or end_links:
        return
    from moderation import overview
    from moderation.schools import Kept
    from moderation.settings import Watched
    from moderation.wiring import Parts, wire

    kept = Kept(Watched(trust), wire, Parts.end, 1)
    found = overview.as_json(overview.looks(kept, trust.schools, lambda parts: parts))
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    there = "there" if found["queue"] else "away"
    click.echo(f"Gatepost {found['version']}, {found['workers']} workers, the queue is {there}")
    click.echo("".join(f"{word:>{width}}" for word, width in _COLUMNS))
    for one in found["schools"]:
        words = [one["school"], *_figures(one), "  " + ", ".join(one["trouble"])]
        click.echo("".join(f"{word:>{width}}" for word, (_, width) in zip(words, (*_COLUMNS, ("", 0)), strict=True)))


_COLUMNS = (
    ("", 20), ("to decide", 11), ("for", 7), ("checked", 9), ("for", 7), ("jobs", 6),
    ("sweep", 7), ("tested", 8), ("backup", 8),
)  # fmt: skip


def _figures(one: dict[str, Any]) -> list[str]:
    """What waits and since when, and how long ago what must happen last happened; in the order of the columns."""
    if "posts" not in one:
        return ["  cannot be asked", *[""] * 7]
    ages = {name: _ago(seconds) for name, seconds in one["seconds_since"].items()}
    return [
        str(one["posts"]["in review"]), ages["decision"], str(one["posts"]["checking"]), ages["check"],
        str(one["waiting"]["jobs"]), ages["sweep"], ages["test_picture"], ages["backup"],
    ]  # fmt: skip


def _ago(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
