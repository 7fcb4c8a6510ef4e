"""gatepost keys: for the person who keeps the master key."""

from typing import TYPE_CHECKING

import click

from moderation.settings import Settings, SettingsError

if TYPE_CHECKING:
    from moderation.media.master import InUse
    from moderation.services.rotation import Rotated


@click.group()
def keys() -> None:
    """The master key."""


@keys.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Puts everything under a new master key and destroys the one before. Gatepost has to be stopped.

    If it is cut short, nothing is lost: run it again.
    """
    from moderation.media import master

    if not settings.has_master_key:
        raise SettingsError(master.MISSING)
    with master.InUse(settings.keys_folder, alone=True) as alone:
        rotated = _rotate(settings, alone)
    click.echo(
        f"Under the new master key: {rotated.pictures:,} pictures and files, {rotated.people:,} keys of people, "
        f"{rotated.records:,} keys of records."
    )
    if rotated.locked:
        click.echo(f"{rotated.locked:,} could not be opened by the key before either and are left as they were.")
    if settings.master_key is None:
        click.echo(f"Keep a copy of {settings.master_file} in a safe place, apart from the backups.")
    if settings.old_master_key:
        click.echo(f"Take {settings.old_master_key.name} out of the settings now.")
    click.echo("Earlier backups open with the key before only. Make a backup now; once you destroy every copy of that")
    click.echo("key, whatever was purged before today can be read from no backup either.")


def _rotate(settings: Settings, alone: "InUse") -> "Rotated":
    from moderation.db.engine import empty_log
    from moderation.media import master
    from moderation.services import rotation
    from moderation.wiring import wire

    parts = wire(settings, alone)  # a key that does not fit is never put in the place of another
    if settings.old_master_key is None:
        if settings.master_key:
            raise SettingsError(
                f"The master key comes from {settings.master_key.name}. Give a new one there and the present one as "
                f"{settings.master_key.name.replace('MASTER', 'OLD_MASTER')}, then run this again."
            )
        master.turn(settings)
        parts = wire(settings, alone)
    with parts.work() as work:
        rotated = rotation.rotate(work)
    empty_log(parts.engine)  # which holds what was under the old key
    master.forget_old(settings)
    return rotated
