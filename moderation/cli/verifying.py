"""gatepost audit verify: the chain of the live trail, or an evidence pack, wherever it lies."""

import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from moderation.rules.evidence import Wrong
    from moderation.settings import Settings

MOST = 200_000_000  # bytes of one file of a pack
SHOWN = 20


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.argument("export", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", help="The fingerprint of the school's key, as the school told it.")
@click.pass_obj
def verify(settings: "Settings", export: Path | None, key: str | None) -> None:
    """Verify the chain of hashes, or an evidence pack: EXPORT is its zip or its JSON.

    Exit 1 names the first row, or each field, that does not fit. A pack needs no server and no school. On the school's
    own machine its key and its rows are compared with the school's too; with --key the rows of packs of its own.
    """
    if export is None:
        _live(settings)
    else:
        _pack(settings, export, key)


def _live(settings: "Settings") -> None:
    from moderation.services import audit as trail
    from moderation.services import restored
    from moderation.wiring import wire

    with wire(settings).reading() as work:
        bad = trail.verify(work.session)
        count = trail.count(work.session)
        other = restored.not_held(work)
    if bad is not None:
        click.echo(f"The audit trail does not fit from row {bad} on.")
        sys.exit(1)
    if other is not None:
        click.echo(
            f"Row {other.number} of the audit trail, of {other.at}, is not as the copy outside the database has it:"
        )
        click.echo("the trail was cut off or written anew, or an older database was put back.")
        sys.exit(1)
    click.echo(f"The audit trail fits: {count:,} rows, none changed, none missing.")


def _pack(settings: "Settings", export: Path, key: str | None) -> None:
    from moderation.media.signing import fits
    from moderation.rules import evidence

    try:
        name, files = _opened(export)
        document = evidence.read(files.pop(name))
    except evidence.NotAPack as error:
        click.echo(f"{export}: {error}")
        sys.exit(1)
    wrong = evidence.wrong(document, fits)
    if files and not wrong:
        wrong += evidence.wrong_files(document, files)
    said = _compare(settings, document, key, wrong)
    if wrong:
        for one in wrong[:SHOWN]:
            click.echo(str(one))
        if len(wrong) > SHOWN:
            click.echo(f"… and {len(wrong) - SHOWN} more")
        click.echo("The pack is refused.")
        sys.exit(1)
    head = document["evidence"]["audit"]["head"]
    fields = len(document["seal"]["fields"])
    click.echo(f"The pack on post {document['evidence']['post']['number']} fits: {fields:,} fields, none changed.")
    click.echo(f"Head of the audit trail: row {head['number']} of {head['at']}, {head['hash']}")
    click.echo("Its PDF was not given, so it was not checked." if not files else f"Also {', '.join(sorted(files))}.")
    click.echo(said)


def _opened(export: Path) -> tuple[str, dict[str, bytes]]:
    """The name of the JSON, and every file by name. Raises NotAPack."""
    from moderation.rules.evidence import NotAPack
    from moderation.services.evidence import JSON_NAME

    try:
        if not zipfile.is_zipfile(export):
            if export.stat().st_size > MOST:
                raise NotAPack("It is too large to be an evidence pack.")
            data = export.read_bytes()
            if data.startswith(b"PK"):
                raise NotAPack("It is cut short or damaged: the zip cannot be opened.")
            return JSON_NAME, {JSON_NAME: data}
        with zipfile.ZipFile(export) as archive:
            names = archive.namelist()
            if len(set(names)) < len(names):
                raise NotAPack("It holds two files of the same name.")
            if any(one.file_size > MOST for one in archive.infolist()):
                raise NotAPack("It holds a file that is too large for an evidence pack.")
            files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        raise NotAPack("It is cut short or damaged: the zip cannot be opened.") from None
    if JSON_NAME not in files:
        raise NotAPack(f"It is no evidence pack of Gatepost: it has no {JSON_NAME}.")
    return JSON_NAME, files


def _compare(settings: "Settings", document: dict[str, Any], key: str | None, wrong: "list[Wrong]") -> str:
    """Whose key it is: held against what was given, else against the school on this machine. Adds to `wrong`."""
    from moderation.rules.evidence import Wrong, in_groups, typed

    print_ = str(document["seal"]["fingerprint"])
    if key is not None and typed(key) != print_:
        wrong.append(Wrong("seal.fingerprint", "is not the one that was given: another key sealed this pack."))
    if settings.has_master_key:
        return _compare_with_school(settings, document, wrong, given=key is not None)
    if key is not None:
        return "The key is the one that was given. No school is on this machine, so no row was compared with its trail."
    return f"Whose key it is you must compare yourself, or give it with --key: {in_groups(print_)}"


def _compare_with_school(settings: "Settings", document: dict[str, Any], wrong: "list[Wrong]", given: bool) -> str:
    from sqlalchemy.exc import SQLAlchemyError

    from moderation.rules.evidence import Wrong
    from moderation.services import evidence
    from moderation.wiring import wire

    try:
        with wire(settings).reading() as work:
            own = evidence.fingerprint(work)
            if own != document["seal"]["fingerprint"]:
                if given:
                    return "The key is the one that was given, of another school: no row was compared with a trail."
                sentence = "is not that of the school on this machine. Another school’s pack: give its --key."
                wrong.append(Wrong("seal.fingerprint", sentence))
            elif not wrong:
                wrong += evidence.not_in_trail(work, document["evidence"])
    except SQLAlchemyError:
        wrong.append(Wrong("audit", "could not be compared with the school’s trail: its database does not answer."))
    return "The key and every row are those of the school on this machine."
