"""gatepost register import: the same import as the page's, with its preview."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.settings import Settings

if TYPE_CHECKING:
    from moderation.media.tables import Table
    from moderation.rules.import_changes import Diff
    from moderation.services.import_files import Choices
    from moderation.services.work import Work
    from moderation.wiring import Parts

_SENTENCES = (
    ("new", "new"),
    ("changed", "changed"),
    ("come back", "come back"),
    ("allowed", "would become allowed"),
    ("listed", "would go on the no-publish list"),
    ("renamed", "would be called otherwise"),
    ("missing", "no longer in the file"),
    ("kept", "no longer in the file, but on the no-publish list: they stay"),
    ("taken off", "would be taken off the register"),
    ("contradicted", "on the no-publish list although the file says yes: they stay"),
    ("same", "as they are"),
    ("bad", "left out"),
)


@click.group()
def register() -> None:
    """The register: who may appear, whose names are looked for."""


@register.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--apply", "write", is_flag=True, help="Write it. Without this nothing is kept.")
@click.option(
    "--column",
    "given",
    multiple=True,
    metavar="HEADING=WHAT",
    help="What a column is; see docs/data-leads/register.md.",
)
@click.option("--staff", is_flag=True, help="The file lists staff.")
@click.option("--take-off", is_flag=True, help="Whoever is not in the file has left. Only for a complete list.")
@click.option("--mend", type=click.Path(path_type=Path, dir_okay=False), help="Write the lines left out to this file.")
@click.pass_obj
def import_(
    settings: Settings, file: Path, write: bool, given: tuple[str, ...], staff: bool, take_off: bool, mend: Path | None
) -> None:
    """Show what a file of the management system would change; with --apply, write it.

    Exit 0: shown or written. 1: lines were left out, or a second person has to look. 2: the file cannot be used.
    """
    from moderation.services import import_files, importing
    from moderation.services.work import Mistake
    from moderation.wiring import wire

    parts = wire(settings)
    try:
        table = import_files.read(file.read_bytes())
        with parts.reading() as work:
            choices = _choices(work, table, given, staff, take_off)
            diff = importing.compared(work, table, choices)
        _say(table, choices, diff)
        if mend and diff.bad:
            _write_mend(mend, table, diff)
        waits = write and diff.does_something and _apply(parts, table, choices, diff.digest())
    except Mistake as mistake:
        click.echo(f"gatepost: {mistake}", err=True)
        sys.exit(2)
    sys.exit(1 if diff.bad or waits else 0)


def _choices(work: "Work", table: "Table", given: tuple[str, ...], staff: bool, take_off: bool) -> "Choices":
    """What is guessed, and over it what was given. Raises click.BadParameter."""
    from moderation.rules.columns import Column
    from moderation.rules.consent import PersonKind
    from moderation.services import import_files

    guessed = import_files.guessed(work, table)
    columns, headings = list(guessed.columns), import_files.headings_of(table)
    for one in given:
        heading, _, what = one.rpartition("=")
        name = what.strip().upper().replace("-", "_")
        if heading not in headings or (name and name not in Column.__members__):
            known = ", ".join(column.name.lower() for column in Column)
            raise click.BadParameter(f"give HEADING=WHAT: a heading of the file, and one of {known} or nothing")
        columns[headings.index(heading)] = Column[name] if name else None
    return import_files.Choices(tuple(columns), PersonKind.STAFF if staff else guessed.kind, take_off)


def _say(table: "Table", choices: "Choices", diff: "Diff") -> None:
    from moderation.services import import_files

    click.echo(f"Read as: {table.understood}")
    for heading, column in zip(import_files.headings_of(table), choices.columns, strict=True):
        click.echo(f"  {heading or '(no heading)'}: {column or 'not used'}")
    counts = diff.counts
    for name, sentence in _SENTENCES:
        if counts[name]:
            click.echo(f"{counts[name]:,} {sentence}")
    for bad in diff.bad[:20]:
        click.echo(f"line {bad.line}: {bad.reason}", err=True)


def _write_mend(path: Path, table: "Table", diff: "Diff") -> None:
    from moderation.services import importing

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(importing.to_mend(table, diff.bad))


def _apply(parts: "Parts", table: "Table", choices: "Choices", seen: str) -> bool:
    """Whether it waits for a second person."""
    from moderation.db.models import ImportState
    from moderation.rules.roles import SYSTEM
    from moderation.services import import_files, importing

    with parts.work() as work:
        import_id = import_files.begin(work, SYSTEM, table, choices).id
    with parts.reading() as work:
        ready = importing.prepared(work, SYSTEM, import_id)
    with parts.work() as work:
        row = importing.apply(work, SYSTEM, import_id, seen, ready)
    if row.state is ImportState.APPLIED:
        click.echo("Applied.")
        return False
    click.echo(f"So much at once needs a second person: a data lead or an approver, at /register/import/{row.id}")
    return True
