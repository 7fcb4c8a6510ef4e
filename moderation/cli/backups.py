"""gatepost backup, restore: everything of a school but its keys, into a folder and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.settings import Settings

if TYPE_CHECKING:
    from moderation.services import restoring

_lost = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--keep", type=click.IntRange(min=1), help="Remove the oldest backups in FOLDER until so many are left.")
@click.pass_obj
def backup(settings: Settings, folder: Path, keep: int | None) -> None:
    """Back up database and media into a new folder in FOLDER, while everything runs.

    Exit 1 if a file of the school is missing or damaged: then there is no new backup, and each is named.
    """
    make(settings, folder, keep)


def make(settings: Settings, folder: Path, keep: int | None = None) -> None:
    """Raises ClickException."""
    from moderation.media.archive import NotABackup
    from moderation.services import backups
    from moderation.services.work import Mistake
    from moderation.wiring import wire

    parts = wire(settings)
    try:
        made = backups.make(parts, folder.absolute())
        with parts.work() as work:
            backups.record(work, made)
        gone = backups.forget_older(folder, keep) if keep else 0
    except (Mistake, NotABackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    count, head = len(made.manifest.files), made.manifest.head
    click.echo(f"The backup is in {made.path}: {count:,} files, the audit trail up to row {head:,}, all checked.")
    if made.again:
        click.echo(f"{made.again:,} of them are those of the backup before, and take no more room.")
    if gone:
        click.echo(f"{gone:,} older backups were removed.")
    click.echo("It cannot be put back without the master key, which is not in it: keep that apart, and .env with it.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def ledgers(settings: Settings, folder: Path) -> None:
    """Write purged.jsonl and trail.jsonl into FOLDER, for gatepost restore: for a school whose media lie in a bucket.

    The database is not asked: it may be lost.
    """
    from moderation.media import archive, books
    from moderation.media.opening import open_media
    from moderation.media.vault import KEY_BYTES, Vault
    from moderation.rules.media import MediaAway

    try:
        media = open_media(settings, Vault(bytes(KEY_BYTES)))  # nothing sealed is opened, so any key does
        for name, book in ((archive.PURGED, media.purged), (archive.TRAIL, media.trail)):
            (folder / name).write_bytes(books.text(book))
            click.echo(f"{folder / name} is written.")
    except (MediaAway, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--purged", type=_lost, help="purged.jsonl of the school that was lost.")
@click.option("--trail", type=_lost, help="trail.jsonl of the school that was lost.")
@click.pass_obj
def restore(settings: Settings, folder: Path, purged: Path | None, trail: Path | None) -> None:
    """Put a backup into an empty instance: FOLDER, or the newest one in it.

    Every file is compared with its digest first, then the audit trail verified. Nothing goes out afterwards until the
    data lead has looked.
    """
    put_back(settings, folder, purged, trail)


def put_back(settings: Settings, folder: Path, purged: Path | None = None, trail: Path | None = None) -> None:
    """Raises ClickException."""
    from moderation.media.archive import NotABackup
    from moderation.media.master import master_keys
    from moderation.media.opening import open_media
    from moderation.media.vault import Vault
    from moderation.services import restoring
    from moderation.services.work import Mistake
    from moderation.wiring import create_keys, wire

    if not settings.has_master_key:
        where = settings.master_file
        raise click.ClickException(f"The school’s master key is not in its backups. Put it into {where} first.")
    try:
        vault = Vault(*master_keys(settings))
        source = restoring.find(folder.absolute(), vault, purged, trail)
        with restoring.claimed(settings, open_media(settings, vault)):
            create_keys(settings)
            done = restoring.put_back(wire(settings, restoring=True), source)
    except (Mistake, NotABackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    _say(settings, source, done)


def _say(settings: Settings, source: "restoring.Source", done: "restoring.PutBack") -> None:
    moment = source.manifest.moment.astimezone(settings.time_zone)
    click.echo(f"{source.manifest.school} is back in {settings.instance}, as it was on {moment:%d %B %Y at %H:%M}.")
    click.echo(f"{len(source.manifest.files):,} files fit their digests; the audit trail fits up to row {done.head:,}.")
    click.echo(f"Purged again, because the purge ledger says so: {done.purged_again:,}.")
    if not source.purges_known:
        click.echo(
            "No whole --purged was given: what was purged after the newest backup may be back. The data lead must look."
        )
    click.echo("Everybody signs in again. Nothing can be approved or published until the data lead has looked at")
    click.echo("“A backup was restored”. Encodings of faces are in no backup: the data lead has them made again.")
