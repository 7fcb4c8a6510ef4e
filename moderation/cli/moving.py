"""gatepost move: from SQLite and a folder to PostgreSQL and a bucket, or back."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from dotenv import dotenv_values, set_key

from moderation.settings import Settings, SettingsError
from moderation.settings.environment import kept_in, load, read

if TYPE_CHECKING:
    from moderation.wiring import Parts

BEFORE: Final = ".env.before-move"  # beside .env, while there is a way back
MOVED: Final = ("GATEPOST_DATABASE_URL", "GATEPOST_MEDIA_URL")
_MAY_COME_ALONG: Final = (*MOVED, *(f"GATEPOST_MEDIA_{one}" for one in (
    "ACCESS_KEY", "SECRET_KEY", "SECRET_KEY_FILE", "SECRET_KEY_COMMAND",
)))  # fmt: skip


_WITH_THEM: Final = (
    "To go back with them, finish this move, then move into an empty database and an empty folder with a FILE that "
    "names those."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option("--back", is_flag=True, help="Use the old places again, as long as nothing was done in the new ones.")
@click.option("--leave-drafts", is_flag=True, help="With --back: leave behind what was put into drafts since the move.")
@click.option("--finish", is_flag=True, help="Destroy what lies in the old places. Then there is no way back.")
@click.pass_obj
def move(settings: Settings, file: Path | None, back: bool, leave_drafts: bool, finish: bool) -> None:
    """Move the school to the database and the media that FILE names. Gatepost has to be stopped, on every machine.

    FILE is written like .env and holds GATEPOST_DATABASE_URL, GATEPOST_MEDIA_URL with its keys, or both. Everything is
    copied, read back and compared; only then .env is changed. The old places stay as they are until --finish.
    """
    from moderation.services.work import Mistake

    if [bool(file), back, finish].count(True) != 1 or (leave_drafts and not back):
        raise click.UsageError("Give a FILE, or --back, or --finish.")
    if settings.key:
        raise SettingsError("A school of a trust is moved by its lines in the trust’s file: see gatepost trust.")
    try:
        if file:
            _move(settings, file)
        elif back:
            _go_back(settings, leave_drafts)
        else:
            _finish(settings)
    except (Mistake, OSError) as error:
        raise click.ClickException(str(error)) from error


def _move(settings: Settings, file: Path) -> None:
    from moderation.services import moving

    given = {name: value for name, value in dotenv_values(file).items() if value}
    if not given.keys() & set(MOVED) or given.keys() - set(_MAY_COME_ALONG):
        raise SettingsError(f"{file}: it may name {', '.join(_MAY_COME_ALONG)}, and must name one of the first two.")
    env, before = settings.instance / ".env", settings.instance / BEFORE
    if before.exists():
        raise SettingsError(f"The move before is not at its end: type gatepost move --back or --finish ({before}).")
    with _both(settings, _with(settings, given)) as (old, new):
        moved = moving.move(old, new)
        env.touch(mode=0o600)
        env.chmod(0o600)  # passwords stand in it now, if none did before
        shutil.copy2(env, before)
        for name in _MAY_COME_ALONG:
            if held := os.environ.get(name):
                set_key(before, name, held)  # it wins over .env, and may name the new places by the time of --finish
        whole = settings.instance / ".env.new"
        shutil.copy2(env, whole)
        for name, value in given.items():
            set_key(whole, name, value)
        whole.replace(env)  # all of it or nothing
    click.echo(f"Moved and compared: {moved.rows:,} rows, {moved.files:,} files, {moved.keys:,} keys of people.")
    click.echo(f"The audit trail fits up to row {moved.head:,}. {env} names the new places now; start Gatepost.")
    if load(instance=settings.instance).database_url != new.settings.database_url:
        click.echo("But GATEPOST_DATABASE_URL is set in the environment too, which wins: change it there.")
    click.echo("The old places are as they were: gatepost move --back uses them again, as long as nothing was done in")
    click.echo("the new ones. What is purged from now on stays in them: type gatepost move --finish within a few days.")


def _go_back(settings: Settings, leave_drafts: bool) -> None:
    from moderation.services import moving
    from moderation.services.work import Mistake

    with _both(_before(settings), settings) as (old, new):
        done = moving.head(new) - moving.head(old)
        if done:
            raise Mistake(f"{done:,} steps stand in the new audit trail and not in the old one. {_WITH_THEM}")
        if not leave_drafts and moving.drafts_went_on(old, new):
            raise Mistake(
                f"Words, pictures or people were put into drafts since the move. {_WITH_THEM} To leave them behind, "
                "type gatepost move --back --leave-drafts."
            )
        (settings.instance / BEFORE).replace(settings.instance / ".env")
    click.echo("The old places are in use again; start Gatepost. The new ones can be emptied.")


def _finish(settings: Settings) -> None:
    from moderation import removing
    from moderation.services import moving

    before = _before(settings)
    if (before.database_url, before.media_url) == (settings.database_url, settings.media_url):
        raise SettingsError("The environment names the old places still, and it wins over .env: change it there first.")
    with _both(before, settings) as (old, new):
        moving.destroy_media(old, new)
        if old.settings.database_url != new.settings.database_url:
            old.engine.dispose()
            removing.drop_database(old.settings)
        (settings.instance / BEFORE).unlink()
    click.echo("What lay in the old places is destroyed.")


def _before(settings: Settings) -> Settings:
    """As it was before the move. Raises SettingsError if there was none."""
    file = settings.instance / BEFORE
    if not file.exists():
        raise SettingsError("No move is under way: there is nothing to go back to, and nothing to finish.")
    before = {name: value for name, value in dotenv_values(file).items() if value}
    return _with(settings, dict.fromkeys(_MAY_COME_ALONG, "") | before)


def _with(settings: Settings, given: Mapping[str, str]) -> Settings:
    """The same school with these settings over its own; one that is empty is not set. Raises SettingsError."""
    own = {name: value for name, value in os.environ.items() if name.startswith("GATEPOST_")}
    values = {**kept_in(settings.instance), **own, **given}
    return read({name: value for name, value in values.items() if value}, settings.instance)[0]


@contextmanager
def _both(old: Settings, new: Settings) -> "Iterator[tuple[Parts, Parts]]":
    """Alone with the school, in both places. Raises SettingsError while Gatepost runs."""
    from moderation.media.master import InUse
    from moderation.wiring import wire

    with InUse(old.keys_folder, alone=True) as alone:
        yield wire(old, alone), wire(new, alone)
