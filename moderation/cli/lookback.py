"""gatepost lookback: a folder of old posts' pictures looked through for one person of the register."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from moderation.services.files import Answer
    from moderation.settings import Settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--person", required=True, help="The admission number or UPN.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each picture.")
@click.pass_obj
def lookback(settings: "Settings", folder: Path, person: str, as_json: bool) -> None:
    """Look through every picture in FOLDER and below it for one person of the register.

    Exit 0: no match found, which does not prove that they are in none. 1: something to look at. 2: unusable arguments.
    """
    from moderation.services import files, one_person
    from moderation.wiring import wire

    parts = wire(settings)
    with parts.reading() as work:
        found = one_person.by_key(work, person)
        if found is None:
            click.echo("gatepost lookback: nobody on the register has this number.", err=True)
            sys.exit(2)
        lists = one_person.lists(work, found, (), others=1)  # who is in old pictures nobody has said
    if lists.gallery is None:
        click.echo("gatepost lookback: faces are not compared: nothing permits it for these pictures.", err=True)
    seen = False
    for path in _pictures(folder):
        answer = files.check(str(path), parts.looker, lists)
        ways, unclear = one_person.judged(answer.sightings, str(found.id))
        seen = seen or bool(ways) or unclear > 0
        row = {"photo": answer.photo, "found": ways, "unclear": unclear}
        click.echo(json.dumps(row) if as_json else _line(answer, ways, unclear))
    sys.exit(1 if seen else 0)


def _pictures(folder: Path) -> Iterator[Path]:
    """Every file: one that is no picture is answered as not opened, never left out."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _line(answer: "Answer", ways: tuple[str, ...], unclear: int) -> str:
    from moderation.services import files

    said = ", ".join(ways) or "no match found"
    return f"{files.readable(answer.photo)}: {said}{f' ({unclear} too unclear to judge)' if unclear else ''}"
